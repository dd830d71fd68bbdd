"""The networks as data: the table that is printed, the one in the README, and a post without the web app."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from connectors import NETWORKS, catalogue
from tests.sandbox.conftest import Practice

README = Path(__file__).parents[1] / "README.md"


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=out)
    return out.getvalue()


def test_the_readme_has_the_table_that_the_connectors_give() -> None:
    """`python manage.py networks --markdown` between the markers brings it up to date."""
    told = README.read_text().partition("<!-- networks -->")[2].partition("<!-- /networks -->")[0]
    assert told.strip() == catalogue.as_markdown(catalogue.rows())


def test_every_network_has_a_full_row() -> None:
    found = json.loads(run("networks", "--json"))
    assert len(found) == len(NETWORKS)
    for row in found:
        assert all(row.values()), row
        assert row["pictures"] != "-" or row["videos"] != "-" or row["text"], row
        assert row["network"] in run("networks")


def test_every_network_has_its_page_of_documentation() -> None:
    for slug in NETWORKS:
        page = (README.parent / "docs" / "networks" / f"{slug}.md").read_text()
        for told in ("/connected/", "SMO_"):
            assert told in page, (slug, told)


def test_one_post_goes_out_without_the_web_app(practice: Practice, tmp_path: Path) -> None:
    account = practice.account("x", "Polar Fizz")
    photo = tmp_path / "ice.png"
    Image.new("RGB", (600, 400), "#0af").save(photo)
    to = ["publish_once", "--network", "x", f"--token={account['access_token']}", "--url", f"{practice.url}/x"]

    said = run(*to, "--text", "Ice cold", "--media", str(photo), "--alt", "Ice", "--option", "reply_settings=following")

    (post,) = practice.posts("x", account)
    assert post["text"] == "Ice cold"
    assert f"It is there: {practice.url}/x/" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--text", ""], "text"),
        (["--text", "Ice", "--option", "mood=good"], "has no option mood"),
        (["--text", "Ice", "--media", "nowhere.png"], "is not there"),
        (["--text", "Ice", "--token", "wrong"], "connect the channel again"),
    ],
)
def test_what_cannot_go_out_is_said_and_nothing_goes_out(words: list[str], told: str, practice: Practice) -> None:
    account: dict[str, Any] = practice.account("x", "Polar Fizz")
    to = ["publish_once", "--network", "x", f"--token={account['access_token']}", "--url", f"{practice.url}/x"]
    with pytest.raises(CommandError, match=told):
        run(*to, *words)
    assert not practice.posts("x", account)
