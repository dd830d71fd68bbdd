"""Keeping audiences, and finding what is for them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Member, Workspace
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from scheduler.models import LIVE, Audience, Post, PostChannel, Publication

FIELDS = (
    *("name", "countries", "regions", "cities", "languages", "age_min", "age_max", "genders"),
    *("climate", "time_zone"),
)  # and `channels`


@transaction.atomic
def save(values: Mapping[str, Any], by: Member, audience: Audience | None = None) -> Audience:
    """Make an audience, or change one. What is promised keeps the audience as it was. Raises Problem when the name is taken."""
    must(by, Action.WRITE)
    kept = audience or Audience(workspace=by.workspace)
    if by.workspace.audiences.filter(name__iexact=values["name"]).exclude(pk=kept.pk).exists():
        raise Problem(_("There is an audience of this name already: choose another name."), "name")
    for name in FIELDS:
        setattr(kept, name, values[name])
    kept.save()
    kept.channels.set(values["channels"])
    record(by, "changed" if audience else "added", kept, kind="audience")
    return kept


@transaction.atomic
def delete(audience: Audience, by: Member) -> None:
    """Remove an audience. Raises Problem while posts are meant for it: they would go to everybody."""
    must(by, Action.WRITE)
    if used := Post.objects.filter(targets__audience=audience).distinct().count():
        text = ngettext(
            "%(n)d post is for this audience: take it out of the post first, or rename the audience.",
            "%(n)d posts are for this audience: take it out of them first, or rename the audience.",
            used,
        )
        raise Problem(text % {"n": used})
    record(by, "deleted", audience, kind="audience")
    audience.delete()


def listed(workspace: Workspace) -> QuerySet[Audience]:
    """All of a workspace, with their own channels and `posts`, the number of posts for each."""
    posts = Count("targets__post", distinct=True)
    return workspace.audiences.annotate(posts=posts).prefetch_related("channels").order_by("name")


def offered(post: Post, known: Iterable[Audience], there: Collection[UUID]) -> tuple[list[Audience], list[Audience]]:
    """Those of `known` that a post may still speak to (`there`: it does already): its campaign's, and the others."""
    own = set(post.campaign.audiences.values_list("pk", flat=True)) if post.campaign else set()
    left = [one for one in known if one.pk not in there]
    return [one for one in left if one.pk in own], [one for one in left if one.pk not in own]


def promised(audience: Audience) -> int:
    """How many posts are scheduled for the audience as it is now."""
    live = Publication.objects.filter(audience=audience, status__in=LIVE, part=0)
    return live.values("post").distinct().count()


# -- what is for an audience ----------------------------------------------------------------------------------------------


def posts_for(posts: QuerySet[Post], audience: Audience) -> QuerySet[Post]:
    """Those of `posts` that are meant for the audience on some channel, or went out to it."""
    meant = PostChannel.objects.filter(post=OuterRef("pk"), audience=audience)
    sent = Publication.objects.filter(post=OuterRef("pk"), audience=audience)
    return posts.filter(Exists(meant) | Exists(sent))


def publications_for(publications: QuerySet[Publication], audience: Audience) -> QuerySet[Publication]:
    """Those of `publications` that are promised to the audience, or went out on a channel that is its own."""
    return publications.filter(promised_to(audience.pk))


def promised_to(audience: UUID) -> Q:
    """The same for a query over publications, by the id of the audience."""
    return Q(audience=audience) | Q(audience=None, channel__in=_own_channels(audience))


def meant_for(audience: UUID) -> Q:
    """For a query over posts: those with a target for the audience, or on a channel that is its own."""
    targets = PostChannel.objects.filter(promised_to(audience))
    return Q(pk__in=targets.order_by().values("post"))


def _own_channels(audience: UUID) -> Any:
    return Audience.channels.through.objects.filter(audience=audience).values("channel")
