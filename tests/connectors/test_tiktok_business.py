"""TikTok's API for Business over real HTTP: connecting, posts by address, doubts, comments and what is done to them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.data import Outgoing, Progress, Tokens, Uncertain
from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from connectors.talk import Moderation, Span
from connectors.tiktok_business import TikTokBusiness
from tests.connectors.scenery import now
from tests.connectors.tiktok_business_scene import Scene
from tests.connectors.tiktok_scene import serving_files
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until

NewScene = Callable[..., Scene]


@pytest.fixture
def new_scene(practice: Practice, tmp_path: Path) -> Iterator[NewScene]:
    with serving_files(tmp_path) as url:
        yield lambda **details: Scene(practice, tmp_path, url, **details)


@pytest.fixture
def scene(new_scene: NewScene) -> Scene:
    return new_scene()


# -- connecting --------------------------------------------------------------------------------------------------------


def test_an_account_is_connected_renewed_and_given_back(scene: Scene) -> None:
    tokens = scene.connects()
    assert set(TikTokBusiness.scopes) <= set(tokens.scopes)
    assert tokens.expires_at is not None
    assert timedelta(hours=23) < tokens.expires_at - now() < timedelta(hours=25)
    (account,) = TikTokBusiness.accounts(scene.app, scene.http(), tokens)
    assert (account.remote_id, account.name) == (scene.account["id"], "Polar Fizz Lab")
    assert account.url == f"{scene.app.base_url}/@{scene.account['username']}"

    fresh = TikTokBusiness.refresh(scene.app, scene.http(), tokens)
    assert fresh.access != tokens.access
    with pytest.raises(Unauthorized):
        TikTokBusiness.refresh(scene.app, scene.http(), tokens)
    run_out = replace(fresh, expires_at=now() - timedelta(hours=1))
    TikTokBusiness.revoke(scene.app, scene.http(), run_out)
    TikTokBusiness.revoke(scene.app, scene.http(), run_out)
    with pytest.raises(Unauthorized):
        TikTokBusiness.accounts(scene.app, scene.http(), fresh)


def test_who_may_neither_publish_nor_read_is_not_connected_and_half_a_permission_is_enough(scene: Scene) -> None:
    tokens = scene.connects(without=("video.publish",))
    assert TikTokBusiness.accounts(scene.app, scene.http(), tokens)
    tokens = scene.connects(without=("video.publish", "comment.list"))
    with pytest.raises(Unauthorized, match="boxes ticked"):
        TikTokBusiness.accounts(scene.app, scene.http(), tokens)
    silent = scene.connector()
    silent.account = replace(silent.account, tokens=Tokens(tokens.access, scopes=tokens.scopes))
    assert silent.incoming(now() - timedelta(minutes=5), ["7500000000000000001"]) == []


# -- posts -------------------------------------------------------------------------------------------------------------


def test_a_video_says_everything_and_is_seen_at_its_address(scene: Scene) -> None:
    chosen = {"allow_comments": False, "branded_content": True, "made_with_ai": True, "cover": scene.photo()}
    sent = scene.published(scene.post("Ice cold.", **chosen))
    (shown,) = scene.public()
    assert (shown["id"], shown["text"]) == (sent.remote_id, "Ice cold.")
    assert scene.practice.http.get(sent.url, timeout=5).ok
    (call,) = scene.calls("POST", "/video/publish/")
    for told in ("custom_thumbnail_url", "photo.jpg", '"disable_comment": true', '"is_ai_generated": true'):
        assert told.replace(" ", "") in str(call["body"]).replace(" ", ""), told
    assert "turned off" in str(scene.refusal(Outgoing("key-2", "First!", parent=sent.remote_id, is_comment=True)).said)


def test_photos_for_oneself_get_no_number_and_link_to_the_profile(scene: Scene) -> None:
    post = scene.post("Cold.", scene.photo(), scene.photo("second.jpg"), privacy="SELF_ONLY", title="Ice", cover_photo=2)
    sent = scene.published(post)
    assert "~" in sent.remote_id
    assert sent.url.endswith(f"/@{scene.account['username']}")
    assert scene.public() == []
    assert scene.heard(sent.remote_id) == [], "nobody can comment on what has no number"
    assert scene.calls("GET", "/comment/list/") == []


def test_files_without_an_address_and_unverified_domains_are_refused_in_words(new_scene: NewScene) -> None:
    scene = new_scene(verified_urls=["https://polarfizz.example/"])
    assert "SMO_BASE_URL" in str(scene.refusal(scene.post("Cold.", replace(scene.video(), url=""))))
    assert "verified domains" in str(scene.refusal(scene.post()))
    with pytest.raises(Rejected, match="no text alone"):
        scene.connector().prepare(Outgoing("key-1", "Cold."), Progress())


# -- doubts ------------------------------------------------------------------------------------------------------------


def test_what_did_arrive_is_found_among_the_public_posts(scene: Scene) -> None:
    post = scene.post("Only  once")
    other = scene.published(post)
    doubt = replace(scene.doubts(post, kind="reset_after"), taken=frozenset({other.remote_id}))
    until(lambda: len(scene.public()) == 2)
    assert scene.confirmed(post, doubt).remote_id == scene.public()[1]["id"]
    with pytest.raises(Doubt):
        scene.confirmed(post, replace(doubt, taken=frozenset(shown["id"] for shown in scene.public())))


@pytest.mark.parametrize("private", [False, True])
def test_what_is_not_found_is_for_a_person(scene: Scene, private: bool) -> None:
    post = scene.post("Where am I?", scene.photo(), **({"privacy": "SELF_ONLY"} if private else {}))
    doubt = scene.doubts(post, kind="reset_after" if private else "reset_before")
    for known in (doubt, replace(doubt, handle="v_pub_url~v2-1.1")):
        with pytest.raises(Doubt):
            scene.connector().confirm(post, Progress(), known)


# -- people ------------------------------------------------------------------------------------------------------------


def test_comments_and_all_answers_below_them_are_read_once(scene: Scene) -> None:
    post = scene.published().remote_id
    tops = [scene.fan(f"Comment {number}", post, name=f"Fan {number}") for number in range(32)]
    answers = [scene.fan(f"Answer {number}", tops[0]) for number in range(5)]

    heard = scene.heard(post)

    assert {item.remote_id for item in heard} == {*tops, *answers}
    assert len(heard) == 37
    first = next(item for item in heard if item.remote_id == tops[0])
    assert (first.author.name, first.thread, first.parent, first.likes, first.mine) == ("Fan 0", tops[0], "", 0, False)
    assert {(item.thread, item.parent) for item in heard if item.remote_id in answers} == {(tops[0], tops[0])}
    assert scene.practice.http.get(first.url, timeout=5).ok
    assert scene.heard("7500000000000000001") == [], "a post that is gone says nothing"
    span = Span(now() - timedelta(minutes=5), now() + timedelta(minutes=5), now() - timedelta(minutes=5))
    assert len(scene.connector().past(span, [])) == 37, "what was not published from here is read back as well"


def test_an_answer_hangs_on_the_top_comment_and_is_found_again(scene: Scene) -> None:
    post = scene.published().remote_id
    top = scene.fan("How cold?", post)
    below = scene.fan("Yes, how?", top)
    asked = next(item for item in scene.heard(post) if item.remote_id == below)
    since = now()
    scene.fault("reset_after")
    with pytest.raises(Doubt):
        scene.connector().reply(asked, "Three degrees!", "key-1")

    found = scene.connector().find_reply(asked, "Three  degrees!", since)

    assert found is not None
    ours = next(item for item in scene.heard(post) if item.mine)
    assert (ours.remote_id, ours.thread, ours.text) == (found.remote_id, top, "Three degrees!")
    assert scene.connector().find_reply(asked, "Four degrees!", since) is None
    assert scene.connector().find_reply(asked, "Three degrees!", since + timedelta(minutes=3)) is None


def test_a_first_comment_is_found_unless_it_belongs_to_another(scene: Scene) -> None:
    comment = Outgoing("key-2", "Where to buy: polarfizz.com", parent=scene.published().remote_id, is_comment=True)
    doubt = scene.doubts(comment, kind="reset_after")
    found = scene.connector().confirm(comment, Progress(), doubt)
    assert found is not None
    taken = Uncertain(doubt.since, taken=frozenset({getattr(found, "remote_id", "")}))
    assert scene.connector().confirm(comment, Progress(), taken) is None


def test_a_hidden_comment_is_hidden_from_the_public_and_not_from_us(scene: Scene) -> None:
    post = scene.published().remote_id
    scene.fan("Yours is warm!", post)
    [said] = scene.heard(post)
    business = scene.connector()
    for deed in (Moderation.LIKE, Moderation.HIDE):
        business.moderate(deed, said)
    assert scene.heard(post) == [replace(said, likes=1)]
    assert [reply["hidden"] for reply in scene.public()[0]["replies"]] == [True]
    business.account = replace(business.account, tokens=Tokens(business.account.tokens.access, scopes=("comment.list",)))
    with pytest.raises(Rejected, match="permission"):
        business.moderate(Moderation.UNHIDE, said)


def test_what_a_delivery_names_is_fetched(scene: Scene) -> None:
    post = scene.published().remote_id
    top = scene.fan("How cold?", post)
    below = scene.fan("Yes, how?", top)
    fetch = scene.connector().fetch
    assert [getattr(fetch(f"{post}:{top}:"), "text", ""), getattr(fetch(f"{post}:{below}:{top}"), "text", "")] == [
        "How cold?",
        "Yes, how?",
    ]
    assert fetch(f"{post}:7500000000000000009:") is None
    assert fetch("7500000000000000001:7500000000000000009:7500000000000000008") is None


def test_a_picture_goes_without_words_and_a_lost_upload_is_no_doubt(scene: Scene) -> None:
    post = scene.published().remote_id
    scene.fan("How does it look?", post)
    [asked] = scene.heard(post)
    business, since = scene.connector(), now()
    with pytest.raises(Rejected, match="without words"):
        business.illustrate(asked, "So", scene.photo(), "key-1", Progress())
    scene.fault("fail", operation="prepare")
    with pytest.raises(NotNow):
        business.illustrate(asked, "", scene.photo(), "key-1", Progress())
    scene.fault("reset_after", operation="publish")
    with pytest.raises(Doubt):
        business.illustrate(asked, "", scene.photo(), "key-1", Progress())
    found = business.find_illustrated(asked, "", since, frozenset())
    assert found is not None
    assert business.find_illustrated(asked, "", since, frozenset({found.remote_id})) is None
    assert [item.text for item in scene.heard(post) if item.mine] == ["(attachment)"]
    assert "150" in business.leave(asked, now()).note
