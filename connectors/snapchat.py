"""Snapchat: Stories, Saved Stories and Spotlights of a Public Profile.
https://developers.snap.com/api/marketing-api/Public-Profile-API/Introduction"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from requests import Response

from connectors.base import Connector
from connectors.data import (
    AAC,
    H264,
    JPEG,
    MP4,
    PNG,
    Account,
    App,
    FileLimits,
    Limits,
    Media,
    Outgoing,
    Pause,
    Problem,
    Progress,
    Quota,
    Sent,
    Tokens,
)
from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from connectors.http import Http
from connectors.oauth import OAuth2, browser_address
from connectors.options import Choice, Flag, Text
from connectors.snapchat_answers import AlreadyPosting, BadMedia, Expired, StillProcessing, judge_snapchat, pause_snapchat
from connectors.snapchat_media import API, Uploads
from connectors.words import _, number

# 9:16 with half a percent for rounding. Advised are 1080 x 1920.
SHAPE: dict[str, Any] = {"min_width": 540, "min_height": 960, "min_ratio": 0.56, "max_ratio": 0.565}
PICTURE = FileLimits(mime_types=frozenset({JPEG, PNG}), max_bytes=20_000_000, **SHAPE)
# A newer source allows 5 to 300 seconds everywhere; the shorter time is taken by both.
VIDEO = FileLimits(
    mime_types=frozenset({MP4}),
    max_bytes=1_000_000_000,
    min_seconds=5,
    max_seconds=60,
    codecs=frozenset({H264}),
    sound=frozenset({AAC}),
    **SHAPE,
)
SPOTLIGHT_SECONDS = 6
TITLE = 45
STORY, SAVED_STORY, SPOTLIGHT = "story", "saved_story", "spotlight"
WAITS = (5, 10, 20, 40, 60)  # seconds between tries while Snapchat processes the file
PAGES = 20
LOCALES = (
    ("en_US", "English (US)"), ("en_GB", "English (UK)"), ("ar_SA", "Arabic"), ("bn_IN", "Bengali"), ("da_DK", "Danish"),
    ("de_DE", "German"), ("el_GR", "Greek"), ("es_ES", "Spanish"), ("es_MX", "Spanish (Mexico)"), ("fi_FI", "Finnish"),
    ("fr_FR", "French"), ("hi_IN", "Hindi"), ("id_ID", "Indonesian"), ("it_IT", "Italian"), ("ja_JP", "Japanese"),
    ("ko_KR", "Korean"), ("ms_MY", "Malay"), ("nb_NO", "Norwegian"), ("nl_NL", "Dutch"), ("pl_PL", "Polish"),
    ("pt_BR", "Portuguese (Brazil)"), ("pt_PT", "Portuguese"), ("ro_RO", "Romanian"), ("ru_RU", "Russian"),
    ("sv_SE", "Swedish"), ("th_TH", "Thai"), ("tr_TR", "Turkish"), ("vi_VN", "Vietnamese"), ("zh_CN", "Chinese"),
)  # fmt: skip


class Snapchat(OAuth2, Connector):
    """One Public Profile.

    It has no `confirm` on purpose: a Story is created without an id, no call lists what was posted, and whether the same media
    id may be posted twice is not documented. So an unknown outcome is a person's to look up, for all three kinds.
    """

    slug, name = "snapchat", "Snapchat"
    documentation = "https://developers.snap.com/api/marketing-api/Public-Profile-API/Introduction"
    hosts = ("accounts.snapchat.com", "businessapi.snapchat.com")
    limits = Limits(text=160, images=1, videos=1, media_required=True, image=PICTURE, video=VIDEO)
    options = (
        Choice(
            name="place",
            label="Publish as",
            values=(
                ("", "Spotlight for a video, Story for a picture"),
                (STORY, "Story"),
                (SAVED_STORY, "Saved Story"),
                (SPOTLIGHT, "Spotlight"),
            ),
            help="A Story shows no text: put it into the picture.",
        ),
        Choice(
            name="ttl",
            label="Story lasts",
            values=(("ONE_DAY", "1 day"), ("TWO_DAYS", "2 days"), ("THREE_DAYS", "3 days"), ("ONE_WEEK", "1 week")),
            default="ONE_DAY",
        ),
        Text(name="title", label="Title of the Saved Story", max_length=TITLE, help="Without one, the post's text is taken."),
        Choice(name="locale", label="Language of the Spotlight's text", values=LOCALES, default="en_US"),
        Flag(name="skip_save_to_profile", label="Do not keep the Spotlight on the profile"),
    )
    # Averages over all requests, those of uploads included:
    # https://developers.snap.com/api/marketing-api/Ads-API/rate-limits
    quotas = (Quota(10, 1), Quota(20, 1, scope="app"))
    no_inbox = "Snapchat shows no comments or messages to apps: read and answer them in its app."
    rules = (
        "SMO can publish only with an app that Snapchat has put on its allow-list, and only to Public Profiles.",
        "A Story or a Saved Story shows no text of its own: put words, links and stickers into the picture or the film.",
        "If the connection breaks while a post is sent, SMO cannot ask Snapchat whether it arrived: the post is then marked as "
        "unconfirmed and waits until you have looked there.",
        "Snapchat reviews each Spotlight after it was sent and may still refuse it; it tells you in its app, not SMO.",
        "What is published can be deleted in Snapchat's app only.",
    )

    scopes = {"snapchat-profile-api": "See your Public Profiles, and publish Stories and Spotlights on them."}
    authorize_endpoint = "https://accounts.snapchat.com/login/oauth2/authorize"
    token_endpoint = "https://accounts.snapchat.com/login/oauth2/access_token"  # noqa: S105
    pkce = False  # confidential clients need none, and whether it is taken is not documented

    # -- connecting ------------------------------------------------------------------------------------------------

    @classmethod
    def revoke(cls, app: App, http: Http, tokens: Tokens) -> None:
        """Snapchat documents no call for this: SMO forgets the tokens, the person ends access in Snapchat's settings."""

    @classmethod
    def accounts(cls, app: App, http: Http, tokens: Tokens) -> list[Account]:
        """One's own profile and those of its organisation. Raises Unauthorized when the app is not on the allow-list."""
        headers = {"Authorization": f"Bearer {tokens.access}"}
        own = http.get(f"{API}/v1/public_profiles/my_profile", headers=headers).get("public_profile") or {}
        profiles = [own] if own.get("id") else []
        if organization := own.get("organization_id"):
            profiles += _of_organization(http, str(organization), headers)
        found = {str(profile["id"]): profile for profile in reversed(profiles)}
        return [_account(app, profile, tokens) for profile in reversed(found.values())]

    # -- before ----------------------------------------------------------------------------------------------------

    def problems(self, post: Outgoing) -> list[Problem]:
        place = _place(post)
        # Only a Spotlight shows the text; what is not shown cannot be too long.
        said = replace(post, text=_text(post) if place == SPOTLIGHT or not post.media else "", link="")
        return [*super().problems(said), *_place_problems(place, post)]

    # -- the life of a post ----------------------------------------------------------------------------------------

    def prepare(self, post: Outgoing, progress: Progress) -> None:
        """Encrypt and upload the file; what is reached is kept, with its key, for the 24 hours that Snapchat keeps it."""
        for media in post.media[:1]:
            self._uploads(progress).prepare(media)

    def publish(self, post: Outgoing, progress: Progress) -> Sent:
        """POST stories, saved_stories or spotlights. `remote_id` of a Story is its media's id: Snapchat gives it no other."""
        if not post.media:
            raise Rejected(_("Snapchat publishes no text alone: add an image or a video."))
        uploads = self._uploads(progress)
        media_id = uploads.ready(post.media[0])
        try:
            return self._create(post, media_id)
        except AlreadyPosting:
            return Sent(media_id, self._page())  # an earlier request went through
        except StillProcessing as error:
            tries = int(progress.get("processing") or 0)
            progress.keep(processing=str(tries + 1))
            wait = timedelta(seconds=WAITS[min(tries, len(WAITS) - 1)])
            raise NotNow(str(error), error.said, wait) from error
        except BadMedia:
            uploads.forget()  # what a person sends after this is another file, or this one uploaded anew
            raise
        except Expired as error:
            if progress.get("again"):
                raise
            uploads.forget()
            progress.keep(again="1")
            raise NotNow(
                _("Snapchat no longer had the uploaded file; SMO uploads it again."), error.said, timedelta()
            ) from error

    def _create(self, post: Outgoing, media_id: str) -> Sent:
        place = _place(post)
        below, body = _call(place, post, media_id)
        answer = self.http.post(f"{API}/v1/public_profiles/{self.account.remote_id}/{below}", json=body, headers=self._headers)
        if not isinstance(answer, dict) or str(answer.get("request_status")).upper() != "SUCCESS":
            raise Doubt(_("Snapchat's answer does not say whether the post is there."), str(answer)[:200])
        if place == SPOTLIGHT and (number := str(answer.get("spotlight_id") or "")):
            return Sent(number, browser_address(f"https://www.snapchat.com/spotlight/{number}", self.app))
        return Sent(_saved_id(answer) or media_id, self._page())

    # -- answers ---------------------------------------------------------------------------------------------------

    @classmethod
    def judge(cls, response: Response) -> None:
        judge_snapchat(cls.name, response)

    @classmethod
    def pause(cls, response: Response) -> Pause | None:
        return pause_snapchat(response)

    # -- small help ------------------------------------------------------------------------------------------------

    @property
    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.account.tokens.access}"}

    def _uploads(self, progress: Progress) -> Uploads:
        return Uploads(self.http, self.account.remote_id, self._headers, progress)

    def _page(self) -> str:
        return _page(self.app, self.account.username)


def _place(post: Outgoing) -> str:
    """Where a post goes: as chosen, else by its file."""
    return str(post.options.get("place") or "") or (SPOTLIGHT if post.videos else STORY)


def _text(post: Outgoing) -> str:
    """The text as it goes out: Snapchat has no field for a link."""
    return post.text if not post.link or post.link in post.text else f"{post.text}\n{post.link}".strip()


def _title(post: Outgoing) -> str:
    return str(post.options.get("title") or "").strip() or post.text.strip()


def _call(place: str, post: Outgoing, media_id: str) -> tuple[str, dict[str, Any]]:
    """What is created below the profile, and its body."""
    if place == SAVED_STORY:
        return "saved_stories", {"saved_stories": [{"title": _title(post), "snap_sources": [{"media_id": media_id}]}]}
    if place == STORY:
        return "stories", {"media_id": media_id, "customized_ttl": {"ttl": post.options.get("ttl") or "ONE_DAY"}}
    return "spotlights", {
        "media_id": media_id,
        "description": _text(post),
        "locale": post.options.get("locale") or "en_US",
        "skip_save_to_profile": bool(post.options.get("skip_save_to_profile")),
    }


def _place_problems(place: str, post: Outgoing) -> Iterator[Problem]:
    if place == SPOTLIGHT:
        yield from _spotlight_problems(post.media)
    if place == SAVED_STORY and not _title(post):
        yield Problem("title", _("A Saved Story needs a title: write one."))
    if place == SAVED_STORY and not post.options.get("title") and len(_title(post)) > TITLE:
        yield Problem(
            "title",
            _("The text is too long to be the Saved Story's title (%(title)s characters): write a title.") % {"title": TITLE},
        )


def _spotlight_problems(media: tuple[Media, ...]) -> Iterator[Problem]:
    for one in media:
        if not one.is_video:
            yield Problem(
                "media",
                _("%(name)s: a Spotlight is a video. Take one, or publish the picture as a Story.") % {"name": one.name},
            )
        elif one.seconds and round(one.seconds, 1) < SPOTLIGHT_SECONDS:
            yield Problem(
                "media",
                _("%(name)s lasts %(seconds)s s, a Spotlight needs at least %(spotlight_seconds)s s.")
                % {"name": one.name, "seconds": number(one.seconds), "spotlight_seconds": SPOTLIGHT_SECONDS},
            )


def _saved_id(answer: Mapping[str, Any]) -> str:
    for entry in answer.get("saved_stories") or ():
        if number := (entry.get("saved_story") or {}).get("id"):
            return str(number)
    return ""


def _of_organization(http: Http, organization: str, headers: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """All its profiles. Who may see only their own is refused, which is no error here."""
    found: list[Mapping[str, Any]] = []
    query = {"limit": "50"}
    for _page in range(PAGES):
        try:
            page = http.get(f"{API}/v1/organizations/{quote(organization)}/public_profiles", params=query, headers=headers)
        except (Rejected, Unauthorized):
            break
        entries = [entry.get("public_profile") or {} for entry in page.get("public_profiles") or ()]
        found += [profile for profile in entries if profile.get("id")]
        following = (page.get("paging") or {}).get("next_page_id")
        if not following:
            break
        query = {**query, "cursor": str(following)}
    return found


def _account(app: App, profile: Mapping[str, Any], tokens: Tokens) -> Account:
    username = str(profile.get("snap_user_name") or "")
    logos = profile.get("logo_urls") or {}
    picture = str(logos.get("manage_profile_logo_url") or logos.get("original_logo_url") or "")
    name = str(profile.get("display_name") or username)
    return Account(str(profile["id"]), name, username, tokens, picture, _page(app, username))


def _page(app: App, username: str) -> str:
    """The profile's page; empty where nobody told us the name."""
    return username and browser_address(f"https://www.snapchat.com/add/{quote(username)}", app)
