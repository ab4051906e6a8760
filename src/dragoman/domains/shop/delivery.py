"""Ways to deliver and ways to pay."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.shop import terms
from dragoman.domains.shop.tables import shop_deliveries, shop_payments

_DELIVERIES = prepare(sa.select(shop_deliveries).order_by(shop_deliveries.c.number))
_PAYMENTS = prepare(sa.select(shop_payments).order_by(shop_payments.c.number))


def deliveries(tx: Tx) -> list[Row]:
    """Every way to deliver, by number; disabled ones too."""
    return tx.all(_DELIVERIES)


def payments(tx: Tx) -> list[Row]:
    """Every way to pay, by number; disabled ones too."""
    return tx.all(_PAYMENTS)


def put_payment(tx: Tx, key: str, values: Mapping[str, Any]) -> int:
    """Make the way to pay with this key, or change it. Returns its id."""
    new: dict[str, Any] = {"title": {}, "description": {}, "instruction": {}}
    return _put(tx, shop_payments, key, values, new)


def put_delivery(tx: Tx, key: str, values: Mapping[str, Any]) -> int:
    """Make the way to deliver with this key, or change it. Returns its id."""
    return _put(tx, shop_deliveries, key, values, {"title": {}})


def rename_delivery(tx: Tx, key: str, new_key: str) -> None:
    """Give a way to deliver another key."""
    row = next((row for row in deliveries(tx) if row.key == key), None)
    if row is not None:
        tx.update(shop_deliveries, row.id, {"key": new_key})


def _put(
    tx: Tx, table: sa.Table, key: str, values: Mapping[str, Any], new: Mapping[str, Any]
) -> int:
    rows = tx.all(sa.select(table.c.key, table.c.number))
    if key not in {row.key for row in rows}:
        number = values.get("number")
        if number is None:
            last = max((row.number for row in rows), default=0)
            number = tx.count_up(f"shop.{table.name}", at_least=last + 1)
        values = {**new, **values, "number": number}
    return tx.upsert(table, {"key": key}, values)


def install(tx: Tx) -> None:
    """Delivery by courier and payment in cash. Source: spec/cartum 10."""
    cash = terms.by_key(tx, terms.PAYMENT_KIND, "cash")
    courier = terms.by_key(tx, terms.DELIVERY_KIND, "courier")
    paid = put_payment(
        tx,
        "cash",
        {"title": {"en": "Cash", "ro": "Numerar"}, "method_id": cash.id if cash else None},
    )
    values = {
        "number": 11,
        "title": {"en": "By courier", "ro": "Prin curier"},
        "kind_id": courier.id if courier else None,
        "payment_ids": [paid],
    }
    put_delivery(tx, "courier", values)
