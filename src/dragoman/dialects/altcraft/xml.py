"""XML in and out. Source: spec/altcraft 1.8."""

from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from dragoman.core.faults import Malformed
from dragoman.dialects.altcraft.names import READ_ONLY, SYSTEM
from dragoman.domains.profiles.values import LooseText

_DEEPEST = 100
_SHORT = {name[1:]: name for name in (*SYSTEM, *READ_ONLY) if name.startswith("_")}


def parsed(body: bytes) -> dict[str, Any]:
    """The members of the root. Entities and DTDs are refused. Raises Malformed."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, UnicodeError, ValueError, LookupError):
        raise Malformed("xml") from None
    if root.tag != "xml":
        raise Malformed("root")
    out = _object(root, 0)
    if isinstance(out.get("data"), dict):
        out["data"] = {_full(name, out["data"]): value for name, value in out["data"].items()}
    elif isinstance(out.get("data"), list):
        out["data"] = [
            {_full(name, one): value for name, value in one.items()}
            if isinstance(one, dict)
            else one
            for one in out["data"]
        ]
    return out


def _full(name: str, among: dict[str, Any]) -> str:
    long = _SHORT.get(name)
    return name if long is None or name == "id" or long in among else long


def _object(element: Any, depth: int) -> dict[str, Any]:
    if depth > _DEEPEST:
        raise Malformed("depth")
    out: dict[str, Any] = {}
    repeated: set[str] = set()
    for child in element:
        name, value = child.tag, _value(child, depth + 1)
        if not isinstance(name, str):
            continue
        listed = child.get("array") == "true"
        if name in out:
            if name not in repeated:
                out[name] = out[name] if isinstance(out[name], list) else [out[name]]
                repeated.add(name)
            out[name].append(value)
        elif listed:
            empty = not len(child) and not (child.text or "").strip()
            out[name] = [] if empty else [value]
            repeated.add(name)
        else:
            out[name] = value
    return out


def _value(element: Any, depth: int) -> Any:
    return _object(element, depth) if len(element) else LooseText(element.text or "")


def written(result: dict[str, Any]) -> bytes:
    """The root with sorted members; an array becomes repeated elements."""
    root = Element("xml")
    _fill(root, result)
    text: bytes = tostring(root, encoding="utf-8")
    return text


def _fill(parent: Element, members: dict[str, Any]) -> None:
    for name in sorted(members):
        value = members[name]
        for one in (value or [""]) if isinstance(value, list) else [value]:
            _put(SubElement(parent, _tag(name)), one)


def _put(element: Element, value: Any) -> None:
    if isinstance(value, dict):
        _fill(element, value)
    elif isinstance(value, list):
        for one in value:
            _put(SubElement(element, "item"), one)
    elif value is not None:
        text = ("true" if value else "false") if isinstance(value, bool) else str(value)
        element.text = "".join(one for one in text if _legal(one))


def _tag(name: str) -> str:
    kept = "".join(one if one.isalnum() or one in "_-." else "_" for one in name)
    return kept if kept and (kept[0].isalpha() or kept[0] == "_") else f"_{kept}"


def _legal(one: str) -> bool:
    return (
        one >= " " and not "\ud800" <= one <= "\udfff" and one not in "\ufffe\uffff"
    ) or one in "\t\n\r"
