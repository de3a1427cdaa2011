"""What speaks for the entity that a number could mean, and what speaks against it. Not here: which outcome follows (that is `ladder`)."""

import re
from collections.abc import Iterable, Iterator

from volt_assets.domain.entities import EntityKey, EntityRecord
from volt_assets.domain.fibery_schema import normal_name
from volt_assets.domain.lookups import Row, Workspace
from volt_assets.domain.matching import Candidate
from volt_assets.domain.references import Needs, Reference
from volt_assets.domain.titles import is_assigned, normal_title

_GOING_ON = re.compile(
    "continu(?:e[ds]?|ing)|finish(?:ed|ing)?|complet(?:e[ds]?|ing)|finali[sz](?:e[ds]?|ing)|resum(?:e[ds]?|ing)|fix(?:ing)?|work(?:ed|ing)?|"
    "help(?:ed|ing)?|research(?:ed|ing)?|investigat(?:e[ds]?|ing)|debug(?:ged|ging)?|refactor(?:ed|ing)?|implement(?:ed|ing)?|wrap(?:ping)?|"
    "doing|again|back|still|up|on|at|to|with|for|of|in|the|"
    "weiter|weiterarbeiten|arbeiten?|beenden|beheben|fertigstellen|fortsetzen|helfen|recherchieren|untersuchen|an|am|mit|das|dem|der|die|"
    "aider|continuer|corriger|finir|poursuivre|terminer|travailler|avec|sur|acabar|ayudar|continuar|corregir|seguir|trabajar|con|"
    "fikse|fortsette|fullføre|hjelpe|jobbe|med|på|"
    "продолж(?:аю|ить)|закончить|доделать|доделываю|исправ(?:ить|ляю)|исследовать|помо(?:гаю|чь)|работаю|делаю|снова|в|к|на|над|по|"
    "συνεχίζω|修正|対応|続き"
)
"""Words that only say that somebody goes on with something: they name nothing that a number behind them could count."""
_SHORTEST_TELLING_WORD = 4
_SHARED_WORDS = 2
_ENOUGH_TO_CONTRADICT = 2
_LONGEST_NAME = 4
_NAME = re.compile(r"\w[\w-]*")
_YEAR = re.compile(r"20[0-9]{2}")


def database_word(reference: Reference, workspace: Workspace) -> str:
    """The name of a database right beside a bare number, as in `bug #7`; empty if there is none.

    It narrows where to look as a label does, but is no proof by itself.
    """
    beside = () if reference.is_full or reference.label else _beside(reference)
    return next((phrase for phrase in beside if workspace.labels.called(phrase)), "")


def is_allowed(candidate: Candidate, word: str, workspace: Workspace) -> bool:
    """Whether a candidate is of a database of this name, or shares so many words with the text that the name is one of them."""
    names = {database.name for database in workspace.labels.called(word)} if word else set()
    return not names or f"{candidate.entity.space}/{candidate.entity.database}" in names or "title" in candidate.signals


def numbered_candidate(record: EntityRecord, row: Row, reference: Reference, address: str | None, workspace: Workspace) -> Candidate:
    """An entity with the number, and what speaks for it. A title of one telling word needs the assignee too."""
    label, assigned = reference.label, is_assigned(record, address)
    title, shared = _telling(record.name), _telling(record.name) & _telling(reference.title)
    speaking = {
        "label": label is not None and normal_name(label) == normal_name(record.key.database) and not workspace.schema.has_space(label),
        "assignee": assigned,
        "title": len(shared) >= _SHARED_WORDS or is_title(record, reference) or (assigned and bool(shared) and shared == title),
        "project": row.project is not None and normal_name(row.project) == normal_name(record.key.space),
    }
    signals = tuple(name for name, agrees in speaking.items() if agrees)
    return Candidate(entity=record.key, name=record.name, score=min(1.0, 0.5 + 0.25 * len(signals)), signals=signals)


def is_title(record: EntityRecord, reference: Reference) -> bool:
    """Whether the words beside the number are the entity's very title."""
    title = normal_title(reference.title)
    return bool(title) and normal_title(record.name) == title


def only_one_titled(records: Iterable[EntityRecord], reference: Reference) -> EntityKey | None:
    """Of the entities with a number, the only one that has the very title which stands beside it."""
    titled = [record.key for record in records if is_title(record, reference)]
    return titled[0] if len(titled) == 1 else None


def doubt_about_labels(only: Candidate, reference: Reference) -> str | None:
    """Why labels beside a number that may count something else are no proof; None if what the reference needs agrees."""
    if reference.needs is Needs.TITLE:
        return None if "title" in only.signals else "the number may count something else, and the title does not agree"
    agrees = {"title", "assignee"} & set(only.signals)
    return None if agrees else "the number may count something else, and neither the title nor the assignees agree"


def doubt_about_number(only: Candidate, reference: Reference, row: Row, workspace: Workspace) -> str | None:
    """Why a bare number is no proof of the one entity that has it; None if a second signal agrees and nothing contradicts."""
    if "label" in only.signals:
        return None
    if not {"title", "assignee"} & set(only.signals):
        return "the number alone is no proof: neither the title nor the assignees agree"
    if workspace.missing:
        return workspace.unseen("number")
    if "title" in only.signals:
        return None
    if _is_foreign_label(reference, row, workspace):
        return f"Fibery has no database {reference.label}"
    if _YEAR.fullmatch(reference.public_id):
        return "the number is this person's, but it may be a year"
    is_other = _is_of_something_else(only, reference, database_word(reference, workspace))
    return "the number is this person's, but the words are those of something else" if is_other else None


def _is_foreign_label(reference: Reference, row: Row, workspace: Workspace) -> bool:
    """Whether a label is neither a name in Fibery or of an alias nor the entry's project: the number may be another tool's."""
    label = reference.label
    return label is not None and not workspace.means_something(label) and normal_name(label) != normal_name(row.project or "")


def _is_of_something_else(only: Candidate, reference: Reference, word: str) -> bool:
    """Whether the words beside a number share none with the title of its entity, and say more than that somebody went on with it.

    `Interview #12` counts interviews, and `#12 Title` is also how GitHub's and other buttons write (`reference/field.md` 6.1). A single
    word behind the number, such as `pairing`, is a remark.
    """
    if _telling(reference.title) & _telling(only.name):
        return False
    named = _words(word)
    saying = {one for one in _words(reference.title) - named if not _GOING_ON.fullmatch(one)}
    return bool(saying & _words(reference.title[: reference.place])) or len(saying & _telling(reference.title)) >= _ENOUGH_TO_CONTRADICT


def _beside(reference: Reference) -> Iterator[str]:
    """What may be a name beside the number: the last words before it, the longest first, or all that is behind it."""
    before = _NAME.findall(reference.title[: reference.place])
    yield from (" ".join(before[-length:]) for length in range(min(_LONGEST_NAME, len(before)), 0, -1))
    behind = _NAME.findall(reference.title[reference.place :])
    if 0 < len(behind) <= _LONGEST_NAME:
        yield " ".join(behind)


def _telling(text: str) -> frozenset[str]:
    return frozenset(word for word in _words(text) if len(word) >= _SHORTEST_TELLING_WORD)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))
