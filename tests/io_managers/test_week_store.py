"""The week store's paths, single files, history and workspace. Not here: publishing texts, Dagster."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from upath import UPath

from io_managers.week_store import StoreError, WeekStore
from tests.io_managers.conftest import WEEK, Content, modified
from volt_assets.domain.people import Person, slug

Contents = Callable[[str], Content]
Write = Callable[[WeekStore, str, str], object]
WRITES: list[Write] = [
    lambda store, week, name: store.write(week, name, b"{}"),
    lambda store, week, name: store.publish(week, "reports", {name: "{}"}),
    lambda store, week, name: store.publish_file(week, name, "{}"),
]

WRITER = """
import sys
from io_managers.week_store import WeekStore
root, writer = sys.argv[1:]
for turn in range(12):
    WeekStore(root, writer).write("2025-10-06", f"{writer}-{turn}.json", b"{}")
    WeekStore(root, writer).write("2025-10-06", "shared.json", f"{writer} {turn}".encode())
"""

# Paths


def test_the_stored_weeks_are_the_folders_named_by_a_monday(store: WeekStore, root: str) -> None:
    assert store.stored_weeks() == ()
    for week in ("2025-10-13", WEEK):
        store.write(week, "raw.json", b"{}")
    for odd in ("2025-10-07", "2025-13-01", "notes"):
        (UPath(root) / "weeks" / odd).mkdir(parents=True)
        (UPath(root) / "weeks" / odd / "x.txt").write_text("x")
    assert store.stored_weeks() == (WEEK, "2025-10-13")


def test_a_file_of_a_week_lies_in_the_weeks_folder(store: WeekStore, root: str) -> None:
    assert store.path(WEEK, "reports/individual/ana.md") == UPath(root) / "weeks" / WEEK / "reports" / "individual" / "ana.md"


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "../raw.json",
        "../../evil",
        "reports/../../x",
        "/etc/passwd",
        "a//b",
        "",
        ".",
        "reports/.",
        "a\\b",
        "..\\x",
        "reports/",
        "a\0b",
    ],
)
def test_a_name_that_would_leave_the_weeks_folder_is_refused(store: WeekStore, name: str) -> None:
    with pytest.raises(StoreError, match=f"names no file inside the folder of week {WEEK}"):
        store.path(WEEK, name)


@pytest.mark.parametrize(("week", "name"), [(WEEK, "../x.json"), (WEEK, "/x.json"), (WEEK, "a\\b.json"), (WEEK, "a\0.json")])
@pytest.mark.parametrize("write", WRITES)
def test_refusing_a_name_leaves_no_file_anywhere(tmp_path: Path, write: Write, week: str, name: str) -> None:
    with pytest.raises(StoreError, match="names no file"):
        write(WeekStore(str(tmp_path / "data")), week, name)
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("week", ["/../../evil", "../evil", "", "monday", "a\0b"])
@pytest.mark.parametrize("write", WRITES)
def test_refusing_a_week_leaves_no_file_not_even_a_lock(tmp_path: Path, write: Write, week: str) -> None:
    with pytest.raises(StoreError, match="names no week"):
        write(WeekStore(str(tmp_path / "data")), week, "raw.json")
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("folder", ["..", "/reports", "reports/../../evil", ""])
def test_a_folder_that_would_leave_the_week_is_refused_even_when_nothing_is_published(tmp_path: Path, folder: str) -> None:
    with pytest.raises(StoreError, match="names no file"):
        WeekStore(str(tmp_path / "data")).publish(WEEK, folder, {})
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize(
    "key", ["", "..", "../2025-10-06", "2025-10-06/..", "2025-10-06\n", "2025-W41", "20251006", "monday", "\u0662\u0660\u0662\u0665-10-06"]
)
def test_a_key_that_is_no_date_names_no_week(store: WeekStore, key: str) -> None:
    with pytest.raises(StoreError, match="names no week; a week is named by its Monday, as 2025-10-06"):
        store.path(key, "raw.json")


def test_a_run_id_with_slashes_and_dots_stays_one_folder(root: str, contents: Contents) -> None:
    for content in (b"old", b"new"):
        WeekStore(root, "../../evil run").write(WEEK, "raw.json", content)
    assert list(contents("history")) == [f"{WEEK}/------evil-run/raw.json"]


def test_a_store_without_a_run_keeps_history_by_hand(root: str, contents: Contents) -> None:
    for content in (b"old", b"new"):
        WeekStore(root).write(WEEK, "raw.json", content)
    assert contents("history") == {f"{WEEK}/by-hand/raw.json": b"old"}


# One file


def test_a_file_that_was_never_written_reads_as_none(store: WeekStore) -> None:
    assert store.read(WEEK, "raw.json") is None


def test_a_first_write_says_that_something_changed_and_makes_no_history(store: WeekStore, contents: Contents) -> None:
    assert store.write(WEEK, "raw.json", b"{}")
    assert store.read(WEEK, "raw.json") == b"{}"
    assert contents("history") == {}


def test_a_write_that_changes_nothing_touches_no_byte(tmp_path: Path) -> None:
    store = WeekStore(str(tmp_path))
    store.write(WEEK, "raw.json", b"{}")
    files = [store.path(WEEK, name) for name in ("raw.json", "manifest.json")]
    before = [modified(path) for path in files]
    assert not store.for_run("run-2").write(WEEK, "raw.json", b"{}")
    assert [modified(path) for path in files] == before


def test_a_write_that_changes_nothing_makes_no_history(store: WeekStore, contents: Contents) -> None:
    store.write(WEEK, "raw.json", b"{}")
    store.for_run("run-2").write(WEEK, "raw.json", b"{}")
    assert contents("history") == {}


def test_what_is_replaced_goes_to_history_under_the_run_that_replaced_it(store: WeekStore, contents: Contents) -> None:
    store.write(WEEK, "raw.json", b"old")
    assert store.for_run("run-2").write(WEEK, "raw.json", b"new")
    assert store.read(WEEK, "raw.json") == b"new"
    assert contents("history") == {f"{WEEK}/run-2/raw.json": b"old"}


def test_what_one_run_replaces_twice_is_kept_twice(store: WeekStore, contents: Contents) -> None:
    for content in (b"1", b"2", b"3", b"4"):
        store.write(WEEK, "raw.json", content)
    assert contents("history") == {f"{WEEK}/run-1/raw{part}.json": kept for part, kept in (("", b"1"), (".2", b"2"), (".3", b"3"))}


def test_the_same_content_replaced_twice_in_a_run_is_kept_once(store: WeekStore, contents: Contents) -> None:
    for content in (b"1", b"2", b"1", b"2"):
        store.write(WEEK, "raw.json", content)
    assert contents("history") == {f"{WEEK}/run-1/raw.json": b"1", f"{WEEK}/run-1/raw.2.json": b"2"}


def test_a_write_leaves_other_weeks_alone(store: WeekStore, contents: Contents) -> None:
    store.write("2025-09-29", "raw.json", b"september")
    store.write(WEEK, "raw.json", b"october")
    assert contents("weeks/2025-09-29")["raw.json"] == b"september"


def test_the_manifest_holds_hashes_and_neither_run_nor_time(store: WeekStore, contents: Contents) -> None:
    store.write(WEEK, "raw.json", b"old")
    store.for_run("run-2").write(WEEK, "raw.json", b"new")
    manifest = json.loads(contents("weeks")[f"{WEEK}/manifest.json"])
    assert set(manifest) == {"week", "files"}
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", noted) for noted in manifest["files"].values())


def test_equal_contents_give_equal_manifests_whatever_run_wrote_them(tmp_path: Path) -> None:
    stores = [WeekStore(str(tmp_path / run), run) for run in ("run-1", "run-2")]
    for store, names in zip(stores, (("b.json", "a.json"), ("a.json", "b.json")), strict=True):
        for name in names:
            store.write(WEEK, name, b"{}")
    assert stores[0].read(WEEK, "manifest.json") == stores[1].read(WEEK, "manifest.json")


# Many at once


def test_threads_that_write_one_week_end_with_a_whole_manifest(tmp_path: Path) -> None:
    def write(number: int) -> None:
        WeekStore(str(tmp_path), f"run-{number}").write(WEEK, f"{number}.json", f"{number}".encode())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(24)))
    files = json.loads((tmp_path / "weeks" / WEEK / "manifest.json").read_bytes())["files"]
    assert set(files) == {f"{number}.json" for number in range(24)}
    assert WeekStore(str(tmp_path)).edited_files(WEEK) == ()


def test_processes_that_write_one_week_end_with_a_whole_manifest(tmp_path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name]) for name in ("left", "right")]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    files = json.loads((tmp_path / "weeks" / WEEK / "manifest.json").read_bytes())["files"]
    assert set(files) == {"shared.json", *(f"{name}-{turn}.json" for name in ("left", "right") for turn in range(12))}
    assert WeekStore(str(tmp_path)).edited_files(WEEK) == ()


def test_processes_that_write_one_file_lose_no_version_of_it(tmp_path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name]) for name in ("left", "right")]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    versions = [path.read_bytes() for path in (tmp_path / "history" / WEEK).rglob("shared*.json")]
    versions.append((tmp_path / "weeks" / WEEK / "shared.json").read_bytes())
    assert sorted(versions) == sorted(f"{name} {turn}".encode() for name in ("left", "right") for turn in range(12))


# Whose data these are


def test_a_store_takes_the_same_workspace_again(store: WeekStore, contents: Contents) -> None:
    store.bind(4711)
    store.bind(4711)
    assert json.loads(contents("")["store.json"]) == {"toggl_workspace_id": 4711}


def test_a_store_refuses_another_workspace_and_says_what_to_do(store: WeekStore, root: str) -> None:
    store.bind(4711)
    with pytest.raises(StoreError) as refused:
        store.for_run("run-2").bind(815)
    message = str(refused.value)
    assert all(part in message for part in (root, "4711", "815", "TOGGL_WORKSPACE_ID", "VOLT_DATA"))
    assert "\n" not in message


def test_a_refused_workspace_changes_nothing(store: WeekStore, contents: Contents) -> None:
    store.bind(4711)
    before = contents("")
    with pytest.raises(StoreError):
        store.bind(815)
    assert contents("") == before


# First versions


def test_a_first_version_is_kept_and_a_second_is_not(store: WeekStore, contents: Contents) -> None:
    assert store.keep_first(WEEK, "raw.json", b"first") is True
    assert store.for_run("run-2").keep_first(WEEK, "raw.json", b"second") is False
    assert store.read_first(WEEK, "raw.json") == b"first"
    assert contents("history") == {f"{WEEK}/first/raw.json": b"first"}


def test_without_a_first_version_there_is_none_to_read(store: WeekStore) -> None:
    assert store.read_first(WEEK, "raw.json") is None


def test_a_first_version_is_no_file_of_the_week(store: WeekStore, contents: Contents) -> None:
    store.keep_first(WEEK, "raw.json", b"first")
    assert contents("weeks") == {}


def test_a_first_version_that_a_crash_interrupts_is_absent_and_can_be_kept_again(store: WeekStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(path: UPath, content: bytes) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("io_managers.week_store.write_bytes", full_disk)
        with pytest.raises(OSError, match="No space left"):
            store.keep_first(WEEK, "raw.json", b"first")
    assert store.read_first(WEEK, "raw.json") is None
    assert store.keep_first(WEEK, "raw.json", b"first") is True


@pytest.mark.parametrize("name", ["../raw.json", "a//b", ""])
def test_a_first_version_cannot_leave_its_folder(store: WeekStore, name: str) -> None:
    with pytest.raises(StoreError, match="names no file inside"):
        store.keep_first(WEEK, name, b"first")


@given(run=st.text(), name=st.text())
def test_no_name_of_a_run_or_a_person_is_more_than_one_part_of_a_path(run: str, name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]+", WeekStore("memory://any", run).run_id)
    assert re.fullmatch(r"[a-z0-9-]{1,90}", slug(Person(user_id=2_100_001, name=name)))
