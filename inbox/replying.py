"""Answering people: once. Who answers says what they have seen, and the server refuses when a colleague was quicker."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Channel, Member
from accounts.networks import account
from accounts.roles import Action, may
from accounts.verbs import Problem, must, record
from connectors import connector
from connectors.base import AnswersPrivately, Connector, Replies
from connectors.data import Media, Outgoing, Pictured, Tokens, Words
from connectors.problems import file_problems, without_words
from connectors.talk import Leave
from inbox import delivering, threads
from inbox.models import ON_ITS_WAY, Conversation, Message, SavedReply
from inbox.offering import left_open
from scheduler.compose import as_media
from scheduler.models import Asset

S = Message.Status
UNDO = timedelta(seconds=5)  # for which an answer waits, so that its writer can take it back


class MovedOn(Problem):
    """Somebody of us has answered meanwhile: `answers` are what they wrote."""

    def __init__(self, message: str, answers: Sequence[Message]) -> None:
        super().__init__(message, "text")
        self.answers = answers


@transaction.atomic
def answer(
    conversation: Conversation,
    text: str,
    seen: int,
    by: Member,
    saved: SavedReply | None = None,
    picture: Asset | None = None,
    privately: int = 0,
) -> Message:
    """Queue a reply to the latest thing that was said to us; it goes out when UNDO is over. `seen`: id of the last message that
    the writer has seen; `saved`: what the text was made of; `privately`: id of the public message that is answered by a
    private one.

    Raises Problem when it cannot be answered, and MovedOn when we have answered since then.
    """
    must(by, Action.REPLY)
    conversation = locked(conversation)
    if why := unreachable(conversation) or ("" if privately else obstacle(conversation)):
        raise Problem(why, "text")
    refuse_second(conversation, seen)
    to = privately_answered(conversation, privately) if privately else said_to_us(conversation)
    assert to is not None  # else it were an obstacle
    check(conversation, to, text, picture, bool(privately))
    return queue(conversation, to, text.strip() and text, private=bool(privately), by=by.user, saved=saved, picture=picture)


def queue(conversation: Conversation, to: Message, text: str, **columns: Any) -> Message:
    """Have the answer to `to` sent when UNDO is over; nothing is asked any more. What a rule says, nobody has read."""
    message = Message.objects.create(
        conversation=conversation,
        channel_id=conversation.channel_id,
        parent_remote_id=to.remote_id,
        author_name=conversation.channel.name,
        author_id=conversation.channel.remote_id,
        mine=True,
        text=text,
        status=S.QUEUED,
        due_at=Now() + UNDO,
        answers=to,
        **columns,
    )
    threads.show_latest(conversation, **({"unread": False} if message.by_id else {}))
    threads.tell_of(conversation)
    message.refresh_from_db(fields=["due_at"])
    return message


@transaction.atomic
def take_back(message: Message, by: Member) -> str:
    """The text of an answer that nobody has begun to send; it is gone from the conversation. Only its writer may; what a rule
    answers, everybody who answers people.

    Against the worker it is one comparison: a row that is still queued is deleted, or it is being sent and stays.
    """
    must(by, Action.REPLY)
    conversation = locked(message.conversation)
    if (
        not conversation.messages.filter(pk=message.pk, status=S.QUEUED)
        .filter(Q(by=by.user) | Q(rule__isnull=False))
        .delete()[0]
    ):
        raise Problem(_("Too late: this answer is already being sent."))
    record(by, "answer taken back", conversation, text=message.text)
    threads.show_latest(conversation)
    threads.tell_of(conversation)
    return message.text


@transaction.atomic
def resend(message: Message, by: Member) -> None:
    """Send a reply again that did not go out. Raises Problem when it cannot be, MovedOn when we have answered since then."""
    must(by, Action.REPLY)
    conversation = locked(message.conversation)
    if why := unreachable(conversation) or ("" if message.private else obstacle(conversation)):
        raise Problem(why)
    refuse_second(conversation, message.pk)
    fresh: dict[str, Any] = dict.fromkeys(("tries", "waits", "looks"), 0)
    fresh |= {"doubt_since": None, "absent_at": None, "why": "", "kept": {}}
    resent = delivering.What.RESENT
    if message.status != S.FAILED or not delivering.move(message, S.QUEUED, timedelta(), None, resent, by.user, **fresh):
        raise Problem(_("This answer is already on its way."))
    record(by, "answer sent again", conversation)


@transaction.atomic
def discard(message: Message, by: Member) -> None:
    """Forget a reply that did not go out."""
    must(by, Action.REPLY)
    conversation = locked(message.conversation)
    if not conversation.messages.filter(pk=message.pk, status=S.FAILED).delete()[0]:
        raise Problem(_("This answer is already on its way."))
    record(by, "answer discarded", conversation, text=message.text)
    threads.show_latest(conversation)
    threads.tell_of(conversation)


def locked(conversation: Conversation) -> Conversation:
    """The conversation, with nobody else adding to it until the transaction ends."""
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("channel__workspace")
    return rows.get(pk=conversation.pk)


def refuse_second(conversation: Conversation, seen: int) -> None:
    """Raise MovedOn when an answer of ours is newer than `seen`, or still on its way."""
    ours = conversation.messages.filter(mine=True, deleted=False).exclude(status=S.FAILED)
    newer = list(ours.filter(Q(pk__gt=seen) | Q(status__in=ON_ITS_WAY)).select_related("by", "rule").order_by("pk"))
    if any(message.pk > seen for message in newer):
        names = ", ".join(dict.fromkeys(_speaker(message) for message in newer))
        raise MovedOn(_("Your text was not sent: %(names)s answered meanwhile.") % {"names": names}, newer)
    if newer:
        raise MovedOn(_("The last answer is still on its way. Send this one when it has arrived."), newer)


def _speaker(message: Message) -> str:
    """Who of us said it: somebody, a rule, or whoever writes for the channel elsewhere."""
    if message.rule:
        return _("rule “%(value)s”") % {"value": message.rule}
    return str(message.by or message.author_name)


def said_to_us(conversation: Conversation) -> Message | None:
    """The latest thing that a person said and did not take back."""
    return conversation.messages.filter(mine=False, deleted=False).order_by("sent_at", "pk").last()


def privately_answered(conversation: Conversation, pk: int) -> Message:
    """What is to be answered by a private message. Raises Problem where the network does not allow that."""
    to = conversation.messages.filter(pk=pk, mine=False, deleted=False).first()
    if to is None:
        raise Problem(_("What was said here has been deleted, so there is nothing to answer."), "text")
    if why := privacy(conversation, to).why_not or twice(conversation, to):
        raise Problem(why, "text")
    return to


def check(conversation: Conversation, to: Message, text: str, picture: Asset | None = None, private: bool = False) -> None:
    """Raise Problem when the network will not take `text` or the picture. What holds for private words, only it tells."""
    network, carries = connector(conversation.channel.network), carried(conversation) if picture and not private else None
    if not text.strip() and (carries is None or carries.words == Words.NEEDED):
        raise Problem(_("Write an answer first."), "text")
    if names := left_open(text):
        raise Problem(_("Put something in the place of %(names)s first.") % {"names": ", ".join(names)}, "text")
    media = (as_media(picture),) if picture else ()
    for file in media:
        check_file(network, carries, file, text)
    if conversation.kind == "message" or private:
        return
    draft = Outgoing("draft", text, media=media, parent=to.remote_id, is_comment=True)
    if found := network.checker().problems(draft):
        raise Problem(str(found[0]), "text")


def check_file(network: type[Connector], carries: Pictured | None, file: Media, text: str) -> None:
    """Raise Problem when an answer that carries files so, or none, will not take this one beside `text`."""
    if carries is None:
        raise Problem(_("This answer cannot carry a picture: take it off and send the text."), "text")
    limits = carries.video if file.is_video else carries.image
    if limits is None:
        raise Problem(_("This answer cannot carry a video: take it off, or choose a picture."), "text")
    if carries.words == Words.APART and text.strip():
        raise Problem(without_words(network.name), "text")
    for problem in file_problems(network.name, limits, file):
        raise Problem(str(problem), "text")


def carried(conversation: Conversation) -> Pictured | None:
    """How an answer in this conversation can carry a picture; None: it cannot."""
    return connector(conversation.channel.network).pictured.get(conversation.kind)


def obstacle(conversation: Conversation) -> str:
    """Why nobody can answer from here, and what to do; empty: it can be answered."""
    return unreachable(conversation) or leave(conversation).why_not


def leave(conversation: Conversation, to: Message | None = None) -> Leave:
    """Until when the network's rules let us answer, or why they do not (any more). `to`: not the latest message, but this."""
    to = to or said_to_us(conversation)
    if to is None:
        return Leave(_("What was said here has been deleted, so there is nothing to answer."))
    return bare(conversation.channel).leave(threads.as_said(to, conversation), timezone.now())


def privacy(conversation: Conversation, to: Message) -> Leave:
    """The same for a private answer to something public."""
    network = bare(conversation.channel)
    if not isinstance(network, AnswersPrivately):
        return Leave(_("%(network)s lets apps answer in public only.") % {"network": network.name})
    return network.private_leave(threads.as_said(to, conversation), timezone.now())


def private_choice(message: Message) -> Leave | None:
    """Whether a menu may offer a private answer to a message; None: on its network nobody can."""
    conversation = message.conversation
    network = connector(conversation.channel.network).checker()
    if not isinstance(network, AnswersPrivately) or message.mine or conversation.kind == "message":
        return None
    if why := unreachable(conversation) or twice(conversation, message):
        return Leave(why)
    return privacy(conversation, message)


def twice(conversation: Conversation, to: Message) -> str:
    """Why there is no second private answer to something; empty: there was none."""
    if conversation.messages.filter(answers=to, private=True).exclude(status=S.FAILED).exists():
        return _("This was answered privately before; the network allows one private answer.")
    return ""


def bare(channel: Channel) -> Connector:
    """The channel's connector, to be asked for rules."""
    return connector(channel.network).checker(account(channel, Tokens("")))


def unreachable(conversation: Conversation) -> str:
    """Why nothing can be sent from here, and what to do; empty: it can."""
    channel = conversation.channel
    network = connector(channel.network)
    if channel.status == Channel.Status.REMOVED:
        return _("The channel %(name)s was removed from SMO: connect it again to answer.") % {"name": channel.name}
    if not channel.is_connected:
        return _("The channel %(name)s must be connected again before you can answer.") % {"name": channel.name}
    if not issubclass(network, Replies):
        return _("%(network)s takes no answers from apps: answer there.") % {"network": network.name}
    return ""


def barred(member: Member) -> str:
    """Why this member may not answer; empty: may."""
    if may(member.role, Action.REPLY):
        return ""
    return _("Your role (%(role)s) may not answer people. An owner or admin can change it.") % {
        "role": member.get_role_display()
    }
