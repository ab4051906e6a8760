"""From a path to its row: a tree of segments, built once; literals beat parameters."""

from collections.abc import Sequence

import msgspec

from dragoman.wire.call import segments
from dragoman.wire.endpoint import Endpoint


class Match(msgspec.Struct, frozen=True):
    """What a path leads to: a row and its path values, or none and the methods that would work."""

    endpoint: Endpoint | None
    params: dict[str, str]
    allowed: tuple[str, ...]


NOWHERE = Match(None, {}, ())


class _Node:
    __slots__ = ("literals", "methods", "param", "rows")

    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.param: _Node | None = None
        self.rows: dict[str, tuple[Endpoint, tuple[str, ...]]] = {}
        self.methods: tuple[str, ...] = ()


class Router:
    """The rows of one dialect."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self._root = _Node()
        for endpoint in endpoints:
            node, names = self._root, []
            for part in segments(endpoint.path):
                if part.startswith("{"):
                    names.append(part[1:-1])
                    node.param = node.param or _Node()
                    node = node.param
                else:
                    node = node.literals.setdefault(part, _Node())
            node.rows.setdefault(endpoint.method, (endpoint, tuple(names)))
            node.methods = tuple(node.rows)

    def find(self, method: str, path: str) -> Match:
        """The row for a method and a percent-encoded path; the first whose path fits decides,
        method or not.
        """
        parts = segments(path)
        found = _descend(self._root, parts, 0, [])
        if found is None:
            return NOWHERE
        node, values = found
        row = node.rows.get(method)
        if row is None:
            return Match(None, {}, node.methods)
        endpoint, names = row
        return Match(endpoint, dict(zip(names, values, strict=True)), node.methods)


def _descend(
    node: _Node, parts: list[str], at: int, values: list[str]
) -> tuple[_Node, list[str]] | None:
    count = len(parts)
    while at < count:
        part = parts[at]
        at += 1
        literal = node.literals.get(part)
        param = node.param
        if param is None:
            if literal is None:
                return None
            node = literal
            continue
        if literal is not None:
            found = _descend(literal, parts, at, list(values))
            if found is not None:
                return found
        node = param
        values.append(part)
    return (node, values) if node.rows else None
