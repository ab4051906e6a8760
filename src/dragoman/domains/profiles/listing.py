"""Profiles and subscriptions in pages, in the order of their marks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from dragoman.core import filters
from dragoman.core.filters import Filter
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.domains.profiles import tables

_p, _s = tables.profiles.c, tables.subscriptions.c
COLUMNS = {
    "oid": _p.oid, "email": _p.email, "phones": _p.phones, "status": _p.status, "mark": _p.mark,
    "facts": _p.facts, "fields": _p.fields, "created_ms": _p.created_ms,
    "updated_ms": _p.updated_ms,
}  # fmt: skip
_STEP = 1000
Columns = Mapping[str, Any]
NO_MORE: Columns = {}


def page(
    tx: Tx, database: Row, wanted: Filter, *, after: str, limit: int
) -> tuple[list[Row], bool, int]:
    """Profiles that fit, after a mark; whether more follow; how many fit in all.

    The filter's paths: names of COLUMNS, then into `facts` and `fields`.
    """
    rows: list[Row] = []
    while len(rows) <= limit:
        found = _after(tx, database, wanted, after, limit + 1)
        rows.extend(row for row in found if _fits(wanted, row))
        if len(found) <= limit:
            break
        after = found[-1].mark
    return rows[:limit], len(rows) > limit, count(tx, database, wanted)


def each(
    tx: Tx, database: Row, wanted: Filter, more: Columns = NO_MORE, *, step: int = _STEP
) -> Iterator[Row]:
    """Every profile that fits, by mark.

    more: expressions by names that the filter uses beside COLUMNS; a name stands for one
    expression, always. The filter must then be exact.
    """
    after = ""
    while found := _after(tx, database, wanted, after, step, more):
        yield from (row for row in found if _fits(wanted, row))
        after = found[-1].mark


def _fits(wanted: Filter, row: Row) -> bool:
    return filters.exact(wanted) or filters.matches(wanted, row._asdict())


def _condition(wanted: Filter, more: Columns) -> Any:
    return sa.and_(
        _p.database_id == sa.bindparam("database_id", type_=sa.BigInteger()),
        filters.to_sql(wanted, {**COLUMNS, **more}, None),
    )


def _after(
    tx: Tx, database: Row, wanted: Filter, after: str, limit: int, more: Columns = NO_MORE
) -> list[Row]:
    def build() -> Any:
        return (
            sa.select(tables.profiles)
            .where(_condition(wanted, more), _p.mark > sa.bindparam("after"))
            .order_by(_p.mark)
            .limit(sa.bindparam("limit", type_=sa.BigInteger()))
        )

    query = tx.shaped(("profiles page", filters.shape(wanted)), build)
    params = filters.params(wanted)
    return tx.all(query, database_id=database.id, after=after, limit=limit, **params)


def count(tx: Tx, database: Row, wanted: Filter, more: Columns = NO_MORE) -> int:
    """How many fit. more: as for `each`."""
    if filters.exact(wanted):

        def build() -> Any:
            found = sa.select(sa.func.count()).select_from(tables.profiles)
            return found.where(_condition(wanted, more))

        query = tx.shaped(("profiles count", filters.shape(wanted)), build)
        return int(tx.scalar(query, database_id=database.id, **filters.params(wanted)))
    return sum(1 for _ in each(tx, database, wanted, step=_STEP))


def subscriptions_of(tx: Tx, rows: Sequence[Row]) -> dict[int, list[Row]]:
    """The subscriptions of a page, by profile."""
    out: dict[int, list[Row]] = {row.id: [] for row in rows}
    for at in range(0, len(rows), _STEP):
        ids = [row.id for row in rows[at : at + _STEP]]
        query = sa.select(tables.subscriptions).where(_s.profile_id.in_(ids)).order_by(_s.id)
        for row in tx.all(query):
            out[row.profile_id].append(row)
    return out
