"""Checks JSON bodies against X's schema: it refuses unknown keys and wrong types. (OpenAPI 2.167, CreatePostsRequest)"""

from __future__ import annotations

import re
from typing import Any

from sandbox.x import problems

ID = ("string", re.compile(r"[0-9]{1,19}"))
STRING = ("string", None)
BOOL = ("boolean", None)
REPLY_SETTINGS = ("string", re.compile("following|mentionedUsers|subscribers|verified"))
# A tuple (type, pattern or (low, high)), a list [rule, least, most], or a dict of rules ("*": required; {}: anything).
Rule = Any

CREATE_POST: dict[str, Rule] = {
    "text": STRING,
    "media": {
        "media_ids*": [ID, 1, 4],
        "tagged_user_ids": [ID, 0, 10],
        "title": STRING,
        "description": STRING,
        "embeddable": BOOL,
        "preview_media_id": ID,
        "call_to_actions": {},
    },
    "poll": {
        "options*": [("string", re.compile(r"(?s).{1,25}")), 2, 4],
        "duration_minutes*": ("integer", (5, 10080)),
        "reply_settings": REPLY_SETTINGS,
    },
    "reply": {"in_reply_to_tweet_id*": ID, "exclude_reply_user_ids": [ID, 0, 50], "auto_populate_reply_metadata": BOOL},
    "quote_tweet_id": ID,
    "reply_settings": REPLY_SETTINGS,
    "geo": {"place_id*": STRING},
    "community_id": ID,
    "share_with_followers": BOOL,
    "edit_options": {"previous_post_id*": ID},
    "made_with_ai": BOOL,
    "paid_partnership": BOOL,
    "card_uri": STRING,
    "nullcast": BOOL,
    "for_super_followers_only": BOOL,
    "direct_message_deep_link": STRING,
}
MESSAGE: dict[str, Rule] = {"text": ("string", re.compile(r"(?s).{1,10000}")), "attachments": [{"media_id*": ID}, 1, 1]}
SUBSCRIBE: dict[str, Rule] = {
    "event_type*": STRING,
    "filter*": {"user_id": ID, "keyword": STRING, "direction": ("string", re.compile("inbound|outbound"))},
    "tag": ("string", re.compile(r"(?s).{1,200}")),
    "webhook_id": ID,
}
INITIALIZE: dict[str, Rule] = {
    "media_type*": STRING,
    "total_bytes*": ("integer", (1, 17_179_869_184)),
    "media_category": STRING,
    "additional_owners": [ID, 0, 100],
    "shared": BOOL,
}
PYTHON = {"string": str, "integer": int, "boolean": bool}


def check(body: Any, rule: Rule, place: str = "$") -> None:
    """Problem 400 at the first thing that the schema refuses."""
    if rule == {}:
        return  # anything goes
    if isinstance(rule, dict):
        _check_object(body, rule, place)
    elif isinstance(rule, list):
        _check_list(body, rule, place)
    else:
        _check_value(body, rule, place)


def _check_object(body: Any, rules: dict[str, Rule], place: str) -> None:
    if not isinstance(body, dict):
        raise _wrong(place, body, f"{_kind(body)} found, object expected")
    known = {name.rstrip("*"): (name.endswith("*"), rule) for name, rule in rules.items()}
    for name in body:
        if name not in known:
            words = "is not defined in the schema and the schema does not allow additional properties"
            raise _wrong(f"{place}.{name}", body[name], words)
    for name, (required, rule) in known.items():
        if name in body:
            check(body[name], rule, f"{place}.{name}")
        elif required:
            raise _wrong(f"{place}.{name}", "", "is missing but it is required")


def _check_list(body: Any, rule: list[Any], place: str) -> None:
    each, least, most = rule
    if not isinstance(body, list):
        raise _wrong(place, body, f"{_kind(body)} found, array expected")
    if not least <= len(body) <= most:
        raise _wrong(place, body, f"must have between {least} and {most} items in the array")
    for index, value in enumerate(body):
        check(value, each, f"{place}[{index}]")


def _check_value(body: Any, rule: tuple[str, Any], place: str) -> None:
    kind, limit = rule
    if not isinstance(body, PYTHON[kind]) or (kind == "integer" and isinstance(body, bool)):
        raise _wrong(place, body, f"{_kind(body)} found, {kind} expected")
    if isinstance(limit, re.Pattern) and not limit.fullmatch(body):
        raise _wrong(place, body, f"does not match the pattern {limit.pattern}")
    if isinstance(limit, tuple) and not limit[0] <= body <= limit[1]:
        raise _wrong(place, body, f"must be between {limit[0]} and {limit[1]}")


def _wrong(place: str, value: Any, words: str) -> problems.Problem:
    return problems.invalid(place.removeprefix("$.").split("[")[0], value, f"{place}: {words}")


def _kind(value: Any) -> str:
    names = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    return names.get(type(value), "null")
