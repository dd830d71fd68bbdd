"""Guards of the machine, each taken out by one deliberate mistake: a test that lets a mutant live proves nothing."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """`take_out` makes the mistake in this process; `scenario` (of test_mutants.py) must notice it."""

    take_out: Callable[[], None]
    scenario: str


MUTANTS: dict[str, Mutant] = {}
