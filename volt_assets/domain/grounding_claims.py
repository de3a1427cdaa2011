"""A report taken apart into what can be checked: each sentence, bullet, row and heading with the facts it names. Not here: judging it."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from volt_assets.domain.drafts import Report, Section
from volt_assets.domain.facts import SLOT, Fact, FactKind, Subject
from volt_assets.domain.grounding_words import Check
from volt_assets.domain.values import Value, clean_text
from volt_assets.domain.wording import as_written

FIGURES = frozenset({FactKind.DURATION, FactKind.COUNT, FactKind.SHARE, FactKind.GROWTH})
NOTES = "notes"
OPEN, CLOSE = "⟨", "⟩"
_BRACKETS = re.compile(f"[{OPEN}{CLOSE}]")
# A subject's `what` that names something after these words: `day 2025-10-06`, `activity Standup`.
_NAMING = (*("day ", "activity ", "entries of ", "people of ", "entities of ", "type ", "label ", "alias of ", "parent of "),)
LONGEST_TOLD = 200
_CUT = 290  # longer texts are shown cut


class Problem(Value):
    """Something that a report says and its facts do not. `fact` is the fact that it would have to rest on, where there is one."""

    check: Check
    section: str
    sentence: str
    what: str
    fact: str | None = None


class Claim(NamedTuple):
    """A sentence, bullet, heading, or a row with its cells. `around` are the facts of the heading that it stands under.

    `texts` are in the words that reports are written with, `written` as they stand in the report.
    """

    section: str
    texts: tuple[str, ...]
    written: tuple[str, ...]
    columns: tuple[str, ...]
    facts: tuple[Fact, ...]
    around: tuple[Fact, ...]
    ledger: Mapping[str, Fact]

    @property
    def plain(self) -> str:
        """The text as a reader sees it, without markup."""
        return " | ".join(shown(text, self.ledger) for text in self.written)

    @property
    def in_sight(self) -> tuple[Fact, ...]:
        """The facts by which a reader knows what the claim is about."""
        return (*self.around, *self.facts)

    def problem(self, check: Check, what: str, fact: Fact | None = None) -> Problem:
        """A problem of this claim."""
        return Problem(check=check, section=self.section, sentence=self.plain[:LONGEST_TOLD], what=what, fact=fact.id if fact else None)


def claims_of(report: Report) -> Iterator[Claim]:
    """Everything that a report says, in its order."""
    ledger = {fact.id: fact for fact in report.facts}
    yield _claim("title", (report.title,), (), ledger)
    for section in report.sections:
        yield from section_claims(section, ledger)
    yield from (_claim(NOTES, (note,), (), ledger) for note in report.notes)


def section_claims(section: Section, ledger: Mapping[str, Fact]) -> Iterator[Claim]:
    """Everything that a section says."""
    heading = _claim(section.id, (section.title,), (), ledger)
    yield heading
    for text in (*section.sentences, *section.bullets):
        yield _claim(section.id, (text,), heading.facts, ledger)
    for table in section.tables:
        yield _claim(section.id, table.columns, heading.facts, ledger)
        for row in table.rows:
            yield _claim(section.id, row, heading.facts, ledger, table.columns)


def shown(text: str, ledger: Mapping[str, Fact]) -> str:
    """A slot text as it reads; a slot without a fact stays."""
    return SLOT.sub(lambda slot: ledger[slot[1]].display if slot[1] in ledger else slot[0], text)


def skeleton(text: str, ledger: Mapping[str, Fact]) -> str:
    """A slot text with what each fact measures in its place: `⟨name⟩ tracked ⟨total⟩`. Brackets of its own become question marks."""
    own = _without_brackets(text)
    return SLOT.sub(lambda slot: f"{OPEN}{measure(ledger[slot[1]].subject) if slot[1] in ledger else '?'}{CLOSE}", own)


def shows(display: str, text: str) -> bool:
    """Whether a fact's display form is that of a text: on one line, without signs that nobody sees, and cut where it is long."""
    return display[:_CUT] == " ".join(clean_text(text).split())[:_CUT]


def literals(text: str) -> str:
    """What a slot text says besides its facts; each fact leaves an empty pair of brackets."""
    return SLOT.sub(OPEN + CLOSE, _without_brackets(text))


def measure(subject: Subject) -> str:
    """What is measured, without what it names: the `day` of `day 2025-10-06`. Brackets can't come from it."""
    kind = subject.what
    if kind.startswith(_NAMING):
        kind = next(naming for naming in _NAMING if kind.startswith(naming))
    return _without_brackets(kind.strip())


def _without_brackets(text: str) -> str:
    return _BRACKETS.sub("?", text) if OPEN in text or CLOSE in text else text


def named_by(subject: Subject) -> str | None:
    """What a subject's `what` names, as the description after `activity`; None where it names nothing."""
    return next((subject.what.removeprefix(naming) for naming in _NAMING if subject.what.startswith(naming)), None)


def _claim(
    section: str, texts: tuple[str, ...], around: tuple[Fact, ...], ledger: Mapping[str, Fact], columns: tuple[str, ...] = ()
) -> Claim:
    told = tuple(ledger[slot] for text in texts for slot in SLOT.findall(text) if slot in ledger)
    return Claim(
        section=section, texts=tuple(map(as_written, texts)), written=texts, columns=columns, facts=told, around=around, ledger=ledger
    )
