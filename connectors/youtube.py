"""YouTube: videos and Shorts, first comments, comments and answers. https://developers.google.com/youtube/v3/docs

A video is uploaded as private ahead of its time; the moment is the change of its visibility, which may be repeated.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from googleapiclient.http import MediaFileUpload
from requests import Response

from connectors import captions
from connectors.data import (
    H264,
    HEVC,
    JPEG,
    MOV,
    MP4,
    PNG,
    VP8,
    VP9,
    WEBM,
    Accepted,
    Account,
    App,
    Cover,
    FileLimits,
    Limits,
    Look,
    Media,
    Outgoing,
    Pause,
    Problem,
    Progress,
    Quota,
    Sent,
    Tokens,
    Uncertain,
)
from connectors.errors import Doubt, NotNow, Rejected
from connectors.google import SessionGone, Transport, file_to_upload, judge_google, reason_of, service, until_midnight, upload
from connectors.http import Http
from connectors.options import Choice, File, Flag, Text, Texts
from connectors.problems import file_problems, general_problems
from connectors.words import _
from connectors.youtube_answers import MEANINGS, account_of, failure, settable
from connectors.youtube_captions import MOST_BYTES, YouTubeCaptions
from connectors.youtube_comments import SKEW, comment_problems, parse_time, same_text

SCOPE = "https://www.googleapis.com/auth/"
VIDEOS = frozenset(
    {MP4, MOV, WEBM, "video/mpeg", "video/3gpp", "video/x-msvideo", "video/x-ms-wmv", "video/x-flv", "video/x-matroska"}
)
THUMBNAIL = FileLimits(mime_types=frozenset({JPEG, PNG}), max_bytes=52_428_800)
CATEGORIES = (
    ("1", "Film & animation"), ("2", "Autos & vehicles"), ("10", "Music"), ("15", "Pets & animals"), ("17", "Sports"),
    ("19", "Travel & events"), ("20", "Gaming"), ("22", "People & blogs"), ("23", "Comedy"), ("24", "Entertainment"),
    ("25", "News & politics"), ("26", "How-to & style"), ("27", "Education"), ("28", "Science & technology"),
    ("29", "Non-profits & activism"),
)  # fmt: skip
CODECS = frozenset({H264, HEVC, VP8, VP9, "mpeg4", "prores", "dnxhd"})
TAGS_LENGTH = 500
KEPT = ("session", "started", "video", "playlist", "thumbnail", "captions", "captions_begun")
SHORT_SECONDS = 180
VIDEO_ID_LENGTH = 11  # ids of comments are longer
PATIENCE = timedelta(hours=1)  # for processing; a video that is visible and takes longer counts as published


class YouTube(YouTubeCaptions):
    """One channel."""

    slug, name = "youtube", "YouTube"
    cover, look = Cover(picture="thumbnail"), Look(fold=157, fold_lines=3)  # [U] the fold, as seen below a video
    documentation = "https://developers.google.com/youtube/v3/docs"
    hosts = ("youtube.googleapis.com", "www.googleapis.com", "oauth2.googleapis.com")
    limits = Limits(
        text=5000,
        unit="bytes",
        videos=1,
        media_required=True,
        video=FileLimits(mime_types=VIDEOS, max_bytes=274_877_906_944, max_seconds=12 * 3600, codecs=CODECS),
    )
    options = (
        Text(name="title", label="Title", required=True, max_length=100, help="1 to 100 characters, without < and >."),
        Choice(
            name="privacy",
            label="Visibility",
            values=(("public", "Public"), ("unlisted", "Unlisted: who has the link"), ("private", "Private")),
            default="public",
        ),
        Choice(name="category", label="Category", values=CATEGORIES, default="22"),
        Texts(name="tags", label="Tags", help="One a line, 500 characters in all."),
        File(name="thumbnail", label="Thumbnail", mime_types=(JPEG, PNG), max_bytes=THUMBNAIL.max_bytes),
        Text(name="playlist", label="Playlist", max_length=64, help="The id of one of the channel's playlists (PL...)."),
        Flag(name="made_for_kids", label="Made for kids", help="The law asks you to say so (COPPA); it switches comments off."),
        Flag(
            name="synthetic_media", label="Altered or synthetic", help="Shows realistic things that were made or changed by AI."
        ),
        Choice(
            name="license",
            label="Licence",
            values=(("youtube", "Standard YouTube licence"), ("creativeCommon", "Creative Commons - Attribution")),
            default="youtube",
        ),
        Flag(name="embeddable", label="May be embedded", default=True),
        Flag(name="notify_subscribers", label="Notify subscribers", default=True),
        *captions.options(MOST_BYTES),
    )
    quotas = (Quota(100, 86_400, scope="app"),)  # videos.insert has a bucket of its own since June 2026
    rules = (
        "A vertical or square video of up to 3 minutes becomes a Short by itself.",
        "Videos of more than 15 minutes and thumbnails of your own need a channel verified by phone (youtube.com/verify).",
        "You must say whether a video is made for kids, and whether it shows realistic altered or synthetic scenes.",
        "One installation of SMO can upload 100 videos a day, all its channels together.",
    )
    comments = True
    min_lead = timedelta(minutes=20)
    chunk_size = 8 * 1024 * 1024  # one PUT, which must pass within the seam's deadline; halved on a line that is too slow

    scopes = {
        f"{SCOPE}youtube.force-ssl": "Manage the channel's videos, and read and answer their comments.",
        f"{SCOPE}youtube.upload": "Upload videos and thumbnails.",
        f"{SCOPE}youtube.readonly": "Read the channel's name, videos and playlists.",
        f"{SCOPE}yt-analytics.readonly": "Read how often the videos are watched.",
    }
    needed_scope = f"{SCOPE}youtube.force-ssl"

    @classmethod
    def accounts(cls, app: App, http: Http, tokens: Tokens) -> list[Account]:
        """The channel that the person chose at the consent (Google lets them choose one)."""
        request = service("youtube", "v3").channels().list(part="id,snippet,contentDetails,statistics,status", mine=True)
        found = request.execute(http=Transport(http, tokens.access), num_retries=0).get("items", [])
        if not found:
            raise MEANINGS["youtubeSignupRequired"].exception("channels.list: no items")
        return [account_of(channel, tokens, app) for channel in found]

    # -- before ------------------------------------------------------------------------------------------------------------

    def length(self, text: str) -> int:
        """Bytes of UTF-8: YouTube counts a description so."""
        return len(text.encode())

    def problems(self, post: Outgoing) -> list[Problem]:
        if post.is_comment:
            return list(comment_problems(post))
        length = self.length(_description(post))
        own = [*self._own_problems(post), *captions.problems(self.name, self.options, post)]
        return [*general_problems(self.name, self.limits, self.options, length, post), *own]

    def _own_problems(self, post: Outgoing) -> Iterator[Problem]:
        chosen = self._chosen(post)
        if set("<>") & set(chosen["title"]):
            yield Problem("title", _("YouTube takes no < and > in a title: remove them."))
        if set("<>") & set(_description(post)):
            yield Problem("text", _("YouTube takes no < and > in the text: remove them."))
        if (length := tags_length(chosen["tags"])) > TAGS_LENGTH:
            sentence = _("The tags have %(length)s characters together, YouTube takes %(tags_length)s: remove some.")
            yield Problem("tags", sentence % {"length": length, "tags_length": TAGS_LENGTH})
        if isinstance(chosen["thumbnail"], Media):
            yield from (Problem("thumbnail", one.message) for one in file_problems(self.name, THUMBNAIL, chosen["thumbnail"]))

    def _chosen(self, post: Outgoing) -> dict[str, Any]:
        return {option.name: option.empty() for option in self.options} | dict(post.options)

    # -- the life of a post --------------------------------------------------------------------------------------------------

    def prepare(self, post: Outgoing, progress: Progress) -> None:
        """The video goes up as private, then what belongs to it is set. Keeps what is in KEPT, and file."""
        if post.is_comment:
            return
        video = post.videos[0]
        file = f"{video.sha256 or video.path}:{video.size}"
        if progress.get("file") != file:  # another file than at an earlier attempt: what was reached is of no use
            progress.forget(*KEPT)
            progress.keep(file=file)
        if not progress.get("video"):
            progress.keep(video=self._upload_or_adopt(post, progress))
        self._put_into_playlist(post, progress)
        self._set_thumbnail(post, progress)
        self.set_captions(post, progress)

    def _upload_or_adopt(self, post: Outgoing, progress: Progress) -> str:
        try:
            return self._upload(post, progress)
        except SessionGone:
            found = self._find_upload(post, progress)  # its last byte may have arrived before the session went
            progress.forget("session", "started")
            return found or self._upload(post, progress)

    def _upload(self, post: Outgoing, progress: Progress) -> str:
        request = self.google.videos().insert(
            part="snippet,status",
            body=self._metadata(post, "private"),
            notifySubscribers=self._chosen(post)["notify_subscribers"],
            media_body=file_to_upload(post.videos[0], self.chunk_size, progress),
        )
        return str(upload(request, self.transport, progress)["id"])

    def _metadata(self, post: Outgoing, privacy: str) -> dict[str, dict[str, Any]]:
        chosen = self._chosen(post)
        snippet = {
            "title": chosen["title"],
            "description": _description(post),
            "tags": [tag.strip() for tag in chosen["tags"] if tag.strip()],
            "categoryId": chosen["category"],
        }
        status = {
            "privacyStatus": privacy,
            "license": chosen["license"],
            "embeddable": chosen["embeddable"],
            "selfDeclaredMadeForKids": chosen["made_for_kids"],
            "containsSyntheticMedia": chosen["synthetic_media"],
        }
        return {"snippet": snippet, "status": status}

    def _find_upload(self, post: Outgoing, progress: Progress) -> str:
        """The id of the private video that came of the upload session in `progress`, empty when there is none."""
        since = datetime.fromisoformat(progress.get("started")) - SKEW
        channel = self.call(self.google.channels().list(part="contentDetails", mine=True))["items"][0]
        uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
        latest = self.call(self.google.playlistItems().list(part="contentDetails", playlistId=uploads, maxResults=10))
        ids = ",".join(item["contentDetails"]["videoId"] for item in latest.get("items", []))
        videos = self.call(self.google.videos().list(part="snippet,status,fileDetails", id=ids))["items"] if ids else []
        title, size = self._chosen(post)["title"], str(post.videos[0].size)
        for video in videos:
            same = same_text(video["snippet"]["title"], title) and video.get("fileDetails", {}).get("fileSize", size) == size
            if same and video["status"]["privacyStatus"] == "private" and parse_time(video["snippet"]["publishedAt"]) >= since:
                return str(video["id"])
        return ""

    def _put_into_playlist(self, post: Outgoing, progress: Progress) -> None:
        playlist, video = self._chosen(post)["playlist"].strip(), progress.get("video")
        if not playlist or progress.get("playlist") == playlist:
            return
        items = self.google.playlistItems()
        # A second insert would put the video in twice; an earlier attempt may have got here without keeping it.
        if not self.call(items.list(part="id", playlistId=playlist, videoId=video)).get("items"):
            resource = {"kind": "youtube#video", "videoId": video}
            self.call(items.insert(part="snippet", body={"snippet": {"playlistId": playlist, "resourceId": resource}}))
        progress.keep(playlist=playlist)

    def _set_thumbnail(self, post: Outgoing, progress: Progress) -> None:
        picture = self._chosen(post)["thumbnail"]
        if not isinstance(picture, Media) or progress.get("thumbnail") == (mark := picture.sha256 or str(picture.path)):
            return
        if _is_short(post) and self._is_processing(progress.get("video")):
            # The thumbnail of a Short can be set since November 2026, but not before it is processed.
            raise NotNow(_("YouTube still processes the Short; its thumbnail follows."), "", timedelta(seconds=30))
        media = MediaFileUpload(os.fspath(picture.path), mimetype=picture.mime_type)
        self.call(self.google.thumbnails().set(videoId=progress.get("video"), media_body=media))
        progress.keep(thumbnail=mark)

    def publish(self, post: Outgoing, progress: Progress) -> Sent | Accepted:
        """Show the video as the post wishes (or write the first comment)."""
        if post.is_comment:
            return self.comment(post)
        wished = self._chosen(post)["privacy"]
        video, ours = self._uploaded(progress), self._metadata(post, wished)
        body = {part: {**settable(part, video), **ours[part]} for part in ("snippet", "status")}
        shown = self.call(self.google.videos().update(part="snippet,status", body={"id": video["id"], **body}))
        if outcome := self._outcome(post, shown, timedelta()):
            return outcome
        sentence = _("YouTube keeps the video from being %(wished)s: see YouTube Studio.")
        raise Rejected(sentence % {"wished": wished}, str(shown["status"]))

    def _uploaded(self, progress: Progress) -> Mapping[str, Any]:
        """The prepared video as YouTube has it. Only reads, so nothing that goes wrong here is a doubt about the post."""
        try:
            video = self._video(progress.get("video"))
        except Doubt as doubt:
            raise NotNow(_("YouTube did not answer; SMO tries again."), doubt.said) from doubt
        failed = failure(video["status"]) if video else None
        if video is None or failed:
            progress.forget(*KEPT)
            raise failed or Rejected(_("The video was deleted on YouTube before its time: retry to upload it anew."))
        return video

    def confirm(self, post: Outgoing, progress: Progress, doubt: Uncertain) -> Sent | Accepted | None:
        """Whether the video is shown as wished. Raises Rejected when its processing failed."""
        if post.is_comment:
            return self.find_comment(post, doubt)
        video_id = doubt.handle or progress.get("video")
        if not video_id or video_id in doubt.taken or (video := self._video(video_id)) is None:
            return None
        return self._outcome(post, video, datetime.now(UTC) - doubt.since)

    def _outcome(self, post: Outgoing, video: Mapping[str, Any], age: timedelta) -> Sent | Accepted | None:
        status = video["status"]
        if failed := failure(status):
            raise failed
        if status["privacyStatus"] != self._chosen(post)["privacy"]:
            return None
        if status.get("uploadStatus") == "uploaded" and age < PATIENCE:
            return Accepted(video["id"], max(timedelta(seconds=20), age / 2))
        return Sent(video["id"], self.address(f"shorts/{video['id']}" if _is_short(post) else f"watch?v={video['id']}"))

    def delete(self, remote_id: str) -> None:
        """Take a video or a comment of ours down."""
        videos = len(remote_id) == VIDEO_ID_LENGTH
        resource = self.google.videos() if videos else self.google.comments()
        try:
            self.call(resource.delete(id=remote_id))
        except Rejected as refused:
            if not refused.said.startswith("404"):
                raise

    # -- calls and what answers mean -----------------------------------------------------------------------------------------

    def _video(self, video_id: str) -> Mapping[str, Any] | None:
        """The video with snippet and status; None when it is not there (any more)."""
        items = self.call(self.google.videos().list(part="snippet,status", id=video_id)).get("items", [])
        return items[0] if items and items[0]["status"].get("uploadStatus") != "deleted" else None

    def _is_processing(self, video_id: str) -> bool:
        video = self._video(video_id)
        return video is not None and video["status"].get("uploadStatus") == "uploaded"

    @classmethod
    def judge(cls, response: Response) -> None:
        judge_google(cls.name, MEANINGS, response)

    @classmethod
    def pause(cls, response: Response) -> Pause | None:
        """No headers tell the allowance. When it is used up for all but uploads, the whole app waits for its next day."""
        if response.status_code != 403 or "/upload/" in (response.request.url or ""):
            return None  # uploads have an allowance of their own: what is uploaded already can still be shown
        used_up = reason_of(response)[0] in ("quotaExceeded", "dailyLimitExceeded")
        return Pause(until_midnight(datetime.now(UTC)), "app") if used_up else None


def tags_length(tags: Sequence[str]) -> int:
    """Characters of `tags` as YouTube counts them: with the commas between, and two quotes for a tag with a space.

    https://developers.google.com/youtube/v3/docs/videos#snippet.tags[]
    """
    used = [tag.strip() for tag in tags if tag.strip()]
    return sum(len(tag) + (2 if " " in tag else 0) for tag in used) + max(len(used) - 1, 0)


def _description(post: Outgoing) -> str:
    return post.text if not post.link or post.link in post.text else f"{post.text}\n\n{post.link}".strip()


def _is_short(post: Outgoing) -> bool:
    """Whether YouTube will make a Short of it; a video whose measures are not known counts as a long one."""
    video = post.videos[0]
    return 0 < video.seconds <= SHORT_SECONDS and 0 < video.width <= video.height
