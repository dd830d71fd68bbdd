"""Bluesky over real HTTP: signing in, the life of a post, what goes wrong on the way."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Confirms, Connects, Deletes, SignsIn
from connectors.bluesky import Bluesky
from connectors.data import App, Progress, Uncertain
from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from tests.connectors.bluesky_scene import Scene, now
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


# -- signing in --------------------------------------------------------------------------------------------------------


def test_an_account_is_connected_with_its_handle_and_an_app_password(scene: Scene) -> None:
    account = scene.signs_in()

    assert (account.remote_id, account.name) == (scene.account["id"], "Polar Fizz Lab")
    assert account.username == scene.account["handle"]
    assert account.url == f"{scene.app.base_url}/profile/{account.username}"
    assert scene.practice.http.get(account.url, timeout=5).ok
    assert account.picture_url
    assert account.tokens.scopes == ("com.atproto.appPass",)
    assert account.tokens.expires_at is not None
    assert timedelta(minutes=115) < account.tokens.expires_at - now() < timedelta(minutes=121)


def test_a_text_goes_out_and_has_an_address(scene: Scene) -> None:
    sent = scene.publishes(scene.post("Ice cold! 🧊 <3 & more"))

    post = scene.only()
    assert (post["text"], post["id"]) == ("Ice cold! 🧊 <3 & more", sent.remote_id)
    assert scene.practice.http.get(sent.url, timeout=5).ok
