"""TikTok's API for Business: posts by address, and the comments below them.
https://business-api.tiktok.com/portal/docs?id=1732701966223426

TikTok fetches videos and photos from our address, so the one call that names them is the moment: it cannot be taken back, and
TikTok knows no key by which a second one would be the same post. Then it works on it, and `confirm` asks for its status.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from connectors.data import (
    Accepted,
    Cover,
    Limits,
    Media,
    Outgoing,
    Problem,
    Progress,
    Quota,
    Sent,
    Uncertain,
)
from connectors.errors import Doubt, Rejected
from connectors.options import Choice, File, Flag, Option
from connectors.problems import file_problems as general_file_problems
from connectors.problems import general_problems, media_problems, text_problems, without_words
from connectors.tiktok import PRIVATE, PUBLIC, TikTok
from connectors.tiktok_business_inbox import COMMENT_LENGTH, PICTURE, TikTokBusinessInbox
from connectors.tiktok_business_login import LISTING
from connectors.tiktok_posts import DESCRIPTION, FIRST_LOOK, SKEW, file_problems, full_text, outcome, plain, seen_at, units
from connectors.tiktok_upload import State, address
from connectors.words import _

MOST_MENTIONS = 30
LIMITS = replace(
    TikTok.limits,
    video=replace(TikTok.limits.video, max_bytes=1_000_000_000, min_seconds=3, max_width=0, max_height=0),
)
COMMENT = replace(LIMITS, text=COMMENT_LENGTH, images=1, image=PICTURE, videos=0, media_required=False)
THUMBNAIL = replace(PICTURE, max_bytes=20_000_000)  # [U] known from a client's types
PRIVACY = next(option for option in TikTok.options if option.name == "privacy")
MENTION = re.compile(r"(?<!\w)@\w")
OPEN = {"allow_comments", "allow_duet", "allow_stitch"}  # on unless switched off: this API has no audit that forbids it


def _options() -> Iterator[Option]:
    """The choices of the other API that this one has too, and its own."""
    assert isinstance(PRIVACY, Choice)
    yield Choice(
        name="privacy",
        label="Who can see it (photos)",
        help="A video is always visible to everyone.",
        values=PRIVACY.values[1:],
        default=PUBLIC,
    )
    for option in TikTok.options:
        if option.name in OPEN:
            assert isinstance(option, Flag)
            yield replace(option, default=True)
        elif option.name not in ("privacy", "mode"):
            yield option
        if option.name == "cover_ms":
            kinds = tuple(sorted(THUMBNAIL.mime_types))
            yield File(name="cover", label="Cover picture (videos)", mime_types=kinds, max_bytes=THUMBNAIL.max_bytes)


class TikTokBusiness(TikTokBusinessInbox):
    """One business account."""

    slug, name = "tiktok_business", "TikTok Business"
    cover = Cover(moment="cover_ms", picture="cover")
    look = TikTok.look
    documentation = "https://business-api.tiktok.com/portal/docs?id=1732701966223426"
    limits = LIMITS
    options = tuple(_options())
    quotas = (Quota(6, 60), Quota(15, 86_400))
    comments = True
    rules = (
        "By posting, you agree to TikTok's Music Usage Confirmation (and, for branded content, its Branded Content Policy).",
        "TikTok gives this access on application, for its business accounts; SMO's network TikTok publishes for all others.",
        "TikTok fetches videos and photos itself: SMO must be reachable from the internet by https, on a domain verified "
        "with TikTok.",
        "Videos are visible to everyone; what promotes a brand must be disclosed.",
        "An account can take 15 posts in 24 hours, six in a minute.",
        "Comments and answers have 150 characters. Those of others can be hidden, but not deleted.",
        "TikTok lets no app edit or delete posts: do that in the TikTok app.",
    )

    # -- before ----------------------------------------------------------------------------------------------------

    def length(self, text: str) -> int:
        """UTF-16 units: most emoji are 2."""
        return units(text)

    @classmethod
    def limits_for(cls, post: Outgoing) -> Limits:
        """Of a comment, or of a photo post, whose text may be longer."""
        if post.is_comment:
            return COMMENT
        return replace(LIMITS, text=DESCRIPTION) if post.images and not post.videos else LIMITS

    def problems(self, post: Outgoing) -> list[Problem]:
        """A comment has no options."""
        limits, length = self.limits_for(post), self.length(full_text(post))
        if post.is_comment:
            told = [*text_problems(self.name, limits, length, post), *media_problems(self.name, limits, post)]
            return [*told, *([Problem("media", without_words(self.name))] if post.media and post.text.strip() else [])]
        return [*general_problems(self.name, limits, self.options, length, post), *self._own_problems(post)]

    def _own_problems(self, post: Outgoing) -> Iterator[Problem]:
        chosen = self._chosen(post)
        if post.images and chosen["branded_content"] and chosen["privacy"] == PRIVATE:
            yield Problem("privacy", _("Branded content cannot be visible to you only: choose who else can see it."))
        if (count := len(MENTION.findall(full_text(post)))) > MOST_MENTIONS:
            sentence = _("TikTok takes %(most_mentions)s @mentions, the text has %(count)s: remove some.")
            yield Problem("text", sentence % {"most_mentions": MOST_MENTIONS, "count": count})
        if isinstance(chosen["cover"], Media):
            told = general_file_problems(self.name, THUMBNAIL, chosen["cover"])
            yield from (Problem("cover", one.message) for one in told)
        yield from file_problems(post, str(chosen["title"]), chosen["cover_photo"], chosen["cover_ms"])

    def _chosen(self, post: Outgoing) -> dict[str, Any]:
        return {option.name: option.empty() for option in self.options} | dict(post.options)

    # -- the life of a post ----------------------------------------------------------------------------------------

    def prepare(self, post: Outgoing, progress: Progress) -> None:
        """Nothing is uploaded: it must only be possible to fetch it."""
        if not post.is_comment:
            self._call(post)

    def publish(self, post: Outgoing, progress: Progress) -> Sent | Accepted:
        """The addresses of the files, or a comment."""
        if post.is_comment:
            return self.comment(post)
        path, body = self._call(post)
        return Accepted(str(self.api.post(path, **body)["share_id"]), FIRST_LOOK)

    def confirm(self, post: Outgoing, progress: Progress, doubt: Uncertain) -> Sent | Accepted | None:
        """By the share_id; without one it is looked for among the public posts."""
        if post.is_comment:
            return self.find_comment(post, doubt)
        if not doubt.handle:
            return self._find(post, doubt)
        try:
            told = self.api.get("/business/publish/status/", publish_id=doubt.handle)
        except Rejected as error:  # of the question: numbers may be forgotten, or belong to an earlier connection
            raise Doubt(_("TikTok does not know the post by its number."), error.said) from error
        ids = told.get("post_ids") or [""]
        state = State(str(told.get("status") or ""), -1, str(told.get("reason") or ""), str(ids[0]))
        public = bool(post.videos) or self._chosen(post)["privacy"] == PUBLIC
        return outcome(doubt.handle, state, doubt, public, lambda remote_id: self._permalink(post, remote_id))

    def _find(self, post: Outgoing, doubt: Uncertain) -> Sent:
        """Among the latest public posts. Not finding it proves nothing: TikTok moderates first, and that can take hours."""
        title, text = plain(str(self._chosen(post)["title"])), plain(full_text(post))
        wanted = {title, text, f"{title} {text}".strip()} - {""}  # [U] which of them a photo post shows
        if not wanted or not self.may(LISTING):
            raise Doubt(_("TikTok cannot be asked whether this arrived."))
        for video in self.videos(doubt.since - SKEW):
            remote_id = str(video["item_id"])
            if plain(str(video.get("caption") or "")) in wanted and remote_id not in doubt.taken:
                return Sent(remote_id, self._permalink(post, remote_id))
        raise Doubt(_("It is not among the public posts (yet)."))

    # -- what is sent ----------------------------------------------------------------------------------------------

    def _call(self, post: Outgoing) -> tuple[str, dict[str, Any]]:
        """The path and the body that publish this. Raises Rejected for a file without an address."""
        if post.videos:
            return "/business/video/publish/", self._video_body(post)
        if post.images:
            return "/business/photo/publish/", self._photo_body(post)
        raise Rejected(_("TikTok publishes no text alone: add an image or a video."))

    def _video_body(self, post: Outgoing) -> dict[str, Any]:
        chosen = self._chosen(post)
        info = {
            "caption": full_text(post),
            "disable_comment": not chosen["allow_comments"],
            "disable_duet": not chosen["allow_duet"],
            "disable_stitch": not chosen["allow_stitch"],
            "is_brand_organic": chosen["your_brand"],
            "is_branded_content": chosen["branded_content"],
            "is_ai_generated": chosen["made_with_ai"],
            "thumbnail_offset": chosen["cover_ms"],
        }
        cover = {"custom_thumbnail_url": address(chosen["cover"])} if isinstance(chosen["cover"], Media) else {}
        return {"video_url": address(post.videos[0]), **cover, "post_info": info}

    def _photo_body(self, post: Outgoing) -> dict[str, Any]:
        chosen = self._chosen(post)
        # [U] that photos are disclosed like videos is known from a client's types only: it is said where it is wanted.
        disclosed = {"is_brand_organic": chosen["your_brand"], "is_branded_content": chosen["branded_content"]}
        info = {
            "title": str(chosen["title"]),
            "caption": full_text(post),
            "privacy_level": chosen["privacy"],
            "auto_add_music": chosen["auto_music"],
            "disable_comment": not chosen["allow_comments"],
            **{name: True for name, wanted in disclosed.items() if wanted},
        }
        photos = [address(image) for image in post.images]
        return {"photo_images": photos, "photo_cover_index": chosen["cover_photo"] - 1, "post_info": info}

    def _permalink(self, post: Outgoing, remote_id: str) -> str:
        return seen_at(self.profile(self.app, self.account.username), post, remote_id)
