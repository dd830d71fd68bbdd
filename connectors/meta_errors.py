"""What Graph's error codes mean for us, as one table, and what its usage headers say.

https://developers.facebook.com/docs/graph-api/guides/error-handling
https://developers.facebook.com/docs/pages-api/error-codes
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from requests import Response

from connectors.errors import ConnectorError, Doubt, NotNow, Rejected, Unauthorized
from connectors.http import judge_status, redact
from connectors.words import _, mark


class Duplicate(Rejected):
    """The same was posted just before: by somebody else, or by an attempt of ours whose answer was lost."""


class Gone(Rejected):
    """What was named does not exist, or not for us."""


class Incomplete(NotNow):
    """An upload stands elsewhere than we thought; `window` is what to send next (first byte, end), where it was told."""

    def __init__(self, message: str, said: str = "", window: tuple[str, str] | None = None) -> None:
        super().__init__(message, said)
        self.window = window


@dataclass(frozen=True)
class Meaning:
    """One error as we name it; `sentence` is for the user, with `{name}` for the network."""

    error: type[ConnectorError | Doubt]
    sentence: str
    retry_in: timedelta | None = None


SLOW_DOWN = Meaning(NotNow, mark("{name} asks to slow down; SMO tries again."), timedelta(minutes=15))
HELD_BACK = Meaning(
    NotNow, mark("{name} takes this for too many posts in a short time; SMO tries again in some hours."), timedelta(hours=3)
)
BUSY = Meaning(Doubt, mark("{name} answered with a passing error of its own."))
ENDED = Meaning(Unauthorized, mark("{name} no longer accepts the connection: connect the channel again."))
NOT_ALLOWED = Meaning(
    Unauthorized,
    mark("{name} says that SMO lacks a permission for this: connect the channel again and leave every box ticked."),
)
UNREADABLE_FILE = Meaning(Rejected, mark("{name} cannot read one of the files: convert it to JPEG, PNG or MP4 and try again."))
WINDOW = Meaning(
    Rejected,
    mark("{name} lets you answer within 24 hours of the person's last message; that time is over: wait until they write."),
)
ANSWERED = Meaning(
    Rejected, mark("This comment has been answered by a private message before: {name} allows one. Answer it in public.")
)
# [U] which number comes when: developers report both, with "Failed to fetch the file" and "Upload attachment failure".
UNLOADED = Meaning(
    Rejected,
    mark(
        "{name} could not load the file from this SMO: it must be reachable from the internet, a picture a JPEG, PNG or GIF "
        "below 8 MB, a video below 25 MB."
    ),
)
UNREACHABLE = Meaning(Rejected, mark("This person cannot get messages from the Page at the moment: they left or blocked it."))
AGAIN = Meaning(Duplicate, mark("{name} refuses the same post twice in a row: change the text, or delete the earlier post."))
IDENTITY = Meaning(
    Unauthorized,
    mark("{name} wants the Page's manager to confirm who they are: do so on facebook.com, then connect again."),
)

# Codes and subcodes in one table, as no number is both; the subcode is looked up first because it says more.
MEANINGS: dict[int, Meaning] = {
    # passing
    **dict.fromkeys((1, 2, 1363047, 1609010), BUSY),
    1363037: Meaning(Incomplete, mark("{name} has not got the whole video yet; SMO goes on with the upload.")),
    # too many
    **dict.fromkeys((4, 17, 32, 341, 613, *range(80000, 80100)), SLOW_DOWN),
    **dict.fromkeys((368, 1390008, 1346003), HELD_BACK),
    # connect again
    **dict.fromkeys((190, 102, 2500, 467, 2069032), ENDED),
    458: Meaning(Unauthorized, mark("The person who connected this channel removed SMO from their apps: connect it again.")),
    459: Meaning(
        Unauthorized,
        mark("The person who connected this channel must pass a security check on facebook.com, then connect it again."),
    ),
    460: Meaning(Unauthorized, mark("The person who connected this channel changed their password: connect it again.")),
    463: Meaning(Unauthorized, mark("The connection to {name} has run out: connect the channel again.")),
    464: Meaning(Unauthorized, mark("The person who connected this channel must confirm their account on facebook.com first.")),
    492: Meaning(
        Unauthorized, mark("The person who connected this channel lost their role on the Page: somebody with one connects it.")
    ),
    **dict.fromkeys((1404078, 4854002), IDENTITY),
    **dict.fromkeys((3, 10, *range(200, 300), 2853006, 2069030, 2069031, 2069033), NOT_ALLOWED),
    # the same again
    **dict.fromkeys((506, 1366051), AGAIN),
    # edit
    33: Meaning(Gone, mark("{name} does not know this any more, or does not show it to this Page: it was probably deleted.")),
    324: Meaning(Rejected, mark("{name} misses the image or cannot read it: use a JPEG or PNG below 10 MB.")),
    1366046: Meaning(Rejected, mark("{name} takes photos as JPEG or PNG below 10 MB: make the photo smaller or convert it.")),
    **dict.fromkeys((1349125, 2069019), UNREADABLE_FILE),
    1609005: Meaning(Rejected, mark("{name} cannot open the link: check that it is right and can be read by everybody.")),
    1609008: Meaning(Rejected, mark("{name} refuses links to facebook.com here: take the link out.")),
    2061006: Meaning(Rejected, mark("{name} says that the link is no valid address: correct it.")),
    1404102: Meaning(Rejected, mark("{name} says that this goes against its community standards: change it.")),
    1404112: Meaning(Rejected, mark("{name} has limited this account for now: look on facebook.com for what to do.")),
    1705: Meaning(Rejected, mark("{name} took this for a post by a person, not by the Page: connect the Page again.")),
    # messages
    **dict.fromkeys((2018008, 2018047), UNLOADED),
    **dict.fromkeys((2018278, 2534022), WINDOW),
    10900: ANSWERED,
    **dict.fromkeys((551, 1545041, 2018108), UNREACHABLE),
}


def judge_graph(name: str, response: Response, own: Mapping[int, Meaning] | None = None) -> None:
    """Raise what a Graph answer means; an error with HTTP 200 counts as well, and what cannot be read is a doubt.

    `own`: what numbers mean on this network alone; it goes before the common table.
    """
    answer = _answer(response)
    error = answer.get("error") if isinstance(answer, dict) else None
    if isinstance(error, dict):
        raise _raised(name, error, response, MEANINGS | dict(own or {}))
    judge_status(name, response)
    if answer is None:
        raise Doubt(_("%(name)s answered with something that cannot be read.") % {"name": name}, redact(response.text))


def _answer(response: Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _raised(name: str, error: dict[str, Any], response: Response, table: Mapping[int, Meaning]) -> Exception:
    code, subcode = _number(error, "code"), _number(error, "error_subcode")
    said = redact(f"{code}/{subcode} {error.get('message', '')}" if subcode else f"{code} {error.get('message', '')}")
    meaning = table.get(subcode) or table.get(code) or _fallback(error, response)
    sentence = _(meaning.sentence).format(name=name)
    if meaning.error is Incomplete:
        return Incomplete(sentence, said, _window(error.get("error_data")))
    if issubclass(meaning.error, NotNow):
        return meaning.error(sentence, said, timedelta(minutes=minutes_blocked(response)) or meaning.retry_in)
    return meaning.error(sentence, said)


def _window(data: Any) -> tuple[str, str] | None:
    told = isinstance(data, dict) and "start_offset" in data and "end_offset" in data
    return (str(data["start_offset"]), str(data["end_offset"])) if told else None


def _number(values: dict[str, Any], name: str) -> int:
    value = values.get(name)
    return round(value) if isinstance(value, int | float) else 0


def _fallback(error: dict[str, Any], response: Response) -> Meaning:
    """Codes that are in no table: by `is_transient` and the status, then with the network's own words for users."""
    if error.get("is_transient") or response.status_code >= 500:
        return BUSY
    if response.status_code == 401:
        return ENDED
    if response.status_code == 429:
        return SLOW_DOWN
    words = redact(str(error.get("error_user_msg") or error.get("message") or _("no reason given")), 300)
    return Meaning(Rejected, _("{name} refused this: ") + words.replace("{", "(").replace("}", ")"))


# -- usage headers ---------------------------------------------------------------------------------------------------------


def usage(response: Response) -> tuple[int, int]:
    """How many per cent of the app's and of the account's allowance are used."""
    whole_app = _json_header(response, "X-App-Usage")
    return _highest(whole_app), max((_highest(entry) for entry in _business(response)), default=0)


def minutes_blocked(response: Response) -> int:
    """For how long calls are still refused, as X-Business-Use-Case-Usage tells; 0: not at all, or it is not said."""
    return max((_number(entry, "estimated_time_to_regain_access") for entry in _business(response)), default=0)


def _business(response: Response) -> Iterator[dict[str, Any]]:
    for entries in _json_header(response, "X-Business-Use-Case-Usage").values():
        yield from (entry for entry in entries if isinstance(entry, dict))


def _json_header(response: Response, name: str) -> dict[str, Any]:
    try:
        found = json.loads(response.headers.get(name, "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _highest(entry: dict[str, Any]) -> int:
    return max(_number(entry, kind) for kind in ("call_count", "total_cputime", "total_time"))
