"""Numbers about Pages, posts and videos. One unknown metric fails the whole request.
https://developers.facebook.com/docs/graph-api/reference/insights"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox import clock
from sandbox.facebook import engagement, fields
from sandbox.facebook.call import Call
from sandbox.facebook.edges import edge
from sandbox.facebook.errors import GraphError, invalid
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook

PERIODS = ("day", "week", "days_28", "month", "lifetime", "total_over_range")
LONGEST = 90 * 86400
FEWEST_FOLLOWERS = 100
PAGE = """
page_media_view page_total_media_view_unique page_views_total page_follows page_daily_follows page_daily_follows_unique
page_daily_unfollows_unique page_lifetime_engaged_followers_unique page_post_engagements page_total_actions
page_actions_post_reactions_total page_video_views page_video_views_paid page_video_views_organic page_video_views_unique
page_video_views_autoplayed page_video_views_click_to_play page_video_views_by_paid_non_paid page_video_repeat_views
page_video_complete_views_30s page_video_view_time content_monetization_earnings monetization_approximate_earnings
page_actions_post_reactions_like_total page_actions_post_reactions_love_total page_actions_post_reactions_wow_total
page_actions_post_reactions_haha_total page_actions_post_reactions_sorry_total page_actions_post_reactions_anger_total
"""
POST = """
post_media_view post_total_media_view_unique post_clicks post_clicks_by_type post_reactions_by_type_total
post_activity_by_action_type post_video_views post_video_avg_time_watched post_video_view_time
"""
REEL = """
blue_reels_play_count fb_reels_total_plays fb_reels_replay_count post_impressions_unique post_video_avg_time_watched
post_video_view_time post_video_retention_graph post_video_followers post_video_likes_by_reaction_type
post_video_social_actions
"""
VIDEO = """
total_video_views total_video_views_unique total_video_15s_views total_video_complete_views
total_video_avg_time_watched total_video_view_total_time
"""
STORY = """
STORY_MEDIA_VIEW STORY_TOTAL_MEDIA_VIEW_UNIQUE STORY_INTERACTION PAGES_FB_STORY_REPLIES PAGES_FB_STORY_SHARES
PAGES_FB_STORY_STICKER_INTERACTIONS
"""
SCOPES = ("read_insights", "pages_read_engagement")


def _metrics(call: Call, known: str) -> list[str]:
    wanted = call.words("metric")
    if not wanted:
        raise GraphError(3001, "(#3001) No metric was specified to be fetched", 1504028)
    if set(wanted) - set(known.split()):
        raise invalid("The value must be a valid insights metric")
    return wanted


@edge("GET", "page", "insights", SCOPES, page_token=True)
def of_page(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """Daily values; at most 90 days, at least 100 followers."""
    wanted, period = _metrics(call, PAGE), call.choice("period", PERIODS, "day")
    until = call.moment("until") or net.now()
    since = call.moment("since") or until - 2 * 86400
    if until - since > LONGEST:
        raise invalid("There cannot be more than 90 days between since and until", 1504016)
    if page.get("followers", 0) < FEWEST_FOLLOWERS:
        raise invalid("Insights are available for Pages with 100 or more followers", 2874008)
    data = [_series(net, page, name, period, since, until) for name in wanted]
    return {"data": data, "paging": {}}


def _series(net: Facebook, page: Doc, name: str, period: str, since: float, until: float) -> dict[str, Any]:
    ends = [_midnight(since + 86400 * day) for day in range(1, max(2, int((until - since) // 86400) + 1))]
    values = [{"value": _page_value(net, page, name, end), "end_time": fields.time(end)} for end in ends]
    return _described(page.id, name, period, values)


def _page_value(net: Facebook, page: Doc, name: str, end: float) -> Any:
    """Counted from what is here where it can be, else a steady made-up number."""
    if name == "page_follows":
        return page.get("followers", 0)
    if name == "page_actions_post_reactions_total":
        return {}
    day = net.docs.find("post", owner=page.id, key="published", since=end - 86400, until=end)
    reach = page.get("followers", 0) // 20 * (1 + len(day)) + int(end // 86400) % 7
    return reach if "view" in name else reach // 25


def _midnight(moment: float) -> float:
    """08:00 UTC, which is midnight in California: a day of the insights ends there."""
    day = clock.utc(moment).replace(hour=8, minute=0, second=0, microsecond=0)
    return (day if day.timestamp() <= moment else day - timedelta(days=1)).timestamp()


@edge("GET", "post", "insights", SCOPES, page_token=True)
def of_post(net: Facebook, call: Call, post: Doc) -> dict[str, Any]:
    """Lifetime values of a post or story."""
    wanted = _metrics(call, STORY if post["kind"] == "story" else POST)
    return {"data": [_lifetime(net, post, name) for name in wanted], "paging": {}}


@edge("GET", "video", "video_insights", SCOPES, page_token=True)
def of_video(net: Facebook, call: Call, video: Doc) -> dict[str, Any]:
    """Lifetime values of a video or reel."""
    wanted = _metrics(call, REEL if video["kind"] == "reel" else VIDEO)
    target = engagement.subject(net, video)
    return {"data": [_lifetime(net, target, name) for name in wanted], "paging": {}}


def _lifetime(net: Facebook, target: Doc, name: str) -> dict[str, Any]:
    return _described(target.id, name, "lifetime", [{"value": _value(net, target, name)}])


def _value(net: Facebook, target: Doc, name: str) -> Any:
    likes = net.docs.find("like", parent=target.id, limit=10_000)
    comments = net.docs.count("comment", parent=target.id)
    if "reaction" in name:
        kinds = [like.get("type", "LIKE").lower() for like in likes]
        return {kind: kinds.count(kind) for kind in set(kinds)}
    if name.endswith(("by_type", "by_action_type", "social_actions")):
        return {"like": len(likes), "comment": comments} if likes or comments else {}
    return 10 * (len(likes) + comments) if "view" in name or "play" in name else len(likes) + comments


def _described(target: str, name: str, period: str, values: list[dict[str, Any]]) -> dict[str, Any]:
    title = name.replace("_", " ").capitalize()
    return {
        "name": name,
        "period": period,
        "values": values,
        "title": title,
        "description": title,
        "id": f"{target}/insights/{name}/{period}",
    }
