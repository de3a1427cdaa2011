"""Python's search for reference cycles, paused while large values are built. Not here: what is built."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """For building many values that hold no cycles: reference counts free them, and the search only visits them again and again.

    Reading a week of 250,000 entries takes a third of the time with it (`docs/benchmarks.md`). Within another pause it does nothing.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
