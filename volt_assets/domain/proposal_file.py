"""The proposed enrichment configuration as YAML, whole or added to what somebody has written. Not here: what is proposed, files.

Whatever stands there stays as it is, comments too; new keys are added below. Only a file whose layout leaves no place for
them (anchors, several documents) is written anew, with all its values and without its comments.
"""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from volt_assets.domain.label_aliases import Guess, normal_label
from volt_assets.domain.proposal import Entry, Proposal, ProposedDatabase
from volt_assets.domain.values import Value, clean_text

_DATABASES, _ALIASES = "enrichment_activities", "label_aliases"
_EMPTY_ALIASES = re.compile(rf"""(?m)^(["']?{_ALIASES}["']?:)[ \t]*(?:\{{[ \t]*\}}|null|~|)[ \t]*(#[^\r\n]*)?\r?$""")
_PLAIN = re.compile(r"[^\W\d_][\w ()/.&-]*")
_HEADER = """\
# Which Fibery databases references are looked for in, and which fields of an entity its report shows. Proposed by
# `volt-agent init` from the workspace's schema; change it as you like, init only ever adds to it.
# A key is "Space/Database" as Fibery spells it; fields are display names. `default` serves every other database.
# The activities: enrich_scrum_task, enrich_scrum_bug, enrich_product_feature, default_enrich_entity.

"""
_ALIASES_HEADER = """
# Labels in descriptions that name no database as Fibery spells it, and the database each stands for.
"""


class Configured(Value):
    """What a file says already, as the settings read it. `text` is the file."""

    text: str
    databases: Mapping[str, Entry]
    aliases: Mapping[str, str] = {}


class ProposedFile(Value):
    """The file to write, what it adds, and whether comments of the old one had to go."""

    text: str
    added: tuple[str, ...]
    keeps_comments: bool = True


def proposed_file(proposal: Proposal, present: Configured | None = None) -> ProposedFile:
    """The whole file. What `present` configures stays; databases and labels that it lacks are added."""
    if present is None:
        names = tuple(database.name for database in proposal.databases)
        return ProposedFile(text=_whole(proposal), added=names)
    new = _additions(proposal, present)
    added = (*(one.name for one in new.databases), *(guess.use.key for guess in new.aliases if guess.sure))
    if not added and all(_suggestion_is_known(guess, present.text) for guess in new.aliases):
        return ProposedFile(text=present.text, added=())
    extended = _extended(present.text, new)
    if _without_empty_aliases(_says(extended)) == _expected(present.text, new):
        return ProposedFile(text=extended, added=added)
    return ProposedFile(text=_anew(present, new), added=added, keeps_comments=False)


def _additions(proposal: Proposal, present: Configured) -> Proposal:
    known = {normal_label(label) for label in present.aliases}
    databases = tuple(one for one in proposal.databases if one.name not in present.databases)
    aliases = tuple(guess for guess in proposal.aliases if normal_label(guess.use.key) not in known)
    return proposal.model_copy(update={"databases": databases, "aliases": aliases})


def _whole(proposal: Proposal) -> str:
    default = f"  default:\n{_entry_lines(proposal.default, '    ')}"
    databases = "".join(_database_lines(one, "  ") for one in proposal.databases)
    return f"{_HEADER}{_DATABASES}:\n{databases}{default}{_aliases_section(proposal.aliases)}"


def _anew(present: Configured, new: Proposal) -> str:
    kept = "".join(f"  {_scalar(name)}:\n{_entry_lines(entry, '    ')}" for name, entry in present.databases.items())
    added = "".join(_database_lines(one, "  ") for one in new.databases)
    aliases = "".join(f"  {_scalar(label)}: {_scalar(database)}\n" for label, database in present.aliases.items())
    lines = aliases + "".join(_alias_line(guess, "  ") for guess in new.aliases)
    said = _says(present.text)
    others = {key: value for key, value in said.items() if key not in (_DATABASES, _ALIASES)} if isinstance(said, dict) else {}
    rest = yaml.safe_dump(others, allow_unicode=True, sort_keys=False) if others else ""
    return f"{_HEADER}{_DATABASES}:\n{kept}{added}{rest}" + (f"{_ALIASES_HEADER}{_ALIASES}:\n{lines}" if lines else "")


def _database_lines(database: ProposedDatabase, indent: str) -> str:
    time = f"  # {_time(database.seconds, database.entries)} when this was proposed" if database.entries else ""
    return f"{indent}{_scalar(database.name)}:{time}\n{_entry_lines(database.entry, indent + '  ')}"


def _entry_lines(entry: Entry, indent: str) -> str:
    fields = ", ".join(map(_scalar, entry.fields))
    parents = "" if entry.parents is None else f"{indent}parents: [{', '.join(map(_scalar, entry.parents))}]\n"
    values = f"{indent}activity: {_scalar(entry.activity)}\n{indent}max_concurrent: {entry.max_concurrent}\n"
    return f"{values}{indent}fields: [{fields}]\n{parents}"


def _aliases_section(aliases: Iterable[Guess]) -> str:
    guesses = tuple(aliases)
    lines = "".join(_alias_line(guess, "  ") for guess in guesses)
    return f"{_ALIASES_HEADER}{_ALIASES}:\n{lines}" if lines else ""


def _alias_line(guess: Guess, indent: str) -> str:
    """A line; behind a `#` where the guess rests on a likeness of names that is none too great."""
    doubt = "" if guess.sure else "# "
    told = f"{_time(guess.use.seconds, guess.use.entries)}; {guess.why}"
    remedy = "" if guess.sure else "; if right, take the first # away"
    return f"{indent}{doubt}{_suggestion(guess)}  # {told}{remedy}\n"


def _time(seconds: int, entries: int) -> str:
    return f"{seconds / 3600:.1f} h in {entries} {'entry' if entries == 1 else 'entries'}"


def _suggestion(guess: Guess) -> str:
    return f"{_scalar(guess.use.key)}: {_scalar(guess.database)}"


def _suggestion_is_known(guess: Guess, text: str) -> bool:
    """Whether this doubtful label was proposed before: a person who left it, or deleted the `#`, has decided."""
    return not guess.sure and f"# {_scalar(guess.use.key)}: " in text


def _extended(text: str, new: Proposal) -> str:
    whole = text if text.endswith("\n") or not text else f"{text}\n"
    fresh = [guess for guess in new.aliases if not _suggestion_is_known(guess, text)]
    with_aliases = _with_aliases(whole, fresh) if fresh else whole
    place = _section(with_aliases, _DATABASES)
    if place is None or not new.databases:
        return with_aliases
    if place.flow_style:
        parts = ", ".join(_in_flow(one) for one in new.databases)
        return _in_braces(with_aliases, place, parts)
    return _after(with_aliases, place, "".join(_database_lines(one, " " * _column(place)) for one in new.databases))


def _with_aliases(text: str, guesses: list[Guess]) -> str:
    place = _section(text, _ALIASES)
    lines = "".join(_alias_line(guess, "  ") for guess in guesses)
    empty = _EMPTY_ALIASES.search(text) if place is None or not place.value else None
    if empty:
        comment = f"  {empty[2]}" if empty[2] else ""
        return f"{text[: empty.start()]}{empty[1]}{comment}\n{lines}{text[empty.end() + 1 :]}"
    if place is None:
        return text if _ALIASES in _says(text) else text + _aliases_section(guesses)
    if place.flow_style:
        return _in_braces(text, place, ", ".join(_suggestion(guess) for guess in guesses if guess.sure))
    return _after(text, place, "".join(_alias_line(guess, " " * _column(place)) for guess in guesses))


def _section(text: str, key: str) -> yaml.MappingNode | None:
    if _says(text) is None:
        return None
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    sections = (value for name, value in pairs if isinstance(name, yaml.ScalarNode) and name.value == key)
    return next((value for value in sections if isinstance(value, yaml.MappingNode)), None)


def _in_flow(database: ProposedDatabase) -> str:
    entry, fields = database.entry, ", ".join(map(_scalar, database.entry.fields))
    values = f"activity: {_scalar(entry.activity)}, max_concurrent: {entry.max_concurrent}, fields: [{fields}]"
    return f"{_scalar(database.name)}: {{{values}}}"


def _in_braces(text: str, place: yaml.MappingNode, added: str) -> str:
    """Right behind the last value, for what follows it may be a comma, a comment, or nothing."""
    if not added:
        return text
    end, comma = (place.value[-1][1].end_mark.index, ", ") if place.value else (place.end_mark.index - 1, "")
    return f"{text[:end]}{comma}{added}{text[end:]}"


def _after(text: str, place: yaml.MappingNode, added: str) -> str:
    lines = text.splitlines(keepends=True)
    last = _last_line(place)
    return "".join((*lines[: last + 1], added, *lines[last + 1 :]))


def _column(place: yaml.MappingNode) -> int:
    return int(place.value[0][0].start_mark.column)


def _last_line(node: yaml.Node) -> int:
    """The line on which a node's own text ends; a block's mark lies after the comments that follow it."""
    is_flow = isinstance(node, yaml.ScalarNode) or bool(getattr(node, "flow_style", False))
    if not is_flow and node.value:
        return max(map(_last_line, _parts(node)))
    mark = node.end_mark
    return int(mark.line) - 1 if mark.column == 0 and mark.line > node.start_mark.line else int(mark.line)


def _parts(node: yaml.Node) -> list[yaml.Node]:
    return [part for item in node.value for part in item] if isinstance(node, yaml.MappingNode) else list(node.value)


def _says(text: str) -> Any:
    """What a file says, every value as its text; None where it cannot be read."""
    try:
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes nothing but text, lists and dicts
    except (yaml.YAMLError, RecursionError):
        return None


def _expected(text: str, new: Proposal) -> Any:
    said = _says(text)
    if not isinstance(said, dict) or not isinstance(said.get(_DATABASES), dict):
        return object()
    databases = {one.name: _as_text(one.entry) for one in new.databases}
    together = {**said, _DATABASES: {**said[_DATABASES], **databases}}
    aliases = {guess.use.key: guess.database for guess in new.aliases if guess.sure}
    return _without_empty_aliases({**together, _ALIASES: {**_without_empty_aliases(said).get(_ALIASES, {}), **aliases}})


def _without_empty_aliases(said: Any) -> Any:
    """The same, where nothing, `null` and `{}` are all the same: no aliases."""
    if not isinstance(said, dict):
        return said
    return {key: value for key, value in said.items() if key != _ALIASES or (value and isinstance(value, dict))}


def _as_text(entry: Entry) -> dict[str, Any]:
    return {"activity": entry.activity, "max_concurrent": str(entry.max_concurrent), "fields": list(entry.fields)}


def _scalar(text: str) -> str:
    """A text as YAML in one line that reads as the same text; what a terminal would hide or obey is written as an escape."""
    if _PLAIN.fullmatch(text) and text == text.strip() and yaml.safe_load(text) == text:
        return text
    return str(yaml.dump(text, default_style='"', allow_unicode=clean_text(text) == text, width=math.inf)).removesuffix("\n")
