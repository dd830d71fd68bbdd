"""TikTok over real HTTP: connecting, the life of a post, what goes wrong on the way."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.tiktok import TikTok
from tests.connectors.tiktok_scene import Scene, make_film, now, serving_files
from tests.sandbox.conftest import Practice

NewScene = Callable[..., Scene]


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_film(tmp_path_factory.mktemp("tiktok") / "film.mp4")


@pytest.fixture
def photos_at(tmp_path: Path) -> Iterator[str]:
    with serving_files(tmp_path) as url:
        yield url


@pytest.fixture
def new_scene(practice: Practice, tmp_path: Path, film: bytes, photos_at: str) -> NewScene:
    return lambda **details: Scene(practice, tmp_path, film, photos_at, **details)


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


def test_a_video_goes_out_and_has_an_address(scene: Scene) -> None:
    sent = scene.publishes(scene.post("Ice cold! 🧊 #polarfizz"))
    (post,) = scene.public()
    assert (post["text"], post["kind"], post["id"]) == ("Ice cold! 🧊 #polarfizz", "video", sent.remote_id)
    assert sent.url == f"{scene.app.base_url}/@{scene.account['username']}/video/{sent.remote_id}"
    assert scene.practice.http.get(sent.url, timeout=5).ok
    assert scene.practice.http.get(post["media"][0]["url"], timeout=5).content == scene.film
