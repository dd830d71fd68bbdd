"""What is published in the contract: for each network a post of every type, and how its fans' view is to be read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.data import Targeting

JPEG, SECOND, PNG, GIF, FILM, UPRIGHT = "photo.jpg", "second.jpg", "photo.png", "fizz.gif", "film.mp4", "upright.mp4"


@dataclass(frozen=True)
class Sample:
    """One type of post. `files` names files of `tests.contract.files`; `shows` is how many public posts it makes."""

    name: str
    text: str = "Ice cold in 40 °C, says Polar Fizz."
    files: tuple[str, ...] = ()
    link: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    targeting: Targeting = field(default_factory=Targeting)
    alt: str = "A can in the snow"
    shows: int = 1
    is_comment: bool = False  # on a first post, which is published before
    reply: bool = False  # continues a first post, as the parts of a thread do


@dataclass(frozen=True)
class Cast:
    """How a network is played. The first sample is the plainest: the faults hit it.

    `processed`: the sample whose media the network works on. `refuses_twins`: the same post twice is refused.
    `account`: details for the control API. `chosen`: options that need what a new account has (its boards).
    """

    samples: tuple[Sample, ...]
    processed: str = ""
    refuses_twins: bool = False
    account: Mapping[str, Any] = field(default_factory=dict)
    chosen: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda account: {}
    refreshes: bool = True  # a dead access token is replaced without a person
    fans: tuple[str, ...] = ("comment",)  # what people can say: kinds of the control API
    answers: Callable[[Mapping[str, Any]], Mapping[str, str]] = lambda account: {}  # to the form that stands for a consent


CASTS: dict[str, Cast] = {
    "facebook": Cast(
        samples=(
            Sample("text"),
            Sample("link", link="https://polarfizz.com/cold"),
            Sample("for some", targeting=Targeting(countries=("DE", "AT"), age_min=18, genders=("male",))),
            Sample("photo", files=(JPEG,)),
            Sample("photos", files=(JPEG, SECOND, PNG), targeting=Targeting(countries=("DE",))),
            Sample("video", files=(FILM,), targeting=Targeting(countries=("DE",))),
            Sample("reel", files=(UPRIGHT,), options={"format": "reel"}),
            Sample("comment", "First!", is_comment=True),
        ),
        processed="video",
        refuses_twins=True,
        refreshes=False,
        fans=("comment", "message"),
    ),
    "x": Cast(
        samples=(
            Sample("text"),
            Sample("link", link="https://polarfizz.com/cold"),
            Sample("photo", files=(JPEG,)),
            Sample("photos", files=(JPEG, SECOND, PNG), options={"made_with_ai": True}),
            Sample("gif", files=(GIF,)),
            Sample("video", files=(FILM,), options={"paid_partnership": True}),
            Sample("poll", "How cold?", options={"poll_options": ["Ice", "More ice"], "poll_minutes": 60}),
            Sample("part of a thread", "And colder still.", reply=True, shows=1),
            Sample("comment", "First!", is_comment=True, reply=True),
            Sample("closed to answers", options={"reply_settings": "mentionedUsers"}),
        ),
        processed="video",
        refuses_twins=True,
        fans=("comment", "message"),
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
                },
            ),
            Sample("short", files=(UPRIGHT,), options={"title": "Short and cold"}),
            Sample("comment", "First!", is_comment=True),
        ),
        processed="video",
    ),
}
