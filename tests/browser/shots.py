"""`make shots`: starts a copy of SMO with its demo in a folder of its own and photographs the screens into docs/shots."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

from smo.demo.pictures import SCENES, jpeg
from smo.up.chromium import FLAGS
from smo.up.services import free_port
from tests.sandbox.waiting import until

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "docs" / "shots"
WIDE, PHONE = {"width": 1440, "height": 960}, {"width": 390, "height": 844}
SCREENS = (
    *("calendar", "compose", "publication", "inbox", "posts", "campaigns", "queues", "audiences", "matrix"),
    *("channels", "team", "settings"),
)
EVERYWHERE = ("calendar", "compose", "inbox")  # these also dark and on a phone
TEXT = "Forty degrees in the shade? Ours is served at three. ❄️\n\nTell us where you open yours. #PolarFizz"


@contextmanager
def copy_of_smo() -> Iterator[str]:
    """The address of a running copy with the demo in it."""
    with tempfile.TemporaryDirectory(prefix="smo-shots-", ignore_cleanup_errors=True) as folder:
        port, log = free_port(), Path(folder) / "up.log"
        env = {**os.environ, "SMO_VAR": folder, "SMO_PORT": str(port), "SMO_SANDBOX_PORT": str(free_port())}
        with log.open("wb") as out:
            up = subprocess.Popen([sys.executable, "manage.py", "up"], cwd=ROOT, env=env, stdout=out, stderr=out)
        try:
            until(lambda: up.poll() is not None or "is ready" in log.read_text(), within=180)
            if up.poll() is not None:
                raise SystemExit(log.read_text())
            yield f"http://127.0.0.1:{port}"
        finally:
            up.send_signal(signal.SIGINT)
            up.wait(60)


def signed_in(browser: Browser, address: str, size: dict[str, int], theme: str) -> Page:
    context = browser.new_context(viewport=size, color_scheme=theme)  # type: ignore[arg-type]  # typed dictionaries
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.locator("[data-fill]").last.click()  # the demo's log-ins fill themselves in; the last is the owner's
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{address}/calendar/")
    return page


def show(page: Page, address: str, screen: str) -> None:
    """Bring a screen into the state that is worth a picture."""
    if screen == "compose":
        page.goto(f"{address}/posts/new/")
        for channel in page.locator("input[name=channels]").all()[:2]:
            channel.check(force=True)
        page.locator("textarea[name=text]").fill(TEXT)
        picture: FilePayload = {"name": "bottle.jpg", "mimeType": "image/jpeg", "buffer": jpeg(next(iter(SCENES)))}
        page.set_input_files("input[type=file] >> nth=0", picture)
    elif screen == "matrix":
        page.goto(f"{address}/posts/?q=Two+climates")
        page.locator("a.post-title").first.click()
        page.goto(f"{page.url}audiences/")
    elif screen == "publication":
        page.goto(f"{address}/calendar/")
        page.locator("a[href*='/publications/']").first.wait_for()
        links = page.locator("a[href*='/publications/']").evaluate_all("found => found.map(link => link.href)")
        page.goto(max(links, key=lambda link: steps(page, link)))
    elif screen == "inbox":
        page.goto(f"{address}/inbox/")
        page.locator("a[href*='/inbox/']").filter(has_text="Ben Carter").first.click()
    else:
        page.goto(f"{address}/{screen}/")
    page.wait_for_load_state("load")
    page.wait_for_timeout(1500)  # pictures and the calendar draw themselves


def steps(page: Page, link: str) -> int:
    """How much a publication's timeline tells."""
    page.goto(link)
    return page.locator(".timeline-head").count()


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with copy_of_smo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["SMO_CHROMIUM"], args=FLAGS)
        for theme, size, suffix in (("light", WIDE, "light"), ("dark", WIDE, "dark"), ("light", PHONE, "phone")):
            page = signed_in(browser, address, size, theme)
            for screen in SCREENS if suffix == "light" else EVERYWHERE:
                show(page, address, screen)
                page.screenshot(path=TARGET / f"{screen}-{suffix}.png")
                print(f"docs/shots/{screen}-{suffix}.png")
        browser.close()


if __name__ == "__main__":
    main()
