"""/admin/: the form says what the model says, and what is saved becomes a branch that `tillit check` accepts."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
import yaml
from conftest import ROOT, Built, Project
from playwright.sync_api import Browser, Page, expect
from pydantic import BaseModel, TypeAdapter
from selectolax.lexbor import LexborHTMLParser

from macros import bodies, cms, cms_local, library, record, shelves, texts
from macros.company import Repository
from macros.languages import language, text_languages
from macros.shelves import Incident

expect.set_options(timeout=15_000)  # a machine with other work to do is slow, not wrong

LANGUAGES = text_languages()
LOCAL = {"name": "proxy", "proxy_url": cms_local.API, "branch": cms_local.BASE}
OURS = ("group:", cms.NONE)  # fields of the form that hold nothing of their own
NUMBER = "01017000027"  # a fødselsnummer with right checksums, of nobody
WATCH = """addEventListener("securitypolicyviolation", event =>
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""


def cases(name: str) -> list[Any]:
    found = yaml.safe_load((ROOT / "tests" / "cases" / "cms" / f"{name}.yml").read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in found]


# In step with the model -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(ours: library.Library) -> dict[str, Any]:
    """The whole configuration, made from the real texts."""
    return cms.config(ours, LOCAL)


def fields(told: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    """The fields of the collection of a language, by name."""
    found = next(one for one in told["collections"] if one["name"].endswith(f"-{name}"))["fields"]
    return {one["name"]: one for one in found}


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_field_of_the_model_has_a_field_in_the_form(told: dict[str, Any], name: str) -> None:
    """All that a write-up can hold can be written here, but old names, which nobody gives by hand."""
    asked = {field for field in fields(told, name) if not field.startswith(OURS)}
    assert asked == set(Incident.model_fields) - {"formerly"} | {"body"}


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_form_asks_for_what_the_model_cannot_do_without(told: dict[str, Any], name: str) -> None:
    """Half a write-up can be saved: only what no write-up can lack is required."""
    asked = fields(told, name)
    needed = {field for field, info in Incident.model_fields.items() if info.is_required()}
    assert {field for field in asked if asked[field].get("required", True)} == needed


def literals(annotation: Any) -> tuple[str, ...] | None:
    """The values an annotation allows, when it lists them."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    inner = [literals(one) for one in get_args(annotation) if not isinstance(one, str)]
    return next((found for found in inner if found), None)


def models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for one in get_args(annotation) for found in models(one)]


def choices(model: type[BaseModel], made: dict[str, dict[str, Any]]) -> Iterator[tuple[str, tuple, list]]:
    """Each field with fixed values: its name, the model's values, and what the form offers."""
    for name, info in model.model_fields.items():
        for inner in models(info.annotation):
            yield from choices(inner, {one["name"]: one for one in made[name]["fields"]})
        if (values := literals(info.annotation)) and not models(info.annotation):
            yield name, values, made[name]["options"]


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_choice_offers_the_values_of_the_model_in_words(told: dict[str, Any], name: str) -> None:
    """No value is missing, none is invented, and each is called something else than its id somewhere."""
    found = list(choices(Incident, fields(told, name)))
    assert len(found) > 10
    for field, values, options in found:
        assert tuple(option["value"] for option in options) == values, field
        assert all(option["label"].strip() for option in options), field


def test_a_choice_among_our_own_lists_offers_what_the_library_holds(
    told: dict[str, Any], ours: library.Library
) -> None:
    """Situations, roles, countries and apologies cannot be misspelt."""
    asked = fields(told, "nb")
    offered = {name: [one["value"] for one in field["options"]] for name, field in asked.items() if "options" in field}
    assert set(offered["situation"]) == set(ours.situations)
    assert set(offered["owner"]) == set(offered["staff_role"]) == set(ours.company.roles)
    assert offered["countries"] == list(ours.company.countries)
    apologies = {id.removeprefix("apologies/") for id in ours.things if id.startswith("apologies/")}
    assert set(offered["apology"]) == apologies | {record.OWN_WORDS}
    assert set(offered["changed"]) <= set(ours.things)


@pytest.mark.parametrize("name", LANGUAGES)
def test_each_language_has_a_collection_of_its_originals(told: dict[str, Any], name: str) -> None:
    """Translations are not in it, a new file is born in that language, and its name is a path by our law."""
    found = next(one for one in told["collections"] if one["name"].endswith(f"-{name}"))
    assert found["filter"] == {"field": "born", "value": name}
    assert fields(told, name)["born"]["default"] == name
    path = f"{found['folder']}/2026-11-22-a-title.{found['extension']}"
    assert texts.place(path) == ("incidents", "2026-11-22-a-title", name)
    assert found["slug"] == "{{year}}-{{month}}-{{day}}-{{slug}}"
    assert not found["publish"] and not found["delete"]


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_text_begins_with_the_headings_of_a_write_up(told: dict[str, Any], name: str) -> None:
    """The preset is a body in which the reader finds every section, in order."""
    preset = fields(told, name)["body"]["default"]
    parsed = bodies.parse("x.md", preset, 1, "record")
    text = texts.Text("x.md", "incidents", "x", name, texts.Front(), preset, 1)
    assert tuple(section.id for section in record.name_sections(text, parsed).sections[1:]) == record.SECTIONS


@pytest.mark.parametrize("case", cases("backends"))
def test_company_yml_makes_the_backend(case: dict[str, Any]) -> None:
    """Each Git host is reached the way it can be; one that lacks something is not reached at all."""
    repository = TypeAdapter(Repository).validate_python(case["repository"])
    made = cms.backend(repository)
    assert made == case["backend"]
    assert cms.hosts(made) == case["asks"]


# The page -------------------------------------------------------------------------------------------------------------


STRICT = {"default-src": "'self'", "object-src": "'none'", "base-uri": "'self'", "form-action": "'self'"}


def policy(html: str) -> dict[str, str]:
    found = LexborHTMLParser(html).css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"]
    return dict(part.strip().split(" ", 1) for part in found.split(";"))


def test_the_pages_policy_gives_decap_what_it_needs_and_no_more(ours: library.Library) -> None:
    """It may make functions and style sheets; it may run, load and ask nothing that is not ours."""
    extra = {"script-src": "'self' 'unsafe-eval'", "style-src-elem": "'self' 'unsafe-inline'", "connect-src": "'self'"}
    assert policy(cms.page(ours, LOCAL)) == STRICT | extra


def test_without_decap_the_page_says_in_each_language_how_to_get_it(project: Project) -> None:
    """The site builds without Node; the page holds no script then, and needs no leave to run one."""
    html = cms.page(project.library(), LOCAL)
    assert policy(html) == STRICT
    page = LexborHTMLParser(html)
    assert page.css("script") == []
    told = {node.attributes["lang"]: node.text() for node in page.css("section")}
    assert set(told) == set(LANGUAGES)
    for name in LANGUAGES:
        assert language(name).say("cms.without-decap") in told[name]


def test_the_page_is_for_us_alone(editions: dict[str, Built]) -> None:
    """Nothing of it, and nothing it runs, is in the edition for outsiders."""
    assert (editions["internal"].root / cms.PAGE).is_file()
    assert [path for path in editions["public"].files() if "admin" in path.parts or "tools" in path.parts] == []


# On this machine ------------------------------------------------------------------------------------------------------


def git(folder: Path, *args: str) -> str:
    done = subprocess.run(["git", *args], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def repository(root: Path) -> Project:
    """A small project in a Git repository of its own, with Decap."""
    project = Project(root)
    shutil.copytree(ROOT / "docs" / "assets" / "tools", root / "docs" / "assets" / "tools", dirs_exist_ok=True)
    project.write(".gitignore", "/node_modules\n/.cache/\n__pycache__/\n")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "config", "user.name", "Tester")
    git(root, "config", "user.email", "tester@example.invalid")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=start")
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    return project


class Desk:
    """A project served as by `tillit cms`, and its page opened in a browser."""

    def __init__(self, project: Project, address: str, browser: Browser):
        self.project, self.address, self.browser = project, address, browser
        self.asked: list[str] = []
        self.said: list[str] = []
        self.before = self._branches()

    def open(self, locale: str = "nb-NO") -> Page:
        context = self.browser.new_context(locale=locale)
        context.set_default_timeout(20_000)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda said: said.type == "error" and self.said.append(said.text))
        page.goto(self.address)
        return page

    def sign_in(self, name: str) -> Page:
        """The list of write-ups in a language."""
        page = self.open(language(name).words["locale"].replace("_", "-"))
        page.locator("#nc-root button").click()  # sign in: there is only one button
        title = language(name).say("cms.collection", language=language(name).table("languages")[name])
        page.get_by_role("link", name=title).wait_for()
        return page

    def new(self, name: str) -> Page:
        """The form for a new write-up in a language."""
        page = self.sign_in(name)
        page.goto(f"{self.address}#/collections/incidents-{name}/new")
        page.locator('[id^="title-field"]').wait_for()
        return page

    def branches(self) -> list[str]:
        """What has been saved since the desk was opened."""
        return sorted(self._branches() - self.before)

    def _branches(self) -> set[str]:
        return set(git(self.project.root, "branch", "--list", "cms/*", "--format=%(refname:short)").splitlines())

    def file(self, branch: str, path: str) -> str:
        return git(self.project.root, "show", f"{branch}:{path}")


@contextmanager
def served(project: Project) -> Iterator[str]:
    cms_local.prepare(project.root)
    with cms_local.serving(project.library(), 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/admin/"
        server.shutdown()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, str]]:
    project = repository(tmp_path_factory.mktemp("cms") / "project")
    with served(project) as address:
        yield project, address


@pytest.fixture
def desk(running: tuple[Project, str], browser: Browser) -> Iterator[Desk]:
    project, address = running
    opened = Desk(project, address, browser)
    yield opened
    for context in browser.contexts:
        context.close()


def fill(page: Page, name: str, value: str) -> None:
    page.locator(f'[id^="{name}-field"]').first.fill(value)


def choose(page: Page, name: str, *labels: str) -> None:
    for label in labels:
        page.locator(f'input[id^="{name}-field"]').click()
        page.get_by_role("option", name=label, exact=True).click()


def write(page: Page, heading: str, words: str) -> None:
    """Words under a heading of the text."""
    box = page.locator('textarea[id^="body-field"]')
    before = box.input_value()
    assert f"## {heading}\n" in before
    box.fill(before.replace(f"## {heading}\n", f"## {heading}\n\n{words}\n", 1))


def a_notice(page: Page, title: str) -> None:
    """All that a first notice needs, in Norwegian."""
    said = language("nb")
    words = said.table("record.values")
    fill(page, "title", title)
    fill(page, "summary", "no")
    choose(page, "stage", words["stage"]["notice"])
    choose(page, "countries", said.table("countries")["no"], said.table("countries")["dk"])
    fill(page, "who_is_affected", "Alle som har kjøpt hylla: nr. 4\n\n# ikke en overskrift")
    fill(page, "what_to_do", "- no")
    fill(page, "next_update", "2026-11-23")
    page.get_by_label(f"{said.say('record.fields.next_update.label')}: {said.say('cms.page.hour')}").fill("10:30")
    choose(page, "contact", words["contact"]["phone"])
    fill(page, "retain_until", "2029-11-30")
    write(page, said.table("sections")["what-happened"], "Hylla løsnet på kjøkkenet, og æsken gikk i gulvet.")


def save(page: Page, name: str = "nb") -> None:
    word = {"da": "Gem", "sv": "Spara", "nb": "Lagre"}[name]  # Decap's own
    page.get_by_role("button", name=word, exact=True).click()


def saved(page: Page) -> None:
    expect(page.locator(".Toastify__toast--success")).to_be_visible()


def test_a_write_up_made_in_norwegian_passes_the_check_and_leaves_our_branch_alone(desk: Desk, tmp_path: Path) -> None:
    """æ, a colon, the word `no` and dates arrive as they were typed, on a branch of their own."""
    root = desk.project.root
    before = git(root, "rev-parse", "main"), git(root, "status", "--porcelain"), git(root, "branch", "--show-current")
    page = desk.new("nb")
    a_notice(page, "Kjøkkenet: bærer ikke vekten")
    page.locator('[id^="none:promises"]').click()
    save(page)
    saved(page)
    assert before == (
        git(root, "rev-parse", "main"),
        git(root, "status", "--porcelain"),
        git(root, "branch", "--show-current"),
    )
    [branch] = desk.branches()
    [path] = git(root, "diff", "--name-only", f"main..{branch}").splitlines()
    assert re.fullmatch(r"playbooks/incidents/\d{4}-\d\d-\d\d-kjokkenet-baerer-ikke-vekten\.nb\.md", path)
    tree = tmp_path / "tree"
    git(root, "worktree", "add", "--quiet", "--detach", str(tree), branch)  # the server may hold the branch itself
    try:
        command = [sys.executable, "-m", "macros.cli", "check", path]
        done = subprocess.run(
            command, cwd=tree, capture_output=True, text=True, env=os.environ | {"TILLIT_MESSAGES": "en"}
        )
        assert done.returncode == 0, done.stdout + done.stderr
        front = shelves.check(texts.read(tree, path)).front
    finally:
        git(root, "worktree", "remove", "--force", str(tree))
    assert front.title == "Kjøkkenet: bærer ikke vekten"
    assert (front.summary, front.what_to_do) == ("no", "- no")
    assert front.countries == ("no", "dk")
    assert front.next_update.isoformat() == "2026-11-23T10:30:00"
    assert front.retain_until.isoformat() == "2029-11-30"
    assert (front.promises, front.prevention) == ((), None)  # none was an answer to one of them
    assert front.who_is_affected == "Alle som har kjøpt hylla: nr. 4\n\n# ikke en overskrift"
    assert front.audience == "internal"


def test_personal_data_is_stopped_before_it_is_saved(desk: Desk) -> None:
    """No branch is made while the number stands there; the bar says which one, in the writer's language."""
    page = desk.new("nb")
    a_notice(page, "Æsken ble borte")
    box = page.locator('textarea[id^="body-field"]')
    clean = box.input_value()
    box.fill(clean.replace("æsken", f"æsken til {NUMBER}, skriv til no@lillebutik.example,"))
    save(page)
    bar = page.locator(".bar__says")
    expect(bar).to_contain_text(language("nb").say("cms.page.stopped"))
    expect(bar.locator("li")).to_have_count(1)  # our own address is none
    expect(bar).to_contain_text(NUMBER)
    assert desk.branches() == []
    box.fill(clean)
    save(page)
    saved(page)
    assert len(desk.branches()) == 1
    expect(bar).to_have_text(language("nb").say("cms.page.next"))


def test_a_write_up_that_is_changed_keeps_all_it_held(desk: Desk) -> None:
    """Decap writes the front matter anew, but every value and every other line of the text stays what it was."""
    path = "playbooks/incidents/2026-02-12-late-sofas.sv.md"
    page = desk.sign_in("sv")
    page.goto(f"{desk.address}#/collections/incidents-sv/entries/2026-02-12-late-sofas")
    title = page.locator('[id^="title-field"]')
    expect(title).to_have_value("64 soffor")
    title.fill("65 soffor")
    save(page, "sv")
    saved(page)
    [branch] = desk.branches()
    before = texts.read(desk.project.root, path)
    _, front, body = desk.file(branch, path).split("---\n", 2)
    now = texts.read_yaml(path, front, 2).value
    assert now == {**before.front.value, "title": "65 soffor"}
    assert body.strip() == before.body.strip()


@pytest.mark.parametrize(
    ("locale", "name", "word"),
    [("da-DK", "da", "Log ind"), ("sv-SE", "sv", "Logga in"), ("nb-NO", "nb", "Logg inn"), ("nn-NO", "nb", "Logg inn")],
)
def test_the_interface_speaks_the_browsers_language(desk: Desk, locale: str, name: str, word: str) -> None:
    """Decap and our own words alike; a reader of Nynorsk gets Bokmål."""
    page = desk.open(locale)
    expect(page.get_by_role("button", name=word)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", name)
    expect(page.locator(".bar__says")).to_have_text(language(name).say("cms.page.next"))


def test_a_language_that_is_chosen_is_kept(desk: Desk) -> None:
    """Also when the page is opened anew, whatever the browser speaks."""
    page = desk.open("nb-NO")
    page.get_by_role("button", name=language("sv").name).click()
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    page.goto(desk.address)
    expect(page.get_by_role("button", name="Logga in")).to_be_visible()


def test_the_page_asks_nobody_but_us(desk: Desk) -> None:
    """Signing in, listing, writing: no request leaves this machine, and nothing meets the policy."""
    page = desk.sign_in("da")
    page.get_by_role("link", name="Stolen der knak").wait_for()
    page.goto(f"{desk.address}#/workflow")
    page.goto(f"{desk.address}#/collections/incidents-da/new")
    choose(page, "stage", language("da").table("record.values")["stage"]["closed"])
    host = desk.address.removesuffix("/admin/")
    assert len(desk.asked) > 5
    assert [url for url in desk.asked if not url.startswith((host, "data:"))] == []
    assert [words for words in desk.said if "policy" in words.lower()] == []


def ask(address: str, method: str, path: str, body: str = "", **headers: str) -> int:
    host = address.split("/")[2]
    link = http.client.HTTPConnection(host)
    try:
        link.request(method, path, body.encode(), {"Content-Type": "application/json", **headers})
        return link.getresponse().status
    finally:
        link.close()


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}])
def test_another_sites_page_gets_nothing(running: tuple[Project, str], headers: dict[str, str]) -> None:
    """Neither from its own address nor under a name of its own that leads to this machine."""
    asked = json.dumps({"action": "info"})
    assert ask(running[1], "POST", cms_local.API, asked) == 200
    assert ask(running[1], "POST", cms_local.API, asked, **headers) == 403
    assert ask(running[1], "GET", "/admin/", **headers) == 404


def test_only_the_pages_own_files_are_served(running: tuple[Project, str]) -> None:
    """No path leads out of them."""
    assert ask(running[1], "GET", "/assets/tools/js/cms.js") == 200
    for path in ("/playbooks/company.yml", "/admin/../playbooks/company.yml", "//etc/passwd", "/.git/config"):
        assert ask(running[1], "GET", path) == 404


@pytest.mark.parametrize("case", cases("asked"))
def test_decap_may_read_and_save_into_branches_and_nothing_else(case: dict[str, Any]) -> None:
    """Merging, deleting and writing elsewhere are refused, whoever asks."""
    assert cms_local.is_allowed(case["asked"]) is case["allowed"]


# Starting and stopping ------------------------------------------------------------------------------------------------


def test_it_begins_at_the_commit_that_is_checked_out_whatever_the_last_run_left(tmp_path: Path) -> None:
    """The work tree is brought up to date; what was saved stays on its branch."""
    project = repository(tmp_path / "project")
    root, tree = project.root, tmp_path / "project" / cms_local.TREE
    cms_local.prepare(root)
    git(tree, "checkout", "--quiet", "-b", "cms/incidents-da/left")
    (tree / "left.md").write_text("left", encoding="utf-8")
    git(tree, "add", "left.md")
    git(tree, "commit", "--quiet", "--message=saved")
    (tree / "half-saved.md").write_text("half", encoding="utf-8")
    project.write("new.txt", "new")
    git(root, "add", "new.txt")
    git(root, "commit", "--quiet", "--message=more")
    commit = cms_local.prepare(root)
    assert git(root, "rev-parse", "HEAD").startswith(commit)
    assert git(tree, "rev-parse", "HEAD") == git(root, "rev-parse", "HEAD")
    assert git(tree, "branch", "--show-current") == cms_local.BASE
    assert git(tree, "status", "--porcelain") == ""
    assert git(root, "show", "cms/incidents-da/left:left.md") == "left"
    shutil.rmtree(tree)  # somebody cleans up by hand
    cms_local.prepare(root)
    assert (tree / "new.txt").is_file()


def no_node(project: Project) -> dict[str, str]:
    tools = project.root / "tools"
    tools.mkdir()
    (tools / "git").symlink_to(shutil.which("git"))
    return {"PATH": str(tools)}


def no_packages(project: Project) -> None:
    (project.root / "node_modules").unlink()


def no_git(project: Project) -> None:
    shutil.rmtree(project.root / ".git")


def no_name(project: Project) -> dict[str, str]:
    git(project.root, "config", "--unset", "user.email")
    git(project.root, "config", "user.useConfigOnly", "true")
    return {"HOME": str(project.root), "XDG_CONFIG_HOME": str(project.root), "GIT_CONFIG_NOSYSTEM": "1", "EMAIL": ""}


@pytest.mark.parametrize(
    ("lacks", "says"),
    [(no_node, "nodejs"), (no_packages, "npm ci"), (no_git, "no Git repository"), (no_name, "git config user.email")],
)
def test_tillit_cms_says_what_is_missing(tmp_path: Path, lacks: Any, says: str) -> None:
    """Each with what to do about it, and no traceback."""
    project = repository(tmp_path / "project")
    done = project.tillit("cms", "--port", "1", **(lacks(project) or {}))
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_tillit_cms_says_when_its_port_is_taken(tmp_path: Path) -> None:
    """And leaves no server behind."""
    project = repository(tmp_path / "project")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = project.tillit("cms", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "--port" in done.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopping_tillit_cms_stops_both_servers(tmp_path: Path, how: signal.Signals) -> None:
    """Ctrl+C and a polite kill alike; before, it has said where it is and what becomes of what is saved."""
    project = repository(tmp_path / "project")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-u", "-m", "macros.cli", "--messages", "en", "cms", "--port", str(port)]
    run = subprocess.Popen(command, cwd=project.root, stdout=subprocess.PIPE, text=True)
    try:
        told = [run.stdout.readline() for _ in language("en").say("cms.run.started").splitlines()]
        assert f"http://127.0.0.1:{port}/admin/" in told[0]
        assert "cms/" in "".join(told)
        [node] = children(run.pid)
        assert ask(f"http://127.0.0.1:{port}/", "GET", "/admin/") == 200
        run.send_signal(how)
        run.wait(timeout=20)
    finally:
        run.kill()
    assert not Path(f"/proc/{node}").exists()


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
