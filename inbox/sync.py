"""What people say, from the networks into the inbox: one way in for polling and webhooks, and the polling itself.

Networks tell things twice, late and out of order; every utterance is one row, by channel and remote id. A deletion is
final. Where a webhook changes a text, nobody can say which version is the newer one: it is read again.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least, Now
from django.utils import timezone

from accounts import connecting
from accounts.languages import speaking
from accounts.models import Channel
from accounts.networks import bound
from connectors import NETWORKS, connector
from connectors.base import Connector, Hooks, Inbox
from connectors.errors import ConnectorError, Doubt, Unauthorized
from connectors.talk import Incoming
from inbox import delivering, enclosing, falling, moods, past, reacting, ruling, threads
from inbox.models import Conversation, Cursor, Message
from scheduler.models import Publication, Status

OVERLAP = timedelta(minutes=10)  # read twice: clocks differ, and networks' lists lag behind
UNDER_WEBHOOKS, ALONE = timedelta(minutes=2), timedelta(minutes=5)  # from one reading to the next
POSTS, POSTS_AGE = 25, timedelta(days=30)  # whose comments are asked for: the latest posts
LISTEN_EVERY, LISTEN_AGAIN = timedelta(days=1), timedelta(minutes=10)
MOST_PAUSE = timedelta(hours=1)

log = logging.getLogger("smo.inbox")


# -- one utterance --------------------------------------------------------------------------------------------------------


@transaction.atomic
def take(channel: Channel, item: Incoming, polled: bool = False) -> Conversation | None:
    """One utterance into its conversation, however often and in whatever order it is told. None: nothing new."""
    threads.one_at_a_time(channel, item.remote_id)
    known = Message.objects.filter(channel=channel, remote_id=item.remote_id).select_related("conversation", "channel").first()
    conversation = hear(channel, item) if known is None else correct(known, item, polled)
    if conversation is not None:
        threads.tell_of(conversation)
    return conversation


def hear(channel: Channel, item: Incoming) -> Conversation:
    """Something new. A person's words open the conversation again, unless they are older than the channel's connection."""
    conversation = place(channel, item)
    if falling.has_fallen(channel, conversation, item.parent):
        item = replace(item, deleted=True)
    if item.mine and delivering.adopt(conversation, item):
        return conversation
    message = conversation.messages.create(
        channel=channel,
        remote_id=item.remote_id,
        parent_remote_id=item.parent,
        author_name=threads.clean(item.author.name or item.author.username)[:200],
        author_id=item.author.remote_id,
        mine=item.mine,
        text="" if item.deleted else threads.clean(item.text),
        url=address(item.url, 1000),
        sent_at=item.sent_at,
        deleted=item.deleted,
        edited=item.edited,
        stars=item.stars,
        recommends=item.recommends,
        likes=item.likes or 0,
        **({} if item.mine or item.deleted else moods.columns(channel.workspace_id, threads.clean(item.text))),
    )
    enclosing.keep(message, item.attachments)
    if item.deleted:
        reacting.forget(message)
        falling.falls(message)
    elif item.reactions is not None:
        reacting.follow(message, item.reactions)
    old, theirs = past.is_old(channel.pk, item.sent_at), not (item.mine or item.deleted)
    state = settled(conversation) if old else awake(conversation) if theirs else {}
    threads.show_latest(conversation, **state, **(person(conversation, item) if theirs else {}))
    if theirs and not old:
        ruling.arrived(message)
    return conversation


def awake(conversation: Conversation) -> dict[str, object]:
    """The columns that open a conversation, whatever was done with it; spam stays where it is."""
    return {} if conversation.state == Conversation.State.SPAM else {**threads.OPEN, "unread": True}


def settled(conversation: Conversation) -> dict[str, object]:
    """The columns of a conversation to which something old was added: what nobody has answered is open, all else is done.
    None where it is of today, or in somebody's hands."""
    news = conversation.messages.filter(~past.old())
    if conversation.state == Conversation.State.SPAM or news.exists() or conversation.deeds.exists():
        return {}
    if threads.waits_since(conversation):
        return {**threads.OPEN, "unread": True}
    return {"state": Conversation.State.DONE, "snoozed_until": None, "unread": False}


def correct(message: Message, item: Incoming, polled: bool) -> Conversation | None:
    """What is told again: a deletion, an edit, or what was missing when it came first."""
    changes = differences(message, item)
    if polled and tells_all(message, item) and enclosing.follow(message, item.attachments):
        changes["edited"] = True
    more = enclosing.keep(message, item.attachments)
    if item.reactions is not None and not message.deleted:
        more |= reacting.follow(message, item.reactions)
    if item.edited and not polled:
        read_again(message.channel_id, item.sent_at)
    if not changes:
        return message.conversation if more else None
    if item.deleted:
        enclosing.forget(message)
        reacting.forget(message)
    if "text" in changes and not message.mine:
        changes |= moods.NONE if item.deleted else moods.columns(message.conversation.workspace_id, str(changes["text"]))
    Conversation.objects.select_for_update().get(pk=message.conversation_id)  # before what is in it, as everybody does
    if item.deleted:
        falling.falls(message)
    if not Message.objects.filter(pk=message.pk, deleted=False).update(**changes):
        return None  # it was deleted at this moment
    if "text" in changes and not (item.deleted or polled):
        read_again(message.channel_id, item.sent_at)
    threads.show_latest(message.conversation, **person(message.conversation, item))
    return message.conversation


def tells_all(message: Message, item: Incoming) -> bool:
    """Whether it was edited and its reading tells all that hangs on it. Not each network's does, and no webhook surely."""
    gone, edited = message.deleted or item.deleted, message.edited or item.edited or threads.clean(item.text) != message.text
    return edited and not gone and item.kind in connector(message.channel.network).retold


def differences(message: Message, item: Incoming) -> dict[str, object]:
    """The columns that `item` changes. A reply of ours keeps the text that we wrote: networks shorten its links."""
    if message.deleted:
        return {}
    if item.deleted:
        return {"deleted": True, "text": ""}
    changes: dict[str, object] = {}
    text, received = threads.clean(item.text), message.status == Message.Status.RECEIVED
    if received and text and text != message.text:
        changes |= {"text": text, "edited": True}
    if received and item.edited and not message.edited:
        changes["edited"] = True
    if received and not message.author_name and item.author.name:
        changes |= {"author_name": threads.clean(item.author.name)[:200]}
    if (item.stars, item.recommends) != (message.stars, message.recommends):
        changes |= {"stars": item.stars, "recommends": item.recommends}
    if item.likes not in (None, message.likes):
        changes["likes"] = item.likes
    if item.url and not message.url:
        changes |= {"url": address(item.url, 1000)}
    return changes


def person(conversation: Conversation, item: Incoming) -> dict[str, object]:
    """The columns of a conversation that tell whom it is with: who spoke first, completed when more is told."""
    who = item.author
    if item.mine or conversation.person_id not in ("", who.remote_id):
        return {}
    changes: dict[str, object] = {"person_id": who.remote_id}
    if name := threads.clean(who.name or who.username)[:200]:
        changes["person_name"] = name
    if url := address(who.url, 500):
        changes["person_url"] = url
    return changes


def address(url: str, most: int) -> str:
    """`url` if it is one that a browser may safely be sent to, else nothing."""
    return url if url.startswith(("https://", "http://")) and len(url) <= most else ""


# -- its place ------------------------------------------------------------------------------------------------------------


def place(channel: Channel, item: Incoming) -> Conversation:
    """The conversation that `item` belongs to, found or begun; locked, so that ids grow as utterances arrive."""
    publications = ours(channel, item)
    found = parents(channel, item) or begin(channel, item, publications)
    conversation = Conversation.objects.select_for_update().get(pk=found.pk)
    publication = publications.get(item.post)
    if publication and conversation.publication_id is None:
        threads.change(conversation, publication=publication)
    return conversation


def ours(channel: Channel, item: Incoming) -> dict[str, Publication]:
    """Our posts that `item` speaks of, by remote id."""
    ids = {item.post, item.thread} - {""}
    return {one.remote_id: one for one in Publication.objects.filter(channel=channel, remote_id__in=ids)}


def parents(channel: Channel, item: Incoming) -> Conversation | None:
    """The conversation of what `item` answers, where that is known."""
    if not item.parent:
        return None
    parent = Message.objects.filter(channel=channel, remote_id=item.parent).select_related("conversation").first()
    return parent.conversation if parent else None


def begin(channel: Channel, item: Incoming, publications: dict[str, Publication]) -> Conversation:
    """The conversation of the item's thread. What we said ourselves, and what is gone already, waits for nobody."""
    quiet = item.mine or item.deleted
    first = {
        "workspace_id": channel.workspace_id,
        "about": item.post,
        "publication": publications.get(item.post),
        "state": Conversation.State.DONE if quiet else Conversation.State.OPEN,
        "unread": not quiet,
        "last_at": item.sent_at,
    }
    thread = top_of(item, publications)
    return Conversation.objects.get_or_create(channel=channel, kind=item.kind, thread=thread, defaults=first)[0]


def top_of(item: Incoming, publications: dict[str, Publication]) -> str:
    """What the conversation is known by. Where a network's thread is our whole post, each comment tree is one of its own."""
    if item.thread and item.thread != item.post and item.thread not in publications:
        return item.thread
    return item.parent if item.parent and item.parent not in (item.post, item.thread) else item.remote_id


# -- polling --------------------------------------------------------------------------------------------------------------


def begin_cursors() -> None:
    """Every connected channel that can be read is read from when it was connected, and back from there."""
    readable = [slug for slug in NETWORKS if issubclass(connector(slug), Inbox)]
    new = list(Channel.objects.filter(status=Channel.Status.CONNECTED, network__in=readable, cursor__isnull=True))
    with transaction.atomic():
        past.begin(new)
        cursors = (Cursor(channel=channel, read_until=channel.connected_at) for channel in new)
        Cursor.objects.bulk_create(cursors, ignore_conflicts=True)


def read_again(channel_id: UUID, since: datetime) -> None:
    """Have the channel read soon, from that moment on."""
    rows = Cursor.objects.filter(channel_id=channel_id, read_until__isnull=False)
    rows.update(due_at=Least(F("due_at"), Now()), read_until=Least(F("read_until"), since))


def poll(channel_id: UUID, ticket: datetime) -> None:
    """Read a channel from where the last reading ended. A stale ticket is passed over; failures back off."""
    rows = Cursor.objects.select_related("channel__token", "channel__workspace")
    cursor = rows.filter(channel_id=channel_id, due_at=ticket).first()
    if cursor is None:
        return
    with speaking(cursor.channel.workspace):
        _poll(cursor)


def _poll(cursor: Cursor) -> None:
    listen(cursor)
    began = timezone.now()
    try:
        read(cursor.channel, (cursor.read_until or cursor.channel.connected_at) - OVERLAP)
    except Unauthorized as error:
        refused(cursor, error)
    except (ConnectorError, Doubt) as error:
        put_off(cursor, error)
    else:
        again = UNDER_WEBHOOKS if issubclass(connector(cursor.channel.network), Hooks) else ALONE
        set_cursor(cursor, again, read_until=began, tries=0, why="")


def listen(cursor: Cursor) -> None:
    """Ask for webhooks, once a day: networks forget a listener that was away for long. Without them, reading has to do."""
    now = timezone.now()
    if cursor.listened_at is None or now - cursor.listened_at > LISTEN_EVERY:
        failed = bool(connecting.listen(cursor.channel))
        Cursor.objects.filter(pk=cursor.pk).update(listened_at=now - LISTEN_EVERY + LISTEN_AGAIN if failed else now)


def read(channel: Channel, since: datetime) -> None:
    """Take in everything since then. What was taken in before a failure stays."""
    network = bound(channel)
    for item in incoming(network, since, recent_posts(channel)):
        take(channel, item, polled=True)
    reacting.look(network, channel, since)


def incoming(connector: Connector, since: datetime, posts: list[str]) -> Iterable[Incoming]:
    return connector.incoming(since, posts) if isinstance(connector, Inbox) else ()


def recent_posts(channel: Channel) -> list[str]:
    """The remote ids of our latest posts there."""
    rows = channel.publications.filter(status=Status.PUBLISHED, published_at__gte=timezone.now() - POSTS_AGE)
    posts = rows.exclude(content__contains={"comment": True}).order_by("-published_at")
    return list(posts.values_list("remote_id", flat=True)[:POSTS])


def refused(cursor: Cursor, error: Unauthorized) -> None:
    """Fresh tokens are tried once; else a person must connect the channel again."""
    if cursor.tries == 0 and delivering.renewed(cursor.channel, cursor.channel.token.tokens):
        return set_cursor(cursor, timedelta(), tries=1, why=str(error))
    delivering.mark_disconnected(cursor.channel, str(error))
    return set_cursor(cursor, timedelta(), tries=0, why=str(error))  # due as soon as it is connected again


def put_off(cursor: Cursor, error: ConnectorError | Doubt) -> None:
    """Read it later; `read_until` stays, so that nothing is missed."""
    pause = min(MOST_PAUSE, timedelta(seconds=30) * 2 ** min(cursor.tries, 10))
    asked = getattr(error, "retry_in", None) or timedelta()
    log.info("not read channel=%s said=%s", cursor.channel_id, error.said)
    set_cursor(cursor, max(pause, asked), tries=cursor.tries + 1, why=str(error))


def set_cursor(cursor: Cursor, due: timedelta, **changes: object) -> None:
    """Write a cursor, unless its lease was lost meanwhile or somebody wants it read again."""
    Cursor.objects.filter(pk=cursor.pk, due_at=cursor.due_at).update(due_at=Now() + due, **changes)
