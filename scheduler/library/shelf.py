"""The library as a shelf: finding files, knowing where they are used, putting them in order, throwing them away."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Func, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Member, Workspace
from accounts.roles import Action
from accounts.verbs import Problem, must, record
from scheduler.models import Asset, Folder, Post

MOST_LABELS, LONGEST_LABEL = 20, 40
NOWHERE = "none"  # the folder of files that lie in none

# (asset, post) of every use: in the post's media, in a network's own media, beside them as a cover, a thumbnail or captions.
A_UUID = "'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'"
USES = f"""
    SELECT m.asset_id AS asset, m.post_id AS post
    FROM scheduler_postmedia m JOIN scheduler_post p ON p.id = m.post_id WHERE p.workspace_id = %(workspace)s
    UNION
    SELECT m.captions_id, m.post_id
    FROM scheduler_postmedia m JOIN scheduler_post p ON p.id = m.post_id
    WHERE p.workspace_id = %(workspace)s AND m.captions_id IS NOT NULL
    UNION
    SELECT named.asset::uuid, named.post FROM (
        SELECT m.cover AS asset, m.post_id AS post
        FROM scheduler_postmedia m JOIN scheduler_post p ON p.id = m.post_id
        WHERE p.workspace_id = %(workspace)s AND m.cover <> ''
        UNION
        SELECT part.value, v.post_id
        FROM scheduler_variant v JOIN scheduler_post p ON p.id = v.post_id,
            jsonb_array_elements(CASE jsonb_typeof(v.media) WHEN 'array' THEN v.media ELSE '[]' END) one,
            jsonb_each_text(one) part
        WHERE p.workspace_id = %(workspace)s AND v.media IS NOT NULL AND part.key IN ('asset', 'cover', 'captions')
        UNION
        SELECT option.value, v.post_id
        FROM scheduler_variant v JOIN scheduler_post p ON p.id = v.post_id, jsonb_each_text(v.options) option
        WHERE p.workspace_id = %(workspace)s AND v.options <> '{{}}'
    ) named WHERE named.asset ~ {A_UUID}
"""  # noqa: S608  # nothing from outside is in it


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. `folder`: an id, NOWHERE, or empty for all; `kind`: image or video; `show`: see SHOWN."""

    words: str = ""
    folder: str = ""
    label: str = ""
    kind: str = ""
    show: str = ""

    def __bool__(self) -> bool:
        return any((self.words, self.folder, self.label, self.kind, self.show))


def find(workspace: Workspace, wanted: Wanted) -> QuerySet[Asset]:
    """The files that are wanted, the latest first."""
    found = workspace.assets.order_by("-added_at", "pk")
    for word in wanted.words.split():
        found = found.filter(Q(name__icontains=word) | Q(alt__icontains=word))
    if wanted.folder:
        found = found.filter(folder=None if wanted.folder == NOWHERE else UUID(wanted.folder))
    if wanted.label:
        found = found.filter(labels__contains=[wanted.label])
    if wanted.kind:
        found = found.filter(mime_type__startswith=f"{wanted.kind}/")
    return _shown(found, workspace, wanted.show)


def _shown(found: QuerySet[Asset], workspace: Workspace, show: str) -> QuerySet[Asset]:
    today = timezone.now().astimezone(workspace.zone).date()
    match show:
        case "used":
            return found.filter(pk__in=_used(workspace))
        case "unused":
            return found.exclude(pk__in=_used(workspace))
        case "no-alt":
            return found.filter(alt="", mime_type__startswith="image/")
        case "over":
            return found.filter(use_until__lt=today)
    return found


def _used(workspace: Workspace) -> RawSQL:
    statement = USES.replace("%(workspace)s", "%s")  # Django's own parameters have no names
    return RawSQL(f"SELECT asset FROM ({statement}) uses", [workspace.pk] * USES.count("%(workspace)s"))  # noqa: S608, S611


def uses(workspace: Workspace, assets: Iterable[Asset]) -> dict[UUID, int]:
    """In how many posts each of these files is; those that are in none are left out."""
    sql = f"SELECT asset, count(DISTINCT post) FROM ({USES}) uses WHERE asset = ANY(%(assets)s::uuid[]) GROUP BY asset"  # noqa: S608
    return dict(_rows(sql, workspace, assets))


def posts_with(asset: Asset) -> QuerySet[Post]:
    """The posts in which a file is, the latest first."""
    sql = f"SELECT DISTINCT post, 1 FROM ({USES}) uses WHERE asset = ANY(%(assets)s::uuid[])"  # noqa: S608
    found = [post for post, _one in _rows(sql, asset.workspace, [asset])]
    return asset.workspace.posts.filter(pk__in=found).order_by("-changed_at")


def _rows(sql: str, workspace: Workspace, assets: Iterable[Asset]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"workspace": workspace.pk, "assets": [asset.pk for asset in assets]})
        return list(cursor.fetchall())


def labels(workspace: Workspace) -> list[str]:
    """All labels in use, in the order of the alphabet."""
    found = workspace.assets.order_by().annotate(label=Func(F("labels"), function="unnest")).values_list("label", flat=True)
    return sorted(set(found.distinct()), key=str.lower)


# -- putting in order -----------------------------------------------------------------------------------------------------


def cleaned(typed: Iterable[str]) -> list[str]:
    """Labels as they are kept: without # and doubles. Raises Problem for too many or too long ones."""
    found: dict[str, str] = {}
    for one in typed:
        name = " ".join(one.strip().lstrip("#").split())
        if len(name) > LONGEST_LABEL:
            raise Problem(_("A label has at most %(most)s characters: shorten it.") % {"most": LONGEST_LABEL}, "labels")
        if name:
            found.setdefault(name.lower(), name)
    if len(found) > MOST_LABELS:
        raise Problem(_("A file has at most %(most)s labels: remove some.") % {"most": MOST_LABELS}, "labels")
    return list(found.values())


@transaction.atomic
def label(assets: Sequence[Asset], typed: Iterable[str], by: Member) -> None:
    """Put labels on files, beside those that they have."""
    must(by, Action.WRITE)
    if not (added := cleaned(typed)):
        raise Problem(_("Type a label."), "labels")
    for asset in assets:
        asset.labels = cleaned([*asset.labels, *added])
    Asset.objects.bulk_update(assets, ["labels"])


def move(assets: Sequence[Asset], folder: Folder | None, by: Member) -> None:
    """Put files into a folder, or out of all."""
    must(by, Action.WRITE)
    by.workspace.assets.filter(pk__in=[asset.pk for asset in assets]).update(folder=folder)


def folder_named(name: str, by: Member) -> Folder:
    """The folder with this name; it is made when there is none. Raises Problem for a name that cannot be one."""
    must(by, Action.WRITE)
    return by.workspace.folders.get_or_create(name=_folder_name(name))[0]


def rename(folder: Folder, name: str, by: Member) -> None:
    """Raises Problem when another folder has that name."""
    must(by, Action.WRITE)
    folder.name = _folder_name(name)
    if by.workspace.folders.filter(name=folder.name).exclude(pk=folder.pk).exists():
        raise Problem(_("There is a folder with that name already: choose another."), "name")
    folder.save(update_fields=["name"])


def _folder_name(typed: str) -> str:
    name = " ".join(typed.split())
    most = Folder._meta.get_field("name").max_length or 0
    if not name or len(name) > most:
        raise Problem(_("Give the folder a name of at most %(most)s characters.") % {"most": most}, "name")
    return name


def remove_folder(folder: Folder, by: Member) -> None:
    """The folder goes, its files stay in the library."""
    must(by, Action.WRITE)
    record(by, "deleted folder", folder)
    folder.delete()


def keep_alt(files: Iterable[tuple[Asset, str]]) -> None:
    """An alt text that somebody writes for a file that has none is offered whenever the file is used again."""
    for asset, alt in files:
        if alt.strip() and not asset.alt:
            Asset.objects.filter(pk=asset.pk, alt="").update(alt=alt.strip())


# -- throwing away and taking back ------------------------------------------------------------------------------------------


@transaction.atomic
def throw_away(assets: Sequence[Asset], by: Member) -> None:
    """Out of the library, for some days, to be taken back. Raises Problem while one is used in a post or a template."""
    must(by, Action.WRITE)
    used = uses(by.workspace, assets)
    if kept := [asset.name for asset in assets if asset.pk in used]:
        text = ngettext(
            "%(names)s is used in a post: take it out there first. Nothing was deleted.",
            "%(names)s are used in posts: take them out there first. Nothing was deleted.",
            len(kept),
        )
        raise Problem(text % {"names": ", ".join(kept[:5]) + (" ..." if len(kept) > 5 else "")})
    _in_no_template(assets, by.workspace)
    by.workspace.assets.filter(pk__in=[asset.pk for asset in assets]).update(deleted_at=timezone.now())
    for asset in assets:
        record(by, "deleted file", asset)


def _in_no_template(assets: Sequence[Asset], workspace: Workspace) -> None:
    for template in workspace.templates.all():
        said = json.dumps(template.content)
        if held := next((asset for asset in assets if str(asset.pk) in said), None):
            text = _('%(name)s is in the template "%(template)s": delete that first. Nothing was deleted.')
            raise Problem(text % {"name": held.name, "template": template.name})


def take_back(ids: Iterable[UUID], by: Member) -> int:
    """Put files that were thrown away back where they were; how many there were."""
    must(by, Action.WRITE)
    gone = Asset.everything.filter(workspace=by.workspace, pk__in=list(ids)).exclude(deleted_at=None)
    return gone.update(deleted_at=None)
