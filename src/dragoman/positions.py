"""Where in a JSON text a value stands, so that an error can name the line."""

import json
import re

_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")
_SPACE = re.compile(r"[ \t\r\n]*")
_skip = json.JSONDecoder().raw_decode


def line_of(text: str, place: str) -> int | None:
    """The line, from 1, of a place such as `content.spaces[0].name`, or of the deepest part of it
    that is there; None when not even the first is. text: well-formed JSON.
    """
    found = None
    at = _space(text, 0)
    for name, index in _STEP.findall(place):
        inside = _member(text, at, name) if name else _item(text, at, int(index))
        if inside is None:
            break
        begins, at = inside
        found = text.count("\n", 0, begins) + 1
    return found


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found is not None else at


def _member(text: str, at: int, name: str) -> tuple[int, int] | None:
    """Where a member's name and its value begin."""
    if text[at : at + 1] != "{":
        return None
    found = None
    at = _space(text, at + 1)
    while text[at] != "}":
        begins = at
        key, at = _skip(text, at)
        at = _space(text, _space(text, at) + 1)
        if key == name:
            found = begins, at  # the last of several counts
        at = _next(text, at)
    return found


def _item(text: str, at: int, index: int) -> tuple[int, int] | None:
    if text[at : at + 1] != "[":
        return None
    at = _space(text, at + 1)
    while text[at] != "]":
        if index == 0:
            return at, at
        index -= 1
        at = _next(text, at)
    return None


def _next(text: str, at: int) -> int:
    """Past a value and the comma behind it."""
    _, at = _skip(text, at)
    at = _space(text, at)
    return _space(text, at + 1) if text[at] == "," else at
