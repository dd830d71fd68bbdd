"""What Bluesky takes and what its answers mean: texts, record keys, checks, errors, rate limits. Nothing is sent here."""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.bluesky import Bluesky
from connectors.bluesky_answers import BlobGone, Gone, NoService
from connectors.bluesky_media import server_did
from connectors.bluesky_record import facets, quoted
from connectors.bluesky_session import HOME
from connectors.bluesky_text import record_key, rich
from connectors.data import JPEG, MOV, MP4, App, Media, Outgoing, Pause
from connectors.errors import Blocked, ConnectorError, Doubt, NotNow, Rejected, Unauthorized
from tests.connectors.bluesky_scene import answered

BLUESKY = Bluesky.checker()
PHOTO = Media("a.jpg", JPEG, 900_000, "a.jpg", width=1200, height=900)
FILM = Media("a.mp4", MP4, 9_000_000, "a.mp4", width=720, height=1280, seconds=6)


def problems(text: str = "Cold", *media: Media, link: str = "", **options: Any) -> list[str]:
    return [str(problem) for problem in BLUESKY.problems(Outgoing("k", text, media, link, options))]


# -- texts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Kälte", 5),
        ("👩‍👩‍👧‍👦🇦🇹", 2),
        ("e\u0301", 1),
        ("a" * 301, 301),
        ("a" * 250 + " https://ice.com/" + "b" * 99, 274),
    ],
)
def test_length_is_in_graphemes_and_links_may_show_shortened(text: str, length: int) -> None:
    assert BLUESKY.length(text) == length


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://ice.com/a, now", [("https://ice.com/a", "https://ice.com/a")]),
        ("(https://ice.com/a)", [("https://ice.com/a", "https://ice.com/a")]),
        ("https://ice.com/a_(b)", [("https://ice.com/a_(b)", "https://ice.com/a_(b)")]),
        ("ice.com/a?b=c!", [("ice.com/a?b=c", "https://ice.com/a?b=c")]),
        ("e.g. this.Then that", []),
        ("mail@ice.com", []),
        ("https://[broken", []),
        ("#cold, #3 #été! a#b # #", [("#cold", "cold"), ("#été", "été")]),
        ("#" + "x" * 65, []),
        ("@fizz.bsky.social. @fizz", [("@fizz.bsky.social", "did:plc:fizz")]),
        ("https://ice.com/#cold", [("https://ice.com/#cold", "https://ice.com/#cold")]),
        ("🧊🧊 ü #kalt", [("#kalt", "kalt")]),
        ("#(ice.com", [("ice.com", "https://ice.com")]),  # they may not overlap
    ],
)
def test_pieces_are_told_by_their_bytes(text: str, found: list[tuple[str, str]]) -> None:
    words, pieces = rich(text)
    told = facets(words, pieces, {"fizz.bsky.social": "did:plc:fizz"})
    shown = []
    for facet in told:
        (feature,) = facet["features"]
        target = next(feature[name] for name in ("uri", "did", "tag") if name in feature)
        shown.append((words.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(), target))
    assert shown == found


def test_names_that_nobody_has_stay_plain() -> None:
    assert facets(*rich("@nobody.example.com"), {}) == []


def test_a_long_text_does_not_take_long() -> None:
    began = time.monotonic()
    BLUESKY.length("#1" * 20_000 + "a." * 20_000)
    assert time.monotonic() - began < 2


def test_record_keys_are_tids_of_the_past_and_always_the_same() -> None:
    keys = {record_key(f"key {number}") for number in range(5000)}
    assert len(keys) == 5000
    assert all(re.fullmatch("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", key) for key in keys)
    assert {_moment(key).year for key in keys} == {2023, 2024, 2025}  # what lies in the future could be refused
    assert max(map(_moment, keys)) < datetime(2025, 4, 1, tzinfo=UTC)
    assert record_key("key 1") == record_key("key 1")


def _moment(key: str) -> datetime:
    """The time that a TID names: 53 bits of microseconds before 10 of a clock's number."""
    number = 0
    for letter in key:
        number = number << 5 | "234567abcdefghijklmnopqrstuvwxyz".index(letter)
    return datetime.fromtimestamp((number >> 10) / 1_000_000, UTC)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://bsky.app/profile/fizz.bsky.social/post/3kaaaaaaaaaaa", ("fizz.bsky.social", "3kaaaaaaaaaaa")),
        ("https://bsky.app/profile/did:plc:abc/post/3kaaaaaaaaaaa?ref=x", ("did:plc:abc", "3kaaaaaaaaaaa")),
        ("at://did:plc:abc/app.bsky.feed.post/3kaaaaaaaaaaa", ("did:plc:abc", "3kaaaaaaaaaaa")),
        ("https://bsky.app/profile/fizz.bsky.social", None),
        ("at://did:plc:abc/app.bsky.feed.like/3kaaaaaaaaaaa", None),
        ("cold", None),
    ],
)
def test_addresses_of_posts(address: str, found: tuple[str, str] | None) -> None:
    assert quoted(address) == found


# -- checks ------------------------------------------------------------------------------------------------------------


def test_an_ordinary_post_has_no_problems() -> None:
    assert problems() == problems("", PHOTO) == problems("", FILM) == problems("Cold", link="https://ice.com") == []
    assert problems("", quote="at://did:plc:abc/app.bsky.feed.post/3kaaaaaaaaaaa") == []


@pytest.mark.parametrize(
    ("post", "sentence"),
    [
        ({"text": "a" * 301}, "shorten it by 1"),
        ({"text": "👩‍👩‍👧‍👦" * 130}, "3000 bytes"),
        ({"media": [PHOTO] * 11}, "10 images"),
        ({"media": [PHOTO, FILM]}, "does not mix"),
        ({"media": [FILM, FILM]}, "1 video"),
        ({"media": [Media("b.jpg", JPEG, 2_000_001, "b.jpg")]}, "2 MB"),
        ({"media": [Media("b.mp4", MP4, 300_000_001, "b.mp4")]}, "300 MB"),
        ({"media": [Media("b.mp4", MP4, 1, "b.mp4", seconds=181)]}, "180 s"),
        ({"media": [Media("b.mov", MOV, 1, "b.mov")]}, "convert it"),
        ({"quote": "https://example.com"}, "not the address of a post"),
        ({"captions": Media("c.vtt", "text/vtt", 9, "c.vtt")}, "Captions need a video"),
        ({"link_thumb": PHOTO}, "link picture"),
        ({"languages": ["English!"]}, "no language code"),
        ({"languages": ["en", "de", "fr", "it"]}, "1 to 3"),
        ({"captions_language": "English!"}, "no language code"),
        ({"tags": ["a" * 65]}, "no hashtag"),
        ({"tags": ["two words"]}, "no hashtag"),
        ({"tags": list("abcdefghi")}, "1 to 8"),
        ({"who_can_reply": "friends"}, "Who can reply"),
        ({"text": "a" * 280, "link": "https://ice.com/" + "b" * 40, "media": [PHOTO]}, "shorten it"),
    ],
)
def test_what_does_not_fit_is_told_beforehand(post: dict[str, Any], sentence: str) -> None:
    media = post.pop("media", ())
    found = problems(post.pop("text", "Cold"), *media, **post)
    assert any(sentence in problem for problem in found), found


# -- servers -----------------------------------------------------------------------------------------------------------


def test_at_home_videos_go_to_their_own_host_elsewhere_all_goes_to_the_server() -> None:
    video = "https://video.bsky.app/xrpc/app.bsky.video.startUpload"
    home, elsewhere = Bluesky.seam(App("", "", HOME, True)), Bluesky.seam(App("", "", "https://pds.example.com", True))
    assert (home.address(video), home.address(f"{HOME}/xrpc/a")) == (video, f"{HOME}/xrpc/a")
    assert elsewhere.address(video) == "https://pds.example.com/xrpc/app.bsky.video.startUpload"
    assert elsewhere.guarded
    with pytest.raises(Blocked):
        home.address("https://example.com/xrpc/a")


def test_the_accounts_own_server_is_read_from_its_document() -> None:
    service = {"id": "#atproto_pds", "serviceEndpoint": "https://morel.us-east.host.bsky.network"}
    assert server_did({"didDoc": {"service": [service]}}, "") == "did:web:morel.us-east.host.bsky.network"
    assert server_did({}, "https://pds.example.com") == "did:web:pds.example.com"
    assert server_did({}, "http://127.0.0.1:8800/bluesky") == "did:web:127.0.0.1%3A8800"
    assert server_did({}, "") == "did:web:bsky.social"


# -- answers -----------------------------------------------------------------------------------------------------------


def meaning(status: int, body: Any, headers: dict[str, str] | None = None, method: str = "") -> Exception:
    with pytest.raises((ConnectorError, Doubt)) as caught:
        Bluesky.judge(answered(status, body, headers, method))
    return caught.value


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, "ExpiredToken", Unauthorized),
        (400, "InvalidToken", Unauthorized),
        (401, "AuthMissing", Unauthorized),
        (401, "AuthenticationRequired", Unauthorized),
        (401, "AuthFactorTokenRequired", Unauthorized),
        (401, "AccountTakedown", Unauthorized),
        (401, "AccountDeactivated", Unauthorized),
        (400, "BlobNotFound", BlobGone),
        (400, "RecordNotFound", Gone),
        (400, "InvalidMimeType", Rejected),
        (400, "InvalidRequest", Rejected),
        (400, "InvalidSwap", NotNow),
        (403, "AccountNotFound", Rejected),
        (403, "ScopeMissingError", Rejected),
        (413, "PayloadTooLarge", Rejected),
        (429, "RateLimitExceeded", NotNow),
        (400, "DailyLimitExceeded", NotNow),
        (400, "ServiceOverloaded", NotNow),
        (400, "VideoTooLong", Rejected),
        (500, "InternalServerError", Doubt),
        (502, "UpstreamFailure", Doubt),
        (503, "NotEnoughResources", Doubt),
        (504, "UpstreamTimeout", Doubt),
    ],
)
def test_errors_are_named_by_what_to_do(status: int, error: str, kind: type[Exception]) -> None:
    found = meaning(status, {"error": error, "message": "so it is"})
    assert type(found) is kind or isinstance(found, kind)
    assert isinstance(found, Doubt) == (kind is Doubt)


def test_answers_that_are_no_json() -> None:
    assert isinstance(meaning(502, "<html>Bad gateway</html>"), Doubt)
    assert "check its address" in str(meaning(404, "<html>Not found</html>"))
    assert isinstance(meaning(400, "[]"), Rejected)


def test_a_server_without_video_service() -> None:
    for status in (401, 404, 501):
        assert isinstance(meaning(status, {"error": "X"}, method="app.bsky.video.startUpload"), NoService)


def test_the_time_to_wait_is_the_networks() -> None:
    reset = {"RateLimit-Reset": str(int(time.time()) + 100)}
    found = meaning(429, {"error": "RateLimitExceeded"}, reset)
    assert isinstance(found, NotNow)
    assert found.retry_in
    assert timedelta(seconds=90) < found.retry_in <= timedelta(seconds=100)
    found = meaning(429, {"error": "RateLimitExceeded"}, {"Retry-After": "7"})
    assert isinstance(found, NotNow)
    assert found.retry_in == timedelta(seconds=7)


@pytest.mark.parametrize(
    ("left", "policy", "scope"), [("0", "5000;w=3600", "channel"), ("2", "3000;w=300", "app"), ("3", "5000;w=3600", None)]
)
def test_an_allowance_that_is_used_up_pauses(left: str, policy: str, scope: str | None) -> None:
    headers = {"RateLimit-Remaining": left, "RateLimit-Policy": policy, "RateLimit-Reset": str(int(time.time()) + 60)}
    found = Bluesky.pause(answered(200, {}, headers))
    assert (found.scope if isinstance(found, Pause) else None) == scope


def test_answers_without_rate_headers_pause_nothing() -> None:
    assert Bluesky.pause(answered(200, {})) is None
    assert Bluesky.pause(answered(200, {}, {"RateLimit-Remaining": "0"})) is None


def test_secrets_are_not_repeated() -> None:
    found = meaning(400, {"error": "InvalidRequest", "message": "password=cold-fizz-cold-fizz Bearer abc.def"})
    assert isinstance(found, Rejected)
    assert "cold-fizz" not in str(found) + found.said
    assert "abc.def" not in str(found) + found.said
