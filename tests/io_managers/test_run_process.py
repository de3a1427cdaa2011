"""Whether the process that carries a run lives, by its number and its beginning. Not here: what follows for the run."""

import os
import shutil
import subprocess
import sys
import time

import pytest

from io_managers import run_process
from io_managers.run_process import BEGUN_TAG, HOST_TAG, PROCESS_TAG, Carrier, begun, carrier, is_alive, process_tags

NOBODY = "999999999"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Carrier.ALIVE),
        ({PROCESS_TAG: NOBODY}, Carrier.GONE),
        ({PROCESS_TAG: NOBODY * 4}, Carrier.GONE),
        ({BEGUN_TAG: "1"}, Carrier.GONE),
        ({BEGUN_TAG: ""}, Carrier.ALIVE),
        ({HOST_TAG: "elsewhere", PROCESS_TAG: NOBODY}, Carrier.UNKNOWN),
        ({PROCESS_TAG: "-1"}, Carrier.UNKNOWN),
    ],
)
def test_a_run_is_carried_by_the_process_that_it_notes_and_by_no_other(changes: dict[str, str], expected: Carrier) -> None:
    assert carrier({**process_tags(), **changes}) is expected


def test_a_run_that_notes_nothing_is_in_nobodys_hands_that_we_know() -> None:
    assert carrier({}) is Carrier.UNKNOWN


def test_a_process_that_has_ended_is_gone_before_its_parent_has_looked() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        until = time.monotonic() + 20
        while is_alive(child.pid, "") and time.monotonic() < until:
            time.sleep(0.01)
        os.kill(child.pid, 0)  # its number is still there
        assert not is_alive(child.pid, "")


@pytest.mark.skipif(shutil.which("ps") is None, reason="the system has no ps")
def test_where_the_system_has_no_proc_ps_tells_when_a_process_began() -> None:
    assert run_process._begun_by_ps(os.getpid()) == run_process._begun_by_ps(os.getpid()) != ""
    assert run_process._begun_by_ps(int(NOBODY)) == "gone"


def test_somebody_elses_process_lives_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(process: int, number: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    assert is_alive(os.getpid(), begun(os.getpid()))
