"""A graph of the same shape as Volt's that does nothing: what Dagster itself costs. Not here: measuring."""

import dagster as dg
from pydantic import BaseModel

from io_managers.json_io import JsonFileIOManagerResource
from volt_assets.partitions import WEEKS


class Empty(BaseModel):
    """A value with nothing in it."""


EMPTY = dg.PythonObjectDagsterType(Empty)


def empty_graph(like: dg.Definitions, root: str) -> dg.Definitions:
    """The assets, dependencies and checks of a graph, with empty bodies, through the same IO manager."""
    nodes = list(like.resolve_asset_graph().asset_nodes)
    assets = [_asset(node.key, sorted(node.parent_keys)) for node in nodes]
    checks = [_check(node.key, check.name) for node in nodes for check in sorted(node.check_keys, key=lambda check: check.name)]
    job = dg.define_asset_job("empty", selection=dg.AssetSelection.assets(*(node.key for node in nodes)))
    return dg.Definitions(
        assets=assets,
        asset_checks=checks,
        jobs=[job],
        resources={"io_manager": JsonFileIOManagerResource(root=root)},
        executor=dg.in_process_executor,
    )


def _asset(key: dg.AssetKey, parents: list[dg.AssetKey]) -> dg.AssetsDefinition:
    names = {f"parent_{position}": dg.AssetIn(key=parent, dagster_type=EMPTY) for position, parent in enumerate(parents)}

    def empty(**_parents: object) -> Empty:
        return Empty()

    decorate = dg.asset(key=key, ins=names, partitions_def=WEEKS, dagster_type=EMPTY)
    return decorate(empty)


def _check(asset: dg.AssetKey, name: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=asset, name=name)
    def check() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=True)

    return check
