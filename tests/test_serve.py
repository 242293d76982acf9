"""`mkdocs serve` while texts and code are being changed: it tells what is wrong, and it stays alive."""

from __future__ import annotations

import os
import queue
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from conftest import Project

PLAYBOOK = "playbooks/process/apologise.da.md"
DEADLINE = 60  # seconds; a build takes one


class Served:
    """A real server on a project, and all it says."""

    def __init__(self, project: Project):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.host = f"http://127.0.0.1:{port}/"
        self.said: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}"],
            cwd=project.root,
            env={**os.environ, "TILLIT_MESSAGES": "en", "NO_MKDOCS_2_WARNING": "1", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        self.hear("Serving on")

    def _read(self) -> None:
        for line in self.process.stdout:
            self._lines.put(line.rstrip())
        self._lines.put(None)

    def hear(self, words: str) -> str:
        """Wait until the server says a line with these words, and return it."""
        until = time.monotonic() + DEADLINE
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                line = None
            assert line is not None, f"never said {words!r}:\n" + "\n".join(self.said)
            self.said.append(line)
            if words in line:
                return line

    def rebuilt(self) -> None:
        """Wait until the change just made is on the site."""
        self.hear("Reloading browsers")

    def page(self, address: str) -> str:
        with urllib.request.urlopen(self.host + address, timeout=DEADLINE) as answer:
            return answer.read().decode()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(DEADLINE)


@pytest.fixture
def served(project: Project) -> Iterator[Served]:
    server = Served(project)
    yield server
    server.stop()


def line_of(project: Project, path: str, words: str) -> int:
    return next(number for number, line in enumerate(project.read(path).splitlines(), 1) if words in line)


def broken_card(project: Project) -> None:
    """Make `playbook()` raise where a text of `docs/` calls it."""
    project.change(
        "macros/cards.py",
        "    other = page.nearest(id)\n    return card(page, other) if other else",
        '    if page.shelf == "docs":\n        raise RuntimeError("this card is broken")\n'
        "    other = page.nearest(id)\n    return card(page, other) if other else",
    )


def test_a_changed_text_is_seen_at_once(served: Served, project: Project):
    """The server answers in every language, and shows new words as soon as they are saved."""
    for name in ("da", "sv", "nb"):
        assert f'<html lang="{name}"' in served.page(f"{name}/")
    assert "helt nye ord" not in served.page("da/process/apologise/")
    project.change(PLAYBOOK, "De fem dele står her.", "Her står helt nye ord.")
    served.rebuilt()
    assert "helt nye ord" in served.page("da/process/apologise/")


def test_a_faulty_text_shows_its_faults_and_heals(served: Served, project: Project):
    """A fault stands in the terminal and on its page with line and column, other pages go on, and mending it mends."""
    good = project.read(PLAYBOOK)
    project.change(PLAYBOOK, "De fem dele står her.", "De fem dele <b>står</b> her.")
    line = line_of(project, PLAYBOOK, "<b>")
    told = served.hear(f"{PLAYBOOK}:{line}:13")
    assert "raw HTML" in told
    served.rebuilt()
    page = served.page("da/process/apologise/")
    assert f"<code>{line}:13</code>" in page and "raw HTML" in page and "De fem dele" not in page
    assert "notice--error" in served.page("da/")
    assert "Lyt først" in served.page("da/situations/late-delivery/")

    project.write(PLAYBOOK, good)
    served.rebuilt()
    assert "De fem dele står her." in served.page("da/process/apologise/")
    assert "notice--error" not in served.page("da/")


def test_a_text_that_cannot_be_read_shows_why_where_it_would_stand(served: Served, project: Project):
    """Front matter that is no YAML: the page is its faults, and the text comes back when it is mended."""
    path = "playbooks/process/apologise.sv.md"
    whole = project.read(path)
    project.change(path, "translates: da", "translates: [da")
    served.rebuilt()
    page = served.page("sv/process/apologise/")
    assert path in page and "the YAML cannot be read here" in page
    project.write(path, whole)
    served.rebuilt()
    assert "De fem delarna" in served.page("sv/process/apologise/")


def test_a_text_that_is_removed_takes_its_page_along(served: Served, project: Project):
    """A deleted text is gone from the site; the server lives."""
    project.path("playbooks/situations/lost-parcel.da.md").unlink()
    served.rebuilt()
    assert "lost-parcel" not in served.page("da/")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        served.page("da/situations/lost-parcel/")


def test_a_company_file_that_cannot_be_read_does_not_end_the_server(served: Served, project: Project):
    """While company.yml is broken the terminal says where (MkDocs holds every answer back); once mended, all go on."""
    good = project.read("playbooks/company.yml")
    project.write("playbooks/company.yml", good.replace("name: Lillebutik", "name: [Lillebutik"))
    told = served.hear("playbooks/company.yml:")
    assert f"playbooks/company.yml:{line_of(project, 'playbooks/company.yml', 'sample:')}:" in told
    project.write("playbooks/company.yml", good.replace("name: Lillebutik", "name: Storebutik"))
    served.rebuilt()
    assert "Storebutik" in served.page("da/")


def test_a_broken_macro_is_told_on_its_page(project: Project):
    """Under serve a macro that raises leaves its message, page and line, in place of the text; the site is there."""
    broken_card(project)
    served = Served(project)
    try:
        line = line_of(project, "docs/index.da.md", "{{ playbook(")
        page = served.page("da/")
        assert "notice--error" in page and f"docs/index.da.md:{line}: RuntimeError: this card is broken" in page
        assert "<h1>Kunden er i røret</h1>" in page
        assert "Lyt først" in served.page("da/situations/late-delivery/")
        assert served.process.poll() is None
    finally:
        served.stop()


def test_a_broken_macro_fails_the_build(project: Project):
    """A build says each page and line where a macro raised, ends with exit code 1, and leaves the last site alone."""
    built = project.build("internal")
    before = (built / "da" / "index.html").read_bytes()
    broken_card(project)
    done = project.tillit("build", "internal")
    assert done.returncode == 1
    for name in ("da", "sv", "nb"):
        path = f"docs/index.{name}.md"
        line = line_of(project, path, "{{ playbook(")
        assert f"{path}:{line}: RuntimeError: this card is broken" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert (built / "da" / "index.html").read_bytes() == before


def test_a_change_of_the_code_says_that_a_restart_is_needed(served: Served, project: Project):
    """Python keeps what it has loaded: a saved macro or hook is named, with the advice to start anew."""
    for path in ("macros/cards.py", "macros/cards.html", "macros/words/da.yml", "hooks.py"):
        project.write(path, project.read(path) + "\n")
        told = served.hear(path)
        assert "start again" in told
        served.rebuilt()
    assert 'lang="da"' in served.page("da/")


def test_a_broken_card_of_the_template_fails_the_build_by_name(project: Project):
    """What the page template shows by itself (here: what comes next) is told like a macro, with the page it is on."""
    project.change(
        "macros/cards.py",
        "def card(page: Page, other: Page) -> str:\n",
        'def card(page: Page, other: Page) -> str:\n    if page.shelf == "situations":\n'
        '        raise RuntimeError("this card is broken")\n',
    )
    done = project.tillit("build", "internal")
    assert done.returncode == 1
    for name in ("da", "sv", "nb"):
        assert f"playbooks/situations/late-delivery.{name}.md: RuntimeError: this card is broken" in done.stderr
    assert "Traceback" not in done.stderr

    served = Served(project)
    try:
        assert "RuntimeError: this card is broken" in served.page("da/situations/late-delivery/")
        assert "notice--error" not in served.page("sv/process/apologise/")
    finally:
        served.stop()
