"""What Snapchat's answers mean: an envelope with a status, also where HTTP says 200.
https://developers.snap.com/api/marketing-api/Public-Profile-API/ProfileAssetManagement"""

import random
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from requests import Response

from connectors.data import Pause
from connectors.errors import ConnectorError, Doubt, NotNow, Rejected, Unauthorized
from connectors.http import judge_status, redact, retry_after
from connectors.oauth import judge_token
from connectors.words import _, mark

LISTED = mark(
    "Snapchat does not let SMO act for this profile: an admin has the app put on Snapchat's "
    "allow-list, you need a role on the profile; then connect the channel again."
)


class StillProcessing(NotNow):
    """The same media id may be posted a little later."""


class AlreadyPosting(Rejected):
    """An earlier request with this media id is going through: it counts as sent."""


class Expired(Rejected):
    """Snapchat no longer has the media (it keeps them for 24 hours)."""


class BadMedia(Rejected):
    """Snapchat does not take this file."""


class AlreadyFinal(Rejected):
    """The upload was finalized before."""


# A pattern for `error_code`, the error, the sentence; the first that fits counts. Apart from MEDIA_PROCESSING, MEDIA_EXPIRED,
# MEDIA_POSTING_ALREADY_IN_PROGRESS and AUTHORIZATION_PERMISSION_DENIED the codes are not documented, so the patterns are wide.
CODES: tuple[tuple[str, type[ConnectorError], str], ...] = (
    (r"ALREADY_IN_PROGRESS", AlreadyPosting, mark("Snapchat is posting this file already.")),
    (r"ALREADY_FINALI[SZ]ED|FINALI[SZ]ED_ALREADY", AlreadyFinal, mark("The upload was finished before.")),
    (r"MEDIA_PROCESSING$", StillProcessing, mark("Snapchat is still processing the file.")),
    (r"MEDIA_EXPIRED", Expired, mark("Snapchat no longer has the uploaded file: publish again, SMO uploads it anew.")),
    (r"AUTHORIZATION|PERMISSION_DENIED", Unauthorized, LISTED),
    (r"MEDIA", BadMedia, mark("Snapchat does not take this file ({words}): change it, and try again.")),
)


def judge_snapchat(name: str, response: Response) -> None:
    """Raise what an answer proves; 5xx and what cannot be read are doubts."""
    if "/login/oauth2/" in urlsplit(response.url).path:
        return _judge_login(name, response)
    answer = _body(response)
    if error := _meaning(response.status_code, answer, response):
        raise error
    judge_status(name, response)
    if str(answer.get("request_status")).upper() == "PARTIAL":
        raise Doubt(_("Snapchat says that it did a part of what was asked, not which."), redact(response.text))
    return None


def pause_snapchat(response: Response) -> Pause | None:
    """There are no headers to read the allowance from; who was refused waits a moment."""
    return Pause(_moment(response)) if response.status_code == 429 else None


def _judge_login(name: str, response: Response) -> None:
    if "invalid_client" in response.text:
        sentence = _("Snapchat does not know SMO's app: an admin checks the client id and secret in SMO's settings.")
        raise Rejected(sentence, redact(response.text))
    judge_token(name, response)


def _meaning(status: int, answer: dict[str, Any], response: Response) -> ConnectorError | None:
    said = redact(f"{status} {_words(answer) or response.text}")
    failed = _failed(answer)
    if status == 401:
        return Unauthorized(_("Snapchat no longer accepts the connection: connect the channel again."), said)
    if status == 403:
        return Unauthorized(LISTED, said)  # without the allow-list the body may be empty
    if status == 404:
        return Expired(_("Snapchat does not have this profile or this file any more."), said)
    if status == 429:
        return NotNow(_("Snapchat asks to slow down; SMO tries again."), said, _moment(response))
    if status == 408 or status >= 500 or (status < 400 and not failed):
        return None
    return _by_code(failed, said)


def _by_code(failed: dict[str, Any], said: str) -> ConnectorError:
    words = _words(failed).rstrip(".") or _("it does not say why")
    code = str(failed.get("error_code", ""))
    for pattern, error, sentence in CODES:
        if re.search(pattern, code):
            return error(_(sentence).format(words=words), said)
    return Rejected(_("Snapchat refused the post: %(words)s.") % {"words": words}, said)


def _failed(answer: dict[str, Any]) -> dict[str, Any]:
    """The part of an answer that tells of a failure; empty when it tells of none."""
    for entry in [answer, *_entries(answer)]:
        if "ERROR" in (str(entry.get(name)).upper() for name in ("request_status", "sub_request_status")):
            return entry
    return {}


def _entries(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The wrapped things in an answer's lists; each has a status of its own."""
    for value in answer.values():
        if isinstance(value, list):
            yield from (entry for entry in value if isinstance(entry, dict))


def _words(answer: dict[str, Any]) -> str:
    """Snapchat's own explanation; `display_message` is often only "Please try again"."""
    found = (answer.get(name) for name in ("debug_message", "sub_request_error_reason", "display_message", "error_code"))
    return next((str(words) for words in found if words), "")


def _body(response: Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _moment(response: Response) -> timedelta:
    """Documented are 10 requests a second for a token and 20 for the app, and no header: from 1 second on, not all at once."""
    return retry_after(response) or timedelta(seconds=random.uniform(1, 3))
