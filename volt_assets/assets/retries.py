"""When an asset is worth another try a while later, in a run that nobody sits before. Not here: retries of single requests (`http`).

Nothing is retried that will not pass: a refusal, a setting, an answer that was wrong twice. And no run is started again by itself: a bare
rule of that kind made 368,000 failed runs in two weeks elsewhere (`reference/dagster.md` section 1.2).
"""

import contextlib
from collections.abc import AsyncIterator, Mapping

import dagster as dg

from resources.errors import GarbledError, QuotaError, ServiceError, UnavailableError, UnknownHostError
from volt_assets.settings import Settings
from volt_assets.settings.sections import RetrySettings

_STARTED_BY_ITSELF = ("dagster/schedule_name", "dagster/sensor_name", "dagster/backfill")
_AFTER_A_RESET = 5


@contextlib.asynccontextmanager
async def tried_again(context: dg.AssetExecutionContext, settings: Settings) -> AsyncIterator[None]:
    """Lets a failure of a service that will pass be followed by another try, after a pause that the log tells.

    Only in a run that a schedule, a sensor or a backfill of the UI started: who starts one by hand is told at once, and decides.
    """
    try:
        yield
    except ServiceError as error:
        retries, tried = settings.retries, context.retry_number
        pause = pause_seconds(error, retries, tried) if is_unattended(context.run.tags) else None
        if pause is None:
            raise
        context.log.warning("%s Another try follows in %.0f s, number %d of %d.", error, pause, tried + 2, retries.times + 1)
        raise dg.RetryRequested(max_retries=retries.times, seconds_to_wait=pause) from error


def pause_seconds(error: ServiceError, retries: RetrySettings, tried: int) -> float | None:
    """How long to wait before another try, after so many further ones; None for no other try."""
    if tried >= retries.times or isinstance(error, UnknownHostError):
        return None
    if isinstance(error, QuotaError):
        pause: float = error.resets_in_seconds + _AFTER_A_RESET
    elif isinstance(error, UnavailableError) or (isinstance(error, GarbledError) and tried == 0):
        pause = retries.wait_seconds * 2**tried
    else:
        return None
    return pause if pause <= retries.longest_wait_seconds else None


def is_unattended(tags: Mapping[str, str]) -> bool:
    """Whether nobody waits for this run."""
    return any(tag in tags for tag in _STARTED_BY_ITSELF)
