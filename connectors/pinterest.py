"""Pinterest: pins with one image, several images or a video, on boards. https://developers.pinterest.com/docs/api/v5/pins-create"""

import base64
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from requests import Response

from connectors.base import Connector
from connectors.data import (
    H264,
    HEVC,
    JPEG,
    MOV,
    MP4,
    PNG,
    Account,
    App,
    Cover,
    FileLimits,
    Limits,
    Look,
    Media,
    Outgoing,
    Pause,
    Problem,
    Progress,
    Quota,
    Sent,
    Tokens,
    Uncertain,
)
from connectors.errors import Doubt
from connectors.http import Http
from connectors.oauth import OAuth2, browser_address
from connectors.options import File, Number, Text, Texts
from connectors.pinterest_answers import Gone, UsedMedia, judge_pinterest, pause_pinterest
from connectors.pinterest_boards import Api, Node, Place, Places
from connectors.pinterest_media import Uploads
from connectors.problems import file_problems
from connectors.words import _

MEGABYTE = 1_000_000
M4V = "video/x-m4v"
IMAGE = FileLimits(mime_types=frozenset({JPEG, PNG}), max_bytes=20 * MEGABYTE)
VIDEO = FileLimits(
    mime_types=frozenset({MP4, MOV, M4V}),
    max_bytes=2000 * MEGABYTE,
    min_seconds=4,
    max_seconds=15 * 60,
    min_ratio=1 / 2,
    max_ratio=1.91,
    codecs=frozenset({H264, HEVC}),
)
LINK = 2048
IN_ONE_REQUEST = 40 * MEGABYTE  # our own limit: all images of a pin travel as base64 in the one call that must end in 30 s
SAME_SHAPE = 0.01
SKEW = timedelta(seconds=60)
COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


class Pinterest(OAuth2, Connector):
    """One account."""

    slug, name = "pinterest", "Pinterest"
    cover = Cover(moment="cover_second", picture="cover")
    look = Look(fold=100, fold_lines=3)  # [U] as seen on a pin's own page
    documentation = "https://developers.pinterest.com/docs/api/v5/introduction"
    hosts = (
        "api.pinterest.com",
        "pinterest-media-upload.s3-accelerate.amazonaws.com",
        "pinterest-media-upload.s3.amazonaws.com",  # the same storage by its plain name
    )
    limits = Limits(text=800, images=5, videos=1, alt_text=500, media_required=True, image=IMAGE, video=VIDEO)
    options = (
        Text(
            name="board",
            label="Board",
            help="Its name, or its id. Empty: the account's first public board.",
            max_length=180,
        ),
        Text(name="section", label="Section of the board", help="Its name, or its id.", max_length=180),
        Text(name="title", label="Title", max_length=100),
        Number(
            name="cover_second",
            label="Cover of a video: the picture at",
            help="Later than the end means the last picture.",
            least=0,
            most=15 * 60,
            default=1,
            unit="seconds",
        ),
        File(
            name="cover",
            label="Cover of a video",
            help="An image instead of a picture of the video.",
            mime_types=(JPEG, PNG),
            max_bytes=IMAGE.max_bytes,
        ),
        Number(name="first_image", label="Of several images, show first number", least=1, most=5, default=1),
        Texts(name="image_titles", label="Titles of several images", help="One a line, in order.", most=5, max_length=100),
        Texts(
            name="image_descriptions",
            label="Descriptions of several images",
            help="One a line, in order.",
            most=5,
            max_length=800,
        ),
        Texts(name="image_links", label="Links of several images", help="One a line, in order.", most=5, max_length=LINK),
        Text(name="dominant_color", label="Colour while the image loads", help="As in #6E7874.", max_length=7),
    )
    # https://developers.pinterest.com/docs/reference/rate-limits/ : writes, for each user of an app with standard access.
    quotas = (Quota(100, 60),)
    no_inbox = "Pinterest shows no comments or messages to apps: read and answer them on pinterest.com."
    rules = (
        "While the app has trial access, pins are visible only to the account that made them, and all channels share 1000 "
        "calls a day: an admin applies for standard access at developers.pinterest.com.",
        "Links that are shortened or on Pinterest's block list are refused.",
        "SMO can't give its access back: remove the app on pinterest.com under Settings, Security, Connected apps.",
        "Many similar pins in a short time, pins that mislead, and pins bought or traded can cost you the account.",
    )
    link_in_text = False
    min_lead = timedelta(minutes=10)  # a video takes minutes to be processed

    scopes = {
        "user_accounts:read": "Read your name and picture.",
        "boards:read": "List your boards and sections, so that you can choose one.",
        "boards:write": "Pinterest demands it of every app that puts pins on boards.",
        "pins:read": "Look up whether a pin arrived.",
        "pins:write": "Publish and delete pins for you.",
    }
    scope_separator = ","
    authorize_endpoint = "https://www.pinterest.com/oauth/"
    token_endpoint = "https://api.pinterest.com/v5/oauth/token"  # noqa: S105
    client_auth = "basic"
    pkce = False  # in neither the specification nor the guide

    # -- connecting ------------------------------------------------------------------------------------------------

    @classmethod
    def accounts(cls, app: App, http: Http, tokens: Tokens) -> list[Account]:
        """The one account that gave the tokens. https://developers.pinterest.com/docs/api/v5/user_account-get"""
        me = Api(http, tokens.access).get("/user_account")
        username = str(me.get("username") or "")
        return [
            Account(
                remote_id=str(me.get("id") or username),
                name=str(me.get("business_name") or username),
                username=username,
                tokens=tokens,
                picture_url=str(me.get("profile_image") or ""),
                url=browser_address(f"https://www.pinterest.com/{username}", app),
            )
        ]

    @classmethod
    def revoke(cls, app: App, http: Http, tokens: Tokens) -> None:
        """Nothing to call: revocation is documented for system users only; a person removes the app in the settings."""

    # -- before ----------------------------------------------------------------------------------------------------

    def problems(self, post: Outgoing) -> list[Problem]:
        return [*super().problems(post), *_link_problems(post), *_image_problems(post), *self._option_problems(post)]

    def _option_problems(self, post: Outgoing) -> Iterator[Problem]:
        chosen = post.options
        if chosen.get("section") and not chosen.get("board"):
            yield Problem("board", _("A section belongs to a board: name the board too."))
        if (color := chosen.get("dominant_color")) and not COLOR.fullmatch(color):
            yield Problem("dominant_color", _("Write the colour as # and six digits or letters from A to F, like #6E7874."))
        if isinstance(cover := chosen.get("cover"), Media):
            yield from (Problem("cover", found.message) for found in file_problems(self.name, IMAGE, cover))

    # -- the life of a post ----------------------------------------------------------------------------------------

    def prepare(self, post: Outgoing, progress: Progress) -> None:
        """Find the board; send a video and wait until Pinterest has processed it. Images travel with the pin itself."""
        self._place(post, progress)
        for video in post.videos:
            Uploads(self.api, progress).prepare(video)

    def publish(self, post: Outgoing, progress: Progress) -> Sent:
        """POST /v5/pins."""
        uploads = Uploads(self.api, progress)
        source = _video(post, uploads.id(post.videos[0])) if post.videos else _images(post)
        body = _body(post, self._place(post, progress), source)
        try:
            return self._sent(self.api.post("/pins", body))
        except UsedMedia as error:
            if post.doubted:
                raise Doubt(
                    _("The video is in a pin already: it seems that an earlier attempt arrived."), error.said
                ) from error
            uploads.forget()
            raise
        except Gone:
            progress.forget("board", "section", "asked")
            raise

    def confirm(self, post: Outgoing, progress: Progress, doubt: Uncertain) -> Sent | None:
        """Look through the board's pins. That the newest come first is not documented, so it is not relied upon."""
        place = self._place(post, progress)
        for pins in self.api.pages(f"/boards/{place.board}/pins"):
            for pin in pins:
                if str(pin["id"]) not in doubt.taken and _moment(pin) >= doubt.since - SKEW and _is(pin, post):
                    return self._sent(pin)
            if pins and _moment(pins[-1]) < min(doubt.since - SKEW, _moment(pins[0])):
                return None  # the newest came first, and the rest is older than the doubt
        return None

    def delete(self, remote_id: str) -> None:
        """https://developers.pinterest.com/docs/api/v5/pins-delete"""
        try:
            self.http.delete(f"https://api.pinterest.com/v5/pins/{remote_id}", headers=self.api.bearer)
        except Gone:
            return

    @property
    def api(self) -> Api:
        """Calls as this account."""
        return Api(self.http, self.account.tokens.access)

    def _place(self, post: Outgoing, progress: Progress) -> Place:
        board, section = (str(post.options.get(name) or "") for name in ("board", "section"))
        return Places(self.api, self.account.username).settle(board, section, progress)

    def _sent(self, pin: Node) -> Sent:
        return Sent(str(pin["id"]), browser_address(f"https://www.pinterest.com/pin/{pin['id']}/", self.app))

    # -- what responses mean ---------------------------------------------------------------------------------------

    @classmethod
    def judge(cls, response: Response) -> None:
        """Pinterest's codes first (connectors.pinterest_answers)."""
        judge_pinterest(cls.name, response)

    @classmethod
    def pause(cls, response: Response) -> Pause | None:
        """The rest of the minute, or of the day, once nothing is left of the allowance for writes."""
        return pause_pinterest(response)


# -- a pin -----------------------------------------------------------------------------------------------------------------


def _body(post: Outgoing, place: Place, source: Mapping[str, Any]) -> dict[str, Any]:
    whole = {
        "board_id": place.board,
        "board_section_id": place.section,
        "title": post.options.get("title"),
        "description": post.text,
        "link": post.link,
        "alt_text": _alt(post),
        "dominant_color": post.options.get("dominant_color"),
    }
    return {**{name: value for name, value in whole.items() if value}, "media_source": source}


def _alt(post: Outgoing) -> str:
    """A pin has one alt text, also one with several images."""
    return "\n".join(media.alt for media in post.media if media.alt)


def _images(post: Outgoing) -> dict[str, Any]:
    """As base64, as an SMO on a private network cannot be reached by Pinterest."""
    items = [{"content_type": media.mime_type, "data": _encoded(media)} for media in post.images]
    if len(items) == 1:
        return {"source_type": "image_base64", **items[0]}
    for name, option in (("title", "image_titles"), ("description", "image_descriptions"), ("link", "image_links")):
        for item, words in zip(items, post.options.get(option) or (), strict=False):
            item[name] = words
    first = min(int(post.options.get("first_image") or 1), len(items))
    return {"source_type": "multiple_image_base64", "items": items, "index": first - 1}


def _video(post: Outgoing, media_id: str) -> dict[str, Any]:
    """With its cover, without which Pinterest refuses a video."""
    source: dict[str, Any] = {"source_type": "video_id", "media_id": media_id}
    cover, second = post.options.get("cover"), post.options.get("cover_second")
    if isinstance(cover, Media):
        return {**source, "cover_image_content_type": cover.mime_type, "cover_image_data": _encoded(cover)}
    return {**source, "cover_image_key_frame_time": 1 if second is None else int(second)}


def _encoded(media: Media) -> str:
    return base64.b64encode(Path(media.path).read_bytes()).decode()


def _is(pin: Node, post: Outgoing) -> bool:
    """Whether this pin is that post: the same words, link and kind of media."""
    kind = "video" if post.videos else "multiple" if len(post.images) > 1 else "image"
    said = str((pin.get("media") or {}).get("media_type") or "")
    if said and not said.startswith(kind):  # null until a video is processed
        return False
    wanted = (post.options.get("title"), post.text, _alt(post))
    found = (pin.get("title"), pin.get("description"), pin.get("alt_text"))
    link = str(pin.get("link") or "").rstrip("/")
    return link == post.link.rstrip("/") and [_plain(one) for one in found] == [_plain(one) for one in wanted]


def _plain(text: Any) -> str:
    return " ".join(str(text or "").split())


def _moment(pin: Node) -> datetime:
    """`2026-11-22T10:00:00` is UTC."""
    found = datetime.fromisoformat(str(pin["created_at"]))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


# -- what does not fit -----------------------------------------------------------------------------------------------------


def _link_problems(post: Outgoing) -> Iterator[Problem]:
    links = [("link", post.link)] if post.link else []
    for field, link in [*links, *(("image_links", link) for link in post.options.get("image_links") or ())]:
        if not re.match(r"https?://[^\s/]+", link):
            yield Problem(
                field, _("\u201c%(link)s\u201d is no web address: it begins with https:// or http://.") % {"link": link}
            )
    if len(post.link) > LINK:
        sentence = _("The link has %(link)s characters, Pinterest takes %(link_)s: shorten it.")
        yield Problem("link", sentence % {"link": len(post.link), "link_": LINK})


def _image_problems(post: Outgoing) -> Iterator[Problem]:
    images = post.images
    ratios = [media.ratio for media in images if media.ratio]
    if len(images) > 1 and ratios and max(ratios) / min(ratios) > 1 + SAME_SHAPE:
        yield Problem("media", _("Pinterest shows several images in one shape: crop them to the same width and height."))
    if sum(media.size for media in images) > IN_ONE_REQUEST:
        yield Problem(
            "media", _("The images have more than %(n)s MB together: make them smaller.") % {"n": IN_ONE_REQUEST // MEGABYTE}
        )
    if len(alt := _alt(post)) > 500:
        sentence = _("A pin has one alt text of at most 500 characters, yours have %(number)s together: shorten them.")
        yield Problem("media", sentence % {"number": len(alt)})
    several = len(images) if len(images) > 1 else 0
    for option in ("image_titles", "image_descriptions", "image_links"):
        if len(post.options.get(option) or ()) > several:
            sentence = _("This is for pins with several images, one line each; there are %(several)s: remove some lines.")
            yield Problem(option, sentence % {"several": several})
