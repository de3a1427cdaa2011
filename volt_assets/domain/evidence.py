"""Which entries a figure rests on that is no sum of others: days, projects, billable time, steps. Not here: any figure.

A report's facts name their subject; what is said of a subject rests on that subject's entries, whatever the sentence is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from volt_assets.domain.aggregation import PersonTime, TogglAggregated
from volt_assets.domain.facts import Subject, about
from volt_assets.domain.joining import EnrichedData, PersonWeek
from volt_assets.domain.report_times import People, activity_rows, entity_rows, identity

Evidence = Mapping[Subject, tuple[int, ...]]


def evidence_of(data: TogglAggregated | EnrichedData, *, only: str | None = None) -> Evidence:
    """The entries of each subject that reports speak of: of every person and of all together, or of `only` one person."""
    people: People = data.users if isinstance(data, TogglAggregated) else data.people
    found: dict[Subject, set[int]] = defaultdict(set)
    for key, one in people.items() if only is None else [(only, people[only])]:
        for what, entity, project, entry_ids in _told(one):
            found[about(what, person=key, entity=entity, project=project)].update(entry_ids)
            found[about(what, entity=entity, project=project)].update(entry_ids)
    if isinstance(data, EnrichedData):
        for step, entry_ids in data.entry_ids_by_step.items():
            found[about(step)].update(entry_ids)
        for timed in data.entities if only is None else ():
            for one_of in {timed.key, *(link.entity for link in timed.parents if link.entity)}:
                found[about("with all below", entity=str(one_of))].update(timed.entry_ids)
    return {subject: tuple(sorted(entry_ids)) for subject, entry_ids in found.items()}


_Told = tuple[str, str | None, str | None, Iterable[int]]


def _told(one: PersonTime | PersonWeek) -> Iterable[_Told]:
    """What is said of one person, of which entity or project, and the entries of it."""
    yield "billable", None, None, one.billable_entry_ids
    for overlap in one.quality.overlaps:
        yield "doubled", None, None, overlap.entry_ids
    for day in one.days:
        yield f"day {day.day}", None, None, day.entry_ids
    for share in one.projects:
        yield "project", None, share.project or "", share.entry_ids
    for row in entity_rows(one):
        key = identity(row)
        yield "time", str(key), None, row.entry_ids
        yield f"type {key.space}/{key.database}", None, None, row.entry_ids
        yield "total", None, None, row.entry_ids
    for activity in activity_rows(one):
        yield f"activity {activity.description}", None, None, activity.entry_ids
        yield "total", None, None, activity.entry_ids
