"""`manage.py networks`: what each network takes and can do, from the connectors' own data."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from connectors import catalogue


class Command(BaseCommand):
    """Needs neither database nor keys."""

    help = "Print the networks with their limits and abilities"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--json", action="store_true", help="as JSON")
        how.add_argument("--markdown", action="store_true", help="as the README's table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print."""
        found = catalogue.rows()
        if options["json"]:
            self.stdout.write(json.dumps(catalogue.as_data(found), indent=1))
        else:
            self.stdout.write(catalogue.as_markdown(found) if options["markdown"] else catalogue.as_text(found))
