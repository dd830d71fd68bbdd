"""Boards and their sections. https://developers.pinterest.com/docs/api/v5/boards-list"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import clock
from sandbox.pinterest import answers
from sandbox.pinterest.answers import Refusal
from sandbox.pinterest.calls import PAGING, Call, Endpoint, paged
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.pinterest.network import Pinterest

READ, WRITE = ("boards:read",), ("boards:read", "boards:write")
PRIVACY = ("PUBLIC", "PROTECTED", "SECRET")
FILTERS = {"ALL": PRIVACY, "PUBLIC_AND_SECRET": ("PUBLIC", "SECRET"), **{name: (name,) for name in PRIVACY}}
SECTION_NAME = 180


class Boards:
    """A `board` document: owner the account, data name, description, privacy. A `section`: parent the board, data name."""

    def __init__(self, pinterest: Pinterest) -> None:
        self.pinterest, self.docs = pinterest, pinterest.docs

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        section = "/boards/{board}/sections/{section}"
        return [
            Endpoint("GET", "/boards", self.list, READ, (*PAGING, "privacy", "ad_account_id")),
            Endpoint("POST", "/boards", self.create, WRITE),
            Endpoint("GET", "/boards/{board}", self.get, READ),
            Endpoint("DELETE", "/boards/{board}", self.delete, WRITE),
            Endpoint("GET", "/boards/{board}/sections", self.sections, READ, PAGING),
            Endpoint("POST", "/boards/{board}/sections", self.create_section, WRITE),
            Endpoint("DELETE", section, self.delete_section, WRITE),
        ]

    def make(self, account: str, name: str, privacy: str = "PUBLIC", description: str = "") -> Doc:
        """A new board."""
        return self.docs.put("board", {"name": name, "description": description, "privacy": privacy}, owner=account)

    def mine(self, call: Call, board_id: str) -> Doc:
        """The account's board. Refusal 404 when there is none, 403 when it is another's; 404 also hides secret boards."""
        board = self.docs.get("board", board_id)
        if board is None:
            raise answers.no_board()
        if board.owner != call.me.id:
            raise answers.not_permitted()
        if board["privacy"] == "SECRET" and "boards:read_secret" not in call.token["scopes"]:
            raise answers.no_board()
        return board

    def section(self, board: Doc, section_id: str) -> Doc:
        """A section of this board. Refusal 404."""
        section = self.docs.get("section", section_id)
        if section is None or section.parent != board.id:
            raise answers.no_section()
        return section

    async def list(self, call: Call) -> tuple[int, Any]:
        """The account's boards, the oldest first; secret ones only with their own scope."""
        wanted = call.query.get("privacy", "ALL")
        if wanted not in FILTERS:
            raise answers.invalid(f"privacy {wanted!r} is not one of {', '.join(FILTERS)}.")
        secret = "boards:read_secret" in call.token["scopes"]
        found = self.docs.find("board", owner=call.me.id, oldest_first=True, limit=2000)
        shown = [one for one in found if one["privacy"] in FILTERS[wanted] and (secret or one["privacy"] != "SECRET")]
        return 200, paged(call, shown, self.shown)

    async def create(self, call: Call) -> tuple[int, Any]:
        """A new board."""
        body = await call.json()
        name, privacy = body.get("name"), body.get("privacy", "PUBLIC")
        if not isinstance(name, str) or not name.strip():
            raise answers.invalid("name is missing.")
        if privacy not in PRIVACY:
            raise answers.invalid(f"privacy {privacy!r} is not one of {', '.join(PRIVACY)}.")
        if any(board["name"].lower() == name.lower() for board in self.docs.find("board", owner=call.me.id)):
            raise Refusal(400, 58, "You already have a board with this name.")
        return 201, self.shown(self.make(call.me.id, name, privacy, str(body.get("description") or "")))

    async def get(self, call: Call) -> tuple[int, Any]:
        """One board."""
        return 200, self.shown(self.mine(call, call.at["board"]))

    async def delete(self, call: Call) -> tuple[int, Any]:
        """A board goes with its pins."""
        board = self.mine(call, call.at["board"])
        for pin in self.docs.find("post", key=board.id, limit=1_000_000):
            self.docs.delete("post", pin.id)
        self.docs.delete("board", board.id)
        return 204, None

    async def sections(self, call: Call) -> tuple[int, Any]:
        """The sections of a board."""
        board = self.mine(call, call.at["board"])
        return 200, paged(call, self.docs.find("section", parent=board.id, oldest_first=True), _section)

    async def create_section(self, call: Call) -> tuple[int, Any]:
        """A new section; its name must be free."""
        board = self.mine(call, call.at["board"])
        name = (await call.json()).get("name")
        if not isinstance(name, str) or not 1 <= len(name) <= SECTION_NAME:
            raise Refusal(400, 400, "Invalid board section parameters.")
        if any(one["name"].lower() == name.lower() for one in self.docs.find("section", parent=board.id)):
            raise Refusal(409, 409, "A board section with this name already exists.")
        return 201, _section(self.docs.put("section", {"name": name}, owner=call.me.id, parent=board.id))

    async def delete_section(self, call: Call) -> tuple[int, Any]:
        """Its pins stay on the board."""
        section = self.section(self.mine(call, call.at["board"]), call.at["section"])
        for pin in self.docs.find("post", key=section.parent, limit=1_000_000):
            if pin["section"] == section.id:
                self.docs.change("post", pin.id, section="")
        self.docs.delete("section", section.id)
        return 204, None

    def shown(self, board: Doc) -> dict[str, Any]:
        """As the API gives it."""
        owner = self.docs.get("account", board.owner)
        pins = self.docs.find("post", key=board.id, limit=100_000)
        return {
            "id": board.id,
            "name": board["name"],
            "description": board["description"],
            "privacy": board["privacy"],
            "owner": {"username": owner["username"] if owner else ""},
            "created_at": moment(board.created_at),
            "board_pins_modified_at": moment(pins[0].created_at if pins else board.created_at),
            "pin_count": len(pins),
            "follower_count": 0,
            "collaborator_count": 0,
            "media": {"image_cover_url": None, "pin_thumbnail_urls": []},
        }


def _section(section: Doc) -> dict[str, Any]:
    return {"id": section.id, "name": section["name"]}


def moment(seconds: float) -> str:
    """A time as Pinterest writes it: UTC, to the second, without a zone."""
    return clock.utc(seconds).strftime("%Y-%m-%dT%H:%M:%S")
