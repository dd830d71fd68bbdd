"""What an account on X does with what people say beside answering, and to whom it may answer.

https://docs.x.com/x-api/posts/hide-replies
"""

from datetime import datetime
from typing import ClassVar

from connectors.errors import Rejected
from connectors.talk import Incoming, Leave, Moderation
from connectors.words import _
from connectors.x_inbox import XInbox


class XModerating(XInbox):
    """The part of the connector that keeps a conversation in order. A repeated deed changes nothing."""

    moderations: ClassVar[frozenset[Moderation]] = frozenset(set(Moderation) - {Moderation.DELETE})

    def moderate(self, what: Moderation, to: Incoming) -> None:
        """Hide or show a reply below a post of ours, like, or take no more messages from somebody."""
        if what in (Moderation.HIDE, Moderation.UNHIDE):
            self._must("tweet.moderate.write")
            self.client.request("PUT", f"/2/tweets/{to.remote_id}/hidden", json={"hidden": what == Moderation.HIDE})
        elif what == Moderation.BLOCK:
            self._must("dm.write")
            self.client.request("POST", f"/2/users/{to.author.remote_id}/dm/block")
        else:
            self._must("like.write")
            self._like(what == Moderation.LIKE, to.remote_id)

    def _like(self, wanted: bool, post: str) -> None:
        likes = f"/2/users/{self.account.remote_id}/likes"
        try:
            if wanted:
                self.client.request("POST", likes, json={"tweet_id": post})
            else:
                self.client.request("DELETE", f"{likes}/{post}")
        except Rejected as error:
            if not error.said.startswith("403"):
                raise
            sentence = _("X lets apps like posts in its Enterprise plan only: like it on x.com.")
            raise Rejected(sentence, error.said) from error

    def _must(self, scope: str) -> None:
        granted = self.account.tokens.scopes
        if granted and scope not in granted:
            told = {"scope": _(self.scopes[scope])}
            raise Rejected(_("X did not give SMO this permission: %(scope)s Connect the channel again.") % told)

    def hindrance(self, what: Moderation, to: Incoming) -> str:
        """Only replies in conversations of our own can be hidden, only messages blocked."""
        if what in (Moderation.HIDE, Moderation.UNHIDE) and to.kind == "mention":
            return _("X lets you hide replies to your own posts only.")
        if what == Moderation.BLOCK and to.kind != "message":
            return _("X lets apps block private messages only: block this account on x.com.")
        return super().hindrance(what, to)

    def leave(self, to: Incoming, now: datetime) -> Leave:
        """Since 23 February 2026 an app may answer those who name the account (or quote it, which no list tells)."""
        named = f"@{self.account.username}".lower() in to.text.lower()
        if to.kind == "message" or not self.account.username or named:
            return Leave()
        told = {"name": self.account.username}
        return Leave(
            _("X takes an app's answer only to posts that name you, and this one has no @%(name)s: answer on x.com.") % told
        )
