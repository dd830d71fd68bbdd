"""What nobody waits for: handed to a thread of its own."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, Queue
from threading import Lock, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Aside(Generic[T]):
    """`do` gets all that was handed over since it was called last. It must not raise: the thread would end."""

    def __init__(self, name: str, do: Callable[[list[T]], None]) -> None:
        self.name, self.do, self.waiting = name, do, Queue[T]()
        self.lock = Lock()
        self.thread: Thread | None = None  # started by the first that comes: the process that loads this may fork before

    def hand(self, one: T) -> None:
        """Returns at once."""
        self.waiting.put(one)
        with self.lock:
            if self.thread is None:
                self.thread = Thread(target=self._run, name=self.name, daemon=True)
                self.thread.start()

    def finished(self) -> None:
        """Wait until everything is done that was handed over."""
        self.waiting.join()

    def _run(self) -> None:
        while True:
            all_of_it = [self.waiting.get(), *self._more()]
            self.do(all_of_it)
            for _one in all_of_it:
                self.waiting.task_done()

    def _more(self) -> Iterator[T]:
        with suppress(Empty):
            while True:
                yield self.waiting.get_nowait()
