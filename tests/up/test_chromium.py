"""The browser tests find their browser, or say what to install."""

import subprocess
import sys
from pathlib import Path

from smo.up.install import ROOT


def chromium(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(ROOT / "smo" / "up" / "chromium.py")]
    return subprocess.run(command, env={"PATH": str(folder)} | environment, capture_output=True, text=True, check=False)


def test_a_chromium_on_the_path_is_found(tmp_path: Path) -> None:
    (tmp_path / "chromium").touch(mode=0o755)
    assert chromium(tmp_path).stdout == f"{tmp_path / 'chromium'}\n"
    assert chromium(tmp_path, SMO_CHROMIUM="/opt/chrome").stdout == "/opt/chrome\n"


def test_the_lighter_one_is_taken_where_both_are(tmp_path: Path) -> None:
    for name in ("chromium", "chromium-headless-shell"):
        (tmp_path / name).touch(mode=0o755)
    assert chromium(tmp_path).stdout == f"{tmp_path / 'chromium-headless-shell'}\n"


def test_a_missing_chromium_is_one_line_that_names_what_to_install(tmp_path: Path) -> None:
    answer = chromium(tmp_path)
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1
    assert "apt-get install chromium" in answer.stderr
