"""Whether a sentence is one of a section's own in other words. Not here: sentences of another make (`clauses`), what an answer looks like.

A list of forbidden words can't be closed: it let "isn't billable", "across thirteen tasks" and "~~{f:d2}~~" through. A list of allowed
words is not enough either: "{a} went into {b} entities, {c} into other activities" is false as soon as "entities" and "other activities"
change places, and so is a list where "with" and "," do.
So both texts are brought to a normal form, and must be equal there: every slot, noun, verb and preposition stays, in its order.
All that may differ is in the tables below, and each line of them was chosen because it can't change what is said:

- Words for the week may come and go. "In short" only at the start, a sum ("in total") there, at the end or right after a slot, "a total of"
  only before a time or a count, "the" only before a count and a few nouns: "altogether billable" says more than "billable".
  None of them stands beside a state: "in the state Done this week" says when that happened, which no fact does.
- Phrases of one line of `_ALIKE` may replace each other. Not there on purpose: "over" ("over 12 entries" may mean more), "of which" (it
  makes one figure a part of another), "most time" without "the" (it may mean the greater part), "were tracked by" (it turns who did it).
- "with {x}" may become "({x})", not the other way round: "{d} ({p}) went into" remarks on {d}, "{d}: {p} went into" splits it.
- What could touch a figure or make markup (minus, point, apostrophe, a sign at the start) has no place in the shape of a sentence.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from volt_assets.domain.drafts import Section
from volt_assets.domain.facts import SLOT

_WEEK = ("this week", "in this week", "during this week", "in the week", "during the week")
_SUMS = ("in total", "in all", "overall")
_OPENERS = ("in short", "in summary", "altogether", *_SUMS, *_WEEK)
_TOTAL_OF = "a total of"
_TRACKED = ("tracked", "logged", "recorded")
# What a sentence's words are read as. Upper case, so that no word of a sentence can be taken for a reading.
_ALIKE: Mapping[str, Sequence[str]] = {
    "TRACKED": [f"{auxiliary}{verb}" for auxiliary in ("", "has ", "have ") for verb in _TRACKED],
    "ENTRIES": ["entries", "time entries"],
    "ENTRY": ["entry", "time entry"],
    "IN": ["in", "across", "spread across"],
    "WENT INTO": ["went into", "went to", *(f"{auxiliary} {verb} on" for auxiliary in ("was", "were") for verb in ("spent", *_TRACKED))],
    "INTO": ["into", "to", "on", *(f"{verb} on" for verb in ("spent", *_TRACKED))],
    "WITH": ["with", ":"],
    "BY": ["by", "from", *(f"{verb} by" for verb in _TRACKED)],
    "IS": ["is", "are", "was", "were"],
    "BILLABLE": ["billable", "marked billable", "marked as billable"],
    "HAD": ["had", "has", "have", "received"],
    "FIBERY_ENTITY": ["fibery entity", "entity in fibery"],
    "FIBERY_ENTITIES": ["fibery entities", "entities in fibery"],
    "TOP_ENTITY": [
        "entity with the most time",
        *(f"entity with the most {verb} time" for verb in _TRACKED),
        "entity that took the most time",
    ],
    "THE_MOST_TIME": ["the most time", *(f"the most {verb} time" for verb in _TRACKED)],
    "IN_FULL": ["in full"],
    "IN_THE_STATE": ["which is in the state", "in the state", "and is in the state"],
    "AND": ["and", ";", ", and", "; and"],
}
_READINGS = {phrase: reading for reading, phrases in _ALIKE.items() for phrase in phrases}


def _any_of(phrases: Iterable[str]) -> str:
    """A pattern for one of the phrases as whole words, the longest that fits."""
    return rf"(?<!\S)(?:{'|'.join(map(re.escape, sorted(phrases, key=len, reverse=True)))})(?!\S)"


_SLOT = SLOT.pattern.replace("(", "(?:")
_WORD = rf"(?:{_SLOT}|[A-Za-z][a-z]*)"
_ITEM = rf"(?:\((?:{_WORD},? )*{_WORD}\)|{_WORD})"
SHAPE = re.compile(rf"(?=[A-Z{{])(?:{_ITEM}[,;:]? )*{_ITEM}\.")
"""What a sentence may be made of: words and slots, with brackets and commas between them, and a full stop."""
_TOKEN = re.compile(rf"{_SLOT}|[^\W\d_]+|\S")
_OPENING = re.compile(rf"\A(?:{_any_of(_OPENERS)} (?:[,:] )?)+")
_FILLER = re.compile(
    "|".join(
        [
            r"(?P<state>[^{}]*\{f:s[0-9].*)",
            _any_of(_WEEK),
            rf"(?<=[}})]) {_any_of(_SUMS)}",
            rf"{_any_of(_SUMS)}(?= \.\Z)",
            rf"{_any_of([_TOTAL_OF])}(?= \{{f:[cd][0-9])",
        ]
    )
)
_PHRASE = re.compile(_any_of(_READINGS))
_LOOSE_ARTICLE = re.compile(r"(?<!\S)the (?=TOP_ENTITY|FIBERY_ENTITIES|other |\{f:c[0-9])")
_LOOSE_COMMA = re.compile(r",(?= (?:IN|WENT|INTO|WITH|BY|IN_THE_STATE|\(|\.)(?: |\Z))")
_BRACKETED = re.compile(rf"\( ?({_SLOT}) ?\)")
NEUTRAL_WORDS = frozenset(re.findall(r"[a-z]+", " ".join(("the", *_OPENERS, _TOTAL_OF, *_READINGS))))


def is_rewording(section: Section, sentence: str) -> bool:
    """Whether a sentence says what one of the section's does, in words of which no other reading is possible."""
    if sentence in section.sentences:
        return True
    if not SHAPE.fullmatch(sentence) or _words([sentence]) - _words(section.sentences) - NEUTRAL_WORDS:
        return False
    remarks = {slot for one in section.sentences for slot in _BRACKETED.findall(one)}
    form = _normal_form(sentence, remarks)
    return any(_normal_form(one, remarks) == form for one in section.sentences)


def _words(sentences: Iterable[str]) -> set[str]:
    return {word for sentence in sentences for word in re.findall(r"[^\W\d_]+", SLOT.sub(" ", sentence).casefold())}


def _normal_form(sentence: str, remarks: set[str]) -> str:
    """What a sentence says: its slots and the readings of its words, in their order. `remarks` are the slots that the template brackets."""
    text = _FILLER.sub(lambda found: found["state"] or " ", _OPENING.sub("", " ".join(_TOKEN.findall(sentence.casefold()))))
    text = re.sub(r",(?: ,)+", ",", " ".join(text.split()))
    text = _PHRASE.sub(lambda found: _READINGS[found[0]], text)
    text = _BRACKETED.sub(lambda found: found[0] if found[1] in remarks else f"WITH {found[1]}", text)
    text = _LOOSE_COMMA.sub("", _LOOSE_ARTICLE.sub("", text))
    first, into, rest = text.partition(" INTO ")
    text = first + into + rest.replace("WENT INTO", "INTO")  # "2 h went into entities, 1 h into others": one verb does for both
    return " ".join("AND" if part == "," else part for part in text.split())
