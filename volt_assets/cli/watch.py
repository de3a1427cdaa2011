"""Watching a run from its event log, whoever carries it, with keys. Not here: how the display looks, how a run is carried."""

import re
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import dagster as dg
from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text

from io_managers.run_process import BEGUN_TAG, HOST_TAG, PROCESS_TAG, noted, this_place
from volt_assets.cli.background import Background
from volt_assets.cli.errors import RUN_FAILED, RunProblem
from volt_assets.cli.instance import open_instance
from volt_assets.cli.keys import INTERRUPT, Keys, has_keys
from volt_assets.cli.panel import Shown, draw, is_ascii
from volt_assets.cli.progress import Position, RunState, expected_seconds, now_seconds
from volt_assets.cli.run_page import UI_HOST, UI_PORT, is_shown, open_page, page_of
from volt_assets.cli.run_records import RunRecord, find_record, read_record, weeks_text
from volt_assets.cli.run_texts import seconds_text, short, status_text
from volt_assets.dead_runs import mark_dead_runs
from volt_assets.domain.values import clean_text

LOOK_EVERY_SECONDS = 0.25
_EVENTS_AT_ONCE = 500
_LOOK_FOR_DEAD_EVERY = 20
_RUNS_LOOKED_AT = 10
"""Among the newest there may be some that repeat one of ours in the UI, with copies of its tags."""
COMMAND_KEYS = "q leave it running   d open in the UI   Ctrl-C cancel"
_FOLLOW_KEYS = "q or Ctrl-C stop watching   d open in the UI"
_WEEK = re.compile(r"\AWeek [0-9-]+(?: \([^)]*\))?(?= \[|: )")


class Follower:
    """A run's events, read on from where the last look ended."""

    def __init__(self, instance: dg.DagsterInstance, record: RunRecord, keys: str) -> None:
        self._instance = instance
        self._cursor: str | None = None
        self.record = record
        title = f"Week {weeks_text(record)}" if record.weeks else f"Run {short(record.run_id)}"
        self.state = RunState(title, frozenset(record.stages))
        position = Position.from_text(record.position)
        self.shown = Shown(run_id=record.run_id, position=position, keys=keys, expected=expected_seconds(instance, record.stages))

    def poll(self) -> list[str]:
        """The plain lines for what happened since the last look."""
        lines: list[str] = []
        while True:
            page = self._instance.get_records_for_run(self.record.run_id, self._cursor, limit=_EVENTS_AT_ONCE)
            entries = [record.event_log_entry for record in page.records]
            self._cursor = page.cursor
            lines += [line for entry in entries if (line := self.state.take(entry))]
            if not page.has_more:
                return lines

    def drawing(self, console: Console) -> RenderableType:
        """The display as of now."""
        return draw(self.state, self.shown, now=now_seconds(), width=console.width, ascii_only=is_ascii(console))

    def page(self) -> str:
        """Opens the run's page where a UI is up, and says where it is or how to start one."""
        try:
            if is_shown(self.record.run_id, UI_HOST, UI_PORT):
                return open_page(page_of(self.record.run_id, UI_HOST, UI_PORT))
        except RunProblem as problem:
            return problem.message
        return f"The UI is not up. In another terminal: volt-agent ui --run-id {short(self.record.run_id)}"


class Source(Protocol):
    """What is watched: a command that runs weeks, or one run."""

    is_over: bool

    def poll(self) -> list[str]:
        """The lines to show above the display since the last time."""

    def drawing(self, console: Console) -> RenderableType:
        """The display as of now."""

    def page(self) -> str:
        """Opens the page of the run, and says what came of it."""

    def interrupt(self) -> str | None:
        """What Ctrl-C does, in a line; None where it only ends the watching."""


def watch(source: Source, console: Console) -> bool:
    """Shows a source until it is over (True) or the user leaves it (False)."""
    with Keys() as keys, Live(console=console, auto_refresh=False, transient=True) as live:
        while True:
            for line in source.poll():
                console.print(clean_text(line), style=_style(line), markup=False)
            if source.is_over:
                return True
            live.update(source.drawing(console), refresh=True)
            key = keys.pressed(LOOK_EVERY_SECONDS)
            if key == "q":
                return False
            if key == "d":
                console.print(source.page(), markup=False)
            if key == INTERRUPT:
                if (told := source.interrupt()) is None:
                    return False
                console.print(told, markup=False)


class CommandSource:
    """A command that runs weeks in a process of its own: what it says, and the run that it is at."""

    def __init__(self, instance: dg.DagsterInstance, command: Background) -> None:
        self._instance = instance
        self._command = command
        mine = {PROCESS_TAG: str(command.process), HOST_TAG: this_place(), BEGUN_TAG: command.begun}
        self._mine = dg.RunsFilter(tags=mine)
        self._begun = now_seconds()
        self._shown = set[str]()
        self.follower: Follower | None = None
        self.is_over = False

    def poll(self) -> list[str]:
        """What the command has said, without the lines for stages and remarks that the display shows."""
        self.is_over = self._command.exit_code is not None
        lines = self._command.lines()  # before the events: each is stored before its line is written
        records = self._instance.get_run_records(filters=self._mine, limit=_RUNS_LOOKED_AT)
        newest = next((one for one in records if noted(one.dagster_run.tags, one.dagster_run.run_id)), None)
        self._follow()
        if newest and (self.follower is None or newest.dagster_run.run_id != self.follower.record.run_id):
            self.follower = Follower(self._instance, read_record(newest), COMMAND_KEYS)
            self._follow()
        return [line for line in lines if _WEEK.sub("", line) not in self._shown]

    def _follow(self) -> None:
        if self.follower:
            self._shown.update(_WEEK.sub("", line) for line in self.follower.poll())

    def drawing(self, console: Console) -> RenderableType:
        """The run that it is at; before the first one, that it starts."""
        if self.follower:
            return self.follower.drawing(console)
        return Text(f"Preparing, {seconds_text(now_seconds() - self._begun)}\n{COMMAND_KEYS}", style="dim")

    def page(self) -> str:
        """The page of the run that it is at."""
        return self.follower.page() if self.follower else "The run has not begun yet: press d again in a moment."

    def interrupt(self) -> str:
        """Cancels the run that it is at, and with it the command."""
        if self.follower and not (record := find_record(self._instance, self.follower.record.run_id)).has_ended:
            run = self._instance.get_run_by_id(record.run_id)
            if run and run.status is not dg.DagsterRunStatus.CANCELING:
                self._instance.report_run_canceling(run)
        self._command.signal(signal.SIGINT)
        return "Canceling: it stops where what is stored is whole. q leaves it to that."


class RunSource:
    """One run, whoever carries it."""

    def __init__(self, instance: dg.DagsterInstance, record: RunRecord) -> None:
        self._instance = instance
        self._looks = 0
        self.follower = Follower(instance, record, _FOLLOW_KEYS)
        self.record = record
        self.is_over = False

    def poll(self) -> list[str]:
        """The plain lines since the last look. Now and then it is looked whether the run's process is still there."""
        if self._looks % _LOOK_FOR_DEAD_EVERY == 0:
            mark_dead_runs(self._instance)
        self._looks += 1
        self.record = find_record(self._instance, self.record.run_id)
        self.is_over = self.record.has_ended
        return self.follower.poll()

    def drawing(self, console: Console) -> RenderableType:
        """The display of the run; while it waits, that it does."""
        if self.record.waiting:
            return Text(f"{self.follower.state.title}  {status_text(self.record)}\n{_FOLLOW_KEYS}", style="dim")
        return self.follower.drawing(console)

    def page(self) -> str:
        """The page of the run."""
        return self.follower.page()

    def interrupt(self) -> None:
        """Ends the watching, not the run: it may be somebody else's."""


def run_apart(arguments: Sequence[str], home: Path) -> int:
    """Carries a command out in a process of its own, shows it, and returns its exit code; 0 if the user leaves it to itself."""
    command = Background(arguments, home)
    console = Console(highlight=False, soft_wrap=True)
    with open_instance() as instance:
        source = CommandSource(instance, command)
        if not watch(source, console):
            console.print(left(source, command), markup=False)
            return 0
        code = command.exit_code or 0
        if code < 0:
            mark_dead_runs(instance)
            console.print(f"The process of the run was ended by {signal.Signals(-code).name}. What is stored is whole: run it again.")
        return code if code >= 0 else RUN_FAILED


def follow(instance: dg.DagsterInstance, record: RunRecord) -> RunRecord:
    """Shows a run until it has ended or the user leaves it; plain lines where there is no terminal. Returns how it is then."""
    source, console = RunSource(instance, record), Console(highlight=False, soft_wrap=True)
    if has_keys():
        watch(source, console)
        return source.record
    while not source.is_over:
        for line in source.poll():
            console.print(line, markup=False)
        if not source.is_over:
            time.sleep(LOOK_EVERY_SECONDS)
    return source.record


def left(source: CommandSource, command: Background) -> str:
    """Where what goes on can be seen and ended."""
    if source.follower is None:
        return f"It goes on in the background: volt-agent list-runs shows it. What it says: {command.log}"
    name = short(source.follower.record.run_id)
    return (
        f"Run {name} goes on in the background. Watch it: volt-agent show-run --run-id {name} --follow. "
        f"End it: volt-agent cancel-run --run-id {name}. What it says: {command.log}"
    )


def _style(line: str) -> str:
    """As the command itself would have coloured it."""
    if line.startswith("Error: "):
        return "red"
    return "yellow" if ", worth a look: " in line else ""
