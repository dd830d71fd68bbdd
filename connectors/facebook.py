"""Facebook Pages: posts, photos, videos and reels of a Page. https://developers.facebook.com/docs/pages-api/posts"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from connectors import captions
from connectors.data import (
    AAC,
    AV1,
    BMP,
    GIF,
    H264,
    HEVC,
    JPEG,
    MOV,
    MP4,
    PNG,
    TIFF,
    VP9,
    Accepted,
    Account,
    App,
    Cover,
    FileLimits,
    Limits,
    Look,
    Media,
    Outgoing,
    Problem,
    Progress,
    Sent,
    Targeting,
    Tokens,
    Uncertain,
)
from connectors.errors import Doubt, Rejected
from connectors.facebook_audience import targeting_fields, targeting_problems
from connectors.facebook_captions import MOST_BYTES, THUMB
from connectors.facebook_inbox import CLOCKS, plain
from connectors.facebook_moderating import PageModerating
from connectors.facebook_video import KEPT, PageVideos, Unusable, file_part, is_reel, message
from connectors.http import Http
from connectors.meta import HOSTS, Node, moment
from connectors.meta_errors import Duplicate, Gone
from connectors.options import Choice
from connectors.problems import file_problems
from connectors.words import _

REEL = FileLimits(
    frozenset({MP4, MOV}),
    min_seconds=3,
    max_seconds=90,
    min_ratio=0.55,
    max_ratio=0.57,
    min_width=540,
    min_height=960,
    codecs=frozenset({H264, HEVC, VP9, AV1}),
    sound=frozenset({AAC}),
)
POST_FIELDS = "id,message,created_time,permalink_url,attachments{target{id},url,subattachments}"


class Facebook(PageModerating, PageVideos):
    """One Page."""

    slug, name = "facebook", "Facebook"
    cover = Cover(picture="thumb", unless=(("format", "reel"),))
    look = Look(fold=477, fold_lines=5, card=True)  # [U] as seen in browsers; nothing is documented
    documentation = "https://developers.facebook.com/docs/pages-api"
    hosts = HOSTS
    limits = Limits(
        text=63_206,  # not in the documentation; what other publishing tools found
        images=10,  # likewise
        videos=1,
        alt_text=1_000,  # likewise
        image=FileLimits(frozenset({JPEG, PNG, GIF, BMP, TIFF}), max_bytes=10_000_000),
        # No codec is named for posts: what every player of MP4 knows.
        video=FileLimits(frozenset({MP4, MOV}), max_bytes=4_000_000_000, max_seconds=240 * 60, codecs=frozenset({H264})),
    )
    options = (
        Choice(
            name="format",
            label="Format",
            help="A reel is one upright video (9:16) of 3 to 90 seconds.",
            values=(("post", "Post"), ("reel", "Reel")),
            default="post",
        ),
        THUMB,
        *captions.options(MOST_BYTES),
    )
    rules = (
        "A message may be answered within 24 hours of the person's last one, and by a person (Human Agent) within 7 days.",
        "A comment may be answered once by a private message, within 7 days.",
        "At most 30 reels per Page in 24 hours come from apps like this one.",
        "The same post twice in a row is refused.",
    )
    comments = True
    answers_fall = True
    retold = frozenset({"comment"})
    link_in_text = False
    min_lead = timedelta(minutes=5)  # an unpublished photo lives for a day, and a video needs time to get there
    scopes = {
        "pages_show_list": "See which Pages you manage, so that you can choose.",
        "pages_manage_posts": "Publish and delete posts, photos, videos and reels as the Page.",
        "pages_read_engagement": "Look up whether a post has arrived, and read the Page's own posts.",
        "pages_read_user_content": "Read people's comments on the Page's posts, and their recommendations.",
        "pages_manage_engagement": "Answer, hide, like and delete comments as the Page.",
        "pages_manage_metadata": "Be told at once when somebody comments or writes.",
        "pages_messaging": "Read and answer the Page's messages, and block people.",
    }
    needed = ("pages_show_list", "pages_manage_posts", "pages_read_engagement")

    @classmethod
    def accounts(cls, app: App, http: Http, tokens: Tokens) -> list[Account]:
        """The Pages to choose from. Raises Unauthorized for a missing permission, Rejected when there is no Page."""
        found = cls.pages(app, http, tokens, "id,name,username,access_token,tasks,link,picture")
        if not found:
            raise Rejected(_("You manage no Facebook Page that was allowed here: choose your Pages in Facebook's dialog."))
        return [
            Account(
                remote_id=page["id"],
                name=page["name"],
                username=page.get("username", ""),
                tokens=Tokens(page["access_token"], tokens.access, None, tokens.scopes),
                picture_url=page.get("picture", {}).get("data", {}).get("url", ""),
                url=page.get("link", ""),
            )
            for page in found
        ]

    # -- what fits ------------------------------------------------------------------------------------------------

    def problems(self, post: Outgoing) -> list[Problem]:
        """The general ones, a reel's shape, and audiences that Facebook cannot express."""
        own = [*self._own_problems(post), *captions.problems(self.name, self.options, post)]
        return [*super().problems(post), *own, *targeting_problems(post.targeting)]

    def _own_problems(self, post: Outgoing) -> Iterator[Problem]:
        if post.is_comment and (post.videos or len(post.images) > 1):
            yield Problem("media", _("A comment on Facebook takes one picture and no video: remove the rest."))
        if is_reel(post):
            yield from self._reel_problems(post)

    def _reel_problems(self, post: Outgoing) -> Iterator[Problem]:
        if len(post.videos) != 1 or post.images:
            yield Problem("media", _("A Facebook reel is exactly one video: add one, or choose the format Post."))
        for video in post.videos:
            yield from file_problems("A Facebook reel", REEL, video)

    def targeting_fields(self, targeting: Targeting) -> Mapping[str, Any]:
        """`targeting` (hides the post from all others) and `feed_targeting` (only prefers); see facebook_audience."""
        return targeting_fields(targeting)

    def hides(self, targeting: Targeting) -> bool:
        """`feed_targeting` alone leaves the post on the Page for everybody."""
        return "targeting" in targeting_fields(targeting)

    # -- a post's life --------------------------------------------------------------------------------------------

    def prepare(self, post: Outgoing, progress: Progress) -> None:
        """Photos go up unpublished, a video's bytes into a session: nothing shows before `publish`."""
        if post.is_comment:
            return
        for number, image in enumerate(post.images):
            if not progress.get(f"photo_{number}"):
                progress.keep(**{f"photo_{number}": self._upload_photo(image)})
        for video in post.videos:
            send = self.send_reel if is_reel(post) else self.send_video
            send(video, progress)

    def publish(self, post: Outgoing, progress: Progress) -> Sent | Accepted:
        """One POST: to feed, to comments, or the `finish` of an upload, after which Facebook works on the video."""
        try:
            if post.is_comment:
                return self.comment_on(post.parent, message(post), next(iter(post.images), None))
            return self.finish_video(post, progress) if post.videos else self._publish_feed(post, progress)
        except Duplicate as error:
            if not post.doubted:
                raise
            # The earlier post may be the one of our attempt whose answer was lost.
            raise Doubt(_("Facebook says that the same post is there already."), error.said) from error

    def confirm(self, post: Outgoing, progress: Progress, doubt: Uncertain) -> Sent | Accepted | None:
        """A video by its id; else the Page's posts since then. Raises Rejected when Facebook could not process the video."""
        try:
            if post.is_comment:
                return self.find_comment(post.parent, message(post), doubt.since, doubt.taken, bool(post.images))
            if video := doubt.handle or progress.get("video"):
                return self.with_captions(self.find_video(video, doubt), video, post, progress)
            return self._find_post(post, progress, doubt)
        except Unusable:
            progress.forget(*KEPT)  # sent again, it goes up anew
            raise
        except Rejected as error:  # of the question, so it proves nothing about the post
            raise Doubt(_("Facebook did not let us look for the post."), error.said) from error

    def delete(self, remote_id: str) -> None:
        """Take a post, photo or video down. https://developers.facebook.com/docs/graph-api/reference/page-post#deleting"""
        try:
            self.graph.delete(remote_id)
        except Gone:
            return

    # -- posts and photos: https://developers.facebook.com/docs/graph-api/reference/page/photos ------------------------

    def _upload_photo(self, image: Media) -> str:
        with open(image.path, "rb") as file:
            photo = self.graph.post(
                f"{self.account.remote_id}/photos",
                files={"source": file_part(image, file)},
                published=False,
                alt_text_custom=image.alt,
            )
        return str(photo["id"])

    def _publish_feed(self, post: Outgoing, progress: Progress) -> Sent:
        """Also a single photo is attached to a feed post: so nothing but this call shows anything."""
        node = self.graph.post(
            f"{self.account.remote_id}/feed",
            read="id,permalink_url",
            message=message(post),
            link="" if post.media else post.link,
            attached_media=[{"media_fbid": photo} for photo in _photos(post, progress)],
            **self.targeting_fields(post.targeting),
        )
        return Sent(str(node["id"]), self.address(node))

    def _find_post(self, post: Outgoing, progress: Progress, doubt: Uncertain) -> Sent | None:
        """Photos must be ours and a link should be; but as Facebook may rewrite a link, the same text counts as well."""
        photos, wanted = set(_photos(post, progress)), plain(message(post))
        same = [node for node in self._posts(doubt) if plain(node.get("message", "")) == wanted]
        if photos:
            same = [node for node in same if not (shown := set(_targets(node))) or shown & photos]
        exact = [node for node in same if not post.link or post.media or _shows(node, post.link)]
        found = exact or [node for node in same if wanted or not node.get("attachments")]
        return Sent(str(found[0]["id"]), self.address(found[0])) if found else None

    def _posts(self, doubt: Uncertain) -> Iterator[Node]:
        since = doubt.since - CLOCKS
        path = f"{self.account.remote_id}/published_posts"
        for node in self.graph.all(path, fields=POST_FIELDS, since=int(since.timestamp()), limit=100):
            if moment(node["created_time"]) >= since and node["id"] not in doubt.taken:
                yield node


def _photos(post: Outgoing, progress: Progress) -> list[str]:
    kept = (progress.get(f"photo_{number}") for number in range(len(post.images)))
    return [photo for photo in kept if photo]


def _attachments(node: Node) -> Iterator[Node]:
    for attachment in node.get("attachments", {}).get("data", []):
        yield attachment
        yield from attachment.get("subattachments", {}).get("data", [])


def _targets(node: Node) -> Iterator[str]:
    for attachment in _attachments(node):
        if found := attachment.get("target", {}).get("id"):
            yield str(found)


def _shows(node: Node, link: str) -> bool:
    return any(_bare(attachment.get("url", "")) == _bare(link) for attachment in _attachments(node))


def _bare(url: str) -> str:
    """An address without what Facebook adds or changes: its redirect, the scheme, www, a closing slash, the fragment."""
    parts = urlsplit(url)
    if parts.path == "/l.php":
        return _bare(parse_qs(parts.query).get("u", [""])[0])
    query = "&".join(piece for piece in parts.query.split("&") if not piece.startswith("fbclid="))
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}?{query}"
