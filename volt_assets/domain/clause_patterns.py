"""The clauses of which a model may make sentences: closed patterns over facts by their role. Not here: reading a sentence, proving it.

A pattern is written in words. `<role>` stands for a fact, `[...]` for what may be missing, `{a|b}` for one of several, a word in capitals
for one of the phrases in `_PHRASES`. Brackets and punctuation stand for themselves, each as a word of its own.

What is in here was chosen because nothing of it can be read as more than its facts say (see also `rewordings`): no "over 12 entries"
(it may mean more), no "most of the time" (the greater part), no "worked" or "finished" (tracked is all we know), no "but", no "only".
"of it" and "of which" stand behind a total alone, "with the most time" where the ledger's ranking says so (`clauses`).
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from volt_assets.domain.facts import Fact, FactKind
from volt_assets.domain.values import Value
from volt_assets.domain.week_over_week import NO_PROJECTS_TIME

_ROLES: Mapping[tuple[FactKind, str], str] = {
    **{
        (kind, what): role + end
        for kind, end in ((FactKind.DURATION, ""), (FactKind.SHARE, "_share"))
        for what, role in {
            "total": "total",
            "on entities": "named",
            "found entities": "found",
            "other activities": "other",
            "billable": "billable",
            "does not show": "hidden",
            "could not be asked about": "unasked",
            "activities that may be entities": "maybe",
            "shared entities": "shared",
            "total of the week before": "before",
        }.items()
    },
    (FactKind.SHARE, "against the week before"): "change_share",
    (FactKind.COUNT, "people"): "people",
    (FactKind.COUNT, "entries"): "entries",
    (FactKind.COUNT, "entities"): "entities",
    (FactKind.COUNT, "Fibery entities"): "fibery_entities",
    (FactKind.PERSON, "name"): "person",
    (FactKind.ENTITY, "entity"): "entity",
    (FactKind.STATE, "state"): "state",
    (FactKind.STATE, "final state"): "state",
    (FactKind.TEXT, "day"): "day",
    (FactKind.TEXT, "project"): "project",
}
# What is told of one entity.
_ROLES_OF_ENTITIES: Mapping[tuple[FactKind, str], str] = {
    (FactKind.DURATION, "time"): "time",
    (FactKind.COUNT, "people"): "entity_people",
    (FactKind.COUNT, "entries"): "entity_entries",
    (FactKind.DURATION, "time of what belongs to it"): "parts",
    (FactKind.COUNT, "entities"): "parts_count",
    (FactKind.GROWTH, "against the week before"): "entity_change",
}
# What a subject begins with that names something behind it.
_ROLES_BY_START: Mapping[tuple[FactKind, str], str] = {
    (FactKind.DURATION, "day "): "day_time",
    (FactKind.SHARE, "day "): "day_time_share",
    (FactKind.DURATION, "type "): "type_time",
    (FactKind.SHARE, "type "): "type_time_share",
    (FactKind.COUNT, "entities of "): "type_count",
    (FactKind.ENTITY, "parent of "): "parent",
    (FactKind.TEXT, "parent of "): "parent",
}
_TRACKED = "tracked|logged|recorded"
_PHRASES: Mapping[str, str] = {
    "TRACKED": _TRACKED + "|has tracked|has logged|has recorded|have tracked|have logged|have recorded",
    "NOTED": _TRACKED,
    "SPENT": _TRACKED + "|spent|has spent|have spent|has tracked|has logged|has recorded|have tracked|have logged|have recorded",
    "IN": "in|across|spread across",
    "BY": "by|from|tracked by|logged by|recorded by",
    "IS": "is|are|was|were",
    "WENT": "went into|went to|went towards|"
    + "|".join(f"{be} {verb} on" for be in ("was", "were", "is", "has been") for verb in (*_TRACKED.split("|"), "spent")),
    "INTO": "into|to|on|towards|spent on|tracked on|logged on|recorded on",
    "GOT": "got|took|received|had|has|has taken|accounts for|accounted for|stands at|comes to|came to|amounts to|amounted to",
    "SUM": "in total|in all|altogether|overall",
    "TOTAL": "a total of|in total|altogether",
    "WEEK": "this week|in this week|during this week|within this week|in the week|during the week|so far|so far this week|this week so far",
    "ENTRIES": "entries|time entries|entry|time entry",
    "PEOPLE": "people|person",
    "ENTITIES": "entities|entity",
    "FIBERY_ENTITIES": "fibery entities|fibery entity|entities in fibery|entity in fibery",
    "MANY_FIBERY_ENTITIES": "fibery entities|entities in fibery",
    "OF_TIME": "of the time|of the total|of the total time|of the tracked time|of the recorded time",
    "MOST": "the most time|the most tracked time|the most recorded time|the most logged time",
    "WITH_MOST": "with the most time|with the most tracked time|with the most recorded time|with the most logged time|"
    + "|".join(f"that {verb} the most time" for verb in ("took", "got", "received", "had", "has")),
    "STATE": "in the state|in state|currently in the state",
    "BELONGS": "belongs to|is part of",
    "BEFORE": "in the week before",
    "CHANGED": "more|less",
}
_OPENERS = "in short|in summary|in brief|overall|altogether|in total|in all|to sum up"
_JOINTS = ", and|and|,|; and|;|, while|while|, whereas|whereas"


class Clause(Value):
    """A pattern with its name. `after` are the clauses that it may follow; one that `leads` may begin a sentence, and follow any.

    `binds` says that it brings its own joint with it, such as ", of which".
    """

    name: str
    pattern: str
    after: frozenset[str] = frozenset()
    leads: bool = True
    binds: bool = False


class Pattern(NamedTuple):
    """A clause as it is looked for in a sentence whose tokens each end with a blank."""

    clause: Clause
    regex: re.Pattern[str]


def role(fact: Fact) -> str | None:
    """What a fact is for a pattern; None for one that no clause tells."""
    about, kind = fact.subject, fact.kind
    if about.project is not None:
        return "project_change" if kind is FactKind.GROWTH else None
    start = next((found for (of, what), found in _ROLES_BY_START.items() if of is kind and about.what.startswith(what)), None)
    if start is not None:
        return start
    if kind is FactKind.GROWTH and about.entity is None:
        return "change"
    if about.entity is None or kind in (FactKind.ENTITY, FactKind.STATE):
        return _ROLES.get((kind, about.what))
    return _ROLES_OF_ENTITIES.get((kind, about.what))


def _amount(role: str, *wholes: str) -> str:
    """A time with its share, in either order; the share of what, where it comes first."""
    first = "|".join(f"<{role}_share> {whole} [( <{role}> )]|<{role}_share> ( <{role}> ) {whole}" for whole in wholes)
    behind = f"[TOTAL] <{role}> ( <{role}_share> ) OF_TIME|[TOTAL] <{role}> ( <{role}_share> OF_TIME )"
    return f"{{{behind}|[TOTAL] <{role}> [( <{role}_share> )]|{first}}}"


def _thing(role: str) -> str:
    """What the time of a role went into."""
    return {
        "found": "{[{the|a total of}] <fibery_entities> FIBERY_ENTITIES|[the] MANY_FIBERY_ENTITIES}",
        "named": "[the] {MANY_FIBERY_ENTITIES|entities} [{that|which} {are|were}] named in full",
        "other": "[the] other activities",
        "hidden": "[{the|a total of}] <entities> ENTITIES {that|which} fibery does not show",
        "unasked": "[{the|a total of}] <entities> ENTITIES {that|which} fibery could not be asked about",
        "shared": "[{the|a total of}] <entities> ENTITIES {with|{that|which} {had|got|received}} time {from|by} more than one person",
        "type_time": "[{the|a total of}] <type_count> ENTITIES of this type",
        "parts": "[{the|a total of}] <parts_count> ENTITIES {that|which} {belong|belongs} to <entity>",
    }[role]


_GOES_INTO = ("found", "named", "other", "hidden", "unasked", "shared", "type_time", "parts")
_WHO = "{<person>|[a total of] <people> PEOPLE|the team}"
_OWNER = "{<person>|the team}"
"""Whose any part of the time is: not each of the people that are counted has a part in it."""
_OF_IT = "{of it|of that|of this|of this time}"
# What may be told behind an entity's name.
_ATTRIBUTE = (
    "{( <time> [, [STATE] <state>] )|( [STATE] <state> )|[,] with [a total of] <time> [SUM]|[,] {with|at} <time> [SUM]|: <time>|"
    "{, [and]|and} {is|stands} STATE <state>|[,] {which is|which stands} STATE <state>|[,] [and] STATE <state>|"
    "{, [and] [which]|and [which]} BELONGS <parent>|[,] part of <parent>|[,] BY <entity_people> PEOPLE|[,] IN <entity_entries> ENTRIES}"
)
_ENTITY = f"<entity> [{_ATTRIBUTE}] [{_ATTRIBUTE}] [{_ATTRIBUTE}]"
_SUBJECT = "<entity> [{( [STATE] <state> )|, [which is] STATE <state> ,|, which BELONGS <parent> ,}]"
_IN_ENTRIES = "[,] IN [a total of] [the] <entries> ENTRIES"
_TRACKED_SO = f"[TOTAL] <total> [SUM] [WEEK] [{_IN_ENTRIES}] [SUM] [WEEK]"
_CHANGE = "<change> [( <change_share> )] CHANGED than"


def _whole_week() -> Iterable[Clause]:
    yield from _all("tracked", f"{_WHO} TRACKED {_TRACKED_SO}", f"{_WHO} [WEEK] TRACKED {_TRACKED_SO}")
    yield from _all(
        "tracked",
        f"IN [a total of] <entries> ENTRIES , {_WHO} TRACKED [TOTAL] <total> [SUM] [WEEK]",
        f"[TOTAL] <total> {{was|were}} NOTED [SUM] [WEEK] [by {_WHO}] [{_IN_ENTRIES}] [SUM] [WEEK]",
        f"{_WHO} {{TRACKED|had|has|made}} [WEEK] [a total of] <entries> ENTRIES [WEEK] {{, with|with|for|,}} [TOTAL] <total> [SUM] [WEEK]",
    )
    yield from _all(
        "entries",
        "the total [time] {was NOTED|is spread|was spread} {in|across} <entries> ENTRIES [WEEK]",
        "there {are|were} <entries> ENTRIES SUM [WEEK]",
        f"{_WHO} {{TRACKED|made}} [WEEK] [a total of] <entries> ENTRIES [SUM] [WEEK]",
    )
    spread = "{the|this|that} time {was NOTED|is spread|was spread} {in|across} <entries> ENTRIES [WEEK]"
    yield Clause(name="entries", pattern=spread, after=frozenset({"tracked"}), leads=False)
    yield Clause(name="people", pattern=f"{_WHO} TRACKED time [WEEK]")
    for whole in ("<total> IS", "the total [time] IS", "the time , <total> , IS"):
        yield from _all(
            "change",
            f"{whole} {_CHANGE} BEFORE [{{, which had|, when it was}} <before>]",
            f"{whole} {_CHANGE} the <before> of the week before",
        )
    yield from _bound("tracked", "change", f", {{|which is|that is}} {_CHANGE} BEFORE [, which had <before>]")
    yield from _all("before", "the week before had <before>", "BEFORE {the total|the total time} was <before>")
    yield from _bound("tracked", "change", ", {after|against|compared with} <before> BEFORE")


def _parts_of_it() -> Iterable[Clause]:
    for one in _GOES_INTO:
        amount, thing = _amount(one, "OF_TIME"), _thing(one)
        of_it = f"{{{_amount(one, _OF_IT, 'of which')}|<{one}> [( <{one}_share> )] {_OF_IT}}}"
        yield from _all("went", f"{amount} [WEEK] WENT {thing}", f"{_OWNER} [WEEK] SPENT {amount} on {thing}")
        yield Clause(name="went", pattern=f"{amount} INTO {thing}", after=frozenset({"went"}), leads=False)
        yield Clause(name="got", pattern=f"{thing} GOT {amount} [WEEK]")
        yield Clause(name="got", pattern=f"{thing} [,] {amount}", after=frozenset({"got"}), leads=False)
        yield Clause(name="part", pattern=f"{of_it} {{WENT|INTO}} {thing}", after=frozenset({"tracked", "part"}), leads=False)
        yield from _bound("tracked", "part", f", of which {amount} {{WENT|INTO}} {thing}", f", {{with|including}} {amount} INTO {thing}")
        yield Clause(name="part", pattern=f"{amount} {{WENT|INTO}} {thing}", after=frozenset({"part"}), leads=False)
    named = _amount("named", "OF_TIME")
    one = "{fibery entity|entity in fibery}"
    full = (
        f"{{{{name|names|named}} {{their|its|the}} {one} in full|"
        f"{{is|was|were}} {{on|NOTED with}} {{its|their}} {one} named in full|{{is|was|were}} NOTED with the {one} named in full}}"
    )
    yield from _all("went", f"{named} {full}")
    yield Clause(
        name="part",
        pattern=f"{{<named_share>|<named> [( <named_share> )]}} {_OF_IT} {{{full}|with the fibery entity named in full}}",
        after=frozenset({"tracked", "part"}),
        leads=False,
    )
    yield from _billable()
    yield from _all("maybe", "<maybe> of the other activities may belong to entities , {for|as|because|since} fibery could not be asked")
    shared = _amount("shared", "OF_TIME")
    had = "{had|has|have|got|received|took} time {from|by} more than one person [WEEK]"
    yield from _all(
        "shared",
        f"[a total of] <entities> ENTITIES {had} [{{, with|, and|with|and|,|;|:}} {shared} [SUM]]",
        f"more than one person {{{_TRACKED}|spent}} time on [a total of] <entities> ENTITIES [WEEK] [{{, with|with|,|:}} {shared} [SUM]]",
    )
    yield Clause(
        name="shared",
        pattern=f"{{they|these}} {{got|took|had|received|account for|come to}} {shared} [SUM]",
        after=frozenset({"shared"}),
        leads=False,
    )


def _billable() -> Iterable[Clause]:
    amount, marked = _amount("billable", "OF_TIME"), "[marked [as]] billable"
    of_it = f"{{<billable_share> {_OF_IT} [( <billable> )]|<billable> [( <billable_share> )] {_OF_IT}}}"
    yield from _all(
        "billable",
        f"{amount} [WEEK] IS {marked} [WEEK]",
        f"[of the time ,] <billable_share> [OF_TIME] IS {marked} ( <billable> )",
        f"{_OWNER} {{TRACKED|marked}} {amount} as billable [WEEK]",
        f"the billable {{time|part|share}} {{is|was|comes to|came to|amounts to|amounted to}} {amount}",
        f"billable time {{is|was|comes to|came to|amounts to|amounted to}} {amount}",
    )
    told = f"{{{of_it} [IS] {marked}|<billable_share> {_OF_IT} [IS] {marked} ( <billable> )}}"
    yield Clause(name="part", pattern=told, after=frozenset({"tracked", "part"}), leads=False)
    yield from _bound("tracked", "part", f", of which {amount} [IS] {marked}", f", with {{{amount}|{of_it}}} {marked}")


def _entities() -> Iterable[Clause]:
    yield from _all("went", f"[a total of] <time> [WEEK] WENT {_ENTITY}", f"{_OWNER} SPENT [a total of] <time> on {_ENTITY}")
    yield Clause(name="went", pattern=f"<time> INTO {_ENTITY}", after=frozenset({"went"}), leads=False)
    yield Clause(name="got", pattern=f"{_SUBJECT} GOT [a total of] <time> [WEEK] [{_ATTRIBUTE}] [{_ATTRIBUTE}]")
    yield Clause(name="got", pattern=f"<entity> [,] <time> [{_ATTRIBUTE}]", after=frozenset({"got"}), leads=False)
    yield from _all("state", "<entity> [( <time> )] {is|stands} STATE <state> [[,] and BELONGS <parent>]")
    yield from _all("state", "<entity> BELONGS <parent>")
    one = "{entity|one|entity of this type|entity of the type}"
    at = "{: <time>|, [with] <time>|with <time>|[,] at <time>|( <time> )}"
    among = "[{among|of} the entities ,]"
    yield from _all(
        "top",
        f"{among} the {one} WITH_MOST [WEEK] {{is|was}} {_ENTITY}",
        f"{among} the {one} WITH_MOST [WEEK] {{is|was}} <entity> , <time>",
        f"{among} <entity> {{is|was}} the {one} WITH_MOST [WEEK] {at}",
        f"{among} MOST [WEEK] WENT {_ENTITY}",
        f"{among} MOST , <time> , WENT {_ENTITY}",
        f"{among} {_SUBJECT} {{got|took|received|had|has}} MOST [WEEK] {at} [{_ATTRIBUTE}] [{_ATTRIBUTE}]",
    )
    yield Clause(name="top", pattern=_ENTITY, after=frozenset({"top"}), leads=False)
    yield from _bound("top", "top", f", followed by {_ENTITY}", f"[{{,|;}}] [and] then {_ENTITY}")
    entities, projects = "among the entities", "by toggl project"
    for part, change, among in (
        ("<entity>", "<entity_change>", entities),
        ("<project>", "<project_change>", projects),
        (NO_PROJECTS_TIME, "<project_change>", projects),
    ):
        yield from _all("largest", f"[{among} ,] the largest {{changes are|change is}} in {part} ( {change} CHANGED )")
        yield Clause(name="largest", pattern=f"{part} ( {change} CHANGED )", after=frozenset({"largest"}), leads=False)
        yield Clause(name="change", pattern=f"{part} {{got|took|received|had}} {change} CHANGED than BEFORE")


def _days() -> Iterable[Clause]:
    amount = _amount("day_time", "OF_TIME")
    yield from _all(
        "day",
        f"{amount} {{was|were}} NOTED on <day>",
        f"<day> GOT {amount}",
        f"on <day> , {amount} {{was|were}} NOTED",
    )
    yield Clause(name="day", pattern=f"{amount} on <day>", after=frozenset({"day"}), leads=False)


def _all(name: str, *patterns: str) -> Iterable[Clause]:
    return [Clause(name=name, pattern=pattern) for pattern in patterns]


def _bound(after: str, name: str, *patterns: str) -> Iterable[Clause]:
    return [Clause(name=name, pattern=pattern, after=frozenset({after}), leads=False, binds=True) for pattern in patterns]


_END = r"(?=[.,;] |(?:and|while|whereas|then) )"
"""What stands behind a clause: a shorter reading of it that leaves something over is none."""
_PART = re.compile(r"<[a-z_]+>|[A-Z_]{2,}|[a-z']+|\S")
_SIGNS = {"[": "(?:", "]": ")?", "{": "(?:", "}": ")", "|": "|"}


def _compiled(pattern: str) -> str:
    return "".join(map(_piece, _PART.findall(pattern)))


def _piece(part: str) -> str:
    if part in _SIGNS:
        return _SIGNS[part]
    if part.startswith("<"):
        return rf"{part[:-1]} [a-z]+[0-9]+> "
    if part in _PHRASES:
        return _any(_PHRASES[part])
    return f"{re.escape(part)} "


def _any(phrases: str) -> str:
    return f"(?:{'|'.join(re.escape(f'{phrase} ') for phrase in sorted(phrases.split('|'), key=len, reverse=True))})"


CLAUSES = tuple(
    Pattern(one, re.compile(_compiled(one.pattern) + _END)) for make in (_whole_week, _parts_of_it, _entities, _days) for one in make()
)
OPENER = re.compile(rf"{_any(_OPENERS)}(?:[,:] )?")
OF_TOTAL_OPENER = re.compile(f"{_any(_PHRASES['OF_TIME'])}(?:, )?")
OF_IT_OPENER = re.compile(r"of (?:it|this|that)(?: total| time)? (?:, )?")
"""What makes the figures of a sentence parts of the total; the second where the sentence before tells no other time."""
WEEK_OPENER = re.compile(rf"{_any(_PHRASES['WEEK'])}(?:, )?")
JOINT = re.compile("|".join(re.escape(f"{joint} ") for joint in sorted(_JOINTS.split("|"), key=len, reverse=True)))
CLAUSE_WORDS = frozenset(
    word
    for text in (_OPENERS, _JOINTS, "total time", *_PHRASES.values(), *(one.clause.pattern for one in CLAUSES))
    for word in re.findall(r"(?<![<\w])[a-z]+(?![\w>])", text)
)
"""Every word that a clause may hold."""
