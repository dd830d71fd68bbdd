"""The embedded PostgreSQL and Redis: they start from nothing, keep their data, and leave no process behind."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import psycopg2
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from smo.up import programs
from smo.up.child import CannotStart
from smo.up.services import Services
from tests.up.waiting import alive, wait_until

START_AND_STAY = """
import sys, time
from pathlib import Path
from smo.up.services import Services
services = Services(Path(sys.argv[1]), durable=False)
services.start()
print(*(child.pid for child in services.children), flush=True)
time.sleep(60)
"""


def ask(services: Services, sql: str) -> object:
    connection = psycopg2.connect(services.database_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone() if cursor.description else None
    connection.close()
    return row[0] if row else None


def test_services_answer_keep_their_data_over_restarts_and_leave_no_process(tmp_path: Path) -> None:
    with Services(tmp_path, durable=False) as services:
        ask(services, "CREATE TABLE drinks AS SELECT 'cola' AS name")
        services.restart_postgres()
        assert ask(services, "SELECT upper(name || 'ä') FROM drinks") == "COLAÄ"
        services.kill_postgres()
        services.start_postgres()
        assert ask(services, "SELECT name FROM drinks") == "cola"
        assert ask(services, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        pids = [child.pid for child in services.children]
    assert len(pids) == 2
    assert not any(alive(pid) for pid in pids)

    with Services(tmp_path, durable=False) as services:
        assert ask(services, "SELECT name FROM drinks") == "cola"


def test_redis_can_be_killed_and_come_back_empty(tmp_path: Path) -> None:
    with Services(tmp_path, durable=False, database_url="postgres://elsewhere/smo") as services:
        assert services.database_url == "postgres://elsewhere/smo"
        redis.Redis.from_url(services.redis_url).set("bell", "rung")
        services.kill_redis()
        services.start_redis(empty=True)
        assert redis.Redis.from_url(services.redis_url).get("bell") is None


def test_services_want_a_password(tmp_path: Path) -> None:
    with Services(tmp_path, durable=False) as services:
        assert services.postgres
        assert services.redis
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(host="127.0.0.1", port=services.postgres.port, user="smo", dbname="smo", password="guess")
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=services.redis.port, retry=Retry(NoBackoff(), 0)).ping()
    assert (tmp_path / "services.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_no_service_outlives_kill_9_of_whoever_started_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", START_AND_STAY, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        pids = [int(pid) for pid in starter.stdout.readline().split()]
        assert len(pids) == 2
        starter.kill()
    wait_until(lambda: not any(alive(pid) for pid in pids))

    with Services(tmp_path, durable=False) as services:
        assert ask(services, "SELECT 1") == 1


def test_the_start_after_a_power_cut_ignores_the_old_lock_file(tmp_path: Path) -> None:
    with Services(tmp_path, durable=False):
        lock = (tmp_path / "postgres" / "postmaster.pid").read_text()
    (tmp_path / "postgres" / "postmaster.pid").write_text(lock.replace(lock.split()[0], str(os.getpid()), 1))
    with Services(tmp_path, durable=False) as services:
        assert ask(services, "SELECT 1") == 1


def test_a_service_that_cannot_start_says_why_in_one_line(tmp_path: Path) -> None:
    services = Services(tmp_path, durable=False, database_url="postgres://elsewhere/smo")
    assert services.redis
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", services.redis.port))
        taken.listen()
        with pytest.raises(CannotStart, match=r"Redis does not start: .+ \(see .*redis\.log\)$"):
            services.start()


def test_a_missing_redis_names_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "find_spec", lambda name: None)
    with pytest.raises(CannotStart, match="apt-get install redis-server"):
        Services(tmp_path, database_url="postgres://elsewhere/smo")


def test_the_systems_postgresql_serves_where_the_package_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "find_spec", lambda name: None)
    monkeypatch.setattr(programs, "SYSTEMS", tmp_path)
    for version in ("9", "17", "18"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()
    (tmp_path / "17" / "bin" / "postgres").touch()
    (tmp_path / "9" / "bin" / "postgres").touch()
    assert programs.postgres_programs() == tmp_path / "17" / "bin"


def test_postgresql_runs_from_a_place_closed_to_others_also_for_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = programs.postgres_programs().parent.parent
    closed, reachable = tmp_path / "closed", Path(tempfile.mkdtemp())
    closed.mkdir(mode=0o700)
    for part in (package, package.with_name(f"{package.name}.libs")):
        (closed / part.name).symlink_to(part)
    reachable.chmod(0o755)
    spec = SimpleNamespace(origin=str(closed / package.name / "__init__.py"))
    monkeypatch.setattr(programs, "find_spec", lambda name: spec)
    monkeypatch.setattr(programs, "REACHABLE", reachable)
    with Services(closed / "var", durable=False, redis_url="redis://elsewhere/0") as services:
        assert services.postgres
        assert services.postgres.programs.is_relative_to(reachable if os.geteuid() == 0 else closed)
        assert ask(services, "SELECT 1") == 1
    shutil.rmtree(reachable)
