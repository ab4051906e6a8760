"""Values and operations of fields. Source: spec/altcraft 6.3-6.5."""

from typing import Any

import pytest

from dragoman.core.faults import BadValue
from dragoman.domains.profiles import suppressions, values
from dragoman.domains.profiles.values import Operation

ENUM = [{"number": 1, "key": "a", "title": "Alpha"}]
GOOD: list[tuple[str, Any, Any]] = [
    ("int", "12", 12), ("int", -5, -5), ("float", "1.5", 1.5), ("float", 2, 2.0),
    ("bool", True, True), ("unicode", "x", "x"), ("email", " a@b.example ", "a@b.example"),
    ("phone", "+7 (900) 000-00-01", "+7 (900) 000-00-01"), ("ip", "::1", "::1"),
    ("date", "2020-01-01", 1_577_836_800_000), ("date", 1_577_836_800, 1_577_836_800_000),
    ("date", 1_577_836_800_000, 1_577_836_800_000),
    ("date", "2020-01-01T03:00:00+03:00", 1_577_836_800_000), ("enum", "Alpha", 1),
    ("enum", 1, 1), ("tags", ["a", "b", "a"], ["a", "b"]), ("object", {"a": 1}, {"a": 1}),
    ("arr_object", [{"a": 1}], [{"a": 1}]), ("status", "suspended", 5), ("status", 2, 2),
]  # fmt: skip
BAD: list[tuple[str, Any]] = [
    ("int", "x"), ("int", True), ("int", 1 << 63), ("int", 1.5), ("float", "nan"),
    ("float", []), ("bool", 1), ("bool", "true"), ("unicode", 5), ("unicode", "x" * 4097),
    ("email", "x"), ("phone", "abc"), ("ip", "300.1.1.1"), ("date", "soon"), ("date", True),
    ("date", "2020-02-30"), ("enum", 2), ("enum", "Beta"), ("tags", [1]), ("object", []),
    ("arr_object", [1]), ("status", 7), ("status", "odd"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "sent", "kept"), GOOD)
def test_values_that_fit(kind: str, sent: Any, kept: Any) -> None:
    assert values.convert(kind, sent, ENUM) == kept


@pytest.mark.parametrize(("kind", "sent"), BAD)
def test_values_that_do_not(kind: str, sent: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 # the words are the module's own
        values.convert(kind, sent, ENUM)


OPERATIONS: list[tuple[str, Any, str, Any, str | None, Any]] = [
    ("int", 5, "incr", -3, None, 2), ("int", None, "incr", 4, None, 4),
    ("float", 1.5, "incr", 1, None, 2.5), ("tags", ["a"], "add", ["b", "a"], None, ["a", "b"]),
    ("tags", None, "add", "a", None, ["a"]), ("tags", ["a", "b"], "delete", ["a"], None, ["b"]),
    ("arr_object", [{"a": 1}], "add", {"b": 2}, None, [{"a": 1}, {"b": 2}]),
    ("arr_object", [{"a": 1, "b": 2}, {"a": 2}], "delete", {"a": 1}, None, [{"a": 2}]),
    ("object", {"x": 1}, "upsert", 5, "y.z", {"x": 1, "y": {"z": 5}}),
    ("object", None, "upsert", 5, "y", {"y": 5}),
    ("arr_object", [{"a": 1}, {"b": 1}], "upsert", {"c": 3}, "a", [{"a": 1, "c": 3}, {"b": 1}]),
    ("arr_object", [], "upsert", {"c": 3}, "a", [{"c": 3}]), ("int", 5, "unset", None, None, None),
    ("int", 5, "set", 6, None, 6),
    ("phones", ["+79000000001"], "delete", "+7 900 0000001", None, []),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "held", "action", "value", "submatch", "new"), OPERATIONS)
def test_operations(
    kind: str, held: Any, action: str, value: Any, submatch: str | None, new: Any
) -> None:
    plan = values.planned("field", kind, Operation(action, value, submatch))
    assert values.applied(kind, held, plan) == new


@pytest.mark.parametrize(
    ("field", "kind", "action", "value"),
    [
        ("f", "tags", "incr", 1), ("f", "int", "add", 1), ("f", "unicode", "delete", "x"),
        ("f", "int", "upsert", 1), ("email", "email", "unset", None), ("f", "int", "incr", "x"),
        ("f", "object", "upsert", 1), ("f", "arr_object", "upsert", 5),
    ],
)  # fmt: skip
def test_operations_that_do_not_fit(field: str, kind: str, action: str, value: Any) -> None:
    with pytest.raises(BadValue):
        values.planned(field, kind, Operation(action, value))


def test_a_sum_stays_in_range() -> None:
    with pytest.raises(BadValue):
        values.applied("int", (1 << 63) - 1, Operation("incr", 1))


def test_both_forms_of_an_address_are_one() -> None:
    md5 = suppressions.folded("email", " A@b.example")
    assert suppressions.folded("email", md5.upper()) == md5
