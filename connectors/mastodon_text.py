"""How a Mastodon server counts a text and gives it back. https://docs.joinmastodon.org/user/posting/#text"""

import re
import unicodedata
from html.parser import HTMLParser

import regex

LINK_LENGTH = 23
# Only links with their scheme are links; punctuation that ends a sentence is not part of one.
LINK = regex.compile(
    r"(?<![\w@/])https?://(?:[\w-]+\.)+\p{L}[\w-]+(?::\d+)?(?:[/?#](?:[^\s<>\"]*[^\s<>\".,;:!?'\])(])?)?", regex.IGNORECASE
)
MENTION = regex.compile(r"(?<![\w/=])@(\w+(?:[.-]+\w+)*)@\w+(?:[.-]+\w+)*")
ADDRESSED = regex.compile(r"(?<![\w/=])@\w+(?:[.-]+\w+)*(?:@\w+(?:[.-]+\w+)*)?")

BEFORE = regex.compile(rf"^(?:\s*{ADDRESSED.pattern}(?=\s|$))+\s*")


def length(text: str) -> int:
    """Grapheme clusters; a link is 23, of `@user@server` only `@user` counts."""
    if text.isascii() and "@" not in text and "://" not in text:
        return len(text) - text.count("\r\n")
    return len(regex.findall(r"\X", MENTION.sub(r"@\1", LINK.sub("x" * LINK_LENGTH, text))))


def mentions(text: str) -> list[str]:
    """The people named in `text`, as written."""
    return [found[0] for found in ADDRESSED.finditer(LINK.sub(" ", text))]


def unaddressed(text: str) -> str:
    """`text` without the names that stand before it."""
    return str(BEFORE.sub("", text))


def same(written: str, content: str) -> bool:
    """Whether `content`, the HTML that a server gives, is what was `written`."""
    return canonical(written) == canonical(plain(content))


def canonical(text: str) -> str:
    """One way of writing white space, accents and names (a server leaves out where people are), for comparing only."""
    return " ".join(MENTION.sub(r"@\1", unicodedata.normalize("NFC", text)).split())


def plain(content: str) -> str:
    """The text of a status's HTML. Without the link that servers put before a quote for older ones to see."""
    reader = _Reader()
    reader.feed(content)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.pieces)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.inside_quote = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "p" and "quote-inline" in (dict(attrs).get("class") or ""):
            self.inside_quote = True
        elif tag == "br":
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self.pieces.append("\n\n")
            self.inside_quote = False

    def handle_data(self, data: str) -> None:
        if not self.inside_quote:
            self.pieces.append(data)
