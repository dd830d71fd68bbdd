"""Every parameter that the connector sends is one that Meta's own node definitions know, where these are at hand."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from connectors.data import Progress, Targeting, Uncertain
from connectors.meta import VERSION
from tests.connectors.facebook_scene import Scene, now, practice_network
from tests.sandbox.conftest import Practice

SHARED = Path(os.environ.get("SMO_SHARED", Path(__file__).parents[3] / "shared"))
SPECIFICATION = SHARED / "specs/facebook"
GENERAL = {"access_token", "appsecret_proof", "fields", "limit", "after", "since"}  # of every call, so in no definition
NODES = {"comments": ("PagePost", "Comment"), "messages": ("Page", "UnifiedThread"), "subscriptions": ("Application",)}

pytestmark = pytest.mark.skipif(
    not SPECIFICATION.exists(), reason=f"Meta's definitions are not at {SPECIFICATION}: set SMO_SHARED"
)


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with practice_network(tmp_path_factory.mktemp("facebook-spec")) as found:
        yield found


def known(method: str, edge: str) -> set[str]:
    """The parameters that the definitions name for an edge."""
    calls = [
        call
        for node in NODES.get(edge, ("Page",))
        for call in json.loads((SPECIFICATION / f"{node}.json").read_text())["apis"]
        if (call["method"], call.get("endpoint")) == (method, edge)
    ]
    assert calls, f"{method} {edge} is in no definition"
    return {parameter["name"] for call in calls for parameter in call.get("params", [])}


def sent(call: dict[str, Any]) -> set[str]:
    body = call["body"]
    form = json.loads(body) if body.startswith("{") else dict(parse_qsl(body, keep_blank_values=True))
    return (set(form) | set(dict(parse_qsl(call["query"], keep_blank_values=True)))) - GENERAL


def lives_a_whole_life(scene: Scene) -> None:
    """Every kind of post, a look, a comment, a message, their answers."""
    audience = Targeting(countries=("DE",), age_min=18, genders=("male",))
    scene.published(scene.post("Text", link="https://example.org", targeting=audience))
    scene.published(scene.post("Photos", media=(scene.photo("red"), scene.photo("blue")), targeting=audience))
    scene.published(scene.post("Video", media=(scene.film(),), targeting=audience))
    reel = scene.published(scene.post("Reel", media=(scene.film(),), options={"format": "reel"}, targeting=audience))
    scene.connector().confirm(scene.post("Text"), Progress(), Uncertain(now()))
    scene.comments(reel.remote_id, "Nice")
    scene.writes("Hello")
    for item in scene.connector().incoming(now().replace(microsecond=0), [reel.remote_id]):
        scene.connector().reply(item, "Thank you", "key")
        scene.connector().find_reply(item, "Thank you", now())


def test_only_known_parameters_are_sent(practice: Practice, tmp_path: Path) -> None:
    scene = Scene(practice, tmp_path)
    lives_a_whole_life(scene)
    checked = set()
    for call in [*scene.calls("POST"), *scene.calls("GET")]:
        parts = call["path"].strip("/").split("/")
        if len(parts) == 3 and parts[0] == VERSION:  # version, node, edge
            checked.add((call["method"], parts[2]))
            assert sent(call) <= known(call["method"], parts[2]), call["path"]
    posted = {"feed", "photos", "videos", "video_reels", "comments", "messages"}
    read = {"published_posts", "comments", "conversations", "messages"}
    assert checked == {("POST", edge) for edge in posted} | {("GET", edge) for edge in read}
