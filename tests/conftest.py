"""What tests share: both editions built once, a small project to break, a server and a browser."""

from __future__ import annotations

import fcntl
import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from selectolax.lexbor import LexborHTMLParser

from macros import checks, library
from macros.faults import Fault

ROOT = Path(__file__).resolve().parent.parent
MINI = ROOT / "tests" / "mini_site"
SIZE = os.environ.get("TILLIT_SIZE", "small")  # "full" in `make test-long`: the same tests, larger numbers
SEED = int(os.environ.get("TILLIT_SEED", "20261121"))
CHROMIUM_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run", "--disable-quic"),
]


def size(small: int, full: int) -> int:
    """How many: the small number in `make test`, the full one in `make test-long`."""
    return full if SIZE == "full" else small


# Longest first: a worker takes file after file, and none shall be left alone with a long one at the end.
LONGEST = ("test_browser", "test_composer", "test_report", "test_builds", "test_letters", "test_cms", "test_mutations")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


def pytest_report_header() -> str:
    return f"tillit: size {SIZE}, seed {SEED}"


@functools.cache
def ours() -> library.Library:
    """Our own texts, read once by each worker; nobody changes them."""
    return library.load(ROOT)


@pytest.fixture(name="ours", scope="session")
def _ours() -> library.Library:
    return ours()


class Project:
    """A folder with a whole small project in it: the mini site's texts, our code and theme."""

    def __init__(self, root: Path):
        self.root = root
        shutil.copytree(MINI, root, dirs_exist_ok=True)
        for name in ("mkdocs.yml", "mkdocs.public.yml", "hooks.py"):
            shutil.copy(ROOT / name, root / name)
        for name in ("theme", "macros"):  # our code too, so that a test can break it
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "docs" / "assets" / "site", root / "docs" / "assets" / "site", dirs_exist_ok=True)

    def path(self, path: str) -> Path:
        return self.root / path

    def read(self, path: str) -> str:
        return self.path(path).read_text(encoding="utf-8")

    def write(self, path: str, text: str | bytes) -> None:
        self.path(path).parent.mkdir(parents=True, exist_ok=True)
        self.path(path).write_bytes(text.encode() if isinstance(text, str) else text)

    def change(self, path: str, old: str, new: str) -> None:
        """Replace words that must be there."""
        text = self.read(path)
        assert old in text, f"{old!r} does not stand in {path}"
        self.write(path, text.replace(old, new))

    def library(self) -> library.Library:
        return library.load(self.root)

    def faults(self) -> list[Fault]:
        """All faults, as `tillit check` finds them."""
        return checks.all_faults(self.library())

    def tillit(self, *args: str, **env: str) -> subprocess.CompletedProcess:
        """Run the command line on this project, messages in English."""
        command = [sys.executable, "-m", "macros.cli", *args]
        full = {**os.environ, "TILLIT_MESSAGES": "en", **env}
        return subprocess.run(command, cwd=self.root, env=full, capture_output=True, text=True, timeout=120)

    def build(self, edition: str) -> Path:
        """Build an edition and return its folder; the build must succeed."""
        done = self.tillit("build", edition)
        assert done.returncode == 0, done.stdout + done.stderr
        return self.root / "site" / edition


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


class Built:
    """A built site, its pages by address."""

    def __init__(self, root: Path):
        self.root = root

    @functools.cache  # noqa: B019 - lives as long as the session
    def page(self, address: str) -> LexborHTMLParser:
        return LexborHTMLParser((self.root / address / "index.html").read_text(encoding="utf-8"))

    def addresses(self) -> list[str]:
        """Every page, as an address from the root (`""` is the neutral front page)."""
        found = (path.parent.relative_to(self.root).as_posix() for path in self.root.rglob("index.html"))
        return sorted("" if address == "." else f"{address}/" for address in found)

    def files(self) -> list[Path]:
        return sorted(path for path in self.root.rglob("*") if path.is_file())


@pytest.fixture(scope="session")
def editions(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> dict[str, Built]:
    """Both editions of the real texts, built side by side by the real command, once for all workers of a run."""
    mine = tmp_path_factory.getbasetemp()
    base = (mine if worker_id == "master" else mine.parent) / "editions"
    base.mkdir(exist_ok=True)
    with (base / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (base / "done").exists():
            _build_both(base)
            (base / "done").touch()
    return {name: Built(base / name) for name in library.EDITIONS}


def _build_both(base: Path) -> None:
    env = {**os.environ, "TILLIT_MESSAGES": "en"}
    runs = {
        name: subprocess.Popen(
            [sys.executable, "-m", "macros.cli", "build", name, "--to", str(base / name)],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name in library.EDITIONS
    }
    for name, run in runs.items():
        said, _ = run.communicate(timeout=120)
        assert run.returncode == 0, f"{name}: {said}"


@pytest.fixture(scope="session")
def internal(editions: dict[str, Built]) -> Built:
    return editions["internal"]


@pytest.fixture(scope="session")
def public(editions: dict[str, Built]) -> Built:
    return editions["public"]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass

    def send_error(self, code: int, *args: object, **kwargs: object) -> None:
        """Like a real host: an address that is not there gets the site's 404 page."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            return super().send_error(code, *args, **kwargs)
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Unsearched(_Quiet):
    """The site with one page in its index: Material reads it all at every page, which takes a browser a second."""

    def do_GET(self) -> None:
        if not self.path.endswith("/search_index.json"):
            return super().do_GET()
        body = _short_index(self.translate_path(self.path))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@functools.cache
def _short_index(path: str) -> bytes:
    index = json.loads(Path(path).read_text(encoding="utf-8"))
    return json.dumps(index | {"docs": index["docs"][:1]}).encode()


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *args: object) -> None:
        """A browser that leaves a page hangs up on what it no longer needs."""


def serve(folder: Path, answers: type[_Quiet] = _Quiet) -> http.server.ThreadingHTTPServer:
    """Serve a folder on a free port of this machine; the caller shuts it down."""
    server = _Server(("127.0.0.1", 0), functools.partial(answers, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="session")
def hosts(editions: dict[str, Built]) -> Iterator[dict[str, str]]:
    """The address of each edition on this machine."""
    yield from _served(editions, _Quiet)


@pytest.fixture(scope="session")
def unsearched(editions: dict[str, Built]) -> Iterator[dict[str, str]]:
    """The same for tests that search for nothing."""
    yield from _served(editions, _Unsearched)


def _served(editions: dict[str, Built], answers: type[_Quiet]) -> Iterator[dict[str, str]]:
    servers = {name: serve(site.root, answers) for name, site in editions.items()}
    yield {name: f"http://127.0.0.1:{server.server_port}/" for name, server in servers.items()}
    for server in servers.values():
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the one `make test` found (TILLIT_CHROMIUM), else the one on the path."""
    path = os.environ.get("TILLIT_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield running
        running.close()
