"""Private messages: a service of its own, to which the data server passes calls on. https://docs.bsky.app/docs/api/chat-bsky-convo-send-message

A `convo` document is one between an account (owner) and a fan (parent), its key `account:fan`; data status, updated_at. Its
`message` documents have it as parent and the account as owner; data text, from, author, ours, deleted. A `reaction`
document (id MESSAGE:DID:EMOJI) has the message as parent, the account as owner, the convo as key; data emoji, from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import clock
from sandbox.bluesky import text
from sandbox.bluesky.calls import Call, Handler, Method, XrpcError, invalid
from sandbox.bluesky.sessions import PRIVILEGED
from sandbox.store import Doc
from sandbox.views import Chat, Line

if TYPE_CHECKING:
    from sandbox.bluesky.network import Bluesky

SERVICE = "did:web:api.bsky.chat#bsky_chat"
DEFS = "chat.bsky.convo.defs"
LONGEST, LONGEST_BYTES = 1000, 10_000


class Messages:
    """chat.bsky.convo.*, for app passwords that open messages."""

    def __init__(self, network: Bluesky) -> None:
        self.network = network

    def methods(self) -> list[Method]:
        """Rows of the API."""
        rows: list[tuple[str, str, Handler]] = [
            ("GET", "listConvos", self.convos),
            ("GET", "listConvoRequests", self.requests),
            ("GET", "getMessages", self.messages),
            ("POST", "acceptConvo", self.accept),
            ("POST", "sendMessage", self.send),
            ("POST", "deleteMessageForSelf", self.forget),
        ]
        return [Method(verb, f"chat.bsky.convo.{name}", self._passed_on(handler)) for verb, name, handler in rows]

    def _passed_on(self, handler: Handler) -> Handler:
        async def answer(call: Call) -> Any:
            if call.token is None or PRIVILEGED not in call.token["scopes"]:
                raise XrpcError("InvalidToken", "Bad token method")
            if call.request.headers.get("atproto-proxy") != SERVICE:
                raise invalid(f"No service configured for {call.request.url.path.rpartition('/')[2]}")
            return await handler(call)

        return answer

    # -- reading -------------------------------------------------------------------------------------------------------

    async def convos(self, call: Call) -> dict[str, Any]:
        """The conversations, that with the latest message first."""
        return self._page(call, "convos", self._of(call.account, call.query.get("status", "")))

    async def requests(self, call: Call) -> dict[str, Any]:
        """Those that a stranger began and nobody has accepted."""
        return self._page(call, "requests", self._of(call.account, "request"))

    def _of(self, account: Doc, status: str) -> list[dict[str, Any]]:
        found = self.network.docs.find("convo", owner=account.id, limit=100_000)
        found = [convo for convo in found if status in ("", convo["status"])]
        return [self._convo(account, convo) for convo in sorted(found, key=lambda convo: -convo["updated_at"])]

    async def messages(self, call: Call) -> dict[str, Any]:
        """Newest first; what the account deleted for itself has no text."""
        convo = self._known(call.account, call.parameter("convoId"))
        found = self.network.docs.find("message", parent=convo.id, limit=100_000)
        return self._page(call, "messages", [self._message(message) for message in found])

    def _page(self, call: Call, name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        limit, start = call.query.get("limit", "50"), call.query.get("cursor", "0")
        if not (limit.isdigit() and 1 <= int(limit) <= 100 and start.isdigit()):
            raise invalid("Error: limit can not be greater than 100")
        end = int(start) + int(limit)
        return {name: rows[int(start) : end], **({"cursor": str(end)} if len(rows) > end else {})}

    def _convo(self, account: Doc, convo: Doc) -> dict[str, Any]:
        last = self.network.docs.one("message", parent=convo.id)
        members = [self.network.appview.basic(one) for one in (account, self.network.actor(convo.parent)) if one]
        known = {"id": convo.id, "rev": text.new_tid(), "members": members, "muted": False, "unreadCount": 0}
        kind = {"status": convo["status"], "kind": {"$type": f"{DEFS}#directConvo"}}
        return {**known, **kind, **({"lastMessage": self._message(last)} if last else {}), **self._last_reaction(convo)}

    def _last_reaction(self, convo: Doc) -> dict[str, Any]:
        for reaction in self.network.docs.find("reaction", key=convo.id, limit=1):
            [message] = self.network.docs.many("message", [reaction.parent])
            both = {"message": self._message(message), "reaction": self._reaction(reaction)}
            return {"lastReaction": {"$type": f"{DEFS}#messageAndReactionView", **both}}
        return {}

    def _message(self, message: Doc) -> dict[str, Any]:
        kind = "deletedMessageView" if message["deleted"] else "messageView"
        told = {"$type": f"{DEFS}#{kind}", "id": message.id, "rev": message.id, "sender": {"did": message["from"]}}
        words = {} if message["deleted"] else {"text": message["text"], **self._reactions(message)}
        return {**told, **words, "sentAt": clock.iso_millis(message.created_at)}

    def _reactions(self, message: Doc) -> dict[str, Any]:
        found = self.network.docs.find("reaction", parent=message.id, oldest_first=True)
        return {"reactions": [self._reaction(one) for one in found]} if found else {}

    def _reaction(self, reaction: Doc) -> dict[str, Any]:
        at = clock.iso_millis(reaction.created_at)
        return {"value": reaction["emoji"], "sender": {"did": reaction["from"]}, "createdAt": at}

    # -- writing -------------------------------------------------------------------------------------------------------

    async def accept(self, call: Call) -> dict[str, Any]:
        """No longer a request; also fine when it is none (any more)."""
        convo = self._known(call.account, str((await call.json("convoId"))["convoId"]))
        if convo["status"] == "accepted":
            return {}
        self.network.docs.change("convo", convo.id, status="accepted")
        return {"rev": text.new_tid()}

    async def send(self, call: Call) -> dict[str, Any]:
        """A message of the account."""
        body = await call.json("convoId", "message")
        convo = self._known(call.account, str(body["convoId"]))
        words = (body["message"] or {}).get("text")
        if not isinstance(words, str) or not words:
            raise invalid('Input/message must have the property "text"')
        if text.graphemes(words) > LONGEST or len(words.encode()) > LONGEST_BYTES:
            raise invalid(f"Input/message/text must not be longer than {LONGEST} graphemes")
        if self.network.blocks(convo.parent, call.account.id):
            raise XrpcError("BlockedActor", "recipient has blocked the sender")
        if self.network.blocks(call.account.id, convo.parent):
            raise XrpcError("BlockedSubject", "sender has blocked the recipient")
        return self._message(self._keep(convo, call.account, words))

    async def forget(self, call: Call) -> dict[str, Any]:
        """Delete a message for oneself; the other person keeps it."""
        body = await call.json("convoId", "messageId")
        convo = self._known(call.account, str(body["convoId"]))
        message = self.network.docs.get("message", str(body["messageId"]))
        if message is None or message.parent != convo.id:
            raise XrpcError("MessageDeleteNotAllowed", "message not found")
        return self._message(self.network.docs.change("message", message.id, deleted=True))

    def _known(self, account: Doc, convo_id: str) -> Doc:
        convo = self.network.docs.get("convo", convo_id)
        if convo is None or convo.owner != account.id:
            raise XrpcError("InvalidConvo", "convo not found")
        return convo

    def _keep(self, convo: Doc, author: Doc, words: str) -> Doc:
        ours = author.id == convo.owner
        data = {"text": words, "from": author.id, "author": author["name"], "ours": ours, "deleted": False}
        message = self.network.docs.put("message", data, doc_id=text.new_tid(), owner=convo.owner, parent=convo.id)
        self.network.docs.change("convo", convo.id, updated_at=message.created_at)
        return message

    # -- the fan's side --------------------------------------------------------------------------------------------------

    def heard(self, account: Doc, person: Doc, words: str) -> Doc:
        """A fan's message; the first one asks for a conversation."""
        key = f"{account.id}:{person.id}"
        data = {"status": "request", "updated_at": self.network.now()}
        convo = self.network.docs.one("convo", key=key) or self.network.docs.put(
            "convo", data, doc_id=text.new_tid(), owner=account.id, parent=person.id, key=key
        )
        return self._keep(convo, person, words)

    def reacts(self, action: str, target: str, person: Doc, emoji: str) -> Doc:
        """A fan reacts to a message of the conversation, maybe with several emoji, or with one or all of them no longer."""
        message = self.network.docs.get("message", target)
        convo = self.network.docs.get("convo", message.parent) if message else None
        if message is None or convo is None or convo.parent != person.id:
            raise KeyError(target)
        if action == "react":
            name, data = f"{target}:{person.id}:{emoji}", {"emoji": emoji, "from": person.id}
            return self.network.docs.put("reaction", data, doc_id=name, owner=convo.owner, parent=target, key=convo.id)
        for reaction in self.network.docs.find("reaction", parent=target):
            if reaction["from"] == person.id and emoji in ("", reaction["emoji"]):
                self.network.docs.delete("reaction", reaction.id)
        return message

    def chat(self, convo: Doc) -> Chat:
        """As the fan sees it: also what the account deleted for itself."""
        person = self.network.actor(convo.parent)
        found = self.network.docs.find("message", parent=convo.id, oldest_first=True)
        lines = [Line(message["text"], message.created_at, message["ours"], message.id) for message in found]
        return Chat(convo.owner, person["name"] if person else "?", f"{self.network.url}/messages/{convo.id}", lines)
