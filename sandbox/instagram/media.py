"""What is out: publishing a container, media and stories as nodes, comments, the day's quota.
https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-media"""

from __future__ import annotations

import re
import secrets
import string
from typing import TYPE_CHECKING, Any

from sandbox.facebook.call import Call
from sandbox.facebook.errors import GraphError, invalid, missing
from sandbox.facebook.fields import Want, time
from sandbox.instagram import containers
from sandbox.instagram.errors import refusal
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.instagram.network import Instagram

DAY = 86_400.0
POSTS_A_DAY = 50  # the guide says 100, the reference of media_publish 50; config.quota_total tells, and the lower one is safe
LONGEST_COMMENT, COMMENT_HASHTAGS, COMMENT_LINKS = 300, 4, 1
REPLIES_SHOWN = 25
LETTERS = string.ascii_letters + string.digits + "-_"
KINDS = {"IMAGE": "photo", "CAROUSEL": "carousel", "REELS": "reel", "STORIES": "story"}
TYPES = {"photo": ("IMAGE", "FEED"), "carousel": ("CAROUSEL_ALBUM", "FEED"), "reel": ("VIDEO", "REELS")}


def publish(net: Instagram, call: Call, account: Doc) -> dict[str, Any]:
    """POST /{ig}/media_publish"""
    container = net.docs.get("container", call.text("creation_id"))
    if container is None or container.owner != account.id or container["item"]:
        raise refusal(2207008)
    if account.get("restricted"):
        raise GraphError(25, "The Instagram account is restricted", 2207050, title="The account is restricted")
    state = containers.state(net, container)
    if state == "EXPIRED":
        raise refusal(2207020)
    if state in ("IN_PROGRESS", "PUBLISHED"):  # what a second publishing says is not documented
        raise refusal(2207027)
    if state == "ERROR":
        raise refusal(2207006)
    if net.enforces_limits and used(net, account) >= POSTS_A_DAY:
        raise refusal(2207042)
    return {"id": _post(net, account, container).id}


def _post(net: Instagram, account: Doc, container: Doc) -> Doc:
    pieces = [container] if container["media"] else net.docs.many("container", container["children"])
    told = container["told"]
    data = {
        "text": container["caption"],
        "kind": KINDS[container["kind"]],
        "media": [piece["media"] for piece in pieces],
        "tags": [name for piece in pieces for name in piece["told"].get("tags", [])],
        "shortcode": "D" + "".join(secrets.choice(LETTERS) for _ in range(10)),
        "comments_on": True,
    }
    data |= {name: told.get(name) for name in ("collaborators", "location", "to_feed", "audio", "trial", "ai")}
    post = net.docs.put("post", data, owner=account.id, key=data["shortcode"])
    net.docs.change("container", container.id, published=post.id)
    return post


def used(net: Instagram, account: Doc) -> int:
    """How many posts of the last 24 hours count."""
    return len(net.docs.find("post", owner=account.id, since=net.now() - DAY, limit=1_000))


def quota(net: Instagram, account: Doc) -> dict[str, Any]:
    """GET /{ig}/content_publishing_limit"""
    config = {"quota_total": POSTS_A_DAY, "quota_duration": int(DAY)}
    return {"data": [{"quota_usage": used(net, account), "config": config}]}


# --- nodes ---------------------------------------------------------------------------------------------------


def is_over(net: Instagram, post: Doc) -> bool:
    """Whether it is a story of yesterday."""
    return bool(post["kind"] == "story" and post.created_at < net.now() - DAY)


def mine(net: Instagram, call: Call, account: Doc, stories: bool) -> list[Doc]:
    """Posts or live stories, newest first, between `since` and `until`."""
    since, until = call.moment("since"), call.moment("until")
    found = net.docs.find("post", owner=account.id, since=since, until=until, limit=10_000)
    return [post for post in found if (post["kind"] == "story") == stories and not is_over(net, post)]


def node(net: Instagram, post: Doc) -> dict[str, Any]:
    """Every field of a media."""
    account = net.docs.get("account", post.owner)
    files = net.docs.many("media", post["media"])
    is_video = bool(files) and files[0]["mime"].startswith("video/")
    kind, product = TYPES.get(post["kind"], ("VIDEO" if is_video else "IMAGE", "STORY"))
    found: dict[str, Any] = {
        "id": post.id,
        "media_type": kind,
        "media_product_type": product,
        "permalink": net.permalink(post),
        "shortcode": post["shortcode"],
        "timestamp": time(post.created_at),
        "username": account["username"] if account else "",
        "owner": {"id": post.owner},
        "like_count": net.docs.count("like", parent=post.id),
        "comments_count": net.docs.count("comment", parent=post.id),
        "is_comment_enabled": post["comments_on"],
        "media_url": net.media_url(post["media"][0]),
    }
    texts = {"caption": post["text"], "alt_text": files[0].get("alt", "") if files else ""}
    return found | {name: text for name, text in texts.items() if text}


def change(net: Instagram, call: Call, post: Doc) -> dict[str, Any]:
    """POST /{media}: comments on or off, nothing else can be changed."""
    if "comment_enabled" not in call.params:
        raise invalid("The parameter comment_enabled is required")
    net.docs.change("post", post.id, comments_on=call.flag("comment_enabled", True))
    return {"success": True}


def delete(net: Instagram, post: Doc) -> dict[str, Any]:
    """DELETE /{media}, with what was said below it."""
    for comment in net.docs.find("comment", parent=post.id, limit=1_000_000):
        net.docs.delete("comment", comment.id)
    net.docs.delete("post", post.id)
    return {"success": True}


# --- comments ------------------------------------------------------------------------------------------------


def comment(net: Instagram, call: Call, post: Doc) -> dict[str, Any]:
    """POST /{media}/comments"""
    text = _text(call)
    if not post["comments_on"] or is_over(net, post) or post["kind"] == "story":
        raise GraphError(100, "(#100) Comments are not possible on this media", 2207006)
    return {"id": _ours(net, post.owner, post.id, text, "").id}


def _text(call: Call) -> str:
    text = call.text("message")
    if not text.strip():
        raise invalid("The parameter message is required")
    if len(text) > LONGEST_COMMENT or len(re.findall(r"#\w", text)) > COMMENT_HASHTAGS:
        raise invalid("The comment is too long or has too many hashtags")
    if len(re.findall(r"https?://", text)) > COMMENT_LINKS:
        raise invalid("The comment has too many links")
    return text


def _ours(net: Instagram, account: str, on: str, text: str, answers: str) -> Doc:
    found = net.docs.get("account", account)
    author = found["username"] if found else ""
    data = {"text": text, "author": author, "ours": True, "hidden": False, "answers": answers}
    return net.docs.put("comment", data, owner=account, parent=on)


def comments(net: Instagram, post: Doc) -> list[Doc]:
    """Those that answer the post itself, newest first."""
    return [one for one in net.docs.find("comment", parent=post.id, limit=10_000) if not one["answers"]]


def below(net: Instagram, said: Doc) -> list[Doc]:
    """The answers to a comment, newest first."""
    return [one for one in net.docs.find("comment", parent=said.parent, limit=10_000) if one["answers"] == said.id]


def answer(net: Instagram, call: Call, said: Doc) -> dict[str, Any]:
    """POST /{comment}/replies, to a top-level comment."""
    post = net.docs.get("post", said.parent)
    if post is None or said["answers"]:
        raise invalid("Replies are possible to top-level comments only")
    return {"id": _ours(net, post.owner, post.id, _text(call), said.id).id}


def hide(net: Instagram, call: Call, said: Doc) -> dict[str, Any]:
    """POST /{comment} hide=true|false: a person's comment, not one's own."""
    if "hide" not in call.params:
        raise invalid("The parameter hide is required")
    if said["ours"]:
        raise invalid("Own comments cannot be hidden")
    net.docs.change("comment", said.id, hidden=call.flag("hide", False))
    return {"success": True}


def remove(net: Instagram, said: Doc) -> dict[str, Any]:
    """DELETE /{comment}, with the answers to it."""
    for one in below(net, said):
        net.docs.delete("comment", one.id)
    return {"success": net.docs.delete("comment", said.id)}


def comment_node(net: Instagram, said: Doc) -> dict[str, Any]:
    """Every field of a comment; of the answers to it the newest few."""
    found = {
        "id": said.id,
        "text": said["text"],
        "timestamp": time(said.created_at),
        "username": said["author"],
        "from": {"id": said.owner, "username": said["author"]},
        "like_count": net.docs.count("like", parent=said.id),
        "hidden": said["hidden"],
    }
    if said["answers"]:
        return found | {"parent_id": said["answers"]}
    answers = below(net, said)
    if not answers:
        return found
    more = {"paging": {"next": f"{net.url}/v26.0/{said.id}/replies"}} if len(answers) > REPLIES_SHOWN else {}
    return found | {"replies": {"data": [comment_node(net, one) for one in answers[:REPLIES_SHOWN]], **more}}


# --- mentions: in captions and comments of other people ----------------------------------------------------------


def mentioned(net: Instagram, account: Doc, wants: list[Want]) -> dict[str, Any]:
    """`mentioned_comment.comment_id(ID){...}`, `mentioned_media.media_id(ID){...}` of GET /{ig}."""
    found: dict[str, Any] = {}
    for want in wants:
        if want.name == "mentioned_comment":
            said = _mention(net, account, want.args.get("comment_id", ""))
            found[want.name] = _comment_of(net, said)
        elif want.name == "mentioned_media":
            said = _mention(net, account, want.args.get("media_id", ""))
            shown = {"id": said.id, "caption": said["text"], "username": said["author"], "owner": {"id": said["author_id"]}}
            found[want.name] = shown | {"timestamp": time(said.created_at), "permalink": mention_link(net, said)}
    return found


def _mention(net: Instagram, account: Doc, name: str) -> Doc:
    said = net.docs.get("mention", name)
    if said is None or said.owner != account.id:
        raise missing("GET", name)
    return said


def _comment_of(net: Instagram, said: Doc) -> dict[str, Any]:
    who = {"id": said["author_id"], "username": said["author"]}
    media = {"id": said["media"], "permalink": mention_link(net, said)}
    told = {"id": said.id, "text": said["text"], "timestamp": time(said.created_at)}
    return told | {"username": said["author"], "from": who, "media": media}


def mention_link(net: Instagram, said: Doc) -> str:
    """Where the public sees it."""
    return f"{net.url}/mentions/{said.id}"


def answer_mention(net: Instagram, call: Call, account: Doc) -> dict[str, Any]:
    """POST /{ig}/mentions: a comment on the media, or an answer to the comment, that names the account."""
    said = net.docs.get("mention", call.text("comment_id") or call.text("media_id"))
    if said is None or said.owner != account.id or said["media"] != call.text("media_id"):
        raise missing("POST", call.text("media_id"))
    return {"id": _ours(net, account.id, said.id, _text(call), "").id}
