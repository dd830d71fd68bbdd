"""What Bluesky's answers mean: the names of its errors and its rate headers. https://docs.bsky.app/docs/advanced-guides/rate-limits"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from requests import Response

from connectors import errors
from connectors.data import Pause
from connectors.errors import ConnectorError, Doubt, NotNow, Rejected, Unauthorized
from connectors.http import judge_status, redact, retry_after
from connectors.words import _, mark

A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)
CREATING = 3  # points that a new record costs
PER_ADDRESS = "w=300"  # the window of all calls from one address, whoever makes them


class Gone(Rejected):
    """There is no such record, person or post."""


class BlobGone(Rejected):
    """The server has swept an upload away that no post referred to in time."""


class UploadGone(Rejected):
    """The video service no longer has the open upload."""


class NoService(Rejected):
    """This server has no video service, or it does not know us."""


class Broken(Doubt):
    """A plain 500, also given for a record key that is taken."""


_AGAIN = mark("Bluesky no longer accepts the connection: connect the channel again.")
_CLOSED = mark("Bluesky has closed or suspended this account: settle it on bsky.app, then connect the channel again.")
_ASLEEP = mark("This account is deactivated: activate it on bsky.app, then connect the channel again.")
_SWEPT = mark("Bluesky no longer has the uploaded file; SMO uploads it again.")

# By the `error` of the body.
MEANINGS: Mapping[str, tuple[type[ConnectorError], str]] = {
    "ExpiredToken": (Unauthorized, _AGAIN),
    "InvalidToken": (Unauthorized, _AGAIN),
    "AuthMissing": (Unauthorized, _AGAIN),
    "AuthenticationRequired": (
        Unauthorized,
        mark(
            "Bluesky does not know this handle together with this password: check both. Use an app password: create one in"
            " Bluesky under Settings, Privacy and security, App passwords."
        ),
    ),
    "AuthFactorTokenRequired": (
        Unauthorized,
        mark(
            "Bluesky asks for a code that it has sent by e-mail. Use an app password: create one in Bluesky under Settings,"
            " Privacy and security, App passwords."
        ),
    ),
    "AccountTakedown": (Unauthorized, _CLOSED),
    "AccountSuspended": (Unauthorized, _CLOSED),
    "AccountDeactivated": (Unauthorized, _ASLEEP),
    "RecordNotFound": (Gone, mark("Bluesky does not have this post any more: it was deleted.")),
    "NotFound": (Gone, mark("Bluesky does not have this post any more: it was deleted.")),
    "HandleNotFound": (Gone, mark("Bluesky does not know this handle.")),
    "InvalidConvo": (Gone, mark("Bluesky does not have this conversation any more.")),
    "RecipientNotFound": (Gone, mark("Bluesky does not know this person any more.")),
    "ConvoLocked": (Rejected, mark("Bluesky has locked this conversation: nobody can write into it.")),
    "MessagesDisabled": (Rejected, mark("This person takes no messages from you.")),
    "NotFollowedBySender": (Rejected, mark("This person takes messages only from people that they follow.")),
    "BlockedActor": (Rejected, mark("This person has blocked your account: they cannot be written to.")),
    "BlockedSubject": (Rejected, mark("Your account has blocked this person: unblock them in Bluesky to write to them.")),
    "BlobNotFound": (BlobGone, _SWEPT),
    "InvalidMimeType": (Rejected, mark("Bluesky takes the file for another kind than it says: convert it and add it again.")),
    "InvalidSize": (Rejected, mark("Bluesky received another file than was announced: add it again.")),
    "PayloadTooLarge": (Rejected, mark("The file is too large for this account's server: make it smaller.")),
    "UnsupportedContentType": (Rejected, mark("Bluesky takes MP4 videos only: convert it.")),
    "VideoTooLarge": (Rejected, mark("The video is larger than Bluesky takes, or than it still takes today: make it smaller.")),
    "VideoTooLong": (Rejected, mark("The video is longer than Bluesky takes: cut it.")),
    "BadAspectRatio": (Rejected, mark("Bluesky does not take a video of this shape: crop it.")),
    "UploadForbidden": (Rejected, mark("Bluesky lets this account upload no videos: confirm its e-mail address on bsky.app.")),
    "UploadNotFound": (UploadGone, _SWEPT),
    "UploadExpired": (UploadGone, _SWEPT),
    "UploadAborted": (UploadGone, _SWEPT),
    "UploadFailed": (UploadGone, _SWEPT),
    "MissingParts": (UploadGone, _SWEPT),
}
# Nothing was done, and later it may be.
LATER: Mapping[str, tuple[timedelta, str]] = {
    "InvalidSwap": (A_MINUTE, mark("Something else was written to the account at this moment; SMO tries again.")),
    "DailyLimitExceeded": (
        AN_HOUR,
        mark("The account has uploaded as many videos as Bluesky allows in a day; SMO tries again."),
    ),
    "TooManyOpenUploads": (A_MINUTE, mark("Too many videos are being uploaded for this account; SMO tries again.")),
    "ServiceOverloaded": (A_MINUTE, mark("Bluesky's video service is busy; SMO tries again.")),
    "UploadNotReady": (A_MINUTE, mark("Bluesky's video service is still at work; SMO tries again.")),
}
UNKNOWN = ("Profile not found", "Unable to resolve handle", "Could not locate record", "Could not find repo")
UNPRIVILEGED = "Bad token method"
NO_SERVICE = (401, 403, 404, 501)


def judge_bluesky(name: str, response: Response) -> None:
    """Raise what an answer proves; 5xx and what cannot be read are doubts. The body is `{error, message}`."""
    status = response.status_code
    if status < 400:
        return
    error, words = told(response)
    said = f"{status} {redact(f'{error}: {words}' if error else response.text)}"
    if words == UNPRIVILEGED:  # the same name as that of a dead session
        raise Rejected(_("This app password does not open messages: connect the channel again with one that does."), said)
    if meant := MEANINGS.get(error):
        raise meant[0](meant[1], said)
    if error in LATER:
        wait, sentence = LATER[error]
        raise NotNow(sentence, said, wait)
    if status == 429:
        raise NotNow(
            _("%(name)s asks to slow down; SMO tries again when it may.") % {"name": name},
            said,
            _reset(response) or retry_after(response),
        )
    if "/app.bsky.video." in urlsplit(response.url).path and status in NO_SERVICE:
        raise NoService(_("The account's server has no video service."), said)
    if status == 400:
        raise _invalid(words, said)
    if status in (404, 405) and not error:
        raise Rejected(_("This server does not answer as a Bluesky server: check its address."), said)
    if status == 413:
        raise Rejected(MEANINGS["PayloadTooLarge"][1], said)
    if status == 500:
        raise Broken(_("%(name)s answered with an error of its own.") % {"name": name}, said)
    judge_status(name, response)


def _invalid(words: str, said: str) -> ConnectorError:
    if any(unknown in words for unknown in UNKNOWN):
        return Gone(_("Bluesky does not know what the post refers to."), said)
    return Rejected(
        _("Bluesky says that something is not valid: %(what)s") % {"what": redact(words, 200) or _("it does not say what")},
        said,
    )


def told(response: Response) -> tuple[str, str]:
    """The error's name and its message; empty strings for an answer that is no JSON."""
    try:
        found: Any = response.json()
    except ValueError:
        return "", ""
    if not isinstance(found, dict):
        return "", ""
    return str(found.get("error") or ""), str(found.get("message") or "")


def pause_bluesky(response: Response) -> Pause | None:
    """The rest of the tightest window, once it has no room for another post."""
    left = response.headers.get("RateLimit-Remaining", "")
    wait = _reset(response)
    if not left.isdigit() or int(left) >= CREATING or wait is None:
        return None
    shared = PER_ADDRESS in response.headers.get("RateLimit-Policy", "")
    return Pause(wait, "app" if shared else "channel")


def _reset(response: Response) -> timedelta | None:
    value = response.headers.get("RateLimit-Reset", "")
    if not value.isdigit():
        return None
    return max(datetime.fromtimestamp(int(value), UTC) - datetime.now(UTC), timedelta(seconds=1))


def beforehand() -> AbstractContextManager[None]:
    """Around what comes before a post is written."""
    return errors.beforehand(mark("Bluesky did not answer; SMO tries again."))
