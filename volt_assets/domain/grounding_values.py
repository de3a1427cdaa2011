"""That figures, names and states in a text come from facts, and that facts show what they hold. Not here: whose they are."""

import re
from collections.abc import Iterator, Mapping

from volt_assets.domain.drafts import Report
from volt_assets.domain.facts import SLOT, TIMES, Fact, FactKind, minutes_shown, seconds_shown
from volt_assets.domain.grounding_changes import AGAINST, without_directions
from volt_assets.domain.grounding_claims import CLOSE, FIGURES, OPEN, Claim, Problem, literals, measure
from volt_assets.domain.grounding_words import CLAIMS, PHRASES, PROPER_NAMES, WHOLE_CELLS, WORDS, Check
from volt_assets.domain.rounding import PERCENT, minutes_text

_LARGEST_SHIFT = 2  # percent points by which a share is moved, so that those of a whole make 100 %
_EMPTY = re.escape(OPEN + CLOSE)
_WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
_NUMERAL = re.compile(r"[#+]?\S*\d\S*")
_GLUED = re.compile(rf"(?<=[^\s(“]){_EMPTY}|{_EMPTY}(?![\s,.:;)”?]|\Z)")
_STRANGE = re.compile(r"[^\w\s,.:;()“”'?/-]|_")
_NEW_START = re.compile(r"(?:\A|[.:?“])\s*\Z")
_DURATION = re.compile(r"\A(-?)(\d+)h ([0-5]\d)m\Z")
_SHARE = re.compile(r"\A(\d+) %\Z")
_UNITS = re.compile(
    r"\A\s?(?:h|hours?|m|mins?|minutes?|s|secs?|seconds?|days?|weeks?|percent|(?:Fibery |other |time )?(?:entry|entries|entit(?:y|ies)|"
    r"activit(?:y|ies))|person|people|overlaps?|lines?|comments?|further|more)\b"
)
_OF_A_WHOLE = re.compile(r" of (?:the (?:\w+ed )?(?:time|total)|it|that|this)\b")
_OF_THE_TIME = re.compile(r" of the (?:\w+ed )?(?:time|total)\b")
_SINGULAR = {
    "people": "person",
    "entries": "entry",
    "entities": "entity",
    "activities": "activity",
    "Fibery entities": "Fibery entity",
    "other activities": "other activity",
    "lines": "line",
    "days": "day",
    "overlaps": "overlap",
    "comments": "comment",
    "entries are": "entry is",
    "entries were": "entry was",
    "entities have": "entity has",
    "activities name": "activity names",
    "more have": "more has",
    "further ones": "further one",
    "entities of this type": "entity of this type",
}
_REACHED = frozenset({"reached a final state", "completion day"})
# What is done, in these words, is told beside one of these facts.
_DONE: Mapping[str, frozenset[str]] = {
    "final": frozenset({"in a final state", "reached a final state"}),
    "closed": frozenset({"closing day"}),
    "done": frozenset({"below"}),
    "reached": _REACHED,
    "completion": _REACHED,
}
_KINDS: Mapping[str, FactKind] = {
    **dict.fromkeys(("Total", "On entities", "Other", "Billable", "Time", "This week", "So far", "Estimate"), FactKind.DURATION),
    **dict.fromkeys(("Entries", "Entities", "People", "To do"), FactKind.COUNT),
    **dict.fromkeys(("Share", "Of the estimate"), FactKind.SHARE),
}
"""The kind of the figures in a column."""
# What a noun may also be called.
_ALSO: Mapping[str, str] = {
    "entries": "(?:time )?entries",
    "entry": "(?:time )?entry",
    "Fibery entities": "(?:Fibery entities|entities in Fibery)",
    "Fibery entity": "(?:Fibery entity|entity in Fibery)",
}
# What follows a count whose subject is not its noun.
_FOLLOWED_BY: Mapping[str, tuple[str, ...]] = {
    "done": (" of ",),
    "below": (" done", " or more done", " or more", ""),
    "over the estimate": (" took more so far",),
    "not whole": (" entities are not whole",),
    "overlapping entries": (" entries from ",),
    "texts with hidden secrets": (" of the texts above",),
    "changed entries": (" changed",),
    "removed entries": (" removed",),
}


def fact_problems(report: Report) -> Iterator[Problem]:
    """Facts that show something else than they hold, by the rounding that reports declare."""
    lengths = [fact for fact in report.facts if fact.kind in TIMES and isinstance(fact.value, int)]
    times = {fact.id: seconds_shown(fact) for fact in lengths}
    minutes = minutes_shown(lengths, [one for one in report.sums if {one.whole, *one.parts} <= times.keys()])
    moved = {share for group in report.shares for share in group}
    for fact in report.facts:
        expected = minutes_text(minutes[fact.id], times[fact.id]) if fact.id in times else None
        if not _shows_its_value(fact, expected, _LARGEST_SHIFT if fact.id in moved else 1):
            told = f"{fact.subject.what}: {fact.display}"
            yield Problem(check=Check.VALUE, section="", sentence=told, what="a fact shows something else than it holds", fact=fact.id)


def _shows_its_value(fact: Fact, time: str | None, shift: int) -> bool:
    if fact.kind in TIMES:
        return fact.display == time and fact.unit == "s"
    if fact.kind is FactKind.COUNT:
        return fact.display == str(fact.value) and fact.unit is None
    if fact.kind is FactKind.SHARE:
        share = shown_percent(fact)
        return share is not None and fact.unit == "%" and abs(share - float(fact.value)) < shift
    return fact.display == fact.value or not fact.value


def shown_minutes(fact: Fact) -> int | None:
    """The minutes that a time shows; None where it is no time."""
    if fact.display == "<1m":
        return 0
    found = _DURATION.match(fact.display)
    return None if found is None else (-1 if found[1] else 1) * (60 * int(found[2]) + int(found[3]))


def shown_percent(fact: Fact) -> int | None:
    """The percents that a share shows, 0 for `<1 %` and 100 for `>99 %`; None where it is no share."""
    if fact.display in ("<1 %", ">99 %"):
        return 0 if fact.display.startswith("<") else PERCENT
    found = _SHARE.match(fact.display)
    return int(found[1]) if found else None


def literal_problems(claim: Claim) -> Iterator[Problem]:
    """What a text says besides its facts that code never says."""
    for text in claim.texts:
        unknown = [slot for slot in SLOT.findall(text) if slot not in claim.ledger]
        yield from (claim.problem(Check.ENTITY, f"the fact {slot} is not in this report") for slot in unknown)
        if text in WHOLE_CELLS:
            continue
        bare = without_directions(text, claim.ledger)
        own = literals(bare)
        if _GLUED.search(own):
            yield claim.problem(Check.VALUE, "something is written into a figure or a name")
        yield from _own_words(claim, PHRASES.sub(" , ", own), own)
        yield from _unit_problems(claim, bare)


def _own_words(claim: Claim, text: str, whole: str) -> Iterator[Problem]:
    rest = text.replace(OPEN + CLOSE, " ")
    yield from (claim.problem(_kind_of_numeral(found), f"{found} stands in no fact") for found in _NUMERAL.findall(rest))
    strange = _STRANGE.search(_NUMERAL.sub(" ", rest))
    if strange:
        yield claim.problem(Check.MARKUP, f"{strange[0]!r} is no punctuation of Volt's")
    for word in _WORD.findall(rest):
        check = _kind_of_word(word, claim)
        if check:
            yield claim.problem(check, f"“{word}” is not said by any fact here")
    for found in _WORD.finditer(whole):
        is_name = found[0][0].isupper() and found[0].removesuffix("'s") not in PROPER_NAMES
        if is_name and not _NEW_START.search(whole[: found.start()]):
            yield claim.problem(Check.ENTITY, f"“{found[0]}” is written like a name and stands in no fact")


def _kind_of_numeral(text: str) -> Check:
    return Check.ENTITY if text.startswith("#") else Check.VALUE


def _kind_of_word(word: str, claim: Claim) -> Check | None:
    """Which check a word fails; None for what code may write here."""
    said = word.casefold().removesuffix("'s")
    parts = {said, *re.split(r"[-']", said)}
    for check, words in CLAIMS.items():
        if parts & words:
            return None if _is_told(check, said, claim) else check
    return None if said in WORDS else Check.ENTITY


def _is_told(check: Check, word: str, claim: Claim) -> bool:
    """Whether a fact beside a claim says so: what is done, or whether figures rose."""
    whats = {measure(fact.subject) for fact in claim.facts}
    if check is Check.STATE:
        return bool(whats & _DONE.get(word, frozenset()))
    if check is Check.SIGN:
        told: Mapping[str, set[str]] = {
            "rose": {"rise since first published"},
            "fell": {"fall since first published"},
            "more": {"limit of a day", "limit of unmatched time", "more have"},
            "largest": {AGAINST},
            "longest": {"deadline"},
        }
        return bool(whats & told.get(word, set()))
    return False


def _unit_problems(claim: Claim, text: str) -> Iterator[Problem]:
    """A figure with another unit or noun than its own."""
    pieces = SLOT.split(text)
    last: FactKind | None = None
    for before, slot, after in zip(pieces[0::2], pieces[1::2], pieces[2::2], strict=False):
        fact, follows_figure = claim.ledger.get(slot), last in FIGURES and before == " (" and after.startswith(")")
        last = fact.kind if fact else None
        if fact is None or fact.kind not in FIGURES:
            continue
        if fact.kind is not FactKind.COUNT:
            if _UNITS.match(after) or (follows_figure and fact.kind is not FactKind.SHARE):
                yield claim.problem(Check.VALUE, "a figure has a unit that is not its own", fact)
            if fact.kind is not FactKind.SHARE and _OF_THE_TIME.match(after):
                yield claim.problem(Check.VALUE, "a time stands where a share would", fact)
            if fact.kind is FactKind.SHARE and not _stands_as_share(before, text, after):
                yield claim.problem(Check.VALUE, "a share stands where a time would", fact)
        elif text != f"{{f:{slot}}}" and not _has_its_noun(fact, after):
            yield claim.problem(Check.VALUE, f"the count of {measure(fact.subject)} counts something else here", fact)
    yield from (claim.problem(Check.VALUE, f"the column {column} has figures of another kind") for column in _wrong_columns(claim, text))


def _stands_as_share(before: str, text: str, after: str) -> bool:
    """Whether a share is in brackets behind its time, alone in a cell, or where the share of unmatched time and its limit are told."""
    is_told = (
        (before.endswith("(") and after.startswith(")"))
        or _OF_A_WHOLE.match(after)
        or before.casefold().endswith(("more than ", "of the time, "))
    )
    return bool(is_told) or SLOT.fullmatch(text) is not None


def _wrong_columns(claim: Claim, text: str) -> list[str]:
    """The columns in which a text stands alone as a figure of another kind than theirs."""
    slot = SLOT.fullmatch(text)
    fact = claim.ledger.get(slot[1]) if slot else None
    if fact is None or fact.kind not in FIGURES:
        return []
    columns = [column for column, cell in zip(claim.columns, claim.texts, strict=False) if cell == text]
    return [column for column in columns if _KINDS.get(column, fact.kind) is not fact.kind]


def _has_its_noun(fact: Fact, after: str) -> bool:
    what = "entities of this type" if measure(fact.subject) == "entities of" else fact.subject.what
    follows = _FOLLOWED_BY.get(what)
    if follows is not None:
        return any(after.startswith(one) for one in follows)
    noun = _singular(what) if fact.value == 1 else what
    return noun is not None and re.match(rf"\s{_ALSO.get(noun, re.escape(noun))}(?!\w)", after) is not None


def _singular(what: str) -> str | None:
    """The noun of a single one, with what is said of it: `entity with time` of `entities with time`."""
    noun, _, rest = what.partition(" ")
    return _SINGULAR.get(what) or (f"{_SINGULAR[noun]} {rest}" if noun in _SINGULAR and rest else None)
