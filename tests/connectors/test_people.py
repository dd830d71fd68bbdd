"""Looking for people to name in a text, on every network that has a search for it."""

import json
import os
import re
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from connectors import NETWORKS, connector
from connectors.base import FindsPeople
from connectors.errors import ConnectorError, Doubt, NotNow, Unauthorized
from tests.connectors import bluesky_scene, mastodon_scene, x_scene
from tests.connectors.scenery import Scenery
from tests.sandbox.conftest import Practice

SCENES: dict[str, type[Scenery[Any]]] = {
    "bluesky": bluesky_scene.Scene,
    "mastodon": mastodon_scene.Scene,
    "x": x_scene.Scene,
}
SHARED = Path(os.environ.get("SMO_SHARED", Path(__file__).parents[3] / "shared"))
LEXICON = SHARED / "specs/bluesky/lexicons/app/bsky/actor/searchActorsTypeahead.json"


@pytest.fixture(params=SCENES)
def scene(request: pytest.FixtureRequest, practice: Practice, tmp_path: Path) -> Scenery[Any]:
    return SCENES[request.param](practice, tmp_path)


def test_the_networks_that_find_people_are_all_tried_here() -> None:
    assert [slug for slug in NETWORKS if issubclass(connector(slug), FindsPeople)] == list(SCENES)


def test_people_are_found_by_the_beginning_of_a_name(scene: Scenery[Any], practice: Practice) -> None:
    made = practice.account(scene.kind.slug, "Zebulon Quill")

    (found,) = scene.connector().people("zebul")

    assert (found.remote_id, found.name) == (made["id"], "Zebulon Quill")
    assert found.username.startswith("zebulon")
    assert found.mention == f"@{found.username}"
    assert found.picture_url
    assert found.username in found.url
    assert [one.remote_id for one in scene.connector().people("quill")] == [made["id"]]


def test_nobody_is_found_where_nobody_is(scene: Scenery[Any]) -> None:
    assert scene.connector().people("xyzzyx") == ()


@pytest.mark.parametrize("kind", ["expire_token", "revoke_token"])
def test_a_dead_token_is_told_apart_from_a_busy_network(kind: str, scene: Scenery[Any]) -> None:
    scene.fault(kind)
    # Bluesky's search asks for no token: there it goes on.
    with nullcontext() if scene.kind.slug == "bluesky" else pytest.raises(Unauthorized):
        assert scene.connector().people("xyzzyx") == ()


@pytest.mark.parametrize(
    ("fault", "error"),
    [({"kind": "refuse", "seconds": 30}, NotNow), ({"kind": "fail"}, Doubt)],
    ids=["429", "500"],
)
def test_a_network_in_trouble_says_so(fault: dict[str, Any], error: type[Exception], scene: Scenery[Any]) -> None:
    scene.fault(**fault, operation="read", times=1)
    with pytest.raises(error):
        scene.connector().people("ann")
    assert isinstance(scene.connector().people("xyzzyx"), tuple)


def test_x_is_not_asked_for_what_its_search_does_not_take(practice: Practice, tmp_path: Path) -> None:
    scene = x_scene.Scene(practice, tmp_path)
    assert scene.connector().people("żółw") == ()
    assert scene.calls("GET", "users/search") == []


@pytest.mark.parametrize("query", [{"query": "a-b"}, {"query": "ann", "max_results": "0"}, {"q": "ann"}])
def test_the_practice_x_refuses_what_x_refuses(query: dict[str, str], practice: Practice, tmp_path: Path) -> None:
    x = x_scene.Scene(practice, tmp_path).connector()
    with pytest.raises(ConnectorError):
        x.client.request("GET", "/2/users/search", params=query)


@pytest.mark.skipif(not LEXICON.exists(), reason=f"Bluesky's lexicons are not at {LEXICON}: set SMO_SHARED")
def test_bluesky_is_asked_with_what_its_lexicon_knows(practice: Practice, tmp_path: Path) -> None:
    scene = bluesky_scene.Scene(practice, tmp_path)
    scene.connector().people("lexiconist")
    known = json.loads(LEXICON.read_text())["defs"]["main"]["parameters"]["properties"]
    calls = practice.requests(network="bluesky", path="searchActorsTypeahead$")
    (asked,) = [query for call in calls if (query := dict(parse_qsl(call["query"]))).get("q") == "lexiconist"]
    assert set(asked) <= set(known)
    assert known["limit"]["minimum"] <= int(asked["limit"]) <= known["limit"]["maximum"]


@pytest.mark.parametrize(
    ("network", "text", "is_one"),
    [
        ("bluesky", "@ann.bsky.social", True),
        ("bluesky", "@ann", False),
        ("mastodon", "@ann", True),
        ("mastodon", "@ann@ice.social", True),
        ("x", "@ann", True),
        ("x", "@ann.bsky.social", False),
        ("x", "@ann@ice.social", False),
    ],
)
def test_what_a_network_reads_as_a_name(network: str, text: str, is_one: bool) -> None:
    assert bool(re.fullmatch(connector(network).mention, text)) is is_one
