"""The graph's assets, and what each is made from, by name. Not here: what any of them does."""

from collections.abc import Iterable, Mapping

import dagster as dg

from volt_assets.assets import fibery, reports, toggl

Parents = Mapping[str, tuple[str, ...]]
"""What each asset is made from, by name, each after all that it is made from."""


def parents_of(assets: Iterable[object]) -> Parents:
    """The graph as names."""
    known = [one for one in assets if isinstance(one, dg.AssetsDefinition)]
    waiting = {one.key.to_user_string(): tuple(sorted(key.to_user_string() for key in one.dependency_keys)) for one in known}
    ordered: dict[str, tuple[str, ...]] = {}
    while waiting:
        ready = {name: parents for name, parents in waiting.items() if set(parents) <= ordered.keys()}
        ordered |= ready
        waiting = {name: parents for name, parents in waiting.items() if name not in ready}
    return ordered


ASSETS = tuple(dg.load_assets_from_modules((toggl, fibery, reports)))
PARENTS = parents_of(ASSETS)
