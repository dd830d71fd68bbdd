"""What TikTok's answers mean. https://developers.tiktok.com/doc/tiktok-api-v2-error-handling

Every answer of the API carries `error.code`, "ok" when all is well; the token endpoint has `error` as a plain word, sometimes
with status 200; the upload host only has a status.
"""

from datetime import timedelta
from typing import Any

from requests import Response

from connectors.data import Pause
from connectors.errors import ConnectorError, Doubt, NotNow, Rejected, Unauthorized
from connectors.http import judge_status, redact
from connectors.words import _, mark

MINUTE = timedelta(minutes=1)
CAP_LOOK = timedelta(hours=2)  # the caps count the last 24 hours, so there is room again bit by bit


class UploadGone(Rejected):
    """The upload address has run out or is not known (any more)."""


class OutOfOrder(Rejected):
    """The chunk does not follow what TikTok has: an earlier one is missing, or this one came already."""


class UnknownPost(Rejected):
    """TikTok knows no post of this account by the publish_id."""


RECONNECT = mark("TikTok no longer accepts the connection: connect the channel again.")
SCOPE = mark("TikTok was not given the permission for this: connect the channel again and leave all boxes ticked.")
INVALID = mark("TikTok says that something in the post is not valid: see its words below.")
UNKNOWN = mark("TikTok does not know the upload: publish again.")

REFUSALS: dict[str, tuple[type[ConnectorError], str]] = {
    "access_token_invalid": (Unauthorized, RECONNECT),
    "scope_not_authorized": (Unauthorized, SCOPE),
    "scope_permission_missed": (Unauthorized, SCOPE),
    "invalid_param": (Rejected, INVALID),
    "invalid_params": (Rejected, INVALID),
    "invalid_file_upload": (Rejected, mark("TikTok does not take this file: use MP4 with H.264, and try again.")),
    "invalid_publish_id": (UnknownPost, UNKNOWN),
    "token_not_authorized_for_specified_publish_id": (UnknownPost, UNKNOWN),
    "privacy_level_option_mismatch": (
        Rejected,
        mark("This account can no longer post with this visibility: choose another one under \u201cWho can see it\u201d."),
    ),
    "url_ownership_unverified": (
        Rejected,
        mark("TikTok fetches photos from verified domains only: an admin verifies SMO's domain in the TikTok portal."),
    ),
    "unaudited_client_can_only_post_to_private_accounts": (
        Rejected,
        mark(
            "TikTok has not audited the developer app yet: until then set the account to private and choose "
            "\u201cOnly you\u201d."
        ),
    ),
    "spam_risk_user_banned_from_posting": (
        Rejected,
        mark("TikTok keeps this account from posting: settle it in the TikTok app."),
    ),
    "spam_risk_text": (Rejected, mark("TikTok takes the text for spam: change it.")),
    "app_version_check_failed": (
        Rejected,
        mark("The TikTok app on your phone is too old for this: update it, then publish again."),
    ),
}
LATER: dict[str, tuple[str, timedelta]] = {
    "rate_limit_exceeded": (mark("TikTok asks to slow down; SMO tries again."), MINUTE),
    "spam_risk_too_many_posts": (mark("TikTok takes no more posts from this account today; SMO tries again."), CAP_LOOK),
    "spam_risk_too_many_pending_share": (
        mark("Five drafts are waiting in the TikTok app, the most in a day: finish or discard some; SMO tries again."),
        CAP_LOOK,
    ),
    "reached_active_user_cap": (mark("As many people as TikTok allows have posted with the developer app today."), CAP_LOOK),
    "temporarily_unavailable": (mark("TikTok cannot answer at the moment; SMO tries again."), MINUTE),
}
LOGIN = {
    "invalid_client": mark("TikTok does not know the developer app: an admin checks its client key and secret."),
    "unauthorized_client": mark("The TikTok developer app may not do this: an admin checks its products and scopes."),
    "invalid_scope": mark("The TikTok developer app was not approved for all scopes: an admin adds them in the TikTok portal."),
    "unsupported_grant_type": mark("TikTok does not know this way to log in: SMO needs an update."),
}
# Why a post failed after TikTok had taken it. What is not listed may be tried again.
# https://developers.tiktok.com/doc/content-posting-api-reference-get-video-status
FAILURES = {
    "file_format_check_failed": mark("TikTok does not take the file: videos as MP4 with H.264, photos as JPEG or WebP."),
    "duration_check_failed": mark("The video is too long (or too short) for this TikTok account: cut it."),
    "frame_rate_check_failed": mark("TikTok takes 23 to 60 frames a second: convert the video."),
    "picture_size_check_failed": mark(
        "TikTok takes videos with sides of 360 to 4096 pixels and photos up to 1080p: resize it."
    ),
    "publish_cancelled": mark("The post was cancelled in the TikTok app."),
    "spam_risk": mark("TikTok takes the post for spam: change it."),
    "spam_risk_text": mark("TikTok takes the text for spam: change it."),
    "spam_risk_user_banned_from_posting": mark("TikTok keeps this account from posting: settle it in the TikTok app."),
}


def judge_tiktok(name: str, response: Response) -> None:
    """Raise what an answer proves; 5xx and unknown words are doubts."""
    if response.request.method == "PUT":
        return _judge_upload(name, response)
    error = _body(response).get("error")
    said = redact(f"{response.status_code} {response.text}")
    if isinstance(error, str) and error:
        raise _login_error(error, said)
    code = str(error.get("code") or "ok") if isinstance(error, dict) else "ok"
    if isinstance(error, dict) and code != "ok":  # as it stands, `code` would be hidden for a log-in's secret
        said = redact(f"{response.status_code} {code}: {error.get('message')} (log_id {error.get('log_id')})")
    if code in LATER:
        sentence, wait = LATER[code]
        raise NotNow(sentence, said, wait)
    if code in REFUSALS:
        kind, sentence = REFUSALS[code]
        raise kind(sentence, said)
    if code != "ok" and response.status_code in (400, 403, 404):
        raise Rejected(_("TikTok refused this: see its words below."), said)
    if code != "ok" and response.status_code not in (401, 429):
        raise Doubt(_("TikTok answered with an error of its own."), said)
    return judge_status(name, response)


def _judge_upload(name: str, response: Response) -> None:
    said = redact(f"{response.status_code} {response.text}")
    if response.status_code in (403, 404):
        raise UploadGone(_("The upload at TikTok has run out; SMO begins it anew."), said)
    if response.status_code == 416:
        raise OutOfOrder(_("TikTok has another part of the video than SMO thought."), said)
    judge_status(name, response)


def _login_error(error: str, said: str) -> Exception:
    if error in LOGIN:
        return Rejected(LOGIN[error], said)
    if error in LATER:
        return NotNow(LATER[error][0], said, LATER[error][1])
    if error == "server_error":
        return Doubt(_("TikTok answered with an error of its own."), said)
    return Unauthorized(RECONNECT, said)


def pause_tiktok(response: Response) -> Pause | None:
    """TikTok sends no headers: only its refusals tell that an allowance is used up."""
    if response.status_code not in (403, 429):
        return None
    error = _body(response).get("error")
    code = error.get("code") if isinstance(error, dict) else ""
    if code == "rate_limit_exceeded" and (response.request.url or "").split("?")[0].endswith("/init/"):
        return Pause(MINUTE)
    if code == "spam_risk_too_many_posts":
        return Pause(CAP_LOOK)
    return Pause(CAP_LOOK, "app") if code == "reached_active_user_cap" else None


def _body(response: Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
