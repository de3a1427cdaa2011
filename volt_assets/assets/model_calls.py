"""A model's answers for a run: those paid for before from the store, others asked for within the run's budget. Not here: what to ask."""

from collections import defaultdict

import anyio

from io_managers.model_answers import KeptAnswer
from io_managers.week_store import WeekStore
from resources.llm import LlmResource, ModelError, NoAnswerInTimeError, NoServerError, UnusableAnswerError
from volt_assets.domain.model_calls import ModelUse, Spending, Tokens, fingerprint, most_tokens, tokens_taken
from volt_assets.domain.phrasing import PhrasingRequest
from volt_assets.domain.values import Value
from volt_assets.settings import LlmSettings

_GIVEN_UP_AFTER = 3
"""Calls in a row to a server that is away. Each may take the whole deadline, and a week has hundreds of sections."""


class Answer(Value):
    """What came back for a request: a text, or the problem why there is none; and what that took."""

    text: str = ""
    problem: str | None = None
    use: ModelUse = ModelUse()


class PaidModel:
    """The configured model. What `run` has spent is kept in the store, so that its assets share one budget, run again in part or not."""

    def __init__(self, llm: LlmResource, store: WeekStore, settings: LlmSettings, run: str) -> None:
        self._llm = llm
        self._answers = store.answers
        self._settings = settings
        self._run = run
        self._away = 0
        self._out = 0
        self._asking: dict[str, anyio.Lock] = defaultdict(anyio.Lock)
        self._one_is_back = anyio.Event()

    @property
    def spending(self) -> Spending:
        """What the run has spent so far."""
        return self._answers.spending(self._run)

    def known(self, request: PhrasingRequest) -> KeptAnswer | None:
        """The answer that was paid for before."""
        return None if self._is_recorded else self._answers.read(self._fingerprint(request))

    def forget(self, request: PhrasingRequest) -> None:
        """Forgets the answer, so that it is asked for again."""
        self._answers.forget(self._fingerprint(request))

    async def answer(self, request: PhrasingRequest) -> Answer:
        """The answer to a request. Never raises for a model that fails, and asks nothing that the budget does not allow.

        Two people's sections may be the same to the letter, by pseudonym: the second waits for the answer to the first.
        """
        async with self._asking[self._fingerprint(request)]:
            return await self._answer(request)

    async def _answer(self, request: PhrasingRequest) -> Answer:
        kept = self.known(request)
        if kept is not None:
            return Answer(text=kept.text, problem=kept.unusable, use=ModelUse(from_cache=1))
        if self._is_recorded:
            return await self._recorded(request)
        if self._away >= _GIVEN_UP_AFTER:
            return Answer(problem=f"not asked, as the server gave no answer {_GIVEN_UP_AFTER} times in a row")
        most = most_tokens(request, self._settings.max_tokens)
        problem = await self._reserved(most)
        return Answer(problem=problem) if problem else await self._paid(request, most)

    @property
    def _is_recorded(self) -> bool:
        """Recorded answers cost nothing, and are read anew each time."""
        return self._llm.provider == "replay"

    async def _recorded(self, request: PhrasingRequest) -> Answer:
        try:
            completion = await self._llm.complete(system=request.system, user=request.user)
        except ModelError as error:
            return Answer(problem=error.reason)
        return Answer(text=completion.text, use=ModelUse(from_cache=1))

    async def _reserved(self, most: Tokens) -> str | None:
        """Reserves what a call may take. The reason where the run may not make it, not even once those that are out are back."""
        limits, problem = self._settings.limits, None

        def reserving(spending: Spending) -> Spending | None:
            nonlocal problem
            problem = limits.refusal(spending, most)
            return None if problem else spending.reserving(most)

        while self._answers.change_spending(self._run, reserving) is None and self._out:
            await self._one_is_back.wait()
        return problem

    async def _paid(self, request: PhrasingRequest, most: Tokens) -> Answer:
        """The answer to a request for which `most` is reserved. A call that is broken off may be charged for."""
        taken, self._out = most, self._out + 1
        try:
            answer = await self._asked(request, most)
            taken = answer.use.tokens
            return answer
        finally:
            self._answers.change_spending(self._run, lambda spending: spending.settled(most, taken))
            back, self._one_is_back, self._out = self._one_is_back, anyio.Event(), self._out - 1
            back.set()

    async def _asked(self, request: PhrasingRequest, most: Tokens) -> Answer:
        text, problem = "", None
        try:
            completion = await self._llm.complete(system=request.system, user=request.user)
            text = completion.text
            taken = tokens_taken(request, text, completion.prompt_tokens, completion.completion_tokens)
        except UnusableAnswerError as error:
            problem = error.reason
            taken = tokens_taken(request, text, error.prompt_tokens, error.completion_tokens)
        except ModelError as error:
            self._away = self._away + 1 if isinstance(error, NoServerError) else 0
            taken = most if isinstance(error, NoAnswerInTimeError) else Tokens()
            return Answer(problem=error.reason, use=ModelUse(calls=1, tokens=taken))
        self._away = 0
        self._answers.keep(self._fingerprint(request), KeptAnswer(text=text, unusable=problem))
        return Answer(text=text, problem=problem, use=ModelUse(calls=1, tokens=taken))

    def _fingerprint(self, request: PhrasingRequest) -> str:
        llm = self._settings
        return fingerprint(request, address=llm.base_url, model=llm.model, temperature=llm.temperature, max_tokens=llm.max_tokens)
