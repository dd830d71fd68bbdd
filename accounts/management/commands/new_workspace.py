"""manage.py new_workspace NAME EMAIL: the first workspace of an installation, or one more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.inviting import first_owner


class Command(BaseCommand):
    help = "Makes a workspace and prints the link by which its owner joins (valid for 14 days)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the brand or client")
        parser.add_argument("email", help="who becomes the owner")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(first_owner(options["name"], options["email"]))
