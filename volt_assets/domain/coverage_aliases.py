"""Aliases that lead to a database that is not there, with the time they cost and what to write instead. Not here: finding them.

The time is that of rows without a match that such a label stands in, or whose description is confirmed to mean such an entity.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import yaml

from volt_assets.domain.config_fixes import block_to_paste
from volt_assets.domain.confirmed import normal_description
from volt_assets.domain.drafts import Section, Table
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.label_aliases import Guess, normal_label
from volt_assets.domain.matching import FiberyEntities, Outcome, Resolution
from volt_assets.domain.references import Reference
from volt_assets.domain.report_parts import plural
from volt_assets.domain.schema_fit import StaleConfirmed, StaleLabel
from volt_assets.domain.values import Value


class LostAlias(Value):
    """A label of `label_aliases`, or lines of `config/aliases.yaml`, for a database that is not there, and the time that has no match.

    `label` is None for lines of `aliases.yaml`, of which there are `lines`. `nearest` is the likeliest database: what the
    titles beside the label tell, or else its name now (`is_renamed`) or the nearest one. `fix` is the label's line with it.
    """

    label: str | None
    lines: int
    database: str
    nearest: str | None
    is_renamed: bool
    duration_seconds: int
    fix: str | None


def lost_aliases(resolved: FiberyEntities) -> tuple[LostAlias, ...]:
    """Every alias that leads nowhere, labels first, most time first."""
    found = (*_lost_labels(resolved), *_lost_confirmed(resolved))
    return tuple(sorted(found, key=lambda one: (one.label is None, -one.duration_seconds, one.label or "", one.database)))


def without_lost(guesses: Iterable[Guess], stale: Sequence[StaleLabel]) -> tuple[Guess, ...]:
    """The labels that nobody has given a meaning yet: a second line for the same label would not load."""
    known = {normal_label(one.label) for one in stale}
    return tuple(guess for guess in guesses if not known & set(_keys(guess.use.space, guess.use.type)))


def aliases_section(book: FactBook, lost: Sequence[LostAlias]) -> Section:
    """The aliases that lead nowhere, and the lines to put in the place of theirs."""
    title = "Aliases of databases that do not exist"
    if not lost:
        return Section(id="lost_aliases", title=title)
    block = block_to_paste(one.fix for one in lost)
    sentences = (
        "These lines of the configuration name databases that Fibery does not have: they were renamed or removed, or are hidden from the "
        "token's user. Time is told where a row names such a label or text and has no match.",
        *(["In label_aliases of config/enrichment_config.yaml, put these lines in the place of theirs:"] if block else []),
    )
    table = Table(columns=("Alias", "Database", "Time", "What to do"), rows=tuple(_row(book, one) for one in lost), numeric=(2,))
    return Section(id="lost_aliases", title=title, sentences=sentences, tables=(table,), code=f"label_aliases:\n{block}" if block else "")


def _lost_labels(resolved: FiberyEntities) -> list[LostAlias]:
    """What the entities beside a label tell is surer than what the database's name is like."""
    sure = [guess for guess in reversed(resolved.unknown_labels) if guess.sure]  # of two for one label, that with more time
    told = {key: guess.database for guess in sure for key in _keys(guess.use.space, guess.use.type)}
    stale = {normal_label(one.label): one for one in resolved.stale_labels}
    seconds = _seconds_by_label(resolved.resolutions, stale)
    return [_lost_label(one, told.get(key), seconds[key]) for key, one in stale.items()]


def _lost_label(one: StaleLabel, told: str | None, seconds: int) -> LostAlias:
    nearest = one.absent.nearest if one.absent.is_renamed or told is None else told
    fix = str(yaml.safe_dump({one.label: nearest}, allow_unicode=True, width=float("inf"))) if nearest else None
    return LostAlias(
        label=one.label,
        lines=1,
        database=one.absent.database,
        nearest=nearest,
        is_renamed=one.absent.is_renamed,
        duration_seconds=seconds,
        fix=fix,
    )


def _seconds_by_label(resolutions: Iterable[Resolution], stale: Mapping[str, StaleLabel]) -> Counter[str]:
    seconds: Counter[str] = Counter()
    for one in resolutions:
        named = next((key for key in _labels_of(one.reference) if key in stale), None) if one.outcome is not Outcome.MATCHED else None
        if named:
            seconds[named] += one.duration_seconds
    return seconds


def _labels_of(reference: Reference | None) -> tuple[str, ...]:
    if reference is None:
        return ()
    if reference.is_full:
        return _keys(reference.space, reference.database or "")
    return (normal_label(reference.label),) if reference.label else ()


def _keys(space: str | None, kind: str) -> tuple[str, ...]:
    """What `label_aliases` may call a pair of labels, the pair first, as when they are read."""
    return (normal_label(f"{space}/{kind}"), normal_label(space)) if space else (normal_label(kind),)


def _lost_confirmed(resolved: FiberyEntities) -> list[LostAlias]:
    return [
        LostAlias(
            label=None,
            lines=len(stale.lines),
            database=stale.absent.database,
            nearest=stale.absent.nearest,
            is_renamed=stale.absent.is_renamed,
            duration_seconds=sum(one.duration_seconds for one in resolved.resolutions if _waits_for(one, stale)),
            fix=None,
        )
        for stale in resolved.stale_confirmed
    ]


def _waits_for(one: Resolution, stale: StaleConfirmed) -> bool:
    said = {(line.entity, normal_description(line.description)) for line in stale.lines}
    return one.outcome is Outcome.UNKNOWN_TYPE and (one.entity, normal_description(one.description)) in said


def _row(book: FactBook, one: LostAlias) -> tuple[str, ...]:
    alias = (
        book.text(one.label, about("label"))
        if one.label is not None
        else f"{plural(book, one.lines, 'line', 'lines')} of config/aliases.yaml"
    )
    database = book.text(one.database, about("database"))
    return (alias, database, book.duration(one.duration_seconds, about(f"alias of {one.database}")), _advice(book, one))


def _advice(book: FactBook, one: LostAlias) -> str:
    if one.nearest is None:
        return "the database may have been renamed: write its new name, and take this out only if it is gone"
    found = f"{'renamed to' if one.is_renamed else 'likely'} {book.text(one.nearest, about('database'))}"
    return f"{found}: its line is below" if one.fix else f"{found}: write that in its place"
