"""The repository of an account: records under keys, and blobs. https://docs.bsky.app/docs/api/com-atproto-repo-put-record

Documents: kind `post` for posts, `like` for likes, `record` for everything else; the id is the at:// address, the owner the
author's DID. Data: record, cid, and for posts what the pages show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.bluesky import lexicon, text
from sandbox.bluesky.calls import NOBODY, Call, Method, XrpcError, invalid
from sandbox.bluesky.files import sniff
from sandbox.bluesky.lexicon import LIKE, POST, POSTGATE, THREADGATE
from sandbox.bluesky.limits import POINTS
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.bluesky.network import Bluesky

UNUSED_LIFE = 3600.0  # blobs that no record refers to are deleted "after minutes to hours"
FOLDERS = {POST: "post", LIKE: "like"}


class Repo:
    """Writing and reading records."""

    largest_blob = 50 * 1024 * 1024

    def __init__(self, network: Bluesky) -> None:
        self.network = network

    def methods(self) -> list[Method]:
        """Rows of the API. The most frequent call comes first."""
        repo = "com.atproto.repo."
        return [
            Method("POST", f"{repo}putRecord", self.put_record),
            Method("POST", f"{repo}createRecord", self.create_record),
            Method("POST", f"{repo}applyWrites", self.apply_writes),
            Method("POST", f"{repo}deleteRecord", self.delete_record),
            Method("POST", f"{repo}uploadBlob", self.upload_blob, bucket="blob"),
            Method("GET", f"{repo}getRecord", self.get_record, NOBODY),
            Method("GET", f"{repo}listRecords", self.list_records, NOBODY),
        ]

    # -- writing -------------------------------------------------------------------------------------------------------

    async def create_record(self, call: Call) -> dict[str, Any]:
        """A new record. A key that is taken is answered with a plain 500, as the reference server does."""
        body = await call.json("repo", "collection", "record")
        write = self._write("create", body, body["record"])
        self._in_own_repo(call, body)
        self._checked(call.account, write, body.get("validate"))
        return {**self._carry_out(call.account, write), "commit": self._commit()}

    async def put_record(self, call: Call) -> dict[str, Any]:
        """Create or replace. The same record again changes nothing and is answered without `commit`."""
        body = await call.json("repo", "collection", "rkey", "record")
        write = self._write("update", body, body["record"])
        self._in_own_repo(call, body)
        there = self.at(call.account.id, write)
        if "swapRecord" in body and body["swapRecord"] != (there["cid"] if there else None):
            raise XrpcError("InvalidSwap", f"Record was at {there['cid'] if there else 'null'}")
        if there and there["cid"] == text.record_cid(write["value"]):
            return {"uri": there.id, "cid": there["cid"], "validationStatus": "valid"}
        write["action"] = "update" if there else "create"
        self._checked(call.account, write, body.get("validate"))
        return {**self._carry_out(call.account, write), "commit": self._commit()}

    async def apply_writes(self, call: Call) -> dict[str, Any]:
        """Several writes, all or none."""
        body = await call.json("repo", "writes")
        self._in_own_repo(call, body)
        kinds = {f"com.atproto.repo.applyWrites#{action}": action for action in POINTS}
        if not isinstance(body["writes"], list) or len(body["writes"]) > 200:
            raise invalid("Too many writes. Max: 200")
        writes = []
        for given in body["writes"]:
            if given.get("$type") not in kinds:
                raise invalid('Input/writes/0 must be a "#create", "#update" or "#delete"')
            writes.append(self._write(kinds[given["$type"]], given, given.get("value")))
        for write in writes:
            self._checked(call.account, write, body.get("validate"))
        results = [self._carry_out(call.account, write) for write in writes]
        named = [
            {"$type": f"com.atproto.repo.applyWrites#{w['action']}Result", **r} for w, r in zip(writes, results, strict=True)
        ]
        return {"commit": self._commit(), "results": named}

    async def delete_record(self, call: Call) -> dict[str, Any]:
        """Also fine when there is nothing (any more)."""
        body = await call.json("repo", "collection", "rkey")
        self._in_own_repo(call, body)
        write = self._write("delete", body, None)
        if self.at(call.account.id, write) is None:
            return {}
        self._points(call.account, "delete")
        self._carry_out(call.account, write)
        return {"commit": self._commit()}

    def _write(self, action: str, given: dict[str, Any], value: Any) -> dict[str, Any]:
        collection, rkey = str(given.get("collection", "")), str(given.get("rkey") or text.new_tid())
        if action != "delete" and isinstance(value, dict):
            value = {"$type": collection, **value}
        return {"action": action, "collection": collection, "rkey": rkey, "value": value}

    def _in_own_repo(self, call: Call, body: dict[str, Any]) -> None:
        repo = self.network.actor(str(body["repo"]))
        if repo is None or repo.id != call.account.id:
            raise invalid(f"Could not find repo: {body['repo']}")

    def _checked(self, me: Doc, write: dict[str, Any], validate: Any) -> None:
        """Refuse what may not be written, before anything is."""
        if write["collection"] in lexicon.RECORDS and not text.TID.fullmatch(write["rkey"]):
            raise invalid(f"Invalid record key for {write['collection']}: Invalid TID")
        there = self.at(me.id, write)
        if write["action"] == "create" and there:
            raise XrpcError("InternalServerError", "Internal Server Error", 500)
        if write["action"] == "update" and there is None and validate is None and write["value"] is None:
            raise invalid("Could not find record")
        if write["action"] != "delete":
            if validate is not False:
                lexicon.check(write["collection"], write["value"])
            self._blobs_are_there(me, write["value"])
        self._points(me, write["action"])

    def _points(self, me: Doc, action: str) -> None:
        self.network.limits.count("points", me.id, "", self.network.enforces_limits, POINTS[action])

    def _blobs_are_there(self, me: Doc, record: dict[str, Any]) -> None:
        for blob in lexicon.blobs(record):
            media = self.blob(me.id, blob["ref"]["$link"])
            if media is None:
                raise XrpcError("BlobNotFound", f"Could not find blob: {blob['ref']['$link']}")
            if media["mime"] != blob.get("mimeType"):
                raise XrpcError("InvalidMimeType", f"Referenced Mimetype does not match stored blob: {media['mime']}")
            if media["size"] != blob.get("size"):
                raise XrpcError("InvalidSize", f"Referenced size does not match stored blob: {media['size']}")

    def _carry_out(self, me: Doc, write: dict[str, Any]) -> dict[str, Any]:
        uri = f"at://{me.id}/{write['collection']}/{write['rkey']}"
        if write["action"] == "delete":
            self.network.docs.delete(FOLDERS.get(write["collection"], "record"), uri)
            return {}
        made = self.save(me, uri, write["value"])
        return {"uri": uri, "cid": made["cid"], "validationStatus": "valid"}

    def save(self, author: Doc, uri: str, record: dict[str, Any]) -> Doc:
        """The record as a document; a post hangs below its parent, its key is the root of its thread."""
        for blob in lexicon.blobs(record):
            if media := self.blob(author.id, blob["ref"]["$link"]):
                self.network.docs.change("media", media.id, used=True)
        data = {"record": record, "cid": text.record_cid(record)}
        reply = record.get("reply") or {}
        parent, root = (reply.get(end, {}).get("uri", "") for end in ("parent", "root"))
        kind = FOLDERS.get(record["$type"], "record")
        if kind != "post":
            return self.network.docs.put(kind, data, doc_id=uri, owner=author.id, parent=_about(record))
        data["text"] = record["text"]
        post = self.network.docs.put(kind, data, doc_id=uri, owner=author.id, parent=parent, key=root or uri)
        self.network.notices.tell(post)
        return post

    def _commit(self) -> dict[str, str]:
        return {"cid": text.record_cid({"at": self.network.store.next_id()}), "rev": text.new_tid()}

    # -- blobs ---------------------------------------------------------------------------------------------------------

    async def upload_blob(self, call: Call) -> dict[str, Any]:
        """Bytes as they are; the type is found out by looking into them."""
        declared = call.request.headers.get("content-type", "")
        if not declared:
            raise invalid("Request encoding (Content-Type) required but not provided")
        content = await call.request.body()
        if len(content) > self.largest_blob:
            raise XrpcError("PayloadTooLarge", "request entity too large", 413)
        return {"blob": self.keep_blob(call.account.id, content, sniff(content) or declared)}

    def keep_blob(self, owner: str, content: bytes, mime: str) -> dict[str, Any]:
        """Store bytes; gives the object that a record refers to them by."""
        found = text.cid(content)
        media_id = f"{found}-{owner[-8:]}"
        self.network.files.write(media_id, content)
        data = {"mime": mime, "size": len(content), "used": False, "until": self.network.now() + UNUSED_LIFE}
        before = self.network.docs.get("media", media_id)
        data["used"] = bool(before and before["used"])
        self.network.docs.put("media", data, doc_id=media_id, owner=owner, key=found)
        return {"$type": "blob", "ref": {"$link": found}, "mimeType": mime, "size": len(content)}

    def blob(self, owner: str, link: str) -> Doc | None:
        """The media document, unless it was never used and has been swept away."""
        media = self.network.docs.get("media", f"{link}-{owner[-8:]}")
        return media if media and (media["used"] or media["until"] > self.network.now()) else None

    # -- reading -------------------------------------------------------------------------------------------------------

    async def get_record(self, call: Call) -> dict[str, Any]:
        """One record. What is not there is answered with 400."""
        repo = self.network.actor(call.parameter("repo"))
        where = {"collection": call.parameter("collection"), "rkey": call.parameter("rkey")}
        found = self.at(repo.id, where) if repo else None
        if found is None:
            owner = repo.id if repo else call.query["repo"]
            raise XrpcError("RecordNotFound", f"Could not locate record: at://{owner}/{where['collection']}/{where['rkey']}")
        return {"uri": found.id, "cid": found["cid"], "value": found["record"]}

    async def list_records(self, call: Call) -> dict[str, Any]:
        """A collection by key, the highest first."""
        repo = self.network.actor(call.parameter("repo"))
        collection, limit = call.parameter("collection"), int(call.query.get("limit", 50))
        if repo is None:
            raise invalid(f"Could not find repo: {call.query['repo']}")
        kind = FOLDERS.get(collection, "record")
        docs = [doc for doc in self.network.docs.find(kind, owner=repo.id, limit=100_000) if f"/{collection}/" in doc.id]
        rows = sorted(docs, key=lambda doc: doc.id, reverse=call.query.get("reverse") != "true")
        rows = [
            doc
            for doc in rows
            if not call.query.get("cursor") or doc.id < f"at://{repo.id}/{collection}/{call.query['cursor']}"
        ]
        page = [{"uri": doc.id, "cid": doc["cid"], "value": doc["record"]} for doc in rows[:limit]]
        more = {"cursor": page[-1]["uri"].rpartition("/")[2]} if len(rows) > limit else {}
        return {"records": page, **more}

    def at(self, owner: str, where: dict[str, Any]) -> Doc | None:
        """The document at a collection and key."""
        kind = FOLDERS.get(where["collection"], "record")
        return self.network.docs.get(kind, f"at://{owner}/{where['collection']}/{where['rkey']}")

    def gate(self, post: Doc, collection: str) -> dict[str, Any] | None:
        """The record of a post's threadgate or postgate: same repository, same key."""
        found = self.network.docs.get("record", post.id.replace(POST, collection))
        record: dict[str, Any] | None = found["record"] if found else None
        return record if record and record.get("post") == post.id else None

    def who_may_reply(self, post: Doc) -> list[str] | None:
        """The names of the threadgate's rules, None for everybody."""
        gate = self.gate(post, THREADGATE) or {}
        return [rule["$type"].rpartition("#")[2] for rule in gate["allow"]] if "allow" in gate else None

    def may_be_quoted(self, post: Doc) -> bool:
        """Unless its postgate says no."""
        return not (self.gate(post, POSTGATE) or {}).get("embeddingRules")


def _about(record: dict[str, Any]) -> str:
    """What a record that is no post is about: the post of a gate, the post that is liked, the person who is blocked."""
    subject = record.get("subject")
    return str(record.get("post") or (subject.get("uri", "") if isinstance(subject, dict) else subject) or "")
