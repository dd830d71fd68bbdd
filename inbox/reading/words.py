"""A text as words: without capitals, accents and repeated letters, because that is how comments are typed."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).with_name("data")
MOST = 5000  # characters of a text that are read: its mood is told by then
KEPT = 5  # letters that a stem keeps at least

WORD = re.compile(r"[^\W\d_]+(?:['’`][^\W\d_]+)*|\d+|[.!?;,\n]+|[^\w\s]")
LONG = re.compile(r"(.)\1{2,}")
ADDRESS = re.compile(r"https?://\S+|www\.\S+|@\w+")
WITHOUT_STROKE = str.maketrans("łđøß", "ldos")  # letters that Unicode does not take apart
FACES = {
    **dict.fromkeys((":)", ":-)", "=)", ";)", ";-)", ":]"), "🙂"),
    **dict.fromkeys((":D", ":-D", "xD", "XD", ":P", ":p"), "😂"),
    **dict.fromkeys((":(", ":-(", "=(", ":[", ":/", ":-/", ":|"), "🙁"),
    **dict.fromkeys((":'(", ";("), "😢"),
    "<3": "❤",
}
FACE = re.compile("|".join(re.escape(face) for face in sorted(FACES, key=len, reverse=True)))


def tokens(text: str) -> list[str]:
    """Words, signs and stops in their order; addresses and names after an @ left out."""
    found = FACE.sub(lambda face: f" {FACES[face[0]]} ", ADDRESS.sub(" ", text[:MOST]))
    return [folded(one) for one in WORD.findall(found) if one != "\ufe0f"]


@lru_cache(maxsize=20_000)
def folded(word: str) -> str:
    """`word` as the lists have it: 'Świetnieee' is 'swietnie', "don't" is 'dont'."""
    plain = unicodedata.normalize("NFKD", word.lower()).translate(WITHOUT_STROKE)
    bare = "".join(one for one in plain if not unicodedata.combining(one) and one not in "'’`")
    return LONG.sub(r"\1", bare)


def stem(word: str) -> str:
    """What a word shares with its inflected forms, nearly: 'paczka', 'paczki' and 'paczke' are one."""
    return word[: max(KEPT, len(word) - 2)]


def entries(path: Path) -> dict[str, list[str]]:
    """A data file's lines: what stands before the colon, and the entries behind it. '#' begins a remark."""
    lines = (line for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#"))
    heads = (line.partition(":") for line in lines)
    return {head.strip(): [one.strip() for one in rest.split(",") if one.strip()] for head, _colon, rest in heads}
