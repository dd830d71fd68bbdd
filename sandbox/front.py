"""Pages for people: the networks, an account as its public sees it, a single post, the forms of a fan, the fault panel."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import clock, consent
from sandbox.faults import KINDS, LATER, OPERATIONS, Faults
from sandbox.network import Network
from sandbox.render import avatar, page
from sandbox.store import Doc
from sandbox.views import Chat, PublicAccount

SHOWN = 50
WORDLESS = ("like", "block", "delete", "unreact")


def account_page(network: Network, account_id: str) -> Response:
    """The account's page: its posts, and a form to write to it."""
    account = network.docs.get("account", account_id)
    if account is None:
        return missing(network)
    posts = [post for post in network.public_posts(account, SHOWN) if not post.parent]
    values: dict[str, Any] = {"account": network.public_account(account), "chats": network.chats(account)[:5]}
    return page("account", slug=network.slug, network=network, posts=posts, **values)


def chat_page(network: Network, chat: Chat) -> Response:
    """A fan's chat with an account."""
    account = network.docs.get("account", chat.account)
    if account is None:
        return missing(network)
    return page("chat", slug=network.slug, network=network, account=network.public_account(account), chat=chat)


def post_page(network: Network, post_id: str) -> Response:
    """One post with everything below it."""
    post = network.docs.get("post", post_id)
    account = network.docs.get("account", post.owner) if post else None
    if post is None or account is None or not network.is_public(post):
        return missing(network)
    shown = network.public_post(post)
    return page("post", slug=network.slug, network=network, account=network.public_account(account), post=shown)


def thread_page(network: Network, post: Doc | None) -> Response:
    """A post where its public sees it: an account's own; what answers one, below it; what a fan began, as the fan's."""
    root = network.docs.get("post", post.key) if post else None
    if post is None or network.docs.get("account", post.owner):
        return post_page(network, post.id if post else "")
    if root and network.docs.get("account", root.owner):
        return RedirectResponse(f"{network.permalink(root)}#c{post.id}")
    begun = root or post
    fan = network.docs.get("person", begun.owner)
    if fan is None or not network.is_public(begun):
        return missing(network)
    account = PublicAccount(fan.id, network.slug, fan["name"], fan["username"], f"@{fan['username']}", url="")
    return page("post", slug=network.slug, network=network, account=account, post=network.public_post(begun))


def missing(network: Network) -> Response:
    """404 for people."""
    return page("message", 404, slug=network.slug, title="Nothing here", text="This page doesn't exist or was deleted.")


def routes_of(network: Network) -> list[BaseRoute]:
    """The core's routes below a network's slug; they come after the network's own."""

    async def answer(request: Request) -> Response:
        return await consent.answer(network, request)

    async def fan(request: Request) -> Response:
        form = await request.form()
        action, target, text = (str(form.get(name, "")).strip() for name in ("action", "target", "text"))
        if action not in network.fan_actions or (action not in WORDLESS and not text):
            return page("message", 400, slug=network.slug, title="Nothing was sent", text="Write something first.")
        try:
            network.fan(action, target, network.person(str(form.get("name", ""))), text)
        except KeyError:
            return missing(network)
        return RedirectResponse(request.headers.get("referer", f"/{network.slug}"), 303)

    async def media(request: Request) -> Response:
        doc = network.docs.get("media", request.path_params["id"])
        path = network.files.path(doc.id) if doc else None
        return FileResponse(path, media_type=doc["mime"]) if doc and path and path.exists() else missing(network)

    async def picture(request: Request) -> Response:
        return Response(avatar(request.path_params["name"].removesuffix(".svg")), media_type="image/svg+xml")

    async def account(request: Request) -> Response:
        found = network.account_by_name(request.path_params["username"])
        return account_page(network, found.id) if found else missing(network)

    return [
        Route("/_consent", answer, methods=["POST"]),
        Route("/_fan", fan, methods=["POST"]),
        Route("/_media/{id}", media),
        Route("/_avatar/{name:path}", picture),
        Route("/{username}", account),
    ]


def house_routes(networks: dict[str, Network], faults: Faults) -> list[BaseRoute]:
    """`/` and `/faults`."""

    async def index(request: Request) -> Response:
        accounts = {slug: _newest_accounts(network) for slug, network in networks.items()}
        return page("index", networks=networks, accounts=accounts)

    async def panel(request: Request) -> Response:
        values: dict[str, Any] = {"kinds": KINDS, "later": LATER, "operations": OPERATIONS, "networks": networks}
        accounts = {slug: _newest_accounts(network) for slug, network in networks.items()}
        return page(
            "faults", faults=faults.all, applied=faults.applications(50), offset=clock.offset(), accounts=accounts, **values
        )

    async def change(request: Request) -> Response:
        form = await request.form()
        if form.get("remove"):
            faults.remove("" if form["remove"] == "all" else str(form["remove"]))
            return RedirectResponse("/faults", 303)
        try:
            faults.add(_fault_of_form({name: str(value) for name, value in form.items()}))
        except ValueError as problem:
            return page("message", 400, title="That fault can't be set", text=str(problem))
        return RedirectResponse("/faults", 303)

    return [Route("/", index), Route("/faults", panel), Route("/faults", change, methods=["POST"])]


def _newest_accounts(network: Network) -> list[Any]:
    return [network.public_account(account) for account in network.docs.find("account", oldest_first=True, limit=50)]


def _fault_of_form(form: dict[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {name: form.get(name, "") for name in ("kind", "network", "operation", "account", "path")}
    given["times"] = int(form["times"]) if form.get("times") else None
    given["seconds"] = float(form["seconds"]) if form.get("seconds") else None
    return given
