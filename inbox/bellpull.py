"""Bells that a thread of its own rings: a network waits for the answer to its call, not for Redis."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, Queue
from threading import Lock, Thread

from inbox.ringing import Bell


class Bellpull:
    """`ring` gets all bells that have come since it was called last. One that is lost costs its lease, nothing else."""

    def __init__(self, ring: Callable[[list[Bell]], None]) -> None:
        self.ring, self.waiting = ring, Queue[Bell]()
        self.lock = Lock()
        self.ringer: Thread | None = None  # started by the first pull: the process that loads this may fork before

    def pull(self, bell: Bell) -> None:
        """Returns at once."""
        self.waiting.put(bell)
        self._started()

    def rung(self) -> None:
        """Wait until every bell is sent, or lost."""
        self.waiting.join()

    def _started(self) -> None:
        with self.lock:
            if self.ringer is None:
                self.ringer = Thread(target=self._run, name="bellpull", daemon=True)
                self.ringer.start()

    def _run(self) -> None:
        while True:
            bells = [self.waiting.get(), *self._more()]
            self.ring(bells)
            for _bell in bells:
                self.waiting.task_done()

    def _more(self) -> Iterator[Bell]:
        with suppress(Empty):
            while True:
                yield self.waiting.get_nowait()
