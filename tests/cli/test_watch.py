"""Watching a run: keys, a command in a process of its own, a run that somebody else carries. Not here: how the display looks."""

import io
import os
import pty
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from rich.console import Console, RenderableType
from rich.text import Text

from io_managers.run_process import BEGUN_TAG, HOST_TAG, PROCESS_TAG, RUN_TAG, process_tags, this_place
from tests.cli.test_runs import OTHER_ID, UI_ID, add, empty_home, instance, ui_port, volt
from volt_assets.cli.background import LOG_FOLDER, Background
from volt_assets.cli.keys import INTERRUPT, Keys, has_keys
from volt_assets.cli.run_records import find_record
from volt_assets.cli.watch import CommandSource, Follower, RunSource, follow, left, run_apart, watch

__all__ = ["empty_home", "instance", "ui_port"]
Status = dg.DagsterRunStatus


class Typed:
    """A source at which somebody types, that goes on until it is left, and notes what it was asked. Ctrl-C comes with `d`."""

    def __init__(self, typist: int, keys: bytes, *, cancels: bool = True, interrupts: bool = False) -> None:
        self.is_over = False
        self.looks = 0
        self._typist, self._keys, self._interrupts = typist, keys, interrupts
        self.asked: list[str] = []
        self._cancels = cancels

    def poll(self) -> list[str]:
        self.looks += 1
        assert self.looks < 30, "nobody leaves"
        if self.looks == 1:
            os.write(self._typist, self._keys)
        return ["Error: [bold]no[/bold]\x1b[2J"] if self.looks == 1 else []

    def drawing(self, console: Console) -> RenderableType:
        return Text("going on"[: console.width])

    def page(self) -> str:
        self.asked.append("page")
        if self._interrupts:
            os.kill(os.getpid(), signal.SIGINT)
        return "Run: http://127.0.0.1:3000/runs/x"

    def interrupt(self) -> str | None:
        self.asked.append("interrupt")
        self.is_over = True
        return "Canceling" if self._cancels else None


@pytest.fixture
def typist(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A terminal in which keys can be typed."""
    master, slave = pty.openpty()
    with os.fdopen(slave, "r") as screen:
        monkeypatch.setattr(sys, "stdin", screen)
        yield master
    os.close(master)


def watched(source: Typed) -> tuple[bool, str]:
    console = Console(file=io.StringIO(), width=80, highlight=False)
    is_over = watch(source, console)
    assert isinstance(console.file, io.StringIO)
    return is_over, console.file.getvalue()


def test_q_leaves_what_is_watched_to_itself(typist: int) -> None:
    source = Typed(typist, b"q")
    is_over, text = watched(source)
    assert not is_over
    assert source.asked == []
    assert text.startswith("Error: [bold]no[/bold][2J\n")


def test_d_opens_the_page_and_the_watching_goes_on(typist: int) -> None:
    source = Typed(typist, b"xdq")
    is_over, text = watched(source)
    assert not is_over
    assert source.asked == ["page"]
    assert "Run: http://127.0.0.1:3000/runs/x" in text


@pytest.mark.parametrize("cancels", [True, False])
def test_ctrl_c_cancels_or_ends_the_watching_and_is_pythons_again_afterwards(typist: int, cancels: bool) -> None:
    before = signal.getsignal(signal.SIGINT)
    source = Typed(typist, b"d", cancels=cancels, interrupts=True)
    is_over, text = watched(source)
    assert is_over is cancels
    assert source.asked == ["page", "interrupt"]
    assert ("Canceling" in text) is cancels
    assert signal.getsignal(signal.SIGINT) is before


def test_without_a_terminal_to_type_in_only_ctrl_c_is_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("q"))
    with Keys() as keys:
        assert keys.pressed(0) is None
        os.kill(os.getpid(), signal.SIGINT)
        assert keys.pressed(0) == INTERRUPT
        assert keys.pressed(0) is None


def test_a_terminal_that_is_closed_presses_nothing(typist: int) -> None:
    with Keys() as keys:
        os.write(typist, b"\x04")
        assert keys.pressed(1) == "\x04"
        assert keys.pressed(0) is None


def test_keys_are_for_terminals_that_can_be_drawn_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert not has_keys()
    _, slave = pty.openpty()
    with os.fdopen(slave, "w") as screen:
        monkeypatch.setattr(sys, "stdout", screen)
        assert has_keys()
        with monkeypatch.context() as behind:
            behind.setattr(sys, "stdin", screen)
            behind.setattr(os, "tcgetpgrp", lambda _: os.getpgrp() + 1)
            assert not has_keys()  # as with `&`: whoever took the keys would be stopped
        monkeypatch.setenv("TERM", "dumb")
        assert not has_keys()


# A command in a process of its own


def test_a_command_apart_says_the_same_and_ends_with_the_same_code(
    instance: dg.DagsterInstance, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_apart(["run", "--end-date", "2025-10-06"], tmp_path) == 2
    assert "Error: Which weeks? --start-date is missing" in capsys.readouterr().out
    [log] = (tmp_path / LOG_FOLDER).iterdir()
    assert log.stat().st_mode & 0o077 == 0
    assert log.read_text("utf-8").startswith("Error: Which weeks? --start-date is missing")


def test_only_the_newest_logs_of_commands_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / LOG_FOLDER
    folder.mkdir()
    for day in range(10, 40):
        (folder / f"2025-10-{day}.log").touch()
    command = Background(["--version"], tmp_path)
    while command.exit_code is None:
        time.sleep(0.02)
    assert command.lines() == [f"volt-agent, version {command_version()}"]
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 20
    assert names[0] == "2025-10-21.log"


def command_version() -> str:
    return volt("--version").output.split()[-1]


# A run that somebody else carries


def test_following_a_run_shows_its_end_and_what_came_of_it(instance: dg.DagsterInstance) -> None:
    add(instance, Status.STARTED, tags={HOST_TAG: this_place(), PROCESS_TAG: "999999999"})
    result = volt("show-run", "--follow", "--run-id", UI_ID)
    assert result.exit_code == 1
    assert "Status:     failed" in result.output
    assert volt("show-run", "--follow", "--json", "--run-id", UI_ID).exit_code == 2


def test_a_follower_reads_on_where_it_was_and_knows_which_of_several_weeks_it_is(instance: dg.DagsterInstance) -> None:
    run_id = add(instance, Status.STARTED, tags={**process_tags(), "volt/position": "2 of 5"})
    follower = Follower(instance, find_record(instance, run_id), "q")
    assert follower.poll() == []
    assert follower.shown.position == (2, 5)
    assert "Week 2025-10-06  2 of 5 weeks  run aaaa1111" in drawing(follower)
    assert "0 of 11 stages" in drawing(follower)


def test_d_says_where_the_page_is_or_how_to_get_it(instance: dg.DagsterInstance, ui_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    here, elsewhere = (Follower(instance, find_record(instance, add(instance, Status.STARTED, name)), "q") for name in (UI_ID, OTHER_ID))
    monkeypatch.setattr("volt_assets.cli.watch.UI_PORT", ui_port)
    assert here.page() == f"Run: http://127.0.0.1:{ui_port}/runs/{UI_ID}"
    assert "does not know run aaaa2222" in elsewhere.page()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        monkeypatch.setattr("volt_assets.cli.watch.UI_PORT", closed.getsockname()[1])
    assert here.page() == "The UI is not up. In another terminal: volt-agent ui --run-id aaaa1111"


def test_a_run_that_waits_is_shown_as_such_and_left_with_ctrl_c(instance: dg.DagsterInstance) -> None:
    source = RunSource(instance, find_record(instance, add(instance, Status.NOT_STARTED)))
    assert source.poll() == []
    assert not source.is_over
    assert "Week 2025-10-06  in_progress (not started)" in drawing(source)
    source.interrupt()
    assert find_record(instance, UI_ID).status == "in_progress"


def test_following_in_a_terminal_ends_with_the_run(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("volt_assets.cli.watch.has_keys", lambda: True)
    assert follow(instance, find_record(instance, add(instance, Status.SUCCESS))).status == "completed"


def test_a_command_apart_is_at_the_run_that_its_process_carries_and_ctrl_c_cancels_that(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    command = Background(["sandbox", "--port", "0"], tmp_path)
    source = CommandSource(instance, command)
    while not source.poll():
        time.sleep(0.02)
    assert drawing(source).startswith("Preparing, ")
    assert source.page().startswith("The run has not begun yet")
    assert left(source, command).startswith("It goes on in the background: volt-agent list-runs shows it.")
    mine = {PROCESS_TAG: str(command.process), HOST_TAG: this_place(), BEGUN_TAG: command.begun}
    add(instance, Status.STARTED, OTHER_ID, tags={**mine, BEGUN_TAG: "1"})
    add(instance, Status.STARTED, tags={**mine, RUN_TAG: UI_ID})
    add(instance, Status.STARTED, "aaaa3333-0000-4000-8000-000000000003", tags={**mine, RUN_TAG: UI_ID})  # repeated in the UI
    source.poll()
    assert "run aaaa1111" in drawing(source)
    assert left(source, command).startswith("Run aaaa1111 goes on in the background.")
    assert source.interrupt().startswith("Canceling")
    run = instance.get_run_by_id(UI_ID)
    assert run
    assert run.status is Status.CANCELING
    while not source.is_over:
        source.poll()


def drawing(source: Follower | RunSource | CommandSource) -> str:
    console = Console(file=io.StringIO(), width=80)
    with console.capture() as captured:
        console.print(source.drawing(console))
    return captured.get()
