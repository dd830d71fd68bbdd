"""Making rules: saving, order, on and off, deleting and taking that back; saying what a rule does, and its dry run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Member, Workspace
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from inbox.actions import ACTIONS
from inbox.conditions import CONDITIONS, Names
from inbox.models import Deed, Message, Rule
from inbox.ruling import matching

MOST = 50  # rules of a workspace: each of them looks at every message
TRIED = timedelta(days=30)
KEPT = timedelta(days=30)  # deleted ones, with what they did


@dataclass(frozen=True)
class Told:
    """A rule in words."""

    rule: Rule
    when: str
    conditions: list[str]
    actions: list[str]


def listed(workspace: Workspace) -> list[Told]:
    """All rules in their order, each with `done`: how often it acted in the last month."""
    lately = Q(acts__at__gt=timezone.now() - TRIED)
    names = Names.of(workspace)
    rows = present(workspace).annotate(done=Count("acts", filter=lately)).order_by("position", "pk")
    return [told(one, names) for one in rows]


def present(workspace: Workspace) -> QuerySet[Rule]:
    return workspace.rules.filter(deleted_at=None)


def told(rule: Rule, names: Names) -> Told:
    conditions = [one.said(rule.conditions[one.name], names) for one in CONDITIONS if rule.conditions.get(one.name)]
    actions = [one.said(rule.actions[one.name], names) for one in ACTIONS if rule.actions.get(one.name)]
    return Told(rule, _when(rule), conditions, actions)


def _when(rule: Rule) -> str:
    if rule.minutes is None:
        return _("Somebody says something")
    text = ngettext("Nobody has answered for %(n)d minute", "Nobody has answered for %(n)d minutes", rule.minutes)
    return text % {"n": rule.minutes}


# -- changing -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def keep(values: Mapping[str, Any], by: Member, rule: Rule | None = None) -> Rule:
    """Save a rule: name, when, minutes, conditions, actions. A new one is off, so that it can be tried first."""
    must(by, Action.SETTINGS)
    _check(values, by)
    rule = rule or _new(by)
    for name, value in values.items():
        setattr(rule, name, value)
    rule.minutes = rule.minutes if rule.when == Rule.When.WAITING else None
    rule.by = by
    rule.save()
    record(by, "rule saved", rule)
    return rule


def _check(values: Mapping[str, Any], by: Member) -> None:
    actions = values["actions"]
    if not actions:
        raise Problem(_("Choose at least one thing that the rule does."))
    if values["when"] == Rule.When.WAITING and not values["minutes"]:
        raise Problem(_("Say after how many minutes."), "minutes")
    if actions.get("snooze") and actions.get("mark") in ("done", "spam"):
        raise Problem(_("What is done or spam cannot be put off: choose one of the two."), "then-snooze")
    if actions.get("answer") and actions.get("mark") == "spam":
        raise Problem(_("Spam is not answered: choose one of the two."), "then-answer")
    if actions.get("answer") or actions.get("hide"):
        must(by, Action.REPLY)
    if actions.get("hold"):
        must(by, Action.STOP)


def _new(by: Member) -> Rule:
    found = present(by.workspace).aggregate(count=Count("pk"), last=Max("position"))
    if found["count"] >= MOST:
        raise Problem(_("There are %(n)d rules already: delete one first.") % {"n": MOST})
    return Rule(workspace=by.workspace, position=(found["last"] or 0) + 1)


def switch(rule: Rule, is_on: bool, by: Member) -> None:
    must(by, Action.SETTINGS)
    rule.is_on, rule.why = is_on, ""
    rule.since = timezone.now() if is_on else rule.since
    rule.save(update_fields=["is_on", "why", "since"])
    record(by, "rule switched on" if is_on else "rule switched off", rule)


@transaction.atomic
def move(rule: Rule, by: Member, up: bool) -> None:
    """One place up or down."""
    must(by, Action.SETTINGS)
    rows = list(present(by.workspace).select_for_update())
    at = next(n for n, one in enumerate(rows) if one.pk == rule.pk)
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    for position, one in enumerate(rows, start=1):
        one.position = position
    Rule.objects.bulk_update(rows, ["position"])
    record(by, "rule moved", rule)


def delete(rule: Rule, by: Member) -> None:
    """Off and out of sight; it can be brought back for a month."""
    must(by, Action.SETTINGS)
    rule.is_on, rule.deleted_at = False, timezone.now()
    rule.save(update_fields=["is_on", "deleted_at"])
    record(by, "rule deleted", rule)


def restore(rule: Rule, by: Member) -> None:
    """Bring a deleted rule back, switched off."""
    must(by, Action.SETTINGS)
    rule.deleted_at = None
    rule.save(update_fields=["deleted_at"])
    record(by, "rule brought back", rule)


def tidy() -> None:
    """Forget what was deleted long ago."""
    Rule.objects.filter(deleted_at__lt=timezone.now() - KEPT).delete()


# -- the dry run ----------------------------------------------------------------------------------------------------------


def tried(rule: Rule, workspace: Workspace, now: datetime) -> QuerySet[Message]:
    """On what the rule would have acted in the last month, once in each conversation; the latest first. Nothing is changed.

    The current time zone is to be the workspace's.
    """
    rows = Message.objects.filter(matching(rule, workspace), sent_at__gt=now - TRIED)
    if rule.when == Rule.When.WAITING:
        rows = _kept_waiting(rows, timedelta(minutes=rule.minutes or 0), now)
    first = rows.order_by("conversation_id", "sent_at", "pk").distinct("conversation_id").values("pk")
    return Message.objects.filter(pk__in=first).select_related("conversation", "channel").order_by("-sent_at", "-pk")


def _kept_waiting(rows: QuerySet[Message], span: timedelta, now: datetime) -> QuerySet[Message]:
    """The first of each wait that took longer than `span`: nobody answered it or put it away in that time."""
    there = Message.objects.filter(conversation=OuterRef("conversation"), deleted=False, rule=None)
    said = there.exclude(status=Message.Status.FAILED)
    before = said.filter(sent_at__lt=OuterRef("sent_at")).order_by("-sent_at", "-pk").values("mine")[:1]
    answers = said.filter(mine=True, sent_at__gte=OuterRef("sent_at"), sent_at__lte=OuterRef("sent_at") + span)
    put_away = Deed.objects.filter(
        conversation=OuterRef("conversation"),
        kind__in=[Deed.Kind.DONE, Deed.Kind.SPAM, Deed.Kind.SNOOZED],
        at__gte=OuterRef("sent_at"),
        at__lte=OuterRef("sent_at") + span,
    )
    begins = Q(ours_before=True) | Q(ours_before__isnull=True)
    begun = rows.annotate(ours_before=Subquery(before)).filter(begins, sent_at__lte=now - span)
    return begun.exclude(Exists(answers)).exclude(Exists(put_away))
