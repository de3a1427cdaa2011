"""Where a client keeps small files that may be lost at any time. Not here: what is kept, and where that is on a disk."""

from typing import Protocol


class Place(Protocol):
    """One account's own small files."""

    def read(self, name: str) -> bytes | None:
        """A file's content; None if there is none."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Writes a file, whole or not at all."""
        ...


class ReadOnly:
    """A place that only looks: what is written is not kept."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def read(self, name: str) -> bytes | None:
        """A file's content; None if there is none."""
        return self._place.read(name)

    def write(self, name: str, content: bytes) -> None:
        """Keeps nothing."""


class Scratch(Place, Protocol):
    """The same for one piece of work, which is cleared when it is done."""

    def clear(self) -> None:
        """Removes all files."""
        ...
