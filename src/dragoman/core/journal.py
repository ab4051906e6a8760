"""Reading the journal: the audit trail, and the changes since a position.

A position is opaque text. On SQLite it is the row's id; on PostgreSQL (transaction id, id), and
rows are read only below the oldest transaction that is still open, or late commits would be passed
over.
"""

from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.sql import Row, SettledBelow, prepare
from dragoman.core.tx import Tx

PAGE = 500


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One journal row. before, after: only the columns that differ (all of them for created and
    deleted).
    """

    position: str
    at_ms: int
    event: str
    subject: str
    subject_id: int
    account_id: int | None
    dialect: str
    request_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    facts: dict[str, Any]


_c = tables.changes.c
_AFTER = prepare(
    sa.select(tables.changes)
    .where(
        sa.or_(
            _c.txid > sa.bindparam("txid", type_=sa.BigInteger()),
            sa.and_(
                _c.txid == sa.bindparam("txid", type_=sa.BigInteger()),
                _c.id > sa.bindparam("id", type_=sa.BigInteger()),
            ),
        ),
        SettledBelow(_c.txid),
    )
    .order_by(_c.txid, _c.id)
    .limit(PAGE)
)
_AFTER_ID = prepare(
    sa.select(tables.changes)
    .where(_c.id > sa.bindparam("id", type_=sa.BigInteger()))
    .order_by(_c.id)
    .limit(PAGE)
)
_LAST = prepare(
    sa.select(_c.txid, _c.id)
    .where(SettledBelow(_c.txid))
    .order_by(_c.txid.desc(), _c.id.desc())
    .limit(1)
)
_LAST_ID = prepare(sa.select(sa.literal(0).label("txid"), _c.id).order_by(_c.id.desc()).limit(1))
_HISTORY = prepare(
    sa.select(tables.changes)
    .where(
        _c.subject == sa.bindparam("subject"),
        _c.subject_id == sa.bindparam("subject_id", type_=sa.BigInteger()),
        _c.live.is_(False),
    )
    .order_by(_c.id.desc())
    .limit(sa.bindparam("limit", type_=sa.BigInteger()))
)


def position(tx: Tx) -> str:
    """Where the journal ends now."""
    row = tx.first(_LAST if tx.engine == "postgresql" else _LAST_ID)
    return f"{row.txid}.{row.id}" if row else "0.0"


def place(position: str) -> tuple[int, int]:
    """A position as something that can be compared."""
    txid, _, id = position.partition(".")
    return int(txid), int(id)


def after(tx: Tx, position: str) -> list[Change]:
    """Up to PAGE changes behind a position, in order."""
    txid, id = place(position)
    if tx.engine == "postgresql":
        rows = tx.all(_AFTER, txid=txid, id=id)
    else:
        rows = tx.all(_AFTER_ID, id=id)
    return [_change(row) for row in rows]


def history(tx: Tx, table: sa.Table, id: int, *, limit: int = 100) -> list[Change]:
    """What happened to one row, newest first; live-only events are left out."""
    return [
        _change(row) for row in tx.all(_HISTORY, subject=table.name, subject_id=id, limit=limit)
    ]


def _change(row: Row) -> Change:
    return Change(
        position=f"{row.txid}.{row.id}",
        at_ms=row.at_ms,
        event=row.event,
        subject=row.subject,
        subject_id=row.subject_id,
        account_id=row.account_id,
        dialect=row.dialect,
        request_id=row.request_id,
        before=row.before,
        after=row.after,
        facts=row.facts or {},
    )


def trim_live(tx: Tx) -> int:
    """Drop live-only rows older than a minute. Returns how many."""
    old = sa.and_(_c.live.is_(True), _c.at_ms < tx.now_ms - 60_000)
    return tx.delete_where(tables.changes, old)
