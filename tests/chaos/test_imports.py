"""An import whose worker is killed (kill -9) in the middle goes on: no row is missing, none is there twice."""

from datetime import timedelta
from uuid import UUID

import pytest
from celery import current_app
from django.utils import timezone

from scheduler.bulk import working
from scheduler.models import Import, Post, Publication
from tests.chaos.scene import Scene
from tests.sandbox.waiting import until
from tests.scheduler.tables import SOON, Bringer

pytestmark = pytest.mark.chaos
ROWS = 120


@pytest.fixture
def bringer(empty_scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Bringer:
    """Somebody whose messages reach the workers of the stage."""

    def call(pk: UUID) -> None:
        with current_app.connection_for_write(empty_scene.stage.services.redis_url) as there:
            current_app.send_task(working.TASK, (str(pk),), queue=working.QUEUE, connection=there)

    monkeypatch.setattr(working, "call", call)
    return Bringer(empty_scene.marketer)


def test_an_import_survives_the_kills_of_its_workers(empty_scene: Scene, bringer: Bringer) -> None:
    empty_scene.channels("x", 1)
    texts = [f"Ice cold, number {number}" for number in range(ROWS)]
    bringer.has_checked(*({"text": text, "channels": "x", "when": f"{SOON} 09:30"} for text in texts))
    begun = bringer.latest
    empty_scene.stage.runs("rest", kind="rest")
    bringer.posts("start")

    for share in (1, 2):
        until(lambda least=share * ROWS // 4: Post.objects.count() >= least)  # type: ignore[misc]
        empty_scene.stage.dies("rest")
        assert Post.objects.count() < ROWS, "it was done before it was killed"
        Import.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))  # its lease has run out
        empty_scene.stage.runs("rest", kind="rest")
        working.recall()
    until(lambda: Import.objects.get(pk=begun.pk).state == Import.State.DONE)

    assert sorted(Post.objects.values_list("text", flat=True)) == sorted(texts)
    assert Publication.objects.count() == ROWS
    assert {row.state for row in begun.rows.all()} == {"done"}
