"""What the practice networks remember: documents of any kind in one SQLite table, media files beside it.

A network works on its own `Shelf`; kinds are its own words, but the shared pages and the control API read these:
`account`, `post`, `comment`, `message`, `like`, `media`, `person`, `token`, `app`.
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox import clock

SCHEMA = """
CREATE TABLE IF NOT EXISTS docs (
    network TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, owner TEXT NOT NULL, parent TEXT NOT NULL,
    key TEXT NOT NULL, json TEXT NOT NULL, created_at REAL NOT NULL, UNIQUE (network, kind, id));
CREATE INDEX IF NOT EXISTS docs_owner ON docs (network, kind, owner, created_at);
CREATE INDEX IF NOT EXISTS docs_parent ON docs (network, kind, parent, created_at);
CREATE INDEX IF NOT EXISTS docs_key ON docs (network, kind, key, created_at);
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, network TEXT NOT NULL, account TEXT NOT NULL, operation TEXT NOT NULL,
    method TEXT NOT NULL, path TEXT NOT NULL, query TEXT NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL,
    status INTEGER NOT NULL, answer TEXT NOT NULL, ms REAL NOT NULL, fault TEXT NOT NULL);
"""
UPSERT = """
INSERT INTO docs (network, kind, id, owner, parent, key, json, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (network, kind, id) DO UPDATE SET owner=excluded.owner, parent=excluded.parent, key=excluded.key, json=excluded.json
"""
SNOWFLAKE_EPOCH = 1288834974.657  # X's own epoch (Nov 2010), so that ids have the 19 digits of real ones


@dataclass(slots=True)
class Doc:
    """One remembered thing. `owner`, `parent` and `key` are indexed; `data` is free JSON, also read as `doc["name"]`."""

    id: str
    data: dict[str, Any] = field(default_factory=dict)
    owner: str = ""
    parent: str = ""
    key: str = ""
    created_at: float = 0.0

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Like dict.get on `data`."""
        return self.data.get(name, default)


class Store:
    """The SQLite file and the media directory. One process, many threads; every statement commits by itself."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.lock = threading.RLock()
        self.db = sqlite3.connect(
            directory / "sandbox.sqlite3", check_same_thread=False, isolation_level=None, cached_statements=256
        )
        # The chaos runs want thousands of commits a second, and losing a practice post in a power cut hurts nobody.
        self.db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY;" + SCHEMA)
        self.db.create_function("REGEXP", 2, lambda pattern, text: re.search(pattern, text) is not None, deterministic=True)
        self._last_id = 0

    def rows(self, sql: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and fetch everything."""
        with self.lock:
            return self.db.execute(sql, tuple(values)).fetchall()

    def next_id(self) -> str:
        """A new number that grows with time, of 19 digits like X's."""
        with self.lock:
            self._last_id = max(self._last_id + 1, int((clock.now() - SNOWFLAKE_EPOCH) * 1000) << 22)
            return str(self._last_id)

    def shelf(self, network: str) -> Shelf:
        """The documents of one network."""
        return Shelf(self, network)

    def close(self) -> None:
        """Close the file."""
        self.db.close()


class Shelf:
    """The documents of one network: put, get, find, change, delete."""

    def __init__(self, store: Store, network: str) -> None:
        self.store, self.network = store, network

    def put(
        self,
        kind: str,
        data: dict[str, Any],
        *,
        doc_id: str | None = None,
        owner: str = "",
        parent: str = "",
        key: str = "",
        created_at: float | None = None,
    ) -> Doc:
        """Add a document, or overwrite the one with this id (which keeps its created_at). Without `doc_id` a number is made."""
        doc = Doc(doc_id or self.store.next_id(), data, owner, parent, key, clock.now() if created_at is None else created_at)
        return self.save(kind, doc)

    def save(self, kind: str, doc: Doc) -> Doc:
        """Write a document back after changing it in place."""
        values = (self.network, kind, doc.id, doc.owner, doc.parent, doc.key, json.dumps(doc.data), doc.created_at)
        self.store.rows(UPSERT, values)
        return doc

    def get(self, kind: str, doc_id: str) -> Doc | None:
        """The document, or None."""
        return next(self._read("kind=? AND id=?", [kind, doc_id]), None)

    def find(
        self,
        kind: str,
        *,
        owner: str | None = None,
        parent: str | None = None,
        key: str | None = None,
        since: float | None = None,
        until: float | None = None,
        limit: int = 1000,
        oldest_first: bool = False,
    ) -> list[Doc]:
        """Documents that match all that is given, newest first; `since` is inclusive, `until` exclusive (unix seconds)."""
        tests: dict[str, Any] = {
            "owner=?": owner,
            "parent=?": parent,
            "key=?": key,
            "created_at>=?": since,
            "created_at<?": until,
        }
        given = {test: value for test, value in tests.items() if value is not None}
        order = "ASC" if oldest_first else "DESC"
        where = " AND ".join(["kind=?", *given])
        return list(self._read(f"{where} ORDER BY created_at {order}, rowid {order} LIMIT ?", [kind, *given.values(), limit]))

    def many(self, kind: str, ids: Iterable[str]) -> list[Doc]:
        """The documents with these ids that exist, in the order asked."""
        return [doc for doc in (self.get(kind, doc_id) for doc_id in ids) if doc]

    def one(self, kind: str, **tests: Any) -> Doc | None:
        """The newest document that `find` would give, or None."""
        return next(iter(self.find(kind, limit=1, **tests)), None)

    def count(self, kind: str, *, owner: str = "", parent: str = "") -> int:
        """How many documents have this owner or this parent."""
        column, value = ("owner", owner) if owner else ("parent", parent)
        sql = f"SELECT count(*) FROM docs WHERE network=? AND kind=? AND {column}=?"  # noqa: S608
        return int(self.store.rows(sql, (self.network, kind, value))[0][0])

    def change(self, kind: str, doc_id: str, **changes: Any) -> Doc:
        """Merge `changes` into the document's data. KeyError when there is none."""
        doc = self.get(kind, doc_id)
        if doc is None:
            raise KeyError(f"{self.network} has no {kind} {doc_id}")
        doc.data.update(changes)
        return self.save(kind, doc)

    def delete(self, kind: str, doc_id: str) -> bool:
        """Whether there was something to delete."""
        sql = "DELETE FROM docs WHERE network=? AND kind=? AND id=? RETURNING 1"
        return bool(self.store.rows(sql, (self.network, kind, doc_id)))

    def wipe(self, kinds: Iterable[str] = (), owner: str = "") -> None:
        """Delete everything of the network, or these kinds of one owner."""
        if not owner:
            self.store.rows("DELETE FROM docs WHERE network=?", (self.network,))
        for kind in kinds:
            self.store.rows("DELETE FROM docs WHERE network=? AND kind=? AND owner=?", (self.network, kind, owner))

    def _read(self, where: str, values: list[Any]) -> Iterator[Doc]:
        sql = f"SELECT id, json, owner, parent, key, created_at FROM docs WHERE network=? AND {where}"  # noqa: S608
        for doc_id, text, owner, parent, key, created_at in self.store.rows(sql, [self.network, *values]):
            yield Doc(doc_id, json.loads(text), owner, parent, key, created_at)


class Files:
    """Bytes of uploaded media, one file per id under the store's `media/` directory."""

    def __init__(self, store: Store, network: str) -> None:
        self.directory = store.directory / "media" / network
        self.directory.mkdir(parents=True, exist_ok=True)

    def path(self, media_id: str) -> Path:
        """Where the bytes of this media id lie. ValueError for an id that would leave the directory."""
        if not media_id or not all(letter.isalnum() or letter in "-_" for letter in media_id):
            raise ValueError(f"not a media id: {media_id!r}")
        return self.directory / media_id

    def write(self, media_id: str, content: bytes, offset: int | None = None) -> int:
        """Write the whole file, or at an offset (the rest stays); gives the file's size."""
        path = self.path(media_id)
        mode = "wb" if offset is None or not path.exists() else "r+b"
        with path.open(mode) as file:
            file.seek(offset or 0)
            file.write(content)
        return path.stat().st_size

    def size(self, media_id: str) -> int:
        """Bytes stored so far, 0 when nothing is."""
        path = self.path(media_id)
        return path.stat().st_size if path.exists() else 0

    def read(self, media_id: str) -> bytes:
        """The bytes."""
        return self.path(media_id).read_bytes()

    def wipe(self) -> None:
        """Delete every file of this network."""
        for path in self.directory.iterdir():
            path.unlink()
