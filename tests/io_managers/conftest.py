"""Stores to test: on this disk and in memory, texts in them, crashes, and a look at all bytes. Not here: what a store must do."""

import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePath

import pytest
from upath import UPath

from io_managers.files import write_bytes
from io_managers.week_store import Published, WeekStore

WEEK = "2025-10-06"
FOLDER = "reports/individual"
ANA, BEN = f"{FOLDER}/ana.md", f"{FOLDER}/ben.md"
Content = dict[str, bytes]


@pytest.fixture(params=["disk", "memory"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The root of an empty store: a folder, then an object store in memory."""
    if request.param == "disk":
        yield str(tmp_path / "data")
        return
    name = f"/{uuid.uuid4().hex}"
    yield f"memory:/{name}"
    memory = UPath(f"memory:/{name}")
    if memory.exists():
        memory.fs.rm(name, recursive=True)


@pytest.fixture
def store(root: str) -> WeekStore:
    """An empty store, used by the run `run-1`."""
    return WeekStore(root, "run-1")


@pytest.fixture
def contents(root: str) -> Callable[[str], Content]:
    """Every file below a part of the store, by relative path; locks left out."""

    def read(part: str) -> Content:
        folder = UPath(root) / part
        files = [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
        return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(files, key=str) if path.suffix != ".lock"}

    return read


def publish(store: WeekStore, files: Mapping[str, str], run: str = "run-1") -> Published:
    """Publishes texts by name, as a run."""
    return store.for_run(run).publish(WEEK, FOLDER, files)


def text(store: WeekStore, name: str) -> str | None:
    """What a file of the week says."""
    stored = store.read(WEEK, name)
    return None if stored is None else stored.decode()


def edit(store: WeekStore, name: str, words: str) -> None:
    """What a person does with a file, past the store."""
    write_bytes(store.path(WEEK, name), words.encode())


@contextmanager
def crash_at(name: str, time: int = 1) -> Iterator[None]:
    """A block that dies when a file of this name is put in place, the first or a later time: its bytes were written, it is not there."""
    replace, upload, seen = Path.replace, UPath.write_bytes, []

    def die_at(target: PurePath | UPath) -> None:
        seen.append(target.name)
        if seen.count(name) == time and target.name == name:
            raise OSError(28, "No space left on device", str(target))

    def rename(path: Path, target: Path) -> Path:
        die_at(target)
        return replace(path, target)

    def put(path: UPath, content: bytes) -> int:
        die_at(path)
        return upload(path, content)

    with pytest.MonkeyPatch.context() as system:
        system.setattr(Path, "replace", rename)
        system.setattr(UPath, "write_bytes", put)
        with pytest.raises(OSError, match="No space left"):
            yield


def modified(path: UPath | Path) -> int:
    """When a file on this disk was last written, in nanoseconds."""
    return os.stat(str(path)).st_mtime_ns  # noqa: PTH116 - a UPath or a Path
