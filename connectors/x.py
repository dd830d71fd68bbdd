"""X: posts, threads, polls, photos, GIFs and videos, mentions and messages. https://docs.x.com/x-api/posts/create-post"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from connectors import captions, x_captions
from connectors.data import (
    GIF,
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
from connectors.errors import Doubt
from connectors.options import Choice, Flag, Number, Texts
from connectors.problems import file_problems, general_problems
from connectors.words import _
from connectors.x_answers import Duplicate
from connectors.x_inbox import PHOTO, SKEW, VIDEO
from connectors.x_media import Uploads
from connectors.x_moderating import XModerating
from connectors.x_posts import Post
from connectors.x_text import UNWANTED, cashtags, same, units

MOVING = FileLimits(mime_types=frozenset({GIF}), max_bytes=15_000_000, max_width=1280, max_height=1080)
SHORTER_SIDE = 1024  # the media guide allows 1280 x 1024 and advises 720 x 1280 for upright videos: either way round


class X(XModerating):
    """One account."""

    slug, name = "x", "X"
    look = Look(card=True, poll="poll_options", poll_minutes="poll_minutes")
    documentation = "https://docs.x.com/x-api"
    people_everywhere = True
    limits = Limits(
        text=280, unit="units", images=4, videos=1, alt_text=1000, image=PHOTO, video=VIDEO, posts_per_day=2400, thread_parts=25
    )
    options = (
        Choice(
            name="reply_settings",
            label="Who can reply",
            values=(
                ("", "Everyone"),
                ("following", "Accounts that you follow"),
                ("mentionedUsers", "Accounts that you mention"),
                ("subscribers", "Your subscribers"),
                ("verified", "Verified accounts"),
            ),
        ),
        Texts(name="poll_options", label="Poll answers", help="One a line, 2 to 4.", least=2, most=4, max_length=25),
        Number(name="poll_minutes", label="Poll runs for", least=5, most=10_080, default=1440, unit="minutes"),
        Flag(name="made_with_ai", label="Made with AI", help="X shows a label."),
        Flag(name="paid_partnership", label="Paid partnership", help="X shows a label."),
        *captions.options(x_captions.MOST_BYTES),
    )
    # https://docs.x.com/x-api/fundamentals/rate-limits
    quotas = (Quota(100, 900), Quota(10_000, 86_400, scope="app"))
    rules = (
        "An app may answer only people who mentioned or quoted you; answers to your own posts are always allowed.",
        "A post may have one cashtag ($NAME).",
        "The same text twice within a short time is refused.",
        "X charges the developer account for each post: about $0.015, with a link $0.20.",
        "Apps may hide replies to your own posts and block messages; liking is for its Enterprise plan.",
        "Posts on trending topics, unasked mentions of many people and automated likes or follows can cost you the account.",
    )
    comments = True

    scopes = {
        "tweet.read": "Read your posts, mentions and replies.",
        "tweet.write": "Publish, answer and delete posts for you.",
        "users.read": "Read your name and picture.",
        "media.write": "Upload images and videos.",
        "tweet.moderate.write": "Hide replies to your posts.",
        "like.write": "Like posts for you, where X's plan allows it.",
        "dm.read": "Read the messages that people send you.",
        "dm.write": "Answer messages for you.",
        "offline.access": "Stay connected, so that scheduled posts go out while you are away.",
    }

    # -- before ----------------------------------------------------------------------------------------------------

    def length(self, text: str) -> int:
        """Weighted units: a link 23, an emoji 2, most letters 1, Chinese, Japanese and Korean ones 2."""
        return units(text)

    def problems(self, post: Outgoing) -> list[Problem]:
        # One limit stands for all images, but a GIF may be larger than a photo: its size is judged below.
        media = tuple(replace(one, size=0) if one.mime_type == GIF else one for one in post.media)
        plain = replace(post, text=_text(post), media=media)
        general = general_problems(self.name, self.limits, self.options, self.length(plain.text), plain)
        return [
            *general,
            *_text_problems(plain.text),
            *_media_problems(post),
            *captions.problems(self.name, self.options, post),
        ]

    # -- the life of a post ----------------------------------------------------------------------------------------

    def prepare(self, post: Outgoing, progress: Progress) -> None:
        """Upload the media; what is reached is kept for each file. NotNow while X is still processing a video."""
        Uploads(self.client, progress).prepare(post.media)
        x_captions.add(self.client, post, progress)

    def publish(self, post: Outgoing, progress: Progress) -> Sent:
        """POST /2/tweets."""
        uploads = Uploads(self.client, progress)
        body = _body(post, uploads.ids(post.media))
        try:
            with uploads.used(post.media):
                return self.create(body)
        except Duplicate as error:
            if post.doubted:
                raise Doubt(_("X has this text already: it seems that an earlier attempt arrived."), error.said) from error
            raise

    def confirm(self, post: Outgoing, progress: Progress, doubt: Uncertain) -> Sent | None:
        """Look through our latest posts. A post of media alone is known by their ids, any other by its text."""
        ever = Uploads(self.client, progress).ever()
        for found in self.own_posts(doubt.since - SKEW):
            if found.remote_id not in doubt.taken and _is(found, post, ever):
                return self.sent(found.remote_id)
        return None


def _text(post: Outgoing) -> str:
    """The text as it goes out: X has no field for a link."""
    return post.text if not post.link or post.link in post.text else f"{post.text}\n{post.link}".strip()


def _body(post: Outgoing, media_ids: list[str]) -> dict[str, Any]:
    """X refuses unknown keys and empty values, so only what is set is sent."""
    chosen = post.options
    poll = {"options": list(chosen.get("poll_options") or ()), "duration_minutes": chosen.get("poll_minutes") or 1440}
    whole = {
        "text": _text(post),
        "media": {"media_ids": media_ids} if media_ids else None,
        "poll": poll if poll["options"] else None,
        "reply": {"in_reply_to_tweet_id": post.parent} if post.parent else None,
        # Who can reply is said once, by the post that begins the conversation.
        "reply_settings": None if post.parent else chosen.get("reply_settings"),
        "made_with_ai": chosen.get("made_with_ai"),
        "paid_partnership": chosen.get("paid_partnership"),
    }
    return {name: value for name, value in whole.items() if value}


def _is(found: Post, post: Outgoing, uploaded: frozenset[str]) -> bool:
    if found.replied_to != post.parent or len(found.media) != len(post.media):
        return False
    text = _text(post)
    return same(text, found.texts, is_reply=bool(post.parent)) and (bool(text) or found.media <= uploaded)


def _text_problems(text: str) -> Iterator[Problem]:
    if len(found := set(cashtags(text.upper()))) > 1:
        listed = ", ".join(f"${tag}" for tag in sorted(found))
        yield Problem(
            "text",
            _("X takes one cashtag in a post, there are %(number)s (%(listed)s): keep one.")
            % {"number": len(found), "listed": listed},
        )
    if set(text) & set(UNWANTED):
        yield Problem(
            "text", _("The text has an invisible character that X refuses: type the text anew or paste it as plain text.")
        )


def _media_problems(post: Outgoing) -> Iterator[Problem]:
    if post.options.get("poll_options") and post.media:
        yield Problem("poll_options", _("X takes either a poll or media in a post: remove one of them."))
    if post.options.get("poll_options") and not post.text.strip():
        yield Problem("text", _("A poll needs a question: write it as the text."))
    gifs = [media for media in post.images if media.mime_type == GIF]
    if gifs and len(post.media) > 1:
        yield Problem("media", _("X shows a GIF alone: remove the other media, or the GIF."))
    for media in gifs:
        yield from file_problems("X", MOVING, media)
    for media in post.videos:
        if min(media.width, media.height) > SHORTER_SIDE:
            yield Problem(
                "media",
                _("%(name)s is too large for X: 1280 x %(shorter_side)s is the most. Make it smaller.")
                % {"name": media.name, "shorter_side": SHORTER_SIDE},
            )
