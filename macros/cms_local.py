"""`tillit cms`: /admin/ on this machine. What is saved becomes a branch `cms/…` of this repository.

decap-server checks out branches in the tree it serves, even to list what is there. So it gets a work tree of its own,
below `.cache/`, on a branch of its own; the tree people work in, and the branch they are on, stay as they are.
"""

from __future__ import annotations

import http.client
import http.server
import json
import mimetypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from . import cms
from .library import Library
from .texts import DOCS, place

TREE = Path(".cache/decap")  # below the project's root
BASE = "cms-start"  # the branch it begins at; not below cms/, where each branch is a write-up
SERVER = Path("node_modules/decap-server/dist/index.js")
API = "/api/v1"
LONGEST_BODY = 4 * 1024 * 1024  # bytes: a write-up of 256 KB in each language, as JSON
LONGEST_WAIT = 30  # seconds until decap-server answers
# What Decap may ask for: reading, and saving into a branch of its own. Merging is a person's.
READING = ("info", "entriesByFolder", "entriesByFiles", "getEntry", "getMedia", "getMediaFile", "getDeployPreview")
ON_BRANCHES = (
    *("unpublishedEntries", "unpublishedEntry", "unpublishedEntryDataFile", "unpublishedEntryMediaFile"),
    *("persistEntry", "updateUnpublishedEntryStatus", "deleteUnpublishedEntry"),
)


class Refused(Exception):
    """What is missing on this machine; `key` names the words under `cms.run`, `values` fill them."""

    def __init__(self, key: str, **values: object):
        super().__init__(key)
        self.key, self.values = key, values


def prepare(root: Path) -> str:
    """Make what it runs on, or bring it up to the commit that is checked out; that commit is returned, short.

    Refused when Node ("no-node"), the packages of package-lock.json ("no-packages"), a Git repository with a commit
    ("no-git"), or the name Git writes into commits ("no-name") is missing, or Git fails otherwise ("git-failed").
    """
    if not shutil.which("node"):
        raise Refused("no-node")
    if not (root / SERVER).is_file() or not (root / cms.BUNDLE / cms.PARTS[0]).is_file():
        raise Refused("no-packages", path=root)
    try:
        commit = _git(root, "rev-parse", "--verify", "HEAD")
    except (OSError, subprocess.CalledProcessError):
        raise Refused("no-git", path=root) from None
    try:
        _git(root, "var", "GIT_AUTHOR_IDENT")
    except subprocess.CalledProcessError:
        raise Refused("no-name") from None
    try:
        _refresh(root, commit)
    except subprocess.CalledProcessError as error:
        raise Refused("git-failed", found=error.stderr.strip()) from None
    return commit[:10]


def _refresh(root: Path, commit: str) -> None:
    """The tree as the commit has it. Nothing in it is anybody's: what was saved is on branches."""
    tree = root / TREE
    if not _is_ours(root):
        if tree.is_symlink():
            tree.unlink()
        shutil.rmtree(tree, ignore_errors=True)
        _git(root, "worktree", "prune")
        _git(root, "update-ref", f"refs/heads/{BASE}", commit)  # -B refuses where another tree of ours has it
        _git(root, "worktree", "add", "--quiet", "--force", str(tree), BASE)
        return
    for state in ("rebase", "merge"):  # left by a save that was cut off
        subprocess.run(["git", "-C", str(tree), state, "--abort"], capture_output=True)
    _git(tree, "checkout", "--quiet", "--force", "-B", BASE, commit)
    _git(tree, "clean", "-ffdq")


def _is_ours(root: Path) -> bool:
    """Whether the tree lies where it should and is one of this repository: the project may have been copied or moved,
    and a branch can bring a link along. Everything in another one would be lost.
    """
    tree = root / TREE
    if tree.resolve() != root.resolve() / TREE or not (tree / ".git").is_file():
        return False
    asked = ("rev-parse", "--path-format=absolute", "--git-common-dir", "--show-toplevel")
    try:
        common, top = _git(tree, *asked).splitlines()
        return common == _git(root, *asked).splitlines()[0] and Path(top) == tree.resolve()
    except subprocess.CalledProcessError:
        return False


def _git(folder: Path, *args: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *args], check=True, capture_output=True, text=True)
    return done.stdout.strip()


# Serving --------------------------------------------------------------------------------------------------------------


@contextmanager
def serving(library: Library, port: int) -> Iterator[http.server.ThreadingHTTPServer]:
    """A server for the page and what it saves, on this machine only; call `serve_forever` on it.

    Refused when the port is taken ("port-taken") or decap-server does not start ("no-server").
    """
    with _decap_server(library.root) as behind:
        handler = partial(_Handler, files=_files(library), behind=behind)
        try:
            server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError:
            raise Refused("port-taken", port=port) from None
        try:
            yield server
        finally:
            server.server_close()


def _files(library: Library) -> dict[str, str | Path]:
    """What the page needs, by address: its HTML, and the files of Decap and of the site."""
    local = {"name": "proxy", "proxy_url": API, "branch": BASE}
    assets = {path.removeprefix(f"{DOCS}/"): library.root / path for path in library.assets if path.startswith(DOCS)}
    decap = {f"admin/{name}": library.root / cms.BUNDLE / name for name in cms.PARTS}
    return {**assets, **decap, cms.PAGE: cms.page(library, local)}


@contextmanager
def _decap_server(root: Path) -> Iterator[int]:
    """Run decap-server on the tree; its port is given."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {"MODE": "git", "GIT_REPO_DIRECTORY": str(root / TREE), "BIND_HOST": "127.0.0.1", "PORT": str(port)}
    env = {**os.environ, **settings, "LOG_LEVEL": "error"}
    folder = (root / SERVER).parent  # it reads a file .env where it stands
    run = subprocess.Popen(["node", str(root / SERVER)], cwd=folder, env=env, stdin=subprocess.DEVNULL)
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # a polite kill ends both
    try:
        _wait(run, port)
        yield port
    finally:
        signal.signal(signal.SIGTERM, before)
        run.terminate()
        run.wait()


def _wait(run: subprocess.Popen, port: int) -> None:
    end = time.monotonic() + LONGEST_WAIT
    while run.poll() is None and time.monotonic() < end:
        try:
            _ask(port, json.dumps({"action": "info"}).encode())
            return
        except OSError:
            time.sleep(0.05)
    raise Refused("no-server")


def _ask(port: int, body: bytes) -> tuple[int, bytes]:
    behind = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        behind.request("POST", API, body, {"Content-Type": "application/json"})
        answer = behind.getresponse()
        return answer.status, answer.read()
    finally:
        behind.close()


def is_allowed(asked: Any) -> bool:
    """Whether Decap may have this done: reading, or saving write-ups into a branch of their own."""
    match asked:
        case {"action": "persistEntry", "params": {"options": {"useWorkflow": True}} as params}:
            files = params.get("dataFiles") or [params.get("entry")]
            return not params.get("assets") and all(map(_is_write_up, files))
        case {"action": str(action)}:
            return action in READING or (action in ON_BRANCHES and action != "persistEntry")
    return False


def _is_write_up(file: Any) -> bool:
    match file:
        case {"path": str(path)}:
            places = [path] if file.get("newPath") is None else [path, file["newPath"]]
            return all((place(one) or ("",))[0] == cms.SHELF for one in places)
    return False


class _Handler(http.server.BaseHTTPRequestHandler):
    """The page's files, and the way to decap-server for this page alone."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args: Any, files: dict[str, str | Path], behind: int, **more: Any):
        self.files, self.behind = files, behind
        super().__init__(*args, **more)

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].removeprefix("/")
        if path in ("", "admin"):
            return self._answer(302, b"", location=f"/{cms.PAGE.removesuffix('index.html')}")
        found = self.files.get(f"{path}index.html" if path.endswith("/") else path)
        if found is None or not self._is_ours():
            return self._answer(404, b"")
        body = found.encode() if isinstance(found, str) else found.read_bytes()
        kind = "text/html" if isinstance(found, str) else mimetypes.guess_type(path)[0] or "application/octet-stream"
        self._answer(200, body, kind + ("; charset=utf-8" if kind.startswith("text/") else ""))

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        if self.path != API or not self._is_ours() or not length.isdecimal() or int(length) > LONGEST_BODY:
            self.close_connection = True  # what it sends is not read
            return self._answer(403, b'{"error": "not allowed"}', "application/json")
        body = self.rfile.read(int(length))
        try:
            asked = json.loads(body)
        except ValueError:
            asked = None
        if not is_allowed(asked):
            return self._answer(403, b'{"error": "not allowed"}', "application/json")
        status, said = _ask(self.behind, body)
        self._answer(status, said, "application/json")

    def _is_ours(self) -> bool:
        """Whether the page that asks is ours: another site's name that leads to this machine is refused."""
        port = self.server.server_address[1]
        hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        origin = self.headers.get("Origin")
        return self.headers.get("Host") in hosts and origin in (None, *(f"http://{host}" for host in hosts))

    def _answer(self, status: int, body: bytes, kind: str = "text/plain", location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)
