"""Looks at this machine's side of a set-up: configuration, variables, store, Dagster, model. Not here: the services, the table.

Nothing is changed: what is written to see whether it can be is removed, and Dagster's own files are read from a copy.
"""

import asyncio
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import dagster as dg

from io_managers.week_store import StoreError, WeekStore
from resources.llm import LlmResource, ModelError
from volt_assets.cli.checkup_deliveries import MAIL, SLACK, delivery_findings
from volt_assets.cli.checkup_services import service_findings
from volt_assets.cli.configuration import ENRICHMENT, settings_of_environment
from volt_assets.cli.errors import UsageProblem, told_in_one_line
from volt_assets.cli.preflight import check_addresses, check_store, check_variables
from volt_assets.domain.checkup import Finding, Verdict, failed, ok, skipped, warning
from volt_assets.domain.model_calls import server_of
from volt_assets.settings import PROJECT, ConfigurationError, Settings, absolute_location, load_environment, load_settings

CONFIGURATION, VARIABLES, MODEL, STORE, HOME = "Configuration", "Variables", "Model", "Store", "Dagster home"
SCHEDULE, VERSIONS = "Schedule", "Versions"
_SCHEDULES = {"monday_reports": "Mondays at six", "daily_late_edits": "every day at seven"}
_MODEL_SECONDS = 15
_NOT_READ = "the configuration cannot be read"
_SECRETS = ("TOGGL_API_TOKEN", "FIBERY_API_TOKEN", "OPENAI_API_KEY", "SLACK_WEBHOOK_URL", "SMTP_PASSWORD")


def examine() -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Every finding, in the order of the table, and the secrets that none of them may show."""
    environment, of_dotenv = _environment()
    own, of_files = _settings(environment)
    settings = own or settings_of_environment(environment)
    findings = (
        *of_dotenv,
        of_files,
        _variables(environment, settings),
        *asyncio.run(service_findings(settings, environment, is_configured=own is not None)),
        _model(settings, environment) if own else skipped(MODEL, _NOT_READ),
        _store(settings),
        _writable(_home(environment), "DAGSTER_HOME", HOME),
        _schedule(Path(_home(environment))),
        *(delivery_findings(settings, environment) if own else (skipped(name, _NOT_READ) for name in (SLACK, MAIL))),
        ok(VERSIONS, f"volt {version('volt')}, Dagster {dg.__version__}, Python {sys.version.split()[0]}"),
    )
    return findings, tuple(environment[name].strip() for name in _SECRETS if environment.get(name, "").strip())


def problem(check: str, message: str, *, otherwise: str = "Correct it and run doctor again.") -> Finding:
    """A failed check from a message of one line, whose last sentences are the remedy."""
    says, _, remedy = message.partition(". ")
    return failed(check, says.rstrip("."), remedy or otherwise)


def _environment() -> tuple[dict[str, str], tuple[Finding, ...]]:
    try:
        with told_in_one_line():
            return load_environment(), ()
    except UsageProblem as error:
        return dict(os.environ), (problem(VARIABLES, str(error), otherwise="Until then only the environment is used."),)


def _settings(environment: Mapping[str, str]) -> tuple[Settings | None, Finding]:
    try:
        settings = load_settings(environment)
    except ConfigurationError as error:
        return None, failed(CONFIGURATION, str(error).rstrip("."), _remedy(str(error)))
    count = len(settings.enrichment.databases)
    return settings, ok(CONFIGURATION, f"{settings.config_folder}: valid, {count} databases, zone {settings.week.timezone}")


def _remedy(problem: str) -> str:
    if "there is no folder" in problem or "is not there" in problem:
        return "Correct it, or let `volt-agent init` make what is missing."
    return "Correct it, or let `volt-agent init --fresh` propose it anew." if ENRICHMENT in problem else "Correct it."


def _variables(environment: Mapping[str, str], settings: Settings) -> Finding:
    try:
        check_variables(environment, settings, toggl=True, fibery=True)
        check_addresses(environment)
    except UsageProblem as error:
        return problem(VARIABLES, str(error), otherwise="Correct it in .env or in the environment.")
    return ok(VARIABLES, f"all that a run needs are set; workspaces {settings.toggl_workspace_id} and {settings.fibery_workspace}")


def _model(settings: Settings, environment: Mapping[str, str]) -> Finding:
    llm = settings.llm
    if llm.provider == "none":
        return ok(MODEL, "none is used: Volt's own templates write the reports")
    if llm.provider == "replay":
        return _recorded(llm.replay_folder)
    key = environment.get("OPENAI_API_KEY", "")
    resource = LlmResource(provider="openai", base_url=llm.base_url, api_key=key, model=llm.model, deadline_seconds=_MODEL_SECONDS)
    try:
        models = asyncio.run(resource.models())
    except ModelError as error:
        return warning(
            MODEL, error.reason, "Until then reports keep the template's text. Check llm in volt.yaml, OPENAI_BASE_URL and the key."
        )
    if models is not None and llm.model not in models:
        some = ", ".join(models[:5]) or "none"
        return warning(
            MODEL, f"the server does not list {llm.model}; it has {some}", "Set llm.model in volt.yaml to one that the server has."
        )
    return ok(MODEL, f"{llm.model} at {server_of(llm.base_url)} may phrase sections of reports; {llm.limits.told}")


def _recorded(folder: str) -> Finding:
    if not folder.strip():
        return failed(
            MODEL, "llm.provider is replay, but llm.replay_folder is empty", "Name the folder with the recorded answers in volt.yaml."
        )
    if not Path(folder).is_dir():
        return warning(MODEL, f"there is no folder {folder} with recorded answers", "Correct llm.replay_folder in volt.yaml.")
    return ok(MODEL, f"recorded answers in {folder}")


def _store(settings: Settings) -> Finding:
    """Whether it can be written, and holds no other workspace's weeks."""
    writable = _writable(settings.data, "VOLT_DATA", STORE)
    if writable.verdict is not Verdict.OK or not re.fullmatch(r"[0-9]{1,18}", settings.toggl_workspace_id):
        return writable
    try:
        WeekStore(settings.data).refuse_other(int(settings.toggl_workspace_id))
    except StoreError as error:
        return problem(STORE, str(error))
    return writable


def _writable(location: str, named_by: str, check: str) -> Finding:
    try:
        check_store(location, named_by)
    except UsageProblem as error:
        return problem(check, str(error))
    return ok(check, f"{location} can be written")


def _home(environment: Mapping[str, str]) -> str:
    return absolute_location(environment.get("DAGSTER_HOME") or str(PROJECT / ".dagster"), Path.cwd())


def _schedule(home: Path) -> Finding:
    """Which runs start by themselves. Dagster makes files where it looks, so it looks at a copy."""
    try:
        running = _running(home) if (home / "schedules").is_dir() else frozenset[str]()
    except Exception as error:  # noqa: BLE001 - another storage, another Dagster's files: each has errors of its own
        return skipped(SCHEDULE, f"what is in {home} cannot be read ({type(error).__name__})")
    told = [f"{name} is {f'on: {when}' if name in running else 'off'}" for name, when in _SCHEDULES.items()]
    how = "as long as the Dagster daemon runs" if running else "weeks run when you start them; the UI switches them on"
    return ok(SCHEDULE, f"{', '.join(told)}; {how}")


def _running(home: Path) -> frozenset[str]:
    with tempfile.TemporaryDirectory(prefix="volt-") as copy:
        shutil.copytree(home / "schedules", Path(copy) / "schedules")
        (Path(copy) / "dagster.yaml").touch()  # without one Dagster warns
        with dg.DagsterInstance.from_config(copy) as instance:
            states = instance.all_instigator_state()
            return frozenset(one.origin.instigator_name for one in states if one.status.value == "RUNNING") & _SCHEDULES.keys()
