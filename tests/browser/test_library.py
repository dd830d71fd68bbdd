"""The library in a real browser: files dropped and resumed, found and selected, cut with the mouse and by keyboard."""

import base64
import io
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from accounts.models import Channel
from scheduler.library import shelf
from scheduler.library.media import film
from scheduler.models import Asset, Folder, Upload
from tests import cast
from tests.browser.conftest import Look, flaws_everywhere, place
from tests.sandbox.waiting import until
from tests.scheduler.desk import png


@pytest.fixture(autouse=True)
def _files_where_the_web_server_looks(_own_files_and_quick_passwords: None, settings: Any) -> None:
    settings.MEDIA_ROOT = settings.VAR / "media"


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A photo of three pieces: noise, which cannot be packed."""
    path = tmp_path / "large.png"
    Image.frombytes("RGB", (1900, 1800), os.urandom(1900 * 1800 * 3)).save(path, "PNG", compress_level=0)
    assert 8_000_000 < path.stat().st_size < 12_000_000
    return path


def filled(marketer: cast.Person, channel: Channel) -> list[Asset]:
    """A library with a bit of everything."""
    used = marketer.uploads(png("#1c6fd0"), "A very long name of a photo from the beach in the summer of last year.png")
    marketer.writes("Ice", on=channel, media=[used])
    video = film(marketer.uploads(png("#c92a2a"), "ember.png", alt=""), None)
    shelf.move([used], shelf.folder_named("Summer", marketer.member), marketer.member)
    shelf.label([used, video], ["heat wave", "Ice"], marketer.member)
    Asset.objects.filter(pk=used.pk).update(use_until="2020-05-03")
    return [used, video]


def test_the_library_is_accessible_and_fits(look: Look, marketer: cast.Person, x_channel: Channel) -> None:
    for number, asset in enumerate([None, *filled(marketer, x_channel)]):
        page = look(f"/library/{asset.pk}/" if asset else "/library/", marketer.member)
        if not number:
            page.locator(".asset-pick input").first.check()
            expect(page.locator("#many")).to_be_visible()
        elif asset and not asset.is_video:
            page.get_by_label("Shape").select_option("free")
        assert flaws_everywhere(page) == []
        if folder := os.environ.get("SMO_LOOK"):
            page.wait_for_load_state("networkidle")
            page.screenshot(path=f"{folder}/library-{number}.png", full_page=True)


def dropped(page: Page, name: str, content: bytes) -> None:
    """A file, let fall on the page."""
    page.evaluate(
        """([name, bytes]) => {
            const data = new DataTransfer()
            data.items.add(new File([Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0))], name, { type: 'image/png' }))
            for (const kind of ['dragenter', 'dragover', 'drop'])
                document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }))
        }""",
        [name, base64.b64encode(content).decode()],
    )


def test_a_dropped_file_is_in_the_library_and_the_same_again_is_told(look: Look, marketer: cast.Person) -> None:
    page = look("/library/", marketer.member)

    dropped(page, "ice.png", png("#1c6fd0"))
    expect(page.locator(".asset-name")).to_have_text("ice.png")
    dropped(page, "again.png", png("#1c6fd0"))

    expect(page.locator(".arriving-row.known")).to_contain_text("This file is in the library already, as ice.png")
    dropped(page, "page.png", b"<html>")
    expect(page.locator(".arriving-row.failed")).to_contain_text("page.png is no picture or video that SMO knows")
    assert Asset.objects.count() == 1


def test_an_upload_that_is_cut_goes_on_by_itself_when_the_connection_is_back(
    large: Path, look: Look, marketer: cast.Person
) -> None:
    page = look("/library/", marketer.member)
    starts: list[str] = []

    def cut_the_second_piece(route: Route) -> None:
        starts.append(route.request.url.rpartition("=")[2])
        if starts.count("4000000") == 1 and len(starts) == 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/library/uploads/*/?at=*", cut_the_second_piece)
    page.set_input_files("#files", large)

    expect(page.locator(".asset-name")).to_have_text("large.png", timeout=30_000)
    assert starts == ["0", "4000000", "4000000", "8000000"]
    asset = Asset.objects.get()
    assert (asset.width, asset.height) == (1900, 1800)


def test_an_upload_that_a_closed_tab_cut_goes_on_when_the_file_is_chosen_again(
    large: Path, look: Look, marketer: cast.Person
) -> None:
    page = look("/library/", marketer.member)
    page.route("**/library/uploads/*/?at=4000000", lambda route: route.abort("connectionreset"))
    page.set_input_files("#files", large)
    expect(page.locator(".arriving-row")).to_contain_text("No connection. The upload goes on by itself.")
    page.context.close()

    page = look("/library/", marketer.member)
    starts: list[str] = []
    page.on("request", lambda request: starts.append(request.url.rpartition("=")[2]) if "?at=" in request.url else None)
    page.set_input_files("#files", large)

    expect(page.locator(".asset-name")).to_have_text("large.png", timeout=30_000)
    assert starts == ["4000000", "8000000"]
    assert Upload.objects.count() == 1


def test_selected_files_are_moved_and_deleted_with_undo(look: Look, marketer: cast.Person) -> None:
    for number in range(3):
        marketer.uploads(png(f"#{number}00"), f"{number}.png")
    shelf.folder_named("Summer", marketer.member)
    page = look("/library/", marketer.member)
    expect(page.locator("#many")).to_be_hidden()

    page.get_by_label("Select 2.png").click()
    page.get_by_label("Select 0.png").click(modifiers=["Shift"])
    expect(page.locator("[data-count]")).to_have_text("3")
    page.locator("#many").get_by_label("Folder").select_option("Summer")
    page.get_by_role("button", name="Move").click()
    page.get_by_role("link", name="Summer").click()
    expect(page.locator(".asset")).to_have_count(3)

    page.get_by_label("Select 1.png").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".asset")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".asset")).to_have_count(3)
    assert Folder.objects.get().assets.count() == 3
    assert "folder=" in page.url


def test_files_are_found_while_one_types_and_the_address_says_so(look: Look, marketer: cast.Person) -> None:
    marketer.uploads(png("#100"), "beach.png", alt="A bottle")
    marketer.uploads(png("#200"), "snow.png", alt="A mug")
    page = look("/library/", marketer.member)

    page.get_by_label("Search names and alt texts").press_sequentially("mug")

    expect(page.locator(".asset-name")).to_have_text(["snow.png"])
    page.wait_for_url("**/library/?*q=mug*")
    page.get_by_label("Kind of file").select_option("Videos")
    expect(page.get_by_text("No file is like that")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Search names and alt texts")).to_have_value("mug")
    expect(page.get_by_label("Kind of file")).to_have_value("video")


def test_a_picture_is_cropped_with_the_mouse(look: Look, marketer: cast.Person) -> None:
    asset = marketer.uploads(png("#1c6fd0", side=400))
    page = look(f"/library/{asset.pk}/", marketer.member)
    expect(page.get_by_role("button", name="Keep as a new file")).to_be_disabled()

    page.get_by_label("Shape").select_option("16:9")
    box = place(page.locator(".cutter-box"))
    assert abs(box["width"] / box["height"] - 16 / 9) < 0.05
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 50, box["y"] - 500, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Keep as a new file").click()

    expect(page.get_by_text("This is the new picture.")).to_be_visible()
    new = Asset.objects.exclude(pk=asset.pk).get()
    assert (new.width, new.height) == (400, 225)


def test_a_picture_is_turned_and_cropped_by_keyboard(look: Look, marketer: cast.Person) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (400, 200), "#c92a2a").save(buffer, "PNG")
    page = look(f"/library/{marketer.uploads(buffer.getvalue()).pk}/", marketer.member)

    page.get_by_role("button", name="Turn right").press("Enter")
    expect(page.locator(".cutter-stage canvas")).to_be_visible()
    page.get_by_label("Shape").select_option("free")
    page.get_by_label("Left").fill("0")
    page.get_by_label("Top").fill("0")
    page.get_by_label("Width").fill("50")
    page.get_by_label("Height").fill("25")
    page.get_by_role("button", name="Keep as a new file").press("Enter")

    expect(page.get_by_text("This is the new picture.")).to_be_visible()
    new = Asset.objects.exclude(made_from=None).get()
    assert (new.width, new.height) == (100, 100)


def test_the_frame_at_which_a_video_is_stopped_stands_for_it(look: Look, marketer: cast.Person) -> None:
    video = film(marketer.uploads(png("#2b8a3e")), None)
    page = look(f"/library/{video.pk}/", marketer.member)

    page.get_by_label("Frame that stands for the video").fill("3.5")
    page.get_by_role("button", name="Use this frame").click()

    expect(page.get_by_text("This frame stands for the video now.")).to_be_visible()
    until(lambda: Asset.objects.get(pk=video.pk).poster_at == 3.5)
    assert "at=3.50" in (page.locator("#film").get_attribute("poster") or "")
