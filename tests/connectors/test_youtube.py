"""YouTube over real HTTP: connecting, the life of a video, what goes wrong on the way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.base import Confirms, Connects, Deletes, Hooks, Inbox, Replies
from connectors.data import Accepted, Progress, Sent, Uncertain
from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from connectors.youtube import YouTube
from tests.connectors.youtube_scene import KIB, RETURN_TO, Killed, Scene, Watched, dies
from tests.sandbox.conftest import Practice

CHUNK = 256 * KIB


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


def now() -> datetime:
    return datetime.now(UTC)


# -- connecting ------------------------------------------------------------------------------------------------------------


def test_a_channel_is_connected_by_the_consent_page_and_its_token_is_refreshed_and_given_back(scene: Scene) -> None:
    tokens = scene.connects()
    accounts = YouTube.accounts(scene.app, scene.http(), tokens)
    assert [(account.remote_id, account.name, account.tokens) for account in accounts] == [
        (scene.channel["id"], "Polar Fizz Lab", tokens)
    ]
    assert accounts[0].url.startswith(scene.app.base_url)

    fresh = YouTube.refresh(scene.app, scene.http(), tokens)
    assert fresh.access != tokens.access
    assert fresh.refresh == tokens.refresh, "Google's refresh tokens do not rotate"
    assert fresh.expires_at is not None
    assert fresh.expires_at > now() + timedelta(minutes=50)

    YouTube.revoke(scene.app, scene.http(), fresh)
    YouTube.revoke(scene.app, scene.http(), fresh)  # what is gone already is no error
    with pytest.raises(Unauthorized, match="connect the channel again"):
        YouTube.refresh(scene.app, scene.http(), fresh)
    with pytest.raises(Unauthorized):
        YouTube.accounts(scene.app, scene.http(), fresh)


def test_an_unticked_permission_is_named_at_once(scene: Scene) -> None:
    scene.channel = scene.practice.account("youtube", "Newcomer", scopes=["youtube.readonly"])
    code, verifier = scene.consents(untick="youtube.force-ssl")
    with pytest.raises(Unauthorized, match=r"answer their comments.* Connect again and leave all boxes ticked"):
        YouTube.exchange(scene.app, scene.http(), code, RETURN_TO, verifier)


def test_a_code_works_once_and_only_with_its_verifier(scene: Scene) -> None:
    code, _ = scene.consents()
    with pytest.raises(Unauthorized):
        YouTube.exchange(scene.app, scene.http(), code, RETURN_TO, "another-verifier-of-at-least-forty-three-characters")


def test_it_has_the_capabilities_that_the_network_has(scene: Scene) -> None:
    youtube = scene.connector()
    assert all(isinstance(youtube, protocol) for protocol in (Connects, Confirms, Deletes, Inbox, Replies))
    assert not isinstance(youtube, Hooks), "YouTube sends no webhooks for comments"


# -- the life of a video ---------------------------------------------------------------------------------------------------


def test_a_video_waits_in_private_and_is_shown_at_its_moment_with_all_its_settings(scene: Scene) -> None:
    youtube, progress = scene.connector(), Progress()
    post = scene.post(
        tags=["cold", "soft drink"], category="28", license="creativeCommon", embeddable=False, synthetic_media=True
    )
    youtube.prepare(post, progress)
    assert scene.uploads() == ["How cold is it?"]
    assert scene.public() == []
    scene.processed(progress.get("video"))

    sent = youtube.publish(post, progress)

    assert isinstance(sent, Sent)
    assert sent == Sent(progress.get("video"), f"{scene.app.base_url}/watch?v={progress.get('video')}")
    assert scene.public() == ["How cold is it?"]
    assert requests.get(sent.url, timeout=10).ok
    video = scene.video(progress.get("video"))
    assert video["snippet"]["description"] == "Ice cold in 40 °C."
    assert (video["snippet"]["tags"], video["snippet"]["categoryId"]) == (["cold", "soft drink"], "28")
    wished = {"privacyStatus": "public", "license": "creativeCommon", "embeddable": False, "containsSyntheticMedia": True}
    assert wished.items() <= video["status"].items()
    assert video["status"]["selfDeclaredMadeForKids"] is False


@pytest.mark.parametrize("privacy", ["unlisted", "private"])
def test_a_video_may_stay_out_of_sight(scene: Scene, privacy: str) -> None:
    sent = scene.published(privacy=privacy)
    assert scene.video(sent.remote_id)["status"]["privacyStatus"] == privacy
    assert scene.public() == []


def test_a_short_upright_film_becomes_a_short_and_has_its_address(scene: Scene) -> None:
    sent = scene.published(film=scene.upright_film(), thumbnail=scene.picture())
    assert sent.url == f"{scene.app.base_url}/shorts/{sent.remote_id}"
    assert requests.get(sent.url, timeout=10).ok
    assert scene.video(sent.remote_id)["contentDetails"]["hasCustomThumbnail"]


def test_the_thumbnail_of_a_short_waits_for_its_processing(scene: Scene) -> None:
    scene.fault("slow_processing", seconds=600)
    youtube, post, progress = scene.connector(), scene.post(film=scene.upright_film(), thumbnail=scene.picture()), Progress()
    with pytest.raises(NotNow) as waits:
        youtube.prepare(post, progress)
    assert waits.value.retry_in == timedelta(seconds=30)
    scene.time_passes(601)
    youtube.prepare(post, progress)
    assert len(scene.uploads()) == 1
    assert scene.video(progress.get("video"))["contentDetails"]["hasCustomThumbnail"]


def test_thumbnail_and_playlist_are_set_once_however_often_it_is_prepared(scene: Scene) -> None:
    made = scene.api("POST", "playlists?part=snippet", json={"snippet": {"title": "Cold things"}})
    youtube, post, progress = scene.connector(), scene.post(thumbnail=scene.picture(), playlist=made["id"]), Progress()
    youtube.prepare(post, progress)
    youtube.prepare(post, progress)
    progress.forget("playlist")  # a crash between the insertion and its note
    youtube.prepare(post, progress)

    items = scene.api("GET", f"playlistItems?part=snippet&playlistId={made['id']}")["items"]
    assert [item["snippet"]["resourceId"]["videoId"] for item in items] == [progress.get("video")]
    assert len(scene.calls("POST", "/thumbnails/set")) == 1
    assert len(scene.uploads()) == 1


def test_what_was_set_in_youtube_studio_meanwhile_is_kept(scene: Scene) -> None:
    youtube, post, progress = scene.connector(), scene.post(), Progress()
    youtube.prepare(post, progress)
    snippet = {"title": "T", "categoryId": "22", "defaultLanguage": "de", "defaultAudioLanguage": "de"}
    scene.api("PUT", "videos?part=snippet", json={"id": progress.get("video"), "snippet": snippet})
    youtube.publish(post, progress)
    shown = scene.video(progress.get("video"))["snippet"]
    assert (shown["title"], shown["defaultLanguage"], shown["defaultAudioLanguage"]) == ("How cold is it?", "de", "de")


def test_deleting_twice_is_no_error(scene: Scene) -> None:
    sent = scene.published()
    scene.connector().delete(sent.remote_id)
    scene.connector().delete(sent.remote_id)
    assert scene.uploads() == []


# -- the upload ------------------------------------------------------------------------------------------------------------


def test_a_large_file_goes_up_in_chunks_and_tells_how_far_it_is(scene: Scene) -> None:
    told: list[str] = []
    progress = Progress(store=lambda kept: told.append(kept.get("progress", "")))
    scene.connector(chunk_size=CHUNK).prepare(scene.post(film=scene.film(kib=700)), progress)
    assert [call["status"] for call in scene.calls("PUT", "/upload/")] == [308, 308, 200]
    assert [percent for percent in dict.fromkeys(told) if percent] == ["36", "73", "100"]


def test_a_killed_worker_s_upload_goes_on_where_the_network_stands(scene: Scene) -> None:
    post, progress = scene.post(film=scene.film(kib=700)), Watched("progress", dies)
    with pytest.raises(Killed):
        scene.connector(chunk_size=CHUNK).prepare(post, progress)
    scene.connector(chunk_size=CHUNK).prepare(post, Progress(progress.left))

    asked = [call["headers"]["content-range"].split("/")[0] for call in scene.calls("PUT", "/upload/")]
    assert asked == ["bytes 0-262143", "bytes *", "bytes 262144-524287", f"bytes 524288-{post.media[0].size - 1}"]
    assert len(scene.calls("POST", "/upload/")) == 1
    assert scene.uploads() == ["How cold is it?"]


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after", "reset_before", "reset_after"])
def test_a_broken_upload_ends_as_one_video(scene: Scene, kind: str) -> None:
    post = scene.post()
    progress = Watched("session", lambda: scene.fault(kind, operation="prepare"))
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5).prepare(post, progress)
    youtube = scene.connector()
    youtube.prepare(post, Progress(progress.left))
    assert scene.uploads() == ["How cold is it?"]
    assert len(scene.calls("POST", "/upload/")) == 1


def test_a_line_too_slow_for_a_chunk_gets_smaller_ones(scene: Scene) -> None:
    progress = Watched("session", lambda: scene.fault("timeout_before", operation="prepare"))
    post = scene.post(film=scene.film(kib=700))
    with pytest.raises(Doubt):
        scene.connector(deadline=0.5, chunk_size=2 * CHUNK).prepare(post, progress)
    scene.connector(chunk_size=2 * CHUNK).prepare(post, Progress(progress.left))
    assert [call["headers"]["content-length"] for call in scene.calls("PUT", "/upload/")][1:4] == ["0", str(CHUNK), str(CHUNK)]


def test_a_dead_session_begins_anew(scene: Scene) -> None:
    post, progress = scene.post(film=scene.film(kib=700)), Watched("progress", dies)
    with pytest.raises(Killed):
        scene.connector(chunk_size=CHUNK).prepare(post, progress)
    progress.left["session"] += "-unknown"
    scene.connector().prepare(post, Progress(progress.left))
    assert len(scene.calls("POST", "/upload/")) == 2
    assert scene.uploads() == ["How cold is it?"]


def test_a_dead_session_whose_video_is_complete_is_not_repeated(scene: Scene) -> None:
    post, progress = scene.post(), Watched("video", dies)
    with pytest.raises(Killed):
        scene.connector().prepare(post, progress)
    video = progress.left.pop("video")
    progress.left["session"] += "-unknown"
    resumed = Progress(progress.left)
    scene.connector().prepare(post, resumed)
    assert resumed.get("video") == video
    assert scene.uploads() == ["How cold is it?"]


def test_another_file_is_not_taken_for_the_one_of_an_earlier_attempt(scene: Scene) -> None:
    youtube, progress = scene.connector(), Progress()
    youtube.prepare(scene.post(), progress)
    first = progress.get("video")
    youtube.prepare(scene.post(film=scene.film(seconds=20)), progress)
    assert progress.get("video") != first


# -- the moment, when something goes wrong ---------------------------------------------------------------------------------


class Ready:
    """A processed private video, and what publishing it at its moment gives."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.post, self.progress = scene, scene.post(), Progress()
        scene.connector().prepare(self.post, self.progress)
        self.video = self.progress.get("video")
        scene.processed(self.video)
        self.began = now()

    def publishes(self, deadline: float = 10.0) -> Sent | Accepted:
        return self.scene.connector(deadline).publish(self.post, self.progress)

    def confirms(self, **known: Any) -> Sent | Accepted | None:
        return self.scene.connector().confirm(self.post, self.progress, Uncertain(self.began, **known))


@pytest.fixture
def ready(scene: Scene) -> Ready:
    return Ready(scene)


@pytest.mark.parametrize("kind", ["timeout_after", "reset_after"])
def test_a_moment_that_came_without_an_answer_is_found(ready: Ready, kind: str) -> None:
    ready.scene.fault(kind)
    with pytest.raises(Doubt):
        ready.publishes(deadline=0.5)
    found = ready.confirms()
    assert isinstance(found, Sent)
    assert found.remote_id == ready.video
    assert ready.scene.public() == ["How cold is it?"]


@pytest.mark.parametrize("kind", ["timeout_before", "reset_before", "fail"])
def test_a_moment_that_did_not_come_is_not_found_and_may_be_repeated(ready: Ready, kind: str) -> None:
    ready.scene.fault(kind)
    with pytest.raises(Doubt):
        ready.publishes(deadline=0.5)
    assert ready.confirms() is None
    assert isinstance(ready.publishes(), Sent)
    assert isinstance(ready.publishes(), Sent), "the moment may be repeated"
    assert ready.scene.public() == ["How cold is it?"]


def test_a_video_of_another_publication_is_never_taken_for_this_one(ready: Ready) -> None:
    ready.publishes()
    assert ready.confirms(taken=frozenset({ready.video})) is None


def test_nothing_is_repeated_by_the_client_library(ready: Ready) -> None:
    ready.scene.fault("fail", times=2)
    with pytest.raises(Doubt):
        ready.publishes()
    assert [call["status"] for call in ready.scene.calls("PUT", "/videos")][-1:] == [500]
    assert len(ready.scene.calls("PUT", "^/youtube/v3/videos")) == 1


def test_an_unanswered_look_before_the_moment_is_no_doubt(ready: Ready) -> None:
    ready.scene.fault("fail", operation="read")
    with pytest.raises(NotNow):
        ready.publishes()
    assert ready.scene.public() == []


def test_too_many_requests_wait(ready: Ready) -> None:
    ready.scene.fault("refuse")
    with pytest.raises(NotNow, match="slow down"):
        ready.publishes()


@pytest.mark.parametrize("kind", ["expire_token", "revoke_token"])
def test_a_dead_token_asks_for_a_new_connection(ready: Ready, kind: str) -> None:
    ready.scene.fault(kind)
    with pytest.raises(Unauthorized, match="connect the channel again"):
        ready.publishes()


def test_a_video_that_is_gone_before_its_moment_is_told_and_forgotten(ready: Ready) -> None:
    ready.scene.connector().delete(ready.video)
    with pytest.raises(Rejected, match="deleted on YouTube before its time"):
        ready.publishes()
    assert ready.progress.get("video") == ready.progress.get("session") == ""


def test_a_video_in_slow_processing_is_accepted_and_then_found(scene: Scene) -> None:
    scene.fault("slow_processing", seconds=1800)
    youtube, post, progress = scene.connector(), scene.post(), Progress()
    youtube.prepare(post, progress)
    accepted = youtube.publish(post, progress)
    assert isinstance(accepted, Accepted)
    assert accepted.handle == progress.get("video")

    later = youtube.confirm(post, progress, Uncertain(now() - timedelta(minutes=10), accepted.handle))
    assert isinstance(later, Accepted)
    assert later.check_in >= timedelta(minutes=5), "looks get rarer: each costs of the daily allowance"
    patient = youtube.confirm(post, progress, Uncertain(now() - timedelta(minutes=61), accepted.handle))
    assert isinstance(patient, Sent), "it is public, whenever its processing ends"
    scene.time_passes(1801)
    assert isinstance(youtube.confirm(post, progress, Uncertain(now(), accepted.handle)), Sent)


def test_failed_processing_is_refused_with_its_reason(scene: Scene) -> None:
    scene.fault("fail_processing")
    youtube, post, progress = scene.connector(), scene.post(), Progress()
    youtube.prepare(post, progress)
    assert isinstance(youtube.publish(post, progress), Accepted)
    scene.processed(progress.get("video"))
    with pytest.raises(Rejected, match="cannot convert the file: export it anew"):
        youtube.confirm(post, progress, Uncertain(now(), progress.get("video")))
    with pytest.raises(Rejected, match="cannot convert the file"):
        youtube.publish(post, progress)
    assert progress.get("video") == "", "a retry uploads anew"


def test_a_duplicate_turns_out_when_it_is_shown(ready: Ready) -> None:
    ready.scene.fault("duplicate")
    with pytest.raises(Rejected, match="has this very video already"):
        ready.publishes()


def test_the_upload_after_the_daily_hundred_waits_for_midnight_in_california(scene: Scene) -> None:
    scene.use_own_app()
    started = [scene.start_upload() for _ in range(100)]
    assert set(started) == {200}
    with pytest.raises(NotNow, match="daily allowance") as waits:
        scene.connector().prepare(scene.post(), Progress())
    assert waits.value.retry_in is not None
    assert timedelta() < waits.value.retry_in <= timedelta(hours=25)
