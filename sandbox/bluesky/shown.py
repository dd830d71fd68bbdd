"""What the pages and the ledger tell of a post's record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.store import Doc


@dataclass(slots=True)
class EmbedFacts:
    """`media`: (CID, description) of pictures and videos; `quote`: the address of the quoted post."""

    kind: str = "text"
    media: list[tuple[str, str]] = field(default_factory=list)
    link: str = ""
    title: str = ""
    description: str = ""
    thumb: str = ""
    quote: str = ""
    presentation: str = ""
    captions: list[str] = field(default_factory=list)


def embed_facts(record: dict[str, Any]) -> EmbedFacts:
    """What hangs on a post."""
    facts = EmbedFacts()
    embed = record.get("embed") or {}
    kind = embed.get("$type", "").removeprefix("app.bsky.embed.")
    if kind == "recordWithMedia":
        facts.quote = embed["record"]["record"]["uri"]
        embed = embed["media"]
        kind = embed.get("$type", "").removeprefix("app.bsky.embed.")
    facts.kind = kind or "text"
    if kind == "record":
        facts.quote = embed["record"]["uri"]
    _of_kind(facts, kind, embed)
    return facts


def _of_kind(facts: EmbedFacts, kind: str, embed: dict[str, Any]) -> None:
    if kind in ("images", "gallery"):
        pictures = embed["images" if kind == "images" else "items"]
        facts.media = [(picture["image"]["ref"]["$link"], picture["alt"]) for picture in pictures]
    elif kind == "video":
        facts.media = [(embed["video"]["ref"]["$link"], embed.get("alt", ""))]
        facts.presentation = embed.get("presentation", "")
        facts.captions = [caption["lang"] for caption in embed.get("captions", [])]
    elif kind == "external":
        card = embed["external"]
        facts.link, facts.title, facts.description = card["uri"], card["title"], card["description"]
        facts.thumb = (card.get("thumb") or {}).get("ref", {}).get("$link", "")


def facet_facts(record: dict[str, Any]) -> str:
    """Each facet as `words -> what it leads to`, by the bytes that it names; nonsense shows as such."""
    content = record["text"].encode()
    found = []
    for facet in record.get("facets", []):
        words = content[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(errors="replace")
        for feature in facet["features"]:
            target = next((feature[name] for name in ("uri", "did", "tag") if name in feature), "?")
            found.append(f"{words} -> {target}")
    return "; ".join(found)


def reply_facts(record: dict[str, Any], known: list[Doc]) -> str:
    """Whether an answer names its parent and the root of its thread as they are; clients do not show one that lies."""
    reply = record.get("reply")
    if not reply:
        return ""
    there = {post.id: post["cid"] for post in known}
    fine = all(there.get(reply[end]["uri"]) == reply[end]["cid"] for end in ("parent", "root"))
    parent = next((post for post in known if post.id == reply["parent"]["uri"]), None)
    return "part" if fine and parent and parent.key == reply["root"]["uri"] else "broken"
