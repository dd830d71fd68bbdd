"""Google's log-in on the practice network: consent, tokens, scopes, quota."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.youtube_channel import SCOPE, Channel, good, reason

APP, SECRET, BACK = "smo-practice", "smo-practice-secret", "http://127.0.0.1:9/callback"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = f"{SCOPE}youtube.force-ssl {SCOPE}youtube.readonly"


class Google:
    """A browser and an app's server, on their way through the log-in."""

    def __init__(self, practice: Practice) -> None:
        self.base, self.http = f"{practice.url}/youtube", practice.http

    def opens(self, **changes: str) -> requests.Response:
        asked = {"client_id": APP, "redirect_uri": BACK, "response_type": "code", "scope": ASKED, "state": "s1"}
        asked |= {"access_type": "offline", "prompt": "consent", **changes}
        params = {name: value for name, value in asked.items() if value}
        return self.http.get(f"{self.base}/o/oauth2/v2/auth", params=params, timeout=10)

    def presses(self, page: requests.Response, answer: str, account: str = "", without: str = "") -> dict[str, str]:
        """The query of the redirect back to the app."""
        hidden = re.search(r'name="ask" value="([^"]+)"', page.text)
        scopes = [scope for scope in ticked(page, "scope") if not without or without not in scope]
        form = {"ask": hidden[1] if hidden else "", "answer": answer, "account": account or ticked(page, "account")[0]}
        reply = self.http.post(f"{self.base}/_consent", data={**form, "scope": scopes}, timeout=10, allow_redirects=False)
        assert reply.headers["location"].startswith(BACK), reply.text
        return {name: values[0] for name, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}

    def token(self, **form: str) -> requests.Response:
        client = {"client_id": APP, "client_secret": SECRET}
        return self.http.post(f"{self.base}/token", data={**client, **form}, timeout=10)

    def exchange(self, code: str, **form: str) -> requests.Response:
        return self.token(grant_type="authorization_code", code=code, redirect_uri=BACK, **form)

    def refresh(self, token: str, **form: str) -> requests.Response:
        return self.token(grant_type="refresh_token", refresh_token=token, **form)

    def revoke(self, token: str) -> requests.Response:
        return self.http.post(f"{self.base}/revoke", data={"token": token}, timeout=10)


def ticked(page: requests.Response, name: str) -> list[str]:
    """The values that the consent page offers under a name."""
    return [html.unescape(value) for value in re.findall(rf'name="{name}" value="([^"]+)"', page.text)]


@pytest.fixture
def google(practice: Practice) -> Google:
    return Google(practice)


def allowed(google: Google, account: str, **asked: str) -> dict[str, Any]:
    """Tokens of a whole dance for this account."""
    return good(google.exchange(google.presses(google.opens(**asked), "allow", account)["code"]))


def test_a_person_chooses_one_of_two_channels_and_the_token_acts_for_it(google: Google) -> None:
    page = google.opens(code_challenge=CHALLENGE, code_challenge_method="S256")
    assert "Polar Fizz Kitchen" in page.text
    assert "Brand Account" in page.text
    chosen = ticked(page, "account")[1]

    back = google.presses(page, "allow", chosen)
    tokens = good(google.exchange(back["code"], code_verifier=VERIFIER))

    assert back["state"] == "s1"
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 3599
    assert tokens["access_token"].startswith("ya29.")
    assert tokens["refresh_token"].startswith("1//0")
    mine = google.http.get(
        f"{google.base}/youtube/v3/channels",
        params={"part": "id,snippet,contentDetails,status", "mine": "true"},
        headers={"Authorization": f"Bearer {tokens['access_token']}"},
    ).json()["items"]
    assert [(channel["id"], channel["snippet"]["title"]) for channel in mine] == [(chosen, "Polar Fizz Kitchen")]
    assert mine[0]["contentDetails"]["relatedPlaylists"]["uploads"] == "UU" + chosen[2:]


def test_what_is_unticked_is_not_granted(google: Google, practice: Practice) -> None:
    channel = Channel(practice, scopes=["youtube.readonly"])
    code = google.presses(google.opens(), "allow", channel.id, without="force-ssl")["code"]

    tokens = good(google.exchange(code))

    assert tokens["scope"] == f"{SCOPE}youtube.readonly"
    channel.token = tokens["access_token"]
    assert reason(channel.call("GET", "commentThreads", part="id", videoId="x")) == (403, "insufficientPermissions")


def test_scopes_of_earlier_consents_are_included_when_asked_for(google: Google, practice: Practice) -> None:
    channel = Channel(practice, scopes=["youtube.upload"])
    tokens = allowed(google, channel.id, scope=f"{SCOPE}youtube.readonly", include_granted_scopes="true")
    assert set(tokens["scope"].split()) == {f"{SCOPE}youtube.readonly", f"{SCOPE}youtube.upload"}


def test_cancel_brings_the_person_back_with_access_denied(google: Google) -> None:
    assert google.presses(google.opens(), "cancel") == {"error": "access_denied", "state": "s1"}


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"redirect_uri": "ftp://x/"}, 400, "redirect_uri_mismatch"),
        ({"scope": "everything"}, 400, "invalid_scope"),
        ({"scope": ""}, 400, "Missing required parameter: scope"),
        ({"response_type": "magic"}, 400, "unsupported_response_type"),
        ({"colour": "red"}, 400, "Parameter not allowed for this message type: colour"),
        ({"code_challenge_method": "S256"}, 400, "Missing required parameter: code_challenge"),
    ],
)
def test_a_wrong_authorize_address_shows_an_error_and_sends_nobody_back(
    google: Google, changes: dict[str, str], status: int, error: str
) -> None:
    page = google.opens(**changes)
    assert page.status_code == status
    assert error in page.text


def test_a_code_needs_its_verifier_and_works_once(google: Google) -> None:
    def fresh() -> str:
        return google.presses(google.opens(code_challenge=CHALLENGE, code_challenge_method="S256"), "allow")["code"]

    assert google.exchange(fresh()).json() == {"error": "invalid_grant", "error_description": "Missing code verifier."}
    wrong = google.exchange(fresh(), code_verifier="w" * 64)
    assert wrong.json() == {"error": "invalid_grant", "error_description": "Invalid code verifier."}
    code = fresh()
    good(google.exchange(code, code_verifier=VERIFIER))
    again = google.exchange(code, code_verifier=VERIFIER)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert google.exchange("rubbish").json()["error_description"] == "Malformed auth code."


def test_a_code_is_bound_to_its_address_and_client(google: Google, practice: Practice) -> None:
    code = google.presses(google.opens(), "allow")["code"]
    other = google.token(grant_type="authorization_code", code=code, redirect_uri="http://127.0.0.1:9/other")
    assert (other.status_code, other.json()["error"]) == (400, "redirect_uri_mismatch")
    bad_secret = google.token(grant_type="refresh_token", refresh_token="x", client_secret="wrong")
    assert (bad_secret.status_code, bad_secret.json()["error"]) == (401, "invalid_client")
    assert google.token(grant_type="password").json()["error"] == "unsupported_grant_type"


def test_refresh_tokens_come_with_the_first_consent_or_when_asked_again_and_never_rotate(
    google: Google, practice: Practice
) -> None:
    account = Channel(practice).id
    practice.control("POST", "tokens", network="youtube", account=account, state="revoked")
    first = allowed(google, account, prompt="")
    second = allowed(google, account, prompt="")
    third = allowed(google, account, prompt="consent")
    assert ["refresh_token" in tokens for tokens in (first, second, third)] == [True, False, True]
    assert "refresh_token" not in allowed(google, account, access_type="online")

    refreshed = good(google.refresh(first["refresh_token"]))

    assert "refresh_token" not in refreshed
    assert refreshed["scope"] == first["scope"]
    assert good(google.refresh(first["refresh_token"]))["access_token"] != refreshed["access_token"]
    assert google.refresh(first["refresh_token"], scope=f"{SCOPE}youtube").json()["error"] == "invalid_scope"


def test_an_access_token_ends_after_an_hour_and_is_refreshed(google: Google, practice: Practice) -> None:
    channel = Channel(practice)
    channel.later(3600)
    refused = channel.call("GET", "channels", part="id", mine="true")
    assert reason(refused) == (401, "authError")
    assert refused.json()["error"]["status"] == "UNAUTHENTICATED"
    channel.token = good(google.refresh(channel.account["refresh_token"]))["access_token"]
    assert channel.get("channels", part="id", mine="true")["items"][0]["id"] == channel.id


def test_revoking_ends_the_whole_consent(google: Google, practice: Practice) -> None:
    channel = Channel(practice)
    assert good(google.revoke(channel.token)) == {}
    gone = google.revoke(channel.token)
    assert (gone.status_code, gone.json()["error"]) == (400, "invalid_token")
    dead = google.refresh(channel.account["refresh_token"])
    assert dead.status_code == 400
    assert dead.json() == {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    assert reason(channel.call("GET", "channels", part="id", mine="true")) == (401, "authError")


def test_only_a_hundred_refresh_tokens_live(google: Google, practice: Practice) -> None:
    channel = Channel(practice, scopes=["youtube.readonly"])
    for _ in range(100):
        allowed(google, channel.id)
    assert google.refresh(channel.account["refresh_token"]).json()["error"] == "invalid_grant"


def test_an_account_without_a_channel_must_sign_up_first(practice: Practice) -> None:
    nobody = Channel(practice, no_channel=True)
    assert nobody.get("channels", part="id", mine="true")["items"] == []
    assert reason(nobody.begin({"snippet": {"title": "T"}}, part="snippet")) == (401, "youtubeSignupRequired")


CALLS: dict[str, tuple[str, str, dict[str, str]]] = {
    "read": ("GET", "videos", {"part": "id", "id": "x"}),
    "delete": ("DELETE", "videos", {"id": "x"}),
    "comments": ("GET", "comments", {"part": "id", "id": "x"}),
}


@pytest.mark.parametrize(
    ("scope", "may"),
    [
        ("youtube.upload", {"upload"}),
        ("youtube", {"upload", "read", "delete"}),
        ("youtube.force-ssl", {"upload", "read", "delete", "comments"}),
        ("youtube.readonly", {"read"}),
        ("yt-analytics.readonly", set()),
    ],
)
def test_each_scope_opens_what_the_documentation_says(practice: Practice, scope: str, may: set[str]) -> None:
    channel = Channel(practice, scopes=[scope])
    replies = {name: channel.call(method, path, **params) for name, (method, path, params) in CALLS.items()}
    replies["upload"] = channel.begin({"snippet": {"title": "T"}}, part="snippet")
    closed = {name for name, reply in replies.items() if reply.status_code == 403}
    assert set(replies) - closed == may
    assert all(reason(replies[name]) == (403, "insufficientPermissions") for name in closed)


def test_a_project_has_a_hundred_uploads_and_ten_thousand_units_a_day(practice: Practice) -> None:
    practice.control("POST", "apps", network="youtube", client_id="thrifty", secret="s")
    channel, other = Channel(practice, app="thrifty"), Channel(practice, app="thrifty")
    for _ in range(100):
        good_start = channel.begin({"snippet": {"title": "T"}}, part="snippet")
        assert good_start.status_code == 200
    refused = other.begin({"snippet": {"title": "T"}}, part="snippet")
    assert reason(refused) == (403, "quotaExceeded")
    assert refused.json()["error"]["errors"][0]["domain"] == "youtube.quota"
    for _ in range(200):  # 50 units each, failed or not
        channel.call("POST", "videos/rate", id="x", rating="like")
    assert reason(other.call("GET", "channels", part="id", mine="true")) == (403, "quotaExceeded")

    practice.control("POST", "limits", network="youtube", enforced=False)
    assert other.call("GET", "channels", part="id", mine="true").status_code == 200
    practice.control("POST", "limits", network="youtube", enforced=True)
    channel.later(86_400)
    fresh = practice.http.post(
        f"{channel.base}/token",
        data={
            "grant_type": "refresh_token",
            "refresh_token": other.account["refresh_token"],
            "client_id": "thrifty",
            "client_secret": "s",
        },
    )
    other.token = good(fresh)["access_token"]
    assert other.get("channels", part="id", mine="true")["items"]
