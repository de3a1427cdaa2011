"""Files that are whole or absent: replacing, failing half way, many writers at once, locks. Not here: which files there are."""

import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from upath import UPath

from io_managers.files import LocationError, discard_parts, is_local, locked, open_location, read_bytes, remove, write_bytes

OLD, NEW = b'{"hours": 40}\n', b'{"hours": 41}\n'


@pytest.fixture
def file(tmp_path: Path) -> UPath:
    return UPath(tmp_path / "weeks" / "raw.json")


def names_beside(path: UPath) -> list[str]:
    return sorted(one.name for one in path.parent.iterdir())


def fail(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_file_that_is_not_there_reads_as_none(root: str) -> None:
    assert read_bytes(open_location(root) / "absent.json") is None


def test_what_is_written_is_read_back_byte_for_byte(root: str) -> None:
    content = "Grüße 🌍\r\n\0".encode()
    write_bytes(open_location(root) / "deep" / "er" / "a.json", content)
    assert read_bytes(open_location(root) / "deep" / "er" / "a.json") == content


def test_a_second_write_replaces_the_first(root: str) -> None:
    for content in (OLD, NEW):
        write_bytes(open_location(root) / "a.json", content)
    assert read_bytes(open_location(root) / "a.json") == NEW


def test_nothing_but_the_file_is_left_beside_it(file: UPath) -> None:
    write_bytes(file, OLD)
    assert names_beside(file) == ["raw.json"]


def test_others_may_read_a_file_that_was_written(file: UPath) -> None:
    write_bytes(file, OLD)
    assert stat.S_IMODE(Path(file.path).stat().st_mode) == 0o644


@pytest.mark.parametrize(("owner", "call"), [(os, "fsync"), (Path, "replace")])
def test_a_write_that_fails_half_way_leaves_the_old_file_whole(
    file: UPath, monkeypatch: pytest.MonkeyPatch, owner: object, call: str
) -> None:
    write_bytes(file, OLD)
    monkeypatch.setattr(owner, call, fail)
    with pytest.raises(OSError, match="No space left"):
        write_bytes(file, NEW)
    assert read_bytes(file) == OLD
    assert names_beside(file) == ["raw.json"]


def test_a_first_write_that_fails_leaves_no_file(file: UPath, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_bytes(file, NEW)
    assert names_beside(file) == []


def test_an_interrupted_write_leaves_the_old_file_whole(file: UPath, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    write_bytes(file, OLD)
    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(file, NEW)
    assert read_bytes(file) == OLD
    assert names_beside(file) == ["raw.json"]


def test_a_folder_in_the_way_is_told_and_nothing_is_left_over(file: UPath) -> None:
    file.mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        write_bytes(file, NEW)
    assert names_beside(file) == ["raw.json"]


def test_writers_at_the_same_time_end_with_one_of_their_contents(file: UPath) -> None:
    contents = [bytes([ord("a") + writer]) * 200_000 for writer in range(8)]
    with ThreadPoolExecutor(len(contents)) as pool:
        list(pool.map(lambda content: write_bytes(file, content), contents))
    assert read_bytes(file) in contents
    assert names_beside(file) == ["raw.json"]


def test_a_reader_never_meets_a_part_of_a_file(file: UPath) -> None:
    whole = [b"a" * 300_000, b"b" * 300_000]
    write_bytes(file, whole[0])
    done = threading.Event()

    def keep_writing() -> None:
        for turn in range(40):
            write_bytes(file, whole[turn % 2])
        done.set()

    met = set()
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(keep_writing)
        while not done.is_set() and not writing.done():
            met.add(read_bytes(file))
        writing.result()
    assert met
    assert met <= set(whole)


def test_what_a_killed_writer_left_is_discarded_and_nothing_else(file: UPath) -> None:
    write_bytes(file, OLD)
    for name in (".raw.json.x1y2z3.part", "notes.part", ".hidden"):
        (Path(file.path).parent / name).write_bytes(b"half")
    discard_parts(file.parent)
    assert names_beside(file) == [".hidden", "notes.part", "raw.json"]


def test_a_folder_that_is_not_there_has_nothing_to_discard(root: str) -> None:
    discard_parts(open_location(root) / "weeks")
    assert not (open_location(root) / "weeks").exists()


@pytest.mark.parametrize("location", ["nosuchkind://bucket/volt", "gs2://x"])
def test_a_location_that_nothing_can_read_is_told_with_the_remedy(location: str) -> None:
    with pytest.raises(LocationError) as refused:
        open_location(location)
    assert location in str(refused.value)
    assert "VOLT_DATA" in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_removing_a_file_that_is_gone_is_no_error(root: str) -> None:
    path = open_location(root) / "a.json"
    write_bytes(path, OLD)
    remove(path)
    remove(path)
    assert read_bytes(path) is None


def test_only_this_disk_is_local(tmp_path: Path) -> None:
    assert is_local(open_location(str(tmp_path)))
    assert is_local(open_location(f"file://{tmp_path}"))
    assert not is_local(open_location("memory://volt"))


def test_a_lock_lets_one_in_at_a_time(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def enter(number: int) -> None:
        with locked(UPath(tmp_path), "week"):
            inside.append(number)
            most.append(len(inside))
            write_bytes(UPath(tmp_path / "x"), OLD)
            inside.remove(number)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(enter, range(12)))
    assert most == [1] * 12


def test_a_lock_is_given_back_after_a_failure(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(OSError, match="No space left"), locked(UPath(tmp_path), "week"):
            fail()


def test_an_object_store_is_entered_without_a_lock(root: str) -> None:
    with locked(open_location("memory://volt-locks"), "week"), locked(open_location("memory://volt-locks"), "week"):
        assert not open_location("memory://volt-locks").exists()
