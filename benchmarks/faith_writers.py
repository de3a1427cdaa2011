"""What becomes of each writer's text: how much was accepted, and how much of that is true by the judge. Not here: the judge, the stubs."""

import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.faith_adapter import CHARACTERS_IN_TOKEN, Outcome, Write, rewrite, ungated
from benchmarks.faith_judge import Claim, Kind, judge
from benchmarks.faith_planting import SLOT
from benchmarks.faith_reading import read
from benchmarks.faith_rows import identities
from benchmarks.faith_totals import Totals, person_of
from benchmarks.faith_truth import Truth, truth_of
from benchmarks.faith_weeks import GeneratedWeek
from volt_assets.domain.drafts import Report, Section, render_markdown
from volt_assets.domain.facts import FactKind

TEMPLATE = "template"
_EXAMPLES = 20
_SAMPLE = 1 / 3
"""How many reports' answers are also judged as if no gate were there."""


@dataclass(slots=True)
class WriterScore:
    """A writer's sections and claims, and what is false of them.

    `unchecked` are answers that were also judged as if no gate were there, `unchecked_false` those of them that say
    something false, or a figure of nothing that the judge knows.
    `hours` are the seconds on entities, `named` those of them whose entity is named.
    """

    name: str
    asked: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    changed: int = 0
    true: Counter[Kind] = field(default_factory=Counter)
    false: Counter[Kind] = field(default_factory=Counter)
    not_judged: int = 0
    identities: int = 0
    identity_failures: int = 0
    unchecked: int = 0
    unchecked_false: int = 0
    hours: int = 0
    named: int = 0
    seconds: float = 0.0
    tokens: int = 0
    examples: list[str] = field(default_factory=list)

    def precision(self, *kinds: Kind) -> float | None:
        """The share of claims of these kinds that are true; None where there are none."""
        true, false = sum(self.true[kind] for kind in kinds), sum(self.false[kind] for kind in kinds)
        return true / (true + false) if true + false else None

    @property
    def claims(self) -> int:
        """Every claim that was judged, the absence of leaks left out."""
        kinds = [kind for kind in Kind if kind is not Kind.LEAK]
        return sum(self.true[kind] + self.false[kind] for kind in kinds) + self.identities

    @property
    def failures(self) -> int:
        """Everything that is false."""
        return sum(self.false.values()) + self.identity_failures


def score_template(score: WriterScore, week: GeneratedWeek, totals: Totals, reports: Sequence[Report]) -> None:
    """Judges the whole text of the template's reports."""
    began = time.perf_counter()
    for report in reports:
        truth, markdown = truth_of(week, totals, report.kind, report.subject), render_markdown(report)
        _add(score, judge(markdown, truth), f"{week.name} {report.kind} {report.subject}")
        for is_so, told in identities(read(markdown), truth):
            score.identities += 1
            score.identity_failures += not is_so
            score.examples += [f"identity: {told}"] if not is_so and len(score.examples) < _EXAMPLES else []
        _add_hours(score, report, truth)
    score.seconds += time.perf_counter() - began


def score_stub(score: WriterScore, write: Write, week: GeneratedWeek, totals: Totals, reports: Sequence[Report]) -> None:
    """Has a stub phrase the reports, and judges what of its text was accepted."""
    began = time.perf_counter()
    for report in reports:
        if not any(section.phrasable for section in report.sections):
            continue
        chance = random.Random(f"{week.seed}|{report.kind}|{report.subject}|{score.name}")  # noqa: S311 - made-up answers, not secrets
        phrased, outcomes = rewrite(report, write, chance)
        truth = truth_of(week, totals, report.kind, report.subject)
        _count(score, report, outcomes)
        _add(score, [_sent(outcome, truth) for outcome in outcomes], f"{week.name} {report.kind} {report.subject}")
        _add(score, _accepted_claims(phrased, outcomes, truth), f"{week.name} {report.kind} {report.subject}")
        if chance.random() < _SAMPLE:
            _add_unchecked(score, report, outcomes, truth)
        _add_hours(score, phrased, truth)
    score.seconds += time.perf_counter() - began


def fallback(score: WriterScore, section: str) -> float | None:
    """The share of a section's answers that the template's text had to stand in for; None where nobody asked."""
    return 1 - score.accepted[section] / score.asked[section] if score.asked[section] else None


def _count(score: WriterScore, report: Report, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        section = f"{report.kind} {outcome.section.split('.', maxsplit=1)[0]}"
        score.asked[section] += 1
        score.accepted[section] += outcome.is_accepted
        score.changed += outcome.is_accepted and outcome.is_changed
        score.tokens += -(-len(outcome.told) // CHARACTERS_IN_TOKEN)


def _sent(outcome: Outcome, truth: Truth) -> Claim:
    """Whether nothing left with the request that must not: addresses, typed passwords, people's names."""
    leaked = [one for one in (*truth.secrets, *truth.names) if one in outcome.told]
    return Claim(Kind.LEAK, not leaked, f"sent with {outcome.section}: {leaked}")


def _accepted_claims(report: Report, outcomes: Sequence[Outcome], truth: Truth) -> list[Claim]:
    """What the accepted sections alone say, each under its heading."""
    accepted = {outcome.section for outcome in outcomes if outcome.is_accepted}
    return _claims_of(report, [section for section in report.sections if section.id in accepted], truth)


def _add_unchecked(score: WriterScore, report: Report, outcomes: Sequence[Outcome], truth: Truth) -> None:
    """Judges the answers as they came. What does not even name facts of the report is false."""
    sections = {section.id: section for section in report.sections}
    for outcome in outcomes:
        if (section := ungated(sections[outcome.section], outcome.said)) is None:
            continue
        facts = {fact.id for fact in report.facts}
        known = all(slot in facts for text in section.sentences for slot in SLOT.findall(text))
        is_false = not known or any(claim.is_true is not True for claim in _claims_of(report, [section], truth))
        score.unchecked += 1
        score.unchecked_false += is_false


def _claims_of(report: Report, sections: Sequence[Section], truth: Truth) -> list[Claim]:
    """What the prose of these sections alone says, each under its heading."""
    if not sections:
        return []
    bare = tuple(section.model_copy(update={"tables": (), "bullets": ()}) for section in sections)
    markdown = render_markdown(report.model_copy(update={"sections": bare, "notes": ()}))
    return judge(markdown, truth, phrased=frozenset(section.title for section in sections))


def _add(score: WriterScore, claims: Sequence[Claim], where: str) -> None:
    for claim in claims:
        if claim.is_true is None:
            score.not_judged += 1
        elif claim.is_true:
            score.true[claim.kind] += 1
        else:
            score.false[claim.kind] += 1
            score.examples += [f"{claim.kind}: {where}: {claim.told}"] if len(score.examples) < _EXAMPLES else []


def _add_hours(score: WriterScore, report: Report, truth: Truth) -> None:
    """How much of the time on entities is on one that the report names."""
    if report.kind == "coverage_report":
        return
    named = set(_entities_named(report))
    for entity, spent in truth.entity_times().items():
        score.hours += spent
        score.named += spent if entity in named else 0


def _entities_named(report: Report) -> Iterator[str]:
    entities: Mapping[str, str | None] = {fact.id: fact.subject.entity for fact in report.facts if fact.kind is FactKind.ENTITY}
    for section in report.sections:
        cells = (cell for table in section.tables for row in table.rows for cell in row)
        for text in (*section.sentences, *section.bullets, *cells):
            yield from (entities[slot] or "" for slot in SLOT.findall(text) if slot in entities)


def people_of(week: GeneratedWeek) -> int:
    """How many people have an entry in a week."""
    return len({person_of(entry) for entry in week.entries})
