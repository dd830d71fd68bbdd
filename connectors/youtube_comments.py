"""Comments on YouTube: the first one of our own, those of others, answers. https://developers.google.com/youtube/v3/docs/commentThreads

There are no webhooks for comments, no private messages and no mentions in the API.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from connectors.data import Outgoing, Problem, Sent, Uncertain
from connectors.errors import Rejected
from connectors.google import GoogleConnector
from connectors.oauth import browser_address
from connectors.talk import Incoming, Moderation, Person, Span
from connectors.words import _

COMMENT_LENGTH = 10_000  # not in the reference; what the web page takes
FOLLOWED = timedelta(days=14)  # how old a thread may be for its answers to be asked for one by one
SKEW = timedelta(seconds=60)


class YouTubeComments(GoogleConnector):
    """The part of the connector that talks with people."""

    api = ("youtube", "v3")
    people_everywhere = True
    answers_fall = True
    moderations: ClassVar[frozenset[Moderation]] = frozenset(set(Moderation) - {Moderation.LIKE, Moderation.UNLIKE})

    def comment(self, post: Outgoing) -> Sent:
        top = {"snippet": {"textOriginal": post.text}}
        snippet = {"channelId": self.account.remote_id, "videoId": post.parent, "topLevelComment": top}
        thread = self.call(self.google.commentThreads().insert(part="snippet", body={"snippet": snippet}))
        return Sent(thread["id"], self._comment_address(post.parent, thread["id"]))

    def find_comment(self, post: Outgoing, doubt: Uncertain) -> Sent | None:
        for thread in self._threads(doubt.since - SKEW, videoId=post.parent):
            found = self._incoming(thread["snippet"]["topLevelComment"], post.parent, thread["id"])
            if self._is_ours(found, post.text, doubt.since) and found.remote_id not in doubt.taken:
                return Sent(found.remote_id, found.url)
        return None

    def incoming(self, since: datetime, posts: Sequence[str]) -> Iterable[Incoming]:
        """Comments and answers on all videos of the channel.

        Costs a unit of the daily allowance per 100 threads, and one for each newer thread with more than a few answers.
        """
        found = [
            item
            for thread in self._threads(since, allThreadsRelatedToChannelId=self.account.remote_id)
            for item in self._utterances(thread, since)
            if item.sent_at >= since
        ]
        return sorted(found, key=lambda item: item.sent_at)

    def past(self, span: Span, posts: Sequence[str]) -> Iterable[Incoming]:
        """Threads that were begun then, with the answers in them."""
        found = [
            item
            for thread in self._threads(span.since, allThreadsRelatedToChannelId=self.account.remote_id)
            if _begun(thread) in span
            for item in self._utterances(thread, span.oldest)
        ]
        return sorted(found, key=lambda item: item.sent_at)

    def _threads(self, since: datetime, **whose: str) -> Iterator[Mapping[str, Any]]:
        """Threads, newest first, up to the page on which they get older than `since`."""
        threads = self.google.commentThreads()
        request = threads.list(part="id,snippet,replies", order="time", maxResults=100, textFormat="plainText", **whose)
        while request is not None:
            page = self.call(request)
            items = page.get("items", [])
            yield from items
            if any(_begun(thread) < since for thread in items):
                return
            request = threads.list_next(request, page)

    def _utterances(self, thread: Mapping[str, Any], since: datetime) -> Iterator[Incoming]:
        video, top = thread["snippet"].get("videoId", ""), thread["id"]
        yield self._incoming(thread["snippet"]["topLevelComment"], video, top)
        answers = thread.get("replies", {}).get("comments", [])
        # A thread comes with a few of its answers only. The rest cost a unit of the daily allowance at each look.
        if thread["snippet"].get("totalReplyCount", 0) > len(answers) and _begun(thread) >= since - FOLLOWED:
            answers = self._answers(top)
        for answer in answers:
            yield self._incoming(answer, video, top)

    def _answers(self, thread: str) -> Iterator[Mapping[str, Any]]:
        comments = self.google.comments()
        request = comments.list(part="id,snippet", parentId=thread, maxResults=100, textFormat="plainText")
        while request is not None:
            page = self.call(request)
            yield from page.get("items", [])
            request = comments.list_next(request, page)

    def _incoming(self, comment: Mapping[str, Any], video: str, thread: str) -> Incoming:
        said = comment["snippet"]
        author = said.get("authorChannelId", {}).get("value", "")  # absent when the author's channel is gone
        name = said.get("authorDisplayName", "")
        return Incoming(
            remote_id=comment["id"],
            kind="comment",
            thread=thread,
            author=Person(
                author, name, name.removeprefix("@"), said.get("authorProfileImageUrl", ""), said.get("authorChannelUrl", "")
            ),
            text=said.get("textOriginal") or said.get("textDisplay", ""),  # the original is for author and owner only
            sent_at=parse_time(said["publishedAt"]),
            post=video,
            parent=said.get("parentId", ""),
            url=self._comment_address(video, comment["id"]),
            mine=author == self.account.remote_id,
            likes=said.get("likeCount"),
        )

    def reply(self, to: Incoming, text: str, key: str) -> Sent:
        """Answer in the thread: YouTube's answers hang on the top comment, whichever of the thread is answered."""
        body = {"snippet": {"parentId": to.thread, "textOriginal": text}}
        answer = self.call(self.google.comments().insert(part="snippet", body=body))
        return Sent(answer["id"], self._comment_address(to.post, answer["id"]))

    def find_reply(self, to: Incoming, text: str, since: datetime) -> Sent | None:
        for answer in self._answers(to.thread):
            found = self._incoming(answer, to.post, to.thread)
            if self._is_ours(found, text, since):
                return Sent(found.remote_id, found.url)
        return None

    # -- moderating: https://developers.google.com/youtube/v3/docs/comments/setModerationStatus ------------------------------

    def moderate(self, what: Moderation, to: Incoming) -> None:
        """Hide or show a comment, delete it, or keep its author from commenting on the channel (which hides it too)."""
        comments = self.google.comments()
        if what == Moderation.DELETE:
            self._unless_gone(comments.delete(id=to.remote_id))
        elif what == Moderation.BLOCK:
            self.call(comments.setModerationStatus(id=to.remote_id, moderationStatus="rejected", banAuthor=True))
        else:
            status = "rejected" if what == Moderation.HIDE else "published"
            self.call(comments.setModerationStatus(id=to.remote_id, moderationStatus=status))

    def _unless_gone(self, request: Any) -> None:
        try:
            self.call(request)
        except Rejected as refused:
            if not refused.said.startswith("404"):
                raise

    def _is_ours(self, found: Incoming, text: str, since: datetime) -> bool:
        return found.mine and same_text(found.text, text) and found.sent_at >= since - SKEW

    def address(self, path: str) -> str:
        """A page of YouTube for people, on the practice network's server while practising."""
        return browser_address(f"https://www.youtube.com/{path}", self.app)

    def _comment_address(self, video: str, comment: str) -> str:
        return self.address(f"watch?v={video}&lc={comment}")


def comment_problems(post: Outgoing) -> Iterator[Problem]:
    if not post.text.strip():
        yield Problem("text", _("The comment is empty: write a text."))
    if len(post.text) > COMMENT_LENGTH:
        yield Problem(
            "text",
            _("YouTube takes %(comment_length)s characters in a comment: shorten it.") % {"comment_length": COMMENT_LENGTH},
        )
    if post.media:
        yield Problem("media", _("YouTube takes no media in a comment: remove them."))


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same but for spaces and the form of their letters (NFC)."""
    return unicodedata.normalize("NFC", one).split() == unicodedata.normalize("NFC", other).split()


def _begun(thread: Mapping[str, Any]) -> datetime:
    return parse_time(thread["snippet"]["topLevelComment"]["snippet"]["publishedAt"])


def parse_time(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)
