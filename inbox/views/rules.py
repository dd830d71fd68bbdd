"""Rules: the list, making and changing one, trying it without doing anything; and who takes turns."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, allowed
from accounts.forms import add_problem
from accounts.roles import Action
from accounts.verbs import Problem
from inbox import rulebook, turns
from inbox.conditions import Names
from inbox.models import LANGUAGES, Rule
from inbox.rule_forms import RuleForm

PAGE, SPEAKS = 50, "speaks-"


@require_GET
@allowed(Action.SEE)
def page(request: MemberRequest) -> HttpResponse:
    """All rules in their order; `deleted` names one that can be brought back."""
    asked = request.GET.get("deleted", "")
    gone = request.workspace.rules.exclude(deleted_at=None)
    context: dict[str, Any] = {
        "rules": rulebook.listed(request.workspace),
        "line": turns.line(request.workspace),
        "languages": LANGUAGES.items(),
        "deleted": gone.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None,
    }
    return render(request, "inbox/rules.html", context)


@require_http_methods(["GET", "POST"])
@allowed(Action.SETTINGS)
def new(request: MemberRequest) -> HttpResponse:
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@allowed(Action.SETTINGS)
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    return _form(request, get_object_or_404(rulebook.present(request.workspace), pk=pk))


def _form(request: MemberRequest, rule: Rule | None) -> HttpResponse:
    form = RuleForm(request.workspace, request.POST if request.method == "POST" else None, rule)
    if form.is_valid():
        try:
            kept = rulebook.keep(form.values, request.member, rule)
        except Problem as problem:
            add_problem(form, problem)
        else:
            messages.success(request, _("The rule is saved. This is what it would have done."))
            return redirect("rule-try", kept.pk)
    return render(request, "inbox/rule.html", {"form": form, "rule": rule}, status=422 if form.errors else 200)


@require_POST
@allowed(Action.SETTINGS)
def change(request: MemberRequest, pk: int) -> HttpResponse:
    """`do` is on, off, up, down, delete or restore, which is for deleted ones alone."""
    do = request.POST.get("do")
    rows = request.workspace.rules if do == "restore" else rulebook.present(request.workspace)
    rule = get_object_or_404(rows, pk=pk)
    if do in ("on", "off"):
        rulebook.switch(rule, do == "on", request.member)
        messages.success(request, _("The rule is on.") if do == "on" else _("The rule is off."))
    elif do in ("up", "down"):
        rulebook.move(rule, request.member, up=do == "up")
    elif do == "delete":
        rulebook.delete(rule, request.member)
        return redirect(f"{reverse('rules')}?deleted={rule.pk}")
    elif do == "restore":
        rulebook.restore(rule, request.member)
        messages.success(request, _("The rule is back, and switched off."))
    return redirect("rules")


@require_GET
@allowed(Action.SEE)
def dry_run(request: MemberRequest, pk: int) -> HttpResponse:
    """What the rule would have done in the last month. Nothing is changed."""
    rule = get_object_or_404(rulebook.present(request.workspace), pk=pk)
    found = rulebook.tried(rule, request.workspace, timezone.now())
    context = {
        "told": rulebook.told(rule, Names.of(request.workspace)),
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "today": timezone.localdate(),
    }
    return render(request, "inbox/rule_try.html", context)


@require_POST
@allowed(Action.SETTINGS)
def take_turns(request: MemberRequest) -> HttpResponse:
    """Exactly the members named `member` take turns; `speaks-` and a member's id names the languages that they speak."""
    given = request.POST.lists()
    speaking = {name.removeprefix(SPEAKS): codes for name, codes in given if name.startswith(SPEAKS)}
    turns.choose(request.POST.getlist("member"), request.member, speaking)
    messages.success(request, _("The turns are saved."))
    return redirect("rules")
