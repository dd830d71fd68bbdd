"""Captions: read, turned into the other kind, and given to a video once, whatever goes wrong on the way."""

import hashlib
from pathlib import Path

import pytest

from connectors import captions
from connectors.data import SRT, VTT, Media, Progress
from tests.connectors import facebook_scene, youtube_scene
from tests.sandbox.conftest import Practice

SPOKEN = (
    "1\n00:00:00,500 --> 00:00:02,000\nZimne jak l\u00f3d & <b>\u015bwie\u017ce</b>\n\n"
    "2\n00:01:02,000 --> 00:01:04,250\nDwie\nlinie\n"
)


def file(folder: Path, content: bytes = SPOKEN.encode(), kind: str = SRT) -> Media:
    path = folder / "spoken"
    path.write_bytes(content)
    return Media(str(path), kind, len(content), "spoken", sha256=hashlib.sha256(content).hexdigest())


def test_each_kind_becomes_the_other_and_keeps_what_is_said(tmp_path: Path) -> None:
    vtt = captions.written(file(tmp_path, SPOKEN.encode("utf-16")), VTT)
    assert vtt.decode().splitlines()[:4] == [
        "WEBVTT",
        "",
        "00:00:00.500 --> 00:00:02.000",
        "Zimne jak l\u00f3d &amp; <b>\u015bwie\u017ce</b>",
    ]
    assert captions.kind_of(vtt) == VTT
    again = captions.written(file(tmp_path, vtt, VTT), SRT)
    assert captions.read(again) == captions.read(SPOKEN.encode())
    with_more = b"WEBVTT\n\nNOTE of the maker\n\nSTYLE\n::cue {}\n\nintro\n00:01.000 --> 00:02.000 line:0\n<v Ann>Cold</v>\n"
    assert captions.read(with_more) == [captions.Cue(1000, 2000, "Cold")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("1\n00:00:01,000 -> 00:00:02,000\nCold\n\n2\n0:0:3,0 --> 0:0:4,0\nColder", "line 2 has no time"),
        ("1\n00:00:01,000 --> soon\nCold", "line 2 has a time that cannot be read"),
        ("1\n00:00:03,000 --> 00:00:02,000\nCold", "line 2 ends before it begins"),
        ("WEBVTT\n\nNOTE nothing -->", "no captions in it"),
    ],
)
def test_a_broken_file_says_where_and_why(content: str, why: str) -> None:
    assert captions.kind_of(content.encode())
    with pytest.raises(captions.Broken, match=why):
        captions.read(content.encode())


def test_letters_of_an_old_encoding_are_told() -> None:
    with pytest.raises(captions.Broken, match="UTF-8"):
        captions.read(SPOKEN.encode("cp1250"))


def test_youtube_gets_captions_once_also_when_a_worker_died_over_them(practice: Practice, tmp_path: Path) -> None:
    scene = youtube_scene.Scene(practice, tmp_path)
    post = scene.post(captions=file(tmp_path), captions_language="pl")
    progress = Progress()
    scene.connector().prepare(post, progress)
    progress.forget("captions")  # the worker died before it could note the answer
    scene.connector().prepare(post, progress)
    assert len(scene.calls("POST", "captions")) == 1
    scene.connector().publish(post, progress)
    scene.processed(progress.get("video"))
    (shown,) = practice.posts("youtube", scene.channel)
    assert shown["labels"] == ["captions: pl"]

    changed = scene.post(captions=file(tmp_path, SPOKEN.replace("Zimne", "Ch\u0142odne").encode()), captions_language="pl")
    scene.connector().prepare(changed, progress)
    assert len(scene.calls("DELETE", "captions")) == 1, "another file takes the place of the first"


def test_a_facebook_video_that_is_out_stays_out_when_its_captions_fail(practice: Practice, tmp_path: Path) -> None:
    scene = facebook_scene.Scene(practice, tmp_path)
    options = {"captions": file(tmp_path), "captions_language": "pl", "thumb": scene.photo()}
    assert scene.published(scene.post("Spoken", media=(scene.film(),), options=options))
    assert scene.shown()[-1]["labels"] == ["own thumbnail", "captions: pl"]

    progress = Progress()
    broken = {**options, "captions": file(tmp_path, b"1\n00:00:09,000 --> 00:00:02,000\nCold")}
    assert scene.published(scene.post("Silent", media=(scene.film(),), options=broken), progress)
    assert scene.texts() == ["Spoken", "Silent"]
    assert "without its captions (line 2 ends before it begins)" in progress.get("after")
