"""Report sentences in the words that they are written with, whatever wording their week has. Not here: what reports say."""

from volt_assets.domain.facts import SLOT
from volt_assets.domain.wording import wordings

_WRITTEN = {other: one for one, known in wordings().items() for other in known}


def written_pattern(sentence: str) -> str:
    """The sentence that this one is a wording of, with `{}` for each fact."""
    pattern = SLOT.sub("{}", sentence)
    return _WRITTEN.get(pattern, pattern)


def as_written(sentence: str) -> str:
    """The sentence in the words that it is written with."""
    return written_pattern(sentence).format(*(slot[0] for slot in SLOT.finditer(sentence)))
