"""The registry of networks: slug -> class, imported on use. Nothing else in SMO lists the networks."""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connectors.base import Connector

NETWORKS = {
    "bluesky": "connectors.bluesky:Bluesky",
    "facebook": "connectors.facebook:Facebook",
    "instagram": "connectors.instagram:Instagram",
    "mastodon": "connectors.mastodon:Mastodon",
    "pinterest": "connectors.pinterest:Pinterest",
    "snapchat": "connectors.snapchat:Snapchat",
    "tiktok": "connectors.tiktok:TikTok",
    "tiktok_business": "connectors.tiktok_business:TikTokBusiness",
    "x": "connectors.x:X",
    "youtube": "connectors.youtube:YouTube",
}


@cache
def connector(slug: str) -> "type[Connector]":
    """The connector class of a network. Raises KeyError for a slug that is not registered."""
    module, _, name = NETWORKS[slug].partition(":")
    found: type[Connector] = getattr(import_module(module), name)
    return found


def connectors() -> "list[type[Connector]]":
    """All connector classes, in the order of the registry."""
    return [connector(slug) for slug in NETWORKS]
