"""That a change against the week before is told with its sign, of what changed by it, the largest first. Not here: whether it adds up."""

import re
from collections.abc import Iterator, Mapping, Sequence

from volt_assets.domain.facts import SLOT, Fact, FactKind
from volt_assets.domain.grounding_claims import Claim, Problem, measure, shows, skeleton
from volt_assets.domain.grounding_words import Check
from volt_assets.domain.week_over_week import NO_PROJECTS_TIME

AGAINST = "against the week before"
"""What is measured by a change and by its share."""
_CHANGE = re.compile(
    rf"({SLOT.pattern}(?: \({SLOT.pattern}\))?) (more|less)"
    rf"(?= than in the week before| than the {SLOT.pattern} of the week before|\))"
)


_WITHOUT_PROJECT = re.compile(rf"{NO_PROJECTS_TIME} (?:\(|\w+ )\Z", re.IGNORECASE)


def without_directions(text: str, ledger: Mapping[str, Fact]) -> str:
    """A slot text without the "more" or "less" behind its changes, which are judged here."""
    return _CHANGE.sub(lambda found: found[1] if _is_change(ledger.get(found[2])) else found[0], text)


def change_problems(claim: Claim, text: str, changes: Mapping[str | None, Sequence[Fact]]) -> Iterator[Problem]:
    """Changes that a text tells with another sign, of something else, or as the largest. `changes` are all, by whose they are."""
    yield from _direction_problems(claim, text)
    yield from _part_problems(claim, text)
    bones, told = skeleton(text, claim.ledger), [fact for fact in claim.facts if _is_change(fact)]
    if "the largest change" in bones:
        known = sorted((_extent(fact) for one in told[:1] for fact in changes[one.subject.person] if _is_of_part(fact)), reverse=True)
        if not told or [*map(_extent, told)] != known[: len(told)]:
            yield claim.problem(Check.SIGN, "these are not the largest changes", told[0] if told else None)
    if "is as much as in the week before" in bones:
        changed = [fact for total in claim.facts for fact in changes.get(total.subject.person, ()) if not _is_of_part(fact)]
        yield from (claim.problem(Check.SIGN, "this is not as much as in the week before", fact) for fact in changed)


def _direction_problems(claim: Claim, text: str) -> Iterator[Problem]:
    told = {found[2]: found[4] for found in _CHANGE.finditer(text)}
    for slot in SLOT.findall(text):
        fact = claim.ledger.get(slot)
        if fact is not None and _is_change(fact) and told.get(slot) != ("more" if int(fact.value) > 0 else "less"):
            yield claim.problem(Check.SIGN, "the time did not change in this direction", fact)


def _part_problems(claim: Claim, text: str) -> Iterator[Problem]:
    """Changes of something else than what is named last before them."""
    pieces, named = SLOT.split(text), None
    for before, slot in zip(pieces[0::2], pieces[1::2], strict=False):
        fact = claim.ledger.get(slot)
        if fact is None:
            continue
        if fact.kind is FactKind.ENTITY or measure(fact.subject) == "project":
            named = fact
        elif _is_change(fact) and not _is_changed(fact, named, before):
            yield claim.problem(Check.SCOPE, "something else changed by this", fact)


def _is_changed(change: Fact, named: Fact | None, before: str) -> bool:
    """Whether a change is of what is named before it; of all time where nothing is."""
    subject = change.subject
    if subject.project == "":
        return _WITHOUT_PROJECT.search(before) is not None
    if subject.entity is None and subject.project is None:
        return named is None
    if named is None or NO_PROJECTS_TIME in before.casefold():
        return False
    if subject.entity is not None:
        return named.subject.entity == subject.entity
    return named.kind is FactKind.TEXT and shows(named.display, subject.project or "")


def _is_change(fact: Fact | None) -> bool:
    return fact is not None and fact.kind is FactKind.GROWTH


def _is_of_part(fact: Fact) -> bool:
    return fact.subject.entity is not None or fact.subject.project is not None


def _extent(fact: Fact) -> int:
    return abs(int(fact.value))
