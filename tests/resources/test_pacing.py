"""Turns are an interval apart, whoever asks for them. Not here: what is done with a turn."""

import multiprocessing
import os
import stat
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from resources.pacing import OwnTurns, SharedTurns, account_turns

NOON = 1_760_000_000.0


class StandingClock:
    """Says the same moment until it is moved."""

    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.mark.parametrize("make", [lambda _, clock: OwnTurns(clock), lambda folder, clock: SharedTurns(folder / "turns", clock)])
def test_turns_are_an_interval_apart(make: Callable[[Path, StandingClock], SharedTurns], tmp_path: Path, clock: StandingClock) -> None:
    turns = make(tmp_path, clock)
    assert [turns.claim(0.5) for _ in range(4)] == [0, 0.5, 1.0, 1.5]


def test_a_turn_that_nobody_took_is_not_made_up_for(tmp_path: Path, clock: StandingClock) -> None:
    turns = SharedTurns(tmp_path / "turns", clock)
    turns.claim(1)
    clock.now += 30
    assert [turns.claim(1), turns.claim(1)] == [0, 1]


def test_two_sessions_with_one_file_take_turns(tmp_path: Path, clock: StandingClock) -> None:
    one, other = SharedTurns(tmp_path / "turns", clock), SharedTurns(tmp_path / "turns", clock)
    assert [one.claim(1), other.claim(1), one.claim(1), other.claim(1)] == [0, 1, 2, 3]


CLAIMS = 150


def _claim_many(file: str, together: "threading.Barrier", claimed: "multiprocessing.SimpleQueue[list[float]]") -> None:
    turns = SharedTurns(Path(file), StandingClock())
    together.wait()
    claimed.put([turns.claim(1) for _ in range(CLAIMS)])


def test_processes_at_once_never_get_the_same_turn(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    claimed, together = spawn.SimpleQueue(), spawn.Barrier(3)
    processes = [spawn.Process(target=_claim_many, args=(str(tmp_path / "turns"), together, claimed)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert sorted(turn for _ in processes for turn in claimed.get()) == [float(turn) for turn in range(3 * CLAIMS)]


@pytest.mark.parametrize("content", ["", "soon", "nan", "inf", repr(NOON + 7200), repr(NOON - 7200)])
def test_a_file_that_cannot_be_right_holds_nobody_up(tmp_path: Path, clock: StandingClock, content: str) -> None:
    (tmp_path / "turns").write_text(content, encoding="ascii")
    turns = SharedTurns(tmp_path / "turns", clock)
    assert [turns.claim(1), turns.claim(1)] == [0, 1]


def test_an_account_has_one_file_whose_name_gives_nothing_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for token in ("winter-kiwi-1987", "winter-kiwi-1987", "summer-kiwi-2001"):
        account_turns("https://toggl.example", token).claim(1)
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert len(files) == 2
    assert not [path for path in tmp_path.rglob("*") if "kiwi" in path.name or (path.is_file() and "kiwi" in path.read_text())]
    assert stat.S_IMODE(files[0].parent.stat().st_mode) == 0o700


def test_a_folder_that_is_somebody_elses_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"volt-{os.getuid()}").symlink_to(tmp_path / "elsewhere")
    assert isinstance(account_turns("https://toggl.example", "winter-kiwi-1987"), OwnTurns)
    assert list((tmp_path / "elsewhere").iterdir()) == []
