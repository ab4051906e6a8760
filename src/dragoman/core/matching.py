"""Filter values and their reference meaning, in Python; `filters` turns them into SQL and documents
them.
"""

import math
import typing as t
from collections.abc import Iterator, Mapping, Sequence

import msgspec

OPS = frozenset(
    {
        "eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "exists", "contains-text", "regex",
        "all", "elem-match", "array-contains",
    }
)  # fmt: skip
MAX_TESTS = 200
MAX_DEPTH = 16
MAX_STEPS = 12


class Test(msgspec.Struct, frozen=True):
    """One field (dotted path) against one value; see the module for ops."""

    __test__: t.ClassVar[bool] = False

    path: str
    op: str
    value: t.Any = None

    def __post_init__(self) -> None:
        if self.op not in OPS:
            raise ValueError(f"no such test: {self.op}")


class All(msgspec.Struct, frozen=True):
    """Every part fits; no parts: true."""

    parts: tuple["Filter", ...]


class Any(msgspec.Struct, frozen=True):
    """One part fits at least; no parts: false."""

    parts: tuple["Filter", ...]


class Not(msgspec.Struct, frozen=True):
    """The part does not fit."""

    part: "Filter"


Filter = Test | All | Any | Not
EVERYTHING = All(())


def within_limits(filter: Filter) -> bool:
    """Whether a caller's filter is of a size that the databases take; else refuse it."""
    tests = 0
    waiting = [(filter, 1)]
    while waiting:
        part, depth = waiting.pop()
        tests += 1
        if tests > MAX_TESTS or depth > MAX_DEPTH:
            return False
        if isinstance(part, Test):
            if len(path_of(part)) > MAX_STEPS:
                return False
            if isinstance(part.value, list | tuple):
                tests += len(part.value) if part.op == "all" else 0
            if part.op == "elem-match":
                waiting.append((part.value, depth + 1))
        else:
            inner = (part.part,) if isinstance(part, Not) else part.parts
            waiting.extend((one, depth + 1) for one in inner)
    return True


# The reference: Python


def matches(filter: Filter, document: t.Any) -> bool:
    """Whether a document (a mapping; in elem-match any JSON value) fits."""
    if isinstance(filter, All):
        return all(matches(part, document) for part in filter.parts)
    if isinstance(filter, Any):
        return any(matches(part, document) for part in filter.parts)
    if isinstance(filter, Not):
        return not matches(filter.part, document)
    return test_leaves(filter, list(_leaves(path_of(filter), document)))


def path_of(test: Test) -> list[str]:
    """The steps of its path; none for the document itself."""
    return test.path.split(".") if test.path else []


def _leaves(path: Sequence[str], value: t.Any) -> Iterator[t.Any]:
    if not path:
        yield value
        return
    for node in value if isinstance(value, list | tuple) else (value,):
        if isinstance(node, Mapping) and path[0] in node:
            yield from _leaves(path[1:], node[path[0]])


def _candidates(leaves: list[t.Any]) -> list[t.Any]:
    out: list[t.Any] = []
    for leaf in leaves:
        out.extend(leaf) if isinstance(leaf, list | tuple) else out.append(leaf)
    return out


def test_leaves(test: Test, leaves: list[t.Any]) -> bool:
    """Whether a test fits what its path leads to."""
    op, value = test.op, test.value
    if op in ("ne", "nin"):
        return not test_leaves(Test(test.path, "eq" if op == "ne" else "in", value), leaves)
    if op == "exists":
        return any(leaf is not None for leaf in leaves) is bool(value)
    if op in ("all", "in"):
        equal = [test_leaves(Test(test.path, "eq", one), leaves) for one in value]
        return bool(equal) and all(equal) if op == "all" else any(equal)
    elements = [one for leaf in leaves if isinstance(leaf, list | tuple) for one in leaf]
    if op == "elem-match":
        return any(matches(value, element) for element in elements)
    if op == "array-contains":
        return any(_equal(element, value) for element in elements)
    if op == "eq":
        if value is None and not leaves:
            return True
        return any(_equal(one, value) for one in (*_candidates(leaves), *leaves))
    return any(_compares(op, one, value) for one in _candidates(leaves))


def _compares(op: str, one: t.Any, value: t.Any) -> bool:
    if op == "regex":
        return isinstance(one, str) and value.found_in(one)
    if op == "contains-text":
        return isinstance(one, str) and isinstance(value, str) and value in one
    if kind_of(value) not in ("text", "int", "fraction") or _group(one) != _group(value):
        return False
    one, value = plain(one), plain(value)
    if op in ("gt", "gte"):
        return bool(one > value or (op == "gte" and one == value))
    return bool(one < value or (op == "lte" and one == value))


def _equal(one: t.Any, value: t.Any) -> bool:
    if isinstance(value, list | tuple):
        return (
            isinstance(one, list | tuple)
            and len(one) == len(value)
            and all(map(_equal, one, value))
        )
    if isinstance(value, Mapping):
        return (
            isinstance(one, Mapping)
            and one.keys() == value.keys()
            and all(_equal(one[key], value[key]) for key in value)
        )
    return _group(one) == _group(value) and bool(plain(one) == plain(value))


def plain(value: t.Any) -> t.Any:
    """A number as the databases hold it: 64-bit integer, or float."""
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return (
            float(value)
            if abs(value) < 10**308
            else math.copysign(math.inf, 1 if value > 0 else -1)
        )
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def kind_of(value: t.Any) -> str:
    """What a value is to SQL: null, true, false, int, fraction, text, or other (not comparable
    there).
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        value = plain(value)
        if isinstance(value, int):
            return "int"
        return "fraction" if math.isfinite(value) else "other"
    if isinstance(value, str):
        bad = any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value)
        return "other" if bad else "text"
    return "other"


def _group(value: t.Any) -> str:
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int | float):
        return "number"
    return type(value).__name__
