"""What can be said about a post on Mastodon beforehand, how texts are counted and compared, what answers mean."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from requests import Response

from connectors.data import GIF, JPEG, MP4, Media, Outgoing, Progress
from connectors.errors import ConnectorError, Doubt, NotNow, Rejected, Unauthorized
from connectors.mastodon import Mastodon
from connectors.mastodon_text import length, mentions, plain, same
from tests.connectors.mastodon_scene import Scene, answered
from tests.sandbox.conftest import Practice

# -- before ------------------------------------------------------------------------------------------------------------

PHOTO = Media("p.jpg", JPEG, 1000, "p.jpg", width=1200, height=900)
FILM = Media("f.mp4", MP4, 1000, "f.mp4", width=1280, height=720, seconds=6)
MOVING = Media("g.gif", GIF, 1000, "g.gif")


def problems(text: str = "Cold", *media: Media, link: str = "", **options: Any) -> str:
    post = Outgoing("k", text, media, link=link, options=options)
    return " ".join(map(str, Mastodon.checker().problems(post)))


@pytest.mark.parametrize("media", [(), (PHOTO,), (PHOTO,) * 4, (FILM,), (MOVING,)])
def test_what_fits(media: tuple[Media, ...]) -> None:
    assert problems("Cold", *media) == ""
    assert problems("x" * 475, *media, link="https://polarfizz.com/" + "a" * 300) == ""


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("shorten it by 1", lambda: problems("x" * 501)),
        ("shorten it by 3", lambda: problems("x" * 478, link="https://polarfizz.com")),
        ("shorten it by 5", lambda: problems("x" * 495, spoiler_text="y" * 10)),
        ("takes 4 images", lambda: problems("", *(PHOTO,) * 5)),
        ("takes 1 video", lambda: problems("", FILM, FILM)),
        ("does not mix", lambda: problems("", FILM, PHOTO)),
        ("shows a moving GIF alone", lambda: problems("", MOVING, PHOTO)),
        ("either a poll or media", lambda: problems("?", PHOTO, poll_options=["a", "b"])),
        ("needs a question", lambda: problems("", link="", poll_options=["a", "b"])),
        ("longer than 50", lambda: problems("?", poll_options=["a" * 51, "b"])),
        ("from 5 to 43829 minutes", lambda: problems("?", poll_options=["a", "b"], poll_minutes=4)),
        ("must mention somebody", lambda: problems("Cold", visibility="direct")),
        ("choose one of", lambda: problems("Cold", language="xx")),
        ("16.8 MB", lambda: problems("", Media("p.jpg", JPEG, 16_777_217, "p.jpg"))),
        ("104 MB", lambda: problems("", Media("f.mp4", MP4, 103_809_025, "f.mp4"))),
        ("33.2 million pixels", lambda: problems("", Media("p.jpg", JPEG, 1000, "p.jpg", width=5761, height=5760))),
        ("8.29 million pixels", lambda: problems("", Media("f.mp4", MP4, 1000, "f.mp4", width=3841, height=2160))),
        ("longer than 1500", lambda: problems("", Media("p.jpg", JPEG, 1000, "p.jpg", "a" * 1501))),
    ],
)
def test_what_does_not_fit_is_said_with_a_remedy(words: str, found: Any) -> None:
    assert words in found()


def test_its_numbers_are_those_of_the_documentation() -> None:
    """https://docs.joinmastodon.org/entities/Instance/ and https://docs.joinmastodon.org/api/rate-limits/"""
    limits = Mastodon.limits
    assert (limits.text, limits.images, limits.videos, limits.alt_text) == (500, 4, 1, 1500)
    assert (limits.image.max_bytes, limits.video.max_bytes) == (16_777_216, 103_809_024)
    assert [(quota.calls, quota.seconds, quota.scope) for quota in Mastodon.quotas] == [(300, 10_800, "channel")]
    assert Mastodon.home == "https://mastodon.social"


# -- texts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", 0),
        ("Ice cold", 8),
        ("a\r\nb", 3),
        ("é", 1),
        ("👨‍👩‍👧 🇩🇪", 3),
        ("https://polarfizz.com/" + "a" * 300, 23),
        ("See (http://a.io). ok", 5 + 23 + 5),
        ("polarfizz.com/cold", 18),
        ("https://localhost", 17),
        ("@ann@example.com hi", 7),
        ("@ann hi", 7),
        ("ann@example.com", 15),
    ],
)
def test_a_text_is_counted_as_the_server_does(text: str, counted: int) -> None:
    assert length(text) == counted


def test_people_are_named_with_or_without_their_server() -> None:
    assert mentions("@ann and @bob@example.com") == ["@ann", "@bob@example.com"]
    assert mentions("ann@example.com https://example.com/@cleo") == []


def test_html_is_read_as_it_was_written() -> None:
    shown = (
        '<p class="quote-inline">RE: <a href="https://a.io/@b/1">https://a.io/@b/1</a></p><p>A &amp; B<br />'
        '<span class="h-card"><a href="https://a.io/@ann" class="u-url mention">@<span>ann</span></a></span></p>'
        '<p><a href="https://www.a.io/x"><span class="invisible">https://www.</span><span class="">a.io/x</span>'
        '<span class="invisible"></span></a></p>'
    )
    assert plain(shown) == "A & B\n@ann\n\nhttps://www.a.io/x"
    assert same("A & B\n@ann@a.io\n\nhttps://www.a.io/x ", shown)
    assert not same("A & B", shown)


# -- answers -----------------------------------------------------------------------------------------------------------


def meaning(response: Response) -> Exception:
    try:
        Mastodon.judge(response)
    except (ConnectorError, Doubt) as error:
        return error
    raise AssertionError("this should mean something")


HTML = {"Content-Type": "text/html; charset=utf-8"}
MEDIA = "/api/v2/media"


@pytest.mark.parametrize(
    ("response", "kind", "words"),
    [
        (answered(400, {"error": "bad"}), Rejected, "says: bad"),
        (answered(401, {"error": "The access token was revoked"}), Unauthorized, "connect the channel again"),
        (answered(403, {"error": "This action is outside the authorized scopes"}), Unauthorized, "allow all"),
        (answered(403, {"error": "Your login is currently disabled"}), Unauthorized, "Settle it there"),
        (answered(403, {"error": "This action is not allowed"}), Rejected, "not allowed"),
        (answered(404, {"error": "Record not found"}), Rejected, "deleted"),
        (answered(410, {"error": "Gone"}), Rejected, "deleted"),
        (answered(413, "<html>", HTML, path=MEDIA), Rejected, "too large"),
        (answered(422, {"error": "Validation failed: Text can't be blank"}), Rejected, "can't be blank"),
        (answered(422, {"error": "Validation failed: File"}, path=MEDIA), Rejected, "could not process"),
        (answered(429, "<html>", HTML), NotNow, "slow down"),
        (answered(500, {"error": "Error processing thumbnail"}, path=MEDIA), Doubt, "could not process"),
        (answered(503, "<html>", HTML), Doubt, ""),
        (answered(403, "<html>Just a moment", HTML), Doubt, "page instead of data"),
        (answered(301, "", {"Location": "https://elsewhere.example/"}), Rejected, "has it moved"),
        (answered(404, "<html>", HTML, path="/api/v1/apps"), Rejected, "no Mastodon server"),
        (answered(422, {"error": "Scopes"}, path="/api/v1/apps"), Rejected, "says: Scopes"),
        (answered(400, {"error": "invalid_grant"}, path="/oauth/token"), Unauthorized, "connect the channel again"),
        (answered(401, {"error": "invalid_client"}, path="/oauth/token"), Unauthorized, "no longer knows SMO"),
    ],
)
def test_an_answer_says_what_to_do(response: Response, kind: type[Exception], words: str) -> None:
    error = meaning(response)
    assert isinstance(error, kind)
    assert words in str(error)


@pytest.mark.parametrize("written", ["iso", "unix", "after", "none"])
def test_the_end_of_the_window_is_read_however_it_is_written(written: str) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=120)
    headers = {
        "iso": {"X-RateLimit-Reset": ends.strftime("%Y-%m-%dT%H:%M:%S.%fZ")},
        "unix": {"X-RateLimit-Reset": str(int(ends.timestamp()))},
        "after": {"Retry-After": "120"},
        "none": {},
    }[written]
    error = meaning(answered(429, {"error": "Too many requests"}, headers))
    assert isinstance(error, NotNow)
    expected = 300 if written == "none" else 120
    assert error.retry_in is not None
    assert abs(error.retry_in.total_seconds() - expected) < 3


def test_the_last_post_of_the_window_says_that_nothing_is_left() -> None:
    reset = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    used_up = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
    pause = Mastodon.pause(answered(200, {}, used_up))
    assert pause is not None
    assert pause.scope == "channel"
    assert timedelta(minutes=59) < pause.retry_in <= timedelta(hours=1)
    assert Mastodon.pause(answered(200, {}, {"X-RateLimit-Remaining": "1"})) is None
    assert Mastodon.pause(answered(200, {}, used_up, path=MEDIA)) is None, "uploads have a budget of their own"


def test_an_answer_that_cannot_be_read_is_a_doubt(practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mastodon = (scene := Scene(practice, tmp_path)).connector()
    monkeypatch.setattr(mastodon.http.session, "request", lambda *args, **kwargs: answered(200, "<html>", HTML))
    with pytest.raises(Doubt):
        mastodon.publish(scene.post(), Progress())
    with pytest.raises(Doubt):
        mastodon.prepare(scene.post("", scene.photo()), Progress())
    monkeypatch.setattr(mastodon.http.session, "request", lambda *args, **kwargs: answered(200, {}))
    with pytest.raises(Doubt):
        mastodon.publish(scene.post(), Progress())


def test_a_search_that_breaks_before_a_quote_creates_nothing(practice: Practice, tmp_path: Path) -> None:
    scene = Scene(practice, tmp_path)
    scene.fault("fail", operation="read")
    assert isinstance(scene.refusal(scene.post("Well", quote="https://a.io/@b/1")), NotNow)
    assert scene.texts() == []
