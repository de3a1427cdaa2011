"""That rows, dates, shares and links stand where they belong. Not here: words and figures of no fact, whose they are, what adds up."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from urllib.parse import unquote

from volt_assets.domain.drafts import Report, Section
from volt_assets.domain.facts import SLOT, TIMES, Fact, FactKind
from volt_assets.domain.grounding_claims import Claim, Problem, measure
from volt_assets.domain.grounding_words import Check
from volt_assets.domain.masking import mask_secrets
from volt_assets.domain.values import clean_text

_LAST_DAY = timedelta(days=6)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_OF_ONE_ENTITY = frozenset({"completion day", "closing day", "deadline", "since", "planned"})
_WITHOUT_ENTRIES = "weekday without entries"


def place_problems(claim: Claim, week: date) -> Iterator[Problem]:
    """Facts of a claim that stand where another one belongs."""
    yield from _cell_problems(claim)
    yield from _link_problems(claim)
    yield from _share_problems(claim)
    yield from _day_problems(claim, week)


def row_problems(report: Report) -> Iterator[Problem]:
    """Lines and rows that stand in a section twice, rows of time that stand in none, and text to paste that nobody should."""
    facts = {fact.id: fact for fact in report.facts}
    for section in report.sections:
        yield from _repeated_rows(section, facts)
        if clean_text(section.code) != section.code or mask_secrets(section.code) != section.code:
            yield _problem(Check.MARKUP, section.id, "the text to paste holds a secret or characters that nobody sees", None)
    cells = [cell for section in report.sections for table in section.tables for row in table.rows for cell in row]
    told = {slot for cell in cells for slot in SLOT.findall(cell)}
    for account in report.accounts:
        if account.fact not in told:
            yield _problem(Check.IDENTITY, "", "the time of a row is told in no table", facts.get(account.fact))


def _repeated_rows(section: Section, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    lines = [[(line,) for line in section.sentences], [(line,) for line in section.bullets]]
    for rows in (*lines, *(table.rows for table in section.tables)):
        for at, row in enumerate(rows):
            if row in rows[:at]:
                slots = SLOT.findall(" ".join(row))
                yield _problem(Check.IDENTITY, section.id, "a line or row stands there twice", facts.get(slots[-1]) if slots else None)


def _cell_problems(claim: Claim) -> Iterator[Problem]:
    """Words where a state alone belongs."""
    for column, cell in zip(claim.columns, claim.texts, strict=False):
        if column == "State" and cell and not SLOT.fullmatch(cell):
            yield claim.problem(Check.STATE, "this is no state of Fibery's")


def _link_problems(claim: Claim) -> Iterator[Problem]:
    """Names that lead to something else than they name."""
    for fact in claim.facts:
        path, _, public_id = (fact.subject.entity or "").rpartition(" #")
        if fact.url is not None and path and not _same(unquote(fact.url)).endswith(_same(f"/{path}/{public_id}")):
            yield claim.problem(Check.ENTITY, "the link leads to another entity", fact)


def _same(path: str) -> str:
    """A path in which spaces and what Fibery writes for them are alike."""
    return re.sub(r"[\s_]+", "_", path)


def _share_problems(claim: Claim) -> Iterator[Problem]:
    """Shares in brackets behind a time of which they are none."""
    for text in claim.texts:
        pieces = SLOT.split(text)
        for (time, before), (share, _) in pairwise(zip(pieces[1::2], pieces[2::2], strict=False)):
            whole, part = claim.ledger.get(time), claim.ledger.get(share)
            if whole is None or part is None or before != " (" or part.kind is not FactKind.SHARE:
                continue
            if whole.kind in TIMES and whole.subject != part.subject:
                yield claim.problem(Check.VALUE, "this is not the share of the time before it", part)


def _day_problems(claim: Claim, week: date) -> Iterator[Problem]:
    """Days that are not of this week, or not those that the words say."""
    plain = " ".join(claim.texts)
    for fact in claim.facts:
        what, day = measure(fact.subject), _day(fact)
        if day is None:
            continue
        if what == "deadline" and re.search(r"\b(?:over)?due\b", plain) and day > week + _LAST_DAY:
            yield claim.problem(Check.STATE, "this was not due when the week ended", fact)
        if what == "completion day" and not week <= day <= week + _LAST_DAY:
            yield claim.problem(Check.VALUE, "this is no day of the week", fact)
        if "No entries on" in plain and what != _WITHOUT_ENTRIES:
            yield claim.problem(Check.VALUE, "this is no weekday without entries", fact)
        if what in _OF_ONE_ENTITY and fact.subject.entity not in {one.subject.entity for one in claim.facts if one is not fact}:
            yield claim.problem(Check.VALUE, "this is a day of something else", fact)


def _day(fact: Fact) -> date | None:
    """The day that a text names, with its weekday or without."""
    found = _DAY.search(fact.display) if fact.kind is FactKind.TEXT else None
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def _problem(check: Check, section: str, what: str, fact: Fact | None) -> Problem:
    told = f"{fact.subject.what}: {fact.display}" if fact else ""
    return Problem(check=check, section=section, sentence=told, what=what, fact=fact.id if fact else None)
