"""What stays in view of a cropped picture, and the picture that stands for a video, chosen in the composer."""

import re

from playwright.sync_api import expect

from accounts.models import Channel, Workspace
from scheduler.models import Post
from tests import cast
from tests.browser.conftest import Look, flaws, sideways
from tests.sandbox.conftest import Practice
from tests.scheduler.test_cover_and_focus import film, halves


def test_the_point_in_view_is_moved_by_arrow_keys_and_by_a_click(
    look: Look, marketer: cast.Person, shop: Workspace, practice: Practice
) -> None:
    gram = cast.channel(shop, practice, "instagram")
    post = marketer.writes("Ice", on=gram, media=[marketer.uploads(halves(1600, 400), "wide.png")])
    page = look(f"/posts/{post.pk}/edit/", marketer.member)
    page.get_by_label("Where another shape is needed").first.select_option("crop")

    stage = page.get_by_role("button", name="What stays in view of wide.png").first
    stage.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".pv-tile img")).to_have_attribute("src", re.compile("crop55x50"))
    expect(stage).to_be_focused()
    assert flaws(page) == []
    assert sideways(page) <= 0
    stage.click(position={"x": 2, "y": 20})
    expect(page.locator(".pv-tile img")).to_have_attribute("src", re.compile(r"crop[0-9]x\d+"))
    page.get_by_role("button", name="Save draft").click()

    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert re.fullmatch(r"crop[0-9]x\d+", Post.objects.get().media.get().fit)


def test_a_frame_becomes_the_cover_and_goes_again(
    look: Look, marketer: cast.Person, shop: Workspace, practice: Practice, brand_page: Channel
) -> None:
    tok = cast.channel(shop, practice, "tiktok")
    post = marketer.writes("Ice", on=[tok, brand_page], media=[marketer.uploads(film(), "film.mp4")])
    page = look(f"/posts/{post.pk}/edit/", marketer.member, phone=True)
    page.locator("#panel-original .cover summary").click()
    page.get_by_role("button", name="Use this frame").click()

    expect(page.locator(".pv-tiktok .pv-tile img")).to_have_attribute("src", re.compile("at=0.00"))
    expect(page.get_by_text("Facebook takes a picture as cover").first).to_be_visible()
    assert flaws(page) == []
    assert sideways(page) <= 0
    page.get_by_role("button", name="Leave it to the networks").click()
    expect(page.locator(".pv-tiktok .pv-tile img")).not_to_have_attribute("src", re.compile("at="))
