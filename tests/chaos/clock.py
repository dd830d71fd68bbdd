"""A wrong clock for one process: `time.time` and `datetime.now` are off, monotonic time is not. SIGUSR2 lets it jump.

libfaketime does the same from outside, but is not everywhere. The type `datetime` is written in C and refuses new
methods, yet its dictionary can be reached; so every module sees the wrong time, whenever it was imported.
"""

import ctypes
import gc
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import Any

HOUR = 3600.0
_real_time, _real_now = time.time, datetime.now
_offset = 0.0


def shift(seconds: float) -> None:
    """Be `seconds` ahead (behind when negative) from now on; SIGUSR2 takes one more hour off."""
    global _offset
    _offset = seconds
    _replace(_real_time, _wrong_time)
    methods: dict[str, Any] = gc.get_referents(datetime.__dict__)[0]
    methods["now"] = classmethod(_wrong_now)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime))
    signal.signal(signal.SIGUSR2, lambda *_: _jump(-HOUR))


def _jump(seconds: float) -> None:
    global _offset
    _offset += seconds


def _wrong_time() -> float:
    return _real_time() + _offset


def _wrong_now(cls: type[datetime], tz: tzinfo | None = None) -> datetime:
    return _real_now(tz) + timedelta(seconds=_offset)


def _replace(old: Callable[[], float], new: Callable[[], float]) -> None:
    """Also where modules say `from time import time`."""
    for module in list(sys.modules.values()):
        names = [name for name, value in list(vars(module).items()) if value is old]
        if module.__name__ != __name__:
            for name in names:
                setattr(module, name, new)
