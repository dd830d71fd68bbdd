"""Each process's database is a copy of one that was migrated once; after a test only the tables with rows are emptied."""

import fcntl
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import psycopg2
from django.db import connection

from tests.services import SCRATCH

ROOT = Path(__file__).parents[1]
TEMPLATE = "smo_template"
KEPT = {"django_content_type", "auth_permission"}  # migrating writes them, no test changes them
EMPTY = """DO $$ BEGIN {} END $$"""


def template() -> str:
    """The name of a database that has been migrated. The first process that asks makes it, the others wait."""
    with (SCRATCH / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (SCRATCH / "template.made").exists():
            _make_template()
            (SCRATCH / "template.made").touch()
    return TEMPLATE


def _make_template() -> None:
    address = os.environ["DATABASE_URL"]
    maker = psycopg2.connect(address)
    maker.autocommit = True
    with maker.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        cursor.execute(f"CREATE DATABASE {TEMPLATE}")
    maker.close()
    inside = {**os.environ, "DATABASE_URL": f"{address.rsplit('/', 1)[0]}/{TEMPLATE}"}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=inside, check=True)


def empty() -> None:
    """Delete every row. Django's flush truncates sixty tables, most of them empty: a tenth of a second after each test."""
    with connection.cursor() as cursor:
        cursor.execute(_emptying())


@cache
def _emptying() -> str:
    """One statement, so one transaction: references between tables are judged at its end, in whatever order they go."""
    names = sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)
    return EMPTY.format(" ".join(f'IF EXISTS (SELECT FROM "{name}") THEN DELETE FROM "{name}"; END IF;' for name in names))


if __name__ == "__main__":
    template()
