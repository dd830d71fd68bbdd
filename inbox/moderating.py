"""What is done with what people say, beside answering: hiding, liking, deleting it, blocking who said it.

Each deed may be repeated without harm, so it needs no machine: it is done at once, and where the network's answer is lost, a
person does it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Channel, Member
from accounts.networks import account, bound
from accounts.roles import Action
from accounts.verbs import Problem, must
from connectors import connector
from connectors.base import AnswersPrivately, Connector, Moderates
from connectors.data import Tokens
from connectors.errors import ConnectorError, Doubt, Unauthorized
from connectors.talk import Incoming, Moderation
from inbox import delivering, enclosing, falling, threads
from inbox.models import Conversation, Deed, Message

M = Moderation
NAMES = {
    M.HIDE: gettext_lazy("Hide"),
    M.UNHIDE: gettext_lazy("Show again"),
    M.LIKE: gettext_lazy("Like"),
    M.UNLIKE: gettext_lazy("Take the like back"),
    M.DELETE: gettext_lazy("Delete on the network"),
    M.BLOCK: gettext_lazy("Block this person"),
}
ICONS = {M.HIDE: "eye-off", M.UNHIDE: "eye", M.LIKE: "heart", M.UNLIKE: "heart", M.DELETE: "trash", M.BLOCK: "ban"}
CHANGES: Mapping[Moderation, dict[str, Any]] = {
    M.HIDE: {"hidden": True},
    M.UNHIDE: {"hidden": False},
    M.LIKE: {"liked": True},
    M.UNLIKE: {"liked": False},
    M.DELETE: {"deleted": True, "text": ""},
    M.BLOCK: {"blocked": True},
}


@dataclass(frozen=True)
class Choice:
    """One thing that a message's menu offers; `why_not`: why it cannot be done, empty: it can."""

    what: Moderation
    why_not: str

    @property
    def name(self) -> str:
        return str(NAMES[self.what])

    @property
    def icon(self) -> str:
        return ICONS[self.what]

    @property
    def is_grave(self) -> bool:
        """Whether nobody can take it back from here."""
        return self.what in (M.DELETE, M.BLOCK)


def choices(message: Message) -> list[Choice]:
    """What can be done with a message on its network as it now is."""
    offered = deeds_of(message.channel)
    return [Choice(what, hindrance(message, what)) for what in M if what in offered and makes_sense(message, what)]


def makes_sense(message: Message, what: Moderation) -> bool:
    """Whether it is not so already: of two opposites one is offered at a time."""
    state = {M.HIDE: not message.hidden, M.UNHIDE: message.hidden, M.LIKE: not message.liked, M.UNLIKE: message.liked}
    return state.get(what, not is_so(message, what))


def is_so(message: Message, what: Moderation) -> bool:
    return all(getattr(message, name) == value for name, value in CHANGES[what].items())


def hindrance(message: Message, what: Moderation) -> str:
    """Why `what` cannot be done with the message, and what to do instead; empty: it can be tried."""
    channel, network = message.channel, connector(message.channel.network)
    if not channel.is_connected:
        return _("The channel %(name)s must be connected again first.") % {"name": channel.name}
    if what not in deeds_of(channel):
        sentence = _("%(network)s does not let apps do that (%(deed)s): do it there.")
        return sentence % {"network": network.name, "deed": NAMES[what]}
    if message.deleted or not message.remote_id:
        return _("It is not on the network (any more).")
    return network.checker(account(channel, Tokens(""))).hindrance(what, said(message))


def offers_any(channel: Channel) -> bool:
    """Whether its messages have a menu."""
    return bool(deeds_of(channel)) or isinstance(connector(channel.network).checker(), AnswersPrivately)


def deeds_of(channel: Channel) -> frozenset[Moderation]:
    """The protocol has data, so an instance is asked for it."""
    network = connector(channel.network).checker()
    return network.moderations if isinstance(network, Moderates) else frozenset()


def moderate(message: Message, what: Moderation, by: Member) -> None:
    """Do it on the network and keep it in mind. Raises Problem where it cannot be done, or nobody knows whether it was."""
    must(by, Action.REPLY)
    if why := hindrance(message, what):
        raise Problem(why)
    try:
        ask(message, what)
    except ConnectorError as error:
        raise Problem(str(error)) from error
    except Doubt as error:
        network = connector(message.channel.network).name
        sentence = _("%(network)s gave no answer, so it may or may not be done. Do it again: that does no harm.")
        raise Problem(sentence % {"network": network}) from error
    keep(message, what, by)


def ask(message: Message, what: Moderation) -> None:
    """Do it on the network. Fresh tokens are tried once; else a person must connect the channel again."""
    network = bound(message.channel)
    try:
        _ask(network, message, what)
    except Unauthorized as error:
        if not delivering.renewed(message.channel, network.account.tokens):
            delivering.mark_disconnected(message.channel, str(error))
            raise
        message.channel.token.refresh_from_db()
        _ask(bound(message.channel), message, what)


def _ask(network: Connector, message: Message, what: Moderation) -> None:
    if isinstance(network, Moderates):
        network.moderate(what, said(message))


def said(message: Message) -> Incoming:
    return threads.as_said(message, message.conversation)


@transaction.atomic
def keep(message: Message, what: Moderation, by: Member | None) -> None:
    """Write it into the message and the conversation's trail; nothing for what is so already. `by` None: a rule did it."""
    conversation = Conversation.objects.select_for_update().get(pk=message.conversation_id)
    rows = conversation.messages.filter(pk=message.pk)
    if what == M.BLOCK:
        rows = conversation.messages.filter(author_id=message.author_id, mine=False)
    if not rows.exclude(**CHANGES[what]).update(**CHANGES[what]):
        return
    if what == M.DELETE:
        falling.falls(message)
    who = message.author_name or _("somebody")
    Deed.objects.create(conversation=conversation, kind=Deed.Kind(what.value), by=by.user if by else None, value=who[:200])
    if what == M.DELETE:
        enclosing.forget(message)
    threads.show_latest(conversation)
    threads.tell_of(conversation)
