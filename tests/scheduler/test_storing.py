"""Media with an S3 service: the double speaks its HTTP, and everything goes its usual way."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from moto.server import ThreadedMotoServer
from PIL import Image

from accounts.models import Channel, Workspace
from scheduler.library import giving, shelf, storing
from scheduler.library.fitting.plan import Profile
from scheduler.library.media import film
from scheduler.library.renditions import make
from scheduler.library.tidying import tidy
from scheduler.models import Asset, Rendition, Status
from tests import cast
from tests.cast import Person, Worker
from tests.sandbox.conftest import Practice
from tests.scheduler.desk import Desk, png
from tests.scheduler.test_library import body
from tests.scheduler.test_uploading import Browser

BUCKET = "media"


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The address of an S3 service."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def bucket(service: str, settings: Any, transactional_db: None) -> Any:
    """An empty bucket, in which the media are kept."""
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    found = boto3.resource("s3", endpoint_url=service, **keys).Bucket(BUCKET)
    found.create()
    found.objects.all().delete()
    access = {"endpoint_url": service, "access_key": "key", "secret_key": "secret", "region_name": "us-east-1"}
    there = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {**settings.S3, **access, "bucket_name": BUCKET}}
    settings.STORAGES = {**settings.STORAGES, "default": there}
    return found


def names(bucket: Any) -> list[str]:
    return sorted(one.key for one in bucket.objects.all())


def copies() -> list[Path]:
    return [path for path in storing._copies().rglob("*") if path.is_file()]


@pytest.fixture
def desk(shop: Workspace) -> Desk:
    return Desk(cast.Person(cast.member(shop, "editor")))


def test_a_file_that_comes_in_pieces_is_kept_there_and_comes_back(
    desk: Desk, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.library.uploading.PIECE", 200)
    browser, content = Browser(desk.person), png("#abc", side=300)

    browser.sends_the_rest(browser.begins(content), content)

    asset = Asset.objects.get()
    assert names(bucket) == [asset.file.name]
    part = desk.client.get(reverse("media", args=[asset.pk]), headers={"Range": "bytes=0-9"})
    assert (part.status_code, body(part)) == (206, content[:10])
    with Image.open(io.BytesIO(body(desk.client.get(reverse("media-thumb", args=[asset.pk]))))) as small:
        assert small.size == (160, 160)
    assert desk.client.get(reverse("asset", args=[asset.pk])).status_code == 200


def test_a_network_fetches_it_by_our_own_signed_address(desk: Desk) -> None:
    asset = desk.person.uploads(content := png("#abc"))
    address = urlsplit(giving.public_address(str(asset.file.name), asset.mime_type)).path

    assert body(Client().get(address)) == content


def test_checks_fetch_nothing(desk: Desk, x_channel: Channel) -> None:
    asset = desk.person.uploads(png("#abc"))

    desk.opens().types(text="Ice", channels=[x_channel.pk], media=[asset.pk]).is_checked()

    assert copies() == []


def test_photos_and_videos_go_out(
    marketer: Person, x_channel: Channel, brand_page: Channel, practice: Practice, worker: Worker, picture: Asset
) -> None:
    photo = marketer.publishes("Ice", x_channel, media=[picture])
    video = marketer.publishes("Moving", brand_page, media=[film(picture, None)])

    def is_accepted() -> bool:
        video.refresh_from_db()
        return video.status in (Status.CONFIRMING, Status.PUBLISHED)

    worker.runs_until(is_accepted)
    practice.control("POST", "clock", offset=60)  # the network works on a film for a moment

    assert [worker.finishes(one).status for one in (photo, video)] == ["published", "published"]
    assert practice.posts("x", {"id": x_channel.remote_id})[0]["media"]


def test_what_is_made_of_a_file_is_kept_there_and_purged_with_it(marketer: Person, bucket: Any, picture: Asset) -> None:
    rendition = Rendition.objects.create(asset=picture, profile=Profile("image/jpeg", 320, 240).key)
    make(rendition.pk)
    rendition.refresh_from_db()
    assert rendition.is_ready
    assert names(bucket) == sorted([str(picture.file.name), str(rendition.file.name)])

    shelf.throw_away([picture], marketer.member)
    Asset.everything.update(deleted_at=timezone.now() - timedelta(days=8))
    tidy()

    assert names(bucket) == []
    assert copies() == []


def test_a_file_that_is_gone_from_the_service_is_not_there(desk: Desk, bucket: Any) -> None:
    asset = desk.person.uploads(png("#abc"))
    bucket.objects.all().delete()

    for name in ("media", "media-thumb"):
        assert desk.client.get(reverse(name, args=[asset.pk])).status_code == 404


def test_copies_that_nobody_opens_make_room(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = desk.person.uploads(png("#abc")), desk.person.uploads(png("#def"))
    storing.local(str(first.file.name))
    monkeypatch.setattr(storing, "COPIES_KEPT", -1)

    storing.local(str(second.file.name))

    assert [path.name for path in copies()] == [Path(str(second.file.name)).name]


def test_the_composers_own_way_in_works_too(desk: Desk, bucket: Any) -> None:
    desk.uploads(SimpleUploadedFile("ice.png", png("#abc")))

    assert names(bucket) == [Asset.objects.get().file.name]
