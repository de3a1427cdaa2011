"""Secrets that people type into descriptions, hidden wherever text is shown or sent. Not here: escaping, our own tokens."""

import re
from functools import lru_cache

MASK = "[hidden]"
# Forms that services give their keys, so that a bare one is known too (gitleaks' rules name the same ones). A digit is asked for where a
# form would also fit words: "sk-documentation". What has the form of an id is left alone: 40 hexadecimal digits are a commit, a UUID and
# 64 digits are no key of any service that a report meets. 32 of them are hidden, though they may be a checksum: so look Toggl's tokens.
_SECRETS = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|\Z)", re.DOTALL),
        (r"(?<=://)[^\s/:@]*:[^\s/]+(?=@)", 0),
        (r"(?i)(?<=\bbearer )(?=\S*[0-9]|\S*[._~+/=]\S)[a-z0-9._~+/=-]{12,}", 0),
        (r"(?i)(?<=\bauthorization: basic )\S{8,}", 0),
        (r"(?i)(?<=[?&](?:sig|key)=)[^\s&#]{16,}", 0),
        (r"(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[A-Za-z0-9/_-]{16,}", 0),
        (r"\b[a-f0-9]{8}\.[a-f0-9]{35}\b", 0),
        (r"\b[a-f0-9]{32}\b", 0),
        (r"\b(?=[\w-]*[0-9])(?:sk|pk|rk)[-_](?:[A-Za-z0-9]+[-_])*[A-Za-z0-9]{12,}\b", 0),
        (r"\b(?:gh[oprsu]|github_pat|gl(?:pat|ptt|rt|dt)|xox[a-z]|xapp)[-_][A-Za-z0-9_-]{10,}", 0),
        (r"\b(?:A3T[A-Z0-9]|A(?:KIA|SIA|BIA|CCA))[A-Z0-9]{16}\b", 0),
        (r"\bAIza[A-Za-z0-9_-]{30,}", 0),
        (r"\b(?:GOCSPX-|ya29\.)[A-Za-z0-9_-]{20,}", 0),
        (r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*", 0),
        (r"\b(?:npm|hf)_[A-Za-z0-9]{30,}", 0),
        (r"\bpypi-[A-Za-z0-9_-]{50,}", 0),
        (r"\b(?:whsec|ntn|lin_api|dop_v1|shp(?:at|ss|ca|pa))_[A-Za-z0-9+/=]{20,}", 0),
        (r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}", 0),
        (r"\bATATT3[A-Za-z0-9_=-]{20,}", 0),
        (r"\bAGE-SECRET-KEY-1[0-9A-Z]{20,}", 0),
        (r"\b[0-9]{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])", 0),
    )
)
_SURE_WORDS = (
    r"pass(?:word|wort|wd|phrase)|pwd?|kennwort|wachtwoord|contraseña|mot de passe|hasło|senha|пароль|"
    r"(?:api|access|auth|account|private|secret|shared[ _-]?access)[ _-]?key|(?:auth|access|api)[ _-]?token|client[ _-]?secret"
)
_WEAK_WORDS = "pass|secret|token|pin"
_BEFORE = r"(?<![^\W_])"
_QUOTED = r"\"[^\"\n]*(?:\"\w[^\"\n]*)*(?:\"|\Z)|'[^'\n]*(?:'\w[^'\n]*)*(?:'|\Z)"
_WITH_A_DIGIT = r"(?=\S*[0-9])\S{4,}"
_MIXED = r"(?-i:(?=\S*[a-z])(?=\S*[A-Z])(?=\S*[0-9]))\S{6,}"
_NAMED = (
    re.compile(rf"(?i){_BEFORE}({_SURE_WORDS})(\s*(?:[:=]|->)\s*)(" + _QUOTED + r"|\S{4,})"),
    re.compile(rf"(?i){_BEFORE}({_WEAK_WORDS})(\s*(?:[:=]|->)\s*)(" + _QUOTED + "|" + _WITH_A_DIGIT + ")"),
    re.compile(rf"(?i){_BEFORE}({_SURE_WORDS}|{_WEAK_WORDS})(\s+is:?\s+)(" + _QUOTED + r"|(?=\S*[^\W0-9])" + _WITH_A_DIGIT + ")"),
    re.compile(rf"(?i){_BEFORE}({_SURE_WORDS})(\s+)(" + _MIXED + ")"),
    re.compile(r"\b([A-Z0-9_]*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY)[A-Z0-9_]*)(\s*=\s*)(\S{4,})"),
)


@lru_cache(maxsize=50_000)  # the same names and descriptions come again in every report
def mask_secrets(text: str) -> str:
    """The text with everything that looks like a secret replaced by `[hidden]`. Applying it twice changes nothing more."""
    for pattern in _SECRETS:
        text = pattern.sub(MASK, text)
    for pattern in _NAMED:
        text = pattern.sub(lambda found: f"{found[1]}{found[2]}{MASK}", text)
    return text
