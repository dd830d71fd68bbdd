"""One process of ours: started in a group of its own, tied to our life, stopped in order, and asked for its last words."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LAUNCH = Path(__file__).with_name("launch.py")
LOG_BYTES = 5_000_000  # a log that is longer at a start becomes NAME.log.1


class CannotStart(Exception):
    """One sentence for the person at the terminal: what is in the way, and what to do about it."""


@dataclass
class Child:
    """A command to run. `orphan` is the signal it gets from the kernel when we die, even by kill -9 (Linux).

    Start it from a thread that lives as long as it should: the kernel takes the end of that thread for our end.
    """

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] | None = None
    user: str = ""  # run as this user, when we are root
    term: signal.Signals = signal.SIGTERM
    orphan: signal.Signals = signal.SIGKILL
    patience: float = 10.0  # seconds between the request to stop and kill -9
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started: float = field(default=0.0, init=False)  # time.monotonic()

    def start(self) -> None:
        """Start the command, its output going to the end of the log. Does not wait until it is of use."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_name(self.log.name + ".1"))
        tie = ["--parent", str(os.getpid()), "--signal", str(int(self.orphan)), "--user", self.user]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(LAUNCH), *tie, "--", *self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.env,
                start_new_session=True,  # Ctrl-C in the terminal is ours to handle: it must not reach the children first
            )
        self.started = time.monotonic()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        """The process id; 0 before the first start."""
        return self.process.pid if self.process else 0

    def ask_to_stop(self) -> None:
        """Send the signal for an orderly end and return at once."""
        if self.process and self.running:
            self.process.send_signal(self.term)

    def stop(self) -> None:
        """Ask for an orderly end, wait `patience` seconds, then kill whatever is left of the group."""
        self.ask_to_stop()
        if self.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.patience)
            self.kill()

    def kill(self) -> None:
        """kill -9 for the whole group, and wait for the end."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def run(self, seconds: float) -> None:
        """Run to the end, at most `seconds`; raises CannotStart with the command's last words when it fails."""
        self.start()
        assert self.process is not None
        try:
            failed = self.process.wait(seconds) != 0
        except subprocess.TimeoutExpired:
            self.kill()
            raise CannotStart(f"{self.name} took longer than {seconds:.0f} s (see {self.log}).") from None
        if failed:
            raise CannotStart(f"{self.name} failed: {self.last_words()} (see {self.log})")

    def last_words(self) -> str:
        """The last line of the log, or how it ended when it said nothing."""
        lines = [line for line in self.log.read_text(errors="replace")[-4000:].splitlines() if line.strip()]
        code = self.process.poll() if self.process else None
        return lines[-1].strip()[:200] if lines else f"exit code {code}"


def stop_all(children: Sequence[Child]) -> None:
    """Stop these together: all are asked first, so that the slowest sets the time, not the sum."""
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.stop()
