"""The words that code writes around facts, and which of them claim something. Not here: judging a text, the facts.

Closed on purpose: a list of forbidden words can't be. Whoever changes a report's wording adds the words here; a test holds both ways.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from volt_assets.domain.accomplishments import MOVED_TITLE
from volt_assets.domain.alignment_report import CATEGORY_TITLES
from volt_assets.domain.clause_patterns import CLAUSE_WORDS
from volt_assets.domain.coverage_sections import ALIAS_LINES, PRIORITIES
from volt_assets.domain.match_steps import STEP_WORDS
from volt_assets.domain.report_parts import OTHER_ACTIVITIES
from volt_assets.domain.rewordings import NEUTRAL_WORDS
from volt_assets.domain.week_over_week import IN_DOUBT, NO_PROJECTS_TIME, NONE_BEFORE, TITLE


class Check(StrEnum):
    """What is checked of a text (`reference/field.md` section 3.2), and that nothing in it is markup."""

    VALUE = "value"
    SCOPE = "scope"
    ENTITY = "entity"
    STATE = "state"
    SIGN = "sign"
    IDENTITY = "identity"
    MARKUP = "markup"


PROPER_NAMES = frozenset({"CSV", "Fibery", "Toggl", "Volt"})
# Words that say how many, what is done, which is more, or that something is not so.
# Each stands in a phrase below, or beside a fact that says so.
_HOW_MANY = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty
thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million dozen dozens half quarter third fourth fifth
second twice thrice once double doubled triple tripled both no none all every few several couple nobody nothing hour hours minute minutes
min mins sec percent h m many another pair
"""
_WHAT_IS_DONE = """
closed complete completed completes delivered done ended final finished fixed launched merged over published ready released resolved
shipped solved started unfinished abandoned completion reached cancelled canceled
"""
_WHICH_IS_MORE = """
above below bigger biggest decreased down dropped fell fewer fewest first grew grown highest increased largest last least less longer
longest lower lowest more most rose shorter shortest shrank smaller smallest up not never cannot without
"""
CLAIMS: Mapping[Check, frozenset[str]] = {
    Check.VALUE: frozenset(_HOW_MANY.split()),
    Check.STATE: frozenset(_WHAT_IS_DONE.split()),
    Check.SIGN: frozenset(_WHICH_IS_MORE.split()),
}
# What the phrases below say is true of every week, or the words themselves carry no claim. Anything else of `CLAIMS` is refused.
_PHRASES = (
    *(ALIAS_LINES, PRIORITIES, MOVED_TITLE, TITLE, IN_DOUBT, NO_PROJECTS_TIME, NO_PROJECTS_TIME.capitalize(), NONE_BEFORE),
    *("config/enrichment_config.yaml", "config/aliases.yaml", "config/volt.yaml", "coverage_report.json"),
    *("label_aliases", "enrichment_activities", "unjoined_people", "volt-agent"),
    *("no time zone", "no entry was added", "none changed", "none removed", "first published", "nothing is known"),
    *("Every entity was found in Fibery", "has no finished time entry", "No time was tracked", "No time went into", "so far in all, and"),
    *(
        "The ten with the most time",
        *(f"{the} most {word}time" for the in ("the", "The") for word in ("", "tracked ", "logged ", "recorded ")),
        *(f"{the} one {that}" for the in ("the", "The") for that in ("with", "that")),
        "More than one person",
        "other people's hours",
        "when less is going on there",
        "has no match",
        "has no databases of",
        "If another has it",
        "none of this time",
        "more than one person",
        "more than one entity",
    ),
    *("in all", "which one is meant", "no configured database", "names no Fibery entity", "names no entity"),
    *("but no time", "no time was found", "nothing can be said", "or was closed before", "it may be done, waiting"),
    *(
        "tells nothing about it",
        "was closed with its last time",
        "no titles were compared",
        "No titles were compared",
        "stands on no entity",
        "nobody is asked",
        "Nobody is asked",
    ),
    *("not all time is known", "Nobody in Fibery", "nothing yet", "when its card last changed", "Nothing to bring in line"),
    *("what was due on a day that is over and is not done", "what was not done when the week ended", "none before it is"),
    *("most time this week first", "more, with less time, are not shown here", "more has less time", "more have less time"),
    *("Nothing of this was corrected", "every finished entry counts", "counted more than once", "counted twice", "is one entry of"),
    *("longer than a day", "of no time", "of one person", "further one", "a second signal", "nothing: no entity", "or both"),
    *("the first that is certain has all the time", "mean nothing", "no such database", "leads to no entity", "in no report"),
    *("address in Toggl is none", "nobody of a like name", "no database of the name", "has all", "if nothing did", "this one can go"),
    *("its lines are in", "paste its lines below", "The lines below", "its line is below", "with everything below it"),
    *("The week has not ended", "when the week ended", "its state counts as not started", "what is started", "took more so far"),
    *("not updated", "If not", "not configured", "not read", "not shown here", "not whole", "not all", "not started", "not readable"),
    *("could not be", "did not answer", "did not tell", "do not exist", "do not fit", "does not have", "does not say", "does not show"),
    *("does not: their", "not certain", "not known", "not listed", "not counted", "Not counted", "not asked", "without an entity"),
    *("without time", "without description", "without entries"),
    *("everything below", "or more done", "under other words", "no language model", "started, and who has it"),
    *(
        "Look them over",
        "put these lines",
        "name several entities",
        "No entries on",
        "of the texts above",
        "if they have one",
        "Hours by what decided",
        "Hours so far",
        "but not certainly: confirm which one",
        "on no Fibery entity",
        "The week before has no time of",
        "as much as in the week before",
        "does not tell that",
        "Finish or replan",
        "Not compared with the week before",
    ),
)
PHRASES = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(phrase) for phrase in sorted(_PHRASES, key=len, reverse=True))})(?!\w)")
WHOLE_CELLS = frozenset({"yes", "no", "nothing", "nothing yet"})
"""Claims that stand alone in a cell."""
ROW_LABELS: Mapping[str, str] = {
    **{words: step.value for step, words in STEP_WORDS.items()},
    **{title: category.value for category, title in CATEGORY_TITLES.items()},
    OTHER_ACTIVITIES: "other activities",
}
"""What the figures of a row are about that a constant names."""

_WORDS = """
a about access accomplishments across activities activity actual added address after again alias aliases alignment allocation alone already
also among an and another answer apart are as asked assigned assignee at back be been before began beginning belong belongs beside billable
bring but by can card cards certain change changed changes check clock closes closing come comes comment commented comments compared config
configuration configure configured confirm confirmed confirms context correct corrected corrections could count counted counts cover
coverage covers csv data database databases date day days decided described description descriptions did distribution do doctor does doing
due each else end entities entity entries entry estimate everybody everything exact excluded executive exist export far feature features
fetched fibery field fields figures fit fix for formula found from full further give go goes going gone got guess had has have here hidden
high holiday ids if in into is it its joined key kind known label labels language lately later leads leave left less lies like likely limit
line lines link listed lists little local long look looked looks low made match matched matching may mean means meant medium miss missing
model move name named names nearest new newest nobody not now nowhere number of on once ones only open or other others otherwise out outside
overdue overlap overlapping overlaps own owner parent part part-time paste patterns people perhaps permission person persons place planned
priority progress project properly purpose put quality read readable recommendations reference refresh remark removed rename renamed replan
report restore right rights row running runs said same say says schema secret secrets see seen sees settings share shared show shown shows
side signal similar since so some somebody something space span speaks stand stands start state states stays still stood stop stored such
summary table take team tell tells templates ten terminal text texts than that the their theirs them then there these they this those time
time-out timed times title titles to together toggl token told too took tracked try type types under unknown unmatched until untouched
update updated used user values volt waiting was week weekday weekdays weeks went were what when where whether which who whole whose
why with within without words work workflow workspace write writes written wrong yet zone
"""
OWN_WORDS = frozenset(_WORDS.split())
WORDS = OWN_WORDS | NEUTRAL_WORDS | CLAUSE_WORDS | {word for words in CLAIMS.values() for word in words}
