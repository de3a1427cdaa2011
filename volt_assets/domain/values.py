"""The base of every value in the domain, and text cleaning at the door. Not here: any particular value."""

import re

from pydantic import BaseModel, ConfigDict

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)


class Value(BaseModel):
    """A frozen value that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")


def clean_text(text: str) -> str:
    """Text from outside without lone surrogates, control, bidi, zero-width, soft hyphen and tag signs (`reference/field.md` section 5).

    Tabs and newlines stay: what a sink cannot show, the sink escapes. The zero-width joiner stays too, emoji need it.
    """
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _INVISIBLE.sub("", whole)
