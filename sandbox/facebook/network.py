"""The practice network itself: routes, answers to faults, the demo's Pages, their names and addresses, their fans."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.facebook import dispatch, engagement, login, messaging, posts, public, reviews, subscriptions, uploads, usage
from sandbox.facebook.errors import GraphError, duplicate_post, too_many_calls
from sandbox.facebook.reactions import react
from sandbox.facebook.versions import NEWEST, served
from sandbox.network import PAGE, Consent, Network, Seen
from sandbox.store import Doc
from sandbox.views import PublicPost, Reply

GRAPH = re.compile(r"/v(\d+\.\d+)/(.*)")
UPLOAD = re.compile(r"/video-upload/v[\d.]+/")
PUBLISHING = {"feed", "photo_stories", "comments", "messages"}
FOLLOWERS = 1_250


class Facebook(Network):
    """Facebook Pages. See `sandbox.network.Network` for what each method owes the core."""

    slug, name = "facebook", "Facebook"
    about = "Pages, Messenger and the Graph API"
    scopes = {
        "pages_show_list": "See the list of the Pages that you manage",
        "business_management": "Manage your business portfolios",
        "pages_manage_posts": "Create and manage posts of your Page",
        "pages_read_engagement": "Read your Page's posts and followers",
        "pages_read_user_content": "Read what people write on your Page",
        "pages_manage_engagement": "Answer, hide and like comments as your Page",
        "pages_manage_metadata": "Tell the app about what happens on your Page",
        "pages_messaging": "Read and answer messages to your Page",
        "read_insights": "See the numbers of your Page",
        "publish_video": "Publish live videos",
    }
    consent_many = True
    consent_untick = True
    fan_actions = ("comment", "like", "message", "react", "unreact", "edit", "delete", "recommend", "warn")

    def __init__(self, *lent: Any) -> None:
        super().__init__(*lent)
        self.usage = usage.Usage()

    # --- HTTP ------------------------------------------------------------------------------------------------

    @cached_property
    def routes(self) -> list[BaseRoute]:
        """Login dialog, rupload, Graph, public pages."""

        async def dialog(request: Request) -> Response:
            return await login.dialog(self, request)

        async def rupload(request: Request) -> Response:
            return await uploads.rupload(self, request)

        async def graph(request: Request) -> Response:
            return await dispatch.graph(self, request)

        every = ["GET", "POST", "DELETE"]
        return [
            Route("/v{version}/dialog/oauth", dialog),
            Route("/dialog/oauth", dialog),
            Route("/video-upload/v{version}/{id}", rupload, methods=["POST"]),
            Route("/v{version}/{path:path}", graph, methods=every),
            *public.routes(self),
        ]

    def operation(self, seen: Seen) -> str:
        """By the last part of the path; uploads and their phases are preparation."""
        if UPLOAD.match(seen.path):
            return "prepare"
        match = GRAPH.fullmatch(seen.path)
        if match is None or "/dialog/" in seen.path:
            return PAGE
        path = match[2].strip("/")
        if path in ("oauth/access_token", "debug_token"):
            return "token"
        params = seen.params
        method = str(params.get("method", "") or seen.method).upper()
        return _of_post(path, params) if method == "POST" else "read" if method == "GET" else "other"

    def token_of(self, seen: Seen) -> str:
        """From the header or the parameter."""
        return seen.bearer or str(seen.params.get("access_token", ""))

    def too_many(self, seen: Seen, seconds: float) -> Response:
        """80001 for a Page's token, 4 for others; the headers tell when access is regained."""
        owner, minutes = self.account_of(seen), max(1, -int(-seconds // 60))
        page = owner if self.docs.get("account", owner) else ""
        response = too_many_calls(page, minutes).response()
        for name, value in usage.headers(page, 100, minutes):
            response.headers[name.decode()] = value.decode()
        return response

    def failure(self, seen: Seen) -> Response:
        """500 with JSON."""
        words = "An unexpected error has occurred. Please retry your request later."
        return GraphError(2, words, status=500, transient=True).response()

    def duplicate(self, seen: Seen) -> Response:
        """506."""
        return duplicate_post().response()

    def finish(self, seen: Seen, account: str, response_headers: list[tuple[bytes, bytes]]) -> None:
        """The version that answered and both usage headers."""
        if match := GRAPH.fullmatch(seen.path):
            response_headers.append((b"facebook-api-version", _version(match[1]).encode()))
        if not any(name == b"x-app-usage" for name, _ in response_headers):
            page = account if self.docs.get("account", account) else ""
            response_headers += usage.headers(page, self.usage.percent(self, account))

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

    def page_token(self, token: Doc | None, page: str) -> str | None:
        """The token of a Page that this person chose."""
        return login.page_token(self, token, page) if token and page in token.get("pages", []) else None

    # --- Pages and names -------------------------------------------------------------------------------------

    def seed(self) -> None:
        """The soft-drink maker's two Pages."""
        bio = "Ice-cold where it's hot, warming where it's cold. Fizz with bite since 1987."
        self.create_account("Polar Fizz", "polarfizz", bio=bio, followers=48_200)
        self.create_account("Polar Fizz Deutschland", "polarfizzde", bio="Eiskalt. Auch im Winter.", followers=9_310)

    def create_account(self, name: str, username: str = "", **details: Any) -> Doc:
        """A Page; `followers` and `engaged_users` may be given."""
        return super().create_account(name, username, **{"followers": FOLLOWERS, **details})

    def page_name(self, page: str) -> str:
        """The name of a Page."""
        doc = self.docs.get("account", page)
        return str(doc["name"]) if doc else ""

    def app_name(self, app: str) -> str:
        """The name of a developer app."""
        doc = self.tokens.app(app)
        return str(doc["name"]) if doc else ""

    def trouble(self, page: Doc, what: str) -> bool:
        """Let something happen to a Page that only Facebook or its owner can do (public.TROUBLES); whether that is known."""
        if what not in public.TROUBLES:
            return False
        if what in ("spam", "peace"):
            self.docs.change("account", page.id, spam=what == "spam")
            return True
        for token in self.tokens.of_account(page.id, "page"):
            if what == "role_lost" and not token["dead"]:
                self.tokens.kill(token, what)
            elif what != "role_lost":
                self.tokens.kill_grant(token.key, what)
        return True

    def clear(self, account: str) -> None:
        """Everything that was published, said and uploaded."""
        for kind in ("post", "media"):
            for doc in self.docs.find(kind, owner=account, limit=1_000_000):
                engagement.forget(self, doc.id)
        self.docs.wipe(("post", "media", "comment", "thread", "message", "session", "review", "blocked"), owner=account)

    # --- addresses -------------------------------------------------------------------------------------------

    def permalink(self, post: Doc) -> str:
        """As Facebook writes it for this kind of post."""
        page = self.docs.get("account", post.owner)
        username = page["username"] if page else post.owner
        story = post.id.rpartition("_")[2]
        media = next(iter(post["media"]), "")
        kinds = {
            "video": f"{username}/videos/{media}",
            "reel": f"reel/{media}",
            "story": f"stories/{post.owner}/{story}",
        }
        return f"{self.url}/{kinds.get(post['kind'], f'{username}/posts/{story}')}"

    def comment_link(self, comment: Doc) -> str:
        """The post's address with the comment's number."""
        post = self.docs.get("post", comment.parent)
        number = comment.id.rpartition("_")[2]
        above = comment["answers"].rpartition("_")[2]
        query = f"comment_id={above}&reply_comment_id={number}" if above else f"comment_id={number}"
        page = self.docs.get("account", comment.owner) if self.docs.get("review", comment.parent) else None
        other = f"{self.url}/{page['username']}" if page else f"{self.url}/photo?fbid={comment.parent}"
        address = self.permalink(post) if post else other
        return f"{address}{'&' if '?' in address else '?'}{query}"

    def post_of(self, doc: Doc) -> str:
        """The post's id of a post, comment, photo or video."""
        if "answers" in doc.data:
            media = self.docs.get("media", doc.parent)
            return str(media.get("post_id") if media else doc.parent)
        return str(doc.get("post_id") or doc.id)

    # --- what the public sees --------------------------------------------------------------------------------

    def public_posts(self, account: Doc, limit: int = 100_000) -> list[PublicPost]:
        """What is out and not hidden, newest first."""
        posts.release(self)
        found = self.docs.find("post", owner=account.id, key="published", limit=limit)
        return [self.public_post(post) for post in found if public.is_visible(self, post)]

    def public_post(self, post: Doc) -> PublicPost:
        """One post with its comments in threads."""
        return public.shown_post(self, post)

    def replies(self, post: Doc) -> list[Reply]:
        """Each comment followed by the answers to it."""
        return public.threaded(super().replies(post))

    def reactions(self, target: str) -> list[tuple[str, int]]:
        """(kind, how many) of a post's or comment's reactions, the most frequent first."""
        kinds = Counter(like.get("type", "LIKE") for like in self.docs.find("like", parent=target, limit=10_000))
        return kinds.most_common()

    def answers(self, comment: Doc) -> list[Doc]:
        """The answers to a comment, oldest first."""
        below = self.docs.find("comment", parent=comment.parent, oldest_first=True, limit=10_000)
        return [one for one in below if one["answers"] == comment.id]

    # --- fans ------------------------------------------------------------------------------------------------

    def fan(self, action: str, target: str, person: Doc, text: str) -> Doc:
        """Comment, react (`text` names the reaction, a like without), write a message, recommend the Page or warn of it."""
        posts.release(self)
        if action in ("recommend", "warn"):
            return reviews.recommend(self, target, person, text, action == "recommend")
        if action != "like":
            return super().fan(action, target, person, text)
        liked, _ = self._target(target)
        kind = text.strip().upper()
        known = kind if kind in engagement.REACTIONS else "LIKE"
        return engagement.react(self, liked, (person.id, person["name"]), known)

    def fan_comment(self, target: str, person: Doc, text: str) -> Doc:
        """A comment on a post or photo, or an answer to a comment."""
        found, root = self._target(target)
        self._refuse_blocked(found.owner, person)
        above = found if root is not None else None
        attachment = self.media_url(self.enclosed.id) if self.enclosed else ""
        return engagement.write(self, root or found, above, (person.id, person["name"]), text, attachment=attachment)

    def fan_message(self, account: str, person: Doc, text: str) -> Doc:
        """A message in Messenger."""
        if self.docs.get("account", account) is None:
            raise KeyError(account)
        self._refuse_blocked(account, person)
        return messaging.hear(self, messaging.thread_with(self, account, person), text)

    def fan_deed(self, action: str, target: str, person: Doc, text: str) -> Doc:
        """React to a message of the fan's own conversation, or no longer; edit or delete a comment of the fan's own."""
        if action in ("react", "unreact"):
            message, event = react(self, target, person, text if action == "react" else "")
            subscriptions.tell_message(self, message.owner, event, "message_reactions")
            return message
        comment = self.docs.get("comment", target)
        if comment is None or comment["author_id"] != person.id:
            raise KeyError(target)
        return engagement.edit(self, comment, text) if action == "edit" else engagement.remove(self, comment)

    def _refuse_blocked(self, page: str, person: Doc) -> None:
        """For whom the Page has blocked, it is not there."""
        if self.docs.get("blocked", f"{page}:{person.id}"):
            raise KeyError(page)

    def _target(self, target: str) -> tuple[Doc, Doc | None]:
        """What a fan acts on; for a comment also what it hangs on."""
        comment = self.docs.get("comment", target)
        if comment:
            roots = (self.docs.get(kind, comment.parent) for kind in ("post", "media", "review"))
            return comment, next(filter(None, roots), None)
        found = next((doc for kind in ("post", "media", "review") if (doc := self.docs.get(kind, target))), None)
        if found is None or ("kind" in found.data and found.key not in ("", "published")):
            raise KeyError(target)
        return engagement.subject(self, found), None

    def talkers(self, thread: Doc) -> list[dict[str, str]]:
        """The person (page-scoped) and the Page."""
        person = {"name": thread["name"], "email": f"{thread.parent}@facebook.com", "id": thread.parent}
        return [person, {"name": self.page_name(thread.owner), "email": f"{thread.owner}@facebook.com", "id": thread.owner}]

    def talkers_of(self, message: Doc) -> list[dict[str, str]]:
        """Those of the message's conversation."""
        thread = self.docs.get("thread", message.parent)
        return self.talkers(thread) if thread else []


def _of_post(path: str, params: dict[str, Any]) -> str:
    """publish for the one irreversible call, prepare for what may be repeated."""
    edge = path.rpartition("/")[2]
    if edge in PUBLISHING:
        return "publish"
    if edge == "photos":
        kept = str(params.get("published", "true")).lower() in ("false", "0") and not params.get("scheduled_publish_time")
        return "prepare" if kept else "publish"
    if edge in ("videos", "video_reels", "video_stories"):
        phase = str(params.get("upload_phase", "finish")).lower()
        return "publish" if phase == "finish" else "prepare"
    return "prepare" if edge == "uploads" or edge.startswith("upload:") else "other"


def _version(asked: str) -> str:
    try:
        return served(asked)
    except GraphError:
        return f"v{NEWEST}.0"
