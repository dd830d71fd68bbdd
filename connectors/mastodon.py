"""Mastodon: posts, threads, polls, images and videos on the account's own server. https://docs.joinmastodon.org/methods/statuses/"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from requests import Response

from connectors.data import (
    GIF,
    H264,
    JPEG,
    MOV,
    MP4,
    PNG,
    VP8,
    VP9,
    WEBM,
    WEBP,
    Account,
    App,
    FileLimits,
    Limits,
    Look,
    Outgoing,
    Pause,
    Pictured,
    Problem,
    Progress,
    Quota,
    Sent,
    Tokens,
    Uncertain,
    Words,
)
from connectors.errors import Doubt, NotNow, Rejected
from connectors.http import Http
from connectors.mastodon_answers import Gone, Invalid, judge_mastodon, pause_mastodon
from connectors.mastodon_inbox import BLOCKS, HEARS, LIKES, SKEW, MastodonInbox, bearer, person, sent
from connectors.mastodon_media import API, Uploads
from connectors.mastodon_options import OPTIONS
from connectors.mastodon_text import length, mentions, same
from connectors.oauth import OAuth2
from connectors.problems import general_problems
from connectors.talk import Person
from connectors.words import _, number

# The usual server's settings; another one may allow more or less (GET /api/v2/instance, `configuration`).
IMAGE = FileLimits(
    mime_types=frozenset({JPEG, PNG, GIF, WEBP, "image/heic", "image/heif", "image/avif"}), max_bytes=16 * 1024 * 1024
)
# Servers make H.264 of what comes; which codecs they read is not written: those of MP4 and of WebM.
VIDEO = FileLimits(
    mime_types=frozenset({MP4, MOV, WEBM, "video/x-m4v"}), max_bytes=99 * 1024 * 1024, codecs=frozenset({H264, VP8, VP9})
)
IMAGE_PIXELS, VIDEO_PIXELS = 33_177_600, 8_294_400
FOUND = 8  # people that are offered at once


class Mastodon(OAuth2, MastodonInbox):
    """One account. Addresses are written with the usual server; `app.base_url`, the account's own, stands for it."""

    slug, name = "mastodon", "Mastodon"
    look = Look(card=True, poll="poll_options", poll_minutes="poll_minutes", warning="spoiler_text", sensitive="sensitive")
    documentation = "https://docs.joinmastodon.org/client/intro/"
    people_everywhere = True
    home = API
    hosts = ("mastodon.social",)
    authorize_endpoint = f"{API}/oauth/authorize"
    token_endpoint = f"{API}/oauth/token"
    revoke_endpoint = f"{API}/oauth/revoke"
    limits = Limits(text=500, images=4, videos=1, alt_text=1500, image=IMAGE, video=VIDEO, thread_parts=25)
    pictured = dict.fromkeys(("comment", "mention", "message"), Pictured(Words.FREE, IMAGE, VIDEO))
    options = OPTIONS
    quotas = (Quota(300, 3 * 3600),)  # https://docs.joinmastodon.org/api/rate-limits/
    rules = (
        "Each server has its own rules: read them on its About page, they bind you, and its moderators may suspend you.",
        "Many servers forbid advertising, or ask that automatic accounts say so in their profile.",
        "Describe images and videos for people who cannot see them: it is expected here.",
        "A post that mentions nobody and is for mentioned people is seen by nobody but you.",
    )
    comments = True
    mention = r"@\w+(?:[.-]+\w+)*(?:@\w+(?:[.-]+\w+)*)?"  # people of the account's own server need no server's name
    min_lead = timedelta(minutes=5)  # a video goes up in one piece and is transcoded by the server then
    scopes = {
        "read:accounts": "Read your name and picture, and find people to mention.",
        "read:statuses": "See whether a post has arrived.",
        "read:search": "Find a post that you want to quote.",
        "write:statuses": "Publish and delete posts for you.",
        "write:media": "Upload images and videos.",
        HEARS: "See who names or quotes you, and private mentions.",
        LIKES: "Favourite what people say to you.",
        BLOCKS: "Block people for you.",
    }

    # -- what answers mean -----------------------------------------------------------------------------------------

    @classmethod
    def judge(cls, response: Response) -> None:
        """By status, as the words are in the server's language (connectors.mastodon_answers)."""
        judge_mastodon(cls.name, response)

    @classmethod
    def pause(cls, response: Response) -> Pause | None:
        """The rest of the window, once nothing is left of the allowance for posts."""
        return pause_mastodon(response)

    # -- connecting ------------------------------------------------------------------------------------------------

    @classmethod
    def register(cls, http: Http, base_url: str, redirect_uri: str) -> App:
        """SMO as an app of the server at `base_url`; `http` leads there. https://docs.joinmastodon.org/methods/apps/#create"""
        # The one redirect address as a string: servers before 4.3 know no list.
        form = {"client_name": "SMO", "redirect_uris": redirect_uri, "scopes": " ".join(cls.scopes)}
        try:
            answer = http.post(f"{API}/api/v1/apps", data=form)
        except Doubt as error:
            raise NotNow(
                _("The server does not answer as a Mastodon server: check its address, or try later."), error.said
            ) from error
        if not isinstance(answer, dict) or not answer.get("client_id"):
            raise Rejected(_("There is no Mastodon server at this address: check it."), str(answer)[:200])
        return App(str(answer["client_id"]), str(answer["client_secret"]), base_url)

    @classmethod
    def accounts(cls, app: App, http: Http, tokens: Tokens) -> list[Account]:
        """The one account that gave the token. https://docs.joinmastodon.org/methods/accounts/#verify_credentials"""
        me = http.get(f"{API}/api/v1/accounts/verify_credentials", headers=bearer(tokens))
        name = str(me.get("display_name") or me["username"])
        return [
            Account(str(me["id"]), name, str(me["username"]), tokens, str(me.get("avatar") or ""), str(me.get("url") or ""))
        ]

    @classmethod
    def refresh(cls, app: App, http: Http, tokens: Tokens) -> Tokens:
        """A token has no end and no successor: the same one, if the server still takes it; Unauthorized if not."""
        http.get(f"{API}/api/v1/accounts/verify_credentials", headers=bearer(tokens))
        return tokens

    # -- before ----------------------------------------------------------------------------------------------------

    def length(self, text: str) -> int:
        """Characters as people see them: a link is 23, of `@user@server` only `@user` counts."""
        return length(text)

    def problems(self, post: Outgoing) -> list[Problem]:
        plain = replace(post, text=_text(post))
        counted = length(str(post.options.get("spoiler_text") or "") + plain.text)
        return [*general_problems(self.name, self.limits, self.options, counted, plain), *_problems(plain)]

    # -- the life of a post ----------------------------------------------------------------------------------------

    def prepare(self, post: Outgoing, progress: Progress) -> None:
        """Upload the media. NotNow while the server is still processing a video."""
        self._uploads(progress).prepare(post.media)

    def publish(self, post: Outgoing, progress: Progress) -> Sent:
        """POST /api/v1/statuses with the post's key. https://docs.joinmastodon.org/methods/statuses/#create"""
        uploads = self._uploads(progress)
        body = _body(post, uploads.ids(post.media), self._quoted(post))
        headers = {**bearer(self.account.tokens), "Idempotency-Key": post.key}
        try:
            return sent(self.http.post(f"{API}/api/v1/statuses", json=body, headers=headers))
        except Invalid as error:
            uploads.check(post.media, post.doubted)
            raise error

    def confirm(self, post: Outgoing, progress: Progress, doubt: Uncertain) -> Sent | None:
        """Look through our latest posts. What is sent again after that has the same key, which no server posts twice.

        Some servers that speak the same API ignore the key (Takahe 0.11), so the look decides, and it only looks.
        """
        ever = self._uploads(progress).ever()
        for status in self.own(doubt.since - SKEW):
            if str(status.get("id")) not in doubt.taken and _is(status, post, ever):
                return sent(status)
        return None

    def delete(self, remote_id: str) -> None:
        """With its media. https://docs.joinmastodon.org/methods/statuses/#delete"""
        try:
            address = f"{API}/api/v1/statuses/{remote_id}"
            self.http.delete(address, params={"delete_media": "true"}, headers=bearer(self.account.tokens))
        except Gone:
            return

    # -- FindsPeople -----------------------------------------------------------------------------------------------

    def people(self, words: str) -> tuple[Person, ...]:
        """Whom the account's server knows. https://docs.joinmastodon.org/methods/accounts/#search (scope read:accounts)"""
        query = {"q": words, "limit": str(FOUND)}
        found = self.http.get(f"{API}/api/v1/accounts/search", params=query, headers=bearer(self.account.tokens))
        return tuple(map(person, found or ()))

    # -- small help ------------------------------------------------------------------------------------------------

    def _uploads(self, progress: Progress) -> Uploads:
        return Uploads(self.http, self.account.tokens.access, progress)

    def _quoted(self, post: Outgoing) -> str:
        """The id, on the account's server, of the post to quote. Nothing has been created yet, whatever goes wrong."""
        address = str(post.options.get("quote") or "").strip()
        if not address:
            return ""
        query = {"q": address, "resolve": "true", "type": "statuses", "limit": "1"}
        try:
            answer = self.http.get(f"{API}/api/v2/search", params=query, headers=bearer(self.account.tokens))
        except Doubt as error:
            raise NotNow(_("The account's server did not find the post to quote yet; SMO tries again."), error.said) from error
        found = answer.get("statuses") or ()
        if not found:
            raise Rejected(_("The account's server cannot find the post that you quote: check its address."), address)
        return str(found[0]["id"])


def _text(post: Outgoing) -> str:
    """The text as it goes out: there is no field for a link, a card is made from the first one in the text."""
    return post.text if not post.link or post.link in post.text else f"{post.text}\n\n{post.link}".strip()


def _body(post: Outgoing, media_ids: list[str], quoted: str) -> dict[str, Any]:
    chosen = post.options
    whole = {
        "status": _text(post),
        "media_ids": media_ids,
        "poll": _poll(chosen),
        "in_reply_to_id": post.parent,
        "visibility": chosen.get("visibility") or "public",
        "spoiler_text": chosen.get("spoiler_text"),
        "sensitive": chosen.get("sensitive"),
        "language": chosen.get("language"),
        "quote_approval_policy": chosen.get("quote_approval_policy"),
        "quoted_status_id": quoted,
    }
    return {name: value for name, value in whole.items() if value}


def _poll(chosen: Mapping[str, Any]) -> dict[str, Any] | None:
    answers = list(chosen.get("poll_options") or ())
    if not answers:
        return None
    return {
        "options": answers,
        "expires_in": 60 * int(chosen.get("poll_minutes") or 1440),
        "multiple": bool(chosen.get("poll_multiple")),
        "hide_totals": bool(chosen.get("poll_hide_totals")),
    }


def _is(status: Mapping[str, Any], post: Outgoing, uploaded: frozenset[str]) -> bool:
    """Media are in one post only, so their ids are proof; else it is parent, warning, poll and text."""
    media = {str(one.get("id")) for one in status.get("media_attachments") or ()}
    if len(media) != len(post.media) or str(status.get("in_reply_to_id") or "") != post.parent:
        return False
    if media and media <= uploaded:
        return True
    warning = str(post.options.get("spoiler_text") or "")
    polled = [str(one.get("title")) for one in (status.get("poll") or {}).get("options") or ()]
    alike = str(status.get("spoiler_text") or "") == warning and polled == list(post.options.get("poll_options") or ())
    return not media and alike and same(_text(post), str(status.get("content") or ""))


def _problems(post: Outgoing) -> Iterator[Problem]:
    chosen = post.options
    if chosen.get("poll_options") and post.media:
        yield Problem("poll_options", _("Mastodon takes either a poll or media in a post: remove one of them."))
    if chosen.get("poll_options") and not post.text.strip():
        yield Problem("text", _("A poll needs a question: write it as the text."))
    if chosen.get("visibility") == "direct" and not mentions(post.text):
        yield Problem("visibility", _("A post for the people that you mention must mention somebody: add @name@server."))
    if any(media.mime_type == GIF for media in post.images) and len(post.media) > 1:
        yield Problem("media", _("Mastodon shows a moving GIF alone: remove the other media, or the GIF."))
    for media in post.media:
        most = VIDEO_PIXELS if media.is_video else IMAGE_PIXELS
        if media.width * media.height > most:
            kind = _("%(n)s million pixels") % {"n": number(most / 1_000_000, 3)}
            yield Problem(
                "media",
                _("%(name)s is too large: Mastodon takes %(kind)s (width times height). Make it smaller.")
                % {"name": media.name, "kind": kind},
            )
