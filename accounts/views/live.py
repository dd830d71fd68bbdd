"""The stream of what changed, for open pages."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import redis.asyncio as redis
from django.conf import settings
from django.db import close_old_connections
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import live as lines
from accounts.access import MemberRequest, allowed
from accounts.roles import Action
from accounts.workspaces import unread_of

HEARTBEAT = 15.0  # seconds; proxies close what is silent for longer
RECONNECT = 1.0  # seconds between two tries to reach Redis


@require_GET
@allowed(Action.SEE)
def stream(request: MemberRequest) -> StreamingHttpResponse:
    """Server-sent events of the workspace: the topic is the event's name, its id the data. Ends when the browser leaves."""
    close_old_connections()  # the stream lasts for hours and needs no database
    response = StreamingHttpResponse(events(request.workspace.pk), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # nginx would hold events back
    return response


async def events(workspace: UUID) -> AsyncIterator[str]:
    """What is told on the workspace's line, as server-sent events; silence is broken by comments. Outlives Redis."""
    cut = False
    while True:
        try:
            async for text in _listen(workspace, cut):
                yield text
        except redis.RedisError:
            cut = True
            yield ": waiting\n\n"
            await asyncio.sleep(RECONNECT)


async def _listen(workspace: UUID, cut: bool) -> AsyncIterator[str]:
    """Greets with the line's stamp: a page with another one has missed something. After a cut nobody knows: none is said."""
    name = lines.line(workspace)
    async with (
        redis.Redis.from_url(settings.REDIS_URL, decode_responses=True, socket_connect_timeout=2) as client,
        client.pubsub() as listener,
    ):
        await listener.subscribe(name)
        stamp = "" if cut else str(await client.get(lines.stamp_key(name)) or "")
        yield event(f"opened:{stamp}")
        while True:
            message = await listener.get_message(ignore_subscribe_messages=True, timeout=HEARTBEAT)
            yield event(message["data"]) if message else ": still here\n\n"


def event(told: str) -> str:
    """`publication:<id>` as a server-sent event."""
    topic, _, subject = told.partition(":")
    return f"event: {topic}\ndata: {subject}\n\n"


@require_GET
@allowed(Action.SEE)
def unread(request: MemberRequest) -> HttpResponse:
    """The badge of unread conversations, fresh."""
    return render(request, "components/unread.html", {"count": unread_of(request.member).conversations})
