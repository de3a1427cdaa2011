"""Titles: which entity a description names by its title alone, and which are like it. Not here: numbers, labels, asking Fibery.

Toggl's own button writes the title and nothing else (`reference/field.md` section 6.1).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from volt_assets.domain.entities import EntityKey, EntityRecord
from volt_assets.domain.people import normal_email

ROUTINE = (
    "standup",
    "stand-up",
    "daily",
    "daily standup",
    "weekly",
    "review",
    "reviews",
    "code review",
    "planning",
    "sprint planning",
    "sprint review",
    "refinement",
    "grooming",
    "retro",
    "retrospective",
    "meeting",
    "meetings",
    "team meeting",
    "all hands",
    "1:1",
    "one on one",
    "sync",
    "call",
    "interview",
    "onboarding",
    "training",
    "research",
    "development",
    "design",
    "testing",
    "tests",
    "bug fixing",
    "bugfix",
    "support",
    "maintenance",
    "deploy",
    "deployment",
    "release",
    "documentation",
    "e-mail",
    "emails",
    "admin",
    "lunch",
    "break",
)
"""What people call work that is no entity of its own, unless `matching.routine` says otherwise."""
SUGGESTIONS = 5
_LEAST_LIKENESS = 60
_LONGEST_TITLE = 1_000
_LONGEST_COMPARED = 300
_LONE_SIGN = re.compile(r"(?<!\w)[#+]+(?!\w)")


@lru_cache(maxsize=20_000)
def normal_title(text: str) -> str:
    """A title for comparing only: compatible characters, case, punctuation, symbols and runs of space do not count.

    `C#` and `C++` keep their signs, and numbers stay apart as they stood: `4.12` is not `412`.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(_LONE_SIGN.sub(" ", _words_alone(folded)).split())


def _words_alone(text: str) -> str:
    """The text with a space for all that is no letter, number or `#` and `+`. A mark stays with its letter: it may be the vowel."""
    kept: list[str] = []
    for sign in text:
        kind = unicodedata.category(sign)[0]
        is_mark_of_a_letter = kind == "M" and bool(kept) and kept[-1] != " "
        kept.append(sign if kind in "LN" or sign in "#+" or is_mark_of_a_letter else " ")
    return "".join(kept)


class Titles:
    """The titles of the entities that were open in the week, and the words that are routine whoever has them as a title.

    `not_compared` are the databases that did not tell theirs. One is enough: then no title is known to be the only one, and none counts.
    """

    def __init__(self, records: Collection[EntityRecord], routine: Collection[str], not_compared: Sequence[str] = ()) -> None:
        self.not_compared = tuple(not_compared)
        compared = () if not_compared else records
        self._routine = frozenset(map(normal_title, routine))
        self._by_title: dict[str, dict[EntityKey, EntityRecord]] = defaultdict(dict)
        for record in compared:
            self._by_title[normal_title(record.name)][record.key] = record
        self._by_title.pop("", None)
        self._cut: dict[str, list[EntityRecord]] = defaultdict(list)
        for record in compared:
            if "&" in record.name:
                self._cut[normal_title(record.name.split("&", 1)[0])].append(record)
        self._cut.pop("", None)
        self._own: dict[str | None, list[tuple[str, EntityRecord]]] = defaultdict(list)
        for title, group in self._by_title.items():
            for record in group.values():
                for address in {normal_email(assignee.email) for assignee in record.assignees}:
                    self._own[address].append((title[:_LONGEST_COMPARED], record))

    def is_routine(self, description: str) -> bool:
        """Whether a description is an everyday word of the configured list."""
        return normal_title(description) in self._routine

    def exact(self, description: str) -> tuple[EntityRecord, ...]:
        """The open entities whose title the description is; none for a routine word."""
        return tuple(self._by_title.get(normal_title(description), {}).values()) if self.could_be_one(description) else ()

    def could_be_one(self, description: str) -> bool:
        """Whether a description is one to compare with titles: it has words, is no longer than a title, and no routine."""
        title = normal_title(description) if len(description) <= _LONGEST_TITLE else ""
        return bool(title) and title not in self._routine

    def cut_short(self, description: str) -> tuple[EntityRecord, ...]:
        """The open entities whose title goes on with `&` behind this text: a link cuts it there (`reference/fibery.md` 7.2)."""
        return tuple(self._cut.get(normal_title(description), ())) if len(description) <= _LONGEST_TITLE else ()

    def like(self, description: str, address: str | None) -> tuple[tuple[EntityRecord, float], ...]:
        """The person's own open entities whose titles are most like the description, best first, at most five, with 0.0 to 1.0."""
        title = normal_title(description[:_LONGEST_COMPARED])
        if not title or not address or title in self._routine:
            return ()
        own = self._own.get(address, [])
        choices = [choice for choice, _ in own]
        found = process.extract(title, choices, scorer=fuzz.token_sort_ratio, score_cutoff=_LEAST_LIKENESS, limit=SUGGESTIONS)
        return tuple((own[at][1], round(score / 100, 2)) for _, score, at in found)


def is_assigned(record: EntityRecord, address: str | None) -> bool:
    """Whether the Fibery user of this address works on the entity."""
    return bool(address) and address in {normal_email(assignee.email) for assignee in record.assignees}
