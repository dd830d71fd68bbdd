"""The first steps in a workspace: what a newcomer does once, computed from what there is; each person can put them away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Channel, Invitation, Member, Workspace
from accounts.roles import Action, may
from inbox.models import Message
from scheduler.models import Post

SHOWN_ON = ("calendar", "channels")  # the screens that one sees first: with channels, and without


@dataclass(frozen=True)
class Step:
    """One thing to do: what, why, where, and whether somebody has done it. `icon`: one of assets/icons.txt."""

    title: str
    help: str
    address: str
    icon: str
    done: bool


def steps(member: Member) -> list[Step]:
    """Those that the member's role may take, in one query."""
    mine = {"workspace": OuterRef("pk")}
    others = Member.objects.filter(~Q(user=member.user), **mine)
    found = (
        Workspace.objects.filter(pk=member.workspace_id)
        .annotate(
            has_channel=Exists(Channel.objects.filter(~Q(status=Channel.Status.REMOVED), **mine)),
            has_post=Exists(Post.objects.filter(**mine)),
            has_people=Q(Exists(others)) | Q(Exists(Invitation.objects.filter(**mine))),
            has_answer=Exists(Message.objects.filter(mine=True, conversation__workspace=OuterRef("pk"))),
        )
        .values("has_channel", "has_post", "has_people", "has_answer")
        .get()
    )
    return [step for action, step in _all(found) if may(member.role, action)]


def _all(found: Mapping[str, Any]) -> list[tuple[Action, Step]]:
    connect = _("A practice network does for the beginning: it behaves like the real one, and nobody outside sees it.")
    write = _("Write once, look at it as each network will show it, give it a time.")
    invite = _("An editor plans, a community manager answers, an approver decides: everybody sees the same calendar.")
    answer = _("What people say under your posts comes into the inbox; your answer appears where they wrote.")
    return [
        (Action.CONNECT, Step(_("Connect a channel"), connect, reverse("channels"), "plug-connected", found["has_channel"])),
        (Action.WRITE, Step(_("Write a post"), write, reverse("post-new"), "pencil-plus", found["has_post"])),
        (Action.INVITE, Step(_("Invite a colleague"), invite, reverse("team"), "user-plus", found["has_people"])),
        (Action.REPLY, Step(_("Answer a comment"), answer, reverse("inbox"), "message-reply", found["has_answer"])),
    ]


def put_away(member: Member, away: bool) -> None:
    """Show the first steps to this member no more, or again."""
    member.steps_away = away
    member.save(update_fields=["steps_away"])


def first_steps(request: HttpRequest) -> dict[str, Any]:
    """For the templates: `first_steps`, empty where they are not shown. Asked for only by a page that shows them."""
    return {"first_steps": lambda: _shown(request)}


def _shown(request: HttpRequest) -> dict[str, Any]:
    member: Member | None = getattr(request, "member", None)
    match = request.resolver_match
    if member is None or member.steps_away or match is None or match.url_name not in SHOWN_ON:
        return {}
    found = steps(member)
    done = sum(step.done for step in found)
    return {"steps": found, "done": done, "all": len(found)} if done < len(found) else {}
