"""What is promised of every connector, kept over real HTTP: whatever goes wrong, a post is there once or not at all."""

import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product

import pytest

from connectors import NETWORKS, connector
from connectors.base import (
    Confirms,
    Connects,
    Deletes,
    Fetches,
    Hooks,
    Illustrates,
    Inbox,
    Moderates,
    ReadsBack,
    Replies,
    SignsIn,
    TellsReactions,
)
from connectors.data import Progress, Words
from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from connectors.talk import Incoming, Moderation, Person, Span
from tests.contract.calls import Call
from tests.contract.samples import CASTS, FILM, JPEG, Sample
from tests.contract.stage import IMPATIENT, Life, Stage
from tests.sandbox.callback import listening
from tests.sandbox.waiting import until

PLAYED = [network for network in NETWORKS if network in CASTS]
EVERY_TYPE = [
    pytest.param(network, sample, id=f"{network} {sample.name}") for network in PLAYED for sample in CASTS[network].samples
]
DEEDS_IN_ORDER = (
    Moderation.HIDE, Moderation.UNHIDE, Moderation.LIKE, Moderation.UNLIKE, Moderation.BLOCK, Moderation.DELETE,
)  # fmt: skip
every_type = pytest.mark.parametrize(("network", "sample"), EVERY_TYPE)
every_network = pytest.mark.parametrize("network", PLAYED)
with_processing = pytest.mark.parametrize("network", [network for network in PLAYED if CASTS[network].processed])


def begun(stage: Stage) -> Life:
    """The plainest post, right before the moment."""
    return stage.begins(stage.post(stage.cast.samples[0]))


def processed(stage: Stage) -> Sample:
    return next(sample for sample in stage.cast.samples if sample.name == stage.cast.processed)


def test_every_network_has_a_cast() -> None:
    assert set(CASTS) == set(NETWORKS)


@every_network
def test_every_option_is_tried(network: str) -> None:
    tried = {name for sample in CASTS[network].samples for name in (*sample.options, sample.quotes)}
    assert {option.name for option in connector(network).options} <= tried


@every_network
def test_an_account_is_connected_and_publishes(stage: Stage, network: str) -> None:
    accounts = {account.remote_id: account for account in stage.connects()}
    assert stage.account.remote_id in accounts
    stage.account = accounts[stage.account.remote_id]
    assert stage.published(stage.post(stage.cast.samples[0])).remote_id
    assert len(stage.shown()) == 1


@every_network
def test_what_was_connected_is_given_back(stage: Stage, network: str) -> None:
    accounts = {account.remote_id: account for account in stage.connects()}
    stage.account = accounts[stage.account.remote_id]
    assert issubclass(stage.kind, Connects | SignsIn)
    stage.kind.revoke(stage.app, stage.http(), stage.account.tokens)
    if stage.cast.revokes:
        assert not stage.refreshes()
    if stage.cast.revokes and not stage.cast.outlives:
        with pytest.raises(Unauthorized):
            stage.published(stage.post(stage.cast.samples[0]))
    stage.kind.revoke(stage.app, stage.http(), stage.account.tokens)


@every_type
def test_every_type_is_published_once_found_and_deleted(stage: Stage, network: str, sample: Sample, sent: list[Call]) -> None:
    post = stage.post(sample)
    assert [str(problem) for problem in stage.kind.checker().problems(post)] == []
    before = stage.shown()
    life = stage.begins(post)
    assert stage.shown() == before, "preparing shows nothing"
    published = stage.ends(life)
    now = stage.shown()
    assert len(now) - len(before) == stage.public(sample)
    if issubclass(stage.kind, Confirms):
        again = stage.finds(life)
        assert again is not None
        assert again.remote_id == published.remote_id
    if isinstance(deleting := stage.connector(), Deletes):
        deleting.delete(published.remote_id)
        assert stage.shown() == before
        deleting.delete(published.remote_id)
    assert sent


@pytest.mark.parametrize("network", [network for network in PLAYED if issubclass(connector(network), Confirms)])
def test_a_look_takes_no_post_of_another_publication(stage: Stage, network: str) -> None:
    """The same words, but the one was sent and the other never."""
    other = begun(stage)
    first = stage.published(stage.post(stage.cast.samples[0]))
    taken = frozenset({first.remote_id})
    if stage.cast.unproven:
        with pytest.raises(Doubt):
            stage.looks(other, taken)
    else:
        assert stage.looks(other, taken) is None
    assert len(stage.shown()) == 1


@pytest.mark.parametrize("network", [network for network in PLAYED if issubclass(connector(network), Inbox)])
def test_what_people_say_is_read_and_answered(stage: Stage, network: str) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    published = stage.published(stage.post(stage.cast.samples[0]))
    for kind in stage.cast.fans:
        stage.fan(kind, "Where can I buy it?", published.remote_id)
    inbox = stage.connector()
    assert isinstance(inbox, Inbox)
    heard = [item for item in inbox.incoming(since, [published.remote_id]) if not item.mine]
    assert len(heard) == len(stage.cast.fans)
    assert isinstance(inbox, ReadsBack)
    now = datetime.now(UTC)
    back = inbox.past(Span(since, now + timedelta(minutes=1), since), [published.remote_id])
    assert {item.remote_id for item in heard} <= {item.remote_id for item in back}
    assert [*inbox.past(Span(since - timedelta(days=2), since, since), [])] == []
    for number, item in enumerate(heard):
        assert isinstance(inbox, Replies)
        answer = inbox.reply(item, f"In {number + 2} shops near you.", str(uuid.uuid4()))
        found = inbox.find_reply(item, f"In {number + 2} shops near you.", since)
        assert found is not None
        assert found.remote_id == answer.remote_id


@pytest.mark.parametrize("network", [network for network in PLAYED if issubclass(connector(network), TellsReactions)])
def test_what_people_react_with_is_read(stage: Stage, network: str) -> None:
    since, inbox = datetime.now(UTC) - timedelta(minutes=1), stage.connector()
    assert isinstance(inbox, Inbox)
    assert isinstance(inbox, Replies)
    assert isinstance(inbox, TellsReactions)
    stage.fan("message", "Where can I buy it?", "")
    [asked] = inbox.incoming(since, [])
    inbox.reply(asked, "In 2 shops near you.", str(uuid.uuid4()))
    assert [*inbox.reactions(since, [])] == []

    stage.fan("react", "❤️", asked.remote_id)
    [told] = inbox.reactions(since, [])
    assert [(one.person, one.emoji) for one in told[asked.remote_id]] == [(Person(asked.author.remote_id), "❤️")]
    assert {item.reactions for item in inbox.incoming(since, [])} == {told[asked.remote_id], ()}
    stage.fan("unreact", "", asked.remote_id)
    [told] = inbox.reactions(since, [asked.thread])
    assert set(told.values()) == {()}


@pytest.mark.parametrize("network", [network for network in PLAYED if issubclass(connector(network), Illustrates)])
def test_a_picture_is_an_answer_with_and_without_words_as_the_network_takes_it(stage: Stage, network: str) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    asked, pictured = stage.connector(), stage.kind.pictured
    assert isinstance(asked, Illustrates)
    heard = said_to(stage, since)
    assert heard.keys() == pictured.keys() & {*stage.cast.fans, "message"}
    taken: frozenset[str] = frozenset()
    for kind, item in heard.items():
        texts = {Words.NEEDED: ["Like this."], Words.FREE: ["", "Like this."], Words.APART: [""]}[pictured[kind].words]
        for text, file in product(texts, (JPEG, FILM) if pictured[kind].video else (JPEG,)):
            assert asked.find_illustrated(item, text, since, taken) is None
            media, key, progress = stage.files.media(file), str(uuid.uuid4()), Progress()
            answer = stage.patiently(partial(asked.illustrate, item, text, media, key, progress))
            found = asked.find_illustrated(item, text, since, taken)
            assert found is not None
            assert found.remote_id == answer.remote_id
            taken |= {answer.remote_id}


def said_to(stage: Stage, since: datetime) -> dict[str, Incoming]:
    """What a fan says, one of each kind that can be answered with a picture and that is played here."""
    published = stage.published(stage.post(stage.cast.samples[0])).remote_id
    for kind in stage.kind.pictured.keys() & {*stage.cast.fans, "message"}:
        stage.fan(kind, f"A {kind}?", published)
    asked = stage.connector()
    assert isinstance(asked, Inbox)
    items = [item for item in asked.incoming(since, [published]) if not item.mine]
    if isinstance(asked, Fetches) and not any(item.kind == "message" for item in items):  # they come by webhook alone
        where = {"network": stage.network, "account": stage.made["id"]}
        told = (asked.fetch(one["id"]) for one in stage.practice.control("GET", "messages", **where)["data"])
        items += [item for item in told if item]
    return {item.kind: item for item in items if item.kind in stage.kind.pictured}


def moderates(network: str) -> bool:
    """A protocol with data cannot be asked of a class."""
    return isinstance(connector(network).checker(), Moderates)


@pytest.mark.parametrize("network", [network for network in PLAYED if moderates(network)])
def test_every_deed_can_be_repeated(stage: Stage, network: str) -> None:
    published = stage.published(stage.post(stage.cast.samples[0]))
    for kind in stage.cast.fans:
        stage.fan(kind, "Yours is warm!", published.remote_id)
    keeper = stage.connector()
    assert isinstance(keeper, Moderates)
    assert isinstance(keeper, Inbox)
    heard = [item for item in keeper.incoming(datetime.now(UTC) - timedelta(minutes=1), [published.remote_id]) if not item.mine]
    done = set()
    for what in DEEDS_IN_ORDER:
        for item in heard if what in keeper.moderations else ():
            if not keeper.hindrance(what, item):
                keeper.moderate(what, item)
                keeper.moderate(what, item)
                done.add(what)
    assert done


@pytest.mark.parametrize("network", [network for network in PLAYED if issubclass(connector(network), Hooks)])
def test_what_people_say_is_delivered(stage: Stage, network: str) -> None:
    kind, word = stage.kind, "a word of ours"
    assert issubclass(kind, Hooks)
    with listening(lambda query: kind.handshake(stage.app, query, word) or "") as callback:
        asked = stage.connector()
        assert isinstance(asked, Hooks)
        asked.subscribe(callback.url, word)
        stage.fan("comment", "Where can I buy it?", stage.published(stage.post(stage.cast.samples[0])).remote_id)

        def heard() -> list[str]:
            hooks = [hook for headers, body in [*callback.received] for hook in kind.hooks(stage.app, headers, body)]
            ours = [hook for hook in hooks if hook.account == stage.account.remote_id]
            named = [asked.fetch(reference) for hook in ours for reference in hook.unread if isinstance(asked, Fetches)]
            return [item.text for item in (*(item for hook in ours for item in hook.items), *named) if item]

        until(lambda: any(text.endswith("Where can I buy it?") for text in heard()))


# -- nothing was created -------------------------------------------------------------------------------------------------


@every_network
def test_asked_to_slow_down_it_waits(stage: Stage, network: str) -> None:
    life = begun(stage)
    stage.fault("refuse", seconds=60)
    with pytest.raises(NotNow):
        stage.publishes(life)
    assert (stage.attempts(), stage.shown()) == (1, []), "no layer tries again by itself"
    assert stage.ends(life)
    assert len(stage.shown()) == 1


@every_network
def test_an_expired_token_is_renewed_or_a_person_is_asked(stage: Stage, network: str) -> None:
    stage.fault("expire_token")
    with pytest.raises(Unauthorized):
        stage.published(stage.post(stage.cast.samples[0]))
    assert stage.shown() == []
    assert stage.refreshes() is stage.cast.refreshes
    if stage.cast.refreshes:
        assert stage.published(stage.post(stage.cast.samples[0]))
        assert len(stage.shown()) == 1


@every_network
def test_a_revoked_connection_needs_a_person(stage: Stage, network: str) -> None:
    stage.fault("revoke_token")
    with pytest.raises(Unauthorized):
        stage.published(stage.post(stage.cast.samples[0]))
    assert not stage.refreshes()
    assert stage.shown() == []


# -- nobody knows --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["fail", "timeout_before", "reset_before"])
@every_network
def test_what_did_not_arrive_is_sent_again(stage: Stage, network: str, fault: str) -> None:
    life = begun(stage)
    stage.fault(fault)
    stage.doubts(life, IMPATIENT if fault.startswith("timeout") else 10.0)
    assert (stage.attempts(), stage.shown()) == (1, []), "no layer tries again by itself"
    assert stage.recovers(life).remote_id == stage.shown()[0]["id"]
    assert len(stage.shown()) == 1


@every_network
def test_what_did_arrive_unanswered_is_found_and_not_sent_again(stage: Stage, network: str) -> None:
    life = begun(stage)
    stage.fault("timeout_after")
    stage.doubts(life, IMPATIENT)
    assert stage.attempts() == 1, "no layer tries again by itself"
    if issubclass(stage.kind, Confirms):
        assert stage.finds(life)
    assert len(stage.shown()) == 1


@every_type
def test_every_type_that_arrived_is_found_by_a_look(stage: Stage, network: str, sample: Sample) -> None:
    post = stage.post(sample)
    before, attempts = {shown["id"] for shown in stage.shown()}, stage.attempts()
    life = stage.begins(post)
    stage.fault("reset_after")
    stage.doubts(life)
    assert stage.attempts() == attempts + 1, "no layer tries again by itself"
    found = stage.finds(life) if issubclass(stage.kind, Confirms) else None
    new = [shown["id"] for shown in stage.shown() if shown["id"] not in before]
    assert len(new) == stage.public(sample)
    if found and new:
        assert [found.remote_id] == new
    assert found or not issubclass(stage.kind, Confirms)


@pytest.mark.parametrize("network", [network for network in PLAYED if not CASTS[network].doubles])
def test_even_a_blind_repetition_shows_it_once(stage: Stage, network: str) -> None:
    """By its key, its container, its upload or the network's own rule."""
    life = begun(stage)
    stage.fault("reset_after")
    stage.doubts(life)
    life.post = replace(life.post, doubted=True)
    with suppress(Doubt):
        stage.patiently(lambda: stage.publishes(life))
    assert stage.finds(life)
    assert len(stage.shown()) == 1


@pytest.mark.parametrize("network", [network for network in PLAYED if CASTS[network].refuses_twins])
def test_a_twin_is_refused_but_after_a_doubt_it_is_a_doubt(stage: Stage, network: str) -> None:
    post = stage.post(stage.cast.samples[0])
    first = stage.published(post)
    with pytest.raises(Rejected):
        stage.publishes(stage.begins(post))
    life = begun(stage)
    life.post = stage.post(stage.cast.samples[0], doubted=True)
    with pytest.raises(Doubt):
        stage.publishes(life)
    assert [shown["id"] for shown in stage.shown()] == [first.remote_id]


# -- media that the network works on -----------------------------------------------------------------------------------------


@with_processing
def test_slow_processing_is_waited_for(stage: Stage, network: str) -> None:
    stage.fault("slow_processing", seconds=2)
    life = stage.begins(stage.post(processed(stage)))
    assert stage.ends(life)
    assert len(stage.shown()) == 1


@with_processing
def test_failed_processing_is_said(stage: Stage, network: str) -> None:
    stage.fault("fail_processing")
    with pytest.raises(Rejected):
        stage.published(stage.post(processed(stage)))
    assert stage.shown() == []
