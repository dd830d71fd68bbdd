"""Comments below the account's own videos: reading, writing, hiding, liking, deleting, pinning. Two levels, no more.
https://business-api.tiktok.com/portal/docs

A `comment` document has the post as its parent and its author as owner; data: text, author, ours, hidden, pinned, media (ids),
answers (the top comment that it stands below, "" for one of these).
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any

from PIL import Image, UnidentifiedImageError
from starlette.datastructures import UploadFile

from sandbox.store import Doc
from sandbox.tiktok_business.calls import FILE_TYPE, FORBIDDEN, Call, Endpoint, Problem, absent, wrong

if TYPE_CHECKING:
    from sandbox.tiktok_business.network import TikTokBusiness

LONGEST = 150
LARGEST_IMAGE = 5_000_000
MOST = 30
REPLIES_SHOWN = 3
EVERY = 100_000
IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
IMAGE_STEM = "tos-practice/"
READ, WRITE = "comment.list", "comment.list.manage"
# One source calls the direction of sorting sort_type, another sort_order.
LISTING = dict.fromkeys(("video_id", "status", "sort_field", "sort_type", "sort_order", "cursor", "max_count"), str)
WRITING = {"video_id": str, "text": str, "image_uri": str, "image_width": int, "image_height": int}
NAMED = {"comment_id": str, "action": str}


class Comments:
    """Rows of the API under /business/comment/."""

    def __init__(self, network: TikTokBusiness) -> None:
        self.network, self.docs = network, network.docs

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        base = "/business/comment"
        listing = LISTING | {"comment_ids": str, "include_replies": str}
        below, answering = LISTING | {"comment_id": str}, WRITING | {"comment_id": str}
        hiding, image = NAMED | {"video_id": str}, {"image_file": UploadFile}
        whose = ["video_id", "comment_id"]
        return [
            Endpoint("GET", f"{base}/list/", self.listed, READ, listing, ["video_id"]),
            Endpoint("GET", f"{base}/reply/list/", self.replies, READ, below, whose),
            Endpoint("POST", f"{base}/create/", self.create, WRITE, WRITING, ["video_id"]),
            Endpoint("POST", f"{base}/reply/create/", self.create, WRITE, answering, whose),
            Endpoint("POST", f"{base}/hide/", self.hide, WRITE, hiding, [*whose, "action"]),
            Endpoint("POST", f"{base}/like/", self.like, WRITE, NAMED, list(NAMED)),
            Endpoint("POST", f"{base}/pin/", self.pin, WRITE, hiding, [*whose, "action"]),
            Endpoint("POST", f"{base}/delete/", self.delete, WRITE, {"comment_id": str}, ["comment_id"]),
            Endpoint("POST", f"{base}/image/upload/", self.upload, WRITE, image, ["image_file"]),
        ]

    # --- reading ------------------------------------------------------------------------------------------------------

    async def listed(self, call: Call) -> dict[str, Any]:
        """Top comments, with up to three replies each when asked. Whether `comment_ids` finds replies isn't told; here it
        does."""
        post, chosen = self._post(call), call.texts("comment_ids", MOST)
        found = self.docs.many("comment", chosen) if chosen else self.docs.find("comment", parent=post.id, limit=EVERY)
        kept = [one for one in found if one.parent == post.id and (chosen or not one["answers"])]
        return self._page(call, kept, call.one_of("include_replies", "false", "true") == "true")

    async def replies(self, call: Call) -> dict[str, Any]:
        """What stands below a top comment."""
        return self._page(call, self._below(self._comment(call, self._post(call))), False)

    def _page(self, call: Call, found: list[Doc], with_replies: bool) -> dict[str, Any]:
        if call.one_of("status", "PUBLIC", "ALL") == "PUBLIC":
            found = [one for one in found if not one["hidden"]]
        field = call.one_of("sort_field", "create_time", "likes", "replies")
        way = call.one_of("sort_type" if "sort_type" in call.given else "sort_order", "desc", "asc", "smart")
        found = sorted(found, key=lambda one: self._rank("likes" if way == "smart" else field, one), reverse=way != "asc")
        start, count = call.number("cursor", 0, 0, EVERY), call.number("max_count", 20, 1, MOST)
        shown = found[start : start + count]
        comments = [self.shown(one, call.account, with_replies) for one in shown]
        return {"comments": comments, "cursor": start + len(shown), "has_more": len(found) > start + len(shown)}

    def _rank(self, field: str, comment: Doc) -> tuple[float, float, int]:
        numbers = {"likes": self.docs.count("like", parent=comment.id), "replies": len(self._below(comment))}
        return numbers.get(field, 0), comment.created_at, int(comment.id)

    def shown(self, comment: Doc, account: Doc, with_replies: bool = False) -> dict[str, Any]:
        """The comment object."""
        author = self.docs.get("account", comment.owner) or self.docs.get("person", comment.owner) or Doc("", {"name": "?"})
        below = self._below(comment)
        first = below[:REPLIES_SHOWN] if with_replies else []
        return {
            "comment_id": comment.id,
            "video_id": comment.parent,
            "parent_comment_id": comment["answers"],
            "user_id": comment.owner,
            "unique_identifier": unique_identifier(comment.owner),
            "username": author.get("username", ""),
            "display_name": author["name"],
            "profile_image": f"{self.network.avatar_url(author)}?x-expires={int(self.network.now()) + 86400}",
            "create_time": str(int(comment.created_at)),
            "text": comment["text"],
            "likes": self.docs.count("like", parent=comment.id),
            "replies": len(below),
            "owner": comment.owner == account.id,
            "liked": self.docs.get("like", f"{comment.id}:{account.id}") is not None,
            "pinned": comment["pinned"],
            "status": "HIDDEN" if comment["hidden"] else "PUBLIC",
            "reply_list": [self.shown(reply, account) for reply in first],
        }

    def _below(self, comment: Doc) -> list[Doc]:
        siblings = self.docs.find("comment", parent=comment.parent, limit=EVERY, oldest_first=True)
        return [one for one in siblings if one["answers"] == comment.id]

    # --- writing ------------------------------------------------------------------------------------------------------

    async def create(self, call: Call) -> dict[str, Any]:
        """A comment of the account's own, or its answer to one. Sent twice it is posted twice."""
        post = self._post(call)
        above = self._comment(call, post) if "comment_id" in call.given else None
        if post["info"].get("disable_comment"):
            raise Problem(FORBIDDEN, "Comments are turned off for this video.")
        text, media = call.text("text"), self._image(call)
        if not text and not media:
            raise wrong("text: Missing data for required field.")
        if len(text) > LONGEST:
            raise wrong(f"text exceeds {LONGEST} characters")
        return self.shown(self.put(post, above, call.account, text, media), call.account)

    def put(self, post: Doc, above: Doc | None, author: Doc, text: str, media: list[str]) -> Doc:
        """A comment by anybody; an answer to an answer stands beside it."""
        top = (above["answers"] or above.id) if above else ""
        states = {"hidden": False, "pinned": False, "ours": author.id == post.owner}
        data = {"text": text, "author": author["name"], "answers": top, "media": media, **states}
        comment = self.docs.put("comment", data, owner=author.id, parent=post.id)
        self.network.webhooks.tell(post.owner, comment, "insert")
        return comment

    async def hide(self, call: Call) -> dict[str, Any]:
        """From everybody but its author, or no longer."""
        comment, hidden = self._comment(call, self._post(call)), call.one_of("action", "HIDE", "UNHIDE") == "HIDE"
        if comment.owner == call.account.id:
            raise Problem(FORBIDDEN, "An account can't hide its own comments.")
        comment = self.docs.change("comment", comment.id, hidden=hidden)
        self.network.webhooks.tell(call.account.id, comment, "set_to_hidden" if hidden else "set_to_public")
        return {}

    async def like(self, call: Call) -> dict[str, Any]:
        """As the account, or no longer."""
        comment = self._own(call)
        name = f"{comment.id}:{call.account.id}"
        if call.one_of("action", "LIKE", "UNLIKE") == "LIKE":
            self.docs.put("like", {}, doc_id=name, owner=call.account.id, parent=comment.id)
        else:
            self.docs.delete("like", name)
        return {}

    async def pin(self, call: Call) -> dict[str, Any]:
        """To the top of the video's comments, one at a time. The words of `action` are not confirmed."""
        post = self._post(call)
        chosen, pinned = self._comment(call, post), call.one_of("action", "PIN", "UNPIN") == "PIN"
        for comment in self.docs.find("comment", parent=post.id, limit=EVERY):
            if comment["pinned"] or comment.id == chosen.id:
                self.docs.change("comment", comment.id, pinned=pinned and comment.id == chosen.id)
        return {}

    async def delete(self, call: Call) -> dict[str, Any]:
        """The account's own; what others wrote can only be hidden."""
        comment = self._own(call)
        if comment.owner != call.account.id:
            raise Problem(FORBIDDEN, "Only comments of the account's own can be deleted.")
        self.remove(comment)
        return {}

    def remove(self, comment: Doc) -> None:
        """With all that stands below it."""
        for one in (comment, *self._below(comment)):
            self.docs.delete("comment", one.id)
        post = self.docs.get("post", comment.parent)
        self.network.webhooks.tell(post.owner if post else "", comment, "delete")

    async def upload(self, call: Call) -> dict[str, Any]:
        """A picture for a comment."""
        content = await call.given["image_file"].read()
        if len(content) > LARGEST_IMAGE:
            raise wrong("image_file is larger than 5 MB")
        try:
            with Image.open(io.BytesIO(content)) as image:
                kind, (width, height) = image.format or "", image.size
        except (UnidentifiedImageError, OSError):
            kind, width, height = "", 0, 0
        if kind not in IMAGES:
            raise Problem(FILE_TYPE, "The file type is not supported.")
        data = {"mime": IMAGES[kind], "alt": "", "width": width, "height": height}
        media = self.docs.put("media", data, owner=call.account.id)
        self.network.files.write(media.id, content)
        return {"image_uri": f"{IMAGE_STEM}{media.id}", "width": width, "height": height}

    def _image(self, call: Call) -> list[str]:
        if "image_uri" not in call.given:
            return []
        media = self.docs.get("media", call.text("image_uri").removeprefix(IMAGE_STEM))
        if media is None or media.owner != call.account.id:
            raise absent("image_uri")
        if (call.given.get("image_width"), call.given.get("image_height")) != (media["width"], media["height"]):
            raise wrong("image_width and image_height must be those of the uploaded image")
        return [media.id]

    # --- finding ------------------------------------------------------------------------------------------------------

    def _post(self, call: Call) -> Doc:
        post = self.docs.get("post", call.text("video_id"))
        if post is None or post.owner != call.account.id or not self.network.is_public(post):
            raise absent("video_id")
        return post

    def _comment(self, call: Call, post: Doc) -> Doc:
        comment = self.docs.get("comment", call.text("comment_id"))
        if comment is None or comment.parent != post.id:
            raise absent("comment_id")
        return comment

    def _own(self, call: Call) -> Doc:
        """A comment below any video of the account."""
        comment = self.docs.get("comment", call.text("comment_id"))
        post = self.docs.get("post", comment.parent) if comment else None
        if comment is None or post is None or post.owner != call.account.id:
            raise absent("comment_id")
        return comment


def unique_identifier(user: str) -> str:
    """Who somebody is to an app, for ever."""
    return hashlib.sha256(user.encode()).hexdigest()[:32]
