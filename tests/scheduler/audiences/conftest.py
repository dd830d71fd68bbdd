"""Audiences of the soft-drink maker, and a post that has something for each."""

import pytest

from accounts.models import Workspace
from scheduler.models import Audience, Post
from scheduler.targeting import tailoring
from tests import cast
from tests.scheduler.audiences.scene import HERE, JUNE, audience


@pytest.fixture
def hot(shop: Workspace) -> Audience:
    return audience(shop, "Hot", countries=HERE, climate="hot", languages=["en"], time_zone="Europe/Madrid")


@pytest.fixture
def cold(shop: Workspace) -> Audience:
    return audience(shop, "Cold", countries=HERE, climate="cold", languages=["en"], time_zone="Pacific/Auckland")


@pytest.fixture
def poles(shop: Workspace) -> Audience:
    return audience(shop, "Poland", countries=["PL"], languages=["pl"])


@pytest.fixture
def draft(marketer: cast.Person) -> Post:
    """A post without channels, meant for a day in June."""
    post = Post.objects.create(workspace=marketer.workspace, author=marketer.member.user, text="Something to drink")
    tailoring.choose_day(post, JUNE, marketer.member)
    return post
