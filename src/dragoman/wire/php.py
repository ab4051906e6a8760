"""PHP's names of form fields: `a[b]=1` an object's member, `a[]=1` the next of a list, `a[0]=1` one
by index.

Names are not rewritten otherwise. Contiguous keys 0..n make a list, others an object.
"""

import re
from collections.abc import Iterable
from typing import Any

MOST_LEVELS = 64  # PHP drops what is nested deeper

_PART = re.compile(r"\[([^\[\]]*)\]")
_INDEX = re.compile(r"(0|[1-9][0-9]{0,17})\Z")


class _Node(dict[str, Any]):
    """An object in the making; `next` is the index that `[]` gets."""

    __slots__ = ("next",)

    def __init__(self) -> None:
        super().__init__()
        self.next = 0

    def key(self, name: str) -> str:
        if name == "":
            name = str(self.next)
        if _INDEX.match(name):
            self.next = max(self.next, int(name) + 1)
        return name


def nest(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Pairs as a tree; of equal names the last counts."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        first, parts = _split(name)
        if len(parts) <= MOST_LEVELS:
            _put(root, first, parts, value)
    return {name: _settled(value) for name, value in root.items()}


def _split(name: str) -> tuple[str, list[str]]:
    at = name.find("[")
    if at <= 0:
        return name, []
    parts, end = [], at
    while match := _PART.match(name, end):
        parts.append(match[1])
        end = match.end()
    return (name[:at], parts) if parts else (name, [])


def _put(root: dict[str, Any], first: str, parts: list[str], value: str) -> None:
    node, key = root, first
    for part in parts:
        below = node.get(key)
        if not isinstance(below, _Node):
            below = node[key] = _Node()
        node, key = below, below.key(part)
    node[key] = value


def _settled(value: Any) -> Any:
    if not isinstance(value, _Node):
        return value
    members = {key: _settled(item) for key, item in value.items()}
    if all(str(at) in members for at in range(len(members))):
        return [members[str(at)] for at in range(len(members))]
    return members
