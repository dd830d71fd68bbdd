"""Writing a post: the composer, and what it is told while somebody types."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, allowed
from accounts.models import Channel
from accounts.roles import Action
from accounts.verbs import Problem
from scheduler.composing import advising, checking, drafting, history, keeping, previews
from scheduler.composing.fields import is_uuid
from scheduler.composing.forms import Composer, key_of
from scheduler.models import Audience, Post, Publication, Revision, Status
from scheduler.planning import UNCLAIMED, at
from scheduler.plans import calendar, slots, utm
from scheduler.targeting import places

PROMISES = Prefetch("publications", Publication.objects.only("post_id", "status", "due_at", "part", "publish_at"))
WHOLE = ("variants", "media__asset", "targets__channel", "targets__audience")  # what the checks of a post read


@require_http_methods(["GET", "POST"])
@allowed(Action.WRITE)
def new(request: MemberRequest) -> HttpResponse:
    """An empty composer; `day` or `when` in the query fill in the time, `key` brings back what was typed and not saved.
    What was sent before is changed, not made again."""
    post = request.workspace.posts.filter(pk=key_of(request.POST or request.GET)).first()
    if post and request.method == "GET":
        return redirect("post-edit", post.pk)
    return _composer(request, post)


@require_http_methods(["GET", "POST"])
@allowed(Action.WRITE)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The composer with a draft, or with a post that is promised and that nobody has begun to send. `version` in the query
    shows an earlier one of its versions, `unsaved` what was typed and set aside."""
    rows = request.workspace.posts.select_related("workspace", "campaign").prefetch_related(*WHOLE, PROMISES)
    post = get_object_or_404(rows, pk=pk)
    statuses = [one.status for one in post.publications.all()]
    if request.method == "GET" and any(one not in (*UNCLAIMED, Status.FAILED, Status.CANCELLED) for one in statuses):
        messages.info(request, _("This post is out, or on its way: copy it to change it."))
        return redirect("post", pk)
    return _composer(request, post)


def _composer(request: MemberRequest, post: Post | None) -> HttpResponse:
    if request.method == "POST":
        form = Composer(request.workspace, request.POST, post)
        return _kept(request, form) or render(request, "scheduler/composer.html", _page(request, form), status=422)
    return render(request, "scheduler/composer.html", _opened(request, post))


def _begun(request: MemberRequest) -> dict[str, Any]:
    """What a new post begins with: a `channel`, or what belongs to a `campaign`."""
    channel, campaign = (request.GET.get(name, "") for name in ("channel", "campaign"))
    found = request.workspace.campaigns.filter(pk=campaign).first() if is_uuid(campaign) else None
    if found is None:
        return {"channels": [channel]} if is_uuid(channel) else {}
    channels, labels = (list(rows.values_list("pk", flat=True)) for rows in (found.channels, found.labels))
    return {"campaign": found.pk, "channels": channels, "labels": labels}


def _opened(request: MemberRequest, post: Post | None) -> dict[str, Any]:
    """The composer as it comes up: with what was typed and not saved, an earlier version that was asked for, or the post."""
    key = post.pk if post else key_of(request.GET)
    version = _version(request, post)
    content = version.content if version else None if post else _template(request)
    unsaved = None if content else keeping.of(request.member, key, even_set_aside="unsaved" in request.GET)
    typed = keeping.form_of(unsaved) if unsaved else None
    chosen = {} if post else _begun(request)
    form = Composer(request.workspace, typed, post, _wanted(request), content, chosen)
    form.key = key
    if unsaved and post and form.is_valid() and drafting.content_of(form.draft()) == history.written(post):
        unsaved, form = None, Composer(request.workspace, post=post)  # nothing but what is saved already
    return _page(request, form) | {"refused": False, "unsaved": unsaved, "version": version}


def _version(request: MemberRequest, post: Post | None) -> Revision | None:
    number = request.GET.get("version", "")
    return get_object_or_404(post.revisions.select_related("by"), number=number) if post and number.isdigit() else None


def _template(request: MemberRequest) -> dict[str, Any] | None:
    wanted = request.GET.get("template", "")
    return get_object_or_404(request.workspace.templates, pk=wanted).content if is_uuid(wanted) else None


def _page(request: MemberRequest, form: Composer) -> dict[str, Any]:
    """What the whole page shows beside what changes while somebody types."""
    shown = _shown(form) | {"spoken": places.languages()}
    if not form.post and not form.main.is_bound:
        shown |= {"begun": keeping.begun(request.member), "templates": request.workspace.templates.all()}
    if form.post and form.main.is_bound and (newer := keeping.newer(form.post, form.main.cleaned_data.get("seen") or 0)):
        form.seen = form.post.version  # whoever saves now has seen both
        mine = drafting.content_of(form.draft())
        shown |= {"newer": newer, "changes": history.differences(newer.content, mine, form.workspace)}
    return shown


def _wanted(request: MemberRequest) -> datetime | None:
    """The time that a click on the calendar asks for."""
    try:
        day, wall_time = parse_date(request.GET.get("day", "")), parse_datetime(request.GET.get("when", ""))
        if day and not wall_time:
            wall_time = calendar.on_day(request.workspace, day, None)
        return at(request.workspace.zone, wall_time.replace(tzinfo=None)) if wall_time else None
    except (ValueError, Problem):
        return None


def _kept(request: MemberRequest, form: Composer) -> HttpResponse | None:
    """Do what the button says: `do` is draft, schedule, slot or now. None: the form says what is wrong."""
    do = request.POST.get("do", "draft")
    if do == "schedule" and not form.main["when"].value():
        form.tell({"when": [_("Choose a date and a time.")]})
    elif form.is_valid() and (do == "draft" or _fits(form)):
        for sentence in form.tell_left_out() if do == "draft" else ():
            messages.warning(request, sentence)
        try:
            return _answer(request, do, _keep(request, form, do))
        except Problem as problem:
            form.refuse(str(problem), problem.field)
    return None


def _keep(request: MemberRequest, form: Composer, do: str) -> Post:
    draft, seen = form.draft(), form.main.cleaned_data["seen"]
    if do == "draft":
        return drafting.save(draft, request.member, form.post, seen, form.key)
    if do == "slot":
        return slots.promise(draft, request.member, form.main.cleaned_data["queue"], form.post, seen, form.key)
    when = draft.planned_for if do == "schedule" else None
    return drafting.promise(draft, request.member, when, form.post, seen, form.key)


def _answer(request: MemberRequest, do: str, post: Post) -> HttpResponse:
    done = {
        "draft": _("The draft is saved."),
        "schedule": _("The post is scheduled."),
        "slot": _("The post is scheduled for the next free slot of each channel."),
        "now": _("The post is on its way."),
    }
    messages.success(request, done.get(do, done["draft"]))
    return redirect("post-edit" if do == "draft" else "post", post.pk)


def _fits(form: Composer) -> bool:
    """Whether every channel takes the post; what does not fit is told at its place."""
    post = _imagined(form)
    checks = _checks(form, post, checking.files_of(post, _places(form)))
    form.tell(checking.by_slot(checks))
    if not checks:
        form.tell({"channels": [_("Choose at least one channel.")]})
    return bool(checks) and all(check.fits for check in checks)


@require_POST
@allowed(Action.WRITE)
def check(request: MemberRequest) -> HttpResponse:
    """What is typed, judged by the connectors, and how it will look. `post` in the query: the one that is edited."""
    pk = request.GET.get("post", "")
    post = get_object_or_404(request.workspace.posts, pk=pk) if is_uuid(pk) else None
    form = Composer(request.workspace, request.POST, post)
    return render(request, "scheduler/_check.html", _shown(form))


def _imagined(form: Composer) -> Post:
    if not form.main.is_bound and form.post:
        return form.post
    return drafting.imagined(form.draft() if form.main.is_bound else drafting.Draft(), form.workspace, form.post)


def _checks(form: Composer, shown: Post, known: checking.Known) -> list[checking.Check]:
    return [checking.check(shown, channel, audience, known) for channel, audience in _places(form)]


def _places(form: Composer) -> list[tuple[Channel, Audience | None]]:
    if form.main.is_bound:
        return drafting.places(form.draft(), form.post)
    return [(target.channel, target.audience) for target in form.post.targets.all()] if form.post else []


def _shown(form: Composer) -> dict[str, Any]:
    """What the composer's templates read."""
    post = _imagined(form)
    files = checking.files_of(post, _places(form))
    checks = _checks(form, post, files)
    promised = bool(form.post and any(one.due_at for one in form.post.publications.all()))
    blank = checking.is_blank(post)
    if not blank:
        form.tell(checking.by_slot(checks))
    form.tell_left_out()
    return {
        "form": form,
        "refused": form.main.is_bound,
        "post": form.post,
        "promised": promised,
        "own_times": any(target.at for target in form.post.targets.all()) if form.post else False,
        "deletable": not promised,
        "checks": checks,
        "blank": blank,
        "shaped": {pk for check in checks for pk in check.shaped},
        "photo": next((one.asset for one in form.main_files if not one.asset.is_video), None),
        "tabs": _tabs(form, post, checks),
        "previews": previews.previews(post, checks, files),
        "slots": form.slots,
        "free": _free(form),
        "advice": advising.Advice() if blank else advising.advise(post, checks, files),
        "unfit": 0 if blank else sum(not check.fits for check in checks),
    }


def _free(form: Composer) -> list[tuple[Channel, datetime | None]]:
    """The chosen channels, each with its next free slot."""
    chosen = [channel for channel in form.channels if str(channel.pk) in form.chosen]
    queue = form.main.cleaned_data.get("queue") if form.main.is_bound and form.main.is_valid() else None
    found = slots.next_free_of(form.workspace, chosen, queue, form.post) if chosen else {}
    return [(channel, found[channel.pk]) for channel in chosen]


def _tabs(form: Composer, post: Post, checks: list[checking.Check]) -> list[dict[str, Any]]:
    """Each network's tab: its form, whether it is chosen, the counts of its text and parts, how many problems it shows."""
    told, found = form.slots, {check.channel.network: check for check in checks}
    values = {slug: utm.values(post.campaign, check.channel) for slug, check in found.items()}
    return [
        {
            "form": one,
            "slug": (slug := one.slug),
            "chosen": slug in form.chosen_networks,
            "check": found.get(slug),
            "parts": list(zip(one.parts, checking.parts(slug, one.parts, values.get(slug, {})), strict=True)),
            "problems": sum(len(said) for slot, said in told.items() if slot.startswith(f"{slug}-")),
        }
        for one in form.networks
    ]
