"""No tracked file holds a real token: what Volt hides in reports is looked for in its own files. Not here: what a token looks like."""

import itertools
import re

import pytest

from tests.test_house import PROJECT, tracked_files
from volt_assets.domain.masking import _SECRETS

_RUN = 6
"""So many signs in their order, or so many times the same: nobody's generator makes that, people who make up a token do."""
_MADE_UP_WORDS = re.compile(r"example|made.?up|sandbox|secret|passw|token|t0ken|local|fake|hunter|hidden|user|name", re.IGNORECASE)
_CODE = re.compile(r"[{}()$\\]|\.\.\.")
_REPEATED = re.compile(r"(.{4,}).*\1.*\1")
_SHORTEST = 16


def is_made_up(token: str) -> bool:
    """Whether a person typed this for a test: signs in order or repeated, words, or code that only has a token's form."""
    codes = [ord(sign) for sign in token.lower() if sign.isalnum()]
    steps = "".join({0: "=", 1: "+", -1: "-"}.get(after - before, " ") for before, after in itertools.pairwise(codes))
    in_order = any(step * (_RUN - 1) in steps for step in "=+-")
    return len(token) < _SHORTEST or in_order or bool(_REPEATED.search(token) or _MADE_UP_WORDS.search(token) or _CODE.search(token))


def tokens_in(text: str) -> list[str]:
    """What looks like a real token."""
    found = [match[0] for pattern in _SECRETS for match in pattern.finditer(text)]
    return [token for token in found if not is_made_up(token)]


def test_no_tracked_file_holds_a_token() -> None:
    texts = {name: (PROJECT / name).read_text(encoding="utf-8", errors="replace") for name in tracked_files()}
    found = {name: tokens for name, text in texts.items() if (tokens := tokens_in(text))}
    assert texts
    assert not found


@pytest.mark.parametrize(
    "real",
    [
        "1971800d4d82861d8f2c1651" + "fea4d212",
        "b7c81f4e.9f2d7c61a05b83e4f1d2" + "c6b7a8091e3f5d4",
        "sk-proj-8fKq2ZrT7" + "vXw3LmN9pYc",
        "gh" + "p_9aZk3Lq8Wm2Xv7Rt5Yb1Nc6Jd4Hf0Gs",
        "https://hooks.slack.com/services/T02" + "9XQ7/B8R3KZ/q9Wv2Lk7Zt4Nc1Yx",
        "xo" + "xb-2947103856-" + "Qk3vZr8Lm1Wt",
        "-----BEGIN PRIVATE " + "KEY-----\nMIIEvQIBADANBgkqhkiG9w0B",
    ],
)
def test_a_token_would_be_found(real: str) -> None:
    assert tokens_in(f'TOKEN = """{real}"""')
