"""Publications with their channel, its token and its workspace: one statement, whose text is made once.

The ORM compiles a query anew each time. For a bundle of rows that took longer than all the rest between two posts, and it
makes the same channel again for each row.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

from accounts.models import Channel, Token, Workspace
from scheduler.machine import prepared
from scheduler.models import Publication

TABLES = {"p": Publication, "c": Channel, "t": Token, "w": Workspace}
Row = TypeVar("Row", bound=models.Model)


def publications(ids: Iterable[UUID]) -> dict[UUID, Publication]:
    """Those that there are, by id; rows of one channel share its object."""
    with connection.cursor() as cursor:
        prepared.execute(cursor, _statement(), [list(ids)])
        rows = cursor.fetchall()
    channels: dict[UUID, Channel] = {}
    found: dict[UUID, Publication] = {}
    for row in rows:
        values = iter(row)
        one = _made(Publication, values)
        if one.channel_id not in channels:
            channels[one.channel_id] = _channel(values)
        one.channel = channels[one.channel_id]
        found[one.pk] = one
    return found


def _channel(values: Iterator[Any]) -> Channel:
    channel, token, workspace = _made(Channel, values), _made(Token, values), _made(Workspace, values)
    channel.workspace = workspace
    if token.pk:
        token.channel = channel
        Channel._meta.get_field("token").set_cached_value(channel, token)
    return channel


@cache
def _statement() -> str:
    columns = ", ".join(f'{alias}."{column}"' for alias, model in TABLES.items() for column in _columns(model))
    return (
        f"SELECT {columns} FROM scheduler_publication p JOIN accounts_channel c ON c.id = p.channel_id"  # noqa: S608
        " JOIN accounts_workspace w ON w.id = c.workspace_id LEFT JOIN accounts_token t ON t.channel_id = c.id"
        " WHERE p.id = ANY(%s::uuid[])"
    )


@cache
def _columns(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


@cache
def _names(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _turned(model: type[models.Model]) -> list[tuple[int, Any]]:
    """Position and turner of the fields that are not in the database as they are in Python."""
    fields = enumerate(model._meta.concrete_fields)
    return [(number, field.from_db_value) for number, field in fields if hasattr(field, "from_db_value")]


def _made(model: type[Row], values: Iterator[Any]) -> Row:
    own = list(islice(values, len(_names(model))))
    for number, turn in _turned(model):
        own[number] = turn(own[number], None, connection)
    return model.from_db(connection.alias, _names(model), own)
