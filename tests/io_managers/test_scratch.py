"""Files of unfinished work: there while it lasts, gone afterwards. Not here: whose work it is."""

import os
import time
from pathlib import Path

import pytest

from io_managers.week_store import WeekStore


def test_work_finds_its_files_again_and_nobody_elses(tmp_path: Path) -> None:
    store = WeekStore(str(tmp_path))
    store.scratch("toggl", "2025-10-06").write("a.json", b"1")
    assert store.scratch("toggl", "2025-10-06").read("a.json") == b"1"
    assert store.scratch("toggl", "2025-10-13").read("a.json") is None


@pytest.mark.parametrize("root", ["{tmp}/store", "memory://{tmp}"])
def test_finished_work_leaves_nothing_behind(tmp_path: Path, root: str) -> None:
    scratch = WeekStore(root.format(tmp=tmp_path)).scratch("toggl", "2025-10-06")
    scratch.write("a.json", b"1")
    scratch.clear()
    scratch.clear()
    assert scratch.read("a.json") is None


def test_work_that_was_abandoned_goes_when_other_work_ends(tmp_path: Path) -> None:
    store = WeekStore(str(tmp_path))
    for week in ("2025-10-06", "2025-10-13", "2025-10-20"):
        store.scratch("toggl", week).write("a.json", b"1")
    old = [folder for folder in (tmp_path / "cache" / "toggl").iterdir() if folder.name != ""][:1]
    os.utime(old[0], (time.time() - 90_000,) * 2)
    store.scratch("toggl", "2025-10-27").clear()
    left = list((tmp_path / "cache" / "toggl").iterdir())
    assert len(left) == 2
    assert old[0] not in left


@pytest.mark.parametrize("name", ["../a.json", "a/b.json", "", ".hidden", "a.json\n"])
def test_a_name_that_would_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        WeekStore(str(tmp_path)).scratch("toggl", "2025-10-06").write(name, b"1")


def test_a_place_that_cannot_be_written_to_is_only_empty(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way", encoding="utf-8")
    scratch = WeekStore(str(tmp_path)).scratch("toggl", "2025-10-06")
    scratch.write("a.json", b"1")
    assert scratch.read("a.json") is None
    scratch.clear()
    assert (tmp_path / "cache").read_text(encoding="utf-8") == "in the way"
