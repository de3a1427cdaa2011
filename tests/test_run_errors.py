"""Why a run failed, in one line. Not here: which runs there are."""

import dagster as dg

from volt_assets.run_errors import failures, kinds, problem

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class RefusedError(Exception):
    """What a service says."""


@dg.asset
def raw_toggl_data() -> None:
    raise RuntimeError("something around it") from RefusedError("Toggl refused\n the token \x1b[2J: make a new one.")


def failed_events() -> list[dg.DagsterEvent]:
    job = dg.Definitions(assets=[raw_toggl_data]).resolve_implicit_global_asset_job_def()
    with dg.DagsterInstance.ephemeral() as instance:
        return failures(job.execute_in_process(instance=instance, run_config=QUIET, raise_on_error=False).all_events)


def test_the_innermost_cause_is_told_in_one_line_that_no_terminal_obeys() -> None:
    [event] = failed_events()
    assert problem(event) == "raw_toggl_data: Toggl refused the token [2J: make a new one."
    assert "RefusedError" in kinds(event)
