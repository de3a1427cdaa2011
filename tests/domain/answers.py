"""Answers of a model, for the tests of what may stand in a report. Not here: assertions."""

import json

from volt_assets.domain.facts import SLOT


def answer(*sentences: str) -> str:
    """An answer with these sentences, each with the ids of its slots."""
    return json.dumps({"sentences": [{"text": sentence, "facts": SLOT.findall(sentence)} for sentence in sentences]})
