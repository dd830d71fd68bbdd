"""A rule's answer: a saved reply in the language of whom it answers, sent as a person's answer is, and never in circles.

It stops no clock and leaves the conversation unread: a person is still waited for, unless the rule marks it as done.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.verbs import Problem
from inbox import offering, replying
from inbox.models import LANGUAGES, ON_ITS_WAY, Conversation, Message, Rule, SavedReply, Wording
from scheduler.composing.snippets import filled

AGAIN = timedelta(hours=24)  # from one answer of a rule to the same person to its next


def answer(rule: Rule, message: Message, conversation: Conversation, reply: SavedReply) -> Wording:
    """Queue the saved reply as the answer to `message`; in which wording. `conversation` is locked.

    Raises Problem when it may not or cannot be answered (any more).
    """
    if why := _not_ours_to_answer(message, conversation) or _answered(message, conversation) or _circle(rule, message):
        raise Problem(why)
    if why := replying.unreachable(conversation) or replying.leave(conversation, message).why_not:
        raise Problem(why)
    wording = offering.fitting(reply, message.language, conversation.workspace.language)
    if wording is None:
        sentence = _("“%(title)s” has no wording in %(language)s: add one.")
        raise Problem(sentence % {"title": reply.title, "language": LANGUAGES.get(message.language, message.language)})
    # Nobody signs it: what a rule says is said by the brand.
    text = filled(wording.text, offering.values(conversation, conversation.workspace, me=conversation.workspace.name))
    replying.check(conversation, message, text)
    replying.queue(conversation, message, text, saved=reply, rule=rule)
    return wording


def _not_ours_to_answer(message: Message, conversation: Conversation) -> str:
    if not conversation.messages.filter(pk=message.pk, mine=False, deleted=False).exists():
        return _("There was nothing (any more) to answer.")
    own = conversation.workspace.channels.filter(network=conversation.channel.network, remote_id=message.author_id)
    if message.author_id and own.exists():
        return _("Another channel of yours said it: rules do not answer your own words.")
    return ""


def _answered(message: Message, conversation: Conversation) -> str:
    """Why it needs no answer any more: by what the network tells of the time as well, it tells things in any order."""
    if conversation.messages.filter(answers=message, rule__isnull=False).exists():
        return _("A rule has answered it before.")
    ours = conversation.messages.filter(mine=True, deleted=False).exclude(status=Message.Status.FAILED)
    if ours.filter(Q(pk__gt=message.pk) | Q(sent_at__gte=message.sent_at) | Q(status__in=ON_ITS_WAY)).exists():
        return _("It was not answered: somebody has answered meanwhile.")
    if conversation.state != Conversation.State.OPEN:
        return _("It was not answered: somebody has put it away meanwhile.")
    return ""


def _circle(rule: Rule, message: Message) -> str:
    """Why this rule does not answer this person now: two machines may be talking to each other."""
    lately = rule.answers.filter(conversation=message.conversation_id, sent_at__gt=timezone.now() - AGAIN)
    if lately.filter(answers__author_id=message.author_id).exists():
        return _("It was not answered: the rule has answered this person in the last 24 hours.")
    return ""
