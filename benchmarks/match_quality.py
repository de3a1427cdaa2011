"""How good the matcher is on the labelled set: precision, coverage, and what each step decided. Not here: the labels, the matcher.

Every description becomes a time entry of the week and goes the way of production: cleaned as at the door, aggregated, looked up in answers
made from the made-up workspace (where deleted and hidden entities answer nothing), resolved, joined. Then each entry is scored:

- An automatic match is an entry whose time ended on an entity that Fibery showed. It is right if the label is that entity; `none` or
  `ambiguous`, or another entity, makes it wrong. Precision is right over all automatic matches, by rows.
- Coverage is over the hours of the descriptions that name their entity in full. Such an hour is covered if its time ended on the label's
  entity. An entity that is deleted or hidden cannot be matched, but its time is kept on it, marked as not found: that counts as covered.
- Time kept on a number that never existed (label `none`) is no automatic match, for nothing was found.

`python -m benchmarks.match_quality` prints the figures and each entry that misses them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta

from benchmarks.labelled import (
    Access,
    LabelledDescription,
    LabelledEntity,
    LabelledWorkspace,
    State,
    TeamMember,
    read_descriptions,
    read_entities,
    read_workspace,
)
from volt_assets.domain.aggregation import aggregate
from volt_assets.domain.confirmed import ConfirmedAlias
from volt_assets.domain.enrichment import View, enrich
from volt_assets.domain.entities import Assignee, EntityAnswer, EntityKey, EntityRecord, EntityRequest, FiberyUser
from volt_assets.domain.entries import FetchedWeek, RawTogglData, TimeEntry, build_raw
from volt_assets.domain.fibery_schema import Database, Schema
from volt_assets.domain.joining import join
from volt_assets.domain.matching import MatchStep, Outcome
from volt_assets.domain.people import Person
from volt_assets.domain.resolving import Matcher, MatchRules
from volt_assets.domain.values import Value, clean_text
from volt_assets.domain.weeks import Week

PRECISION, COVERAGE = 0.995, 0.99
"""The bars: of automatic matches that are right, and of hours named in full that are on their entity."""
_FIRST_USER = 101
_STATES = {State.OPEN: "Not started", State.STARTED: "Started", State.FINISHED: "Finished"}


class Scored(Value):
    """A labelled description and where its time ended."""

    row: LabelledDescription
    entity: EntityKey | None
    step: MatchStep
    outcome: Outcome

    @property
    def is_automatic(self) -> bool:
        """Whether its time was put on an entity that Fibery showed."""
        return self.outcome is Outcome.MATCHED

    @property
    def is_on_its_entity(self) -> bool:
        """Whether its time is on the entity of the label, found or not."""
        return self.row.entity is not None and self.entity == self.row.entity

    @property
    def is_wrong(self) -> bool:
        """Whether it was put on an entity that the label does not name."""
        return self.is_automatic and not self.is_on_its_entity

    @property
    def is_missed(self) -> bool:
        """Whether it names its entity in full, and its time is not there."""
        return self.row.names_in_full and not self.is_on_its_entity


def score(workspace: LabelledWorkspace, entities: Sequence[LabelledEntity], descriptions: Sequence[LabelledDescription]) -> list[Scored]:
    """Every description with where its time ended. Raises ConservationError where the pipeline would lose any."""
    week = Week(monday=workspace.week)
    aggregated = aggregate(_raw(week, workspace.people, descriptions), [workspace.host])
    schema = Schema(databases=tuple(map(_database, sorted(workspace.databases))))
    matcher = Matcher(aggregated, schema, _rules(workspace))
    answers = [_answer(request, entities) for request in matcher.questions]
    resolved = matcher.resolve(answers, [_user(one) for one in workspace.people if one.in_fibery], people={})
    joined = join(aggregated, resolved, enrich(resolved, (), {}, view=View(base_url=f"https://{workspace.host}"), aliases={}))
    ended = {entry_id: row.entity for person in joined.people.values() for row in person.entities for entry_id in row.entry_ids}
    decided = {entry_id: one for one in resolved.resolutions for entry_id in one.entry_ids}
    return [
        Scored(row=row, entity=ended.get(entry_id), step=decided[entry_id].step, outcome=decided[entry_id].outcome)
        for entry_id, row in enumerate(descriptions, start=1)
    ]


def precision(scored: Iterable[Scored]) -> float:
    """The share of the automatic matches that are right."""
    automatic = [one for one in scored if one.is_automatic]
    return sum(not one.is_wrong for one in automatic) / len(automatic)


def coverage(scored: Iterable[Scored]) -> float:
    """The share of the hours named in full that are on their entity."""
    full = [one for one in scored if one.row.names_in_full]
    return sum(one.row.seconds for one in full if not one.is_missed) / sum(one.row.seconds for one in full)


def main() -> None:
    """Prints the figures, and every entry that is wrong or missed."""
    scored = score(read_workspace(), read_entities(), read_descriptions())
    automatic, full = [one for one in scored if one.is_automatic], [one for one in scored if one.row.names_in_full]
    print(f"matching, {len(scored)} labelled descriptions")
    print(f"  precision  {precision(scored):.4f} of {len(automatic)} automatic matches (at least {PRECISION})")
    print(f"  coverage   {coverage(scored):.4f} of {_hours(full):.1f} h that name their entity in full (at least {COVERAGE})")
    _print_steps(scored)
    _print_forms(scored)
    for one in scored:
        if one.is_wrong or one.is_missed:
            kind = "wrong " if one.is_wrong else "missed"
            print(f"  {kind} {one.row.form}: {one.row.description[:80]!r} of {one.row.person}: {one.entity}, labelled {_label(one.row)}")


def _print_steps(scored: Sequence[Scored]) -> None:
    groups: dict[MatchStep, list[Scored]] = defaultdict(list)
    for one in scored:
        groups[one.step].append(one)
    print("\n  step       rows   hours  wrong")
    for step in MatchStep:
        print(f"  {step:9s} {len(groups[step]):5d} {_hours(groups[step]):7.1f} {sum(one.is_wrong for one in groups[step]):6d}")


def _print_forms(scored: Sequence[Scored]) -> None:
    """The forms with entities that the time did not reach; most of these descriptions name theirs in other ways than in full."""
    left = Counter(one.row.form for one in scored if one.row.entity and not one.is_on_its_entity)
    rows = Counter(one.row.form for one in scored if one.row.entity)
    print("\n  left to a person, by form")
    for form, number in sorted(left.items()):
        print(f"  {number:3d} of {rows[form]:3d}  {form}")


def _label(row: LabelledDescription) -> str:
    return str(row.entity or row.verdict)


def _hours(scored: Iterable[Scored]) -> float:
    return sum(one.row.seconds for one in scored) / 3600


def _raw(week: Week, people: Sequence[TeamMember], descriptions: Sequence[LabelledDescription]) -> RawTogglData:
    persons = {one.email: Person(user_id=number, name=_name(one.email), email=one.email) for number, one in enumerate(people, _FIRST_USER)}
    entries = tuple(_entry(number, row, persons[row.person], week) for number, row in enumerate(descriptions, start=1))
    fetched = FetchedWeek(workspace_id=1, entries=entries, running=(), people=tuple(persons.values()), own_entries_only=False)
    return build_raw(week, fetched, exclude=frozenset(), only_users=())


def _entry(number: int, row: LabelledDescription, person: Person, week: Week) -> TimeEntry:
    start = datetime.combine(week.monday, time(9), tzinfo=UTC) + timedelta(minutes=number)
    return TimeEntry(
        id=number,
        user_id=person.user_id,
        user_email=person.email,
        user_name=person.name,
        description=clean_text(row.description),
        start=start,
        stop=start + timedelta(seconds=row.seconds),
        seconds=row.seconds,
        billable=False,
        project=row.project,
        client=None,
        tags=(),
        updated_at=start,
    )


def _rules(workspace: LabelledWorkspace) -> MatchRules:
    return MatchRules(
        configured=workspace.databases,
        label_aliases={"/".join(alias.labels): alias.database for alias in workspace.label_aliases},
        confirmed=tuple(ConfirmedAlias(person=one.person, description=one.description, entity=one.entity) for one in workspace.confirmed),
    )


def _database(name: str) -> Database:
    return Database(name=name, title_field="Name", fields=(), has_workflow=True, has_state_type=True, has_assignees=True)


def _answer(request: EntityRequest, entities: Sequence[LabelledEntity]) -> EntityAnswer:
    """What Fibery would tell: nothing of entities that are deleted or hidden."""
    here = [one for one in entities if f"{one.space}/{one.database}" == request.database.name and one.access is Access.VISIBLE]
    asked = [one for one in here if (_was_open(one, request) if request.open_in_week else one.public_id in request.public_ids)]
    return EntityAnswer(request=request, records=tuple(map(_record, asked)))


def _was_open(entity: LabelledEntity, request: EntityRequest) -> bool:
    monday = request.open_in_week
    return (
        monday is not None
        and entity.created <= Week(monday=monday).sunday
        and (entity.state is not State.FINISHED or entity.modified >= monday)
    )


def _record(entity: LabelledEntity) -> EntityRecord:
    return EntityRecord(
        key=entity.key,
        name=entity.title,
        state=entity.state,
        state_type=_STATES[entity.state],
        is_final=entity.state is State.FINISHED,
        assignees=tuple(Assignee(name=_name(email), email=email) for email in entity.assignees),
    )


def _user(member: TeamMember) -> FiberyUser:
    return FiberyUser(id=member.email, name=_name(member.email), email=member.email)


def _name(email: str) -> str:
    return email.split("@", 1)[0].capitalize()


if __name__ == "__main__":
    main()
