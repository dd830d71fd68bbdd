"""PostgreSQL and Redis for a machine that has none running: started from packages, data below a folder of ours.

with Services(Path("var")) as services:
    use(services.database_url, services.redis_url)
"""

import contextlib
import hashlib
import hmac
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg2
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from smo.up.child import CannotStart, Child, stop_all
from smo.up.programs import postgres_programs, postgres_user, redis_program

MAX_CONNECTIONS = 200
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}  # for data that nobody will miss


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def private_file(path: Path, text: str) -> None:
    """Write `text` to a file that only we can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def wait_for(ready: Callable[[], bool], child: Child, seconds: float) -> None:
    """Poll until `ready`. Raises CannotStart when the child ends before, or when `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while True:
        if not child.running:
            raise CannotStart(f"{child.name} does not start: {child.last_words()} (see {child.log})")
        if ready():
            return
        if time.monotonic() > deadline:
            raise CannotStart(f"{child.name} does not answer after {seconds:.0f} s (see {child.log})")
        time.sleep(0.02)


def password(var: Path, role: str) -> str:
    """The password of one role of one service: made from the key of this folder, which is generated once."""
    key = var / "services.key"
    if not key.exists():
        private_file(key, secrets.token_hex(32))
    return hmac.new(key.read_bytes(), role.encode(), hashlib.sha256).hexdigest()[:40]


class Postgres:
    """A PostgreSQL below `var/postgres`, on a loopback port that stays the same until this object goes.

    `durable=False` trades safety at a power cut for speed. The app's role `smo` owns the database `smo` and may create
    databases (tests do), but is no superuser.
    """

    def __init__(self, var: Path, *, durable: bool) -> None:
        self.var, self.data, self.durable, self.port = var, var / "postgres", durable, free_port()
        self.programs = postgres_programs()
        self.child = Child(
            name="PostgreSQL",
            command=[],
            log=var / "log" / "postgres.log",
            user=postgres_user(self.data),
            term=signal.SIGINT,  # 'fast': ends sessions, writes a checkpoint
            orphan=signal.SIGINT,
            patience=20.0,
        )

    @property
    def url(self) -> str:
        return f"postgres://smo:{password(self.var, 'smo')}@127.0.0.1:{self.port}/smo"

    def launch(self) -> None:
        """Create the data on the first call, start the server, and return before it answers."""
        if (self.data / "PG_VERSION").exists():
            self._check_version()
            self._wait_for_predecessor()
        else:
            self._create()
        options = {"max_connections": str(MAX_CONNECTIONS), "shared_buffers": "256MB", "jit": "off", "timezone": "UTC"}
        options |= {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "port": str(self.port)}
        options |= {} if self.durable else FAST
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.child.command = [str(self.programs / "postgres"), "-D", str(self.data), *settings]
        self.child.start()

    def wait(self) -> None:
        """Wait until it takes connections; on the first call, make the role and the database."""
        wait_for(self._answers, self.child, 60)
        connection = self._connect("postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'smo'")
            if cursor.fetchone() is None:
                cursor.execute("CREATE ROLE smo LOGIN CREATEDB PASSWORD %s", [password(self.var, "smo")])
                cursor.execute("CREATE DATABASE smo OWNER smo")
        connection.close()

    def start(self) -> None:
        """Start, also after a crash: the old server's last processes may hold the data for a moment yet."""
        for _attempt in range(4):
            self.launch()
            with contextlib.suppress(CannotStart):
                self.wait()
                return
            self.child.stop()
            time.sleep(0.2)
        self.launch()
        self.wait()

    def _connect(self, database: str) -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            password=password(self.var, "postgres"),
            dbname=database,
            connect_timeout=5,
        )

    def _answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def _create(self) -> None:
        """initdb beside the final place, then rename: an interrupted first start leaves no half-made data."""
        draft, words = self.data.with_name("postgres.new"), self.var / "postgres.pw"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        private_file(words, password(self.var, "postgres"))
        for path in (draft, words):
            self._give(path)
        # The server's own C.UTF-8 (since 17) sorts the same on every machine; before, the system's.
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self._major() >= 17 else []
        command = [str(self.programs / "initdb"), "-D", str(draft), "-U", "postgres", "--encoding=UTF8", "--locale=C.UTF-8"]
        command += [*locale, "--auth=scram-sha-256", f"--pwfile={words}", *([] if self.durable else ["--no-sync"])]
        Child("initdb", command, self.child.log, user=self.child.user).run(120)
        words.unlink()
        draft.rename(self.data)

    def _give(self, path: Path) -> None:
        if self.child.user:
            user = pwd.getpwnam(self.child.user)
            os.chown(path, user.pw_uid, user.pw_gid)

    def _major(self) -> int:
        """The server's major version: `postgres (PostgreSQL) 18.6 (...)` gives 18."""
        answer = subprocess.run([self.programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        return int(answer.split("(PostgreSQL) ")[1].split(".")[0])

    def _check_version(self) -> None:
        have = int((self.data / "PG_VERSION").read_text())
        if have != self._major():
            raise CannotStart(
                f"{self.data} was written by PostgreSQL {have}, but {self._major()} is installed: dump and reload."
            )

    def _wait_for_predecessor(self) -> None:
        """After kill -9 of the one before us its server still writes its checkpoint; a stale lock file is removed."""
        lock = self.data / "postmaster.pid"
        deadline = time.monotonic() + 30
        while lock.exists() and time.monotonic() < deadline:
            pid = lock.read_text().split("\n", 1)[0]
            if not pid or not _command_of(int(pid)).startswith(str(self.programs)):
                lock.unlink(missing_ok=True)
            time.sleep(0.1)


def _command_of(pid: int) -> str:
    """The command line of a process; empty when there is none (or no /proc: then the server itself must judge)."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


class Redis:
    """A Redis below `var/redis`, on a loopback port that stays the same until this object goes."""

    def __init__(self, var: Path, *, durable: bool) -> None:
        self.var, self.data, self.durable, self.port = var, var / "redis", durable, free_port()
        self.child = Child(
            "Redis",
            [redis_program(), str(self.data / "redis.conf")],
            var / "log" / "redis.log",
            orphan=signal.SIGTERM,
        )

    @property
    def url(self) -> str:
        return f"redis://:{password(self.var, 'redis')}@127.0.0.1:{self.port}/0"

    def launch(self) -> None:
        """Write the configuration, start the server, and return before it answers."""
        save = "save 300 1" if self.durable else 'save ""'
        lines = [f"port {self.port}", "bind 127.0.0.1", f"requirepass {password(self.var, 'redis')}", f"dir {self.data}", save]
        private_file(self.data / "redis.conf", "\n".join(lines) + "\n")
        self.child.start()

    def wait(self) -> None:
        """Wait until it answers PING."""
        wait_for(self._answers, self.child, 30)

    def start(self) -> None:
        self.launch()
        self.wait()

    def empty(self) -> None:
        """Drop what it saved (only while it is not running)."""
        (self.data / "dump.rdb").unlink(missing_ok=True)

    def _answers(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_timeout=0.5, retry=Retry(NoBackoff(), 0))
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False
        finally:
            client.close()


class Services:
    """PostgreSQL and Redis, each embedded below `var` unless its address is given. A context manager.

    Raises CannotStart. Addresses stay the same across every restart of one object. Linux also ends both when we die.
    """

    def __init__(self, var: Path, *, durable: bool = True, database_url: str = "", redis_url: str = "") -> None:
        var = var.resolve()
        self.postgres = None if database_url else Postgres(var, durable=durable)
        self.redis = None if redis_url else Redis(var, durable=durable)
        self.database_url = self.postgres.url if self.postgres else database_url
        self.redis_url = self.redis.url if self.redis else redis_url

    @property
    def children(self) -> list[Child]:
        """The processes of the embedded ones."""
        return [service.child for service in (self.postgres, self.redis) if service]

    def start(self) -> None:
        """Start both at once and wait until both answer."""
        if self.redis:
            self.redis.launch()
        if self.postgres:
            self.postgres.start()
        if self.redis:
            self.redis.wait()

    def stop(self) -> None:
        stop_all(self.children)

    def kill_postgres(self) -> None:
        """kill -9 of the server's parent process; its sessions end by themselves."""
        self._postgres().child.kill()

    def start_postgres(self) -> None:
        self._postgres().start()

    def restart_postgres(self) -> None:
        """An orderly restart: sessions are ended, data stays."""
        self._postgres().child.stop()
        self._postgres().start()

    def kill_redis(self) -> None:
        """kill -9: what it had not saved is lost."""
        self._redis().child.kill()

    def start_redis(self, *, empty: bool = False) -> None:
        """Start again; `empty` also drops what it had saved."""
        if empty:
            self._redis().empty()
        self._redis().start()

    def restart_redis(self, *, empty: bool = False) -> None:
        """An orderly restart."""
        self._redis().child.stop()
        self.start_redis(empty=empty)

    def _postgres(self) -> Postgres:
        assert self.postgres, "PostgreSQL is not ours: DATABASE_URL is set"
        return self.postgres

    def _redis(self) -> Redis:
        assert self.redis, "Redis is not ours: REDIS_URL is set"
        return self.redis

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
