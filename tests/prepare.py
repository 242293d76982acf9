"""Finds or installs what the tests need outside .venv: the programs of system-packages.txt, and a Chromium.

`tests/prepare.py` does both and prints the Chromium's path (TILLIT_CHROMIUM=… names one); all else goes to stderr.
`tests/prepare.py system` sees to the programs alone.
"""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from macros import spelling

PACKAGES = Path(__file__).parent.parent / "system-packages.txt"
SHELL = "chromium-headless-shell"  # Debian's Chromium without a window: a page takes it a third of the work
BROWSERS = (
    SHELL,
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
COMMANDS = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])  # servers are not on every PATH


def say(*lines: str) -> None:
    for line in lines:
        print(f"tests: {line}", file=sys.stderr, flush=True)


def run(*command: str, **environment: str) -> bool:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=os.environ | environment)
    return done.returncode == 0


def may_install() -> bool:
    return bool(shutil.which("apt-get")) and os.geteuid() == 0


def install(packages: list[str]) -> bool:
    say(f"installing {' '.join(packages)}")
    return run("apt-get", "update", "-q") and run(
        "apt-get", "install", "-q", "-y", "--no-install-recommends", *packages, DEBIAN_FRONTEND="noninteractive"
    )


def missing_packages() -> list[str]:
    """The packages of system-packages.txt whose proof is not there."""
    missing = []
    for line in PACKAGES.read_text(encoding="utf-8").splitlines():
        if words := line.partition("#")[0].split():
            package, proof = words[0], words[-1]
            if not is_there(proof):
                missing.append(package)
    return missing


def is_there(proof: str) -> bool:
    """Whether a command is found, or the dictionary that the check of spelling would ask."""
    kind, _, name = proof.partition(":")
    if kind == "dictionary":
        spelling.dictionary.cache_clear()  # it may have been installed just now
        return spelling.dictionary(name) is not None
    return shutil.which(proof, path=COMMANDS) is not None


def system() -> None:
    missing = missing_packages()
    if missing and may_install():
        install(missing)
        missing = missing_packages()
    if not missing:
        return
    if shutil.which("apt-get"):
        how = f"sudo apt-get install {' '.join(missing)}"
    else:
        how = "the system's own package manager (the names are Debian's)"
    say(f"missing: {' '.join(missing)}", f"install with: {how}")
    sys.exit(1 if "system" in sys.argv else "tests: as root on Debian or Ubuntu, `make system` does it")


def starts(browser: str) -> bool:
    """Whether the tests can drive it: one that lacks its libraries, or is shut up in a snap, is found but cannot."""
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            playwright.chromium.launch(executable_path=browser, args=["--disable-background-networking"]).close()
        except Error as error:
            say(f"{browser} does not start: {error.message.splitlines()[0]}")
            return False
    return True


def install_shell() -> None:
    """Where its package is: on Debian."""
    if not shutil.which(SHELL) and may_install() and platform.freedesktop_os_release()["ID"] == "debian":
        install([SHELL])


def installed() -> str | None:
    for name in BROWSERS:
        browser = shutil.which(name)
        if browser and starts(browser):
            return browser
    return playwrights_own()


def playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.executable_path
    return browser if Path(browser).exists() and starts(browser) else None


def download() -> str | None:
    say("no Chromium here: asking Playwright for its own")
    if run(sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"):
        return playwrights_own()
    return None


def chromium() -> str:
    if browser := os.environ.get("TILLIT_CHROMIUM"):
        if not starts(browser):
            sys.exit("tests: TILLIT_CHROMIUM names no Chromium that starts")
        return browser
    install_shell()
    browser = installed() or download()
    if not browser and may_install() and install(["chromium"]):
        browser = installed()
    if not browser:
        sys.exit(
            "tests: the tests need a Chromium: install one (Debian: sudo apt-get install chromium),"
            " or name one: TILLIT_CHROMIUM=/path/to/chromium make test"
        )
    return browser


if __name__ == "__main__":
    system()
    if "system" not in sys.argv:
        print(chromium())
