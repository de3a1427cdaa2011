"""Where it is kept what was sent to whom: a file for each week and each failed run. Not here: what is sent, what follows from it.

deliveries/2025-10-06.json            what of this week's reports was sent, and what could not be
deliveries/failed-runs/<run id>.json  the same of a notice
"""

import contextlib
import re
from collections.abc import Iterator

from pydantic import ValidationError
from upath import UPath

from io_managers.files import locked, open_location, read_bytes, write_bytes
from io_managers.week_store import WEEK_KEY, StoreError
from volt_assets.domain.deliveries import Ledger

_RUN = re.compile(r"[0-9a-f-]{8,64}\Z")


class Ledgers:
    """The ledgers of one store."""

    def __init__(self, root: str) -> None:
        self._folder = open_location(root) / "deliveries"

    @contextlib.contextmanager
    def held(self, about: str) -> Iterator[None]:
        """Holds what is sent of a week or a run against other processes of this machine, so that nothing is sent twice.

        Raises StoreError where there is no place for the lock.
        """
        self._parts(about)
        with contextlib.ExitStack() as stack:
            with _told(self._folder):
                stack.enter_context(locked(self._folder, f"delivering-{about}"))
            yield

    def read(self, about: str) -> Ledger:
        """What is known; an empty ledger where nothing is. Raises StoreError for a damaged file: all would be sent again."""
        path = self._folder.joinpath(*self._parts(about))
        with _told(path):
            stored = read_bytes(path)
        if stored is None:
            return Ledger(about=about)
        try:
            return Ledger.model_validate_json(stored)
        except ValidationError:
            raise StoreError(
                f"{path} is damaged: it should say what was sent already. Restore it from a copy; without it everything is sent again."
            ) from None

    def write(self, ledger: Ledger) -> None:
        """Replaces a ledger, at once and whole. Raises StoreError where it cannot be written."""
        path, content = self._folder.joinpath(*self._parts(ledger.about)), ledger.model_dump_json(indent=2) + "\n"
        with _told(path):
            write_bytes(path, content.encode())

    def _parts(self, about: str) -> tuple[str, ...]:
        if WEEK_KEY.match(about):
            return (f"{about}.json",)
        if _RUN.match(about):
            return ("failed-runs", f"{about}.json")
        raise StoreError(f"{about!r} names no week and no run.")


@contextlib.contextmanager
def _told(path: UPath) -> Iterator[None]:
    """Says of a disk's error what follows from it."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{path} cannot be used ({error.strerror or error}), so it could not be noted what is sent. See that this user may write "
            "there and that there is space; only what is missing is sent then."
        ) from None
