"""Filter values over typed columns and JSON text: as SQL, and the same meaning in Python.

    Test("status", "eq", "ok")                       one field
    All((Test(...), Any((Test(...), Not(Test(...))))))

A dialect reads its own filter syntax into these. `matches` is the reference: `to_sql` finds exactly
what `matches` accepts where `exact(filter)`, and a superset elsewhere, which the caller puts
through `matches`.

    wanted = filters.to_sql(filter, columns, body)
    tx.all(tx.shaped(("things", filters.shape(filter)), lambda: sa.select(t).where(wanted)),
    **filters.params(filter))

Meaning. Types are compared without coercion; numbers are one type. Null and missing are the same:
`eq None` fits both, `exists` neither. A dotted path goes through objects, and into every object of
an array on its way. Where it ends at an array, a test fits when it fits an element (`eq` =
contains). `ne` and `nin` are the opposite of `eq` and `in`. Text is compared by code point. The
path "" is the document itself, or in `elem-match` the element.

    eq ne gt gte lt lte    scalar (an array or object: equal as a whole)
    in nin all             list
    exists                 True or False
    contains-text          text, as written (case counts)
    regex                  a patterns.Pattern, searched for
    array-contains         scalar; unlike eq, only in an array
    elem-match             a filter over one element of an array
"""

import itertools
import typing as t
from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from dragoman.core import jsonpath
from dragoman.core.matching import (
    EVERYTHING,
    All,
    Any,
    Filter,
    Not,
    Test,
    kind_of,
    matches,
    path_of,
    plain,
    test_leaves,
    within_limits,
)
from dragoman.core.sql import contains, member
from dragoman.core.tables import Json

__all__ = [
    "EVERYTHING",
    "All",
    "Any",
    "Filter",
    "Not",
    "Test",
    "exact",
    "matches",
    "params",
    "shape",
    "to_sql",
    "within_limits",
]

_ORDERS = ("gt", "gte", "lt", "lte")


def exact(filter: Filter) -> bool:
    """Whether `to_sql` means exactly what `matches` does; else put its rows through `matches`."""
    if isinstance(filter, Test):
        return _exact(filter)
    return all(map(exact, (filter.part,) if isinstance(filter, Not) else filter.parts))


def _exact(test: Test) -> bool:
    if not jsonpath.quotable(path_of(test)) or test.op == "regex":
        return False
    if test.op == "exists":
        return True
    if test.op == "elem-match":
        return exact(test.value)
    values = test.value if test.op in ("in", "nin", "all") else [test.value]
    return all(kind_of(value) != "other" for value in values)


def shape(filter: Filter) -> t.Hashable:
    """What of a filter shapes its SQL: a key for `tx.shaped`, with whatever else shapes the
    statement.
    """
    if isinstance(filter, Not):
        return ("not", shape(filter.part))
    if isinstance(filter, All | Any):
        return (type(filter).__name__, *map(shape, filter.parts))
    value: t.Hashable
    if filter.op == "elem-match":
        value = shape(filter.value)
    elif filter.op == "exists":
        value = bool(filter.value)
    elif filter.op in ("in", "nin"):
        value = frozenset(map(kind_of, filter.value))
    elif filter.op == "all":
        value = tuple(map(kind_of, filter.value))
    else:
        value = kind_of(filter.value)
    return (filter.op, filter.path, value)


def params(filter: Filter, *, prefix: str = "f") -> dict[str, t.Any]:
    """The parameters of the SQL, for `tx.all(statement, **params)`."""
    out: dict[str, t.Any] = {}
    _fill(filter, _names(prefix), out)
    return out


def _names(prefix: str) -> Iterator[str]:
    return (f"{prefix}{at}_" for at in itertools.count())


def _fill(filter: Filter, names: Iterator[str], out: dict[str, t.Any]) -> None:
    if isinstance(filter, All | Any):
        for part in filter.parts:
            _fill(part, names, out)
    elif isinstance(filter, Not):
        _fill(filter.part, names, out)
    elif filter.op == "all":
        for value in filter.value:
            _fill(Test(filter.path, "eq", value), names, out)
    else:
        name, value = next(names), filter.value
        path = path_of(filter)
        for cut in range(len(path) + 1):  # a JSON column may hold the first steps: see `_find`
            out.update(jsonpath.path_params(f"{name}{cut}", path[cut:]))
            out[f"{name}{cut}v"] = _argument(filter)
        if filter.op in ("in", "nin"):
            out[f"{name}text"] = [one for one in value if kind_of(one) == "text"]
            out[f"{name}int"] = [plain(one) for one in value if kind_of(one) == "int"]
            out[f"{name}real"] = [
                float(plain(one)) for one in value if kind_of(one) in ("int", "fraction")
            ]
        if filter.op == "elem-match":
            _fill(value, names, out)


def _argument(test: Test) -> t.Any:
    if test.op in ("in", "nin"):
        return [plain(value) for value in test.value if kind_of(value) != "other"]
    return plain(test.value) if test.op not in ("regex", "elem-match") else None


def to_sql(
    filter: Filter, columns: Mapping[str, t.Any], body: t.Any, *, prefix: str = "f"
) -> ColumnElement[bool]:
    """The filter as a condition, its values as parameters (see `params`).

    columns: fields that have a column of their own, text, integer, boolean or JSON; a path that
    begins with the name of a JSON column goes on inside it. Not asked for: everything else is
    looked for in `body`, a JSON text column (None: it is missing).
    prefix: begins the parameters' names; give each filter of a statement its own, and `params` the
    same.
    """
    return _Writer(columns, body).write(filter, _names(prefix), negated=False)


class _Writer:
    """Negation is pushed down to the tests, so that what is not exact is a superset there too."""

    def __init__(self, columns: Mapping[str, t.Any], body: t.Any) -> None:
        self.columns = columns
        self.body = body

    def write(self, filter: Filter, names: Iterator[str], *, negated: bool) -> ColumnElement[bool]:
        if isinstance(filter, Not):
            return self.write(filter.part, names, negated=not negated)
        if isinstance(filter, All | Any):
            written = [self.write(part, names, negated=negated) for part in filter.parts]
            return _joined(written, every=isinstance(filter, All) is not negated)
        if filter.op == "all":
            tests = [Test(filter.path, "eq", value) for value in filter.value]
            every = All(tuple(tests)) if tests else Any(())
            return self.write(every, names, negated=negated)
        if filter.op in ("ne", "nin"):
            negated = not negated
            filter = Test(filter.path, "eq" if filter.op == "ne" else "in", filter.value)
        return self._test(filter, next(names), names, negated=negated)

    def _test(
        self, test: Test, name: str, names: Iterator[str], *, negated: bool
    ) -> ColumnElement[bool]:
        if not jsonpath.quotable(path_of(test)):
            _skip(test, names)
            return sa.true()
        column, cut = self._find(test)
        if isinstance(getattr(column, "type", None), Json):
            is_object = column is self.body and not isinstance(column, jsonpath.Element)
            place = jsonpath.Place(column, len(path_of(test)) - cut, is_object)
            if test.op == "elem-match":
                return self._elements(test, place, f"{name}{cut}", names, negated=negated)
            found = _json_test(place, test, f"{name}{cut}")
        else:
            _skip(test, names)
            found = _nothing(test) if column is None else _column_test(column, test, name)
            if negated:  # a null column makes the test null, and so its opposite
                found = sa.func.coalesce(found, sa.false())
        if not negated:
            return found
        return sa.not_(found) if _exact(test) else sa.true()

    def _find(self, test: Test) -> tuple[t.Any, int]:
        """The column to ask (None: nothing is there), and how many steps of the path it is."""
        path = path_of(test)
        for cut in range(len(path), 0, -1):
            column = self.columns.get(".".join(path[:cut]))
            if column is not None:
                inside = cut < len(path) and not isinstance(column.type, Json)
                return (None if inside else column), cut
        return self.body, 0

    def _elements(
        self,
        test: Test,
        place: jsonpath.Place,
        name: str,
        names: Iterator[str],
        *,
        negated: bool,
    ) -> ColumnElement[bool]:
        inner = _Writer({}, jsonpath.Element(name)).write(test.value, names, negated=False)
        if negated and not exact(test.value):
            return sa.true()
        found = jsonpath.JsonElementTest(place, name, wanted=inner)
        return sa.not_(found) if negated else found


def _skip(test: Test, names: Iterator[str]) -> None:
    """Use up the names of an element filter that is not written."""
    if test.op == "elem-match":
        _fill(test.value, names, {})


def _joined(parts: list[ColumnElement[bool]], *, every: bool) -> ColumnElement[bool]:
    if every:
        return sa.and_(sa.true(), *parts)
    return sa.or_(sa.false(), *parts)


def _nothing(test: Test) -> ColumnElement[bool]:
    """The test on a field that cannot be there."""
    return sa.true() if _test_of_nothing(test) else sa.false()


def _test_of_nothing(test: Test) -> bool:
    return test.op != "regex" and test_leaves(test, [])


def _json_test(place: jsonpath.Place, test: Test, name: str) -> ColumnElement[bool]:
    def ask(source: str, op: str, kind: str = "") -> ColumnElement[bool]:
        return jsonpath.JsonTest(place, name, source=source, op=op, kind=kind)

    op, kind = test.op, kind_of(test.value)
    if op == "exists":
        there = ask(jsonpath.LEAVES, "set")
        return there if test.value else sa.not_(there)
    if op == "regex":
        return ask(jsonpath.CANDIDATES, "there", "text")
    if op == "in":
        return _json_in(ask, {kind_of(value) for value in test.value})
    if op == "eq" and kind == "null":
        return _json_null(ask)
    if kind == "other":
        return ask(jsonpath.LEAVES, "array" if op == "array-contains" else "set")
    if op == "array-contains":
        return ask(jsonpath.ELEMENTS, "eq", _json_kind(kind))
    if op == "contains-text":
        return ask(jsonpath.CANDIDATES, "contains", "text") if kind == "text" else sa.false()
    if op in _ORDERS and kind not in ("text", "int", "fraction"):
        return sa.false()
    return ask(jsonpath.CANDIDATES, op, _json_kind(kind))


def _json_kind(kind: str) -> str:
    return "number" if kind in ("int", "fraction") else kind


def _json_null(ask: t.Callable[..., ColumnElement[bool]]) -> ColumnElement[bool]:
    return sa.or_(sa.not_(ask(jsonpath.LEAVES, "there")), ask(jsonpath.CANDIDATES, "eq", "null"))


def _json_in(ask: t.Callable[..., ColumnElement[bool]], kinds: set[str]) -> ColumnElement[bool]:
    if "other" in kinds:
        return sa.true()
    if not kinds:
        return sa.false()
    found = ask(jsonpath.CANDIDATES, "in", "list")
    return sa.or_(_json_null(ask), found) if "null" in kinds else found


def _column_test(column: t.Any, test: Test, name: str) -> ColumnElement[bool]:
    op, kind = test.op, kind_of(test.value)
    if op == "exists":
        return t.cast(ColumnElement[bool], column.isnot(None) if test.value else column.is_(None))
    if op == "in":
        return _column_in(column, {kind_of(value) for value in test.value}, name)
    if op in ("elem-match", "array-contains"):
        return sa.false()
    if kind == "null":
        return t.cast(ColumnElement[bool], column.is_(None)) if op == "eq" else sa.false()
    if op == "regex" or (kind == "other" and not isinstance(test.value, list | tuple | Mapping)):
        return t.cast(ColumnElement[bool], column.isnot(None))
    if not _comparable(column, kind) or (op in _ORDERS and kind in ("true", "false")):
        return sa.false()
    return _compared(column, op, kind, f"{name}0v")


def _compared(column: t.Any, op: str, kind: str, name: str) -> ColumnElement[bool]:
    value: t.Any
    if kind in ("true", "false"):
        return t.cast(ColumnElement[bool], column.is_(kind == "true"))
    if kind == "fraction":
        value = jsonpath.Number(name)
    else:
        typed = sa.BigInteger() if kind == "int" else column.type
        value = sa.bindparam(name, type_=typed, required=True)
    if op == "contains-text":
        return contains(column, value) if kind == "text" else sa.false()
    return t.cast(
        ColumnElement[bool],
        {
            "eq": column.__eq__, "gt": column.__gt__, "gte": column.__ge__,
            "lt": column.__lt__, "lte": column.__le__,
        }[op](value),
    )  # fmt: skip


def _comparable(column: t.Any, kind: str) -> bool:
    if isinstance(column.type, sa.Boolean):
        return kind in ("true", "false")
    if isinstance(column.type, sa.Integer | sa.Numeric | sa.Float):
        return kind in ("int", "fraction")
    return kind == "text"


def _column_in(column: t.Any, kinds: set[str], name: str) -> ColumnElement[bool]:
    if "other" in kinds:
        return sa.true()
    parts: list[ColumnElement[bool]] = [sa.false()]
    if "null" in kinds:
        parts.append(column.is_(None))
    for kind in ("true", "false"):
        if kind in kinds and _comparable(column, kind):
            parts.append(column.is_(kind == "true"))
    if isinstance(column.type, sa.Numeric | sa.Float):
        parts.append(member(column, f"{name}real"))
    else:
        parts.extend(
            member(column, f"{name}{kind}")
            for kind in ("text", "int")
            if kind in kinds and _comparable(column, kind)
        )
    return sa.or_(*parts)
