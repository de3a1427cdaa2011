"""The command `volt-agent`. Not here: anything a user of the Dagster UI would miss."""

from volt_assets.cli.main import main

__all__ = ["main"]
