"""The practice Bluesky refuses what the reference server refuses, in its words."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Practice

POST, GATE = "app.bsky.feed.post", "app.bsky.feed.threadgate"
KEY = "3kaaaaaaaaaaa"
NOW = "2026-11-22T15:00:00.000Z"
JPEG = b"\xff\xd8\xff\xe0" + bytes(100)
FILM = b"\0\0\0\x18ftypmp42" + bytes(100)
CREATE = "com.atproto.repo.applyWrites#create"


class Actor:
    """An account and its calls."""

    def __init__(self, practice: Practice, **details: Any) -> None:
        self.practice = practice
        self.made = practice.account("bluesky", **details)
        self.did, self.token = self.made["id"], self.made["access_token"]

    def call(self, method: str, verb: str = "GET", token: str | None = None, **how: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token if token is None else token}", **how.pop("headers", {})}
        if token == "":
            del headers["Authorization"]
        url = f"{self.practice.url}/bluesky/xrpc/{method}"
        return self.practice.http.request(verb, url, headers=headers, timeout=10, **how)

    def tell(self, method: str, **body: Any) -> requests.Response:
        return self.call(method, "POST", json=body)

    def write(self, method: str = "createRecord", key: str = KEY, **fields: Any) -> requests.Response:
        record = {"$type": POST, "text": "Cold", "createdAt": NOW, **fields}
        body = {"repo": self.did, "collection": POST, "rkey": key, "record": record}
        return self.tell(f"com.atproto.repo.{method}", **body)

    def upload(self, content: bytes = JPEG, mime: str = "image/jpeg") -> dict[str, Any]:
        answer = self.call("com.atproto.repo.uploadBlob", "POST", data=content, headers={"Content-Type": mime})
        assert answer.ok, answer.text
        blob: dict[str, Any] = answer.json()["blob"]
        return blob

    def service_token(self, audience: str = "", method: str = "com.atproto.repo.uploadBlob") -> str:
        audience = audience or self.call("com.atproto.server.describeServer").json()["did"]
        answer = self.call("com.atproto.server.getServiceAuth", params={"aud": audience, "lxm": method})
        return str(answer.json()["token"])

    def film(self, verb: str, method: str, **how: Any) -> requests.Response:
        return self.call(f"app.bsky.video.{method}", verb, token=self.service_token(), **how)


@pytest.fixture
def brand(practice: Practice) -> Actor:
    return Actor(practice)


def refused(answer: requests.Response, status: int, error: str, words: str = "") -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert words in answer.json()["message"]


def log_in(brand: Actor, identifier: str, password: str) -> requests.Response:
    body = {"identifier": identifier, "password": password}
    return brand.call("com.atproto.server.createSession", "POST", token="", json=body)


# -- sessions ----------------------------------------------------------------------------------------------------------


def test_a_session_begins_with_handle_did_or_address_and_the_app_password(brand: Actor) -> None:
    for identifier in (brand.made["handle"], brand.did, f"{brand.made['username']}@practice.example"):
        session = log_in(brand, identifier, brand.made["app_password"])
        assert session.json()["did"] == brand.did
    refused(log_in(brand, brand.did, "aaaa-bbbb-cccc-dddd"), 401, "AuthenticationRequired")
    refused(log_in(brand, "nobody.bsky.social", brand.made["app_password"]), 401, "AuthenticationRequired")


def test_the_demos_account_can_be_connected_by_its_page(practice: Practice) -> None:
    page = practice.http.get(f"{practice.url}/bluesky/polarfizz", timeout=5).text
    assert "Polar Fizz" in page
    assert "cold-fizz-cold-fizz" in page
    body = {"identifier": "polarfizz.bsky.social", "password": "cold-fizz-cold-fizz"}
    url = f"{practice.url}/bluesky/xrpc/com.atproto.server.createSession"
    assert practice.http.post(url, json=body, timeout=5).ok


def test_tokens_are_refused_by_kind_and_state(brand: Actor) -> None:
    me = "com.atproto.server.getSession"
    assert brand.call(me).json()["handle"] == brand.made["handle"]
    refused(brand.call(me, token=""), 401, "AuthMissing")
    refused(brand.call(me, token="nonsense"), 400, "InvalidToken")
    refused(brand.call(me, token=brand.made["refresh_token"]), 400, "InvalidToken")
    refused(brand.call("com.atproto.server.refreshSession", "POST"), 400, "InvalidToken")
    brand.practice.control("POST", "clock", offset=7201)
    refused(brand.call(me), 400, "ExpiredToken", "Token has expired")


def test_a_refresh_token_gives_the_same_successor_for_two_hours(brand: Actor) -> None:
    def refresh(token: str) -> requests.Response:
        return brand.call("com.atproto.server.refreshSession", "POST", token=token)

    old = brand.made["refresh_token"]
    first, again = refresh(old).json(), refresh(old).json()
    assert first["refreshJwt"] == again["refreshJwt"] != old
    brand.practice.control("POST", "clock", offset=7201)
    refused(refresh(old), 400, "ExpiredToken")
    assert refresh(first["refreshJwt"]).ok
    assert brand.call("com.atproto.server.deleteSession", "POST", token=first["refreshJwt"]).ok
    refused(refresh(first["refreshJwt"]), 400, "ExpiredToken", "revoked")


def test_logging_in_too_often_is_refused(brand: Actor) -> None:
    answers = [log_in(brand, brand.did, brand.made["app_password"]).status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]


# -- records -----------------------------------------------------------------------------------------------------------


def test_a_key_that_is_taken_is_a_plain_500(brand: Actor) -> None:
    made = brand.write().json()
    assert made["uri"] == f"at://{brand.did}/{POST}/{KEY}"
    assert made["commit"]
    refused(brand.write(), 500, "InternalServerError")


def test_putting_the_same_record_again_changes_nothing(brand: Actor) -> None:
    first, again = brand.write("putRecord").json(), brand.write("putRecord").json()
    assert (first["uri"], first["cid"]) == (again["uri"], again["cid"])
    assert "commit" in first
    assert "commit" not in again
    assert brand.write("putRecord", text="Colder").json()["cid"] != first["cid"]


@pytest.mark.parametrize("key", ["my-post", "3kaaaaaaaaaa", "3kaaaaaaaaaa0", "zkaaaaaaaaaaa"])
def test_posts_have_tids_as_keys(brand: Actor, key: str) -> None:
    refused(brand.write(key=key), 400, "InvalidRequest", "TID")


def index(begin: Any, end: Any) -> list[dict[str, Any]]:
    return [{"index": {"byteStart": begin, "byteEnd": end}, "features": []}]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": "a" * 301}, "grapheme too big (maximum 300, got 301) at $.record.text"),
        ({"text": "👩‍👩‍👧‍👦" * 130}, "string too big (maximum 3000"),
        ({"text": None}, "Expected string"),
        ({"createdAt": "today"}, "Invalid datetime"),
        ({"langs": ["en", "de", "fr", "it"]}, "array too big (maximum 3, got 4)"),
        ({"tags": ["a" * 65]}, "grapheme too big (maximum 64"),
        ({"facets": index(0, "4")}, "Expected integer"),
        ({"facets": index(-1, 4)}, "integer too small"),
        ({"facets": [{"index": {"byteStart": 0}}]}, "Missing required key"),
        ({"reply": {"parent": {"uri": "at://did:plc:a/b.c/d"}}}, "Missing required key"),
        ({"embed": {"$type": "app.bsky.embed.images", "images": [{"alt": ""}]}}, 'Missing required key "image"'),
        ({"embed": {"$type": "app.bsky.embed.external", "external": {"uri": "https://a.b"}}}, "Missing required key"),
        ({"embed": {"images": []}}, 'Missing required key "$type"'),
        ({"labels": {"$type": "com.atproto.label.defs#selfLabels", "values": [{}]}}, 'Missing required key "val"'),
        ({"$type": "app.bsky.feed.like"}, "Invalid $type"),
    ],
)
def test_records_follow_the_lexicon(brand: Actor, fields: dict[str, Any], words: str) -> None:
    refused(brand.write(**fields), 400, "InvalidRequest", words)
    assert brand.practice.posts("bluesky", brand.made) == []


def test_only_ones_own_repository_can_be_written(brand: Actor) -> None:
    other = Actor(brand.practice)
    body = {"repo": other.did, "collection": POST, "record": {"text": "Cold", "createdAt": NOW}}
    refused(brand.tell("com.atproto.repo.createRecord", **body), 400, "InvalidRequest", "Could not find repo")
    refused(brand.tell("com.atproto.repo.createRecord", repo=brand.did), 400, "InvalidRequest", '"collection"')


def test_several_writes_are_all_or_none(brand: Actor) -> None:
    uri = f"at://{brand.did}/{POST}/{KEY}"
    post = {"$type": CREATE, "collection": POST, "rkey": KEY, "value": {"text": "Cold", "createdAt": NOW}}
    gate = {"$type": CREATE, "collection": GATE, "rkey": KEY, "value": {"post": uri, "allow": [], "createdAt": "?"}}
    refused(brand.tell("com.atproto.repo.applyWrites", repo=brand.did, writes=[post, gate]), 400, "InvalidRequest")
    assert brand.practice.posts("bluesky", brand.made) == []
    gate["value"] = {"post": uri, "allow": [], "createdAt": NOW}
    assert len(brand.tell("com.atproto.repo.applyWrites", repo=brand.did, writes=[post, gate]).json()["results"]) == 2
    refused(brand.tell("com.atproto.repo.applyWrites", repo=brand.did, writes=[post]), 500, "InternalServerError")
    (shown,) = brand.practice.posts("bluesky", brand.made)
    assert shown["details"]["who_may_reply"] == "nobody"


def test_a_gate_folds_strangers_answers(brand: Actor) -> None:
    uri = brand.write().json()["uri"]
    gate = {"collection": GATE, "rkey": KEY, "record": {"post": uri, "allow": [], "createdAt": NOW}}
    brand.tell("com.atproto.repo.createRecord", repo=brand.did, **gate)
    brand.practice.control("POST", "fan", network="bluesky", kind="comment", name="Ann", text="Me!", post=uri)
    (shown,) = brand.practice.posts("bluesky", brand.made)
    assert [(reply["text"], reply["hidden"]) for reply in shown["replies"]] == [("Me!", True)]


def test_an_answer_that_lies_about_its_thread_shows_as_broken(brand: Actor) -> None:
    first = brand.write().json()
    wrong = {
        "root": {"uri": first["uri"], "cid": first["cid"][:-4] + "aaaa"},
        "parent": {"uri": first["uri"], "cid": first["cid"]},
    }
    brand.write(key="3kaaaaaaaaaab", reply=wrong)
    assert brand.practice.posts("bluesky", brand.made)[1]["details"]["thread"] == "broken"


def test_deleting_what_is_gone_is_fine_and_reading_it_is_a_400(brand: Actor) -> None:
    where = {"repo": brand.did, "collection": POST, "rkey": KEY}
    brand.write()
    assert brand.call("com.atproto.repo.getRecord", token="", params=where).json()["value"]["text"] == "Cold"
    assert "commit" in brand.tell("com.atproto.repo.deleteRecord", **where).json()
    assert brand.tell("com.atproto.repo.deleteRecord", **where).json() == {}
    refused(brand.call("com.atproto.repo.getRecord", params=where), 400, "RecordNotFound")


def test_points_run_out_and_the_headers_say_so(brand: Actor) -> None:
    told = brand.write().headers
    assert (told["RateLimit-Limit"], told["RateLimit-Policy"]) == ("5000", "5000;w=3600")
    assert told["RateLimit-Remaining"] == "4997"


# -- files -------------------------------------------------------------------------------------------------------------


def picture(blob: dict[str, Any]) -> dict[str, Any]:
    return {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": ""}]}


def test_blobs_are_sniffed_and_must_be_referred_to_as_they_are(brand: Actor) -> None:
    blob = brand.upload(JPEG, "image/png")
    assert blob["mimeType"] == "image/jpeg"
    refused(brand.write(embed=picture({**blob, "mimeType": "image/png"})), 400, "InvalidMimeType")
    refused(brand.write(embed=picture({**blob, "size": 1})), 400, "InvalidSize")
    refused(brand.write(embed=picture({**blob, "size": 2_000_001})), 400, "InvalidRequest", "blob too big (maximum 2000000")
    refused(brand.write(embed=picture({**blob, "ref": {"$link": "bafkreiaaaa"}})), 400, "BlobNotFound")
    refused(brand.write(embed=picture(brand.upload(FILM, "video/mp4"))), 400, "InvalidRequest", "image/*")
    assert brand.write(embed=picture(blob)).ok


def test_unused_blobs_are_swept_away(brand: Actor) -> None:
    used, unused = brand.upload(JPEG), brand.upload(JPEG + b"2")
    brand.write(embed=picture(used))
    brand.practice.control("POST", "clock", offset=3601)
    assert brand.write(key="3kaaaaaaaaaab", embed=picture(used)).ok
    refused(brand.write(key="3kaaaaaaaaaac", embed=picture(unused)), 400, "BlobNotFound")


def test_others_blobs_are_not_there(brand: Actor) -> None:
    refused(brand.write(embed=picture(Actor(brand.practice).upload())), 400, "BlobNotFound")


def test_a_file_beyond_the_servers_cap_is_refused(brand: Actor) -> None:
    headers = {"Content-Type": "image/jpeg"}
    answer = brand.call("com.atproto.repo.uploadBlob", "POST", data=bytes(50 * 1024 * 1024 + 1), headers=headers)
    refused(answer, 413, "PayloadTooLarge")


# -- videos ------------------------------------------------------------------------------------------------------------


def test_the_video_service_takes_only_tokens_made_for_it(brand: Actor) -> None:
    start = {"sizeBytes": len(FILM), "mimeType": "video/mp4"}
    method = "app.bsky.video.startUpload"
    refused(brand.call(method, "POST", json=start), 400, "InvalidToken")
    for token in (brand.service_token("did:web:elsewhere.example"), brand.service_token(method="app.bsky.feed.getPosts")):
        refused(brand.call(method, "POST", token=token, json=start), 401, "BadJwtAudience")
    exp = {"aud": "did:web:x", "lxm": "a.b.c", "exp": "99999999999"}
    refused(brand.call("com.atproto.server.getServiceAuth", params=exp), 400, "BadExpiration")


def test_a_video_in_one_request_and_once_more(brand: Actor) -> None:
    brand.practice.fault("slow_processing", brand.made, network="bluesky", seconds=0)
    query = {"did": brand.did, "name": "film.mp4"}
    how: dict[str, Any] = {"params": query, "data": FILM, "headers": {"Content-Type": "video/mp4"}}
    job = brand.film("POST", "uploadVideo", **how).json()["jobStatus"]
    assert (job["state"], job["blob"]["mimeType"]) == ("JOB_STATE_COMPLETED", "video/mp4")
    again = brand.film("POST", "uploadVideo", **how)
    assert (again.status_code, again.json()["error"], again.json()["blob"]) == (409, "already_exists", job["blob"])
    refused(brand.film("POST", "uploadVideo", **how | {"params": {"did": brand.did}}), 400, "InvalidRequest")
    refused(
        brand.film("POST", "uploadVideo", **how | {"headers": {"Content-Type": "image/png"}}), 415, "UnsupportedContentType"
    )


def test_parts_must_have_their_size_and_all_be_there(brand: Actor) -> None:
    part = 5 * 1024 * 1024
    content = FILM + bytes(part)
    upload = brand.film("POST", "startUpload", json={"sizeBytes": len(content), "mimeType": "video/mp4"}).json()
    assert (upload["partSizeBytes"], upload["partCount"]) == (part, 2)

    def send(number: int, data: bytes, mime: str = "application/octet-stream") -> requests.Response:
        query = {"jobId": upload["jobId"], "partNumber": number}
        return brand.film("POST", "uploadPart", params=query, data=data, headers={"Content-Type": mime})

    refused(send(1, content[: part - 1]), 400, "PartSizeMismatch")
    refused(send(3, content[:part]), 400, "InvalidPartNumber")
    refused(send(2, content[part:], "video/mp4"), 400, "InvalidRequest")
    assert send(2, content[part:]).json() == {"partNumber": 2, "sizeBytes": len(content) - part}
    refused(brand.film("POST", "finishUpload", json={"jobId": upload["jobId"]}), 400, "MissingParts", "1")
    assert send(1, content[:part]).ok
    done = brand.film("POST", "finishUpload", json={"jobId": upload["jobId"]}).json()
    assert (
        brand.film("POST", "finishUpload", json={"jobId": upload["jobId"]}).json()["completedJobId"] == done["completedJobId"]
    )
    refused(send(1, content[:part]), 400, "UploadAlreadyCompleted")
    status = brand.film("GET", "getUploadStatus", params={"jobId": upload["jobId"]}).json()
    assert (status["state"], status["receivedParts"]) == ("completed", [1, 2])


def test_uploads_that_cannot_be(brand: Actor) -> None:
    refused(
        brand.film("POST", "startUpload", json={"sizeBytes": 1, "mimeType": "video/quicktime"}), 400, "UnsupportedContentType"
    )
    refused(brand.film("POST", "startUpload", json={"sizeBytes": 300_000_001, "mimeType": "video/mp4"}), 400, "VideoTooLarge")
    refused(brand.film("POST", "finishUpload", json={"jobId": "nothing"}), 400, "UploadNotFound")


# -- reads -------------------------------------------------------------------------------------------------------------


def test_posts_and_people_are_read(brand: Actor) -> None:
    uri = brand.write().json()["uri"]
    brand.practice.control("POST", "fan", network="bluesky", kind="like", name="Ann", post=uri)
    (post,) = brand.call("app.bsky.feed.getPosts", params={"uris": [uri, f"{uri}x"]}).json()["posts"]
    assert (post["likeCount"], post["record"]["text"]) == (1, "Cold")
    assert brand.call("app.bsky.actor.getProfile", params={"actor": brand.did}).json()["handle"] == brand.made["handle"]
    refused(brand.call("app.bsky.actor.getProfile", params={"actor": "nobody.example"}), 400, "InvalidRequest", "not found")
    refused(brand.call("com.atproto.identity.resolveHandle", params={"handle": "nobody.example"}), 400, "InvalidRequest")
    listed = brand.call("com.atproto.repo.listRecords", token="", params={"repo": brand.did, "collection": POST}).json()
    assert [record["uri"] for record in listed["records"]] == [uri]
    page = brand.practice.http.get(f"{brand.practice.url}/bluesky/profile/{brand.did}/post/{KEY}", timeout=5)
    assert "Cold" in page.text
