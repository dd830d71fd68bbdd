"""What may be chosen for a post on Instagram, and what keeps one from going out beyond the plain limits.

https://developers.facebook.com/docs/instagram-platform/content-publishing
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from connectors.data import AAC, H264, HEVC, JPEG, MOV, MP4, FileLimits, Limits, Media, Outgoing, Problem
from connectors.options import Choice, File, Flag, Number, Option, Text, Texts
from connectors.words import _

MOST_FILES, MOST_HASHTAGS, MOST_MENTIONS, MOST_TAGS, MOST_COLLABORATORS = 10, 30, 20, 20, 3
COMMENT_LENGTH, COMMENT_HASHTAGS, COMMENT_LINKS = 300, 4, 1  # of long-standing general knowledge, not in the documentation

FEED = Limits(
    text=2_200,
    images=MOST_FILES,
    videos=MOST_FILES,
    mixed=True,
    alt_text=1_000,  # not in the documentation; what other publishing tools found
    media_required=True,
    image=FileLimits(frozenset({JPEG}), max_bytes=8_000_000, min_ratio=0.8, max_ratio=1.91),
    # 300 MB in the newest documentation, 1 GB in older ones
    video=FileLimits(
        frozenset({MP4, MOV}),
        300_000_000,
        min_seconds=3,
        max_seconds=900,
        min_ratio=0.01,
        max_ratio=10,
        max_width=1920,
        codecs=frozenset({H264, HEVC}),
        sound=frozenset({AAC}),
    ),
    posts_per_day=50,  # the guide says 100, the reference of media_publish 50
)
STORY = replace(
    FEED,
    images=1,
    videos=1,
    mixed=False,
    image=FileLimits(frozenset({JPEG}), max_bytes=8_000_000),
    video=replace(FEED.video, max_bytes=100_000_000, max_seconds=60),
)
COMMENT = replace(FEED, text=COMMENT_LENGTH, images=0, videos=0, media_required=False)

OPTIONS: tuple[Option, ...] = (
    Choice(
        name="format",
        label="Format",
        help="Several files are a carousel, a single video is always a reel. A story is one file without text, for 24 hours.",
        values=(("post", "Post"), ("reel", "Reel"), ("story", "Story")),
        default="post",
    ),
    Texts(
        name="collaborators",
        label="Collaborators",
        help="Up to three usernames of public accounts; each must accept before the post shows on their profile too.",
        most=MOST_COLLABORATORS,
        max_length=31,
    ),
    Texts(
        name="user_tags",
        label="Tagged people",
        help="Usernames, one a line. On a picture a place may follow: name 0.5 0.8 (share of the width, then of the height).",
        most=MOST_TAGS,
        max_length=60,
    ),
    Text(name="location_id", label="Place", help="The number of a Facebook Page that has an address.", max_length=30),
    Flag(name="allow_comments", label="Allow comments", default=True),
    Flag(name="share_to_feed", label="Show the reel in the feed too", default=True),
    File(
        name="cover",
        label="Cover of the reel",
        help="A JPEG; without one, a frame of the video.",
        mime_types=(JPEG,),
        max_bytes=8_000_000,
    ),
    Number(name="thumb_offset", label="Cover from the video, at", least=0, most=900_000, default=0, unit="ms"),
    Text(name="audio_name", label="Name of the reel's sound", help="It can be given once and not be changed.", max_length=100),
    Choice(
        name="trial",
        label="Trial reel",
        help="Shown first to people who do not follow you.",
        values=(
            ("", "No"),
            ("MANUAL", "Yes, I share it with everybody myself"),
            ("SS_PERFORMANCE", "Yes, shared if it does well"),
        ),
    ),
    Flag(name="ai_generated", label="Say that it was made with AI"),
)
ONLY_REELS = ("cover", "thumb_offset", "audio_name", "trial")
USERNAME = re.compile(r"@?([A-Za-z0-9._]{1,30})")
TAG = re.compile(r"@?([A-Za-z0-9._]{1,30})(?:[ ,]+(0|1|0?\.\d+|1\.0+)[ ,]+(0|1|0?\.\d+|1\.0+))?")


def chosen(post: Outgoing, name: str) -> Any:
    """The value of an option, or what stands for 'not set'."""
    option = next(one for one in OPTIONS if one.name == name)
    return post.options.get(name, option.empty())


def is_story(post: Outgoing) -> bool:
    """Whether the post is gone after a day."""
    return bool(chosen(post, "format") == "story")


def is_reel(post: Outgoing) -> bool:
    """A single video outside of a story is always a reel."""
    return not is_story(post) and len(post.media) == 1 and post.media[0].is_video


def limits_of(post: Outgoing) -> Limits:
    """The limits of what this post becomes."""
    if post.is_comment:
        return COMMENT
    return STORY if is_story(post) else FEED


def tags(post: Outgoing, placed: bool) -> list[dict[str, Any]]:
    """`user_tags`: an image's need a place (the middle, where none is given), those of a reel must have none."""
    found: list[dict[str, Any]] = []
    for line in chosen(post, "user_tags"):
        if match := TAG.fullmatch(line.strip()):
            name, across, down = match.groups()
            place = {"x": float(across or 0.5), "y": float(down or 0.5)} if placed else {}
            found.append({"username": name, **place})
    return found


def names(post: Outgoing) -> list[str]:
    """The collaborators' usernames without their @."""
    return [match[1] for line in chosen(post, "collaborators") if (match := USERNAME.fullmatch(line.strip()))]


# -- what does not fit -----------------------------------------------------------------------------------------------------


def own_problems(post: Outgoing) -> Iterator[Problem]:
    """What the limits and the options by themselves do not say."""
    if post.is_comment:
        yield from _comment_problems(post)
        return
    if is_story(post) and post.text.strip():
        yield Problem("text", _("An Instagram story has no text and no link: remove them, or choose the format Post."))
    if chosen(post, "format") == "reel" and not is_reel(post):
        yield Problem("media", _("An Instagram reel is exactly one video: add one, or choose the format Post."))
    if len(post.media) > MOST_FILES and len(post.images) <= MOST_FILES and len(post.videos) <= MOST_FILES:
        over = len(post.media) - MOST_FILES
        yield Problem(
            "media",
            _("Instagram takes %(most_files)s files in a post, there are %(media)s: remove %(over)s.")
            % {"most_files": MOST_FILES, "media": len(post.media), "over": over},
        )
    yield from _text_problems(post)
    yield from _option_problems(post)


def _comment_problems(post: Outgoing) -> Iterator[Problem]:
    if _count(r"#\w", post.text) > COMMENT_HASHTAGS:
        yield Problem(
            "text",
            _("A comment on Instagram has at most %(comment_hashtags)s hashtags: remove some.")
            % {"comment_hashtags": COMMENT_HASHTAGS},
        )
    if _count(r"https?://", post.text) > COMMENT_LINKS:
        yield Problem(
            "text",
            _("A comment on Instagram has at most %(comment_links)s link: remove the others.")
            % {"comment_links": COMMENT_LINKS},
        )


def _text_problems(post: Outgoing) -> Iterator[Problem]:
    if (count := _count(r"#\w", post.text)) > MOST_HASHTAGS:
        yield Problem(
            "text",
            _("Instagram takes %(most_hashtags)s hashtags, the text has %(count)s: remove %(count_)s.")
            % {"most_hashtags": MOST_HASHTAGS, "count": count, "count_": count - MOST_HASHTAGS},
        )
    if (count := _count(r"(?<!\w)@\w", post.text)) > MOST_MENTIONS:
        yield Problem(
            "text",
            _("Instagram takes %(most_mentions)s @mentions, the text has %(count)s: remove some.")
            % {"most_mentions": MOST_MENTIONS, "count": count},
        )


def _option_problems(post: Outgoing) -> Iterator[Problem]:
    for line in chosen(post, "user_tags"):
        if not TAG.fullmatch(line.strip()):
            yield Problem(
                "user_tags",
                _("Tagged people: \u201c%(line)s\u201d is no username, or its place is not between 0 and 1.") % {"line": line},
            )
    for line in chosen(post, "collaborators"):
        if not USERNAME.fullmatch(line.strip()):
            yield Problem("collaborators", _("Collaborators: \u201c%(line)s\u201d is no username.") % {"line": line})
    if not re.fullmatch(r"\d*", chosen(post, "location_id").strip()):
        yield Problem("location_id", _("Place: write the number of a Facebook Page that has an address."))
    if is_story(post) and chosen(post, "collaborators"):
        yield Problem("collaborators", _("An Instagram story has no collaborators: remove them."))
    yield from _reel_problems(post)


def _reel_problems(post: Outgoing) -> Iterator[Problem]:
    labels = {option.name: option.label for option in OPTIONS}
    for name in ONLY_REELS if not is_reel(post) else ():
        if chosen(post, name):
            yield Problem(name, _("%(name)s: only a reel (a single video) has this: leave it empty.") % {"name": labels[name]})
    if post.videos and chosen(post, "thumb_offset") > 1000 * post.videos[0].seconds > 0:
        yield Problem("thumb_offset", _("The moment chosen for the cover lies outside the video: choose an earlier one."))


def _count(pattern: str, text: str) -> int:
    return len(re.findall(pattern, text))


def cover_of(post: Outgoing) -> Media | None:
    """The reel's own cover."""
    cover = chosen(post, "cover")
    return cover if isinstance(cover, Media) else None
