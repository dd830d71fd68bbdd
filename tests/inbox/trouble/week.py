"""A week of traffic, always the same: what people say on all networks, by day and night, with one wave of anger in it."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import connection

from accounts.models import Channel, Workspace
from connectors import NETWORKS
from inbox.models import Conversation, Message
from inbox.reading.mood import read

ITEMS, ANGRY = 5000, 350
SEED = 20261123
# How busy an hour of the day is beside the others: nights are quiet, evenings are not.
DAY = (2, 1, 1, 1, 1, 2, 4, 7, 9, 9, 8, 9, 11, 11, 9, 8, 9, 11, 14, 16, 17, 15, 9, 4)
KIND = ("I love the mint one!", "So refreshing 😊", "Great, thank you", "super smaczne, polecam", "Świetna obsługa, dziękuję")
PLAIN = ("Do you ship to Austria?", "Where can I buy it?", "Which size is it?", "Gdzie to kupię?", "O której otwieracie?")
CROSS = ("The cap leaks, awful", "My parcel is late again", "Niesmaczne i za drogie", "Terrible aftertaste")
FURIOUS = (
    "I found glass in my bottle, disgusting!",
    "You poisoned my kid, shame on you",
    "Never again. Boycott!",
    "Skandal, szkło w napoju, wstyd!",
    "Obrzydliwe, żądam zwrotu pieniędzy",
    "This company is a disgrace 😡",
)
Said = tuple[datetime, str]


def channels(of: Workspace) -> list[Channel]:
    """One on every network."""
    rows = [Channel(workspace=of, network=slug, practice=True, remote_id=slug, name=f"Polar Fizz {slug}") for slug in NETWORKS]
    return Channel.objects.bulk_create(rows)


def traffic(since: datetime, wave: datetime) -> list[Said]:
    """ITEMS things said in the seven days from `since` on; from `wave` on ANGRY of them in some hours, most at first."""
    chance = random.Random(SEED)
    calm = [(at, _word(chance)) for at in _moments(chance, since, ITEMS - ANGRY)]
    angry = [(wave + timedelta(minutes=chance.expovariate(1 / 50)), chance.choice(FURIOUS)) for _ in range(ANGRY)]
    return sorted(calm + angry)


def _moments(chance: random.Random, since: datetime, many: int) -> Iterator[datetime]:
    """By the hour of the day; a third of them in bursts, as after a post of ours."""
    hours = [since + timedelta(hours=hour) for hour in range(7 * 24)]
    weights = [DAY[hour.hour] * (1.3 if hour.weekday() > 4 else 1.0) for hour in hours]
    bursts = [chance.choices(hours, weights)[0] + timedelta(minutes=chance.randrange(60)) for _ in range(60)]
    for number in range(many):
        if number % 3:
            yield chance.choices(hours, weights)[0] + timedelta(seconds=chance.randrange(3600))
        else:
            yield min(chance.choice(bursts) + timedelta(minutes=chance.expovariate(1 / 40)), since + timedelta(days=7))


def _word(chance: random.Random) -> str:
    return chance.choice(chance.choices((KIND, PLAIN, CROSS), (4, 5, 1))[0])


def fill(of: Workspace, said: list[Said], on: Callable[[int], Channel]) -> None:
    """What was said into the inbox, read as everything is, each in a conversation of its own."""
    readings = {text: read(text) for text in {text for _at, text in said}}
    talks, rows = [], []
    for number, (at, text) in enumerate(said):
        channel, reading = on(number), readings[text]
        talk = Conversation(workspace=of, channel=channel, kind="comment", thread=str(number), last_at=at, last_text=text)
        talk.mood, talk.language = reading.mood, reading.language
        talks.append(talk)
        rows.append(
            Message(
                conversation=talk,
                channel=channel,
                remote_id=str(number),
                text=text,
                sent_at=at,
                mood=reading.mood,
                language=reading.language,
                mood_words=[list(pair) for pair in reading.words],
            )
        )
    Conversation.objects.bulk_create(talks, batch_size=1000)
    Message.objects.bulk_create(rows, batch_size=1000)
    with connection.cursor() as cursor:  # as PostgreSQL does by itself soon after such a load
        cursor.execute("ANALYZE inbox_message")
