"""The channels: what is connected, what can be, the way to the network's consent page and back."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings as conf
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import connecting
from accounts.access import MemberRequest, allowed, is_htmx
from accounts.forms import ConnectForm, add_problem
from accounts.models import Channel
from accounts.networks import offered
from accounts.roles import Action
from accounts.verbs import Problem
from connectors import connector
from connectors.base import Connector, Inbox, SignsIn


@require_GET
@allowed(Action.SEE)
def channels(request: MemberRequest) -> HttpResponse:
    """All channels, and the networks that can be connected. For htmx the list alone, fresh."""
    found = request.workspace.channels.exclude(status=Channel.Status.REMOVED).select_related("token", "connected_by", "past")
    if is_htmx(request):
        return render(request, "accounts/_channels.html", {"channels": found})
    pairs = sorted(offered(), key=lambda pair: not pair[1]) if not any(not one.practice for one in found) else offered()
    offers = [Offer.of(network, practice) for network, practice in pairs]
    return render(request, "accounts/channels.html", {"channels": found, "offers": offers})


@dataclass(frozen=True)
class Offer:
    """A network that can be connected here, as a card shows it. Templates would call a connector class, so it is told apart."""

    slug: str
    name: str
    practice: bool
    does: str
    rules: tuple[str, ...]
    permissions: tuple[str, ...]

    @classmethod
    def of(cls, network: type[Connector], practice: bool) -> "Offer":
        permissions = tuple(getattr(network, "scopes", {}).values())
        rules = tuple(filter(None, (*network.rules, network.no_inbox)))
        return cls(network.slug, network.name, practice, does(network), rules, permissions)


def does(network: type[Connector]) -> str:
    """What can be done there, in one sentence, from the connector's own limits and abilities."""
    limits = network.limits
    things = [
        _("text of up to %(length)s %(unit)s")
        % {"length": number_format(limits.text, force_grouping=True), "unit": _(limits.unit)}
    ]
    if limits.images:
        things.append(ngettext("a picture", "up to %(count)s pictures", limits.images) % {"count": limits.images})
    if limits.videos:
        things.append(_("video"))
    if issubclass(network, Inbox):
        things.append(_("answers to people"))
    sentence = ", ".join(things)
    return f"{sentence[0].upper()}{sentence[1:]}."


@require_GET
@allowed(Action.CONNECT)
def connect(request: MemberRequest, network: str) -> HttpResponse:
    """Off to the network's consent page, or to the form that it wants. A GET: the page's policy lets no form lead away."""
    practice = request.GET.get("practice") == "1"
    if ConnectForm.is_wanted(network, practice):
        return redirect(f"{reverse('connect-form', args=[network])}{'?practice=1' if practice else ''}")
    try:
        return redirect(connecting.start(request.member, network, practice))
    except Problem as problem:
        messages.error(request, str(problem))
        return redirect("channels")


@require_http_methods(["GET", "POST"])
@allowed(Action.CONNECT)
def connect_form(request: MemberRequest, network: str) -> HttpResponse:
    """What a network wants to be told first: the server of the account, or a handle and a password made for SMO."""
    practice = request.GET.get("practice") == "1"
    if not ConnectForm.is_wanted(network, practice):
        raise Http404
    form = ConnectForm(network, practice, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _connect_with(request, network, practice, form.cleaned_data)
        except Problem as problem:
            add_problem(form, problem)
    shown = {"form": form, "name": connector(network).name, "practice": conf.SANDBOX_URL if practice else ""}
    return render(request, "accounts/connect.html", shown, status=422 if form.errors else 200)


def _connect_with(request: MemberRequest, network: str, practice: bool, answers: dict[str, str]) -> HttpResponse:
    if issubclass(connector(network), SignsIn):
        row = connecting.sign_in(request.member, network, practice, answers)
        accounts = connecting.offer(row)
        return _done(request, connecting.choose(request.member, row, [account.remote_id for account in accounts]))
    server = connecting.server_address(network, answers["server"])
    onward = connecting.start(request.member, network, practice, server)
    return render(request, "accounts/onward.html", {"onward": onward, "host": server.partition("://")[2]})


@require_GET
@allowed(Action.CONNECT)
def connected(request: MemberRequest) -> HttpResponse:
    """Back from the consent page. A single account is connected at once; of several the user chooses."""
    try:
        row = connecting.back(request.member, request.GET.dict())
        accounts = connecting.offer(row)
        if len(accounts) > 1:
            return redirect("choose", row.state)
        return _done(request, connecting.choose(request.member, row, [accounts[0].remote_id]))
    except Problem as problem:
        messages.error(request, str(problem))
        return redirect("channels")


@require_http_methods(["GET", "POST"])
@allowed(Action.CONNECT)
def choose(request: MemberRequest, state: str) -> HttpResponse:
    """Which of the accounts on offer are to be connected."""
    row = get_object_or_404(request.workspace.connecting_set, pk=state, user=request.user)
    problem = ""
    if request.method == "POST":
        try:
            return _done(request, connecting.choose(request.member, row, request.POST.getlist("accounts")))
        except Problem as found:
            problem = str(found)
    shown = {"row": row, "accounts": connecting.offer(row), "problem": problem}
    return render(request, "accounts/choose.html", shown, status=422 if problem else 200)


def _done(request: MemberRequest, made: list[Channel]) -> HttpResponse:
    for channel in made:
        if warning := connecting.listen(channel):
            messages.warning(request, warning)
        else:
            messages.success(request, _("%(channel)s is connected.") % {"channel": channel.name})
    return redirect("channels")


@require_POST
@allowed(Action.CONNECT)
def disconnect(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Let a channel go."""
    channel = get_object_or_404(request.workspace.channels.exclude(status=Channel.Status.REMOVED), pk=pk)
    connecting.disconnect(channel, request.member)
    text = _("%(channel)s is disconnected. Its scheduled posts wait until it is connected again.")
    messages.success(request, text % {"channel": channel.name})
    return redirect("channels")
