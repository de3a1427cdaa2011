"""What a report may say: facts with an id, a value and the one form in which they are shown. Not here: sentences, rendering.

Text in a report names facts by slots, `{f:d12}`; nothing else in it varies with the data.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

from volt_assets.domain.masking import MASK, mask_secrets
from volt_assets.domain.values import Value

SLOT = re.compile(r"\{f:([a-z]+[0-9]+)\}")
NO_NAME = "(no name)"
_LONGEST_TEXT = 300
_LONGEST_TITLE = 160
SECONDS_IN_MINUTE = 60


class FactKind(StrEnum):
    """What a fact is about; the first letter starts its id."""

    DURATION = "duration"
    COUNT = "count"
    SHARE = "percent"
    PERSON = "person"
    ENTITY = "entity"
    STATE = "state"
    TEXT = "text"
    WEEK = "week"


class Fact(Value):
    """One checked value. `display` is what a report shows, rounded here once; `entry_ids` are the entries it rests on."""

    id: str
    kind: FactKind
    value: int | float | str
    unit: str | None
    display: str
    url: str | None
    subject: str
    entry_ids: tuple[int, ...]


class Account(Value):
    """A row of a report that accounts for time: these entries, these seconds, shown by this fact."""

    fact: str
    seconds: int
    entry_ids: tuple[int, ...]


def duration_text(seconds: int) -> str:
    """Seconds as `12h 34m`, rounded to the minute; less than half a minute but not nothing reads `0h 01m`."""
    sign, size = ("-", -seconds) if seconds < 0 else ("", seconds)
    minutes = (size + SECONDS_IN_MINUTE // 2) // SECONDS_IN_MINUTE
    minutes = max(minutes, 1) if size else 0
    return f"{sign}{minutes // 60}h {minutes % 60:02d}m"


def percent_text(part: int, whole: int) -> str:
    """A share as `42 %`, rounded to the whole percent; `<1 %` and `>99 %` where rounding would say nothing or all."""
    if not whole:
        return "0 %"
    rounded = round(100 * part / whole)
    if 0 < part < whole and rounded in (0, 100):
        return "<1 %" if rounded == 0 else ">99 %"
    return f"{rounded} %"


class FactBook:
    """Collects the facts of one report. Each method returns the slot that stands for the fact in the report's text."""

    def __init__(self) -> None:
        self._facts: dict[str, Fact] = {}
        self._known: dict[tuple[object, ...], str] = {}
        self._accounts: list[Account] = []

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All facts, in the order in which they came."""
        return tuple(self._facts.values())

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The rows that account for time."""
        return tuple(self._accounts)

    @property
    def hidden(self) -> int:
        """How many texts had something secret-looking in them."""
        return len({fact.display for fact in self.facts if MASK in fact.display})

    def duration(self, seconds: int, subject: str, entry_ids: Iterable[int] = ()) -> str:
        """A time in seconds."""
        return self._slot(FactKind.DURATION, seconds, duration_text(seconds), subject, unit="s", entry_ids=tuple(entry_ids))

    def account(self, seconds: int, subject: str, entry_ids: Iterable[int]) -> str:
        """A time in seconds that a row of the report accounts for. Every entry is to be in one such row."""
        ids = tuple(entry_ids)
        slot = self.duration(seconds, subject, ids)
        self._accounts.append(Account(fact=slot[3:-1], seconds=seconds, entry_ids=ids))
        return slot

    def count(self, number: int, subject: str) -> str:
        """A count of things."""
        return self._slot(FactKind.COUNT, number, str(number), subject)

    def share(self, part: int, whole: int, subject: str) -> str:
        """A part of a whole in percent."""
        value = round(100 * part / whole, 4) if whole else 0.0
        return self._slot(FactKind.SHARE, value, percent_text(part, whole), subject, unit="%")

    def person(self, name: str, key: str) -> str:
        """A person's name. Their address is in no report."""
        return self._slot(FactKind.PERSON, name, _shown(name) or NO_NAME, key)

    def entity(self, title: str, identity: str, url: str | None) -> str:
        """An entity's title with its identity, linked where its address is known. Neither a secret nor a long title hides the identity."""
        display = f"{_shown(title, longest=_LONGEST_TITLE)} ({_shown(identity)})".strip()
        return self._slot(FactKind.ENTITY, display, display, identity, url=url)

    def state(self, state: str, subject: str) -> str:
        """A workflow state, in Fibery's word."""
        return self._slot(FactKind.STATE, state, _shown(state), subject)

    def text(self, text: str, subject: str) -> str:
        """Any other text from outside: a description, a project, a field's value."""
        return self._slot(FactKind.TEXT, text, _shown(text), subject)

    def week(self, title: str) -> str:
        """The week's name."""
        return self._slot(FactKind.WEEK, title, title, "week")

    def _slot(
        self,
        kind: FactKind,
        value: int | float | str,
        display: str,
        subject: str,
        *,
        unit: str | None = None,
        url: str | None = None,
        entry_ids: tuple[int, ...] = (),
    ) -> str:
        known = self._known.get((kind, value, subject, entry_ids))
        if known is None:
            known = f"{kind.value[0]}{len(self._facts) + 1}"
            stored = display if isinstance(value, str) else value
            self._facts[known] = Fact(
                id=known,
                kind=kind,
                value=stored,
                unit=unit,
                display=display,
                url=url,
                subject=mask_secrets(subject),
                entry_ids=entry_ids,
            )
            self._known[kind, value, subject, entry_ids] = known
        return f"{{f:{known}}}"


def _shown(text: str, *, longest: int = _LONGEST_TEXT) -> str:
    """Text as reports show it: one line, secrets hidden, then cut where nobody reads on."""
    line = " ".join(mask_secrets(text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
