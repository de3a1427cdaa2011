"""That a text tells a fact of whom and of what it is, and in words that fit it. Not here: words and figures of no fact, what adds up."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from volt_assets.domain.accomplishments import REACHED
from volt_assets.domain.drafts import Report
from volt_assets.domain.entity_types import PARTS_TIME
from volt_assets.domain.facts import FINAL_STATE, SLOT, Fact, FactKind
from volt_assets.domain.grounding_changes import AGAINST, change_problems
from volt_assets.domain.grounding_claims import CLOSE, FIGURES, OPEN, Claim, Problem, measure, named_by, shows, skeleton
from volt_assets.domain.grounding_words import ROW_LABELS, Check
from volt_assets.domain.quality_report import ENTRY_DAY
from volt_assets.domain.recommendations import WHAT_TO_DO
from volt_assets.domain.report_parts import FETCHED, NO_DESCRIPTION, NO_PROJECT, NOBODY_IN_FIBERY, SO_FAR

_NAMES = frozenset({FactKind.PERSON, FactKind.ENTITY})
_LABELLED = ("Time", "Share", "Entities", "To do")
_BY_LABEL = frozenset(ROW_LABELS.values())
# What the figures in a column measure.
_TIMES = frozenset({"time", "activity", "day", "project", "type", "label", "alias of"}) | _BY_LABEL
_COLUMNS: Mapping[str, frozenset[str]] = {
    "Total": frozenset({"total"}),
    "On entities": frozenset({"on entities"}),
    "Other": frozenset({"other activities"}),
    "Billable": frozenset({"billable"}),
    "Entries": frozenset({"entries", "entries of"}),
    "People": frozenset({"people", "people of", "time"}),
    "Entities": frozenset({"entities", "entities of"}) | _BY_LABEL,
    "To do": frozenset(f"{label}, to do" for label in _BY_LABEL),
    "Time": _TIMES,
    "Share": _TIMES,
    "This week": frozenset({"with all below"}),
    "So far": frozenset({"with all below, so far"}),
    "Of the estimate": frozenset({"of the estimate"}),
    "Estimate": frozenset({"estimate"}),
    "Progress": frozenset({"done", "below"}),
}


# What the figures of a row measure that begins with a cell of this column. Not here: rows of entities and people, whose subject they have.
_ROWS: Mapping[str, frozenset[str]] = {
    "Day": frozenset({"day"}),
    "Toggl project": frozenset({"project"}),
    "Activity": frozenset({"activity", "entries of", "people of"}),
    "Other activity": frozenset({"activity", "entries of", "people of"}),
    "Label": frozenset({"label", "entries of"}),
    "Alias": frozenset({"alias of", "lines"}),
}
_EVERYBODYS = frozenset({"so far", "since", "closing day"})
"""What is told under a person's name and is not theirs alone."""


def _slot_but(*whats: str) -> str:
    return rf"{OPEN}(?!(?:{'|'.join(map(re.escape, whats))}){CLOSE})[^{CLOSE}]*{CLOSE}"


_ANY = rf"{OPEN}[^{CLOSE}]*{CLOSE}"
_SHARE = rf"(?: \({_ANY}\))?(?: of (?:it|that|this|the time))?"
_IS = "(?:is|are|was|were)"
_GOES = r"(?:went |(?:has been|is|was|were) \w+ |spent |\w+ed )?(?:into|to|towards|on)"
"""How time goes somewhere, in any words that a model may use."""
_MOST = re.compile(rf"(?<!ten with )(?<!{CLOSE} with )\bthe most (?:\w+ed )?time\b")
# Words that say what a fact is, before or after another fact than that.
_WRONG = tuple(
    (check, re.compile(pattern), what)
    for check, pattern, what in (
        (Check.SCOPE, rf" tracked {_slot_but('total')}", "what was tracked is the total"),
        (
            Check.SCOPE,
            rf"{OPEN}people{CLOSE} (?:people|person) (?:has |have )?\w+ (?:a total of )?{_slot_but('total', 'entries')}",
            "not all of these people did",
        ),
        (
            Check.SCOPE,
            rf"{_slot_but('other activities')}{_SHARE} {_GOES} (?:the )?other activities",
            "this is no time of others",
        ),
        (
            Check.SCOPE,
            rf"{_slot_but('billable')}{_SHARE}(?: {_IS})?(?: marked)?(?: as)? billable",
            "this is not what is billable",
        ),
        (Check.SCOPE, rf"{_slot_but('doubled')} counted (?:twice|more than once)", "this is not what counts twice"),
        (Check.SCOPE, rf"{_slot_but('on entities')} \({_ANY}\) was tracked with the Fibery", "this is not what is on entities"),
        (
            Check.SCOPE,
            rf"{_slot_but('found entities')}{_SHARE} {_GOES} (?:the )?{OPEN}Fibery entities",
            "this is not what is on entities",
        ),
        (
            Check.SCOPE,
            rf"could not be read.*{_slot_but('not read')}\Z|with {_slot_but('not read')} could not",
            "this is not what was not read",
        ),
        (
            Check.SCOPE,
            rf"{_slot_but('does not show')}{_SHARE} {_GOES} {OPEN}entities{CLOSE} entit(?:y|ies) that Fibery does not show",
            "not that",
        ),
        (
            Check.SCOPE,
            rf"{_slot_but('could not be asked about')}{_SHARE} {_GOES} {OPEN}entities{CLOSE} entit(?:y|ies) that Fibery could not",
            "not that",
        ),
        (Check.SCOPE, rf"{_slot_but('type')}{_SHARE} {_GOES} {OPEN}entities of{CLOSE}", "this is not the time of the type"),
        (Check.SCOPE, rf"{_slot_but(PARTS_TIME)}{_SHARE} {_GOES} {OPEN}entities{CLOSE} entit(?:y|ies) that belong", "not that time"),
        (Check.SCOPE, rf"estimate {_slot_but('estimate')}|so far {_slot_but('with all below, so far')} by", "this is not the estimate"),
        (Check.SCOPE, rf"the {_slot_but('total')} belong to", "what belongs to entities is the total"),
        (Check.ENTITY, rf"belongs to {_slot_but('parent of')}", "this is not what it belongs to"),
        (Check.STATE, rf"in the state {_slot_but('state', FINAL_STATE)}", "this is no state"),
        (Check.STATE, rf"closed on {_slot_but('closing day')}", "this is not when it was closed"),
        (Check.STATE, rf"{_slot_but('below')} (?:or more )?done", "this is not how much is done"),
        (Check.SCOPE, rf"{_slot_but('total')} tracked(?: so far)?[,;.]", "what was tracked is the total"),
        (Check.SCOPE, rf"{_slot_but('found entities')} of it on Fibery", "this is not the share of what is on entities"),
        (Check.SCOPE, rf"{_slot_but('on entities')} of it with the Fibery", "this is not the share of what names its entity"),
        (Check.SCOPE, rf"{_slot_but('other activities')} of the time (?:names|is on) no", "this is no share of others"),
        (Check.SCOPE, rf"the entity with the most time is {_slot_but('entity')}", "this is no entity"),
        (Check.SCOPE, rf"project with the most time is {_slot_but('project')}", "this is no Toggl project"),
        (Check.VALUE, rf"(?:time this week|untouched) since {_slot_but('since')}", "this is not since when"),
        (Check.VALUE, rf"card changed on {_slot_but('since')}", "this is not when it changed"),
        (Check.VALUE, rf"overdue since {_slot_but('deadline')}", "this is not when it was due"),
        (Check.SCOPE, rf"and {_slot_but('after it was closed')} tracked later", "this is not what was tracked later"),
        (Check.VALUE, rf"” of {_slot_but(ENTRY_DAY)}", "this is not the day of an entry"),
        *(
            (Check.VALUE, rf"{_slot_but(f'{many} {what}')} (?:{one}|{many}) {re.escape(what)}", "this counts something else")
            for one, many, what in WHAT_TO_DO
        ),
        (Check.SCOPE, rf"\bdue {_slot_but('deadline')}", "this is not when it is due"),
        (Check.SCOPE, rf"{_slot_but('total')} is (?:as much|{OPEN}{AGAINST})", "what is compared is the total"),
        (Check.SCOPE, rf"which had {_slot_but('total of the week before')}", "this is not the time of the week before"),
        (Check.SCOPE, rf" is {_slot_but(AGAINST)}(?: \({_ANY}\))? (?:more|less) than", "the time did not change by that"),
        (Check.SCOPE, rf"{OPEN}{AGAINST}{CLOSE} \({_slot_but(AGAINST)}\)", "this is not the share of a change"),
        (Check.SCOPE, rf"Compared with the stored week {_slot_but('week before')}", "this is not what was read"),
        (Check.STATE, rf"{_slot_but('reached a final state')}, {REACHED}", "this is not the time of what reached a final state"),
        (Check.STATE, rf"{_slot_but('in a final state')}, stood in a final", "this is not the time of what is in a final state"),
        (Check.STATE, rf"reached on {_slot_but('completion day')}", "this is not when it reached its state"),
        (Check.STATE, rf"(?<!{OPEN}{FINAL_STATE}{CLOSE}), reached on", "no final state is told that was reached"),
        (Check.SIGN, rf"\brose by {_slot_but('rise since first published')}", "the time did not rise by that"),
        (Check.SIGN, rf"\bfell by {_slot_but('fall since first published')}", "the time did not fall by that"),
        (Check.SIGN, rf"more than {_slot_but('limit of a day', 'limit of unmatched time')}", "this is no limit"),
    )
)
# Who is named after these words is named for that.
_LISTS: Mapping[str, str] = {
    "Nothing to bring in line was found for": "nothing to bring in line",
    "Nobody in Fibery was found for": NOBODY_IN_FIBERY,
    "Only these people's time was fetched": FETCHED,
}


class Ledger:
    """What a report's facts say of each other: who spent time on what, and which times compare."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.person = report.subject if report.kind == "person_report" else None
        """Whose report it is; None for the team's."""
        self.week = report.week
        """The Monday of the report's week."""

    @cached_property
    def relations(self) -> frozenset[tuple[str, str]]:
        """Which person has to do with which entity."""
        subjects = [fact.subject for fact in self._report.facts]
        return frozenset((one.person, one.entity) for one in subjects if one.person is not None and one.entity is not None)

    @cached_property
    def is_so_far(self) -> bool:
        """Whether the report says of its week that it has not ended."""
        return any(fact.kind is FactKind.WEEK and str(fact.value).endswith(SO_FAR) for fact in self._report.facts)

    @cached_property
    def times(self) -> Mapping[tuple[str | None, str], Sequence[Fact]]:
        """What entities ("time") and Toggl projects ("project") got, by whose time it is, most first."""
        times: dict[tuple[str | None, str], list[Fact]] = {}
        for fact in self._report.facts:
            if fact.kind is FactKind.DURATION and _is_ranked(fact):
                times.setdefault((fact.subject.person, fact.subject.what), []).append(fact)
        return {key: sorted(facts, key=lambda fact: -float(fact.value)) for key, facts in times.items()}

    def ranking(self, of: Fact, claim: Claim) -> list[float]:
        """The times that a time is one of, most first: under the heading of a type those of its entities alone."""
        types = {str(fact.value) for fact in claim.around if fact.subject.what == "entity type"}
        rivals = self.times.get((of.subject.person, of.subject.what), ())
        shown = {
            fact.subject: float(fact.value) for fact in rivals if not types or (fact.subject.entity or "").rpartition(" #")[0] in types
        }
        return [*shown.values()]

    @cached_property
    def changes(self) -> Mapping[str | None, Sequence[Fact]]:
        """By how much times grew or shrank, by whose time it is."""
        changes: dict[str | None, list[Fact]] = {}
        for fact in self._report.facts:
            if fact.kind is FactKind.GROWTH:
                changes.setdefault(fact.subject.person, []).append(fact)
        return changes


def scope_problems(claim: Claim, ledger: Ledger) -> Iterator[Problem]:
    """Facts that a text tells of somebody or something else than they are about."""
    people = {fact.subject.person for fact in claim.in_sight if fact.kind is FactKind.PERSON or fact.subject.what == "name"}
    entities = {fact.subject.entity for fact in claim.in_sight if _names_entity(fact)}
    for fact in claim.facts:
        subject = fact.subject
        if ledger.person is not None and subject.person not in (None, ledger.person):
            yield claim.problem(Check.SCOPE, "this is somebody else's", fact)
        elif subject.person is not None and subject.person not in {*people, ledger.person}:
            yield claim.problem(Check.SCOPE, "whose this is is not named here", fact)
        if subject.entity is not None and subject.entity not in entities and fact.kind is not FactKind.PERSON:
            yield claim.problem(Check.SCOPE, "of which entity this is is not named here", fact)
        if not _is_named(fact, claim):
            yield claim.problem(Check.SCOPE, f"of which {measure(subject)} this is is not named here", fact)
    yield from _person_problems(claim, ledger, entities)
    yield from _heading_problems(claim)
    yield from _state_problems(claim)


def word_problems(claim: Claim, ledger: Ledger) -> Iterator[Problem]:
    """Words and columns that say something else of a fact than what it is."""
    for text in claim.texts:
        bones = skeleton(text, claim.ledger)
        yield from (claim.problem(check, what) for check, what in _wrong_words(bones))
        for words, told in _LISTS.items():
            if words in bones:
                named = [fact for fact in claim.facts if fact.kind is FactKind.PERSON]
                yield from (claim.problem(Check.SCOPE, "this was not found of them", fact) for fact in named if fact.subject.what != told)
        yield from _ranking_problems(claim, bones, ledger)
        yield from change_problems(claim, text, ledger.changes)
    yield from _row_problems(claim)
    yield from _subject_problems(claim)
    yield from _limit_problems(claim)
    if claim.section in ("accomplishments", "moved") and (claim.columns or not claim.texts[0].startswith("{f:c")):
        states = [fact for fact in claim.facts if fact.kind is FactKind.STATE and fact.subject.what != FINAL_STATE]
        yield from (claim.problem(Check.STATE, "this is not a final state", fact) for fact in states)


@lru_cache(maxsize=4096)
def _wrong_words(bones: str) -> tuple[tuple[Check, str], ...]:
    """What is wrong in a skeleton. Kept: rows and sentences of a template have the same one, in every report and every week."""
    return tuple((check, what) for check, wrong, what in _WRONG if wrong.search(bones))


def _names_entity(fact: Fact) -> bool:
    """Whether a text with a fact says which entity it is about: by title, or by the key alone where the title may be secret."""
    is_key = fact.subject.entity is not None and shows(fact.display, fact.subject.entity)
    return fact.kind is FactKind.ENTITY or (fact.kind is FactKind.TEXT and (is_key or measure(fact.subject) == "parent of"))


def _is_named(fact: Fact, claim: Claim) -> bool:
    """Whether the day, activity, type, project or child that a fact is about is named beside it."""
    subject = fact.subject
    if subject.project is not None and fact.kind is not FactKind.GROWTH and not _says(subject.project or NO_PROJECT, claim):
        return False
    named = named_by(subject)
    if named is None or measure(subject) == "label":
        return True
    if measure(subject) == "parent of":
        return any(other.subject.entity == named for other in claim.facts if _names_entity(other))
    return _says(named or NO_DESCRIPTION, claim)


def _says(name: str, claim: Claim) -> bool:
    """Whether a text beside a figure says this; of a day also with its weekday, of a label and its entries by the label."""
    whole = " ".join(name.split())
    texts = [fact.display for fact in claim.in_sight if fact.kind is FactKind.TEXT]
    return any(shows(text, name) or text.endswith(f" {whole}") or whole == f"label {text}" for text in texts)


def _person_problems(claim: Claim, ledger: Ledger, entities: set[str | None]) -> Iterator[Problem]:
    """People named beside an entity that they have nothing to do with."""
    if ledger.person is not None or not entities:
        return
    named = [fact for fact in claim.in_sight if fact.kind is FactKind.PERSON]
    for fact in named:
        if not any((fact.subject.person, entity) in ledger.relations for entity in entities):
            yield claim.problem(Check.SCOPE, "this person has no time on it and is not assigned to it", fact)
        elif fact.subject.entity is not None and fact.subject.entity not in entities:
            yield claim.problem(Check.SCOPE, "this person is assigned to another entity", fact)


def _heading_problems(claim: Claim) -> Iterator[Problem]:
    """What stands under one person's name, or behind it, and is another's; and who or what is named twice in one breath."""
    headed = {fact.subject.person for fact in claim.around if fact.kind is FactKind.PERSON}
    last: str | None = None
    for fact in claim.facts:
        person = fact.subject.person
        if fact.kind is FactKind.PERSON:
            last = person
        if headed and (person not in headed if fact.kind is FactKind.PERSON else _is_anothers_figure(fact, headed)):
            yield claim.problem(Check.SCOPE, "this stands under the name of somebody else", fact)
        if last is not None and person is not None and person != last:
            yield claim.problem(Check.SCOPE, "this stands behind the name of somebody else", fact)
    for text in claim.texts:
        named = [slot for slot in SLOT.findall(text) if slot in claim.ledger and claim.ledger[slot].kind in _NAMES]
        if len(named) > len({(claim.ledger[slot].subject.person, claim.ledger[slot].subject.entity) for slot in named}):
            yield claim.problem(Check.ENTITY, "somebody or something is named twice")


def _is_anothers_figure(fact: Fact, headed: set[str | None]) -> bool:
    return fact.kind in FIGURES and fact.subject.person not in headed and fact.subject.what not in _EVERYBODYS


def _state_problems(claim: Claim) -> Iterator[Problem]:
    """States that are not those of the entity named last before them."""
    last: str | None = None
    for fact in claim.facts:
        if _names_entity(fact):
            last = fact.subject.entity
        elif fact.kind is FactKind.STATE and fact.subject.entity != last:
            yield claim.problem(Check.STATE, "this is another entity's state", fact)


def _row_problems(claim: Claim) -> Iterator[Problem]:
    """Figures that a row has in a column, or beside a label, where they do not belong."""
    if not claim.columns:
        return
    label = next(iter(claim.plain.split(" | ")), "")
    for column, cell in zip(claim.columns, claim.texts, strict=False):
        figures = [fact for fact in claim.facts if fact.kind in FIGURES and f"{{f:{fact.id}}}" in cell]
        allowed = _COLUMNS.get(column)
        if allowed is not None and any(measure(fact.subject) not in allowed for fact in figures):
            yield claim.problem(Check.SCOPE, f"this is not what the column {column} tells")
        if column in _LABELLED:
            yield from (claim.problem(Check.SCOPE, "this is another row's", fact) for fact in figures if not _fits_label(fact, label))


def _subject_problems(claim: Claim) -> Iterator[Problem]:
    """Figures in a row that begins with something else than they are about."""
    first = claim.columns[0] if claim.columns else ""
    figures = [fact for fact in claim.facts if fact.kind in FIGURES]
    entity = next((fact.subject.entity for fact in claim.facts if fact.kind is FactKind.ENTITY), None)
    headed = any(fact.kind is FactKind.PERSON for fact in claim.around)
    for fact in figures:
        subject = fact.subject
        wrong = (
            measure(subject) not in _ROWS.get(first, {measure(subject)})
            or (first == "Person" and subject.person is None)
            or (first in ("Entity", "Feature") and subject.entity != entity)
        )
        if wrong:
            yield claim.problem(Check.SCOPE, f"this is of another {first.casefold()}", fact)
    if first == "Entity" and not headed and "People" in claim.columns and "Time" in claim.columns:
        cell = dict(zip(claim.columns, claim.texts, strict=False))["Time"]
        own = [fact for fact in figures if f"{{f:{fact.id}}}" in cell and fact.subject.person is not None]
        yield from (claim.problem(Check.SCOPE, "this is only one person's", fact) for fact in own)


def _fits_label(fact: Fact, label: str) -> bool:
    what = fact.subject.what.removesuffix(", to do")
    expected = ROW_LABELS.get(label)
    return what == expected if expected is not None else what not in _BY_LABEL


def _is_ranked(fact: Fact) -> bool:
    subject = fact.subject
    return (subject.what == "time" and subject.entity is not None) or (subject.what == "project" and subject.project is not None)


def _ranking_problems(claim: Claim, bones: str, ledger: Ledger) -> Iterator[Problem]:
    """What is said to have had the most time and had not, or to be overdue for the longest and is not; what is no figure "so far"."""
    if _MOST.search(bones):
        what = "project" if "project with the most time is" in bones else "time"
        times = [fact for fact in claim.facts if fact.kind is FactKind.DURATION and fact.subject.what == what]
        ranking = ledger.ranking(times[0], claim) if times else ()
        if [float(fact.value) for fact in times] != [*ranking[: len(times)]] or not times:
            yield claim.problem(Check.SIGN, "this is not what had the most time", times[0] if times else None)
        elif len(times) == 1 and ranking[1:2] == ranking[:1]:
            yield claim.problem(Check.SIGN, "something else had as much time", times[0])
    if "the longest: " in bones:
        days = [str(fact.value) for fact in claim.facts if measure(fact.subject) == "deadline"]
        if days != sorted(days):
            yield claim.problem(Check.SIGN, "these are not in the order in which they were due")
    if "tracked so far" in bones and not ledger.is_so_far:
        yield claim.problem(Check.SCOPE, "the week has ended, so these are not the figures so far")


def _limit_problems(claim: Claim) -> Iterator[Problem]:
    """A figure that is said to be above a limit and is not."""
    for before, fact in zip(claim.facts, claim.facts[1:], strict=False):
        if fact.subject.what.startswith("limit of") and before.kind is fact.kind and float(before.value) <= float(fact.value):
            yield claim.problem(Check.SIGN, "this is not above the limit", before)
    if any("longer than a day" in text for text in claim.texts):
        times = [fact for fact in claim.facts if fact.kind is FactKind.DURATION and fact.subject.what == "entry"]
        yield from (claim.problem(Check.SIGN, "this is no longer than a day", fact) for fact in times if float(fact.value) <= 24 * 3600)
