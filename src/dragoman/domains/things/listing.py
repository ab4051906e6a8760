"""Lists of items, packets and events: what is asked for as a `Selection`, answered as ready JSON
texts.

Rows are fetched a thousand at a time by their rank, so that the longest list needs little memory.
What the database
cannot sort or compare exactly is decoded and done here. Source: spec/rightech 6.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core import filters
from dragoman.core.sql import contains, decode_json
from dragoman.core.tables import Text
from dragoman.core.text import fold
from dragoman.core.tx import Tx

CHUNK = 1000
_FAR = 1 << 62


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows, in which order. sort: a dotted path, or None for the source's own order; search:
    folded.
    """

    start_ms: int | None = None
    end_ms: int | None = None
    filter: filters.Filter = filters.EVERYTHING
    search: str = ""
    sort: str | None = None
    descending: bool = False


class Source(msgspec.Struct, frozen=True):
    """A kind of rows. `where` and `params` say which may be seen; `shape` names everything that
    shapes them.

    rank: unique, what the own order goes by (behind `lead`, where there is one). tail: name of a
    member that is spliced
    into the body, and its column. sorts: paths that the database may sort by.
    """

    shape: Hashable
    origin: Any
    rank: Any
    time: Any
    body: Any
    where: Any
    params: Mapping[str, Any]
    columns: Mapping[str, Any] = {}
    sorts: Mapping[str, Any] = {}
    search: Any = None
    tails: Mapping[str, Any] = {}
    lead: Any = None
    newest_first: bool = False


def _conditions(source: Source, selection: Selection) -> tuple[Hashable, list[Any], dict[str, Any]]:
    where, params = [source.where], dict(source.params)
    shape: list[Hashable] = [source.shape]
    if selection.start_ms is not None:
        where.append(source.time >= sa.bindparam("start_ms", type_=sa.BigInteger()))
        params["start_ms"] = selection.start_ms
        shape.append("start")
    if selection.end_ms is not None:
        where.append(source.time <= sa.bindparam("end_ms", type_=sa.BigInteger()))
        params["end_ms"] = selection.end_ms
        shape.append("end")
    if selection.search and source.search is not None:
        where.append(contains(source.search, sa.bindparam("needle", type_=Text)))
        params["needle"] = selection.search
        shape.append("search")
    if selection.filter != filters.EVERYTHING:
        where.append(filters.to_sql(selection.filter, source.columns, source.body))
        params.update(filters.params(selection.filter))
        shape.append(filters.shape(selection.filter))
    return tuple(shape), where, params


def _select(source: Source) -> Any:
    tails = [
        sa.type_coerce(column, Text).label(f"t{at}")
        for at, column in enumerate(source.tails.values())
    ]
    return sa.select(
        source.rank.label("rank"),
        sa.type_coerce(source.body, Text).label("body"),
        *tails,
    ).select_from(source.origin)


def texts(
    tx: Tx, source: Source, selection: Selection, offset: int = 0, limit: int = _FAR
) -> Iterable[str]:
    """The JSON text of each row, in order."""
    if not filters.exact(selection.filter) or (
        selection.sort is not None and selection.sort not in source.sorts
    ):
        return islice(_decided_here(tx, source, selection), offset, offset + limit)
    if selection.sort is not None or source.lead is not None:
        return _by_offset(tx, source, selection, offset, limit)
    return _by_rank(tx, source, selection, offset, limit)


def _by_rank(
    tx: Tx, source: Source, selection: Selection, offset: int, limit: int
) -> Iterable[str]:
    shape, where, params = _conditions(source, selection)
    down = source.newest_first
    first = tx.shaped(("rank", shape, True), partial(_ranked, source, where, down, True))
    size = min(limit, CHUNK)
    rows = tx.tuples(first, **params, offset=offset, size=size)
    if len(rows) < size or limit == size:
        return _texts(source, rows)
    return _chunks(tx, source, selection, rows, limit)


def _chunks(
    tx: Tx, source: Source, selection: Selection, rows: Sequence[Any], limit: int
) -> Iterator[str]:
    """The rows of a first full chunk, and what comes behind them."""
    shape, where, params = _conditions(source, selection)
    build = partial(_ranked, source, where, source.newest_first, False)
    size = len(rows)
    while True:
        yield from _texts(source, rows)
        limit -= size
        if len(rows) < size or limit <= 0:
            return
        size = min(limit, CHUNK)
        after = rows[-1][0]
        statement = tx.shaped(("rank", shape, False), build)
        rows = tx.tuples(statement, **params, after=after, offset=0, size=size)


def _ranked(source: Source, where: list[Any], down: bool, first: bool) -> Any:
    query = _select(source).where(*where)
    if not first:
        after = sa.bindparam("after", type_=source.rank.type)
        query = query.where(source.rank < after if down else source.rank > after)
    return _paged(query.order_by(source.rank.desc() if down else source.rank))


def _paged(query: Any) -> Any:
    return query.limit(sa.bindparam("size", type_=sa.BigInteger())).offset(
        sa.bindparam("offset", type_=sa.BigInteger())
    )


def _by_offset(
    tx: Tx, source: Source, selection: Selection, offset: int, limit: int
) -> Iterator[str]:
    shape, where, params = _conditions(source, selection)
    statement = tx.shaped(
        ("offset", shape, selection.sort, selection.descending),
        lambda: _paged(_select(source).where(*where).order_by(*_order(source, selection))),
    )
    while limit > 0:
        size = min(limit, CHUNK)
        rows = tx.tuples(statement, **params, offset=offset, size=size)
        yield from _texts(source, rows)
        if len(rows) < size:
            return
        limit -= size
        offset += size


def _order(source: Source, selection: Selection) -> list[Any]:
    if selection.sort is None:
        return _natural(source)
    column = source.sorts[selection.sort]
    if selection.descending:
        return [sa.case((column.is_(None), 0), else_=1), column.desc(), source.rank]
    return [sa.case((column.is_(None), 0), else_=1), column, source.rank]


def _texts(source: Source, rows: Sequence[Any]) -> list[str]:
    """The texts of rows of (rank, body, tails)."""
    if not source.tails:
        return [row[1] for row in rows]
    if len(source.tails) == 1:
        (name,) = source.tails
        return [
            body if tail is None else f'{body[:-1]},"{name}":{tail}}}' for _, body, tail in rows
        ]
    return [_text(source, row) for row in rows]


def _text(source: Source, row: Any) -> str:
    body: str = row[1]
    for name, tail in zip(source.tails, row[2:], strict=True):
        if tail is not None:
            body = f'{body[:-1]},"{name}":{tail}}}'
    return body


def _decided_here(tx: Tx, source: Source, selection: Selection) -> Iterator[str]:
    plain = msgspec.structs.replace(selection, sort=None)
    shape, where, params = _conditions(source, plain)
    statement = tx.shaped(
        ("all", shape), lambda: _select(source).where(*where).order_by(*_natural(source))
    )
    rows = _texts(source, tx.tuples(statement, **params))
    kept = [(decode_json(text), text) for text in rows]
    kept = [pair for pair in kept if filters.matches(selection.filter, pair[0])]
    if selection.sort is not None:
        path = selection.sort.split(".")
        kept.sort(key=lambda pair: _sort_key(pair[0], path), reverse=selection.descending)
        if selection.descending:
            kept = [pair for pair in kept if _at(pair[0], path) is None] + [
                pair for pair in kept if _at(pair[0], path) is not None
            ]
    return iter([text for _, text in kept])


def _natural(source: Source) -> list[Any]:
    order = [source.rank] if source.lead is None else [source.lead, source.rank]
    return [column.desc() for column in order] if source.newest_first else order


def _at(item: Any, path: list[str]) -> Any:
    for step in path:
        item = item.get(step) if isinstance(item, dict) else None
    return item


def _sort_key(item: Any, path: list[str]) -> tuple[int, Any]:
    value = _at(item, path)
    if value is None:
        return 0, 0
    if isinstance(value, bool):
        return 3, value
    if isinstance(value, int | float):
        return 1, value
    return (2, fold(value)) if isinstance(value, str) else (4, str(value))


class Overview(msgspec.Struct, frozen=True):
    """How many rows, and the first and last of them in the source's own order (None: not asked for,
    or none).
    """

    count: int
    first: str | None
    last: str | None


def overview(tx: Tx, source: Source, selection: Selection, *, ends: bool) -> Overview:
    """Count, first and last of what `texts` would give."""
    selection = msgspec.structs.replace(selection, sort=None)
    if not filters.exact(selection.filter):
        rows = list(_decided_here(tx, source, selection))
        shown = (rows[0], rows[-1]) if ends and rows else (None, None)
        return Overview(len(rows), *shown)
    shape, where, params = _conditions(source, selection)
    counting = tx.shaped(
        ("count", shape),
        lambda: sa.select(sa.func.count()).select_from(source.origin).where(*where),
    )
    count = int(tx.scalar(counting, **params))
    if not ends or not count:
        return Overview(count, None, None)
    found = []
    for backwards in (False, True):
        statement = tx.shaped(("end", shape, backwards), partial(_end, source, where, backwards))
        found.append(_text(source, tx.tuples(statement, **params)[0]))
    return Overview(count, *found)


def _end(source: Source, where: list[Any], backwards: bool) -> Any:
    down = source.newest_first is not backwards
    order = [source.rank] if source.lead is None else [source.lead, source.rank]
    ordered = [column.desc() for column in order] if down else order
    return _select(source).where(*where).order_by(*ordered).limit(1)
