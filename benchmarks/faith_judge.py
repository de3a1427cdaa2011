"""An independent judge of a rendered report: what it claims, and whether the loops of `faith_totals` agree. Not here: Volt's checker.

It reads what a reader reads. What it can't tell the meaning of, it counts as not judged instead of guessing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.faith_marks import Marked, marked, minutes_of, percent_of
from benchmarks.faith_reading import Line, read
from benchmarks.faith_rows import row_claims
from benchmarks.faith_truth import MINUTES_OFF, Truth, is_share_shown_as, is_shown_as, known_projects


class Kind(StrEnum):
    """What a claim is about."""

    VALUE = "value"
    SCOPE = "scope"
    ENTITY = "entity"
    NAME = "name"
    STATE = "state"
    LINK = "link"
    LEAK = "leak"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a report says, and whether it is so; None where nothing here tells."""

    kind: Kind
    is_true: bool | None
    told: str


_MADE_OF = r"(?:\)|:|,|\(| with| took| got| had| received|\s)*"
_SHARE = r"(?: \(«(?P<share>S\d+)»\))?"
_WAS_TRACKED = "was (?:tracked|logged|recorded)"
_PART = rf"«(?P<time>D\d+)»{_SHARE}(?: (?:went|was|were|is)[^;,.«]*?)?(?: spent)? (?:into|on|to|in)"
_TIMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("total", re.compile(r"(?:tracked|logged|recorded) (?:a total of )?«(?P<time>D\d+)»")),
    (
        "total",
        re.compile(
            r"«(?P<time>D\d+)» (?:was |were |has been )?(?:tracked|logged|recorded)(?! later| on «|(?: \(«S\d+»\))? this week on «)"
        ),
    ),
    ("found entities", re.compile(rf"{_PART} (?:the )?(?:«N\d+» )?(?:Fibery entit|entities in Fibery)")),
    ("other activities", re.compile(rf"{_PART} other activities")),
    ("does not show", re.compile(rf"{_PART} (?:«N\d+» )?entit(?:y|ies)(?: that| which)? Fibery does not show")),
    ("billable", re.compile(rf"«(?P<time>D\d+)»{_SHARE} (?:is|was|are) (?:marked as )?billable")),
    (
        "on entities",
        re.compile(rf"«(?P<time>D\d+)»{_SHARE} (?:names? their Fibery entity|{_WAS_TRACKED} with the Fibery entity named) in full"),
    ),
    ("total of the week before", re.compile(r"(?:which had|when it was|(?:more|less) than the) «(?P<time>D\d+)»")),
    ("shared entities", re.compile(r"time from more than one person, «(?P<time>D\d+)»")),
)
_GROWTH = re.compile(rf"«(?P<whole>D\d+)»,? is «(?P<time>D\d+)»{_SHARE} (?P<sign>more|less) than")
_ENTITY_GROWTH = re.compile(r"«(?P<entity>E\d+)» \(«(?P<time>D\d+)» (?P<sign>more|less)\)")
_PROJECT_GROWTH = re.compile(rf"(?P<project>{'|'.join(map(re.escape, known_projects()))}) \(«(?P<time>D\d+)» (?P<sign>more|less)\)")
_ENTITY_TIME = re.compile(rf"«(?P<entity>E\d+)»{_MADE_OF}«(?P<time>D\d+)»(?! (?:more|less))")
_TIME_INTO = re.compile(r"«(?P<time>D\d+)»(?: \(«S\d+»\))? (?:went into|went to|was spent on|into|on) (?:the )?«(?P<entity>E\d+)»")
_TYPED = re.compile(rf"«(?P<time>D\d+)»{_SHARE} (?:went into|went to|was spent on) «(?P<count>N\d+)» entit(?:y|ies) of this type")
_ON_DAY = re.compile(rf"«(?P<time>D\d+)»{_SHARE} was (?:tracked|logged|recorded)(?: this week)? on «(?P<day>T\d+)»")
_BELONGS = re.compile(r"«(?P<entity>E\d+)»,? (?:which )?belongs to «(?P<above>E\d+)»")
_RANKED = re.compile(r"most (?:tracked )?time .*«E\d+».*«E\d+»")
_OF_IT = re.compile(r"«(?P<share>S\d+)» of it (?P<where>on Fibery entities|with the Fibery entity named in full)")
_LEAD = re.compile(r"(?:most (?:tracked )?time (?:is|went into|was spent on|went to) )«(?P<entity>E\d+)»")
_NEVER_TRUE = re.compile(
    r"\b(?:least|fewest) (?:tracked )?time\b|not billable|\b(?:half|twice|third|none|double|times|most|nearly|about|almost)(?: of)? «[DN]"
    r"|\b(?:it|this) (?:is|was|has been) (?:finished|completed|done|delivered)\b|\d ?(?:h|m|s|hours?|minutes?|min|days?)\b(?!»)"
    r"|«[DS]\d+» ?(?:h|hours?|minutes?|min|days?|%)(?!\w)|«N\d+» ?(?:h|hours?|minutes?|%)(?!\w)|(?<![«\w])P\d+\b",
    re.IGNORECASE,
)
"""What no report of ours may say whatever the data: superlatives that are never told, parts of figures, figures in other units."""
_STATE = re.compile(r"«(?P<entity>E\d+)»(?:[^«;]|«D\d+»)*?in the state (?P<state>[A-Z][\w ]*?)(?=[,.;:)]|\Z)")
_FINISHED = re.compile(r"«(?P<entity>E\d+)»[^.;«]{0,30}\b(?:finished|completed|done|delivered|closed|shipped|final state)\b", re.IGNORECASE)
_COUNTED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("people on it", re.compile(r"«(?P<entity>E\d+)»[^«]*«D\d+» (?:by|from) «(?P<count>N\d+)» (?:people|person)\b")),
    ("not shown", re.compile(r"«(?P<count>N\d+)» entit(?:y|ies)(?: that| which)? Fibery does not show")),
    ("shared", re.compile(r"«(?P<count>N\d+)» entit(?:y|ies) (?:had|received|got) time from more than one person")),
    ("entries", re.compile(r"\b(?:in|across|spread across) (?:the )?«(?P<count>N\d+)» (?:time )?entr")),
    ("people", re.compile(r"«(?P<count>N\d+)» (?:people|person) (?:tracked|logged|recorded|has|have)")),
    ("people", re.compile(r"was (?:tracked|logged|recorded) by «(?P<count>N\d+)» (?:people|person)")),
    ("found", re.compile(r"«(?P<count>N\d+)» Fibery entit")),
)
_ALLOWED_DENIALS = re.compile(r"does not show|could not be asked|not whole|time without a project|The week before has no time")
_NO_FACT = re.compile(
    r"\b(?:because|due to|thanks|great|excellent|good|poor|blocked|plan|planned|expected|will|next week|hardly|never|not|no|nobody"
    r"|twice|half|third|double|dozen|seventeen|both|nearly|overtime|missed|only|colleague|each|everybody|without|everything)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z«<\d])")


def judge(markdown: str, truth: Truth, *, phrased: frozenset[str] | None = None) -> list[Claim]:
    """What a report claims. With `phrased`, only of the sections of these headings, and there every figure and word has to have a fact."""
    lines = [line for line in read(markdown) if phrased is None or (line.heading in phrased and line.kind != "note")]
    return [claim for line in lines for claim in _line(line, truth, is_phrased=phrased is not None)]


def _line(line: Line, truth: Truth, *, is_phrased: bool) -> Iterator[Claim]:
    yield from _leaks(line, truth)
    told = marked(line.text, truth)
    yield from _mentions(line, told, truth)
    if line.kind == "row":
        yield from (Claim(Kind.SCOPE if right is not None else Kind.VALUE, right, what) for right, what in row_claims(line, truth))
        return
    for sentence in _SENTENCE_END.split(told.text):
        yield from _sentence(sentence, told, line, truth, is_phrased=is_phrased)


def _leaks(line: Line, truth: Truth) -> Iterator[Claim]:
    secrets = [secret for secret in truth.secrets if secret in line.raw] + re.findall(r"[\w.]+@acme\.example|<<<FACTS", line.raw)
    yield Claim(Kind.LEAK, not secrets, f"{line.text[:60]}: {secrets}")


def _mentions(line: Line, told: Marked, truth: Truth) -> Iterator[Claim]:
    """Names, entities and links: each has to be one of the week's, and in a person's report only they are named."""
    yield from (Claim(Kind.ENTITY, False, one) for one in told.strange)
    yield from (Claim(Kind.ENTITY, True, one) for one in told.found["E"][len(told.strange) :])
    for name in told.found["P"]:
        key = truth.names.get(name)
        yield Claim(Kind.NAME, key is not None and truth.person in {None, key}, f"{name} in {line.text[:60]}")
    addresses = {truth.address(name) for name in told.found["E"]}
    yield from (Claim(Kind.LINK, link in addresses, f"{link} in {line.text[:60]}") for link in line.links)
    bare = re.sub(r"\]\([^)\s]*\)", "]", line.raw)
    if re.search(r"(?<!\\):(?=//)|(?<!\\)<(?=[a-z/!])|(?<!\\)!\[|(?<![\\*])\*\*(?=\w)|\bwww\.", bare):
        yield Claim(Kind.LINK, False, f"markup in {line.text[:80]}")


def _sentence(text: str, told: Marked, line: Line, truth: Truth, *, is_phrased: bool) -> Iterator[Claim]:
    named = [truth.names.get(told.found["P"][int(at)]) for at in re.findall(r"«P(\d+)»", text)]
    person = truth.person or (named[0] if len(named) == 1 else truth.names.get(line.heading))
    judged = set[str]()
    for find in (_times, _days, _growths, _entity_times, _counts):
        for mark, right in find(text, told, truth, person):
            judged.add(mark)
            yield Claim(Kind.SCOPE, right, f"{mark} {told.value(mark)} in {text}")
    yield from (Claim(Kind.STATE, right, text) for right in _states(text, told, truth))
    of_type = line.heading if "/" in line.heading else None
    for mark, right in _of_type(text, told, truth, person, of_type):
        judged.add(mark)
        yield Claim(Kind.SCOPE, right, f"{mark} {told.value(mark)} of {of_type} in {text}")
    yield from (Claim(Kind.SCOPE, right, text) for right in _ranks(text, told, truth, person, of_type))
    yield from _values(text, told, truth, judged, is_phrased=is_phrased)
    if _NEVER_TRUE.search(text):
        yield Claim(Kind.WORD, False, text)
    if is_phrased and _NO_FACT.search(_ALLOWED_DENIALS.sub("", text)):
        yield Claim(Kind.WORD, False, text)


def _values(text: str, told: Marked, truth: Truth, judged: set[str], *, is_phrased: bool) -> Iterator[Claim]:
    """Whether each time is one of something at all; and what figures stand there that nothing here can place."""
    for mark in re.findall(r"«(D\d+)»", text):
        right = truth.is_some_time(minutes_of(told.value(mark) or "")) if is_phrased else None
        if is_phrased or mark not in judged:
            yield Claim(Kind.VALUE, right, f"{told.value(mark)} in {text}")
    if is_phrased:
        unplaced = [mark for mark in re.findall(r"«([DSN]\d+)»", text) if mark not in judged]
        yield from (Claim(Kind.SCOPE, None, f"{told.value(mark)} in {text}") for mark in unplaced)
        if re.search(r"\d", re.sub(r"«\w+»", "", text)):
            yield Claim(Kind.VALUE, False, f"a figure of no known form in {text}")


def _times(text: str, told: Marked, truth: Truth, person: str | None) -> Iterator[tuple[str, bool | None]]:
    """The times that the words around them tell the measure of, with their shares of all time."""
    whole = truth.seconds("total", person) or 0
    for measure, pattern in _TIMES:
        for found in pattern.finditer(text):
            yield found["time"], truth.shows(minutes_of(told.value(found["time"]) or ""), measure, person)
            share = told.value(found.groupdict().get("share"))
            if share is not None:
                yield found["share"], is_share_shown_as(percent_of(share), truth.seconds(measure, person) or 0, whole)
    for found in _OF_IT.finditer(text):
        seconds = truth.seconds("found entities" if "Fibery entities" in found["where"] else "on entities", person) or 0
        yield found["share"], is_share_shown_as(percent_of(told.value(found["share"]) or ""), seconds, whole)


def _days(text: str, told: Marked, truth: Truth, person: str | None) -> Iterator[tuple[str, bool | None]]:
    """The times that are told of a day, with their shares."""
    for found in _ON_DAY.finditer(text):
        measure = f"day {(told.value(found['day']) or '')[-10:]}"
        yield found["time"], truth.shows(minutes_of(told.value(found["time"]) or ""), measure, person)
        if share := told.value(found["share"]):
            whole = truth.seconds("total", person) or 0
            yield found["share"], is_share_shown_as(percent_of(share), truth.seconds(measure, person) or 0, whole)


def _growths(text: str, told: Marked, truth: Truth, person: str | None) -> Iterator[tuple[str, bool | None]]:
    """By how much something grew or shrank, with the word for which of the two."""
    for pattern in (_GROWTH, _ENTITY_GROWTH, _PROJECT_GROWTH):
        for found in pattern.finditer(text):
            groups = found.groupdict()
            project = groups.get("project")
            named = None if project is None else "" if project in known_projects()[-2:] else project
            asked = ("against the week before", person, told.value(groups.get("entity")), named)
            is_right = truth.shows(minutes_of(told.value(found["time"]) or ""), *asked)
            yield found["time"], is_right and ((truth.seconds(*asked) or 0) > 0) == (found["sign"] == "more")
            if whole := groups.get("whole"):
                yield whole, truth.shows(minutes_of(told.value(whole) or ""), "total", person)
            if share := told.value(groups.get("share")):
                earlier = truth.seconds("total of the week before", person) or 0
                yield found["share"], is_share_shown_as(percent_of(share), abs(truth.seconds(*asked) or 0), earlier)


def _entity_times(text: str, told: Marked, truth: Truth, person: str | None) -> Iterator[tuple[str, bool | None]]:
    for found in (*_ENTITY_TIME.finditer(text), *_TIME_INTO.finditer(text)):
        yield found["time"], truth.shows(minutes_of(told.value(found["time"]) or ""), "time", person, told.value(found["entity"]))


def _counts(text: str, told: Marked, truth: Truth, person: str | None) -> Iterator[tuple[str, bool | None]]:
    for what, pattern in _COUNTED:
        for found in pattern.finditer(text):
            counted = truth.count(what, person, told.value(found.groupdict().get("entity")))
            yield found["count"], told.value(found["count"]) == str(counted)


def _of_type(text: str, told: Marked, truth: Truth, person: str | None, of_type: str | None) -> Iterator[tuple[str, bool | None]]:
    """The time on the entities of the type that the section is about, its share of all time, and how many they are."""
    for found in _TYPED.finditer(text) if of_type else ():
        times = truth.times(person, of_type)
        yield found["time"], is_shown_as(minutes_of(told.value(found["time"]) or ""), sum(times.values()), within=MINUTES_OFF)
        yield found["count"], told.value(found["count"]) == str(len(times))
        if share := told.value(found["share"]):
            yield found["share"], is_share_shown_as(percent_of(share), sum(times.values()), truth.seconds("total", person) or 0)


def _ranks(text: str, told: Marked, truth: Truth, person: str | None, of_type: str | None) -> Iterator[bool]:
    """What has the most time has it; what is told after it has no more than what is told before it; what belongs to what does."""
    leader, is_clear = truth.leader(person, of_type)
    if lead := _LEAD.search(text):
        yield told.value(lead["entity"]) == leader or not is_clear
    if ranked := _RANKED.search(text):
        times = [truth.seconds("time", person, told.value(mark)) or 0 for mark in re.findall(r"«(E\d+)»", ranked[0])]
        yield times == sorted(times, reverse=True)
    asked = [found.groupdict() for pattern in (_ENTITY_GROWTH, _PROJECT_GROWTH) for found in pattern.finditer(text)]
    if asked and "largest change" in text:
        shown = [minutes_of(told.value(one["time"]) or "") for one in asked]
        yield shown == sorted(shown, reverse=True) and is_shown_as(shown[0], truth.largest_change(person, by_entity="entity" in asked[0]))
    for found in _BELONGS.finditer(text):
        yield told.value(found["above"]) in truth.above.get(told.value(found["entity"]) or "", ())


def _states(text: str, told: Marked, truth: Truth) -> Iterator[bool]:
    for found in _STATE.finditer(text):
        yield truth.states.get(told.value(found["entity"]) or "", ("", False))[0] == found["state"]
    for found in _FINISHED.finditer(text):
        yield truth.states.get(told.value(found["entity"]) or "", ("", False))[1]
