"""The limits in the connectors are those of the networks' own pages, copied here by hand, each with its address.

A limit that a row does not name must be unlimited in the connector: no connector has a number that no page has.
"""

from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from connectors import NETWORKS, connector
from connectors.base import Connector
from connectors.data import FileLimits, Limits, Media, Outgoing
from connectors.facebook import REEL
from connectors.instagram_options import STORY
from connectors.x import MOVING
from connectors.youtube import THUMBNAIL

MB, MIB, GB = 1_000_000, 1_048_576, 1_000_000_000
JPEG, PNG, GIF, WEBP, BMP, TIFF = "image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff"
H264, HEVC, VP8, VP9, AAC = "h264", "hevc", "vp8", "vp9", "aac"  # as ffmpeg names them
MP4, MOV, WEBM, M4V = "video/mp4", "video/quicktime", "video/webm", "video/x-m4v"
HOUR, DAY = 3600, 86_400

PAGES: dict[str, dict[str, Any]] = {
    # https://docs.bsky.app/docs/api/com-atproto-repo-create-record, the lexicons app.bsky.feed.post and app.bsky.embed.*,
    # https://docs.bsky.app/docs/advanced-guides/rate-limits: 35,000 points a day, 3 for a post. Clients show ten pictures
    # of a gallery and three minutes of a video.
    "bluesky": {
        "text": 300,
        "images": 10,
        "videos": 1,
        "image.mime_types": {JPEG, PNG, GIF, WEBP},
        "image.max_bytes": 2 * MB,
        "video.mime_types": {MP4},
        "video.codecs": {H264},
        "video.max_bytes": 300 * MB,
        "video.max_seconds": 180,
        "posts_per_day": 35_000 // 3,
        "thread_parts": 25,
    },
    # https://developers.facebook.com/docs/graph-api/reference/page/photos, .../page/videos. Length of the text, number of
    # photos, length of the alt text, 4 GB and 240 minutes are not there but known from other tools.
    "facebook": {
        "text": 63_206,
        "images": 10,
        "videos": 1,
        "alt_text": 1000,
        "image.mime_types": {JPEG, PNG, GIF, BMP, TIFF},
        "image.max_bytes": 10 * MB,
        "video.mime_types": {MP4, MOV},
        "video.codecs": {H264},
        "video.max_bytes": 4 * GB,
        "video.max_seconds": 240 * 60,
    },
    # https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media. The length of the
    # alt text is not there but known from other tools.
    "instagram": {
        "text": 2200,
        "images": 10,
        "videos": 10,
        "mixed": True,
        "alt_text": 1000,
        "media_required": True,
        "image.mime_types": {JPEG},
        "image.max_bytes": 8 * MB,
        "image.min_ratio": 4 / 5,
        "image.max_ratio": 1.91,
        "video.mime_types": {MP4, MOV},
        "video.codecs": {H264, HEVC},
        "video.sound": {AAC},
        "video.max_bytes": 300 * MB,
        "video.min_seconds": 3,
        "video.max_seconds": 15 * 60,
        "video.min_ratio": 0.01,
        "video.max_ratio": 10,
        "video.max_width": 1920,
        "posts_per_day": 50,
    },
    # https://docs.joinmastodon.org/entities/Instance/#configuration, https://docs.joinmastodon.org/user/posting/
    "mastodon": {
        "text": 500,
        "images": 4,
        "videos": 1,
        "alt_text": 1500,
        "image.mime_types": {JPEG, PNG, GIF, WEBP, "image/heic", "image/heif", "image/avif"},
        "image.max_bytes": 16 * MIB,
        "video.mime_types": {MP4, MOV, WEBM, M4V},
        "video.codecs": {H264, VP8, VP9},
        "video.max_bytes": 99 * MIB,
        "thread_parts": 25,
    },
    # https://developers.pinterest.com/docs/api/v5/pins-create, .../docs/api-features/creating-video-pins/
    "pinterest": {
        "text": 800,
        "images": 5,
        "videos": 1,
        "alt_text": 500,
        "media_required": True,
        "image.mime_types": {JPEG, PNG},
        "image.max_bytes": 20 * MB,
        "video.mime_types": {MP4, MOV, M4V},
        "video.codecs": {H264, HEVC},
        "video.max_bytes": 2 * GB,
        "video.min_seconds": 4,
        "video.max_seconds": 15 * 60,
        "video.min_ratio": 1 / 2,
        "video.max_ratio": 1.91,
    },
    # https://developers.snap.com/api/marketing-api/Public-Profile-API/ProfileAssetManagement. 9:16 is 0.5625.
    "snapchat": {
        "text": 160,
        "images": 1,
        "videos": 1,
        "media_required": True,
        "image.mime_types": {JPEG, PNG},
        "image.max_bytes": 20 * MB,
        "video.mime_types": {MP4},
        "video.codecs": {H264},
        "video.sound": {AAC},
        "video.max_bytes": 1 * GB,
        "video.min_seconds": 5,
        "video.max_seconds": 60,
        **{f"{kind}.min_width": 540 for kind in ("image", "video")},
        **{f"{kind}.min_height": 960 for kind in ("image", "video")},
        **{f"{kind}.min_ratio": 0.56 for kind in ("image", "video")},
        **{f"{kind}.max_ratio": 0.565 for kind in ("image", "video")},
    },
    # https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide, .../content-posting-api-reference-photo-post
    "tiktok": {
        "text": 2200,
        "images": 35,
        "videos": 1,
        "media_required": True,
        "image.mime_types": {JPEG, WEBP},
        "image.max_bytes": 20 * MB,
        "image.max_width": 1920,
        "image.max_height": 1920,
        "video.mime_types": {MP4, MOV, WEBM},
        "video.codecs": {H264, HEVC, VP8, VP9},
        "video.max_bytes": 4 * GB,
        "video.max_seconds": 10 * 60,
        **{f"video.min_{side}": 360 for side in ("width", "height")},
        **{f"video.max_{side}": 4096 for side in ("width", "height")},
        "posts_per_day": 15,
    },
    # https://business-api.tiktok.com/portal/docs?id=1762228496236545; codecs as in the guide above
    "tiktok_business": {
        "text": 2200,
        "images": 35,
        "videos": 1,
        "media_required": True,
        "image.mime_types": {JPEG, WEBP},
        "image.max_bytes": 20 * MB,
        "image.max_width": 1920,
        "image.max_height": 1920,
        "video.mime_types": {MP4, MOV, WEBM},
        "video.codecs": {H264, HEVC, VP8, VP9},
        "video.max_bytes": 1 * GB,
        "video.min_seconds": 3,
        "video.max_seconds": 10 * 60,
        **{f"video.min_{side}": 360 for side in ("width", "height")},
        "posts_per_day": 15,
    },
    # https://docs.x.com/x-api/media/quickstart/best-practices, https://docs.x.com/x-api/posts/create-post
    "x": {
        "text": 280,
        "images": 4,
        "videos": 1,
        "alt_text": 1000,
        "image.mime_types": {JPEG, PNG, WEBP, GIF},
        "image.max_bytes": 5 * MB,
        "video.mime_types": {MP4, MOV},
        "video.codecs": {H264},
        "video.sound": {AAC},
        "video.max_bytes": 512 * MB,
        "video.min_seconds": 0.5,
        "video.max_seconds": 140,
        "video.min_ratio": 1 / 3,
        "video.max_ratio": 3,
        "video.min_width": 32,
        "video.min_height": 32,
        "video.max_width": 1280,
        "video.max_height": 1280,  # upright, where 1280 is the height
        "posts_per_day": 2400,
        "thread_parts": 25,
    },
    # https://developers.google.com/youtube/v3/docs/videos/insert, https://support.google.com/youtube/troubleshooter/2888402
    "youtube": {
        "text": 5000,
        "videos": 1,
        "media_required": True,
        "video.mime_types": {MP4, MOV, WEBM, "video/mpeg", "video/x-msvideo", "video/x-ms-wmv", "video/x-flv", "video/3gpp"}
        | {"video/x-matroska"},
        "video.codecs": {H264, HEVC, VP8, VP9, "mpeg4", "prores", "dnxhd"},
        "video.max_bytes": 256 * 1024**3,
        "video.max_seconds": 12 * HOUR,
    },
}

OPTIONS = [  # network, option, what its page says
    ("instagram", "collaborators", {"most": 3}),
    ("instagram", "user_tags", {"most": 20}),
    ("instagram", "cover", {"mime_types": (JPEG,), "max_bytes": 8 * MB}),
    ("bluesky", "languages", {"most": 3}),
    ("bluesky", "tags", {"most": 8, "max_length": 640}),
    ("bluesky", "link_thumb", {"max_bytes": 1 * MB}),
    ("bluesky", "captions", {"max_bytes": 20_000}),
    ("mastodon", "poll_options", {"least": 2, "most": 4, "max_length": 50}),
    ("mastodon", "poll_minutes", {"least": 5, "most": 2_629_746 // 60}),
    ("pinterest", "title", {"max_length": 100}),
    ("pinterest", "cover", {"mime_types": (JPEG, PNG), "max_bytes": 20 * MB}),
    ("snapchat", "title", {"max_length": 45}),
    ("tiktok", "cover_photo", {"least": 1, "most": 35}),
    ("tiktok_business", "cover", {"mime_types": (JPEG, PNG, WEBP), "max_bytes": 20 * MB}),
    ("x", "poll_options", {"least": 2, "most": 4, "max_length": 25}),
    ("x", "poll_minutes", {"least": 5, "most": 10_080}),
    ("youtube", "title", {"max_length": 100}),
    ("youtube", "thumbnail", {"mime_types": (JPEG, PNG), "max_bytes": 50 * MIB}),
    ("youtube", "captions", {"max_bytes": 100 * MIB}),
]

QUOTAS = {  # calls, seconds, whose
    "bluesky": {(5000 // 3, HOUR, "channel"), (35_000 // 3, DAY, "channel"), (3000, 300, "app")},
    "facebook": set(),  # computed by Facebook, said in the headers of its answers
    "instagram": {(50, DAY, "channel")},
    "mastodon": {(300, 3 * HOUR, "channel")},  # https://docs.joinmastodon.org/api/rate-limits/
    "pinterest": {(100, 60, "channel")},  # https://developers.pinterest.com/docs/reference/rate-limits/
    "snapchat": {(10, 1, "channel"), (20, 1, "app")},  # https://developers.snap.com/api/marketing-api/Ads-API/rate-limits
    "tiktok": {(6, 60, "channel"), (15, DAY, "channel")},  # https://developers.tiktok.com/doc/tiktok-api-v2-rate-limit
    "tiktok_business": {(6, 60, "channel"), (15, DAY, "channel")},
    "x": {(100, 900, "channel"), (10_000, DAY, "app")},  # https://docs.x.com/x-api/fundamentals/rate-limits
    "youtube": {(100, DAY, "app")},  # https://developers.google.com/youtube/v3/determine_quota_cost
}


def limits_of(limits: Limits | FileLimits, prefix: str = "") -> dict[str, Any]:
    """Every limit that is set, under a name with dots."""
    found: dict[str, Any] = {}
    for field in fields(limits):
        value = getattr(limits, field.name)
        if is_dataclass(value):
            found |= limits_of(value, f"{field.name}.")  # type: ignore[arg-type]
        elif value != field.default and field.name != "unit":
            found[prefix + field.name] = value
    return found


@pytest.mark.parametrize("network", NETWORKS)
def test_limits_are_those_of_the_page(network: str) -> None:
    assert limits_of(connector(network).limits) == PAGES[network]


@pytest.mark.parametrize(
    ("network", "unit"),
    [("x", "units"), ("youtube", "bytes"), ("tiktok", "UTF-16 units"), ("bluesky", "characters"), ("mastodon", "characters")],
)
def test_text_is_counted_as_the_network_counts(network: str, unit: str) -> None:
    kind: type[Connector] = connector(network)
    lengths = {"units": 2, "bytes": 11, "UTF-16 units": 5, "characters": 1}
    assert kind.limits.unit == unit
    assert kind.checker().length("👩‍🚀") == lengths[unit], "an astronaut: three code points, one picture"


@pytest.mark.parametrize(("network", "name", "page"), OPTIONS)
def test_options_have_the_limits_of_the_page(network: str, name: str, page: dict[str, Any]) -> None:
    option = next(one for one in connector(network).options if one.name == name)
    assert {limit: getattr(option, limit) for limit in page} == page


@pytest.mark.parametrize("network", NETWORKS)
def test_allowances_are_those_of_the_page(network: str) -> None:
    assert {(quota.calls, quota.seconds, quota.scope) for quota in connector(network).quotas} == QUOTAS[network]


def test_special_forms_have_limits_of_their_own() -> None:
    # https://developers.facebook.com/docs/video-api/guides/reels-publishing
    assert (REEL.min_seconds, REEL.max_seconds, REEL.min_width, REEL.min_height) == (3, 90, 540, 960)
    assert REEL.min_ratio < 9 / 16 < REEL.max_ratio
    assert REEL.codecs == frozenset({H264, HEVC, VP9, "av1"})
    assert REEL.sound == frozenset({AAC})
    # https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media
    assert connector("instagram").limits_for(Outgoing(key="", text="", options={"format": "story"})) == STORY
    assert (STORY.images, STORY.videos, STORY.video.min_seconds, STORY.video.max_seconds) == (1, 1, 3, 60)
    assert (STORY.image.max_bytes, STORY.video.max_bytes) == (8 * MB, 100 * MB)
    # https://developers.tiktok.com/doc/content-posting-api-reference-photo-post
    photos = Outgoing(key="", text="", media=(Media("p", JPEG, 1),))
    assert connector("tiktok").limits_for(photos).text == connector("tiktok_business").limits_for(photos).text == 4000
    assert connector("tiktok_business").limits_for(replace(photos, media=(), is_comment=True)).text == 150
    # https://docs.x.com/x-api/media/quickstart/best-practices
    assert (MOVING.max_bytes, MOVING.max_width, MOVING.max_height) == (15 * MB, 1280, 1080)
    # https://developers.google.com/youtube/v3/docs/thumbnails/set
    assert THUMBNAIL.max_bytes == 50 * MIB
