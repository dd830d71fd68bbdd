"""Videos, playlists, errors and public pages of practice YouTube."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from googleapiclient.discovery_cache import get_static_doc

from sandbox.youtube import bodies
from sandbox.youtube.calls import CALLS
from tests.sandbox.conftest import Practice
from tests.sandbox.youtube_channel import SCOPE, Channel, good, mp4, reason


@pytest.fixture
def channel(practice: Practice) -> Channel:
    return Channel(practice)


@pytest.fixture
def stranger(practice: Practice) -> Channel:
    return Channel(practice, "Somebody Else")


# --- videos -----------------------------------------------------------------------------------------------------------


def test_private_videos_are_the_owners_unlisted_ones_need_the_link(channel: Channel, stranger: Channel) -> None:
    ids = {privacy: channel.has_video(privacy, privacy) for privacy in ("public", "unlisted", "private")}
    by_id = ",".join(ids.values())

    def seen(who: Channel) -> set[str]:
        return {item["status"]["privacyStatus"] for item in who.get("videos", part="status", id=by_id)["items"]}

    assert seen(channel) == {"public", "unlisted", "private"}
    assert seen(stranger) == {"public", "unlisted"}
    page = channel.page(f"@{channel.account['username']}").text
    assert [ids[privacy] in page for privacy in ("public", "unlisted", "private")] == [True, False, False]
    codes = {privacy: channel.page(f"watch?v={video}").status_code for privacy, video in ids.items()}
    assert codes == {"public": 200, "unlisted": 200, "private": 404}
    assert [post["title"] for post in channel.practice.posts("youtube", channel.account)] == ["public"]
    uploads = {"part": "snippet", "playlistId": "UU" + channel.id[2:]}
    titles = [item["snippet"]["title"] for item in channel.get("playlistItems", **uploads)["items"]]
    assert titles == ["private", "unlisted", "public"], "newest first, all for the owner"
    assert len(stranger.get("playlistItems", **uploads)["items"]) == 1


def test_only_the_owner_sees_files_processing_and_reasons(channel: Channel, stranger: Channel) -> None:
    video = channel.has_video(selfDeclaredMadeForKids=False)
    assert reason(stranger.call("GET", "videos", part="fileDetails", id=video)) == (403, "forbidden")
    assert "selfDeclaredMadeForKids" in channel.status(video)
    assert "selfDeclaredMadeForKids" not in stranger.status(video)


def test_an_update_overwrites_each_part_that_it_names(channel: Channel) -> None:
    body = {
        "snippet": {"title": "Old", "description": "long", "tags": ["a"], "categoryId": "22"},
        "status": {"privacyStatus": "private", "license": "creativeCommon"},
    }
    video = good(channel.put(channel.begin(body, size=len(mp4())).headers["Location"], mp4()))["id"]
    changed = good(
        channel.call("PUT", "videos", {"id": video, "snippet": {"title": "New", "categoryId": "24"}}, part="snippet")
    )
    assert changed["snippet"]["title"] == "New"
    assert changed["snippet"]["description"] == ""
    assert "tags" not in changed["snippet"]
    assert channel.status(video)["license"] == "creativeCommon", "the part that was not named stays"
    public = good(channel.call("PUT", "videos", {"id": video, "status": {"privacyStatus": "public"}}, part="status"))
    assert (public["status"]["privacyStatus"], public["status"]["license"]) == ("public", "youtube")
    again = good(channel.call("PUT", "videos", {"id": video, "status": {"privacyStatus": "public"}}, part="status"))
    assert again["status"] == public["status"], "making public can be repeated"


def test_what_was_read_can_be_sent_back(channel: Channel) -> None:
    video = channel.has_video()
    read = channel.get("videos", part="snippet,status", id=video)["items"][0]
    assert good(channel.call("PUT", "videos", read, part="snippet,status"))["snippet"]["title"] == "Ice cold"


@pytest.mark.parametrize(
    ("body", "part", "why"),
    [
        ({"snippet": {"title": "T"}}, "snippet", (400, "invalidCategoryId")),
        ({"snippet": {"categoryId": "22"}}, "snippet", (400, "invalidTitle")),
        ({}, "snippet", (400, "required")),
        ({"status": {"privacyStatus": "public"}}, "snippet", (400, "required")),
        ({"id": "nothing1234", "snippet": {"title": "T", "categoryId": "22"}}, "snippet", (404, "videoNotFound")),
        ({"status": {"privacyStatus": "private", "publishAt": "2035-01-01T00:00:00Z"}}, "status", (400, "invalidPublishAt")),
    ],
)
def test_updates_that_youtube_refuses(channel: Channel, body: dict[str, Any], part: str, why: tuple[int, str]) -> None:
    sent = {"id": channel.has_video(), **body}
    assert reason(channel.call("PUT", "videos", sent, part=part)) == why


def test_a_scheduled_video_comes_out_at_its_time(channel: Channel) -> None:
    now = channel.practice.control("GET", "clock")["now"]
    moment = datetime.fromtimestamp(now + 600, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    video = channel.has_video("Later", "private", publishAt=moment)
    assert channel.status(video)["publishAt"] == moment
    assert channel.page(f"watch?v={video}").status_code == 404
    channel.later(600)
    assert channel.status(video)["privacyStatus"] == "public"
    assert "publishAt" not in channel.status(video)
    published = channel.get("videos", part="snippet", id=video)["items"][0]["snippet"]["publishedAt"]
    assert published == moment
    assert channel.page(f"watch?v={video}").status_code == 200


def test_a_deleted_video_is_gone_everywhere(channel: Channel, stranger: Channel) -> None:
    video = channel.has_video()
    assert reason(stranger.call("DELETE", "videos", id=video)) == (403, "forbidden")
    gone = channel.call("DELETE", "videos", id=video)
    assert (gone.status_code, gone.content) == (204, b"")
    assert channel.get("videos", part="id", id=video)["items"] == []
    assert channel.page(f"watch?v={video}").status_code == 404
    assert reason(channel.call("DELETE", "videos", id=video)) == (404, "videoNotFound")


def test_an_upright_video_of_three_minutes_is_a_short(channel: Channel) -> None:
    short = channel.has_video("Up", content=mp4(180, 1080, 1920))
    lying = channel.has_video("Lying", content=mp4(30, 1920, 1080))
    long = channel.has_video("Long", content=mp4(181, 1080, 1920))
    kinds = {post["id"]: (post["kind"], post["url"]) for post in channel.practice.posts("youtube", channel.account)}
    assert kinds[short] == ("short", f"{channel.base}/shorts/{short}")
    assert kinds[lying][0] == kinds[long][0] == "video"
    assert channel.page(f"shorts/{short}").status_code == 200
    assert channel.page(f"shorts/{lying}").url.endswith(f"watch?v={lying}")


def test_rating_and_numbers_are_strings(channel: Channel, stranger: Channel) -> None:
    video = channel.has_video()
    assert stranger.call("POST", "videos/rate", id=video, rating="like").status_code == 204
    assert stranger.get("videos/getRating", id=video)["items"] == [{"videoId": video, "rating": "like"}]
    channel.page(f"watch?v={video}")
    numbers = channel.get("videos", part="statistics", id=video)["items"][0]["statistics"]
    assert numbers == {"viewCount": "1", "likeCount": "1", "dislikeCount": "0", "favoriteCount": "0", "commentCount": "0"}
    stats = stranger.get("videos:batchGetStats", part="statistics,contentDetails", id=f"{video},nothing")["items"]
    assert [(stat["id"], stat["contentDetails"]["duration"]) for stat in stats] == [(video, "61s")]
    assert stranger.call("POST", "videos/rate", id=video, rating="none").status_code == 204
    assert stranger.get("videos", part="id", myRating="like")["items"] == []
    assert reason(stranger.call("POST", "videos/rate", id="nothing", rating="like")) == (404, "videoNotFound")


# --- playlists --------------------------------------------------------------------------------------------------------


def test_a_playlist_takes_videos_at_a_position_and_twice(channel: Channel, stranger: Channel) -> None:
    one, two = channel.has_video("One"), channel.has_video("Two")
    body = {"snippet": {"title": "Best"}, "status": {"privacyStatus": "public"}}
    playlist = good(channel.call("POST", "playlists", body, part="snippet,status"))["id"]

    def adds(who: Channel, video: str, **more: Any) -> Any:
        resource = {"kind": "youtube#video", "videoId": video}
        return who.call(
            "POST", "playlistItems", {"snippet": {"playlistId": playlist, "resourceId": resource, **more}}, part="snippet"
        )

    assert good(adds(channel, one))["snippet"]["position"] == 0
    assert good(adds(channel, two, position=0))["snippet"]["position"] == 0
    item = good(adds(channel, one))["id"]
    items = channel.get("playlistItems", part="snippet,contentDetails", playlistId=playlist, maxResults=2)
    assert [item["contentDetails"]["videoId"] for item in items["items"]] == [two, one]
    rest = channel.get("playlistItems", part="snippet", playlistId=playlist, maxResults=2, pageToken=items["nextPageToken"])
    assert [item["snippet"]["position"] for item in rest["items"]] == [2]
    assert channel.call("DELETE", "playlistItems", id=item).status_code == 204
    assert [p["id"] for p in channel.get("playlists", part="id", mine="true")["items"]] == [playlist]
    assert reason(adds(stranger, one)) == (403, "playlistItemsNotAccessible")
    assert reason(adds(channel, "nothing")) == (404, "videoNotFound")
    assert "Best" in channel.page(f"playlist?list={playlist}").text
    assert reason(channel.call("POST", "playlists", {"snippet": {}}, part="snippet")) == (400, "playlistTitleRequired")
    assert reason(channel.call("GET", "playlistItems", part="id", playlistId="PLnothing")) == (404, "playlistNotFound")


# --- requests that Google refuses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "params", "why"),
    [
        ("videos", {"part": "id", "id": "x", "colour": "red"}, "invalid"),
        ("videos", {"part": "sound", "id": "x"}, "unknownPart"),
        ("videos", {"id": "x"}, "required"),
        ("videos", {"part": "id"}, "missingRequiredParameter"),
        ("videos", {"part": "id", "id": "x", "myRating": "like"}, "incompatibleParameters"),
        ("videos", {"part": "id", "id": ",".join(["x"] * 51)}, "invalidParameter"),
        ("channels", {"part": "id", "mine": "yes"}, "invalid"),
        ("playlistItems", {"part": "id", "playlistId": "UUx", "maxResults": "51"}, "invalidParameter"),
        ("commentThreads", {"part": "id", "videoId": "x", "order": "oldest"}, "invalid"),
        ("commentThreads", {"part": "id", "id": "x", "order": "time"}, "incompatibleParameters"),
    ],
)
def test_wrong_parameters_are_refused(channel: Channel, path: str, params: dict[str, str], why: str) -> None:
    assert reason(channel.call("GET", path, **params)) == (400, why)


def test_a_bad_page_token_an_unknown_call_and_bad_json_are_refused(channel: Channel) -> None:
    uploads = "UU" + channel.id[2:]
    assert reason(channel.call("GET", "playlistItems", part="id", playlistId=uploads, pageToken="?")) == (
        400,
        "invalidPageToken",
    )
    assert channel.call("GET", "stories", part="id").status_code == 404
    headers = {"Content-Type": "application/json"}
    broken = channel.send("POST", f"{channel.base}/youtube/v3/comments?part=snippet", data=b"{", headers=headers)
    assert reason(broken) == (400, "parseError")
    assert reason(channel.call("POST", "videos", {}, part="snippet")) == (400, "mediaBodyRequired")


def test_a_long_get_may_come_as_a_form(channel: Channel) -> None:
    video = channel.has_video()
    headers = {"X-HTTP-Method-Override": "GET"}
    form = {"part": "id", "id": ",".join([video, *(f"x{n:010}" for n in range(49))]), "alt": "json"}
    found = good(channel.send("POST", f"{channel.base}/youtube/v3/videos", data=form, headers=headers))
    assert [item["id"] for item in found["items"]] == [video]


def test_an_etag_saves_the_body(channel: Channel) -> None:
    url = f"{channel.base}/youtube/v3/channels"
    params = {"part": "id", "mine": "true"}
    tag = channel.send("GET", url, params=params).headers["ETag"]
    assert channel.send("GET", url, params=params, headers={"If-None-Match": tag}).status_code == 304


def test_faults_answer_in_googles_shape(channel: Channel, practice: Practice) -> None:
    video = channel.has_video(privacy="private")
    public = {"id": video, "status": {"privacyStatus": "public"}}
    practice.fault("refuse", channel.account)
    refused = channel.call("PUT", "videos", public, part="status")
    assert reason(refused) == (429, "rateLimitExceeded")
    assert "Retry-After" not in refused.headers
    practice.fault("fail", channel.account)
    assert reason(channel.call("PUT", "videos", public, part="status")) == (500, "backendError")
    assert channel.status(video)["privacyStatus"] == "private"
    practice.fault("duplicate", channel.account)
    rejected = good(channel.call("PUT", "videos", public, part="status"))["status"]
    assert (rejected["uploadStatus"], rejected["rejectionReason"]) == ("rejected", "duplicate")
    assert practice.posts("youtube", channel.account) == []


# --- against the official description ---------------------------------------------------------------------------------

DISCOVERY = json.loads(get_static_doc("youtube", "v3"))
METHODS = {
    (method["httpMethod"], method["path"].removeprefix("youtube/v3/")): method
    for resource in DISCOVERY["resources"].values()
    for method in resource.get("methods", {}).values()
}
OURS_ONLY = {"onBehalfOfContentOwner", "onBehalfOfContentOwnerChannel", "upload_id"}


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_parameters_and_scopes_are_those_of_the_discovery_document(call: tuple[str, str]) -> None:
    official, ours = METHODS[call], CALLS[call]
    assert set(ours.params) - OURS_ONLY == set(official["parameters"]) - OURS_ONLY
    assert set(ours.scopes) == {scope.removeprefix(SCOPE) for scope in official["scopes"]} - {
        "youtubepartner",
        "youtubepartner-channel-audit",
    }
    for name, param in ours.params.items():
        known = official["parameters"].get(name, {})
        assert (param.kind == "many") == (known.get("repeated", False)), name
        unsaid = {value for value in known.get("enum", []) if value.endswith("Unspecified")}
        assert set(param.choices) - unsaid == set(known.get("enum", [])) - unsaid, name


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        (bodies.VIDEO, "Video"),
        (bodies.VIDEO["snippet"], "VideoSnippet"),
        (bodies.VIDEO["status"], "VideoStatus"),
        (bodies.PLAYLIST, "Playlist"),
        (bodies.PLAYLIST_ITEM["snippet"], "PlaylistItemSnippet"),
        (bodies.COMMENT["snippet"], "CommentSnippet"),
        (bodies.THREAD["snippet"], "CommentThreadSnippet"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bodies_know_the_fields_of_the_discovery_document(schema: dict[str, Any], name: str) -> None:
    assert set(DISCOVERY["schemas"][name]["properties"]) == set(schema)
