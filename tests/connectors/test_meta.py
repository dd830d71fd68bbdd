"""What Graph's answers mean: codes, usage headers, encodings, and what facebook-sdk makes of odd answers."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from requests import Response
from requests.structures import CaseInsensitiveDict

from connectors.data import App, Pause, Tokens
from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from connectors.facebook import Facebook
from connectors.http import Http
from connectors.meta import Graph, encoded, moment, proof
from connectors.meta_errors import Duplicate, Gone, Incomplete


def answer(status: int, body: str | Mapping[str, Any], **headers: str) -> Response:
    response = Response()
    response.status_code = status
    response._content = (body if isinstance(body, str) else json.dumps(body)).encode()
    response.headers = CaseInsensitiveDict({"content-type": "application/json", **headers})
    return response


def refusal(status: int, code: int, subcode: int = 0, **more: Any) -> Response:
    error = {"message": "Words of Facebook", "type": "OAuthException", "code": code, **more}
    return answer(status, {"error": error | ({"error_subcode": subcode} if subcode else {})})


@pytest.mark.parametrize(
    ("status", "code", "subcode", "error", "words"),
    [
        (500, 1, 0, Doubt, "passing error"),
        (400, 2, 0, Doubt, "passing error"),
        (400, 1, 2853006, Unauthorized, "lacks a permission"),
        (403, 4, 1349174, NotNow, "slow down"),
        (400, 80001, 2446079, NotNow, "slow down"),
        (400, 613, 0, NotNow, "slow down"),
        (400, 368, 0, NotNow, "some hours"),
        (400, 100, 1390008, NotNow, "some hours"),
        (401, 190, 0, Unauthorized, "connect the channel again"),
        (401, 190, 460, Unauthorized, "changed their password"),
        (401, 190, 463, Unauthorized, "has run out"),
        (401, 190, 492, Unauthorized, "lost their role"),
        (403, 10, 0, Unauthorized, "lacks a permission"),
        (403, 200, 0, Unauthorized, "lacks a permission"),
        (400, 283, 0, Unauthorized, "lacks a permission"),
        (400, 200, 1404078, Unauthorized, "confirm who they are"),
        (400, 506, 1455006, Duplicate, "twice in a row"),
        (400, 100, 1366051, Duplicate, "twice in a row"),
        (400, 100, 33, Gone, "does not know this any more"),
        (400, 100, 1609005, Rejected, "cannot open the link"),
        (400, 324, 0, Rejected, "JPEG or PNG"),
        (400, 10, 2018278, Rejected, "within 24 hours"),
        (400, 551, 1545041, Rejected, "cannot get messages"),
        (400, 6001, 1363037, Incomplete, "goes on with the upload"),
        (400, 99999, 0, Rejected, "refused this: Words of Facebook"),
        (401, 99999, 0, Unauthorized, "connect the channel again"),
        (429, 99999, 0, NotNow, "slow down"),
        (503, 99999, 0, Doubt, "passing error"),
        (200, 190, 463, Unauthorized, "has run out"),
    ],
)
def test_each_code_is_named_by_what_to_do(status: int, code: int, subcode: int, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        Facebook.judge(refusal(status, code, subcode))
    assert type(caught.value) is error
    said = f"{code}/{subcode} Words of Facebook" if subcode else f"{code} Words of Facebook"
    assert getattr(caught.value, "said", None) == said


def test_a_new_code_is_told_in_the_words_that_facebook_has_for_users() -> None:
    with pytest.raises(Rejected, match=r"^Facebook refused this: Locations \(DE\) overlap\.$"):
        Facebook.judge(refusal(400, 100, 0, error_user_msg="Locations {DE} overlap."))
    with pytest.raises(Doubt):
        Facebook.judge(refusal(400, 6000, 0, is_transient=True))


def test_secrets_in_the_networks_words_are_not_kept() -> None:
    with pytest.raises(Unauthorized) as caught:
        Facebook.judge(refusal(401, 190, 0, message="Malformed access_token=EAAsecret"))
    assert "EAAsecret" not in caught.value.said


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (answer(502, "<html>Bad gateway</html>"), Doubt),
        (answer(500, {"ok": False}), Doubt),
        (answer(200, "<html>Sorry</html>"), Doubt),
        (answer(200, '{"id": "222_9'), Doubt),
        (answer(400, {"debug_info": {"type": "PartialRequestError"}}), Rejected),
        (answer(401, {"debug_info": {"type": "NotAuthorizedError"}}), Unauthorized),
        (answer(429, "slow"), NotNow),
    ],
)
def test_answers_without_graphs_envelope(response: Response, error: type[Exception]) -> None:
    with pytest.raises(error):
        Facebook.judge(response)


def test_a_good_answer_passes() -> None:
    Facebook.judge(answer(200, {"id": "222_900"}))


def test_the_wait_is_what_the_header_says_in_minutes() -> None:
    blocked = refusal(400, 80001)
    usage = [{"type": "pages", "call_count": 100, "total_cputime": 1, "total_time": 1, "estimated_time_to_regain_access": 7}]
    blocked.headers["X-Business-Use-Case-Usage"] = json.dumps({"222": usage})
    with pytest.raises(NotNow) as caught:
        Facebook.judge(blocked)
    assert caught.value.retry_in == timedelta(minutes=7)
    assert Facebook.pause(blocked) == Pause(timedelta(minutes=7), "channel")


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({}, None),
        ({"X-App-Usage": '{"call_count":28,"total_cputime":94,"total_time":25}'}, None),
        ({"X-App-Usage": '{"call_count":28,"total_cputime":95,"total_time":25}'}, Pause(timedelta(minutes=10), "app")),
        ({"X-Business-Use-Case-Usage": '{"222":[{"type":"pages","call_count":96}]}'}, Pause(timedelta(minutes=10))),
        ({"X-App-Usage": "no JSON", "X-Business-Use-Case-Usage": "[]"}, None),
    ],
)
def test_it_stops_at_95_per_cent_of_an_allowance(headers: dict[str, str], pause: Pause | None) -> None:
    assert Facebook.pause(answer(200, {}, **headers)) == pause


def test_forms_carry_json_and_lower_case_booleans() -> None:
    form = {
        "attached_media": [{"media_fbid": "1"}],
        "published": False,
        "message": "",
        "file_size": 0,
        "link": None,
        "targeting": {},
    }
    assert encoded(form) == {"attached_media": '[{"media_fbid": "1"}]', "published": "false", "file_size": "0"}


def test_the_proof_is_an_hmac_of_the_token_under_the_secret() -> None:
    assert proof("secret", "token") == "e941110e3d2bfe82621f0e3e1434730d7305d106c5f68c87165d0b27a4611a4a"


def test_times_are_read_with_their_zone() -> None:
    assert moment("2026-11-22T15:00:00+0000").isoformat() == "2026-11-22T15:00:00+00:00"


class Odd(Http):
    """Answers everything with one response, as a proxy on the way might."""

    def __init__(self, response: Response) -> None:
        super().__init__(hosts=Facebook.hosts, judge=Facebook.judge)
        self.response = response

    def carry(self, *args: Any) -> Response:
        if self.judge:
            self.judge(self.response)
        return self.response


@pytest.mark.parametrize("content_type", ["", "text/plain"])
def test_facebook_sdk_stumbling_over_a_content_type_is_a_doubt(content_type: str) -> None:
    response = answer(200, {"id": "222_900"})
    response.headers["content-type"] = content_type
    if not content_type:
        del response.headers["content-type"]
    with pytest.raises(Doubt, match="cannot be read"):
        Graph(Odd(response), "token", "secret").post("222/feed", message="Hi")


@pytest.mark.parametrize("body", ["[]", '{"success": false}'])
def test_an_answer_that_confirms_nothing_is_a_doubt(body: str) -> None:
    with pytest.raises(Doubt, match="without saying that it was done"):
        Graph(Odd(answer(200, body)), "token", "secret").post("222/feed", message="Hi")


def test_only_pages_on_which_the_person_may_publish_are_offered() -> None:
    pages = [
        {"id": "1", "tasks": ["ANALYZE", "ADVERTISE"]},
        {"id": "2", "tasks": ["CREATE_CONTENT"]},
        {"id": "3", "tasks": ["PROFILE_PLUS_CREATE_CONTENT"]},
        {"id": "4"},
    ]
    tokens = Tokens("t", scopes=Facebook.needed)
    found = Facebook.pages(App("a", "s"), Odd(answer(200, {"data": pages})), tokens, "id")
    assert [page["id"] for page in found] == ["2", "3", "4"]
