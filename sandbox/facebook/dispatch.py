"""The way of a Graph call: version, token, proof, allowance, object, permissions, handler.
https://developers.facebook.com/docs/graph-api/overview"""

from __future__ import annotations

import json
from dataclasses import replace
from inspect import isawaitable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.facebook import call as calls
from sandbox.facebook import login, nodes, posts
from sandbox.facebook.call import Call
from sandbox.facebook.edges import EDGES, POSTING, READING, Edge
from sandbox.facebook.errors import JSON, GraphError, dead, forbidden, invalid, missing, spam_block
from sandbox.facebook.versions import served
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook

BATCH = 50
KINDS = {
    "account": "page",
    **{kind: kind for kind in ("user", "post", "comment", "thread", "message", "review")},
}


async def graph(net: Facebook, request: Request) -> Response:
    """Answer `/vNN.N/...`."""
    try:
        version = served(request.path_params["version"])
        call = await calls.read(request, version, request.path_params["path"])
        found = await answer(net, call)
    except GraphError as error:
        return error.response()
    return JSONResponse(found, media_type=JSON)


async def answer(net: Facebook, call: Call) -> Any:
    """The JSON of a call. Raises GraphError."""
    posts.release(net)
    path = "/".join(call.path)
    if path == "oauth/access_token":
        return login.access_token(net, call)
    call.token = _token(net, call)
    login.check_proof(net, call)
    net.usage.check(net, call.token.owner, bool(call.page))
    if path == "debug_token":
        return login.debug_token(net, call)
    if path == "search":
        raise GraphError(200, "(#200) Requires ads_read or ads_management permission to search for targeting")
    if not call.path:
        return await _batch(net, call)
    return await _run(net, call)


def _token(net: Facebook, call: Call) -> Doc:
    if not call.token_value:
        raise GraphError(2500, "An active access token must be used to query information about the current user.")
    token = login.find(net, call.token_value)
    state = net.tokens.state(token)
    if token is None or state != "alive":
        raise dead(state, token)
    return token


async def _run(net: Facebook, call: Call) -> Any:
    name = call.path[1] if len(call.path) > 1 else ""
    kind, doc = resolve(net, call, call.path[0])
    edge = EDGES.get((call.method, kind, name))
    if edge is None and call.method == "GET":
        raise GraphError(2500, f"Unknown path components: /{'/'.join(call.path[1:])}")
    if edge is None:
        raise missing(call.method, call.path[0])
    _allow(call, edge, kind, doc)
    found = edge.run(net, call, doc)
    found = await found if isawaitable(found) else found
    if call.method == "POST" and "id" in found and call.text("fields"):
        kind, doc = resolve(net, call, str(found["id"]))
        return nodes.node(net, call, kind, doc)  # read after write
    return found


def resolve(net: Facebook, call: Call, name: str) -> tuple[str, Doc]:
    """The kind of node and its document. Raises 100/33."""
    if name == "me" and call.token:
        name = call.token.owner
    for stored, kind in KINDS.items():
        if doc := net.docs.get(stored, name):
            return kind, doc
    if media := net.docs.get("media", name):
        return str(media["type"]), media
    if upload := net.docs.get("upload", name):
        return "upload", upload
    if app := net.tokens.app(name):
        return "app", app
    raise missing(call.method, name)


def _allow(call: Call, edge: Edge, kind: str, doc: Doc) -> None:
    """Whether this token may do this with this object."""
    token = call.token
    if token is None or kind == "app":
        return
    if kind in ("user", "upload"):
        if token.owner != (doc.id if kind == "user" else doc.owner):
            raise missing(call.method, doc.id)
        return
    page = doc.id if kind == "page" else doc.owner
    if page != token.owner and page not in token.get("pages", []):
        raise forbidden(call.method, edge.needs or READING)
    if edge.page_token and not call.page:
        words = "(#190) This method must be called with a Page Access Token"
        raise GraphError(190, words, 2069032, advice="A Page access token is required for this call.")
    lacking = tuple(scope for scope in edge.needs if scope not in token["scopes"])
    if lacking:
        raise forbidden(call.method, lacking)
    if doc.get("spam") and edge.needs == POSTING and call.method == "POST":
        raise spam_block()


# --- batch ---------------------------------------------------------------------------------------------------


async def _batch(net: Facebook, call: Call) -> list[dict[str, Any]]:
    """`batch=[{"method": "GET", "relative_url": "..."}]`, at most 50; each counts for the limits."""
    wanted = call.array("batch")
    if call.method != "POST" or wanted is None:
        raise GraphError(2500, "Unknown path components: /")
    if len(wanted) > BATCH:
        raise invalid(f"Too many requests in batch message. Maximum batch size is {BATCH}")
    return [await _one_of_batch(net, call, item) for item in wanted]


async def _one_of_batch(net: Facebook, call: Call, item: dict[str, Any]) -> dict[str, Any]:
    address = urlsplit(str(item.get("relative_url", "")))
    path = [part for part in address.path.split("/") if part and part != call.version]
    params = dict(parse_qsl(address.query)) | dict(parse_qsl(str(item.get("body", ""))))
    token = str(params.pop("access_token", call.token_value))
    one = replace(call, method=str(item.get("method", "GET")).upper(), path=path, params=params, token_value=token)
    try:
        code, found = 200, await answer(net, one)
    except GraphError as error:
        code, found = error.status, {"error": error.error}
    return {"code": code, "headers": [{"name": "Content-Type", "value": JSON}], "body": json.dumps(found)}
