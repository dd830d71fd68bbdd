"""What a person or a screen reader finds on a page: its texts and its spoken attributes."""

from html.parser import HTMLParser

SPOKEN = {"title", "placeholder", "aria-label", "alt"}
MUTE = {"script", "style"}


class Reader(HTMLParser):
    """`said` has each text as one piece, spaces folded."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._mute = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._mute = tag in MUTE
        self.said += [" ".join(value.split()) for name, value in attrs if value and name in SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        self._mute = False

    def handle_data(self, data: str) -> None:
        if not self._mute and data.strip():
            self.said.append(" ".join(data.split()))


def read(page: str) -> list[str]:
    reader = Reader()
    reader.feed(page)
    return reader.said
