"""That figures which belong together add up as a reader sees them. Not here: single figures, who they belong to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from volt_assets.domain.drafts import Report
from volt_assets.domain.facts import TIMES, Fact, FactKind
from volt_assets.domain.grounding_claims import Problem
from volt_assets.domain.grounding_values import shown_minutes, shown_percent
from volt_assets.domain.grounding_words import Check
from volt_assets.domain.rounding import PERCENT


def sum_problems(report: Report) -> Iterator[Problem]:
    """What of a report's figures does not add up as shown."""
    facts = {fact.id: fact for fact in report.facts}
    yield from _sums(report, facts)
    yield from _shares(report, facts)
    yield from _totals(report)
    yield from _growths(report)


def _sums(report: Report, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    for one in report.sums:
        parts, whole = [_minutes(facts.get(part)) for part in one.parts], _minutes(facts.get(one.whole))
        if whole is None or None in parts or whole != sum(part or 0 for part in parts):
            yield _problem(f"{len(parts)} times do not make their total as shown", facts.get(one.whole))


def _shares(report: Report, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    """Each `<1 %` counts as nothing, and `>99 %` as all: so they were rounded."""
    for group in report.shares:
        shown = [shown_percent(facts[share]) if share in facts else None for share in group]
        if None in shown or sum(share or 0 for share in shown) != PERCENT:
            yield _problem(f"{len(group)} shares do not make 100 % as shown", facts.get(group[0]) if group else None)


def _totals(report: Report) -> Iterator[Problem]:
    """Time on entities and on other activities is all time, of each person and of the team; and the team's is that of its people."""
    times: dict[str, dict[str | None, Fact]] = defaultdict(dict)
    for fact in report.facts:
        if fact.kind is FactKind.DURATION and fact.subject.entity is None and fact.subject.project is None:
            times[fact.subject.what][fact.subject.person] = fact
    on_entities, other = times["on entities"], times["other activities"]
    for person, total in times["total"].items():
        if person in on_entities and person in other:
            both = [_minutes(one[person]) for one in (on_entities, other)]
            if sum(part or 0 for part in both) != _minutes(total):
                yield _problem("time on entities and on other activities is not the total as shown", total)
    for what in ("total", "on entities", "other activities", "billable"):
        people = [fact for person, fact in times[what].items() if person is not None]
        team = times[what].get(None)
        if team and people and sum(_minutes(fact) or 0 for fact in people) != _minutes(team):
            yield _problem(f"the people's times are not the team's as shown ({what})", team)


def _growths(report: Report) -> Iterator[Problem]:
    """All time, of a person or of the team, grew by as much as it is more than in the week before: a shrinking has its sign."""
    times = {(fact.subject.what, fact.subject.person): fact for fact in report.facts if fact.kind is FactKind.DURATION}
    for fact in report.facts:
        if fact.kind is FactKind.GROWTH and fact.subject.entity is None and fact.subject.project is None:
            now, then = (times.get((what, fact.subject.person)) for what in ("total", "total of the week before"))
            if now is None or then is None or int(now.value) - int(then.value) != fact.value:
                yield _problem("the time did not grow by this since the week before", fact)


def _minutes(fact: Fact | None) -> int | None:
    return shown_minutes(fact) if fact is not None and fact.kind in TIMES else None


def _problem(what: str, fact: Fact | None) -> Problem:
    about = f"{fact.subject.what}: {fact.display}" if fact else ""
    return Problem(check=Check.IDENTITY, section="", sentence=about, what=what, fact=fact.id if fact else None)
