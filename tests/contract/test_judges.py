"""The judges catch what a network would refuse or, worse, overlook: above all a name that it does not know."""

from typing import Any

import pytest

from connectors import NETWORKS
from connectors.data import App
from connectors.errors import NotNow
from connectors.x import X
from tests.contract.calls import Call, Part, recorded
from tests.contract.judges import JUDGES, SILENT, judge, why_not
from tests.sandbox.server import free_port

DID = "did:plc:abcdefghijklmnopqrstuvwx"
JSON, FORM = {"content-type": "application/json"}, {"content-type": "application/x-www-form-urlencoded"}
FILE = Part("video_file_chunk", b"...", "file.mp4", "video/mp4")
IMAGE = {"$type": "blob", "ref": {"$link": "bafkreiabcdefgh"}, "mimeType": "image/png", "size": 100}


def form(network: str, path: str, **values: str) -> Call:
    return Call(network, "POST", "", path, headers=FORM, kind="form", body=tuple(values.items()))


def look(network: str, path: str, **query: str) -> Call:
    return Call(network, "GET", "", path, tuple(query.items()))


def said(network: str, path: str, body: Any, method: str = "POST", **query: str) -> Call:
    return Call(network, method, "", path, tuple(query.items()), JSON, "json", body)


def bluesky(record: dict[str, Any], **more: Any) -> Call:
    whole = {"$type": "app.bsky.feed.post", "text": "Ice", "createdAt": "2026-11-22T15:00:00.000Z", **record}
    body = {"repo": DID, "collection": "app.bsky.feed.post", "record": whole, **more}
    return said("bluesky", "/xrpc/com.atproto.repo.createRecord", body)


def images(**more: Any) -> dict[str, Any]:
    return {"embed": {"$type": "app.bsky.embed.images", "images": [{"image": IMAGE, "alt": "A can", **more}]}}


def faults(call: Call) -> list[str]:
    if (found := judge(call.network)) is None:
        pytest.skip(why_not(call.network))
    return found.faults(call)


GOOD = [
    form("facebook", "/v26.0/1/feed", message="Ice", attached_media='[{"media_fbid": "1"}]', access_token="t"),
    look("facebook", "/v26.0/1/published_posts", fields="id,message,attachments{target{id}}", limit="100"),
    form("facebook", "/v26.0/1/video_reels", upload_phase="FINISH", video_id="1", video_state="PUBLISHED"),
    form("instagram", "/v26.0/1/media", image_url="https://polarfizz.com/can.jpg", caption="Ice", is_carousel_item="true"),
    form("instagram", "/v26.0/1/media_publish", creation_id="1"),
    said("x", "/2/tweets", {"text": "Ice", "poll": {"options": ["a", "b"], "duration_minutes": 60}}),
    look("x", "/2/users/1/tweets", **{"post.fields": "attachments,text", "max_results": "100"}),
    said("youtube", "/youtube/v3/videos", {"id": "1", "status": {"privacyStatus": "public"}}, "PUT", part="snippet,status"),
    said("pinterest", "/v5/pins", {"board_id": "1", "media_source": {"source_type": "video_id", "media_id": "1"}}),
    form("pinterest", "/v5/oauth/token", grant_type="authorization_code", code="c", redirect_uri="https://a"),
    bluesky(images(aspectRatio={"width": 4, "height": 3})),
    look("bluesky", "/xrpc/com.atproto.repo.listRecords", repo=DID, collection="app.bsky.feed.post", limit="50"),
    said("mastodon", "/api/v1/statuses", {"status": "Ice", "visibility": "public"}),
    form("mastodon", "/api/v1/statuses", status="Ice", sensitive="true"),
]


@pytest.mark.parametrize("call", GOOD, ids=str)
def test_what_a_specification_knows_passes(call: Call) -> None:
    assert faults(call) == []


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        (form("facebook", "/v26.0/1/feed", mesage="Ice"), "unknown parameter mesage"),
        (form("facebook", "/v26.0/1/feeds", message="Ice"), "no node has this edge"),
        (form("facebook", "/v26.0/1/feed", attached_media="1"), "which is no list<Object>"),
        (form("facebook", "/v26.0/1/feed", published="yes"), "which is no bool"),
        (form("facebook", "/v26.0/1/video_reels", upload_phase="begin"), "upload_phase is 'begin'"),
        (form("facebook", "/v26.0/1/video_reels", video_id="1"), "parameter upload_phase is missing"),
        (look("facebook", "/v26.0/1", fields="id,mesage"), "unknown field mesage"),
        (form("instagram", "/v26.0/1/media", image="https://polarfizz.com/can.jpg"), "unknown parameter image"),
        (look("instagram", "/v26.0/1", fields="status_cod"), "unknown field status_cod"),
        (said("x", "/2/tweets", {"txt": "Ice"}), "'txt'"),
        (said("x", "/2/tweets", {"text": "Ice", "media": {"ids": ["1"]}}), "'ids'"),
        (said("x", "/2/tweets", {"text": "Ice", "reply_settings": "nobody"}), "'nobody' is not one of"),
        (said("x", "/2/posts/new", {"text": "Ice"}), "no such path"),
        (look("x", "/2/users/1/tweets", post_fields="text"), "unknown parameter post_fields"),
        (look("x", "/2/users/1/tweets", **{"post.fields": "txt"}), "'txt' is not one of"),
        (said("youtube", "/youtube/v3/videos", {"status": {"privacy": "public"}}, "PUT", part="status"), "'privacy'"),
        (said("youtube", "/youtube/v3/videos", {"status": {"privacyStatus": "all"}}, "PUT", part="status"), "'all' is not one"),
        (said("youtube", "/youtube/v3/videos", {"id": "1"}, "PUT"), "parameter part is missing"),
        (look("youtube", "/youtube/v3/videos", part="snipet", id="1"), "unknown part snipet"),
        (look("youtube", "/youtube/v3/videos", part="snippet", ids="1"), "unknown parameter ids"),
        (said("pinterest", "/v5/pins", {"board": "1"}), "'board'"),
        (said("pinterest", "/v5/pins", {"board_id": "1", "media_source": {"source_type": "video_id", "video": "1"}}), "body"),
        (form("pinterest", "/v5/oauth/token", grant_type="authorization_code", kode="c", redirect_uri="u"), "body"),
        (bluesky({"language": ["en"]}), "'language'"),
        (bluesky({"langs": ["en"], "createdAt": "today"}), "is not a 'datetime'"),
        (bluesky({"text": "a" * 301}), "longer than 300 graphemes"),
        (bluesky(images(alt_text="A can")), "alt_text"),
        (bluesky({}, rkey="my post"), "record key"),
        (bluesky({}, recordKey="3"), "'recordKey'"),
        (look("bluesky", "/xrpc/com.atproto.repo.listRecord", repo=DID), "no such method"),
        (said("mastodon", "/api/v1/statuses", {"status": "Ice", "spoiler": "!"}), "body"),
        (form("mastodon", "/api/v1/statuses", text="Ice"), "body"),
        (form("mastodon", "/api/v1/status", status="Ice"), "no such path"),
    ],
    ids=str,
)
def test_what_it_does_not_know_is_caught(call: Call, fault: str) -> None:
    found = faults(call)
    assert any(fault in one for one in found), found


def test_a_file_counts_as_a_parameter() -> None:
    values = (Part("upload_phase", b"transfer"), Part("start_offset", b"0"), FILE)
    call = Call("facebook", "POST", "", "/v26.0/1/videos", headers={}, kind="multipart", body=values)
    assert faults(call) == []
    assert "unknown parameter" in faults(call.but(body=(*values, Part("chunk", b"...", "chunk.mp4"))))[0]


def test_what_leaves_the_seam_is_what_is_judged() -> None:
    """As bytes on the wire and under the network's own address, whether or not anybody answers."""
    http = X.seam(App("", "", base_url=f"http://127.0.0.1:{free_port()}/x"))
    picture = {"media": ("can.png", b"\x89PNG\r\n", "image/png")}
    with recorded() as calls:
        for path, how in (
            ("/2/tweets?a=b", {"json": {"txt": "Ice"}}),
            ("/2/media/upload/1/append", {"data": {"segment_index": "0"}, "files": picture}),
            ("/2/oauth2/token", {"data": {"grant_type": "refresh_token"}}),
        ):
            with pytest.raises(NotNow):
                http.post(f"https://api.x.com{path}", **how)
    said, uploaded, asked = calls
    assert (said.network, said.host, said.path, said.query, said.body) == (
        *("x", "api.x.com", "/2/tweets", (("a", "b"),)),
        {"txt": "Ice"},
    )
    assert [(part.name, part.content) for part in uploaded.body] == [("segment_index", b"0"), ("media", b"\x89PNG\r\n")]
    assert asked.body == (("grant_type", "refresh_token"),)
    assert faults(uploaded) == []
    assert any("'txt'" in fault for fault in faults(said))


@pytest.mark.parametrize("network", JUDGES)
def test_there_is_a_judge(network: str) -> None:
    """Skips where there is none, so that a run says which requests were not judged, and why."""
    if reason := why_not(network):
        pytest.skip(reason)
    assert judge(network)


def test_whoever_has_no_judge_publishes_no_specification() -> None:
    assert set(NETWORKS) - set(JUDGES) == SILENT
    assert not [network for network in SILENT if judge(network)]
