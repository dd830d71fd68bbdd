"""What every practice network shares: faults at the door, the control API, the pages. Tried on X, over real HTTP."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.server import running_sandbox


@pytest.fixture
def brand(practice: Practice) -> dict[str, Any]:
    return practice.account("x")


def post(practice: Practice, brand: dict[str, Any], text: str, timeout: float = 5) -> requests.Response:
    headers = {"authorization": f"Bearer {brand['access_token']}"}
    return requests.post(f"{practice.url}/x/2/tweets", json={"text": text}, headers=headers, timeout=timeout)


def texts(practice: Practice, brand: dict[str, Any]) -> list[str]:
    return [shown["text"] for shown in practice.posts("x", brand)]


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "status"), [("refuse", 429), ("fail", 500), ("duplicate", 403)])
def test_a_refusal_at_the_door_creates_nothing_and_is_over_after_its_times(
    practice: Practice, brand: dict[str, Any], kind: str, status: int
) -> None:
    practice.fault(kind, brand, network="x", times=1)

    first, second = post(practice, brand, f"{kind} me"), post(practice, brand, f"{kind} me")

    assert (first.status_code, second.status_code) == (status, 201)
    assert texts(practice, brand) == [f"{kind} me"]


@pytest.mark.parametrize(("kind", "there"), [("timeout_before", []), ("timeout_after", ["hello"])])
def test_a_timeout_never_answers_and_only_the_late_one_has_acted(
    practice: Practice, brand: dict[str, Any], kind: str, there: list[str]
) -> None:
    practice.fault(kind, brand)

    with pytest.raises(requests.ReadTimeout):
        post(practice, brand, "hello", timeout=0.4)

    assert texts(practice, brand) == there


@pytest.mark.parametrize(("kind", "there"), [("reset_before", []), ("reset_after", ["hello"])])
def test_a_reset_is_a_real_one_and_only_the_late_one_has_acted(
    practice: Practice, brand: dict[str, Any], kind: str, there: list[str]
) -> None:
    practice.fault(kind, brand)
    host, port = practice.url.removeprefix("http://").split(":")
    body = b'{"text": "hello"}'
    head = f"POST /x/2/tweets HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {brand['access_token']}\r\n"
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        with pytest.raises(ConnectionResetError):
            connection.recv(100)

    assert texts(practice, brand) == there


def test_a_held_answer_ends_by_itself_after_its_seconds(practice: Practice, brand: dict[str, Any]) -> None:
    practice.fault("timeout_after", brand, seconds=0.2)

    with pytest.raises(requests.ConnectionError):
        post(practice, brand, "held")

    assert texts(practice, brand) == ["held"]


def test_an_answer_can_come_late(practice: Practice, brand: dict[str, Any]) -> None:
    practice.fault("delay", brand, seconds=0.3)

    slow, fast = post(practice, brand, "slow"), post(practice, brand, "fast")

    assert slow.status_code == fast.status_code == 201
    assert fast.elapsed.total_seconds() < 0.3 <= slow.elapsed.total_seconds()


def test_an_expired_token_is_refused_and_a_refresh_helps(practice: Practice, brand: dict[str, Any]) -> None:
    practice.fault("expire_token", brand)
    assert post(practice, brand, "late").status_code == 401

    form = {"grant_type": "refresh_token", "refresh_token": brand["refresh_token"]}
    fresh = requests.post(f"{practice.url}/x/2/oauth2/token", form, auth=("smo-practice", "smo-practice-secret"), timeout=5)

    assert post(practice, fresh.json(), "late").status_code == 201


def test_a_revoked_account_can_not_even_refresh(practice: Practice, brand: dict[str, Any]) -> None:
    practice.fault("revoke_token", brand)
    assert post(practice, brand, "gone").status_code == 401

    form = {"grant_type": "refresh_token", "refresh_token": brand["refresh_token"]}
    fresh = requests.post(f"{practice.url}/x/2/oauth2/token", form, auth=("smo-practice", "smo-practice-secret"), timeout=5)

    assert fresh.status_code == 400


def test_a_fault_hits_only_the_account_and_the_requests_it_names(practice: Practice, brand: dict[str, Any]) -> None:
    other = practice.account("x", name="Other Brand")
    practice.fault("fail", brand, operation="read", times=None)

    me = {name: requests.get(f"{practice.url}/x/2/users/me", headers=_bearer(who), timeout=5) for name, who in
          {"brand": brand, "other": other}.items()}  # fmt: skip

    assert (me["brand"].status_code, me["other"].status_code) == (500, 200)
    assert post(practice, brand, "publishing works").status_code == 201


def test_a_fault_may_name_requests_by_path(practice: Practice, brand: dict[str, Any]) -> None:
    practice.control("POST", "faults", kind="fail", network="x", account=brand["id"], path="^/2/users/me$")

    assert post(practice, brand, "fine").status_code == 201
    assert requests.get(f"{practice.url}/x/2/users/me", headers=_bearer(brand), timeout=5).status_code == 500


def test_every_fault_played_is_recorded(practice: Practice, brand: dict[str, Any]) -> None:
    practice.fault("refuse", brand)
    post(practice, brand, "no")

    newest = practice.control("GET", "faults")["applied"][0]
    logged = practice.requests(account=brand["id"])[-1]

    assert (newest["kind"], newest["account"], newest["path"]) == ("refuse", brand["id"], "/2/tweets")
    assert (logged["status"], logged["fault"]) == (429, "refuse")


@pytest.mark.parametrize("wrong", [{"kind": "explode"}, {"kind": "fail", "when": "now"}, {"kind": "fail", "operation": "sing"}])
def test_a_fault_that_makes_no_sense_is_refused(practice: Practice, wrong: dict[str, str]) -> None:
    reply = practice.http.post(f"{practice.url}/_control/faults", json=wrong, timeout=5)

    assert reply.status_code == 400
    assert reply.json()["error"]


# --- the request log --------------------------------------------------------------------------------------------------


def test_the_log_keeps_what_was_sent_and_answered_but_no_secret(practice: Practice, brand: dict[str, Any]) -> None:
    post(practice, brand, "logged")
    form = {"grant_type": "refresh_token", "refresh_token": brand["refresh_token"]}
    requests.post(f"{practice.url}/x/2/oauth2/token", form, auth=("smo-practice", "smo-practice-secret"), timeout=5)

    published, refreshed = practice.requests(account=brand["id"])

    assert (published["method"], published["path"], published["operation"]) == ("POST", "/2/tweets", "publish")
    assert published["body"] == '{"text": "logged"}'
    assert published["headers"]["authorization"] == "Bearer ***"
    assert refreshed["operation"] == "token"
    whole = str([published, refreshed])
    assert brand["access_token"] not in whole
    assert brand["refresh_token"] not in whole


# --- control ----------------------------------------------------------------------------------------------------------


def test_the_demo_has_accounts_on_every_network(practice: Practice) -> None:
    accounts = practice.control("GET", "accounts", network="x")["data"]

    assert "polarfizz" in [account["username"] for account in accounts]


def test_one_account_can_be_emptied_without_touching_another(practice: Practice, brand: dict[str, Any]) -> None:
    other = practice.account("x", name="Other Brand")
    post(practice, brand, "mine")
    post(practice, other, "theirs")

    practice.control("POST", "reset", network="x", account=brand["id"])

    assert texts(practice, brand) == []
    assert texts(practice, other) == ["theirs"]
    assert post(practice, brand, "mine").status_code == 201


def test_everything_can_be_reset_and_the_store_outlives_a_restart(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as url:
        brand = Practice(url).account("x")
        post(Practice(url), brand, "kept")
    with running_sandbox(tmp_path) as url:
        practice = Practice(url)
        assert texts(practice, brand) == ["kept"]
        practice.control("POST", "reset")
        assert practice.control("GET", "posts")["data"] == []
        assert "polarfizz" in [account["username"] for account in practice.control("GET", "accounts")["data"]]


def test_a_wrong_control_request_says_why(practice: Practice) -> None:
    reply = practice.http.post(f"{practice.url}/_control/accounts", json={"network": "friendster"}, timeout=5)

    assert reply.status_code == 400
    assert "network must be one of" in reply.json()["error"]


def test_a_post_costs_the_server_few_milliseconds(practice: Practice) -> None:
    practice.control("POST", "limits", network="x", enforced=False)
    brand, http = practice.account("x"), requests.Session()
    for number in range(100):
        body = {"text": f"Number {number}"}
        assert http.post(f"{practice.url}/x/2/tweets", json=body, headers=_bearer(brand), timeout=5).status_code == 201

    times = sorted(request["ms"] for request in practice.requests(account=brand["id"]))
    assert times[len(times) // 2] < 5  # about 0.6 on an idle machine
    assert len(practice.posts("x", brand)) == 100


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/faults", "/x/polarfizz"])
def test_every_page_says_that_it_is_practice(practice: Practice, path: str) -> None:
    page = requests.get(practice.url + path, timeout=5)

    assert page.status_code == 200
    assert "Practice network" in page.text


def test_a_fan_comments_and_likes_on_the_public_page(practice: Practice, brand: dict[str, Any]) -> None:
    made = post(practice, brand, "Say <b>hello</b> & be cool").json()["data"]["id"]
    form = {"name": "Ann Miller", "target": made}
    for more in ({"action": "comment", "text": "hello!"}, {"action": "like"}):
        requests.post(f"{practice.url}/x/_fan", {**form, **more}, timeout=5)

    shown = practice.posts("x", brand)[0]
    page = requests.get(shown["url"], timeout=5).text

    assert shown["likes"] == 1
    assert [reply["text"] for reply in shown["replies"]] == ["hello!"]
    assert "Say &lt;b&gt;hello&lt;/b&gt; &amp; be cool" in page
    assert "Ann Miller" in page


def test_a_page_that_is_not_there_is_a_404(practice: Practice) -> None:
    assert requests.get(f"{practice.url}/x/nobody/status/1", timeout=5).status_code == 404
    assert requests.get(f"{practice.url}/x/nobody", timeout=5).status_code == 404
    assert requests.get(f"{practice.url}/x/_media/..%2Fsandbox.sqlite3", timeout=5).status_code == 404


def test_the_panel_sets_and_removes_a_fault(practice: Practice, brand: dict[str, Any]) -> None:
    form = {"kind": "fail", "network": "x", "account": brand["id"], "operation": "", "path": "", "seconds": "", "times": "2"}
    requests.post(f"{practice.url}/faults", form, timeout=5)
    assert post(practice, brand, "no").status_code == 500

    requests.post(f"{practice.url}/faults", {"remove": "all"}, timeout=5)
    assert post(practice, brand, "yes").status_code == 201


def _bearer(who: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {who['access_token']}"}
