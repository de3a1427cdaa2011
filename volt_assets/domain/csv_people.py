"""Whom the configuration may mean in a CSV export, which has no Toggl ids and not everybody's e-mail. Not here: leaving them out."""

from collections.abc import Iterable, Sequence

from volt_assets.domain.csv_entries import FIRST_ID
from volt_assets.domain.people import Person, named
from volt_assets.domain.values import Value


class Doubt(Value):
    """A name in the configuration that may mean somebody in the file, why that cannot be told, and who it may be."""

    name: str
    reason: str
    people: tuple[Person, ...]


def unjudged(names: frozenset[str], people: Iterable[Person], *, settled: frozenset[str] = frozenset()) -> tuple[Doubt, ...]:
    """The names that may mean somebody in the file without its being told. Whom another of them, or of `settled`, means is in no doubt.

    `user:<id>` is judged where it is an id that Volt derived. An e-mail is judged where everybody has one, or where somebody has
    this one and nobody without an e-mail has that person's name.
    """
    everyone = tuple(people)
    meant = {person.user_id for name in names | settled for person in named(name, everyone)}
    open_ones = tuple(person for person in everyone if person.user_id not in meant)
    doubts = [_doubt(name, everyone, open_ones) for name in sorted(names)]
    return tuple(doubt for doubt in doubts if doubt.people)


def _doubt(name: str, everyone: Sequence[Person], open_ones: tuple[Person, ...]) -> Doubt:
    prefix, _, number = name.partition("user:")
    if not prefix and number:
        derived = int(number) >= FIRST_ID
        return Doubt(name=name, reason="is an id of Toggl's, which no CSV tells; it may be one of", people=() if derived else open_ones)
    known = {person.name for person in named(name, everyone)}
    nameless = (person for person in open_ones if person.email is None and (not known or person.name in known))
    return Doubt(name=name, reason="may be one of those without an e-mail", people=tuple(nameless))
