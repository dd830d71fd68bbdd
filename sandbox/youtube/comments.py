"""commentThreads.* and comments.*: https://developers.google.com/youtube/v3/docs/comments

A comment is a document of kind `comment`: parent the video, owner the author's channel; data text, author (the handle),
`answers` (id of the top comment it replies to), `status` (published, heldForReview, likelySpam, rejected), `hidden`, `ours`,
`edited_at`.
"""

from __future__ import annotations

import html
import secrets
from typing import Any

from sandbox.network import Network
from sandbox.render import LINK
from sandbox.store import Doc
from sandbox.youtube.answers import Refusal, listed, moment, resource
from sandbox.youtube.ask import Ask, incompatible
from sandbox.youtube.bodies import COMMENT, THREAD, check
from sandbox.youtube.library import all_videos, has_comments, video_of

LONGEST = 10_000
REPLIES_SHOWN = 5
ALL = 100_000
FORBIDDEN = "The comment {what} due to insufficient permissions. The request might not be properly authorized."


# --- storing ----------------------------------------------------------------------------------------------------------


def add_comment(net: Network, video: Doc, author: Doc, text: str, answers: str = "") -> Doc:
    """A comment by a channel or a fan; what a banned author writes is rejected at once."""
    banned = net.docs.get("ban", f"{video.owner}:{author.id}")
    ours = author.id == video.owner
    data = {"text": text, "author": f"@{author['username']}", "answers": answers, "ours": ours, "edited_at": 0.0}
    status = {"status": "rejected" if banned else "published", "hidden": bool(banned)}
    fresh = f"{answers}.{secrets.token_urlsafe(17)[:22]}" if answers else f"Ug{secrets.token_urlsafe(18)[:24]}"
    return net.docs.put("comment", {**data, **status}, doc_id=fresh, owner=author.id, parent=video.id)


def replies_to(net: Network, comment: Doc) -> list[Doc]:
    """Replies below a top comment, newest first."""
    return [reply for reply in net.docs.find("comment", parent=comment.parent, limit=ALL) if reply["answers"] == comment.id]


# --- commentThreads ---------------------------------------------------------------------------------------------------


def list_threads(ask: Ask) -> dict[str, Any]:
    """By video, whole channel, or ids; newest first with order=time."""
    ask.check_parts(("id", "replies", "snippet"))
    by = ask.one_of("allThreadsRelatedToChannelId", "channelId", "id", "videoId")
    narrowing = [name for name in ("moderationStatus", "order", "searchTerms") if ask[name]]
    if by == "id" and narrowing:
        raise incompatible(["id", *narrowing])
    threads = _threads(ask, by)
    if by != "id":
        threads = _narrowed(ask, threads)
    if ask["order"] == "relevance":
        threads.sort(key=lambda thread: ask.net.docs.count("like", parent=thread.id), reverse=True)
    items = [thread_shown(ask, thread) for thread in threads]
    return listed("commentThread", items, ask["maxResults"], ask["pageToken"] or "", whole=False)


def _threads(ask: Ask, by: str) -> list[Doc]:
    net = ask.net
    if by == "id":
        found = [doc for doc in net.docs.many("comment", ask["id"]) if not doc["answers"] and _may_read(ask, doc)]
        return [doc for doc in found if video_of(net, doc.parent, ask.caller)]
    if by == "videoId":
        return _tops(net, _commented_video(ask, ask["videoId"], "videoId"))
    channel = net.docs.get("account", ask[by])
    if channel is None:
        raise Refusal(404, "channelNotFound", "The channel that you requested cannot be found.", "youtube.commentThread", by)
    if by == "channelId":  # comments about the channel itself: the discussion tab is gone
        return []
    videos = [video for video in all_videos(net, channel.id) if video_of(net, video.id, ask.caller) and has_comments(video)]
    return sorted((doc for video in videos for doc in _tops(net, video)), key=lambda doc: doc.created_at, reverse=True)


def _tops(net: Network, video: Doc) -> list[Doc]:
    return [doc for doc in net.docs.find("comment", parent=video.id, limit=ALL) if not doc["answers"]]


def _narrowed(ask: Ask, threads: list[Doc]) -> list[Doc]:
    wanted = ask["moderationStatus"] or "published"
    if wanted != "published" and any(not _owns_video(ask, thread) for thread in threads):
        raise Refusal(403, "forbidden", FORBIDDEN.format(what="threads cannot be listed"), "youtube.commentThread")
    words = (ask["searchTerms"] or "").lower()
    return [thread for thread in threads if thread["status"] == wanted and words in thread["text"].lower()]


def thread_shown(ask: Ask, top: Doc) -> dict[str, Any]:
    """A commentThread resource: the top comment, and of its replies only the newest few."""
    replies = [reply for reply in replies_to(ask.net, top) if reply["status"] == "published"]
    video = ask.net.docs.get("post", top.parent)
    snippet = {
        "channelId": video.owner if video else "",
        "videoId": top.parent,
        "topLevelComment": shown(ask, top, ["snippet"]),
        "canReply": True,
        "totalReplyCount": len(replies),
        "isPublic": top["status"] == "published",
    }
    few = {"comments": [shown(ask, reply, ["snippet"]) for reply in replies[:REPLIES_SHOWN]]} if replies else None
    return resource("commentThread", top.id, {"snippet": snippet, "replies": few}, ask.parts)


def insert_thread(ask: Ask) -> dict[str, Any]:
    """A new top comment on a video."""
    ask.check_parts(("id", "replies", "snippet"))
    check(THREAD, ask.body)
    author = ask.channel()
    snippet = ask.body.get("snippet", {})
    if not snippet.get("videoId"):
        message = "The comment thread resource that is being inserted must specify a value for the channelId and videoId."
        raise Refusal(400, "videoIdMissing", message, "youtube.commentThread", "body.snippet.videoId")
    text = _text(snippet.get("topLevelComment", {}), "body.snippet.topLevelComment.snippet.textOriginal", "commentThread")
    video = _commented_video(ask, snippet["videoId"], "body.snippet.videoId")
    if snippet.get("channelId", video.owner) != video.owner:
        message = "The video does not belong to the channel that the request names."
        raise Refusal(400, "invalidCommentThreadMetadata", message, "youtube.commentThread", "body.snippet.channelId")
    if video["status"]["privacyStatus"] == "private":
        raise Refusal(403, "forbidden", FORBIDDEN.format(what="thread cannot be inserted"), "youtube.commentThread")
    return thread_shown(ask, add_comment(ask.net, video, author, text))


# --- comments ---------------------------------------------------------------------------------------------------------


def list_comments(ask: Ask) -> dict[str, Any]:
    """By ids, or the replies of a top comment."""
    ask.check_parts(("id", "snippet"))
    if ask.one_of("id", "parentId") == "id":
        found = [doc for doc in ask.net.docs.many("comment", ask["id"]) if _may_read(ask, doc)]
    else:
        parent = _existing(ask, ask["parentId"], "parentId", "commentNotFound")
        found = [doc for doc in replies_to(ask.net, parent) if doc["status"] == "published"]
    items = [shown(ask, doc, ask.parts) for doc in found]
    return listed("comment", items, len(items) if ask["id"] else ask["maxResults"], ask["pageToken"] or "", whole=False)


def insert_comment(ask: Ask) -> dict[str, Any]:
    """A reply to a top comment."""
    ask.check_parts(("id", "snippet"))
    check(COMMENT, ask.body)
    author, snippet = ask.channel(), ask.body.get("snippet", {})
    if not snippet.get("parentId"):
        message = "The comment resource that is being inserted must specify a value for the snippet.parentId property."
        raise Refusal(400, "parentIdMissing", message, "youtube.comment", "body.snippet.parentId")
    text = _text(ask.body, "body.snippet.textOriginal", "comment")
    parent = _existing(ask, snippet["parentId"], "body.snippet.parentId", "parentCommentNotFound")
    if parent["answers"]:
        message = "The API user is not able to insert a comment in reply to the comment identified by the parentId."
        raise Refusal(400, "operationNotSupported", message, "youtube.comment", "body.snippet.parentId")
    video = _commented_video(ask, parent.parent, "body.snippet.parentId")
    return shown(ask, add_comment(ask.net, video, author, text, parent.id), ask.parts)


def update_comment(ask: Ask) -> dict[str, Any]:
    """Only the author may edit."""
    ask.check_parts(("id", "snippet"))
    check(COMMENT, ask.body)
    ask.channel()
    comment = _existing(ask, str(ask.body.get("id", "")), "body.id", "commentNotFound")
    text = _text(ask.body, "body.snippet.textOriginal", "comment")
    if comment.owner != ask.caller:
        raise Refusal(403, "forbidden", FORBIDDEN.format(what="cannot be updated"), "youtube.comment")
    return shown(ask, ask.net.docs.change("comment", comment.id, text=text, edited_at=ask.net.now()), ask.parts)


def delete_comment(ask: Ask) -> None:
    """Own comments, or any on an own video; replies go with their top comment."""
    ask.channel()
    comment = _existing(ask, ask["id"], "id", "commentNotFound")
    if comment.owner != ask.caller and not _owns_video(ask, comment):
        raise Refusal(403, "forbidden", FORBIDDEN.format(what="cannot be deleted"), "youtube.comment")
    for doc in [*replies_to(ask.net, comment), comment]:
        ask.net.docs.delete("comment", doc.id)


def moderate(ask: Ask) -> None:
    """Publish, hold or reject comments on own videos; `banAuthor` goes with rejected only."""
    ask.channel()
    status = ask["moderationStatus"]
    if ask["banAuthor"] and status != "rejected":
        message = "The banAuthor parameter can only be used if the moderationStatus parameter value is rejected."
        raise Refusal(400, "banWithoutReject", message, "youtube.comment", "banAuthor")
    comments = [_existing(ask, comment, "id", "commentNotFound") for comment in ask["id"]]
    if not all(_owns_video(ask, comment) for comment in comments):
        raise Refusal(403, "forbidden", FORBIDDEN.format(what="cannot be moderated"), "youtube.comment")
    for comment in comments:
        ask.net.docs.change("comment", comment.id, status=status, hidden=status != "published")
        if ask["banAuthor"]:
            ask.net.docs.put("ban", {}, doc_id=f"{ask.caller}:{comment.owner}", owner=ask.caller)


def shown(ask: Ask, comment: Doc, parts: list[str]) -> dict[str, Any]:
    """A comment resource. `textOriginal` is for the author and the video's owner only."""
    video = ask.net.docs.get("post", comment.parent)
    mine = ask.caller in (comment.owner, video.owner if video else "")
    changed = comment["edited_at"] or comment.created_at
    snippet = {
        "channelId": video.owner if video else "",
        "videoId": comment.parent,
        "textDisplay": comment["text"] if ask["textFormat"] == "plainText" else _as_html(comment["text"]),
        **({"textOriginal": comment["text"]} if mine else {}),
        **({"parentId": comment["answers"]} if comment["answers"] else {}),
        "authorDisplayName": comment["author"],
        "authorProfileImageUrl": f"{ask.net.url}/yt3/{comment.owner}.svg",
        "authorChannelUrl": f"http://www.youtube.com/{comment['author']}",
        "authorChannelId": {"value": comment.owner},
        "canRate": True,
        "viewerRating": "none",
        "likeCount": ask.net.docs.count("like", parent=comment.id),
        **({"moderationStatus": comment["status"]} if ask["moderationStatus"] else {}),
        "publishedAt": moment(comment.created_at),
        "updatedAt": moment(changed),
    }
    return resource("comment", comment.id, {"snippet": snippet}, parts)


def _as_html(text: str) -> str:
    """HTML as YouTube shows it: escaped, links as anchors, line breaks as <br>."""
    linked = LINK.sub(lambda found: f'<a href="{found.group()}">{found.group()}</a>', html.escape(text))
    return linked.replace("\n", "<br>")


def _text(comment: dict[str, Any], location: str, domain: str) -> str:
    text = str(comment.get("snippet", {}).get("textOriginal", "")).strip()
    if not text:
        message = "The comment resource that is being inserted must specify a value for the snippet.textOriginal property."
        raise Refusal(400, "commentTextRequired", message, f"youtube.{domain}", location)
    if len(text) > LONGEST:
        message = (
            "The comment resource that is being inserted contains too many characters in the snippet.textOriginal property."
        )
        raise Refusal(400, "commentTextTooLong", message, f"youtube.{domain}", location)
    return text


def _commented_video(ask: Ask, video_id: str, location: str) -> Doc:
    video = video_of(ask.net, video_id, ask.caller)
    if video is None:
        message = 'The video identified by the <code><a href="">videoId</a></code> parameter could not be found.'
        raise Refusal(404, "videoNotFound", message, "youtube.commentThread", location)
    if not has_comments(video):
        message = 'The video identified by the <code><a href="">videoId</a></code> parameter has disabled comments.'
        raise Refusal(403, "commentsDisabled", message, "youtube.commentThread", location)
    return video


def _existing(ask: Ask, comment_id: str, location: str, reason: str) -> Doc:
    comment = ask.net.docs.get("comment", comment_id)
    if comment is None or not _may_read(ask, comment) or not video_of(ask.net, comment.parent, ask.caller):
        message = "One or more of the specified comments cannot be found."
        raise Refusal(404, reason, message, "youtube.comment", location)
    return comment


def _owns_video(ask: Ask, comment: Doc) -> bool:
    video = ask.net.docs.get("post", comment.parent)
    return video is not None and video.owner == ask.caller


def _may_read(ask: Ask, comment: Doc) -> bool:
    return comment["status"] == "published" or _owns_video(ask, comment)
