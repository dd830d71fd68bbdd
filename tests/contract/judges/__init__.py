"""Who judges what we send: the networks' own machine-readable specifications, where these are at hand.

They lie outside of the project (their licences do not all allow them inside), in the folder that SMO_SHARED names.
"""

import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

from tests.contract.calls import Call
from tests.contract.judges.discovery import Discovery
from tests.contract.judges.graph import Graph
from tests.contract.judges.lexicon import Lexicons
from tests.contract.judges.openapi import OpenAPI

SPECS = Path(os.environ.get("SMO_SHARED", Path(__file__).parents[4] / "shared")) / "specs"
PAGE_NODES = ("Page", "PagePost", "Comment", "Photo", "AdVideo", "UnifiedThread", "Application", "Recommendation")
INSTAGRAM_NODES = ("IGUser", "IGMedia", "IGComment", "ShadowIGMediaBuilder", "Page", "User", "UnifiedThread", "Application")


class Judge(Protocol):
    """Gives what is wrong with a call, each fault as a sentence."""

    def faults(self, call: Call) -> list[str]: ...


def _facebook(folder: Path) -> Judge:
    return Graph(
        folders=[folder],
        nodes=PAGE_NODES,
        unlisted=r"/v[\d.]+/oauth/access_token|/video-upload/|/debug_token",
        own={"comments": ("PagePost", "Comment"), "messages": ("Page", "UnifiedThread"), "feed": ("Page",)},
        more_fields=("tasks",),  # https://developers.facebook.com/docs/graph-api/reference/user/accounts
        more_parameters={"photos": ("source",)},  # https://developers.facebook.com/docs/pages-api/posts
    )


def _instagram(folder: Path) -> Judge:
    return Graph(
        folders=[folder, folder.parent / "facebook"],
        nodes=INSTAGRAM_NODES,
        unlisted=r"/v[\d.]+/oauth/access_token|/ig-api-upload/|/debug_token",
        own={"media": ("IGUser",), "comments": ("IGMedia",)},
        more_fields=("tasks",),
        # https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media: newer than
        # the definitions of April 2026.
        more_parameters={"media": ("is_ai_generated",)},
    )


def _mastodon(folder: Path) -> Judge:
    # A string or a list: https://docs.joinmastodon.org/methods/apps/#create. The document knows the list of 4.3 only.
    overruled = "redirect_uris: .* is not of type 'array'"
    return OpenAPI(folder / "mastodon-openapi.json", form_as_json=True, overruled=overruled)


JUDGES: Mapping[str, Callable[[Path], Judge]] = {
    "facebook": _facebook,
    "instagram": _instagram,
    "x": lambda folder: OpenAPI(folder / "openapi-2.167-2026-08-22.json", unlisted="(/2)?/oauth2/"),
    "youtube": lambda folder: Discovery(folder / "youtube.v3.json", unlisted="/token|/revoke"),
    "pinterest": lambda folder: OpenAPI(folder / "openapi.v5.23.0.json", unlisted="/_storage/"),
    "bluesky": lambda folder: Lexicons(folder / "lexicons"),
    "mastodon": _mastodon,
}
# These publish no machine-readable specification: their pages' examples are tested beside their connectors.
SILENT = {"snapchat", "tiktok", "tiktok_business"}


@cache
def judge(network: str) -> Judge | None:
    """The judge of a network, None where there is none: `why_not` says why."""
    return None if why_not(network) else JUDGES[network](SPECS / network)


def why_not(network: str) -> str:
    """Why nobody judges this network; empty where somebody does."""
    if network in SILENT:
        return f"{network} publishes no machine-readable specification"
    return "" if (SPECS / network).is_dir() else f"no specification of {network} at {SPECS}: set SMO_SHARED"
