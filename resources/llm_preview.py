"""What a language model's server would receive, to the byte, without a server. Not here: prompts, asking in earnest."""

from typing import TYPE_CHECKING

from resources.llm import LlmResource
from volt_assets.domain.values import Value

if TYPE_CHECKING:
    import httpx2

_ANSWER = {"id": "none", "object": "chat.completion", "created": 0, "model": "none",
           "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "-"}}]}  # fmt: skip


class SentRequest(Value):
    """A request as it goes out. The key's header is left out."""

    method: str
    url: str
    headers: dict[str, str]
    body: str


async def as_sent(llm: LlmResource, *, system: str, user: str) -> SentRequest:
    """The request that this resource makes, caught before it leaves: no socket is opened. Raises ModelError where none can be made."""
    import httpx2  # noqa: PLC0415 - with openai it costs a second of start-up

    caught: list[SentRequest] = []

    def keep(request: "httpx2.Request") -> "httpx2.Response":
        shown = {name: value for name, value in request.headers.items() if name.lower() != "authorization"}
        caught.append(SentRequest(method=request.method, url=str(request.url), headers=shown, body=request.content.decode()))
        return httpx2.Response(200, json=_ANSWER)

    await llm.complete(system, user, http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(keep)))
    return caught[-1]
