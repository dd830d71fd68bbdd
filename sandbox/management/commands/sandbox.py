"""`manage.py sandbox --port N --store DIR`: the practice networks. They use nothing of Django, it only starts them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from sandbox.app import add_arguments, serve


class Command(BaseCommand):
    """Start the practice networks' server."""

    help = "Run the practice networks over HTTP"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """As `python -m sandbox`."""
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until interrupted."""
        serve(options["port"], options["store"], options["host"], options["origin"])
