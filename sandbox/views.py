"""What the public sees of a network, as plain data for the pages and for the control API's ledger."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Picture:
    """A photo or video as shown: `mime` decides how, `alt` is the description for blind people."""

    id: str
    url: str
    mime: str
    alt: str = ""


@dataclass(slots=True)
class Reply:
    """A comment below a post; `ours` when the account itself wrote it, `depth` 0 for one that answers the post."""

    id: str
    author: str
    text: str
    created_at: float
    parent: str = ""
    ours: bool = False
    likes: int = 0
    depth: int = 0
    hidden: bool = False
    media: list[Picture] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """One private message; `ours` when the account itself wrote it, `id` where a fan can react to it."""

    text: str
    created_at: float
    ours: bool
    id: str = ""
    media: list[Picture] = field(default_factory=list)


@dataclass(slots=True)
class Chat:
    """What a fan and an account wrote to each other, oldest first, as the fan sees it at `url`."""

    account: str
    person: str
    url: str
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class PublicPost:
    """A post as the public sees it. `url` is its permalink on this server, `parent` the post that it continues or answers."""

    id: str
    account: str
    text: str
    url: str
    created_at: float
    kind: str = "text"
    title: str = ""
    link: str = ""
    parent: str = ""
    media: list[Picture] = field(default_factory=list)
    poll: list[str] = field(default_factory=list)
    likes: int = 0
    replies: list[Reply] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    details: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class PublicAccount:
    """An account as the public sees it; `handle` is how the network writes its name (`@polarfizz`), `url` its page here."""

    id: str
    network: str
    name: str
    username: str
    handle: str
    url: str
    bio: str = ""
    facts: list[str] = field(default_factory=list)
