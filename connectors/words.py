"""The words that connectors say to people, in the reader's language.

A connector knows no framework: the house says how to translate. Until it does, everything is said in English.

`_("... %(name)s") % {...}` is for a sentence that is made at run time. `mark("...")` only tells the catalogue of a constant;
it is translated where it is said: an error translates its sentence when it is raised.
"""

from collections.abc import Callable

_translate: Callable[[str], str] = str
_decimal_mark: Callable[[], str] = ".".__str__


def speak(translate: Callable[[str], str], decimal_mark: Callable[[], str] = ".".__str__) -> None:
    """From now on sentences are translated by this function, and numbers have the decimal mark that this one gives."""
    global _translate, _decimal_mark
    _translate, _decimal_mark = translate, decimal_mark


def _(text: str) -> str:
    return _translate(text)


def number(value: float, digits: int = 6) -> str:
    """A number with at most so many digits that count, as the reader writes it: 16.8 or 16,8."""
    return f"{value:.{digits}g}".replace(".", _decimal_mark())


def mark(text: str) -> str:
    """The text as it is."""
    return text
