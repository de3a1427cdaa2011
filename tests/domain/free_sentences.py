"""What a model may honestly make of the facts of each kind of section, and what of them would be false. Not here: assertions.

A name in braces stands for the fact of that role in the section, `{time:2}` for what is told of its second entity.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tests.domain.builders import (
    ANA,
    ANA_IN_FIBERY,
    BEN_IN_FIBERY,
    LOGIN_TASK,
    WeekRun,
    busy_records,
    busy_run,
    entry,
    key,
    moment,
    raw_week,
    record,
    run_week,
)
from volt_assets.domain.clause_patterns import role
from volt_assets.domain.drafts import Report, Section
from volt_assets.domain.entities import EntityLink
from volt_assets.domain.facts import Fact
from volt_assets.domain.phrasing import offered

_NAME = re.compile(r"\{([a-z_]+)(?::([0-9]))?\}")
SIGN_IN_FEATURE = EntityLink(relation="Feature", entity_id="20", name="Sign-in", entity=key("Scrum/Feature", "20"))


class Place(NamedTuple):
    """A section of a report about which a model is asked."""

    report: Report
    section: Section

    def filled(self, words: str) -> str:
        """Words with the section's facts in the place of their roles."""
        return _NAME.sub(lambda name: f"{{f:{self.fact(name[1], int(name[2] or 1)).id}}}", words)

    def fact(self, name: str, number: int = 1) -> Fact:
        """The fact of a role; of several, that of the entity of this number, or the one in this place."""
        known = [one for one in self.offered if role(one) == name]
        if name in ("entity", "day", "day_time", "day_time_share", "person", "project", "project_change", "entity_change") or number == 1:
            return known[number - 1]
        entity = self.fact("entity", number).subject.entity
        return next(one for one in known if entity in (one.subject.entity, one.subject.what.removeprefix("parent of ")))

    @property
    def offered(self) -> Sequence[Fact]:
        """What may be told here."""
        return offered(self.report, self.section)


def typed_run() -> WeekRun:
    """A person with several tasks, of which two belong to one feature."""
    records = [
        *(one for one in busy_records() if one.key != key("Scrum/Task", "12")),
        record("Scrum/Task", "12", "Fix the login form", links=[SIGN_IN_FEATURE], assignees=[ANA_IN_FIBERY]),
        record("Scrum/Task", "14", "Name the buttons", state="Done", state_type="Finished", is_final=True, links=[SIGN_IN_FEATURE]),
    ]
    raw = raw_week(
        entry(1, LOGIN_TASK, minutes=180),
        entry(2, "Name the buttons #14 [Scrum] [Task]", minutes=50, start=moment(1)),
        entry(3, "Write the release notes #13 [Scrum] [Task]", minutes=30, start=moment(1)),
        entry(4, "Hotline", minutes=240, start=moment(2)),
    )
    return run_week(raw, records, users=[ANA_IN_FIBERY, BEN_IN_FIBERY])


def place(run: WeekRun, kind: str, section: str) -> Place:
    report = run.persons.reports[ANA.key] if kind == "person_report" else next(one for one in run.reports if one.kind == kind)
    return Place(report, next(one for one in report.sections if one.id == section))


_BUSY, _TYPED = busy_run(), typed_run()
PLACES: Mapping[str, Place] = {
    "toggl": place(_BUSY, "toggl_summary", "executive_summary"),
    "person": place(_BUSY, "person_report", "summary"),
    "team": place(_BUSY, "team_summary", "executive_summary"),
    "patterns": place(_BUSY, "team_summary", "patterns"),
    "type": place(_TYPED, "person_report", "entities.Scrum/Task"),
    "week": place(_BUSY, "team_summary", "week_over_week"),
    "projects": place(_BUSY, "toggl_summary", "week_over_week"),
}
_TRACKED = """
{who} tracked {total} this week, in {entries} entries.
{who} logged a total of {total} across {entries} time entries this week.
This week {who} recorded {total}, spread across {entries} entries.
In {entries} entries, {who} tracked {total}.
{total} was tracked this week by {who} in {entries} entries.
In total, {total} was logged by {who}, in {entries} entries.
{who} logged {entries} entries this week, {total} in total.
{who} made {entries} entries with a total of {total}.
Overall, {who} tracked {total}; the time is spread across {entries} entries.
"""
_BILLABLE = """
{billable} ({billable_share}) is billable.
Of the time, {billable_share} is billable ({billable}).
{billable_share} of the time is marked as billable ({billable}).
The billable part was {billable} ({billable_share}).
{billable} ({billable_share}) of the tracked time was billable.
Billable time amounts to {billable} ({billable_share}).
Of the total, {billable} ({billable_share}) is billable.
{who} tracked {total} in {entries} entries, of which {billable} ({billable_share}) is billable.
{who} tracked {total} in {entries} entries, {billable_share} of it billable ({billable}).
{who} tracked {total}, with {billable} ({billable_share}) billable.
"""
_FOUND = """
{found} ({found_share}) went into {fibery_entities} Fibery entities, and {other} into other activities.
{found_share} of the time ({found}) went into {fibery_entities} entities in Fibery, while other activities took {other}.
{who} spent {found} ({found_share}) on {fibery_entities} Fibery entities and {other} on other activities.
{fibery_entities} Fibery entities got {found} ({found_share}), and other activities got {other}.
Other activities took {other}, whereas {found} ({found_share}) was spent on {fibery_entities} Fibery entities.
{who} tracked {total}, {found_share} of it ({found}) on {fibery_entities} Fibery entities and {other} on other activities.
{who} tracked {total} in {entries} entries, of which {found} ({found_share}) went into {fibery_entities} Fibery entities.
{hidden} went into {entities} {nouns} that Fibery does not show.
{entities} {nouns} that Fibery does not show took {hidden}.
{hidden} went into {entities} {nouns} that Fibery does not show, and {other} into other activities.
"""
_TOP = """
{{the}} with the most time is {entity} with {time}.
{{the}} that took the most time was {entity} ({time}).
{{the}} with the most tracked time is {entity}, {time}.
{entity} got {time}.
{time} went into {entity}.
{time} was spent on {entity}.
"""
_STATE = """
{{the}} with the most time is {entity} with {time}, which is in the state {state}.
{{the}} that got the most time is {entity} ({time}, in the state {state}).
{{the}} with the most time is {entity} ({state}) with {time}.
{{the}} with the most time is {entity}, in the state {state}, with {time}.
{entity} got {time} and is in the state {state}.
{entity}, which is in the state {state}, took {time}.
{time} went into {entity}, which is currently in the state {state}.
{time} went into {entity} ({state}).
{who} spent {time} on {entity}, which is in the state {state}.
{entity} is in the state {state}.
"""


def _lines(text: str, **words: str) -> list[str]:
    """The lines with these words in the place of their names, and of those in double braces."""
    for name, other in words.items():
        text = text.replace("{{" + name + "}}", other).replace("{" + name + "}", other)
    return [line[0].upper() + line[1:] if line[0] != "{" else line for line in text.splitlines() if line]


_ENTITY = "the entity"
HONEST: Mapping[str, Sequence[str]] = {
    "toggl": [
        *_lines(_TRACKED + _BILLABLE, who="{people} people"),
        *_lines(_TRACKED.splitlines()[1], who="the team"),
        *_lines(_TOP, the=_ENTITY),
        *_lines("""
{named} ({named_share}) name their Fibery entity in full, while {other} ({other_share}) went into other activities.
{named_share} of the time ({named}) name their Fibery entity in full; {other_share} of the time ({other}) was spent on other activities.
{people} people tracked {total}, {named_share} of it with the Fibery entity named in full.
The team spent {other} ({other_share}) on other activities.
Other activities took {other} ({other_share}).
The entity with the most time is {entity}, with {time} by {entity_people} people.
The entity that took the most time is {entity} ({time}), from {entity_people} people.
{entity} got {time} by {entity_people} people.
The most time went into {entity} with {time}.
Among the entities, {entity} got the most time, with {time}.
{entity} was the entity with the most time, at {time}.
{entity} received the most time at {time}.
Of the total time, {other} ({other_share}) went into other activities.
{entity} got the most time: {time}.
In short, {people} people tracked {total} this week in {entries} entries, and {named} ({named_share}) name their Fibery entity in full.
"""),
    ],
    "person": [*_lines(_TRACKED + _BILLABLE + _FOUND + _STATE, who="{person}", the=_ENTITY, nouns="entity"), *_lines(_TOP, the=_ENTITY)],
    "team": [
        *(line for line in _lines(_TRACKED + _BILLABLE + _FOUND, who="{people} people", nouns="entities") if "people spent" not in line),
        *(line for line in _lines(_FOUND, who="the team", nouns="entities") if line.startswith("The team")),
        *_lines("""
Among the entities, the most time went into {entity} with {time}, {entity:2} with {time:2} and {entity:3} with {time:3}.
Among the entities, the most time was spent on {entity} ({time}), followed by {entity:2} ({time:2}) and {entity:3} ({time:3}).
The entity with the most time is {entity} with {time}, followed by {entity:2} with {time:2}, and {entity:3} with {time:3}.
The entity that took the most time is {entity} ({time}); then {entity:2} with {time:2}.
{time} went into {entity}, {time:2} into {entity:2} and {time:3} into {entity:3}.
{entity} got {time}, {entity:2} {time:2} and {entity:3} {time:3}.
{entity} got {time}, while {time:2} was spent on {entity:2}.
{found_share} of the time went into Fibery entities and {other_share} of the time into other activities.
The team tracked {total} in {entries} entries, {found_share} of it on {fibery_entities} Fibery entities.
"""),
    ],
    "patterns": _lines("""
{entities} entity had time from more than one person, {shared} in all.
{entities} entity got time from more than one person, with a total of {shared}.
More than one person spent time on {entities} entity: {shared}.
More than one person tracked time on {entities} entity this week, with {shared} in total.
{shared} went into {entities} entity with time from more than one person.
This week, {entities} entity received time from more than one person and {shared} in total.
In short, {shared} was spent on {entities} entity that had time from more than one person.
{day_time} ({day_time_share}) was tracked on {day}.
{day} had {day_time} ({day_time_share}), and {day:2} had {day_time:2}.
On {day}, {day_time} ({day_time_share}) was logged.
{day_time} was recorded on {day}, {day_time:2} on {day:2} and {day_time:3} on {day:3}.
{entities} entity had time from more than one person, with {shared} in all; {day_time} was tracked on {day}.
"""),
    "type": [
        *(line for line in _lines(_STATE + _TOP, the="the entity of this type") if "{who}" not in line),
        *_lines(_TOP, the="the entity"),
        *_lines("""
{type_time} ({type_time_share}) went into {type_count} entities of this type.
{type_time_share} of the time ({type_time}) was spent on {type_count} entities of this type.
{type_count} entities of this type took {type_time} ({type_time_share}).
{type_time} ({type_time_share}) went into {type_count} entities of this type, and the one with the most time is {entity} with {time}.
{parts} went into {parts_count} entities that belong to {entity:2}.
{entity} belongs to {parent}.
{entity}, in the state {state}, got {time} in {entity_entries} entry.
{time} went into {entity}, which is in the state {state} and belongs to {parent}.
{time} went into {entity}, part of {parent}.
{entity} ({time}) is in the state {state}.
The entity of this type with the most time is {entity} with {time}, followed by {entity:3} with {time:3}, in the state {state:3}.
{time} went into {entity}, {time:3} into {entity:3} and {time:4} into {entity:4}.
{parts} was spent on {parts_count} entities which belong to {entity:2}, and {entity} got {time}.
"""),
    ],
    "week": _lines("""
{total} is {change} ({change_share}) more than in the week before, which had {before}.
{total} is {change} more than the {before} of the week before.
The time, {total}, is {change} ({change_share}) more than in the week before, when it was {before}.
The total is {change} ({change_share}) more than in the week before.
The week before had {before}; the total is {change} more than in the week before.
{entity} got {entity_change} more than in the week before.
{entity} got {entity_change} more than in the week before, while {entity:2} got {entity_change:2} less than in the week before.
The largest changes are in {entity} ({entity_change} more), {entity:2} ({entity_change:2} less) and {entity:3} ({entity_change:3} more).
The largest change is in {entity} ({entity_change} more).
This week, {total} is {change} ({change_share}) more than in the week before.
"""),
    "projects": _lines("""
By Toggl project, the largest changes are in {project} ({project_change} more) and time without a project ({project_change:2} less).
{project} got {project_change} more than in the week before, while {project:2} got {project_change:3} more than in the week before.
Time without a project got {project_change:2} less than in the week before.
{project:2} got {project_change:3} more than in the week before.
{total} is {change} ({change_share}) more than in the week before, which had {before}.
The largest changes are in {project} ({project_change} more) and time without a project ({project_change:2} less).
"""),
}
