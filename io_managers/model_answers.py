"""A store's answers of a model that were paid for, and what runs have spent on it. Not here: asking, whether an answer is any good."""

import contextlib
import re
from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from upath import UPath

from io_managers.files import locked, read_bytes, remove, write_bytes
from volt_assets.domain.model_calls import Spending

Model = TypeVar("Model", bound=BaseModel)


class KeptAnswer(BaseModel):
    """What a model answered. `unusable` is the reason where there is no whole text, which was paid for all the same."""

    model_config = ConfigDict(frozen=True, strict=True)
    text: str
    unusable: str | None = None


class ModelAnswers:
    """The folder `cache/llm`: `<fingerprint>.json` for each answer, `runs/<run id>.json` for what a run has spent.

    Deleting it costs money, nothing else. A file that cannot be read counts as none.
    """

    def __init__(self, folder: UPath) -> None:
        self._folder = folder

    def read(self, fingerprint: str) -> KeptAnswer | None:
        """An answer that was paid for before; None if there is none."""
        return _parsed(self._answer(fingerprint), KeptAnswer)

    def keep(self, fingerprint: str, answer: KeptAnswer) -> None:
        """Remembers an answer, so that an unchanged week asks nothing again."""
        _write(self._answer(fingerprint), answer)

    def forget(self, fingerprint: str) -> None:
        """Forgets an answer, if there is one."""
        remove(self._answer(fingerprint))

    def spending(self, run: str) -> Spending:
        """What a run has spent."""
        return _parsed(self._run(run), Spending) or Spending()

    def change_spending(self, run: str, change: Callable[[Spending], Spending | None]) -> Spending | None:
        """What a run has spent after a change, or None where the change is none. Nobody on this machine comes between."""
        with locked(self._folder, "spending"):
            changed = change(self.spending(run))
            if changed is not None:
                _write(self._run(run), changed)
            return changed

    def _answer(self, fingerprint: str) -> UPath:
        if not re.fullmatch(r"[0-9a-f]{64}", fingerprint):
            raise ValueError(f"{fingerprint!r} is no fingerprint of a model's answer")
        return self._folder / f"{fingerprint}.json"

    def _run(self, run: str) -> UPath:
        return self._folder / "runs" / f"{re.sub(r'[^A-Za-z0-9_-]', '-', run) or 'by-hand'}.json"


def _parsed(file: UPath, model: type[Model]) -> Model | None:
    with contextlib.suppress(ValidationError):
        return model.model_validate_json(read_bytes(file) or b"")
    return None


def _write(file: UPath, value: BaseModel) -> None:
    write_bytes(file, (value.model_dump_json(indent=2, exclude_none=True) + "\n").encode())
