"""Which contents of a week are ours: the hashes of what we wrote and of what we were about to write. Not here: files, locks, history."""

import hashlib
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict


class Manifest(BaseModel):
    """A week's files by name, each with the hash of its content.

    `files` is what we wrote last. `pending` is what an `_apply` that has not ended writes: it is noted before the first byte,
    because a run that is killed must not leave a file of ours that looks as if a person had written it.
    """

    model_config = ConfigDict(frozen=True)
    week: str
    files: dict[str, str] = {}
    pending: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Every file that we wrote or were about to write."""
        return tuple(sorted(self.files.keys() | self.pending.keys()))

    @property
    def document(self) -> dict[str, object]:
        """What is stored: sorted, and without `pending` when nothing is."""
        settled: dict[str, object] = {"week": self.week, "files": dict(sorted(self.files.items()))}
        return {**settled, "pending": dict(sorted(self.pending.items()))} if self.pending else settled

    def is_ours(self, name: str, content: bytes) -> bool:
        """Whether we wrote this content, to the end or not."""
        return content_hash(content) in (self.files.get(name), self.pending.get(name))

    def recovered(self, stored: Mapping[str, bytes | None]) -> "Manifest":
        """After a crash: what had arrived is ours, what had not is forgotten. `stored` has the contents of all pending files.

        A pending hash stays while the file holds what neither we nor the manifest know: a person who takes an edit back must find it ours.
        """
        there = {name: content for name in self.pending if (content := stored.get(name)) is not None}
        arrived = {name: self.pending[name] for name, content in there.items() if content_hash(content) == self.pending[name]}
        unknown = {name: self.pending[name] for name, content in there.items() if not self.is_ours(name, content)}
        return self.model_copy(update={"files": {**self.files, **arrived}, "pending": unknown})

    def announcing(self, contents: Mapping[str, bytes | None]) -> "Manifest":
        """Before these files are written; None stands for one that is removed."""
        return self.model_copy(update={"pending": {**self.pending, **_hashes(contents)}})

    def settled(self, contents: Mapping[str, bytes | None]) -> "Manifest":
        """After these files were written, and those removed whose content is None."""
        others = {name: noted for name, noted in self.files.items() if name not in contents}
        pending = {name: noted for name, noted in self.pending.items() if name not in contents}
        return self.model_copy(update={"files": {**others, **_hashes(contents)}, "pending": pending})


def state_hash(stored: bytes | None) -> str:
    """How a file is known again by whoever read it, one that was not there too."""
    return "nothing" if stored is None else content_hash(stored)


def content_hash(content: bytes) -> str:
    """How the manifest knows a content again."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _hashes(contents: Mapping[str, bytes | None]) -> dict[str, str]:
    return {name: content_hash(content) for name, content in contents.items() if content is not None}
