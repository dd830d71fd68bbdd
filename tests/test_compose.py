"""docker-compose.yml, Dockerfile and .env.example: no engine runs them here, so their structure is checked."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from smo.up import processes
from smo.up.install import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "smo"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def with_defaults(text: str) -> str:
    """As docker compose reads it when the environment is empty: `${NAME:-default}` is `default`."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def test_every_process_of_smo_has_its_service() -> None:
    workers = {f"worker-{worker.name}" for worker in processes.WORKERS}
    assert set(SERVICES) == {"prepare", "web", "beat", "postgres", "redis"} | workers
    assert SERVICES["worker-publish"]["deploy"]["replicas"] == processes.WORKERS[0].processes


@pytest.mark.parametrize("worker", processes.WORKERS, ids=lambda worker: worker.name)
def test_workers_run_as_make_up_runs_them(worker: processes.Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMO_PUBLISH_THREADS", raising=False)
    command = with_defaults(SERVICES[f"worker-{worker.name}"]["command"]).split()
    assert tuple(command) == worker.command(worker.name)


def test_web_and_beat_run_as_make_up_runs_them() -> None:
    web = processes.web("0.0.0.0", 8000)
    assert tuple(SERVICES["web"]["command"].split()) == web
    assert f"CMD {list(web)}".replace("'", '"') in DOCKERFILE
    assert tuple(SERVICES["beat"]["command"].split()) == processes.beat(Path("/var/lib/smo/beat/schedule"))


def test_every_lasting_service_has_a_health_check_and_comes_back() -> None:
    for name in SERVICES.keys() - {"prepare"}:
        assert SERVICES[name]["healthcheck"]["test"], name
        assert SERVICES[name]["restart"] == "unless-stopped", name


def test_our_services_wait_for_the_prepared_database() -> None:
    assert SERVICES["prepare"]["command"] == "python -m smo.up.prepare"
    for name in OURS.keys() - {"prepare"}:
        assert OURS[name]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}, name


def test_our_services_may_do_little() -> None:
    for name, service in OURS.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert "user" not in service, name  # the image's own, which is not root
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE) == ["smo"]


def test_data_lies_in_named_volumes() -> None:
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service["volumes"]}
    assert used == set(COMPOSE["volumes"]) == {"smo", "postgres", "redis"}


def test_no_secret_is_written_down() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if "PASSWORD" in name or "SECRET" in name or "KEY" in name:
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), name
    assert not re.search(r"(?i)(secret|password|_keys?)\s*=", DOCKERFILE)
    assert ".env" not in (ROOT / ".dockerignore").read_text()  # it lists what goes in, and leaves out all else


def test_every_variable_that_compose_asks_for_is_explained() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    example = (ROOT / ".env.example").read_text()
    assert asked <= set(re.findall(r"^(?:# )?(\w+)=", example, re.MULTILINE))


def test_the_image_holds_everything_that_is_needed() -> None:
    listed = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {source for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE) for source in line.split()}
    assert {source.split("/")[0] for source in copied} - {"."} <= listed
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert packages | {"manage.py", "templates", "static"} <= listed


def test_each_setting_in_the_example_has_a_comment_above_it() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    names = [re.match(r"(?:# )?([A-Z_]+)=", line) for line in lines]
    for number, name in enumerate(names):
        if name:
            assert lines[number - 1].startswith("# ")
            assert not names[number - 1], name[1]
