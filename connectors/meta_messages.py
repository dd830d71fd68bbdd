"""Meta's rules for private messages, which Messenger and Instagram share: windows, the human agent's tag, private replies.

https://developers.facebook.com/docs/messenger-platform/policy/policy-overview
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.data import GIF, JPEG, MOV, MP4, PNG, WEBM, FileLimits, Media, Pictured, Sent, Words
from connectors.errors import Rejected, Unauthorized
from connectors.meta import Graph
from connectors.problems import without_words
from connectors.talk import Incoming, Leave
from connectors.words import _

WINDOW = timedelta(hours=24)  # after the person's last message
HUMAN_WINDOW = timedelta(days=7)  # for what a person wrote, where Meta gave the app the feature Human Agent
PRIVATE_WINDOW = timedelta(days=7)  # after a comment, once
# [U] for Messenger, whose pages name no formats; for Instagram:
# https://developers.facebook.com/docs/messenger-platform/instagram/features/attachment-upload
PICTURE = FileLimits(frozenset({JPEG, PNG, GIF}), max_bytes=8 * 1024 * 1024)
FILM = FileLimits(frozenset({MP4, MOV, WEBM}), max_bytes=25 * 1024 * 1024)
PICTURED = {"message": Pictured(Words.APART, PICTURE, FILM)}
LACKS_PERMISSION = re.compile(r"(3|10|2\d\d)\b")  # the first number of what Graph said; 190 is a dead token


def message_leave(name: str, to: Incoming, now: datetime) -> Leave:
    """Whether a private message can still be answered."""
    if to.kind != "message":
        return Leave()
    age = now - to.sent_at
    if age > HUMAN_WINDOW:
        return Leave(
            _("%(name)s lets you answer within 7 days of the person's last message; that time is over: wait until they write.")
            % {"name": name}
        )
    if age > WINDOW:
        note = _("The 24 hours are over. SMO marks the answer as written by a person (%(tag)s), as %(name)s wants it now.")
        return Leave(until=to.sent_at + HUMAN_WINDOW, note=note % {"tag": "HUMAN_AGENT", "name": name})
    note = _("After that %(name)s takes, for up to 7 days, only what a person writes (%(tag)s).")
    return Leave(until=to.sent_at + WINDOW, note=note % {"tag": "HUMAN_AGENT", "name": name})


def private_reply_leave(name: str, to: Incoming, now: datetime) -> Leave:
    """Whether a comment can still be answered by a private message."""
    if to.kind != "comment" or to.mine:
        return Leave(_("Only people's comments can be answered by a private message."))
    if now - to.sent_at > PRIVATE_WINDOW:
        return Leave(
            _("%(name)s lets you answer a comment privately within 7 days; that time is over: answer it in public.")
            % {"name": name}
        )
    return Leave(until=to.sent_at + PRIVATE_WINDOW, note=_("%(name)s allows one private answer to a comment.") % {"name": name})


def answer_message(graph: Graph, name: str, path: str, to: Incoming, message: dict[str, Any]) -> Sent:
    """Into the conversation with the person; after 24 hours with the human agent's tag. `message`: a text or an attachment."""
    how: dict[str, Any] = {"messaging_type": "RESPONSE"}
    late = datetime.now(UTC) - to.sent_at > WINDOW
    if late:
        how = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    with human_agent_refused(name, late):
        return _sent(graph.post(path, recipient={"id": to.thread}, message=message, **how))


def attached(name: str, text: str, picture: Media) -> dict[str, Any]:
    """A message with a picture or video, which Meta loads from our address while we wait. It has no place for words.

    https://developers.facebook.com/docs/messenger-platform/send-messages#sending_attachments
    """
    if text:
        raise Rejected(without_words(name))
    return {"attachment": {"type": "video" if picture.is_video else "image", "payload": {"url": loadable(name, picture)}}}


def loadable(name: str, file: Media) -> str:
    """The address from which Meta loads a file. Raises Rejected where there is none."""
    if not file.url:
        sentence = _("%(network)s loads pictures from an address of this SMO: an admin sets SMO_BASE_URL.")
        raise Rejected(sentence % {"network": name})
    return file.url


def answer_privately(graph: Graph, path: str, to: Incoming, text: str) -> Sent:
    """To who wrote the comment. https://developers.facebook.com/docs/messenger-platform/discovery/private-replies"""
    return _sent(graph.post(path, recipient={"comment_id": to.remote_id}, message={"text": text}))


@contextmanager
def human_agent_refused(name: str, late: bool) -> Iterator[None]:
    """Where only the feature is missing, the channel lives on: nobody must connect it again."""
    try:
        yield
    except Unauthorized as error:
        if not late or not LACKS_PERMISSION.match(error.said):
            raise
        raise Rejected(
            _(
                "%(name)s does not let SMO answer after 24 hours: the operator's app lacks the feature Human Agent. "
                "Wait until the person writes, or answer in the network's own inbox."
            )
            % {"name": name},
            error.said,
        ) from error


def _sent(answer: dict[str, Any]) -> Sent:
    return Sent(str(answer["message_id"]))
