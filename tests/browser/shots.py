"""`make shots`: starts a copy of SMO with its demo in a folder of its own and photographs the screens into docs/shots."""

import io
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

from smo.demo.pictures import SCENES, jpeg
from smo.up.chromium import FLAGS
from smo.up.services import free_port
from tests.sandbox.waiting import until

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "docs" / "shots"
WIDE, PHONE = {"width": 1440, "height": 960}, {"width": 390, "height": 844}
EVERYWHERE = (  # the main screens, also on a phone
    *("calendar", "compose", "inbox", "posts", "publication", "library", "asset", "import", "matrix", "campaign", "queue"),
    *("versions", "search", "channels"),
)
TABLE = """text,channels,when,campaign
"Thirty degrees by noon, three by the glass. #PolarFizz",x,2031-06-21 12:00,
"The night the clocks go forward",x,2031-03-30 02:30,
"For everybody at once",Nobody,2031-06-22 09:00,
"Without a time it is a draft",x,,Winter
"""
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


def signed_in(browser: Browser, address: str, size: dict[str, int], theme: str, suffix: str) -> Page:
    context = browser.new_context(viewport=size, color_scheme=theme)  # type: ignore[arg-type]  # typed dictionaries
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.wait_for_load_state("networkidle")
    kept(page.screenshot(), f"sign-in-{suffix}.png")
    page.locator("[data-fill]").last.click()  # the demo's log-ins fill themselves in; the last is the owner's
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{address}/calendar/")
    return page


Opens = Callable[[Page, str], None]


def show(page: Page, address: str, screen: str) -> None:
    """Bring a screen into the state that is worth a picture."""
    if screen in OPENS:
        OPENS[screen](page, address)
    else:
        page.goto(f"{address}/{screen}/")
    page.wait_for_load_state("load")
    page.wait_for_timeout(1500)  # pictures and the calendar draw themselves


def goes(page: Page, address: str) -> None:
    page.goto(address)


def first(start: str, link: str, rest: str = "") -> Opens:
    """The page behind the first such link of another one."""

    def opens(page: Page, address: str) -> None:
        page.goto(f"{address}/{start}")
        found = page.locator(link).first
        found.wait_for()
        page.goto(found.evaluate("link => link.href") + rest)

    return opens


def compose(page: Page, address: str) -> None:
    page.goto(f"{address}/posts/new/")
    for channel in page.locator("input[name=channels]").all()[:2]:
        channel.check(force=True)
    page.locator("textarea[name=text]").fill(TEXT)
    picture: FilePayload = {"name": "bottle.jpg", "mimeType": "image/jpeg", "buffer": jpeg(next(iter(SCENES)))}
    page.set_input_files("input[type=file] >> nth=0", picture)


def publication(page: Page, address: str) -> None:
    """The one whose timeline tells most."""
    page.goto(f"{address}/calendar/")
    page.locator("a[href*='/publications/']").first.wait_for()
    links = page.locator("a[href*='/publications/']").evaluate_all("found => found.map(link => link.href)")
    page.goto(max(links, key=lambda link: steps(page, link)))


def steps(page: Page, link: str) -> int:
    """How much a publication's timeline tells."""
    page.goto(link)
    return page.locator(".timeline-head").count()


def inbox(page: Page, address: str) -> None:
    page.goto(f"{address}/inbox/")
    page.locator("a[href*='/inbox/']").filter(has_text="Ben Carter").first.click()


def brought(page: Page, address: str) -> None:
    """A checked table with problems."""
    page.goto(f"{address}/imports/")
    table: FilePayload = {"name": "summer.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    page.set_input_files("input[type=file]", table)
    page.locator("form[action$='/imports/new/'] button[type=submit]").click()
    page.locator(".import-row").first.wait_for()


def versions(page: Page, address: str) -> None:
    """A draft that was changed, with what differs."""
    first("posts/?show=drafts", "a.post-title", "edit/")(page, address)
    text = page.locator("textarea[name=text]")
    text.fill(f"{text.input_value()} Served at three degrees.")
    page.locator("button[name=do][value=draft]").first.click()
    page.wait_for_url("**/posts/**")
    first("posts/?show=drafts", "a.post-title", "versions/")(page, address)


OPENS: dict[str, Opens] = {
    "compose": compose,
    "publication": publication,
    "inbox": inbox,
    "post": first("posts/", "a.post-title"),
    "versions": versions,
    "matrix": first("posts/?q=Two+climates", "a.post-title", "audiences/"),
    "audience": first("audiences/", "main a[href*='/audiences/']:not([href$='/new/'])"),
    "campaign": first("campaigns/", "main a[href*='/campaigns/']:not([href$='/new/'])"),
    "campaign-edit": first("campaigns/", "main a[href*='/campaigns/']:not([href$='/new/'])", "edit/"),
    "queue": first("queues/", "main a[href*='/queues/']"),
    "asset": first("library/", ".assets a[href*='/library/']"),
    "import": brought,
    "search": lambda page, address: goes(page, f"{address}/search/?q=ice"),
    "saved-replies": lambda page, address: goes(page, f"{address}/inbox/saved/"),
    "rules": lambda page, address: goes(page, f"{address}/inbox/rules/"),
    "goals": lambda page, address: goes(page, f"{address}/inbox/goals/"),
    "report": lambda page, address: goes(page, f"{address}/inbox/report/"),
    "audit": lambda page, address: goes(page, f"{address}/settings/audit/"),
}
SCREENS = (
    *("calendar", "posts", "campaigns", "queues", "audiences", "library", "imports", "texts", "labels"),
    *("channels", "team", "settings", *OPENS),
)


def kept(picture: bytes, name: str) -> None:
    """In 256 colours: a quarter of the bytes, and nobody sees it."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(256, dither=Image.Dither.NONE).save(TARGET / name, optimize=True)
    print(f"docs/shots/{name}", flush=True)


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with copy_of_smo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["SMO_CHROMIUM"], args=FLAGS)
        for theme, size, suffix in (("light", WIDE, "light"), ("dark", WIDE, "dark"), ("light", PHONE, "phone")):
            page = signed_in(browser, address, size, theme, suffix)
            for screen in EVERYWHERE if suffix == "phone" else SCREENS:
                show(page, address, screen)
                kept(page.screenshot(), f"{screen}-{suffix}.png")
        browser.close()


if __name__ == "__main__":
    main()
