"""The way of a Graph call: version, token, proof, object, permissions, answer.
https://developers.facebook.com/docs/graph-api/overview"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from inspect import isawaitable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.facebook import call as calls
from sandbox.facebook.call import Call
from sandbox.facebook.errors import JSON, GraphError, forbidden, invalid, missing
from sandbox.facebook.fields import parse, pick
from sandbox.facebook.versions import served
from sandbox.instagram import containers, login, media, subscriptions, talk
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.instagram.network import Instagram

READING = ("instagram_basic",)
POSTING = ("instagram_basic", "instagram_content_publish")
TALKING = ("instagram_basic", "instagram_manage_comments")
MESSAGING = ("instagram_basic", "instagram_manage_messages")
TELLING = ("pages_manage_metadata",)
NEEDS: dict[tuple[str, str, str], tuple[str, ...]] = {
    ("GET", "account", ""): READING,
    ("GET", "account", "media"): READING,
    ("GET", "account", "stories"): READING,
    ("GET", "account", "content_publishing_limit"): POSTING,
    ("POST", "account", "media"): POSTING,
    ("POST", "account", "media_publish"): POSTING,
    ("GET", "container", ""): READING,
    ("GET", "post", ""): READING,
    ("POST", "post", ""): TALKING,
    ("DELETE", "post", ""): POSTING,  # which permission it wants is not documented
    ("GET", "post", "children"): READING,
    ("GET", "post", "comments"): READING,
    ("POST", "post", "comments"): TALKING,
    ("POST", "account", "mentions"): TALKING,
    ("GET", "comment", ""): READING,
    ("GET", "comment", "replies"): READING,
    ("POST", "comment", "replies"): TALKING,
    ("POST", "comment", ""): TALKING,
    ("GET", "thread", ""): MESSAGING,
    ("GET", "page", "conversations"): MESSAGING,
    ("POST", "page", "messages"): MESSAGING,
    ("GET", "page", "subscribed_apps"): TELLING,
    ("POST", "page", "subscribed_apps"): TELLING,
    ("DELETE", "page", "subscribed_apps"): TELLING,
    ("DELETE", "comment", ""): TALKING,
}
MOST = 100  # results of one page


async def graph(net: Instagram, request: Request) -> Response:
    """Answer `/vNN.N/...`."""
    try:
        version = served(request.path_params["version"])
        call = await calls.read(request, version, request.path_params["path"])
        found = await answer(net, call)
    except GraphError as error:
        return error.response()
    return JSONResponse(found, media_type=JSON)


async def answer(net: Instagram, call: Call) -> Any:
    """The JSON of a call. Raises GraphError."""
    if call.path == ["oauth", "access_token"]:
        return login.access_token(net, call)
    if call.path[1:] == ["subscriptions"] and call.method == "POST" and (app := net.tokens.app(call.path[0])):
        return await subscriptions.of_app(net, call, app)
    call.token = login.living(net, call.token_value)
    login.check_proof(net, call)
    if call.path[:1] == ["me"]:
        mine = _me(net, call, call.token)
        return await mine if isawaitable(mine) else mine
    kind, doc = _resolve(net, call)
    edge = call.path[1] if len(call.path) > 1 else ""
    needs = NEEDS.get((call.method, kind, edge))
    if needs is None and call.method == "GET":
        raise GraphError(2500, f"Unknown path components: /{'/'.join(call.path[1:])}")
    if needs is None:
        raise missing(call.method, call.path[0])
    _allow(call, call.token, needs, doc.id if kind == "account" else doc.owner if kind != "comment" else _owner(net, doc))
    found = _run(net, call, kind, edge, doc)
    return await found if isawaitable(found) else found


def _me(net: Instagram, call: Call, token: Doc) -> Any:
    edge, name = (*call.path[1:], "", "")[:2]
    if edge == "permissions":
        return login.take_back(net, token, name) if call.method == "DELETE" else login.permissions(token)
    if token["kind"] == "page" and (needs := NEEDS.get((call.method, "page", edge))):
        _allow(call, token, needs, token.owner)
        return _of_page(net, call, token, edge)
    if edge == "accounts" and token["kind"] == "user":
        allowed = "pages_show_list" in token["scopes"]
        return listing(net, call, net.docs.many("account", token["pages"] if allowed else []), _page(net, token))
    if not edge:
        return {"id": token.owner, "name": net.user_name(token.owner)}
    raise GraphError(2500, f"Unknown path components: /{'/'.join(call.path[1:])}")


def _of_page(net: Instagram, call: Call, token: Doc, edge: str) -> Any:
    """The Page behind the account holds its messages and its webhooks."""
    if edge == "subscribed_apps":
        return subscriptions.of_page(net, call, token)
    account = net.docs.many("account", [token.owner])[0]
    if edge == "messages":
        return talk.send(net, call, account)
    return listing(net, call, talk.threads(net, call, account.id), lambda thread: talk.node(net, thread))


def _page(net: Instagram, token: Doc) -> Callable[[Doc], dict[str, Any]]:
    """A Page as /me/accounts lists it; one without a linked account (`linked` false) lacks the sub-object."""

    def shown(account: Doc) -> dict[str, Any]:
        page = {"id": net.page_of(account), "name": account["name"], "access_token": login.page_token(net, token, account.id)}
        page |= {"tasks": ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"]}
        if account.get("linked", True) and "instagram_basic" in token["scopes"]:
            page["instagram_business_account"] = account_node(net, account)
        return page

    return shown


def account_node(net: Instagram, account: Doc) -> dict[str, Any]:
    """Every field of an Instagram account."""
    named = {name: account[name] for name in ("username", "name")}
    counts = {"followers_count": account["followers"], "media_count": net.docs.count("post", owner=account.id)}
    return {"id": account.id, **named, "biography": account["bio"], "profile_picture_url": net.avatar_url(account), **counts}


def _resolve(net: Instagram, call: Call) -> tuple[str, Doc]:
    name = call.path[0] if call.path else ""
    for kind in ("account", "container", "post", "comment", "thread"):
        if doc := net.docs.get(kind, name):
            if kind == "post" and media.is_over(net, doc):
                break
            return kind, doc
    raise missing(call.method, name)


def _owner(net: Instagram, comment: Doc) -> str:
    post = net.docs.get("post", comment.parent)
    return post.owner if post else ""


def _allow(call: Call, token: Doc, needs: tuple[str, ...], account: str) -> None:
    """Whether this token may do this with this account's things."""
    if account != token.owner and account not in token.get("pages", []):
        raise missing(call.method, call.path[0])
    if lacking := tuple(scope for scope in needs if scope not in token["scopes"]):
        raise forbidden(call.method, lacking)


def _run(net: Instagram, call: Call, kind: str, edge: str, doc: Doc) -> Any:
    if kind == "account":
        return _of_account(net, call, edge, doc)
    if kind == "post":
        return _of_post(net, call, edge, doc)
    if kind == "comment" and (edge or call.method != "GET"):
        return _of_comment(net, call, edge, doc)
    shown = {"container": containers.shown, "comment": media.comment_node, "thread": talk.node}[kind](net, doc)
    return pick(shown, parse(call.text("fields") or "id"))


def _of_comment(net: Instagram, call: Call, edge: str, said: Doc) -> Any:
    if edge == "replies" and call.method == "POST":
        return media.answer(net, call, said)
    if edge == "replies":
        return listing(net, call, media.below(net, said), lambda one: media.comment_node(net, one))
    return media.remove(net, said) if call.method == "DELETE" else media.hide(net, call, said)


def _of_account(net: Instagram, call: Call, edge: str, account: Doc) -> Any:
    if edge == "media_publish":
        return media.publish(net, call, account)
    if edge == "media" and call.method == "POST":
        return containers.create(net, call, account)
    if edge in ("media", "stories"):
        found = media.mine(net, call, account, edge == "stories")
        return listing(net, call, found, lambda post: media.node(net, post))
    if edge == "content_publishing_limit":
        return media.quota(net, account)
    if edge == "mentions":
        return media.answer_mention(net, call, account)
    wants = parse(call.text("fields") or "id")
    return pick(account_node(net, account) | media.mentioned(net, account, wants), wants)


def _of_post(net: Instagram, call: Call, edge: str, post: Doc) -> Any:
    if edge == "comments" and call.method == "POST":
        return media.comment(net, call, post)
    if edge == "comments":
        return listing(net, call, media.comments(net, post), lambda said: media.comment_node(net, said))
    if edge == "children":
        return {"data": [{"id": name} for name in post["media"]] if post["kind"] == "carousel" else []}
    if call.method == "POST":
        return media.change(net, call, post)
    if call.method == "DELETE":
        return media.delete(net, post)
    return pick(media.node(net, post), parse(call.text("fields") or "id"))


# --- lists ---------------------------------------------------------------------------------------------------


def listing(net: Instagram, call: Call, docs: Sequence[Doc], show: Callable[[Doc], dict[str, Any]]) -> dict[str, Any]:
    """One page of a list by cursors, `next` only where there is more."""
    limit, wants = min(call.number("limit", 25), MOST), parse(call.text("fields") or "id")
    start = _place([doc.id for doc in docs], call.text("after")) + 1
    chosen = docs[start : start + limit]
    answered: dict[str, Any] = {"data": [pick(show(doc), wants) for doc in chosen]}
    if not chosen:
        return answered
    first, last = (base64.urlsafe_b64encode(doc.id.encode()).decode() for doc in (chosen[0], chosen[-1]))
    answered["paging"] = {"cursors": {"before": first, "after": last}}
    if start + limit < len(docs):
        kept = {name: str(value) for name, value in call.params.items() if name not in ("after", "appsecret_proof")}
        query = urlencode({**kept, "after": last})
        answered["paging"]["next"] = f"{net.url}/{call.version}/{'/'.join(call.path)}?{query}"
    return answered


def _place(ids: list[str], cursor: str) -> int:
    if not cursor:
        return -1
    try:
        return ids.index(base64.urlsafe_b64decode(cursor).decode())
    except ValueError as error:
        raise invalid("Invalid cursors values provided") from error
