"""What we want to say, before it is promised: drafts are kept as they are, finished or not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.live import tell
from accounts.models import Channel, Member, Workspace
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from connectors import connector
from scheduler.compose import item
from scheduler.composing import history, keeping
from scheduler.composing.fields import Used
from scheduler.library.shelf import keep_alt
from scheduler.models import Audience, Campaign, Label, Post, PostChannel, PostMedia, Status, Variant
from scheduler.planning import UNCLAIMED, moment_of, publish_now, schedule_each, withdraw

Files = tuple[Used, ...]


@dataclass(frozen=True)
class Own:
    """What a network gets of its own. `text` or `media` None: the post's. `options` by option name."""

    text: str | None = None
    thread: tuple[str, ...] = ()
    media: Files | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.text is not None or self.media is not None or bool(self.thread or self.options)


@dataclass(frozen=True)
class Draft:
    """Everything that a person types for a post. `media` are assets with their alt texts and shapes, `own` is by network.

    `labels` None: those that the post has.
    """

    text: str = ""
    link: str = ""
    first_comment: str = ""
    campaign: Campaign | None = None
    planned_for: datetime | None = None
    channels: tuple[Channel, ...] = ()
    media: Files = ()
    own: Mapping[str, Own] = field(default_factory=dict)
    labels: tuple[Label, ...] | None = None


def different(network: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that say something else than the network's defaults: only those are kept."""
    defaults = {option.name: option.empty() for option in connector(network).options}
    return {name: value for name, value in options.items() if name in defaults and value != defaults[name]}


# -- keeping --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def save(draft: Draft, by: Member, post: Post | None = None, seen: int | None = None, key: UUID | None = None) -> Post:
    """Keep a draft as a new version of the post. A post that was promised is a draft again: its promises are withdrawn.

    `seen`: the version that the person had before them. `key`: the id of a new post, the same at every
    try to make it. Raises Problem when a newer version is there, or when the post is out already.
    """
    must(by, Action.WRITE)
    kept = _new(by, key) if post is None else _reopened(post, by, seen)
    for name in ("text", "link", "first_comment", "campaign", "planned_for"):
        setattr(kept, name, getattr(draft, name))
    kept.state = Post.State.DRAFT
    _write(kept, new=post is None)
    _keep_what_hangs_on(kept, draft, _what_stays(kept, draft) if post else frozenset())
    if post:
        history.note(kept, by.user)
    else:
        history.begin(kept, by.user, content_of(draft))
    keeping.drop(by, kept.pk)
    record(by, "wrote", kept)
    tell(kept.workspace_id, f"publication:{kept.pk}")
    return kept


def _new(by: Member, key: UUID | None) -> Post:
    return Post(pk=key or uuid4(), workspace=by.workspace, author=by.user, version=history.FIRST)


def _reopened(post: Post, by: Member, seen: int | None) -> Post:
    kept = by.workspace.posts.select_for_update().get(pk=post.pk)
    if seen is not None and (newer := keeping.newer(kept, seen)):
        text = _(
            "%(name)s changed this post while you were writing. Compare both versions, then save again to put yours over it."
        )
        raise Problem(text % {"name": newer.by or _("Somebody")}, "seen")
    history.note_before(kept)
    if kept.publications.exclude(status=Status.CANCELLED).exists():
        must(by, Action.SCHEDULE)
        withdraw(kept)
    return kept


def _write(post: Post, new: bool) -> None:
    try:
        with transaction.atomic():
            post.save(force_insert=new)
    except IntegrityError as error:  # the same form was sent twice in the same moment
        raise Problem(_("This post has just been saved. You find it in the list of posts.")) from error


@transaction.atomic
def promise(
    draft: Draft,
    by: Member,
    when: datetime | None,
    post: Post | None = None,
    seen: int | None = None,
    key: UUID | None = None,
) -> Post:
    """Keep the draft and promise it for `when`, or for now. Raises Problem, and then nothing has changed.

    What has a time of its own in the audience matrix goes out at that, on the day of `when`.
    """
    kept = save(draft, by, post, seen, key)
    if when is None:
        publish_now(kept, by)
    else:
        kept.planned_for = when
        schedule_each(kept, lambda target: moment_of(kept, target) or when, by, planned_for=when)
    return kept


def _what_stays(post: Post, draft: Draft) -> frozenset[UUID]:
    """Drop what the post had and write it anew, but for channels that it keeps: those may have audiences. Gives their ids."""
    post.targets.exclude(channel__in=draft.channels).delete()
    post.media.all().delete()
    post.variants.filter(channel=None, audience=None).delete()
    return frozenset(post.targets.values_list("channel_id", flat=True))


def _keep_what_hangs_on(post: Post, draft: Draft, there: frozenset[UUID]) -> None:
    PostChannel.objects.bulk_create(PostChannel(post=post, channel=one) for one in draft.channels if one.pk not in there)
    PostMedia.objects.bulk_create(_media(post, draft))
    keep_alt((used.asset, used.alt) for used in draft.media)
    Variant.objects.bulk_create(_variants(post, draft))
    if draft.labels is not None:
        post.labels.set(draft.labels)


def _media(post: Post, draft: Draft) -> list[PostMedia]:
    return [PostMedia(post=post, position=place, **used._asdict()) for place, used in enumerate(draft.media)]


def _variants(post: Post, draft: Draft) -> list[Variant]:
    return [
        Variant(
            post=post,
            network=network,
            text=own.text,
            thread=list(own.thread),
            media=_frozen(own.media),
            options=dict(own.options),
        )
        for network, own in draft.own.items()
        if own
    ]


def content_of(draft: Draft) -> dict[str, Any]:
    """A draft as a content (see history): what `history.written` gives for the post that saving it makes."""
    return {
        "text": draft.text,
        "link": draft.link,
        "first_comment": draft.first_comment,
        "campaign": str(draft.campaign.pk) if draft.campaign else "",
        "planned_for": draft.planned_for.isoformat() if draft.planned_for else "",
        "channels": [str(channel.pk) for channel in draft.channels],
        "labels": sorted(str(label.pk) for label in draft.labels or ()),
        "media": [_item(used, used.alt) for used in draft.media],
        "own": {
            network: {
                "text": own.text,
                "thread": list(own.thread),
                "media": _frozen(own.media),
                "options": dict(own.options),
            }
            for network, own in draft.own.items()
            if own
        },
    }


def _frozen(media: Files | None) -> list[dict[str, str]] | None:
    return None if media is None else [_item(used, used.alt or used.asset.alt) for used in media]


def _item(used: Used, alt: str) -> dict[str, str]:
    captions = used.captions.pk if used.captions else None
    return item(used.asset.pk, alt, used.fit, used.cover, captions, used.language)


# -- imagining ------------------------------------------------------------------------------------------------------------


def imagined(draft: Draft, workspace: Workspace, post: Post | None = None) -> Post:
    """The post that saving would make, for the checks and previews: nothing is written.

    What `post` has for one channel or audience stays as it is; a draft says nothing about it.
    """
    shown = Post(
        pk=post.pk if post else uuid4(),
        workspace=workspace,
        text=draft.text,
        link=draft.link,
        first_comment=draft.first_comment,
        planned_for=draft.planned_for,
        campaign=draft.campaign,
    )
    particular = [one for one in post.variants.all() if one.channel_id or one.audience_id] if post else []
    # What prefetch_related would have left: the related managers answer from it without a query.
    shown._prefetched_objects_cache = {  # type: ignore[attr-defined]
        "media": _media(shown, draft),
        "variants": [*particular, *_variants(shown, draft)],
    }
    return shown


def places(draft: Draft, post: Post | None = None) -> list[tuple[Channel, Audience | None]]:
    """Where the draft would go: its channels, each with the audiences that the post has there."""
    known = list(post.targets.select_related("audience")) if post else []
    found: list[tuple[Channel, Audience | None]] = []
    for channel in draft.channels:
        audiences = [target.audience for target in known if target.channel_id == channel.pk]
        found += [(channel, audience) for audience in audiences or [None]]
    return found


# -- other things that happen to drafts -------------------------------------------------------------------------------------


@transaction.atomic
def delete(post: Post, by: Member) -> None:
    """Throw a draft away. Raises Problem for a post that is promised or out."""
    must(by, Action.WRITE)
    statuses = set(post.publications.exclude(status=Status.CANCELLED).values_list("status", flat=True))
    if statuses & set(UNCLAIMED):
        raise Problem(_("This post is scheduled. Take it back to the drafts first, then delete it."))
    if statuses:
        raise Problem(_("This post has been sent: it stays here as a record of what went out."))
    record(by, "deleted", post)
    workspace, pk = post.workspace_id, post.pk
    tell(workspace, f"publication:{pk}")
    post.delete()


@transaction.atomic
def copy(post: Post, by: Member) -> Post:
    """A new draft that says the same, on the same channels, for no time."""
    must(by, Action.WRITE)
    again = Post.objects.create(
        workspace=post.workspace,
        author=by.user,
        campaign=post.campaign,
        text=post.text,
        link=post.link,
        first_comment=post.first_comment,
    )
    for rows in (post.targets.exclude(channel__status=Channel.Status.REMOVED), post.media.all(), post.variants.all()):
        for row in rows:
            row.pk, row.post = None, again
            row.save(force_insert=True)
    again.labels.set(post.labels.all())
    record(by, "copied", again)
    return again


@transaction.atomic
def plan(post: Post, when: datetime, by: Member) -> None:
    """Note the time that a draft is meant for. Raises Problem when that is past."""
    must(by, Action.WRITE)
    if when < timezone.now() - timedelta(minutes=1):
        raise Problem(_("That time has passed: choose a later one."), "when")
    history.note_before(post)
    post.planned_for = when
    post.save(update_fields=["planned_for", "changed_at"])
    history.note(post, by.user)
    record(by, "planned", post, when=when.isoformat())
    tell(post.workspace_id, f"publication:{post.pk}")
