"""What a report may say: facts with an id, a value and the one form in which they are shown. Not here: sentences, rendering.

Text in a report names facts by slots, `{f:d12}`; nothing else in it varies with the data.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache

from volt_assets.domain.masking import MASK, mask_secrets
from volt_assets.domain.rounding import Shares, Sum, minutes_text, percent_text, settle, settle_shares
from volt_assets.domain.values import Value, clean_text

SLOT = re.compile(r"\{f:([a-z]+[0-9]+)\}")
NO_NAME = "(no name)"
FINAL_STATE = "final state"
_LONGEST_TEXT = 300
_LONGEST_TITLE = 160


class FactKind(StrEnum):
    """What a fact is; the first letter starts its id."""

    DURATION = "duration"
    COUNT = "count"
    SHARE = "percent"
    PERSON = "person"
    ENTITY = "entity"
    STATE = "state"
    TEXT = "text"
    WEEK = "week"
    GROWTH = "growth"


class Subject(Value):
    """What a fact is about: what is measured, and whose, of which entity and which project it is. All None is the whole team's week."""

    what: str
    person: str | None = None
    entity: str | None = None
    project: str | None = None


class Fact(Value):
    """One checked value. `display` is what a report shows, rounded here once; `entry_ids` are the entries it rests on.

    A sum rests on its parts: the report's `sums` lead from it to the facts that have entries.
    """

    id: str
    kind: FactKind
    value: int | float | str
    unit: str | None
    display: str
    url: str | None
    subject: Subject
    entry_ids: tuple[int, ...]


TIMES = frozenset({FactKind.DURATION, FactKind.GROWTH})
"""What is shown in hours and minutes."""


class Account(Value):
    """A row of a report that accounts for time: these entries, these seconds, shown by this fact."""

    fact: str
    seconds: int
    entry_ids: tuple[int, ...]


@lru_cache(maxsize=100_000)  # a report says the same of the same many times over
def about(what: str, *, person: str | None = None, entity: str | None = None, project: str | None = None) -> Subject:
    """The subject of a fact, without anything secret-looking in it."""
    return Subject(
        what=mask_secrets(what),
        person=None if person is None else mask_secrets(person),
        entity=None if entity is None else mask_secrets(entity),
        project=None if project is None else mask_secrets(project),
    )


class FactBook:
    """Collects the facts of one report. Each method returns the slot that stands for the fact in the report's text.

    `evidence` has the entries of figures by subject: for those that are told neither their entries nor what they are the sum of.
    `day_page` is where the entries of a day can be seen.
    """

    def __init__(
        self, evidence: Mapping[Subject, tuple[int, ...]] | None = None, day_page: Callable[[date], str | None] = lambda _: None
    ) -> None:
        self._evidence = evidence or {}
        self._day_page = day_page
        self._facts: dict[str, Fact] = {}
        self._known: dict[tuple[object, ...], str] = {}
        self._accounts: list[Account] = []
        self._sums: dict[Sum, None] = {}
        self._shares: list[Shares] = []

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All facts, in the order in which they came, as they are shown: what adds up adds up as shown."""
        minutes = minutes_shown([fact for fact in self._facts.values() if fact.kind in TIMES], self._sums)
        times = {name: minutes_text(shown, seconds_shown(self._facts[name])) for name, shown in minutes.items()}
        shown = times | settle_shares(self._shares)
        wholes = {one.whole for one in self._sums}
        return tuple(
            fact.model_copy(update={"display": shown.get(fact.id, fact.display), "entry_ids": self._entries_of(fact, wholes)})
            for fact in self._facts.values()
        )

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The rows that account for time."""
        return tuple(self._accounts)

    @property
    def sums(self) -> tuple[Sum, ...]:
        """What adds up, the wholes that decide the rounding of others first."""
        return tuple(self._sums)

    @property
    def shares_of_wholes(self) -> tuple[tuple[str, ...], ...]:
        """The shares that make 100 % together, by id."""
        return tuple(tuple(group.parts) for group in self._shares if group.whole)

    @property
    def hidden(self) -> int:
        """How many texts had something secret-looking in them."""
        return len({fact.display for fact in self._facts.values() if MASK in fact.display})

    @property
    def hidden_in(self) -> tuple[str, ...]:
        """The entities with something secret-looking in their texts, or in what people wrote of them."""
        return tuple(dict.fromkeys(one.subject.entity for one in self._facts.values() if MASK in one.display and one.subject.entity))

    def duration(self, seconds: int, subject: Subject, entry_ids: Iterable[int] = ()) -> str:
        """A time in seconds."""
        return self._slot(FactKind.DURATION, seconds, "", subject, unit="s", entry_ids=tuple(entry_ids))

    def growth(self, seconds: int, subject: Subject) -> str:
        """By how many seconds a time grew; negative where it shrank. Shown without a sign: the sentence says "more" or "less"."""
        return self._slot(FactKind.GROWTH, seconds, "", subject, unit="s")

    def add_up(self, whole: str, parts: Iterable[str]) -> None:
        """Says of slots of times that the parts make up the whole. Raises ValueError where they do not, to the second.

        Say it of the widest whole first: its rounded minutes are given to its parts, and theirs to what these are made of.
        """
        names = tuple(slot_id(part) for part in parts)
        told, seconds = (self._facts[slot_id(whole)], sum(seconds_shown(self._facts[name]) for name in names))
        if told.value != seconds:
            raise ValueError(f"{told.subject.what}: {told.value} s are not the {seconds} s of {len(names)} parts. Please report this.")
        self._sums[Sum(whole=told.id, parts=names)] = None

    def account(self, seconds: int, subject: Subject, entry_ids: Iterable[int]) -> str:
        """A time in seconds that a row of the report accounts for. Every entry is to be in one such row."""
        ids = tuple(entry_ids)
        slot = self.duration(seconds, subject, ids)
        self._accounts.append(Account(fact=slot_id(slot), seconds=seconds, entry_ids=ids))
        return slot

    def count(self, number: int, subject: Subject) -> str:
        """A count of things."""
        return self._slot(FactKind.COUNT, number, str(number), subject)

    def share(self, part: int, whole: int, subject: Subject) -> str:
        """A part of a whole in percent."""
        value = round(100 * part / whole, 4) if whole else 0.0
        return self._slot(FactKind.SHARE, value, percent_text(part, whole), subject, unit="%")

    def shares(self, parts: Sequence[int], whole: int, subjects: Sequence[Subject]) -> list[str]:
        """The parts that make up a whole, in percent: as shown they make 100 %."""
        slots = [self.share(part, whole, subject) for part, subject in zip(parts, subjects, strict=True)]
        self._shares.append(Shares(whole=whole, parts={slot_id(slot): part for slot, part in zip(slots, parts, strict=True)}))
        return slots

    def person(self, name: str, key: str, *, told: str = "name", entity: str | None = None) -> str:
        """A person's name; their address is in no report. `told` is what is said of them by naming them, of which `entity`."""
        return self._slot(FactKind.PERSON, name, shown_text(name) or NO_NAME, about(told, person=key, entity=entity))

    def entity(self, title: str, identity: str, url: str | None, *, told: str = "entity") -> str:
        """An entity's title with its identity, linked where its address is known. Neither a secret nor a long title hides the identity.

        `told` is what is said by naming it, such as what it is the parent of.
        """
        display = f"{shown_text(title, longest=_LONGEST_TITLE)} ({shown_text(identity)})".strip()
        return self._slot(FactKind.ENTITY, display, display, about(told, entity=identity), url=url)

    def state(self, state: str, identity: str, *, is_final: bool | None) -> str:
        """An entity's workflow state, in Fibery's word, and whether nothing is left to do in it."""
        return self._slot(FactKind.STATE, state, shown_text(state), about(FINAL_STATE if is_final else "state", entity=identity))

    def text(self, text: str, subject: Subject) -> str:
        """Any other text from outside: a description, a project, a field's value."""
        return self._slot(FactKind.TEXT, text, shown_text(text), subject)

    def day(self, day: date, subject: Subject) -> str:
        """A day with its weekday; one of entries leads to them where their address is known."""
        text = f"{day:%a} {day.isoformat()}"
        return self._slot(FactKind.TEXT, text, text, subject, url=self._day_page(day) if subject.entity is None else None)

    def week(self, title: str) -> str:
        """The week's name."""
        return self._slot(FactKind.WEEK, title, title, about("week"))

    def _entries_of(self, fact: Fact, wholes: Collection[str]) -> tuple[int, ...]:
        is_told = bool(fact.entry_ids) or fact.id in wholes or fact.unit is None
        return fact.entry_ids if is_told else self._evidence.get(fact.subject, ())

    def _slot(
        self,
        kind: FactKind,
        value: int | float | str,
        display: str,
        subject: Subject,
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
                subject=subject,
                entry_ids=entry_ids,
            )
            self._known[kind, value, subject, entry_ids] = known
        return f"{{f:{known}}}"


def minutes_shown(times: Iterable[Fact], sums: Iterable[Sum]) -> dict[str, int]:
    """The minutes that each time shows, by fact id, as they add up.

    An entity's times that are as long to the second show the same: what is in no sum has the minutes of what is in one.
    """
    facts, known = {fact.id: fact for fact in times}, tuple(sums)
    minutes = settle({name: seconds_shown(fact) for name, fact in facts.items()}, known)
    summed = dict.fromkeys(name for one in known for name in (one.whole, *one.parts))
    settled = {_length(facts[name]): minutes[name] for name in reversed(summed)}
    return {name: shown if name in summed else settled.get(_length(facts[name]), shown) for name, shown in minutes.items()}


def _length(fact: Fact) -> tuple[str, int]:
    """How long something is that is told of an entity; of nothing else are two times the same because they are as long."""
    return (fact.subject.entity or f"{{f:{fact.id}}}", seconds_shown(fact))


def seconds_shown(fact: Fact) -> int:
    """The seconds that a time is shown by: a growth without its sign."""
    return abs(int(fact.value)) if fact.kind is FactKind.GROWTH else int(fact.value)


def slot_id(slot: str) -> str:
    """The id of the fact that a slot stands for."""
    return slot.removeprefix("{f:").removesuffix("}")


def shown_text(text: str, *, longest: int = _LONGEST_TEXT) -> str:
    """Text as reports show it: one line, secrets hidden, then cut where nobody reads on."""
    line = one_line(text)
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def one_line(text: str) -> str:
    """Text from outside on one line, whole, with secrets hidden."""
    return " ".join(mask_secrets(clean_text(text)).split())
