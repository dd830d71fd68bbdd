"""Settings come from the environment, `.env.example` explains every one, and wrong ones stop the start with a clear line."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks

from smo import checks
from smo.up.install import ROOT

EXAMPLE = (ROOT / ".env.example").read_text()
STRONG = "kRz3vYq8WmB1tXc6LhN0pJd5sGf2uAe9oIi7yTbQnVwEx4MDZKlHUS"
PRODUCTION = {
    "SMO_SECRET_KEY": STRONG,
    "SMO_FIELD_KEYS": Fernet.generate_key().decode(),
    "SMO_BASE_URL": "https://smo.example.com",
    "SMO_HOSTS": "smo.example.com",
    "DATABASE_URL": "postgres://smo@127.0.0.1:1/smo",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}

# Read elsewhere than in the settings: by docker compose, by `make up` before Django starts, by workers and by the tests.
READ_ELSEWHERE = {"POSTGRES_PASSWORD", "SMO_PORT", "SMO_SANDBOX_PORT", "SMO_CHROMIUM", "SMO_CHAOS", "SMO_HEARTBEAT"}
PER_NETWORK = {"SMO_NETWORK_CLIENT_ID", "SMO_NETWORK_CLIENT_SECRET", "SMO_NETWORK_URL"}


def start(*command: str, **values: str) -> subprocess.CompletedProcess[str]:
    """Run a command of SMO with these settings and no others."""
    clean = {name: value for name, value in os.environ.items() if not re.match(r"SMO_|DJANGO_|DATABASE_URL|REDIS_URL", name)}
    environment = clean | {"DJANGO_SETTINGS_MODULE": "smo.settings"} | PRODUCTION | values
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def complaints(**values: str) -> str:
    """What the start of SMO in production says."""
    answer = start("-m", "smo.up.prepare", **values)
    assert answer.returncode == 1
    return answer.stderr


# -- in production ----------------------------------------------------------------------------------------------------


def test_good_settings_get_as_far_as_the_database() -> None:
    assert complaints().startswith("The database (DATABASE_URL) cannot be reached")


def test_without_a_secret_production_does_not_start() -> None:
    line = complaints(SMO_SECRET_KEY="")
    assert line.startswith("smo.E001: SMO_SECRET_KEY is not set. Set it to the output of: python3 -c")
    assert line.count("\n") == 1


def test_with_a_weak_secret_production_does_not_start() -> None:
    assert "smo.E002: SMO_SECRET_KEY is weak" in complaints(SMO_SECRET_KEY="password" * 8)


def test_a_worker_does_not_start_without_a_secret_either() -> None:
    answer = start("-m", "celery", "-A", "smo", "worker", "-P", "threads", "-c", "1", "-Q", "none", SMO_SECRET_KEY="")
    assert answer.returncode == 1
    assert "smo.E001: SMO_SECRET_KEY is not set." in answer.stderr


def test_everything_that_is_wrong_is_said_at_once() -> None:
    said = complaints(
        SMO_SECRET_KEY="short",
        SMO_FIELD_KEYS=f"{Fernet.generate_key().decode()},no-key",
        SMO_BASE_URL="http://smo.example.com",
        SMO_HOSTS="other.example.com",
        SMO_DEBUG="1",
        DATABASE_URL="sqlite:///smo.db",
        REDIS_URL="http://127.0.0.1",
        SMO_LEASE_SECONDS="60",
        SMO_DATABASE_POOL="4",
    )
    assert sorted(re.findall(r"^smo\.(E\d+)", said, re.MULTILINE)) == [
        f"E{number:03}" for number in (2, 4, 6, 7, 8, 9, 10, 11, 12)
    ]
    assert "SMO_FIELD_KEYS: key 2 is not a Fernet key" in said
    assert "SMO_HOSTS=other.example.com,smo.example.com" in said
    assert "set SMO_DATABASE_POOL to 34 or more" in said


# -- in a demo --------------------------------------------------------------------------------------------------------


def found(settings: Any, **values: Any) -> list[str]:
    """The ids of the errors with these settings."""
    for name, value in values.items():
        setattr(settings, name, value)
    return [line.split(":")[0] for line in checks.lines(run_checks()).splitlines()]


def test_a_demo_needs_no_https_but_its_secrets(settings: Any) -> None:
    settings.DEMO = True
    assert found(settings, BASE_URL="http://127.0.0.1:8000", ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="a short one") == []
    assert found(settings, SECRET_KEY="", FIELD_KEYS=[]) == ["smo.E001", "smo.E003"]


def test_hosts_must_answer_the_address_that_people_type(settings: Any) -> None:
    settings.BASE_URL = "https://smo.example.com"
    assert found(settings, ALLOWED_HOSTS=[]) == ["smo.E005"]
    assert found(settings, ALLOWED_HOSTS=["smo.example.org"]) == ["smo.E006"]
    assert found(settings, ALLOWED_HOSTS=[".example.com"]) == []


@pytest.mark.parametrize(("task", "lease"), [(30, 180), (90, 90), (200, 180)])
def test_a_call_ends_before_its_task_and_a_task_before_its_lease(settings: Any, task: int, lease: int) -> None:
    assert found(settings, TASK_SECONDS=task, LEASE_SECONDS=lease) == ["smo.E011"]


# -- what .env.example explains ---------------------------------------------------------------------------------------


def variables_read(source: str) -> dict[str, Any]:
    """The variables that a settings file reads through `env`, with their defaults (None: not a plain value)."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    calls = [call for call in calls if re.fullmatch(r"env\.\w+", ast.unparse(call.func))]
    named = [call for call in calls if call.args and isinstance(call.args[0], ast.Constant)]
    return {ast.literal_eval(call.args[0]): default(call) for call in named}


def default(call: ast.Call) -> Any:
    """The value of the keyword `default`."""
    values = [keyword.value for keyword in call.keywords if keyword.arg == "default"]
    return values[0].value if values and isinstance(values[0], ast.Constant) else None


def variables_explained(example: str) -> dict[str, str]:
    """Each variable of an example file, commented out or not, with the value that stands there."""
    return dict(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=(.*)$", example, re.MULTILINE))


READ = variables_read((ROOT / "smo" / "settings.py").read_text())
EXPLAINED = variables_explained(EXAMPLE)


def test_the_example_explains_every_variable_and_no_other() -> None:
    assert set(EXPLAINED) == set(READ) | READ_ELSEWHERE | PER_NETWORK


def test_the_example_shows_the_true_defaults() -> None:
    """Lines that are commented out say what holds without them; the others have to be filled in."""
    shown = variables_explained("\n".join(line for line in EXAMPLE.splitlines() if line.startswith("# ")))
    del shown["DATABASE_URL"]  # an example with a password, for who has a PostgreSQL
    true = {name: int(value) if isinstance(value, bool) else value for name, value in READ.items() if value is not None}
    assert {name: shown[name] for name in true if name in shown} == {name: str(true[name]) for name in true if name in shown}


def test_what_is_read_elsewhere_is_read() -> None:
    places = [
        ROOT / "docker-compose.yml",
        ROOT / "Makefile",
        *(ROOT / "smo" / "up").glob("*.py"),
        *(ROOT / "tests").rglob("*.py"),
    ]
    text = "".join(path.read_text() for path in places if path != Path(__file__))
    assert [name for name in READ_ELSEWHERE if name not in text] == []


def test_a_variable_that_is_read_but_not_explained_is_noticed() -> None:
    source = 'PORT = env.int("SMO_NEW", default=3)\nNAME = env.str("SMO_NAME")'
    assert variables_read(source) == {"SMO_NEW": 3, "SMO_NAME": None}
    assert variables_explained("# Why\n# SMO_NEW=3\nSMO_OTHER=") == {"SMO_NEW": "3", "SMO_OTHER": ""}
