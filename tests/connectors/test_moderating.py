"""What is done on Facebook, X and YouTube with what people say beside answering; as the public sees it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.errors import Doubt, Rejected, Unauthorized
from connectors.meta_messages import human_agent_refused
from connectors.talk import Incoming, Moderation, Person
from connectors.x import X
from tests.connectors import facebook_scene, x_scene, youtube_scene
from tests.connectors.facebook_scene import now
from tests.sandbox.conftest import Practice

HIDE, UNHIDE, LIKE, UNLIKE, DELETE, BLOCK = Moderation


@pytest.fixture
def brand(practice: Practice, tmp_path: Path) -> facebook_scene.Scene:
    return facebook_scene.Scene(practice, tmp_path)


@pytest.fixture
def account(practice: Practice, tmp_path: Path) -> x_scene.Scene:
    return x_scene.Scene(practice, tmp_path)


def heard(scene: facebook_scene.Scene, *posts: str) -> list[Incoming]:
    return list(scene.connector().incoming(now() - timedelta(minutes=1), posts))


def said(kind: str = "comment", mine: bool = False, text: str = "Hi", author: str = "5") -> Incoming:
    return Incoming("1", kind, "1", Person(author, "Ann"), text, now(), mine=mine)


# -- Facebook ----------------------------------------------------------------------------------------------------------------


def test_a_pages_comments_are_hidden_liked_and_deleted_and_their_author_is_blocked(brand: facebook_scene.Scene) -> None:
    post = brand.published(brand.post()).remote_id
    brand.comments(post, "Boo", name="Bea")
    [boo] = heard(brand, post)
    seen = []
    for what in (HIDE, UNHIDE, LIKE, UNLIKE, DELETE):
        for _ in range(2):
            brand.connector().moderate(what, boo)
        seen += [(what, *((reply["hidden"], reply["likes"]) for reply in brand.shown()[0]["replies"]))]
    assert seen == [(HIDE, (True, 0)), (UNHIDE, (False, 0)), (LIKE, (False, 1)), (UNLIKE, (False, 0)), (DELETE,)]

    brand.connector().moderate(BLOCK, boo)
    with pytest.raises(AssertionError):
        brand.comments(post, "Boo again", name="Bea")
    brand.comments(post, "Nice", name="Cleo")


def test_who_writes_to_a_page_is_blocked_by_the_message(brand: facebook_scene.Scene) -> None:
    brand.writes("Buy my followers", name="Spam Inc")
    [spam] = heard(brand)
    brand.connector().moderate(BLOCK, spam)
    with pytest.raises(AssertionError):
        brand.writes("Last chance", name="Spam Inc")
    with pytest.raises(Rejected, match="did not block"):
        brand.connector().moderate(BLOCK, replace(spam, author=Person("17")))


def test_a_lost_answer_leaves_a_doubt_and_doing_it_again_settles_it(brand: facebook_scene.Scene) -> None:
    post = brand.published(brand.post()).remote_id
    brand.comments(post, "Boo")
    [boo] = heard(brand, post)
    brand.fault("timeout_after", operation="any", path=boo.remote_id)
    with pytest.raises(Doubt):
        brand.connector(deadline=0.5).moderate(HIDE, boo)
    brand.connector().moderate(HIDE, boo)
    assert [reply["hidden"] for reply in brand.shown()[0]["replies"]] == [True]


def test_recommendations_are_read_and_answered(brand: facebook_scene.Scene) -> None:
    for kind, name, text in [("recommend", "Ann", "Cold as ice!"), ("warn", "Ben", "Warm as soup.")]:
        where = {"network": "facebook", "account": brand.page["id"]}
        brand.practice.control("POST", "fan", kind=kind, name=name, text=text, **where)
    yes, no = heard(brand)
    assert [(item.kind, item.text, item.author.name, item.recommends, item.stars) for item in (yes, no)] == [
        ("review", "Cold as ice!", "Ann", True, 0),
        ("review", "Warm as soup.", "Ben", False, 0),
    ]
    began = now()
    sent = brand.connector().reply(no, "We are sorry.", "key")
    assert brand.connector().find_reply(no, "We are sorry.", began) == sent
    brand.connector().moderate(LIKE, yes)
    seen = brand.practice.http.get(f"{brand.app.base_url}/{brand.page['username']}", timeout=5).text
    assert "Warm as soup." in seen
    assert "We are sorry." in seen
    assert "report it" in brand.connector().hindrance(DELETE, no)
    assert list(brand.connector().incoming(now() + timedelta(minutes=1), ())) == []


def test_where_only_the_feature_is_missing_the_channel_lives_on() -> None:
    told = [(True, "10 no feature", Rejected), (True, "190/460 dead", Unauthorized), (False, "10 no feature", Unauthorized)]
    for late, words, error in told:
        with pytest.raises(error), human_agent_refused("Facebook", late):
            raise Unauthorized("Refused.", words)


def test_a_comment_on_a_page_is_answered_privately_once(brand: facebook_scene.Scene) -> None:
    post = brand.published(brand.post()).remote_id
    brand.comments(post, "My can was warm.")
    [asked] = heard(brand, post)
    began, facebook = now(), brand.connector()
    sent = facebook.reply_privately(asked, "Write us your address.", "key")
    assert facebook.find_private_reply(asked, "Write us your address.", began) == sent
    assert facebook.find_private_reply(asked, "Another", began) is None
    with pytest.raises(Rejected, match="allows one"):
        facebook.reply_privately(asked, "Again", "key")


# -- X -------------------------------------------------------------------------------------------------------------------------


def test_replies_on_x_are_hidden_and_shown_again(account: x_scene.Scene) -> None:
    post = account.publishes(account.post()).remote_id
    account.fan("comment", "Boo", post=post)
    [boo] = account.heard(post)
    for what, hidden in [(HIDE, True), (UNHIDE, False)]:
        for _ in range(2):
            account.connector().moderate(what, boo)
        assert [reply["hidden"] for reply in account.practice.posts("x", account.account)[0]["replies"]] == [hidden]


def test_liking_on_x_is_for_its_enterprise_plan(practice: Practice, account: x_scene.Scene, tmp_path: Path) -> None:
    account.fan("comment", "Thirsty.")
    [mention] = account.heard()
    for what in (LIKE, UNLIKE):
        with pytest.raises(Rejected, match="Enterprise plan"):
            account.connector().moderate(what, mention)


def test_what_x_cannot_do_is_said_before(account: x_scene.Scene) -> None:
    x = account.connector()
    assert "your own posts" in x.hindrance(HIDE, said("mention"))
    assert "x.com" in x.hindrance(BLOCK, said("comment"))
    assert x.hindrance(BLOCK, said("message")) == ""
    assert "private message" in x.hindrance(LIKE, said("message"))
    assert "ourselves" in x.hindrance(LIKE, said(mine=True))
    tokens = replace(x.account.tokens, scopes=("tweet.read",))
    with pytest.raises(Rejected, match="Hide replies to your posts"):
        X(replace(x.account, tokens=tokens), x.app, x.http).moderate(HIDE, said())


def test_x_takes_answers_to_those_who_name_the_account(account: x_scene.Scene) -> None:
    x, name = account.connector(), account.account["username"]
    assert x.leave(said(text=f"Hello @{name.upper()}"), now()).why_not == ""
    assert x.leave(said("message"), now()).why_not == ""
    assert f"@{name}" in x.leave(said(text="Hello all"), now()).why_not


# -- YouTube -------------------------------------------------------------------------------------------------------------------


def test_comments_on_youtube_are_hidden_deleted_and_their_author_banned(practice: Practice, tmp_path: Path) -> None:
    scene = youtube_scene.Scene(practice, tmp_path)
    video = scene.published().remote_id

    def comment(text: str) -> None:
        practice.control("POST", "fan", network="youtube", kind="comment", post=video, name="Bea", text=text)

    def shown() -> list[str]:
        [post] = practice.posts("youtube", scene.channel)
        return [reply["text"] for reply in post["replies"] if not reply["hidden"]]

    comment("Boo")
    [boo] = scene.connector().incoming(now() - timedelta(minutes=1), ())
    for what, left in [(HIDE, []), (UNHIDE, ["Boo"]), (BLOCK, []), (DELETE, [])]:
        for _ in range(2):
            scene.connector().moderate(what, boo)
        assert shown() == left
    comment("Boo again")
    assert shown() == []
    assert not scene.connector().moderations & {LIKE, UNLIKE}
