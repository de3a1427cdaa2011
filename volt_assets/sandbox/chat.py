"""An OpenAI-compatible chat-completions server that repeats the given sentences, the first one slightly reworded.

No model and no streaming: it exists so that the whole path of a model's text can run without one.
"""

import hashlib
import json
import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from volt_assets.sandbox.answers import JsonObject, json_body, json_response
from volt_assets.sandbox.constants import CHAT_KEY

_CREATED: Final = 1_735_689_600
_MODEL: Final = "sandbox-writer"
_FACTS: Final = re.compile(r"^<<<FACTS[ \t]*\n(.*?)\n?^FACTS>>>[ \t]*$", re.DOTALL | re.MULTILINE)
_OPENER: Final = re.compile(r"\A(?:In total|This week), ")


def chat_app() -> Router:
    """The service, to be mounted under `/openai`."""
    return Router([
        Route("/v1/chat/completions", _completions, methods=["POST"]),
        Route("/v1/models", _models, methods=["GET"]),
    ])  # fmt: skip


async def _models(request: Request) -> Response:
    model = {"id": _MODEL, "object": "model", "created": _CREATED, "owned_by": "sandbox"}
    return _unauthorized(request) or json_response({"object": "list", "data": [model]})


async def _completions(request: Request) -> Response:
    refused = _unauthorized(request)
    if refused:
        return refused
    body = await json_body(request)
    messages = body.get("messages") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(messages, list) or not messages:
        return _error(400, "Missing required parameter: 'messages'.", "invalid_request_error", "missing_required_parameter")
    return json_response(_completion(str(body.get("model") or _MODEL), messages))


def _completion(model: str, messages: list[object]) -> JsonObject:
    prompt = "\n".join(_text(message) for message in messages)
    content = json.dumps({"sentences": _reworded(_last_user_text(messages))}, ensure_ascii=False)
    read, written = len(prompt) // 4, len(content) // 4
    return {
        "id": f"chatcmpl-{hashlib.sha256(prompt.encode()).hexdigest()[:24]}", "object": "chat.completion",
        "created": _CREATED, "model": model,
        "choices": [{"index": 0, "finish_reason": "stop", "logprobs": None,
                     "message": {"role": "assistant", "content": content, "refusal": None}}],
        "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
        "system_fingerprint": "fp_sandbox",
    }  # fmt: skip


def _last_user_text(messages: list[object]) -> str:
    texts = [_text(message) for message in messages if isinstance(message, dict) and message.get("role") == "user"]
    return texts[-1] if texts else ""


def _text(message: object) -> str:
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _reworded(prompt: str) -> list[object]:
    sentences = _sentences(prompt)
    if sentences and isinstance(sentences[0], dict):
        text = _OPENER.sub("", str(sentences[0].get("text", "")))
        first = sentences[0] | {"text": f"In short: {text}"}
        return [first, *sentences[1:]]
    return sentences


def _sentences(prompt: str) -> list[object]:
    found = _FACTS.search(prompt)
    try:
        facts = json.loads(found.group(1)) if found else None
    except ValueError:
        return []
    sentences = facts.get("sentences") if isinstance(facts, dict) else None
    return sentences if isinstance(sentences, list) else []


def _unauthorized(request: Request) -> Response | None:
    authorization = request.headers.get("authorization", "")
    if authorization == f"Bearer {CHAT_KEY}":
        return None
    if not authorization:
        return _error(401, "You didn't provide an API key.", "invalid_request_error", None)
    return _error(401, "Incorrect API key provided.", "invalid_request_error", "invalid_api_key")


def _error(status: int, message: str, kind: str, code: str | None) -> Response:
    return json_response({"error": {"message": message, "type": kind, "param": None, "code": code}}, status)
