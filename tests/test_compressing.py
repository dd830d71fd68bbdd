"""Pages are compressed on the wire, for who can read that; files are given as they are."""

from django.test import Client
from django.urls import reverse

from tests import cast
from tests.scheduler.desk import png


def test_a_page_is_compressed_and_a_file_is_not(marketer: cast.Person) -> None:
    client = Client(headers={"Accept-Encoding": "gzip, br"})
    client.force_login(marketer.member.user)
    picture = marketer.uploads(png("#123"))

    page = client.get(reverse("posts"))
    file = client.get(reverse("media", args=[picture.pk]))

    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) < 20_000
    assert file.streaming
    assert "Content-Encoding" not in file.headers


def test_who_cannot_read_it_gets_plain_text(marketer: cast.Person) -> None:
    client = Client()
    client.force_login(marketer.member.user)

    assert "Content-Encoding" not in client.get(reverse("posts")).headers
