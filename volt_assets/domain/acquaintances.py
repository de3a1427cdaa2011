"""Who occurs in a week, with every name and address that is known of them. Not here: hiding them (`pseudonyms`)."""

from collections.abc import Iterable, Mapping, Sequence

from volt_assets.domain.aggregation import TogglAggregated
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.people import fibery_address
from volt_assets.domain.pseudonyms import Acquaintance


def toggl_people(aggregated: TogglAggregated, configured: Iterable[str] = ()) -> tuple[Acquaintance, ...]:
    """Everybody whose entries are in the week, and whose address is `configured`. Who occurs in Fibery alone is not known on this side."""
    people = [_known(key, [one.user_name], [one.user_email]) for key, one in sorted(aggregated.users.items())]
    return _with_configured(people, configured)


def week_people(data: EnrichedData, aliases: Mapping[str, str], configured: Iterable[str] = ()) -> tuple[Acquaintance, ...]:
    """Everybody in the joined week: whose entries are in it, who is assigned to its entities, who commented on them.

    `aliases` are `people.aliases`: whoever has an address in Fibery under another name is the same person. `configured` are addresses
    that the configuration names; of whoever is not in the week, what stands before the @ is known at least.
    """
    names = {key: [one.user_name, one.fibery_user] for key, one in data.people.items()}
    addresses = {key: [one.user_email, fibery_address(key, one.user_email, aliases)] for key, one in data.people.items()}
    by_address = {address: key for key, known in addresses.items() for address in known if address}
    by_name = {name.casefold(): key for key, known in names.items() for name in known if name}
    for name, address in _in_fibery(data):
        key = by_address.get(address or "") or by_name.get(name.casefold()) or f"fibery:{address or name}"
        names.setdefault(key, []).append(name)
        addresses.setdefault(key, []).append(address)
    return _with_configured([_known(key, names[key], addresses[key]) for key in sorted(names)], configured)


def _with_configured(people: Sequence[Acquaintance], configured: Iterable[str]) -> tuple[Acquaintance, ...]:
    reached = {address for one in people for address in one.addresses}
    others = sorted(address for address in configured if "@" in address and address not in reached)
    return (*people, *(_known(address, [], [address]) for address in others))


def _in_fibery(data: EnrichedData) -> list[tuple[str, str | None]]:
    assigned = {(one.name, one.email) for entity in data.entities for one in entity.assignees}
    wrote = {(comment.author, None) for entity in data.entities for comment in entity.comments if comment.author}
    return sorted((*assigned, *wrote), key=lambda one: (one[1] is None, one[1] or "", one[0]))


def _known(key: str, names: Iterable[str | None], addresses: Iterable[str | None]) -> Acquaintance:
    told, reached = (tuple(dict.fromkeys(one for one in some if one)) for some in (names, addresses))
    return Acquaintance(key=key, names=told, addresses=reached)
