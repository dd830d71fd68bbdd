"""Snapchat over real HTTP: connecting, the life of a post, what goes wrong on the way."""

from pathlib import Path

import pytest

from tests.connectors.snapchat_scene import Scene
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


def test_a_profile_is_connected_by_the_consent_page(scene: Scene) -> None:
    tokens = scene.connects()
    (account,) = type(scene.connector()).accounts(scene.app, scene.http(), tokens)
    assert account.remote_id == scene.profile["id"]
    assert scene.practice.http.get(account.url, timeout=5).ok


def test_a_picture_becomes_a_story(scene: Scene) -> None:
    sent = scene.publishes(scene.post(scene.photo()))
    assert scene.kinds() == ["story"]
    assert scene.practice.http.get(sent.url, timeout=5).ok


def test_a_film_becomes_a_spotlight(scene: Scene) -> None:
    sent = scene.publishes(scene.post(scene.film()))
    assert [(post["id"], post["text"]) for post in scene.public()] == [(sent.remote_id, "Ice cold in 40 °C.")]
    assert scene.practice.http.get(sent.url, timeout=5).ok
