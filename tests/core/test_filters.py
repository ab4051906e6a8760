"""Filters: SQL against the reference in Python, on both databases."""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dragoman.core import filters
from dragoman.core.database import Database, open_database
from dragoman.core.faults import BadValue
from dragoman.core.filters import All, Not, Test
from dragoman.core.filters import Any as Either
from dragoman.core.patterns import Pattern
from dragoman.core.sql import Statements
from dragoman.core.tables import Json, Text
from dragoman.core.tx import Origin
from tests.support import postgres

ORIGIN = Origin("test")

_metadata = sa.MetaData()
THINGS = sa.Table(
    "filtered_things",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", Text),
    sa.Column("size", sa.BigInteger),
    sa.Column("weight", sa.Double),
    sa.Column("active", sa.Boolean),
    sa.Column("config", Json),
    sa.Column("body", Json),
)
COLUMNS = {name: THINGS.c[name] for name in ("name", "size", "weight", "active", "config")}


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def things(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """One database a module: a property test runs hundreds of examples."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('filters') / 'filters.db'}"
    else:
        request.getfixturevalue("postgres_server")
        url = postgres.fresh_database("filters")
    opened = open_database(url)
    dialect = Statements(request.param).dialect
    ddl = str(sa.schema.CreateTable(THINGS).compile(dialect=dialect))
    with opened.begin(ORIGIN, writes=True) as tx:
        tx._channel.execute(ddl, ())
    yield opened
    opened.close()
    if request.param == "postgresql":
        postgres.drop_database(url)


def found(database: Database, filter: filters.Filter, documents: list[dict[str, Any]]) -> list[int]:
    """Which documents the SQL of the filter finds, by their place."""
    wanted = filters.to_sql(filter, COLUMNS, THINGS.c.body)
    ids: list[int] = []
    with suppress(Undo), database.begin(ORIGIN, writes=True) as tx:
        insert = sa.insert(THINGS).values(
            {
                name: sa.bindparam(name, type_=THINGS.c[name].type, required=True)
                for name in THINGS.c.keys()  # noqa: SIM118 # not a dict
            }
        )
        compiled = tx.shaped("insert", lambda: insert)
        for at, document in enumerate(documents):
            tx._channel.execute(compiled.sql, compiled.bind(row(at, document)))
        select = tx.shaped(
            filters.shape(filter), lambda: sa.select(THINGS.c.id).where(wanted).order_by("id")
        )
        ids = [one.id for one in tx.all(select, **filters.params(filter))]
        raise Undo
    return ids


class Undo(Exception):
    """Roll back what an example wrote."""


def row(at: int, document: dict[str, Any]) -> dict[str, Any]:
    body = {key: value for key, value in document.items() if key not in COLUMNS}
    return {"id": at, "body": body, **{name: document.get(name) for name in COLUMNS}}


def check(database: Database, filter: filters.Filter, documents: list[dict[str, Any]]) -> None:
    """The SQL finds what the reference accepts; more only where it says so."""
    expected = [at for at, one in enumerate(documents) if filters.matches(filter, one)]
    ids = found(database, filter, documents)
    if filters.exact(filter):
        assert ids == expected
    else:
        assert set(expected) <= set(ids)


DOCUMENTS: list[dict[str, Any]] = [
    {"name": "Ann", "size": 1, "active": True, "weight": 1.5, "tags": ["a", "b"], "n": 1},
    {"name": None, "size": None, "active": False, "tags": [], "n": 1.0},
    {"a": {"b": "x"}, "n": "1", "tags": "a", "config": {"c": {"s": "1234"}}},
    {"a": [{"b": "x"}, {"b": 2}, {}, 5], "n": None, "config": [{"c": 1}, {"c": [2, 3]}]},
    {"a": {"b": ["x", None, ["x"]]}, "n": True, "name": "ann"},
    {"a": [{"b": [{"c": 1, "d": 2}, {"c": 3}]}, [{"b": 9}]], "n": False, "size": 2**62},
    {"items": [{"q": 1, "w": "u"}, {"q": 5, "w": "v"}], "config": "x", "name": "ß Ж"},
    {"items": [1, 4, 9], "n": 2**63 - 1, "weight": -0.25, "config": {"c": None}},
    {"items": {"q": 5}, "n": 1e300, "a": "x", "name": 'it\'s 100% \\ "q" ; --'},
]

CASES: list[tuple[filters.Filter, list[int]]] = [
    (All(()), list(range(9))),
    (Either(()), []),
    (Test("name", "eq", "Ann"), [0]),
    (Test("name", "ne", "Ann"), list(range(1, 9))),
    (Test("name", "eq", None), [1, 2, 3, 5, 7]),
    (Test("name", "ne", None), [0, 4, 6, 8]),
    (Test("name", "exists", True), [0, 4, 6, 8]),
    (Test("name", "exists", False), [1, 2, 3, 5, 7]),
    (Test("name", "eq", 1), []),
    (Test("name", "in", ["Ann", "ann", 1, None]), [0, 1, 2, 3, 4, 5, 7]),
    (Test("name", "nin", ["Ann", "ann"]), [1, 2, 3, 5, 6, 7, 8]),
    (Test("name", "gt", "Z"), [4, 6, 8]),
    (Test("name", "contains-text", "%"), [8]),
    (Test("name", "contains-text", "Ж"), [6]),
    (Test("name.x", "eq", "Ann"), []),
    (Test("name.x", "eq", None), list(range(9))),
    (Test("size", "gte", 1), [0, 5]),
    (Test("size", "lt", 1.5), [0]),
    (Test("size", "eq", 1.0), [0]),
    (Test("size", "eq", "1"), []),
    (Test("size", "in", [1, "2", 4611686018427387904]), [0, 5]),
    (Test("weight", "in", [1.5, -0.25]), [0, 7]),
    (Test("weight", "lte", 1), [7]),
    (Test("active", "eq", True), [0]),
    (Test("active", "eq", 1), []),
    (Test("active", "ne", True), list(range(1, 9))),
    (Test("n", "eq", 1), [0, 1]),
    (Test("n", "eq", "1"), [2]),
    (Test("n", "eq", True), [4]),
    (Test("n", "eq", False), [5]),
    (Test("n", "eq", None), [3, 6]),
    (Test("n", "exists", True), [0, 1, 2, 4, 5, 7, 8]),
    (Test("n", "gt", 1), [7, 8]),
    (Test("n", "lte", 1), [0, 1]),
    (Test("n", "eq", 2**63 - 1), [7]),
    (Test("n", "in", [1, True, "1"]), [0, 1, 2, 4]),
    (Test("n", "nin", [1, True, "1", None]), [5, 7, 8]),
    (Test("n", "in", []), []),
    (Test("tags", "eq", "a"), [0, 2]),
    (Test("tags", "ne", "a"), [1, 3, 4, 5, 6, 7, 8]),
    (Test("tags", "array-contains", "a"), [0]),
    (Test("tags", "all", ["a", "b"]), [0]),
    (Test("tags", "all", []), []),
    (Test("tags", "eq", None), [3, 4, 5, 6, 7, 8]),
    (Test("tags", "eq", []), [1]),
    (Test("a.b", "eq", "x"), [2, 3, 4]),
    (Test("a.b", "eq", None), [0, 1, 4, 6, 7, 8]),
    (Test("a.b", "exists", True), [2, 3, 4, 5]),
    (Test("a.b", "gt", 1), [3]),
    (Test("a.b", "array-contains", "x"), [4]),
    (Test("a.b.c", "eq", 3), [5]),
    (Test("a.b", "elem-match", All((Test("c", "eq", 1), Test("d", "eq", 2)))), [5]),
    (Test("a.b", "elem-match", All((Test("c", "eq", 3), Test("d", "eq", 2)))), []),
    (Test("items", "elem-match", All((Test("q", "gt", 1), Test("w", "eq", "v")))), [6]),
    (Test("items", "elem-match", All((Test("q", "lt", 5), Test("w", "eq", "v")))), []),
    (Test("items", "elem-match", All((Test("", "gt", 4), Test("", "lt", 10)))), [7]),
    (Test("items", "elem-match", Not(Test("", "gt", 1))), [6, 7]),
    (Not(Test("items", "elem-match", Test("", "gt", 4))), [0, 1, 2, 3, 4, 5, 6, 8]),
    (Test("config.c.s", "eq", "1234"), [2]),
    (Test("config.c.s", "eq", 1234), []),
    (Test("config.c", "eq", 3), [3]),
    (Test("config.c", "exists", True), [2, 3]),
    (Test("config", "eq", "x"), [6]),
    (Test("config", "exists", False), [0, 1, 4, 5, 8]),
    (Not(All((Test("n", "eq", 1), Test("tags", "eq", "a")))), list(range(1, 9))),
    (Either((Test("n", "eq", 1), Test("name", "eq", "ann"))), [0, 1, 4]),
]


@pytest.mark.parametrize(("filter", "expected"), CASES, ids=map(str, range(len(CASES))))
def test_filter(things: Database, filter: filters.Filter, expected: list[int]) -> None:
    documents = DOCUMENTS
    assert [at for at, one in enumerate(documents) if filters.matches(filter, one)] == expected
    check(things, filter, documents)


def test_regex_is_found_and_left_to_the_caller(things: Database) -> None:
    wanted = Test("name", "regex", Pattern("^an", "i"))
    assert not filters.exact(wanted)
    assert found(things, wanted, DOCUMENTS) == [0, 4, 6, 8]
    assert [at for at, one in enumerate(DOCUMENTS) if filters.matches(wanted, one)] == [0, 4]
    check(things, Not(wanted), DOCUMENTS)


HOSTILE = [
    "\0",
    "a\0b",
    "\ud800",
    '"',
    "\\",
    "'; DROP TABLE filtered_things; --",
    "$",
    "[*]",
    "a" * 9999,
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("op", ["eq", "gt", "contains-text", "in", "array-contains"])
@pytest.mark.parametrize("path", ["name", "n", "a.b", "config.x"])
def test_hostile_values(things: Database, path: str, op: str, text: str) -> None:
    value: Any = [text] if op == "in" else text
    check(things, Test(path, op, value), DOCUMENTS)
    check(things, Not(Test(path, op, value)), DOCUMENTS)


@pytest.mark.parametrize(
    "path", [*HOSTILE, "", ".", "a..b", "a.0", "n.", "$.a", "\u2028", " "], ids=ascii
)
def test_hostile_paths(things: Database, path: str) -> None:
    check(things, Test(path, "eq", 1), DOCUMENTS)
    check(things, Not(Test(path, "exists", True)), DOCUMENTS)


@pytest.mark.parametrize(
    "value",
    [10**400, -(10**400), 2**63, float("inf"), float("nan"), {"b": "x"}, [[1]]],
    ids=["huge", "-huge", "2**63", "inf", "nan", "object", "array"],
)
@pytest.mark.parametrize("op", ["eq", "gt", "lt", "in"])
def test_values_that_sql_cannot_compare(things: Database, op: str, value: Any) -> None:
    for path in ("n", "size", "a", "weight", "name"):
        wanted = Test(path, op, [value] if op == "in" else value)
        check(things, wanted, DOCUMENTS)
        check(things, Not(wanted), DOCUMENTS)


def test_limits() -> None:
    deep: filters.Filter = Test("a", "eq", 1)
    for _ in range(20):
        deep = Not(deep)
    assert not filters.within_limits(deep)
    assert not filters.within_limits(All(tuple(Test("a", "eq", at) for at in range(500))))
    assert not filters.within_limits(Test("a.a.a.a.a.a.a.a.a.a.a.a.a.a", "eq", 1))
    assert filters.within_limits(CASES[-1][0])


def test_largest_filter_that_is_allowed(things: Database) -> None:
    path = ".".join("abcdefghijkl")
    check(things, All(tuple(Test(path, "ne", at) for at in range(190))), DOCUMENTS[:2])


@pytest.mark.parametrize(("pattern", "flags"), [("(", ""), ("a", "q"), ("a{99999999999999}", "")])
def test_bad_regex_is_refused(pattern: str, flags: str) -> None:
    with pytest.raises(ValueError, match=re.compile(".")):
        Pattern(pattern, flags)


@pytest.mark.parametrize(
    "pattern", [r"(x+x+)+y", r"^(([a-z])+.)+[A-Z]$", r"(.*x){25}y", r"(\w+\s?)*!"]
)
def test_a_regex_that_never_ends_is_ended(pattern: str) -> None:
    wanted = Test("name", "regex", Pattern(pattern, seconds=0.05))
    began = time.perf_counter()
    with suppress(BadValue):  # an engine may also be clever enough to answer
        for _ in range(20):
            filters.matches(wanted, {"name": "x" * 200})
    assert time.perf_counter() - began < 1


def test_time_of_a_regex_is_counted_over_all_texts() -> None:
    pattern = Pattern(r"(x+x+)+y", seconds=0.05)
    with pytest.raises(BadValue) as caught:
        pattern.found_in("x" * 3000)
    assert (caught.value.field, caught.value.problem) == ("regex", "takes too long")
    with pytest.raises(BadValue):
        pattern.found_in("x" * 3000)


def test_shape_names_no_value() -> None:
    one = filters.shape(All((Test("a", "eq", "x"), Test("b", "in", ["x", 1]))))
    other = filters.shape(All((Test("a", "eq", "y"), Test("b", "in", [3, "z", "y"]))))
    assert one == other
    assert filters.shape(Test("a", "eq", "x")) != filters.shape(Test("a", "eq", 1))


# Property: the SQL and the reference agree.

_letters = st.text("ab\u0416\U0001f600.%_", max_size=3)
_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from([0.5, -1.5, 2.0, 1e20]),
    _letters,
)
_values = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)
_documents = st.fixed_dictionaries(
    {},
    optional={
        "name": st.none() | _letters,
        "size": st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3),
        "weight": st.none() | st.sampled_from([0.5, -1.5, 2.0, 1e20]),
        "active": st.none() | st.booleans(),
        "config": _values,
        "a": _values,
        "b": _values,
    },
)
_paths = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(".".join) | st.sampled_from(
    ["name", "size", "weight", "active", "config", "config.a", "config.a.b", "name.a"]
)


def _tests(paths: st.SearchStrategy[str]) -> st.SearchStrategy[filters.Filter]:
    compared = st.builds(
        Test,
        paths,
        st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte", "contains-text", "array-contains"]),
        _scalars | _values,
    )
    listed = st.builds(
        Test, paths, st.sampled_from(["in", "nin", "all"]), st.lists(_scalars, max_size=3)
    )
    return compared | listed | st.builds(Test, paths, st.just("exists"), st.booleans())


_inner = _tests(st.sampled_from(["", "a", "b", "a.b"]))
_leaves = _tests(_paths) | st.builds(
    Test, _paths, st.just("elem-match"), _inner | st.builds(Not, _inner)
)
_filters = st.recursive(
    _leaves,
    lambda inner: (
        st.builds(All, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Either, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Not, inner)
    ),
    max_leaves=4,
)


@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(filter=_filters, documents=st.lists(_documents, min_size=1, max_size=4))
@example(filter=Not(Test("size", "eq", None)), documents=[{"size": None}, {"size": 1}])
def test_sql_means_what_the_reference_means(
    things: Database, filter: filters.Filter, documents: list[dict[str, Any]]
) -> None:
    check(things, filter, documents)
