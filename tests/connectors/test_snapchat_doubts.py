"""What goes wrong when Snapchat is asked to publish, and how a doubt ends: with a person."""

import logging
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from accounts.models import Workspace
from connectors.data import Outgoing
from connectors.errors import ConnectorError, Doubt, NotNow, Rejected, Unauthorized
from connectors.snapchat import Snapchat
from connectors.snapchat_answers import AlreadyFinal, AlreadyPosting, BadMedia, Expired, StillProcessing
from tests import cast
from tests.connectors.snapchat_scene import Scene, answered
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


def story(scene: Scene) -> Outgoing:
    return scene.post(scene.photo())


# -- nobody knows ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "arrived"), [
    ("fail", False), ("timeout_before", False), ("timeout_after", True), ("reset_before", False), ("reset_after", True),
])  # fmt: skip
def test_an_unknown_outcome_is_a_doubt_and_nothing_is_repeated(scene: Scene, kind: str, arrived: bool) -> None:
    post = story(scene)
    scene.doubts(post, scene.prepared(post), kind)
    assert len(scene.calls("/stories$")) == 1
    assert len(scene.public()) == arrived


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after"])
@pytest.mark.parametrize("place", ["story", "saved_story", "spotlight"])
def test_sent_again_by_a_person_it_is_there_once(scene: Scene, place: str, kind: str) -> None:
    """The media's id is the guard: Snapchat says when an earlier request with it is going through."""
    post = scene.post(scene.film(), place=place)
    progress = scene.prepared(post)
    scene.clock(seconds=1)
    scene.doubts(post, progress, kind)
    sent = scene.publishes(scene.post(scene.film(), place=place, doubted=True), progress)
    assert scene.kinds() == [place]
    assert sent.remote_id
    assert len(scene.calls("/media$")) == 1


def test_the_worker_leaves_an_unknown_outcome_to_a_person(
    shop: Workspace, practice: Practice, marketer: cast.Person, worker: cast.Worker
) -> None:
    channel = cast.channel(shop, practice, "snapchat")
    content = BytesIO()
    Image.new("RGB", (1080, 1920), "navy").save(content, "JPEG")
    ice = marketer.uploads(content.getvalue(), "ice.jpg")
    practice.fault("reset_after", {"id": channel.remote_id}, network="snapchat")

    publication = worker.finishes(marketer.publishes("", on=channel, media=[ice]))

    assert (publication.status, publication.fault) == ("failed", "unconfirmed")
    assert "cannot be asked" in publication.why
    assert [attempt.outcome for attempt in publication.attempts.order_by("at")][-2:] == ["unknown", "unconfirmed"]
    assert len(practice.posts("snapchat", {"id": channel.remote_id})) == 1


# -- refusals ----------------------------------------------------------------------------------------------------------


def test_too_many_requests_wait_a_moment(scene: Scene) -> None:
    scene.fault("refuse")
    error = scene.refusal(story(scene))
    assert isinstance(error, NotNow)
    assert error.retry_in is not None
    assert timedelta(seconds=1) <= error.retry_in <= timedelta(seconds=3)
    assert [pause.scope for pause in scene.pauses] == ["channel"]
    assert scene.public() == []


@pytest.mark.parametrize("kind", ["expire_token", "revoke_token"])
def test_a_dead_token_asks_for_a_new_connection(scene: Scene, kind: str) -> None:
    post = story(scene)
    progress = scene.prepared(post)
    scene.fault(kind)
    error = scene.refusal(post, progress)
    assert isinstance(error, Unauthorized)
    assert "connect the channel again" in str(error)
    assert scene.public() == []


def test_an_expired_token_is_renewed_and_a_revoked_one_is_not(scene: Scene) -> None:
    tokens = scene.connector().account.tokens
    scene.practice.control("POST", "tokens", network="snapchat", account=scene.profile["id"], state="expired")
    fresh = Snapchat.refresh(scene.app, scene.http(), tokens)
    scene.profile["access_token"] = fresh.access
    assert scene.publishes(story(scene))
    scene.practice.control("POST", "tokens", network="snapchat", account=scene.profile["id"], state="revoked")
    with pytest.raises(Unauthorized):
        Snapchat.refresh(scene.app, scene.http(), fresh)


def test_an_earlier_request_that_is_going_through_counts_as_sent(scene: Scene) -> None:
    scene.fault("duplicate")
    sent = scene.publishes(story(scene))
    assert [post["id"] for post in scene.public()] == [sent.remote_id]
    assert len(scene.calls("/stories$")) == 1


def test_a_lost_role_asks_for_a_new_connection(practice: Practice, tmp_path: Path) -> None:
    scene = Scene(practice, tmp_path, no_role=True)
    error = scene.refusal(story(scene))
    assert isinstance(error, Unauthorized)
    assert "role on the profile" in str(error)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"text": "x" * 161}, "at most 160 characters"),
        ({"place": "saved_story", "title": "x" * 46}, "1 to 45 characters"),
        ({"ttl": "FOREVER", "place": "story"}, "customized_ttl"),
        ({"locale": "German"}, "locale"),
    ],
)
def test_what_snapchat_never_takes_is_rejected(scene: Scene, chosen: dict[str, Any], words: str) -> None:
    error = scene.refusal(scene.post(scene.film(), **chosen))
    assert isinstance(error, Rejected)
    assert words in str(error)
    assert scene.public() == []


def test_files_that_do_not_fit_are_rejected(scene: Scene) -> None:
    assert "5 to 60 seconds" in str(scene.refusal(scene.post(scene.film(seconds=4), place="story")))
    assert "6 to 60 seconds" in str(scene.refusal(scene.post(scene.film(seconds=4))))
    assert "540x960" in str(scene.refusal(scene.post(scene.photo(500, 900))))
    assert "must be a video" in str(scene.refusal(scene.post(scene.photo(), place="spotlight")))
    assert "could not be processed" in str(scene.refusal(scene.post(scene.file(b"no picture", "image/jpeg"))))


def test_a_profile_that_takes_upright_pictures_only(practice: Practice, tmp_path: Path) -> None:
    scene = Scene(practice, tmp_path, upright_only=True)
    assert isinstance(scene.refusal(scene.post(scene.photo(1200, 900))), Rejected)
    assert scene.publishes(scene.post(scene.photo()))


def test_no_secret_reaches_the_log(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    post = story(scene)
    progress = scene.prepared(post)
    scene.connector().publish(post, progress)
    tokens = scene.connects()
    assert "stories" in caplog.text
    for secret in (scene.profile["access_token"], tokens.access, tokens.refresh, scene.app.client_secret):
        assert secret not in caplog.text


# -- answers that the practice network does not give -------------------------------------------------------------------


ERROR: dict[str, Any] = {"request_id": "e1", "request_status": "ERROR", "display_message": "Please try again"}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {**ERROR, "error_code": "MEDIA_PROCESSING"}, StillProcessing),
        (200, {**ERROR, "error_code": "MEDIA_PROCESSING"}, StillProcessing),
        (400, {**ERROR, "error_code": "MEDIA_POSTING_ALREADY_IN_PROGRESS"}, AlreadyPosting),
        (409, {**ERROR, "error_code": "MEDIA_ALREADY_FINALIZED"}, AlreadyFinal),
        (400, {**ERROR, "error_code": "MEDIA_EXPIRED"}, Expired),
        (404, "", Expired),
        (400, {**ERROR, "error_code": "MEDIA_TOO_SHORT"}, BadMedia),
        (400, ERROR, Rejected),
        (400, "<html>", Rejected),
        (200, {"request_status": "SUCCESS", "saved_stories": [{"sub_request_status": "ERROR"}]}, Rejected),
        (200, {"request_status": "PARTIAL", "saved_stories": [{"sub_request_status": "ERROR"}]}, Rejected),
        (403, "", Unauthorized),
        (200, {**ERROR, "error_code": "AUTHORIZATION_PERMISSION_DENIED"}, Unauthorized),
        (401, "", Unauthorized),
        (429, "", NotNow),
    ],
)
def test_an_answer_that_proves_a_refusal(status: int, body: Any, kind: type[ConnectorError]) -> None:
    with pytest.raises(ConnectorError) as caught:
        Snapchat.judge(answered(status, body))
    assert type(caught.value) is kind
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(("status", "body"), [(500, ERROR), (502, "<html>"), (408, ""), (200, {"request_status": "PARTIAL"})])
def test_an_answer_that_proves_nothing(status: int, body: Any) -> None:
    with pytest.raises(Doubt):
        Snapchat.judge(answered(status, body))


def test_a_success_passes() -> None:
    Snapchat.judge(answered(200, {"request_status": "SUCCESS", "saved_stories": [{"sub_request_status": "SUCCESS"}]}))


def test_how_long_to_wait_is_read_where_it_is_said() -> None:
    pause = Snapchat.pause(answered(429, "", headers={"Retry-After": "7"}))
    assert pause is not None
    assert pause.retry_in == timedelta(seconds=7)
    assert Snapchat.pause(answered(200, {})) is None
