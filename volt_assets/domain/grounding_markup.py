"""That nothing of a text becomes markup or a link but by code, and links lead to the configured hosts. Not here: what a text says."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from urllib.parse import unquote

from markdown_it import MarkdownIt

from volt_assets.domain.drafts import render_text
from volt_assets.domain.facts import SLOT, Fact
from volt_assets.domain.grounding_claims import Claim, Problem
from volt_assets.domain.grounding_words import Check
from volt_assets.domain.values import clean_text

_READER = MarkdownIt("gfm-like", {"linkify": False})
_OURS = frozenset({"text", "text_special", "link_open", "link_close"})
_HARMLESS = re.compile(r"[\w ,.;:()%“”'?/|-]*\Z")


def markup_problems(claim: Claim, hosts: Collection[str]) -> Iterator[Problem]:
    """Markup, invisible characters and addresses in a text that code did not put there."""
    for fact in claim.facts:
        if fact.url is not None and not _leads_to(fact.url, hosts):
            yield claim.problem(Check.ENTITY, "a link leads to another host than Fibery's or Toggl's", fact)
    for text in claim.written:
        plain = "".join(fact.display for fact in claim.facts) + text
        if clean_text(plain) != plain or "\n" in text or any("\n" in fact.display for fact in claim.facts):
            yield claim.problem(Check.MARKUP, "holds characters that nobody sees")
        yield from _rendered_problems(claim, text)


def _rendered_problems(claim: Claim, text: str) -> Iterator[Problem]:
    facts = [claim.ledger[slot] for slot in SLOT.findall(text) if slot in claim.ledger]
    if any(slot not in claim.ledger for slot in SLOT.findall(text)) or _is_plain(text, facts):
        return
    ours = {unquote(fact.url) for fact in facts if fact.url is not None}
    for kind, address in _tokens(render_text(text, claim.ledger)):
        if kind not in _OURS:
            yield claim.problem(Check.MARKUP, f"holds markup ({kind})")
        elif kind == "link_open" and unquote(address) not in ours:
            yield claim.problem(Check.MARKUP, "holds a link that code did not make")


@lru_cache(maxsize=4096)
def _tokens(line: str) -> tuple[tuple[str, str], ...]:
    """What a line is read as, each piece with the address it has. Kept: parsing is slow, and a line stands in several reports."""
    [read] = _READER.parseInline(line)
    return tuple((token.type, str(token.attrs.get("href", ""))) for token in read.children or ())


def _is_plain(text: str, facts: list[Fact]) -> bool:
    """Whether nothing in a text could be read as markup: most cells, and parsing is slow."""
    own = SLOT.sub("", text)
    return all(_HARMLESS.match(part) for part in (own, *(fact.display for fact in facts))) and all(fact.url is None for fact in facts)


def _leads_to(url: str, hosts: Collection[str]) -> bool:
    """Whether an address lies under one of the hosts; these may have a path, as `fibery.example/team`."""
    scheme, _, rest = url.partition("://")
    return scheme in ("http", "https") and any(rest == host or rest.startswith(f"{host}/") for host in hosts)
