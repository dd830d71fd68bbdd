"""Calendar and composer in Polish on a phone: longer words must fit, and FullCalendar speaks Polish too."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Channel, Workspace
from tests import cast
from tests.browser.conftest import Look, flaws, sideways


@pytest.mark.parametrize(("path", "heading"), [("/calendar/", "Kalendarz"), ("/posts/new/", "Nowy post")])
def test_the_phone_has_room_for_polish(
    path: str, heading: str, look: Look, marketer: cast.Person, x_channel: Channel, shop: Workspace
) -> None:
    Workspace.objects.filter(pk=shop.pk).update(language="pl")
    marketer.schedules("Zimny napój na gorący dzień", on=x_channel, when=timezone.now() + timedelta(days=1))

    page = look(path, marketer.member, phone=True)

    expect(page.locator("html")).to_have_attribute("lang", "pl")
    expect(page.locator("h1")).to_contain_text(heading)
    assert not sideways(page)
    assert not flaws(page)
