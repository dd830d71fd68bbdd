"""What the public sees beside posts: the account's page with its chats and mentions, a fan's chat, a fan's own media."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.front import SHOWN, missing
from sandbox.render import page as html_page

if TYPE_CHECKING:
    from sandbox.instagram.network import Instagram


def routes(net: Instagram) -> list[BaseRoute]:
    """The addresses beside the permalinks of posts."""

    async def chat(request: Request) -> Response:
        return conversation(net, request.path_params["thread"])

    async def mention(request: Request) -> Response:
        return mentioned(net, request.path_params["id"])

    async def profile(request: Request) -> Response:
        return account(net, request.path_params["username"])

    return [Route("/messages/{thread}", chat), Route("/mentions/{id}", mention), Route("/{username}", profile)]


def account(net: Instagram, username: str) -> Response:
    """Posts, and below them who wrote and who named the account."""
    found = net.account_by_name(username)
    if found is None:
        return missing(net)
    posts = [post for post in net.public_posts(found, SHOWN) if not post.parent]
    values: dict[str, Any] = {"account": net.public_account(found), "posts": posts}
    values |= {"threads": net.docs.find("thread", owner=found.id), "mentions": net.docs.find("mention", owner=found.id)}
    return html_page("account", slug=net.slug, network=net, **values)


def conversation(net: Instagram, name: str) -> Response:
    """A fan's chat with an account."""
    thread = net.docs.get("thread", name)
    owner = net.docs.get("account", thread.owner) if thread else None
    if thread is None or owner is None:
        return missing(net)
    messages = net.docs.find("message", parent=name, oldest_first=True)
    values: dict[str, Any] = {"account": net.public_account(owner), "thread": thread, "messages": messages}
    return html_page("chat", slug=net.slug, network=net, **values)


def mentioned(net: Instagram, name: str) -> Response:
    """A fan's media, and what the account answered to it."""
    mention = net.docs.get("mention", name)
    owner = net.docs.get("account", mention.owner) if mention else None
    if mention is None or owner is None:
        return missing(net)
    answers = net.docs.find("comment", parent=name, oldest_first=True)
    values: dict[str, Any] = {"account": net.public_account(owner), "mention": mention, "answers": answers}
    return html_page("mention", slug=net.slug, network=net, **values)
