"""Who and what there is before the first post: people, channels, campaigns, the library."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Channel, Member, Token, User, Workspace
from accounts.roles import Role
from accounts.signing_in import DEMO_LOG_INS
from accounts.verbs import record
from connectors.data import Tokens
from scheduler.library.media import add_asset
from scheduler.models import Asset, Audience, Campaign
from smo.demo import words
from smo.demo.pictures import SCENES, jpeg
from smo.demo.practice import Practice

NAME, ZONE = "Polar Fizz", "Europe/Warsaw"
USERNAME = "polarfizz"  # on every practice network
OPENED = timedelta(days=40)  # so long ago the workspace began
CLIPS = Path(__file__).parent / "clips"
ABOUT_CLIPS = {
    "summer-glass": "A glass of lime Polar Fizz, bubbles rising between ice cubes",
    "first-snow": "Bottles of Polar Fizz under northern lights while snow is falling",
    "ice-test": "A bottle of Polar Fizz in crushed ice",
}


@dataclass
class Cast:
    """The workspace with its people by role, and what posts are made of, by name."""

    workspace: Workspace
    members: dict[str, Member]
    channels: dict[str, Channel] = field(default_factory=dict)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    audiences: dict[str, Audience] = field(default_factory=dict)
    assets: dict[str, Asset] = field(default_factory=dict)

    @property
    def owner(self) -> Member:
        return self.members[Role.OWNER]

    @property
    def marketer(self) -> Member:
        return self.members[Role.EDITOR]

    @property
    def responder(self) -> Member:
        return self.members[Role.RESPONDER]


def demo_workspaces() -> "QuerySet[Workspace]":
    """The demo's workspace, if it is there."""
    emails = [person.email for person in DEMO_LOG_INS if person.role == Role.OWNER]
    return Workspace.objects.filter(name=NAME, members__user__email__in=emails)


def set_up(practice: Practice) -> Cast:
    """Everything that was there before the first post."""
    began = timezone.now() - OPENED
    workspace = Workspace.objects.create(name=NAME, time_zone=ZONE, created_at=began)
    cast = Cast(workspace, {person.role: _join(workspace, person) for person in DEMO_LOG_INS})
    cast.channels = {network: _connect(cast, practice, network) for network in words.EVERY}
    cast.campaigns = _campaigns(workspace)
    cast.assets = _library(cast)
    return cast


def _join(workspace: Workspace, person: Any) -> Member:
    user = User.objects.filter(email=person.email).first()
    user = user or User.objects.create_user(person.email, person.password, person.name)
    return Member.objects.create(workspace=workspace, user=user, role=person.role, joined_at=workspace.created_at)


def _connect(cast: Cast, practice: Practice, network: str) -> Channel:
    """The practice account as a channel, with tokens of the practice app as a consent would have given."""
    made = practice.account(network, USERNAME)
    channel = Channel.objects.create(
        workspace=cast.workspace,
        network=network,
        practice=True,
        remote_id=made["id"],
        name=made["name"],
        username=made["username"],
        url=f"{practice.url}/{network}/{made['username']}",
        connected_by=cast.owner.user,
        connected_at=cast.workspace.created_at,
    )
    lives = made.get("expires_in")
    ends = timezone.now() + timedelta(seconds=lives) if lives else None
    scopes = made.get("scopes") or made.get("scope", "").replace(",", " ").split()
    token = Token(channel=channel)
    token.take(Tokens(made["access_token"], made.get("refresh_token", ""), ends, tuple(scopes)))
    token.save()
    record(cast.owner, "connected", channel, network=network, practice=True)
    return channel


def _campaigns(workspace: Workspace) -> dict[str, Campaign]:
    today = timezone.now().astimezone(workspace.zone).date()
    rows = (
        (words.ICE_COLD, "Where it is hot: people know how cold it is.", "blue"),
        (words.WARMS, "Where it is cold: people feel how warm it makes them.", "orange"),
    )
    return {
        name: Campaign.objects.create(
            workspace=workspace,
            name=name,
            aim=aim,
            colour=colour,
            starts_on=today - timedelta(days=21),
            ends_on=today + timedelta(days=35),
        )
        for name, aim, colour in rows
    }


def _library(cast: Cast) -> dict[str, Asset]:
    photos = {name: (f"{name}.jpg", jpeg(name), about) for name, (_, about) in SCENES.items()}
    clips = {name: (f"{name}.mp4", (CLIPS / f"{name}.mp4").read_bytes(), about) for name, about in ABOUT_CLIPS.items()}
    return {name: _file(cast, *file) for name, file in (photos | clips).items()}


def _file(cast: Cast, name: str, content: bytes, about: str) -> Asset:
    asset, _ = add_asset(cast.workspace, ContentFile(content, name), name, cast.marketer.user)
    asset.alt, asset.added_at = about, timezone.now() - timedelta(days=20)
    asset.save(update_fields=["alt", "added_at"])
    return asset
