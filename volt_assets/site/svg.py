"""SVG made inert: rebuilt from what a drawing library wrote, by a list of what may be in it. Not here: what is drawn, HTML pages.

No text from outside reaches the library: it draws placeholders, and the texts take their place here, as text of XML.
"""

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

SVG = "http://www.w3.org/2000/svg"
_PAINT = ("fill", "stroke")
_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "g": ("transform",),
    "path": ("transform", "d", *_PAINT),
    "line": ("transform", "x2", "y2", *_PAINT),
    "text": ("transform", "text-anchor", *_PAINT),
}
_INHERITED = {"transform": "translate(0,0)", "text-anchor": "start"}
_LONG_NUMBER = re.compile(r"\d+\.\d+")
_TRANSLATE = re.compile(r"translate\(([-\d.]+),([-\d.]+)\)")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rebuilt(drawn: str, texts: Mapping[str, str], *, ink: str) -> list[ET.Element]:
    """The elements of a drawing that show something, without anything that could act or load.

    A text of the drawing that is a placeholder is replaced by its text. What has the colour `ink` is to inherit it.
    """
    inherited = {**_INHERITED, "fill": ink}
    return [one for child in ET.fromstring(drawn) for one in _kept(child, texts, inherited)]  # noqa: S314 - what our own library drew


def svg_text(root: ET.Element) -> str:
    """An element as text."""
    return ET.tostring(root, encoding="unicode")


def xml_text(text: str) -> str:
    """Text without the signs that XML cannot hold."""
    return _NO_XML.sub("", text)


def _kept(node: ET.Element, texts: Mapping[str, str], inherited: Mapping[str, str]) -> Iterator[ET.Element]:
    tag = node.tag.removeprefix(f"{{{SVG}}}")
    if tag not in _ATTRIBUTES or node.get("display") == "none":
        return
    told = {name: _shortened(node.get(name, "")) for name in _ATTRIBUTES[tag]}
    kept = ET.Element(tag, {name: value for name, value in told.items() if value and value != inherited.get(name)})
    if tag == "text":
        kept.text = xml_text(texts.get(node.text or "", node.text or ""))
        _placed(kept)
    kept.extend([one for child in node for one in _kept(child, texts, inherited)])
    if tag == "g" and not kept.attrib:
        yield from kept
    elif len(kept) if tag == "g" else kept.text or told["fill"] or told["stroke"]:
        yield kept


def _placed(text: ET.Element) -> None:
    """A text's place in the attributes of its own, which are shorter."""
    found = _TRANSLATE.fullmatch(text.attrib.pop("transform", ""))
    if found:
        text.attrib.update({"x": found[1], "y": found[2]})


def _shortened(value: str) -> str:
    """A value with tenths of a pixel at most."""
    return _LONG_NUMBER.sub(lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), value)
