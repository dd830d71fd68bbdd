"""`manage.py demo`: a workspace to look at, with posts that are really on the practice networks."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.signing_in import DEMO_LOG_INS
from smo.demo.fill import fill
from smo.demo.practice import Unreachable


class Command(BaseCommand):
    """May be repeated: what is there stays."""

    help = "Fill the demo's workspace, once"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--logins", action="store_true", help="only print who can sign in: role, e-mail, password")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill, or print."""
        if options["logins"]:
            for person in DEMO_LOG_INS:
                self.stdout.write(f"{person.role:<10} {person.email:<24} {person.password}")
            return
        try:
            filled = fill()
        except Unreachable as problem:
            raise CommandError(f"{problem} Start them with `make up`, or set SMO_SANDBOX_URL.") from problem
        self.stdout.write("The demo is filled." if filled else "The demo is there already.")
