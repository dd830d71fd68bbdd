"""What a new channel brings with it, in a browser: how far it has been read back, and what hangs on what people said."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import expect

from accounts.live import tell
from accounts.models import Channel
from inbox.models import Attachment, Message, Past
from tests import cast
from tests.browser.conftest import BOTH_LOOKS, Look, flaws, sideways
from tests.inbox.desk import Workers
from tests.inbox.test_enclosed import encloses, fetched, png
from tests.sandbox.conftest import Practice


@BOTH_LOOKS
def test_it_is_seen_how_far_a_channel_was_read_and_what_hangs_on_its_messages(
    phone: bool, dark: bool, brand_page: Channel, practice: Practice, responder: cast.Person, settings: Any, look: Look
) -> None:
    settings.MEDIA_ROOT = settings.VAR / "media"  # where the web server looks
    for content, text in ((png(), "Look!"), (b"nothing known", "A list"), (png(), "Gone")):
        encloses(practice, brand_page, content, text=text)
    Workers().reads()
    fetched()
    lost = Attachment.objects.get(message__text="Gone")
    Attachment.objects.filter(pk=lost.pk).update(file="", why="The network does not have it any more.")
    Past.objects.update(reached_at=timezone.now() - timedelta(days=12, hours=1), due_at=timezone.now())
    message = Message.objects.filter(mine=False).first()
    assert message

    page = look("/inbox/", responder.member, phone=phone, dark=dark)
    expect(page.locator(".past-words")).to_have_text("Polar Fizz: Reading back: 12 of 30 days")
    assert flaws(page) == []
    Past.objects.update(reached_at=timezone.now() - timedelta(days=30, hours=1), due_at=None)
    tell(brand_page.workspace_id, "channels")
    expect(page.locator(".past")).to_have_count(0)

    page.locator(".talk").click()
    expect(page.locator(".enclosed-picture img")).to_have_js_property("naturalWidth", 64)
    expect(page.locator(".enclosed-file")).to_contain_text("from-a-fan.png")
    expect(page.locator(".enclosed-failed")).to_contain_text("does not have it any more")
    assert (flaws(page), sideways(page)) == ([], 0)
