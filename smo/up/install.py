"""What SMO needs on this machine, installed once: `python3 -I smo/up/install.py`. Standard library only.

Each part leaves a stamp with the hash of what it was made from, so that the next call has nothing to do.
"""

import hashlib
import runpy
import subprocess
import sys
import time
from ast import literal_eval
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
# What a machine has told pip about its mirror, and uv's words for it.
SETTINGS = {
    "index-url": "--index-url",
    "extra-index-url": "--extra-index-url",
    "find-links": "--find-links",
    "constraint": "--constraint",
    "trusted-host": "--allow-insecure-host",
}
PLACES = ("global", "install", ":env:")  # where pip is told something; a later one outdoes an earlier one


class Step:
    """A line of progress: what is being done, on a terminal also its latest detail, and in the end the seconds it took."""

    def __init__(self, what: str) -> None:
        self.what, self.started, self.live = what, time.monotonic(), sys.stdout.isatty()

    def __enter__(self) -> Self:
        self.detail("...")
        return self

    def detail(self, words: str) -> None:
        """What is being done just now; shown on a terminal only."""
        if self.live:
            print(f"\r\033[K  {self.what:<28} {words[:45]}", end="", flush=True)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.live:
            print("\r\033[K", end="")
        if kind is None:
            done(self.what, self.started)


def done(what: str, started: float) -> None:
    """Print that `what`, begun at `started` (time.monotonic), is done."""
    print(f"  {what:<28} {time.monotonic() - started:5.1f} s", flush=True)


def digest(paths: Iterable[Path]) -> str:
    """A hash of the names and contents of these files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.name} {path.stat().st_size}\n".encode() + path.read_bytes())
    return total.hexdigest()


def is_stamped(stamp: Path, value: str) -> bool:
    return stamp.exists() and stamp.read_text() == value


def write_stamp(stamp: Path, value: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value)


def run(command: list[str], log: Path, step: Step) -> None:
    """Run a command in the checkout, its output kept in `log`; on failure end with its last error as one line."""
    if why := failure(command, log, step):
        raise SystemExit(why)


def failure(command: list[str], log: Path, step: Step) -> str | None:
    """Run a command as `run` does; its last error in one line, None if there is none."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("w") as file,
        subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        ) as process,
    ):
        lines = [""]
        for line in process.stdout or ():
            file.write(line)
            if line.strip():
                lines.append(line.strip())
                step.detail(lines[-1])
    if not process.returncode:
        return None
    errors = [line for line in lines if "error" in line.lower()] or lines
    return f"{step.what}: {errors[-1]} (all of it: {log.relative_to(ROOT)})"


def works() -> bool:
    """Whether the environment is whole: the Python it was made from may have been upgraded away."""
    question = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pip') is None)"
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", question], capture_output=True, check=False).returncode == 0


def install_python() -> None:
    """Make .venv and install the pinned requirements into it, unless that was done for these very requirements."""
    value = digest(ROOT / name for name in REQUIREMENTS)
    stamp, logs, whole = VENV / "smo.stamp", ROOT / "build" / "log", works()
    if whole and is_stamped(stamp, value):
        return
    if not whole:
        if find_spec("venv") is None or find_spec("ensurepip") is None:
            raise SystemExit("This Python has no venv: install it (Debian: apt-get install python3-venv).")
        with Step("virtual environment") as step:
            run([sys.executable, "-m", "venv", "--clear", str(VENV)], logs / "venv.log", step)
    with Step("Python packages") as step:
        install_packages(logs, step)
    write_stamp(stamp, value)


def install_packages(logs: Path, step: Step) -> None:
    """By uv, which is five times as fast; by pip where uv is not to be had, or cannot ask this machine's mirror."""
    pip = [str(PYTHON), "-m", "pip", "install", "--no-input"]
    if failure([*pip, "--no-deps", pinned("uv")], logs / "uv.log", step) or failure(uv(), logs / "packages.log", step):
        run([*pip, "-r", REQUIREMENTS[-1]], logs / "packages.log", step)


def pinned(package: str) -> str:
    """The requirement of this package, with its version."""
    lines = (ROOT / REQUIREMENTS[-1]).read_text().splitlines()
    return next(line for line in lines if line.startswith(f"{package}=="))


def uv() -> list[str]:
    """The command by which uv installs what pip would, from where pip would."""
    told = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False).stdout
    command = [str(VENV / "bin" / "uv"), "pip", "install", "--python", str(PYTHON), "--compile-bytecode", "--system-certs"]
    return [*command, "--index-strategy", "unsafe-best-match", *as_uv_says(told), "-r", REQUIREMENTS[-1]]


def as_uv_says(told: str) -> list[str]:
    """The options of uv that say what `pip config list` does: lines like `global.index-url='https://...'`."""
    known = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    settings: dict[str, str] = {}
    for place in PLACES:
        begins = f"{place}."
        settings |= {key.removeprefix(begins): literal_eval(value) for key, value in known.items() if key.startswith(begins)}
    said = [(option, value) for name, option in SETTINGS.items() for value in settings.get(name, "").split()]
    alone = ["--no-index"] if settings.get("no-index", "").lower() in ("1", "yes", "on", "true") else []
    return [*alone, *(word for pair in said for word in pair)]


def install_assets() -> None:
    """Build the front-end assets with the environment's Python, whose package of Node serves where the system has none."""
    with Step("front-end assets") as step:
        run([str(PYTHON), "-I", str(ROOT / "smo" / "up" / "assets.py")], ROOT / "build" / "log" / "assets.log", step)


def trim_styles() -> None:
    """Leave out of Tabler's style sheet what no page can use, once for these very pages."""
    script = ROOT / "smo" / "up" / "styles.py"
    named = runpy.run_path(str(script))  # this file is run by its path: it cannot import its neighbours
    value, stamp = (
        digest([script, named["WHOLE"], *named["sources"](), *ROOT.glob(named["STYLES"])]),
        ROOT / "build" / "styles.stamp",
    )
    if is_stamped(stamp, value):
        return
    with Step("style sheet") as step:
        run([str(PYTHON), "-I", str(script)], ROOT / "build" / "log" / "styles.log", step)
    write_stamp(stamp, value)


def compile_words(sources: list[Path]) -> None:
    """Compile the catalogues of the languages; a .mo that somebody removed is made again."""
    value, stamp = digest(sources), ROOT / "build" / "words.stamp"
    if is_stamped(stamp, value) and all(source.with_suffix(".mo").exists() for source in sources):
        return
    with Step("languages") as step:
        run([str(PYTHON), "-I", str(ROOT / "smo" / "words" / "compiling.py")], ROOT / "build" / "log" / "words.log", step)
    write_stamp(stamp, value)


def main() -> None:
    """Everything in order; each step names itself, its progress and its seconds."""
    install_python()
    sources = [
        *(ROOT / "assets").iterdir(),
        ROOT / "package-lock.json",
        ROOT / "package.json",
        ROOT / "smo" / "up" / "assets.py",
    ]
    value, stamp = digest(sources), ROOT / "build" / "assets.stamp"
    if not (is_stamped(stamp, value) and (ROOT / "build" / "assets").is_dir()):
        install_assets()
        write_stamp(stamp, value)
        (ROOT / "build" / "styles.stamp").unlink(missing_ok=True)  # the sheet is whole again
    trim_styles()
    compile_words(sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")))


if __name__ == "__main__":
    main()
