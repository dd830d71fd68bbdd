"""What people do to the accounts of the practice server, and how they see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.mastodon.accounts import block
from sandbox.store import Doc
from sandbox.views import Chat, Line

if TYPE_CHECKING:
    from sandbox.mastodon.network import Mastodon


class Fans:
    """Answers, posts that name the account, private mentions; a fan edits and deletes what is the fan's own, and blocks."""

    def __init__(self, server: Mastodon) -> None:
        self.server = server

    def comments(self, target: str, person: Doc, text: str) -> Doc:
        """An answer to a post; with an account's id as target, a post that names the account."""
        parent = self.server.docs.get("post", target)
        return self._writes(parent.owner if parent else target, person, text, parent)

    def writes(self, account: str, person: Doc, text: str) -> Doc:
        """A private mention, in answer to the last one between the two."""
        last = next(reversed(self._between(account, person.id)), None)
        return self._writes(account, person, text, last, visibility="direct")

    def does(self, action: str, target: str, person: Doc, text: str) -> Doc:
        """Name an account (with a post as target: quote it), edit, delete, block."""
        docs = self.server.docs
        if action == "mention":
            quoted = docs.get("post", target)
            return self._writes(quoted.owner if quoted else target, person, text, None, quotes=quoted.id if quoted else "")
        if action == "block":
            account = docs.get("account", target)
            if account is None:
                raise KeyError(target)
            return block(self.server, person.id, account.id)
        post = docs.get("post", target)
        if post is None or post.owner != person.id:
            raise KeyError(target)
        if action == "edit":
            shed: dict[str, Any] = {"media": []} if self.server.sheds else {}
            return docs.change("post", post.id, text=text, edited_at=self.server.now(), **shed)
        docs.delete("post", post.id)
        return post

    def _writes(self, to: str, person: Doc, text: str, parent: Doc | None, **more: Any) -> Doc:
        user = self.server.user(to)
        if user is None or self.server.apart(user.id, person.id):
            raise KeyError(to)
        name = f"@{user['username']}"
        words = text if name in text or more.get("quotes") else f"{name} {text}"
        media = [self.server.enclosed.id] if self.server.enclosed else []
        return self.server.statuses.write(person, {"text": words, "media": media, **more}, parent)

    # --- private mentions as the fan sees them ---------------------------------------------------------------------------

    def chats(self, account: Doc) -> list[Chat]:
        """One for each person, that with the latest word first."""
        private = [post for post in self.server.docs.find("post", limit=100_000) if _touches(post, account.id)]
        people = dict.fromkeys(who for post in private for who in (post.owner, *post.get("mentions", [])) if who != account.id)
        return [self.chat(account.id, person) for person in self.server.docs.many("person", people)]

    def chat(self, account: str, person: Doc) -> Chat:
        """What the two wrote to each other."""
        lines = [
            Line(post["text"], post.created_at, post.owner == account, media=self.server.pictures(post["media"]))
            for post in self._between(account, person.id)
        ]
        return Chat(account, person["name"], f"{self.server.url}/messages/{account}/{person.id}", lines)

    def chat_of(self, post: Doc) -> Chat | None:
        """Where a private mention is seen; None for any other post."""
        people = [post.owner, *post.get("mentions", [])] if post["visibility"] == "direct" else []
        account = next(iter(self.server.docs.many("account", people)), None)
        person = next(iter(self.server.docs.many("person", people)), None)
        return self.chat(account.id, person) if account and person else None

    def _between(self, account: str, person: str) -> list[Doc]:
        found = [*self.server.docs.find("post", owner=account, limit=100_000)]
        found += self.server.docs.find("post", owner=person, limit=100_000)
        private = [post for post in found if _touches(post, account) and _touches(post, person)]
        return sorted(private, key=lambda post: int(post.id))


def _touches(post: Doc, user: str) -> bool:
    return post["visibility"] == "direct" and user in (post.owner, *post.get("mentions", []))
