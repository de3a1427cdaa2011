"""Whether a sentence is a chain of clauses each of which a report's facts prove. Not here: the clauses' words (`clause_patterns`)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import NamedTuple

from volt_assets.domain.clause_patterns import (
    CLAUSE_WORDS,
    CLAUSES,
    JOINT,
    OF_IT_OPENER,
    OF_TOTAL_OPENER,
    OPENER,
    WEEK_OPENER,
    Clause,
    role,
)
from volt_assets.domain.drafts import Report, Section
from volt_assets.domain.facts import SLOT, Fact, FactKind
from volt_assets.domain.grounding_claims import shows
from volt_assets.domain.report_parts import SO_FAR

TYPE_SECTION = "entities."
"""What the id of a section begins with that tells of a person's entities of one type."""
_PORTIONS = frozenset({FactKind.DURATION, FactKind.SHARE, FactKind.GROWTH})
_PARTS = frozenset({"went", "billable"})
_FIGURES = frozenset({FactKind.DURATION, FactKind.COUNT, FactKind.SHARE, FactKind.GROWTH})
_TOKEN = re.compile(rf"{SLOT.pattern}|[^\W\d_]+|\S")
_MENTION = re.compile(r"<([a-z_]+) ([a-z]+[0-9]+)> ")
_COUNTED = re.compile(r"<[a-z_]+ (c[0-9]+)> (?:(?:time|fibery|other) )?([a-z]+)")
_CHANGED = re.compile(r"<(?:entity_|project_)?change ([a-z]+[0-9]+)> (?:\( <\S+ \S+> \) )?(more|less)")
_ONE, _MANY = frozenset({"person", "entry", "entity"}), frozenset({"people", "entries", "entities"})
_VERB = "(?:got|took|received|had|has|accounts|accounted|stands|comes|came|amounts|amounted)"
_OF_IT = re.compile(r"\bof (?:it|that|this)\b")
_PROPER = {name.casefold(): name for name in ("Fibery", "Toggl")}
_THE_ONE = re.compile(r"\bone (?:with|that)\b")
_OF_TYPE = re.compile(r"\b(?:one (?:with|that)|of (?:this|the) type)\b")
_AMONG_ENTITIES = re.compile(r"\b(?:entity|entities|one) ")
_BEHIND_PARENT = re.compile(rf"<parent [a-z]+[0-9]+> (?!, {_VERB} )")
_STATE_OF_TIME = re.compile(r"(?:<time [a-z]+[0-9]+>|\bweek|\bfar) (?:currently )?in (?:the )?state ")
_SUPERLATIVE = re.compile(r"\bmost (?:tracked |recorded |logged )?time\b|\blargest\b")
_MOST_STEPS = 4_000


class Mention(NamedTuple):
    """A fact where a clause tells it, by its role there."""

    role: str
    fact: Fact


class Told(NamedTuple):
    """A clause as it stands in a sentence, with the joint before it."""

    clause: Clause
    words: str
    joint: str
    mentions: tuple[Mention, ...]


class Grounds:
    """What a section's sentences may rest on: the facts of its report, by id, and what its own sentences say together."""

    def __init__(self, report: Report, section: Section) -> None:
        self.facts: Mapping[str, Fact] = {fact.id: fact for fact in report.facts}
        self.owner = report.subject if report.kind == "person_report" else None
        """Whose time it is; None for the team's."""
        self.type = section.id.removeprefix(TYPE_SECTION) if section.id.startswith(TYPE_SECTION) else None
        self.beside = [set(SLOT.findall(sentence)) for sentence in section.sentences]
        """Which facts a sentence of the template tells together."""

    @cached_property
    def is_so_far(self) -> bool:
        """Whether the week has not ended."""
        return any(fact.kind is FactKind.WEEK and str(fact.value).endswith(SO_FAR) for fact in self.facts.values())

    def ranking(self, *, of_type: bool) -> Sequence[int]:
        """What entities got, or those of the section's type, most first."""
        times = [fact for fact in self.facts.values() if role(fact) == "time" and fact.subject.person == self.owner]
        by_entity = {fact.subject.entity: int(fact.value) for fact in times if not of_type or self._is_of_type(fact.subject.entity)}
        return sorted(by_entity.values(), reverse=True)

    @cached_property
    def longest_activity(self) -> int:
        """What the activity got that got most."""
        times = (fact for fact in self.facts.values() if fact.kind is FactKind.DURATION and fact.subject.what.startswith("activity "))
        return max((int(fact.value) for fact in times if fact.subject.person == self.owner), default=0)

    @cached_property
    def extents(self) -> Sequence[int]:
        """By how much parts of the time changed against the week before, most first."""
        changes = (fact for fact in self.facts.values() if role(fact) in ("entity_change", "project_change"))
        return sorted((abs(int(fact.value)) for fact in changes if fact.subject.person == self.owner), reverse=True)

    def tells(self, facts: Sequence[Fact]) -> bool:
        """Whether one of the section's own sentences ranks the same facts: it says itself where it ends."""
        told = {fact.id for fact in facts}
        roles = {role(fact) for fact in facts}
        return any(told == {slot for slot in one if role(self.facts[slot]) in roles} for one in self.beside)

    def _is_of_type(self, entity: str | None) -> bool:
        return (entity or "").rpartition(" #")[0] == self.type


def clause_problem(sentence: str, grounds: Grounds, before: str = "") -> str | None:
    """Why a sentence is no chain of proven clauses, in words that hold nothing of it but known words and slots; None if it is one.

    `before` is the sentence that it follows: "of this" means its total, where it tells no other time.
    """
    text = _canonical(sentence, grounds)
    told = [slot for _, slot in _MENTION.findall(text)]
    twice = next((slot for slot in told if told.count(slot) > 1), None)
    if twice:
        return f"tells {{f:{twice}}} twice"
    strange = _unknown_word(sentence)
    if strange:
        return strange
    chain = _Reader(text, grounds, is_of_total=_tells_total_alone(before, grounds)).chain()
    return chain if isinstance(chain, str) else _sentence_problem(text, chain, grounds)


def _tells_total_alone(sentence: str, grounds: Grounds) -> bool:
    """Whether the total is the only time that a sentence tells."""
    told = [(part, grounds.facts.get(slot)) for part, slot in _MENTION.findall(_canonical(sentence, grounds))]
    return [part for part, fact in told if fact is None or fact.kind in _PORTIONS] == ["total"]


def _canonical(sentence: str, grounds: Grounds) -> str:
    """The sentence's tokens, each with a blank behind it; a fact as its role and id."""
    return "".join(f"{_token(part[0], part[1], grounds)} " for part in _TOKEN.finditer(sentence))


def _token(token: str, slot: str | None, grounds: Grounds) -> str:
    if slot is None:
        return token.casefold()
    fact = grounds.facts.get(slot)
    return f"<{(role(fact) if fact else None) or 'untold'} {slot}>"


def _unknown_word(sentence: str) -> str | None:
    words = re.findall(r"[^\W\d_]+", SLOT.sub(" ", sentence))
    begins = SLOT.match(sentence) is None
    for at, word in enumerate(words, start=1):
        if word.casefold() not in CLAUSE_WORDS:
            return f"word {at} (slots not counted) is not among the words that facts can prove"
        if word != _PROPER.get(word.casefold(), word if at == 1 and begins else word.casefold()):
            return f"word {at} (slots not counted) has its capital in the wrong place"
    return None


class _Reader:
    """Reads a sentence as a chain of clauses, and keeps how far that went."""

    def __init__(self, text: str, grounds: Grounds, *, is_of_total: bool) -> None:
        self._text, self._grounds = text, grounds
        self._openers = (OPENER, WEEK_OPENER, OF_TOTAL_OPENER, *([OF_IT_OPENER] if is_of_total else []))
        self._furthest, self._reason, self._steps = -1, "", 0

    def chain(self) -> list[Told] | str:
        """The clauses, each proven, or what is wrong with what stands furthest in the sentence."""
        for start, openers in reversed(self._openings()):
            found = self._from(start, None, openers)
            if found is not None:
                return found
        return self._reason

    def _openings(self) -> list[tuple[int, frozenset[re.Pattern[str]]]]:
        """Where the first clause may begin, and what kinds of openers stand before it."""
        found = [(0, frozenset[re.Pattern[str]]())]
        while opener := next((match for one in self._openers if (match := one.match(self._text, found[-1][0]))), None):
            found.append((opener.end(), found[-1][1] | {opener.re}))
        return found

    def _from(self, at: int, before: Told | None, openers: Set[re.Pattern[str]] = frozenset()) -> list[Told] | None:
        self._steps += 1
        if before is not None and self._text[at:] == ". ":
            return []
        for clause, match, joint in self._next(at, before):
            if self._steps > _MOST_STEPS:
                return None
            mentions = tuple(Mention(part, self._grounds.facts[slot]) for part, slot in _MENTION.findall(match[0]))
            told = Told(clause, match[0], joint, mentions)
            problem = _clause_problem(told, before, self._grounds, openers)
            if problem:
                self._note(match.end(), problem)
                continue
            rest = self._from(match.end(), told)
            if rest is not None:
                return [told, *rest]
        self._note(at, self._where(at))
        return None

    def _next(self, at: int, before: Told | None) -> Iterator[tuple[Clause, re.Match[str], str]]:
        """The clauses that may stand here: after a joint, or with one of their own."""
        joint = JOINT.match(self._text, at) if before else None
        place = joint.end() if joint else at
        for clause, regex in CLAUSES:
            if before is not None and clause.after and before.clause.name not in clause.after:
                continue
            if before is None and not clause.leads:
                continue
            start = at if clause.binds else place
            match = regex.match(self._text, start) if before is None or joint or clause.binds else None
            if match:
                yield clause, match, joint[0] if joint and not clause.binds else ""

    def _note(self, at: int, reason: str) -> None:
        if at > self._furthest:
            self._furthest, self._reason = at, reason

    def _where(self, at: int) -> str:
        last = [slot for _, slot in _MENTION.findall(self._text[:at])]
        following = [slot for _, slot in _MENTION.findall(self._text[at:])]
        place = f"after {{f:{last[-1]}}}" if last else "at its start"
        until = f", up to {{f:{following[0]}}}," if following else ""
        return f"what stands {place}{until} is no clause that can be proven"


def _clause_problem(told: Told, before: Told | None, grounds: Grounds, openers: Set[re.Pattern[str]]) -> str | None:
    return next((problem for check in _CHECKS if (problem := check(told, grounds))), None) or _joint_problem(told, before, openers)


def _joint_problem(told: Told, before: Told | None, openers: Set[re.Pattern[str]]) -> str | None:
    if WEEK_OPENER in openers and told.clause.name == "state":
        return "the week stands before a state: states are as they stood when the report was made"
    if openers & {OF_TOTAL_OPENER, OF_IT_OPENER} and told.clause.name not in _PARTS:
        return "what stands behind “of the total” is no part of it"
    if before is not None and before.clause.name == "before" and (told.clause.name, told.joint) != ("change", "; "):
        return "what stands behind the week before could be of that week; tell it in a sentence of its own"
    is_part = before is not None and before.clause.name == told.clause.name == "part"
    is_loose = before is not None and (told.joint == ", " or not _OF_IT.search(before.words))
    if is_part and is_loose and _OF_IT.search(told.words):
        return "“of it” could mean the figure before it and not the total; say it of both, and join with “and”"
    return None


def _owner_problem(told: Told, grounds: Grounds) -> str | None:
    person = next((fact for part, fact in told.mentions if part == "person"), None)
    owner = person.subject.person if person else grounds.owner
    if re.search(r"\bthe team\b", told.words) and grounds.owner is not None:
        return "this is one person's time, not the team's"
    wrong = next((fact for _, fact in told.mentions if fact.kind in _FIGURES and fact.subject.person != owner), None)
    return f"{_slot(wrong)} is not of whom the clause tells it" if wrong else None


def _share_problem(told: Told, grounds: Grounds) -> str | None:
    """Shares that are not of the time beside them."""
    del grounds
    times = {part: fact for part, fact in told.mentions if fact.kind in (FactKind.DURATION, FactKind.GROWTH)}
    for part, fact in told.mentions:
        whole = times.get(part.removesuffix("_share"))
        if fact.kind is FactKind.SHARE and whole is not None and whole.subject != fact.subject:
            return f"{_slot(fact)} is not the share of {_slot(whole)}"
    return None


def _entity_problem(told: Told, grounds: Grounds) -> str | None:
    """What is told of another entity than the one named last before it; where none is, of the first."""
    del grounds
    named = [fact for part, fact in told.mentions if part == "entity"]
    current, parent = (named[0] if named else None), None
    for part, fact in told.mentions:
        if part == "entity":
            current, parent = fact, None
        elif part == "parent":
            parent = fact
            if current is None or fact.subject.what != f"parent of {current.subject.entity}":
                return f"{_slot(fact)} is not what the entity named before it belongs to"
        elif fact.subject.entity is not None and (current is None or fact.subject.entity != current.subject.entity):
            return f"{_slot(fact)} is not of the entity beside it"
        elif parent is not None and _BEHIND_PARENT.search(told.words):
            return f"{_slot(fact)} stands behind {_slot(parent)}, as if it were told of it; tell it first"
    if _STATE_OF_TIME.search(told.words):
        return "a state stands right behind a time, as if it had been so then; write “which is in the state”"
    return None


def _noun_problem(told: Told, grounds: Grounds) -> str | None:
    for slot, noun in _COUNTED.findall(told.words):
        number = grounds.facts[slot].value
        if (noun in _ONE and number != 1) or (noun in _MANY and number == 1):
            return f"the noun behind {{f:{slot}}} is in the wrong number"
    return None


def _count_problem(told: Told, grounds: Grounds) -> str | None:
    """Counts of entities that are told with another time than in the section's own sentences, where alone it is said of what they are."""
    count = next((fact for part, fact in told.mentions if part == "entities"), None)
    if count is None:
        return None
    times = {fact.id for part, fact in told.mentions if part in ("hidden", "unasked", "shared")} or {
        fact.id for fact in grounds.facts.values() if role(fact) == "shared"
    }
    return None if any(count.id in one and times & one for one in grounds.beside) else f"{_slot(count)} does not count these entities"


def _name_problem(told: Told, grounds: Grounds) -> str | None:
    """Figures of a day or a type that stand beside another one."""
    day = next((str(fact.value) for part, fact in told.mentions if part == "day"), "")
    for part, fact in told.mentions:
        name = fact.subject.what.partition(" ")[2]
        if part in ("day_time", "day_time_share") and not day.endswith(name):
            return f"{_slot(fact)} is of another day"
        if part in ("type_time", "type_time_share") and name != grounds.type:
            return f"{_slot(fact)} is of another type"
        if part == "type_count" and name != f"of {grounds.type}":
            return f"{_slot(fact)} is of another type"
    return None


def _change_problem(told: Told, grounds: Grounds) -> str | None:
    for slot, word in _CHANGED.findall(told.words):
        if word != ("more" if float(grounds.facts[slot].value) > 0 else "less"):
            return f"{{f:{slot}}} is not {word}, but the other way round"
    names = [fact for part, fact in told.mentions if part == "project"]
    for part, fact in told.mentions:
        if part == "project_change":
            shown = names[0].display if names else ""
            if not shows(shown, fact.subject.project or ""):
                return f"{_slot(fact)} is of another project"
    return None


_CHECKS: Sequence[Callable[[Told, Grounds], str | None]] = (
    _owner_problem,
    _share_problem,
    _entity_problem,
    _noun_problem,
    _count_problem,
    _name_problem,
    _change_problem,
)


def _sentence_problem(text: str, chain: Sequence[Told], grounds: Grounds) -> str | None:
    """What only the whole sentence shows: rankings, and figures "so far"."""
    if " so far " in f" {text}" and not grounds.is_so_far:
        return "the week has ended, so these are not figures “so far”"
    if len(_SUPERLATIVE.findall(_MENTION.sub("", "".join(one.words for one in chain)))) > 1:
        return "says twice what had the most time or changed most; go on with “followed by” or “and”"
    changes = [fact for one in chain if one.clause.name == "largest" for _, fact in one.mentions if fact.kind is FactKind.GROWTH]
    extents = [abs(int(fact.value)) for fact in changes]
    is_tied = bool(extents) and grounds.extents[len(extents) :][:1] == extents[-1:] and not grounds.tells(changes)
    if extents != [*grounds.extents[: len(extents)]] or is_tied:
        return "these are not the largest changes, largest first"
    tops = [one for one in chain if one.clause.name == "top"]
    return _ranking_problem(tops, chain, grounds) if tops else None


def _ranking_problem(tops: Sequence[Told], chain: Sequence[Told], grounds: Grounds) -> str | None:
    """Why what is said to have had the most time had not, or is not proven to."""
    words, mentions = _MENTION.sub("", tops[0].words), [mention for one in tops for mention in one.mentions]
    entities, timed = ([fact for part, fact in mentions if part == told] for told in ("entity", "time"))
    if not timed or not {fact.subject.entity for fact in entities} <= {fact.subject.entity for fact in timed}:
        return "an entity is said to have had the most time and its time does not stand beside it"
    if _THE_ONE.search(words) and not any(part == "type_count" for part, _ in chain[0].mentions):
        return "of which entities it is “the one” is not said before it; say “the entity”"
    if _OF_TYPE.search(words) and grounds.type is None:
        return "no type of entities is named here; say “the entity”"
    times, ranking = [int(fact.value) for fact in timed], grounds.ranking(of_type=_OF_TYPE.search(words) is not None)
    if times[0] <= grounds.longest_activity and not _AMONG_ENTITIES.search(words):
        return "an activity without an entity had as much time; say that it is the entity with the most time"
    is_tied = len(times) < len(ranking) and ranking[len(times)] == times[-1] and not grounds.tells(entities)
    if times != [*ranking[: len(times)]] or is_tied:
        return "the times told of what had the most time are not the longest ones, longest first"
    return None


def _slot(fact: Fact) -> str:
    return f"{{f:{fact.id}}}"
