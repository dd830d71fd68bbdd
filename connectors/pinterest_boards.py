"""Where a pin goes: a board and perhaps a section of it, found by id or by name.
https://developers.pinterest.com/docs/api/v5/boards-list"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.data import Progress
from connectors.errors import Rejected
from connectors.http import Http
from connectors.words import _

API = "https://api.pinterest.com/v5"
PAGE = 250  # the most in one answer
PAGES = 20  # an account has at most 2000 boards; of a board's pins we look at the first 5000

Node = Mapping[str, Any]


class Api:
    """GETs and POSTs of one account; paging."""

    def __init__(self, http: Http, token: str) -> None:
        self.http, self.bearer = http, {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **query: str) -> Node:
        found: Node = self.http.get(f"{API}{path}", params=query, headers=self.bearer)
        return found

    def post(self, path: str, body: Node) -> Node:
        found: Node = self.http.post(f"{API}{path}", json=body, headers=self.bearer)
        return found

    def pages(self, path: str) -> Iterator[list[Node]]:
        """The items of a list, page by page, until `bookmark` is null."""
        query = {"page_size": str(PAGE)}
        for _page in range(PAGES):
            page = self.get(path, **query)
            yield list(page.get("items") or ())
            if not page.get("bookmark"):
                return
            query["bookmark"] = str(page["bookmark"])


@dataclass(frozen=True)
class Place:
    """Ids of a board and of one of its sections; the section may be empty."""

    board: str
    section: str = ""


class Places:
    """The boards of an account."""

    def __init__(self, api: Api, username: str) -> None:
        self.api, self.username = api, username

    def settle(self, board: str, section: str, progress: Progress) -> Place:
        """Find the place once and keep it, unless the post has been given another one meanwhile."""
        asked = f"{board}\n{section}"
        if progress.get("board") and progress.get("asked") == asked:
            return Place(progress.get("board"), progress.get("section"))
        place = self.find(board, section)
        progress.keep(asked=asked, board=place.board, section=place.section)
        return place

    def find(self, board: str, section: str) -> Place:
        """By id or by name, capitals and small letters alike; without any, the first public board. Raises Rejected."""
        boards = [one for page in self.api.pages("/boards") for one in page if not one.get("is_ads_only")]
        if not boards:
            raise Rejected(_("The Pinterest account has no board yet: make one on pinterest.com, then publish again."))
        found = (
            _called(board, boards, "board") if board else [one for one in boards if one.get("privacy") == "PUBLIC"] or boards
        )
        chosen = str(min(found, key=self._not_ours)["id"])
        return Place(chosen, self._section(chosen, section))

    def _not_ours(self, board: Node) -> bool:
        """Boards of others on which the account works come after its own."""
        return (board.get("owner") or {}).get("username") != self.username

    def _section(self, board: str, section: str) -> str:
        if not section:
            return ""
        sections = [one for page in self.api.pages(f"/boards/{board}/sections") for one in page]
        return str(_called(section, sections, "section")[0]["id"])


def _called(wanted: str, among: list[Node], thing: str) -> list[Node]:
    """Those with this id, else those with this name."""
    wanted = wanted.strip()
    found = [one for one in among if str(one["id"]) == wanted]
    found = found or [one for one in among if str(one.get("name", "")).casefold() == wanted.casefold()]
    if not found:
        names = ", ".join(str(one.get("name")) for one in among[:10]) or "none"
        raise Rejected(
            _("There is no %(thing)s \u201c%(wanted)s\u201d on Pinterest: choose one of these (%(names)s) or make it there.")
            % {"thing": thing, "wanted": wanted, "names": names}
        )
    return found
