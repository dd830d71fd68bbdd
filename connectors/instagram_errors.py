"""What Instagram's own error numbers mean: subcodes of answers, which also stand in the status of a container that failed.

https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes
"""

import re
from datetime import timedelta

from requests import Response

from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from connectors.http import redact
from connectors.meta_errors import BUSY, HELD_BACK, NOT_ALLOWED, Meaning, judge_graph
from connectors.words import _, mark

SOON = timedelta(seconds=30)
LATER = timedelta(minutes=2)
UNPROCESSABLE = mark("{name} could not process the video: export it anew as MP4 (H.264, AAC, at most 1920 wide) and try again.")


class NotReady(NotNow):
    """A container is not ready to be published, or was published before."""


class Stale(NotNow):
    """A container is no longer there: the next preparation makes a new one."""


class Forbidden(Unauthorized):
    """The connection lives, but a permission for this is missing."""


class Unfetchable(Rejected):
    """Instagram could not load a file from our address."""


FETCH = Meaning(
    Unfetchable,
    mark(
        "{name} could not load the file from this SMO: it must be reachable from the internet by https. "
        "An admin checks SMO_BASE_URL and that no log-in or firewall stands before the media."
    ),
)
TAGS = Meaning(
    Rejected, mark("{name} does not accept one of the tagged people or products: check names and places, at most 20.")
)

# By subcode; codes only where an answer may come without one.
MEANINGS: dict[int, Meaning] = {
    # passing
    **dict.fromkeys((-1, 2207001), BUSY),
    **dict.fromkeys(
        (-2, 2207003), Meaning(NotNow, mark("{name} took too long to load the file from this SMO; SMO tries again."), LATER)
    ),
    **dict.fromkeys(
        (2207032, 2207053, 2207082), Meaning(NotNow, mark("{name} could not take the file just now; SMO tries again."), LATER)
    ),
    2207020: Meaning(Stale, mark("The upload has run out at {name}; SMO uploads anew."), timedelta()),
    2207008: Meaning(Stale, mark("{name} does not find the upload; SMO uploads anew."), SOON),
    **dict.fromkeys((9007, 2207027), Meaning(NotReady, mark("{name} is still processing the media."), SOON)),
    # too many
    2207051: HELD_BACK,
    **dict.fromkeys(
        (9, 2207042),
        Meaning(
            NotNow, mark("{name} takes no more posts of this account today; SMO tries again in an hour."), timedelta(hours=1)
        ),
    ),
    # a person must act
    **dict.fromkeys((3, 10, *range(200, 300)), Meaning(Forbidden, NOT_ALLOWED.sentence)),
    **dict.fromkeys(
        (25, 2207050),
        Meaning(
            Rejected,
            mark("{name} has restricted this account: open the Instagram app, follow its instructions, then try again."),
        ),
    ),
    **dict.fromkeys((9004, 2207052), FETCH),
    2207006: Meaning(Rejected, mark("{name} does not find the media, or does not show them to this account: publish again.")),
    2207057: Meaning(Rejected, mark("The moment chosen for the cover lies outside the video: choose an earlier one.")),
    2207023: Meaning(Rejected, mark("{name} does not know this kind of media: use JPEG, MP4 or MOV.")),
    2207028: Meaning(Rejected, mark("A carousel on {name} has 2 to 10 images and videos: add or remove some.")),
    **dict.fromkeys((2207035, 2207036, 2207037, 2207040), TAGS),
    **dict.fromkeys((352, 2207026, 2207076, 2207077), Meaning(Rejected, UNPROCESSABLE)),
    **dict.fromkeys((36000, 2207004), Meaning(Rejected, mark("{name} takes images of at most 8 MB: make the image smaller."))),
    **dict.fromkeys((36001, 2207005), Meaning(Rejected, mark("{name} takes images as JPEG only: convert the image."))),
    **dict.fromkeys(
        (36003, 2207009),
        Meaning(Rejected, mark("{name} takes images between 4:5 (upright) and 1.91:1 (wide): crop the image.")),
    ),
    **dict.fromkeys(
        (36004, 2207010),
        Meaning(Rejected, mark("{name} takes captions of at most 2,200 characters and 30 hashtags: shorten the text.")),
    ),
    2207081: Meaning(Rejected, mark("{name} does not let this account publish trial reels: set Trial reel to No.")),
}
PLACE = Meaning(Rejected, mark("{name} does not know this place: use the number of a Facebook Page that has an address."))


def judge_instagram(name: str, response: Response) -> None:
    """Raise what an answer means: uploads have a form of their own, the rest is Graph with more numbers."""
    if "INVALID_LOCATION_ID" in response.text:
        raise Rejected(_(PLACE.sentence).format(name=name), redact(response.text))
    if found := upload_error(name, response):
        raise found
    judge_graph(name, response, MEANINGS)


def upload_error(name: str, response: Response) -> Exception | None:
    """What rupload's `debug_info` means. Nothing shows in public by an upload, so a retriable one is just tried again."""
    if response.status_code < 400 or '"debug_info"' not in response.text:
        return None
    said = redact(f"{response.status_code} {response.text}")
    if response.status_code >= 500 or re.search(r'"retriable"\s*:\s*true', response.text):
        return Doubt(_("%(name)s did not take the whole video yet.") % {"name": name}, said)
    return Stale(_("%(name)s did not take the video; SMO uploads it anew.") % {"name": name}, said, LATER)


def failure(name: str, status: str) -> Exception:
    """What a container's `status` text means once its `status_code` is ERROR."""
    number = re.search(r"\b2207\d{3}\b", status)
    if "INVALID_LOCATION_ID" in status:
        meaning = PLACE
    else:
        meaning = MEANINGS.get(int(number[0]) if number else 0) or Meaning(Rejected, UNPROCESSABLE)
    sentence, said = _(meaning.sentence).format(name=name), redact(status)
    if issubclass(meaning.error, NotNow):
        return meaning.error(sentence, said, meaning.retry_in)
    return meaning.error(sentence, said)
