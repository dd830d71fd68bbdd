"""Containers: what will be a post is made, filled and processed beforehand, so that one short call publishes it.

https://developers.facebook.com/docs/instagram-platform/content-publishing
Images are fetched by Instagram from our address; the bytes of videos are sent (resumable upload), so that no large file has to
be reachable from outside. An orphaned container is harmless: it runs out after 24 hours.
"""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from connectors.data import Media, Outgoing, Progress
from connectors.errors import Doubt, NotNow, Rejected
from connectors.http import Http
from connectors.instagram_errors import Stale, Unfetchable, failure
from connectors.instagram_options import chosen, cover_of, is_reel, is_story, names, tags
from connectors.meta import Graph
from connectors.meta_errors import Gone
from connectors.words import _

NAME = "Instagram"
LIFE = 24 * 3600.0
RESERVE = 3600.0  # a container that ends sooner than this is made anew while there is time
PATIENCE = (0.4, 0.8, 1.6)  # seconds between looks here and now; beyond that somebody comes back later
COME_BACK = timedelta(seconds=45)  # "query a container's status once per minute, for no more than 5 minutes"
TOP = "top"  # the slot of the container that is published


@dataclass(frozen=True)
class Container:
    """One to be made. `fetched`: files that Instagram loads by itself, by the parameter that names their address."""

    slot: str
    form: Mapping[str, Any]
    video: Media | None = None
    fetched: Mapping[str, Media] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """The same for the same content: an edited post needs new containers. Addresses change, files do not."""
        files = {
            name: _fingerprint(media) for name, media in {**self.fetched, **({"": self.video} if self.video else {})}.items()
        }
        return hashlib.sha256(json.dumps([dict(self.form), files], sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Made:
    """A container as it is kept in Progress. `until`: unix seconds when it runs out; `upload`: where its bytes go, or '-'."""

    id: str
    mark: str
    until: float
    upload: str = "-"

    def __str__(self) -> str:
        return f"{self.id} {self.mark} {self.until:.0f} {self.upload}"

    @classmethod
    def parse(cls, kept: str) -> "Made | None":
        if not kept:
            return None
        container_id, mark, until, upload = kept.split()
        return cls(container_id, mark, float(until), upload)


# -- which containers a post needs -----------------------------------------------------------------------------------------


def plan(post: Outgoing) -> tuple[list[Container], Container]:
    """The items of a carousel (none for anything else), and the container that will be published."""
    if is_story(post):
        return [], _of_file(
            TOP, post.media[0], {"media_type": "STORIES", **_made_by(post), "user_tags": tags(post, placed=False)}
        )
    if is_reel(post):
        return [], _reel(post)
    if len(post.media) > 1:
        return [_item(number, post) for number in range(len(post.media))], Container(
            TOP, {"media_type": "CAROUSEL", **_about(post)}
        )
    image = post.media[0]
    return [], _of_file(TOP, image, {**_about(post), "alt_text": image.alt, "user_tags": tags(post, placed=True)})


def _about(post: Outgoing) -> dict[str, Any]:
    told = {"caption": post.text, "collaborators": names(post), "location_id": chosen(post, "location_id").strip()}
    return {**told, **_made_by(post)}


def _made_by(post: Outgoing) -> dict[str, Any]:
    return {"is_ai_generated": True} if chosen(post, "ai_generated") else {}


def _reel(post: Outgoing) -> Container:
    cover = cover_of(post)
    form = {
        "media_type": "REELS",
        **_about(post),
        "share_to_feed": chosen(post, "share_to_feed"),
        "audio_name": chosen(post, "audio_name"),
        "user_tags": tags(post, placed=False),
        "thumb_offset": "" if cover else chosen(post, "thumb_offset") or "",
        "trial_params": {"graduation_strategy": chosen(post, "trial")} if chosen(post, "trial") else {},
    }
    made = _of_file(TOP, post.media[0], form)
    return replace(made, fetched={"cover_url": cover}) if cover else made


def _item(number: int, post: Outgoing) -> Container:
    """A carousel's child; tags of people belong to the first picture."""
    media = post.media[number]
    form: dict[str, Any] = {"is_carousel_item": True}
    if media.is_video:
        return _of_file(f"item{number}", media, {**form, "media_type": "VIDEO"})
    is_first = media is post.images[0]
    return _of_file(f"item{number}", media, {**form, "alt_text": media.alt, "user_tags": tags(post, True) if is_first else []})


def _of_file(slot: str, media: Media, form: Mapping[str, Any]) -> Container:
    if media.is_video:
        return Container(slot, {**form, "upload_type": "resumable"}, video=media)
    return Container(slot, form, fetched={"image_url": media})


def _fingerprint(media: Media) -> str:
    return media.sha256 or f"{media.path}:{media.size}"


def _address(media: Media) -> str:
    if not media.url:
        raise Rejected(
            _(
                "Instagram loads images from an address of this SMO: %(name)s must be reachable from the "
                "internet. An admin sets SMO_BASE_URL."
            )
            % {"name": media.name}
        )
    return media.url


# -- making them -----------------------------------------------------------------------------------------------------------


class Containers:
    """The containers of one post. Every step reached is kept at once, so that a crash goes on where it was."""

    def __init__(self, graph: Graph, http: Http, account: str, token: str, progress: Progress) -> None:
        self.graph, self.http, self.account, self.token, self.progress = graph, http, account, token, progress

    def prepare(self, items: list[Container], top: Container) -> None:
        """Bring all to where `top` can be published. Raises NotNow while Instagram is still processing."""
        ids = [self._ensure(item).id for item in items]
        for item in items:
            if item.video:
                self._wait(item.slot)
        if items:
            top = replace(top, form={**top.form, "children": ",".join(ids)})
        self._ensure(top)
        self._wait(TOP)

    def published_by(self) -> str:
        """The id to publish. Raises NotNow where there is none, or it has run out: preparing makes a new one."""
        made = Made.parse(self.progress.get(TOP))
        if made is None or made.until < time.time() + 30:
            raise NotNow(_("The upload has run out at Instagram; SMO uploads anew."), retry_in=timedelta())
        return made.id

    def state(self, slot: str = TOP) -> str:
        """The status_code; empty when none was made or Instagram does not know it."""
        try:
            return str(self._look(slot).get("status_code", ""))
        except Gone:
            return ""

    def forget(self) -> None:
        """Begin anew next time."""
        self.progress.forget(TOP, *(f"item{number}" for number in range(10)))

    def _look(self, slot: str) -> dict[str, Any]:
        made = Made.parse(self.progress.get(slot))
        return self.graph.get(made.id, fields="status_code,status") if made else {}

    def _ensure(self, container: Container) -> Made:
        """The living container, its bytes sent."""
        made = Made.parse(self.progress.get(container.slot))
        resumed = made is not None and made.mark == container.mark and made.until > time.time() + RESERVE
        made = made if made and resumed else self._create(container)
        if container.video and made.upload != "-":
            self._upload(made, container.video, resumed)
            made = replace(made, upload="-")
            self.progress.keep(**{container.slot: str(made)})
        return made

    def _create(self, container: Container) -> Made:
        addresses = {name: _address(media) for name, media in container.fetched.items()}
        try:
            node = self.graph.post(f"{self.account}/media", **{**container.form, **addresses})
        except Unfetchable as error:
            if self.progress.get("unfetched"):
                raise
            self.progress.keep(unfetched="1")  # it may have been a moment's trouble of our own web server
            raise NotNow(
                _("Instagram could not load a file from this SMO; SMO tries once more."), error.said, COME_BACK
            ) from error
        made = Made(str(node["id"]), container.mark, time.time() + LIFE, str(node.get("uri") or "-"))
        if container.video and made.upload == "-":
            raise Doubt(_("Instagram did not say where to send the video."), str(node)[:200])
        self.progress.keep(**{container.slot: str(made)})
        return made

    def _upload(self, made: Made, video: Media, resumed: bool) -> None:
        """All bytes in one request, as rupload wants it; where the seam cuts a long one, go on from what has arrived."""
        try:
            offset = self._arrived(made) if resumed else 0
            while offset < video.size:
                offset = self._send_from(offset, made, video)
                self.progress.report(offset, video.size)
        except (Gone, Stale):
            self.forget()
            raise

    def _send_from(self, offset: int, made: Made, video: Media) -> int:
        """Up to where the file is there after this call."""
        headers = {"Authorization": f"OAuth {self.token}", "offset": str(offset), "file_size": str(video.size)}
        with open(video.path, "rb") as file:
            file.seek(offset)
            try:
                self.http.post(made.upload, headers=headers, data=file)
            except Doubt:
                if (reached := self._arrived(made)) > offset:
                    return reached
                raise
        return video.size

    def _arrived(self, made: Made) -> int:
        """How many bytes are there. The field is in the node definition of the container, not in the guide."""
        status = self.graph.get(made.id, fields="video_status").get("video_status") or {}
        return int((status.get("uploading_phase") or {}).get("bytes_transferred") or 0)

    def _wait(self, slot: str) -> None:
        """Until it can be published (or was already). Raises what its failure means, or NotNow when it takes longer."""
        for pause in (*PATIENCE, 0.0):
            if self._is_ready(slot):
                return
            time.sleep(pause)
        raise NotNow(_("Instagram is still processing the media."), retry_in=COME_BACK)

    def _is_ready(self, slot: str) -> bool:
        node = self._wanted(slot)
        if node.get("status_code") == "ERROR":
            self.forget()
            raise failure(NAME, str(node.get("status", "")))
        return node.get("status_code") in ("FINISHED", "PUBLISHED")

    def _wanted(self, slot: str) -> dict[str, Any]:
        try:
            node = self._look(slot)
        except Gone:
            node = {"status_code": "EXPIRED"}
        if node.get("status_code") == "EXPIRED":
            self.forget()
            raise Stale(_("The upload has run out at Instagram; SMO uploads anew."), retry_in=timedelta())
        return node
