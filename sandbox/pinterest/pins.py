"""Pins: create, read, list, change, save, delete. https://developers.pinterest.com/docs/api/v5/pins-create"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.pinterest import answers
from sandbox.pinterest.boards import moment
from sandbox.pinterest.calls import PAGING, Call, Endpoint, paged
from sandbox.pinterest.sources import ALT, DESCRIPTION, TITLE, digits, link, only, picture, size, slides, source_of, text
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.pinterest.network import Pinterest

READ = ("boards:read", "pins:read")
WRITE = ("boards:read", "boards:write", "pins:read", "pins:write")
FIELDS = {
    *("board_id", "board_section_id", "title", "description", "link", "alt_text", "dominant_color"),
    *("media_source", "parent_pin_id", "sponsor_id", "note"),  # note: gone from the schema, still sent by many clients
}
CHANGES = {"title", "description", "link", "alt_text", "board_id", "board_section_id", "carousel_slots", "note"}
FILTERS = ("pin_filter", "pin_metrics", "include_protected_pins", "pin_type", "creative_types", "ad_account_id")
NO_COVER = "A video Pin needs a cover image."


class Pins:
    """A `post` document: owner the account, key the board; data text (the description), title, link, alt, section, kind,
    media, creative, slides."""

    def __init__(self, pinterest: Pinterest) -> None:
        self.pinterest, self.docs = pinterest, pinterest.docs

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        section = "/boards/{board}/sections/{section}/pins"
        return [
            Endpoint("POST", "/pins", self.create, WRITE, ("ad_account_id",)),
            Endpoint("GET", "/pins", self.list, READ, (*PAGING, *FILTERS)),
            Endpoint("GET", "/pins/{pin}", self.get, READ, ("pin_metrics", "ad_account_id")),
            Endpoint("PATCH", "/pins/{pin}", self.change, WRITE, ("ad_account_id",)),
            Endpoint("DELETE", "/pins/{pin}", self.delete, WRITE, ("ad_account_id",)),
            Endpoint("POST", "/pins/{pin}/save", self.save, WRITE, ("ad_account_id",)),
            Endpoint("GET", "/boards/{board}/pins", self.on_board, READ, (*PAGING, *FILTERS)),
            Endpoint("GET", section, self.on_board, READ, (*PAGING, *FILTERS)),
        ]

    async def create(self, call: Call) -> tuple[int, Any]:
        """A new pin on a board of the account. The same one may be made twice; only a video can be used once."""
        body = await call.json()
        only(body, FIELDS, "the Pin")
        data = self._texts(body)
        if color := text(body, "dominant_color", 7):
            if not re.fullmatch(r"#[0-9A-Fa-f]{6}", color):
                raise answers.invalid(f"dominant_color {color!r} is not a hex colour.")
            data["color"] = color
        board_id, data["section"] = self._place(call, body)
        source = source_of(body)
        kind = source["source_type"]
        made = self._video(call, source) if kind == "video_id" else self._pictures(call, source, data["alt"])
        pin = self.docs.put("post", {**data, **made}, owner=call.me.id, key=board_id)
        if kind == "video_id":
            self.docs.change("upload", source["media_id"], pin=pin.id)
            self.docs.change("media", source["media_id"], alt=data["alt"])
        return 201, self.shown(pin)

    async def get(self, call: Call) -> tuple[int, Any]:
        """One pin."""
        return 200, self.shown(self._mine(call))

    async def list(self, call: Call) -> tuple[int, Any]:
        """The account's own pins, newest first."""
        return 200, paged(call, self.docs.find("post", owner=call.me.id, limit=100_000), self.shown)

    async def on_board(self, call: Call) -> tuple[int, Any]:
        """The pins of a board or of one of its sections, newest first (not documented)."""
        board = self.pinterest.boards.mine(call, call.at["board"])
        pins = self.docs.find("post", key=board.id, limit=100_000)
        if "section" in call.at:
            section = self.pinterest.boards.section(board, call.at["section"])
            pins = [pin for pin in pins if pin["section"] == section.id]
        return 200, paged(call, pins, self.shown)

    async def change(self, call: Call) -> tuple[int, Any]:
        """New texts or another place; never other media."""
        pin, body = self._mine(call), await call.json()
        only(body, CHANGES, "the Pin")
        given = {"description": "text", "alt_text": "alt"}
        texts = self._texts(body)
        for name in body.keys() & {"title", "description", "link", "alt_text"}:
            pin.data[given.get(name, name)] = texts[given.get(name, name)]
        if "board_id" in body or "board_section_id" in body:
            pin.key, pin.data["section"] = self._place(call, {"board_id": pin.key, **body})
        return 200, self.shown(self.docs.save("post", pin))

    async def delete(self, call: Call) -> tuple[int, Any]:
        """Gone for good."""
        self.docs.delete("post", self._mine(call).id)
        return 204, None

    async def save(self, call: Call) -> tuple[int, Any]:
        """Save a pin to a board: a pin of one's own that shows the same media."""
        original, body = self.docs.get("post", call.at["pin"]), await call.json()
        if original is None or not self.pinterest.is_public(original):
            raise answers.no_pin()
        board, section = self._place(call, body)
        data = {**original.data, "section": section, "saved_from": original.id}
        return 201, self.shown(self.docs.put("post", data, owner=call.me.id, key=board))

    def shown(self, pin: Doc) -> dict[str, Any]:
        """As the API gives it."""
        owner = self.docs.get("account", pin.owner)
        return {
            "id": pin.id,
            "created_at": moment(pin.created_at),
            "board_id": pin.key,
            "board_section_id": pin["section"] or None,
            "board_owner": {"username": owner["username"] if owner else ""},
            "title": pin["title"] or None,
            "description": pin["text"] or None,
            "link": pin["link"] or None,
            "alt_text": pin["alt"] or None,
            "dominant_color": pin.get("color", "#e8d3db"),
            "parent_pin_id": pin.get("saved_from"),
            "creative_type": pin["creative"],
            "is_owner": True,
            "is_standard": True,
            "has_been_promoted": False,
            "pin_metrics": None,
            "media": self._media(pin),
        }

    def _media(self, pin: Doc) -> dict[str, Any]:
        if pin["creative"] == "VIDEO":
            upload = self.docs.get("upload", pin["media"][0])
            shape = {name: upload.get(name) for name in ("height", "width")} if upload else {}
            length = round(1000 * upload["seconds"]) if upload else None
            return {"media_type": "video", "cover_image_url": None, "duration": length, **shape}
        images = [{"1200x": {**one["size"], "url": self.pinterest.media_url(one["id"])}} for one in pin["pictures"]]
        if pin["creative"] == "CAROUSEL":
            items = [{"images": image, **slide} for image, slide in zip(images, pin["slides"], strict=True)]
            return {"media_type": "multiple_images", "items": items}
        return {"media_type": "image", "images": images[0]}

    def _mine(self, call: Call) -> Doc:
        pin = self.docs.get("post", call.at["pin"])
        if pin is None:
            raise answers.no_pin()
        if pin.owner != call.me.id:
            raise answers.not_permitted()
        return pin

    def _texts(self, body: dict[str, Any]) -> dict[str, Any]:
        return {
            "title": text(body, "title", TITLE),
            "text": text(body, "description", DESCRIPTION),
            "link": link(body),
            "alt": text(body, "alt_text", ALT),
        }

    def _place(self, call: Call, body: dict[str, Any]) -> tuple[str, str]:
        """Board and section, both the account's."""
        board_id, section_id = digits(body, "board_id"), digits(body, "board_section_id")
        if not board_id:
            raise answers.invalid("board_id is missing.")
        board = self.pinterest.boards.mine(call, board_id)
        return board.id, self.pinterest.boards.section(board, section_id).id if section_id else ""

    def _pictures(self, call: Call, source: dict[str, Any], alt: str) -> dict[str, Any]:
        several = source["source_type"] == "multiple_image_base64"
        items = source["items"] if several else [source]
        contents = slides(source) if several else [picture(source)]
        kept = [self._keep(call, item["content_type"], content, alt) for item, content in zip(items, contents, strict=True)]
        made = {"kind": "photo", "creative": "REGULAR", "pictures": kept, "media": [one["id"] for one in kept]}
        if several:
            named = [{name: item.get(name) for name in ("title", "description", "link")} for item in items]
            made |= {"creative": "CAROUSEL", "kind": "carousel", "slides": named, "index": source.get("index", 0)}
        return made

    def _keep(self, call: Call, mime: str, content: bytes, alt: str) -> dict[str, Any]:
        media = self.docs.put("media", {"mime": mime, "alt": alt}, owner=call.me.id)
        self.pinterest.files.write(media.id, content)
        _, width, height = size(content)
        return {"id": media.id, "size": {"width": width, "height": height}}

    def _video(self, call: Call, source: dict[str, Any]) -> dict[str, Any]:
        upload = self.pinterest.media.usable(call, digits(source, "media_id"))
        frame, data = source.get("cover_image_key_frame_time"), source.get("cover_image_data")
        if data is not None:
            picture(source, names=("cover_image_content_type", "cover_image_data"))
        elif frame is None and not source.get("cover_image_url"):
            raise answers.invalid(NO_COVER)
        elif frame is not None and (not isinstance(frame, int) or frame < 0):
            raise answers.invalid("cover_image_key_frame_time must be a whole number of seconds.")
        cover = "image" if data else "url" if frame is None else f"{frame} s"
        return {"kind": "video", "creative": "VIDEO", "media": [upload.id], "cover": cover}
