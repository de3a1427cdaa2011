"""Files that a command proposes: shown as a difference, written all or none, with a copy of what they replace. Not here: their content."""

import contextlib
import difflib
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from volt_assets.cli.errors import RunProblem
from volt_assets.domain.values import Value, clean_text

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}
PRIVATE, USUAL = 0o600, 0o644
_PART = ".part"


class FileChange(Value):
    """A file to write. `before` is what is there now, None where there is none. One that `is_shipped` is shown by name alone."""

    path: Path
    before: str | None
    after: str
    mode: int = USUAL
    is_shipped: bool = False


def read_text(path: Path) -> str | None:
    """A file's text to the letter, line ends too; None if there is none. Raises RunProblem where it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        problem = getattr(error, "strerror", None) or "it is no UTF-8"
        raise RunProblem(f"{path} cannot be read ({problem}). Nothing was written.") from None


def show(changes: Sequence[FileChange]) -> None:
    """Prints what would be different: in colours in a terminal, plain elsewhere."""
    for change in changes:
        if change.is_shipped:
            click.secho(f"+++ {change.path} (new, as it is shipped)", bold=True)
            continue
        for line in _difference(change):
            click.secho(line, fg=_COLOURS.get(line[:1]), bold=line.startswith(("+++", "---")))


def write_all(shown: Sequence[FileChange]) -> tuple[Path, ...]:
    """Writes all files or none. Returns the copies of those that were replaced. Links and rights of a file stay.

    Raises RunProblem where one has changed since it was shown, or cannot be written.
    """
    changes = [change.model_copy(update={"path": change.path.resolve()}) for change in shown]
    stale = [change.path for change in changes if read_text(change.path) != change.before]
    if stale:
        raise RunProblem(f"{stale[0]} has changed since it was read. Nothing was written; run it again.")
    try:
        with contextlib.ExitStack() as undo:
            staged = [(_staged(change, undo), change) for change in changes]
            copies = [_copied(change, undo) for change in changes]
            for part, change in staged:
                _put(part, change, undo)
            undo.pop_all()
    except OSError as error:
        named = Path(error.filename or changes[0].path)
        place = named.parent if named.suffix == _PART else named  # the part is ours, the folder is what somebody can change
        raise RunProblem(f"{place} cannot be written ({error.strerror or type(error).__name__}). Nothing was written.") from None
    return tuple(copy for copy in copies if copy)


def _difference(change: FileChange) -> Iterator[str]:
    """The lines of a unified diff, without what a terminal would obey."""
    before, after = (change.before or "").splitlines(), change.after.splitlines()
    old = str(change.path) if change.before is not None else os.devnull
    return map(clean_text, difflib.unified_diff(before, after, old, str(change.path), lineterm=""))


def _staged(change: FileChange, undo: contextlib.ExitStack) -> Path:
    """The content beside its place, under another name."""
    for folder in reversed([one for one in change.path.parents if not one.exists()]):
        folder.mkdir()
        undo.callback(_without_folder, folder)
    handle, name = tempfile.mkstemp(prefix=f".{change.path.name}.", suffix=_PART, dir=change.path.parent)
    undo.callback(Path(name).unlink, missing_ok=True)
    with os.fdopen(handle, "wb") as part:
        part.write(change.after.encode("utf-8"))
        part.flush()
        os.fsync(part.fileno())
    Path(name).chmod(change.mode if change.before is None else change.path.stat().st_mode & 0o777)
    return Path(name)


def _copied(change: FileChange, undo: contextlib.ExitStack) -> Path | None:
    """A copy of what is replaced, for the same eyes, under a name that nothing has yet, not even a link that leads nowhere."""
    if change.before is None:
        return None
    names = (change.path.with_name(f"{change.path.name}.bak{number or ''}") for number in range(1000))
    copy = next(path for path in names if not os.path.lexists(path))
    mode = change.path.stat().st_mode & 0o777
    with os.fdopen(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        undo.callback(copy.unlink, missing_ok=True)
        copy.chmod(mode)
        file.write(change.before.encode("utf-8"))
    return copy


def _put(part: Path, change: FileChange, undo: contextlib.ExitStack) -> None:
    """Renames the content to its place, and back to the old one if a later file fails."""
    part.replace(change.path)
    if change.before is None:
        undo.callback(change.path.unlink, missing_ok=True)
    else:
        undo.callback(change.path.write_bytes, change.before.encode("utf-8"))


def _without_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()
