"""What SMO needs on this machine, installed once: `python3 -I smo/up/install.py`. Standard library only.

Each part leaves a stamp with the hash of what it was made from, so that the next call has nothing to do.
"""

import hashlib
import runpy
import subprocess
import sys
import time
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
# What pip does on one core. Some packages carry files that are no Python of this version: they are passed over.
COMPILE = "import compileall, sys; compileall.compile_dir(sys.argv[1], quiet=2, workers=0)"


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
    if process.returncode:
        errors = [line for line in lines if "error" in line.lower()] or lines
        raise SystemExit(f"{step.what}: {errors[-1]} (all of it: {log.relative_to(ROOT)})")


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
        pip = [str(PYTHON), "-m", "pip", "install", "--no-input", "--no-compile", "-r", REQUIREMENTS[-1]]
        run(pip, logs / "pip.log", step)
        step.detail("compiling ...")
        run([str(PYTHON), "-c", COMPILE, str(VENV / "lib")], logs / "compile.log", step)
    write_stamp(stamp, value)


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
