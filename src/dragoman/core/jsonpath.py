"""Tests on JSON text columns by dotted path, the same on SQLite (json1) and PostgreSQL (jsonb).

`filters` builds these elements. Paths and values are parameters, named after the element: for `f0`
they are `f0p` (the whole path), `f0p0`, `f0p1` ... (its beginnings), `f0s0`, `f0s1` ... (its steps,
each as a path) and `f0v` (the value). A step that meets an array goes into each object of it. What
a path leads to is a leaf; the candidates of a leaf are the elements of an array, or the leaf
itself.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement

from dragoman.core.tables import Json, Text

CANDIDATES = "candidates"  # elements of an array leaf, or the leaf
ELEMENTS = "elements"  # of array leaves only
LEAVES = "leaves"

_SIGNS = {"eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def quotable(path: Sequence[str]) -> bool:
    """Whether both databases can be asked for these keys exactly."""
    return all(
        step.isprintable() and not any(mark in step for mark in '"\\') and _is_text(step)
        for step in path
    )


def _is_text(step: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in step)


def path_params(name: str, path: Sequence[str]) -> dict[str, Any]:
    """What an element called `name` is to be given for its path."""
    steps = [f'."{step}"' for step in path]
    out: dict[str, Any] = {f"{name}p": "$" + "".join(steps)}
    for at, step in enumerate(steps):
        out[f"{name}p{at}"] = "$" + "".join(steps[:at])
        out[f"{name}s{at}"] = f"${step}"
    return out


class Place(NamedTuple):
    """Where to look: a JSON text column (or `Element`), and how many steps in.

    is_object: the column is known to hold an object; it may be an array otherwise.
    """

    body: Any
    steps: int
    is_object: bool


class JsonTest(ColumnElement[bool]):
    """Whether one of the values at a path fits.

    source: CANDIDATES, ELEMENTS or LEAVES. op: eq gt gte lt lte in contains, or `there` (any
    value), `set` (any but null), `array`; kind: what is compared, `text number true false null
    list`; a number or text is parameter `<name>v`.
    """

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, place: Place, name: str, *, source: str, op: str, kind: str = "") -> None:
        self.place = place
        self.name = name
        self.source = source
        self.test = op
        self.kind = kind


class JsonElementTest(JsonTest):
    """Whether one element of the array at a path fits `wanted`, which was built over
    `Element(name)`.
    """

    inherit_cache = False

    def __init__(self, place: Place, name: str, *, wanted: Any) -> None:
        super().__init__(place, name, source=ELEMENTS, op="element")
        self.wanted = wanted


class Element(ColumnElement[str]):
    """The element that the `JsonElementTest` called `name` looks at, as JSON."""

    inherit_cache = True
    type = Json()

    def __init__(self, name: str) -> None:
        self.name = name


class Number(ColumnElement[Any]):
    """A number parameter that may have a fraction, exact on both databases."""

    inherit_cache = False
    type = sa.Numeric()

    def __init__(self, name: str) -> None:
        self.name = name


@compiles(Number, "sqlite")
def _number_sqlite(element: Number, compiler: Any, **kw: Any) -> str:
    return _value(compiler, element.name, None, **kw)


@compiles(Number, "postgresql")
def _number_postgresql(element: Number, compiler: Any, **kw: Any) -> str:
    return f"CAST({_value(compiler, element.name, Json(), **kw)} AS NUMERIC)"


def _value(compiler: Any, name: str, kind: Any, **kw: Any) -> str:
    return str(compiler.process(sa.bindparam(name, type_=kind, required=True), **kw))


# SQLite


@compiles(Element, "sqlite")
def _element_sqlite(element: Element, compiler: Any, **kw: Any) -> str:
    c = f"c_{element.name}"
    return (
        f"CASE {c}.type WHEN 'object' THEN {c}.value WHEN 'array' THEN {c}.value "
        f"WHEN 'null' THEN 'null' WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' "
        f"ELSE json_quote({c}.atom) END"
    )


@compiles(JsonTest, "sqlite")
def _json_test_sqlite(element: JsonTest, compiler: Any, **kw: Any) -> str:
    name, place = element.name, element.place
    body = f"({compiler.process(place.body, **kw)})"
    direct = _found_sqlite(element, compiler, [], body, f"{name}p", **kw)
    arrays = range(1 if place.is_object else 0, place.steps)
    if not arrays:
        return direct
    beginnings = (_value(compiler, f"{name}p{at}", Text, **kw) for at in arrays)
    guard = " OR ".join(f"json_type({body}, {beginning}) = 'array'" for beginning in beginnings)
    joins, node = _walk_sqlite(name, place, body, compiler, **kw)
    walked = _found_sqlite(element, compiler, joins, node, f"{name}s{place.steps - 1}", **kw)
    return f"CASE WHEN {guard} THEN {walked} ELSE {direct} END"


def _walk_sqlite(
    name: str, place: Place, body: str, compiler: Any, **kw: Any
) -> tuple[list[str], str]:
    """The joins that reach every object before the last step, and that object."""
    joins: list[str] = []
    node, value = body, body
    for at in range(place.steps):
        if at:
            step = _value(compiler, f"{name}s{at - 1}", Text, **kw)
            kind, value = f"json_type({node}, {step})", f"({node} -> {step})"
        else:
            kind = f"json_type({body})"
        joins.append(
            f"json_each(CASE {kind} WHEN 'array' THEN {value} "
            f"WHEN 'object' THEN '[' || {value} || ']' ELSE '[]' END) AS n{at}_{name}"
        )
        node = f"CASE n{at}_{name}.type WHEN 'object' THEN n{at}_{name}.value ELSE '{{}}' END"
    return joins, node


def _found_sqlite(
    element: JsonTest, compiler: Any, joins: list[str], node: str, path: str, **kw: Any
) -> str:
    at = _value(compiler, path, Text, **kw)
    kind = f"json_type({node}, {at})"
    if element.source == LEAVES:
        fits = {"there": "IS NOT NULL", "set": "<> 'null'", "array": "= 'array'"}[element.test]
        if not joins:
            return f"coalesce({kind} {fits}, 0)"
        return f"EXISTS (SELECT 1 FROM {', '.join(joins)} WHERE {kind} {fits})"
    c = f"c_{element.name}"
    source = ", ".join([*joins, f"json_each({node}, {at}) AS {c}"])
    guard = f"{kind} = 'array'" if element.source == ELEMENTS else f"{kind} <> 'object'"
    fits = _fits_sqlite(element, compiler, c, **kw)
    return f"EXISTS (SELECT 1 FROM {source} WHERE {guard} AND {fits})"


def _fits_sqlite(element: JsonTest, compiler: Any, c: str, **kw: Any) -> str:
    if isinstance(element, JsonElementTest):
        return f"({compiler.process(element.wanted, **kw)})"
    op, kind, name = element.test, element.kind, f"{element.name}v"
    if op == "there":
        return "1" if not kind else f"{c}.type = '{kind}'"
    if kind in ("true", "false", "null"):
        return f"{c}.type = '{kind}'"
    if op == "in":
        listed = _value(compiler, name, Json(), **kw)
        group = "CASE {0}.type WHEN 'real' THEN 'integer' ELSE {0}.type END"
        return (
            f"EXISTS (SELECT 1 FROM json_each({listed}) AS l "
            f"WHERE {group.format('l')} = {group.format(c)} "
            f"AND l.atom IS {c}.atom AND l.type NOT IN ('array', 'object'))"
        )
    if kind == "number":
        value = _value(compiler, name, None, **kw)
        return f"{c}.type IN ('integer', 'real') AND {c}.atom {_SIGNS[op]} {value}"
    value = _value(compiler, name, Text, **kw)
    if op == "contains":
        return f"{c}.type = 'text' AND instr({c}.atom, {value}) > 0"
    return f"{c}.type = 'text' AND {c}.atom {_SIGNS[op]} {value}"


# PostgreSQL


@compiles(Element, "postgresql")
def _element_postgresql(element: Element, compiler: Any, **kw: Any) -> str:
    return f"c_{element.name}.v"


@compiles(JsonTest, "postgresql")
def _json_test_postgresql(element: JsonTest, compiler: Any, **kw: Any) -> str:
    c = f"c_{element.name}"
    body = f"CAST({compiler.process(element.place.body, **kw)} AS jsonb)"
    path = _value(compiler, f"{element.name}p", Text, **kw)
    unwrap = " || '[*]'" if element.source == CANDIDATES else ""
    alias = f"l_{element.name}" if element.source == ELEMENTS else c
    source = (
        f"jsonb_path_query({body}, CAST(CAST({path} AS TEXT){unwrap} AS jsonpath)) AS {alias}(v)"
    )
    if element.source == ELEMENTS:
        listed = f"CASE jsonb_typeof({alias}.v) WHEN 'array' THEN {alias}.v ELSE '[]'::jsonb END"
        source += f", jsonb_array_elements({listed}) AS {c}(v)"
    return f"EXISTS (SELECT 1 FROM {source} WHERE {_fits_postgresql(element, compiler, c, **kw)})"


def _fits_postgresql(element: JsonTest, compiler: Any, c: str, **kw: Any) -> str:
    if isinstance(element, JsonElementTest):
        return f"({compiler.process(element.wanted, **kw)})"
    op, kind, name = element.test, element.kind, f"{element.name}v"
    if op in ("there", "set", "array"):
        kinds = {"there": "true", "set": f"jsonb_typeof({c}.v) <> 'null'"}
        named = {"text": "string", "array": "array"}.get(kind or op, kind)
        return kinds.get(op if not kind else "", f"jsonb_typeof({c}.v) = '{named}'")
    if kind in ("true", "false", "null"):
        return f"{c}.v = '{kind}'::jsonb"
    if op == "in":
        listed = _value(compiler, name, Json(), **kw)
        return f"{c}.v IN (SELECT jsonb_array_elements(CAST({listed} AS jsonb)))"
    if op == "eq":
        return f"{c}.v = CAST({_value(compiler, name, Json(), **kw)} AS jsonb)"
    text = f"({c}.v #>> '{{}}')"
    if kind == "number":
        value = f"CAST({_value(compiler, name, Json(), **kw)} AS NUMERIC)"
        fits = f"CAST({text} AS NUMERIC) {_SIGNS[op]} {value}"
        return f"CASE jsonb_typeof({c}.v) WHEN 'number' THEN {fits} ELSE false END"
    value = _value(compiler, name, Text, **kw)
    if op == "contains":
        fits = f"strpos({text}, {value}) > 0"
    else:
        fits = f'{text} COLLATE "C" {_SIGNS[op]} {value}'
    return f"jsonb_typeof({c}.v) = 'string' AND {fits}"
