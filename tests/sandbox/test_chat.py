"""The chat-completions server: keys, shape, and sentences that come back."""

import json

import httpx
import pytest

from volt_assets.sandbox.server import Sandbox

FACTS = {"sentences": [{"text": "Hana tracked 31.2 h.", "facts": ["f1"]}, {"text": "Зал пуст.", "facts": ["f2", "f3"]}]}


def content(chat: httpx.Client, *prompts: str) -> dict[str, object]:
    messages = [{"role": "system", "content": "Rephrase."}, *({"role": "user", "content": prompt} for prompt in prompts)]
    answer = chat.post("/chat/completions", json={"model": "any", "messages": messages}).json()
    found: dict[str, object] = json.loads(answer["choices"][0]["message"]["content"])
    return found


def block(facts: object) -> str:
    return f"Write this better.\n<<<FACTS\n{json.dumps(facts, indent=1)}\nFACTS>>>\nThank you."


def test_the_sentences_come_back_with_the_first_one_reworded(chat: httpx.Client) -> None:
    first, second = FACTS["sentences"]

    assert content(chat, block({"sentences": []}), block(FACTS)) == {
        "sentences": [{"text": "In short: Hana tracked 31.2 h.", "facts": ["f1"]}, second]
    }
    assert first["text"] == "Hana tracked 31.2 h."


@pytest.mark.parametrize("prompt", ["Hello", "<<<FACTS\n{broken\nFACTS>>>", block({"other": 1}), block([1])])
def test_without_a_block_of_facts_there_are_no_sentences(chat: httpx.Client, prompt: str) -> None:
    assert content(chat, prompt) == {"sentences": []}


def test_the_answer_has_openais_shape_and_repeats_itself(chat: httpx.Client) -> None:
    body = {"model": "any", "messages": [{"role": "user", "content": block(FACTS)}]}
    one, two = chat.post("/chat/completions", json=body), chat.post("/chat/completions", json=body)
    answer = one.json()

    assert one.content == two.content
    assert (answer["object"], answer["model"]) == ("chat.completion", "any")
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert answer["usage"]["total_tokens"] == answer["usage"]["prompt_tokens"] + answer["usage"]["completion_tokens"]


def test_a_wrong_key_gets_openais_error(sandbox: Sandbox) -> None:
    answer = httpx.post(f"{sandbox.url}/openai/v1/chat/completions", json={}, headers={"Authorization": "Bearer sk-wrong"})

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "invalid_api_key"
    assert httpx.get(f"{sandbox.url}/openai/v1/models").status_code == 401


def test_models_are_listed_and_messages_are_required(chat: httpx.Client) -> None:
    assert chat.get("/models").json()["data"][0]["object"] == "model"
    assert chat.post("/chat/completions", json={"model": "any"}).status_code == 400
