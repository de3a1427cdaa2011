"""What a description says about an entity. Not here: whether that entity exists (that is `ladder`), labels that only Fibery explains.

The forms are those of `reference/fibery.md` section 7.2 and `reference/field.md` section 6: a link of the workspace,
`#id [Space] [Database] [Project]` as Fibery's own formula writes it, and a bare `#id`. What needs the names of the workspace's databases
to be understood, such as `Space/Database#12`, is read by `label_forms`.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import islice

from volt_assets.domain.addresses import Addresses, EntityAddress, find_addresses
from volt_assets.domain.foreign_numbers import counts_something_else, may_be_another_tools, names_another_tool
from volt_assets.domain.values import Value


class ReferenceForm(StrEnum):
    """How a description names an entity."""

    URL = "url"
    LABELS = "labels"
    BARE = "bare"


class Needs(StrEnum):
    """What has to agree with an entity that is named in full, for the number beside the labels may count something else."""

    NOTHING = "nothing"
    TITLE_OR_ASSIGNEE = "title_or_assignee"
    TITLE = "title"


class Reference(Value):
    """An entity as a description names it. `space` and `database` are the labels as written, None where only an id is given.

    `label` is a single label beside a bare number. `title` is the description without the reference, and `place` is where in the title a
    bare number stood. `others` are the references that the same description makes besides, surest first: the first of all that is
    valid has the time.
    """

    form: ReferenceForm
    public_id: str
    space: str | None = None
    database: str | None = None
    project: str | None = None
    label: str | None = None
    needs: Needs = Needs.NOTHING
    title: str = ""
    place: int = 0
    others: tuple["Reference", ...] = ()

    @property
    def is_full(self) -> bool:
        """Whether it names its entity in full: space, database and id."""
        return self.space is not None and self.database is not None

    @property
    def words_before(self) -> str:
        """The text before the labels where it has a say: it may hold another full name, such as `Space/Database#12`, or must agree."""
        has_a_say = ("/" in self.title and "#" in self.title) or self.needs is not Needs.NOTHING
        return self.title if self.form is ReferenceForm.LABELS and has_a_say else ""

    @property
    def names(self) -> tuple[str, ...]:
        """What makes texts one row: the entity as named, and what is named besides, for that may turn out to be the valid one."""
        named = (((one.space or "").casefold(), (one.database or "").casefold(), one.public_id) for one in self.in_order)
        return (*(part for parts in named for part in parts), self.words_before.casefold())

    @property
    def in_order(self) -> tuple["Reference", ...]:
        """This reference and the others."""
        return (self, *self.others)

    @property
    def forms(self) -> tuple[ReferenceForm, ...]:
        """In which forms this and the others name."""
        return tuple(one.form for one in self.in_order)


ID = r"(?<![A-Za-z0-9_#&/])#\s?([0-9]{1,9})(?!\w)"
"""A number of its own behind a number sign; text of a script without spaces may stand before it."""
LABEL = re.compile(r"\[([^\[\]]*)\]")
RUN = r"\[[^\[\]]*\](?:\s*(?:[-,/|>]\s*)?\[[^\[\]]*\])*"
"""Labels in a row, with nothing or one sign between them."""
LONGEST_READ = 20_000
"""Toggl takes 3,000 characters of a description; of a longer one from elsewhere the rest is not looked through."""
_LABELLED = re.compile(rf"(?<![0-9_#&])#\s?([0-9]{{1,9}})(?!\w)\s*({RUN})")
_GLUED = re.compile(r"[A-Za-z/]\Z")
_WORD_GLUED = re.compile(r"(?<![^\s(\[{\"'])(?P<word>(?:[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*)?)/?\Z")
_BARE = re.compile(ID)
_LABEL_BESIDE = re.compile(r"\s*\[([^\[\]]*[^\[\]\s][^\[\]]*)\]")
_FULL_LABELS = 2
_MOST_MENTIONS = 20
_LONGEST_WORD = 80
_MOST_OTHERS = 5
_PLAIN_SIGNS = {ord(sign) + 0xFEE0: sign for sign in "#[]/0123456789"} | {0x3010: "[", 0x3011: "]"}
"""The full-width forms lie this far behind; two more are the brackets of Japanese and Chinese."""


def parse_reference(description: str, hosts: Iterable[str]) -> Reference | None:
    """The entity a description refers to; None if to none. `hosts` are the workspace's own addresses, such as `acme.fibery.io`.

    A link wins over labels, labels over a bare number: each says more than the next. Of equals the first in the text comes first.
    """
    text = description[:LONGEST_READ]
    addresses = find_addresses(text, tuple(hosts))
    labelled = _from_labels(text)
    if not labelled and text != (plain := plain_signs(text)):
        text, labelled = plain, _from_labels(plain)
    found = [*(_from_address(text, address) for address in addresses.entities), *labelled]
    return combined(found or _from_bare_ids(text, addresses))


def combined(references: Sequence[Reference]) -> Reference | None:
    """One reference with the others in it, each entity once; None of none."""
    if not references:
        return None
    distinct: dict[tuple[str, ...], Reference] = {}
    for one in references:
        distinct.setdefault(_identity(one), one)
    first, *rest = distinct.values()
    others = tuple(one.model_copy(update={"others": ()}) for one in rest[:_MOST_OTHERS])
    return first.model_copy(update={"others": others})


def plain_signs(text: str) -> str:
    """The text with the full-width forms of number sign, brackets, slash and digits as the plain ones, sign by sign."""
    return text.translate(_PLAIN_SIGNS)


def plain_id(digits: str) -> str:
    """A number as Fibery writes it."""
    return str(int(digits))


def without(text: str, start: int, end: int) -> str:
    """The text with a part of it taken out, in single spaces."""
    return " ".join(f"{text[:start]} {text[end:]}".split())


def _identity(reference: Reference) -> tuple[str, ...]:
    return ((reference.space or "").casefold(), (reference.database or "").casefold(), reference.label or "", reference.public_id)


def _from_address(text: str, address: EntityAddress) -> Reference:
    return Reference(
        form=ReferenceForm.URL,
        public_id=address.public_id,
        space=address.space,
        database=address.database,
        title=without(text, address.start, address.end),
    )


def _from_labels(text: str) -> list[Reference]:
    full = (found for found in _LABELLED.finditer(text) if len(labels_of(found[2])) >= _FULL_LABELS and not _is_foreign_key(text, found))
    return [_labelled(text, found) for found in islice(full, _MOST_MENTIONS)]


def _is_foreign_key(text: str, found: re.Match[str]) -> bool:
    """Whether the sign is glued to what makes it another tool's, such as `AB#12` or `owner/repository#12`. A word or a slash is none."""
    before = text[max(0, found.start() - _LONGEST_WORD) : found.start()]
    if not _GLUED.search(before):
        return False
    glued = _WORD_GLUED.search(before)
    return glued is None or glued["word"].isupper() or may_be_another_tools(before, len(before.removesuffix("/")))


def _labelled(text: str, found: re.Match[str]) -> Reference:
    space, database, *rest = labels_of(found[2])
    start = found.start()
    is_doubtful = may_be_another_tools(text, start) or _GLUED.search(text[max(0, start - 1) : start])
    return Reference(
        form=ReferenceForm.LABELS,
        public_id=plain_id(found[1]),
        space=space,
        database=database,
        project=rest[0] if rest else None,
        needs=Needs.TITLE_OR_ASSIGNEE if is_doubtful else Needs.NOTHING,
        title=" ".join(text[:start].split()),
    )


def labels_of(run: str) -> list[str]:
    """The labels of a run of brackets, without the empty ones."""
    return [label.strip() for label in LABEL.findall(run) if label.strip()]


def _from_bare_ids(text: str, addresses: Addresses) -> list[Reference]:
    """The bare numbers that nothing says to count something else. In a text about another tracker only a labelled one is ours."""
    elsewhere = names_another_tool(text)
    ours = (
        found
        for found in _BARE.finditer(text)
        if not any(start <= found.start() < end for start, end in addresses.spans)
        and not counts_something_else(text, found.start(), found.end())
        and (not elsewhere or _LABEL_BESIDE.match(text, found.end()))
    )
    return [_bare(text, found) for found in islice(ours, _MOST_MENTIONS)]


def _bare(text: str, found: re.Match[str]) -> Reference:
    label = _LABEL_BESIDE.match(text, found.end())
    return Reference(
        form=ReferenceForm.BARE,
        public_id=plain_id(found[1]),
        label=label[1].strip() if label else None,
        title=without(text, found.start(), label.end() if label else found.end()),
        place=len(" ".join(text[: found.start()].split())),
    )
