"""Which saved reply fits: by its words for who looks for one, by its likeness to the question for who has not looked yet.

Likeness is told by PostgreSQL alone. A word of the question counts where it stands (the title and the questions that people
noted weigh most, then what was answered with the reply before, then its own text) and the more, the fewer replies
have it and the longer it is.
Words are compared by their beginnings, because most languages bend them at the end; trigrams forgive slips.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import Member, Workspace
from inbox import saving
from inbox.models import Conversation, SavedReply, Wording
from inbox.reading.mood import read
from scheduler.composing.snippets import NAME, filled
from scheduler.searching import WORD
from scheduler.targeting.places import language_name

KNOWN = ("brand", "channel", "first name", "me", "network", "person")  # what is filled in, as in the snippets of posts
SUGGESTED, LISTED = 3, 8
LIKE_ENOUGH, BESIDE_THE_BEST = 0.3, 0.5  # a likeness; a share of the best one's
SHORTEST, MOST_WORDS = 3, 40  # words of a question that tell nothing; how many are looked at
BEGINNING = 0.6  # of a word: 'deliver', 'delivers' and 'delivery' are the same


@dataclass(frozen=True)
class Offer:
    """One wording of a saved reply, as it reads in this conversation."""

    wording: Wording
    text: str

    @property
    def language(self) -> str:
        """Its name; empty for whatever is spoken."""
        return language_name(self.wording.language) if self.wording.language else ""


def values(conversation: Conversation, workspace: Workspace, me: str) -> dict[str, str]:
    """What the known names stand for in this conversation; empty where it is not known. `me`: who signs."""
    return {
        "brand": workspace.name,
        "channel": conversation.channel.name,
        "first name": " ".join(conversation.person_name.split()[:1]),
        "me": me,
        "network": conversation.channel.network_name,
        "person": conversation.person_name,
    }


def left_open(text: str) -> list[str]:
    """The known names that still stand in braces in a text."""
    return list(dict.fromkeys(found.group() for found in NAME.finditer(text) if found.group(1).lower() in KNOWN))


def suggested(conversation: Conversation, by: Member) -> list[Offer]:
    """What fits the latest question, the best first, each in the language of the question as far as that can be told."""
    question = _question(conversation)
    likeness = like(by.workspace, question) if question else {}
    if not likeness:
        return []
    replies = saving.there(by.workspace)
    enough = max(likeness.values()) * BESIDE_THE_BEST
    best = sorted((one for one in replies if likeness.get(one.pk, 0) >= enough), key=lambda one: -likeness[one.pk])
    spoken = read(question).language
    return [_offer(_wordings(one, spoken, by.workspace.language)[0], conversation, by) for one in best[:SUGGESTED]]


def found(conversation: Conversation, words: str, by: Member) -> list[Offer]:
    """Every wording of the replies in which each of the words begins one of theirs; those that fit the question come first."""
    question, replies = _question(conversation), saving.there(by.workspace)
    likeness, asked = like(by.workspace, question) if question else {}, WORD.findall(words.lower())
    fit = sorted((one for one in replies if _has(one, asked)), key=lambda one: (-likeness.get(one.pk, 0.0), one.title))
    spoken, home = read(question).language, by.workspace.language
    return [_offer(wording, conversation, by) for one in fit for wording in _wordings(one, spoken, home)][:LISTED]


def _question(conversation: Conversation) -> str:
    last = conversation.messages.filter(mine=False, deleted=False).order_by("sent_at", "pk").last()
    return last.text if last else ""


def _offer(wording: Wording, conversation: Conversation, by: Member) -> Offer:
    return Offer(wording, filled(wording.text, values(conversation, by.workspace, me=by.user.name)))


def _wordings(reply: SavedReply, spoken: str, home: str) -> list[Wording]:
    """Those in the language that is `spoken` first, then those for whatever is spoken, then those in the language at `home`."""
    order = [_base(spoken), "", _base(home)]
    return sorted(reply.wordings.all(), key=lambda one: [*order, _base(one.language)].index(_base(one.language)))


def fitting(reply: SavedReply, spoken: str, home: str) -> Wording | None:
    """The wording for somebody who speaks so (empty: nobody knows); None: there is none that they understand."""
    first = next(iter(_wordings(reply, spoken, home)), None)
    if first is None or (spoken and _base(first.language) not in (_base(spoken), "")):
        return None
    return first


def _base(tag: str) -> str:
    """'de' of 'de-AT'."""
    return tag.lower().partition("-")[0]


def _has(reply: SavedReply, asked: Iterable[str]) -> bool:
    text = " ".join([reply.title, reply.asked, *(one.text for one in reply.wordings.all())]).lower()
    there = WORD.findall(text)
    return all(any(word.startswith(begun) for word in there) for begun in asked)


# -- likeness -------------------------------------------------------------------------------------------------------------

LIKE = """
WITH replies AS (
    SELECT r.id, r.title || ' ' || r.asked AS noted,
        coalesce((SELECT string_agg(w.text, ' ') FROM inbox_wording w WHERE w.reply_id = r.id), '') AS says,
        coalesce((SELECT string_agg(u.text, ' ') FROM (
            SELECT q.text FROM inbox_message m JOIN inbox_message q ON q.id = m.answers_id
            WHERE m.saved_id = r.id AND NOT q.deleted ORDER BY m.id DESC LIMIT 20
        ) u), '') AS learnt
    FROM inbox_savedreply r WHERE r.workspace_id = %(workspace)s AND r.gone_at IS NULL
), documents AS (
    SELECT id, noted, setweight(to_tsvector('simple', noted), 'A') || setweight(to_tsvector('simple', learnt), 'B')
        || setweight(to_tsvector('simple', says), 'D') AS document
    FROM replies
), hits AS (
    SELECT d.id, w.weight * ts_rank('{0.3, 0.3, 0.6, 1.0}', d.document, w.query) AS rank,
        count(*) OVER (PARTITION BY w.query) AS holders
    FROM documents d JOIN (
        SELECT to_tsquery('simple', said.word) AS query, max(said.weight) AS weight
        FROM unnest(%(words)s, %(weights)s) AS said (word, weight) GROUP BY 1
    ) w ON d.document @@ w.query
), scores AS (
    SELECT d.id, greatest(word_similarity(%(question)s, d.noted) - 0.3, 0) + coalesce((
        SELECT sum(h.rank * ln(1 + (n.all_of_them - h.holders + 0.5) / (h.holders + 0.5))) FROM hits h WHERE h.id = d.id
    ), 0) AS score
    FROM documents d CROSS JOIN (SELECT count(*) AS all_of_them FROM documents) n
)
SELECT id, score FROM scores WHERE score >= %(enough)s
"""


def like(workspace: Workspace, question: str) -> dict[UUID, float]:
    """How much each saved reply fits a question; those that do not are left out."""
    words = [word for word in dict.fromkeys(WORD.findall(question.lower())) if len(word) >= SHORTEST][:MOST_WORDS]
    if not words:
        return {}
    asked: dict[str, Any] = {"workspace": workspace.pk, "question": " ".join(words), "enough": LIKE_ENOUGH}
    asked |= {"words": [_begun(word) for word in words], "weights": [min(1.0, (len(word) - 2) / 3) for word in words]}
    with connection.cursor() as cursor:
        cursor.execute(LIKE, asked)
        return {pk: float(score) for pk, score in cursor.fetchall()}


def _begun(word: str) -> str:
    """What PostgreSQL looks for: the beginning of a long word; a short one as it is, most of those only join others."""
    return word if len(word) <= SHORTEST else word[: max(4, math.ceil(len(word) * BEGINNING))] + ":*"
