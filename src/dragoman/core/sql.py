"""What differs between SQLite and PostgreSQL, as functions; and the compile-once cache.

`prepare(select)` makes a module constant that is compiled once per engine. A statement whose shape
depends on the request goes through `Statements.shaped(key, build)`. Anything else is compiled on
the spot (slow, for rare paths).
"""

import json
from collections import OrderedDict, namedtuple
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement

from dragoman.core.tables import Json, RawJson

Row = Any  # a named tuple whose fields are the statement's columns
_SHAPES_KEPT = 1024

encode_json = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def decode_json(text: str) -> Any:
    """JSON text that was stored; numbers kept to the letter may lie beyond what msgspec reads."""
    try:
        return _decode(text)
    except msgspec.ValidationError:
        return json.loads(text, parse_int=lambda digits: int(digits[:4000]))


def decode_raw(raw: msgspec.Raw) -> Any:
    """The value of JSON kept to the letter (`RawJson` columns)."""
    return decode_json(bytes(raw).decode())


class Prepared:
    """A statement that lives as long as the program; compiled once per engine."""

    __slots__ = ("query",)

    def __init__(self, query: Any) -> None:
        self.query = query


def prepare(query: Any) -> Prepared:
    """Mark a select (with bindparams) as a module constant."""
    return Prepared(query)


def _json_in(value: Any) -> str:
    return encode_json(value).decode()


def _raw_in(value: Any) -> str:
    return bytes(value).decode() if isinstance(value, (bytes, msgspec.Raw)) else _json_in(value)


def _raw_out(value: str) -> msgspec.Raw:
    return msgspec.Raw(value.encode())


class Compiled:
    """Driver SQL, the order of its arguments and the shape of its rows."""

    __slots__ = ("_make", "bind", "columns", "sql")

    def __init__(self, query: Any, dialect: sa.Dialect, *, booleans: bool) -> None:
        compiled: Any = query.compile(dialect=dialect)
        values = {
            key: (None if bind.required else bind.value) for key, bind in compiled.binds.items()
        }
        state = compiled.construct_expanded_state(values, escape_names=False)
        self.sql: str = state.statement
        order: Sequence[str] = state.positiontup or ()
        binds = compiled.binds
        #: Arguments in driver order; a parameter that the statement needs and the mapping lacks is
        #: a KeyError.
        self.bind: Callable[[Mapping[str, Any]], tuple[Any, ...]] = _argument_maker(
            [self._argument(name, binds.get(name), state.parameters) for name in order]
        )
        names = [column.keyname for column in compiled._result_columns or ()]
        self.columns = tuple(names)
        kind: Any = namedtuple("Row", names) if names else None
        kinds = [column.type for column in compiled._result_columns or ()]
        readers = [_reader(kind, booleans) for kind in kinds]
        self._make: Callable[[Any], Row] = tuple if kind is None else _row_maker(kind, readers)

    @staticmethod
    def _argument(name: str, bind: Any, parameters: Mapping[str, Any]) -> tuple[str, Any, Any]:
        if bind is None:  # an expanded list: its values are fixed
            return name, parameters[name], None
        change = _writer(bind.type)
        if bind.required:
            return name, _REQUIRED, change
        value = parameters[name]
        return name, change(value) if change and value is not None else value, change

    def rows(self, tuples: Sequence[Sequence[Any]]) -> list[Row]:
        """Driver tuples as named rows, values converted."""
        return list(map(self._make, tuples))


_REQUIRED = object()


def _argument_maker(
    arguments: Sequence[tuple[str, Any, Any]],
) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """From parameters to a driver's arguments, as one expression written for this statement: a
    third of the cost of a loop over them.

    arguments: name, default or `_REQUIRED`, what converts a value or None.
    """
    values, known = [], {}
    for at, (name, default, change) in enumerate(arguments):
        value = f"p[{name!r}]"
        if change is not None:
            known[f"c{at}"] = change
            value = f"(None if {value} is None else c{at}({value}))"
        if default is not _REQUIRED:
            known[f"d{at}"] = default
            value = f"({value} if {name!r} in p else d{at})"
        values.append(f"{value},")
    return eval(f"lambda p: ({''.join(values)})", known)  # type: ignore[no-any-return] # noqa: S307 # no value stands in it


def _row_maker(kind: Any, readers: Sequence[Callable[[Any], Any] | None]) -> Callable[[Any], Row]:
    """From a driver's tuple to a row. Where values are converted it is one expression written for
    these columns, as namedtuple writes its own: half the cost of a loop over them.
    """
    if not any(readers):
        return kind._make  # type: ignore[no-any-return] # of a namedtuple
    values = [
        f"v[{at}]" if reader is None else f"None if v[{at}] is None else r{at}(v[{at}])"
        for at, reader in enumerate(readers)
    ]
    known = {f"r{at}": reader for at, reader in enumerate(readers)}
    source = f"lambda v: new(kind, ({', '.join(values)},))"
    return eval(source, {"new": tuple.__new__, "kind": kind, **known})  # type: ignore[no-any-return] # noqa: S307 # no value stands in it


def _writer(kind: Any) -> Callable[[Any], Any] | None:
    if isinstance(kind, RawJson):
        return _raw_in
    if isinstance(kind, (Json, _IdList)):
        return _json_in
    return None


def _reader(kind: Any, booleans: bool) -> Callable[[Any], Any] | None:
    if isinstance(kind, RawJson):
        return _raw_out
    if isinstance(kind, Json):
        return decode_json
    if isinstance(kind, sa.Boolean) and not booleans:
        return bool
    return None


class Statements:
    """Compiled statements of one engine."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._booleans = name == "postgresql"
        self.dialect: sa.Dialect = (
            postgresql.psycopg.dialect(paramstyle="format")  # type: ignore[no-untyped-call] # untyped
            if name == "postgresql"
            else sqlite.dialect(paramstyle="qmark")
        )
        self._constants: dict[int, tuple[Prepared, Compiled]] = {}
        self._shapes: OrderedDict[Hashable, Compiled] = OrderedDict()

    def compiled(self, query: Any) -> Compiled:
        """The compiled form of a constant, or of a statement made for this one call."""
        known = self._constants.get(id(query))
        if known is not None:
            return known[1]
        if isinstance(query, Compiled):
            return query
        if not isinstance(query, Prepared):
            return Compiled(query, self.dialect, booleans=self._booleans)
        made = Compiled(query.query, self.dialect, booleans=self._booleans)
        self._constants[id(query)] = (query, made)  # holding it keeps the id from being reused
        return made

    def shaped(self, key: Hashable, build: Callable[[], Any]) -> Compiled:
        """The compiled form of `build()`, kept under `key`, which must name everything that shapes
        it.
        """
        known = self._shapes.get(key)
        if known is None:
            known = Compiled(build(), self.dialect, booleans=self._booleans)
            self._shapes[key] = known
            if len(self._shapes) > _SHAPES_KEPT:
                self._shapes.popitem(last=False)
        return known


class _IdList(sa.types.UserDefinedType[Any]):
    """A list argument that SQLite takes as JSON."""

    cache_ok = True


class Condition(ColumnElement[bool]):
    """A condition of our own. SQLAlchemy would put `= 1` behind it on SQLite, which keeps SQLite
    from using an index for it.
    """

    inherit_cache = False
    type = sa.Boolean()

    def self_group(self, against: Any = None) -> Any:
        """Stand as it is; each compiles to one comparison."""
        return self


class Member(Condition):
    """`column IN (list)` with the list as one argument, so that the statement's shape does not
    change.
    """

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, column: Any, name: str) -> None:
        self.column = column
        self.name = name


def member(column: Any, name: str) -> Member:
    """Whether `column` is in the list passed as parameter `name`."""
    return Member(column, name)


@compiles(Member, "sqlite")
def _member_sqlite(element: Member, compiler: Any, **kw: Any) -> str:
    listed = compiler.process(sa.bindparam(element.name, type_=_IdList(), required=True), **kw)
    return f"{compiler.process(element.column, **kw)} IN (SELECT value FROM json_each({listed}))"


@compiles(Member, "postgresql")
def _member_postgresql(element: Member, compiler: Any, **kw: Any) -> str:
    kind = sa.ARRAY(element.column.type)
    listed = compiler.process(sa.bindparam(element.name, type_=kind, required=True), **kw)
    return f"{compiler.process(element.column, **kw)} = ANY ({listed})"


class TransactionId(ColumnElement[int]):
    """The running transaction's id on PostgreSQL, 0 on SQLite (whose writer is alone)."""

    inherit_cache = True
    type = sa.BigInteger()


@compiles(TransactionId, "sqlite")
def _txid_sqlite(element: TransactionId, compiler: Any, **kw: Any) -> str:
    return "0"


@compiles(TransactionId, "postgresql")
def _txid_postgresql(element: TransactionId, compiler: Any, **kw: Any) -> str:
    return "pg_current_xact_id()::text::bigint"


class SettledBelow(ColumnElement[bool]):
    """Whether the row's transaction can no longer be overtaken by one that is still open.

    A snapshot knows the open transactions of the whole server; those that are seen to belong to
    another database (each holds a lock on its own number) are passed over, so that a neighbour's
    long transaction does not hold our changes back.
    """

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, column: Any) -> None:
        self.column = column


_HORIZON = """(SELECT coalesce(min(open.txid::text::bigint),
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
    FROM pg_snapshot_xip(pg_current_snapshot()) AS open(txid)
    WHERE NOT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'transactionid' AND l.transactionid = open.txid::xid
        AND l.granted AND l.mode = 'ExclusiveLock'
        AND a.datid <> (SELECT oid FROM pg_database WHERE datname = current_database())))"""


@compiles(SettledBelow, "sqlite")
def _settled_sqlite(element: SettledBelow, compiler: Any, **kw: Any) -> str:
    return "1"


@compiles(SettledBelow, "postgresql")
def _settled_postgresql(element: SettledBelow, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    return f"{column} < {_HORIZON}"


class Contains(Condition):
    """Whether a folded text contains a folded needle; no pattern characters to escape."""

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, haystack: Any, needle: Any) -> None:
        self.haystack = haystack
        self.needle = needle


def contains(haystack: Any, needle: Any) -> Contains:
    """Substring test, case as stored (use folded columns)."""
    return Contains(haystack, needle)


@compiles(Contains, "sqlite")
def _contains_sqlite(element: Contains, compiler: Any, **kw: Any) -> str:
    return f"instr({_both(element, compiler, **kw)}) > 0"


@compiles(Contains, "postgresql")
def _contains_postgresql(element: Contains, compiler: Any, **kw: Any) -> str:
    return f"strpos({_both(element, compiler, **kw)}) > 0"


class ContainsAll(Condition):
    """Whether a folded text contains every text of a list, which is one argument."""

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, haystack: Any, name: str) -> None:
        self.haystack = haystack
        self.name = name


def contains_all(haystack: Any, name: str) -> ContainsAll:
    """Substring test with each text of the list passed as parameter `name`."""
    return ContainsAll(haystack, name)


@compiles(ContainsAll, "sqlite")
def _contains_all_sqlite(element: ContainsAll, compiler: Any, **kw: Any) -> str:
    listed = compiler.process(sa.bindparam(element.name, type_=_IdList(), required=True), **kw)
    test = f"instr({compiler.process(element.haystack, **kw)}, value) = 0"
    return f"NOT EXISTS (SELECT 1 FROM json_each({listed}) WHERE {test})"


@compiles(ContainsAll, "postgresql")
def _contains_all_postgresql(element: ContainsAll, compiler: Any, **kw: Any) -> str:
    kind = sa.ARRAY(sa.Text())
    listed = compiler.process(sa.bindparam(element.name, type_=kind, required=True), **kw)
    test = f"strpos({compiler.process(element.haystack, **kw)}, needle) = 0"
    return f"NOT EXISTS (SELECT 1 FROM unnest({listed}) AS needle WHERE {test})"


def _both(element: Contains, compiler: Any, **kw: Any) -> str:
    haystack = compiler.process(element.haystack, **kw)
    return f"{haystack}, {compiler.process(element.needle, **kw)}"
