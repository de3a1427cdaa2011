"""A real terminal in which the command runs as a user starts it. Not here: tests."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable
from typing import Self

_OBEYED = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_ROWS, _COLUMNS = 30, 100


class Terminal:
    """Starts `volt-agent` in a terminal of its own and keeps what it writes, without colours.

    Used as a context manager: its end closes the terminal.
    """

    def __init__(self, *words: str, TERM: str = "xterm-256color") -> None:  # noqa: N803 - the variable
        self.text = ""
        self.exit_code: int | None = None
        self._process, self._screen = pty.fork()
        if self._process == 0:
            signal.signal(signal.SIGHUP, signal.SIG_DFL)  # as a terminal starts it, also where the tests run under nohup
            command = [sys.executable, "-m", "volt_assets.cli", *words]
            os.execve(sys.executable, command, {**os.environ, "TERM": TERM})  # noqa: S606 - our own words
        fcntl.ioctl(self._screen, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._screen)
        if self.exit_code is None:
            self.exit_code = os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])

    def type(self, keys: str) -> None:
        os.write(self._screen, keys.encode())

    def until(self, seen: Callable[[str], object], seconds: float = 60) -> None:
        """Reads until what was written fulfils a condition."""
        self._read(lambda: bool(seen(self.text)), seconds)
        assert seen(self.text), self.text[-3000:]

    def end(self, seconds: float = 60) -> int:
        """Reads until the command has ended, and returns its exit code."""
        self._read(lambda: False, seconds)
        self.exit_code = os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])
        return self.exit_code

    def _read(self, is_enough: Callable[[], bool], seconds: float) -> None:
        until = time.monotonic() + seconds
        while not is_enough() and time.monotonic() < until:
            if select.select([self._screen], [], [], 0.1)[0]:
                try:
                    self.text += _OBEYED.sub("", os.read(self._screen, 65536).decode("utf-8", "replace"))
                except OSError:  # its other end is closed: the command has ended
                    return
