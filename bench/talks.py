"""Very many conversations, made by PostgreSQL itself: two channels, four kinds, all boxes; two utterances each, many in one."""

import hashlib
from typing import Any

from django.db import connection

from accounts.models import Channel, Member, Token, User, Workspace
from inbox.models import Conversation, Message

# Copies of one row made by Django, so that columns that come later have their defaults.
CONVERSATIONS = """
INSERT INTO inbox_conversation SELECT made.* FROM inbox_conversation c, generate_series(1, %(count)s) n,
jsonb_populate_record(c, jsonb_build_object(
    'id', gen_random_uuid(), 'thread', 't' || n, 'person_id', 'p' || n %% 40000,
    'channel_id', (%(channels)s::uuid[])[1 + n %% 2],
    'person_name', (%(first)s::text[])[1 + n %% 8] || ' ' || (%(last)s::text[])[1 + n / 8 %% 8] || ' ' || to_hex(n),
    'kind', (%(kinds)s::text[])[1 + n / 2 %% 4], 'unread', n %% 3 = 0, 'last_at', now() - n * interval '20 seconds',
    'state', CASE WHEN n %% 10 < 6 THEN 'open' WHEN n %% 10 < 8 THEN 'done' WHEN n %% 10 = 8 THEN 'spam' ELSE 'snoozed' END,
    'snoozed_until', CASE WHEN n %% 10 = 9 THEN now() + interval '1 day' END,
    'assignee_id', CASE WHEN n %% 7 = 0 THEN %(member)s::bigint END,
    'waits_since', CASE WHEN n %% 4 = 0 THEN now() - n * interval '20 seconds' END
)) made WHERE c.id = %(model)s
"""
MESSAGES = """
INSERT INTO inbox_message SELECT made.* FROM inbox_message m, inbox_conversation c,
generate_series(1, CASE WHEN c.thread = 't1' THEN 1000 ELSE 2 END) part, jsonb_populate_record(m, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('inbox_message', 'id')), 'key', gen_random_uuid(),
    'conversation_id', c.id, 'channel_id', c.channel_id,
    'remote_id', c.thread || '.' || part, 'sent_at', c.last_at - part * interval '1 minute', 'author_name', c.person_name,
    'mine', part = 1, 'text', (%(said)s::text[])[1 + substr(c.thread, 2)::int / part %% 6]
        || CASE WHEN substr(c.thread, 2)::int %% 20000 = 7 THEN ' hailstorm' ELSE '' END || ' number ' || c.thread
)) made WHERE m.id = %(model)s AND c.id <> m.conversation_id
"""
SAID = (
    "Is the lemon one sold in Gdańsk too? I looked everywhere",
    "Mine arrived warm, and the bottle was broken. Who pays for that",
    "Ice cold on the beach: the best of this summer, thank you",
    "When do you open again after the holidays",
    "Too sweet for me, please make one without sugar",
    "We would like to order forty crates for a wedding",
)
FIRST = ("Ada", "Björn", "Chiara", "Dawid", "Elif", "Femi", "Grażyna", "Hana")
LAST = ("Kowalska", "Lindqvist", "Moreno", "Nowak", "Okafor", "Papadopoulos", "Quint", "Rossi")
PAGE = "101"  # the Page's id on its network


def fill(count: int) -> Member:
    """A workspace with `count` conversations, the latest first at 't1', and one who works there."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_workspace, accounts_channel, inbox_conversation, inbox_event CASCADE")
    home = Workspace.objects.create(name="Polar Fizz")
    user, _made = User.objects.get_or_create(email="bench@polarfizz.example", defaults={"name": "Bench"})
    member = Member.objects.create(workspace=home, user=user, role="responder")
    over = [_channel(home, "facebook", PAGE), _channel(home, "x", "102")]
    model = Conversation.objects.create(workspace=home, channel=over[0], kind="comment", thread="t0", person_name="Zoe")
    first = Message.objects.create(conversation=model, channel=over[0], remote_id="t0.1", text="Hello")
    _copy(member, over, model, first, count)
    return member


def _channel(home: Workspace, network: str, remote_id: str) -> Channel:
    made = Channel.objects.create(
        workspace=home, network=network, practice=True, remote_id=remote_id, name="Polar Fizz", username=network
    )
    Token.objects.create(channel=made, access=hashlib.sha256(network.encode()).hexdigest())
    return made


def _copy(member: Member, over: list[Channel], model: Conversation, first: Message, count: int) -> None:
    values: dict[str, Any] = {
        "channels": [str(one.pk) for one in over],
        "member": member.pk,
        "count": count,
        "said": list(SAID),
    }
    values |= {"first": list(FIRST), "last": list(LAST), "kinds": ["comment", "message", "mention", "review"]}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(CONVERSATIONS, {**values, "model": str(model.pk)})
        cursor.execute(MESSAGES, {**values, "model": first.pk})
        cursor.execute("VACUUM ANALYZE inbox_conversation")
        cursor.execute("VACUUM ANALYZE inbox_message")
