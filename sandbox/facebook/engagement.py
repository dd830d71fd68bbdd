"""Comments two levels deep, likes and reactions. https://developers.facebook.com/docs/pages-api/comments-mentions

A comment is a document of kind `comment`: parent the thing commented on (a post, or a photo of an album), owner the Page; data
text, author, author_id, ours, answers (id of the comment above it), hidden, attachment (a picture's address). A reaction is a
`like`: parent what is liked, type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.facebook import attachments, nodes, subscriptions
from sandbox.facebook.call import Call
from sandbox.facebook.edges import ENGAGING, READING, VISITORS, edge
from sandbox.facebook.errors import GraphError, invalid
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook

LONGEST = 8_000
REACTIONS = ("LIKE", "LOVE", "WOW", "HAHA", "SAD", "ANGRY", "CARE")
COUNTED = ("NONE", *REACTIONS, "THANKFUL", "PRIDE")


def subject(net: Facebook, doc: Doc) -> Doc:
    """What comments on this object really hang on: a video and a single photo share those of their post."""
    post = net.docs.get("post", doc.get("post_id") or "")
    return post if post and (len(post["media"]) == 1) else doc


def write(net: Facebook, on: Doc, above: Doc | None, who: tuple[str, str], text: str, **more: Any) -> Doc:
    """A new comment by `who` (id, name); one on an answer joins its thread, for threads have two levels."""
    top = (above.get("answers") or above.id) if above else ""
    page = on.owner
    data = {"text": text, "author": who[1], "author_id": who[0], "ours": who[0] == page, "answers": top, **more}
    number = net.store.next_id()
    name = on.id.rpartition("_")[2]
    comment = net.docs.put("comment", data, doc_id=f"{name}_{number}", owner=page, parent=on.id)
    subscriptions.tell_comment(net, comment, "add")
    return comment


def edit(net: Facebook, comment: Doc, text: str) -> Doc:
    """Other words for a comment, and another picture where the fan gives one."""
    picture = {"attachment": net.media_url(net.enclosed.id)} if net.enclosed else {"attachment": ""} if net.sheds else {}
    changed = net.docs.change("comment", comment.id, text=text, **picture)
    subscriptions.tell_comment(net, changed, "edited")
    return changed


def remove(net: Facebook, comment: Doc) -> Doc:
    """Delete a comment; the answers to it go too, and nobody is told of them."""
    for gone in (*net.answers(comment), comment):
        forget(net, gone.id)
        net.docs.delete("comment", gone.id)
    subscriptions.tell_comment(net, comment, "remove")
    return comment


def forget(net: Facebook, target: str) -> None:
    """Drop comments and reactions of something that is deleted."""
    for comment in net.docs.find("comment", parent=target, limit=100_000):
        forget(net, comment.id)
        net.docs.delete("comment", comment.id)
    for like in net.docs.find("like", parent=target, limit=100_000):
        net.docs.delete("like", like.id)


def react(net: Facebook, target: Doc, who: tuple[str, str], kind: str) -> Doc:
    """One reaction per person and object; a new one replaces the old."""
    data = {"type": kind, "name": who[1]}
    like = net.docs.put("like", data, doc_id=f"{target.id}:{who[0]}", owner=who[0], parent=target.id)
    subscriptions.tell_reaction(net, target, who, kind, "add")
    return like


# --- comments ------------------------------------------------------------------------------------------------


@edge("GET", "post photo video comment review", "comments", VISITORS)
def comments(net: Facebook, call: Call, target: Doc) -> dict[str, Any]:
    """`filter=toplevel|stream`, `order`, `since`, `summary`. A person's own token gets an empty list, with status 200."""
    wanted = call.choice("filter", ("toplevel", "stream"), "toplevel")
    order = call.choice("order", ("chronological", "reverse_chronological"), "chronological")
    found = [] if call.is_user else _below(net, target, wanted)
    since = call.moment("since")
    found = [comment for comment in found if since is None or comment.created_at >= since]
    if order == "reverse_chronological":
        found.reverse()
    answer = nodes.nodes(net, call, "comment", found)
    if call.flag("summary", False):
        summary = {"order": order, "total_count": len(found), "can_comment": True}
        answer["summary"] = summary
    return answer


def _below(net: Facebook, target: Doc, wanted: str) -> list[Doc]:
    if "answers" in target.data:
        return net.answers(target)
    found = net.docs.find("comment", parent=subject(net, target).id, oldest_first=True, limit=10_000)
    return [comment for comment in found if wanted == "stream" or not comment["answers"]]


@edge("POST", "post photo video comment review", "comments", ENGAGING, page_token=True)
async def reply(net: Facebook, call: Call, target: Doc) -> dict[str, Any]:
    """Comment on a thing, or answer a comment. The picture at `attachment_url` is loaded and kept."""
    text, attachment = call.text("message"), call.text("attachment_share_url")
    url = call.text("attachment_url")
    _check(text, bool(url or attachment or call.text("attachment_id")))
    if url and (file := await attachments.load(net, {"type": "image", "payload": {"url": url}}, target.owner)):
        attachment = net.media_url(file.id)
    above = target if "answers" in target.data else None
    on = _root(net, target) if above else subject(net, target)
    who = (target.owner, net.page_name(target.owner))
    return {"id": write(net, on, above, who, text, attachment=attachment).id}


def _check(text: str, attached: bool) -> None:
    if not text.strip() and not attached:
        raise invalid("Comment must have a message or an attachment", 1349125)
    if len(text) > LONGEST:
        raise invalid(f"Param message must be less than {LONGEST} characters")


def _root(net: Facebook, comment: Doc) -> Doc:
    root = next((doc for kind in ("post", "media", "review") if (doc := net.docs.get(kind, comment.parent))), None)
    if root is None:
        raise KeyError(comment.parent)
    return root


@edge("GET", "comment", "", VISITORS)
def show(net: Facebook, call: Call, comment: Doc) -> dict[str, Any]:
    """A comment's fields."""
    return nodes.node(net, call, "comment", comment)


@edge("POST", "comment", "", ENGAGING, page_token=True)
def change(net: Facebook, call: Call, comment: Doc) -> dict[str, Any]:
    """Hide a person's comment, or edit (not answer) the Page's own."""
    if "is_hidden" in call.params:
        if comment["ours"]:
            raise invalid("This comment can't be hidden: it is the Page's own")
        comment.data["hidden"] = call.flag("is_hidden", False)
        net.docs.save("comment", comment)
        subscriptions.tell_comment(net, comment, "hide" if comment["hidden"] else "unhide")
    if "message" in call.params:
        if not comment["ours"]:
            raise GraphError(200, "(#200) You do not have permission to edit this comment")
        _check(call.text("message"), False)
        edit(net, comment, call.text("message"))
    return {"success": True}


@edge("DELETE", "comment", "", ENGAGING, page_token=True)
def delete(net: Facebook, call: Call, comment: Doc) -> dict[str, Any]:
    """The comment and the answers to it."""
    remove(net, comment)
    return {"success": True}


# --- reactions -----------------------------------------------------------------------------------------------


@edge("POST", "post photo video comment review", "likes", ENGAGING, page_token=True)
def like(net: Facebook, call: Call, target: Doc) -> dict[str, Any]:
    """Like as the Page."""
    react(net, _liked(net, target), (target.owner, net.page_name(target.owner)), "LIKE")
    return {"success": True}


@edge("DELETE", "post photo video comment review", "likes", ENGAGING, page_token=True)
def unlike(net: Facebook, call: Call, target: Doc) -> dict[str, Any]:
    """Take the Page's like back."""
    liked = _liked(net, target)
    if not net.docs.delete("like", f"{liked.id}:{target.owner}"):
        raise invalid("The Page doesn't like this")
    subscriptions.tell_reaction(net, liked, (target.owner, net.page_name(target.owner)), "LIKE", "remove")
    return {"success": True}


def _liked(net: Facebook, target: Doc) -> Doc:
    return target if "answers" in target.data else subject(net, target)


@edge("GET", "post photo video comment", "likes", READING)
def likes(net: Facebook, call: Call, target: Doc) -> dict[str, Any]:
    """Who likes it."""
    return _who(net, call, target, ("LIKE",), False)


@edge("GET", "post photo video comment", "reactions", READING)
def reactions(net: Facebook, call: Call, target: Doc) -> dict[str, Any]:
    """Who reacted how; `type` for one kind."""
    one = call.choice("type", COUNTED)
    return _who(net, call, target, REACTIONS if one in ("", "NONE") else (one,), True)


def _who(net: Facebook, call: Call, target: Doc, kinds: tuple[str, ...], typed: bool) -> dict[str, Any]:
    found = net.docs.find("like", parent=_liked(net, target).id, limit=10_000)
    found = [like for like in found if like.get("type", "LIKE") in kinds]
    limit = min(call.number("limit", 25), 100)
    kind = {like.id: {"type": like.get("type", "LIKE")} if typed else {} for like in found}
    data = [{"id": like.owner, "name": like["name"], **kind[like.id]} for like in found[:limit]]
    answer: dict[str, Any] = {"data": data}
    if call.flag("summary", False):
        ours = any(like.owner == target.owner for like in found)
        answer["summary"] = {"total_count": len(found), "viewer_reaction": "LIKE" if ours else "NONE"}
    return answer
