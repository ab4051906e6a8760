"""Searching the request log by id, and its sums over time from the roll-ups. Knows no product.

Lists go by id, newest first, and never count all rows. What few calls may fit (a text, a duration)
is looked for in the newest SPAN calls only; `search` says where to go on.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.sql import Row, contains, member, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.wire.requestlog import EDGES_MS

HOUR_MS = 3_600_000
OUTCOMES = ("success", "client_error", "server_error")
SAMPLE = 20_000
FEW = 4_000
SPAN = 4_000
_LATE = 1_000  # calls are stored in batches, so ids follow times only roughly

_c = tables.request_log.c
_LISTED = (
    _c.id, _c.at_ms, _c.dialect, _c.request_id, _c.method, _c.path, _c.query, _c.status, _c.outcome,
    _c.code,
    _c.function, _c.duration_us, _c.account_id, _c.actor, _c.remote, _c.request_bytes,
    _c.response_bytes,
)  # fmt: skip
_GET = prepare(
    sa.select(tables.request_log).where(_c.id == sa.bindparam("id", type_=sa.BigInteger()))
)
_TOP = prepare(sa.select(sa.func.max(_c.id)))
_SINCE = sa.bindparam("since_ms", type_=sa.BigInteger())
_UNTIL = sa.bindparam("until_ms", type_=sa.BigInteger())
_FIRST_SINCE = prepare(sa.select(_c.id).where(_c.at_ms >= _SINCE).order_by(_c.at_ms).limit(1))
_LAST_UNTIL = prepare(sa.select(_c.id).where(_c.at_ms < _UNTIL).order_by(_c.at_ms.desc()).limit(1))
_FAILED = _c.outcome != sa.literal_column("'success'")  # literal: so the partial index is used
_ANY_ORDER = sa.func.coalesce(_c.dialect, "")  # keeps an index by dialect from being sorted


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls; all conditions must hold.

    dialects: at least one of them, empty for all. outcome: one of OUTCOMES, `error` for both kinds,
    empty for all.
    text: part of path, query, actor, code or a body, case aside. from_us: duration. since, until:
    half open.
    """

    dialects: Sequence[str] = ()
    outcome: str = ""
    text: str = ""
    from_us: int | None = None
    since_ms: int | None = None
    until_ms: int | None = None


class Sums(msgspec.Struct, frozen=True):
    """Calls of one dialect in one span. durations: counts per bucket of `requestlog.EDGES_MS`, the
    last open.
    """

    start_ms: int
    dialect: str
    calls: int
    client_errors: int
    server_errors: int
    durations: Sequence[int]


def top(tx: Tx) -> int:
    """The newest id, 0 for an empty log."""
    return int(tx.scalar(_TOP) or 0)


def fetch(tx: Tx, id: int) -> Row | None:
    """One call as stored, headers and bodies with it."""
    return tx.first(_GET, id=id) if 0 < id < 1 << 63 else None


def page(
    tx: Tx, wanted: Wanted, *, before: int | None = None, limit: int = 50, whole: bool = False
) -> list[Row]:
    """The newest calls below id `before`, newest first. whole: headers and bodies too."""
    return _listed(tx, wanted, limit, ("before", before), whole)


def search(
    tx: Tx, wanted: Wanted, *, before: int | None = None, limit: int = 50
) -> tuple[list[Row], int | None]:
    """As `page`, but at most SPAN calls are looked at where a condition may fit few of them.

    Returns the calls, and the id below which to go on; None at the end.
    """
    if not (wanted.text or wanted.from_us):
        rows = page(tx, wanted, before=before, limit=limit + 1)
        return rows[:limit], rows[limit - 1].id if len(rows) > limit else None
    start = _start(tx, wanted) if before is None else min(before, top(tx) + 1)
    rows = _listed(tx, wanted, limit + 1, ("before", start), False, floor=start - SPAN)
    if len(rows) > limit:
        return rows[:limit], rows[limit - 1].id
    first = tx.scalar(_FIRST_SINCE, since_ms=wanted.since_ms or 0)
    on = start - SPAN
    return rows, on if first is not None and on > max(1, first - _LATE) else None


def _start(tx: Tx, wanted: Wanted) -> int:
    if wanted.until_ms is None:
        return top(tx) + 1
    last = tx.scalar(_LAST_UNTIL, until_ms=wanted.until_ms)
    return int(last or 0) + _LATE


def after(tx: Tx, wanted: Wanted, id: int, *, limit: int = 100) -> list[Row]:
    """Calls above an id, newest first, without headers and bodies."""
    return _listed(tx, wanted, limit, ("after", id), False)


def _listed(
    tx: Tx,
    wanted: Wanted,
    limit: int,
    edge: tuple[str, int | None],
    whole: bool,
    *,
    floor: int | None = None,
) -> list[Row]:
    side = edge[0] if edge[1] is not None else ""
    params = {
        "dialects": list(wanted.dialects) or None, "text": fold(wanted.text) or None,
        "from_us": wanted.from_us,
        "since_ms": wanted.since_ms, "until_ms": wanted.until_ms,
        "edge": None if edge[1] is None else max(-1, min(edge[1], (1 << 63) - 1)),
        "floor": floor,
    }  # fmt: skip
    one = len(wanted.dialects) == 1
    if one:
        params["dialects"] = wanted.dialects[0]
    shape = (wanted.outcome, side, whole, one, *(value is not None for value in params.values()))
    bounded = floor is not None
    query = tx.shaped(("log search", *shape), lambda: _select(wanted, side, whole, bounded))
    given = {name: value for name, value in params.items() if value is not None}
    return tx.all(query, **given, limit=limit)


def _integer(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=sa.BigInteger())


def _conditions(wanted: Wanted) -> list[Any]:
    found: list[Any] = []
    failed = wanted.outcome not in ("", "success")
    if len(wanted.dialects) == 1:
        column: Any = _ANY_ORDER if failed else _c.dialect
        found.append(column == sa.bindparam("dialects", type_=sa.Text()))
    elif wanted.dialects:
        found.append(member(_ANY_ORDER, "dialects"))
    if failed:
        found.append(_FAILED)
    if wanted.outcome not in ("", "error"):
        found.append(_c.outcome == wanted.outcome)
    bounds = (
        (wanted.from_us, _c.duration_us.__ge__, "from_us"),
        (wanted.since_ms, _c.at_ms.__ge__, "since_ms"),
        (wanted.until_ms, _c.at_ms.__lt__, "until_ms"),
    )  # fmt: skip
    found.extend(test(_integer(name)) for value, test, name in bounds if value is not None)
    if wanted.text:
        needle = sa.bindparam("text", type_=sa.Text())
        columns = (_c.path, _c.query, _c.actor, _c.code, _c.request_body, _c.response_body)
        found.append(sa.or_(*(contains(sa.func.lower(column), needle) for column in columns)))
    return found


def _select(wanted: Wanted, side: str, whole: bool, bounded: bool) -> sa.Select[Any]:
    conditions = _conditions(wanted)
    if side:
        edge = _integer("edge")
        conditions.append(_c.id < edge if side == "before" else _c.id > edge)
    if bounded:
        conditions.append(_c.id >= _integer("floor"))
    columns = tuple(tables.request_log.c) if whole else _LISTED
    return sa.select(*columns).where(*conditions).order_by(_c.id.desc()).limit(_integer("limit"))


# sums


def _rolled(table: sa.Table, column: str, durations: bool) -> Any:
    shown: list[Any] = [table.c[column].label("start_ms"), table.c.dialect, table.c.calls]
    shown += [table.c.client_errors, table.c.server_errors]
    if durations:
        shown.append(table.c.durations)
    inside = (table.c[column] >= _integer("since_ms"), table.c[column] < _integer("until_ms"))
    return prepare(sa.select(*shown).where(*inside).order_by(table.c[column], table.c.dialect))


_ROLLS = {
    ("minute", True): _rolled(tables.request_minutes, "minute_ms", True),
    ("minute", False): _rolled(tables.request_minutes, "minute_ms", False),
    ("hour", True): _rolled(tables.request_hours, "hour_ms", True),
    ("hour", False): _rolled(tables.request_hours, "hour_ms", False),
}


def sums(
    tx: Tx, since_ms: int, until_ms: int, bucket_ms: int, *, durations: bool = True
) -> list[Sums]:
    """Calls by bucket and dialect, from the roll-up that fits `bucket_ms` (whole minutes, or whole
    hours).

    Buckets begin at multiples of `bucket_ms` counted from `since_ms`; those without a call are left
    out.
    """
    roll = "hour" if bucket_ms % HOUR_MS == 0 else "minute"
    made: dict[tuple[int, str], list[Any]] = {}
    for row in tx.all(_ROLLS[roll, durations], since_ms=since_ms, until_ms=until_ms):
        start = since_ms + (row.start_ms - since_ms) // bucket_ms * bucket_ms
        held = made.setdefault((start, row.dialect), [0, 0, 0, [0] * (len(EDGES_MS) + 1)])
        held[0] += row.calls
        held[1] += row.client_errors
        held[2] += row.server_errors
        if durations:
            held[3] = [a + b for a, b in zip(held[3], row.durations, strict=True)]
    return [Sums(start, dialect, *found) for (start, dialect), found in sorted(made.items())]


def percentile(durations: Sequence[int], share: float) -> float | None:
    """The duration in ms below which a `share` (0..1) of the calls lie, straight lines inside
    buckets; None of none.
    """
    total = sum(durations)
    if not total:
        return None
    wanted, seen, low = total * share, 0, 0.0
    for count, high in zip(durations, (*EDGES_MS, EDGES_MS[-1] * 2), strict=True):
        if count and seen + count >= wanted:
            return low + (high - low) * (wanted - seen) / count
        seen += count
        low = float(high)
    return low


_NEWEST = (  # a limit inside: else the whole log is read through an index in the groups' order
    sa.select(_c.dialect, _c.function, _c.at_ms)
    .order_by(_c.id.desc())
    .limit(_integer("few"))
    .subquery()
)
_BUSIEST = prepare(
    sa.select(_NEWEST.c.dialect, _NEWEST.c.function, sa.func.count().label("calls"))
    .where(_NEWEST.c.at_ms >= _integer("since_ms"))
    .group_by(_NEWEST.c.dialect, _NEWEST.c.function)
    .order_by(sa.func.count().desc(), _NEWEST.c.function)
)
_BY_ACCOUNT = prepare(
    sa.select(
        _c.account_id,
        _c.dialect,
        sa.func.count().label("calls"),
        sa.func.max(_c.at_ms).label("at_ms"),
    )
    .where(_c.at_ms >= _integer("since_ms"), _c.id > _integer("after"), _c.account_id.is_not(None))
    .group_by(_c.account_id, _c.dialect)
)


def busiest(tx: Tx, since_ms: int) -> dict[str, tuple[str, int]]:
    """The most called function of each dialect among the last FEW calls since an instant."""
    found: dict[str, tuple[str, int]] = {}
    for row in tx.all(_BUSIEST, few=FEW, since_ms=since_ms):
        found.setdefault(row.dialect, (row.function, row.calls))
    return found


def by_account(tx: Tx, since_ms: int) -> dict[tuple[int, str], tuple[int, int]]:
    """Calls and last call by (account, dialect) among the last SAMPLE calls since an instant."""
    rows = tx.all(_BY_ACCOUNT, since_ms=since_ms, after=top(tx) - SAMPLE)
    return {(row.account_id, row.dialect): (row.calls, row.at_ms) for row in rows}
