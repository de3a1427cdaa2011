"""Other words for the sentences of reports, so that 52 weeks do not read the same. Not here: figures, which words a report starts from.

Each line's sentences say the same of the same facts in the same order: only code that fills slots sees the facts, so no figure can
vary. Which one stands in a report is decided by the week, the report and the sentence alone: the same week always reads the same. Where
a model may reword a sentence, its gate (`phrasing`) takes each of these for each other; a test holds that.
"""

import hashlib
import itertools
import re
from collections.abc import Mapping, Sequence

from volt_assets.domain.facts import SLOT

# `<one/many>` stands for either, in all sentences of a line alike. The first sentence is the one that reports are written with.
_LINES: Sequence[Sequence[str]] = (
    (
        "{} <person/people> tracked {} in {} <entry/entries>.",
        "This week, {} <person/people> tracked {} in {} <entry/entries>.",
        "{} <person/people> logged {} this week, in {} time <entry/entries>.",
        "In total, {} <person/people> tracked {} across {} <entry/entries>.",
    ),
    (
        "{} tracked {} in {} <entry/entries>.",
        "This week, {} tracked {} in {} <entry/entries>.",
        "{} logged {} in {} time <entry/entries>.",
        "In total, {} tracked {} in {} <entry/entries>.",
    ),
    (
        "{} ({}) was tracked with the Fibery entity named in full; {} ({}) went to other activities.",
        "{} ({}) was tracked with the Fibery entity named in full, and {} ({}) went into other activities.",
        "This week, {} ({}) was tracked with the Fibery entity named in full; {} ({}) was spent on other activities.",
    ),
    *(
        (
            f"{{}} ({{}}) went into {{}} Fibery <entity/entities>, {{}}{share} into other activities.",
            f"{{}} ({{}}) was spent on {{}} Fibery <entity/entities>, and {{}}{share} on other activities.",
            f"{{}} ({{}}) went into {{}} Fibery <entity/entities>; {{}}{share} went into other activities.",
        )
        for share in ("", " ({})")
    ),
    (
        "{} ({}) is billable.",
        "{} ({}) is marked as billable.",
        "In total, {} ({}) is billable.",
    ),
    (
        "The entity with the most time is {}: {} by {} <person/people>.",
        "The entity that took the most time is {}, with {} by {} <person/people>.",
        "The entity with the most tracked time is {}: {} from {} <person/people>.",
    ),
    *(
        (
            f"The entity with the most time is {{}} with {{}}{state}.",
            f"The entity that took the most time is {{}} with {{}}{state}.",
            f"This week, the entity with the most time is {{}} with {{}}{state}.",
        )
        for state in ("", ", which is in the state {}")
    ),
    *(
        (
            f"Among the entities, the most time went into {some}.",
            f"Among the entities, the most time was spent on {some}.",
            f"This week, among the entities, the most time went into {some}.",
        )
        for some in ("{} with {}", "{} with {} and {} with {}", "{} with {}, {} with {} and {} with {}")
    ),
    (
        "{} <entity/entities> had time from more than one person, {} in all.",
        "This week, {} <entity/entities> had time from more than one person, {} in all.",
        "{} <entity/entities> received time from more than one person, {} in total.",
    ),
    *(
        (
            f"{{}} is {{}}{share} <more/less> than in the week before, which had {{}}.",
            f"{{}} is {{}}{share} <more/less> than the {{}} of the week before.",
            f"The time, {{}}, is {{}}{share} <more/less> than in the week before, when it was {{}}.",
        )
        for share in ("", " ({})")
    ),
    *(
        (
            f"{{}} tracked{so_far}, {{}} of it {where}; the {what} with the most time is {{}}, {{}}.",
            f"{{}} tracked{so_far}, {{}} of it {where}; the {what} that got the most time is {{}}, {{}}.",
            f"{{}} tracked{so_far}; {{}} of it {where}, and the {what} with the most time is {{}}, {{}}.",
        )
        for so_far, where, what in itertools.product(
            ("", " so far"), ("on Fibery entities", "with the Fibery entity named in full"), ("entity", "Toggl project")
        )
    ),
    (
        "{} <entity/entities>, with {}, reached a final state within the week, by the date of completion in Fibery.",
        "Within the week, {} <entity/entities>, with {}, reached a final state, by the date of completion in Fibery.",
        "By the date of completion in Fibery, {} <entity/entities>, with {}, reached a final state within the week.",
    ),
)
_FACT = "{}"
_CHOICE = re.compile(r"<([a-z]+)/([a-z]+)>")


def wordings() -> Mapping[str, tuple[str, ...]]:
    """By the sentence that reports are written with, all that may stand for it, itself too. `{}` stands for a fact."""
    return _WORDINGS


def reworded(sentence: str, seed: str) -> str:
    """A sentence in the words that the seed decides; as it is where there are no others. The facts are the same, in the same order."""
    pattern = SLOT.sub(_FACT, sentence)
    known = _WORDINGS.get(pattern)
    if known is None:
        return sentence
    digest = hashlib.sha256(f"{seed}|{pattern}".encode()).digest()
    slots = (found[0] for found in SLOT.finditer(sentence))
    return known[int.from_bytes(digest[:8]) % len(known)].format(*slots)


def as_written(sentence: str) -> str:
    """The sentence in the words that reports are written with; as it is where it is a wording of none."""
    pattern = SLOT.sub(_FACT, sentence)
    written = _WRITTEN.get(pattern)
    return sentence if written is None else written.format(*(slot[0] for slot in SLOT.finditer(sentence)))


def _forms(line: Sequence[str]) -> list[tuple[str, ...]]:
    """A line in singular, plural and so on: for each, its sentences."""
    choices = sorted({found[0] for found in _CHOICE.finditer(line[0])})
    picked = itertools.product(*([one.strip("<>").split("/") for one in choices]))
    return [tuple(_filled(sentence, dict(zip(choices, words, strict=True))) for sentence in line) for words in picked]


def _filled(sentence: str, words: Mapping[str, str]) -> str:
    return _CHOICE.sub(lambda found: words[found[0]], sentence)


_WORDINGS: Mapping[str, tuple[str, ...]] = {form[0]: form for line in _LINES for form in _forms(line)}
_WRITTEN: Mapping[str, str] = {other: one for one, known in _WORDINGS.items() for other in known}
