"""`manage.py assets`: build the front-end assets anew."""

from typing import Any

from django.core.management.base import BaseCommand

from smo.up import assets, styles


class Command(BaseCommand):
    """Needed only while changing what is in assets/; `make up` builds by itself what changed."""

    help = "Build the front-end assets into build/assets"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Install the npm packages and bundle; leave out what no page can use."""
        assets.build()
        styles.trim()
