"""Labels that descriptions write and Fibery does not know, and the database each stands for. Not here: matching entries, files.

Teams type labels as literals, so a renamed database keeps its old label (`reference/fibery.md` section 7.2).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from pydantic import AfterValidator
from rapidfuzz import fuzz, process

from volt_assets.domain.entities import EntityAnswer, EntityRequest
from volt_assets.domain.fibery_schema import Database, Schema, normal_name
from volt_assets.domain.masking import mask_secrets
from volt_assets.domain.references import Reference, ReferenceForm, parse_reference
from volt_assets.domain.values import Value

LONGEST_NAME = 100
"""YAML takes no key over 1,024 characters, and a character may be written as ten."""
_EXAMPLES = 20
_SAME_TITLE, _SAME_NAME = 85, 80
_MOST_OF_THEM = 0.5


def _label(key: str) -> str:
    parts = [part.strip() for part in key.split("/", 1)]
    if not all(parts):
        raise ValueError('names no label; write "Space/Type" or "Type" as descriptions do')
    return "/".join(parts)


def _database(name: str) -> str:
    if "/" not in name or any(not part or part != part.strip() for part in name.split("/", 1)):
        raise ValueError('names no database; write "Space/Database"')
    return name


def _distinct(aliases: dict[str, str]) -> dict[str, str]:
    spellings = Counter(normal_label(label) for label in aliases)
    twice = [label for label in aliases if spellings[normal_label(label)] > 1]
    if twice:
        raise ValueError(f"{' and '.join(map(repr, twice[:2]))} are the same label, for case, hyphens and underscores do not count")
    return aliases


LabelAliases = Annotated[
    dict[Annotated[str, AfterValidator(_label)], Annotated[str, AfterValidator(_database)]],
    AfterValidator(_distinct),
]
"""`Space/Type`, or a single `Type`, as descriptions write it: the `Space/Database` that is meant."""


class Described(Value):
    """What one time entry says, and how long it lasted."""

    description: str
    seconds: int


class Example(Value):
    """An entity as a description with the label names it."""

    public_id: str
    title: str


class LabelUse(Value):
    """A label, or a pair of them, in descriptions. `space` is None where descriptions write a single label."""

    space: str | None
    type: str
    entries: int
    seconds: int
    examples: tuple[Example, ...] = ()

    @property
    def key(self) -> str:
        """How `label_aliases` names it."""
        return self.type if self.space is None else f"{self.space}/{self.type}"


class Guess(Value):
    """The database that a label stands for, in all likelihood. `sure`: its entities have the titles, or nearly the label's name."""

    use: LabelUse
    database: str
    sure: bool
    why: str


def normal_label(label: str) -> str:
    """A label for comparing only, part by part."""
    return "/".join(normal_name(part) for part in label.split("/", 1))


def labels_seen(described: Iterable[Described], hosts: Sequence[str]) -> tuple[LabelUse, ...]:
    """The labels of these entries, most time first. Spellings that differ in case and separators alone are one."""
    groups: dict[str, list[tuple[Reference, int]]] = defaultdict(list)
    for one in described:
        reference = parse_reference(one.description, hosts)
        if reference is not None and _writable(_key(reference)):
            groups[normal_label(_key(reference))].append((reference, one.seconds))
    return tuple(sorted(map(_use, groups.values()), key=lambda use: (-use.seconds, use.key)))


def meant_database(use: LabelUse, schema: Schema) -> Database | None:
    """The database that the labels name by themselves, also as `[Database] [Project]` without the space."""
    if use.space is None:
        named = schema.named(use.type)
        return named[0] if len(named) == 1 else None
    return schema.find(use.space, use.type) or schema.without_space(use.space, use.type)


def unknown_labels(uses: Iterable[LabelUse], schema: Schema) -> tuple[LabelUse, ...]:
    """The labels that name no database. A single one that several databases have in common is known, though not unique."""
    return tuple(use for use in uses if meant_database(use, schema) is None and not (use.space is None and schema.named(use.type)))


def label_questions(unknown: Iterable[LabelUse], schema: Schema) -> tuple[EntityRequest, ...]:
    """Where the entities could be that these labels stand beside: their numbers in every database."""
    numbers = sorted({example.public_id for use in unknown for example in use.examples if example.title}, key=int)
    return tuple(EntityRequest(database=database, public_ids=tuple(numbers)) for database in schema.databases if numbers)


def guess_databases(unknown: Iterable[LabelUse], schema: Schema, answers: Sequence[EntityAnswer] = ()) -> tuple[Guess, ...]:
    """For each label the database that it was the name of, or whose entities have its titles, or else whose name comes nearest."""
    titles = {answer.request.database.name: {record.key.public_id: record.name for record in answer.records} for answer in answers}
    guesses = (_by_old_name(use, schema) or _by_titles(use, titles) or _by_name(use, schema) for use in unknown)
    return tuple(guess for guess in guesses if guess)


def _key(reference: Reference) -> str:
    if reference.is_full:
        return f"{reference.space}/{reference.database}"
    label = reference.label or ""
    return "" if "/" in label else label


def _writable(key: str) -> bool:
    """A secret typed between brackets is not repeated, nor is a text too long for a label."""
    return bool(key) and len(key) <= LONGEST_NAME and key.count("/") <= 1 and all(key.split("/")) and mask_secrets(key) == key


def _use(found: Sequence[tuple[Reference, int]]) -> LabelUse:
    spelling = Counter(_key(reference) for reference, _ in found).most_common(1)[0][0]
    space, _, kind = spelling.rpartition("/")
    examples = dict.fromkeys(Example(public_id=one.public_id, title=one.title) for one, _ in found if one.form is not ReferenceForm.URL)
    return LabelUse(
        space=space or None,
        type=kind,
        entries=len(found),
        seconds=sum(seconds for _, seconds in found),
        examples=tuple(examples)[:_EXAMPLES],
    )


def _by_old_name(use: LabelUse, schema: Schema) -> Guess | None:
    found = next((one.new for one in schema.renamed if use.space and normal_name(one.old) == normal_name(use.key)), None)
    return Guess(use=use, database=found, sure=True, why="renamed to it") if found else None


def _by_titles(use: LabelUse, titles: Mapping[str, Mapping[str, str]]) -> Guess | None:
    named = [example for example in use.examples if example.title]
    agreeing = {name: sum(_agrees(example, known) for example in named) for name, known in titles.items()}
    best = sorted(agreeing, key=lambda name: (-agreeing[name], name))[:2]
    if not best or agreeing[best[0]] <= _MOST_OF_THEM * len(named) or (len(best) > 1 and agreeing[best[0]] == agreeing[best[1]]):
        return None
    return Guess(use=use, database=best[0], sure=True, why=f"{agreeing[best[0]]} of {len(named)} titles are there")


def _agrees(example: Example, known: Mapping[str, str]) -> bool:
    title = known.get(example.public_id)
    return title is not None and fuzz.ratio(normal_name(title), normal_name(example.title)) >= _SAME_TITLE


def _by_name(use: LabelUse, schema: Schema) -> Guess | None:
    own = [one for one in schema.databases if use.space is not None and normal_name(one.space) == normal_name(use.space)]
    names = {one.name: normal_name(one.database) for one in own or schema.databases}
    if not names:
        return None
    _, score, database = process.extractOne(normal_name(use.type), names, scorer=fuzz.ratio)
    return Guess(use=use, database=database, sure=score >= _SAME_NAME, why="the nearest name")
