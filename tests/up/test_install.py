"""How the set-up gets its packages: by uv from where pip would take them, and by pip where uv cannot."""

from pathlib import Path

import pytest

from smo.up import install

TOLD = r"""global.cert='/etc/ssl/certs/company.crt'
global.extra-index-url='https://one.example/simple\nhttps://two.example/simple'
global.index-url='https://old.example/simple'
install.index-url='https://mirror.example/simple'
install.no-index='0'
:env:.find-links='/opt/wheels'
"""
PYTHON = """#!/bin/sh
echo "$*" >> "{calls}"
case "$*" in *{breaks}*) echo "error: no such thing"; exit 1;; esac
"""


def test_uv_asks_where_pip_would_ask() -> None:
    options = install.as_uv_says(TOLD)

    pairs = list(zip(options[::2], options[1::2], strict=True))
    assert pairs == [
        ("--index-url", "https://mirror.example/simple"),
        ("--extra-index-url", "https://one.example/simple"),
        ("--extra-index-url", "https://two.example/simple"),
        ("--find-links", "/opt/wheels"),
    ]


def test_a_machine_without_any_index_stays_without() -> None:
    assert install.as_uv_says(":env:.no-index='1'\n") == ["--no-index"]
    assert install.as_uv_says("") == []


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose Python and uv only write down what they are asked."""
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / install.REQUIREMENTS[-1]).write_text("Django==5.2\nuv==0.0.1\n")
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(install, "PYTHON", tmp_path / ".venv/bin/python")
    return tmp_path


def calls_of(checkout: Path, breaks: str) -> list[str]:
    """What an installation calls when every call that has this word in it fails."""
    calls = checkout / "calls"
    for name in ("python", "uv"):
        script = checkout / ".venv/bin" / name
        script.write_text(PYTHON.format(calls=calls, breaks=breaks))
        script.chmod(0o755)
    with install.Step("Python packages") as step:
        install.install_packages(checkout / "build", step)
    return [line for line in calls.read_text().splitlines() if "config" not in line]


def test_uv_installs_where_it_can(checkout: Path) -> None:
    got, installed = calls_of(checkout, breaks="nothing")

    assert got.endswith("--no-deps uv==0.0.1")
    assert installed.startswith("pip install --python")


@pytest.mark.parametrize("breaks", ["uv==0.0.1", "--compile-bytecode"], ids=["it is not there", "it cannot"])
def test_pip_installs_where_uv_does_not(checkout: Path, breaks: str) -> None:
    assert calls_of(checkout, breaks)[-1] == "-m pip install --no-input -r requirements-dev.txt"


def test_what_pip_says_is_the_one_line(checkout: Path) -> None:
    with pytest.raises(SystemExit, match=r"Python packages: error: no such thing \(all of it: build/packages.log\)"):
        calls_of(checkout, breaks="pip")
