"""A whole week resolved against what Fibery answered. Not here: a single row (that is `ladder`), what Fibery is asked (`lookups`)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from pydantic import Field

from volt_assets.domain.aggregation import PersonTime, TogglAggregated
from volt_assets.domain.confirmed import ConfirmedAlias, ConfirmedAliases
from volt_assets.domain.entities import EntityAnswer, EntityKey, EntityRecord, EntityRequest, FiberyUser, RequestFailure
from volt_assets.domain.fibery_schema import Schema
from volt_assets.domain.label_aliases import Example, Guess, LabelUse, guess_databases, normal_label
from volt_assets.domain.label_forms import Labels
from volt_assets.domain.ladder import Ladder
from volt_assets.domain.lookups import Row, Workspace, lookups, week_rows
from volt_assets.domain.masking import mask_secrets
from volt_assets.domain.matching import EntityGroup, FiberyEntities, JoinedPerson, MatchStatistics, MatchStep, Outcome, Resolution
from volt_assets.domain.people import fibery_address
from volt_assets.domain.references import ReferenceForm
from volt_assets.domain.titles import ROUTINE, Titles
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week

_LONGEST_LABEL = 100


class MatchRules(Value):
    """What a team has said about its descriptions: databases to look in, what labels mean, what was confirmed, what is routine.

    `hosts` are the workspace's own addresses, as for `parse_reference`.
    """

    configured: tuple[str, ...]
    label_aliases: dict[str, str] = Field(default_factory=dict)
    confirmed: tuple[ConfirmedAlias, ...] = ()
    routine: tuple[str, ...] = ROUTINE
    hosts: tuple[str, ...] = ()


class Matcher:
    """A week's rows with the workspace that they are to be resolved in: first `questions`, then `resolve` with the answers."""

    def __init__(self, aggregated: TogglAggregated, schema: Schema, rules: MatchRules) -> None:
        self._aggregated = aggregated
        self._rules = rules
        self._workspace = Workspace(schema, Labels(schema, rules.label_aliases), rules.configured)
        confirmed = ConfirmedAliases(rules.confirmed, schema, rules.hosts)
        self._rows = week_rows(aggregated, self._workspace.labels, confirmed)

    @property
    def questions(self) -> tuple[EntityRequest, ...]:
        """What Fibery is to be asked, all in one POST."""
        return lookups(self._rows, self._workspace, Week(monday=self._aggregated.week))

    def resolve(
        self,
        answers: Sequence[EntityAnswer],
        users: Sequence[FiberyUser],
        *,
        people: Mapping[str, str],
        people_failure: RequestFailure | None = None,
    ) -> FiberyEntities:
        """All rows resolved against what Fibery answered. `people` has addresses in Fibery where they differ, by e-mail or `user:<id>`."""
        everyone = self._aggregated.users.items()
        addresses = {key: fibery_address(key, time.user_email, people) for key, time in everyone}
        silent = _titles_not_asked(answers)
        titles = Titles(_open_records(answers), self._rules.routine, silent)
        ladder = Ladder(answers, self._workspace, titles)
        resolutions = tuple(ladder.resolve(row, addresses[row.person]) for row in self._rows)
        entities = _groups(resolutions, self._rules.configured)
        return FiberyEntities(
            week=self._aggregated.week,
            resolutions=resolutions,
            entities=entities,
            people=tuple(_joined(key, time, addresses[key], users) for key, time in everyone),
            missing_databases=self._workspace.missing,
            titles_not_compared=silent,
            unknown_labels=_unknown_labels(resolutions, self._workspace.schema, answers),
            failures=tuple(dict.fromkeys(answer.failure for answer in answers if answer.failure)),
            people_failure=people_failure,
            running=_running(self._aggregated, self._workspace.labels),
            statistics=_statistics(self._rows, resolutions, entities),
        )


def _running(aggregated: TogglAggregated, labels: Labels) -> tuple[EntityKey, ...]:
    full = [one for time in aggregated.users.values() for named in time.running_references for one in named.in_order if one.is_full]
    meant = [(labels.meant(one), one.public_id) for one in full]
    keys = {EntityKey(space=database.space, database=database.database, public_id=number) for database, number in meant if database}
    return tuple(sorted(keys, key=lambda key: key.sort_key))


def _titles_not_asked(answers: Sequence[EntityAnswer]) -> tuple[str, ...]:
    """The databases that did not tell what was open."""
    return tuple(answer.request.database.name for answer in answers if answer.request.open_in_week and answer.failure)


def _open_records(answers: Sequence[EntityAnswer]) -> tuple[EntityRecord, ...]:
    return tuple(record for answer in answers if answer.request.open_in_week for record in answer.records)


def _unknown_labels(resolutions: Sequence[Resolution], schema: Schema, answers: Sequence[EntityAnswer]) -> tuple[Guess, ...]:
    """The labels that mean no database here, most time first, with the database whose open entities or name come nearest."""
    groups: dict[str, list[Resolution]] = defaultdict(list)
    for one in resolutions:
        reference = one.reference
        if one.outcome is Outcome.UNKNOWN_TYPE and reference and reference.form is ReferenceForm.LABELS and reference.is_full:
            groups[normal_label(f"{reference.space}/{reference.database}")].append(one)
    uses = sorted((use for group in groups.values() if (use := _label_use(group))), key=lambda use: (-use.seconds, use.key))
    return guess_databases(uses, schema, [answer for answer in answers if answer.request.open_in_week])


def _label_use(group: Sequence[Resolution]) -> LabelUse | None:
    """How much time a label has. A secret or a text between the brackets is no label to repeat."""
    reference = group[0].reference
    space, kind = (reference.space or "", reference.database or "") if reference else ("", "")
    key = f"{space}/{kind}"
    if "/" in space or "/" in kind or len(key) > _LONGEST_LABEL or mask_secrets(key) != key:
        return None
    examples = [Example(public_id=one.reference.public_id, title=one.reference.title) for one in group if one.reference]
    return LabelUse(
        space=space,
        type=kind,
        entries=sum(len(one.entry_ids) for one in group),
        seconds=sum(one.duration_seconds for one in group),
        examples=tuple(dict.fromkeys(examples)),
    )


def _groups(resolutions: Iterable[Resolution], configured: Collection[str]) -> tuple[EntityGroup, ...]:
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for resolution in resolutions:
        if resolution.outcome is Outcome.MATCHED and resolution.entity:
            ids[resolution.entity.space, resolution.entity.database].add(resolution.entity.public_id)
    return tuple(
        EntityGroup(
            space=space,
            database=database,
            configured=f"{space}/{database}" in configured,
            public_ids=tuple(sorted(ids[space, database], key=int)),
        )
        for space, database in sorted(ids)
    )


def _joined(key: str, time: PersonTime, address: str | None, users: Sequence[FiberyUser]) -> JoinedPerson:
    user = next((user for user in users if address and user.email == address), None)
    return JoinedPerson(person=key, name=time.user_name, email=time.user_email, fibery_user=user.name if user else None)


def _statistics(rows: Sequence[Row], resolutions: Sequence[Resolution], entities: Sequence[EntityGroup]) -> MatchStatistics:
    outcomes: dict[str, int] = {outcome.value: 0 for outcome in Outcome}
    seconds: dict[str, int] = {outcome.value: 0 for outcome in Outcome}
    steps: dict[str, int] = {step.value: 0 for step in MatchStep}
    for resolution in resolutions:
        outcomes[resolution.outcome.value] += 1
        seconds[resolution.outcome.value] += resolution.duration_seconds
        steps[resolution.step.value] += resolution.duration_seconds
    return MatchStatistics(
        references=sum(1 for row in rows if row.references),
        several_references=sum(1 for resolution in resolutions if resolution.also_named),
        entities=sum(len(group.public_ids) for group in entities),
        rows_by_outcome=outcomes,
        seconds_by_outcome=seconds,
        seconds_by_step=steps,
    )
