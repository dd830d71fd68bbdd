"""Captions of a video: taken in by their bytes, frozen with the post, given to the networks that take them."""

from html import unescape

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Channel, Workspace
from accounts.verbs import Problem
from connectors.data import SRT, VTT
from scheduler.compose import frozen
from scheduler.composing import history
from scheduler.library import shelf
from scheduler.library.media import add_asset
from scheduler.library.thumbs import thumbnail
from scheduler.models import Asset, Post, Publication
from tests import cast
from tests.sandbox.conftest import Practice
from tests.scheduler.desk import png
from tests.scheduler.test_cover_and_focus import film

ASKED = {"HX-Request": "true"}
SPOKEN = "1\n00:00:00,000 --> 00:00:01,500\nZimne jak l\u00f3d!\n".encode()


@pytest.fixture
def video(marketer: cast.Person) -> Asset:
    return marketer.uploads(film(), "film.mp4")


@pytest.fixture
def spoken(marketer: cast.Person) -> Asset:
    return marketer.uploads(SPOKEN, "film.srt")


@pytest.fixture
def channels(shop: Workspace, practice: Practice) -> dict[str, Channel]:
    return {slug: cast.channel(shop, practice, slug) for slug in ("youtube", "bluesky", "tiktok")}


def typed(video: Asset, captions: Asset, language: str = "Polish", **more: object) -> dict[str, object]:
    pk = video.pk
    own = {"media": str(pk), f"media-captions-{pk}": str(captions.pk), f"media-language-{pk}": language}
    return {"text": "Ice", "youtube-option_title": "Ice", **own, **more}


def test_captions_reach_the_networks_that_take_them_and_the_others_say_so(
    client: Client, marketer: cast.Person, video: Asset, spoken: Asset, channels: dict[str, Channel]
) -> None:
    chosen = [str(one.pk) for one in channels.values()]
    asked = typed(video, spoken, channels=chosen)

    told = unescape(client.post(reverse("post-check"), asked).content.decode())
    assert "TikTok takes no captions" in told
    assert told.count("takes no captions") == 1
    assert told.count("CC pl") == 2, "the previews show them"

    assert client.post(reverse("post-new"), {**asked, "do": "draft"}).status_code == 302
    post = Post.objects.get()
    for slug, channel in channels.items():
        options = frozen(post, channel)[0]["options"]
        there = (options.get("captions"), options.get("captions_language"))
        assert there == ((None, None) if slug == "tiktok" else (str(spoken.pk), "pl")), slug
    assert shelf.uses(post.workspace, [spoken]) == {spoken.pk: 1}
    page = client.get(reverse("post-edit", args=[post.pk])).content.decode()
    assert f'value="{spoken.pk}"' in page
    assert "captions: pl" in history.Names(post.workspace, [history.written(post)]).files(history.written(post)["media"])
    assert history.written(post) == post.revisions.get().content


def test_captions_go_out_with_the_video(
    marketer: cast.Person, client: Client, video: Asset, spoken: Asset, shop: Workspace, practice: Practice, worker: cast.Worker
) -> None:
    channel = cast.channel(shop, practice, "x")
    client.post(reverse("post-new"), {**typed(video, spoken), "channels": [str(channel.pk)], "do": "now"})
    worker.finishes(Publication.objects.get())
    (shown,) = practice.posts("x", {"id": channel.remote_id})
    assert shown["labels"] == ["captions: pl"]


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"1\n00:00:03,000 --> 00:00:01,000\nIce", "a.srt", "line 2 ends before it begins"),
        (b"Ice cold", "a.vtt", "no captions in it"),
        (b"WEBVTT\n\n" + b"00:01.000 --> 00:02.000\nIce\n\n" * 40_000, "a.vtt", "too large for captions"),
        ("1\n00:00:01,000 --> 00:00:03,000\nl\u00f3d".encode("cp1250"), "a.srt", "UTF-8"),
    ],
)
def test_a_broken_file_is_refused_with_the_reason(content: bytes, name: str, why: str, marketer: cast.Person) -> None:
    with pytest.raises(Problem, match=why):
        marketer.uploads(content, name)


def test_the_bytes_say_what_it_is_and_it_has_a_picture(shop: Workspace) -> None:
    for content, kind in ((SPOKEN, SRT), (b"\xef\xbb\xbfWEBVTT\n\n00:01.000 --> 00:02.000\nIce", VTT)):
        asset, new = add_asset(shop, ContentFile(content), "subtitles.txt", None)
        assert (asset.mime_type, new, asset.is_captions) == (kind, True, True)
        assert thumbnail(asset) is not None


def test_each_file_in_its_place(client: Client, video: Asset, spoken: Asset, channels: dict[str, Channel]) -> None:
    """Captions are no media of a post, a picture no captions, a film no cover."""
    assert "under Captions" in client.get(reverse("media-row", args=[spoken.pk]), headers=ASKED).content.decode()
    sent = {"file": SimpleUploadedFile("ice.png", png("#123456")), "option": f"media-captions-{video.pk}"}
    assert "is no captions file" in client.post(reverse("media-add"), sent, headers=ASKED).content.decode()
    found = client.get(reverse("media-choose")).content.decode()
    assert (str(video.pk) in found, str(spoken.pk) in found) == (True, False)
    assert str(video.pk) not in client.get(reverse("media-choose"), {"kind": "image"}).content.decode()

    pk = video.pk
    asked = typed(video, spoken, "Klingonese", channels=[str(channels["youtube"].pk)], **{f"media-cover-{pk}": str(pk)})
    told = unescape(client.post(reverse("post-check"), asked).content.decode())
    assert "film.mp4 is no picture: choose a picture as cover" in told
    assert "film.srt: say in which language the captions are" in told
    answer = client.post(reverse("post-new"), {**asked, "media": [str(pk), str(spoken.pk)], "do": "draft"}, follow=True)
    assert "film.mp4 is no picture" in unescape(answer.content.decode()), "what is not kept is said when the draft is saved"


def test_the_library_says_where_captions_can_go(client: Client, spoken: Asset, channels: dict[str, Channel]) -> None:
    page = unescape(client.get(reverse("asset", args=[spoken.pk])).content.decode())
    assert "TikTok takes no captions." in page
    assert client.get(reverse("library")).status_code == 200
