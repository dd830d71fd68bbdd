"""TikTok: videos by direct upload, photos by address, drafts for the app's inbox.
https://developers.tiktok.com/doc/content-posting-api-get-started

Where a post becomes irrevocable: `init` of a video reserves a publish_id and publishes nothing; the video goes out with its
last chunk. So all chunks but the last are prepared ahead, and `publish` sends that one. Photos are fetched by TikTok, so for
them `init` itself is the moment. Either way TikTok then works on it, and `confirm` asks for its status.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.data import (
    H264,
    HEVC,
    JPEG,
    MOV,
    MP4,
    VP8,
    VP9,
    WEBM,
    WEBP,
    Accepted,
    Cover,
    FileLimits,
    Limits,
    Look,
    Outgoing,
    Problem,
    Progress,
    Quota,
    Sent,
    Uncertain,
)
from connectors.errors import Doubt, NotNow, Rejected
from connectors.options import Choice, Flag, Number, Text
from connectors.problems import general_problems
from connectors.tiktok_answers import OutOfOrder, UnknownPost, UploadGone
from connectors.tiktok_login import Api, TikTokLogin
from connectors.tiktok_posts import (
    DESCRIPTION,
    FIRST_LOOK,
    LONGER_SIDE,
    SKEW,
    file_problems,
    full_text,
    outcome,
    plain,
    seen_at,
    units,
)
from connectors.tiktok_upload import PROCESSING_UPLOAD, State, Uploads, address, marked
from connectors.words import _, number

PUBLIC, PRIVATE = "PUBLIC_TO_EVERYONE", "SELF_ONLY"
DIRECT, INBOX = "direct", "inbox"
ALLOWING = {"disable_comment": "allow_comments", "disable_duet": "allow_duet", "disable_stitch": "allow_stitch"}
SCOPE_OF_LIST = "video.list"


class TikTok(TikTokLogin):
    """One profile. TikTok has no call to delete, edit or comment on posts."""

    slug, name = "tiktok", "TikTok"
    cover = Cover(moment="cover_ms")
    look = Look(fold=100, fold_lines=2)  # [U] as seen in the app
    documentation = "https://developers.tiktok.com/doc/content-posting-api-get-started"
    limits = Limits(
        text=2200,
        unit="UTF-16 units",
        images=35,
        videos=1,
        media_required=True,
        image=FileLimits(
            mime_types=frozenset({JPEG, WEBP}), max_bytes=20_000_000, max_width=LONGER_SIDE, max_height=LONGER_SIDE
        ),
        video=FileLimits(
            mime_types=frozenset({MP4, MOV, WEBM}),
            max_bytes=4_000_000_000,
            max_seconds=600,
            min_width=360,
            min_height=360,
            max_width=4096,
            max_height=4096,
            codecs=frozenset({H264, HEVC, VP8, VP9}),
        ),
        posts_per_day=15,
    )
    # The audit wants the visibility chosen by hand and every interaction allowed by hand: nothing is preset.
    # https://developers.tiktok.com/doc/content-sharing-guidelines
    options = (
        Choice(
            name="privacy",
            label="Who can see it",
            help="TikTok forbids a preset: choose for each post. Your account may not have all of these.",
            values=(
                ("", "Choose…"),
                (PUBLIC, "Everyone"),
                ("FOLLOWER_OF_CREATOR", "Followers (private accounts)"),
                ("MUTUAL_FOLLOW_FRIENDS", "Friends: followers that you follow back"),
                (PRIVATE, "Only you"),
            ),
        ),
        Choice(
            name="mode",
            label="How it goes out",
            help="A draft waits in the TikTok app's inbox until somebody finishes it; a video's text does not travel with it.",
            values=((DIRECT, "Publish"), (INBOX, "As a draft, to the app's inbox")),
            default=DIRECT,
        ),
        Text(name="title", label="Title (photos)", help="At most 90 units. The post's text becomes the description."),
        Flag(name="allow_comments", label="Allow comments"),
        Flag(name="allow_duet", label="Allow Duet (videos)"),
        Flag(name="allow_stitch", label="Allow Stitch (videos)"),
        Flag(name="your_brand", label="Promotes your own brand", help="TikTok labels it “Promotional content”."),
        Flag(
            name="branded_content",
            label="Promotes another brand, for a reward",
            help="TikTok labels it “Paid partnership”. Such a post cannot be visible to you only.",
        ),
        Flag(name="made_with_ai", label="Made with AI (videos)", help="TikTok shows a label."),
        Number(name="cover_ms", label="Cover frame at (videos)", least=0, most=600_000, default=0, unit="ms"),
        Number(name="cover_photo", label="Cover photo", least=1, most=35, default=1),
        Flag(name="auto_music", label="Add music (photos)", help="TikTok chooses a tune; it can be changed in the app."),
    )
    quotas = (Quota(6, 60), Quota(15, 86_400))  # https://developers.tiktok.com/doc/tiktok-api-v2-rate-limit
    # Comments are in the API for Business, which has a log-in of its own: connectors.tiktok_business.
    no_inbox = (
        "TikTok's API for posting shows no comments or messages to apps. Comments come by the network TikTok Business, for "
        "business accounts: connect the account there as well, or read and answer in the TikTok app."
    )
    rules = (
        "By posting, you agree to TikTok's Music Usage Confirmation (and, for branded content, its Branded Content Policy).",
        "Until TikTok has audited the developer app, posts are visible to you only, your account must be private, and at most "
        "five people may post in 24 hours.",
        "You choose who can see each post, and allow comments, Duet and Stitch, yourself: TikTok forbids presets.",
        "What promotes a brand must be disclosed; branded content cannot be visible to you only.",
        "An account can take about 15 posts in 24 hours from all apps together, and five drafts.",
        "TikTok fetches photos itself: SMO must be reachable from the internet by https, on a domain verified with TikTok.",
        "TikTok lets no app edit or delete posts, or comment on them: do that in the TikTok app.",
    )
    min_lead = timedelta(minutes=20)  # large files take their time; the upload address lives for an hour

    # -- before ----------------------------------------------------------------------------------------------------

    def length(self, text: str) -> int:
        """UTF-16 units: most emoji are 2."""
        return units(text)

    @classmethod
    def limits_for(cls, post: Outgoing) -> Limits:
        """A photo post's text may be longer."""
        return replace(cls.limits, text=DESCRIPTION) if post.images and not post.videos else cls.limits

    def problems(self, post: Outgoing) -> list[Problem]:
        general = general_problems(self.name, self.limits_for(post), self.options, self.length(full_text(post)), post)
        return [*general, *self._own_problems(post)]

    def _own_problems(self, post: Outgoing) -> Iterator[Problem]:
        chosen = self._chosen(post)
        if chosen["mode"] == DIRECT and not chosen["privacy"]:
            yield Problem("privacy", _("Choose who can see the post: TikTok forbids a preset."))
        if chosen["branded_content"] and chosen["privacy"] == PRIVATE and chosen["mode"] == DIRECT:
            yield Problem("privacy", _("Branded content cannot be visible to you only: choose who else can see it."))
        yield from file_problems(post, str(chosen["title"]), chosen["cover_photo"], chosen["cover_ms"])

    def _chosen(self, post: Outgoing) -> dict[str, Any]:
        return {option.name: option.empty() for option in self.options} | dict(post.options)

    # -- the life of a post ----------------------------------------------------------------------------------------

    def prepare(self, post: Outgoing, progress: Progress) -> None:
        """Ask what the account may do now; bring all of a video but its last chunk. Keeps `upload`, `arrived`."""
        off = self._turned_off(post)
        if post.videos:
            draft = self._chosen(post)["mode"] == INBOX
            path = "/post/publish/inbox/video/init/" if draft else "/post/publish/video/init/"
            Uploads(self._api, progress).bring(post.videos[0], path, self._video_body(post, off))
        elif not post.images:
            raise Rejected(_("TikTok publishes no text alone: add an image or a video."))
        for image in post.images:
            address(image)

    def publish(self, post: Outgoing, progress: Progress) -> Accepted:
        """The last chunk of a video, or the addresses of the photos; TikTok wants its creator_info read right before."""
        try:
            off = self._turned_off(post)
        except Doubt as doubt:  # it was only read
            raise NotNow(_("TikTok did not answer; SMO tries again."), doubt.said) from doubt
        if post.videos:
            return self._publish_video(post, progress, off)
        data = self._api.post("/post/publish/content/init/", self._photo_body(post, off))
        return Accepted(str(data["publish_id"]), FIRST_LOOK)

    def _publish_video(self, post: Outgoing, progress: Progress, off: frozenset[str]) -> Accepted:
        uploads, media = Uploads(self._api, progress), post.videos[0]
        upload = uploads.kept
        if upload is None or upload.mark != marked(media, self._video_body(post, off)):
            raise NotNow(
                _("The video is not uploaded yet, or not with the account's settings of now; SMO does that first."),
                retry_in=timedelta(),
            )
        if progress.get("arrived") == upload.publish_id:
            return Accepted(upload.publish_id, FIRST_LOOK)
        try:
            uploads.complete(upload, media)
        except (UploadGone, OutOfOrder) as error:
            # Also said of a last chunk that came already, so it proves nothing when an earlier one may have arrived.
            if post.doubted:
                raise Doubt(_("TikTok does not take the rest of the video: it may have it already."), error.said) from error
            if isinstance(error, UploadGone):
                progress.forget("upload")
            raise NotNow(str(error), error.said, timedelta()) from error
        return Accepted(upload.publish_id, FIRST_LOOK)

    def confirm(self, post: Outgoing, progress: Progress, doubt: Uncertain) -> Sent | Accepted | None:
        """By the publish_id; photos whose `init` was not answered have none, and are looked for among the public posts."""
        upload = Uploads(self._api, progress).kept if post.videos else None
        publish_id = doubt.handle or (upload.publish_id if upload else "")
        if not publish_id:
            return None if post.videos else self._find(post, doubt)
        try:
            state = Uploads(self._api, progress).state(publish_id)
        except UnknownPost as error:  # proves neither: ids may be forgotten, or belong to an earlier connection
            raise Doubt(_("TikTok does not know the post by its number."), error.said) from error
        missing = state.status == PROCESSING_UPLOAD and 0 <= state.uploaded < (upload.size if upload else 0)
        if missing and not doubt.handle:
            return None
        return self._outcome(post, publish_id, state, doubt)

    def _outcome(self, post: Outgoing, publish_id: str, state: State, doubt: Uncertain) -> Sent | Accepted | None:
        """None when it failed for a reason that passes."""
        public = bool(self._chosen(post)["privacy"] == PUBLIC)
        return outcome(publish_id, state, doubt, public, lambda remote_id: self._permalink(post, remote_id))

    def _find(self, post: Outgoing, doubt: Uncertain) -> Sent:
        """Photos among the latest public posts. Not finding them proves nothing: moderation can take hours."""
        wanted = {plain(text) for text in (full_text(post), str(self._chosen(post)["title"]))} - {""}
        known = self.account.tokens.scopes
        if not wanted or self._chosen(post)["privacy"] != PUBLIC or (known and SCOPE_OF_LIST not in known):
            raise Doubt(_("TikTok cannot be asked whether these photos arrived."))
        fields = "fields=id,title,video_description,create_time"
        for video in self._api.post(f"/video/list/?{fields}", {"max_count": 20})["videos"]:
            remote_id, sent_at = str(video["id"]), datetime.fromtimestamp(int(video["create_time"]), UTC)
            said = {plain(str(video.get(name) or "")) for name in ("title", "video_description")}
            if wanted & said and sent_at >= doubt.since - SKEW and remote_id not in doubt.taken:
                return Sent(remote_id, self._permalink(post, remote_id))
        raise Doubt(_("The photos are not among the public posts (yet)."))

    # -- what is sent ----------------------------------------------------------------------------------------------

    @property
    def _api(self) -> Api:
        return Api(self.http, self.account.tokens.access)

    def _turned_off(self, post: Outgoing) -> frozenset[str]:
        """Interactions that are off in the account's own settings. Raises Rejected for what the account may not do now."""
        chosen = self._chosen(post)
        if chosen["mode"] == INBOX:  # a draft gets its settings in the app
            return frozenset()
        if not chosen["privacy"]:
            raise Rejected(_("Choose who can see the post: TikTok forbids a preset."))
        info = self._api.post("/post/publish/creator_info/query/")
        if chosen["privacy"] not in info["privacy_level_options"]:
            raise Rejected(
                _("This account cannot post with this visibility: choose another one under \u201cWho can see it\u201d.")
            )
        most = info.get("max_video_post_duration_sec") or 600
        for video in post.videos:
            if video.seconds > most:
                sentence = _("TikTok lets this account post videos of up to %(most)s s: %(name)s has %(seconds)s s.")
                raise Rejected(sentence % {"most": most, "name": video.name, "seconds": number(video.seconds)})
        return frozenset(name for name in ALLOWING if info.get(f"{name.removeprefix('disable_')}_disabled"))

    def _video_body(self, post: Outgoing, off: frozenset[str]) -> dict[str, Any]:
        chosen = self._chosen(post)
        if chosen["mode"] == INBOX:
            return {}
        info = {
            "title": full_text(post),
            "video_cover_timestamp_ms": chosen["cover_ms"],
            "is_aigc": chosen["made_with_ai"],
            **_disclosed(chosen),
            **{name: not chosen[option] or name in off for name, option in ALLOWING.items()},
        }
        return {"post_info": info}

    def _photo_body(self, post: Outgoing, off: frozenset[str]) -> dict[str, Any]:
        chosen = self._chosen(post)
        info: dict[str, Any] = {"title": str(chosen["title"]), "description": full_text(post)}
        if chosen["mode"] == DIRECT:
            silent = not chosen["allow_comments"] or "disable_comment" in off
            info |= {"disable_comment": silent, "auto_add_music": chosen["auto_music"], **_disclosed(chosen)}
        source = {
            "source": "PULL_FROM_URL",
            "photo_cover_index": chosen["cover_photo"] - 1,
            "photo_images": [address(image) for image in post.images],
        }
        mode = "DIRECT_POST" if chosen["mode"] == DIRECT else "MEDIA_UPLOAD"
        return {"media_type": "PHOTO", "post_mode": mode, "post_info": info, "source_info": source}

    def _permalink(self, post: Outgoing, remote_id: str) -> str:
        return seen_at(self.profile(self.app, self.account.username), post, remote_id)


def _disclosed(chosen: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "privacy_level": chosen["privacy"],
        "brand_content_toggle": chosen["branded_content"],
        "brand_organic_toggle": chosen["your_brand"],
    }
