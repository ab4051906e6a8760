"""JSON from outside: read whole, and never nested deeper than code that walks it can go."""

import re
from typing import Any

import msgspec

MOST_LEVELS = 200

_decode = msgspec.json.Decoder().decode
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))


def read(text: bytes | str) -> Any:
    """The value of a JSON text.

    Raises msgspec.MsgspecError or UnicodeDecodeError where it is none, and RecursionError beyond
    `MOST_LEVELS`: where the walker's stack ends must not decide which caller gets a 500.
    """
    value = _decode(text)
    refuse_depth(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    return value


def refuse_depth(text: bytes) -> None:
    """Raise RecursionError where valid JSON is nested deeper than `MOST_LEVELS`."""
    if text.count(b"[") + text.count(b"{") <= MOST_LEVELS:
        return
    level = 0
    for mark in _STRING.sub(b"", text).translate(None, _NO_BRACKET):
        level += 1 if mark in b"[{" else -1
        if level > MOST_LEVELS:
            raise RecursionError("nested too deep")
