"""What a Mastodon server's answers mean. https://docs.joinmastodon.org/client/intro/#error

The words of an error are in the server's language, so the status decides; words only sharpen the sentence.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from requests import Response

from connectors.data import Pause
from connectors.errors import ConnectorError, Doubt, NotNow, Rejected, Unauthorized
from connectors.http import judge_status, redact, retry_after
from connectors.oauth import judge_token
from connectors.words import _

WINDOW = timedelta(minutes=5)  # of the general allowance, where an answer does not say when it ends
CHANNEL_ENDED = r"disabled|suspend|locked|confirm|approv|pending|moved"


class Gone(Rejected):
    """It is not there, or no longer, or not for us."""


class Invalid(Rejected):
    """Something in it is not valid; nothing was created."""


class Unprocessed(Doubt):
    """The server broke on an upload: once may be chance, twice is the file."""


def judge_mastodon(name: str, response: Response) -> None:
    """Raise what an answer proves; 5xx and what cannot be read are doubts."""
    if response.status_code < 300:
        return None
    path = urlsplit(response.url).path
    if path.endswith("/api/v1/apps") and response.status_code < 500 and response.status_code not in (422, 429):
        raise Rejected(_("There is no Mastodon server at this address: check it."), _said(response))
    if response.status_code < 400:
        sentence = _("The account's server sends SMO elsewhere: has it moved? Connect the channel again with its new address.")
        raise Rejected(sentence, _said(response))
    if _is_page(response) and response.status_code < 500:
        raise _page(response)
    if "/oauth/" in path and response.status_code < 500:
        return _judge_login(name, response)
    if error := _meaning(path, response):
        raise error
    if response.status_code == 500 and _is_media(path):
        raise Unprocessed(_("The server could not process the file."), _said(response))
    return judge_status(name, response)


def _meaning(path: str, response: Response) -> ConnectorError | None:
    status, said, words = response.status_code, _said(response), _words(response)
    if status == 403:
        return _forbidden(words, said)
    if status in (404, 410):
        return Gone(_("The account's server does not have this any more: it was deleted, or you may not see it."), said)
    if status == 413:
        return Rejected(_("The file is too large for the account's server: make it smaller."), said)
    if status == 429:
        return NotNow(_("The account's server asks to slow down; SMO tries again when it may."), said, _wait(response))
    if status == 422 and _is_media(path):
        return Rejected(
            _("The account's server could not process the file (%(words)s): convert it and try again.") % {"words": words}, said
        )
    if status in (400, 422):
        return Invalid(_("The account's server says: %(words)s") % {"words": words}, said)
    return None


def _forbidden(words: str, said: str) -> ConnectorError:
    """A missing scope and an account that may not act are for a person to settle; the wording is not documented."""
    if "scope" in f"{words} {said}".lower():
        return Unauthorized(_("SMO may not do this for the account any more: connect the channel again and allow all."), said)
    if re.search(CHANNEL_ENDED, words, re.IGNORECASE):
        return Unauthorized(
            _("The account's server says: %(words)s. Settle it there, then connect the channel again.") % {"words": words}, said
        )
    return Rejected(_("The account's server does not allow this: %(words)s") % {"words": words}, said)


def _page(response: Response) -> Exception:
    """A page for people comes from something that stands before the server; it may have passed the request on."""
    said = _said(response)
    if response.status_code == 413:
        return Rejected(_("The file is too large for the account's server: make it smaller."), said)
    if response.status_code == 429:
        return NotNow(_("The account's server asks to slow down; SMO tries again when it may."), said, _wait(response))
    if response.status_code in (404, 410):
        return Gone(_("The account's server does not have this."), said)
    return Doubt(_("The account's server answered with a page instead of data: something stands before it."), said)


def _judge_login(name: str, response: Response) -> None:
    if "invalid_client" in response.text:
        sentence = _("The account's server no longer knows SMO as an app: connect the channel again.")
        raise Unauthorized(sentence, _said(response))
    judge_token(name, response)


def pause_mastodon(response: Response) -> Pause | None:
    """How long to stop posting, if this answer to a post says that nothing is left. The headers tell the closest budget."""
    if response.request.method != "POST" or not urlsplit(response.url).path.endswith("/api/v1/statuses"):
        return None
    return Pause(_wait(response)) if response.headers.get("X-RateLimit-Remaining") == "0" else None


def _wait(response: Response) -> timedelta:
    """Until the window ends: an ISO time, of forks also unix seconds."""
    value = response.headers.get("X-RateLimit-Reset", "")
    with suppress(ValueError, OverflowError):
        ends = datetime.fromtimestamp(int(value), UTC) if value.isdigit() else datetime.fromisoformat(value)
        ends = ends if ends.tzinfo else ends.replace(tzinfo=UTC)
        return max(ends - datetime.now(UTC), timedelta(seconds=1))
    return retry_after(response) or WINDOW


def content(response: Response) -> Any:
    """The JSON of an answer. Doubt where it is none."""
    try:
        return response.json()
    except ValueError as error:
        raise Doubt(_("The account's server gave an answer that cannot be read."), _said(response)) from error


def listed(response: Response) -> list[Mapping[str, Any]]:
    """The entities in an answer. Doubt where it is no list."""
    found = content(response)
    if not isinstance(found, list):
        raise Doubt(_("The account's server gave an answer that cannot be read."), _said(response))
    return found


def identity(response: Response) -> str:
    """The id in an answer. Doubt where there is none."""
    found = content(response)
    if not isinstance(found, dict) or not found.get("id"):
        raise Doubt(_("The account's server gave an answer that cannot be read."), _said(response))
    return str(found["id"])


def _is_page(response: Response) -> bool:
    return "html" in response.headers.get("Content-Type", "")


def _is_media(path: str) -> bool:
    return re.search(r"/api/v\d/media\b", path) is not None


def _said(response: Response) -> str:
    return redact(f"{response.status_code} {response.text}")


def _words(response: Response) -> str:
    """The server's own explanation, ready to stand in a sentence."""
    try:
        answer: Any = response.json()
    except ValueError:
        answer = None
    found = (answer.get("error_description") or answer.get("error") or "") if isinstance(answer, dict) else ""
    return redact(str(found), 300).rstrip(".") or f"error {response.status_code}"
