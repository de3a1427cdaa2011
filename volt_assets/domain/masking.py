"""Secrets that people type into descriptions, hidden wherever text is shown or sent. Not here: escaping, our own tokens."""

import re
from functools import lru_cache

MASK = "[hidden]"
_SECRETS = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
        (r"(?<=://)[^\s/:@]+:[^\s/@]+(?=@)", 0),
        (r"(?i)(?<=\bbearer )[a-z0-9._~+/=-]{12,}", 0),
        (r"\b[a-f0-9]{8}\.[a-f0-9]{35}\b", 0),
        (r"\b[a-f0-9]{32}\b", 0),
        (r"\b(?:sk|pk|rk)[-_](?:[A-Za-z0-9]+[-_])*[A-Za-z0-9]{12,}\b", 0),
        (r"\b(?:ghp|gho|ghu|ghs|github_pat|glpat|xox[abprs])[-_][A-Za-z0-9_-]{10,}", 0),
        (r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", 0),
        (r"\bAIza[A-Za-z0-9_-]{30,}", 0),
        (r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*", 0),
    )
)
_SURE_WORDS = r"pass(?:word|wort|wd|phrase)|pwd?|kennwort|пароль|api[ _-]?key|access[ _-]?key|auth[ _-]?token"
_WEAK_WORDS = "pass|secret|token|pin"
_QUOTED = r"\"[^\"\n]*(?:\"\w[^\"\n]*)*(?:\"|\Z)|'[^'\n]*(?:'\w[^'\n]*)*(?:'|\Z)"
_WITH_A_DIGIT = r"(?=\S*[0-9])\S{4,}"
_NAMED = (
    re.compile(rf"(?i)\b({_SURE_WORDS})(\s*(?:[:=]|->)\s*)(" + _QUOTED + r"|\S{4,})"),
    re.compile(rf"(?i)\b({_WEAK_WORDS})(\s*(?:[:=]|->)\s*)(" + _QUOTED + "|" + _WITH_A_DIGIT + ")"),
    re.compile(rf"(?i)\b({_SURE_WORDS}|{_WEAK_WORDS})(\s+is\s+)(" + _QUOTED + r"|(?=\S*[^\W0-9])" + _WITH_A_DIGIT + ")"),
)


@lru_cache(maxsize=50_000)  # the same names and descriptions come again in every report
def mask_secrets(text: str) -> str:
    """The text with everything that looks like a secret replaced by `[hidden]`. Applying it twice changes nothing more."""
    for pattern in _SECRETS:
        text = pattern.sub(MASK, text)
    for pattern in _NAMED:
        text = pattern.sub(lambda found: f"{found[1]}{found[2]}{MASK}", text)
    return text
