"""How the first person gets into an installation."""

import io

from django.core.management import call_command
from django.test import Client

from accounts.models import Member


def test_the_command_makes_a_workspace_and_a_link_by_which_its_owner_joins(transactional_db: None, client: Client) -> None:
    out = io.StringIO()
    call_command("new_workspace", "Tea House", "Ann@teahouse.example", stdout=out)
    link = out.getvalue().strip()

    page = client.get(link.partition("/join/")[2].join(["/join/", ""]))
    assert page.status_code == 200
    client.post(page.request["PATH_INFO"], {"name": "Ann", "password": "a long password"})

    member = Member.objects.select_related("workspace", "user").get()
    assert (member.workspace.name, member.user.email, member.role) == ("Tea House", "ann@teahouse.example", "owner")
