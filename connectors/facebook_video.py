"""Videos and reels of a Page: bytes go up beforehand, `finish` is the moment, then Facebook works on them.

https://developers.facebook.com/docs/graph-api/reference/page/videos
https://developers.facebook.com/docs/video-api/guides/reels-publishing
"""

from typing import Any

from connectors.data import Accepted, Media, Outgoing, Progress, Sent, Uncertain
from connectors.errors import Doubt, Rejected
from connectors.facebook_audience import targeting_fields
from connectors.facebook_captions import PageCaptions
from connectors.meta import WEB, Node
from connectors.meta_errors import Incomplete
from connectors.oauth import browser_address
from connectors.words import _

KEPT = ("session", "video", "start", "end", "upload_url")  # what an upload keeps in Progress


class Unusable(Rejected):
    """Facebook gave the video up."""


def is_reel(post: Outgoing) -> bool:
    """Whether the post goes out as a reel."""
    return post.options.get("format") == "reel" and not post.is_comment


def message(post: Outgoing) -> str:
    """The text; with the link in it where media take the place of the link's preview."""
    wants_link = post.link and (post.media or post.is_comment) and post.link not in post.text
    return f"{post.text}\n\n{post.link}".strip() if wants_link else post.text


def file_part(media: Media, content: object) -> tuple[str, object, str]:
    """A file as requests wants it in a multipart body; its own name stays here."""
    return f"file.{media.mime_type.partition('/')[2]}", content, media.mime_type


class PageVideos(PageCaptions):
    """The video part of a Page's connector."""

    def send_video(self, media: Media, progress: Progress) -> None:
        """By phases, because `start` tells the video's id before the moment, so that a doubt can be cleared up."""
        resumed = bool(progress.get("session"))
        try:
            self._transfer(media, progress)
        except (Rejected, Incomplete):
            if not resumed:
                raise
            progress.forget(*KEPT)  # a kept session may have died meanwhile
            self._transfer(media, progress)

    def _transfer(self, media: Media, progress: Progress) -> None:
        if not progress.get("session"):
            begun = self._phase("start", file_size=media.size)
            window = {"start": str(begun["start_offset"]), "end": str(begun["end_offset"])}
            progress.keep(session=str(begun["upload_session_id"]), video=str(begun["video_id"]), **window)
        with open(media.path, "rb") as file:
            while (start := int(progress.get("start"))) < (end := int(progress.get("end"))):
                file.seek(start)
                reached = self._send_chunk(file_part(media, file.read(end - start)), start, progress)
                if reached[0] == progress.get("start"):
                    raise Doubt(_("Facebook does not go on with the upload."), f"start_offset stays {start}")
                progress.keep(start=reached[0], end=reached[1])
                progress.report(int(reached[0]), media.size)

    def _send_chunk(self, part: tuple[str, object, str], start: int, progress: Progress) -> tuple[str, str]:
        """What to send next. A chunk whose answer was lost may have arrived: then Facebook says where it stands."""
        try:
            session = progress.get("session")
            files = {"video_file_chunk": part}
            answer = self._phase("transfer", files=files, upload_session_id=session, start_offset=start)
        except Incomplete as error:
            if error.window is None:
                raise
            return error.window
        return str(answer["start_offset"]), str(answer["end_offset"])

    def _phase(self, phase: str, **how: Any) -> Node:
        return self.graph.post(f"{self.account.remote_id}/videos", upload_phase=phase, **how)

    def send_reel(self, media: Media, progress: Progress) -> None:
        """All bytes in one request, as rupload wants it; where the seam cuts a long one, we go on from what has arrived."""
        offset = self._resumed_at(progress)
        if not progress.get("video"):
            begun = self.graph.post(f"{self.account.remote_id}/video_reels", upload_phase="start")
            progress.keep(video=str(begun["video_id"]), upload_url=str(begun["upload_url"]))
        while offset < media.size:
            offset = self._send_from(offset, media, progress)
            progress.report(offset, media.size)

    def _resumed_at(self, progress: Progress) -> int:
        try:
            return self._arrived(progress.get("video")) if progress.get("video") else 0
        except Rejected:
            progress.forget(*KEPT)
            return 0

    def _send_from(self, offset: int, media: Media, progress: Progress) -> int:
        """Up to where the file is there after this call."""
        token = self.account.tokens.access
        headers = {"Authorization": f"OAuth {token}", "offset": str(offset), "file_size": str(media.size)}
        with open(media.path, "rb") as file:
            file.seek(offset)
            try:
                self.http.post(progress.get("upload_url"), headers=headers, data=file)
            except Doubt:
                if (reached := self._arrived(progress.get("video"))) > offset:
                    return reached
                raise
        return media.size

    def _arrived(self, video: str) -> int:
        phase = _status(self.graph.get(video, fields="status")).get("uploading_phase", {})
        return int(phase.get("bytes_transferred") or 0)

    def finish_video(self, post: Outgoing, progress: Progress) -> Accepted:
        """The moment: from here on the video appears as soon as it is processed."""
        what: dict[str, Any] = {"description": message(post), **targeting_fields(post.targeting)}
        video = progress.get("video")
        if is_reel(post):
            path = f"{self.account.remote_id}/video_reels"
            self.graph.post(path, upload_phase="finish", video_id=video, video_state="PUBLISHED", **what)
        else:
            # [U] the page names `thumb` for the upload in one call; the phases are calls of the same edge.
            self._phase("finish", upload_session_id=progress.get("session"), files=_thumb(post), **what)
        return Accepted(video)

    def find_video(self, video: str, doubt: Uncertain) -> Sent | Accepted | None:
        """What has become of it. Raises Unusable when Facebook gave it up."""
        node = self.graph.get(video, fields="status,post_id,permalink_url")
        status = _status(node)
        out = status.get("publishing_phase", {}).get("status")
        if status.get("video_status") == "ready" and (out == "complete" or node.get("post_id")):
            return Sent(self._post_of(node), self.address(node))
        if doubt.handle or out in ("in_progress", "complete") or status.get("video_status") == "processing":
            return Accepted(doubt.handle)  # without a handle: whether `finish` arrived shows when the processing ends
        return None

    def _post_of(self, node: Node) -> str:
        """A Page's posts are PAGE_POST; a video may name its post by the second part only, and some reels name none."""
        post = str(node.get("post_id") or "")
        if not post:
            return str(node["id"])
        return post if "_" in post else f"{self.account.remote_id}_{post}"

    def address(self, node: Node) -> str:
        """The public address; videos give theirs without the host."""
        link = str(node.get("permalink_url") or f"/{node['id']}")
        return browser_address(f"{WEB}{link}", self.app) if link.startswith("/") else link


def _thumb(post: Outgoing) -> dict[str, tuple[str, object, str]] | None:
    picture = post.options.get("thumb")
    if not isinstance(picture, Media):
        return None
    with open(picture.path, "rb") as file:
        return {"thumb": file_part(picture, file.read())}


def _status(node: Node) -> Node:
    status: Node = node.get("status", {})
    failed = [phase for phase in status.values() if isinstance(phase, dict) and phase.get("status") == "error"]
    if not failed and status.get("video_status") not in ("error", "expired"):
        return status
    errors = [error for phase in failed for error in (*phase.get("errors", ()), phase.get("error", {}))]
    said = " ".join(str(error["message"]) for error in errors if error.get("message")) or f"status {status.get('video_status')}"
    raise Unusable(
        _("Facebook could not process the video (%(said)s): export it anew as MP4 (H.264, AAC) and try again.")
        % {"said": said},
        said,
    )
