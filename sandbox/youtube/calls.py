"""Every call of the Data API that is practised: parameters, scopes that allow it, cost; and the door before all of them.

The discovery document (https://youtube.googleapis.com/$discovery/rest?version=v3, revision 20261104) is the source of the
parameters and scopes, https://developers.google.com/youtube/v3/determine_quota_cost that of the costs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from sandbox.network import Network
from sandbox.store import Doc
from sandbox.youtube import captions, channels, comments, playlists, videos
from sandbox.youtube.answers import Refusal, answer
from sandbox.youtube.ask import Ask, Handler, Param, malformed, read_params
from sandbox.youtube.google import PREFIX
from sandbox.youtube.quota import UNITS, charge

UPLOAD = ("youtube", "youtube.force-ssl", "youtube.upload")
MANAGE = ("youtube", "youtube.force-ssl")
READ = ("youtube", "youtube.force-ssl", "youtube.readonly")
COMMENTS = ("youtube.force-ssl",)

TEXT, FLAG, MANY = Param(), Param("flag"), Param("many")
PART = {"part": Param("many", required=True)}
ID = {"id": Param(required=True)}
IDS = {"id": Param("many", high=50)}
ON_BEHALF = {"onBehalfOfContentOwner": TEXT, "onBehalfOfContentOwnerChannel": TEXT}
FOR_OWNER = {"onBehalfOf": TEXT, "onBehalfOfContentOwner": TEXT}  # of captions
PAGED = {"maxResults": Param("whole", low=0, high=50, default=5), "pageToken": TEXT}
PAGED_VIDEOS = {"maxResults": Param("whole", low=1, high=50, default=5), "pageToken": TEXT}
PAGED_COMMENTS = {"maxResults": Param("whole", low=1, high=100, default=20), "pageToken": TEXT}
FORMAT = {"textFormat": Param(choices=("textFormatUnspecified", "html", "plainText"), default="html")}
MODERATION = ("published", "heldForReview", "likelySpam", "rejected")
RATINGS = ("none", "like", "dislike")


@dataclass(frozen=True, slots=True)
class Call:
    """One method. `run` is None for uploads, which uploads.py carries out."""

    run: Handler | None
    scopes: tuple[str, ...]
    params: dict[str, Param] = field(default_factory=dict)
    cost: int = 1
    bucket: str = UNITS


INSERT_VIDEO = Call(
    None,
    UPLOAD,
    {
        **PART,
        **ON_BEHALF,
        "autoLevels": FLAG,
        "notifySubscribers": Param("flag", default=True),
        "stabilize": FLAG,
        "upload_id": TEXT,
    },
    bucket="videos.insert",
)
SET_THUMBNAIL = Call(None, UPLOAD, {"videoId": Param(required=True), "upload_id": TEXT, **ON_BEHALF}, 50)

INSERT_CAPTIONS = Call(None, COMMENTS, {**PART, "sync": FLAG, "upload_id": TEXT, **FOR_OWNER}, 400)

CALLS: dict[tuple[str, str], Call] = {
    ("GET", "channels"): Call(
        channels.list_channels,
        READ,
        {
            **PART, **IDS, **PAGED, **ON_BEHALF, "mine": FLAG, "managedByMe": FLAG, "mySubscribers": FLAG,
            "categoryId": TEXT, "forHandle": TEXT, "forUsername": TEXT, "hl": TEXT,
        },
    ),
    ("GET", "videos"): Call(
        videos.list_videos,
        READ,
        {
            **PART, **IDS, **PAGED_VIDEOS, **ON_BEHALF, "chart": Param(choices=("mostPopular",)),
            "myRating": Param(choices=RATINGS),
            "hl": TEXT, "locale": TEXT, "regionCode": TEXT, "videoCategoryId": TEXT,
            "maxHeight": Param("whole", low=72, high=8192), "maxWidth": Param("whole", low=72, high=8192),
        },
    ),
    ("POST", "videos"): INSERT_VIDEO,
    ("POST", "thumbnails/set"): SET_THUMBNAIL,
    ("GET", "captions"): Call(
        captions.list_captions, COMMENTS, {**PART, **IDS, "videoId": Param(required=True), **FOR_OWNER}, 50
    ),
    ("POST", "captions"): INSERT_CAPTIONS,
    ("DELETE", "captions"): Call(captions.delete_captions, COMMENTS, {**ID, **FOR_OWNER}, 50),
    ("PUT", "videos"): Call(videos.update_video, MANAGE, {**PART, **ON_BEHALF}, 50),
    ("DELETE", "videos"): Call(videos.delete_video, MANAGE, {**ID, **ON_BEHALF}, 50),
    ("POST", "videos/rate"): Call(videos.rate_video, MANAGE, {**ID, "rating": Param(choices=RATINGS, required=True)}, 50),
    ("GET", "videos/getRating"): Call(videos.get_rating, READ, {"id": Param("many", high=50, required=True), **ON_BEHALF}),
    ("GET", "videos:batchGetStats"): Call(
        videos.batch_stats, READ, {**IDS, **ON_BEHALF, "part": MANY}, 1, "videos.batchGetStats"
    ),
    ("GET", "videoCategories"): Call(videos.list_categories, READ, {**PART, **IDS, "hl": TEXT, "regionCode": TEXT}),
    ("GET", "playlists"): Call(
        playlists.list_playlists, READ, {**PART, **IDS, **PAGED, **ON_BEHALF, "channelId": TEXT, "mine": FLAG, "hl": TEXT}
    ),
    ("POST", "playlists"): Call(playlists.insert_playlist, MANAGE, {**PART, **ON_BEHALF}, 50),
    ("GET", "playlistItems"): Call(
        playlists.list_items, READ, {**PART, **IDS, **PAGED, **ON_BEHALF, "playlistId": TEXT, "videoId": TEXT}
    ),
    ("POST", "playlistItems"): Call(playlists.insert_item, MANAGE, {**PART, **ON_BEHALF}, 50),
    ("DELETE", "playlistItems"): Call(playlists.delete_item, MANAGE, {**ID, **ON_BEHALF}, 50),
    ("GET", "commentThreads"): Call(
        comments.list_threads,
        COMMENTS,
        {
            **PART, **IDS, **PAGED_COMMENTS, **FORMAT, "allThreadsRelatedToChannelId": TEXT, "channelId": TEXT, "videoId": TEXT,
            "moderationStatus": Param(choices=MODERATION), "searchTerms": TEXT,
            "order": Param(choices=("orderUnspecified", "time", "relevance")),
        },
    ),
    ("POST", "commentThreads"): Call(comments.insert_thread, COMMENTS, PART, 50),
    ("GET", "comments"): Call(comments.list_comments, COMMENTS, {**PART, **IDS, **PAGED_COMMENTS, **FORMAT, "parentId": TEXT}),
    ("POST", "comments"): Call(comments.insert_comment, COMMENTS, PART, 50),
    ("PUT", "comments"): Call(comments.update_comment, COMMENTS, PART, 50),
    ("DELETE", "comments"): Call(comments.delete_comment, COMMENTS, ID, 50),
    ("POST", "comments/setModerationStatus"): Call(
        comments.moderate,
        COMMENTS,
        {
            "id": Param("many", required=True), "moderationStatus": Param(choices=MODERATION, required=True),
            "banAuthor": Param("flag", default=False),
        },
        50,
    ),
}  # fmt: skip


async def api(net: Network, request: Request) -> Response:
    """Any JSON call below /youtube/v3/."""
    try:
        return await _answered(net, request)
    except Refusal as refusal:
        return refusal.response()


async def _answered(net: Network, request: Request) -> Response:
    # A GET whose address would be too long comes as a form with this header (googleapiclient does so above 2048 characters).
    method = request.headers.get("x-http-method-override", request.method).upper()
    given, body = list(request.query_params.multi_items()), await request.body()
    if method == "GET" and request.method == "POST":
        given, body = given + parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True), b""
    call = CALLS.get((method, request.path_params["method"]))
    if call is None:
        raise Refusal(404, "notFound", "The requested URL was not found on this server.")
    if call.run is None:
        raise Refusal(400, "mediaBodyRequired", "The request does not include the media content.", "youtube.video")
    ask = admit(net, request, call, given)
    if method in ("POST", "PUT") and request.headers.get("content-length", "0") != "0":
        ask.body = json_body(body, request.headers.get("content-type", ""))
    return answer(request, call.run(ask))


def admit(net: Network, request: Request, call: Call, given: list[tuple[str, str]]) -> Ask:
    """The door: a living token, known parameters, a scope that allows it, quota left."""
    token = authenticated(net, request)
    values = read_params(given, call.params)
    if not {scope.removeprefix(PREFIX) for scope in token["scopes"]} & set(call.scopes):
        detail = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
        message = "Request had insufficient authentication scopes."
        raise Refusal(403, "insufficientPermissions", message, details=[{**detail, "domain": "googleapis.com"}])
    charge(net, token.parent, call.bucket, call.cost)
    return Ask(net, token, values)


def authenticated(net: Network, request: Request) -> Doc:
    """The living access token of the request, else 401."""
    value = bearer(request.headers.get("authorization", "")) or request.query_params.get("access_token", "")
    if not value:
        message = "Request is missing required authentication credential. Expected OAuth 2 access token."
        raise Refusal(401, "required", message, "global", "Authorization")
    token = net.tokens.alive(value)
    if token is None or token["kind"] != "access":
        message = "Request had invalid authentication credentials. Expected OAuth 2 access token."
        raise Refusal(401, "authError", message, "global", "Authorization")
    return token


def bearer(header: str) -> str:
    """The token of an Authorization header."""
    scheme, _, value = header.partition(" ")
    return value.strip() if scheme.lower() in ("bearer", "oauth") else ""


def json_body(body: bytes, content_type: str) -> dict[str, Any]:
    """The body as an object."""
    if "json" not in content_type:
        raise Refusal(400, "badContent", f"Content type '{content_type}' is not supported. Use application/json.")
    try:
        found = json.loads(body)
    except ValueError as error:
        raise Refusal(400, "parseError", "Invalid JSON payload received. Unexpected token.") from error
    if not isinstance(found, dict):
        raise malformed('Invalid JSON payload received. Unknown name "": Root element must be a message.')
    return found
