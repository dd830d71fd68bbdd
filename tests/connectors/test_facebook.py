"""Facebook Pages over real HTTP: connecting, the life of a post, what goes wrong on the way."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors import connector
from connectors.base import Confirms, Connects, Deletes, Hooks, Inbox, Replies, Targets
from connectors.data import Outgoing, Progress, Sent, Targeting, Uncertain
from connectors.errors import Doubt, Rejected, Unauthorized
from connectors.facebook import Facebook
from connectors.meta import Graph
from tests.connectors.facebook_scene import MIB, RETURN_TO, Scene, now
from tests.sandbox.conftest import Practice


@pytest.fixture
def scene(practice: Practice, tmp_path: Path) -> Scene:
    return Scene(practice, tmp_path)


# -- connecting ------------------------------------------------------------------------------------------------------------


def test_it_is_registered_and_has_the_capabilities_that_the_network_has(scene: Scene) -> None:
    assert connector("facebook") is Facebook
    facebook = scene.connector()
    assert all(isinstance(facebook, had) for had in (Connects, Confirms, Deletes, Targets, Inbox, Replies, Hooks))


def test_pages_are_connected_by_the_consent_page(scene: Scene) -> None:
    tokens = scene.connects()
    assert tokens.expires_at is not None
    assert tokens.expires_at > now() + timedelta(days=50), "the long-lived token, not the first one"
    assert set(tokens.scopes) >= set(Facebook.scopes)

    [page] = Facebook.accounts(scene.app, scene.http(), tokens)
    assert (page.remote_id, page.name) == (scene.page["id"], "Polar Fizz")
    assert page.url.startswith(scene.app.base_url)
    assert page.tokens.expires_at is None, "a Page's token has no end"
    assert page.tokens.access not in ("", tokens.access)

    sent = Facebook(page, scene.app, scene.http()).publish(scene.post("From the new channel"), Progress())
    assert isinstance(sent, Sent)
    assert scene.texts() == ["From the new channel"]


def test_a_long_list_of_pages_is_read_to_its_end(scene: Scene) -> None:
    others = tuple(scene.practice.account("facebook", f"Page {number}")["id"] for number in range(4))
    tokens = scene.connects(pages=(scene.page["id"], *others))
    graph = Graph(scene.http(), tokens.access, scene.app.client_secret)
    one_by_one = [page["id"] for page in graph.all("me/accounts", fields="id", limit=2)]
    assert sorted(one_by_one) == sorted([scene.page["id"], *others])
    assert len(Facebook.accounts(scene.app, scene.http(), tokens)) == 5


def test_an_unticked_permission_that_is_needed_is_named_at_once(scene: Scene) -> None:
    tokens = scene.connects(untick="pages_manage_posts")
    with pytest.raises(Unauthorized, match=r"Publish and delete posts.*connect again and leave every box ticked"):
        Facebook.accounts(scene.app, scene.http(), tokens)


def test_without_the_permission_for_comments_publishing_still_works(scene: Scene) -> None:
    tokens = scene.connects(untick="pages_manage_engagement")
    [page] = Facebook.accounts(scene.app, scene.http(), tokens)
    facebook = Facebook(page, scene.app, scene.http())
    sent = facebook.publish(scene.post(), Progress())
    assert isinstance(sent, Sent)
    with pytest.raises(Rejected, match=r"delete comments as the Page\. Connect the channel again and tick it"):
        facebook.publish(scene.post("More", parent=sent.remote_id, is_comment=True), Progress())


def test_a_code_works_once(scene: Scene) -> None:
    code = scene.consents()
    Facebook.exchange(scene.app, scene.http(), code, RETURN_TO, "")
    with pytest.raises(Unauthorized, match="start again"):
        Facebook.exchange(scene.app, scene.http(), code, RETURN_TO, "")


def test_the_permission_is_renewed_and_taken_back(scene: Scene) -> None:
    tokens = Facebook.refresh(scene.app, scene.http(), scene.connects())
    [page] = Facebook.accounts(scene.app, scene.http(), tokens)
    with pytest.raises(Unauthorized, match="connect the channel again"):
        Facebook.refresh(scene.app, scene.http(), page.tokens)
    Facebook.revoke(scene.app, scene.http(), page.tokens)
    Facebook.revoke(scene.app, scene.http(), page.tokens)  # what is gone already is no error
    with pytest.raises(Unauthorized, match="connect"):
        Facebook(page, scene.app, scene.http()).publish(scene.post(), Progress())


# -- what fits -------------------------------------------------------------------------------------------------------------


def sentences(post: Outgoing) -> list[str]:
    return [problem.message for problem in Facebook.checker().problems(post)]


def test_problems_say_cause_and_remedy(scene: Scene) -> None:
    film, photo = scene.film(seconds=95), scene.photo()
    assert sentences(scene.post(media=(replace(film, seconds=20),), options={"format": "reel"})) == []
    assert sentences(scene.post(options={"format": "reel"})) == [
        "A Facebook reel is exactly one video: add one, or choose the format Post."
    ]
    assert sentences(scene.post(media=(film,), options={"format": "reel"})) == [
        "film.mp4 lasts 95 s, A Facebook reel takes 90 s: cut it."
    ]
    assert sentences(scene.post(media=(photo,), parent="1_2", is_comment=True)) == []
    assert sentences(scene.post(media=(photo, photo), parent="1_2", is_comment=True)) == [
        "A comment on Facebook takes one picture and no video: remove the rest."
    ]
    assert len(sentences(scene.post(media=(photo,) * 11))) == 1


@pytest.mark.parametrize(
    ("targeting", "words"),
    [
        (Targeting(languages=("tlh",)), "language tlh"),
        (Targeting(cities=("Berlin",)), "by number, not as “Berlin”"),
        (Targeting(age_min=16), "only at 13, 15, 18, 21 or 25 years"),
        (Targeting(age_min=30, age_max=28), "between 30 and 65"),
        (Targeting(age_min=66), "lowest age must not lie above 65"),
    ],
)
def test_an_audience_that_facebook_cannot_express_is_a_problem(targeting: Targeting, words: str) -> None:
    [found] = sentences(Outgoing("k", "Hi", targeting=targeting))
    assert words in found


# -- publishing ------------------------------------------------------------------------------------------------------------


def test_a_text(scene: Scene) -> None:
    sent = scene.published(scene.post("Ice cold!\n\n40 °C? 🥤"))
    [shown] = scene.shown()
    assert (shown["id"], shown["text"], shown["url"]) == (sent.remote_id, "Ice cold!\n\n40 °C? 🥤", sent.url)


def test_a_link_with_its_preview(scene: Scene) -> None:
    scene.published(scene.post("Read this", link="https://example.org/cold"))
    [shown] = scene.shown()
    assert (shown["text"], shown["link"]) == ("Read this", "https://example.org/cold")


def test_one_photo_is_one_post_to_feed_with_its_alt_text(scene: Scene) -> None:
    scene.published(scene.post("Look", media=(scene.photo(alt="A can in the snow"),)))
    [shown] = scene.shown()
    assert [picture["alt"] for picture in shown["media"]] == ["A can in the snow"]
    assert [call["path"].rsplit("/", 1)[1] for call in scene.calls()] == ["photos", "feed"]


def test_several_photos_keep_their_order_and_a_link_goes_into_the_text(scene: Scene) -> None:
    photos = tuple(scene.photo(colour, alt=f"{colour} can") for colour in ("blue", "red", "green"))
    scene.published(scene.post("Three", media=photos, link="https://example.org/cold"))
    [shown] = scene.shown()
    assert [picture["alt"] for picture in shown["media"]] == ["blue can", "red can", "green can"]
    assert (shown["text"], shown["link"]) == ("Three\n\nhttps://example.org/cold", "")


def test_photos_show_nowhere_before_the_moment_and_go_up_once(scene: Scene) -> None:
    post, progress = scene.post("Look", media=(scene.photo("blue"), scene.photo("red"))), Progress()
    scene.fault("fail", operation="prepare", path="photos")
    with pytest.raises(Doubt):
        scene.connector().prepare(post, progress)
    scene.connector().prepare(post, progress)
    scene.connector().prepare(post, progress)
    assert scene.shown() == []
    assert [call["status"] for call in scene.calls(path="photos")] == [500, 200, 200]


def test_a_video_goes_up_in_chunks_and_is_waited_for(scene: Scene) -> None:
    film, progress = scene.film(size=2 * MIB + 100), Progress()
    sent = scene.published(scene.post("Watch", media=(film,)), progress)
    [shown] = scene.shown()
    assert (shown["id"], shown["text"], shown["kind"], shown["url"]) == (sent.remote_id, "Watch", "video", sent.url)
    assert progress.get("progress") == "100"
    assert len(scene.calls(path="videos")) == 5, "start, three chunks, finish"


def test_a_reel(scene: Scene) -> None:
    sent = scene.published(scene.post("Watch", media=(scene.film(),), options={"format": "reel"}))
    [shown] = scene.shown()
    assert (shown["id"], shown["text"], shown["kind"]) == (sent.remote_id, "Watch", "reel")


def test_a_first_comment(scene: Scene) -> None:
    sent = scene.published(scene.post("The post"))
    comment = scene.post("And more", link="https://example.org", parent=sent.remote_id, is_comment=True)
    began = now()
    said = scene.published(comment)
    [shown] = scene.shown()
    assert [(reply["id"], reply["text"], reply["ours"]) for reply in shown["replies"]] == [
        (said.remote_id, "And more\n\nhttps://example.org", True)
    ]
    assert said.url
    assert scene.connector().confirm(comment, Progress(), Uncertain(began)) == said
    assert scene.connector().confirm(comment, Progress(), Uncertain(began, taken=frozenset({said.remote_id}))) is None


def test_an_audience_is_sent_exactly_as_it_was_shown(scene: Scene) -> None:
    targeting = Targeting(
        countries=("de",), regions=("3847",), cities=("2418779",), languages=("de", "en-GB", "de-AT"),
        age_min=30, age_max=50, genders=("female",),
    )  # fmt: skip
    fields = scene.connector().targeting_fields(targeting)
    places = {"countries": ["DE"], "regions": [{"key": "3847"}], "cities": [{"key": "2418779"}]}
    assert fields == {
        "targeting": {"geo_locations": places, "locales": ["5", "24"], "age_min": 25},
        "feed_targeting": {
            "geo_locations": places, "locales": ["5", "24"], "age_min": 30, "age_max": 50, "genders": [2],
        },
    }  # fmt: skip
    sent = scene.published(scene.post(targeting=targeting))
    stored = scene.graph("GET", sent.remote_id, fields="targeting,feed_targeting")
    assert {name: stored[name] for name in fields} == fields


def test_a_video_has_its_audience_too(scene: Scene) -> None:
    for options in ({}, {"format": "reel"}):
        post = scene.post(f"For adults {options}", media=(scene.film(),), options=options, targeting=Targeting(age_min=18))
        stored = scene.graph("GET", scene.published(post).remote_id, fields="targeting")
        assert stored["targeting"] == {"age_min": 18}


def test_no_audience_sends_no_fields(scene: Scene) -> None:
    assert scene.connector().targeting_fields(Targeting()) == {}
    assert set(scene.connector().targeting_fields(Targeting(genders=("male",)))) == {"feed_targeting"}


def test_every_call_proves_that_it_knows_the_apps_secret(scene: Scene) -> None:
    scene.published(scene.post("Look", media=(scene.photo(),)))
    assert all("appsecret_proof" in call["body"] + call["query"] for call in scene.calls())


def test_a_post_is_deleted_and_deleting_it_again_is_no_error(scene: Scene) -> None:
    sent = scene.published(scene.post())
    scene.connector().delete(sent.remote_id)
    assert scene.shown() == []
    scene.connector().delete(sent.remote_id)
