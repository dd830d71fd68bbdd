"""The words that connectors say to people, in the reader's language.

A connector knows no framework: the house says how to translate. Until it does, everything is said in English.

`_("... %(name)s") % {...}` is for a sentence that is made at run time. `mark("...")` only tells the catalogue of a constant;
it is translated where it is said: an error translates its sentence when it is raised.
"""

from collections.abc import Callable

_translate: Callable[[str], str] = str


def speak(translate: Callable[[str], str]) -> None:
    """From now on sentences are translated by this function."""
    global _translate
    _translate = translate


def _(text: str) -> str:
    return _translate(text)


def mark(text: str) -> str:
    """The text as it is."""
    return text
