"""The data that goes between SMO and a network: frozen, typed, without Django and without a spare dict for the way back."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

JPEG, PNG, GIF, WEBP, BMP, TIFF = "image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff"
MP4, MOV, WEBM = "video/mp4", "video/quicktime", "video/webm"
SRT, VTT = "text/srt", "text/vtt"
H264, HEVC, VP8, VP9, AV1, AAC = "h264", "hevc", "vp8", "vp9", "av1", "aac"  # as ffmpeg names them


@dataclass(frozen=True)
class FileLimits:
    """What a network takes of one kind of file. Bytes, seconds, pixels, ratios as width / height; 0: unlimited.

    `codecs` are of a video's pictures, `sound` of its sound, as ffmpeg names them; empty: any.
    """

    mime_types: frozenset[str] = frozenset()
    max_bytes: int = 0
    min_seconds: float = 0
    max_seconds: float = 0
    min_ratio: float = 0
    max_ratio: float = 0
    min_width: int = 0
    min_height: int = 0
    max_width: int = 0
    max_height: int = 0
    codecs: frozenset[str] = frozenset()
    sound: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Limits:
    """What fits into one post. The composer, the checks and the README's table all read this one place.

    `text` is counted by `Connector.length`, in the unit named by `unit`.
    """

    text: int
    unit: str = "characters"
    images: int = 0
    videos: int = 0
    mixed: bool = False
    alt_text: int = 0
    media_required: bool = False
    text_required: bool = False
    image: FileLimits = FileLimits()
    video: FileLimits = FileLimits()
    posts_per_day: int = 0
    thread_parts: int = 1


class Words(StrEnum):
    """What stands beside the picture of an answer: words always, words or none, or none at all."""

    NEEDED = "needed"
    FREE = "free"
    APART = "apart"


@dataclass(frozen=True)
class Pictured:
    """How an answer carries a picture. `image`: what is taken of the file; of what is public, the limits of a post tell.
    `video`: the same where a video can stand in the picture's place; None: it cannot."""

    words: Words = Words.NEEDED
    image: FileLimits = FileLimits()
    video: FileLimits | None = None


@dataclass(frozen=True)
class Quota:
    """A documented allowance for publishing: so many calls in so many seconds, for the channel or for the whole app."""

    calls: int
    seconds: int
    scope: str = "channel"  # or "app": all channels connected with the same developer app share it


@dataclass(frozen=True)
class Cover:
    """The names of the options by which a video gets its cover: a moment of it, or a picture. Empty: the network takes none.

    `unless`: pairs of an option's name and the value with which the post has no cover.
    """

    moment: str = ""
    picture: str = ""
    unless: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Look:
    """How a post looks there, as far as its text and options decide it; what is a text here is the name of an option.

    `fold`, `fold_lines`: characters and lines of a text that are shown before "more" (0: all). `card`: a link without media
    is shown as a card; `card_title`, `card_about`, `card_picture`: the author says what stands on it, not the page.
    `poll`, `poll_minutes`. `warning`: what the post is warned of; it hides the whole post, or its media (`veils_media`).
    `sensitive`: hides the media.
    """

    fold: int = 0
    fold_lines: int = 0
    card: bool = False
    card_title: str = ""
    card_about: str = ""
    card_picture: str = ""
    poll: str = ""
    poll_minutes: str = ""
    warning: str = ""
    veils_media: bool = False
    sensitive: str = ""


@dataclass(frozen=True)
class Pause:
    """What a response's headers say about the allowance: wait so long before the next call of this scope."""

    retry_in: timedelta
    scope: str = "channel"


@dataclass(frozen=True)
class App:
    """The operator's registration with a network (the sandbox has one ready). Never logged."""

    client_id: str
    client_secret: str = field(repr=False)
    base_url: str = ""  # where this network's API answers instead of its real hosts; empty: the real ones
    given: bool = False  # a user named the base address: it must lie on the public internet


@dataclass(frozen=True)
class Tokens:
    """What an OAuth exchange or refresh gave. `expires_at` None: no end is known."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """One page, profile or channel on a network, with what is needed to act for it."""

    remote_id: str
    name: str = ""
    username: str = ""
    tokens: Tokens = Tokens("")
    picture_url: str = ""
    url: str = ""


@dataclass(frozen=True)
class Media:
    """An image or a video as a connector sees it: a file with its measures. Duration in seconds. `path` is for opening only:
    where files are kept elsewhere, they are fetched then.

    `codec` and `sound`: of a video's pictures and sound, as ffmpeg names them; empty: not known, or none.
    `url`: a public address of the file, good for a day, for networks that fetch files themselves; may be empty.
    """

    path: str | os.PathLike[str]
    mime_type: str
    size: int
    name: str = ""
    alt: str = ""
    width: int = 0
    height: int = 0
    seconds: float = 0
    sha256: str = ""
    url: str = ""
    codec: str = ""
    sound: str = ""

    @property
    def is_video(self) -> bool:
        return self.mime_type.startswith("video/")

    @property
    def ratio(self) -> float:
        """Width over height; 0 when it is not known."""
        return self.width / self.height if self.height else 0


@dataclass(frozen=True)
class Targeting:
    """Whom a post is for, in neutral terms; countries are ISO 3166 alpha-2, languages BCP 47, genders 'male' / 'female'."""

    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    age_min: int = 0
    age_max: int = 0
    genders: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.countries, self.regions, self.cities, self.languages, self.age_min, self.age_max, self.genders))


@dataclass(frozen=True)
class Outgoing:
    """A post, frozen, as it goes to a network.

    `key` is the same at every attempt: the idempotency key wherever a network has one. `parent` is the remote id
    of the post that this one continues or comments on. `doubted` says that an earlier attempt may have arrived.
    """

    key: str
    text: str
    media: tuple[Media, ...] = ()
    link: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    targeting: Targeting = Targeting()
    parent: str = ""
    is_comment: bool = False
    doubted: bool = False

    @property
    def images(self) -> tuple[Media, ...]:
        return tuple(media for media in self.media if not media.is_video)

    @property
    def videos(self) -> tuple[Media, ...]:
        return tuple(media for media in self.media if media.is_video)


@dataclass(frozen=True)
class Problem:
    """Why a post cannot go out as it is, and what to do; `field` names the part it concerns (text, media, link, an option)."""

    field: str
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Sent:
    """It is there."""

    remote_id: str
    url: str = ""


@dataclass(frozen=True)
class Accepted:
    """The network took it and is still working on it; `handle` is what to ask by."""

    handle: str
    check_in: timedelta = timedelta(seconds=20)


class Progress:
    """What preparing has reached so far (session address, media ids), kept at once: a crash resumes instead of repeating.

    `keep` stores the values and renews the lease of whoever works; it raises when the lease is lost, and then the
    work must stop. Values are short strings. `report` only tells how far an upload is and renews the lease.
    """

    def __init__(self, kept: Mapping[str, str] | None = None, store: Callable[[dict[str, str]], None] | None = None) -> None:
        self._kept = dict(kept or {})
        self._store = store or (lambda kept: None)

    def get(self, name: str) -> str:
        """What was kept under this name; empty when nothing was."""
        return self._kept.get(name, "")

    def keep(self, **reached: str) -> None:
        self._kept.update(reached)
        self._store(dict(self._kept))

    def forget(self, *names: str) -> None:
        """Drop what proved stale (a dead upload session)."""
        for name in names:
            self._kept.pop(name, None)
        self._store(dict(self._kept))

    def report(self, done: int, total: int) -> None:
        """`done` of `total` bytes have moved."""
        self.keep(progress=f"{100 * done // total if total else 0}")


@dataclass(frozen=True)
class Uncertain:
    """What is known when a publish call ended in doubt.

    `since`: when the first doubtful call began, by our clock. `handle`: what Accepted gave, else empty.
    `taken`: remote ids on this account that belong to other publications of ours, and so cannot be this one.
    """

    since: datetime
    handle: str = ""
    taken: frozenset[str] = frozenset()
