"""The cast of the TikTok Business tests: an account on the practice network, its connector, files that it can fetch."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from connectors.data import JPEG, MP4, Accepted, Media, Outgoing, Progress, Sent, Tokens, Uncertain
from connectors.errors import ConnectorError
from connectors.talk import Incoming
from connectors.tiktok_business import TikTokBusiness
from tests.connectors.scenery import RETURN_TO, Scenery, now
from tests.connectors.tiktok_scene import film
from tests.sandbox.conftest import Practice
from tests.sandbox.waiting import until


class Scene(Scenery[TikTokBusiness]):
    """One new account, and everything that a test does with it."""

    kind = TikTokBusiness

    def __init__(self, practice: Practice, folder: Path, files_at: str, **details: Any) -> None:
        super().__init__(practice, folder, **details)
        self.files_at = files_at

    def connects(self, without: tuple[str, ...] = ()) -> Tokens:
        back = self.answers_at(TikTokBusiness.authorize_url(self.app, RETURN_TO, "state-1", "unused"), without=without)
        assert back["state"] == "state-1"
        return TikTokBusiness.exchange(self.app, self.http(), back["code"], RETURN_TO, "unused")

    # -- posts -----------------------------------------------------------------------------------------------------

    def post(self, text: str = "Ice cold in 40 °C.", *media: Media, **options: Any) -> Outgoing:
        return Outgoing("key-1", text, media or (self.video(),), options=options)

    def published(self, post: Outgoing | None = None) -> Sent:
        """Until TikTok says that it is out."""
        post, business = post or self.post(), self.connector()
        since, accepted = now(), business.publish(post, Progress())
        assert isinstance(accepted, Accepted)
        return self.confirmed(post, Uncertain(since, accepted.handle))

    def confirmed(self, post: Outgoing, doubt: Uncertain) -> Sent:
        business = self.connector()

        def found() -> Sent | None:
            answer = business.confirm(post, Progress(), doubt)
            assert answer is not None
            return answer if isinstance(answer, Sent) else None

        return until(found) or Sent("")

    def refusal(self, post: Outgoing, progress: Progress | None = None) -> ConnectorError:
        try:
            self.connector().publish(post, progress or Progress())
        except ConnectorError as error:
            return error
        raise AssertionError("this should have been refused")

    # -- people ----------------------------------------------------------------------------------------------------

    def fan(self, text: str, on: str, kind: str = "comment", name: str = "Ann Thirsty") -> str:
        """Somebody says something below a post or a comment; its id."""
        told = {"network": "tiktok_business", "kind": kind, "name": name, "text": text, "post": on}
        return str(self.practice.control("POST", "fan", **told)["id"])

    def heard(self, post: str) -> list[Incoming]:
        return self.connector().incoming(now() - timedelta(minutes=5), [post])

    # -- files -----------------------------------------------------------------------------------------------------

    def video(self) -> Media:
        """Six seconds, upright."""
        return self._file("film.mp4", MP4, film(), "", 720, 1280, 6.0)

    def photo(self, name: str = "photo.jpg") -> Media:
        Image.new("RGB", (1200, 900), "skyblue").save(self.folder / name)
        return self._file(name, JPEG, (self.folder / name).read_bytes(), "", 1200, 900)

    def _file(self, name: str, *measures: Any) -> Media:
        return replace(super()._file(name, *measures), url=f"{self.files_at}/{name}")
