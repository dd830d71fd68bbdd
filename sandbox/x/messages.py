"""Direct messages. https://docs.x.com/x-api/direct-messages/manage/introduction"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import clock
from sandbox.store import Doc
from sandbox.views import Chat, Line
from sandbox.x import problems
from sandbox.x.calls import Call, Endpoint
from sandbox.x.fields import MESSAGE_FIELDS
from sandbox.x.schema import MESSAGE, check
from sandbox.x.shapes import wish

if TYPE_CHECKING:
    from sandbox.x.network import X

WRITE = ("dm.write", "tweet.read", "users.read")
READ = ("dm.read", "tweet.read", "users.read")
PAGING = ("max_results", "pagination_token", "event_types")
QUERY = (*PAGING, "dm_event.fields", "expansions", "media.fields", "user.fields", "tweet.fields", "post.fields")
EXPANSIONS = ("attachments.media_keys", "participant_ids", "referenced_tweets.id", "sender_id")
MONTH = 30 * 86400.0


class Messages:
    """`message` documents: owner the account, parent the conversation `5-9`; data text, from, to, media."""

    def __init__(self, x: X) -> None:
        self.x = x

    def endpoints(self) -> list[Endpoint]:
        """Rows of the API."""
        return [
            Endpoint("POST", "/2/dm_conversations/with/{user}/messages", self.to_user, "dm_write", WRITE),
            Endpoint("POST", "/2/dm_conversations/{conversation}/messages", self.to_conversation, "dm_write", WRITE),
            Endpoint("POST", "/2/users/{user}/dm/block", self.block, "dm_block", WRITE),
            Endpoint("GET", "/2/dm_events", self.events, "dm_read", READ, QUERY),
            Endpoint("GET", "/2/dm_events/{id}", self.event, "dm_read", READ, QUERY[len(PAGING) :]),
            Endpoint("GET", "/2/dm_conversations/with/{user}/dm_events", self.events_with, "dm_read", READ, QUERY),
            Endpoint("GET", "/2/dm_conversations/{conversation}/dm_events", self.events_of, "dm_read", READ, QUERY),
        ]

    async def to_user(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Write to somebody."""
        return await self._send(call, call.request.path_params["user"])

    async def to_conversation(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Write into a one-to-one conversation."""
        people = call.request.path_params["conversation"].split("-")
        if call.account.id not in people or len(people) != 2:
            raise problems.forbidden()
        return await self._send(call, next(user for user in people if user != call.account.id))

    async def block(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Take no more messages from somebody."""
        person = self.x.user(call.request.path_params["user"])
        if person is None:
            raise problems.forbidden()
        self.x.docs.put("dm_block", {}, doc_id=f"{call.account.id}:{person.id}", owner=call.account.id)
        return 200, {"data": {"blocked": True}}

    async def events(self, call: Call) -> tuple[int, dict[str, Any]]:
        """All messages of the last 30 days, newest first."""
        return self._list(call, None)

    async def event(self, call: Call) -> tuple[int, dict[str, Any]]:
        """One message, with what is asked for beside it."""
        message = self.x.docs.get("message", call.request.path_params["id"])
        if message is None or message.owner != call.account.id:
            raise problems.Problem(404, problems.not_found("dm_event", "event_id", call.request.path_params["id"]))
        fields, expansions = self._asked(call.query)
        asked = fields | expansions
        return 200, {"data": self.shown(message, asked), **self._beside([message], expansions, call.query)}

    async def events_with(self, call: Call) -> tuple[int, dict[str, Any]]:
        """The conversation with one user."""
        return self._list(call, conversation_id(call.account.id, call.request.path_params["user"]))

    async def events_of(self, call: Call) -> tuple[int, dict[str, Any]]:
        """One conversation."""
        return self._list(call, call.request.path_params["conversation"])

    def received(self, account: Doc, sender: Doc, text: str, media: list[str]) -> Doc:
        """A fan's message. For whom the account has blocked, there is nobody to write to."""
        if self.x.docs.get("dm_block", f"{account.id}:{sender.id}"):
            raise KeyError(account.id)
        message = self._keep(account, sender, account, text, media)
        self.x.activity.messaged("dm.received", account.id, self.shown(message, set(MESSAGE_FIELDS)), [sender])
        return message

    def chats(self, account: Doc) -> list[Chat]:
        """One for each person, that with the latest word first."""
        found = self.x.docs.find("message", owner=account.id)
        people = dict.fromkeys(message["to"] if message["ours"] else message["from"] for message in found)
        return [self.chat(account, person) for person in map(self.x.user, people) if person]

    def chat(self, account: Doc, person: Doc) -> Chat:
        """What the two wrote to each other."""
        between = conversation_id(account.id, person.id)
        found = self.x.docs.find("message", owner=account.id, parent=between, oldest_first=True)
        lines = [Line(one["text"], one.created_at, one["ours"], media=self.x.pictures(one.get("media", []))) for one in found]
        return Chat(account.id, person["name"], f"{self.x.url}/messages/{account.id}/{person.id}", lines)

    async def _send(self, call: Call, user: str) -> tuple[int, dict[str, Any]]:
        body = await call.json()
        check(body, MESSAGE)
        person = self.x.user(user)
        if "text" not in body and "attachments" not in body:
            raise problems.invalid("text", "", "At least one of text or attachments must be provided.")
        if person is None or person.id == call.account.id or person.get("closed_dms"):
            raise problems.forbidden("You do not have permission to DM one or more participants.")
        media = [attachment["media_id"] for attachment in body.get("attachments", [])]
        self.x.media.check_for_message(call.account, media)
        message = self._keep(call.account, call.account, person, body.get("text", ""), media)
        self.x.activity.messaged("dm.sent", call.account.id, self.shown(message, set(MESSAGE_FIELDS)), [call.account])
        return 201, {"data": {"dm_conversation_id": message.parent, "dm_event_id": message.id}}

    def _keep(self, account: Doc, sender: Doc, receiver: Doc, text: str, media: list[str]) -> Doc:
        data = {"text": text, "from": sender.id, "to": receiver.id, "author": sender["name"], "media": media}
        parent = conversation_id(sender.id, receiver.id)
        return self.x.docs.put("message", {**data, "ours": sender.id == account.id}, owner=account.id, parent=parent)

    def _list(self, call: Call, conversation: str | None) -> tuple[int, dict[str, Any]]:
        query = call.query
        size = query.get("max_results", "100")
        if not size.isdigit() or not 1 <= int(size) <= 100:
            raise problems.invalid(
                "max_results", size, f"The `max_results` query parameter value [{size}] is not between 1 and 100"
            )
        fields, expansions = self._asked(query)
        token = query.get("pagination_token", "")
        found = [
            message
            for message in self.x.docs.find("message", owner=call.account.id, parent=conversation, since=self.x.now() - MONTH)
            if not token or int(message.id) < int(token)
        ]
        if "MessageCreate" not in query.get("event_types", "MessageCreate"):
            found = []
        shown = found[: int(size)]
        asked = fields | expansions  # since 2.167 `sender_id` is no field any more: asking for its expansion gives it too
        answer: dict[str, Any] = {"data": [self.shown(message, asked) for message in shown]} if shown else {}
        more = {"next_token": shown[-1].id} if len(found) > len(shown) else {}
        return 200, {**answer, **self._beside(shown, expansions, query), "meta": {"result_count": len(shown), **more}}

    def _asked(self, query: dict[str, str]) -> tuple[set[str], set[str]]:
        return _known("dm_event.fields", query, MESSAGE_FIELDS), _known("expansions", query, EXPANSIONS)

    def _beside(self, shown: list[Doc], expansions: set[str], query: dict[str, str]) -> dict[str, Any]:
        """People and media, where they were asked for."""
        wished = wish({name: query.get(name, "") for name in ("user.fields", "media.fields")})
        ids = dict.fromkeys(message["from"] for message in shown) if "sender_id" in expansions else {}
        if "participant_ids" in expansions:
            ids |= dict.fromkeys(person for message in shown for person in (message["from"], message["to"]))
        files = [one for message in shown for one in message.get("media", [])] if "attachments.media_keys" in expansions else []
        includes = {
            "users": [self.x.shapes.user(person, wished.user) for person in map(self.x.user, ids) if person],
            "media": [self.x.media.shown(doc, wished.media) for doc in self.x.docs.many("media", files)],
        }
        found = {name: values for name, values in includes.items() if values}
        return {"includes": found} if found else {}

    def shown(self, message: Doc, fields: set[str]) -> dict[str, Any]:
        """One event: id, text and event_type always, the rest when asked for."""
        media = [self.x.media.key(doc) for doc in self.x.docs.many("media", message.get("media", []))]
        every = {
            "id": message.id,
            "text": message["text"],
            "event_type": "MessageCreate",
            "created_at": clock.iso_millis(message.created_at),
            "sender_id": message["from"],
            "dm_conversation_id": message.parent,
            "participant_ids": [message["from"], message["to"]],
            "attachments": {"media_keys": media} if media else None,
        }
        asked = fields | {"id", "text", "event_type"} | ({"attachments"} if "attachments.media_keys" in fields else set())
        return {name: value for name, value in every.items() if name in asked and value is not None}


def conversation_id(one: str, other: str) -> str:
    """Smaller user id, hyphen, larger."""
    return "-".join(sorted((one, other), key=int))


def _known(name: str, query: dict[str, str], known: tuple[str, ...]) -> set[str]:
    values = set(filter(None, query.get(name, "").split(",")))
    if not values <= set(known):
        raise problems.invalid(
            name, query[name], f"The `{name}` query parameter value [{query[name]}] is not one of [{','.join(known)}]"
        )
    return values
