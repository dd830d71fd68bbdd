"""What the public sees: the Page, single posts, photos, stories, and a fan's side of a Messenger conversation."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFont
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.facebook import engagement, posts
from sandbox.front import missing
from sandbox.render import page as html_page
from sandbox.store import Doc
from sandbox.views import PublicPost, Reply

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook

SHOWN = 50
TONES = ("#1971c2", "#0b7285", "#c2255c", "#5f3dc4", "#2b8a3e", "#d9480f")
TROUBLES = {
    "password": "The owner changes the password (190/460)",
    "checkpoint": "Facebook wants the owner to log in and prove who they are (190/459)",
    "logged_out": "The owner logs out everywhere (190/467)",
    "role_lost": "The owner loses the role on this Page (190/492)",
    "spam": "Posting is blocked as spam (368)",
    "peace": "Posting is allowed again",
}
GENDERS = {"1": "men", "2": "women"}


def routes(net: Facebook) -> list[BaseRoute]:
    """The addresses that permalinks point to."""

    async def profile(request: Request) -> Response:
        return account(net, request.path_params["page"])

    async def story(request: Request) -> Response:
        owner = _page_of(net, request.path_params["page"])
        return post(net, f"{owner.id}_{request.path_params['story']}" if owner else "")

    async def media(request: Request) -> Response:
        found = net.docs.get("media", request.path_params.get("media") or request.query_params.get("fbid", ""))
        return post(net, found.get("post_id") or "" if found else "")

    async def chat(request: Request) -> Response:
        return conversation(net, request.path_params["thread"])

    async def picture(request: Request) -> Response:
        owner = net.docs.get("account", request.path_params["id"]) or net.docs.get("user", request.path_params["id"])
        return Response(_portrait(owner["name"]), media_type="image/png") if owner else missing(net)

    async def trouble(request: Request) -> Response:
        form = await request.form()
        owner = net.docs.get("account", str(form.get("account", "")))
        if owner is None or not net.trouble(owner, str(form.get("what", ""))):
            return missing(net)
        return RedirectResponse(f"{net.url}/{owner['username']}", 303)

    return [
        Route("/_trouble", trouble, methods=["POST"]),
        Route("/_picture/{id}.png", picture),
        Route("/photo", media),
        Route("/reel/{media}", media),
        Route("/messages/{thread}", chat),
        Route("/{page}/posts/{story}", story),
        Route("/{page}/videos/{media}", media),
        Route("/stories/{page}/{story}", story),
        Route("/{page}", profile),
    ]


def _page_of(net: Facebook, name: str) -> Doc | None:
    return net.docs.get("account", name) or net.account_by_name(name)


def account(net: Facebook, name: str) -> Response:
    """A Page by id or username."""
    owner = _page_of(net, name)
    if owner is None:
        return missing(net)
    threads = [thread for thread in net.docs.find("thread", owner=owner.id, limit=5) if thread["snippet"]]
    values: dict[str, Any] = {"account": net.public_account(owner), "posts": net.public_posts(owner, SHOWN), "threads": threads}
    reviews = net.docs.find("review", owner=owner.id, limit=SHOWN)
    answers = {review.id: net.docs.find("comment", parent=review.id, oldest_first=True) for review in reviews}
    values |= {"reviews": reviews, "review_answers": answers}
    return html_page(
        "account", slug=net.slug, network=net, page=owner, reactions=engagement.REACTIONS, troubles=TROUBLES, **values
    )


def post(net: Facebook, name: str) -> Response:
    """A single post, as far as it is out."""
    posts.release(net)
    found = net.docs.get("post", name)
    owner = net.docs.get("account", found.owner) if found else None
    if found is None or owner is None or not is_visible(net, found):
        return missing(net)
    values: dict[str, Any] = {"account": net.public_account(owner), "post": net.public_post(found)}
    return html_page("post", slug=net.slug, network=net, page=owner, reactions=engagement.REACTIONS, **values)


def conversation(net: Facebook, name: str) -> Response:
    """A fan's chat with a Page."""
    thread = net.docs.get("thread", name)
    owner = net.docs.get("account", thread.owner) if thread else None
    if thread is None or owner is None:
        return missing(net)
    messages = net.docs.find("message", parent=name, oldest_first=True)
    values: dict[str, Any] = {"account": net.public_account(owner), "thread": thread, "messages": messages}
    return html_page("chat", slug=net.slug, network=net, **values)


# --- data for the pages --------------------------------------------------------------------------------------


def is_visible(net: Facebook, found: Doc) -> bool:
    """Out, not hidden, and no story of yesterday."""
    over = found["kind"] == "story" and found.created_at < net.now() - posts.STORY_LIFE
    return found.key == "published" and not found.get("hidden") and not over


def shown_post(net: Facebook, found: Doc) -> PublicPost:
    """A post with its comments in threads."""
    targeting = {name: found[name] for name in ("targeting", "feed_targeting") if found.get(name)}
    return PublicPost(
        id=found.id,
        account=found.owner,
        text=found["text"],
        url=net.permalink(found),
        created_at=found.created_at,
        kind=found["kind"],
        title=found.get("title", ""),
        link=found["link"],
        media=net.pictures(found["media"]),
        likes=net.docs.count("like", parent=found.id),
        replies=net.replies(found),
        labels=[*_labels(targeting, found["kind"]), *_beside(net, found)],
        details={name: json.dumps(value) for name, value in targeting.items()},
    )


def _beside(net: Facebook, found: Doc) -> list[str]:
    """What belongs to the post's video."""
    videos = [media for media in net.docs.many("media", found["media"]) if media["type"] == "video"]
    spoken = [locale.partition("_")[0] for video in videos for locale in video.get("captions") or []]
    pictures = ["own thumbnail"] if any(video.get("thumb") for video in videos) else []
    return [*pictures, *([f"captions: {', '.join(spoken)}"] if spoken else [])]


def threaded(replies: list[Reply]) -> list[Reply]:
    """Each comment, then the answers to it, which nobody sees either when it is hidden."""
    found: list[Reply] = []
    for top in [reply for reply in replies if not reply.depth]:
        answers = [reply for reply in replies if reply.depth and reply.parent == top.id]
        found += [top, *(replace(answer, hidden=answer.hidden or top.hidden) for answer in answers)]
    return found


def _labels(targeting: dict[str, dict[str, object]], kind: str) -> list[str]:
    """Who sees the post, in words."""
    words = [kind.capitalize()] if kind in ("reel", "story") else []
    for name, lead in (("targeting", "Only for"), ("feed_targeting", "First of all for")):
        if name in targeting:
            words.append(f"{lead} {_people(targeting[name]) or 'a chosen audience'}")
    return words


def _people(audience: dict[str, object]) -> str:
    places = audience.get("geo_locations")
    words: list[str] = []
    for value in (places if isinstance(places, dict) else {}).values():
        words += [str(place.get("name") or place["key"]) if isinstance(place, dict) else str(place) for place in value]
    if audience.get("age_min") or audience.get("age_max"):
        words.append(f"ages {audience.get('age_min', 13)} to {audience.get('age_max', '65+')}")
    genders = audience.get("genders")
    words += [GENDERS.get(str(gender), "") for gender in genders] if isinstance(genders, list) else []
    return ", ".join(word for word in words if word)


def _portrait(name: str) -> bytes:
    """The picture of a Page or person: its initial on a colour."""
    image = Image.new("RGB", (200, 200), TONES[sum(map(ord, name)) % len(TONES)])
    ImageDraw.Draw(image).text((100, 100), name[:1].upper(), "white", ImageFont.load_default(110), "mm")
    kept = io.BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()
