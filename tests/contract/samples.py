"""What is published in the contract: for each network a post of every type, and how its fans' view is to be read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.data import Targeting

JPEG, SECOND, PNG, GIF, FILM, UPRIGHT = "photo.jpg", "second.jpg", "photo.png", "fizz.gif", "film.mp4", "upright.mp4"
TALL, CAPTIONS = "tall.jpg", "captions.vtt"


Api = Callable[..., Any]  # method, path, JSON -> JSON, as the account


@dataclass(frozen=True)
class Sample:
    """One type of post. `files` names files of `tests.contract.files`; `shows` is how many public posts it makes.

    An option may be the name of a file, or a function that makes on the network what the option names.
    """

    name: str
    text: str = "Ice cold in 40 °C, says Polar Fizz."
    files: tuple[str, ...] = ()
    link: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    targeting: Targeting = field(default_factory=Targeting)
    alt: str = "A can in the snow"
    shows: int = 1
    is_comment: bool = False  # on a first post, which is published before
    quotes: str = ""  # the option that takes a first post's address
    reply: bool = False  # continues a first post, as the parts of a thread do


@dataclass(frozen=True)
class Cast:
    """How a network is played. The first sample is the plainest: the faults hit it."""

    samples: tuple[Sample, ...]
    processed: str = ""  # the sample whose media the network works on
    refuses_twins: bool = False  # the same post twice is refused
    unproven: bool = False  # a post that a look does not find may still come: a person decides
    doubles: bool = False  # what is sent twice is there twice: nothing but a look before keeps it from that
    revokes: bool = True  # access can be given back by a call
    outlives: bool = False  # an access token stays good for its time, though the session was ended
    refreshes: bool = True  # a dead access token is replaced without a person
    fans: tuple[str, ...] = ("comment",)  # what people can say: kinds of the control API
    account: Mapping[str, Any] = field(default_factory=dict)  # what the practice account is made with
    answers: Callable[[Mapping[str, Any]], Mapping[str, str]] = lambda account: {}  # to the form that stands for a consent


def a_board(api: Api) -> str:
    """With a section, on Pinterest."""
    board = api("POST", "/v5/boards", {"name": "Served on ice"})
    api("POST", f"/v5/boards/{board['id']}/sections", {"name": "With ice"})
    return "Served on ice"


def a_playlist(api: Api) -> str:
    """On YouTube."""
    return str(api("POST", "/youtube/v3/playlists?part=snippet", {"snippet": {"title": "Cold things"}})["id"])


CASTS: dict[str, Cast] = {
    "bluesky": Cast(
        samples=(
            Sample("text", "Ice cold in 40 °C 🧊, says @ann.thirsty.test on https://polarfizz.com/cold #ice"),
            Sample("link card", link="https://polarfizz.com/cold", options={"link_title": "Cold", "link_thumb": JPEG}),
            Sample("plain card", link="https://polarfizz.com/", options={"link_description": "Drinks of Polar Fizz"}),
            Sample("photo", files=(JPEG,), options={"languages": ["en", "de"], "tags": ["ice", "fizz"]}),
            Sample("photos", files=(JPEG, SECOND, PNG), options={"warning": "graphic-media"}),
            Sample("gallery", files=(JPEG, SECOND, PNG, TALL, JPEG)),
            Sample("video", files=(FILM,)),
            Sample("video with captions", files=(FILM,), options={"captions": CAPTIONS, "captions_language": "en"}),
            Sample("video like a gif", files=(UPRIGHT,), options={"gif": True}),
            Sample("quote", quotes="quote"),
            Sample("quote with a photo", files=(PNG,), quotes="quote"),
            Sample("answered by few", options={"who_can_reply": "mentioned+followers", "no_quotes": True}),
            Sample("for those signed in", options={"signed_in_only": True, "who_can_reply": "nobody"}),
            Sample("part of a thread", "And colder still.", reply=True),
            Sample("comment", "First!", is_comment=True, reply=True),
        ),
        processed="video",
        outlives=True,
        fans=("comment", "mention", "message"),
        answers=lambda account: {name: str(account[name]) for name in ("identifier", "app_password")},
    ),
    "facebook": Cast(
        samples=(
            Sample("text"),
            Sample("link", link="https://polarfizz.com/cold"),
            Sample("for some", targeting=Targeting(countries=("DE", "AT"), age_min=18, genders=("male",))),
            Sample("photo", files=(JPEG,)),
            Sample("photos", files=(JPEG, SECOND, PNG), targeting=Targeting(countries=("DE",))),
            Sample("video", files=(FILM,), targeting=Targeting(countries=("DE",))),
            Sample("spoken", files=(FILM,), options={"captions": CAPTIONS, "captions_language": "en", "thumb": JPEG}),
            Sample("reel", files=(UPRIGHT,), options={"format": "reel"}),
            Sample("comment", "First!", is_comment=True),
        ),
        processed="video",
        refuses_twins=True,
        refreshes=False,
        fans=("comment", "message"),
    ),
    "instagram": Cast(
        samples=(
            Sample("image", files=(JPEG,), options={"location_id": "1234", "ai_generated": True}),
            Sample("carousel", files=(JPEG, FILM, SECOND), options={"user_tags": ["ann.thirsty 0.2 0.8"]}),
            Sample("reel", files=(UPRIGHT,), options={"format": "reel", "thumb_offset": 1500, "audio_name": "Fizz"}),
            Sample("reel with a cover", files=(UPRIGHT,), options={"cover": JPEG, "share_to_feed": False}),
            Sample("trial reel", files=(UPRIGHT,), options={"trial": "SS_PERFORMANCE"}),
            Sample("without comments", files=(JPEG,), options={"allow_comments": False}),
            Sample("with others", files=(JPEG,), options={"collaborators": ["ann.thirsty"]}),
            Sample("story of a picture", "", files=(TALL,), options={"format": "story"}),
            Sample("story of a film", "", files=(UPRIGHT,), options={"format": "story"}),
            Sample("comment", "First!", is_comment=True),
        ),
        processed="reel",
        refreshes=False,
        fans=("comment", "message"),
    ),
    "mastodon": Cast(
        samples=(
            Sample("text"),
            Sample("link", link="https://polarfizz.com/cold", options={"visibility": "unlisted", "language": "en"}),
            Sample("warned", options={"spoiler_text": "Very cold", "sensitive": True, "quote_approval_policy": "nobody"}),
            Sample("photo", files=(JPEG,)),
            Sample("photos", files=(JPEG, SECOND, PNG), options={"sensitive": True}),
            Sample("gif", files=(GIF,)),
            Sample("video", files=(FILM,)),
            Sample(
                "poll", "How cold?", options={"poll_options": ["Ice", "More ice"], "poll_minutes": 60, "poll_multiple": True}
            ),
            Sample("secret poll", "How cold?", options={"poll_options": ["Ice", "Snow"], "poll_hide_totals": True}),
            Sample("quote", quotes="quote"),
            Sample("part of a thread", "And colder still.", reply=True),
            Sample("comment", "First!", is_comment=True, reply=True),
        ),
        processed="video",
        refreshes=False,
        fans=("comment", "mention", "message"),
    ),
    "pinterest": Cast(
        samples=(
            Sample("image", files=(JPEG,), options={"title": "How cold is it?"}),
            Sample("png", files=(PNG,), link="https://polarfizz.com/cold", options={"dominant_color": "#6E7874"}),
            Sample(
                "several images",
                files=(JPEG, PNG),
                options={
                    "first_image": 2,
                    "image_titles": ["One", "Two"],
                    "image_descriptions": ["Cold", "Colder"],
                    "image_links": ["https://polarfizz.com/1", "https://polarfizz.com/2"],
                },
            ),
            Sample("on a board", files=(PNG,), options={"board": a_board, "section": "With ice"}),
            Sample("video", files=(FILM,), options={"cover_second": 2}),
            Sample("video with a cover", files=(UPRIGHT,), options={"cover": JPEG}),
        ),
        doubles=True,
        processed="video",
        revokes=False,
    ),
    "snapchat": Cast(
        samples=(
            Sample("spotlight", files=(UPRIGHT,), options={"place": "spotlight", "locale": "de_DE"}),
            Sample("passing spotlight", files=(UPRIGHT,), options={"skip_save_to_profile": True}),
            Sample("story of a picture", files=(TALL,), options={"place": "story", "ttl": "TWO_DAYS"}),
            Sample("story of a film", files=(UPRIGHT,), options={"place": "story"}),
            Sample("saved story", files=(TALL,), options={"place": "saved_story", "title": "Kept on ice"}),
        ),
        processed="spotlight",
        doubles=True,
        revokes=False,
    ),
    "tiktok": Cast(
        samples=(
            Sample("video", files=(UPRIGHT,), options={"privacy": "PUBLIC_TO_EVERYONE"}),
            Sample(
                "everything said",
                files=(UPRIGHT,),
                options={
                    "privacy": "PUBLIC_TO_EVERYONE",
                    "allow_comments": True,
                    "allow_duet": True,
                    "allow_stitch": True,
                    "your_brand": True,
                    "branded_content": True,
                    "made_with_ai": True,
                    "cover_ms": 1500,
                },
            ),
            Sample("photo", files=(JPEG,), options={"privacy": "PUBLIC_TO_EVERYONE", "title": "Cold"}),
            Sample("photos", files=(JPEG, SECOND), options={"privacy": "PUBLIC_TO_EVERYONE", "cover_photo": 2}),
            Sample("with music", files=(JPEG,), options={"privacy": "PUBLIC_TO_EVERYONE", "auto_music": True}),
            Sample("private", files=(UPRIGHT,), options={"privacy": "SELF_ONLY"}, shows=0),
            Sample("draft", files=(UPRIGHT,), options={"mode": "inbox"}, shows=0),
        ),
        processed="video",
    ),
    "tiktok_business": Cast(
        samples=(
            Sample("video", files=(UPRIGHT,)),
            Sample(
                "everything said",
                files=(UPRIGHT,),
                link="https://polarfizz.com/cold",
                options={
                    "allow_comments": True,
                    "allow_duet": False,
                    "allow_stitch": False,
                    "your_brand": True,
                    "branded_content": True,
                    "made_with_ai": True,
                    "cover_ms": 1500,
                },
            ),
            Sample("video with a cover", files=(UPRIGHT,), options={"cover": JPEG}),
            Sample("photo", files=(JPEG,), options={"privacy": "PUBLIC_TO_EVERYONE", "title": "Cold", "auto_music": True}),
            Sample("photos", files=(JPEG, SECOND), options={"cover_photo": 2, "your_brand": True}),
            Sample("comment", "First!", is_comment=True),
        ),
        processed="video",
        unproven=True,
        doubles=True,
    ),
    "x": Cast(
        account={"enterprise": True},
        samples=(
            Sample("text"),
            Sample("link", link="https://polarfizz.com/cold"),
            Sample("photo", files=(JPEG,)),
            Sample("photos", files=(JPEG, SECOND, PNG), options={"made_with_ai": True}),
            Sample("gif", files=(GIF,)),
            Sample("video", files=(FILM,), options={"paid_partnership": True}),
            Sample("video with captions", files=(FILM,), options={"captions": CAPTIONS, "captions_language": "pl"}),
            Sample("poll", "How cold?", options={"poll_options": ["Ice", "More ice"], "poll_minutes": 60}),
            Sample("part of a thread", "And colder still.", reply=True, shows=1),
            Sample("comment", "First!", is_comment=True, reply=True),
            Sample("closed to answers", options={"reply_settings": "mentionedUsers"}),
        ),
        processed="video",
        refuses_twins=True,
        fans=("comment",),
    ),
    "youtube": Cast(
        samples=(
            Sample("video", files=(FILM,), options={"title": "How cold is it?"}),
            Sample(
                "everything said",
                files=(FILM,),
                link="https://polarfizz.com/cold",
                options={
                    "title": "All said",
                    "tags": ["ice", "cold drink"],
                    "category": "24",
                    "synthetic_media": True,
                    "license": "creativeCommon",
                    "embeddable": False,
                    "notify_subscribers": False,
                    "thumbnail": JPEG,
                    "captions": CAPTIONS,
                    "captions_language": "pl",
                },
            ),
            Sample("short", files=(UPRIGHT,), options={"title": "Short and cold"}),
            Sample(
                "in a playlist", files=(FILM,), options={"title": "For kids", "playlist": a_playlist, "made_for_kids": True}
            ),
            Sample("unlisted", files=(FILM,), options={"title": "For some", "privacy": "unlisted"}, shows=0),
            Sample("comment", "First!", is_comment=True),
        ),
        processed="video",
    ),
}
