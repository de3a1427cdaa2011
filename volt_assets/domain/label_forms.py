"""Labels in descriptions and the databases they mean, also in forms that only the workspace's names explain. Not here: numbers alone.

`[Space/Database] Title #12`, `Space/Database#12`, labels before the number or behind one without a sign (`reference/field.md` 6.3):
without the names each could as well be `owner/repo#12` of another tool, so these are read where Fibery's schema is known.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from volt_assets.domain.fibery_schema import Database, Schema
from volt_assets.domain.foreign_numbers import (
    counts_something_else,
    follows_a_tool,
    is_counted_behind,
    is_cut_off,
    may_be_another_tools,
    names_another_tool,
)
from volt_assets.domain.label_aliases import normal_label
from volt_assets.domain.references import (
    ID,
    LONGEST_READ,
    RUN,
    Needs,
    Reference,
    ReferenceForm,
    labels_of,
    plain_id,
    plain_signs,
    without,
)

_NUMBER: Final = re.compile(ID)
_RUN: Final = re.compile(RUN)
_RUN_BEHIND: Final = re.compile(rf"\s*{RUN}")
_PLAIN_NUMBER_BEFORE: Final = re.compile(r"(?<![\w.,:/#$€£+-])([0-9]{1,9})\s*\Z")
_SIGNED_NUMBER_BEFORE: Final = re.compile(rf"{ID}\s*\Z")
_NUMBER_AND_SIGN_BEFORE: Final = re.compile(rf"{ID}\s*[):,;|>\u2013\u2014-]\s*\Z")
_MOMENT_BEFORE: Final = re.compile(r"(?<!\w)(?:at|by|until|till|from|after|before|um|ab|bis|gegen|в|до|после)\s*\Z", re.IGNORECASE)
_NUMBER_WITHIN: Final = 24
_ENDS: Final = re.compile(r"[^\w\[#]*(?:\Z|\[)")
_WORD: Final = re.compile(r"\w")


class Labels:
    """What labels mean: by the configured aliases first, for a team types them as literals, else by Fibery's own names."""

    def __init__(self, schema: Schema, aliases: Mapping[str, str]) -> None:
        self._schema = schema
        self._aliases = {normal_label(label): name for label, name in aliases.items()}
        self._by_name = {database.name: database for database in schema.databases}
        aliased = [(label.rpartition("/")[2], self._by_name[name]) for label, name in self._aliases.items() if name in self._by_name]
        self._by_word = _grouped((*aliased, *((database.database, database) for database in schema.databases)))
        names = [database.name for database in schema.databases] + [label for label in aliases if "/" in label]
        self._unbracketed = _name_pattern(names)

    def pair(self, space: str, database: str) -> Database | None:
        """The database that two labels mean."""
        return self._alias(f"{space}/{database}") or self._schema.find(space, database)

    def single(self, label: str) -> Database | None:
        """The database that a label means by itself, because an alias says so."""
        return self._alias(label)

    def named(self, label: str) -> tuple[Database, ...]:
        """The databases that a single label can mean."""
        alias = self.single(label)
        return (alias,) if alias else self._schema.named(label)

    def called(self, word: str) -> tuple[Database, ...]:
        """The databases that a word beside a number can mean: by their own names, or by the type that an alias writes."""
        return self._by_word.get(normal_label(word), ())

    def meant(self, reference: Reference) -> Database | None:
        """The database of a full reference. Some workspaces write `[Database] [Project]` without the space (`reference/fibery.md` 7.2)."""
        space, database = reference.space or "", reference.database or ""
        if reference.form is ReferenceForm.URL:  # an address is Fibery's own writing
            return self._schema.find(space, database) or self._alias(f"{space}/{database}")
        return self.pair(space, database) or self.single(space) or self._schema.without_space(space, database)

    def read(self, description: str) -> tuple[Reference, ...]:
        """The full references of a text in forms that the names explain, in order."""
        text = plain_signs(description[:LONGEST_READ])
        found = [*self._around_runs(text), *self._with_slash(text)]
        return tuple(reference for _, reference in sorted(found, key=lambda one: one[0]))

    def _alias(self, label: str) -> Database | None:
        return self._by_name.get(self._aliases.get(normal_label(label), ""))

    def _around_runs(self, text: str) -> Iterator[tuple[int, Reference]]:
        """Runs of labels that name a database, each with the number behind which it stands or else the next one."""
        taken = -1
        for run in _RUN.finditer(text):
            named = self._named_by(labels_of(run[0]))
            number = _number_before(text, run.start()) or (self._number_around(text, run) if named else None)
            if named and number and number.start() > taken:
                taken = number.start()
                yield number.start(), _reference(text, number, run, *named)

    def _named_by(self, labels: list[str]) -> tuple[str, str, list[str]] | None:
        """Space, database and the labels after them, where some of the labels name a database."""
        return next((named for at in range(len(labels)) if (named := self._named_first(labels[at:]))), None)

    def _named_first(self, labels: list[str]) -> tuple[str, str, list[str]] | None:
        first, *rest = labels
        if first.count("/") == 1:
            space, database = (part.strip() for part in first.split("/"))
            return (space, database, rest) if self.pair(space, database) else None
        if rest and self.pair(first, rest[0]):
            return first, rest[0], rest[1:]
        single = self.single(first)
        return (single.space, single.database, rest) if single else None

    def _number_around(self, text: str, run: re.Match[str]) -> re.Match[str] | None:
        """The next number behind the labels, else the one that a sign parts from them: `(#12) [Space] [Database]`."""
        start = max(0, run.start() - _NUMBER_WITHIN)
        runs = (other for other in _RUN.finditer(text, run.end()) if self._named_by(labels_of(other[0])))
        end = next((other.start() for other in runs), len(text))
        return self._number_after(text, run.end(), end) or _NUMBER_AND_SIGN_BEFORE.search(text, start, run.start())

    def _number_after(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """The number right behind the labels, else the one that ends their text, else the first. One that labels follow is theirs."""
        numbers = list[re.Match[str]]()
        for number in _NUMBER.finditer(text, start, end):
            if _RUN_BEHIND.match(text, number.end()):
                break
            if not counts_something_else(text, number.start(), number.end()):
                numbers.append(number)
        if not numbers or (_WORD.search(text, start, numbers[0].start()) and names_another_tool(text)):
            return None
        is_first = not _WORD.search(text, start, numbers[0].start()) or not _ENDS.match(text, numbers[-1].end())
        return numbers[0] if is_first else numbers[-1]

    def _with_slash(self, text: str) -> Iterator[tuple[int, Reference]]:
        for found in self._unbracketed.finditer(text):
            start, end = found.span()
            if is_cut_off(text, end) or follows_a_tool(text, start):
                continue
            space, _, database = found["name"].partition("/")
            is_doubtful = may_be_another_tools(text, start) or is_counted_behind(text, end)
            reference = Reference(
                form=ReferenceForm.LABELS,
                public_id=plain_id(found["number"]),
                space=space.strip(),
                database=database.strip(),
                needs=Needs.TITLE_OR_ASSIGNEE if is_doubtful else Needs.NOTHING,
                title=without(text, start, end),
            )
            yield start, reference


def _grouped(named: Iterable[tuple[str, Database]]) -> dict[str, tuple[Database, ...]]:
    """The databases by a name of theirs, each once."""
    groups = defaultdict[str, dict[Database, None]](dict)
    for name, database in named:
        groups[normal_label(name)][database] = None
    return {name: tuple(databases) for name, databases in groups.items()}


def _number_before(text: str, end: int) -> re.Match[str] | None:
    start = max(0, end - _NUMBER_WITHIN)
    plain = _PLAIN_NUMBER_BEFORE.search(text, start, end)
    counts = plain and (counts_something_else(text, plain.start(1), plain.end(1)) or _MOMENT_BEFORE.search(text, 0, plain.start(1)))
    return _SIGNED_NUMBER_BEFORE.search(text, start, end) or (None if counts else plain)


def _reference(text: str, number: re.Match[str], run: re.Match[str], space: str, database: str, rest: list[str]) -> Reference:
    start, end = min(number.start(), run.start()), max(number.end(), run.end())
    between = text[min(number.end(), run.end()) : max(number.start(), run.start())]
    title = " ".join(f"{text[:start]} {between} {text[end:]}".split())
    return Reference(
        form=ReferenceForm.LABELS,
        public_id=plain_id(number[1]),
        space=space,
        database=database,
        project=rest[0] if rest else None,
        needs=_needs(text, number, run, title),
        title=title,
    )


def _needs(text: str, number: re.Match[str], run: re.Match[str], title: str) -> Needs:
    """What has to agree: words between labels and number, or before a number without a sign, may say what that number counts."""
    if not number[0].startswith("#"):
        return Needs.TITLE if title else Needs.TITLE_OR_ASSIGNEE
    if number.start() < run.start():
        return Needs.TITLE_OR_ASSIGNEE if may_be_another_tools(text, number.start()) else Needs.NOTHING
    if not _WORD.search(text, run.end(), number.start()):
        return Needs.NOTHING
    return Needs.TITLE_OR_ASSIGNEE if _ENDS.match(text, number.end()) else Needs.TITLE


def _name_pattern(names: list[str]) -> re.Pattern[str]:
    """`Space/Database#12` for these names, whatever their case, hyphens and underscores."""
    spelt = (
        re.sub(r"(?:\\?[\s_-])+", r"[\\s_-]+", re.escape(name)).replace("/", r"\s?/\s?")
        for name in sorted(names, key=len, reverse=True)
        if "/" in name
    )
    either = "|".join(spelt) or "(?!)"
    return re.compile(rf"(?<![\w/.-])(?P<name>{either})\s?#\s?(?P<number>[0-9]{{1,9}})(?!\w)", re.IGNORECASE)
