"""Uploads on practice YouTube: sessions in chunks, what is refused, what processing makes of a file."""

from __future__ import annotations

import os
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until
from tests.sandbox.youtube_channel import JPEG, KIB, Channel, good, mp4, reason

GRAIN = 256 * KIB
BODY = {"snippet": {"title": "Ice cold", "categoryId": "22"}, "status": {"privacyStatus": "private"}}


@pytest.fixture
def channel(practice: Practice) -> Channel:
    return Channel(practice)


def test_a_video_goes_up_in_chunks_and_exists_only_after_the_last_byte(channel: Channel) -> None:
    content = mp4(size=2 * GRAIN + 1000)
    size = len(content)
    start = channel.begin(BODY, size=size)
    assert start.content == b""
    session = start.headers["Location"]
    assert "upload_id=" in session

    nothing_yet = channel.put(session, span=f"bytes */{size}")
    assert nothing_yet.status_code == 308
    assert "Range" not in nothing_yet.headers
    first = channel.put(session, content[:GRAIN], f"bytes 0-{GRAIN - 1}/{size}")
    assert (first.status_code, first.headers["Range"], first.content) == (308, f"bytes=0-{GRAIN - 1}", b"")
    assert channel.put(session, span=f"bytes */{size}").headers["Range"] == f"bytes=0-{GRAIN - 1}"
    assert channel.get("playlistItems", part="id", playlistId="UU" + channel.id[2:])["items"] == []
    channel.put(session, content[GRAIN : 2 * GRAIN], f"bytes {GRAIN}-{2 * GRAIN - 1}/{size}")
    video = good(channel.put(session, content[2 * GRAIN :], f"bytes {2 * GRAIN}-{size - 1}/{size}"))

    assert video["kind"] == "youtube#video"
    assert len(video["id"]) == 11
    assert video["status"]["uploadStatus"] == "uploaded"
    assert video["snippet"]["channelId"] == channel.id
    assert good(channel.put(session, span=f"bytes */{size}"))["id"] == video["id"], "a probe afterwards gives the same video"
    file = channel.get("videos", part="fileDetails", id=video["id"])["items"][0]["fileDetails"]
    assert file["fileSize"] == str(size)


def test_of_an_odd_chunk_only_whole_256_kib_are_kept_and_small_ones_are_refused(channel: Channel) -> None:
    content = mp4(size=4 * GRAIN)
    size = len(content)
    session = channel.begin(BODY, size=size).headers["Location"]
    small = channel.put(session, content[:1000], f"bytes 0-999/{size}")
    assert small.status_code == 400
    assert "262144" in small.json()["error"]["message"]
    odd = channel.put(session, content[: GRAIN + 5], f"bytes 0-{GRAIN + 4}/{size}")
    assert odd.headers["Range"] == f"bytes=0-{GRAIN - 1}"
    gap = channel.put(session, content[2 * GRAIN :], f"bytes {2 * GRAIN}-{size - 1}/{size}")
    assert gap.status_code == 400
    overlapping = channel.put(session, content, f"bytes 0-{size - 1}/{size}")
    assert good(overlapping)["snippet"]["title"] == "Ice cold"


@pytest.mark.parametrize("span", ["bytes 0-9/5", "bytes 5-2/900", "0-9/900", "bytes 0-9/900"])
def test_a_content_range_that_does_not_fit_is_refused(channel: Channel, span: str) -> None:
    session = channel.begin(BODY, size=len(mp4())).headers["Location"]
    assert channel.put(session, mp4(), span).status_code == 400


def test_an_upload_whose_connection_broke_goes_on_where_it_stopped(channel: Channel) -> None:
    content = mp4(size=3 * GRAIN) + os.urandom(10)
    size = len(content)
    session = channel.begin(BODY, size=size).headers["Location"]
    address = urlsplit(session)
    head = f"PUT {address.path}?{address.query} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n"
    with socket.create_connection((address.hostname or "", address.port or 0)) as line:
        line.sendall(head.encode() + content[:500_000])

    def stored() -> int:
        found = channel.put(session, span=f"bytes */{size}").headers.get("Range", "bytes=0--1")
        return int(found.split("-", 1)[1]) + 1

    assert until(stored) == 500_000
    video = good(channel.put(session, content[500_000:], f"bytes 500000-{size - 1}/{size}"))
    served = requests.get(f"{channel.base}/_media/{session.split('upload_id=')[1]}", timeout=10)
    assert served.content == content
    assert video["status"]["privacyStatus"] == "private"


def test_an_upload_of_unknown_size_tells_its_size_with_the_last_chunk(channel: Channel) -> None:
    content = mp4(size=GRAIN + 10)
    session = channel.begin(BODY).headers["Location"]
    assert channel.put(session, content[:GRAIN], f"bytes 0-{GRAIN - 1}/*").status_code == 308
    assert good(channel.put(session, content[GRAIN:], f"bytes {GRAIN}-{GRAIN + 9}/{GRAIN + 10}"))["id"]


def test_sessions_die_after_a_week_and_unknown_ones_never_lived(channel: Channel) -> None:
    session = channel.begin(BODY, size=10).headers["Location"]
    assert channel.put(session + "x", b"").status_code == 404
    channel.later(8 * 86_400)
    dead = requests.put(session, headers={"Content-Range": "bytes */10"}, timeout=10, allow_redirects=False)
    assert dead.status_code == 410


def test_a_session_uri_opens_by_itself_but_a_dead_token_is_refused(channel: Channel) -> None:
    session = channel.begin(BODY, size=len(mp4())).headers["Location"]
    channel.token = "dead"
    assert reason(channel.put(session, mp4())) == (401, "authError")
    assert requests.put(session, data=mp4(), timeout=10).status_code == 200


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_a_small_video_may_come_in_one_multipart_request(channel: Channel, end: bytes) -> None:
    lines = [
        b"--XX", b"Content-Type: application/json; charset=UTF-8", b"", b'{"snippet": {"title": "At once"}}',
        b"--XX", b"Content-Type: video/mp4", b"Content-Transfer-Encoding: binary", b"", mp4(), b"--XX--", b"",
    ]  # fmt: skip
    headers = {"Content-Type": 'multipart/related; boundary="XX"'}
    params = {"uploadType": "multipart", "part": "snippet,fileDetails"}
    reply = channel.send(
        "POST", f"{channel.base}/upload/youtube/v3/videos", data=end.join(lines), headers=headers, params=params
    )
    assert good(reply)["snippet"]["title"] == "At once"
    assert reply.json()["fileDetails"]["fileSize"] == str(len(mp4()))


def test_bytes_alone_make_a_public_video_without_a_title(channel: Channel) -> None:
    params = {"uploadType": "media", "part": "snippet,status"}
    headers = {"Content-Type": "video/mp4"}
    video = good(channel.send("POST", f"{channel.base}/upload/youtube/v3/videos", data=mp4(), headers=headers, params=params))
    assert (video["snippet"]["title"], video["status"]["privacyStatus"]) == ("unknown", "public")


def snippet(**changes: Any) -> dict[str, Any]:
    return {"snippet": {"title": "T", "categoryId": "22", **changes}}


def status(**changes: Any) -> dict[str, Any]:
    return {**snippet(), "status": changes}


REFUSED: list[tuple[dict[str, Any], str]] = [
    (snippet(title=""), "invalidTitle"),
    (snippet(title="x" * 101), "invalidTitle"),
    (snippet(title="a < b"), "invalidTitle"),
    (snippet(description="é" * 2501), "invalidDescription"),
    (snippet(description="<b>"), "invalidDescription"),
    (snippet(tags=["x" * 251, "y" * 249]), "invalidTags"),
    (snippet(tags=["two words " + "x" * 489]), "invalidTags"),
    (snippet(tags="cold"), "invalid"),
    (snippet(categoryId="99"), "invalidCategoryId"),
    (snippet(title=5), "invalid"),
    (snippet(colour="red"), "invalid"),
    ({**snippet(), "sound": {}}, "invalid"),
    (status(privacyStatus="secret"), "invalid"),
    (status(privacyStatus="public", publishAt="2035-01-01T00:00:00Z"), "invalidPublishAt"),
    (status(privacyStatus="private", publishAt="tomorrow"), "invalid"),
    (status(embeddable="yes"), "invalid"),
    ({**snippet(), "localizations": {"de": {"title": "T"}}}, "unexpectedPart"),
]


@pytest.mark.parametrize(("body", "why"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_metadata_that_youtube_would_refuse_is_refused_before_any_byte(
    channel: Channel, body: dict[str, Any], why: str
) -> None:
    assert reason(channel.begin(body)) == (400, why)


def test_metadata_at_the_very_limits_is_accepted(channel: Channel) -> None:
    body = snippet(title="x" * 100, description="é" * 2500, tags=["a b" + "x" * 245, "y" * 249])
    assert channel.begin(body, part="snippet").status_code == 200
    translated = {**snippet(), "localizations": {"de": {"title": "T"}}}
    parts = "snippet,localizations"
    assert reason(channel.begin(translated, part=parts)) == (400, "defaultLanguageNotSet")
    translated["snippet"]["defaultLanguage"] = "en"
    assert channel.begin(translated, part=parts).status_code == 200


def test_wrong_files_and_ways_are_refused(channel: Channel) -> None:
    assert reason(channel.begin(BODY, kind="image/png")) == (400, "badContent")
    assert reason(channel.begin(BODY, size=274_877_906_945)) == (413, "uploadTooLarge")
    assert reason(channel.begin(BODY, part="snippet,sound")) == (400, "unknownPart")
    address = f"{channel.base}/upload/youtube/v3/videos"
    assert reason(channel.send("POST", address, params={"part": "snippet"}, json=BODY)) == (400, "mediaBodyRequired")


def test_processing_takes_its_time_and_says_how_far_it_is(channel: Channel) -> None:
    video = channel.uploads("Slow")
    details = channel.get("videos", part="processingDetails", id=video["id"])["items"][0]["processingDetails"]
    assert details["processingStatus"] == "processing"
    assert int(details["processingProgress"]["partsTotal"]) == 100
    channel.later(2)
    after = channel.get("videos", part="status,processingDetails,contentDetails", id=video["id"])["items"][0]
    assert (after["status"]["uploadStatus"], after["processingDetails"]["processingStatus"]) == ("processed", "succeeded")
    assert (after["contentDetails"]["duration"], after["contentDetails"]["definition"]) == ("PT1M1S", "hd")


def test_faults_slow_down_fail_or_reject_a_video(channel: Channel, practice: Practice) -> None:
    practice.fault("slow_processing", channel.account, seconds=500)
    slow = channel.has_video("Slow")
    assert channel.status(slow)["uploadStatus"] == "uploaded"
    channel.later(500)
    assert channel.status(slow)["uploadStatus"] == "processed"
    practice.fault("fail_processing", channel.account)
    failed = channel.status(channel.has_video("Broken"))
    assert (failed["uploadStatus"], failed["failureReason"]) == ("failed", "conversion")
    practice.fault("duplicate", channel.account)
    again = channel.status(channel.has_video("Again"))
    assert (again["uploadStatus"], again["rejectionReason"]) == ("rejected", "duplicate")


@pytest.mark.parametrize(("content", "why"), [(b"no video at all", "invalidFile"), (JPEG, "invalidFile")])
def test_files_that_are_no_videos_fail_in_processing(channel: Channel, content: bytes, why: str) -> None:
    assert channel.status(channel.has_video(content=content))["failureReason"] == why


def test_an_empty_file_fails_too(channel: Channel) -> None:
    video = good(channel.put(channel.begin(BODY, size=0).headers["Location"]))
    channel.later(2)
    assert channel.status(video["id"])["failureReason"] == "emptyFile"


def test_an_unverified_channel_may_not_upload_more_than_a_quarter_of_an_hour(practice: Practice) -> None:
    channel = Channel(practice, long_uploads="disallowed")
    assert channel.status(channel.has_video(content=mp4(901)))["rejectionReason"] == "length"
    short = channel.has_video(content=mp4(900))
    assert channel.status(short)["uploadStatus"] == "processed"
    params = {"videoId": short, "uploadType": "media"}
    address = f"{channel.base}/upload/youtube/v3/thumbnails/set"
    refused = channel.send("POST", address, params=params, data=JPEG, headers={"Content-Type": "image/jpeg"})
    assert reason(refused) == (403, "forbidden")


def test_a_thumbnail_is_a_jpeg_or_png_of_an_own_video(channel: Channel) -> None:
    video = channel.has_video()

    def sets(content: bytes, kind: str = "image/jpeg", video: str = video) -> requests.Response:
        address = f"{channel.base}/upload/youtube/v3/thumbnails/set"
        params = {"videoId": video, "uploadType": "media"}
        return channel.send("POST", address, params=params, data=content, headers={"Content-Type": kind})

    assert set(good(sets(JPEG))["items"][0]) >= {"default", "high", "maxres"}
    assert channel.page(f"vi/{video}/high.jpg").content == JPEG
    assert reason(sets(b"GIF89a")) == (400, "invalidImage")
    assert reason(sets(JPEG, "image/gif")) == (400, "badContent")
    assert reason(sets(JPEG, video="nothing")) == (404, "videoNotFound")


@pytest.mark.parametrize(("kind", "operation"), [("timeout_after", "publish"), ("reset_after", "publish")])
def test_after_a_lost_answer_to_the_last_chunk_the_session_still_knows_the_video(
    channel: Channel, practice: Practice, kind: str, operation: str
) -> None:
    content = mp4()
    body = {**BODY, "status": {"privacyStatus": "public"}}
    session = channel.begin(body, size=len(content)).headers["Location"]
    practice.fault(kind, channel.account, operation=operation, seconds=0.1)
    with pytest.raises(requests.RequestException):
        channel.put(session, content)
    assert good(channel.put(session, span=f"bytes */{len(content)}"))["id"]
