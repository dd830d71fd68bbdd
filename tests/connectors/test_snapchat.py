"""Snapchat over real HTTP: connecting, the life of a post, uploads that are interrupted."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors import snapchat_media
from connectors.base import Confirms, Connects, Deletes, Hooks, Inbox, Replies
from connectors.data import App, Progress, Tokens
from connectors.errors import NotNow, Rejected, Unauthorized
from connectors.snapchat import Snapchat
from connectors.snapchat_media import Upload
from tests.connectors.snapchat_scene import RETURN_TO, Killed, Mortal, Scene
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


# -- connecting --------------------------------------------------------------------------------------------------------


def test_a_profile_is_connected_by_the_consent_page(scene: Scene) -> None:
    tokens = scene.connects()
    assert set(tokens.scopes) == set(Snapchat.scopes)
    assert tokens.expires_at is not None
    assert timedelta(minutes=55) < tokens.expires_at - datetime.now(UTC) < timedelta(minutes=65)

    (account,) = Snapchat.accounts(scene.app, scene.http(), tokens)

    assert (account.remote_id, account.name, account.tokens) == (scene.profile["id"], "Polar Fizz Lab", tokens)
    assert account.url == f"{scene.app.base_url}/add/{scene.profile['username']}"
    assert account.picture_url
    assert scene.practice.http.get(account.url, timeout=5).ok


def test_all_profiles_of_the_organisation_can_be_chosen(scene: Scene) -> None:
    for number in range(55):  # more than a page
        organization = scene.profile["organization_id"]
        scene.practice.account("snapchat", f"Branch {number}", organization_id=organization)
    found = Snapchat.accounts(scene.app, scene.http(), scene.connects())
    assert found[0].remote_id == scene.profile["id"], "one's own comes first"
    assert sorted(account.name for account in found[1:]) == sorted(f"Branch {number}" for number in range(55))
    assert len({account.remote_id for account in found}) == 56


def test_a_refresh_token_goes_on(scene: Scene) -> None:
    tokens = scene.connects()
    fresh = Snapchat.refresh(scene.app, scene.http(), tokens)
    assert fresh.access != tokens.access
    assert fresh.refresh == tokens.refresh
    assert Snapchat.accounts(scene.app, scene.http(), Snapchat.refresh(scene.app, scene.http(), tokens))


def test_a_changed_refresh_token_is_taken(practice: Practice, tmp_path: Path) -> None:
    scene = Scene(practice, tmp_path, rotates=True)
    tokens = scene.connects()
    fresh = Snapchat.refresh(scene.app, scene.http(), tokens)
    assert fresh.refresh != tokens.refresh
    with pytest.raises(Unauthorized, match="connect the channel again"):
        Snapchat.refresh(scene.app, scene.http(), tokens)


def test_giving_the_tokens_back_is_not_known_to_snapchat(scene: Scene) -> None:
    tokens, http = scene.connects(), scene.http()
    Snapchat.revoke(scene.app, http, tokens)
    assert http.exchanges == []


def test_a_code_works_once(scene: Scene) -> None:
    code = scene.consents()["code"]
    Snapchat.exchange(scene.app, scene.http(), code, RETURN_TO, "")
    with pytest.raises(Unauthorized):
        Snapchat.exchange(scene.app, scene.http(), code, RETURN_TO, "")


def test_a_person_may_say_no(scene: Scene) -> None:
    assert scene.consents(answer="cancel") == {"error": "access_denied", "state": "state-1"}


def test_a_wrong_secret_is_an_admins_matter(scene: Scene) -> None:
    wrong = App(scene.app.client_id, "wrong", scene.app.base_url)
    with pytest.raises(Rejected, match="an admin checks the client id and secret"):
        Snapchat.exchange(wrong, scene.http(), "code", RETURN_TO, "")


def test_an_app_that_is_not_on_the_allow_list_is_told_so(scene: Scene) -> None:
    scene.practice.control("POST", "apps", network="snapchat", client_id="unlisted-app", secret="s")
    made = scene.practice.account("snapchat", "Newcomer", app="unlisted-app")
    with pytest.raises(Unauthorized, match="allow-list"):
        Snapchat.accounts(scene.app, scene.http(), Tokens(made["access_token"]))


def test_it_has_the_capabilities_that_the_network_has(scene: Scene) -> None:
    snapchat = scene.connector()
    assert isinstance(snapchat, Connects)
    assert not any(isinstance(snapchat, protocol) for protocol in (Confirms, Deletes, Inbox, Replies, Hooks))


# -- the life of a post ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "mime"), [("ice.jpg", "image/jpeg"), ("ice.png", "image/png")])
def test_a_picture_becomes_a_story(scene: Scene, name: str, mime: str) -> None:
    sent = scene.publishes(scene.post(scene.photo(name=name)))
    (post,) = scene.public()
    assert (post["kind"], post["text"], [media["mime"] for media in post["media"]]) == ("story", "", [mime])
    assert sent.url == f"{scene.app.base_url}/add/{scene.profile['username']}"


def test_what_the_public_sees_is_the_file_itself(scene: Scene) -> None:
    photo = scene.photo()
    scene.publishes(scene.post(photo))
    (media,) = scene.public()[0]["media"]
    assert scene.practice.http.get(media["url"], timeout=5).content == Path(photo.path).read_bytes()


def test_a_lying_picture_with_a_text_goes_out(scene: Scene) -> None:
    scene.publishes(scene.post(scene.photo(1200, 900)))
    assert scene.kinds() == ["story"]


@pytest.mark.parametrize("size", [(720, 1280), (1280, 720)])
def test_a_film_becomes_a_spotlight_with_its_text(scene: Scene, size: tuple[int, int]) -> None:
    post = scene.post(scene.film(*size), text="So kalt! #polarfizz", locale="de_DE", skip_save_to_profile=True)
    sent = scene.publishes(post)
    (shown,) = scene.public()
    assert (shown["id"], shown["kind"], shown["text"]) == (sent.remote_id, "spotlight", "So kalt! #polarfizz")
    assert shown["details"] == {"locale": "de_DE", "on_profile": "False"}
    assert sent.url == f"{scene.app.base_url}/spotlight/{sent.remote_id}"
    assert scene.practice.http.get(sent.url, timeout=5).ok


def test_a_film_may_be_a_story_and_last_a_week(scene: Scene) -> None:
    scene.publishes(scene.post(scene.film(), place="story", ttl="ONE_WEEK"))
    assert [(post["kind"], post["details"]["ttl"]) for post in scene.public()] == [("story", "ONE_WEEK")]
    scene.clock(days=8)
    assert scene.public() == []


@pytest.mark.parametrize("chosen", [{"title": "Summer"}, {}])
def test_a_saved_story_has_a_title(scene: Scene, chosen: dict[str, Any]) -> None:
    sent = scene.publishes(scene.post(scene.photo(), text="Ice cold", place="saved_story", **chosen))
    shown = [(post["id"], post["kind"], post["title"]) for post in scene.public()]
    assert shown == [(sent.remote_id, "saved_story", chosen.get("title", "Ice cold"))]


def test_a_post_without_a_file_is_refused_before_anything_is_asked(scene: Scene) -> None:
    assert isinstance(scene.refusal(scene.post()), Rejected)
    assert scene.calls("/v1/") == []


# -- uploads -----------------------------------------------------------------------------------------------------------


def test_a_large_film_goes_in_parts(scene: Scene) -> None:
    film = scene.film(padding=20 * 1024 * 1024)
    scene.publishes(scene.post(film))
    numbers = [call["path"] for call in scene.calls("multipart-upload")]
    assert len(numbers) == 4, "three parts of 8 MiB and the end"
    (media,) = scene.public()[0]["media"]
    assert len(scene.practice.http.get(media["url"], timeout=5).content) == film.size


def test_a_crash_in_the_middle_of_a_file_goes_on_with_the_next_part(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapchat_media, "LEAST_PART", 65_536)
    post = scene.post(scene.film(padding=200_000))
    dying = Mortal(lambda upload: upload.get("parts") == 2)
    with pytest.raises(Killed):
        scene.connector().prepare(post, dying)
    assert len(scene.calls("multipart-upload")) == 2

    sent = scene.publishes(post, Progress(dying.left))

    assert len(scene.calls("/media$")) == 1
    assert len(scene.calls("multipart-upload")) == 4 + 1
    assert [shown["id"] for shown in scene.public()] == [sent.remote_id]


def test_a_crash_after_the_announcement_goes_on_with_it(scene: Scene) -> None:
    dying = Mortal(lambda upload: bool(upload))
    with pytest.raises(Killed):
        scene.connector().prepare(post := scene.post(scene.photo()), dying)
    scene.publishes(post, Progress(dying.left))
    assert len(scene.calls("/media$")) == 1


@pytest.mark.parametrize("kind", ["timeout_after", "reset_before", "fail", "refuse"])
def test_whatever_happens_to_an_upload_it_is_done_again(scene: Scene, kind: str) -> None:
    post, progress = scene.post(scene.photo()), Progress()
    scene.fault(kind, path="multipart-upload", times=1)
    with pytest.raises(Exception, match=r"broke|error of its own|slow down"):
        scene.connector(deadline=0.5).prepare(post, progress)
    scene.publishes(post, progress)
    assert len(scene.calls("/media$")) == 1
    assert scene.kinds() == ["story"]


def test_a_lost_answer_to_the_end_of_the_upload_is_no_matter(scene: Scene) -> None:
    post, progress = scene.post(scene.photo()), Progress()
    dying = Mortal(lambda upload: bool(upload.get("final")))
    with pytest.raises(Killed):
        scene.connector().prepare(post, dying)
    upload = Upload.parse(dying.left["upload"])
    assert upload is not None
    progress.keep(upload=dying.left["upload"].replace('"final": true', '"final": false'))
    scene.publishes(post, progress)
    assert [call["status"] for call in scene.calls("multipart-upload")] == [200, 200, 400]


def test_an_upload_that_snapchat_never_heard_of_begins_anew(scene: Scene) -> None:
    post = scene.post(scene.photo())
    file, until = snapchat_media.fingerprint(post.media[0]), time.time() + 9000
    kept = str(Upload("7d00", file, until, "/us/v1/a", "/us/v1/b", f"{'A' * 43}=", f"{'A' * 22}==", part=1_000_000))
    scene.publishes(post, Progress({"upload": kept}))
    assert scene.kinds() == ["story"]


def test_another_file_is_another_upload(scene: Scene) -> None:
    progress = scene.prepared(scene.post(scene.photo(color="red")))
    blue = scene.photo(color="blue")
    scene.publishes(scene.post(blue), progress)
    (media,) = scene.public()[0]["media"]
    assert scene.practice.http.get(media["url"], timeout=5).content == Path(blue.path).read_bytes()


def test_media_that_snapchat_has_thrown_away_are_uploaded_again_but_once(scene: Scene) -> None:
    post = scene.post(scene.photo())
    progress = scene.prepared(post)
    scene.clock(hours=25)
    scene.renew()
    with pytest.raises(NotNow, match="uploads it again"):
        scene.connector().publish(post, progress)
    scene.connector().prepare(post, progress)
    scene.clock(hours=50)
    scene.renew()
    with pytest.raises(Rejected, match="no longer has the uploaded file"):
        scene.connector().publish(post, progress)
    assert scene.public() == []


def test_an_upload_that_runs_out_soon_is_made_anew_in_time(scene: Scene) -> None:
    post = scene.post(scene.photo())
    progress = scene.prepared(post)
    upload: Any = Upload.parse(progress.get("upload"))
    assert 23.9 < (upload.until - time.time()) / 3600 < 24.1, "Snapchat keeps media for 24 hours"
    progress.keep(upload=str(upload).replace(str(upload.until), str(time.time() - 1)))
    with pytest.raises(NotNow, match="uploads it again"):
        scene.connector().publish(post, progress)
    scene.publishes(post, progress)
    assert len(scene.calls("/media$")) == 2


def test_slow_processing_is_waited_for_longer_each_time_with_the_same_media(scene: Scene) -> None:
    scene.fault("slow_processing", seconds=600)
    post = scene.post(scene.film())
    progress, waits = scene.prepared(post), []
    for _ in range(7):
        with pytest.raises(NotNow, match="still processing") as caught:
            scene.connector().publish(post, progress)
        assert caught.value.retry_in is not None
        waits.append(caught.value.retry_in.total_seconds())
    assert waits == [5, 10, 20, 40, 60, 60, 60]

    scene.clock(minutes=11)
    scene.publishes(post, progress)

    assert len(scene.calls("/media$")) == 1
    assert len(scene.public()) == 1


def test_a_film_that_snapchat_cannot_process_is_a_persons_matter_and_uploaded_anew_afterwards(scene: Scene) -> None:
    scene.fault("fail_processing")
    post, progress = scene.post(scene.film()), Progress()
    error = scene.refusal(post, progress)
    assert isinstance(error, Rejected)
    assert "could not be processed" in str(error)
    scene.publishes(post, progress)
    assert len(scene.calls("/media$")) == 2
    assert len(scene.public()) == 1
