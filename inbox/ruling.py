"""The rules at work: what came in is judged after it was saved, and each rule acts at most once on a message.

What is to be judged is a row (Arrival) that is written with the message and goes when all rules have judged it; that a rule
has acted is a row (Act) in the transaction of its actions. A worker may die between any two of these.

So that nothing goes round in circles: rules hear of what people say to us and of nothing that rules do; a rule acts on a
conversation once, until one of us has marked it as done; and whoever acts too often is switched off.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.languages import speaking
from accounts.models import Notice, Workspace
from accounts.noticing import About, notify
from accounts.roles import Action as Right
from accounts.roles import may
from accounts.verbs import Forbidden, Problem
from inbox import clocks, past, threads
from inbox.actions import ACTIONS, Case
from inbox.conditions import CONDITIONS
from inbox.models import Act, Arrival, Conversation, Deed, Message, Rule

MOST_A_MINUTE = 100  # acts in a workspace
MOST_TRIES = 10
AT_ONCE = 200

log = logging.getLogger("smo.rules")


# -- what holds -------------------------------------------------------------------------------------------------------------


def matching(rule: Rule, workspace: Workspace) -> Q:
    """The messages of which all conditions hold. The current time zone is to be the workspace's."""
    found = Q(mine=False, deleted=False, conversation__workspace=workspace)
    for condition in CONDITIONS:
        if value := rule.conditions.get(condition.name):
            found &= condition.finds(value, workspace)
    return found


def standing(rule: Rule) -> QuerySet[Act]:
    """Acts of a rule that keep it from acting on the same conversation again: nobody of us has marked it as done since."""
    ended = Deed.objects.filter(
        conversation=OuterRef("conversation"), kind=Deed.Kind.DONE, by__isnull=False, at__gt=OuterRef("at")
    )
    return Act.objects.filter(~Exists(ended), rule=rule).order_by()


def active(workspace: Workspace, when: str) -> QuerySet[Rule]:
    return workspace.rules.filter(is_on=True, deleted_at=None, when=when).select_related("by__user", "by__workspace")


# -- something came in ------------------------------------------------------------------------------------------------------


def arrived(message: Message) -> None:
    """Have the rules judge what was just taken in."""
    rules = Rule.objects.filter(
        workspace=message.conversation.workspace_id, is_on=True, deleted_at=None, when=Rule.When.NEW, since__lte=message.sent_at
    )
    if rules.exists():
        Arrival.objects.create(message=message)


def judge(pk: int, ticket: datetime) -> None:
    """Answer a bell: all rules look at the message. A stale ticket is passed over."""
    arrivals = Arrival.objects.filter(pk=pk)
    if not arrivals.filter(due_at=ticket).update(tries=F("tries") + 1):
        return
    arrival = arrivals.select_related("message__conversation__workspace").get()
    if arrival.tries > MOST_TRIES:
        log.error("rules gave up message=%s", pk)
    else:
        _judge(arrival.message)
    arrivals.delete()


def _judge(message: Message) -> None:
    workspace = message.conversation.workspace
    with speaking(workspace), timezone.override(workspace.zone):
        for rule in active(workspace, Rule.When.NEW).filter(since__lte=message.sent_at):
            if Message.objects.filter(matching(rule, workspace), pk=message.pk).exists():
                act(rule, message, workspace)


# -- nobody has answered ----------------------------------------------------------------------------------------------------


def look_at_waiting(now: datetime) -> int:
    """Carry out the rules for what has been waiting for too long at `now`; how often one acted."""
    rules = Rule.objects.filter(is_on=True, deleted_at=None, when=Rule.When.WAITING).select_related("workspace", "by__user")
    return sum(_look(rule, now) for rule in rules)


def _look(rule: Rule, now: datetime) -> int:
    workspace = rule.workspace
    with speaking(workspace), timezone.override(workspace.zone):
        return sum(act(rule, message, workspace) for message in list(waiting(rule, now)[:AT_ONCE]))


def waiting(rule: Rule, now: datetime) -> QuerySet[Message]:
    """The first thing that nobody has answered, where the rule's time ran out since the rule is on."""
    span = timedelta(minutes=rule.minutes or 0)
    open_now = Q(conversation__state=Conversation.State.OPEN, conversation__waits_since=F("sent_at"))
    since = (rule.since or now) - span
    span_ago = Q(sent_at__gt=since, sent_at__lte=now - span)
    rows = Message.objects.filter(~past.old(), matching(rule, rule.workspace), open_now, span_ago)
    return rows.exclude(Exists(standing(rule).filter(conversation=OuterRef("conversation")))).order_by("sent_at", "pk")


# -- acting -----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def act(rule: Rule, message: Message, workspace: Workspace) -> bool:
    """Carry out a rule because of a message; False: it has been, or may not be."""
    one_at_a_time(workspace)
    if not Rule.objects.filter(pk=rule.pk, is_on=True, deleted_at=None).exists():
        return False
    talk = Conversation.objects.select_for_update(of=("self",)).select_related("channel", "assignee__user")
    conversation = talk.get(pk=message.conversation_id)
    conversation.workspace = workspace
    if conversation.state == Conversation.State.SPAM or standing(rule).filter(conversation=conversation).exists():
        return False
    if Act.objects.filter(workspace=workspace, at__gt=timezone.now() - timedelta(minutes=1)).count() >= MOST_A_MINUTE:
        switch_off(rule, workspace)
        return False
    made, new = Act.objects.get_or_create(
        rule=rule, message=message, defaults={"workspace": workspace, "conversation": conversation}
    )
    if new:
        _carry_out(made, Case(rule, message, conversation, workspace))
    return new


def one_at_a_time(workspace: Workspace) -> None:
    """Rules of a workspace act one after the other, so that acts are counted right and turns are taken in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"rules {workspace.pk}"])


def _carry_out(made: Act, case: Case) -> None:
    did = list(_did(case))
    made.did = "; ".join(did) or _("nothing was left to do")
    made.save(update_fields=["did"])
    value = f"“{case.rule.name}”: {made.did}"
    Deed.objects.create(conversation=case.conversation, kind=Deed.Kind.RULE, value=value[:200])
    clocks.keep(case.conversation)
    threads.tell_of(case.conversation)


def _did(case: Case) -> Iterable[str]:
    """Each action, and what came of it. One that cannot be done keeps no other from being done."""
    for action in ACTIONS:
        if not (value := case.rule.actions.get(action.name)):
            continue
        try:
            with transaction.atomic():
                said = action.does(value, case)
        except (Problem, Forbidden) as problem:
            said = str(problem)
        if said:
            yield said


def switch_off(rule: Rule, workspace: Workspace) -> None:
    """It acts too often: off, and whoever may change rules hears of it."""
    why = _("More than %(n)d acts of rules in a minute: look at what it does, then switch it on again.") % {"n": MOST_A_MINUTE}
    Rule.objects.filter(pk=rule.pk).update(is_on=False, why=why)
    people = [one for one in workspace.members.all() if may(one.role, Right.SETTINGS)]
    about = About("rule-off", f"off:{rule.pk}", reverse("rule", args=[rule.pk]), {"rule": rule.name, "why": why})
    if people:
        notify(workspace, Notice.Kind.RULE, about, members=people)
