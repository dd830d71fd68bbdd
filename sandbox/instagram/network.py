"""The practice network itself: routes, answers to faults, the demo's account, public pages, fans."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.facebook.errors import GraphError
from sandbox.facebook.reactions import react
from sandbox.front import missing, post_page
from sandbox.instagram import containers, dispatch, login, media, public, subscriptions, talk
from sandbox.instagram.errors import refusal
from sandbox.network import PAGE, Consent, Network, Seen
from sandbox.store import Doc
from sandbox.views import PublicAccount, PublicPost

GRAPH = re.compile(r"/v\d+\.\d+/(.*)")
FOLLOWERS = 3_400


class Instagram(Network):
    """Professional accounts, reached through Facebook Login. `sandbox.network.Network` says what each method owes the core."""

    slug, name = "instagram", "Instagram"
    about = "Professional accounts: posts, carousels, reels, stories"
    scopes = {
        "pages_show_list": "See the list of the Pages that you manage",
        "pages_read_engagement": "Read your Page's posts and followers",
        "pages_manage_metadata": "Tell the app about what happens on your Page",
        "business_management": "Manage your business portfolios",
        "instagram_basic": "See your Instagram account's profile and media",
        "instagram_content_publish": "Publish to your Instagram account",
        "instagram_manage_comments": "Read and write comments for your Instagram account",
        "instagram_manage_insights": "See the numbers of your Instagram account",
        "instagram_manage_messages": "Read and answer your Instagram account's messages",
    }
    consent_many = True
    consent_untick = True
    fan_actions = ("comment", "like", "mention", "message", "react", "unreact")

    # --- HTTP ------------------------------------------------------------------------------------------------

    @cached_property
    def routes(self) -> list[BaseRoute]:
        """Login dialog, rupload, Graph, public pages."""

        async def dialog(request: Request) -> Response:
            return await login.dialog(self, request)

        async def rupload(request: Request) -> Response:
            return await containers.rupload(self, request)

        async def graph(request: Request) -> Response:
            return await dispatch.graph(self, request)

        async def post(request: Request) -> Response:
            found = self.docs.one("post", key=request.path_params["code"])
            return post_page(self, found.id) if found else missing(self)

        async def story(request: Request) -> Response:
            return post_page(self, request.path_params["story"])

        return [
            Route("/v{version}/dialog/oauth", dialog),
            Route("/ig-api-upload/v{version}/{id}", rupload, methods=["POST"]),
            Route("/v{version}/{path:path}", graph, methods=["GET", "POST", "DELETE"]),
            Route("/p/{code}", post),
            Route("/p/{code}/", post),
            Route("/reel/{code}", post),
            Route("/reel/{code}/", post),
            Route("/stories/{username}/{story}", story),
            *public.routes(self),
        ]

    def operation(self, seen: Seen) -> str:
        """media_publish, comments and messages are the irreversible calls; containers and bytes are preparation."""
        if seen.path.startswith("/ig-api-upload/"):
            return "prepare"
        match = GRAPH.fullmatch(seen.path)
        if match is None or "/dialog/" in seen.path:
            return PAGE
        path = match[1].strip("/")
        if path == "oauth/access_token":
            return "token"
        if seen.method != "POST":
            return "read" if seen.method == "GET" else "other"
        said = dict.fromkeys(("media_publish", "comments", "replies", "mentions", "messages"), "publish")
        edges = {"media": "prepare", **said}
        return edges.get(path.rpartition("/")[2], "other")

    def token_of(self, seen: Seen) -> str:
        """From the header or the parameter."""
        return seen.bearer or str(seen.params.get("access_token", ""))

    def too_many(self, seen: Seen, seconds: float) -> Response:
        """80002, the limit of an Instagram account; a header tells when access is regained."""
        words = "(#80002) There have been too many calls to this Instagram account. Wait a bit and try again."
        response = GraphError(80002, words, 2446079).response()
        for name, value in _usage(self.account_of(seen), 100, max(1, -int(-seconds // 60))):
            response.headers[name.decode()] = value.decode()
        return response

    def failure(self, seen: Seen) -> Response:
        """500 with JSON."""
        words = "An unexpected error has occurred. Please retry your request later."
        return GraphError(2, words, status=500, transient=True).response()

    def duplicate(self, seen: Seen) -> Response:
        """The same caption is no offence here; a container that was published is not available a second time."""
        return refusal(2207027).response()

    def finish(self, seen: Seen, account: str, response_headers: list[tuple[bytes, bytes]]) -> None:
        """Both usage headers."""
        if not any(name == b"x-app-usage" for name, _ in response_headers):
            response_headers += _usage(account, 1)

    # --- log-in ----------------------------------------------------------------------------------------------

    def refusal(self, ask: Consent) -> dict[str, str]:
        """As the dialog's Cancel button."""
        told = {"error": "access_denied", "error_code": "200", "error_reason": "user_denied"}
        return {**told, "error_description": "Permissions error"}

    def grant(self, account: Doc, scopes: Iterable[str], app: str) -> dict[str, Any]:
        """The Page's token, and that of a person who manages nothing but this Page."""
        user = self.docs.put("user", {"name": f"Owner of {account['name']}"})
        granted = list(scopes)
        token = login.user_token(self, user, app, granted, [account.id], login.LONG, granted)
        page = login.page_token(self, token, account.id)
        return {"access_token": page, "user_token": token.id, "user_id": user.id, "scopes": granted}

    def login_user(self) -> Doc:
        """The person who presses Allow in the dialog."""
        return self.docs.one("user", key="me") or self.docs.put("user", {"name": "Robin Practice"}, key="me")

    def user_name(self, user: str) -> str:
        """The name of a person or an account."""
        doc = self.docs.get("user", user) or self.docs.get("account", user)
        return str(doc["name"]) if doc else ""

    # --- accounts and what the public sees -------------------------------------------------------------------

    def seed(self) -> None:
        """The soft-drink maker's account."""
        bio = "Ice-cold where it's hot, warming where it's cold. Fizz with bite since 1987."
        self.create_account("Polar Fizz", "polarfizz", bio=bio, followers=61_300)

    def create_account(self, name: str, username: str = "", **details: Any) -> Doc:
        """A professional account with its Page; `followers`, `linked`, `trial_reels`, `restricted` may be given."""
        return super().create_account(name, username, **{"followers": FOLLOWERS, "page": self.store.next_id(), **details})

    def page_of(self, account: Doc) -> str:
        """The id of the Page that the account is linked to."""
        return str(account["page"])

    def clear(self, account: str) -> None:
        """Everything that was published, said and uploaded."""
        super().clear(account)
        self.docs.wipe(("container", "thread", "mention"), owner=account)

    def public_account(self, account: Doc) -> PublicAccount:
        """With the numbers that a profile shows."""
        found = super().public_account(account)
        posts = self.docs.count("post", owner=account.id)
        found.facts = [f"{posts} post{'' if posts == 1 else 's'}", f"{account['followers']:,} followers"]
        return found

    def is_public(self, post: Doc) -> bool:
        """Everything but stories of yesterday."""
        return not media.is_over(self, post)

    def public_post(self, post: Doc) -> PublicPost:
        """With what the composer's options did."""
        found = super().public_post(post)
        found.labels = _labels(post)
        found.details = {
            name: json.dumps(post.get(name)) for name in ("trial", "audio", "location", "to_feed") if post.get(name)
        }
        return found

    def permalink(self, post: Doc) -> str:
        """As Instagram writes it for this kind of post."""
        if post["kind"] == "story":
            account = self.docs.get("account", post.owner)
            return f"{self.url}/stories/{account['username'] if account else post.owner}/{post.id}"
        return f"{self.url}/{'reel' if post['kind'] == 'reel' else 'p'}/{post['shortcode']}/"

    # --- fans ------------------------------------------------------------------------------------------------

    def fan(self, action: str, target: str, person: Doc, text: str) -> Doc:
        """Comment, like, write a message, or name the account `target` in a caption of one's own."""
        return self.fan_mention(target, person, text) if action == "mention" else super().fan(action, target, person, text)

    def fan_comment(self, target: str, person: Doc, text: str) -> Doc:
        """A comment on a post, or an answer to a comment."""
        above = self.docs.get("comment", target)
        post = self.docs.get("post", above.parent if above else target)
        if post is None or not post["comments_on"]:
            raise KeyError(target)
        top = (above["answers"] or above.id) if above else ""
        data = {"text": text, "author": person["username"], "ours": False, "hidden": False, "answers": top}
        said = self.docs.put("comment", data, owner=person.id, parent=post.id)
        subscriptions.tell_comment(self, said, post)
        return said

    def fan_message(self, account: str, person: Doc, text: str) -> Doc:
        """A private message."""
        if self.docs.get("account", account) is None:
            raise KeyError(account)
        return talk.hear(self, talk.thread_with(self, account, person), text)

    def fan_deed(self, action: str, target: str, person: Doc, text: str) -> Doc:
        """React to a message of the fan's own conversation, or no longer."""
        message, event = react(self, target, person, text if action == "react" else "")
        subscriptions.tell_event(self, message.owner, event, "message_reactions")
        return message

    def fan_mention(self, target: str, person: Doc, text: str) -> Doc:
        """In a caption of the person's own."""
        account = self.docs.get("account", target)
        if account is None:
            raise KeyError(target)
        name = self.store.next_id()
        text = text if f"@{account['username']}" in text else f"@{account['username']} {text}"
        data = {"text": text, "author": person["username"], "author_id": person.id, "media": name, "in_comment": False}
        mention = self.docs.put("mention", data, doc_id=name, owner=account.id)
        subscriptions.tell_mention(self, mention)
        return mention


def _labels(post: Doc) -> list[str]:
    words = [post["kind"].capitalize()] if post["kind"] in ("reel", "story") else []
    words += [f"With @{name}" for name in [*(post.get("collaborators") or []), *(post.get("tags") or [])]]
    words += [f"At place {post['location']}"] if post.get("location") else []
    words += ["AI info"] if post.get("ai") else []
    return words + ([] if post["comments_on"] else ["Comments are off"])


def _usage(account: str, percent: int, minutes: int = 0) -> list[tuple[bytes, bytes]]:
    used = {"call_count": percent, "total_cputime": percent // 4, "total_time": percent // 4}
    mine = {account: [{"type": "instagram", **used, "estimated_time_to_regain_access": minutes}]} if account else {}
    app = json.dumps(dict.fromkeys(used, percent // 10)).encode()
    return [(b"x-app-usage", app), (b"x-business-use-case-usage", json.dumps(mine).encode())]
