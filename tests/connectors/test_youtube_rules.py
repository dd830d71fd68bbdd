"""What fits on YouTube, and what its answers mean, without a network."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from googleapiclient.discovery_cache import get_static_doc
from requests import PreparedRequest, Response

from connectors.data import JPEG, MP4, PNG, App, Media, Outgoing
from connectors.errors import Blocked, ConnectorError, Doubt, NotNow, Rejected, Unauthorized
from connectors.google import SessionGone, until_midnight
from connectors.http import Http
from connectors.options import Choice
from connectors.youtube import YouTube, tags_length
from connectors.youtube_answers import MEANINGS, SETTABLE, failure

FILM = Media("/film.mp4", MP4, 5_000_000, "film.mp4", width=1920, height=1080, seconds=90)
PICTURE = Media("/thumb.png", PNG, 50_000, "thumb.png")


def post(text: str = "Cold.", media: tuple[Media, ...] = (FILM,), link: str = "", **options: Any) -> Outgoing:
    return Outgoing("key", text, media, link, {"title": "How cold is it?"} | options)


def problems(outgoing: Outgoing) -> dict[str, str]:
    return {problem.field: problem.message for problem in YouTube.checker().problems(outgoing)}


def answer(
    status: int, reason: str = "", body: Any = None, url: str = "https://youtube.googleapis.com/youtube/v3/videos"
) -> Response:
    made, request = Response(), PreparedRequest()
    request.prepare("PUT" if "/upload/" in url else "POST", url)
    error = {"code": status, "message": "Words of Google", "errors": [{"message": "", "domain": "youtube.x", "reason": reason}]}
    made.status_code, made.request = status, request
    made._content = json.dumps({"error": error} if body is None else body).encode()
    return made


# -- what fits -------------------------------------------------------------------------------------------------------------


def test_a_complete_video_fits() -> None:
    assert problems(post(tags=["cold", "soft drink"], thumbnail=PICTURE, playlist="PL1")) == {}


def test_a_text_is_counted_in_bytes() -> None:
    assert YouTube.checker().length("Grüße 🥶") == 12
    assert problems(post("ä" * 2500)) == {}
    assert problems(post("ä" * 2501)) == {"text": "YouTube takes 5000 bytes, the text has 5002: shorten it by 2."}
    assert "text" in problems(post("ä" * 2495, link="https://example.com"))  # the link goes below the text


@pytest.mark.parametrize(
    ("field", "outgoing"),
    [
        ("title", post(title="")),
        ("title", post(title="T" * 101)),
        ("title", post(title="1 < 2")),
        ("text", post("a > b")),
        ("tags", post(tags=["x" * 250, "y" * 250])),
        ("privacy", post(privacy="secret")),
        ("category", post(category="99")),
        ("media", post(media=())),
        ("media", post(media=(FILM, FILM))),
        ("media", post(media=(PICTURE,))),
        ("media", post(media=(Media("/f.mp4", MP4, 5, "f.mp4", seconds=13 * 3600),))),
        ("thumbnail", post(thumbnail=Media("/t.gif", "image/gif", 5, "t.gif"))),
        ("thumbnail", post(thumbnail=Media("/t.jpg", JPEG, 60_000_000, "t.jpg"))),
        ("text", Outgoing("key", " ", parent="v", is_comment=True)),
        ("text", Outgoing("key", "x" * 10_001, parent="v", is_comment=True)),
        ("media", Outgoing("key", "See", (PICTURE,), parent="v", is_comment=True)),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(field: str, outgoing: Outgoing) -> None:
    assert field in problems(outgoing)


def test_a_comment_needs_no_title_and_no_video() -> None:
    assert problems(Outgoing("key", "Shop: https://example.com", parent="v", is_comment=True)) == {}


def test_tags_count_with_commas_and_quotes() -> None:
    assert tags_length(["cold", "soft drink", " "]) == 4 + 1 + 12


def test_the_authorize_address_asks_for_a_refresh_token_with_pkce() -> None:
    address = YouTube.authorize_url(App("id", "secret"), "https://smo.example/back", "s", "v" * 43)
    assert address.startswith("https://accounts.google.com/o/oauth2/v2/auth?")
    for part in ("access_type=offline", "prompt=consent", "code_challenge_method=S256", "youtube.force-ssl"):
        assert part in address


# -- what answers mean -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "reason", "error", "sentence"),
    [
        (401, "authError", Unauthorized, "connect the channel again"),
        (401, "unheardOf", Unauthorized, "connect the channel again"),
        (403, "insufficientPermissions", Unauthorized, "leave all boxes ticked"),
        (401, "youtubeSignupRequired", Unauthorized, "create one on youtube.com"),
        (403, "quotaExceeded", NotNow, "daily allowance of YouTube is used up"),
        (403, "rateLimitExceeded", NotNow, "slow down"),
        (429, "", NotNow, "slow down"),
        (400, "uploadLimitExceeded", NotNow, "in 24 hours"),
        (400, "processingFailure", NotNow, "could not process the comment"),
        (400, "invalidTitle", Rejected, "1 to 100 characters"),
        (400, "invalidCategoryId", Rejected, "category"),
        (403, "commentsDisabled", Rejected, "switched off"),
        (404, "playlistNotFound", Rejected, "no playlist with this id"),
        (403, "forbidden", Rejected, "YouTube refuses this: Words of Google"),
        (500, "backendError", Doubt, "error of its own"),
        (503, "quotaExceeded", Doubt, "error of its own"),
    ],
)
def test_errors_are_named_by_what_to_do(status: int, reason: str, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        YouTube.judge(answer(status, reason))


@pytest.mark.parametrize("body", [[], {}, {"error": "words"}, {"error": {"errors": []}}])
def test_an_unknown_shape_of_refusal_is_still_a_refusal(body: Any) -> None:
    with pytest.raises(Rejected, match="YouTube refuses this"):
        YouTube.judge(answer(400, body=body))


def test_an_upload_limit_waits_a_day() -> None:
    with pytest.raises(NotNow) as waits:
        YouTube.judge(answer(400, "uploadLimitExceeded"))
    assert waits.value.retry_in == timedelta(days=1)


@pytest.mark.parametrize("status", [404, 410])
def test_a_session_that_is_gone_is_no_refusal_of_the_post(status: int) -> None:
    with pytest.raises(SessionGone):
        YouTube.judge(answer(status, url="https://youtube.googleapis.com/upload/youtube/v3/videos?upload_id=x"))


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, Unauthorized),
        (401, {"error": "invalid_client"}, NotNow),
        (503, {}, Doubt),
    ],
)
def test_the_token_endpoint_has_its_own_words(status: int, body: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        YouTube.judge(answer(status, body=body, url="https://oauth2.googleapis.com/token"))


def test_every_meaning_is_a_sentence_that_proves_that_nothing_was_created() -> None:
    for meaning in MEANINGS.values():
        assert issubclass(meaning.error, ConnectorError)
        assert meaning.message.endswith(".")


def test_a_used_up_day_stops_the_whole_app_but_not_for_uploads() -> None:
    pause = YouTube.pause(answer(403, "quotaExceeded"))
    assert pause is not None
    assert pause.scope == "app"
    assert YouTube.pause(answer(403, "quotaExceeded", url="https://youtube.googleapis.com/upload/youtube/v3/videos")) is None
    assert YouTube.pause(answer(403, "forbidden")) is None
    assert YouTube.pause(answer(200)) is None


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        (datetime(2026, 11, 22, 20, 0, tzinfo=UTC), 12),  # noon in California, UTC-8
        (datetime(2026, 7, 1, 6, 0, tzinfo=UTC), 1),  # eleven at night there, UTC-7
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), 25),  # midnight of the day that has 25 hours
    ],
)
def test_the_day_begins_at_midnight_us_pacific(moment: datetime, hours: int) -> None:
    assert until_midnight(moment) == timedelta(hours=hours)


def test_why_a_video_failed_is_told() -> None:
    assert failure({"uploadStatus": "processed"}) is None
    assert "verify the channel by phone" in str(failure({"uploadStatus": "rejected", "rejectionReason": "length"}))
    assert "very video already" in str(failure({"uploadStatus": "rejected", "rejectionReason": "duplicate"}))
    assert "see YouTube Studio" in str(failure({"uploadStatus": "failed", "failureReason": "newReason"}))


def test_the_facts_are_those_of_the_description_that_google_ships() -> None:
    schemas = json.loads(get_static_doc("youtube", "v3"))["schemas"]
    snippet, status = schemas["VideoSnippet"]["properties"], schemas["VideoStatus"]["properties"]
    assert set(SETTABLE["snippet"]) <= set(snippet)
    assert set(SETTABLE["status"]) <= set(status)
    for reason in status["failureReason"]["enum"]:
        assert "Studio" not in str(failure({"uploadStatus": "failed", "failureReason": reason}))
    for reason in status["rejectionReason"]["enum"]:
        assert "no reason that SMO knows" not in str(failure({"uploadStatus": "rejected", "rejectionReason": reason}))
    offered = {option.name: {value for value, _ in option.values} for option in YouTube.options if isinstance(option, Choice)}
    assert offered["privacy"] == set(status["privacyStatus"]["enum"])
    assert offered["license"] == set(status["license"]["enum"])


def test_the_seam_lets_it_talk_to_google_only() -> None:
    seam = Http(YouTube.hosts)
    with pytest.raises(Blocked):
        seam.address("https://googleapis.com.example/youtube/v3/videos")
    session = "https://www.googleapis.com/upload/youtube/v3/videos?upload_id=x"
    assert seam.address(session) == session
