"""Instagram's professional accounts: posts, carousels, reels and stories, by the Instagram API with Facebook Login.

https://developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login
Of Meta's two products this is the one that takes a video's bytes; the other one (Instagram Login) needs no Facebook Page, but
fetches every file from a public address.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from requests import Response

from connectors.data import (
    Accepted,
    Account,
    App,
    Cover,
    Limits,
    Look,
    Outgoing,
    Problem,
    Progress,
    Quota,
    Sent,
    Tokens,
    Uncertain,
)
from connectors.errors import ConnectorError, Doubt, Rejected
from connectors.facebook_inbox import CLOCKS, plain
from connectors.http import Http
from connectors.instagram_containers import Containers, plan
from connectors.instagram_errors import Forbidden, NotReady, judge_instagram
from connectors.instagram_inbox import InstagramInbox
from connectors.instagram_options import FEED, OPTIONS, chosen, is_reel, is_story, limits_of, own_problems
from connectors.meta import HOSTS, Node, moment
from connectors.meta_errors import Gone
from connectors.oauth import browser_address
from connectors.words import _

ACCOUNT = "instagram_business_account{id,username,name,profile_picture_url}"
MEDIA_FIELDS = "id,caption,media_type,media_product_type,permalink,timestamp"
LAG = timedelta(seconds=20)  # right after publishing the lists may lag some seconds
SURE = timedelta(minutes=10)  # after this long they surely have it


class Instagram(InstagramInbox):
    """One professional account."""

    slug, name = "instagram", "Instagram"
    look = Look(fold=125, fold_lines=2)  # [U] as seen in the app; nothing is documented
    cover = Cover(moment="thumb_offset", picture="cover", unless=(("format", "story"),))
    documentation = "https://developers.facebook.com/docs/instagram-platform"
    hosts = HOSTS
    limits = FEED
    options = OPTIONS
    quotas = (Quota(FEED.posts_per_day, 24 * 3600),)
    rules = (
        "Only professional accounts (business or creator) that are linked to a Facebook Page can be connected.",
        "At most 50 posts in 24 hours; a carousel counts once, stories and reels count too.",
        "Captions cannot be changed after publishing; links in them cannot be clicked.",
        "Images are loaded by Instagram from this SMO, which must be reachable from the internet for them.",
        "Collaborators see an invitation, and must accept it before the post shows on their profile.",
        "A message may be answered within 24 hours of the person's last one, and by a person (Human Agent) within 7 days.",
        "A comment may be answered once by a private message, within 7 days.",
        "Comments cannot be liked by apps.",
    )
    comments = True
    answers_fall = True
    mention = r"@[A-Za-z0-9._]{1,30}"
    min_lead = timedelta(minutes=10)  # processing takes up to five minutes; a container lives for a day
    scopes = {
        "pages_show_list": "See which Pages you manage, because an Instagram account is reached through its Page.",
        "pages_read_engagement": "Read the Page that the Instagram account is linked to.",
        "instagram_basic": "See the account's name and look up whether a post has arrived.",
        "instagram_content_publish": "Publish posts, carousels, reels and stories.",
        "instagram_manage_comments": "Read, answer, hide and delete comments, and switch them off where you want that.",
        "instagram_manage_messages": "Read and answer the account's messages.",
        "pages_manage_metadata": "Be told at once when somebody comments, mentions you or writes.",
    }
    needed = ("pages_show_list", "pages_read_engagement", "instagram_basic", "instagram_content_publish")

    @classmethod
    def judge(cls, response: Response) -> None:
        """Instagram's own numbers before those of Graph (connectors.instagram_errors)."""
        judge_instagram(cls.name, response)

    @classmethod
    def accounts(cls, app: App, http: Http, tokens: Tokens) -> list[Account]:
        """The accounts behind the person's Pages. Raises Unauthorized for a missing permission, Rejected when there is none."""
        pages = cls.pages(app, http, tokens, f"id,name,access_token,tasks,{ACCOUNT}")
        found = [(page, page["instagram_business_account"]) for page in pages if page.get("instagram_business_account")]
        if not found:
            raise Rejected(
                _(
                    "No Instagram account was found: it must be a professional account, linked to a Facebook Page "
                    "that you manage and that you allowed here. Link it in the Page's settings, then connect again."
                )
            )
        return [
            Account(
                remote_id=str(own["id"]),
                name=own.get("name") or own.get("username") or page["name"],
                username=own.get("username", ""),
                tokens=Tokens(page["access_token"], tokens.access, None, tokens.scopes),
                picture_url=own.get("profile_picture_url", ""),
                url=browser_address(f"https://www.instagram.com/{own.get('username', '')}", app),
            )
            for page, own in found
        ]

    # -- what fits ------------------------------------------------------------------------------------------------

    @classmethod
    def limits_for(cls, post: Outgoing) -> Limits:
        """Of a post, a story or a comment."""
        return limits_of(post)

    def problems(self, post: Outgoing) -> list[Problem]:
        """Instagram's own rules after the general ones."""
        return [*super().problems(post), *own_problems(post)]

    # -- a post's life --------------------------------------------------------------------------------------------

    def prepare(self, post: Outgoing, progress: Progress) -> None:
        """Containers are made, filled and processed: nothing shows before `publish`."""
        if not post.is_comment:
            self._containers(progress).prepare(*plan(post))

    def publish(self, post: Outgoing, progress: Progress) -> Sent | Accepted:
        """One POST: media_publish, or a comment."""
        if post.is_comment:
            return Sent(str(self.graph.post(f"{post.parent}/comments", message=post.text)["id"]))
        if not post.media:
            raise Rejected(_("Instagram publishes no text alone: add an image or a video."))
        containers = self._containers(progress)
        creation = containers.published_by()
        try:
            media = str(self.graph.post(f"{self.account.remote_id}/media_publish", creation_id=creation)["id"])
        except NotReady as error:
            if containers.state() != "PUBLISHED":
                raise
            # A container goes out once only, so this one is there already: an answer of ours was lost.
            raise Doubt(_("Instagram says that this was published before."), error.said) from error
        return self._settled(media, post)

    def confirm(self, post: Outgoing, progress: Progress, doubt: Uncertain) -> Sent | Accepted | None:
        """The container's state says whether it went out; then the account's latest media say as what."""
        try:
            if post.is_comment:
                return self._find_comment(post, doubt)
            if doubt.handle:
                self._close_comments(doubt.handle, post)
                return Sent(doubt.handle, self._address(doubt.handle))
            state = self._containers(progress).state()
            if state in ("FINISHED", "IN_PROGRESS", "ERROR", "EXPIRED"):
                return None
            return self._find(post, doubt, state == "PUBLISHED")
        except Rejected as error:  # of the question, so it proves nothing about the post
            raise Doubt(_("Instagram did not let us look for the post."), error.said) from error

    def delete(self, remote_id: str) -> None:
        """Take a post down. The node definitions have it, the guide is silent about the permission that it needs."""
        try:
            self.graph.delete(remote_id)
        except Gone:
            return
        except Forbidden as error:
            raise Rejected(_("Instagram does not let SMO delete this: delete it in the Instagram app."), error.said) from error

    def _containers(self, progress: Progress) -> Containers:
        return Containers(self.graph, self.http, self.account.remote_id, self.account.tokens.access, progress)

    # -- after the moment -----------------------------------------------------------------------------------------

    def _settled(self, media: str, post: Outgoing) -> Sent | Accepted:
        """It is out. Comments can be switched off only now; `confirm` does it, as it may be repeated."""
        if not chosen(post, "allow_comments"):
            return Accepted(media, timedelta())
        try:
            return Sent(media, self._address(media))
        except (ConnectorError, Doubt):  # it is there all the same; only its address is not known
            return Sent(media)

    def _address(self, media: str) -> str:
        return str(self.graph.get(media, fields="permalink").get("permalink", ""))

    def _close_comments(self, media: str, post: Outgoing) -> None:
        """A story has no comments, and where the permission was not given, the post stays as it is."""
        if not chosen(post, "allow_comments") and not is_story(post):
            with suppress(Forbidden):
                self.graph.post(media, comment_enabled=False)

    # -- looking --------------------------------------------------------------------------------------------------

    def _find(self, post: Outgoing, doubt: Uncertain, is_out: bool) -> Sent | Accepted | None:
        """The oldest of ours since then. A rewritten caption is no matter where, after a while, one is there alone."""
        same_kind = [node for node in self._latest(post, doubt) if node.get("media_type") == _media_type(post)]
        found = [node for node in same_kind if is_story(post) or plain(node.get("caption", "")) == plain(post.text)]
        if is_out and len(same_kind) == 1 and datetime.now(UTC) - doubt.since > SURE:
            found = same_kind
        if not found:
            return Accepted("", LAG) if is_out else None
        self._close_comments(str(found[-1]["id"]), post)
        return Sent(str(found[-1]["id"]), str(found[-1].get("permalink", "")))

    def _latest(self, post: Outgoing, doubt: Uncertain) -> Iterator[Node]:
        """Newest first."""
        since = doubt.since - CLOCKS
        edge = "stories" if is_story(post) else "media"
        for node in self.graph.all(f"{self.account.remote_id}/{edge}", fields=MEDIA_FIELDS, limit=50):
            if moment(node["timestamp"]) < since:
                return
            if node["id"] not in doubt.taken:
                yield node

    def _find_comment(self, post: Outgoing, doubt: Uncertain) -> Sent | None:
        since = doubt.since - CLOCKS
        for node in self.graph.all(f"{post.parent}/comments", fields="id,text,timestamp,username", limit=50):
            if moment(node["timestamp"]) < since:
                return None
            ours = node.get("username") in (None, self.account.username) or not self.account.username
            if ours and node["id"] not in doubt.taken and plain(node.get("text", "")) == plain(post.text):
                return Sent(str(node["id"]))
        return None


def _media_type(post: Outgoing) -> str:
    """As Instagram names it when it is out."""
    if is_reel(post) or (is_story(post) and post.videos):
        return "VIDEO"
    return "CAROUSEL_ALBUM" if len(post.media) > 1 and not is_story(post) else "IMAGE"
