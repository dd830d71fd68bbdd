"""What TikTok's two APIs share about posts: how a text is counted, what does not fit, where a post is seen, how it went."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from connectors.data import Accepted, Outgoing, Problem, Sent, Uncertain
from connectors.errors import Rejected
from connectors.tiktok_answers import FAILURES
from connectors.tiktok_upload import FAILED, State
from connectors.words import _, number

DESCRIPTION = 4000  # a photo post's text; a video's has 2200
PHOTO_TITLE = 90
# "Up to 1080p", which does not say which way round: 1920 x 1080 and 1080 x 1920 are both taken for that.
LONGER_SIDE, SHORTER_SIDE = 1920, 1080
FIRST_LOOK, LAST_LOOK = timedelta(seconds=5), timedelta(minutes=10)
PATIENCE = timedelta(hours=1)  # for the id of a public post: moderation takes a minute mostly, at times hours
SKEW = timedelta(minutes=1)


def units(text: str) -> int:
    """UTF-16 units: most emoji are 2."""
    return len(text.encode("utf-16-le")) // 2


def full_text(post: Outgoing) -> str:
    """The text as it goes out: TikTok has no field for a link."""
    return post.text if not post.link or post.link in post.text else f"{post.text}\n{post.link}".strip()


def plain(text: str) -> str:
    """A text without what TikTok may change in it: its spaces."""
    return " ".join(text.split())


def seen_at(profile: str, post: Outgoing, remote_id: str) -> str:
    """A post's address, the profile's where the post has no number; empty without a profile."""
    if not profile or not remote_id:
        return profile
    return f"{profile}/{'video' if post.videos else 'photo'}/{remote_id}"


def file_problems(post: Outgoing, title: str, cover_photo: int, cover_ms: int) -> Iterator[Problem]:
    """What the plain limits do not say of photos, their title, and the choice of a cover."""
    if post.images and (over := units(title) - PHOTO_TITLE) > 0:
        sentence = _("TikTok takes %(photo_title)s UTF-16 units in a photo post's title: shorten it by %(over)s.")
        yield Problem("title", sentence % {"photo_title": PHOTO_TITLE, "over": over})
    if post.images and cover_photo > len(post.images):
        sentence = _("There is no photo %(photo)s: choose 1 to %(images)s.")
        yield Problem("cover_photo", sentence % {"photo": cover_photo, "images": len(post.images)})
    for video in post.videos:
        if video.seconds and cover_ms > video.seconds * 1000:
            sentence = _("%(name)s ends after %(seconds)s s: choose an earlier cover frame.")
            yield Problem("cover_ms", sentence % {"name": video.name, "seconds": number(video.seconds)})
    for image in post.images:
        if min(image.width, image.height) > SHORTER_SIDE:
            sentence = _("%(name)s is too large for TikTok: %(longer_side)s x %(shorter_side)s is the most.")
            yield Problem("media", sentence % {"name": image.name, "longer_side": LONGER_SIDE, "shorter_side": SHORTER_SIDE})


def outcome(
    publish_id: str, state: State, doubt: Uncertain, public: bool, address: Callable[[str], str]
) -> Sent | Accepted | None:
    """What a state means. None when it failed for a reason that passes: then there is nothing, and it is tried again.

    `address` gives where a post is seen by its number, and the profile for an empty one.
    """
    age = datetime.now(UTC) - doubt.since
    later = Accepted(publish_id, min(max(FIRST_LOOK, age / 3), LAST_LOOK))
    if state.status == FAILED:
        if sentence := FAILURES.get(state.reason):
            raise Rejected(sentence, f"fail_reason {state.reason}")
        return None
    if state.status == "SEND_TO_USER_INBOX":
        return Sent(publish_id)
    if state.status != "PUBLISH_COMPLETE":
        return later
    if state.post:
        return Sent(state.post, address(state.post))
    if public and age < PATIENCE:
        return later
    return Sent(publish_id, address(""))  # only public posts ever get a number
