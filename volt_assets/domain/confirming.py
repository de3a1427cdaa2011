"""What a person can confirm or correct with a line to paste: what unmatched time may mean, what labels stand for. Not here: applying it."""

from collections.abc import Sequence

import yaml

from volt_assets.domain.confirmed import alias_line, normal_description
from volt_assets.domain.drafts import Section, Table
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.label_aliases import Guess
from volt_assets.domain.masking import mask_secrets
from volt_assets.domain.matching import Candidate, FiberyEntities, Outcome, Resolution
from volt_assets.domain.report_parts import activity_label, entity_label, plural
from volt_assets.domain.values import Value

_LISTED = 20
_LONGEST_DESCRIPTION = 500


class Confirmable(Value):
    """Time of a person that has no entity yet, with what it may mean, likeliest first. `fixes` are lines for `config/aliases.yaml`.

    `public_fixes` are the same lines with `user:<id>` in place of the e-mail.
    """

    person: str
    description: str
    outcome: Outcome
    reason: str | None
    duration_seconds: int
    entry_ids: tuple[int, ...]
    candidates: tuple[Candidate, ...]
    fixes: tuple[str, ...]
    public_fixes: tuple[str, ...]


class UnknownLabel(Value):
    """A label that means no database, and the line for `label_aliases` with the likeliest. `sure` tells whether it is more than a guess."""

    label: str
    entries: int
    duration_seconds: int
    database: str
    sure: bool
    why: str
    fix: str


def to_confirm(resolved: FiberyEntities, data: EnrichedData) -> tuple[Confirmable, ...]:
    """The time without an entity that has candidates, most hours first. A secret in a description is not written into a line."""
    open_rows = [one for one in resolved.resolutions if one.entity is None and one.candidates and _can_be_confirmed(one.description)]
    found = [_confirmable(one, data.people[one.person].user_id) for one in open_rows]
    return tuple(sorted(found, key=lambda one: (-one.duration_seconds, one.person, one.description)))


def unknown_labels(guesses: Sequence[Guess]) -> tuple[UnknownLabel, ...]:
    """The labels that mean nothing here, most hours first."""
    return tuple(
        UnknownLabel(
            label=guess.use.key,
            entries=guess.use.entries,
            duration_seconds=guess.use.seconds,
            database=guess.database,
            sure=guess.sure,
            why=guess.why,
            fix=str(yaml.safe_dump({guess.use.key: guess.database}, allow_unicode=True, width=float("inf"))).strip(),
        )
        for guess in guesses
    )


def confirm_section(book: FactBook, rows: Sequence[Confirmable], not_compared: Sequence[str]) -> Section:
    """The time that somebody can confirm, and the lines to do it with."""
    silent = ", ".join(book.text(name, about("database")) for name in not_compared)
    skipped = (f"No titles were compared, for Fibery did not tell what was open in: {silent}.",) if silent else ()
    if not rows:
        return Section(id="to_confirm", title="Time to confirm", sentences=skipped)
    entry_ids = sorted(entry_id for one in rows for entry_id in one.entry_ids)
    seconds = book.duration(sum(one.duration_seconds for one in rows), about("time to confirm"), entry_ids)
    listed = f" {book.count(_LISTED, about('activities are listed'))} activities are listed; coverage_report.json has all."
    more = listed if len(rows) > _LISTED else ""
    sentences = (
        *skipped,
        f"{plural(book, len(rows), 'activity', 'activities')}, {seconds} in all, may mean an entity. Paste the lines that are right under "
        f"aliases: in config/aliases.yaml; each is commented out until somebody has looked.{more}",
    )
    shown = rows[:_LISTED]
    table = Table(columns=("Activity", "May mean", "Time"), rows=tuple(_row(book, one) for one in shown), numeric=(2,))
    code = "aliases:\n" + "\n".join(f"#  {line}" for one in shown for line in one.public_fixes)
    return Section(id="to_confirm", title="Time to confirm", sentences=sentences, tables=(table,), code=code)


def labels_section(book: FactBook, labels: Sequence[UnknownLabel]) -> Section:
    """The labels that mean nothing, and the lines to say what they mean."""
    if not labels:
        return Section(id="unknown_labels", title="Labels that mean nothing")
    rows = [
        (
            book.text(one.label, about("label")),
            book.text(one.database, about("database")),
            f"{'likely' if one.sure else 'a guess'}: {book.text(one.why, about('why'))}",
            book.count(one.entries, about(f"entries of label {one.label}")),
            book.duration(one.duration_seconds, about(f"label {one.label}")),
        )
        for one in labels
    ]
    sentence = (
        "Descriptions write these labels, and Fibery has no database of the name. Paste the lines that are right into label_aliases of "
    )
    return Section(
        id="unknown_labels",
        title="Labels that mean nothing",
        sentences=(f"{sentence}config/enrichment_config.yaml; a guess is commented out.",),
        tables=(Table(columns=("Label", "Could be", "Why", "Entries", "Time"), rows=tuple(rows), numeric=(3, 4)),),
        code="label_aliases:\n" + "\n".join(f"{'  ' if one.sure else '#  '}{one.fix}" for one in labels),
    )


def _can_be_confirmed(description: str) -> bool:
    is_short = 0 < len(normal_description(description)) <= _LONGEST_DESCRIPTION
    return is_short and mask_secrets(description) == description


def _confirmable(one: Resolution, user_id: int) -> Confirmable:
    candidates = sorted(one.candidates, key=lambda candidate: (-candidate.score, candidate.entity.sort_key))
    entities = [str(candidate.entity) for candidate in candidates]
    return Confirmable(
        person=one.person,
        description=one.description,
        outcome=one.outcome,
        reason=one.reason,
        duration_seconds=one.duration_seconds,
        entry_ids=one.entry_ids,
        candidates=tuple(candidates),
        fixes=tuple(alias_line(one.person, one.description, entity) for entity in entities),
        public_fixes=tuple(alias_line(f"user:{user_id}", one.description, entity) for entity in entities),
    )


def _row(book: FactBook, one: Confirmable) -> tuple[str, ...]:
    candidates = (
        f"{entity_label(book, candidate.name, candidate.entity)} ({', '.join(candidate.signals) or 'the number alone'})"
        for candidate in one.candidates
    )
    return (
        activity_label(book, one.description),
        "; ".join(candidates),
        book.duration(one.duration_seconds, about(f"activity {one.description}"), one.entry_ids),
    )
