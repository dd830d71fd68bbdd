"""What TikTok does with a business's post after it has taken it: load the files, check them, publish or fail."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sandbox.store import Doc
from sandbox.tiktok.processing import PHOTOS, PROCESSING, Failed, check_video, load, photo_format

if TYPE_CHECKING:
    from sandbox.tiktok_business.network import TikTokBusiness

SHOWING = 0.2  # seconds from PUBLISH_COMPLETE to the post's id; on TikTok up to three minutes
LARGEST_VIDEO = 1_000_000_000
LEAST_SECONDS = 3.0


class Processing:
    """The time of asking tells the status, so that a restart of the server loses nothing but downloads."""

    def __init__(self, network: TikTokBusiness) -> None:
        self.network = network
        self.loading: set[asyncio.Task[None]] = set()

    def begin(self, publication: Doc) -> None:
        """Load the files in the background."""
        task = asyncio.get_running_loop().create_task(self._load(publication.id))
        self.loading.add(task)
        task.add_done_callback(self.loading.discard)

    def shown(self, publication: Doc) -> dict[str, Any]:
        """The data of publish/status. The words of `reason` are taken to be those of the Content Posting API."""
        ready_at = publication["ready_at"]
        if ready_at is None or ready_at > self.network.now():
            return {"status": "PROCESSING_DOWNLOAD"}
        if publication["reason"]:
            return {"status": "FAILED", "reason": publication["reason"]}
        if publication["draft"]:
            return {"status": "SEND_TO_USER_INBOX"}
        post = self.network.docs.get("post", publication["post"])
        return {"status": "PUBLISH_COMPLETE", "post_ids": [post.id] if post and self.network.is_public(post) else []}

    async def _load(self, share_id: str) -> None:
        publication = self.network.docs.get("publication", share_id)
        if publication is None:
            return
        media, reason = [], ""
        try:
            for url in publication["urls"]:
                media.append(self._keep(publication, await asyncio.to_thread(load, url, publication["kind"])))
        except Failed as failed:
            reason = str(failed)
        self._end(publication, media, reason)

    def _keep(self, publication: Doc, content: bytes) -> str:
        video = publication["kind"] == "video"
        if video and len(content) > LARGEST_VIDEO:
            raise Failed("file_format_check_failed")
        mime = "video/mp4" if video else PHOTOS[photo_format(content)]
        media = self.network.docs.put("media", {"mime": mime, "alt": ""}, owner=publication.owner)
        self.network.files.write(media.id, content)
        if video:
            account = self.network.docs.get("account", publication.owner)
            most = account.get("max_seconds", 600) if account else 600
            check_video(self.network.files.path(media.id), most, LEAST_SECONDS)
        return media.id

    def _end(self, publication: Doc, media: list[str], reason: str) -> None:
        slow = self.network.faults.take("slow_processing", self.network.slug, publication.owner)
        if self.network.faults.take("fail_processing", self.network.slug, publication.owner):
            reason = "file_format_check_failed"
        ready_at = self.network.now() + (slow.seconds if slow and slow.seconds is not None else PROCESSING)
        publication.data.update(media=media, reason=reason, ready_at=ready_at)
        if not publication["draft"] and not reason:
            publication.data["post"] = self._post(publication, ready_at).id
        self.network.docs.save("publication", publication)

    def _post(self, publication: Doc, ready_at: float) -> Doc:
        info = publication["info"]
        data = {
            "text": info.get("caption", ""),
            "title": info.get("title", ""),
            "kind": publication["kind"],
            "media": publication["media"],
            "cover": publication["cover"],
            "info": info,
            "public_at": ready_at + SHOWING,
        }
        return self.network.docs.put("post", data, owner=publication.owner, created_at=ready_at)
