"""A store's paths and rules: week folders, manifest, history, edits. Not here: Dagster, what any file says.

weeks/2025-10-06/<name>        what the latest run wrote
weeks/2025-10-06/manifest.json hash of each file as we wrote it: what differs, a person changed
history/2025-10-06/<run id>/   what that run replaced or retired
history/2025-10-06/first/      the first version of a file of which a later one must tell how it differs; never overwritten
store.json                     the Toggl workspace whose data these are
cache/                         answers that were paid for (`model_answers`), and what an interrupted fetch had read
"""

import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, ValidationError
from upath import UPath

from io_managers.files import discard_parts, locked, open_location, read_bytes, remove, write_bytes
from io_managers.manifest import Manifest, state_hash
from io_managers.model_answers import ModelAnswers
from io_managers.scratch import ScratchFolder

WEEK_KEY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
MANIFEST = "manifest.json"
NEW_SUFFIX = ".new"
ABANDONED_SECONDS = 3600
"""No file takes that long to write: what is as old has lost its process."""


class StoreError(Exception):
    """The store cannot serve this. The message names the file or week and the remedy."""


class ChangedMeanwhileError(StoreError):
    """A file is not as it was when its replacement was worked out."""


@dataclass(frozen=True)
class Published:
    """What a publication did: the files as they stand, those a person had edited, and those that were there and were retired."""

    files: tuple[str, ...]
    edited: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()


class _Bound(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)
    toggl_workspace_id: int


class WeekStore:
    """The files of all weeks under one root. `run_id` names the folder that what is replaced goes to.

    `overwrite_edits`: what is published takes the place of a file that a person edited, which goes to history.
    """

    def __init__(self, root: str, run_id: str = "by-hand", *, overwrite_edits: bool = False) -> None:
        self.root = open_location(root)
        self.run_id = _safe_part(run_id)
        self._overwrite_edits = overwrite_edits

    def for_run(self, run_id: str) -> "WeekStore":
        """The same store, writing history under another run."""
        return WeekStore(str(self.root), run_id, overwrite_edits=self._overwrite_edits)

    def path(self, week: str, name: str) -> UPath:
        """Where a file of a week is. Raises StoreError for a name that would leave the week's folder."""
        return self._under("weeks", week, name)

    def stored_weeks(self) -> tuple[str, ...]:
        """The keys of all weeks that have a folder here, earliest first."""
        folder = self.root / "weeks"
        names = (path.name for path in folder.iterdir()) if folder.exists() else ()
        return tuple(sorted(name for name in names if _is_monday(name)))

    def read(self, week: str, name: str) -> bytes | None:
        """A file's content; None if there is none."""
        return read_bytes(self.path(week, name))

    def write(self, week: str, name: str, content: bytes, *, expected: str | None = None) -> bool:
        """Writes one file of ours; what it replaces goes to history. False when nothing changed, and then no byte is touched.

        `expected` is the `state_hash` of what the content was made from: where another run has stored something else
        meanwhile, that stays, and ChangedMeanwhileError is raised.
        Raises StoreError for a name outside the week's folder or a damaged manifest, as all that writes here does.
        """
        with self._locked(week, name):
            if expected is not None and self.read(week, name) != content:
                self._check_unchanged(week, name, expected)
            return self._apply(week, self._recovered(week), {name: content})

    def replace(self, week: str, name: str, content: bytes, *, expected: bytes | None, outdates: Callable[[str], bool]) -> Published:
        """Writes one file of ours over the `expected` content. Where that changes it, our files that it `outdates` retire to history.

        Files that a person edited stay. Raises ChangedMeanwhileError, and writes nothing, where the content is another by now.
        """
        with self._locked(week, name):
            manifest = self._recovered(week)
            self._check_unchanged(week, name, state_hash(expected))
            stale = [other for other in manifest.files if other != name and outdates(other)] if content != expected else []
            kept, gone = self._parted(week, manifest, stale)
            retired = tuple(one for one in gone if self.read(week, one) is not None)
            # The new content comes last: a crash before it leaves a week that the same command, run again, changes to the end.
            self._apply(week, manifest, {**dict.fromkeys(gone), name: content})
            return Published(files=(name,), edited=kept, retired=retired)

    def _check_unchanged(self, week: str, name: str, expected: str) -> None:
        """For a holder of the week's lock: whether a file is still what somebody read of it, by its hash. Raises ChangedMeanwhileError."""
        if state_hash(self.read(week, name)) != expected:
            raise ChangedMeanwhileError(
                f"{name} of week {week} was changed meanwhile, by another run or command, and was not replaced: run it again."
            )

    def read_first(self, week: str, name: str) -> bytes | None:
        """The first version of a file that was kept for good; None if none was."""
        return read_bytes(self._first(week, name))

    def keep_first(self, week: str, name: str, content: bytes) -> bool:
        """Keeps a first version for good. False where there is one, which stays."""
        with self._locked(week, name):
            if self.read_first(week, name) is not None:
                return False
            write_bytes(self._first(week, name), content)
            return True

    def publish(self, week: str, folder: str, files: Mapping[str, str]) -> Published:
        """Makes a folder of a week hold exactly these texts. A file that a person edited stays, and ours goes beside as `<name>.new.md`.

        Files of ours in the folder that are not in `files` any more are retired to history. Sub-folders are not touched.
        """
        texts = {f"{folder}/{name}": text.encode() for name, text in files.items()}
        with self._locked(week, folder, *texts):
            manifest = self._recovered(week)
            stale = [name for name in manifest.files if name.rpartition("/")[0] == folder and name not in texts]
            return self._publish(week, manifest, texts, stale)

    def publish_file(self, week: str, name: str, text: str) -> Published:
        """Publishes one text, with the same care for a person's edits; the other files of its folder are not touched."""
        with self._locked(week, name):
            manifest = self._recovered(week)
            stale = [_beside(name)] if _beside(name) in manifest.files else []
            return self._publish(week, manifest, {name: text.encode()}, stale)

    def clear_up(self, week: str) -> None:
        """Removes what killed processes left unfinished: all of it in this week's folders, elsewhere what nobody can be at work on.

        For a holder of the week (`week_lock`), beside whom nobody writes there.
        """
        for folder in (self.path(week, MANIFEST).parent, self._under("history", week, MANIFEST).parent):
            discard_parts(folder, below=True)
        for folder, below in (
            (self.root, False),
            (self.root / "weeks", False),
            (self.root / "history" / "weeks", True),
            (self.root / "cache", True),
        ):
            discard_parts(folder, older_than_seconds=ABANDONED_SECONDS, below=below)

    def edited_files(self, week: str) -> tuple[str, ...]:
        """The files of a week that a person changed since we wrote them. Raises StoreError for a damaged manifest."""
        manifest = self._manifest(week)
        return tuple(name for name in manifest.names if self._is_edited(week, manifest, name))

    @property
    def answers(self) -> ModelAnswers:
        """The answers of a model that were paid for, in any week."""
        return ModelAnswers(self.root / "cache" / "llm")

    def scratch(self, service: str, work: str) -> ScratchFolder:
        """Where a piece of work with a service keeps what it has until it is finished. `work` says which; it becomes no path."""
        return ScratchFolder(self.root / "cache" / service, hashlib.sha256(work.encode()).hexdigest()[:32])

    def bind(self, workspace_id: int) -> None:
        """Remembers whose data these are. Raises StoreError for another workspace than the one remembered, or a damaged memory of it."""
        with locked(self.root, "store"):
            stored = read_bytes(self.root / "store.json")
            if stored is None:
                write_bytes(self.root / "store.json", _pretty({"toggl_workspace_id": workspace_id}))
        self.refuse_other(workspace_id)

    def refuse_other(self, workspace_id: int) -> None:
        """Raises like `bind`, and remembers nothing: an empty store is anybody's."""
        stored = read_bytes(self.root / "store.json")
        known = None if stored is None else self._bound(stored)
        if known not in {None, workspace_id}:
            raise StoreError(
                f"The store {self.root} holds Toggl workspace {known}, but TOGGL_WORKSPACE_ID is {workspace_id}. "
                "Set VOLT_DATA to another folder for this workspace, or set TOGGL_WORKSPACE_ID back."
            )

    def _bound(self, stored: bytes) -> int:
        try:
            return _Bound.model_validate_json(stored).toggl_workspace_id
        except ValidationError:
            raise StoreError(
                f"{self.root / 'store.json'} is damaged: it should name the Toggl workspace whose data these are. "
                'Write {"toggl_workspace_id": <its number>} into it.'
            ) from None

    def _first(self, week: str, name: str) -> UPath:
        return self._under("history", week, f"first/{name}")

    def _under(self, kind: str, week: str, name: str) -> UPath:
        if not WEEK_KEY.match(week):
            raise StoreError(f"{week!r} names no week; a week is named by its Monday, as 2025-10-06.")
        parts = name.split("/")
        if any(part in {"", ".", ".."} or set(part) & {"\\", "\0"} for part in parts):
            raise StoreError(f"{name!r} names no file inside the folder of week {week}.")
        return self.root.joinpath(kind, week, *parts)

    @contextlib.contextmanager
    def _locked(self, week: str, *names: str) -> Iterator[None]:
        """Holds the week. Week and names are checked first: a lock is a file too, named after the week."""
        for name in names:
            self.path(week, name)
        with locked(self.root, f"week-{week}"):
            yield

    def _publish(self, week: str, manifest: Manifest, texts: Mapping[str, bytes], stale: Iterable[str]) -> Published:
        ours = () if self._overwrite_edits else texts.items()
        edited = tuple(name for name, text in ours if self._is_edited(week, manifest, name) and self.read(week, name) != text)
        targets: dict[str, bytes | None] = {_beside(name) if name in edited else name: text for name, text in texts.items()}
        kept, gone = self._parted(week, manifest, [name for name in stale if name not in targets])
        retired = tuple(name for name in gone if self.read(week, name) is not None)
        self._apply(week, manifest, {**targets, **dict.fromkeys(gone)})
        return Published(files=tuple(targets), edited=(*edited, *kept), retired=retired)

    def _parted(self, week: str, manifest: Manifest, stale: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Of files that no longer belong: those that a person edited, and those that can go."""
        names = tuple(stale)
        kept = tuple(name for name in names if self._is_edited(week, manifest, name))
        return kept, tuple(name for name in names if name not in kept)

    def _apply(self, week: str, manifest: Manifest, contents: Mapping[str, bytes | None]) -> bool:
        """Writes files, or retires those whose content is None. The manifest knows the new hashes before the first byte is written."""
        changed = {name: content for name, content in contents.items() if self.read(week, name) != content}
        if changed:
            self._write_manifest(week, manifest.announcing(changed))
        for name, content in changed.items():
            self._put(week, name, content)
        self._write_manifest(week, manifest.settled(contents))
        return bool(changed)

    def _put(self, week: str, name: str, content: bytes | None) -> None:
        stored = self.read(week, name)
        if stored is not None:
            self._keep(week, name, stored)
        if content is None:
            remove(self.path(week, name))
        else:
            write_bytes(self.path(week, name), content)

    def _keep(self, week: str, name: str, content: bytes) -> None:
        """A copy in history. What this run has put there already stays; a second version of it gets a number."""
        for target in _numbered(self._under("history", week, f"{self.run_id}/{name}")):
            kept = read_bytes(target)
            if kept is None:
                write_bytes(target, content)
            if kept in (None, content):
                return

    def _manifest(self, week: str) -> Manifest:
        stored = self.read(week, MANIFEST)
        if stored is None:
            return Manifest(week=week)
        try:
            return Manifest.model_validate_json(stored)
        except ValidationError:
            raise StoreError(
                f"{self.path(week, MANIFEST)} is damaged: what a person edited cannot be told from what we wrote. "
                f"Move it and the reports beside it out of the week's folder, then materialise week {week} again."
            ) from None

    def _recovered(self, week: str) -> Manifest:
        """The manifest, with what a crash left in it cleared up. For a holder of the week's lock."""
        manifest = self._manifest(week)
        return manifest.recovered({name: self.read(week, name) for name in manifest.pending})

    def _write_manifest(self, week: str, manifest: Manifest) -> None:
        content = _pretty(manifest.document)
        if self.read(week, MANIFEST) != content:
            write_bytes(self.path(week, MANIFEST), content)

    def _is_edited(self, week: str, manifest: Manifest, name: str) -> bool:
        stored = self.read(week, name)
        return stored is not None and not manifest.is_ours(name, stored)


def _is_monday(name: str) -> bool:
    with contextlib.suppress(ValueError):
        return bool(WEEK_KEY.match(name)) and date.fromisoformat(name).weekday() == 0
    return False


def _numbered(path: UPath) -> Iterator[UPath]:
    yield path
    number = 2
    while True:
        yield path.with_name(f"{path.stem}.{number}{path.suffix}")
        number += 1


def _beside(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}{NEW_SUFFIX}{dot}{suffix}"


def _safe_part(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "-", name) or "by-hand"


def _pretty(document: Mapping[str, object]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
