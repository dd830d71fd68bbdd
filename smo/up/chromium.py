"""Print the path of a Chromium for the browser tests, installing Debian's where that can be done. Standard library only."""

import os
import shutil
import subprocess
import sys

SHELL = "chromium-headless-shell"  # the same engine without windows of its own: a quarter less work a page
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (  # headless, also as root, and without asking for anything on the network
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
FONTS = ("fonts-liberation", "fonts-noto-color-emoji")  # for the screenshots


def find() -> str | None:
    """What SMO_CHROMIUM names, else the first one on PATH."""
    return os.environ.get("SMO_CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> None:
    """Install Debian's package when we are root on such a machine: the shell, or where there is none the whole browser."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("  installing Chromium for the browser tests ...", file=sys.stderr, flush=True)
    apt_get("update", "-qq")
    for package in (SHELL, "chromium"):
        if not find():
            apt_get("install", "-y", "-qq", "--no-install-recommends", package, *FONTS)


def apt_get(*words: str) -> None:
    silent = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", *words], env=silent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def main() -> int:
    """The path on standard output, or one line on standard error that says what to install."""
    if not find():
        install()
    if path := find():
        print(path)
        return 0
    print(
        "The browser tests need Chromium: install it (Debian: apt-get install chromium) or set SMO_CHROMIUM.", file=sys.stderr
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
