"""Single keys from a terminal, without Enter and without showing them. Not here: what a key does."""

import contextlib
import os
import select
import signal
import sys
import time
from types import TracebackType
from typing import Any, Self

INTERRUPT = "\x03"


def has_keys() -> bool:
    """Whether this is a terminal that can be drawn on and is ours, on a system that has them as Unix does."""
    can_draw = os.name == "posix" and sys.stdout.isatty() and os.environ.get("TERM", "") not in ("", "dumb", "unknown")
    return can_draw and not is_behind()


def is_behind() -> bool:
    """Whether the shell runs this in its background, as with `&`: who takes the terminal's keys there is stopped by the system."""
    with contextlib.suppress(OSError, ValueError):
        return sys.stdin.isatty() and os.tcgetpgrp(sys.stdin.fileno()) != os.getpgrp()
    return False


class Keys:
    """The keys that are pressed while it is open; Ctrl-C is one of them then. Without a terminal to read from only Ctrl-C is."""

    def __init__(self) -> None:
        self._interrupts = 0
        self._terminal: int | None = None
        self._undo = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Takes the terminal's keys one by one from here on."""
        before = signal.signal(signal.SIGINT, self._on_interrupt)
        self._undo.callback(signal.signal, signal.SIGINT, before)
        if sys.stdin.isatty():
            import termios
            import tty

            self._terminal = sys.stdin.fileno()
            self._undo.callback(termios.tcsetattr, self._terminal, termios.TCSADRAIN, termios.tcgetattr(self._terminal))
            tty.setcbreak(self._terminal)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Gives the terminal back as it was."""
        self._undo.close()

    def pressed(self, within_seconds: float) -> str | None:
        """The key that is pressed within a time, None without one. A closed terminal presses none."""
        if self._interrupts:
            self._interrupts -= 1
            return INTERRUPT
        if self._terminal is None:
            time.sleep(within_seconds)
            return None
        with contextlib.suppress(OSError):
            if select.select([self._terminal], [], [], within_seconds)[0]:
                key = os.read(self._terminal, 1)
                if key:
                    return key.decode("ascii", "replace").lower()
                self._terminal = None
        return None

    def _on_interrupt(self, _number: int, _frame: Any) -> None:
        self._interrupts += 1
