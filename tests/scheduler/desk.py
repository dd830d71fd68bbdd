"""A marketer at the screen, without a browser: forms are read off the page and sent back as a browser would send them."""

import io
import re
from html.parser import HTMLParser
from typing import Any, Self

from django.test import Client
from django.urls import reverse
from PIL import Image

from scheduler.models import Post
from tests import cast

Typed = dict[str, list[str]]
VOID = {"input", "img", "link", "meta", "use", "br"}


class _Form(HTMLParser):
    """The fields of form#composer with what is in them, and the sentences at each place."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: Typed = {}
        self.sentences: dict[str, list[str]] = {}
        self._area = self._select = self._slot = ""
        self._depth = 0
        self._elsewhere = False  # in another form than the composer's

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, Any] = dict(attrs)
        name, value = given.get("name", ""), given.get("value") or ""
        if tag == "form":
            self._elsewhere = given.get("id") != "composer"
        if tag == "input" and name and not self._elsewhere and given.get("type") not in ("search", "file"):
            if given.get("type") != "checkbox":
                self._put(name, value)
            elif "checked" in given:
                self._put(name, value or "on")
        elif tag == "textarea":
            self._area = name
            self._put(name, "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.fields[self._select] = [value]
        elif tag == "div" and (given.get("id") or "").startswith("problems-"):
            self._slot, self._depth = given["id"].removeprefix("problems-") or "-", 0
        if self._slot and tag not in VOID:
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._elsewhere = False
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        if self._slot and tag not in VOID:
            self._depth -= 1
            if not self._depth:
                self._slot = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area][-1] += data.removeprefix("\n")
        elif self._slot and data.strip():
            self.sentences.setdefault(self._slot, []).append(data.strip())

    def _put(self, name: str, value: str) -> None:
        if name:
            self.fields.setdefault(name, []).append(value)


def read(html: str) -> _Form:
    found = _Form()
    found.feed(re.sub(r"<template.*?</template>", "", html, flags=re.S))
    return found


class Desk:
    """Somebody at the composer. `answer` is the last answer; fields are given by name, underscores for hyphens kept."""

    def __init__(self, person: cast.Person) -> None:
        self.person = person
        self.client = Client()
        self.client.force_login(person.member.user)
        self.address = reverse("post-new")
        self.typed: Typed = {}
        self.answer: Any = None

    def opens(self, post: Post | None = None, **query: str) -> Self:
        """The composer, empty or with a post."""
        self.address = reverse("post-edit", args=[post.pk]) if post else reverse("post-new")
        self.answer = self.client.get(self.address, query)
        assert self.answer.status_code == 200, self.answer
        self.typed = read(self.page).fields
        return self

    def types(self, **fields: Any) -> Self:
        """Fill in fields; `x__text` is the field `x-text`. Lists are several values of one name."""
        for name, value in fields.items():
            self.typed[name.replace("__", "-")] = [str(one) for one in (value if isinstance(value, list) else [value])]
        return self

    def presses(self, do: str) -> Self:
        """A button: draft, schedule or now."""
        self.answer = self.client.post(self.address, self.typed | {"do": [do]})
        return self

    def is_checked(self, post: Post | None = None) -> Self:
        """What the page asks for while somebody types."""
        self.answer = self.client.post(reverse("post-check") + (f"?post={post.pk}" if post else ""), self.typed)
        assert self.answer.status_code == 200, self.answer
        return self

    def uploads(self, content: Any, **details: str) -> Self:
        """A file, dropped on the page."""
        self.answer = self.client.post(reverse("media-add"), {"file": content, **details}, headers={"HX-Request": "true"})
        return self

    @property
    def page(self) -> str:
        return str(self.answer.content.decode())

    @property
    def sentences(self) -> dict[str, list[str]]:
        """What is said at each place of the form."""
        return read(self.page).sentences

    @property
    def post(self) -> Post:
        """The post that the answer leads to."""
        assert self.answer.status_code == 302, (self.answer.status_code, self.sentences)
        return self.person.workspace.posts.get(pk=re.findall(r"[0-9a-f-]{36}", self.answer["Location"])[0])


def png(colour: str, side: int = 400) -> bytes:
    """A square picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(buffer, "PNG")
    return buffer.getvalue()
