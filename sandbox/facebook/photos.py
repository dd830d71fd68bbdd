"""Photos: published at once, kept for a post, planned. https://developers.facebook.com/docs/graph-api/reference/page/photos

A photo is a `media` document with type `photo`; its bytes lie in `net.files` under the same id.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image, UnidentifiedImageError

from sandbox.facebook import engagement, nodes, posts, targeting, uploads
from sandbox.facebook.call import Call
from sandbox.facebook.edges import POSTING, READING, edge
from sandbox.facebook.errors import GraphError, invalid
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook

LARGEST = 10 * 1024 * 1024
FORMATS = {"JPEG": "image/jpeg", "BMP": "image/bmp", "PNG": "image/png", "GIF": "image/gif", "TIFF": "image/tiff"}


@edge("POST", "page", "photos", POSTING, page_token=True)
async def add(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """From `url` or the multipart file `source`; `published=false` keeps it for a later `attached_media`."""
    when, about = posts.plan(net, call), targeting.read(call)
    temporary = call.flag("temporary", False)
    if temporary and when.state == "published":
        raise invalid("Param temporary can be used with published=false only")
    content = await _content(net, call)
    mime, width, height = _look(content)
    data = {"type": "photo", "mime": mime, "width": width, "height": height, "alt": call.text("alt_text_custom")}
    text = call.text("caption", "message", "name")
    photo = net.docs.put("media", {**data, "text": text, "temporary": temporary, "app": call.page}, owner=page.id)
    net.files.write(photo.id, content)
    if when.state == "draft":
        return {"id": photo.id}
    post = posts.create(net, call, page.id, posts.Content("photo", text, "", [photo.id], about), when)
    return {"id": photo.id, "post_id": post.id} if when.state == "published" else {"id": photo.id}


async def _content(net: Facebook, call: Call) -> bytes:
    if "source" in call.files:
        return call.files["source"]
    if url := call.text("url"):
        return await uploads.fetch(net, url)
    raise GraphError(324, "(#324) Requires upload file")


def _look(content: bytes) -> tuple[str, int, int]:
    """MIME type, width, height."""
    if len(content) >= LARGEST:
        raise invalid(
            "Invalid parameter",
            1366046,
            title="Your photos couldn't be uploaded",
            advice="Photos should be smaller than 10 MB and saved as JPG, PNG, GIF, TIFF or BMP files.",
        )
    try:
        with Image.open(io.BytesIO(content), formats=list(FORMATS)) as image:
            return FORMATS[str(image.format)], image.width, image.height
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise GraphError(324, "(#324) Missing or invalid image file") from error


@edge("POST", "page", "photo_stories", POSTING, page_token=True)
async def story(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """A story from an unpublished photo."""
    photo = net.docs.get("media", call.text("photo_id"))
    if photo is None or photo.owner != page.id or photo["type"] != "photo":
        raise invalid("Param photo_id must be an unpublished photo of this Page")
    if photo.get("post_id"):
        raise invalid("The photo was already used in a published post")
    post = posts.create(net, call, page.id, posts.Content("story", "", "", [photo.id]), posts.Plan())
    return {"success": True, "post_id": post.id}


@edge("GET", "page", "photos", READING)
def listed(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """Photos of the Page that are out."""
    found = [media for media in net.docs.find("media", owner=page.id) if media["type"] == "photo" and media.get("post_id")]
    return nodes.nodes(net, call, "photo", found)


@edge("GET", "photo", "", READING)
def show(net: Facebook, call: Call, photo: Doc) -> dict[str, Any]:
    """A photo's fields."""
    return nodes.node(net, call, "photo", photo)


@edge("DELETE", "photo video", "", POSTING, page_token=True)
def delete(net: Facebook, call: Call, media: Doc) -> dict[str, Any]:
    """The photo or video; with it the post that shows nothing else."""
    post = net.docs.get("post", media.get("post_id") or "")
    if post and post["media"] == [media.id]:
        gone: dict[str, Any] = posts.delete(net, call, post)
        return gone
    if post:
        net.docs.change("post", post.id, media=[other for other in post["media"] if other != media.id])
    engagement.forget(net, media.id)
    net.docs.delete("media", media.id)
    return {"success": True}
