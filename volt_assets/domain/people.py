"""Who a person is: the key that every stored file uses, and the filter of a users list. Not here: clients, reports."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from volt_assets.domain.values import Value

_USER_ID = re.compile(r"user:([0-9]+)\Z")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


class Person(Value):
    """A Toggl user as far as it is known. `email` is lower case, None where Toggl does not tell."""

    user_id: int
    name: str
    email: str | None = None

    @property
    def key(self) -> str:
        """The e-mail, or `user:<id>` where none is known."""
        return person_key(self.user_id, self.email)


class UnknownPersonError(ValueError):
    """A users list names somebody who is not in the workspace."""


def person_key(user_id: int, email: str | None) -> str:
    """How stored files name a person: the e-mail, or `user:<id>` where none is known."""
    return email or f"user:{user_id}"


def shown_name(name: str | None) -> str:
    """A name as reports may show it: of an address that stands in its place, only what is before the @. Empty for nothing."""
    given = (name or "").strip()
    return given.partition("@")[0].strip() if _ADDRESS.fullmatch(given) else given


def normal_email(email: str | None) -> str | None:
    """Lower case without surrounding space; None for nothing."""
    return (email or "").strip().lower() or None


def fibery_address(key: str, email: str | None, aliases: Mapping[str, str]) -> str | None:
    """The address that somebody has in Fibery: the one that `people.aliases` names for their key, or else their own."""
    return aliases.get(key) or (aliases.get(email, email) if email else None)


def select_people(wanted: Iterable[str], people: Iterable[Person]) -> tuple[Person, ...]:
    """The people that e-mails or `user:<id>` name. Raises UnknownPersonError that lists all who are unknown."""
    everyone = tuple(people)
    found = {wish: named(wish, everyone) for wish in wanted}
    unknown = [wish for wish, persons in found.items() if not persons]
    if unknown:
        known = ", ".join(sorted(person.key for person in everyone)) or "nobody"
        raise UnknownPersonError(f"No such person: {', '.join(unknown)}. Known here: {known}.")
    chosen = {person.user_id: person for persons in found.values() for person in persons}
    return tuple(chosen[user_id] for user_id in sorted(chosen))


def named(wish: str, people: Iterable[Person]) -> tuple[Person, ...]:
    """Everybody an e-mail or `user:<id>` names: two accounts may share an e-mail."""
    by_id = _USER_ID.match(wish.strip())
    email = normal_email(wish)
    if by_id:
        return tuple(person for person in people if person.user_id == int(by_id[1]))
    return tuple(person for person in people if email and person.email == email)


def slug(person: Person) -> str:
    """A file name for a person: plain ASCII letters of the name and the user id, so that no two people share one."""
    plain = unicodedata.normalize("NFKD", person.name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-")
    return f"{words}-{person.user_id}" if words else f"user-{person.user_id}"
