"""The stage is built once in a process; every test gets it empty."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.chaos.scene import Scene
from tests.chaos.stage import Stage
from tests.chaos.talks import Talks, talking

collect_ignore = [] if os.environ.get("SMO_CHAOS") == "mutants" else ["test_mutants.py"]


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Stage]:
    """Services, practice networks and the nursery."""
    with django_db_blocker.unblock(), Stage.built(tmp_path_factory.mktemp("chaos")) as built:
        yield built


@pytest.fixture
def empty_scene(stage: Stage, settings: Any, django_db_blocker: Any) -> Iterator[Scene]:
    """A workspace with an editor and no rows; the crew of the last test may still be at work."""
    settings.SANDBOX_URL, settings.MEDIA_ROOT = stage.practice.url, stage.var / "media"
    with django_db_blocker.unblock(), stage.database():
        scene = Scene(stage)
        yield scene
        if not scene.is_over():
            stage.nobody_runs()


@pytest.fixture
def scene(empty_scene: Scene) -> Scene:
    """The same, with the whole crew at work."""
    empty_scene.stage.all_run()
    return empty_scene


@pytest.fixture
def talks(empty_scene: Scene) -> Iterator[Talks]:
    """An inbox there, without its workers."""
    with talking(empty_scene) as found:
        yield found
