"""A photo whose shape a network does not take: the composer says what happens to it, and offers the other way."""

import io

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from accounts.models import Workspace
from scheduler.models import Post
from tests import cast
from tests.browser.conftest import Look, flaws, sideways
from tests.sandbox.conftest import Practice


@pytest.mark.parametrize("phone", [False, True])
def test_borders_or_crop_is_asked_where_another_shape_is_needed(
    look: Look, marketer: cast.Person, shop: Workspace, practice: Practice, phone: bool
) -> None:
    cast.channel(shop, practice, "x")
    cast.channel(shop, practice, "instagram")
    buffer = io.BytesIO()
    Image.new("RGB", (540, 960), "#f59f00").save(buffer, "JPEG")
    page = look("/posts/new/", marketer.member, phone=phone)

    page.locator('[name="channels"][data-network="x"]').check(force=True)
    upload: FilePayload = {"name": "upright.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}
    page.locator("#panel-original input[type=file]").set_input_files([upload])
    expect(page.locator(".checks")).to_contain_text("ready to go")
    choice = page.locator("#panel-original").get_by_label("Where another shape is needed")
    expect(choice).to_be_hidden()

    page.locator('[name="channels"][data-network="instagram"]').check(force=True)
    expect(page.locator(".checks")).to_contain_text("upright.jpg is given borders for Instagram.")
    expect(choice).to_be_visible()
    choice.select_option("crop")
    expect(page.locator(".checks")).to_contain_text("upright.jpg is cropped for Instagram.")
    assert flaws(page) == []
    assert sideways(page) <= 0
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert [use.fit for use in Post.objects.get().media.all()] == ["crop"]
    expect(choice).to_have_value("crop")
