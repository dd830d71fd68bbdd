"""What the Google networks share: OAuth, their client library on our HTTP seam, resumable uploads, the meaning of errors.

https://developers.google.com/identity/protocols/oauth2/web-server
https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import httplib2
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.http import MediaFileUpload
from requests import Response

from connectors.base import Connector
from connectors.data import App, Media, Progress, Tokens
from connectors.errors import ConnectorError, Doubt, NotNow, Rejected, Unauthorized
from connectors.http import Http, judge_status, redact
from connectors.oauth import OAuth2, judge_token
from connectors.words import _

PACIFIC = ZoneInfo("America/Los_Angeles")  # Google's daily quotas begin anew at its midnight


class GoogleOAuth(OAuth2):
    """Google's web server flow. A refresh answer has no refresh token: it does not rotate, the old one stays good."""

    authorize_endpoint = "https://accounts.google.com/o/oauth2/v2/auth"
    token_endpoint = "https://oauth2.googleapis.com/token"  # noqa: S105  # an address, no secret
    revoke_endpoint = "https://oauth2.googleapis.com/revoke"
    # Without prompt=consent Google gives a refresh token at the very first consent only, so that connecting again had none.
    authorize_extra = {"access_type": "offline", "prompt": "consent", "include_granted_scopes": "true"}
    needed_scope: ClassVar[str]  # the scope without which the connector can do nothing

    @classmethod
    def exchange(cls, app: App, http: Http, code: str, redirect_uri: str, verifier: str) -> Tokens:
        """As OAuth2; also Unauthorized when the person unticked the permission that everything needs."""
        tokens = super().exchange(app, http, code, redirect_uri, verifier)
        if cls.needed_scope not in tokens.scopes:
            wanted = _(cls.scopes[cls.needed_scope])
            raise Unauthorized(
                _("%(name)s: a permission is missing (%(wanted)s) Connect again and leave all boxes ticked.")
                % {"name": cls.name, "wanted": wanted}
            )
        return tokens


# -- the client library on our seam ----------------------------------------------------------------------------------------


class Transport:
    """What the client library takes for an `httplib2.Http`: every call goes through the seam, with the account's token.

    The seam judges inside the call, so the library's own error classes are hardly ever seen. Its retry helper only
    repeats OSErrors and error statuses, and only with num_retries above 0, which nobody here asks for.
    """

    def __init__(self, http: Http, token: str) -> None:
        self.http, self.token = http, token

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Mapping[str, str] | None = None, **ignored: Any
    ) -> tuple[httplib2.Response, bytes]:
        """One call; the answer as httplib2 would give it."""
        response = self.send(uri, method, body, headers)
        found = httplib2.Response({**response.headers, "status": str(response.status_code)})
        found.reason = response.reason
        return found, response.content

    def send(self, uri: str, method: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Response:
        """One call; the answer as requests gives it."""
        signed = {**(headers or {}), "Authorization": f"Bearer {self.token}"}
        return self.http.session.request(method, uri, data=body, headers=signed)


@cache
def service(api: str, version: str) -> Any:
    """The client library's resource, from the description that it ships: no network, once per process, shared by threads.

    It belongs to no account: each request is executed with the Transport of its account.
    """
    return build_from_document(get_static_doc(api, version), http=Transport(Http(hosts=()), ""))


class GoogleConnector(GoogleOAuth, Connector):
    """A connector whose calls go through the client library."""

    api: ClassVar[tuple[str, str]]  # name and version of the library's description

    @property
    def google(self) -> Any:
        return service(*self.api)

    @property
    def transport(self) -> Transport:
        return Transport(self.http, self.account.tokens.access)

    def call(self, request: Any) -> Any:
        """Carry out one of the library's requests as the account; its JSON, an empty string for an answer without body."""
        return request.execute(http=self.transport, num_retries=0)


# -- resumable uploads -----------------------------------------------------------------------------------------------------


GRAIN = 256 * 1024  # chunks must be multiples of it


class SessionGone(NotNow):
    """Google no longer knows the upload session: nothing of it is left, unless its last byte had arrived."""


def file_to_upload(media: Media, chunk_size: int, progress: Progress) -> MediaFileUpload:
    """The file for a resumable request, in chunks of `chunk_size` bytes or what "chunk" in `progress` has come down to."""
    size = min(int(progress.get("chunk") or chunk_size), chunk_size)
    return MediaFileUpload(os.fspath(media.path), mimetype=media.mime_type, chunksize=size, resumable=True)


def upload(request: Any, transport: Transport, progress: Progress) -> Any:
    """Send the file of the client library's resumable `request`, chunk by chunk; gives the finished resource.

    The session's address is kept as "session" before the first byte leaves, so that whoever comes after a crash asks
    it how much has arrived and goes on there. Raises SessionGone when the address is dead.
    """
    total = request.resumable.size()
    if address := progress.get("session"):
        arrived, finished = ask_session(address, total, transport)
        if finished is not None:
            return finished
        request.resumable_uri, request.resumable_progress = address, arrived
    else:
        request.resumable_uri = _start_session(request, total, transport)
        progress.keep(session=request.resumable_uri, started=datetime.now(UTC).isoformat())
    finished = None
    while finished is None:
        try:
            _status, finished = request.next_chunk(http=transport, num_retries=0)
        except Doubt:  # perhaps the line is too slow for such a chunk in one call's time
            progress.keep(chunk=str(max(request.resumable.chunksize() // 2 // GRAIN, 1) * GRAIN))
            raise
        progress.report(request.resumable_progress if finished is None else total, total)
    return finished


def ask_session(address: str, total: int, transport: Transport) -> tuple[int, Any]:
    """How many bytes an upload session has stored, and the finished resource when that is all of them, else None."""
    response = transport.send(address, "PUT", b"", {"Content-Range": f"bytes */{total}", "Content-Length": "0"})
    if response.status_code != 308:
        return total, _json(response)
    stored = response.headers.get("Range", "")  # absent while nothing is stored
    arrived = int(stored.rsplit("-", 1)[1]) + 1 if stored else 0
    if arrived >= total:
        raise NotNow(
            _("All bytes have arrived, Google still puts them together; SMO asks again."), stored, timedelta(seconds=20)
        )
    return arrived, None


def _start_session(request: Any, total: int, transport: Transport) -> str:
    # The library would start the session and send the first chunk in one step. A crash between the two is harmless,
    # but one after the only chunk of a small file would leave a video that nobody knows of.
    headers = {
        **request.headers,
        "X-Upload-Content-Type": request.resumable.mimetype(),
        "X-Upload-Content-Length": str(total),
    }
    response = transport.send(request.uri, request.method, request.body, headers)
    if address := response.headers.get("Location", ""):
        return address
    raise Doubt(_("Google began the upload without saying where to send it."), redact(response.text))


def _json(response: Response) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise Doubt(_("Google's answer cannot be read."), redact(response.text)) from error


# -- what answers mean -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Meaning:
    """What a `reason` in an error answer proves, the sentence for the user, and how long to wait where that is known."""

    error: type[ConnectorError]
    message: str
    retry_in: timedelta | None = None

    def exception(self, said: str) -> ConnectorError:
        if self.error is NotNow:
            return NotNow(self.message, said, self.retry_in)
        return self.error(self.message, said)


def judge_google(name: str, meanings: Mapping[str, Meaning], response: Response) -> None:
    """Raise what an answer proves, by `error.errors[0].reason`; the status decides where `meanings` lacks the reason."""
    status, url = response.status_code, response.request.url or ""
    if status < 400:
        return
    if url.endswith(("/token", "/revoke")):
        _judge_token(name, response)
    if status >= 500 or status == 408:
        judge_status(name, response)
    if status in (404, 410) and response.request.method == "PUT" and "/upload/" in url:
        raise SessionGone(
            _("%(name)s has dropped the unfinished upload; SMO starts it again.") % {"name": name}, f"{status} upload session"
        )
    reason, message = reason_of(response)
    said = f"{status} {reason}: {redact(message)}"
    if reason in ("quotaExceeded", "dailyLimitExceeded"):
        wait = until_midnight(datetime.now(UTC))
        raise NotNow(
            _("This installation's daily allowance of %(name)s is used up; SMO goes on after midnight US Pacific.")
            % {"name": name},
            said,
            wait,
        )
    if meaning := meanings.get(reason):
        raise meaning.exception(said)
    if status in (401, 429):
        judge_status(name, response)
    raise Rejected(_("%(name)s refuses this: %(status)s") % {"name": name, "status": redact(message, 200) or status}, said)


def _judge_token(name: str, response: Response) -> None:
    if "invalid_client" in response.text or "unauthorized_client" in response.text:
        sentence = _("Google does not know this installation's client id and secret: its operator must correct them.")
        raise NotNow(sentence, redact(response.text))
    judge_token(name, response)


def reason_of(response: Response) -> tuple[str, str]:
    """`errors[0].reason` and the message of an error answer, both empty where it has none.

    https://developers.google.com/youtube/v3/docs/errors
    """
    try:
        error = response.json()["error"]
        first = (error.get("errors") or [{}])[0]
        return str(first.get("reason", "")), str(error.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", ""


def until_midnight(now: datetime) -> timedelta:
    """From `now` (aware) to the next midnight US Pacific, when daily quotas begin anew."""
    tomorrow = now.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), PACIFIC).astimezone(UTC) - now
