"""`manage.py catalogue`: bring a language's catalogue up to date, say what is missing, take translations."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from smo.words import catalogue, compiling, sources


class Command(BaseCommand):
    """Needs neither database nor keys."""

    help = "Bring the catalogue of a language up to date and list what is not translated"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("language", nargs="?", default="pl")
        parser.add_argument("--take", type=Path, metavar="FILE", help="JSON: the English and its translation")
        parser.add_argument("--missing", action="store_true", help="print what is missing as such a JSON, to be filled in")

    def handle(self, *args: Any, **options: Any) -> None:
        """Renew, take, write, compile, tell."""
        language: str = options["language"]
        found = catalogue.renew(catalogue.read(language), sources.everything())
        if options["take"]:
            for key in catalogue.take(found, json.loads(options["take"].read_text())):
                self.stderr.write(f"nobody says: {key}")
        catalogue.write(language, found)
        compiling.compile_all()
        missing = catalogue.missing(found)
        if options["missing"]:
            self.stdout.write(json.dumps(missing, ensure_ascii=False, indent=0))
        else:
            self.stdout.write(f"{language}: {len(catalogue.messages(found))} strings, {len(missing)} not translated")
