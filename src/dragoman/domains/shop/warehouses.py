"""Where stock lies."""

import sqlalchemy as sa

from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.shop.tables import shop_warehouses

_ALL = prepare(sa.select(shop_warehouses).order_by(shop_warehouses.c.id))


def listed(tx: Tx) -> list[Row]:
    """Every warehouse by id."""
    return tx.all(_ALL)


def by_key(tx: Tx) -> dict[str, Row]:
    """Every warehouse by the name integrations use."""
    return {row.key: row for row in listed(tx)}


def put(tx: Tx, key: str, *, title: str) -> int:
    """Make the warehouse with this key, or change its title. Returns its id."""
    return tx.upsert(shop_warehouses, {"key": key}, {"title": title})
