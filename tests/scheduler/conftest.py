"""What most tests of planning begin with."""

import pytest
from django.test import Client

from tests import cast


@pytest.fixture
def client(marketer: cast.Person) -> Client:
    """The marketer, signed in."""
    found = Client()
    found.force_login(marketer.member.user)
    return found
