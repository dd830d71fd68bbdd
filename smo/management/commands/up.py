"""`manage.py up`, as `make up` runs it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from smo.up.command import main


class Command(BaseCommand):
    """manage.py runs it before Django is set up, so this class is what `manage.py help` lists, and for `call_command`."""

    help = "Start SMO on this machine: services, database, web, workers, practice networks"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until interrupted."""
        if main() != 0:
            raise CommandError("SMO did not start.")
