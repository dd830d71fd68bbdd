"""Where an SMO lives on this machine, the secrets it generates for itself, and what its processes find in their environment."""

import base64
import fcntl
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import environ

from smo.up.child import CannotStart
from smo.up.services import Services, private_file

ROOT = Path(__file__).resolve().parent.parent.parent
NEEDED_MB = 500


@dataclass(frozen=True)
class Environment:
    """What the person at the terminal chose: the folder of all data, and the ports of web and practice networks."""

    var: Path
    port: int
    sandbox_port: int
    database_url: str  # empty: embedded
    redis_url: str  # empty: embedded

    @classmethod
    def read(cls) -> "Environment":
        """From the environment, and where that is silent from the file .env. Raises CannotStart."""
        if (ROOT / ".env").is_file():
            environ.Env.read_env(ROOT / ".env")
        port = _port("SMO_PORT", 8000)
        var = Path(os.environ.get("SMO_VAR") or ROOT / "var").resolve()
        services = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
        return cls(var, port, _port("SMO_SANDBOX_PORT", port + 1), *services)

    @property
    def url(self) -> str:
        return os.environ.get("SMO_BASE_URL") or f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    def check(self) -> None:
        """Raise CannotStart for what would fail later with worse words: a full disk, a port in use."""
        free = shutil.disk_usage(self.var).free // 1_000_000
        if free < NEEDED_MB:
            raise CannotStart(f"Only {free} MB are free in {self.var}, {NEEDED_MB} are needed: make room or move SMO_VAR.")
        for port, what, variable in ((self.port, "web", "SMO_PORT"), (self.sandbox_port, "sandbox", "SMO_SANDBOX_PORT")):
            if _in_use(port):
                raise CannotStart(f"Port {port} ({what}) is in use: choose another, e.g. {variable}={port + 100} make up.")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for ourselves; raises CannotStart when another `up` has it. The lock ends with our life."""
        self.var.mkdir(parents=True, exist_ok=True)
        with (self.var / "up.lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                other = file.read().strip()
                raise CannotStart(
                    f"SMO already runs in {self.var} (process {other}): stop it, or choose another SMO_VAR and SMO_PORT."
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    def for_children(self, services: Services) -> dict[str, str]:
        """The environment of every process, also written to `run/env` for tools that want to join a running SMO."""
        ours = {
            "DJANGO_SETTINGS_MODULE": "smo.settings",
            "SMO_DEMO": "1",
            "SMO_VAR": str(self.var),
            "SMO_PORT": str(self.port),
            "SMO_SANDBOX_PORT": str(self.sandbox_port),
            "SMO_BASE_URL": self.url,
            "SMO_SANDBOX_URL": self.sandbox_url,
            "DATABASE_URL": services.database_url,
            "REDIS_URL": services.redis_url,
        }
        defaults = {"SMO_COOKIE": f"smo_{self.port}"}  # browsers share cookies between ports: two copies need two names
        chosen = (
            defaults | self.secrets() | {name: value for name, value in os.environ.items() if value and name.startswith("SMO_")}
        )
        private_file(self.var / "run" / "env", "".join(f"{name}={value}\n" for name, value in (chosen | ours).items()))
        return {**os.environ, **chosen, **ours, "PYTHONUNBUFFERED": "1"}

    def secrets(self) -> dict[str, str]:
        """The demo's secrets, generated once per folder: a lost field key would make stored tokens unreadable."""
        path = self.var / "secret.env"
        if not path.exists():
            field_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()  # the shape of a Fernet key
            private_file(path, f"SMO_SECRET_KEY={secrets.token_urlsafe(50)}\nSMO_FIELD_KEYS={field_key}\n")
        return dict(line.split("=", 1) for line in path.read_text().splitlines())


def _port(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise CannotStart(f"{name} is {value!r}; it must be a number from 1 to 65535.")
    return int(value)


def _in_use(port: int) -> bool:
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
