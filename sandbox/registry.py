"""The practice networks: slug -> where its class is. A new network is one module and one line here."""

from __future__ import annotations

from importlib import import_module

from sandbox.network import Network

NETWORKS: dict[str, str] = {
    "bluesky": "sandbox.bluesky:Bluesky",
    "facebook": "sandbox.facebook:Facebook",
    "instagram": "sandbox.instagram:Instagram",
    "mastodon": "sandbox.mastodon:Mastodon",
    "pinterest": "sandbox.pinterest:Pinterest",
    "snapchat": "sandbox.snapchat:Snapchat",
    "tiktok": "sandbox.tiktok:TikTok",
    "tiktok_business": "sandbox.tiktok_business:TikTokBusiness",
    "x": "sandbox.x:X",
    "youtube": "sandbox.youtube:YouTube",
}


def network_classes() -> dict[str, type[Network]]:
    """slug -> class, in the order of the list."""
    found: dict[str, type[Network]] = {}
    for slug, place in NETWORKS.items():
        module, _, name = place.partition(":")
        found[slug] = getattr(import_module(module), name)
    return found
