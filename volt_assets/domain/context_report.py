"""How an entity's context reads in a report: what it belongs to, its plan, what people wrote. Not here: whose report it is.

Comments and descriptions are other people's words: shown as quotes, cut short, and without their authors' names.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from volt_assets.domain.drafts import Section, Table
from volt_assets.domain.earlier import weeks_read
from volt_assets.domain.entities import EntityLink, Progress, Remark
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.fibery_text import first_words
from volt_assets.domain.gaps import GAP_WORDS, Gap
from volt_assets.domain.joining import EnrichedData, EntityTime
from volt_assets.domain.masking import mask_secrets
from volt_assets.domain.report_parts import entity_label, listed, plural
from volt_assets.domain.rollup import ParentTime

_MOST_DETAILS = 6
_LISTED = 15
_LINES = 12
_QUOTED_COMMENTS = 2
_LONGEST_VALUE, _LONGEST_QUOTE = 80, 160


def entity_context(book: FactBook, data: EnrichedData, entity: EntityTime) -> str:
    """An entity's nearest parents, its fields and its plan in one line; for one that was not read, the reason."""
    if not entity.found:
        return f"not read from Fibery: {book.text(entity.reason or 'unknown', about('reason', entity=str(entity.key)))}"
    related = {link.relation for link in entity.parents}
    links = [(link.relation, link.name) for link in entity.parents]
    fields = [(name, _value_text(value)) for name, value in entity.fields.items() if name not in related]
    shown = [(label, value) for label, value in (*links, *fields) if value][:_MOST_DETAILS]
    of_it = about("value", entity=str(entity.key))
    told = [f"{book.text(label, about('field'))}: {book.text(_short(value, _LONGEST_VALUE), of_it)}" for label, value in shown]
    return "; ".join((*told, *_plan(book, entity, by_everybody=is_everybodys(data))))


def shared_reasons(entities: Iterable[EntityTime]) -> tuple[str, ...]:
    """Why several of these entities are not whole, as when no text came at all: told once by `shared_sentences`, not beside each."""
    counted = Counter(reason for entity in entities for reason in dict.fromkeys(remark.reason for remark in entity.remarks))
    return tuple(sorted(reason for reason, times in counted.items() if times > 1))


def shared_sentences(book: FactBook, entities: Sequence[EntityTime]) -> tuple[str, ...]:
    """A sentence for each reason that several of these entities share, with what is missing."""
    return tuple(_shared_sentence(book, reason, entities) for reason in shared_reasons(entities))


def context_lines(book: FactBook, entities: Sequence[tuple[str, EntityTime]], told: Collection[str] = ()) -> tuple[str, ...]:
    """A line for each of these entities, given with their labels, that belongs to something, was written about, or is not whole.

    `told` are the reasons that the report has already told.
    """
    lines = [(label, parts) for label, entity in entities if (parts := _line_parts(book, entity, told))]
    rest = len(lines) - _LINES
    more = (f"{plural(book, rest, 'entity', 'entities')} more, with less time, are not shown here.",) if rest > 0 else ()
    return (*(f"{label}: {'; '.join(parts)}" for label, parts in lines[:_LINES]), *more)


def features_section(book: FactBook, data: EnrichedData, *, so_far: bool) -> list[Section]:
    """The week's features with the time of all that belongs to them; where no database counts as one, what is on top."""
    features = [one for one in data.parents if one.is_feature] or _topmost(data)
    if not features:
        return []
    overdue = "what was due on a day that is over and is not done" if so_far else "what was not done when the week ended"
    whose = ", by everybody" if is_everybodys(data) else ""
    sentence = f"A feature's time is that of everything below it{whose}; overdue is {overdue}."
    rest = len(features) - _LISTED
    more = [f"{plural(book, rest, 'more has', 'more have')} less time."] if rest > 0 else []
    rows = tuple(_feature_row(book, one) for one in features[:_LISTED])
    columns = ("Feature", "State", "Progress", "This week", "So far", "Planned", "Actual", "Remark")
    table = Table(columns=columns, rows=rows, numeric=(3, 4))
    return [Section(id="features", title="Features of the week", sentences=(sentence, *_not_counted(book, data), *more), tables=(table,))]


def estimates_section(book: FactBook, data: EnrichedData) -> list[Section]:
    """Entities of the week that have an estimate in hours or days, beside what they took so far."""
    found = estimated(data.entities)
    if not found:
        return []
    over = sum(1 for entity, seconds in found if entity.seconds_so_far_with_below > seconds)
    more = book.count(over, about("over the estimate"))
    sentences = (
        f"{plural(book, len(found), 'entity has', 'entities have')} an estimate; {more} took more so far.",
        f"The times count everything below an entity too{', by everybody' if is_everybodys(data) else ''}.",
        *_not_counted(book, data),
    )
    rows = tuple(_estimate_row(book, entity, seconds) for entity, seconds in found[:_LISTED])
    columns = ("Entity", "State", "Estimate", "This week", "So far", "Of the estimate")
    title = "Estimate and actual" + (", most time this week first" if len(found) > _LISTED else "")
    return [Section(id="estimates", title=title, sentences=sentences, tables=(Table(columns=columns, rows=rows, numeric=(2, 3, 4, 5)),))]


def estimated(entities: Iterable[EntityTime]) -> list[tuple[EntityTime, int]]:
    """The entities that have an estimate in hours or days, each with its seconds."""
    return [(entity, entity.estimate.seconds) for entity in entities if entity.estimate and entity.estimate.seconds]


def estimate_time(book: FactBook, entity: EntityTime, seconds: int) -> str:
    """How long an entity was thought to take."""
    return book.duration(seconds, about("estimate", entity=str(entity.key)))


def time_so_far(book: FactBook, entity: EntityTime) -> str:
    """What an entity took up to now, with all that is below it."""
    return book.duration(entity.seconds_so_far_with_below, about("with all below, so far", entity=str(entity.key)))


def _not_counted(book: FactBook, data: EnrichedData) -> tuple[str, ...]:
    """What may belong below something, and is not counted there, because Fibery did not tell what it belongs to."""
    lost = [entity.duration_seconds for entity in data.entities if entity.is_unanswered]
    if not lost:
        return ()
    entities, time = plural(book, len(lost), "entity", "entities"), book.duration(sum(lost), about("could not be asked"))
    return (f"Not counted with what they belong to: {entities} that Fibery could not be asked about, with {time}.",)


def earlier_notes(book: FactBook, data: EnrichedData) -> tuple[str, ...]:
    """Which weeks the hours so far are from, and which of them count in part; nothing where no such hours are shown."""
    if not data.parents and not any(entity.estimate for entity in data.entities):
        return ()
    weeks, silent = [one.week for one in data.earlier.weeks], data.earlier.unreadable
    read = (
        f"this week and the stored week{'s' if len(weeks) > 1 else ''} {book.text(weeks_read(weeks), about('weeks read'))}"
        if weeks
        else "this week's alone: none before it is"
    )
    notes = [f"Hours so far are those of {read}." if weeks else f"Hours so far are {read} stored."]
    if silent:
        notes.append(f"Stored, but not readable, and so not counted: {book.text(weeks_read(silent), about('weeks not read'))}.")
    return (*notes, *_in_part(book, data))


def is_everybodys(data: EnrichedData) -> bool:
    """Whether the hours so far are everybody's, in this week and in all that were read."""
    return not {*data.gaps, *(gap for week in data.earlier.weeks for gap in week.gaps)} - {Gap.FIBERY}


def _in_part(book: FactBook, data: EnrichedData) -> list[str]:
    """Which stored weeks count in part, and why."""
    notes = []
    for gap, words in GAP_WORDS.items():
        weeks = [one.week for one in data.earlier.weeks if gap in one.gaps]
        if weeks:
            notes.append(
                f"Counted in part: {book.text(weeks_read(weeks), about('weeks read in part'))}, as {book.text(words, about('reason'))}."
            )
    return notes


def _plan(book: FactBook, entity: EntityTime, *, by_everybody: bool) -> list[str]:
    identity = str(entity.key)
    parts = [f"{_progress(book, entity.progress, identity)} done"] if entity.progress else []
    if entity.estimate and entity.estimate.seconds:
        seconds, so_far = estimate_time(book, entity, entity.estimate.seconds), time_so_far(book, entity)
        whose = " by everybody" if by_everybody else ""
        below = " with everything below it" if entity.seconds_so_far_with_below > entity.seconds_so_far else ""
        parts.append(f"estimate {seconds}, so far {so_far}{whose}{below}")
    planned = _span(entity.dates.planned_start, entity.dates.planned_end)
    if planned:
        parts.append(f"planned {book.text(planned, about('planned', entity=identity))}")
    return [*parts, *_overdue(book, entity)]


def _shared_sentence(book: FactBook, reason: str, entities: Sequence[EntityTime]) -> str:
    missing = [{remark.about for remark in entity.remarks if remark.reason == reason} for entity in entities]
    names = listed([book.text(name, about("field")) for name in sorted(set().union(*missing), key=str.casefold)])
    number = book.count(sum(map(bool, missing)), about("not whole"))
    return f"{number} entities are not whole ({names}): {book.text(reason, about('remark'))}."


def _line_parts(book: FactBook, entity: EntityTime, told: Collection[str]) -> list[str]:
    identity = str(entity.key)
    parts = [_chain(book, identity, entity.parents)] if entity.parents else []
    if entity.comments:
        written = [first_words(one.text or "") for one in entity.comments[-_QUOTED_COMMENTS:]]
        quotes = [f"“{book.text(_short(words, _LONGEST_QUOTE), about('comment', entity=identity))}”" for words in written if words]
        newest = f", the newest: {', '.join(quotes)}" if quotes else ""
        parts.append(f"{plural(book, entity.comments_in_week, 'comment', 'comments')} this week{newest}")
    described = first_words(entity.text or "")
    if described:
        parts.append(f"described as “{book.text(_short(described, _LONGEST_QUOTE), about('description', entity=identity))}”")
    return [*parts, *_remarks(book, [remark for remark in entity.remarks if remark.reason not in told], identity)]


def _chain(book: FactBook, identity: str, parents: Sequence[EntityLink]) -> str:
    below = [identity, *(str(link.entity or link.entity_id) for link in parents)]
    return "belongs to " + ", which belongs to ".join(_parent(book, link, child) for link, child in zip(parents, below, strict=False))


def _parent(book: FactBook, link: EntityLink, child: str) -> str:
    identity, told = str(link.entity or link.entity_id), f"parent of {child}"
    label = (
        entity_label(book, link.name, link.entity, link.url, told=told)
        if link.entity
        else book.text(link.name, about(told, entity=identity))
    )
    return f"{label}{f', in the state {book.state(link.state, identity, is_final=link.is_final)}' if link.state else ''}"


def _feature_row(book: FactBook, one: ParentTime) -> tuple[str, ...]:
    identity = str(one.entity)
    remarks = (*_overdue(book, one), *_remarks(book, one.remarks, identity))
    return (
        entity_label(book, one.name, one.entity, one.url),
        book.state(one.state, identity, is_final=one.is_final) if one.state else "",
        _progress(book, one.progress, identity) if one.progress else "",
        book.duration(one.duration_seconds, about("with all below", entity=identity)),
        book.duration(one.seconds_so_far, about("with all below, so far", entity=identity)),
        _text(book, _span(one.dates.planned_start, one.dates.planned_end), identity),
        _text(book, _span(one.dates.actual_start, one.dates.actual_end), identity),
        "; ".join(remarks),
    )


def _estimate_row(book: FactBook, entity: EntityTime, seconds: int) -> tuple[str, ...]:
    identity = str(entity.key)
    return (
        entity_label(book, entity.name, entity.key, entity.url),
        book.state(entity.state, identity, is_final=entity.is_final) if entity.state else "",
        estimate_time(book, entity, seconds),
        book.duration(entity.seconds_with_below, about("with all below", entity=identity)),
        time_so_far(book, entity),
        book.share(entity.seconds_so_far_with_below, seconds, about("of the estimate", entity=identity)),
    )


def _topmost(data: EnrichedData) -> list[ParentTime]:
    top = {entity.parents[-1].entity for entity in data.entities if entity.parents}
    return [one for one in data.parents if one.entity in top]


def _progress(book: FactBook, progress: Progress, identity: str) -> str:
    """How much is done of what is below. A list that Fibery cut is said to be one."""
    done, whole = book.count(progress.done, about("done", entity=identity)), book.count(progress.all, about("below", entity=identity))
    return f"{done} of {whole}{' or more' if progress.is_partial else ''}"


def _overdue(book: FactBook, one: EntityTime | ParentTime) -> list[str]:
    """Since when something was overdue. What is done by now was so when the week ended."""
    if not one.is_overdue or not one.dates.deadline:
        return []
    key = one.key if isinstance(one, EntityTime) else one.entity
    deadline = book.text(str(one.dates.deadline), about("deadline", entity=str(key)))
    return [f"overdue since {deadline}{' when the week ended' if one.is_final else ''}"]


def _remarks(book: FactBook, remarks: Sequence[Remark], identity: str) -> list[str]:
    missing = {reason: [one.about for one in remarks if one.reason == reason] for reason in dict.fromkeys(one.reason for one in remarks)}
    return [
        f"{listed([book.text(name, about('field')) for name in names])}: {book.text(reason, about('remark', entity=identity))}"
        for reason, names in missing.items()
    ]


def _span(start: object, end: object) -> str:
    return f"{start or '?'} to {end or '?'}" if start or end else ""


def _text(book: FactBook, text: str, identity: str) -> str:
    return book.text(text, about("dates", entity=identity)) if text else ""


def _short(text: str, longest: int) -> str:
    line = " ".join(mask_secrets(text).split())  # before it is cut: half a secret is not recognised
    if len(line) <= longest:
        return line
    start = line[: longest - 1]
    whole_words = start.rpartition(" ")[0] if line[longest - 1] != " " else start
    return f"{(whole_words if len(whole_words) > longest // 2 else start).rstrip(' ,;:')}…"


def _value_text(value: Any) -> str:
    """A field's value as text; nothing for nothing."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ", ".join(_value_text(item) for item in value)
    if isinstance(value, dict):
        return " until ".join(_value_text(part) for part in (value.get("start"), value.get("end")) if part)
    return first_words(value) if isinstance(value, str) and "\n" in value else str(value)
