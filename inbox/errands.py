"""What rules want done on the networks, done after their transaction. Done twice is done once: a doubt means once more."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.languages import speaking
from connectors.errors import ConnectorError, Doubt, NotNow
from connectors.talk import Moderation
from inbox import delivering, moderating, threads
from inbox.models import Conversation, Deed, Errand, Message, Rule

MOST_TRIES = 12  # backing off to a quarter of an hour: about two hours

log = logging.getLogger("smo.rules")


def send(rule: Rule, message: Message, what: Moderation) -> bool:
    """Have it done soon; False: it is being done. To be called in the transaction of the rule's act."""
    _made, new = Errand.objects.get_or_create(message=message, what=what.value, defaults={"rule": rule})
    return new


def run(pk: int, ticket: datetime) -> None:
    """Answer a bell. A stale ticket is passed over."""
    rows = Errand.objects.select_related("rule", "message__conversation__workspace", "message__channel__token")
    errand = rows.filter(pk=pk, due_at=ticket).first()
    if errand is not None:
        with speaking(errand.message.conversation.workspace):
            _run(errand, Moderation(errand.what))


def _run(errand: Errand, what: Moderation) -> None:
    if why := moderating.hindrance(errand.message, what):
        return _give_up(errand, why)
    try:
        moderating.ask(errand.message, what)
    except (NotNow, Doubt) as error:
        return _put_off(errand, error)
    except ConnectorError as error:
        return _give_up(errand, str(error))
    with transaction.atomic():
        moderating.keep(errand.message, what, None)
        errand.delete()
    return None


def _put_off(errand: Errand, error: NotNow | Doubt) -> None:
    if errand.tries + 1 >= MOST_TRIES:
        return _give_up(errand, str(error))
    due = getattr(error, "retry_in", None) or delivering.back_off(errand.tries + 1)
    Errand.objects.filter(pk=errand.pk).update(due_at=Now() + due, tries=errand.tries + 1)
    return None


@transaction.atomic
def _give_up(errand: Errand, why: str) -> None:
    """People have to see to it: the trail says why, and the conversation is unread."""
    log.info("errand given up message=%s what=%s", errand.message_id, errand.what)
    talk = Conversation.objects.select_for_update().get(pk=errand.message.conversation_id)
    did = _("what it wanted done was not done (%(deed)s): %(why)s")
    value = f"“{errand.rule.name}”: " + did % {"deed": moderating.NAMES[Moderation(errand.what)], "why": why}
    Deed.objects.create(conversation=talk, kind=Deed.Kind.RULE, value=value[:200])
    threads.change(talk, unread=True)
    threads.tell_of(talk)
    errand.delete()
