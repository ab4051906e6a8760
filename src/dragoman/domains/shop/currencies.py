"""Currencies and their rates."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from dragoman.core.sql import Row, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.domains.shop.tables import shop_currencies

_c = shop_currencies.c
_ALL = prepare(sa.select(shop_currencies).order_by(_c.number))


def listed(tx: Tx) -> list[Row]:
    """Every currency by number."""
    return tx.all(_ALL)


def by_iso(tx: Tx, iso: str) -> Row | None:
    """The currency with this ISO code."""
    return next((row for row in listed(tx) if row.iso == iso), None)


def found(rows: list[Row], name: str) -> Row | None:
    """The currency with this ISO code or title, case aside."""
    folded = fold(name.strip())
    return next((row for row in rows if folded in (fold(row.iso), fold(row.title))), None)


def course(of: Row, other: Row) -> float:
    """How many of `of` are worth one of `other`, to six digits."""
    return float(round(Decimal(of.per_default) / Decimal(other.per_default), 6))


def put(tx: Tx, iso: str, values: Mapping[str, Any]) -> int:
    """Make the currency with this code, or change it. Returns its id."""
    held = by_iso(tx, iso)
    if held is None and "number" not in values:
        last = max((row.number for row in listed(tx)), default=0)
        number = tx.count_up("shop.currency", at_least=last + 1)
        values = {"per_default": "1", "title": iso, **values, "number": number}
    return tx.upsert(shop_currencies, {"iso": iso}, values)
