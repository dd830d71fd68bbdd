"""Fixtures that read as people and places. What is outside of this machine is the sandbox, over real HTTP."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as project
from django.test import TransactionTestCase
from django.utils import translation
from PIL import Image

from accounts.models import Channel, Workspace
from scheduler.models import Asset
from tests import cast, emptying
from tests.sandbox.conftest import Practice, practice, sandbox_url

__all__ = ["practice", "sandbox_url"]
SLOW = ("up", "browser")  # folders of tests that wait: spread evenly, so that each process has as many of them
# What is dear to set up, or keeps what it has read: each at the head of a process's share, from where no other one takes it.
WHOLE = (("chaos",), ("test_demo.py",), ("words", "test_architecture.py"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    whole: list[list[pytest.Item]] = [[] for _places in WHOLE]
    slow: list[pytest.Item] = []
    quick: list[pytest.Item] = []
    for item in items:
        place = item.path.relative_to(Path(__file__).parent).parts[0]
        kept = next((kind for kind, places in zip(whole, WHOLE, strict=True) if place in places), None)
        (slow if place in SLOW else quick if kept is None else kept).append(item)
    spread = [((at + 0.5) / len(some), item) for some in (slow, quick) for at, item in enumerate(some)]
    rest = [item for _place, item in sorted(spread, key=lambda pair: pair[0])]
    share = len(items) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = rest
    for number, kept in enumerate(whole):
        items[share * number : share * number] = kept


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    project.DATABASES["default"]["TEST"]["TEMPLATE"] = emptying.template()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: emptying.empty())
        yield


@pytest.fixture(autouse=True)
def _own_files_and_quick_passwords(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _nobodys_language() -> Iterator[None]:
    """A request leaves its language to the thread: the next test begins without one."""
    yield
    translation.deactivate()


@pytest.fixture
def shop(transactional_db: None, practice: Practice, settings: Any) -> Workspace:
    """The workspace of the soft-drink maker, with the practice networks at hand and an empty Redis."""
    settings.SANDBOX_URL = practice.url
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    return cast.workspace()


@pytest.fixture
def marketer(shop: Workspace) -> cast.Person:
    return cast.Person(cast.member(shop, "editor"))


@pytest.fixture
def admin(shop: Workspace) -> cast.Person:
    return cast.Person(cast.member(shop, "admin"))


@pytest.fixture
def responder(shop: Workspace) -> cast.Person:
    return cast.Person(cast.member(shop, "responder"))


@pytest.fixture
def x_channel(shop: Workspace, practice: Practice) -> Channel:
    return cast.channel(shop, practice, "x")


@pytest.fixture
def brand_page(shop: Workspace, practice: Practice) -> Channel:
    """A Facebook Page."""
    return cast.channel(shop, practice, "facebook")


@pytest.fixture
def tube(shop: Workspace, practice: Practice) -> Channel:
    """A YouTube channel."""
    return cast.channel(shop, practice, "youtube")


@pytest.fixture
def worker() -> cast.Worker:
    return cast.Worker()


@pytest.fixture
def picture(marketer: cast.Person) -> Asset:
    """A small photo in the library."""
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), "#f59f00").save(buffer, "PNG")
    return marketer.uploads(buffer.getvalue())


@pytest.fixture
def short_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls give up after half a second, so that a test of a time-out is quick."""
    monkeypatch.setattr("connectors.http.DEADLINE", 0.5)
