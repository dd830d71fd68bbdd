"""What X's answers mean: its problem types and rate headers. https://docs.x.com/x-api/fundamentals/response-codes-and-errors"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from requests import Response

from connectors.data import Pause
from connectors.errors import ConnectorError, NotNow, Rejected, Unauthorized
from connectors.http import judge_status, redact, retry_after
from connectors.oauth import judge_token
from connectors.words import _, mark

WINDOW = timedelta(minutes=15)
CREDIT_LOOK = timedelta(hours=1)
CAP_LOOK = timedelta(hours=6)
# Each budget tells what is left of it and when (unix seconds) it is full again; only the last is shared by all users of
# the developer app. https://docs.x.com/x-api/fundamentals/rate-limits
BUDGETS = (("x-rate-limit-", "channel"), ("x-user-limit-24hour-", "channel"), ("x-app-limit-24hour-", "app"))


class Duplicate(Rejected):
    """The account has posted the same text recently."""


class Gone(Rejected):
    """It is not there, or no longer, or not for us."""


class Exists(Rejected):
    """What should be made is there already (a webhook, a subscription)."""


class UnknownMedia(Rejected):
    """X does not know the media ids, or no longer: they live for 24 hours."""


class UnknownField(Rejected):
    """X does not know a field that we asked for; its names changed from 'tweet' to 'post' in August 2026."""


def judge_x(name: str, response: Response) -> None:
    """Raise what an answer proves; 5xx and what cannot be read are doubts."""
    if "/oauth2/" in urlsplit(response.url).path:
        return judge_token(name, response)
    if error := _meaning(name, response):
        raise error
    return judge_status(name, response)


def _meaning(name: str, response: Response) -> ConnectorError | None:
    status = response.status_code
    if status < 300:
        return _partial(response)
    answer = _body(response)
    said = redact(f"{status} {_words(answer) or response.text}")
    kind = str(answer.get("type", "")).rsplit("/", 1)[-1]
    if status == 400:
        return _invalid(answer, said)
    if status == 402:
        sentence = _(
            "The X developer account has no credit left: an admin buys some at console.x.com. SMO tries again every hour."
        )
        return NotNow(sentence, said, CREDIT_LOOK)
    if status == 403:
        return _forbidden(name, kind, said)
    if status == 404:
        return Gone(_("X does not have this any more: it was deleted, or its author hides it."), said)
    if status == 409:
        return Exists(_("X has this already."), said)
    if status == 429:
        return _too_many(response, kind, said)
    return None


def _partial(response: Response) -> ConnectorError | None:
    """A read that found nothing but problems is answered with 200."""
    if response.request.method != "GET":
        return None
    answer = _body(response)
    if not answer.get("errors") or "data" in answer or "meta" in answer:
        return None
    return Gone(_("X does not have this any more: it was deleted, or its author hides it."), redact(f"200 {_words(answer)}"))


def _invalid(answer: dict[str, Any], said: str) -> ConnectorError:
    parameters = {name for error in _errors(answer) for name in (error.get("parameters") or ())}
    if any(name.endswith(".fields") or name == "expansions" for name in parameters):
        return UnknownField(_("X does not know the fields that SMO asked for: SMO needs an update."), said)
    if any("media_id" in name for name in parameters) or "media id" in said.lower():
        return UnknownMedia(_("X no longer knows the uploaded media: publish again, SMO uploads them anew."), said)
    return Rejected(
        _("X says that something in the post is not valid: %(what)s") % {"what": _words(answer) or _("it does not say what")},
        said,
    )


# A pattern for X's words or the problem's type, the error, the sentence; the first that fits counts.
FORBIDDEN: tuple[tuple[str, type[ConnectorError], str], ...] = (
    (
        "duplicate content",
        Duplicate,
        mark("X has this text already, posted a short time ago: change it, or leave it as it is."),
    ),
    (
        "reply to this conversation is not allowed",
        Rejected,
        mark("X takes a reply from an app only where the author mentioned or quoted you: answer on x.com."),
    ),
    ("client-not-enrolled", Rejected, mark("This X app has no access to the API: an admin enrols it at console.x.com.")),
    ("client-forbidden", Rejected, mark("This X app has no access to the API: an admin enrols it at console.x.com.")),
    (
        "oauth1-permissions",
        Unauthorized,
        mark("The X app may only read: an admin lets it write, then connect the channel again."),
    ),
    ("unsupported-authentication", Unauthorized, mark("X wants another kind of log-in for this: connect the channel again.")),
    (r"\bsuspended\b", Unauthorized, mark("X has suspended this account: settle it on x.com, then connect the channel again.")),
    (
        r"\blocked\b",
        Unauthorized,
        mark("X has locked this account for now: unlock it on x.com, then connect the channel again."),
    ),
    (
        "not permitted to perform",
        Rejected,
        mark("X does not let this account do that: the text may be too long, or something in it needs X Premium."),
    ),
)


def _forbidden(name: str, kind: str, said: str) -> ConnectorError:
    for pattern, error, sentence in FORBIDDEN:
        if re.search(pattern, f"{kind} {said}", re.IGNORECASE):
            return error(sentence, said)
    return Rejected(_("%(name)s refused this.") % {"name": name}, said)


def _too_many(response: Response, kind: str, said: str) -> ConnectorError:
    if "usage-capped" in kind:
        return NotNow(_("The X app has used up its month: an admin raises the cap at console.x.com."), said, CAP_LOOK)
    used_up = [pause.retry_in for pause in _used_up(response)]
    wait = max(used_up, default=None) or _until(response, "x-rate-limit-reset") or retry_after(response) or WINDOW
    return NotNow(_("X asks to slow down; SMO tries again when it may."), said, wait)


def pause_x(response: Response) -> Pause | None:
    """How long to stop posting, if this answer to a post says that nothing is left. Reads have budgets of their own."""
    if response.status_code == 402:
        return Pause(CREDIT_LOOK, "app")
    if response.request.method != "POST" or not urlsplit(response.url).path.endswith("/2/tweets"):
        return None
    return max(_used_up(response), key=lambda pause: pause.retry_in, default=None)


def _used_up(response: Response) -> Iterator[Pause]:
    for prefix, scope in BUDGETS:
        if response.headers.get(f"{prefix}remaining") == "0":
            yield Pause(_until(response, f"{prefix}reset") or WINDOW, scope)


def _until(response: Response, header: str) -> timedelta | None:
    value = response.headers.get(header, "")
    if not value.isdigit():
        return None
    return max(datetime.fromtimestamp(int(value), UTC) - datetime.now(UTC), timedelta(seconds=1))


def _body(response: Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _errors(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [error for error in answer.get("errors") or () if isinstance(error, dict)]


def _words(answer: dict[str, Any]) -> str:
    """X's own explanation, the particular before the general; the type last, as some problems only differ by it."""
    particular = [str(error.get("message") or error.get("detail") or "") for error in _errors(answer)]
    general = [str(answer.get(name) or "") for name in ("detail", "reason")]
    return "; ".join(dict.fromkeys(word for word in [*particular, *general] if word))
