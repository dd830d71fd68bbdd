"""Static files as production serves them: every name that a module or a style sheet mentions is there."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings as project
from django.core.management import call_command

MENTIONED = re.compile(r"""(?:from|import)\s*\(?["'](\.[^"']+)["']|url\(["']?([^"')]+)["']?\)""")


def test_modules_and_style_sheets_find_what_they_mention(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_DIRS = [project.BASE_DIR / "static"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "smo.static.HashedStorage"}}
    call_command("collectstatic", "--noinput", verbosity=0)

    mentioned = [
        (path, name)
        for path in tmp_path.rglob("*.[jc]s*")
        if path.suffix in (".js", ".css")
        for name in (next(filter(None, found)) for found in MENTIONED.findall(path.read_text()))
        if not name.startswith(("data:", "http"))
    ]

    assert any(path.name.startswith("calendar.") for path, _ in mentioned)
    assert [f"{path.name}: {name}" for path, name in mentioned if not (path.parent / name).is_file()] == []
