"""Recommendations of a Page. https://developers.facebook.com/docs/graph-api/reference/recommendation

A recommendation is a `review` document: owner the Page, data text, author, author_id, positive; its id is that of the story
which it made, the thing that can be commented on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.facebook import fields
from sandbox.facebook.call import Call
from sandbox.facebook.edges import VISITORS, edge
from sandbox.store import Doc

if TYPE_CHECKING:
    from sandbox.facebook.network import Facebook


def recommend(net: Facebook, page: str, person: Doc, text: str, positive: bool) -> Doc:
    """A person recommends the Page, or says why they do not."""
    if net.docs.get("account", page) is None:
        raise KeyError(page)
    data = {"text": text, "author": person["name"], "author_id": person.id, "positive": positive}
    return net.docs.put("review", data, doc_id=f"{person.id}_{net.store.next_id()}", owner=page)


@edge("GET", "page", "ratings", VISITORS, page_token=True)
def ratings(net: Facebook, call: Call, page: Doc) -> dict[str, Any]:
    """Newest first."""
    wants = fields.parse(call.text("fields") or "created_time,recommendation_type,review_text,reviewer")
    found = net.docs.find("review", owner=page.id, limit=10_000)
    return fields.listing(net, call, found, lambda review: fields.pick(_shown(review), wants))


def _shown(review: Doc) -> dict[str, Any]:
    return {
        "created_time": fields.time(review.created_at),
        "has_rating": False,
        "has_review": bool(review["text"]),
        "recommendation_type": "positive" if review["positive"] else "negative",
        "review_text": review["text"],
        "reviewer": {"name": review["author"], "id": review["author_id"]},
        "open_graph_story": {"id": review.id},
    }
