"""A store's paths and rules: week folders, manifest, history, edits. Not here: Dagster, what any file says.

weeks/2025-10-06/<name>        what the latest run wrote
weeks/2025-10-06/manifest.json hash of each file as we wrote it: what differs, a person changed
history/2025-10-06/<run id>/   what that run replaced or retired
store.json                     the Toggl workspace whose data these are
"""

import contextlib
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from upath import UPath

from io_managers.files import discard_parts, locked, open_location, read_bytes, remove, write_bytes

WEEK_KEY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
MANIFEST = "manifest.json"
NEW_SUFFIX = ".new"


class StoreError(Exception):
    """The store cannot serve this. The message names the file or week and the remedy."""


@dataclass(frozen=True)
class Published:
    """What a publication did: the files as they stand, those a person had edited, and those that were retired."""

    files: tuple[str, ...]
    edited: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()


class WeekStore:
    """The files of all weeks under one root. `run_id` names the folder that what is replaced goes to."""

    def __init__(self, root: str, run_id: str = "by-hand") -> None:
        self.root = open_location(root)
        self.run_id = _safe_part(run_id)

    def for_run(self, run_id: str) -> "WeekStore":
        """The same store, writing history under another run."""
        return WeekStore(str(self.root), run_id)

    def path(self, week: str, name: str) -> UPath:
        """Where a file of a week is. Raises StoreError for a name that would leave the week's folder."""
        return self._under("weeks", week, name)

    def read(self, week: str, name: str) -> bytes | None:
        """A file's content; None if there is none."""
        return read_bytes(self.path(week, name))

    def write(self, week: str, name: str, content: bytes) -> bool:
        """Writes one file of ours; what it replaces goes to history. False when nothing changed, and then no byte is touched."""
        with self._locked(week):
            return self._apply(week, {name: content})

    def publish(self, week: str, folder: str, files: Mapping[str, str]) -> Published:
        """Makes a folder of a week hold exactly these texts. A file that a person edited stays, and ours goes beside as `<name>.new.md`.

        Files of ours in the folder that are not in `files` any more are retired to history. Sub-folders are not touched.
        """
        with self._locked(week):
            texts = {f"{folder}/{name}": text.encode() for name, text in files.items()}
            stale = [name for name in self._ours_in(week, folder) if name not in texts]
            return self._publish(week, texts, stale)

    def publish_file(self, week: str, name: str, text: str) -> Published:
        """Publishes one text, with the same care for a person's edits; the other files of its folder are not touched."""
        with self._locked(week):
            stale = [_beside(name)] if _beside(name) in self._manifest(week) else []
            return self._publish(week, {name: text.encode()}, stale)

    def weeks(self) -> tuple[str, ...]:
        """The keys of all weeks that have a folder, oldest first."""
        folder = self.root / "weeks"
        names = (path.name for path in folder.iterdir()) if folder.exists() else ()
        return tuple(sorted(name for name in names if WEEK_KEY.match(name)))

    def edited_files(self, week: str) -> tuple[str, ...]:
        """The files of a week that a person changed since we wrote them."""
        return tuple(name for name in self._manifest(week) if self._is_edited(week, name))

    def cached_answer(self, fingerprint: str) -> str | None:
        """A model's answer that was paid for before; None if there is none."""
        stored = read_bytes(self._answer(fingerprint))
        return str(json.loads(stored)["text"]) if stored else None

    def keep_answer(self, fingerprint: str, text: str) -> None:
        """Remembers a model's answer, so that an unchanged week asks nothing again."""
        write_bytes(self._answer(fingerprint), _pretty({"text": text}))

    def _answer(self, fingerprint: str) -> UPath:
        if not re.fullmatch(r"[0-9a-f]{64}", fingerprint):
            raise StoreError(f"{fingerprint!r} is no fingerprint of a model's answer.")
        return self.root / "cache" / "llm" / f"{fingerprint}.json"

    def bind(self, workspace_id: int) -> None:
        """Remembers whose data these are. Raises StoreError for another workspace than the one remembered."""
        with locked(self.root, "store"):
            stored = read_bytes(self.root / "store.json")
            if stored is None:
                write_bytes(self.root / "store.json", _pretty({"toggl_workspace_id": workspace_id}))
                return
        known = json.loads(stored)["toggl_workspace_id"]
        if known != workspace_id:
            raise StoreError(
                f"The store {self.root} holds Toggl workspace {known}, but TOGGL_WORKSPACE_ID is {workspace_id}. "
                "Set VOLT_DATA to another folder for this workspace, or set TOGGL_WORKSPACE_ID back."
            )

    def _under(self, kind: str, week: str, name: str) -> UPath:
        if not WEEK_KEY.match(week):
            raise StoreError(f"{week!r} names no week; a week is named by its Monday, as 2025-10-06.")
        parts = name.split("/")
        if any(part in {"", ".", ".."} or "\\" in part for part in parts):
            raise StoreError(f"{name!r} names no file inside the folder of week {week}.")
        return self.root.joinpath(kind, week, *parts)

    def _locked(self, week: str) -> contextlib.AbstractContextManager[None]:
        return locked(self.root, f"week-{week}")

    def _publish(self, week: str, texts: Mapping[str, bytes], stale: Iterable[str]) -> Published:
        edited = tuple(name for name, text in texts.items() if self._is_edited(week, name) and self.read(week, name) != text)
        targets: dict[str, bytes | None] = {_beside(name) if name in edited else name: text for name, text in texts.items()}
        retired = tuple(name for name in stale if name not in targets)
        self._apply(week, {**targets, **dict.fromkeys(retired)})
        return Published(files=tuple(targets), edited=edited, retired=retired)

    def _apply(self, week: str, contents: Mapping[str, bytes | None]) -> bool:
        """Writes files, or retires those whose content is None. The manifest knows the new hashes before the first byte is written:

        a run that is killed here must not leave a file of ours that looks as if a person had written it.
        """
        changed = {name: content for name, content in contents.items() if self.read(week, name) != content}
        settled = self._manifest(week)
        settled.update({name: _hash(content) for name, content in contents.items() if content is not None})
        if changed:
            self._write_manifest(
                week, self._manifest(week), {name: _hash(content) for name, content in changed.items() if content is not None}
            )
        for folder in {self.path(week, name).parent for name in changed}:
            discard_parts(folder)
        for name, content in changed.items():
            self._put(week, name, content)
        self._write_manifest(week, {name: noted for name, noted in settled.items() if contents.get(name, b"") is not None}, {})
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

    def _manifest(self, week: str, part: str = "files") -> dict[str, str]:
        stored = self.read(week, MANIFEST)
        return dict(json.loads(stored).get(part, {})) if stored else {}

    def _write_manifest(self, week: str, files: Mapping[str, str], pending: Mapping[str, str]) -> None:
        document: dict[str, object] = {"week": week, "files": dict(sorted(files.items()))}
        content = _pretty({**document, "pending": dict(sorted(pending.items()))} if pending else document)
        if self.read(week, MANIFEST) != content:
            write_bytes(self.path(week, MANIFEST), content)

    def _is_edited(self, week: str, name: str) -> bool:
        stored = self.read(week, name)
        ours = {self._manifest(week, part).get(name) for part in ("files", "pending")}
        return stored is not None and _hash(stored) not in ours

    def _ours_in(self, week: str, folder: str) -> tuple[str, ...]:
        """The files directly in a folder that we wrote and nobody changed."""
        names = (name for name in self._manifest(week) if name.rpartition("/")[0] == folder)
        return tuple(name for name in names if not self._is_edited(week, name))


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


def _hash(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _pretty(document: Mapping[str, object]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
