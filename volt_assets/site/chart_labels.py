"""Labels of a chart cut to the room they have, in any script. Not here: where they stand, what they say.

The width of a text is guessed by its signs: no font is asked, so that a chart is the same bytes on every machine. The guess is that of
DejaVu Sans, which is wide: with another font there is room left.
"""

import unicodedata

FONT_SIZE = 12
_NARROW = frozenset("ijltfrIJ.,:;'|!()[]/ -")
_WIDE = frozenset("mwMW@%")
_NARROW_EM, _USUAL_EM, _CAPITAL_EM, _WIDE_EM = 0.4, 0.64, 0.77, 1.0
_ELLIPSIS = "…"
_JOINERS = frozenset("\u200d\ufe0e\ufe0f") | {chr(sign) for sign in range(0x1F3FB, 0x1F400)}
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"


def text_width(text: str) -> float:
    """About how many pixels a text takes in a sans serif of 12 px."""
    return sum(_width(sign) for sign in text)


def fitted(text: str, width: float) -> str:
    """A text on one line, cut with an ellipsis where it is wider, between signs that belong together.

    What is written from right to left is set apart from what stands beside it, and so is its ellipsis.
    """
    line, taken, end = " ".join(text.split()), 0.0, 0
    for at, sign in enumerate(line):
        taken += _width(sign)
        if taken > width:
            return _apart(f"{line[: _boundary(line, end)].rstrip()}{_ELLIPSIS}")
        if taken + FONT_SIZE <= width:
            end = at + 1
    return _apart(line)


def _width(sign: str) -> float:
    if unicodedata.combining(sign) or sign in _JOINERS or unicodedata.category(sign) in {"Mn", "Me", "Cf"}:
        return 0
    if unicodedata.east_asian_width(sign) in {"W", "F"}:
        return FONT_SIZE
    if sign in _NARROW:
        return FONT_SIZE * _NARROW_EM
    return FONT_SIZE * (_WIDE_EM if sign in _WIDE else _CAPITAL_EM if sign.isupper() else _USUAL_EM)


def _boundary(line: str, at: int) -> int:
    """The last place up to `at` where no sign is cut from what it belongs to."""
    while 0 < at < len(line) and (_width(line[at]) == 0 or line[at - 1] == "\u200d"):
        at -= 1
    return at


def _apart(line: str) -> str:
    from_right = any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in line)
    return f"{_ISOLATE}{line}{_END_OF_ISOLATE}" if from_right else line
