"""What can be done on Bluesky to what people said, beside answering: records of the account's own that say so.

Each has a record key made of what it is about, so that doing it twice is doing it once.
"""

from abc import abstractmethod
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, ClassVar

from connectors.bluesky_answers import Gone
from connectors.bluesky_inbox import BlueskyInbox
from connectors.bluesky_record import THREADGATE
from connectors.bluesky_text import record_key
from connectors.errors import Rejected
from connectors.talk import Incoming, Moderation
from connectors.words import _

LIKE, BLOCK = "app.bsky.feed.like", "app.bsky.graph.block"
MOST_HIDDEN = 300


class BlueskyModeration(BlueskyInbox):
    """The part of the connector that hides, likes, blocks and deletes."""

    moderations: ClassVar[frozenset[Moderation]] = frozenset(Moderation)

    @abstractmethod
    def delete(self, remote_id: str) -> None: ...

    def hindrance(self, what: Moderation, to: Incoming) -> str:
        """Apps reach posts only, and delete only the account's own."""
        if to.kind == "message" and what != Moderation.BLOCK:
            return _("Bluesky lets apps do this to posts only: do it in Bluesky's own messages.")
        if what in (Moderation.HIDE, Moderation.UNHIDE) and to.kind == "mention":
            return _("Bluesky lets you hide answers below your own posts only.")
        if what == Moderation.DELETE and not self._is_ours(to.remote_id):
            return _("Bluesky lets you delete only what your own account said: hide it instead.")
        return super().hindrance(what, to)

    def moderate(self, what: Moderation, to: Incoming) -> None:
        """Do it, or leave it where it is done already."""
        if why := self.hindrance(what, to):
            raise Rejected(why)
        deeds = {
            Moderation.HIDE: lambda: self._fold(to, hidden=True),
            Moderation.UNHIDE: lambda: self._fold(to, hidden=False),
            Moderation.LIKE: lambda: self._like(to),
            Moderation.UNLIKE: lambda: self._unlike(to),
            Moderation.DELETE: lambda: self.delete(to.remote_id),
            Moderation.BLOCK: lambda: self._block(to),
        }
        deeds[what]()

    # -- hiding: a list in the gate of the thread's first post -------------------------------------------------------

    def _fold(self, to: Incoming, hidden: bool) -> None:
        """https://docs.bsky.app/docs/tutorials/thread-gates: readers still find it behind a click."""
        root = self._own_root(to)
        where = self._at(THREADGATE, root.rpartition("/")[2])
        found = self._record(where)
        gate = found["value"] if found else {"$type": THREADGATE, "post": root, "createdAt": _now()}
        before = list(gate.get("hiddenReplies") or ())
        if (to.remote_id in before) == hidden:
            return
        after = [*before, to.remote_id] if hidden else [uri for uri in before if uri != to.remote_id]
        if len(after) > MOST_HIDDEN:
            raise Rejected(
                _("Bluesky hides %(most)s answers below a post: show one again before you hide this.") % {"most": MOST_HIDDEN}
            )
        # The swap keeps what somebody else writes into the gate at this moment.
        swap = {"swapRecord": found["cid"] if found else None}
        self.tell("com.atproto.repo.putRecord", {**where, "record": {**gate, "hiddenReplies": after}, **swap})

    def _own_root(self, to: Incoming) -> str:
        """The first post of its thread, if that is ours: others' threads are theirs to keep."""
        root = str((self.seen(to)["record"].get("reply") or {}).get("root", {}).get("uri") or "")
        if not self._is_ours(root):
            raise Rejected(_("Bluesky lets you hide answers below your own posts only."))
        return root

    # -- likes and blocks --------------------------------------------------------------------------------------------

    def _like(self, to: Incoming) -> None:
        subject = {"uri": to.remote_id, "cid": self.seen(to)["cid"]}
        self._ensure(LIKE, _key("like", to.remote_id), subject=subject)

    def _unlike(self, to: Incoming) -> None:
        """Also a like that was given in Bluesky itself."""
        self._remove(LIKE, _key("like", to.remote_id))
        for post in self.views(to.remote_id):
            if mine := (post.get("viewer") or {}).get("like"):
                self._remove(LIKE, str(mine).rpartition("/")[2])

    def _block(self, to: Incoming) -> None:
        """Blocks are public on Bluesky."""
        self._ensure(BLOCK, _key("block", to.author.remote_id), subject=to.author.remote_id)

    # -- records -----------------------------------------------------------------------------------------------------

    def _at(self, collection: str, key: str) -> dict[str, str]:
        return {"repo": self.account.remote_id, "collection": collection, "rkey": key}

    def _record(self, where: dict[str, str]) -> Any:
        """The record there with its version; None where there is none."""
        with suppress(Gone):
            return self.ask("com.atproto.repo.getRecord", **where)
        return None

    def _ensure(self, collection: str, key: str, **fields: Any) -> None:
        """Look first: for a key that is taken Bluesky gives the same error as for trouble of its own."""
        where = self._at(collection, key)
        if self._record(where) is None:
            record = {"$type": collection, **fields, "createdAt": _now()}
            self.tell("com.atproto.repo.createRecord", {**where, "record": record})

    def _remove(self, collection: str, key: str) -> None:
        self.tell("com.atproto.repo.deleteRecord", self._at(collection, key))


def _key(deed: str, about: str) -> str:
    return record_key(f"{deed} {about}")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
