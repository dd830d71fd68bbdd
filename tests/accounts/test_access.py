"""Every address of SMO: who gets in, whose rows they see, by which method. A new address fails here until it has its line."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings as project
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Channel, Connecting, Invitation, Member, Notice, Token, Workspace
from accounts.roles import MAY, Action, Role
from inbox.models import Attachment, Conversation, Incident, Message, Rule, SavedReply
from scheduler.models import Audience, Campaign, Folder, Import, Label, Post, Publication, Queue, Snippet, Template, Upload
from tests import cast

pytestmark = pytest.mark.django_db

# What needs no member: invitations have a secret of their own, webhooks are signed.
PUBLIC = {"given", "healthz", "language", "sign-in", "sign-out", "join", "hook", "practice-hook"}


@dataclass(frozen=True)
class Route:
    """What an address asks for: the action, the method, and which row it is about (a key of `rows`)."""

    action: Action
    method: str = "get"
    row: str = ""


ROUTES = {
    "home": Route(Action.SEE),
    "first-steps": Route(Action.SEE, "post"),
    "live": Route(Action.SEE),
    "unread": Route(Action.SEE),
    "switch": Route(Action.SEE, "post", "workspace"),
    "channels": Route(Action.SEE),
    "connect": Route(Action.CONNECT, row="network"),
    "connect-form": Route(Action.CONNECT, row="signing-in"),
    "connected": Route(Action.CONNECT),
    "choose": Route(Action.CONNECT, row="connecting"),
    "disconnect": Route(Action.CONNECT, "post", "channel"),
    "hold-channel": Route(Action.STOP, "post", "channel"),
    "stop": Route(Action.STOP, "post"),
    "resume": Route(Action.STOP, "post"),
    "team": Route(Action.SEE),
    "invite": Route(Action.INVITE, "post"),
    "withdraw": Route(Action.INVITE, "post", "invitation"),
    "change-role": Route(Action.INVITE, "post", "member"),
    "remove": Route(Action.INVITE, "post", "member"),
    "notices": Route(Action.SEE),
    "notices-latest": Route(Action.SEE),
    "notices-count": Route(Action.SEE),
    "notices-read": Route(Action.SEE, "post"),
    "notice-choices": Route(Action.SEE),
    "notice": Route(Action.SEE, row="notice"),
    "settings": Route(Action.SETTINGS),
    "audit": Route(Action.SETTINGS),
    "publication": Route(Action.SEE, row="publication"),
    "retry": Route(Action.DECIDE, "post", "publication"),
    "cancel": Route(Action.SCHEDULE, "post", "publication"),
    "there": Route(Action.DECIDE, "post", "publication"),
    "take-down": Route(Action.DECIDE, "post", "publication"),
    "calendar": Route(Action.SEE),
    "calendar-feed": Route(Action.SEE),
    "calendar-drafts": Route(Action.SEE),
    "calendar-change": Route(Action.WRITE, "post"),
    "calendar-undo": Route(Action.WRITE, "post"),
    "calendar-time": Route(Action.SEE),
    "calendar-slot": Route(Action.WRITE),
    "calendar-library": Route(Action.WRITE),
    "calendar-begin": Route(Action.WRITE, "post", "asset"),
    "posts": Route(Action.SEE),
    "post": Route(Action.SEE, row="post"),
    "post-new": Route(Action.WRITE),
    "post-check": Route(Action.WRITE, "post"),
    "post-keep": Route(Action.WRITE, "post"),
    "post-set-aside": Route(Action.WRITE, "post"),
    "post-versions": Route(Action.SEE, row="post"),
    "post-edit": Route(Action.WRITE, row="draft"),
    "post-move": Route(Action.WRITE, "post", "draft"),
    "post-panel": Route(Action.SEE, row="post"),
    "post-copy": Route(Action.WRITE, "post", "post"),
    "post-delete": Route(Action.WRITE, "post", "draft"),
    "post-audiences": Route(Action.SEE, row="post"),
    "post-day": Route(Action.WRITE, "post", "draft"),
    "post-everybody": Route(Action.WRITE, "post", "draft"),
    "post-people": Route(Action.WRITE),
    "post-card": Route(Action.WRITE),
    "post-schedule": Route(Action.SCHEDULE, "post", "draft"),
    "post-take-back": Route(Action.SCHEDULE, "post", "draft"),
    "post-audience": Route(Action.WRITE, row="told"),
    "post-cell": Route(Action.WRITE, row="told there"),
    "audiences": Route(Action.SEE),
    "audience-new": Route(Action.WRITE),
    "audience": Route(Action.WRITE, row="audience"),
    "audience-delete": Route(Action.WRITE, "post", "audience"),
    "queues": Route(Action.SEE),
    "queue-make": Route(Action.SCHEDULE, "post"),
    "queue-change": Route(Action.SCHEDULE, "post", "queue"),
    "queue-week": Route(Action.SEE, row="channel"),
    "queue-slot": Route(Action.SCHEDULE, "post", "channel"),
    "queue-times": Route(Action.SCHEDULE, "post", "channel"),
    "queue-copy": Route(Action.SCHEDULE, "post", "channel"),
    "queue-shuffle": Route(Action.SCHEDULE, "post", "channel"),
    "queue-unshuffle": Route(Action.SCHEDULE, "post", "channel"),
    "campaigns": Route(Action.SEE),
    "campaign-new": Route(Action.WRITE),
    "campaign": Route(Action.SEE, row="campaign"),
    "campaign-edit": Route(Action.WRITE, row="campaign"),
    "campaign-copy": Route(Action.WRITE, "post", "campaign"),
    "campaign-hold": Route(Action.STOP, "post", "campaign"),
    "campaign-delete": Route(Action.WRITE, "post", "campaign"),
    "labels": Route(Action.SEE),
    "label-make": Route(Action.WRITE, "post"),
    "label-change": Route(Action.WRITE, "post", "label"),
    "search": Route(Action.SEE),
    "export": Route(Action.SEE),
    "imports": Route(Action.SEE),
    "import-new": Route(Action.WRITE, "post"),
    "import-template": Route(Action.WRITE),
    "import": Route(Action.WRITE, row="import"),
    "import-columns": Route(Action.WRITE, "post", "import"),
    "import-start": Route(Action.SCHEDULE, "post", "import"),
    "import-undo": Route(Action.SCHEDULE, "post", "import"),
    "import-discard": Route(Action.WRITE, "post", "import"),
    "import-problems": Route(Action.WRITE, row="import"),
    "template-add": Route(Action.WRITE, "post", "post"),
    "texts": Route(Action.WRITE),
    "texts-choose": Route(Action.WRITE, "post"),
    "snippet-add": Route(Action.WRITE, "post"),
    "snippet-change": Route(Action.WRITE, "post", "snippet"),
    "snippet-delete": Route(Action.WRITE, "post", "snippet"),
    "template-delete": Route(Action.WRITE, "post", "template"),
    "media-choose": Route(Action.WRITE),
    "media-row": Route(Action.WRITE, row="asset"),
    "media-add": Route(Action.WRITE, "post"),
    "media": Route(Action.SEE, row="asset"),
    "media-thumb": Route(Action.SEE, row="asset"),
    "media-film": Route(Action.WRITE, "post", "asset"),
    "library": Route(Action.SEE),
    "library-many": Route(Action.WRITE, "post"),
    "folder-add": Route(Action.WRITE, "post"),
    "folder": Route(Action.WRITE, "post", "folder"),
    "uploads": Route(Action.WRITE, "post"),
    "upload": Route(Action.WRITE, row="upload"),
    "asset": Route(Action.SEE, row="asset"),
    "asset-cut": Route(Action.WRITE, "post", "asset"),
    "asset-poster": Route(Action.WRITE, "post", "asset"),
    "asset-delete": Route(Action.WRITE, "post", "asset"),
    "inbox": Route(Action.SEE),
    "inbox-rows": Route(Action.SEE),
    "inbox-past": Route(Action.SEE),
    "attachment": Route(Action.SEE, row="attachment"),
    "goals": Route(Action.SETTINGS),
    "inbox-report": Route(Action.SEE),
    "rules": Route(Action.SEE),
    "rule-new": Route(Action.SETTINGS),
    "take-turns": Route(Action.SETTINGS, "post"),
    "rule": Route(Action.SETTINGS, row="rule"),
    "rule-change": Route(Action.SETTINGS, "post", "rule"),
    "rule-try": Route(Action.SEE, row="rule"),
    "conversation": Route(Action.SEE, row="conversation"),
    "messages": Route(Action.SEE, row="conversation"),
    "saved-replies": Route(Action.REPLY),
    "saved-reply-new": Route(Action.REPLY),
    "saved-reply": Route(Action.REPLY, row="saved reply"),
    "saved-reply-delete": Route(Action.REPLY, "post", "saved reply"),
    "saved-reply-restore": Route(Action.REPLY, "post", "saved reply"),
    "offers": Route(Action.REPLY, row="conversation"),
    "several": Route(Action.REPLY, "post"),
    "several-undo": Route(Action.REPLY, "post"),
    "label-conversation": Route(Action.REPLY, "post", "conversation"),
    "here": Route(Action.SEE, row="conversation"),
    "incidents": Route(Action.SEE),
    "incident": Route(Action.SEE, row="incident"),
    "incident-hold": Route(Action.STOP, "post", "incident"),
    "incident-review": Route(Action.STOP, row="incident"),
    "incident-resume": Route(Action.STOP, "post", "incident"),
    "incident-close": Route(Action.REPLY, "post", "incident"),
    "read": Route(Action.REPLY, "post", "conversation"),
    "finish": Route(Action.REPLY, "post", "conversation"),
    "reopen": Route(Action.REPLY, "post", "conversation"),
    "spam": Route(Action.REPLY, "post", "conversation"),
    "assign": Route(Action.REPLY, "post", "conversation"),
    "snooze": Route(Action.REPLY, "post", "conversation"),
    "note": Route(Action.REPLY, "post", "conversation"),
    "mood": Route(Action.REPLY, "post", "message"),
    "reply": Route(Action.REPLY, "post", "conversation"),
    "resend": Route(Action.REPLY, "post", "message"),
    "take-back": Route(Action.REPLY, "post", "message"),
    "discard": Route(Action.REPLY, "post", "message"),
    "story": Route(Action.SEE, row="message"),
    "deeds": Route(Action.REPLY, row="message"),
    "deed": Route(Action.REPLY, "post", "deed"),
    "box": Route(Action.REPLY, row="conversation"),
    "person": Route(Action.SEE, row="conversation"),
    "person-alike": Route(Action.REPLY, row="conversation"),
    "person-join": Route(Action.REPLY, "post", "conversation"),
    "person-part": Route(Action.REPLY, "post", "conversation"),
    "person-note": Route(Action.REPLY, "post", "conversation"),
    "person-undo": Route(Action.REPLY, "post", "conversation"),
    "elsewhere": Route(Action.SEE, row="conversation"),
}
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
ROWLESS = {"network", "signing-in"}  # arguments that are nobody's row


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Every address of the project, through all includes."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one)
        else:
            yield one


def rows(of: Workspace, by: Member) -> dict[str, dict[str, Any]]:
    """One row of each kind in a workspace, as the arguments of the addresses about it."""
    channel = Channel.objects.create(workspace=of, network="x", practice=True, remote_id=of.pk.hex, name="Polar Fizz")
    Token.objects.create(channel=channel, access="secret")
    post = Post.objects.create(workspace=of, author=by.user, text="Ice cold!")
    now = timezone.now()
    publication = Publication.objects.create(workspace=of, post=post, channel=channel, publish_at=now, due_at=now)
    other = cast.member(of, Role.VIEWER, f"other-{of.pk.hex[:6]}@polarfizz.example")
    invitation = Invitation.objects.create(workspace=of, email="new@polarfizz.example", secret_hash=of.pk.hex)
    connecting = Connecting.objects.create(workspace=of, user=by.user, network="x", practice=True, offer="[]")
    conversation = Conversation.objects.create(workspace=of, channel=channel, kind="comment", thread="1")
    message = Message.objects.create(conversation=conversation, channel=channel, mine=True, text="Hi", status="failed")
    draft = Post.objects.create(workspace=of, author=by.user, text="Not yet")
    audience = Audience.objects.create(workspace=of, name="Hot places")
    plans = {
        "audience": audience,
        "campaign": Campaign.objects.create(workspace=of, name="Heat wave"),
        "queue": Queue.objects.create(workspace=of, name="Offers"),
        "label": Label.objects.create(workspace=of, name="Ginger"),
    }
    found = {**plans, "channel": channel, "post": post, "publication": publication, "member": other, "invitation": invitation}
    found["import"] = Import.objects.create(workspace=of, by=by.user, name="june.csv", headers=["text"], mapping=["text"])
    found |= {"conversation": conversation, "asset": cast.Person(by).uploads(PIXEL), "draft": draft, "workspace": of}
    found |= {"folder": Folder.objects.create(workspace=of, name="Summer")}
    found |= {"upload": Upload.objects.create(workspace=of, by=by.user, name="ice.png", size=1)}
    picture = {"key": "0", "kind": "picture", "file": of.assets.get().file.name, "mime_type": "image/png"}
    found["attachment"] = Attachment.objects.create(message=message, **picture)
    found["snippet"] = Snippet.objects.create(workspace=of, name="Hello", text="Hello!")
    found["saved reply"] = SavedReply.objects.create(workspace=of, title="Shipping")
    found["template"] = Template.objects.create(workspace=of, name="Offer", content={})
    found["rule"] = Rule.objects.create(workspace=of, name="Refunds", conditions={"words": "refund"}, actions={"mark": "read"})
    found["notice"] = Notice.objects.create(workspace=of, member=by, kind="empty", sentence="empty", address="/queues/")
    found["incident"] = Incident.objects.create(workspace=of, began_at=now)
    arguments: dict[str, dict[str, Any]] = {kind: {"pk": row.pk} for kind, row in found.items()}
    arguments |= {"connecting": {"state": connecting.state}, "network": {"network": "x"}, "signing-in": {"network": "bluesky"}}
    arguments["told"] = {"pk": draft.pk, "audience": audience.pk}
    arguments["told there"] = {**arguments["told"], "channel": channel.pk}
    arguments["message"] = {"pk": conversation.pk, "message": message.pk}
    return arguments | {"deed": {**arguments["message"], "what": "hide"}}


@pytest.fixture
def ours(settings: Any) -> Workspace:
    """A workspace whose networks cannot be reached: what may be done is asked, not what comes of it."""
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    return cast.workspace()


def ask(client: Client, name: str, arguments: dict[str, Any]) -> Any:
    return getattr(client, ROUTES[name].method)(reverse(name, kwargs=arguments))


@contextmanager
def undone() -> Iterator[None]:
    """What is done in the block is taken back: the next address finds every row as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def sends_to_sign_in(answer: Any) -> bool:
    return bool(answer.status_code == 302 and answer["Location"].startswith(reverse("sign-in")))


def test_every_address_has_a_line_here() -> None:
    assert sorted(str(one.name) for one in patterns()) == sorted([*PUBLIC, *ROUTES])


def test_every_view_asks_for_the_action_of_its_line() -> None:
    asks = {str(one.name): getattr(one.callback, "action", None) for one in patterns() if one.name not in PUBLIC}

    assert asks == {name: route.action for name, route in ROUTES.items()}


def test_strangers_are_sent_to_sign_in(client: Client, ours: Workspace) -> None:
    arguments = rows(ours, cast.member(ours, Role.OWNER)) | {"": {}}

    answers = {name: ask(client, name, arguments[route.row]) for name, route in ROUTES.items()}

    assert [name for name, answer in answers.items() if not sends_to_sign_in(answer)] == []


@pytest.mark.parametrize("role", Role.values)
def test_each_role_gets_in_exactly_where_the_table_says(role: str, ours: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every address refuses whom it must. Who may do most and who least see every page; for the roles between them one of
    each action is enough: which action an address asks for, and nothing else, decides (the test above)."""
    monkeypatch.setattr("accounts.views.live.close_old_connections", lambda: None)  # here it would end what is to be undone
    member = cast.member(ours, role)
    arguments = rows(ours, member) | {"": {}}
    client = signed_in(member)
    seen: set[Action] = set()

    for name, route in ROUTES.items():
        allowed = route.action in MAY[role]
        if allowed and route.action in seen and role not in (Role.OWNER, Role.VIEWER):
            continue
        seen.add(route.action)
        with undone():
            answer = ask(client, name, arguments[route.row])

        assert not sends_to_sign_in(answer), name
        assert (answer.status_code != 403) == allowed, name
        assert answer.status_code < 500, name
        assert not allowed or answer.status_code != 404, name


def test_another_workspaces_rows_are_not_there(ours: Workspace) -> None:
    theirs = cast.workspace("Somebody else")
    foreign = rows(theirs, cast.member(theirs, Role.OWNER))
    client = signed_in(cast.member(ours, Role.OWNER))

    for name, route in ROUTES.items():
        if route.row and route.row not in ROWLESS:
            assert ask(client, name, foreign[route.row]).status_code == 404, name


def test_what_changes_something_cannot_be_asked_for_with_a_link(ours: Workspace) -> None:
    member = cast.member(ours, Role.OWNER)
    arguments = rows(ours, member) | {"": {}}
    client = signed_in(member)

    for name, route in ROUTES.items():
        if route.method == "post":
            assert client.get(reverse(name, kwargs=arguments[route.row])).status_code == 405, name


def test_someone_without_a_workspace_is_told_so(client: Client, ours: Workspace) -> None:
    member = cast.member(ours, Role.EDITOR)
    member.delete()
    client.force_login(member.user)

    answer = client.get(reverse("channels"))

    assert answer.status_code == 403
    assert "You are in no workspace" in answer.content.decode()


def test_htmx_is_sent_to_sign_in_as_a_whole_page(client: Client) -> None:
    answer = client.get(reverse("channels"), headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == reverse("sign-in")


def test_nothing_but_these_apps_is_behind_an_address() -> None:
    """Django's admin or debug pages would bring addresses that no line here speaks of."""
    assert not {"django.contrib.admin", "debug_toolbar"} & set(project.INSTALLED_APPS)
