"""What Pinterest's answers mean: its codes and rate headers. https://developers.pinterest.com/docs/reference/response-codes/

The code often only repeats the HTTP status, and one number stands for several things, so the status is read first.
"""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from requests import Response

from connectors.data import Pause
from connectors.errors import ConnectorError, NotNow, Rejected, Unauthorized
from connectors.http import judge_status, redact, retry_after
from connectors.words import _, mark

SLOW_DOWN = timedelta(seconds=60)  # limits are per minute; the answer need not say when it ends
BOARD_BUSY = timedelta(seconds=5)
A_DAYS_LIMIT = 3600  # an allowance that ends later than this is the 1000 calls a day that all users of a trial app share
CONNECT_AGAIN = mark("Pinterest no longer accepts the connection: connect the channel again.")


class Gone(Rejected):
    """The pin, board, section or upload is not there, or no longer."""


class UsedMedia(Rejected):
    """The uploaded video belongs to a pin already."""


class UploadRefused(Rejected):
    """The storage did not take the file: the signed form has run out or was changed."""


def judge_pinterest(name: str, response: Response) -> None:
    """Raise what an answer proves; 5xx and what cannot be read are doubts."""
    if 400 <= response.status_code < 500 and response.status_code != 408 and (error := _meaning(response)):
        raise error
    judge_status(name, response)


def _meaning(response: Response) -> ConnectorError | None:
    path, status = urlsplit(response.url).path, response.status_code
    answer = _body(response)
    code, words = answer.get("code"), str(answer.get("message") or "")
    said = redact(f"{status} {code or ''} {words or response.text}")
    if "/v5/" not in path:
        return UploadRefused(_("Pinterest's storage did not take the video: publish again, SMO uploads it anew."), said)
    if status == 429:
        return NotNow(_("Pinterest asks to slow down; SMO tries again when it may."), said, _reset(response) or SLOW_DOWN)
    if path.endswith("/oauth/token"):
        return Unauthorized(
            _("Pinterest no longer accepts the connection, or the app's secret: connect the channel again."), said
        )
    if status == 401:
        return _unauthorized(code, said)
    if status == 403:
        return _forbidden(code, words, said)
    if status == 404:
        return _gone(code, words, said)
    if status == 409:
        return _conflict(words, said)
    return _invalid(words, said) if status == 400 else None


def _unauthorized(code: Any, said: str) -> ConnectorError:
    if code == 3:
        return Unauthorized(
            _("Pinterest says that a permission is missing: connect the channel again and allow all of it."), said
        )
    return Unauthorized(CONNECT_AGAIN, said)


def _forbidden(code: Any, words: str, said: str) -> ConnectorError:
    if code == 3:
        return _unauthorized(code, said)
    if code in (2625, 2626):
        disapproved = _("Pinterest has disapproved this account: settle it on pinterest.com, then publish again.")
        reviewing = _("Pinterest is still reviewing this account: settle it on pinterest.com, then publish again.")
        return Rejected(disapproved if code == 2625 else reviewing, said)
    if _blames_link(words):
        return _blocked(said)
    return Rejected(
        _(
            "Pinterest does not permit this: the board may belong to somebody else, or the app may lack "
            "access (an admin looks at developers.pinterest.com)."
        ),
        said,
    )


def _gone(code: Any, words: str, said: str) -> Gone:
    for thing, number in (("section", 2031), ("board", 40), ("pin", 50)):
        if code == number or re.search(rf"\b{thing}\b", words, re.IGNORECASE):
            return Gone(
                _("Pinterest does not have this %(thing)s any more: choose another one, or make it on pinterest.com.")
                % {"thing": thing},
                said,
            )
    return Gone(_("Pinterest does not have this any more."), said)


def _conflict(words: str, said: str) -> ConnectorError:
    if "exclusive access" in words.lower():  # somebody else writes to the board at this moment
        return NotNow(_("The board is busy at Pinterest; SMO tries again."), said, BOARD_BUSY)
    return Rejected(_("Pinterest has something of this name already: choose another name."), said)


def _invalid(words: str, said: str) -> ConnectorError:
    # How Pinterest words it is not documented: we know the upload and a use of it when we read of both.
    if re.search(r"\bmedia\b.*\b(already|used|duplicate)\b", words, re.IGNORECASE):
        return UsedMedia(_("Pinterest has used the uploaded video already: publish again, SMO uploads it anew."), said)
    if _blames_link(words):
        return _blocked(said)
    return Rejected(
        _("Pinterest says that something in the pin is not valid: %(what)s") % {"what": words or _("it does not say what")},
        said,
    )


def _blames_link(words: str) -> bool:
    return bool(re.search(r"\bspam|\bblock(ed|s)?\b.*\blink|\blink\b.*\bblock", words, re.IGNORECASE))


def _blocked(said: str) -> Rejected:
    return Rejected(
        _("Pinterest blocks this link as spam: use the full address instead of a shortened one, or remove it."), said
    )


def pause_pinterest(response: Response) -> Pause | None:
    """How long to stop writing, if an answer to a write says that nothing is left. Reads have an allowance of their own."""
    if response.request.method != "POST" or "/v5/" not in response.url or "/oauth/" in response.url:
        return None
    if response.status_code != 429 and response.headers.get("X-RateLimit-Remaining") != "0":
        return None
    wait = _reset(response) or SLOW_DOWN
    return Pause(wait, "app" if wait.total_seconds() > A_DAYS_LIMIT else "channel")


def _reset(response: Response) -> timedelta | None:
    """The header is seen in practice, in seconds; it is not documented."""
    value = response.headers.get("X-RateLimit-Reset", "")
    return timedelta(seconds=max(1, int(value))) if value.isdigit() else retry_after(response)


def _body(response: Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
