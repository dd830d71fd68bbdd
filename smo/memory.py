"""The garbage collector of processes that live long."""

import gc


def settle() -> None:
    """What was loaded stays loaded: the collector need not walk through it again (a fifth of a post's CPU)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
