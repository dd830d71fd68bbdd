"""Reading posts: by id, an account's own, mentions, recent search; and users. https://docs.x.com/x-api/posts/timelines"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox import people
from sandbox.store import Doc
from sandbox.x import problems, text
from sandbox.x.calls import EITHER, Call, Endpoint
from sandbox.x.shapes import SHAPE_QUERY, wish

if TYPE_CHECKING:
    from sandbox.x.network import X

PAGING = ("since_id", "until_id", "max_results", "pagination_token", "start_time", "end_time")
SEARCHABLE = re.compile(r"[A-Za-z0-9_' ]{1,50}")
WEEK = 7 * 86400.0
USER_QUERY = ("user.fields", "expansions", "tweet.fields", "post.fields")


class Timelines:
    """GET endpoints."""

    def __init__(self, x: X) -> None:
        self.x = x

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        listing, search = (*PAGING, *SHAPE_QUERY), ("query", "next_token", "sort_order", *PAGING, *SHAPE_QUERY)
        return [
            Endpoint("GET", "/2/users/me", self.me, "me", query=USER_QUERY),
            Endpoint("GET", "/2/users/by/username/{username}", self.by_username, "user", query=USER_QUERY, who=EITHER),
            Endpoint(
                "GET", "/2/users/search", self.people, "people", query=("query", "max_results", "next_token", *USER_QUERY)
            ),
            Endpoint("GET", "/2/users/{id}/tweets", self.own, "timeline", query=(*listing, "exclude"), who=EITHER),
            Endpoint("GET", "/2/users/{id}/mentions", self.mentions, "mentions", query=listing, who=EITHER),
            Endpoint("GET", "/2/tweets/search/recent", self.search, "search", query=search, who=EITHER),
            Endpoint("GET", "/2/tweets", self.lookup, "lookup", query=("ids", *SHAPE_QUERY), who=EITHER),
            Endpoint("GET", "/2/tweets/{id}", self.one, "lookup_one", query=SHAPE_QUERY, who=EITHER),
        ]

    async def me(self, call: Call) -> tuple[int, dict[str, Any]]:
        """The user of the token."""
        return 200, {"data": self.x.shapes.user(call.account, wish(call.query).user)}

    async def by_username(self, call: Call) -> tuple[int, dict[str, Any]]:
        """A user by handle."""
        name = call.request.path_params["username"]
        user = self.x.by_username(name)
        if user is None:
            return 200, {"errors": [problems.not_found("user", "username", name)]}
        return 200, {"data": self.x.shapes.user(user, wish(call.query).user)}

    async def people(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Users by name or handle."""
        words, most = call.query.get("query", ""), call.query.get("max_results", "100")
        if not SEARCHABLE.fullmatch(words):
            raise problems.invalid(
                "query", words, f"The `query` query parameter value [{words}] does not match {SEARCHABLE.pattern}"
            )
        if not (most.isdigit() and 1 <= int(most) <= 1000):
            raise problems.invalid(
                "max_results", most, f"The `max_results` query parameter value [{most}] is not between 1 and 1000"
            )
        found, fields = people.beginning(self.x.docs, words)[: int(most)], wish(call.query).user
        return 200, {"data": [self.x.shapes.user(user, fields) for user in found]} if found else {"meta": {"result_count": 0}}

    async def lookup(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Up to 100 posts by id; what is missing is told in errors[]."""
        ids = [part for part in call.query.get("ids", "").split(",") if part]
        if not 1 <= len(ids) <= 100:
            raise problems.invalid("ids", call.query.get("ids", ""), f"size must be between 1 and 100, but is {len(ids)}")
        if bad := [post_id for post_id in ids if not (post_id.isdigit() and len(post_id) <= 19)]:
            raise problems.invalid("ids", bad[0], f"The `ids` query parameter value [{bad[0]}] is not valid")
        return 200, self._posts(call, self.x.docs.many("post", ids), ids)

    async def one(self, call: Call) -> tuple[int, dict[str, Any]]:
        """One post."""
        post_id = call.request.path_params["id"]
        found = self._posts(call, self.x.docs.many("post", [post_id]), [post_id])
        return 200, {**found, "data": found["data"][0]} if "data" in found else found

    async def own(self, call: Call) -> tuple[int, dict[str, Any]]:
        """A user's posts, newest first."""
        user = self._user(call)
        excluded = set(filter(None, call.query.get("exclude", "").split(",")))
        if not excluded <= {"replies", "retweets"}:
            raise problems.invalid(
                "exclude", call.query["exclude"], "The `exclude` query parameter value is not one of [replies,retweets]"
            )
        since, until = self._span(call)
        found = self.x.docs.find("post", owner=user, since=since, until=until, limit=3200)
        return 200, self._page(call, (post for post in found if not ("replies" in excluded and post.parent)), 5)

    async def mentions(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Posts that name a user or answer them, newest first."""
        since, until = self._span(call)
        found = self.x.docs.find("mention", owner=self._user(call), since=since, until=until, limit=800)
        return 200, self._page(call, self.x.docs.many("post", [mention.parent for mention in found]), 5)

    async def search(self, call: Call) -> tuple[int, dict[str, Any]]:
        """The last seven days. Understood here: conversation_id:, from:, to:, @name, is:reply, -is:retweet, words."""
        terms = call.query.get("query", "").split()
        if not terms or len(call.query["query"]) > 512:
            raise problems.invalid("query", call.query.get("query", ""), "query must be between 1 and 512 characters")
        since, until = self._span(call)
        since = max(since or 0.0, self.x.now() - WEEK)
        conversation = next((term.partition(":")[2] for term in terms if term.startswith("conversation_id:")), None)
        found = self.x.docs.find("post", key=conversation, since=since, until=until, limit=5000)
        return 200, self._page(call, (post for post in found if all(self._fits(post, term) for term in terms)), 10)

    def _fits(self, post: Doc, term: str) -> bool:
        operator, colon, value = term.partition(":")
        if term.startswith("-"):
            return not self._fits(post, term[1:])
        author, addressed = self.x.user(post.owner), self.x.user(post.get("to_user") or "")
        tests = {
            "conversation_id": post.key == value,
            "from": bool(author) and value.lower() in (post.owner, author["username"].lower() if author else ""),
            "to": bool(addressed) and value.lower() in (addressed.id, addressed["username"].lower()) if addressed else False,
            "is": bool(post.parent) if value == "reply" else False,
        }
        if colon and operator in tests:
            return tests[operator]
        if colon:
            raise problems.invalid("query", term, f"Reference to invalid operator '{operator}'.")
        return term.lower() in post["text"].lower() or (
            term.startswith("@") and term[1:].lower() in text.mentions(post["wire"])
        )

    def _posts(self, call: Call, posts: list[Doc], ids: list[str]) -> dict[str, Any]:
        wanted = wish(call.query, call.token.owner)
        found = self.x.shapes.answer(posts, wanted)
        there = {post.id for post in posts}
        kind, name = "tweet", "ids" if "ids" in call.query else "id"
        errors = [problems.not_found(kind, name, post_id) for post_id in ids if post_id not in there] + wanted.errors
        return {**found, **({"errors": errors} if errors else {})}

    def _user(self, call: Call) -> str:
        user = call.request.path_params["id"]
        if self.x.user(user) is None:
            raise problems.Problem(
                404, {"errors": [problems.not_found("user", "id", user)], **problems.not_found("user", "id", user)}
            )
        return str(user)

    def _span(self, call: Call) -> tuple[float | None, float | None]:
        query = call.query
        since, until = (_moment(name, query.get(name)) for name in ("start_time", "end_time"))
        if token := query.get("pagination_token") or query.get("next_token"):
            until = min(_of_token(token), until or float("inf"))
        return since, until

    def _page(self, call: Call, posts: Iterable[Doc], least: int) -> dict[str, Any]:
        size = _size(call.query, least)
        since, until = int(call.query.get("since_id") or 0), int(call.query.get("until_id") or 10**20)
        found = [post for post in posts if since < int(post.id) < until]
        shown = found[:size]
        meta: dict[str, Any] = {"result_count": len(shown)}
        if shown:
            meta |= {"newest_id": shown[0].id, "oldest_id": shown[-1].id}
        if len(found) > size:
            meta["next_token"] = _token(shown[-1].created_at)
        return {**self._posts(call, shown, []), "meta": meta}


def _size(query: dict[str, str], least: int) -> int:
    given = query.get("max_results", "10")
    if not given.isdigit() or not least <= int(given) <= 100:
        raise problems.invalid(
            "max_results", given, f"The `max_results` query parameter value [{given}] is not between {least} and 100"
        )
    return int(given)


def _moment(name: str, given: str | None) -> float | None:
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise problems.invalid(name, given, f"The `{name}` query parameter value [{given}] is not a valid date-time") from error
    if moment.tzinfo is None or moment < datetime(2010, 11, 6, tzinfo=UTC):
        raise problems.invalid(name, given, f"Invalid '{name}':'{given}'. '{name}' must be on or after 2010-11-06T00:00:00Z")
    return moment.timestamp()


def _token(moment: float) -> str:
    return base64.b32hexencode(repr(moment).encode()).decode().rstrip("=").lower()


def _of_token(token: str) -> float:
    try:
        return float(base64.b32hexdecode(token.upper() + "=" * (-len(token) % 8)))
    except ValueError as error:
        raise problems.invalid(
            "pagination_token", token, f"The `pagination_token` query parameter value [{token}] is not valid"
        ) from error
