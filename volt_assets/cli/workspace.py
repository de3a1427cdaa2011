"""What `init` reads of a user's own Toggl and Fibery. Not here: what is proposed, printing of differences."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from resources.errors import ConfigurationMissingError, QuotaError, ServiceError
from resources.fibery import FiberyResource
from resources.toggl import Rights, TogglClient, TogglResource
from resources.toggl_rows import ReportedQuota
from volt_assets.cli.errors import RunProblem, UsageProblem
from volt_assets.domain.fibery_schema import Schema
from volt_assets.domain.label_aliases import Described, Guess, LabelUse, guess_databases, label_questions, labels_seen, unknown_labels
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week
from volt_assets.settings import Settings

Tell = Callable[[str], None]
_REQUESTS_OF_A_WEEK = 2


class Workspace(Value):
    """The databases of Fibery, the labels in use, and what those stand for that name no database."""

    workspace_schema: Schema
    uses: tuple[LabelUse, ...]
    guesses: tuple[Guess, ...]


def read_workspace(settings: Settings, environment: Mapping[str, str], weeks: Sequence[Week], tell: Tell) -> Workspace:
    """Asks Fibery, and Toggl about these weeks; without weeks Fibery alone.

    Raises RunProblem where a service refuses or cannot be reached, UsageProblem where a setting cannot be right.
    """
    try:
        return asyncio.run(_read(settings, environment, weeks, tell))
    except ConfigurationMissingError as error:
        raise UsageProblem(str(error)) from None
    except QuotaError as error:
        raise RunProblem(f"{error} Or leave Toggl out with --no-toggl.") from None
    except ServiceError as error:
        raise RunProblem(str(error)) from None


def toggl_service(settings: Settings, environment: Mapping[str, str], *, longest_wait_seconds: int | None = None) -> TogglResource:
    """Toggl without the graph, whose import needs a whole configuration. A token that is no admin's is no error here."""
    return TogglResource(
        api_url=settings.toggl_url,
        token=environment.get("TOGGL_API_TOKEN", ""),
        workspace_id=settings.toggl_workspace_id,
        page_size=settings.toggl.page_size,
        requests_per_second=settings.toggl.max_requests_per_second,
        max_quota_wait_seconds=settings.toggl.max_quota_wait_seconds if longest_wait_seconds is None else longest_wait_seconds,
        timezone=settings.week.timezone,
        allow_own_entries_only=True,
    )


def fibery_service(settings: Settings, environment: Mapping[str, str]) -> FiberyResource:
    """Fibery without the graph."""
    return FiberyResource(
        api_url=settings.fibery_url,
        workspace=settings.fibery_workspace,
        token=environment.get("FIBERY_API_TOKEN", ""),
        requests_per_second=settings.fibery.max_requests_per_second,
        batch_size=settings.fibery.batch_size,
    )


def own_bucket(quotas: Sequence[ReportedQuota], rights: Rights) -> ReportedQuota | None:
    """The bucket that pays for the workspace's data: its organization's, or the only one that is not the user's own."""
    shared = [quota for quota in quotas if quota.organization_id is not None]
    named = [quota for quota in shared if quota.organization_id == rights.organization_id]
    return next(iter(named or shared), None) if named or len(shared) == 1 else None


async def _read(settings: Settings, environment: Mapping[str, str], weeks: Sequence[Week], tell: Tell) -> Workspace:
    async with fibery_service(settings, environment).client() as fibery:
        schema = await fibery.schema()
        tell(f"Fibery: {len(schema.databases)} databases in {settings.fibery_workspace}.")
        described = await _descriptions(toggl_service(settings, environment), weeks, tell) if weeks else ()
        uses = labels_seen(described, settings.fibery_hosts)
        unknown = unknown_labels(uses, schema)
        questions = label_questions(unknown, schema)
        answers = (await fibery.ask(questions)).answers if questions else ()
        return Workspace(workspace_schema=schema, uses=uses, guesses=guess_databases(unknown, schema, answers))


async def _descriptions(toggl: TogglResource, weeks: Sequence[Week], tell: Tell) -> tuple[Described, ...]:
    """Everything that these weeks' entries say. What was read before the quota ends is used."""
    async with toggl.client(tell=tell) as client:
        rights = await client.rights()
        tell(await _cost(client, rights, weeks, toggl.page_size))
        if not rights.is_admin:
            tell("Toggl shows this token only its owner's entries, so the labels are one person's: see volt-agent doctor.")
        found: list[Described] = []
        latest = 0
        for number, week in enumerate(weeks):
            try:
                of_week = await client.descriptions(week, entries_expected=latest)
            except QuotaError as error:
                if not found:
                    raise
                tell(f"{error} The proposal rests on {number} of {len(weeks)} weeks.")
                break
            latest = len(of_week)
            found += of_week
        tell(f"Toggl: {len(found)} entries read with {client.requests_made} requests.")
        return tuple(found)


async def _cost(client: TogglClient, rights: Rights, weeks: Sequence[Week], page_size: int) -> str:
    """How many requests are ahead, and how many the hour has left. The list of quotas is a courtesy: without it headers tell."""
    try:
        bucket = own_bucket(await client.quota(), rights)
    except ServiceError:
        bucket = None
    left = bucket.remaining if bucket else client.quota_remaining
    known = f"{left} are left in this hour" if left is not None and left >= 0 else "Toggl does not say how many are left in this hour"
    needed = _REQUESTS_OF_A_WEEK * len(weeks)
    return (
        f"Toggl: the entries of {weeks[-1].monday} to {weeks[0].sunday} take at least {needed} requests, "
        f"and one more for each {page_size} entries of a week beyond the first {page_size}; {known}."
    )
