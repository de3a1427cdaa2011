"""What a run shows while it goes: a bar in a terminal, plain lines elsewhere. Not here: running, wording of errors."""

import logging
import time
from types import TracebackType
from typing import Self

import dagster as dg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class RunProgress:
    """Follows the events of one run. Used as a context manager; `on_event` goes to the instance as a listener.

    A `brief` one has no line for each asset where there is no terminal.
    """

    def __init__(self, console: Console, title: str, assets: frozenset[str], *, brief: bool = False) -> None:
        self._console = console
        self._title = title
        self._assets = assets
        self._brief = brief
        self._done = 0
        self._started: dict[str, float] = {}
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Starts the bar where there is a terminal."""
        if self._console.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, console=self._console)
            self._bar.start()
            self._task = self._bar.add_task(self._title, total=len(self._assets))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Ends the bar."""
        if self._bar:
            self._bar.stop()

    def on_event(self, entry: dg.EventLogEntry) -> None:
        """Shows an asset that starts, ends or fails; everything else of the log stays in the log."""
        event = entry.dagster_event
        step = event.step_key if event else None
        if event is None and entry.step_key in {None, *self._assets} and entry.level == logging.INFO:
            self._tell(entry.user_message)
            return
        if event is None or step not in self._assets:
            return
        if event.event_type is dg.DagsterEventType.STEP_START:
            self._started[step] = time.monotonic()
            self._show(step)
        elif event.event_type in {dg.DagsterEventType.STEP_SUCCESS, dg.DagsterEventType.STEP_FAILURE}:
            self._done += 1
            self._finish(step, failed=event.event_type is dg.DagsterEventType.STEP_FAILURE)

    def _tell(self, message: str) -> None:
        """What an asset has to say while it works, such as that it waits for a quota. Dagster's own remarks are errors or details."""
        line = f"{self._title}: {' '.join(message.split())}"
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=line)
        else:
            self._console.print(line, markup=False)

    def _show(self, step: str) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=f"{self._title}: {step}")

    def _finish(self, step: str, *, failed: bool) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._done, description=f"{self._title}: {step}{' failed' if failed else ''}")
            return
        if self._brief:
            return
        seconds = time.monotonic() - self._started.get(step, time.monotonic())
        self._console.print(
            f"{self._title} [{self._done}/{len(self._assets)}] {step} {'failed' if failed else f'{seconds:.1f} s'}", markup=False
        )
