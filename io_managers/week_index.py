"""The pages over all weeks, beside the weeks' folders: made anew from what these hold. Not here: what the pages say, a week's own files."""

from collections.abc import Callable, Mapping

from io_managers.files import locked, read_bytes, write_bytes
from io_managers.week_store import WeekStore

Build = Callable[[Mapping[str, bytes | None]], Mapping[str, str]]
"""Pages by name, from one file of each stored week, None where a week has none."""


def rebuild_index(store: WeekStore, source: str, build: Build) -> tuple[str, ...]:
    """Writes the pages that `build` makes of all weeks' `source` files to `weeks/`, and returns their paths.

    Under a lock from the listing to the last write: two weeks that finish at once are both in it. What is replaced goes to history.
    """
    with locked(store.root, "weeks-index"):
        pages = build({week: store.read(week, source) for week in store.stored_weeks()})
        return tuple(_put(store, name, text.encode()) for name, text in pages.items())


def _put(store: WeekStore, name: str, content: bytes) -> str:
    path = store.root / "weeks" / name
    stored = read_bytes(path)
    if stored != content:
        if stored is not None:
            write_bytes(store.root / "history" / "weeks" / store.run_id / name, stored)
        write_bytes(path, content)
    return str(path)
