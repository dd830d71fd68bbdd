"""Delivering a reply: it has the promise of a publication. It goes out at most once, and it is never lost.

queued -> sending, committed just before the call -> sent, or back to queued or to failed where the network proved that
nothing was created; anything else is a doubt -> confirming, where the network is asked whether the reply is there.
Found: sent. Absent at two looks some minutes apart: queued again. Never told: failed, and a person decides.

A file goes up while it is 'sending', before the irreversible call. What is reached is kept at once, with the lease renewed;
while the network works on the file the reply waits, queued.
"""

import logging
import random
import unicodedata
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _

from accounts.languages import speaking
from accounts.live import tell
from accounts.models import Channel, User
from accounts.networks import bound, renew
from connectors.base import AnswersPrivately, Connector, Illustrates, Replies
from connectors.data import Progress, Sent, Tokens
from connectors.errors import ConnectorError, Doubt, NotNow, Rejected, Unauthorized, Working
from connectors.talk import Incoming
from inbox.models import ON_ITS_WAY, Conversation, Message, Step
from inbox.threads import OPEN, as_said, one_at_a_time, show_latest
from scheduler.compose import as_media

S, What = Message.Status, Step.What
LEASE = timedelta(seconds=settings.LEASE_SECONDS)
SOON = timedelta(seconds=5)  # from a doubt to the first look
SECOND_LOOK = timedelta(minutes=2)  # networks' own lists lag behind; one look proves nothing
SKEW = timedelta(seconds=60)  # by how much a network's clock may differ from ours
MOST_LOOKS = 24  # backing off to 15 minutes: about five hours
MOST_TRIES = 20
LONGEST_WAIT = timedelta(minutes=2)  # between two tries while the network works on a file
MOST_WAITS = 60  # about two hours
PRIVATELY = "private:"  # before the id of a private answer to something public: as itself it is read into its own conversation

log = logging.getLogger("smo.inbox")


class LeaseLost(Exception):
    """Somebody else has taken the reply over."""


# -- one step -------------------------------------------------------------------------------------------------------------


def advance(pk: int, ticket: datetime) -> None:
    """Answer a bell: do what the reply's status calls for. A stale ticket is passed over."""
    rows = Message.objects.select_related("conversation", "answers", "picture", "channel__token", "channel__workspace")
    message = rows.filter(pk=pk, due_at=ticket).first()
    if message is None:
        return
    with speaking(message.channel.workspace):
        _step(message, ticket)


def _step(message: Message, ticket: datetime) -> None:
    if message.status == S.QUEUED:
        send(message)
    elif message.status == S.SENDING:
        doubt(message, _("The worker stopped while it was sending."), timedelta(), ticket)
    else:
        look(message)


def move(
    message: Message,
    to: str,
    due: timedelta | None = None,
    only: Q | None = None,
    what: Step.What | None = None,
    by: User | None = None,
    **changes: object,
) -> bool:
    """Bring a reply from the status and try that this object knows to `to`; `due` counts from now, by the database's clock.
    `what` its timeline tells of it, and who decided it.

    False: somebody else decided, so stop. The object's own columns are brought up to date.
    """
    if (to in ON_ITS_WAY) != (due is not None):
        raise ValueError(f"no move to {to} with due={due}")
    rows = Message.objects.filter(only or Q(), pk=message.pk, status=message.status, tries=message.tries)
    with transaction.atomic():  # a queued row may be taken back as soon as this is committed
        if not rows.update(status=to, due_at=None if due is None else Now() + due, **changes):
            return False
        message.refresh_from_db(fields=["status", "due_at", "tries", "waits", "looks", "doubt_since", "absent_at", "why"])
        if what is not None:
            note(message, what, str(changes.get("why", "")), by)
    tell_of(message)
    return True


def note(message: Message, what: Step.What, why: str = "", by: User | None = None) -> None:
    """Tell the timeline; in the transaction of what it tells of."""
    Step.objects.create(message=message, what=what, number=message.tries, why=why[:500], by=by)


def fail(message: Message, why: str, what: Step.What = What.REFUSED, doubt_since: datetime | None = None) -> None:
    """The end, until a person decides; so that one does, the conversation is open and unread again."""
    if move(message, S.FAILED, what=what, why=why, doubt_since=doubt_since):
        show_latest(message.conversation, **OPEN, unread=True)


def tell_of(message: Message) -> None:
    """Open pages show it as soon as it is committed."""
    conversation = message.conversation
    tell(conversation.workspace_id, f"inbox:{conversation.pk}")


# -- queued -> sending -> sent --------------------------------------------------------------------------------------------


def send(message: Message) -> None:
    """Commit 'sending', then make the one irreversible call."""
    if message.tried >= MOST_TRIES or message.waits >= MOST_WAITS:
        return fail(message, _("It was tried too often. %(why)s") % {"why": message.why}, What.EXHAUSTED)
    try:
        connector = bound(message.channel)
    except Unauthorized as error:
        return unauthorized(message, error, None)
    except (ConnectorError, Doubt) as error:
        pause = back_off(message.tried)
        move(message, S.QUEUED, pause, what=What.UNREADY, tries=F("tries") + 1, why=str(error))
        return None
    doubt_before = message.doubt_since
    since = Coalesce("doubt_since", Now())
    if move(message, S.SENDING, LEASE, what=What.SENDING, tries=F("tries") + 1, doubt_since=since):
        call(message, connector, doubt_before)
    return None


def call(message: Message, connector: Connector, doubt_before: datetime | None) -> None:
    try:
        sent = write(connector, message)
    except Rejected as error:
        fail(message, str(error), doubt_since=doubt_before)
    except Unauthorized as error:
        unauthorized(message, error, connector, doubt_before)
    except Working as error:
        wait(message, error, doubt_before)
    except NotNow as error:
        due = error.retry_in or back_off(message.tried)
        move(message, S.QUEUED, due, what=What.NOT_NOW, why=str(error), doubt_since=doubt_before)
    except LeaseLost:
        log.warning("lease lost reply=%s", message.pk)
    except Exception as error:  # noqa: BLE001  # whatever else leaves reply() means, by contract, that nobody knows
        log.warning("outcome unknown reply=%s error=%s", message.pk, type(error).__name__)
        doubt(message, _("The network gave no answer."), SOON)
    else:
        settle(message, sent)


def wait(message: Message, error: Working, doubt_before: datetime | None) -> None:
    """The network works on the file: look again later, and each time a little later."""
    due = max(error.retry_in or timedelta(), min(back_off(message.waits + 1), LONGEST_WAIT))
    move(message, S.QUEUED, due, what=What.NOT_NOW, why=str(error), doubt_since=doubt_before, waits=F("waits") + 1)


def doubt(message: Message, why: str, due: timedelta, ticket: datetime | None = None) -> None:
    """The reply may be there: look before it is sent again. `ticket`: only if the lease was really lost."""
    only = Q(due_at=ticket) if ticket else None
    what = What.LOST if ticket else What.UNKNOWN
    move(message, S.CONFIRMING, due, only, what, looks=0, absent_at=None, why=why)


def unauthorized(
    message: Message, error: Unauthorized, connector: Connector | None, doubt_before: datetime | None = None
) -> None:
    """The network no longer knows us. Fresh tokens are tried once; else a person must connect the channel again."""
    if connector is not None and message.tried <= 1 and renewed(message.channel, connector.account.tokens):
        move(message, S.QUEUED, timedelta(), what=What.UNAUTHORIZED, why=str(error), doubt_since=doubt_before)
        return
    mark_disconnected(message.channel, str(error))
    fail(message, str(error), What.UNAUTHORIZED, doubt_before if connector else message.doubt_since)


def renewed(channel: Channel, used: Tokens) -> bool:
    """Whether there are newer tokens than those that were just refused."""
    if not used.refresh:
        return False
    try:
        renew(channel, used)
    except (ConnectorError, Doubt):
        return False
    return True


def mark_disconnected(channel: Channel, why: str) -> None:
    connected = Channel.objects.filter(pk=channel.pk, status=Channel.Status.CONNECTED)
    if connected.update(status=Channel.Status.DISCONNECTED, why=why):
        tell(channel.workspace_id, "channels")


# -- confirming -----------------------------------------------------------------------------------------------------------


def look(message: Message) -> None:
    """Ask whether a doubtful reply is there. The next look is set before this one: one that fails proves nothing."""
    if message.looks >= MOST_LOOKS:
        why = _("The network never told whether it is there. Look there, then send it again or discard it here.")
        fail(message, why, What.UNTOLD)
        return
    if not move(message, S.CONFIRMING, back_off(message.looks + 1), looks=F("looks") + 1):
        return
    since = message.doubt_since or message.sent_at
    try:
        sent = find(bound(message.channel), message, since)
    except (ConnectorError, Doubt) as error:
        move(message, S.CONFIRMING, back_off(message.looks), what=What.LOOK_FAILED, why=str(error))
        return
    if sent is None:
        absent(message)
    else:
        settle(message, sent, What.FOUND)


def absent(message: Message) -> None:
    """Not there at this look. Two looks some minutes apart are proof."""
    seen_before = Q(absent_at__lte=Now() - SECOND_LOOK * 0.9)
    why = _("It did not arrive: it is sent again.")
    proved = What.PROVED_ABSENT
    if not move(message, S.QUEUED, back_off(message.tried), seen_before, proved, absent_at=None, looks=0, why=why):
        move(message, S.CONFIRMING, SECOND_LOOK, what=What.ABSENT, absent_at=Coalesce("absent_at", Now()))


def settle(message: Message, sent: Sent, what: Step.What = What.SENT) -> None:
    """It is there. Holds also when a doubt overtook this very process, and when reading was quicker than the answer."""
    remote_id = f"{PRIVATELY}{sent.remote_id}" if message.private else sent.remote_id
    with transaction.atomic():
        one_at_a_time(message.channel, sent.remote_id)  # it may be being read at this moment
        Conversation.objects.select_for_update().get(pk=message.conversation_id)
        twin = Message.objects.filter(channel_id=message.channel_id, remote_id=remote_id).exclude(pk=message.pk).first()
        if twin is not None and twin.status != S.RECEIVED:
            why = _("The network names an answer that was sent before. Look there, then send it again or discard it.")
            fail(message, why, What.UNTOLD)
            return
        if twin is not None:
            forget(twin, message.conversation_id)  # our own reply, as it was read meanwhile
        rows = Message.objects.filter(pk=message.pk, tries=message.tries, status__in=ON_ITS_WAY)
        if rows.update(status=S.SENT, due_at=None, remote_id=remote_id, url=sent.url, why=afterword(message), kept={}):
            note(message, what)
        show_latest(message.conversation)
        tell_of(message)


def afterword(message: Message) -> str:
    """What the thread goes on telling of an answer that arrived; empty where there was no doubt."""
    if message.status == S.CONFIRMING:
        return _("%(why)s SMO looked there and found it, so it was not sent again.") % {"why": message.why}
    if message.tried > 1:
        return _("%(why)s It went out at try %(number)s.") % {"why": message.why, "number": message.tried}
    return ""


def adopt(conversation: Conversation, item: Incoming) -> bool:
    """Whether `item`, read on the network, is the very reply that is just being sent or looked for; then it is settled."""
    rows = conversation.messages.filter(status__in=[S.SENDING, S.CONFIRMING]).select_related("conversation")
    message = rows.first()
    if message is None or message.doubt_since is None or item.sent_at < message.doubt_since - SKEW:
        return False
    if plain(item.text) != plain(message.said):
        return False
    settle(message, Sent(item.remote_id, item.url), What.READ)
    return True


def plain(text: str) -> str:
    """`text` so that what we sent equals what a network gives back: they trim lines and compose letters."""
    return " ".join(unicodedata.normalize("NFC", text).split())


# -- small help -----------------------------------------------------------------------------------------------------------


def write(connector: Connector, message: Message) -> Sent:
    """The one irreversible call: where it was asked, with the picture if there is one (uploaded first); or privately to who
    wrote in public."""
    to, text, key = answered(message), message.text, message.key.hex
    if message.private:
        return privately(connector).reply_privately(to, text, key)
    if message.picture is None:
        if not text:
            raise Rejected(_("The picture of this answer is no longer in the library: discard it and answer anew."))
        return replies(connector).reply(to, text, key)
    return illustrates(connector).illustrate(to, text, as_media(message.picture), key, progress(message))


def progress(message: Message) -> Progress:
    """What was kept, and how more is kept: in the row, at once, with the lease renewed. It raises LeaseLost."""
    sending = Message.objects.filter(pk=message.pk, status=S.SENDING, tries=message.tries)

    def store(kept: dict[str, str]) -> None:
        if not sending.update(kept=kept, due_at=Now() + LEASE):
            raise LeaseLost(str(message.pk))

    return Progress(message.kept, store)


def find(connector: Connector, message: Message, since: datetime) -> Sent | None:
    to = answered(message)
    if message.private:
        return privately(connector).find_private_reply(to, message.text, since)
    if message.picture is None and message.text:
        return replies(connector).find_reply(to, message.text, since)
    return illustrates(connector).find_illustrated(to, message.text, since, taken(message))


def taken(message: Message) -> frozenset[str]:
    """The remote ids of what we said in this conversation that cannot be this answer: of other answers, and of what was read
    before it was written. Ids grow in that order."""
    ours = Message.objects.filter(conversation=message.conversation_id, mine=True).exclude(pk=message.pk)
    others = ours.filter(~Q(status=S.RECEIVED) | Q(pk__lt=message.pk)).exclude(remote_id="")
    return frozenset(others.values_list("remote_id", flat=True))


def replies(connector: Connector) -> Replies:
    if not isinstance(connector, Replies):
        raise Rejected(_("%(network)s takes no answers from apps.") % {"network": connector.name})
    return connector


def illustrates(connector: Connector) -> Illustrates:
    if not isinstance(connector, Illustrates):
        raise Rejected(_("%(network)s takes no pictures in answers from apps.") % {"network": connector.name})
    return connector


def privately(connector: Connector) -> AnswersPrivately:
    if not isinstance(connector, AnswersPrivately):
        raise Rejected(_("%(network)s lets apps answer in public only.") % {"network": connector.name})
    return connector


def forget(twin: Message, kept: UUID) -> None:
    """Drop a message that was read, and the conversation that it began if nothing else is in it."""
    twin.delete()
    if twin.conversation_id == kept:
        return
    other = Conversation.objects.filter(pk=twin.conversation_id)
    if not other.filter(messages__isnull=True, notes__isnull=True).delete()[0]:
        show_latest(other.get())


def answered(message: Message) -> Incoming:
    """What the reply answers, as its connector knows it."""
    if message.answers is None:
        raise Rejected(_("What this answers is gone."))
    return as_said(message.answers, message.conversation)


def back_off(tries: int) -> timedelta:
    """10 s, 20 s, 40 s, ... up to 15 minutes, each up to a fifth longer, so that many do not come back at once."""
    seconds: float = min(900, 10 * 2 ** max(0, min(tries, 10) - 1))
    return timedelta(seconds=seconds * random.uniform(1, 1.2))
