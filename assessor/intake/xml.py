"""XML to plain values: an element with children is a mapping, those of one name a list."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from assessor.intake.source import NotARubric

LONGEST = 2_000_000


def xml_tree(text: str) -> object:
    """Return the values of an XML document. Raises NotARubric for what is broken or hostile.

    Declarations of document types and entities are refused: a few lines of them can ask for
    gigabytes, and no platform's rubric has any.
    """
    if len(text) > LONGEST:
        raise NotARubric("is XML of more than two million characters", "cut out the rubric")
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text):
        raise NotARubric("is XML with a document type, which is not opened", "remove that line")
    try:
        # Whatever its first line says, this is text already.
        bare = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
        root = ElementTree.fromstring(bare)  # noqa: S314  # entities are refused above
    except ElementTree.ParseError as error:
        line, _ = error.position
        raise NotARubric(f"is XML that is broken at line {line}", "export it again") from error
    return {_name(root): _value(root, 0)}


def _value(element: ElementTree.Element, depth: int) -> object:
    if depth > 40:
        return ""
    found: dict[str, object] = {_name_of(name): value for name, value in element.attrib.items()}
    for child in element:
        name, value = _name(child), _value(child, depth + 1)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)  # type: ignore[attr-defined]  # just seen to be a list
        else:
            found[name] = [found[name], value]
    text = " ".join((element.text or "").split())
    if not found:
        return text
    if text:
        found.setdefault("text", text)
    return found


def _name(element: ElementTree.Element) -> str:
    return _name_of(str(element.tag))


def _name_of(name: str) -> str:
    return name.rpartition("}")[2]
