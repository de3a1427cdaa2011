"""Which entity a row of time means, step by step. Not here: reading descriptions, asking Fibery, the week as a whole.

The ladder is `reference/field.md` section 6.4: a link or full labels decide if the entity exists; then what somebody confirmed for exactly
this text, for a guess must not outvote a person; a bare number only with a second signal; the exact title of one entity that was open
in the week. What is merely like a title is a suggestion. Nothing else decides.
"""

import re
from collections.abc import Iterable, Sequence

from volt_assets.domain.entities import EntityAnswer, EntityKey, EntityRecord
from volt_assets.domain.fibery_schema import Database, normal_name
from volt_assets.domain.lookups import Row, Workspace
from volt_assets.domain.matching import Candidate, MatchStep, Outcome, Resolution
from volt_assets.domain.references import Reference, ReferenceForm
from volt_assets.domain.schema_fit import no_such_database
from volt_assets.domain.titles import Titles, is_assigned, normal_title

_SHORTEST_TELLING_WORD = 4
_SHARED_WORDS = 2
_ENOUGH_TO_CONTRADICT = 2
_GONE = "deleted in Fibery, or hidden from the token's user"
_SEVERAL = "the description names several entities; the first that exists has all the time"


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
        full = [self._full(row, reference) for reference in row.references if reference.is_full and reference.has_sign]
        matched = next((one for one in full if one.outcome is Outcome.MATCHED), None)
        if matched:
            return matched
        if row.confirmed:
            return self._confirmed(row, row.confirmed)
        if full:
            return next((one for one in full if one.outcome is not Outcome.UNKNOWN_TYPE), full[0])
        return self._by_words(row, address)

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
            reason = _SEVERAL if len(row.references) > 1 else None
            return _ended(row, step, Outcome.MATCHED, key, reference=reference, candidates=candidates, reason=reason)
        failure = self._failures.get(f"{key.space}/{key.database}")
        outcome = Outcome.UNREACHABLE if failure else Outcome.NOT_FOUND
        return _ended(row, MatchStep.NONE, outcome, key, reference=reference, reason=failure.reason if failure else _GONE)

    def _by_words(self, row: Row, address: str | None) -> Resolution:
        """A bare number and the title. A title may hold a number, so that the whole text comes before its part."""
        by_title = self._by_title(row, address)
        if by_title:
            return by_title
        bare = [self._bare(row, reference, address) for reference in row.references]
        decided = next((one for one in bare if one.outcome is Outcome.MATCHED), None)
        undecided = [*(one for one in bare if one.outcome is not Outcome.NOT_FOUND), *bare]
        return decided or next(iter(undecided), None) or self._activity(row, address)

    def _by_title(self, row: Row, address: str | None) -> Resolution | None:
        records = self._titles.exact(row.description)
        if not records:
            return None
        candidates = [_titled(record, address) for record in records]
        if len(records) > 1:
            reason = f"{len(records)} entities have this title"
        elif self._workspace.missing:
            reason = self._unseen("title")
        elif records[0].is_final and not is_assigned(records[0], address):
            reason = "the entity of this title is finished, and not this person's"
        else:
            return _ended(row, MatchStep.TITLE, Outcome.MATCHED, records[0].key, candidates=candidates)
        return _ended(row, MatchStep.NONE, Outcome.AMBIGUOUS, None, candidates=candidates, reason=reason)

    def _bare(self, row: Row, reference: Reference, address: str | None) -> Resolution:
        looked = self._workspace.where_to_look(reference)
        records = [self._records[key] for database in looked if (key := _key(database, reference)) in self._records]
        numbered = [_candidate(record, row, reference, address) for record in records]
        titled = [] if _of_this_title(records, reference) else self._titles.exact(reference.title)
        candidates = [*numbered, *(_titled(record, address) for record in titled if numbered and record not in records)]
        silent = [database.name for database in looked if database.name in self._failures]
        if silent:
            reason = f"could not be asked: {', '.join(silent)}"
            return _ended(row, MatchStep.NONE, Outcome.UNREACHABLE, None, reference=reference, candidates=candidates, reason=reason)
        if not candidates:
            reason = "no configured database has this number"
            return _ended(row, MatchStep.NONE, Outcome.NOT_FOUND, None, reference=reference, reason=reason)
        certain = _of_this_title(records, reference)
        doubt = None if certain else self._doubt(numbered, candidates, row, reference)
        if doubt:
            return _ended(row, MatchStep.NONE, Outcome.AMBIGUOUS, None, reference=reference, candidates=candidates, reason=doubt)
        flag = _SEVERAL if len(row.references) > 1 else None
        entity = certain or candidates[0].entity
        return _ended(row, MatchStep.BARE_ID, Outcome.MATCHED, entity, reference=reference, candidates=candidates, reason=flag)

    def _doubt(self, numbered: Sequence[Candidate], all_of_them: Sequence[Candidate], row: Row, reference: Reference) -> str | None:
        """Why a number is not proof enough of one entity; None if it is: alone, and with a second signal that nothing contradicts."""
        if len(numbered) > 1:
            return f"{len(numbered)} databases have this number"
        if len(all_of_them) > 1:
            return "the number is that of one entity, the words are the title of another"
        [only] = numbered
        if not only.signals:
            return "the number alone is no proof: neither the title nor the assignees agree"
        if "label" in only.signals:
            return None
        if self._workspace.missing:
            return self._unseen("number")
        if "title" in only.signals:
            return None
        if self._is_foreign_label(row, reference):
            return f"Fibery has no database {reference.label}"
        return "the number is this person's, but the words are those of something else" if _is_of_something_else(reference, only) else None

    def _is_foreign_label(self, row: Row, reference: Reference) -> bool:
        """Whether a label is neither a name in Fibery or of an alias nor the entry's project: the number may be another tool's."""
        label = reference.label
        return label is not None and not self._workspace.means_something(label) and normal_name(label) != normal_name(row.project or "")

    def _unseen(self, shared: str) -> str:
        missing = ", ".join(self._workspace.missing)
        return f"Fibery does not have what is configured as {missing}: whether something there has this {shared} too is not known"

    def _activity(self, row: Row, address: str | None) -> Resolution:
        like = [
            Candidate(entity=record.key, name=record.name, score=score, signals=("similar title",))
            for record, score in self._titles.like(row.description, address)
        ]
        reason = "routine" if self._titles.is_routine(row.description) else None
        return _ended(row, MatchStep.NONE, Outcome.ACTIVITY, None, candidates=like, reason=reason)


def _of_this_title(records: Iterable[EntityRecord], reference: Reference) -> EntityKey | None:
    """Of the entities with a number, the only one that has the very title which stands beside it."""
    title = normal_title(reference.title)
    titled = [record.key for record in records if title and normal_title(record.name) == title]
    return titled[0] if len(titled) == 1 else None


def _is_of_something_else(reference: Reference, numbered: Candidate) -> bool:
    """Whether the words beside a number are more than a remark and share none with the title of its entity.

    `#12 Title` is also how GitHub's and other buttons write (`reference/field.md` 6.1), and people count with `#` too. A single word, such
    as `pairing`, contradicts nothing.
    """
    words = _words(reference.title)
    return len(words) >= _ENOUGH_TO_CONTRADICT and not words & _words(numbered.name)


def _titled(record: EntityRecord, address: str | None) -> Candidate:
    signals = ("title", "assignee") if is_assigned(record, address) else ("title",)
    return Candidate(entity=record.key, name=record.name, score=1.0, signals=signals)


def _candidate(record: EntityRecord, row: Row, reference: Reference, address: str | None) -> Candidate:
    speaking = {
        "label": reference.label is not None and normal_name(reference.label) == normal_name(record.key.database),
        "assignee": is_assigned(record, address),
        "title": _shares_words(record.name, reference.title),
        "project": row.project is not None and normal_name(row.project) == normal_name(record.key.space),
    }
    signals = tuple(name for name, agrees in speaking.items() if agrees)
    return Candidate(entity=record.key, name=record.name, score=min(1.0, 0.5 + 0.25 * len(signals)), signals=signals)


def _shares_words(name: str, text: str) -> bool:
    title = _words(name)
    return len(title & _words(text)) >= min(_SHARED_WORDS, len(title) or _SHARED_WORDS)


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", text.casefold()) if len(word) >= _SHORTEST_TELLING_WORD)


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
