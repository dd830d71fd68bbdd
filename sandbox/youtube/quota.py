"""Daily quota per Google Cloud project, in buckets, reset at midnight US Pacific.

https://developers.google.com/youtube/v3/determine_quota_cost (buckets since 1 June 2026)
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sandbox import clock
from sandbox.network import Network
from sandbox.youtube.answers import Refusal

PACIFIC = ZoneInfo("America/Los_Angeles")
UNITS = "units"
LIMITS = {UNITS: 10_000, "videos.insert": 100, "videos.batchGetStats": 10_000}


def charge(net: Network, app: str, bucket: str, cost: int) -> None:
    """Take `cost` from the project's bucket of today; failed calls cost too. Refusal when it is empty."""
    day = clock.utc().astimezone(PACIFIC).date().isoformat()
    bucket_id = f"{app}:{bucket}:{day}"
    doc = net.docs.get("quota", bucket_id)
    used = doc["used"] if doc else 0
    if net.enforces_limits and used + cost > LIMITS[bucket]:
        page = '<a href="/youtube/v3/getting-started#quota">quota</a>'
        message = f"The request cannot be completed because you have exceeded your {page}."
        raise Refusal(403, "quotaExceeded", message, "youtube.quota")
    net.docs.put("quota", {"used": used + cost}, doc_id=bucket_id, parent=app)
