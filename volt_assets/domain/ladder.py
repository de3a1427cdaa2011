"""Which entity a row of time means, step by step. Not here: reading descriptions, asking Fibery, the week as a whole.

The ladder is `reference/field.md` section 6.4: a link or full labels decide if the entity exists; then what somebody confirmed for exactly
this text, for a guess must not outvote a person; a bare number only with a second signal; the exact title of one entity that was open
in the week. What is merely like a title is a suggestion. Nothing else decides.
"""

from collections.abc import Iterable, Sequence

from volt_assets.domain.entities import EntityAnswer, EntityKey, EntityRecord
from volt_assets.domain.fibery_schema import Database
from volt_assets.domain.lookups import Row, Workspace
from volt_assets.domain.matching import Candidate, MatchStep, Outcome, Resolution
from volt_assets.domain.references import Needs, Reference, ReferenceForm
from volt_assets.domain.schema_fit import no_such_database
from volt_assets.domain.signals import (
    database_word,
    doubt_about_labels,
    doubt_about_number,
    is_allowed,
    numbered_candidate,
    only_one_titled,
)
from volt_assets.domain.titles import Titles, is_assigned

_GONE = "deleted in Fibery, or hidden from the token's user"
_SEVERAL = "the description names several entities; the first that is certain has all the time"


class Ladder:
    """The steps, over what Fibery answered."""

    def __init__(self, answers: Sequence[EntityAnswer], workspace: Workspace, titles: Titles) -> None:
        self._workspace = workspace
        self._titles = titles
        self._records = {record.key: record for answer in answers for record in answer.records}
        asked = (answer for answer in answers if answer.request.open_in_week is None)
        self._failures = {answer.request.database.name: answer.failure for answer in asked if answer.failure}

    def resolve(self, row: Row, address: str | None) -> Resolution:
        """How a row ends. `address` is the person's e-mail in Fibery."""
        ended = self._decided(row, address)
        also = self._also_named(row, ended)
        reason = _SEVERAL if also and ended.outcome is Outcome.MATCHED else ended.reason
        return ended.model_copy(update={"also_named": also, "reason": reason}) if also else ended

    def _also_named(self, row: Row, ended: Resolution) -> tuple[str, ...]:
        """What else a description names, where one of its references decided: not where it is a title, or was said to mean something."""
        if ended.reference is None or ended.entity is None or ended.entity == row.confirmed:
            return ()
        others = (self._name(one) for one in row.references if one != ended.reference)
        return tuple(dict.fromkeys(name for name in others if name != str(ended.entity)))

    def _name(self, reference: Reference) -> str:
        """What a reference names, as its labels mean it, or else as they are written."""
        database = self._workspace.labels.meant(reference) if reference.is_full else None
        if database:
            return str(_key(database, reference))
        return f"{reference.space}/{reference.database} #{reference.public_id}" if reference.is_full else f"#{reference.public_id}"

    def _decided(self, row: Row, address: str | None) -> Resolution:
        full = [self._full(row, reference) for reference in row.references if self._decides(reference)]
        labelled = full if row.confirmed else [self._in_full(row, one, address) for one in row.references if one.is_full]
        # What could not be asked may be the one that is meant: a later reference must not have its time meanwhile.
        first = next((one for one in labelled if one.outcome in {Outcome.MATCHED, Outcome.UNREACHABLE}), None)
        if first and (first.outcome is Outcome.MATCHED or not row.confirmed):
            return first
        if row.confirmed:
            return self._confirmed(row, row.confirmed)
        if full:
            return next((one for one in full if one.outcome is not Outcome.UNKNOWN_TYPE), full[0])
        return self._by_words(row, address)

    def _in_full(self, row: Row, reference: Reference, address: str | None) -> Resolution:
        """A full reference; one that may count something else has to agree with the entity, if it exists."""
        named = self._full(row, reference)
        if self._decides(reference) or (reference.needs is Needs.TITLE_OR_ASSIGNEE and named.outcome is not Outcome.MATCHED):
            return named
        return self._bare(row, reference, address)

    def _decides(self, reference: Reference) -> bool:
        """Whether a reference names its entity so that existing is enough, or names a type that is not there."""
        return reference.is_full and (reference.needs is Needs.NOTHING or self._workspace.labels.meant(reference) is None)

    def _full(self, row: Row, reference: Reference) -> Resolution:
        database = self._workspace.labels.meant(reference)
        if database is None:
            as_written = EntityKey(space=reference.space or "", database=reference.database or "", public_id=reference.public_id)
            reason = f"Fibery has no database {reference.space}/{reference.database}"
            return _ended(row, MatchStep.NONE, Outcome.UNKNOWN_TYPE, as_written, reference=reference, reason=reason)
        step = MatchStep.URL if reference.form is ReferenceForm.URL else MatchStep.LABELS
        return self._named(row, _key(database, reference), step, reference)

    def _confirmed(self, row: Row, entity: EntityKey) -> Resolution:
        reference = row.references[0] if row.references else None
        if self._workspace.database(f"{entity.space}/{entity.database}") is None:
            reason = f"config/aliases.yaml: {no_such_database(self._workspace.schema, f'{entity.space}/{entity.database}')}"
            return _ended(row, MatchStep.NONE, Outcome.UNKNOWN_TYPE, entity, reference=reference, reason=reason)
        return self._named(row, entity, MatchStep.ALIAS, reference)

    def _named(self, row: Row, key: EntityKey, step: MatchStep, reference: Reference | None) -> Resolution:
        """An entity that is named by its whole identity: it exists, or is not to be found, or could not be asked for."""
        record = self._records.get(key)
        if record:
            candidates = [Candidate(entity=key, name=record.name, score=1.0)]
            return _ended(row, step, Outcome.MATCHED, key, reference=reference, candidates=candidates)
        failure = self._failures.get(f"{key.space}/{key.database}")
        if failure:
            return _ended(row, MatchStep.UNASKED, Outcome.UNREACHABLE, key, reference=reference, reason=failure.reason)
        return _ended(row, MatchStep.NONE, Outcome.NOT_FOUND, key, reference=reference, reason=_GONE)

    def _by_words(self, row: Row, address: str | None) -> Resolution:
        """A bare number and the title. A title may hold a number, so that the whole text comes before its part."""
        by_title = self._by_title(row, address)
        if by_title:
            return by_title
        bare = [(self._in_full if reference.is_full else self._bare)(row, reference, address) for reference in row.references]
        possible = [one for one in bare if one.outcome is not Outcome.NOT_FOUND]
        first = next(iter([*possible, *bare]), None) or self._activity(row, address)
        if first.outcome is not Outcome.AMBIGUOUS:
            return first
        candidates = dict[EntityKey, Candidate]()
        for candidate in (candidate for one in possible for candidate in one.candidates):
            candidates.setdefault(candidate.entity, candidate)
        return first.model_copy(update={"candidates": tuple(candidates.values())})

    def _by_title(self, row: Row, address: str | None) -> Resolution | None:
        records = self._titles.exact(row.description)
        if not records:
            return None
        longer = self._titles.cut_short(row.description)
        candidates = [_titled(record, address) for record in (*records, *longer)]
        if longer:
            reason = "the title of another entity begins with this text and goes on with &"
        elif len(records) > 1:
            reason = f"{len(records)} entities have this title"
        elif self._workspace.missing:
            reason = self._workspace.unseen("title")
        elif records[0].is_final and not is_assigned(records[0], address):
            reason = "the entity of this title is finished, and not this person's"
        else:
            return _ended(row, MatchStep.TITLE, Outcome.MATCHED, records[0].key, candidates=candidates)
        return _ended(row, MatchStep.NONE, Outcome.AMBIGUOUS, None, candidates=candidates, reason=reason)

    def _bare(self, row: Row, reference: Reference, address: str | None) -> Resolution:
        looked = self._workspace.where_to_look(reference)
        records = [self._records[key] for database in looked if (key := _key(database, reference)) in self._records]
        certain = only_one_titled(records, reference)
        word = "" if certain else database_word(reference, self._workspace)
        found = [numbered_candidate(record, row, reference, address, self._workspace) for record in records]
        numbered = [one for one in found if is_allowed(one, word, self._workspace)]
        same_words = () if certain or not numbered else self._titles.exact(reference.title)
        titled = [_titled(record, address) for record in same_words if record not in records]
        candidates = [*numbered, *titled]
        silent = [database.name for database in looked if database.name in self._failures]
        if silent:
            reason = f"could not be asked: {', '.join(silent)}"
            return _ended(row, MatchStep.UNASKED, Outcome.UNREACHABLE, None, reference=reference, candidates=candidates, reason=reason)
        if not candidates:
            reason = f"no {word} has this number" if found else self._nothing_numbered(reference)
            return _ended(row, MatchStep.NONE, Outcome.NOT_FOUND, None, reference=reference, reason=reason)
        doubt = None if certain else self._doubt(numbered, titled, row, reference)
        if doubt:
            return _ended(row, MatchStep.NONE, Outcome.AMBIGUOUS, None, reference=reference, candidates=candidates, reason=doubt)
        entity = certain or candidates[0].entity
        step = MatchStep.LABELS if reference.is_full else MatchStep.BARE_ID
        return _ended(row, step, Outcome.MATCHED, entity, reference=reference, candidates=candidates)

    def _doubt(self, numbered: Sequence[Candidate], titled: Sequence[Candidate], row: Row, reference: Reference) -> str | None:
        """Why a number is not proof enough of one entity; None if it is: alone, and with a second signal that nothing contradicts."""
        if len(numbered) > 1:
            return f"{len(numbered)} databases have this number"
        if titled:
            return "the number is that of one entity, the words are the title of another"
        if reference.is_full:
            return doubt_about_labels(numbered[0], reference)
        return doubt_about_number(numbered[0], reference, row, self._workspace)

    def _nothing_numbered(self, reference: Reference) -> str:
        if reference.is_full:
            return f"{reference.space}/{reference.database} has nothing of this number"
        label = reference.label if reference.label and self._workspace.means_something(reference.label) else None
        return f"no configured database of the label {label} has this number" if label else "no configured database has this number"

    def _activity(self, row: Row, address: str | None) -> Resolution:
        like = [
            Candidate(entity=record.key, name=record.name, score=score, signals=("similar title",))
            for record, score in self._titles.like(row.description, address)
        ]
        if self._titles.not_compared and self._titles.could_be_one(row.description):
            silent = f"not compared with titles: Fibery did not tell those of {', '.join(self._titles.not_compared)}"
            return _ended(row, MatchStep.UNASKED, Outcome.UNREACHABLE, None, reason=silent)
        reason = "routine" if self._titles.is_routine(row.description) else None
        return _ended(row, MatchStep.NONE, Outcome.ACTIVITY, None, candidates=like, reason=reason)


def _titled(record: EntityRecord, address: str | None) -> Candidate:
    signals = ("title", "assignee") if is_assigned(record, address) else ("title",)
    return Candidate(entity=record.key, name=record.name, score=1.0, signals=signals)


def _key(database: Database, reference: Reference) -> EntityKey:
    return EntityKey(space=database.space, database=database.database, public_id=reference.public_id)


def _ended(
    row: Row,
    step: MatchStep,
    outcome: Outcome,
    entity: EntityKey | None,
    *,
    reference: Reference | None = None,
    candidates: Iterable[Candidate] = (),
    reason: str | None = None,
) -> Resolution:
    return Resolution(
        person=row.person,
        description=row.description,
        reference=reference,
        entry_ids=row.entry_ids,
        duration_seconds=row.duration_seconds,
        step=step,
        outcome=outcome,
        entity=entity,
        candidates=tuple(candidates),
        reason=reason,
    )
