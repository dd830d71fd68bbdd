"""Channels are connected through the network's consent page, in the browser, and let go again."""

import html
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Channel, Connecting, Registration, Token, Workspace
from connectors import NETWORKS, connector
from connectors.base import Connects
from connectors.errors import Blocked
from connectors.http import Http
from scheduler.models import Publication, Status
from tests import cast
from tests.sandbox.conftest import Practice


class Tab:
    """A person's browser: SMO in one tab (the test client), the practice network in the other."""

    def __init__(self, person: cast.Person) -> None:
        self.smo = Client()
        self.smo.force_login(person.member.user)

    def goes_to(self, network: str) -> str:
        """The address of the consent page."""
        return str(self.smo.get(f"/channels/connect/{network}/?practice=1")["Location"])

    def consents(self, address: str, *accounts: str, answer: str = "allow", untick: str = "") -> str:
        """Fills in the consent page, without the permission `untick`; gives where it leads back to, without its host."""
        page = requests.get(address, timeout=10)
        assert page.ok, page.text
        form = [(name, html.unescape(value)) for name, value in re.findall(r'name="(ask|scope)" value="([^"]+)"', page.text)]
        form = [(name, value) for name, value in form if (name, value) != ("scope", untick)]
        form += [*(("account", account) for account in accounts), ("answer", answer)]
        target = urlsplit(address)
        base = f"{target.scheme}://{target.netloc}/{target.path.split('/')[1]}"
        back = urlsplit(requests.post(f"{base}/_consent", data=form, allow_redirects=False, timeout=10).headers["Location"])
        return f"{back.path}?{back.query}"

    def comes_back(self, address: str) -> str:
        """The text of the page that is reached in the end."""
        return str(self.smo.get(address, follow=True).content.decode())

    def connects(self, network: str, *accounts: str) -> str:
        return self.comes_back(self.consents(self.goes_to(network), *accounts))


@pytest.fixture
def tab(admin: cast.Person) -> Tab:
    return Tab(admin)


def remote(practice: Practice, network: str, name: str = "Polar Fizz") -> str:
    return str(practice.account(network, name)["id"])


CONSENTED = [slug for slug in NETWORKS if issubclass(connector(slug), Connects)]


@pytest.mark.parametrize("network", CONSENTED)
def test_a_channel_is_connected_with_one_consent(network: str, tab: Tab, shop: Workspace, practice: Practice) -> None:
    page = tab.connects(network, remote(practice, network, "Ice Bar"))

    assert "Ice Bar is connected" in page
    channel = shop.channels.get()
    assert (channel.network, channel.practice, channel.name, channel.status) == (network, True, "Ice Bar", "connected")
    assert channel.token.access
    assert channel.missing == []
    assert shop.audit.get().action == "connected"
    assert not Connecting.objects.exists()


def test_a_permission_that_was_not_given_is_named(tab: Tab, shop: Workspace, practice: Practice) -> None:
    page = remote(practice, "facebook")

    tab.comes_back(tab.consents(tab.goes_to("facebook"), page, untick="pages_manage_engagement"))

    assert shop.channels.get().missing == ["Answer, hide, like and delete comments as the Page."]
    told = tab.smo.get("/channels/").content.decode()
    assert "1 permission is missing" in told
    assert "Answer, hide, like and delete comments as the Page." in told


def test_tokens_are_unreadable_in_the_database(tab: Tab, shop: Workspace, practice: Practice) -> None:
    tab.connects("x", remote(practice, "x"))

    plain = shop.channels.get().token.access
    assert not Token.objects.extra(where=["access LIKE %s"], params=[f"%{plain}%"]).exists()


def test_of_several_pages_one_chooses(tab: Tab, shop: Workspace, practice: Practice) -> None:
    ids = [remote(practice, "facebook", name) for name in ("Polar Fizz North", "Polar Fizz South", "Ice Bar")]

    choice = tab.smo.get(tab.consents(tab.goes_to("facebook"), *ids))
    page = tab.smo.get(choice["Location"]).content.decode()
    assert "Polar Fizz North" in page
    assert tab.smo.post(choice["Location"]).status_code == 422
    tab.smo.post(choice["Location"], {"accounts": ids[1:]})

    assert sorted(channel.name for channel in shop.channels.all()) == ["Ice Bar", "Polar Fizz South"]


def test_an_offer_waits_encrypted(tab: Tab, practice: Practice) -> None:
    ids = [remote(practice, "facebook", name) for name in ("North", "South")]
    tab.smo.get(tab.consents(tab.goes_to("facebook"), *ids))

    assert "access" in Connecting.objects.get().offer
    assert not Connecting.objects.extra(where=["offer LIKE '%%access%%'"]).exists()


def test_connecting_again_brings_the_same_channel_back(tab: Tab, shop: Workspace, practice: Practice) -> None:
    account = remote(practice, "x")
    tab.connects("x", account)
    before, seen = shop.channels.get(), Token.objects.get().access
    Channel.objects.update(status="disconnected", why="X no longer accepts the connection.")

    tab.connects("x", account)

    after = shop.channels.get()
    assert (after.pk, after.status, after.why) == (before.pk, "connected", "")
    assert after.token.access != seen
    assert list(shop.audit.values_list("action", flat=True)) == ["connected again", "connected"]


def test_a_no_at_the_consent_page_is_no_error(tab: Tab, shop: Workspace, practice: Practice) -> None:
    account = remote(practice, "x")

    page = tab.comes_back(tab.consents(tab.goes_to("x"), account, answer="cancel"))

    assert "access was not granted" in page
    assert not shop.channels.exists()


def test_a_strange_state_connects_nothing(tab: Tab, shop: Workspace, practice: Practice) -> None:
    back = tab.consents(tab.goes_to("x"), remote(practice, "x"))

    page = tab.comes_back(back.replace(parse_qs(urlsplit(back).query)["state"][0], "somebody-elses"))

    assert "Please begin again" in page
    assert not shop.channels.exists()


def test_a_state_is_its_users_own(tab: Tab, marketer: cast.Person, shop: Workspace, practice: Practice) -> None:
    """Nobody can be made to connect an attacker's account: the state belongs to who began."""
    back = tab.consents(tab.goes_to("x"), remote(practice, "x"))
    other = Tab(cast.Person(cast.member(shop, "owner")))

    assert "Please begin again" in other.comes_back(back)
    assert not shop.channels.exists()


def test_an_attempt_ends_after_a_quarter_of_an_hour(tab: Tab, shop: Workspace, practice: Practice) -> None:
    back = tab.consents(tab.goes_to("x"), remote(practice, "x"))
    Connecting.objects.update(created_at=timezone.now() - timedelta(minutes=16))

    assert "took too long" in tab.comes_back(back)
    assert not shop.channels.exists()


def test_a_code_works_once(tab: Tab, shop: Workspace, practice: Practice) -> None:
    back = tab.consents(tab.goes_to("x"), remote(practice, "x"))
    tab.comes_back(back)

    assert "Please begin again" in tab.comes_back(back)
    assert shop.channels.count() == 1


def test_without_webhooks_the_channel_is_connected_all_the_same(tab: Tab, shop: Workspace, practice: Practice) -> None:
    """Nothing answers at the tests' own address, so the network's handshake fails."""
    page = tab.connects("facebook", remote(practice, "facebook"))

    assert "sends no instant updates" in page
    assert shop.channels.get().is_connected


def test_letting_go_gives_the_tokens_back_and_keeps_what_is_planned(
    tab: Tab, marketer: cast.Person, shop: Workspace, practice: Practice
) -> None:
    tab.connects("x", remote(practice, "x"))
    channel = shop.channels.get()
    access = channel.token.access
    promise = marketer.schedules("Ice cold!", on=channel, when=timezone.now() + timedelta(days=1))

    page = tab.smo.post(f"/channels/{channel.pk}/disconnect/", follow=True).content.decode()

    assert "is disconnected" in page
    token = Token.objects.get(channel=channel)
    assert (token.access, token.refresh) == ("", "")
    me = requests.get(f"{practice.url}/x/2/users/me", headers={"Authorization": f"Bearer {access}"}, timeout=10)
    assert me.status_code == 401
    assert Publication.objects.get(pk=promise.pk).status == Status.SCHEDULED
    assert "waits until its channel is connected again" in tab.smo.get(f"/publications/{promise.pk}/").content.decode()
    assert AuditEntry.objects.filter(action="disconnected", workspace=shop).exists()


def test_pages_of_one_consent_are_let_go_one_by_one(tab: Tab, shop: Workspace, practice: Practice) -> None:
    """Facebook would take the consent of the whole person back, and with it the other Page's token."""
    ids = [remote(practice, "facebook", name) for name in ("North", "South")]
    choice = tab.smo.get(tab.consents(tab.goes_to("facebook"), *ids))
    tab.smo.post(choice["Location"], {"accounts": ids})
    north, south = shop.channels.order_by("name")

    tab.smo.post(f"/channels/{north.pk}/disconnect/")

    page = requests.get(f"{practice.url}/facebook/v25.0/{south.remote_id}", {"access_token": south.token.access}, timeout=10)
    assert page.ok, page.text


def test_what_is_not_set_up_cannot_be_connected(tab: Tab, shop: Workspace) -> None:
    page = tab.smo.get("/channels/connect/x/", follow=True).content.decode()
    unknown = tab.smo.get("/channels/connect/nowhere/?practice=1", follow=True).content.decode()

    assert "This network is not set up here" in page
    assert "This network is not set up here" in unknown


def test_a_newcomer_sees_each_practice_network_with_its_rules(tab: Tab, shop: Workspace) -> None:
    page = tab.smo.get("/channels/").content.decode()

    assert "No channel is connected yet" in page
    assert page.count("nothing reaches the public") == len(NETWORKS)
    assert "The same post twice in a row is refused." in page


def test_the_list_costs_the_same_for_many_channels(tab: Tab, shop: Workspace, django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        channel = Channel.objects.create(workspace=shop, network="x", remote_id=str(number), name=f"Shop {number}")
        Token.objects.create(channel=channel, access="a", refresh="r")

    with django_assert_max_num_queries(9):
        assert tab.smo.get("/channels/").status_code == 200


def test_every_network_has_its_mark() -> None:
    assert all(finders.find(f"networks/{slug}.svg") for slug in NETWORKS)


# -- networks with many servers, and with a form ------------------------------------------------------------------------------


def test_an_account_is_connected_with_what_is_typed_into_a_form(tab: Tab, shop: Workspace, practice: Practice) -> None:
    made = practice.account("bluesky", "Ice Bar")
    address = tab.smo.get("/channels/connect/bluesky/?practice=1")["Location"]
    answers = {"identifier": made["identifier"], "app_password": made["app_password"]}

    wrong = tab.smo.post(address, answers | {"app_password": "aaaa-bbbb-cccc-dddd"})
    page = tab.smo.post(address, answers, follow=True).content.decode()

    assert wrong.status_code == 422
    assert made["identifier"] in wrong.content.decode()
    assert "aaaa-bbbb" not in wrong.content.decode()
    assert "Ice Bar is connected" in page
    channel = shop.channels.get()
    assert (channel.network, channel.remote_id, bool(channel.token.refresh)) == ("bluesky", made["id"], True)


def test_a_server_is_asked_for_and_knows_the_installation_afterwards(
    tab: Tab, shop: Workspace, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = f"{practice.url}/mastodon"
    monkeypatch.setenv("SMO_MASTODON_URL", server)
    form = tab.smo.get("/channels/connect/mastodon/")["Location"]
    for name in ("Ice Bar", "Tea House"):
        onward = tab.smo.post(form, {"server": server}).content.decode()
        (address,) = re.findall(r'href="(http[^"]+oauth/authorize[^"]+)"', onward)
        assert f"{name} is connected" in tab.comes_back(
            tab.consents(html.unescape(address), remote(practice, "mastodon", name))
        )

    kept = Registration.objects.get()
    assert {(channel.practice, channel.server) for channel in shop.channels.all()} == {(False, server)}
    for change in ("https://elsewhere.example/connected/", kept.redirect_uri + "other permissions"):
        Registration.objects.update(redirect_uri=change, client_id=kept.client_id)
        tab.smo.post(form, {"server": server})
        assert Registration.objects.get().client_id != kept.client_id


@pytest.mark.parametrize("typed", ["", "nowhere", "http://127.0.0.1:8000", "ftp://mastodon.social", "https://"])
def test_what_is_no_server_is_refused_at_its_field(typed: str, tab: Tab) -> None:
    answer = tab.smo.post("/channels/connect/mastodon/with/", {"server": typed})

    assert answer.status_code == 422
    assert answer.context["form"].errors["server"]


def test_a_server_that_a_user_names_cannot_be_a_way_into_this_network(practice: Practice) -> None:
    with pytest.raises(Blocked):
        Http(hosts=(), base_url=practice.url, guarded=True).get(f"{practice.url}/healthz")
    assert Http(hosts=(), base_url=practice.url).get(f"{practice.url}/healthz")
