"""What people do to the accounts of the practice Bluesky: records in repositories of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import clock
from sandbox.bluesky import text
from sandbox.bluesky.lexicon import BLOCK, POST
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.bluesky.network import Bluesky


class Fans:
    """Answers, posts that name or quote an account; a fan deletes what is the fan's own, and blocks."""

    def __init__(self, network: Bluesky) -> None:
        self.network = network

    def comments(self, target: str, person: Doc, words: str) -> Doc:
        """An answer to a post."""
        parent = self.network.docs.get("post", target)
        root = self.network.docs.get("post", parent.key) if parent else None
        if parent is None or root is None or any(self.network.apart(person.id, one.owner) for one in (parent, root)):
            raise KeyError(target)
        ends = {name: {"uri": post.id, "cid": post["cid"]} for name, post in (("root", root), ("parent", parent))}
        return self._posts(person, words, reply=ends)

    def does(self, action: str, target: str, person: Doc, words: str) -> Doc:
        """Name an account in a post (with a post of the account as target: quote it), delete an own post, block an account."""
        if action == "mention":
            return self._names(target, person, words)
        if action == "delete":
            return self._deletes(target, person)
        account = self.network.docs.get("account", target)
        if account is None:
            raise KeyError(target)
        record = {"$type": BLOCK, "subject": account.id, "createdAt": clock.iso_millis(self.network.now())}
        return self.network.repo.save(person, f"at://{person.id}/{BLOCK}/{text.new_tid()}", record)

    def _names(self, target: str, person: Doc, words: str) -> Doc:
        quoted = self.network.docs.get("post", target)
        if quoted:
            self.reachable(quoted.owner, person)
            record = {"uri": quoted.id, "cid": quoted["cid"]}
            return self._posts(person, words, embed={"$type": "app.bsky.embed.record", "record": record})
        account = self.reachable(target, person)
        name = f"@{account['handle']}"
        words = words if name in words else f"{name} {words}"
        begins = len(words[: words.index(name)].encode())
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": account.id}
        place = {"byteStart": begins, "byteEnd": begins + len(name.encode())}
        return self._posts(person, words, facets=[{"index": place, "features": [feature]}])

    def _deletes(self, target: str, person: Doc) -> Doc:
        post = self.network.docs.get("post", target)
        if post is None or post.owner != person.id:
            raise KeyError(target)
        self.network.docs.delete("post", target)
        return post

    def _posts(self, person: Doc, words: str, **more: Any) -> Doc:
        if added := self.network.enclosed:
            blob = self.network.repo.keep_blob(person.id, self.network.files.read(added.id), added["mime"])
            more["embed"] = {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": added["alt"]}]}
        record = {"$type": POST, "text": words, "createdAt": clock.iso_millis(self.network.now()), **more}
        return self.network.repo.save(person, f"at://{person.id}/{POST}/{text.new_tid()}", record)

    def reachable(self, account: str, person: Doc) -> Doc:
        """The account, unless a block keeps the two apart."""
        found = self.network.docs.get("account", account)
        if found is None or self.network.apart(person.id, account):
            raise KeyError(account)
        return found
