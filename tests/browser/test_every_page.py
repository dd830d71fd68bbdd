"""Every page that has an address, in all four looks. A new address is walked here unless it is named as looked at elsewhere."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Member, Workspace
from tests import cast
from tests.accounts.test_access import ROUTES, rows
from tests.browser.conftest import Look, flaws_everywhere

# Tests of their own judge these in more states than one.
ELSEWHERE = {
    *("channels", "team", "settings", "audit", "publication", "calendar", "search", "library", "asset", "inbox"),
    *("conversation", "post-new", "post-edit", "post-audiences", "audiences", "queues", "queue-week", "campaigns"),
    *("campaign", "texts", "import", "rules", "rule-new", "rule", "rule-try", "goals", "inbox-report", "incidents", "incident"),
    *("incident-review", "saved-replies", "saved-reply-new", "saved-reply"),
}


@pytest.fixture
def owner(shop: Workspace) -> Member:
    return cast.member(shop, "owner", "ada@polarfizz.example")


def pages(of: Workspace, by: Member) -> list[str]:
    """The addresses that answer with a whole page, and that nobody else looks at."""
    arguments = rows(of, by) | {"": {}}
    named = [name for name, route in ROUTES.items() if route.method == "get" and name not in {"live", "connect", *ELSEWHERE}]
    client = Client()
    client.force_login(by.user)
    found = {address: client.get(address) for address in (reverse(name, kwargs=arguments[ROUTES[name].row]) for name in named)}
    return [address for address, answer in found.items() if not answer.streaming and b"<html" in answer.content[:2000]]


def test_every_other_page_is_accessible_and_fits(look: Look, shop: Workspace, owner: Member) -> None:
    addresses = pages(shop, owner)
    page = look(addresses[0], owner)

    found = {}
    for address in addresses:
        answer = page.goto(address)
        assert answer
        assert answer.ok, address
        found[address] = flaws_everywhere(page)

    assert len(addresses) >= 8
    assert {address: wrong for address, wrong in found.items() if wrong} == {}
