"""What the answers of TikTok's API for Business mean. https://business-api.tiktok.com/portal/docs?id=1737172488964097

Nearly all of them have status 200: `code` says how it went, 0 when all is well.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from requests import Response

from connectors.data import Pause
from connectors.errors import ConnectorError, Doubt, NotNow, Rejected, Unauthorized
from connectors.http import judge_status, redact
from connectors.tiktok_answers import INVALID, LATER, RECONNECT, SCOPE
from connectors.words import _, mark

NOT_ALLOWED, TOO_MANY = 40001, 40100
SLOWER, MINUTE = LATER["rate_limit_exceeded"]
TOKEN_CALLS = ("/tt_user/oauth2/token/", "/tt_user/oauth2/refresh_token/")
WRITES = re.compile(r"/business/comment/(?!list/|reply/list/)")
OUR_FAULT = range(40000, 50000)  # 50000 and above, and 51065, are TikTok's own


UNVERIFIED = mark(
    "TikTok fetches files from verified domains only: an admin verifies SMO's domain in the portal of the API for Business."
)


class Gone(Rejected):
    """There is no such comment, video or post (any more)."""


MEANINGS: Mapping[int, tuple[type[ConnectorError], str]] = {
    NOT_ALLOWED: (Unauthorized, SCOPE),
    40002: (Rejected, INVALID),
    40007: (Gone, mark("TikTok does not find this (any more): somebody may have deleted it.")),
    40104: (Unauthorized, RECONNECT),  # [U]
    40105: (Unauthorized, RECONNECT),
    40908: (Rejected, mark("TikTok does not take the file: videos as MP4, MOV or WebM, photos as JPEG or WebP.")),
}


def judge_business(name: str, response: Response) -> None:
    """Raise what an answer proves. A refused code or refresh token has no number of its own [U]: a person connects again."""
    body = _body(response)
    code = _code(body)
    if not code:
        return judge_status(name, response)
    # As it stands, `code` would be hidden for a log-in's secret.
    said = redact(f"{response.status_code} {code}: {body.get('message')} (request_id {body.get('request_id')})")
    if code == TOO_MANY:
        raise NotNow(SLOWER, said, MINUTE)
    if code in OUR_FAULT and (response.request.url or "").split("?")[0].endswith(TOKEN_CALLS):
        raise Unauthorized(RECONNECT, said)
    if code == NOT_ALLOWED and "ownership" in str(body.get("message")):  # [U] a number of its own is not known
        raise Rejected(UNVERIFIED, said)
    if code == NOT_ALLOWED and WRITES.search(response.request.url or ""):  # of one comment, not of the connection
        raise Rejected(_("TikTok does not let this account do that: see its words below."), said)
    if code in MEANINGS:
        kind, sentence = MEANINGS[code]
        raise kind(sentence, said)
    if code in OUR_FAULT:
        raise Rejected(_("TikTok refused this: see its words below."), said)
    raise Doubt(_("TikTok answered with an error of its own."), said)


def pause_business(response: Response) -> Pause | None:
    """No headers tell the allowance: only a refused publishing call tells that it is used up for now."""
    publishes = (response.request.url or "").split("?")[0].endswith("/publish/")
    return Pause(timedelta(minutes=1)) if publishes and _code(_body(response)) == TOO_MANY else None


def _code(body: Mapping[str, Any]) -> int:
    """0 where all is well, or where there is none."""
    code = str(body.get("code") or "0")
    return int(code) if code.lstrip("-").isdigit() else -1


def _body(response: Response) -> Mapping[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
