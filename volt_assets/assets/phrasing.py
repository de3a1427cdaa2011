"""Asking a model to phrase a report's sections, a few at a time. Not here: what it may say (the domain), cache and budget."""

from collections.abc import Mapping, Sequence

import anyio
import dagster as dg

from io_managers.json_io import WeekStoreResource
from resources.llm import LlmResource
from volt_assets.assets.metadata import Metadata
from volt_assets.assets.model_calls import PaidModel
from volt_assets.assets.model_metadata import model_by_report, model_metadata
from volt_assets.assets.model_requests import request_for
from volt_assets.domain.drafts import TEMPLATE, Report, Section
from volt_assets.domain.grounding import grounded
from volt_assets.domain.model_calls import ModelUse, Tokens, all_of
from volt_assets.domain.phrasing import Phrasing, PhrasingRequest, read_phrasing, repair_request, rephrased
from volt_assets.domain.pseudonyms import Acquaintance
from volt_assets.settings import Settings

_ROUNDS = (ModelUse(accepted=1), ModelUse(repaired=1))
"""What an answer counts as that the gate accepts: the first one, and the one after its errors were named."""
_LEFT = ModelUse(left=1)


class Phraser:
    """Phrases reports with the configured model, or leaves them as they are where none is configured.

    `ask_again`: sections that the model's stored answers left to the template are asked for anew.
    """

    def __init__(
        self, model: PaidModel, settings: Settings, people: Sequence[Acquaintance], *, enabled: bool, ask_again: bool = False
    ) -> None:
        self._model = model
        self._people = tuple(people)
        self._settings = settings
        self._enabled = enabled
        self._ask_again = ask_again
        self._slots = anyio.CapacityLimiter(settings.llm.max_concurrent)
        self._uses: dict[str, ModelUse] = {}

    async def phrase(self, report: Report) -> Report:
        """The report with its phrasable sections phrased; a section whose answer is refused keeps the template's text and says why."""
        if not self._enabled:
            return report
        sections: dict[int, Section] = {}
        uses: list[ModelUse] = []

        async def one(index: int, section: Section) -> None:
            async with self._slots:
                sections[index], use = await self._section(report, section)
            uses.append(use)

        async with anyio.create_task_group() as tasks:
            for index, section in enumerate(report.sections):
                if section.phrasable:
                    tasks.start_soon(one, index, section)
        self._uses[report.subject] = all_of(uses)
        merged = tuple(sections.get(index, section) for index, section in enumerate(report.sections))
        return report.model_copy(update={"sections": merged})

    async def phrase_all(self, reports: Sequence[Report]) -> dict[str, Report]:
        """Reports by subject, phrased side by side within the model's limit."""
        done: dict[str, Report] = {}

        async def one(report: Report) -> None:
            done[report.subject] = await self.phrase(report)

        async with anyio.create_task_group() as tasks:
            for report in reports:
                tasks.start_soon(one, report)
        return {report.subject: done[report.subject] for report in reports}

    def metadata(self, ids: Mapping[str, int] | None = None) -> Metadata:
        """What the model was asked, how its answers ended and what they cost; with user `ids` by subject, for each report too."""
        spent = self._model.spending.used if self._enabled else Tokens()
        writer, limits = self._settings.llm.model if self._enabled else TEMPLATE, self._settings.llm.limits
        told = model_metadata(all_of(self._uses.values()), writer, limits, of_run=spent)
        return {**told, **(model_by_report(self._uses, ids, limits) if ids and self._enabled else {})}

    async def _section(self, report: Report, section: Section) -> tuple[Section, ModelUse]:
        """The section as it ends, and what that took: one answer, and where the gate refuses it another with the errors named."""
        request = request_for(report, section, self._settings, self._people)
        if self._ask_again:
            self._forget_refused(report, section, request)
        use, refusal = ModelUse(), ""
        for counted in _ROUNDS:
            answer = await self._model.answer(request)
            use = use.plus(answer.use)
            if answer.problem:
                refusal = f"{refusal}; not repaired: {answer.problem}" if refusal else answer.problem
                break
            phrasing = self._judged(report, section, answer.text)
            if not phrasing.refusal:
                return rephrased(section, phrasing, self._settings.llm.model), use.plus(counted)
            refusal = phrasing.refusal if not refusal else f"{phrasing.refusal}, after one repair"
            request = repair_request(request, answer.text, phrasing.problems)
        return rephrased(section, Phrasing(refusal=refusal), self._settings.llm.model), use.plus(_LEFT)

    def _judged(self, report: Report, section: Section, text: str) -> Phrasing:
        return grounded(report, section, read_phrasing(report, section, text), self._settings.link_hosts)

    def _forget_refused(self, report: Report, section: Section, request: PhrasingRequest) -> None:
        """Forgets the stored answers of a section unless one of them is accepted."""
        refused = []
        for _ in _ROUNDS:
            kept = self._model.known(request)
            if kept is None:
                break
            refused.append(request)
            if kept.unusable:
                break
            phrasing = self._judged(report, section, kept.text)
            if not phrasing.refusal:
                return
            request = repair_request(request, kept.text, phrasing.problems)
        for one in refused:
            self._model.forget(one)


def phraser_for(
    context: dg.AssetExecutionContext,
    llm: LlmResource,
    store: WeekStoreResource,
    settings: Settings,
    people: Sequence[Acquaintance],
    *,
    ask_again: bool,
) -> Phraser:
    """The phraser of a run; `people` are all whose names the model must not read."""
    model = PaidModel(llm, store.for_run(context.run.run_id), settings.llm, run_of_budget(context.run))
    return Phraser(model, settings, people, enabled=llm.enabled, ask_again=ask_again)


def run_of_budget(run: dg.DagsterRun) -> str:
    """The run whose budget counts: one that was run again in part goes on with that of the first."""
    return run.root_run_id or run.run_id
