"""What a command reads of a stored week. Not here: options, what is made of it."""

from typing import TypeVar

from pydantic import BaseModel

from io_managers.json_io import load_value
from io_managers.week_store import StoreError, WeekStore
from volt_assets.cli.errors import UsageProblem
from volt_assets.domain.weeks import Week
from volt_assets.settings import Settings

Model = TypeVar("Model", bound=BaseModel)


def stored_value(week: Week, settings: Settings, asset: str, model: type[Model]) -> Model:
    """An asset's value of a week. Raises UsageProblem, with the remedy, where there is none or it cannot be read."""
    try:
        value = load_value(WeekStore(settings.data), week.key, asset, model)
    except StoreError as error:
        raise UsageProblem(str(error)) from None
    if value is None:
        raise UsageProblem(
            f"{asset} of week {week.key} is not stored in {settings.data}. Run the week first: "
            f"volt-agent run --start-date {week.key} --end-date {week.sunday}"
        )
    return value
