"""What a model's calls are known by, take and cost, and whether a run may make another. Not here: making them, keeping the sums.

Prices are the user's: none is built in, for it would go stale. Without one a cost is unknown, never 0.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field

from volt_assets.domain.phrasing import PhrasingRequest
from volt_assets.domain.values import Value

REQUEST_FORM = 1
"""Raise it when the same texts are to be sent in another way (roles, a schema): answers to the old way are then not taken for new ones."""
_MOST = 10**18
"""What no run takes: a file of what a run has spent that says more, or less than nothing, was damaged."""
_MILLION = 1_000_000
_CHARACTERS_IN_TOKEN = 4
_BYTES_IN_TOKEN_AT_LEAST = 2
"""English prose has four to five characters in a token; slots, JSON and other scripts come near two bytes."""


class Tokens(Value):
    """Tokens read and written. `estimated`: at least a part is counted from characters, as the server did not tell."""

    prompt: int = Field(default=0, ge=0, le=_MOST)
    completion: int = Field(default=0, ge=0, le=_MOST)
    estimated: bool = False

    @property
    def total(self) -> int:
        """Read and written."""
        return self.prompt + self.completion

    def plus(self, other: Self) -> "Tokens":
        """Both together."""
        return Tokens(
            prompt=self.prompt + other.prompt,
            completion=self.completion + other.completion,
            estimated=self.estimated or other.estimated,
        )

    def minus(self, other: Self) -> "Tokens":
        """Without these, never less than nothing."""
        return Tokens(prompt=max(0, self.prompt - other.prompt), completion=max(0, self.completion - other.completion))


def all_tokens(parts: Iterable[Tokens]) -> Tokens:
    """All of these together."""
    total = Tokens()
    for part in parts:
        total = total.plus(part)
    return total


class Price(Value):
    """What a million tokens of a model cost."""

    input_per_million: float
    output_per_million: float

    def of(self, tokens: Tokens) -> float:
        """What these tokens cost."""
        return (tokens.prompt * self.input_per_million + tokens.completion * self.output_per_million) / _MILLION


class Spending(Value):
    """What a run has taken so far. `reserved` is what calls may still take that are out, or that never came back."""

    used: Tokens = Tokens()
    reserved: Tokens = Tokens()

    @property
    def at_most(self) -> Tokens:
        """Everything, with what is out taken for the most that it may be."""
        return self.used.plus(self.reserved)

    def reserving(self, most: Tokens) -> "Spending":
        """With a call out that takes so much at most."""
        return Spending(used=self.used, reserved=self.reserved.plus(most))

    def settled(self, most: Tokens, taken: Tokens) -> "Spending":
        """With a call back that had so much reserved and took so much."""
        return Spending(used=self.used.plus(taken), reserved=self.reserved.minus(most))


class ModelLimits(Value):
    """What a run may take of a model at most, and what that is worth. None: unlimited, or unknown."""

    price: Price | None = None
    currency: str = "USD"
    budget: float | None = None
    max_tokens: int | None = None

    def refusal(self, spending: Spending, most: Tokens) -> str | None:
        """Why a call that takes so much at most may not be made any more; None where it may."""
        after = spending.reserving(most).at_most
        if self.max_tokens is not None and after.total > self.max_tokens:
            return "the tokens that a run may use are used up (llm.max_tokens_per_run)"
        if self.budget is not None and (self.price is None or self.price.of(after) > self.budget):
            return "the run's budget for the model is used up (llm.budget_per_run)"
        return None

    def cost(self, tokens: Tokens) -> float | None:
        """What these tokens cost; None where no price is known."""
        return round(self.price.of(tokens), 6) if self.price else None

    def cost_text(self, tokens: Tokens) -> str:
        """The same in words, such as `about 0.0123 USD`."""
        cost = self.cost(tokens)
        if cost is None:
            return "cost unknown (no llm.prices for this model)"
        return f"{'about ' if tokens.estimated else ''}{cost:.4f} {self.currency}"

    @property
    def told(self) -> str:
        """The price and the limits of a run, in a few words."""
        price, money = self.price, f"{self.currency} a million tokens"
        known = (
            f"{price.input_per_million:g} in and {price.output_per_million:g} out {money}" if price else "cost unknown without llm.prices"
        )
        budget = None if self.budget is None else f"{self.budget:g} {self.currency}"
        tokens = None if self.max_tokens is None else f"{self.max_tokens} tokens"
        most = " and ".join(limit for limit in (budget, tokens) if limit)
        return f"{known}; {f'at most {most} a run' if most else 'no limit for a run'}"


class ModelUse(Value):
    """What came of asking a model: sections by how they ended, calls made, answers that were paid for before, tokens of the calls."""

    accepted: int = 0
    repaired: int = 0
    left: int = 0
    calls: int = 0
    from_cache: int = 0
    tokens: Tokens = Tokens()

    def plus(self, other: Self) -> "ModelUse":
        """Both together."""
        return ModelUse(
            accepted=self.accepted + other.accepted,
            repaired=self.repaired + other.repaired,
            left=self.left + other.left,
            calls=self.calls + other.calls,
            from_cache=self.from_cache + other.from_cache,
            tokens=self.tokens.plus(other.tokens),
        )


def all_of(uses: Iterable[ModelUse]) -> ModelUse:
    """What came of all of it together."""
    total = ModelUse()
    for use in uses:
        total = total.plus(use)
    return total


def fingerprint(request: PhrasingRequest, *, address: str, model: str, temperature: float, max_tokens: int) -> str:
    """The hash of all that decides an answer, and of nothing that varies by itself.

    Of the address, server and path: a key or a password in it decides nothing.
    """
    decides = [REQUEST_FORM, server_of(address), model.strip(), float(temperature), max_tokens, request.system, request.user]
    return hashlib.sha256(json.dumps(decides).encode()).hexdigest()


def server_of(address: str) -> str:
    """Server and path of an address: what may be shown of it, without a password or a key. Nothing of what is no address."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2].lower()
    return f"{parts.scheme.lower()}://{host}{parts.path.rstrip('/')}"


def most_tokens(request: PhrasingRequest, max_tokens: int) -> Tokens:
    """The most that one call may take."""
    read = len(f"{request.system}{request.user}".encode("utf-8", "surrogatepass"))
    return Tokens(prompt=-(-read // _BYTES_IN_TOKEN_AT_LEAST), completion=max_tokens, estimated=True)


def tokens_taken(request: PhrasingRequest, text: str, prompt: int | None, completion: int | None) -> Tokens:
    """What a call took: as the server told, and where it did not, estimated from the characters."""
    read = -(-len(request.system + request.user) // _CHARACTERS_IN_TOKEN)
    written = -(-len(text) // _CHARACTERS_IN_TOKEN)
    return Tokens(
        prompt=read if prompt is None else prompt,
        completion=written if completion is None else completion,
        estimated=prompt is None or completion is None,
    )
