"""The same command once more in a process of its own, which lives on when the terminal is closed. Not here: watching it."""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from io_managers.run_process import begun

LOG_FOLDER = "command-logs"
_KEPT = 20


class Background:
    """A command that runs apart from this terminal and writes what it says to a file. `lines` gives what is new in it."""

    def __init__(self, arguments: Sequence[str], home: Path) -> None:
        self.log = _log_file(home)
        command = [sys.executable, "-P", "-m", "volt_assets.cli", *arguments]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
        # A session of its own: neither Ctrl-C nor the end of the terminal reaches it.
        with os.fdopen(os.open(self.log, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            self._child = subprocess.Popen(  # noqa: S603 - this very command
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=environment, start_new_session=True
            )
        self._begun = begun(self._child.pid)
        self._read = 0

    @property
    def process(self) -> int:
        """Its number."""
        return self._child.pid

    @property
    def begun(self) -> str:
        """When it began, as the system counts that."""
        return self._begun

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it goes on."""
        return self._child.poll()

    def signal(self, number: int) -> None:
        """Sends it a signal, unless it has ended."""
        self._child.send_signal(number)

    def lines(self) -> list[str]:
        """The whole lines that it has written since the last time; once it has ended, also one that is not whole."""
        has_ended = self._child.poll() is not None
        with self.log.open("rb") as file:
            file.seek(self._read)
            text = file.read()
        whole = text if has_ended else text[: text.rfind(b"\n") + 1]
        self._read += len(whole)
        return whole.decode("utf-8", "replace").splitlines()


def _log_file(home: Path) -> Path:
    """A new file for what a command says; of the older ones the newest stay."""
    folder = home / LOG_FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    for old in sorted(folder.glob("*.log"))[: -_KEPT + 1]:
        old.unlink(missing_ok=True)
    return folder / f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H-%M-%S}-{os.getpid()}.log"
