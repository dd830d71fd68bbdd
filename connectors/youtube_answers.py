"""What YouTube's answers mean: reasons of errors, and why a video failed or was rejected.

https://developers.google.com/youtube/v3/docs/errors
https://developers.google.com/youtube/v3/docs/videos#status.failureReason
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from connectors.data import Account, App, Tokens
from connectors.errors import NotNow, Rejected, Unauthorized
from connectors.google import Meaning
from connectors.oauth import browser_address
from connectors.words import _, mark

_SLOWER = Meaning(NotNow, mark("YouTube asks to slow down; SMO tries again."), timedelta(minutes=1))
_AGAIN = mark("YouTube no longer accepts the connection: connect the channel again.")
_METADATA = mark("YouTube refuses one of the video's settings: check title, description, tags, category and the other fields.")

# videos.update overwrites each part that it names: what may be set and is not sent again is cleared.
# https://developers.google.com/youtube/v3/docs/videos/update
SETTABLE = {
    "snippet": ("title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage"),
    "status": ("license", "embeddable", "publicStatsViewable", "selfDeclaredMadeForKids", "containsSyntheticMedia"),
}

MEANINGS: Mapping[str, Meaning] = {
    "rateLimitExceeded": _SLOWER,
    "userRateLimitExceeded": _SLOWER,
    "uploadLimitExceeded": Meaning(
        NotNow,
        mark("The channel has uploaded as many videos as YouTube allows in a day; SMO tries again in 24 hours."),
        timedelta(days=1),
    ),
    "uploadRateLimitExceeded": Meaning(
        NotNow, mark("The channel has set too many thumbnails for now; SMO tries again in an hour."), timedelta(hours=1)
    ),
    # A comment that YouTube could not process is worth one more try, says its error table.
    "processingFailure": Meaning(NotNow, mark("YouTube could not process the comment; SMO tries again."), timedelta(minutes=2)),
    "authError": Meaning(Unauthorized, _AGAIN),
    "insufficientPermissions": Meaning(
        Unauthorized, mark("SMO lacks a permission on YouTube: connect the channel again and leave all boxes ticked.")
    ),
    "youtubeSignupRequired": Meaning(
        Unauthorized, mark("This Google account has no YouTube channel: create one on youtube.com, then connect again.")
    ),
    "channelClosed": Meaning(Unauthorized, mark("This YouTube channel is closed: connect another one.")),
    "channelSuspended": Meaning(
        Unauthorized, mark("YouTube has suspended this channel: settle it with YouTube, then connect again.")
    ),
    "accountDelegationForbidden": Meaning(
        Unauthorized, mark("This Google account may not act for the channel: connect with the account that owns it.")
    ),
    "invalidTitle": Meaning(Rejected, mark("YouTube refuses the title: write 1 to 100 characters without < and >.")),
    "invalidDescription": Meaning(Rejected, mark("YouTube refuses the text: at most 5000 bytes, without < and >.")),
    "invalidTags": Meaning(Rejected, mark("YouTube refuses the tags: use fewer or shorter ones, 500 characters in all.")),
    "invalidCategoryId": Meaning(
        Rejected, mark("YouTube does not offer this category in the channel's country: choose another.")
    ),
    "invalidPublishAt": Meaning(Rejected, _METADATA),
    "invalidVideoMetadata": Meaning(Rejected, _METADATA),
    "invalidRecordingDetails": Meaning(Rejected, _METADATA),
    "defaultLanguageNotSet": Meaning(Rejected, _METADATA),
    "invalidFilename": Meaning(Rejected, mark("YouTube refuses the video's file name: rename the file.")),
    "mediaBodyRequired": Meaning(Rejected, mark("YouTube received no video: add it again.")),
    "invalidImage": Meaning(Rejected, mark("YouTube cannot use the thumbnail: choose a JPEG or PNG of at most 50 MB.")),
    "forbiddenPrivacySetting": Meaning(Rejected, mark("YouTube does not allow this visibility for the video: choose another.")),
    "forbiddenLicenseSetting": Meaning(Rejected, mark("YouTube does not allow this licence for the video: choose the other.")),
    "commentsDisabled": Meaning(
        Rejected, mark("Comments are switched off for this video (always so for videos made for kids): remove the comment.")
    ),
    "commentTextRequired": Meaning(Rejected, mark("The comment is empty: write a text.")),
    "commentTextTooLong": Meaning(Rejected, mark("The comment is too long for YouTube: shorten it.")),
    "commentNotFound": Meaning(Rejected, mark("The comment is no longer there.")),
    "parentCommentNotFound": Meaning(Rejected, mark("The comment that this answers is no longer there.")),
    "videoNotFound": Meaning(Rejected, mark("The video is no longer there.")),
    "playlistNotFound": Meaning(Rejected, mark("The channel has no playlist with this id: correct it or leave it empty.")),
}

# status.failureReason and status.rejectionReason of a video, as the end of a sentence.
_FAILED = {
    "conversion": mark("it cannot convert the file: export it anew as MP4 (H.264 and AAC)"),
    "invalidFile": mark("the file is no video that it can read: export it anew as MP4 (H.264 and AAC)"),
    "emptyFile": mark("the file is empty: choose another"),
    "tooSmall": mark("the file is too small: choose another"),
    "codec": mark("it does not know the file's codec: export it anew as MP4 (H.264 and AAC)"),
    "uploadAborted": mark("the upload was not finished: publish it again"),
    "copyright": mark("of a copyright claim: settle it in YouTube Studio"),
    "inappropriate": mark("it finds the content inappropriate: see YouTube Studio"),
    "duplicate": mark("the channel has this very video already: use the one that is there"),
    "termsOfUse": mark("it breaks the terms of use: see YouTube Studio"),
    "uploaderAccountSuspended": mark("the channel is suspended: settle it with YouTube"),
    "uploaderAccountClosed": mark("the channel is closed"),
    "length": mark("it is too long for this channel: verify the channel by phone (youtube.com/verify) or cut it to 15 minutes"),
    "claim": mark("a content owner blocks it: see YouTube Studio"),
    "trademark": mark("of a trademark claim: see YouTube Studio"),
    "legal": mark("of a legal complaint: see YouTube Studio"),
}


def failure(status: Mapping[str, Any]) -> Rejected | None:
    """Why a video with this `status` part will never be shown; None while nothing is wrong with it."""
    if status.get("uploadStatus") not in ("failed", "rejected"):
        return None
    reason = str(status.get("failureReason") or status.get("rejectionReason") or "")
    because = _(_FAILED.get(reason) or mark("it gives no reason that SMO knows: see YouTube Studio"))
    return Rejected(
        _("YouTube does not show the video because %(because)s.") % {"because": because}, f"{status['uploadStatus']} {reason}"
    )


def settable(part: str, video: Mapping[str, Any]) -> dict[str, Any]:
    """What a video has in this part of what may be set."""
    return {name: video[part][name] for name in SETTABLE[part] if name in video[part]}


def account_of(channel: Mapping[str, Any], tokens: Tokens, app: App) -> Account:
    """A channel resource (parts id, snippet) as the account that `tokens` act for."""
    snippet = channel["snippet"]
    handle = snippet.get("customUrl", "")
    return Account(
        remote_id=channel["id"],
        name=snippet["title"],
        username=handle.removeprefix("@"),
        tokens=tokens,
        picture_url=snippet.get("thumbnails", {}).get("default", {}).get("url", ""),
        url=browser_address(f"https://www.youtube.com/{handle or 'channel/' + channel['id']}", app),
    )
