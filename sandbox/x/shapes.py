"""Posts, users, media and polls as X's API gives them, in both vocabularies: `tweet.fields` asks for the old names,
`post.fields` (API 2.167, August 2026) for the new ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox import clock
from sandbox.store import Doc
from sandbox.x import problems
from sandbox.x.fields import (
    MEDIA_FIELDS,
    NEW_EXPANSIONS,
    NEW_FIELDS,
    OLD_EXPANSIONS,
    OLD_FIELDS,
    POLL_FIELDS,
    USER_FIELDS,
)

if TYPE_CHECKING:
    from sandbox.x.network import X

SHAPE_QUERY = ("tweet.fields", "post.fields", "expansions", "user.fields", "media.fields", "poll.fields", "place.fields")
MONTH = 30 * 86400.0


@dataclass(slots=True)
class Wish:
    """What the caller wants to see, checked."""

    new: bool
    post: set[str]
    expansions: set[str]
    user: set[str]
    media: set[str]
    poll: set[str]
    viewer: str = ""
    errors: list[dict[str, Any]] = field(default_factory=list)


def wish(query: dict[str, str], viewer: str = "") -> Wish:
    """Read the field parameters. Problem 400 for a value that X doesn't know."""
    new = "post.fields" in query
    fields, expansions = (NEW_FIELDS, NEW_EXPANSIONS) if new else (OLD_FIELDS, OLD_EXPANSIONS + NEW_EXPANSIONS)
    return Wish(
        new=new,
        post=_values(query, "post.fields" if new else "tweet.fields", fields),
        expansions=_values(query, "expansions", expansions),
        user=_values(query, "user.fields", USER_FIELDS),
        media=_values(query, "media.fields", MEDIA_FIELDS),
        poll=_values(query, "poll.fields", POLL_FIELDS),
        viewer=viewer,
    )


def _values(query: dict[str, str], name: str, known: tuple[str, ...]) -> set[str]:
    values = [value.strip() for value in query.get(name, "").split(",") if value.strip()]
    for value in values:
        if value not in known:
            message = f"The `{name}` query parameter value [{value}] is not one of [{','.join(known)}]"
            raise problems.invalid(name, query[name], message)
    return set(values)


class Shapes:
    """Makes the JSON."""

    def __init__(self, x: X) -> None:
        self.x = x

    def answer(self, posts: list[Doc], wish: Wish) -> dict[str, Any]:
        """`data` and `includes` for these posts."""
        found: dict[str, Any] = {"data": [self.post(post, wish) for post in posts]} if posts else {}
        if includes := self._includes(posts, wish):
            found["includes"] = includes
        return found

    def post(self, post: Doc, wish: Wish) -> dict[str, Any]:
        """One post with the fields asked for."""
        every = {**self._words(post), **self._circumstances(post), **self._numbers(post, wish)}
        asked = wish.post | wish.expansions | {"id", "text", "edit_history_tweet_ids"} | self._implied(wish)
        found = {name: value for name, value in every.items() if name in asked and value is not None}
        return renamed(found) if wish.new else found

    def _implied(self, wish: Wish) -> set[str]:
        implied = set()
        if "note_post" in wish.post:
            implied.add("note_tweet")
        if wish.expansions & {"referenced_posts", "referenced_tweets.id", "referenced_tweets.id.author_id"}:
            implied.add("referenced_tweets")
        if wish.expansions & {"attachments.media_keys", "attachments.poll_ids"}:
            implied.add("attachments")
        return implied | ({"entities"} if "entities.mentions.username" in wish.expansions else set())

    def _words(self, post: Doc) -> dict[str, Any]:
        return {
            "id": post.id,
            "text": post["wire"],
            "edit_history_tweet_ids": [post.id],
            "entities": post["entities"] or None,
            "note_tweet": post.get("note"),
            "lang": post.get("lang", "en"),
        }

    def _circumstances(self, post: Doc) -> dict[str, Any]:
        keys, polls = [self.x.media.key(media) for media in self.x.docs.many("media", post.get("media", []))], post.get("poll")
        attachments = ({"media_keys": keys} if keys else {}) | ({"poll_ids": [polls["id"]]} if polls else {})
        editable = clock.iso_millis(post.created_at + 3600)
        return {
            "author_id": post.owner,
            "conversation_id": post.key,
            "created_at": clock.iso_millis(post.created_at),
            "in_reply_to_user_id": post.get("to_user"),
            "referenced_tweets": [{"type": "replied_to", "id": post.parent}] if post.parent else None,
            "attachments": attachments or None,
            "reply_settings": post.get("reply_settings") or "everyone",
            "possibly_sensitive": False,
            "edit_controls": {"edits_remaining": 5, "is_edit_eligible": False, "editable_until": editable},
        }

    def _numbers(self, post: Doc, wish: Wish) -> dict[str, Any]:
        if not {"public_metrics", "non_public_metrics", "organic_metrics"} & wish.post:
            return {}
        likes, replies = self.x.docs.count("like", parent=post.id), self.x.docs.count("post", parent=post.id)
        seen = 3 + 7 * (likes + replies)
        public = {"retweet_count": 0, "reply_count": replies, "like_count": likes, "quote_count": 0}
        found: dict[str, Any] = {"public_metrics": {**public, "bookmark_count": 0, "impression_count": seen}}
        private = {"impression_count": seen, "url_link_clicks": likes, "user_profile_clicks": replies}
        if post.owner == wish.viewer and post.created_at > clock.now() - MONTH:
            found["non_public_metrics"] = {**private, "engagements": likes + replies}
            found["organic_metrics"] = {**private, "like_count": likes, "reply_count": replies, "retweet_count": 0}
        else:
            wish.errors += [
                _not_yours(post.id, name) for name in ("non_public_metrics", "organic_metrics") if name in wish.post
            ]
        return found

    def user(self, user: Doc, fields: set[str]) -> dict[str, Any]:
        """One user."""
        numbers = {"followers_count": 1234, "following_count": 12, "listed_count": 3, "like_count": 0, "media_count": 0}
        every = {
            "created_at": clock.iso_millis(user.created_at),
            "description": user.get("bio", ""),
            "location": user.get("location", ""),
            "profile_image_url": self.x.avatar_url(user),
            "protected": False,
            "public_metrics": {**numbers, "tweet_count": self.x.docs.count("post", owner=user.id)},
            "receives_your_dm": not user.get("closed_dms", False),
            "subscription_type": user.get("subscription_type", "None"),
            "verified": user.get("subscription_type", "None") != "None",
            "verified_type": "blue" if user.get("subscription_type", "None") != "None" else "none",
        }
        basic = {"id": user.id, "name": user["name"], "username": user["username"]}
        return basic | {name: value for name, value in every.items() if name in fields}

    def _includes(self, posts: list[Doc], wish: Wish) -> dict[str, Any]:
        found: dict[str, Any] = {}
        linked: list[Doc] = []
        if wish.expansions & {"referenced_tweets.id", "referenced_tweets.id.author_id", "referenced_posts"}:
            linked = self.x.docs.many("post", dict.fromkeys(post.parent for post in posts if post.parent))
            found["posts" if wish.new else "tweets"] = [self.post(post, wish) for post in linked]
        found["users"] = [self.user(user, wish.user) for user in self._users(posts, linked, wish)]
        if "attachments.media_keys" in wish.expansions:
            ids = dict.fromkeys(media for post in posts for media in post.get("media", []))
            found["media"] = [self.x.media.shown(media, wish.media) for media in self.x.docs.many("media", ids)]
        if "attachments.poll_ids" in wish.expansions:
            found["polls"] = [_poll(post, wish.poll) for post in posts if post.get("poll")]
        return {name: value for name, value in found.items() if value}

    def _users(self, posts: list[Doc], linked: list[Doc], wish: Wish) -> list[Doc]:
        ids: dict[str, None] = {}
        if "author_id" in wish.expansions:
            ids |= dict.fromkeys(post.owner for post in posts)
        if "in_reply_to_user_id" in wish.expansions:
            ids |= dict.fromkeys(post.get("to_user") or "" for post in posts)
        if "referenced_tweets.id.author_id" in wish.expansions:
            ids |= dict.fromkeys(post.owner for post in linked)
        if "entities.mentions.username" in wish.expansions:
            ids |= dict.fromkeys(mention["id"] for post in posts for mention in post["entities"].get("mentions", []))
        return [user for user in map(self.x.user, ids) if user]


def renamed(post: dict[str, Any]) -> dict[str, Any]:
    """The same post in the words of API 2.167."""
    names = {
        "edit_history_tweet_ids": "edit_history_post_ids",
        "referenced_tweets": "referenced_posts",
        "note_tweet": "note_post",
    }
    found = {names.get(name, name): value for name, value in post.items()}
    if "public_metrics" in found:
        numbers = found["public_metrics"]
        found["public_metrics"] = {"repost_count" if name == "retweet_count" else name: numbers[name] for name in numbers}
    return found


def _poll(post: Doc, fields: set[str]) -> dict[str, Any]:
    poll = post["poll"]
    options = [{"position": place, "label": label, "votes": 0} for place, label in enumerate(poll["options"], 1)]
    ends = post.created_at + 60 * poll["duration_minutes"]
    status = "open" if ends > clock.now() else "closed"
    every = {"duration_minutes": poll["duration_minutes"], "end_datetime": clock.iso_millis(ends), "voting_status": status}
    return {"id": poll["id"], "options": options} | {name: value for name, value in every.items() if name in fields}


def _not_yours(post: str, name: str) -> dict[str, Any]:
    return {
        "resource_id": post,
        "parameter": f"tweet.fields={name}",
        "resource_type": "tweet",
        "section": "data",
        "title": "Field Authorization Error",
        "value": post,
        "field": name,
        "detail": f"Sorry, you are not authorized to access '{name}' on the Tweet with id: [{post}].",
        "type": f"{problems.TYPES}/not-authorized-for-field",
    }
