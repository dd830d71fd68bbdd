"""Rules over the day of the week that has the wave in it: they handle what they should, nothing else, and nobody twice."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Workspace
from connectors.talk import Incoming, Person
from inbox import handling, ruling, saving, sync
from inbox.models import Act, Arrival, Conversation, Hours, Message, Rule
from tests import cast
from tests.inbox import talk
from tests.inbox.desk import Desk
from tests.inbox.talk import rule
from tests.inbox.trouble import week

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
THURSDAY = MONDAY + timedelta(days=3)
WAVE = THURSDAY + timedelta(hours=14, minutes=7)
EVERY, PEOPLE = 28, 12
SPAM = "Cheap followers!!! DM us for crypto"
# By hand, so that nothing of the rules is asked to judge itself.
ABOUT_GLASS = {"I found glass in my bottle, disgusting!", "Skandal, szkło w napoju, wstyd!"}
CROSS_IN_POLISH = {"Niesmaczne i za drogie", "Skandal, szkło w napoju, wstyd!", "Obrzydliwe, żądam zwrotu pieniędzy"}
Talk = tuple[str, str]  # a network and a person


@pytest.fixture
def boss(shop: Workspace) -> Desk:
    return Desk(cast.member(shop, "admin"))


@pytest.fixture
def rules(boss: Desk, desk: Desk, shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> dict[str, Rule]:
    monkeypatch.setattr(ruling, "MOST_A_MINUTE", 10_000)  # a day passes in seconds
    Hours.objects.create(workspace=shop, week=[[540, 1020]] * 5 + [None, None], counted_in="Europe/Warsaw")
    boss.post("take-turns", **{"member": [str(boss.member.pk), str(desk.member.pk)], f"speaks-{desk.member.pk}": ["pl"]})
    away = saving.keep("Away", "", {"": "We are back at nine.", "pl": "Wracamy o dziewiątej."}, boss.member)
    glass = shop.labels.create(name="glass")
    wanted: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
        "spam": ({"mark": "spam"}, {"words": "followers, crypto"}),
        "glass": ({"label": str(glass.pk)}, {"words": "glass, szkło"}),
        "cross": ({"assign": "language"}, {"mood": ["negative"], "language": ["pl"]}),
        "away": ({"answer": str(away.pk)}, {"hours": "outside"}),
    }
    return {
        name: rule(boss, *asked, name=name, position=number, since=MONDAY)
        for number, (name, asked) in enumerate(wanted.items())
    }


def day() -> list[tuple[datetime, Talk, str]]:
    """Some of what is said on that day, by people who say more than one thing; a few of them spam."""
    said = [(at, text) for at, text in week.traffic(MONDAY, WAVE) if at.date() == THURSDAY.date()][::EVERY]
    networks = ("facebook", "mastodon", "youtube")
    return [
        (at, (networks[number % 3], f"fan {number % PEOPLE}"), SPAM if number % 9 == 8 else text)
        for number, (at, text) in enumerate(said)
    ]


def counted(items: list[tuple[datetime, Talk, str]]) -> dict[str, set[Talk]]:
    """In which conversations each rule has something to do, counted without any of them."""
    expected: dict[str, set[Talk]] = defaultdict(set)
    for at, who, text in items:
        if text == SPAM:
            expected["spam"].add(who)
        if who in expected["spam"]:
            continue  # and stays there
        if text in ABOUT_GLASS:
            expected["glass"].add(who)
        if text in CROSS_IN_POLISH:
            expected["cross"].add(who)
        if not 7 <= at.hour < 15:  # nine to five in Warsaw
            expected["away"].add(who)
    return expected


def test_a_day_is_handled_as_the_rules_say_and_nobody_is_answered_twice(
    shop: Workspace, desk: Desk, rules: dict[str, Rule]
) -> None:
    channels = {one.network: one for one in week.channels(shop)}
    items = day()
    for number, (at, (network, person), text) in enumerate(items):
        item = Incoming(f"{number}", "comment", person, Person(person, person), text, at, post="post")
        sync.take(channels[network], item)
        talk.judged()
        if number == len(items) // 2:  # a colleague is done with all of it, so that the rules may act again
            for open_one in Conversation.objects.filter(state="open"):
                handling.finish(open_one, desk.member)

    expected = counted(items)

    def those(**of: Any) -> set[Talk]:
        return set(Conversation.objects.filter(**of).values_list("channel__network", "thread"))

    assert those(state="spam") == expected["spam"]
    assert those(labels__name="glass") == expected["glass"]
    assert those(assignee=desk.member) == those(assignee__isnull=False) == expected["cross"]
    answers = Message.objects.filter(mine=True).values_list("channel__network", "conversation__thread")
    assert Counter(answers) == Counter(expected["away"])
    assert all(len(found) > 2 for found in expected.values()), "the day has something of everything"
    for name, one in rules.items():
        acted = Act.objects.filter(rule=one).values_list("conversation__channel__network", "conversation__thread")
        assert set(acted) == expected[name], name
        assert max(Counter(acted).values()) <= 2, "once, and once more after a colleague was done with it"
    assert Act.objects.filter(rule=rules["away"]).count() > len(expected["away"]), "the day tempts it to answer twice"
    assert not Arrival.objects.exists()
    assert set(Rule.objects.values_list("is_on", flat=True)) == {True}
