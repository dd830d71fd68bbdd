"""Searching a workspace: posts by their texts, campaigns and files by their names. One query each, on indexes of PostgreSQL."""

import re
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Workspace
from scheduler.models import Asset, Campaign, Post, Publication, Variant

WORD = re.compile(r"\w+")
MOST_WORDS = 8
SIMPLE = "simple"  # words as they are written: texts come in many languages


@dataclass(frozen=True)
class Found:
    """What there is for some words, at most a few of each; `more_posts`: there are more."""

    words: str
    posts: list[Post]
    campaigns: list[Campaign]
    assets: list[Asset]
    more_posts: bool = False

    def __bool__(self) -> bool:
        return bool(self.posts or self.campaigns or self.assets)


def search(workspace: Workspace, words: str, most: int) -> Found:
    """At most `most` of each kind, in three queries; none when there is no word to look for."""
    asked = words_of(words)
    if not asked:
        return Found(words, [], [], [])
    posts = list(_posts(workspace, asked)[: most + 1])
    campaigns = workspace.campaigns.filter(_all(asked, "name", "aim")).annotate(size=Count("posts"))[:most]
    assets = workspace.assets.filter(_all(asked, "name", "alt"))[:most]
    return Found(words, posts[:most], list(campaigns), list(assets), len(posts) > most)


def words_of(text: str) -> list[str]:
    """The words that somebody looks for."""
    return WORD.findall(text.lower())[:MOST_WORDS]


def said(column: str) -> SearchVector:
    """What is searched of a column, as its index has it."""
    return SearchVector(column, config=SIMPLE)


def beginning(asked: list[str]) -> SearchQuery:
    """Every word begins one of the text's."""
    return SearchQuery(" & ".join(f"{word}:*" for word in asked), config=SIMPLE, search_type="raw")


def _posts(workspace: Workspace, asked: list[str]) -> QuerySet[Post]:
    """Every word begins one of the text's, the latest first."""
    query, document = beginning(asked), said("text")
    # Two subqueries, each on its index: an OR over both texts would read every post of the workspace.
    own = Variant.objects.filter(post__workspace=workspace).annotate(document=document).filter(document=query).values("post")
    texts = workspace.posts.annotate(document=document).filter(document=query).values("pk")
    rows = workspace.posts.filter(Q(pk__in=texts) | Q(pk__in=own))
    live = Publication.objects.filter(post=OuterRef("pk"), part=0, due_at__isnull=False)
    out = Publication.objects.filter(post=OuterRef("pk"), part=0, status="published")
    rows = rows.annotate(waits=Exists(live), out=Exists(out))
    return rows.select_related("campaign").order_by("-changed_at")


def _all(asked: list[str], *columns: str) -> Q:
    """Every word is in one of the columns."""
    found = Q()
    for word in asked:
        one = Q()
        for column in columns:
            one |= Q(**{f"{column}__icontains": word})
        found &= one
    return found
