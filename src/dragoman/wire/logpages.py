"""Reading the request log for pages: by dialect and other conditions, newest first.

A page reads its own rows and one more, and never counts all unless it shows a total.
"""

from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.sql import Row
from dragoman.core.tx import Tx

SHORT = 2000

_r = tables.request_log.c
_LONG = ("request_body", "response_body", "request_headers", "response_headers")
_SHORTENED = [
    sa.func.substr(column, 1, SHORT).label(column.name) if column.name in _LONG else column
    for column in _r
]
_FITS = {
    "dialect": _r.dialect,
    "function": _r.function,
    "code": _r.code,
    "outcome": _r.outcome,
    "status": _r.status,
    "account_id": _r.account_id,
    "request_id": _r.request_id,
}


class Calls(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls; None leaves a condition out. since, until: inclusive. before_id: for paging by
    id.
    """

    dialect: str | None = None
    function: str | None = None
    code: str | None = None
    outcome: str | None = None
    status: int | None = None
    account_id: int | None = None
    request_id: str | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    before_id: int | None = None


def page(tx: Tx, wanted: Calls, *, size: int, offset: int = 0) -> tuple[list[Row], bool]:
    """Up to `size` calls, long texts cut to SHORT characters, and whether there are more behind
    them.
    """
    values = msgspec.structs.asdict(wanted)
    shape = ("log page", *(value is None for value in values.values()))

    def build() -> Any:
        query = sa.select(*_SHORTENED).where(*_conditions(wanted)).order_by(_r.id.desc())
        return query.limit(sa.bindparam("size", type_=sa.BigInteger())).offset(
            sa.bindparam("offset", type_=sa.BigInteger())
        )

    rows = tx.all(tx.shaped(shape, build), size=size + 1, offset=offset, **values)
    return rows[:size], len(rows) > size


def count(tx: Tx, wanted: Calls) -> int:
    """How many there are; reads an index over all of them."""
    values = msgspec.structs.asdict(wanted)
    shape = ("log count", *(value is None for value in values.values()))

    def build() -> Any:
        return (
            sa.select(sa.func.count()).select_from(tables.request_log).where(*_conditions(wanted))
        )

    return int(tx.scalar(tx.shaped(shape, build), **values) or 0)


def one(tx: Tx, id: int, *, dialect: str | None = None) -> Row | None:
    """One call as it is stored."""
    row = tx.get(tables.request_log, id) if 0 < id < 1 << 63 else None
    return row if row is not None and dialect in (None, row.dialect) else None


def _conditions(wanted: Calls) -> list[Any]:
    found: list[Any] = [
        column == sa.bindparam(name, type_=column.type)
        for name, column in _FITS.items()
        if getattr(wanted, name) is not None
    ]
    if wanted.since_ms is not None:
        found.append(_r.at_ms >= sa.bindparam("since_ms", type_=sa.BigInteger()))
    if wanted.until_ms is not None:
        found.append(_r.at_ms <= sa.bindparam("until_ms", type_=sa.BigInteger()))
    if wanted.before_id is not None:
        found.append(_r.id < sa.bindparam("before_id", type_=sa.BigInteger()))
    return found
