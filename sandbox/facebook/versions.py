"""Which version answers a path. https://developers.facebook.com/docs/graph-api/changelog"""

from __future__ import annotations

from sandbox.facebook.errors import GraphError

OLDEST, NEWEST = 21, 26  # of November 2026: v21.0 is served until 21 Jan 2027
MINOR = {2: 12, 3: 3}  # the last minor version of each major one that had any


def served(asked: str) -> str:
    """`26.0` -> `v26.0`; an expired version is served silently as the oldest usable one, one never issued is no path at all."""
    major, _, minor = asked.partition(".")
    issued = major.isdigit() and minor.isdigit() and 2 <= int(major) <= NEWEST and int(minor) <= MINOR.get(int(major), 0)
    if not issued:
        raise GraphError(2500, f"Unknown path components: /v{asked}")
    return f"v{max(int(major), OLDEST)}.0"
