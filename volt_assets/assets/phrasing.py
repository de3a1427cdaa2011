"""Asking a model to phrase a report's sections, a few at a time, each paid for once. Not here: what it may say (the domain)."""

import hashlib
import json
from collections.abc import Sequence

import anyio
import dagster as dg

from io_managers.week_store import WeekStore
from resources.llm import LlmResource, ModelError
from volt_assets.assets.common import Metadata
from volt_assets.assets.model_requests import request_for
from volt_assets.domain.drafts import TEMPLATE, Report, Section
from volt_assets.domain.grounding import grounded
from volt_assets.domain.phrasing import Phrasing, PhrasingRequest, read_phrasing, rephrased
from volt_assets.domain.pseudonyms import Acquaintance
from volt_assets.settings import Settings


class Phraser:
    """Phrases reports with the configured model, or leaves them as they are where none is configured."""

    def __init__(self, llm: LlmResource, store: WeekStore, settings: Settings, people: Sequence[Acquaintance]) -> None:
        self._people = tuple(people)
        self._llm = llm
        self._store = store
        self._settings = settings
        self._slots = anyio.CapacityLimiter(settings.llm.max_concurrent)
        self._calls = self._from_cache = self._phrased = self._fallbacks = 0

    @property
    def metadata(self) -> Metadata:
        """What the model was asked and how often the template stood in."""
        return {
            "writer": dg.MetadataValue.text(self._settings.llm.model if self._llm.enabled else TEMPLATE),
            "model_calls": dg.MetadataValue.int(self._calls),
            "model_answers_from_cache": dg.MetadataValue.int(self._from_cache),
            "sections_phrased": dg.MetadataValue.int(self._phrased),
            "sections_left_to_the_template": dg.MetadataValue.int(self._fallbacks),
        }

    async def phrase(self, report: Report) -> Report:
        """The report with its phrasable sections phrased; a section whose answer is refused keeps the template's text and says why."""
        if not self._llm.enabled:
            return report
        sections: dict[int, Section] = {}

        async def one(index: int, section: Section) -> None:
            async with self._slots:
                sections[index] = await self._section(report, section)

        async with anyio.create_task_group() as tasks:
            for index, section in enumerate(report.sections):
                if section.phrasable:
                    tasks.start_soon(one, index, section)
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

    async def _section(self, report: Report, section: Section) -> Section:
        request = request_for(report, section, self._settings, self._people)
        try:
            answer = read_phrasing(section, await self._answer(request))
            phrasing = grounded(report, section, answer, self._settings.fibery_hosts)
        except ModelError as error:
            phrasing = Phrasing(refusal=str(error))
        self._phrased, self._fallbacks = (self._phrased, self._fallbacks + 1) if phrasing.refusal else (self._phrased + 1, self._fallbacks)
        return rephrased(section, phrasing, self._settings.llm.model)

    async def _answer(self, request: PhrasingRequest) -> str:
        fingerprint = self._fingerprint(request)
        cached = self._store.cached_answer(fingerprint)
        if cached is not None:
            self._from_cache += 1
            return cached
        self._calls += 1
        completion = await self._llm.complete(system=request.system, user=request.user)
        self._store.keep_answer(fingerprint, completion.text)
        return completion.text

    def _fingerprint(self, request: PhrasingRequest) -> str:
        """The hash of all that decides an answer, and of nothing else."""
        llm = self._settings.llm
        decides = [llm.provider, llm.base_url, llm.model, llm.temperature, llm.max_tokens, request.system, request.user]
        return hashlib.sha256(json.dumps(decides).encode()).hexdigest()
