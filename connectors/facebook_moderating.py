"""What a Page does with what people say beside answering in public: hide, like, delete, block, answer in private; and what
people recommend it for.

https://developers.facebook.com/docs/pages-api/comments-mentions
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import ClassVar

from connectors.data import Sent
from connectors.errors import Rejected
from connectors.facebook_inbox import CLOCKS, PageInbox, plain
from connectors.meta import Node, moment
from connectors.meta_errors import Gone
from connectors.meta_messages import answer_privately, message_leave, private_reply_leave
from connectors.talk import Incoming, Leave, Moderation, Person, Span
from connectors.words import _

RATING_FIELDS = "created_time,has_rating,has_review,rating,recommendation_type,review_text,reviewer,open_graph_story"
ENGAGING, MESSAGING = "pages_manage_engagement", "pages_messaging"


class PageModerating(PageInbox):
    """The part of the connector that keeps a Page in order."""

    moderations: ClassVar[frozenset[Moderation]] = frozenset(Moderation)

    # -- moderating -----------------------------------------------------------------------------------------------

    def moderate(self, what: Moderation, to: Incoming) -> None:
        """Each may be repeated: what is so already stays so."""
        if what == Moderation.BLOCK:
            return self._block(to)
        self._must(ENGAGING)
        if what in (Moderation.HIDE, Moderation.UNHIDE):
            self.graph.post(to.remote_id, is_hidden=what == Moderation.HIDE)
        elif what == Moderation.DELETE:
            with suppress(Gone):
                self.graph.delete(to.remote_id)
        else:
            self._like(what == Moderation.LIKE, to.remote_id)
        return None

    def _like(self, wanted: bool, remote_id: str) -> None:
        if wanted:
            self.graph.post(f"{remote_id}/likes")
        elif self.graph.get(remote_id, fields="user_likes").get("user_likes"):  # else there is nothing to take back
            self.graph.delete(f"{remote_id}/likes")

    def _block(self, to: Incoming) -> None:
        """Who wrote a message is known by a page-scoped id, who commented by a person's.

        https://developers.facebook.com/docs/graph-api/reference/page/blocked
        """
        self._must(MESSAGING)
        path, who = f"{self.account.remote_id}/blocked", [to.author.remote_id]
        done = self.graph.post(path, psid=who) if to.kind == "message" else self.graph.post(path, user=who)
        if not done.get(to.author.remote_id, True):
            raise Rejected(_("Facebook did not block this person: block them on facebook.com."), str(done))

    def hindrance(self, what: Moderation, to: Incoming) -> str:
        """A review belongs to who wrote it."""
        if to.kind == "review" and what in (Moderation.HIDE, Moderation.UNHIDE, Moderation.DELETE):
            return _("Facebook lets nobody hide or delete a recommendation: report it on facebook.com if it breaks the rules.")
        return super().hindrance(what, to)

    # -- answering by its rules -------------------------------------------------------------------------------------

    def leave(self, to: Incoming, now: datetime) -> Leave:
        """Private messages have their window."""
        return message_leave(self.name, to, now)

    def private_leave(self, to: Incoming, now: datetime) -> Leave:
        return private_reply_leave(self.name, to, now)

    def reply_privately(self, to: Incoming, text: str, key: str) -> Sent:
        """Once, within seven days of the comment."""
        self._must(MESSAGING)
        return answer_privately(self.graph, f"{self.account.remote_id}/messages", to, text)

    def find_private_reply(self, to: Incoming, text: str, since: datetime) -> Sent | None:
        """It lies in the conversation that it began."""
        for item in self._messages((since - CLOCKS).replace(microsecond=0)):
            if item.mine and plain(item.text) == plain(text):
                return Sent(item.remote_id)
        return None

    # -- recommendations ----------------------------------------------------------------------------------------------

    def incoming(self, since: datetime, posts: Sequence[str]) -> list[Incoming]:
        """Comments, messages and recommendations, oldest first."""
        found = super().incoming(since, posts)
        if self._may("pages_read_user_content"):
            found += reversed(list(self._reviews(since.replace(microsecond=0))))
        return sorted(found, key=lambda item: item.sent_at)

    def past(self, span: Span, posts: Sequence[str]) -> list[Incoming]:
        """The same of then."""
        found = super().past(span, posts)
        if self._may("pages_read_user_content"):
            found += reversed([item for item in self._reviews(span.since) if item.sent_at in span])
        return sorted(found, key=lambda item: item.sent_at)

    def _reviews(self, since: datetime) -> Iterator[Incoming]:
        """Newest first. https://developers.facebook.com/docs/graph-api/reference/page/ratings"""
        for node in self.graph.all(f"{self.account.remote_id}/ratings", fields=RATING_FIELDS, limit=50):
            if moment(node["created_time"]) < since:
                return
            yield _review(node)


def _review(node: Node) -> Incoming:
    """Older ones have stars, newer ones say yes or no. What is commented on is the story that it made."""
    who, story = node.get("reviewer", {}), str(node.get("open_graph_story", {}).get("id", ""))
    name = story or f"review_{who.get('id', '')}_{node['created_time']}"
    kind = str(node.get("recommendation_type", "")).lower()
    return Incoming(
        remote_id=name,
        kind="review",
        thread=name,
        author=Person(str(who.get("id", "")), who.get("name", "")),
        text=node.get("review_text", "") or "(no words)",
        sent_at=moment(node["created_time"]),
        stars=int(node.get("rating", 0)) if node.get("has_rating") else 0,
        recommends=kind == "positive" if kind in ("positive", "negative") else None,
    )
