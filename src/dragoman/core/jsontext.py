"""JSON from outside: read whole, and never nested deeper than code that walks it can go."""

from typing import Any

import msgspec

MOST_LEVELS = 200

_decode = msgspec.json.Decoder().decode


def read(text: bytes | str) -> Any:
    """The value of a JSON text.

    Raises msgspec.MsgspecError or UnicodeDecodeError where it is none, and RecursionError beyond
    `MOST_LEVELS`: where the walker's stack ends must not decide which caller gets a 500.
    """
    value = _decode(text)
    if _openings(text) > MOST_LEVELS and _is_deep(value):
        raise RecursionError("nested too deep")
    return value


def _openings(text: bytes | str) -> int:
    if isinstance(text, str):
        return text.count("[") + text.count("{")
    return text.count(b"[") + text.count(b"{")


def _is_deep(value: Any) -> bool:
    layer = [value]
    for _ in range(MOST_LEVELS):
        layer = [
            item
            for one in layer
            for item in (one.values() if isinstance(one, dict) else one)
            if isinstance(item, (dict, list))
        ]
        if not layer:
            return False
    return True
