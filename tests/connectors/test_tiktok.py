"""TikTok over real HTTP: connecting, videos, photos, drafts, who may see them."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.base import Confirms, Connects, Deletes
from connectors.data import WEBP, Accepted, Progress, Uncertain
from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from connectors.tiktok import TikTok
from connectors.tiktok_upload import LEAST_CHUNK, State, Upload
from tests.connectors.scenery import RETURN_TO, Killed, Mortal, now
from tests.connectors.tiktok_scene import MEGABYTE, Scene, film, serving_files
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

NewScene = Callable[..., Scene]


@pytest.fixture
def photos_at(tmp_path: Path) -> Iterator[str]:
    with serving_files(tmp_path) as url:
        yield url


@pytest.fixture
def new_scene(practice: Practice, tmp_path: Path, photos_at: str) -> NewScene:
    return lambda **details: Scene(practice, tmp_path, photos_at, **details)


@pytest.fixture
def scene(new_scene: NewScene) -> Scene:
    return new_scene()


# -- connecting --------------------------------------------------------------------------------------------------------


def test_an_account_is_connected_by_the_consent_page(scene: Scene) -> None:
    tokens = scene.connects()
    assert set(tokens.scopes) == set(TikTok.scopes)
    assert tokens.expires_at is not None
    assert timedelta(minutes=110) < tokens.expires_at - now() < timedelta(minutes=125)

    (account,) = TikTok.accounts(scene.app, scene.http(), tokens)

    assert (account.remote_id, account.name, account.tokens) == (scene.account["id"], "Polar Fizz Lab", tokens)
    assert account.username == scene.account["username"]
    assert account.url == f"{scene.app.base_url}/@{account.username}"
    assert account.picture_url
    assert scene.practice.http.get(account.url, timeout=5).ok


def test_the_challenge_is_hex_and_the_scopes_stand_between_commas(scene: Scene) -> None:
    query = parse_qs(urlsplit(TikTok.authorize_url(scene.app, RETURN_TO, "s", "a-verifier")).query)
    assert query["code_challenge"] == [hashlib.sha256(b"a-verifier").hexdigest()]
    assert query["scope"] == [",".join(TikTok.scopes)]
    assert query["client_key"] == [scene.app.client_id]
    assert "client_id" not in query


def test_refresh_tokens_rotate_and_work_once(scene: Scene) -> None:
    tokens = scene.connects()
    fresh = TikTok.refresh(scene.app, scene.http(), tokens)
    assert fresh.access != tokens.access
    assert fresh.refresh != tokens.refresh
    with pytest.raises(Unauthorized, match="connect the channel again"):  # the practice network says so with status 200
        TikTok.refresh(scene.app, scene.http(), tokens)
    assert TikTok.accounts(scene.app, scene.http(), fresh)


@pytest.mark.parametrize("run_out", [False, True], ids=["living", "run out"])
def test_giving_the_tokens_back_ends_both(scene: Scene, run_out: bool) -> None:
    tokens = scene.connects()
    if run_out:
        scene.practice.control("POST", "tokens", network="tiktok", token=tokens.access, state="expired")
        tokens = replace(tokens, expires_at=now() - timedelta(seconds=1))
    TikTok.revoke(scene.app, scene.http(), tokens)
    TikTok.revoke(scene.app, scene.http(), tokens)  # what is dead already is no error
    with pytest.raises(Unauthorized):
        TikTok.accounts(scene.app, scene.http(), tokens)
    with pytest.raises(Unauthorized):
        TikTok.refresh(scene.app, scene.http(), tokens)


def test_a_code_works_once_and_only_with_its_verifier(scene: Scene) -> None:
    back, verifier = scene.consents()
    assert set(back["scopes"].split(",")) == set(TikTok.scopes)
    TikTok.exchange(scene.app, scene.http(), back["code"], RETURN_TO, verifier)
    with pytest.raises(Unauthorized):
        TikTok.exchange(scene.app, scene.http(), back["code"], RETURN_TO, verifier)
    back, _ = scene.consents()
    with pytest.raises(Unauthorized):
        TikTok.exchange(scene.app, scene.http(), back["code"], RETURN_TO, "another-verifier-of-at-least-forty-three-characters")


def test_a_person_may_say_no(scene: Scene) -> None:
    back, _ = scene.consents(answer="cancel")
    assert (back["error"], back["state"]) == ("access_denied", "state-1")


def test_a_person_may_leave_out_the_profile_but_not_publishing(scene: Scene) -> None:
    tokens = scene.connects(without=("user.info.profile", "user.info.stats"))
    (account,) = TikTok.accounts(scene.app, scene.http(), tokens)
    assert account.username == scene.account["username"]  # from creator_info
    tokens = scene.connects(without=("user.info.profile", "video.publish"))
    (account,) = TikTok.accounts(scene.app, scene.http(), tokens)
    assert (account.name, account.username, account.url) == ("Polar Fizz Lab", "", "")
    tokens = scene.connects(without=("video.publish", "video.upload"))
    with pytest.raises(Unauthorized, match="leave all boxes ticked"):
        TikTok.accounts(scene.app, scene.http(), tokens)


def test_it_has_the_capabilities_that_the_network_has(scene: Scene) -> None:
    tiktok = scene.connector()
    assert isinstance(tiktok, Connects)
    assert isinstance(tiktok, Confirms)
    assert not isinstance(tiktok, Deletes)


# -- videos ------------------------------------------------------------------------------------------------------------


def test_a_video_goes_out_and_has_an_address(scene: Scene) -> None:
    sent = scene.publishes(scene.post("Ice cold! 🧊 #polarfizz"))
    (post,) = scene.public()
    assert (post["text"], post["kind"], post["id"]) == ("Ice cold! 🧊 #polarfizz", "video", sent.remote_id)
    assert sent.url == f"{scene.app.base_url}/@{scene.account['username']}/video/{sent.remote_id}"
    assert scene.practice.http.get(sent.url, timeout=5).ok
    assert scene.practice.http.get(post["media"][0]["url"], timeout=5).content == film()


def test_what_is_chosen_is_sent_and_nothing_is_allowed_unasked(scene: Scene) -> None:
    scene.publishes(scene.post(cover_ms=1500, made_with_ai=True, your_brand=True, allow_duet=True))
    (post,) = scene.public()
    assert post["details"] == {
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "video_cover_timestamp_ms": "1500",
        "is_aigc": "True",
        "brand_content_toggle": "False",
        "brand_organic_toggle": "True",
        "disable_comment": "True",
        "disable_duet": "False",
        "disable_stitch": "True",
    }


def test_the_accounts_own_settings_stay(new_scene: NewScene) -> None:
    scene = new_scene(duet_disabled=True)
    scene.publishes(scene.post(allow_comments=True, allow_duet=True))
    (post,) = scene.public()
    assert (post["details"]["disable_comment"], post["details"]["disable_duet"]) == ("False", "True")


def test_a_large_video_goes_in_chunks_and_shows_with_the_last(scene: Scene) -> None:
    post, progress = scene.post("Large", scene.video(size=17 * MEGABYTE)), Progress()
    tiktok = scene.connector()
    tiktok.prepare(post, progress)
    ranges = [len(call["headers"]) and call["status"] for call in scene.calls("PUT", "/video/")]
    assert ranges == [206, 206]
    assert progress.get("progress") == "66"
    assert scene.public() == []

    handle = tiktok.publish(post, progress).handle

    assert [call["status"] for call in scene.calls("PUT", "/video/")] == [206, 206, 201]
    scene.confirmed(post, progress, Uncertain(now(), handle))
    (shown,) = scene.public()
    assert len(scene.practice.http.get(shown["media"][0]["url"], timeout=5).content) == 17 * MEGABYTE


def test_an_interrupted_upload_goes_on_where_it_was(scene: Scene) -> None:
    post = scene.post("Large", scene.video(size=17 * MEGABYTE))
    dying = Mortal(lambda kept: kept.get("progress") == "33")
    with pytest.raises(Killed):
        scene.connector().prepare(post, dying)
    scene.publishes(post, Progress(dying.left))
    assert [call["status"] for call in scene.calls("PUT", "/video/")] == [206, 206, 201]
    assert len(scene.calls("POST", "/video/init/")) == 1


def test_a_chunk_that_was_not_answered_is_not_sent_twice(scene: Scene) -> None:
    post, progress = scene.post("Large", scene.video(size=17 * MEGABYTE)), Progress()
    scene.fault("timeout_after", operation="prepare", path="^/video/$")
    with pytest.raises(Doubt):
        scene.connector(deadline=1.0).prepare(post, progress)
    scene.publishes(post, progress)
    assert [call["status"] for call in scene.calls("PUT", "/video/")] == [206, 206, 201]


def test_another_text_or_file_begins_anew(scene: Scene) -> None:
    progress, tiktok = Progress(), scene.connector()
    tiktok.prepare(scene.post("First text"), progress)
    scene.publishes(scene.post("Second text"), progress)
    assert scene.texts() == ["Second text"]


def test_an_upload_address_lives_for_an_hour(scene: Scene) -> None:
    post, progress, tiktok = scene.post(), Progress(), scene.connector()
    tiktok.prepare(post, progress)
    upload = Upload.parse(progress.get("upload"))
    assert upload is not None
    scene.clock(minutes=61)
    with pytest.raises(NotNow, match="begins it anew") as caught:
        tiktok.publish(post, progress)
    assert caught.value.retry_in == timedelta()
    assert scene.publishes(post, progress)
    assert len(scene.public()) == 1


def test_an_address_that_ends_soon_is_replaced_in_time(scene: Scene) -> None:
    post, progress, tiktok = scene.post(), Progress(), scene.connector()
    tiktok.prepare(post, progress)
    upload = Upload.parse(progress.get("upload"))
    assert upload is not None
    progress.keep(upload=str(replace(upload, until=now().timestamp() + 60)))
    tiktok.prepare(post, progress)
    assert len(scene.calls("POST", "/video/init/")) == 2


def test_publishing_without_preparing_prepares_first(scene: Scene) -> None:
    with pytest.raises(NotNow):
        scene.connector().publish(scene.post(), Progress())


def test_a_draft_waits_in_the_inbox(scene: Scene) -> None:
    sent = scene.publishes(scene.post(mode="inbox", privacy=""))
    assert sent.remote_id.startswith("v_inbox_file~")
    assert scene.public() == []
    assert scene.calls("POST", "/creator_info/") == []


@pytest.mark.parametrize("size", [1, LEAST_CHUNK - 1, LEAST_CHUNK, 10_485_761, 63 * MEGABYTE, 65_432_101, 4_000_000_000])
def test_chunks_follow_the_rules_at_every_size(size: int) -> None:
    upload = Upload("id", "url", "mark", 0, size, size // max(size // LEAST_CHUNK, 1))
    assert 1 <= upload.count <= 1000
    assert upload.chunk >= 5 * MEGABYTE or upload.count == 1
    assert 0 < size - upload.last <= 11 * MEGABYTE
    assert Upload.parse(str(upload)) == upload


# -- photos ------------------------------------------------------------------------------------------------------------


def test_photos_are_fetched_from_us(scene: Scene) -> None:
    photos = [scene.photo(), replace(scene.photo("2.webp", 1080, 1920, "WEBP"), mime_type=WEBP)]
    sent = scene.publishes(scene.post("Two cans #cold", *photos, title="Cans", cover_photo=2, auto_music=True))
    (post,) = scene.public()
    assert (post["title"], post["text"], post["kind"]) == ("Cans", "Two cans #cold", "photo")
    assert [media["mime"] for media in post["media"]] == ["image/jpeg", "image/webp"]
    assert (post["details"]["photo_cover_index"], post["details"]["auto_add_music"]) == ("1", "True")
    assert sent.url == f"{scene.app.base_url}/@{scene.account['username']}/photo/{sent.remote_id}"


def test_photos_as_a_draft(scene: Scene) -> None:
    sent = scene.publishes(scene.post("Two cans", scene.photo(), mode="inbox", title="Cans"))
    assert sent.remote_id.startswith("p_pub_url~")
    assert scene.public() == []


def test_photos_that_cannot_be_fetched_are_refused_before(scene: Scene) -> None:
    with pytest.raises(Rejected, match="SMO_BASE_URL"):
        scene.connector().prepare(scene.post("x", replace(scene.photo(), url="")), Progress())


def test_photos_from_an_unverified_domain_are_refused(new_scene: NewScene) -> None:
    scene = new_scene(verified_urls=["https://media.example/"])
    assert "verifies SMO's domain" in str(scene.refusal(scene.post("x", scene.photo())))


def test_photos_that_were_not_there_are_tried_again(scene: Scene) -> None:
    photo = scene.photo()
    post, progress = scene.post("x", replace(photo, url=f"{photo.url}.gone")), Progress()
    doubt = Uncertain(now(), scene.accepted(post, progress).handle)
    scene.clock(seconds=5)
    until(lambda: scene.connector().confirm(post, progress, doubt) is None)


# -- visibility --------------------------------------------------------------------------------------------------------


def test_only_public_posts_get_an_id(scene: Scene) -> None:
    sent = scene.publishes(scene.post(privacy="SELF_ONLY"))
    assert sent.remote_id.startswith("v_pub_file~")
    assert sent.url == f"{scene.app.base_url}/@{scene.account['username']}"
    assert scene.public() == []


def test_a_public_post_whose_id_is_late_counts_as_sent_in_the_end(scene: Scene) -> None:
    post, progress = scene.post(), Progress()
    scene.fault("slow_processing", seconds=20)
    handle = scene.accepted(post, progress).handle
    scene.clock(seconds=20.1)
    tiktok = scene.connector()
    found = tiktok._outcome(post, handle, _complete(), Uncertain(now(), handle))
    assert isinstance(found, Accepted)
    late = tiktok._outcome(post, handle, _complete(), Uncertain(now() - timedelta(hours=1), handle))
    assert not isinstance(late, Accepted)
    assert late is not None
    assert late.remote_id == handle


def _complete() -> State:
    return State("PUBLISH_COMPLETE", -1, "", "")


def test_the_visibility_must_be_chosen_and_offered(new_scene: NewScene) -> None:
    scene = new_scene(private=True)
    assert "forbids a preset" in str(scene.refusal(scene.post(privacy="")))
    assert "another one" in str(scene.refusal(scene.post()))
    assert scene.publishes(scene.post(privacy="FOLLOWER_OF_CREATOR"))


def test_an_unaudited_app_posts_for_the_poster_only(new_scene: NewScene) -> None:
    scene = new_scene(unaudited=True)
    for privacy in ("PUBLIC_TO_EVERYONE", "SELF_ONLY"):
        assert "not audited" in str(scene.refusal(scene.post(privacy=privacy)))
    private = new_scene(unaudited=True, private=True)
    assert private.publishes(private.post(privacy="SELF_ONLY"))


def test_a_video_may_be_longer_than_the_account_may_post(new_scene: NewScene) -> None:
    scene = new_scene(max_seconds=5)
    assert "up to 5 s" in str(scene.refusal(scene.post()))
    unknown = replace(scene.video(), seconds=0)
    post, progress = scene.post("x", unknown), Progress()
    handle = scene.accepted(post, progress).handle
    scene.clock(seconds=5)
    with pytest.raises(Rejected, match="too long"):
        scene.connector().confirm(post, progress, Uncertain(now(), handle))
