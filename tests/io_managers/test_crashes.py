"""What a run that was killed leaves in a week, and how the next one goes on. Not here: publishing that ends well."""

import json
import os
import time
from pathlib import Path

import pytest

from io_managers.week_lock import holding_week
from io_managers.week_store import Published, WeekStore
from tests.io_managers.conftest import ANA, BEN, FOLDER, WEEK, crash_at, edit, publish, text

# A file's copy in history bears its name too and is put in place before it.

CRASHES = [("ana.md", 1), ("ana.md", 2), ("ben.md", 1), ("ben.md", 2)]


@pytest.mark.parametrize(("name", "time"), CRASHES)
def test_a_crash_leaves_each_file_whole(store: WeekStore, name: str, time: int) -> None:
    publish(store, {"ana.md": "Ana 1", "ben.md": "Ben 1"})
    with crash_at(name, time):
        publish(store, {"ana.md": "Ana 2", "ben.md": "Ben 2"}, "run-2")
    assert text(store, ANA) == ("Ana 2" if name == "ben.md" else "Ana 1")
    assert text(store, BEN) == "Ben 1"


@pytest.mark.parametrize(("name", "time"), CRASHES)
def test_after_a_crash_no_file_of_ours_looks_edited(store: WeekStore, name: str, time: int) -> None:
    publish(store, {"ana.md": "Ana 1", "ben.md": "Ben 1"})
    with crash_at(name, time):
        publish(store, {"ana.md": "Ana 2", "ben.md": "Ben 2"}, "run-2")
    assert store.edited_files(WEEK) == ()
    assert publish(store, {"ana.md": "Ana 3", "ben.md": "Ben 3"}, "run-3") == Published(files=(ANA, BEN))
    assert (text(store, ANA), text(store, BEN)) == ("Ana 3", "Ben 3")


def test_a_crash_in_a_first_publication_leaves_no_file_that_looks_edited(store: WeekStore) -> None:
    with crash_at("ben.md"):
        publish(store, {"ana.md": "Ana 1", "ben.md": "Ben 1"})
    assert publish(store, {"ana.md": "Ana 2", "ben.md": "Ben 2"}) == Published(files=(ANA, BEN))


def test_a_crash_before_the_manifest_is_settled_leaves_no_file_that_looks_edited(store: WeekStore) -> None:
    publish(store, {"ana.md": "Ana 1"})
    with crash_at("manifest.json", 2):
        publish(store, {"ana.md": "Ana 2"}, "run-2")
    assert text(store, ANA) == "Ana 2"
    assert publish(store, {"ana.md": "Ana 3"}, "run-3") == Published(files=(ANA,))


def test_a_crash_is_mended_by_publishing_again(store: WeekStore) -> None:
    publish(store, {"ana.md": "Ana 1"})
    with crash_at("manifest.json", 2):
        publish(store, {"ana.md": "Ana 2"}, "run-2")
    publish(store, {"ana.md": "Ana 2"}, "run-3")
    assert set(json.loads(store.read(WEEK, "manifest.json") or b"{}")) == {"week", "files"}
    assert store.edited_files(WEEK) == ()


def test_an_edit_still_counts_as_one_after_a_crash(store: WeekStore) -> None:
    publish(store, {"ana.md": "Ana 1", "ben.md": "Ben 1"})
    with crash_at("ben.md"):
        publish(store, {"ana.md": "Ana 2", "ben.md": "Ben 2"}, "run-2")
    edit(store, ANA, "Ana, in her words")
    assert publish(store, {"ana.md": "Ana 3", "ben.md": "Ben 3"}, "run-3").edited == (ANA,)
    assert text(store, ANA) == "Ana, in her words"


PARTS = (
    f"weeks/{WEEK}/{FOLDER}/.ana.md.x1y2z3.part",
    f"weeks/{WEEK}/.manifest.json.x1y2z3.part",
    f"history/{WEEK}/first/.raw_toggl_data.json.x1y2z3.part",
    f"history/{WEEK}/run-1/{FOLDER}/.ana.md.x1y2z3.part",
)
SHARED_PARTS = (
    ".store.json.x1y2z3.part",
    "weeks/.index.html.x1y2z3.part",
    "history/weeks/run-1/.index.html.x1y2z3.part",
    "cache/llm/.0a1b.json.x1y2z3.part",
    "cache/fibery/account/.schema.json.x1y2z3.part",
)


def half_written(root: Path, names: tuple[str, ...], *, seconds_ago: float = 0) -> list[Path]:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"An")
        os.utime(root / name, (time.time() - seconds_ago,) * 2)
    return [root / name for name in names]


def test_who_holds_a_week_clears_away_the_half_files_of_killed_runs(tmp_path: Path) -> None:
    store, halves = WeekStore(str(tmp_path)), half_written(tmp_path, PARTS)
    publish(store, {"ana.md": "Ana 1"})
    with holding_week(store, WEEK, tell=pytest.fail):
        assert not [path for path in halves if path.exists()]
    assert text(store, ANA) == "Ana 1"


def test_where_others_write_too_only_a_half_file_that_is_old_is_cleared_away(tmp_path: Path) -> None:
    fresh = half_written(tmp_path, (*SHARED_PARTS, f"weeks/2025-09-29/{FOLDER}/.ana.md.x1y2z3.part"))
    with holding_week(WeekStore(str(tmp_path)), WEEK, tell=pytest.fail):
        assert all(path.exists() for path in fresh)
    old = half_written(tmp_path, SHARED_PARTS, seconds_ago=2 * 3600)
    with holding_week(WeekStore(str(tmp_path)), WEEK, tell=pytest.fail):
        assert not [path for path in old if path.exists()]


def test_a_crash_while_a_text_retires_leaves_a_copy_of_it(tmp_path: Path) -> None:
    store = WeekStore(str(tmp_path))
    publish(store, {"ana.md": "Ana"})
    with pytest.MonkeyPatch.context() as system:
        system.setattr(Path, "unlink", _fail)
        with pytest.raises(OSError, match="Input/output"):
            publish(store, {}, "run-2")
    assert (tmp_path / "history" / WEEK / "run-2" / ANA).read_text(encoding="utf-8") == "Ana"
    assert publish(store, {}, "run-2").retired == (ANA,)


def _fail(*_: object, **__: object) -> None:
    raise OSError(5, "Input/output error")


# After a crash another file of the week is written


def crashed_at_ben(store: WeekStore) -> WeekStore:
    """A week whose second publication died when Ana's text was there and Ben's was not."""
    publish(store, {"ana.md": "Ana 1", "ben.md": "Ben 1"})
    with crash_at("ben.md", 2):
        publish(store, {"ana.md": "Ana 2", "ben.md": "Ben 2"}, "run-2")
    assert (text(store, ANA), text(store, BEN)) == ("Ana 2", "Ben 1")
    return store


def pending(store: WeekStore) -> set[str]:
    return set(json.loads(store.read(WEEK, "manifest.json") or b"{}").get("pending", {}))


def test_another_file_written_after_a_crash_makes_no_file_of_ours_look_edited(store: WeekStore) -> None:
    crashed_at_ben(store).write(WEEK, "raw.json", b"{}")
    assert store.edited_files(WEEK) == ()
    assert pending(store) == set()
    assert publish(store, {"ana.md": "Ana 3", "ben.md": "Ben 3"}, "run-3") == Published(files=(ANA, BEN))


def test_an_unchanged_file_written_after_a_crash_clears_up_as_well(store: WeekStore) -> None:
    store.write(WEEK, "raw.json", b"{}")
    assert not crashed_at_ben(store).write(WEEK, "raw.json", b"{}")
    assert pending(store) == set()
    assert store.edited_files(WEEK) == ()


@pytest.mark.parametrize("second", [("raw.json", 1), ("manifest.json", 1), ("manifest.json", 2)])
def test_a_crash_while_another_file_is_written_after_a_crash_leaves_ours_ours(store: WeekStore, second: tuple[str, int]) -> None:
    crashed_at_ben(store)
    with crash_at(*second):
        store.write(WEEK, "raw.json", b"{}")
    assert store.edited_files(WEEK) == ()
    store.write(WEEK, "aggregated.json", b"{}")
    assert store.edited_files(WEEK) == ()


@pytest.mark.parametrize("second", [("ana.md", 1), ("ana.md", 2), ("ben.md", 1), ("ben.md", 2), ("manifest.json", 1), ("manifest.json", 2)])
def test_two_crashes_in_a_row_on_the_same_files_leave_them_ours(store: WeekStore, second: tuple[str, int]) -> None:
    crashed_at_ben(store)
    with crash_at(*second):
        publish(store, {"ana.md": "Ana 3", "ben.md": "Ben 3"}, "run-3")
    store.write(WEEK, "raw.json", b"{}")
    assert store.edited_files(WEEK) == ()
    assert publish(store, {"ana.md": "Ana 4", "ben.md": "Ben 4"}, "run-4") == Published(files=(ANA, BEN))


def test_an_edit_after_a_crash_is_one_after_another_file_was_written(store: WeekStore) -> None:
    edit(crashed_at_ben(store), ANA, "Ana, in her words")
    store.write(WEEK, "raw.json", b"{}")
    assert store.edited_files(WEEK) == (ANA,)


@pytest.mark.parametrize("words", ["Ana 1", "Ana 2"])
def test_an_edit_after_a_crash_that_is_taken_back_is_ours_again(store: WeekStore, words: str) -> None:
    edit(crashed_at_ben(store), ANA, "Ana, in her words")
    store.write(WEEK, "raw.json", b"{}")
    edit(store, ANA, words)
    assert store.edited_files(WEEK) == ()
    store.write(WEEK, "raw.json", b"[]")
    assert store.edited_files(WEEK) == ()
    assert pending(store) == set()


def test_a_text_of_a_crashed_first_publication_that_is_no_longer_published_retires(store: WeekStore) -> None:
    with crash_at("ben.md"):
        publish(store, {"ana.md": "Ana 1", "ben.md": "Ben 1"})
    assert publish(store, {"ben.md": "Ben 2"}, "run-2") == Published(files=(BEN,), retired=(ANA,))


def test_an_edit_of_a_text_of_a_crashed_first_publication_is_listed(store: WeekStore) -> None:
    with crash_at("ben.md"):
        publish(store, {"ana.md": "Ana 1", "ben.md": "Ben 1"})
    edit(store, ANA, "Ana, in her words")
    store.write(WEEK, "raw.json", b"{}")
    assert store.edited_files(WEEK) == (ANA,)


def test_a_text_that_had_retired_when_the_run_was_killed_is_forgotten(store: WeekStore) -> None:
    publish(store, {"ana.md": "Ana", "ben.md": "Ben"})
    with crash_at("manifest.json"):
        publish(store, {"ana.md": "Ana"}, "run-2")
    assert text(store, BEN) is None
    assert publish(store, {"ana.md": "Ana"}, "run-3") == Published(files=(ANA,))
    assert set(json.loads(store.read(WEEK, "manifest.json") or b"{}")["files"]) == {ANA}
