"""Open pages hear what changed: the stream of a workspace, as a web server of its own sends it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
import redis
import requests
from django.conf import settings as project

from accounts.live import _speaker, line, stamp, tell
from accounts.models import Member
from tests import cast
from tests.sandbox.waiting import until
from tests.web import running_web, session_of


@pytest.fixture(scope="module")
def site(django_db_setup: None) -> Iterator[str]:
    with running_web("") as url:
        yield url


@pytest.fixture
def member(transactional_db: None) -> Member:
    return cast.member(cast.workspace(), "viewer")


class Stream:
    """One open page's ear."""

    def __init__(self, site: str, member: Member) -> None:
        cookies = {project.SESSION_COOKIE_NAME: session_of(member)}
        self.answer = requests.get(f"{site}/live/", cookies=cookies, stream=True, timeout=10)
        self.lines = self.answer.iter_lines(chunk_size=1, decode_unicode=True)

    def next_event(self) -> tuple[str, str]:
        """The name and the data of the next event; comments are passed over."""
        name = ""
        for text in self.lines:
            if text.startswith("event: "):
                name = text.removeprefix("event: ")
            if text.startswith("data:"):
                return name, text.removeprefix("data:").strip()
        raise AssertionError("the stream ended")


@pytest.fixture
def stream(site: str, member: Member) -> Iterator[Stream]:
    stream = Stream(site, member)
    assert stream.next_event() == ("opened", "")
    yield stream
    stream.answer.close()


def listeners(member: Member) -> int:
    name = line(member.workspace_id)
    return int(redis.Redis.from_url(project.REDIS_URL).pubsub_numsub(name)[0][1])


def test_a_topic_is_the_event_and_its_id_the_data(stream: Stream, member: Member) -> None:
    tell(member.workspace_id, "publication:77")
    tell(member.workspace_id, "inbox")

    assert stream.next_event() == ("publication", "77")
    assert stream.next_event() == ("inbox", "")


def test_proxies_are_told_not_to_hold_it_back(stream: Stream) -> None:
    assert stream.answer.headers["Content-Type"] == "text/event-stream"
    assert stream.answer.headers["X-Accel-Buffering"] == "no"
    assert stream.answer.headers["Cache-Control"] == "no-store"


def test_other_workspaces_are_not_heard(stream: Stream, member: Member) -> None:
    tell(cast.workspace("Somebody else").pk, "publication:1")
    tell(member.workspace_id, "channels")

    assert stream.next_event() == ("channels", "")


def test_the_greeting_has_the_pages_stamp_as_long_as_nothing_was_told(site: str, member: Member) -> None:
    page = stamp(member.workspace_id)
    assert page
    assert greeting(site, member) == page == stamp(member.workspace_id)

    tell(member.workspace_id, "presence:77")  # is told again every half a minute
    tell(cast.workspace("Somebody else").pk, "inbox")
    _speaker.finished()
    assert greeting(site, member) == page

    tell(member.workspace_id, "inbox")
    _speaker.finished()
    assert greeting(site, member) == stamp(member.workspace_id) != page


def greeting(site: str, member: Member) -> str:
    """What a stream that is opened now says first."""
    stream = Stream(site, member)
    name, data = stream.next_event()
    stream.answer.close()
    assert name == "opened"
    return data


def test_without_redis_a_page_has_no_stamp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.live._redis", lambda: redis.Redis.from_url("redis://127.0.0.1:1/0"))
    assert stamp(uuid4()) == ""


def test_it_outlives_a_cut_line_to_redis_and_says_that_something_may_be_missed(stream: Stream, member: Member) -> None:
    assert stamp(member.workspace_id)
    redis.Redis.from_url(project.REDIS_URL).client_kill_filter(_type="pubsub")

    assert stream.next_event() == ("opened", "")
    tell(member.workspace_id, "publication:78")
    assert stream.next_event() == ("publication", "78")


def test_it_ends_when_the_browser_leaves(stream: Stream, member: Member) -> None:
    assert listeners(member) == 1

    stream.answer.close()

    until(lambda: listeners(member) == 0)


def test_strangers_hear_nothing(site: str, transactional_db: None) -> None:
    answer = requests.get(f"{site}/live/", allow_redirects=False, timeout=10)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")
