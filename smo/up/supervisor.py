"""Keeps processes running: one that ends is started again, and that is said; one that ends at once waits longer each time."""

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from smo.up.child import CannotStart, Child, stop_all

SHORT_LIFE = 10.0  # seconds; whoever ends sooner has to wait before the next start
LONGEST_WAIT = 30.0


@dataclass
class Watched:
    """A child, and how its restarts went lately."""

    child: Child
    rank: int
    quick_ends: int = 0
    restart_at: float | None = None  # time.monotonic(); None while it runs


@dataclass
class Supervisor:
    """Starts children, restarts those that end, stops all by rank: lowest first, equal ranks together."""

    say: Callable[[str], None]
    watched: list[Watched] = field(default_factory=list)

    def watch(self, child: Child, rank: int) -> None:
        """Care for a child that runs already."""
        self.watched.append(Watched(child, rank))

    def wait_until_ready(self, waiting: Sequence[tuple[Child, Callable[[], bool]]], ready: Callable[[Child], None]) -> None:
        """Call `ready` for each child as it begins to answer. Raises CannotStart for one that ends or takes over 60 s."""
        left = list(waiting)
        while left:
            for child, answers in left[:]:
                if not child.running:
                    raise CannotStart(f"{child.name} does not start: {child.last_words()} (see {child.log})")
                if answers():
                    ready(child)
                    left.remove((child, answers))
                elif time.monotonic() - child.started > 60:
                    raise CannotStart(f"{child.name} does not answer after 60 s (see {child.log})")
            time.sleep(0.05)

    def check(self) -> None:
        """Look at every child once; restart what ended, unless it has to wait."""
        for one in self.watched:
            if not one.child.running:
                if one.restart_at is None:
                    self._plan_restart(one)
                if one.restart_at is not None and time.monotonic() >= one.restart_at:
                    one.child.start()
                    one.restart_at = None
                    self.say(f"{one.child.name} runs again")

    def _plan_restart(self, one: Watched) -> None:
        lived = time.monotonic() - one.child.started
        one.quick_ends = one.quick_ends + 1 if lived < SHORT_LIFE else 0
        wait = min(LONGEST_WAIT, 0.5 * 2**one.quick_ends) if one.quick_ends else 0.0
        one.restart_at = time.monotonic() + wait
        again = f"starting it again in {wait:.0f} s" if wait else "starting it again"
        self.say(f"{one.child.name} ended after {lived:.0f} s ({how_it_ended(one.child)}); {again}")

    def stop(self) -> None:
        """Stop everything, rank by rank."""
        for rank in sorted({one.rank for one in self.watched}):
            stop_all([one.child for one in self.watched if one.rank == rank])


def how_it_ended(child: Child) -> str:
    """The signal or exit code, and what it said last."""
    code = child.process.returncode if child.process else 0
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}: {child.last_words()}"
