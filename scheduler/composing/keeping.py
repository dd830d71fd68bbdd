"""Nothing typed is lost: what is in a composer and not saved is kept for the person who types, until they save it."""

from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member, User
from accounts.roles import Action
from accounts.verbs import Problem, must
from scheduler.models import Post, Revision, Unsaved

MOST_BYTES = 500_000  # of one form: far more than anybody types
LASTS = timedelta(days=60)  # what nobody came back for in so long is thrown away
HERE = timedelta(seconds=45)  # who typed so lately is still at it
NOT_TYPED = ("csrfmiddlewaretoken", "do", "sent")
WORDS = ("text", "link", "first_comment", "media")


def keep(typed: QueryDict, by: Member, key: UUID, seen: int) -> Unsaved | None:
    """Keep what is in the form for the post `key`; None when there are no words in it yet. Raises Problem when it is huge."""
    must(by, Action.WRITE)
    # PostgreSQL's JSON knows no NUL.
    fields = {name: [value.replace("\0", "") for value in typed.getlist(name)] for name in typed if name not in NOT_TYPED}
    if sum(len(value) for values in fields.values() for value in values) > MOST_BYTES:
        raise Problem(_("This is too much to keep: save the draft, and shorten it."))
    if not _says_something(fields):
        drop(by, key)
        return None
    defaults = {"typed": fields, "seen": seen, "at": timezone.now(), "set_aside": False}
    by.workspace.unsaved.filter(by=by.user, at__lt=timezone.now() - LASTS).delete()
    return by.workspace.unsaved.update_or_create(by=by.user, key=key, defaults=defaults)[0]


def _says_something(fields: dict[str, list[str]]) -> bool:
    """Whether anything stands in a field of words or files. Settings alone are quickly chosen again."""
    words = [name for name in fields if name in WORDS or name.endswith(("-thread", "-media"))]
    own = [f"{name.removesuffix('-own')}-text" for name in fields if name.endswith("-own") and any(fields[name])]
    return any(value.strip() for name in (*words, *own) for value in fields.get(name, ()))


def of(by: Member, key: UUID, even_set_aside: bool = False) -> Unsaved | None:
    """What the person has typed for a post and not saved."""
    rows = by.workspace.unsaved.filter(by=by.user, key=key)
    return rows.first() if even_set_aside else rows.filter(set_aside=False).first()


def form_of(unsaved: Unsaved) -> QueryDict:
    """The form as it was typed."""
    found = QueryDict(mutable=True)
    for name, values in unsaved.typed.items():
        found.setlist(name, values)
    return found


def begun(by: Member) -> list[Unsaved]:
    """New posts that the person began and never saved, the latest first."""
    rows = by.workspace.unsaved.filter(by=by.user, set_aside=False, at__gte=timezone.now() - LASTS)
    saved = set(by.workspace.posts.filter(pk__in=rows.values("key")).values_list("pk", flat=True))
    return [one for one in rows if one.key not in saved]


def set_aside(by: Member, key: UUID) -> None:
    """Go on without what was typed. It can still be brought back."""
    must(by, Action.WRITE)
    by.workspace.unsaved.filter(by=by.user, key=key).update(set_aside=True)


def drop(by: Member, key: UUID) -> None:
    """What was typed is saved, or is nothing."""
    by.workspace.unsaved.filter(by=by.user, key=key).delete()


def others_at(by: Member, key: UUID) -> QuerySet[User]:
    """Who else is typing into this post at this moment."""
    rows = by.workspace.unsaved.filter(key=key, at__gte=timezone.now() - HERE).exclude(by=by.user)
    return User.objects.filter(pk__in=rows.values("by"))


def newer(post: Post | None, seen: int) -> Revision | None:
    """The version that somebody saved after the one that was `seen`."""
    if post is None or post.version <= seen:
        return None
    return post.revisions.select_related("by").first()
