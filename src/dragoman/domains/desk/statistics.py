"""Figures over the tickets that some filters select. Source: spec 10.2."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.domains.desk import tables
from dragoman.domains.desk.searching import Wanted, conditions, params_of

_t = tables.tickets.c
_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000
_COLUMNS = (
    _t.created_ms, _t.closed, _t.staff_replies, _t.reopened, _t.first_reply_ms,
    _t.first_closed_ms, _t.last_closed_ms, _t.moves, _t.assigns,
)  # fmt: skip


def figures(tx: Tx, wanted: Wanted) -> dict[str, Any]:
    """Counts, hours and weekdays of creation, and averages (seconds)."""
    shape, params = params_of(wanted)
    rows = tx.all(
        tx.shaped(
            ("desk figures", *shape),
            lambda: sa.select(*_COLUMNS).where(*conditions(wanted)),
        ),
        **params,
    )
    hours, weekdays = [0] * 24, [0] * 7
    for row in rows:
        hours[row.created_ms // _HOUR_MS % 24] += 1
        weekdays[(row.created_ms // _DAY_MS + 3) % 7] += 1  # 1 January 1970 was a Thursday
    closed = sum(1 for row in rows if row.closed)
    return {
        "created": len(rows),
        "open": len(rows) - closed,
        "closed": closed,
        "instant": sum(1 for row in rows if row.closed and row.staff_replies == 1),
        "reopened": sum(1 for row in rows if row.reopened),
        "created_by_hour": hours,
        "created_by_weekday": weekdays,
        "average_first_reply": _seconds(rows, "first_reply_ms"),
        "average_first_closed": _seconds(rows, "first_closed_ms"),
        "average_last_closed": _seconds(rows, "last_closed_ms"),
        "average_department_hops": _mean(row.moves for row in rows),
        "average_staff_hops": _mean(row.assigns for row in rows),
    }


def _mean(values: Iterable[int]) -> float:
    found = list(values)
    mean = sum(found) / len(found) if found else 0
    return int(mean) if mean == int(mean) else mean


def _seconds(rows: list[Row], column: str) -> int:
    spans = [
        getattr(row, column) - row.created_ms for row in rows if getattr(row, column) is not None
    ]
    return round(sum(spans) / len(spans) / 1000) if spans else 0
