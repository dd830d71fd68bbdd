"""Instagram over real HTTP: connecting, what fits, every kind of post with its options, deleting."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors import connector
from connectors.base import Confirms, Connects, Deletes, Targets
from connectors.data import PNG, Accepted, Media, Outgoing, Progress, Sent, Uncertain
from connectors.errors import Rejected, Unauthorized
from connectors.instagram import Instagram
from tests.connectors.instagram_scene import RETURN_TO, Scene, now, on_the_web
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Iterator[Scene]:
    with on_the_web(tmp_path) as address:
        yield Scene(practice, tmp_path, address)


# -- connecting ------------------------------------------------------------------------------------------------------------


def test_it_is_registered_and_has_the_capabilities_that_the_network_has(scene: Scene) -> None:
    assert connector("instagram") is Instagram
    assert all(isinstance(scene.connector(), had) for had in (Connects, Confirms, Deletes))
    assert not isinstance(scene.connector(), Targets)


def test_an_account_is_connected_by_the_consent_page(scene: Scene) -> None:
    tokens = scene.connects()
    assert tokens.expires_at is not None
    assert tokens.expires_at > now() + timedelta(days=50), "the long-lived token, not the first one"
    assert set(tokens.scopes) >= set(Instagram.scopes)

    [account] = Instagram.accounts(scene.app, scene.http(), tokens)
    assert (account.remote_id, account.name, account.username) == (scene.person["id"], "Polar Fizz", scene.person["username"])
    assert account.url == f"{scene.app.base_url}/{account.username}"
    assert account.tokens.expires_at is None, "a Page's token has no end"

    post, progress = scene.post("From the new channel", scene.photo()), Progress()
    fresh = Instagram(account, scene.app, scene.http())
    fresh.prepare(post, progress)
    assert isinstance(fresh.publish(post, progress), Sent)
    assert scene.texts() == ["From the new channel"]


def test_a_page_without_an_instagram_account_is_passed_over(scene: Scene) -> None:
    bare = scene.practice.account("instagram", "Only a Page", linked=False)["id"]
    tokens = scene.connects(accounts=(scene.person["id"], bare))
    assert [one.remote_id for one in Instagram.accounts(scene.app, scene.http(), tokens)] == [scene.person["id"]]
    with pytest.raises(Rejected, match="professional account, linked to a Facebook Page"):
        Instagram.accounts(scene.app, scene.http(), scene.connects(accounts=(bare,)))


def test_an_unticked_permission_that_is_needed_is_named_at_once(scene: Scene) -> None:
    tokens = scene.connects(untick="instagram_content_publish")
    with pytest.raises(Unauthorized, match=r"Publish posts, carousels.*leave every box ticked"):
        Instagram.accounts(scene.app, scene.http(), tokens)


def test_a_code_works_once(scene: Scene) -> None:
    code = scene.consents()
    Instagram.exchange(scene.app, scene.http(), code, RETURN_TO, "")
    with pytest.raises(Unauthorized, match="start again"):
        Instagram.exchange(scene.app, scene.http(), code, RETURN_TO, "")


def test_the_permission_is_renewed_and_taken_back(scene: Scene) -> None:
    tokens = Instagram.refresh(scene.app, scene.http(), scene.connects())
    [account] = Instagram.accounts(scene.app, scene.http(), tokens)
    with pytest.raises(Unauthorized, match="connect the channel again"):
        Instagram.refresh(scene.app, scene.http(), account.tokens)
    Instagram.revoke(scene.app, scene.http(), account.tokens)
    Instagram.revoke(scene.app, scene.http(), account.tokens)  # what is gone already is no error
    with pytest.raises(Unauthorized, match="connect"):
        Instagram(account, scene.app, scene.http()).prepare(scene.post("No", scene.photo()), Progress())


# -- what fits -------------------------------------------------------------------------------------------------------------


def sentences(post: Outgoing) -> list[str]:
    return [problem.message for problem in Instagram.checker().problems(post)]


def test_an_ordinary_photo_and_an_ordinary_film_fit(scene: Scene) -> None:
    assert sentences(scene.post("Look", scene.photo(size=(1200, 900)))) == []
    assert sentences(scene.post("Watch", scene.film(6, width=720, height=1280))) == []
    assert sentences(scene.post("Watch", scene.film(6, width=1280, height=720))) == []
    assert sentences(scene.post("Both", scene.photo(), scene.film())) == []
    assert sentences(scene.post("", scene.photo(size=(1080, 1920)), format="story")) == []


def picture(**changes: Any) -> Media:
    plain = Media("/a.jpg", "image/jpeg", 1000, "a.jpg", width=1080, height=1080)
    return replace(plain, **changes)


def clip(**changes: Any) -> Media:
    return replace(picture(path="/a.mp4", name="a.mp4", mime_type="video/mp4", seconds=30), **changes)


@pytest.mark.parametrize(
    ("text", "media", "options", "words"),
    [
        ("Text alone", (), {}, "no text alone"),
        ("a" * 2201, (picture(),), {}, "shorten it by 1"),
        ("#a " * 31, (picture(),), {}, "30 hashtags, the text has 31"),
        ("@a " * 21, (picture(),), {}, "20 @mentions"),
        ("", (picture(mime_type=PNG),), {}, "takes JPEG, not PNG"),
        ("", (picture(size=8_000_001),), {}, "takes 8 MB"),
        ("", (picture(width=1080, height=1360),), {}, "does not take this shape"),
        ("", (picture(width=2000, height=1000),), {}, "does not take this shape"),
        ("", (picture(),) * 11, {}, "takes 10 images"),
        ("", (*((picture(),) * 6), *((clip(),) * 5)), {}, "10 files in a post, there are 11: remove 1"),
        ("", (clip(seconds=2),), {}, "at least 3 s"),
        ("", (clip(seconds=901),), {}, "takes 900 s"),
        ("", (clip(size=300_000_001),), {}, "takes 300 MB"),
        ("", (clip(width=2160, height=2160),), {}, "1920"),
        ("", (clip(seconds=61),), {"format": "story"}, "takes 60 s"),
        ("", (clip(size=100_000_001),), {"format": "story"}, "takes 100 MB"),
        ("", (picture(), picture()), {"format": "story"}, "takes 1 image in a post"),
        ("Hello", (picture(),), {"format": "story"}, "story has no text and no link"),
        ("", (picture(),), {"format": "story", "collaborators": ["ann"]}, "no collaborators"),
        ("", (picture(),), {"format": "reel"}, "exactly one video"),
        ("", (picture(),), {"trial": "MANUAL"}, "only a reel"),
        ("", (clip(),), {"thumb_offset": 30_001}, "lies outside the video"),
        ("", (picture(),), {"collaborators": ["a", "b", "c", "d"]}, "there are 4"),
        ("", (picture(),), {"collaborators": ["no name"]}, "“no name” is no username"),
        ("", (picture(),), {"user_tags": ["ann 2 3"]}, "not between 0 and 1"),
        ("", (picture(),), {"location_id": "Berlin"}, "number of a Facebook Page"),
        ("", (picture(alt="a" * 1001),), {}, "longer than 1000"),
    ],
)
def test_what_does_not_fit_is_said(text: str, media: tuple[Media, ...], options: dict[str, Any], words: str) -> None:
    [found] = sentences(Outgoing("k", text, media, options=options))
    assert words in found


def test_a_comment_has_limits_of_its_own() -> None:
    comment = Outgoing("k", "More", parent="1", is_comment=True)
    assert sentences(comment) == []
    assert "300 characters" in sentences(replace(comment, text="a" * 301))[0]
    assert "4 hashtags" in sentences(replace(comment, text="#a #b #c #d #e"))[0]
    assert "takes no images" in sentences(replace(comment, media=(picture(),)))[0]
    assert "1 link" in sentences(replace(comment, text="https://a.example https://b.example"))[0]


# -- publishing ------------------------------------------------------------------------------------------------------------


def test_a_photo_with_its_alt_text_shows_at_the_moment_only(scene: Scene) -> None:
    post, progress = scene.post("Look", scene.photo(alt="A can in the snow")), Progress()
    scene.connector().prepare(post, progress)
    assert scene.shown() == []
    sent = scene.published(post, progress)
    [shown] = scene.shown()
    assert (shown["id"], shown["text"], shown["kind"], shown["url"]) == (sent.remote_id, "Look", "photo", sent.url)
    assert [(picture["alt"], picture["mime"]) for picture in shown["media"]] == [("A can in the snow", "image/jpeg")]
    assert [call["path"].rsplit("/", 1)[1] for call in scene.calls()] == ["media", "media_publish"]


def test_a_carousel_keeps_the_order_of_images_and_videos(scene: Scene) -> None:
    media = (scene.photo("red", alt="red can"), scene.film(), scene.photo("green", alt="green can"))
    sent = scene.published(scene.post("Three", *media, user_tags=["ann 0.1 .9"]))
    [shown] = scene.shown()
    assert (shown["id"], shown["kind"], shown["text"]) == (sent.remote_id, "carousel", "Three")
    assert [picture["alt"] or picture["mime"] for picture in shown["media"]] == ["red can", "video/mp4", "green can"]
    assert shown["labels"] == ["With @ann"]


@pytest.mark.parametrize(("options", "width"), [({}, 720), ({"format": "reel"}, 720), ({}, 1280)])
def test_a_single_video_is_a_reel_and_its_bytes_are_sent(scene: Scene, options: dict[str, Any], width: int) -> None:
    film = replace(scene.film(size=50_000, width=width, height=2000 - width), url="")  # needs no address of ours
    progress = Progress()
    sent = scene.published(scene.post("Watch", film, **options), progress)
    [shown] = scene.shown()
    assert (shown["id"], shown["text"], shown["kind"], shown["url"]) == (sent.remote_id, "Watch", "reel", sent.url)
    assert progress.get("progress") == "100"


def test_a_reels_options(scene: Scene) -> None:
    options = {
        "collaborators": ["@ann", "bob"], "user_tags": ["cleo"], "location_id": "12345", "share_to_feed": False,
        "audio_name": "Fizz", "trial": "MANUAL", "thumb_offset": 1500, "ai_generated": True,
    }  # fmt: skip
    scene.published(scene.post("Watch", scene.film(), **options))
    [shown] = scene.shown()
    assert shown["labels"] == ["Reel", "With @ann", "With @bob", "With @cleo", "At place 12345", "AI info"]
    assert shown["details"] == {"trial": '{"graduation_strategy": "MANUAL"}', "audio": '"Fizz"', "location": '"12345"'}


def test_a_reels_own_cover_is_fetched(scene: Scene) -> None:
    cover = scene.photo("gold", size=(1080, 1920))
    scene.published(scene.post("Watch", scene.film(), cover=cover, thumb_offset=100))
    body = scene.calls(path="/media$")[0]["body"]
    assert "cover_url=http" in body
    assert "thumb_offset" not in body
    scene.published(scene.post("Once", scene.film(), cover=cover))


@pytest.mark.parametrize("is_film", [False, True])
def test_a_story_has_no_text_and_is_gone_after_a_day(scene: Scene, is_film: bool) -> None:
    media = scene.film(20) if is_film else scene.photo(size=(1080, 1920))
    sent = scene.published(scene.post("", media, format="story", user_tags=["ann"]))
    [shown] = scene.shown()
    assert (shown["id"], shown["kind"], shown["url"]) == (sent.remote_id, "story", sent.url)
    scene.later(86_401)
    assert scene.shown() == []


def test_a_first_comment(scene: Scene) -> None:
    sent = scene.published(scene.post("The post", scene.photo()))
    comment = Outgoing("key-2", "And more https://example.org", parent=sent.remote_id, is_comment=True)
    began = now()
    said = scene.connector().publish(comment, Progress())
    assert isinstance(said, Sent)
    [shown] = scene.shown()
    assert [(reply["id"], reply["text"], reply["ours"]) for reply in shown["replies"]] == [(said.remote_id, comment.text, True)]
    assert scene.connector().confirm(comment, Progress(), Uncertain(began)) == said
    assert scene.connector().confirm(comment, Progress(), Uncertain(began, taken=frozenset({said.remote_id}))) is None


def test_comments_are_switched_off_after_the_moment(scene: Scene) -> None:
    post, progress = scene.post("Quiet", scene.photo(), allow_comments=False), Progress()
    scene.connector().prepare(post, progress)
    accepted = scene.connector().publish(post, progress)
    assert isinstance(accepted, Accepted)
    sent = scene.connector().confirm(post, progress, Uncertain(now(), accepted.handle))
    [shown] = scene.shown()
    assert sent == Sent(shown["id"], shown["url"])
    assert shown["labels"] == ["Comments are off"]


def test_a_text_alone_is_refused_before_any_call(scene: Scene) -> None:
    with pytest.raises(Rejected, match="no text alone"):
        scene.connector().publish(scene.post("Text alone"), Progress())
    assert scene.calls() == []


def test_an_image_without_an_address_says_who_can_help(scene: Scene) -> None:
    with pytest.raises(Rejected, match=r"skyblue-1200x900\.jpg must be reachable from the internet.*SMO_BASE_URL"):
        scene.connector().prepare(scene.post("Look", replace(scene.photo(), url="")), Progress())


def test_every_call_proves_that_it_knows_the_apps_secret(scene: Scene) -> None:
    scene.published(scene.post("Look", scene.photo()))
    assert all("appsecret_proof" in call["body"] + call["query"] for call in scene.calls())


def test_a_post_is_deleted_and_deleting_it_again_is_no_error(scene: Scene) -> None:
    sent = scene.published(scene.post("Look", scene.photo()))
    scene.connector().delete(sent.remote_id)
    assert scene.shown() == []
    scene.connector().delete(sent.remote_id)


def test_where_deleting_is_not_allowed_the_connection_stays(practice: Practice, tmp_path: Path) -> None:
    mute = Scene(practice, tmp_path, scopes=["instagram_basic"])
    sent = "1"
    with on_the_web(tmp_path) as address:
        full = Scene(practice, tmp_path, address)
        sent = full.published(full.post("Look", full.photo())).remote_id
        tokens = practice.control(
            "POST", "accounts", network="instagram", account=full.person["id"], scopes=["instagram_basic"]
        )
    mute.person = full.person | tokens
    with pytest.raises(Rejected, match="delete it in the Instagram app"):
        mute.connector().delete(sent)
