"""XML read safely (no entity, no outside document, no endless tree), namespaces taken off; text escaped for writing."""

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.source import malformed

_CHINESE = re.compile(rb"""^\s*<\?xml[^>]*encoding=["'](?:gb2312|gbk|gb18030|cp936)["'][^>]*\?>""", re.IGNORECASE)
_MOST_DEPTH = 200
_MOST_ELEMENTS = 1_000_000


def parse_xml(data: bytes) -> Element:
    """Return the root with bare tag and attribute names; raise UNSAFE_XML, TRUNCATED or MALFORMED."""
    if data.count(b"<") > 2 * _MOST_ELEMENTS:
        raise UnreadableRecordingError(Fault.TOO_LARGE, "The XML has too many elements to be one recording.")
    try:
        root: Element = fromstring(_as_utf_8(data), forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise UnreadableRecordingError(
            Fault.UNSAFE_XML,
            "The XML declares entities or outside documents; it is refused. Export it again without them.",
        ) from error
    except ParseError as error:
        line, column = error.position
        at_end = data.rstrip().count(b"\n") + 1 <= line and not data.rstrip().endswith(b">")
        raise UnreadableRecordingError(
            Fault.TRUNCATED if at_end or "no element found" in str(error) else Fault.MALFORMED,
            f"The XML breaks off or is wrong at line {line}, column {column}. Send the whole file again.",
        ) from error
    except (ValueError, LookupError) as error:
        raise malformed("The XML names an encoding that is not read here; export it as UTF-8.") from error
    _strip(root)
    return root


def _as_utf_8(data: bytes) -> bytes:
    """Return XML in a Chinese encoding, which the parser does not know, as UTF-8; any other XML unchanged."""
    match = _CHINESE.match(data[:200])
    if match is None:
        return data
    return b'<?xml version="1.0" encoding="UTF-8"?>' + data[match.end() :].decode("gb18030", "replace").encode("utf-8")


def _strip(root: Element) -> None:
    """Take the namespaces off and refuse trees deeper or larger than any ECG."""
    level, seen = [root], 0
    for _ in range(_MOST_DEPTH):
        seen += len(level)
        if seen > _MOST_ELEMENTS:
            raise UnreadableRecordingError(Fault.TOO_LARGE, "The XML has too many elements to be one recording.")
        below: list[Element] = []
        for element in level:
            if isinstance(element.tag, str):
                element.tag = element.tag.rpartition("}")[2]
            for key in [key for key in element.attrib if "}" in key]:
                element.attrib[key.rpartition("}")[2]] = element.attrib.pop(key)
            below.extend(element)
        level = below
        if not level:
            return
    raise UnreadableRecordingError(Fault.UNSAFE_XML, "The XML is nested deeper than any ECG; it is refused.")


def text_at(element: Element | None, path: str) -> str | None:
    """Return the stripped text at a path below the element; None where absent or empty."""
    found = element.find(path) if element is not None else None
    text = "".join(found.itertext()).strip() if found is not None else ""
    return text or None


def attribute_at(element: Element | None, path: str, name: str) -> str | None:
    """Return an attribute of the element at a path (“.” for itself); None where absent or empty."""
    if element is None:
        return None
    found = element if path == "." else element.find(path)
    return (found.get(name) or None) if found is not None else None


def escaped(text: str) -> str:
    """Return text for an XML attribute or element: markup escaped, characters that XML 1.0 forbids dropped."""
    kept = "".join(
        ch for ch in text if ch in "\t\n" or " " <= ch < "\ud800" or "\ue000" <= ch <= "\ufffd" or ch > "\uffff"
    )
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
