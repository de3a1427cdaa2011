"""How facts look in the block that a model is sent. Not here: which facts, the request around them, what an answer may say."""

from collections.abc import Mapping, Sequence
from typing import Any

from volt_assets.domain.facts import Fact, FactKind
from volt_assets.domain.pseudonyms import Cover, Privacy

COMMENT = "comment"
_FIGURES = frozenset({FactKind.DURATION, FactKind.COUNT, FactKind.SHARE, FactKind.GROWTH, FactKind.WEEK})
"""What code formats itself: nobody's words."""
LEFT_OUT = "[a comment, left out]"


def sheet_rows(facts: Sequence[Fact], privacy: Privacy) -> list[Mapping[str, Any]]:
    """The facts as a model sees them, in the order given: as shown in the report, with what each is about.

    Everything in them is free of secrets, addresses and links; with pseudonyms, of names too. Comments stay out unless allowed.
    """
    cover = Cover(privacy)
    return [_row(fact, cover, comments=privacy.comments) for fact in facts]


def _row(fact: Fact, cover: Cover, *, comments: bool) -> Mapping[str, Any]:
    return {"id": fact.id, "kind": fact.kind.value, "shown": _shown(fact, cover, comments=comments), "about": _about(fact, cover)}


def _shown(fact: Fact, cover: Cover, *, comments: bool) -> str:
    if fact.kind is FactKind.PERSON and fact.subject.person:
        return cover.person(fact.subject.person, fact.display)
    if fact.subject.what == COMMENT and not comments:
        return LEFT_OUT
    return fact.display if fact.kind in _FIGURES else cover.text(fact.display)


def _about(fact: Fact, cover: Cover) -> Mapping[str, str]:
    """What a fact measures, and of whom, of which entity, of which project: where it says."""
    told = fact.subject
    texts = {"what": told.what, "entity": told.entity, "project": told.project}
    shown = {name: cover.text(text) for name, text in texts.items() if text is not None}
    return {**shown, **({"person": cover.person(told.person)} if told.person else {})}
