"""Pinterest over real HTTP: connecting, the life of a pin, what goes wrong on the way."""

from pathlib import Path

import pytest

from tests.connectors.pinterest_scene import Scene
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


def test_a_photo_goes_out_on_the_first_board(scene: Scene) -> None:
    sent = scene.publishes(scene.post("Ice cold! 🧊 <3", scene.photo(alt="A bottle"), link="https://polarfizz.com/cold"))
    (pin,) = scene.public()
    assert (pin["text"], pin["link"], pin["details"]["board"]) == (
        "Ice cold! 🧊 <3",
        "https://polarfizz.com/cold",
        "Cold drinks",
    )
    assert [(media["mime"], media["alt"]) for media in pin["media"]] == [("image/jpeg", "A bottle")]
    assert sent.url == f"{scene.app.base_url}/pin/{sent.remote_id}/"
    assert scene.practice.http.get(sent.url, timeout=5).ok


@pytest.mark.parametrize(("width", "height"), [(720, 1280), (1280, 720)])
def test_a_video_is_sent_as_a_form_and_waited_for(scene: Scene, width: int, height: int) -> None:
    scene.publishes(scene.post("It moves", scene.film(6, width, height, alt="A film")))
    (pin,) = scene.public()
    assert [(media["mime"], media["alt"]) for media in pin["media"]] == [("video/mp4", "A film")]
