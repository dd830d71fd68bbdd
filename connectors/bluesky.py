"""Bluesky: posts, threads, quotes, pictures, galleries, videos, link cards. https://docs.bsky.app/docs/advanced-guides/posts"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from connectors import bluesky_record as records
from connectors import captions
from connectors.bluesky_answers import BlobGone, Broken, Gone, beforehand
from connectors.bluesky_media import Uploads
from connectors.bluesky_moderation import BlueskyModeration
from connectors.bluesky_record import POST, POSTGATE, THREADGATE, Reference
from connectors.bluesky_session import public_address
from connectors.bluesky_text import MOST, MOST_BYTES, MOST_IN_TAG, Piece, graphemes, record_key, rich
from connectors.data import (
    GIF,
    H264,
    JPEG,
    MP4,
    PNG,
    WEBP,
    FileLimits,
    Limits,
    Look,
    Outgoing,
    Pictured,
    Problem,
    Progress,
    Quota,
    Sent,
    Uncertain,
    Words,
)
from connectors.errors import ConnectorError, Doubt, NotNow, Rejected
from connectors.options import Choice, File, Flag, Text, Texts
from connectors.problems import general_problems
from connectors.words import _

CREATE = "com.atproto.repo.applyWrites#create"
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
# The lexicon takes image/*; these are the kinds that all clients show.
IMAGE = FileLimits(mime_types=frozenset({JPEG, PNG, GIF, WEBP}), max_bytes=2_000_000)
# The three minutes are the official app's, the lexicon has no such limit.
VIDEO = FileLimits(mime_types=frozenset({MP4}), max_bytes=300_000_000, max_seconds=180, codecs=frozenset({H264}))


class Bluesky(BlueskyModeration):
    """One account."""

    slug, name = "bluesky", "Bluesky"
    look = Look(
        card=True,
        card_title="link_title",
        card_about="link_description",
        card_picture="link_thumb",
        warning="warning",
        veils_media=True,
    )
    documentation = "https://docs.bsky.app"
    people_everywhere = True
    limits = Limits(
        text=MOST, unit="characters", images=10, videos=1, image=IMAGE, video=VIDEO, posts_per_day=11_666, thread_parts=25
    )
    pictured = dict.fromkeys(("comment", "mention"), Pictured(Words.FREE, IMAGE, VIDEO))
    options = (
        Choice(
            name="who_can_reply",
            label="Who can reply",
            values=(
                ("", "Everybody"),
                ("nobody", "Nobody"),
                ("mentioned", "People that you mention"),
                ("following", "People that you follow"),
                ("followers", "Your followers"),
                ("mentioned+following", "People that you mention or follow"),
                ("mentioned+followers", "People that you mention, and followers"),
            ),
        ),
        Flag(name="no_quotes", label="Nobody can quote it"),
        Text(name="quote", label="Quoted post", help="Its address, like https://bsky.app/profile/name.bsky.social/post/..."),
        Text(name="link_title", label="Link title", help="What the link's card shows; else the address."),
        Text(name="link_description", label="Link description", lines=3),
        File(name="link_thumb", label="Link picture", mime_types=(JPEG, PNG, WEBP), max_bytes=1_000_000),
        Choice(
            name="warning",
            label="Content warning",
            values=(
                ("", "None"),
                ("sexual", "Suggestive"),
                ("nudity", "Nudity"),
                ("porn", "Adult content"),
                ("graphic-media", "Graphic media"),
            ),
        ),
        Flag(name="signed_in_only", label="Only for people who are signed in", help="Clients of others may ignore it."),
        Texts(name="languages", label="Languages", help="Codes like en or pt-BR, one a line, up to 3.", least=1, most=3),
        Texts(name="tags", label="Hashtags beside the text", help="One a line, up to 8.", least=1, most=8, max_length=640),
        Flag(name="gif", label="Plays like a GIF", help="For a video: without sound, over and over."),
        *captions.options(20_000),
    )
    # 5,000 points an hour and 35,000 a day, of which a post costs 3; 3,000 calls in 5 minutes from one address.
    # https://docs.bsky.app/docs/advanced-guides/rate-limits
    quotas = (Quota(1666, 3600), Quota(11_666, 86_400), Quota(3000, 300, scope="app"))
    rules = (
        "Bluesky shows a post to everybody: it cannot be aimed at countries, ages or languages.",
        "A post cannot be changed afterwards: delete it and publish it anew.",
        "The account's e-mail address must be confirmed before it can publish videos, about 25 a day.",
        "Automated likes, follows and unasked mentions or replies can cost you the account.",
    )
    comments = True
    link_in_text = False  # a link is a card of its own

    # -- before ----------------------------------------------------------------------------------------------------

    def length(self, text: str) -> int:
        """Graphemes; where a text would be too long otherwise, its links are shown shortened."""
        return graphemes(rich(text)[0])

    def problems(self, post: Outgoing) -> list[Problem]:
        plain = replace(post, text=records.text_of(post))
        if post.options.get("quote") and not plain.text:
            plain = replace(plain, text=".")  # a quoted post is content enough
        general = general_problems(self.name, self.limits, self.options, self.length(plain.text), plain)
        return [*general, *_text_problems(plain.text), *_option_problems(post)]

    # -- the life of a post ----------------------------------------------------------------------------------------

    def prepare(self, post: Outgoing, progress: Progress) -> None:
        """Upload the files; what is reached is kept for each. NotNow while Bluesky is still processing a video."""
        Uploads(self, progress).prepare(post)

    def publish(self, post: Outgoing, progress: Progress) -> Sent:
        """Create the record at our own key, with its gates in the same commit."""
        uploads = Uploads(self, progress)
        record, gates = self._records(post, uploads)
        try:
            self._create(record_key(post.key), record, gates)
        except Broken:
            # A key that is taken is answered like any trouble of the server's own, and ours is taken by this very post.
            with suppress(ConnectorError, Doubt):  # a look that fails proves nothing
                if found := self._there(post):
                    return found
            raise
        except BlobGone as error:
            if progress.get("uploaded_again"):
                raise
            uploads.forget(post)
            progress.keep(uploaded_again="1")
            raise NotNow(_("Bluesky no longer had the uploaded media; SMO uploads them again."), error.said) from error
        return self._sent(post)

    def confirm(self, post: Outgoing, progress: Progress, doubt: Uncertain) -> Sent | None:
        """Whether there is a record at our key. https://docs.bsky.app/docs/api/com-atproto-repo-get-record"""
        return self._there(post)

    def delete(self, remote_id: str) -> None:
        """Delete the post and its gates; what is not there (any more) is no error."""
        key = remote_id.rpartition("/")[2]
        for collection in (POST, THREADGATE, POSTGATE):
            where = {"repo": self.account.remote_id, "collection": collection, "rkey": key}
            self.tell("com.atproto.repo.deleteRecord", where)

    # -- publishing ------------------------------------------------------------------------------------------------

    def _records(self, post: Outgoing, uploads: Uploads) -> tuple[dict[str, Any], Iterable[Any]]:
        """The post's record and its gates. Nothing is written yet, so that a failure here is no doubt."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        with beforehand():
            text, pieces = rich(records.text_of(post))
            parent = self._reference(post.parent) if post.parent else None
            quote = self._quote(post.options["quote"]) if post.options.get("quote") else None
            facets = records.facets(text, pieces, self._people(pieces))
            hanging = records.embed(post, uploads.blobs(post), quote)
        return records.record(post, (text, facets), hanging, parent, now), records.gates(post, self._uri(post), now)

    def _create(self, key: str, record: dict[str, Any], gates: Iterable[Any]) -> None:
        """One call either way: alone, or as one commit with the gates. Neither ever replaces what is there."""
        repo = self.account.remote_id
        written = [record, *gates]
        if len(written) == 1:
            self.tell("com.atproto.repo.createRecord", {"repo": repo, "collection": POST, "rkey": key, "record": record})
            return
        writes = [{"$type": CREATE, "collection": one["$type"], "rkey": key, "value": one} for one in written]
        self.tell("com.atproto.repo.applyWrites", {"repo": repo, "writes": writes})

    def _there(self, post: Outgoing) -> Sent | None:
        where = {"repo": self.account.remote_id, "collection": POST, "rkey": record_key(post.key)}
        try:
            self.ask("com.atproto.repo.getRecord", **where)
        except Gone:
            return None
        return self._sent(post)

    def _sent(self, post: Outgoing) -> Sent:
        path = f"/profile/{self.account.remote_id}/post/{record_key(post.key)}"
        return Sent(self._uri(post), public_address(self.app, path))

    def _uri(self, post: Outgoing) -> str:
        return f"at://{self.account.remote_id}/{POST}/{record_key(post.key)}"

    # -- what a post refers to -------------------------------------------------------------------------------------

    def _reference(self, uri: str) -> Reference:
        """A post by its address: our own from the repository, where it is at once; others' from the AppView."""
        repo, _collection, key = uri.removeprefix("at://").split("/")
        if repo == self.account.remote_id:
            found = self.ask("com.atproto.repo.getRecord", repo=repo, collection=POST, rkey=key)
            return Reference(found["uri"], found["cid"], found["value"])
        for post in self.ask("app.bsky.feed.getPosts", uris=[uri])["posts"]:
            return Reference(post["uri"], post["cid"], post["record"])
        raise Gone(_("Bluesky does not have the post any more that this one refers to: it was deleted."))

    def _quote(self, address: str) -> Reference:
        found = records.quoted(address)
        if found is None:
            raise Rejected(_("The quoted post's address is not one of Bluesky: open the post there and copy its link."))
        actor, key = found
        did = actor if actor.startswith("did:") else self._resolved(actor)
        if not did:
            raise Rejected(_("Bluesky does not know %(actor)s: check the quoted post's address.") % {"actor": actor})
        return self._reference(f"at://{did}/{POST}/{key}")

    def _people(self, pieces: Iterable[Piece]) -> dict[str, str]:
        """Handle to DID, of those that exist."""
        handles = dict.fromkeys(piece.value for piece in pieces if piece.kind == "mention")
        return {handle: did for handle in handles if (did := self._resolved(handle))}

    def _resolved(self, handle: str) -> str:
        try:
            return str(self.ask("com.atproto.identity.resolveHandle", handle=handle)["did"])
        except Rejected:
            return ""


def _text_problems(text: str) -> Iterator[Problem]:
    size = len(rich(text)[0].encode())
    if size > MOST_BYTES:
        yield Problem(
            "text",
            _("Bluesky takes %(most_bytes)s bytes of text, this one has %(size)s: use fewer emoji.")
            % {"most_bytes": MOST_BYTES, "size": size},
        )


def _option_problems(post: Outgoing) -> Iterator[Problem]:
    chosen = post.options
    if (quote := chosen.get("quote")) and records.quoted(quote) is None:
        yield Problem("quote", _("This is not the address of a post: open the post on Bluesky and copy its link."))
    yield from captions.problems("Bluesky", Bluesky.options, post)
    if chosen.get("link_thumb") and (not post.link or post.media):
        yield Problem("link_thumb", _("The link picture is for a post with a link and without media: remove it."))
    for code in chosen.get("languages") or ():
        if not LANGUAGE.fullmatch(code):
            yield Problem("languages", _("%(code)s is no language code: write it like en or pt-BR.") % {"code": code})
    for tag in chosen.get("tags") or ():
        if graphemes(tag) > MOST_IN_TAG or " " in tag.strip():
            yield Problem(
                "tags",
                _("\u201c%(tag)s\u201d is no hashtag: one word of at most %(most_in_tag)s characters.")
                % {"tag": tag[:30], "most_in_tag": MOST_IN_TAG},
            )
