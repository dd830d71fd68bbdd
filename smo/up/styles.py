"""Tabler's style sheet, less what no page can use: a tenth of it is left on the wire. `python -I smo/up/styles.py`.

A rule stays if every class and attribute of its selector is a word of the templates, modules or Python of SMO. Too much stays
rather than too little: a word anywhere counts, and `bg-{{ colour }}-lt` keeps all that begins with `bg-`.
Standard library only, so that the set-up of a machine and of an image can do it first.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WHOLE, TARGET = ROOT / "build" / "tabler.css", ROOT / "build" / "assets" / "tabler.css"
SOURCES = (
    *(f"{app}/**/*.py" for app in ("accounts", "analytics", "connectors", "inbox", "scheduler", "smo")),
    "templates/**/*.html",
    "static/**/*.js",
    "assets/*.js",
)
STYLES = "static/**/*.css"  # ours ask for Tabler's properties
BUNDLES = "build/assets/*.js"  # the packages' own classes: `show`, `collapsing`

WORD = re.compile(r"[A-Za-z][\w-]*")
OPEN = re.compile(r"([A-Za-z][\w-]*-)(?:\{\{[^}]*\}\}|\{%|\$?\{[^{}]*\})([\w-]*)")  # a class of which a part is worked out
PIECE = re.compile(r"""/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\([^)"']*\)|[{};]""", re.DOTALL)
ASIDE = re.compile(r"\([^()]*\)")  # :not(.this), :is(.this, .that): needs none of them
NAMED = re.compile(r"\.((?:\\.|[\w-])+)|\[([\w-]+)")
ESCAPED = re.compile(r"\\(.)")
PROPERTY = re.compile(r"""(--[\w-]+):(?:[^;{}"']|"[^"]*"|'[^']*')*(?:;|(?=}))""")
ASKED = re.compile(r"var\(\s*(--[\w-]+)")
NESTS = ("@media", "@supports", "@layer", "@container")


@dataclass(frozen=True)
class Used:
    """All words of the sources, and (beginning, end) of those that are worked out."""

    words: frozenset[str]
    ends: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, ours: list[str], packages: list[str]) -> "Used":
        """What these texts may name; what packages work out is theirs: no page of ours has it."""
        words = {word for text in (*ours, *packages) for word in WORD.findall(text)}
        return cls(frozenset(words), frozenset(found for text in ours for found in OPEN.findall(text)))

    def has_class(self, name: str) -> bool:
        """Whether something on a page can have this class."""
        return name in self.words or any(name.startswith(begun) and name.endswith(end) for begun, end in self.ends)

    def has_attribute(self, name: str) -> bool:
        """Whether something on a page can have this attribute; `data-bs-theme` is `bsTheme` to a module."""
        first, *others = name.removeprefix("data-").split("-")
        return name in self.words or "".join((first, *(part.title() for part in others))) in self.words


def sources(root: Path = ROOT) -> list[Path]:
    """Every file that can name a class."""
    return sorted(path for pattern in SOURCES for path in root.glob(pattern) if "migrations" not in path.parts)


def rules(css: str) -> Iterator[tuple[str, str | None]]:
    """(what stands before the braces, what stands within); a statement without braces or a comment has None."""
    depth, begun, opened = 0, 0, 0
    for piece in PIECE.finditer(css):
        match piece.group():
            case "{":
                depth += 1
                opened = piece.end() if depth == 1 else opened
            case "}":
                depth -= 1
                if not depth:
                    yield css[begun : opened - 1].strip(), css[opened : piece.start()]
                    begun = piece.end()
            case found if not depth and (found == ";" or found.startswith("/*")):
                yield css[begun : piece.end()].strip(), None
                begun = piece.end()


def trimmed(css: str, used: Used) -> str:
    """The style sheet without the rules that nothing can match."""
    return "".join(_kept(head, body, used) for head, body in rules(css))


def _kept(head: str, body: str | None, used: Used) -> str:
    if body is None:
        return head
    if head.startswith(NESTS):
        inner = trimmed(body, used)
        return f"{head}{{{inner}}}" if inner else ""
    if head.startswith("@"):
        return f"{head}{{{body}}}"
    heads = ",".join(one for one in _selectors(head) if _can_match(one, used))
    return f"{heads}{{{body}}}" if heads else ""


def _selectors(head: str) -> list[str]:
    """The parts of a list of selectors; commas within parentheses part nothing."""
    return re.split(r",(?![^()]*\))", head)


def _can_match(selector: str, used: Used) -> bool:
    while selector != (plain := ASIDE.sub("", selector)):
        selector = plain
    return all(
        used.has_class(ESCAPED.sub(r"\1", of_class)) if of_class else used.has_attribute(attribute)
        for of_class, attribute in NAMED.findall(plain)
    )


def lighter(css: str, others: list[str]) -> str:
    """The style sheet without the custom properties that neither it nor any of the other texts asks for."""
    asked = {name for text in others for name in re.findall(r"--[\w-]+", text)}
    while css != (less := _without_properties(css, asked | set(ASKED.findall(css)))):
        css = less
    return css


def _without_properties(css: str, asked: set[str]) -> str:
    return PROPERTY.sub(lambda found: found.group() if found[1] in asked else "", css)


def trim(whole: Path = WHOLE, target: Path = TARGET) -> None:
    """Write the style sheet that is served, at once as a whole: a running SMO may read it."""
    ours, packages, styles = (
        [path.read_text() for path in paths] for paths in (sources(), ROOT.glob(BUNDLES), ROOT.glob(STYLES))
    )
    draft = target.with_suffix(f".{os.getpid()}.part")
    css = trimmed(whole.read_text(), Used.of(ours, packages))
    draft.write_text(lighter(css, [*ours, *packages, *styles]))
    draft.replace(target)


if __name__ == "__main__":
    trim()
