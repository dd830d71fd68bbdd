"""Rows to publish: many workspaces and channels, made in bulk."""

from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Channel, Token, Workspace
from scheduler.models import Post, Publication, Status

WORKSPACES = 20


def clear() -> None:
    """Empty tables and an empty Redis."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_workspace, accounts_channel, scheduler_post, scheduler_publication CASCADE")
    redis.Redis.from_url(settings.REDIS_URL).flushdb()


def channels(count: int) -> list[Channel]:
    """Practice channels, spread over the workspaces."""
    spaces = Workspace.objects.bulk_create(Workspace(name=f"Brand {n}") for n in range(WORKSPACES))
    made = Channel.objects.bulk_create(
        Channel(workspace=spaces[n % WORKSPACES], network="x", practice=True, remote_id=str(n), name=f"x{n}", username=f"x{n}")
        for n in range(count)
    )
    Token.objects.bulk_create(Token(channel=channel, access=f"token-{channel.remote_id}") for channel in made)
    return made


def promise(over: list[Channel], count: int, first: datetime, spread: timedelta = timedelta()) -> None:
    """`count` text posts, promised from `first` on, evenly over `spread`."""
    homes = [over[n % len(over)] for n in range(count)]
    posts = Post.objects.bulk_create(
        (Post(workspace_id=home.workspace_id, text=f"Ice cold {n}") for n, home in enumerate(homes)), batch_size=1000
    )
    Publication.objects.bulk_create(
        (
            Publication(
                workspace_id=home.workspace_id,
                post=post,
                channel=home,
                content={"text": post.text},
                publish_at=(when := first + spread * n / count),
                due_at=when,
            )
            for n, (home, post) in enumerate(zip(homes, posts, strict=True))
        ),
        batch_size=1000,
    )


def fill(over: list[Channel], count: int) -> None:
    """`count` further rows, scheduled from tomorrow on, made by PostgreSQL itself."""
    post = Post.objects.create(workspace_id=over[0].workspace_id, text="later")
    ids = [str(channel.pk) for channel in over]
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            """
            INSERT INTO scheduler_publication (id, workspace_id, post_id, channel_id, part, content, with_media, status,
                publish_at, due_at, attempt, looks, kept, handle, remote_id, url, fault, why, created_at)
            SELECT gen_random_uuid(), %s, %s, (%s::uuid[])[1 + n %% %s], n / %s + 1, '{}', false, 'scheduled', at, at,
                0, 0, '{}', '', '', '', '', '', now()
            FROM (SELECT n, now() + interval '1 day' + n * interval '20 seconds' AS at FROM generate_series(1, %s) n) s
            """,
            [str(over[0].workspace_id), str(post.pk), ids, len(over), len(over), count],
        )
        cursor.execute("ANALYZE scheduler_publication")


def soon() -> datetime:
    """A moment that leaves time to write the rows and to have the workers wait for it."""
    return timezone.now() + timedelta(seconds=4)


def left() -> int:
    """How many publications are not final."""
    return Publication.objects.filter(due_at__isnull=False, publish_at__lte=timezone.now()).count()


def out() -> int:
    """How many publications are out, asked so that it costs the measured nothing to speak of."""
    return Publication.objects.filter(status=Status.PUBLISHED).count()


def published(on: Channel | None = None) -> list[tuple[datetime, datetime]]:
    """(promised, published) of everything that is out, or that is out on a channel."""
    publications = on.publications if on else Publication.objects
    rows = publications.filter(status=Status.PUBLISHED).values_list("publish_at", "published_at")
    return [(promised, out) for promised, out in rows if out]
