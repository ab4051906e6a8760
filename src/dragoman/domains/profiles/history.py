"""What happened to profiles: what this server does itself, and messages that came from elsewhere.

Action names are those of events; a sender adds its own (`send`, `deliv`, `open`, ...).
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.profiles import tables, values

IMPORT, UPDATE = "import", "update"
JOINED, LEFT = "segment_add", "segment_remove"
_SUBSCRIBED, _UNSUBSCRIBED, _SUSPENDED = map(
    values.STATUSES.index, ("subscribed", "unsubscribed", "suspended")
)
_DAY_MS = 86_400_000
_p, _h = tables.profiles.c, tables.history.c
_BETWEEN = (
    _h.at_ms >= sa.bindparam("since", type_=sa.BigInteger()),
    _h.at_ms < sa.bindparam("until", type_=sa.BigInteger()),
)
_COLUMNS = (
    _h.id, _h.profile_id, _h.action, _h.at_ms, _h.channel, _h.message, _p.oid, _p.email, _p.mark,
)  # fmt: skip
_JOINED = tables.history.join(tables.profiles, _p.id == _h.profile_id)
_OF_PROFILE = prepare(
    sa.select(*_COLUMNS)
    .select_from(_JOINED)
    .where(_h.profile_id == sa.bindparam("profile_id", type_=sa.BigInteger()), *_BETWEEN)
    .order_by(_h.at_ms, _h.id)
)
_MARK: sa.BindParameter[str] = sa.bindparam("mark", type_=sa.Text())
_DAY_END = sa.bindparam("day_end", type_=sa.BigInteger())
_OF_DATABASE = prepare(
    sa.select(*_COLUMNS)
    .select_from(_JOINED)
    .where(
        _p.database_id == sa.bindparam("database_id", type_=sa.BigInteger()),
        sa.or_(_p.mark > _MARK, sa.and_(_p.mark == _MARK, _h.at_ms >= _DAY_END)),
        *_BETWEEN,
    )
    .order_by(_p.mark, _h.at_ms, _h.id)
    .limit(sa.bindparam("limit", type_=sa.BigInteger()))
)


class Span(msgspec.Struct, frozen=True):
    """From `since_ms` until before `until_ms`."""

    since_ms: int = 0
    until_ms: int = (1 << 62) - 1


class Place(msgspec.Struct, frozen=True):
    """How far a reader has come: everything up to a profile's mark and the end of a day (UTC)."""

    mark: str = ""
    day_end_ms: int = 0


def keep(tx: Tx, profile_id: int, action: str, channel: str = "") -> None:
    """Something happened to a profile just now."""
    row = {"profile_id": profile_id, "action": action, "at_ms": tx.now_ms}
    tx.insert(tables.history, {**row, "channel": channel, "message": ""})


def keep_status(tx: Tx, profile_id: int, channel: str, before: int | None, after: int) -> None:
    """A subscription has another status, or is new (`before` None)."""
    if before == after:
        return
    if after == _SUBSCRIBED:
        keep(tx, profile_id, "unsuspend" if before == _SUSPENDED else "subscribe", channel)
    elif after == _UNSUBSCRIBED:
        keep(tx, profile_id, "unsubscribe", channel)
    elif after == _SUSPENDED:
        keep(tx, profile_id, "suspend", channel)


def of_profile(tx: Tx, profile_id: int, span: Span) -> list[Row]:
    """By time: id, action, at_ms, channel, message, and the profile's oid, email, mark."""
    return tx.all(_OF_PROFILE, profile_id=profile_id, since=span.since_ms, until=span.until_ms)


def page(
    tx: Tx, database: Row, span: Span, after: Place, limit: int
) -> tuple[Sequence[Row], Place | None]:
    """Of a whole database by mark, then time; and the place to read on from, None at the end.

    A profile's day is never cut in two: a page may be longer than `limit` when one day is.
    """
    rows = _read(tx, database, span, after, limit + 1)
    if len(rows) <= limit:
        return rows, _place(rows[-1]) if rows else None
    last = _place(rows[-1])
    whole = [row for row in rows if _place(row) != last]
    if not whole:
        step = limit + 1
        while len(rows) == step and _place(rows[-1]) == last:
            step *= 4
            rows = _read(tx, database, span, after, step)
        whole = [row for row in rows if _place(row) == last]
    return whole, _place(whole[-1])


def _read(tx: Tx, database: Row, span: Span, after: Place, limit: int) -> list[Row]:
    return tx.all(
        _OF_DATABASE, database_id=database.id, mark=after.mark, day_end=after.day_end_ms,
        since=span.since_ms, until=span.until_ms, limit=limit,
    )  # fmt: skip


def _place(row: Any) -> Place:
    return Place(row.mark, (row.at_ms // _DAY_MS + 1) * _DAY_MS)
