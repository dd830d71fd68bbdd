"""The account and its public videos, with their numbers. https://business-api.tiktok.com/portal/docs

Nobody watches practice videos: a like or a comment counts as a view, all else is nought.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sandbox import clock
from sandbox.store import Doc
from sandbox.tiktok_business.calls import Call, Endpoint, wrong

if TYPE_CHECKING:
    from sandbox.tiktok_business.network import TikTokBusiness

FIELDS = 100
PROFILE = ("username", "display_name", "profile_image", "followers_count", "following_count", "total_likes", "videos_count")
DAILY = (
    *("video_views", "unique_video_views", "profile_views", "likes", "comments", "shares", "engaged_audience"),
    *("daily_new_followers", "daily_lost_followers", "daily_total_followers", "bio_link_clicks", "audience_activity"),
)
AUDIENCE = ("audience_ages", "audience_genders", "audience_countries", "audience_cities")
NOUGHTS = ("shares", "favorites", "total_time_watched", "average_time_watched", "full_video_watched_rate", "new_followers")
LISTS = ("video_view_retention", "impression_sources", *AUDIENCE)
DAYS, FARTHEST, DAY = 7, 60, 86_400.0
PAGE = 20


class Videos:
    """Rows of the API that tell about the account."""

    def __init__(self, network: TikTokBusiness) -> None:
        self.network, self.docs = network, network.docs

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        account = dict.fromkeys(("fields", "start_date", "end_date"), str)
        videos = dict.fromkeys(("fields", "filters", "cursor", "max_count"), str)
        return [
            Endpoint("GET", "/business/get/", self.business, "user.info.basic", account),
            Endpoint("GET", "/business/video/list/", self.listed, "video.list", videos),
        ]

    async def business(self, call: Call) -> dict[str, Any]:
        """The fields asked for; numbers of a day lie in `metrics`."""
        fields = call.texts("fields", FIELDS) or list(PROFILE)
        _known(fields, {*PROFILE, *DAILY, *AUDIENCE})
        profile, days = self._profile(call.account), self._days(call)
        found = {field: profile[field] for field in fields if field in profile}
        found |= {field: [] for field in fields if field in AUDIENCE}
        daily = [field for field in fields if field in DAILY]
        metrics = [self._day(call.account, day, daily) for day in days] if daily else []
        return found | ({"metrics": metrics} if daily else {})

    async def listed(self, call: Call) -> dict[str, Any]:
        """Newest first; the cursor is a time in milliseconds."""
        fields, ids = call.texts("fields", FIELDS) or ["item_id"], call.objects("filters").get("video_ids")
        count, before = call.number("max_count", PAGE, 1, PAGE), call.number("cursor", 0, 0, 10**15)
        if ids is not None and (not isinstance(ids, list) or not 1 <= len(ids) <= PAGE):
            raise wrong(f"filters.video_ids must be 1 to {PAGE} ids")
        posts = self.docs.find("post", owner=call.account.id, until=before / 1000 if before else None, limit=100_000)
        found = [post for post in posts if self.network.is_public(post) and (ids is None or post.id in ids)]
        shown, more = found[:count], len(found) > count
        cursor = int(shown[-1].created_at * 1000) if shown else int(self.network.now() * 1000)
        return {"videos": [self._video(post, fields) for post in shown], "cursor": cursor, "has_more": more}

    def _video(self, post: Doc, fields: list[str]) -> dict[str, Any]:
        address = self.network.permalink(post)
        likes, comments = self.docs.count("like", parent=post.id), self.docs.count("comment", parent=post.id)
        every: dict[str, Any] = {
            "item_id": post.id,
            "caption": post["text"] or post["title"],
            "share_url": address,
            "embed_url": address,
            "thumbnail_url": self.network.media_url(post["media"][post["cover"]]),
            "create_time": str(int(post.created_at)),
            "video_duration": 0,
            "likes": likes,
            "comments": comments,
            "reach": likes + comments,
            "video_views": likes + comments,
            **dict.fromkeys(NOUGHTS, 0),
            **{name: [] for name in LISTS},
        }
        _known(fields, set(every))
        return {field: every[field] for field in {"item_id": 0, **dict.fromkeys(fields)}}

    def _profile(self, account: Doc) -> dict[str, Any]:
        posts = self.network.public_posts(account)
        return {
            "username": account["username"],
            "display_name": account["name"],
            "profile_image": self.network.avatar_url(account),
            "followers_count": account.get("followers", 0),
            "following_count": 0,
            "total_likes": sum(post.likes for post in posts),
            "videos_count": len(posts),
        }

    def _days(self, call: Call) -> list[date]:
        """Seven days up to yesterday unless told otherwise, sixty days back at most."""
        today = clock.utc().date()
        last = _date(call.text("end_date"), today - timedelta(1))
        first = _date(call.text("start_date"), last - timedelta(DAYS - 1))
        if first > last or first < today - timedelta(FARTHEST):
            raise wrong(f"start_date must not be after end_date, nor more than {FARTHEST} days ago")
        return [first + timedelta(number) for number in range((last - first).days + 1)]

    def _day(self, account: Doc, day: date, fields: list[str]) -> dict[str, Any]:
        begins = datetime.combine(day, time(), UTC).timestamp()
        posts = [post.id for post in self.docs.find("post", owner=account.id, limit=100_000)]
        likes, comments = (self._within(kind, posts, begins) for kind in ("like", "comment"))
        numbers: dict[str, Any] = {"likes": likes, "comments": comments, "video_views": likes + comments}
        numbers |= {"audience_activity": [], "daily_total_followers": account.get("followers", 0)}
        return {"date": day.isoformat(), **{field: numbers.get(field, 0) for field in fields}}

    def _within(self, kind: str, posts: list[str], begins: float) -> int:
        return sum(len(self.docs.find(kind, parent=one, since=begins, until=begins + DAY)) for one in posts)


def _known(fields: list[str], known: set[str]) -> None:
    if unknown := set(fields) - known:
        raise wrong(f"fields: {min(unknown)} is unknown")


def _date(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError as error:
        raise wrong("A date must be YYYY-MM-DD") from error
