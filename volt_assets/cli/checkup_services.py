"""Asks Toggl and Fibery what `doctor` wants to know. Not here: this machine's side, the table, what the answers mean.

Toggl is asked three times: for the workspace, the quota, the people. Fibery twice: for the schema and its users.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from io_managers.week_store import WeekStore
from resources.errors import QuotaError, ServiceError
from resources.places import Place, ReadOnly
from resources.toggl import Rights, TogglClient
from volt_assets.cli.configuration import configured_entries
from volt_assets.cli.errors import UsageProblem
from volt_assets.cli.preflight import check_workspaces
from volt_assets.cli.workspace import fibery_service, own_bucket, toggl_service
from volt_assets.domain.checkup import (
    CONFIRMED,
    DATABASES,
    FIELDS,
    JOINED_PEOPLE,
    LABELS,
    NAMED_PEOPLE,
    QUOTA,
    Finding,
    check_confirmed,
    check_databases,
    check_fields,
    check_joined_people,
    check_labels,
    check_named_people,
    check_quota,
    failed,
    ok,
    requests_of_a_week,
    skipped,
    warning,
)
from volt_assets.domain.entities import FiberyUser, RequestFailure
from volt_assets.domain.fibery_schema import Schema
from volt_assets.domain.people import Person
from volt_assets.domain.values import Value
from volt_assets.settings import Settings

TOGGL, RIGHTS, FIBERY = "Toggl token", "Toggl rights", "Fibery token"
_OF_TOGGL, _OF_FIBERY = (TOGGL, RIGHTS, QUOTA), (FIBERY, DATABASES, FIELDS, LABELS, CONFIRMED)
_NO_CONFIGURATION = "the configuration cannot be read"


class _FromToggl(Value):
    findings: tuple[Finding, ...]
    people: tuple[Person, ...] | None = None


class _FromFibery(Value):
    findings: tuple[Finding, ...]
    users: tuple[FiberyUser, ...] | None = None


async def service_findings(settings: Settings, environment: Mapping[str, str], *, is_configured: bool) -> tuple[Finding, ...]:
    """What both services say, then what they say together: who is who. Never raises for a service that fails."""
    toggl = await _ask_toggl(settings, environment)
    fibery = await _ask_fibery(settings, environment, is_configured=is_configured)
    return (*toggl.findings, *fibery.findings, *_people(settings, toggl.people, fibery.users, is_configured=is_configured))


async def _ask_toggl(settings: Settings, environment: Mapping[str, str]) -> _FromToggl:
    missing = [name for name in ("TOGGL_API_TOKEN", "TOGGL_WORKSPACE_ID") if not environment.get(name, "").strip()]
    if missing:
        return _FromToggl(findings=_all_skipped(_OF_TOGGL, f"{' and '.join(missing)} not set"))
    try:
        async with toggl_service(settings, environment, longest_wait_seconds=0).client() as client:
            return await _toggl_answers(client, settings)
    except QuotaError as error:
        rows = _all_skipped((TOGGL, RIGHTS), "the hour's requests are used up")
        return _FromToggl(findings=(*rows, _failure(QUOTA, error)))
    except ServiceError as error:
        return _FromToggl(findings=(_failure(TOGGL, error), *_all_skipped((RIGHTS, QUOTA), "Toggl did not accept the question")))


async def _toggl_answers(client: TogglClient, settings: Settings) -> _FromToggl:
    rights = await client.rights()
    people, problem = await _listed(client)
    accepted = ok(TOGGL, f"accepted by workspace {rights.workspace_id}")
    quota = await _quota(client, rights, settings, len(people or ()))
    return _FromToggl(findings=(accepted, _rights(rights, settings), quota, *problem), people=people)


async def _listed(client: TogglClient) -> tuple[tuple[Person, ...] | None, tuple[Finding, ...]]:
    try:
        return await client.people(), ()
    except ServiceError as error:
        says, remedy = _parts(error)
        return None, (warning(NAMED_PEOPLE, f"Toggl's list of people cannot be read: {says}", remedy),)


def _rights(rights: Rights, settings: Settings) -> Finding:
    if rights.is_admin:
        return ok(RIGHTS, "the token's owner is an admin: everybody's hours are seen")
    if settings.toggl.allow_own_entries_only:
        return warning(
            RIGHTS, "the token's owner is no admin: reports hold their hours alone", "Allowed by toggl.allow_own_entries_only in volt.yaml."
        )
    return failed(
        RIGHTS,
        "the token's owner is no admin, so Toggl leaves out everybody else's hours",
        "Set TOGGL_API_TOKEN to an admin's token, or toggl.allow_own_entries_only to true for a report on these hours alone.",
    )


async def _quota(client: TogglClient, rights: Rights, settings: Settings, people: int) -> Finding:
    """What is left; from the headers of the other answers where Toggl does not list it."""
    needed = requests_of_a_week(people, settings.toggl.page_size)
    try:
        bucket = own_bucket(await client.quota(), rights)
    except ServiceError:
        bucket = None
    if bucket is not None:
        return check_quota(bucket.remaining, bucket.total, _resets(bucket.resets_in_secs, settings.week.timezone), needed)
    if client.quota_remaining is None:
        return skipped(QUOTA, "Toggl does not say how many requests are left")
    return check_quota(client.quota_remaining, None, _resets(None, settings.week.timezone), needed)


def _resets(seconds: int | None, timezone: str) -> str:
    if seconds is None:
        return "reset not told"
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    return f"resets at {moment.astimezone(ZoneInfo(timezone)):%H:%M} ({timezone})"


async def _ask_fibery(settings: Settings, environment: Mapping[str, str], *, is_configured: bool) -> _FromFibery:
    missing = [name for name in ("FIBERY_API_TOKEN", "FIBERY_WORKSPACE_NAME") if not environment.get(name, "").strip()]
    if missing:
        return _FromFibery(findings=_all_skipped(_OF_FIBERY, f"{' and '.join(missing)} not set"))
    try:
        check_workspaces("", settings.fibery_workspace)
    except UsageProblem:  # told among the variables
        return _FromFibery(findings=_all_skipped(_OF_FIBERY, "FIBERY_WORKSPACE_NAME is no workspace's name"))
    try:
        fibery = fibery_service(settings, environment)
        async with fibery.client(place=_known_place(settings, fibery.account)) as client:
            schema = await client.schema()
            told = await client.ask([], with_users=True)
    except ServiceError as error:
        return _FromFibery(findings=(_failure(FIBERY, error), *_all_skipped(_OF_FIBERY[1:], "Fibery's schema is not known")))
    accepted = ok(FIBERY, f"accepted by workspace {settings.fibery_workspace}, which has {len(schema.databases)} databases")
    rows = _of_schema(settings, schema) if is_configured else _all_skipped(_OF_FIBERY[1:], _NO_CONFIGURATION)
    users = told.users if told.users_failure is None else None
    return _FromFibery(findings=(accepted, *rows, *_no_users(told.users_failure)), users=users)


def _known_place(settings: Settings, account: str) -> Place | None:
    """What runs keep of the schema, so that what was renamed is known. Doctor adds nothing to it."""
    try:
        place = ReadOnly(WeekStore(settings.data).scratch("fibery", account))
        place.read("schema.json")
    except Exception:  # noqa: BLE001 - every kind of fsspec location has errors of its own; the check of the store tells them
        return None
    return place


def _of_schema(settings: Settings, schema: Schema) -> tuple[Finding, ...]:
    enrichment = settings.enrichment
    return (
        *check_databases(enrichment.databases, schema),
        *check_fields(configured_entries(settings), schema, settings.enrichment.strategies),
        *check_labels(enrichment.label_aliases, schema),
        *check_confirmed(settings.confirmed, schema),
    )


def _no_users(failure: RequestFailure | None) -> tuple[Finding, ...]:
    if failure is None:
        return ()
    return (warning(JOINED_PEOPLE, f"Fibery's users cannot be read: {failure.reason}", "Give the token's user the right to see users."),)


def _people(
    settings: Settings, people: Sequence[Person] | None, users: Sequence[FiberyUser] | None, *, is_configured: bool
) -> tuple[Finding, ...]:
    if not is_configured:
        return _all_skipped((NAMED_PEOPLE, JOINED_PEOPLE), _NO_CONFIGURATION)
    if people is None:
        return _all_skipped((NAMED_PEOPLE, JOINED_PEOPLE), "Toggl's people are not known")
    known = settings.people
    settings_named = {"exclude": known.exclude, "no_report": known.no_report, "aliases": frozenset(known.aliases)}
    rows = check_named_people(settings_named, people)
    if users is None:
        return (*rows, skipped(JOINED_PEOPLE, "Fibery's users are not known"))
    counted = [person for person in people if person.key not in known.exclude and f"user:{person.user_id}" not in known.exclude]
    return (*rows, *check_joined_people(counted, users, known.aliases))


def _all_skipped(checks: Sequence[str], reason: str) -> tuple[Finding, ...]:
    return tuple(skipped(check, reason) for check in checks)


def _failure(check: str, error: ServiceError) -> Finding:
    return failed(check, *_parts(error))


def _parts(error: ServiceError) -> tuple[str, str]:
    says, _, remedy = str(error).partition(". ")
    return says.rstrip("."), remedy or "Run doctor again later."
