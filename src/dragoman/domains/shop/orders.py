"""Orders: reading by conditions, and what may change in one."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core.faults import BadValue, NotFound
from dragoman.core.sql import Row, member, prepare
from dragoman.core.tx import Tx
from dragoman.domains.shop import hooks, terms
from dragoman.domains.shop.tables import shop_order_lines, shop_orders

NEW = 1

_o, _l = shop_orders.c, shop_order_lines.c
_BY_NUMBER = prepare(
    sa.select(shop_orders).where(_o.number == sa.bindparam("number", type_=sa.BigInteger()))
)
_LINES = prepare(
    sa.select(shop_order_lines)
    .where(member(_l.order_id, "ids"))
    .order_by(_l.order_id, _l.position, _l.id)
)
_LAST = prepare(sa.select(sa.func.max(_o.number)))


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which orders: all conditions combine; None leaves one out. since, until: creation time, both
    inclusive.
    """

    since_ms: int | None = None
    until_ms: int | None = None
    numbers: tuple[int, ...] | None = None
    statuses: tuple[int, ...] | None = None
    limit: int | None = None
    offset: int = 0
    newest: bool = False


class OrderChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What an order may have changed; None leaves it."""

    status: int | None = None
    paid: bool | None = None
    tracking_code: str | None = None
    own_tracking: bool | None = None


def find(tx: Tx, wanted: Wanted) -> list[Row]:
    """Orders by number, the last ones first when `newest`."""
    shape = (
        "shop.orders",
        wanted.since_ms is None,
        wanted.until_ms is None,
        wanted.numbers is None,
        wanted.statuses is None,
        wanted.limit is None,
        wanted.newest,
    )
    values: dict[str, Any] = {
        "since": wanted.since_ms,
        "until": wanted.until_ms,
        "numbers": list(wanted.numbers or ()),
        "statuses": list(wanted.statuses or ()),
        "limit": wanted.limit,
        "offset": wanted.offset,
    }
    return tx.all(tx.shaped(shape, lambda: _query(wanted)), **values)


def _query(wanted: Wanted) -> Any:
    query = sa.select(shop_orders).order_by(_o.number.desc() if wanted.newest else _o.number)
    if wanted.since_ms is not None:
        query = query.where(_o.created_ms >= sa.bindparam("since", type_=sa.BigInteger()))
    if wanted.until_ms is not None:
        query = query.where(_o.created_ms <= sa.bindparam("until", type_=sa.BigInteger()))
    if wanted.numbers is not None:
        query = query.where(member(_o.number, "numbers"))
    if wanted.statuses is not None:
        query = query.where(member(_o.status, "statuses"))
    if wanted.limit is not None:
        query = query.limit(sa.bindparam("limit", type_=sa.BigInteger())).offset(
            sa.bindparam("offset", type_=sa.BigInteger())
        )
    return query


def lines(tx: Tx, order_ids: Sequence[int]) -> dict[int, list[Row]]:
    """The lines of orders in their order, by order id."""
    out: dict[int, list[Row]] = {id: [] for id in order_ids}
    for row in tx.all(_LINES, ids=list(order_ids)) if order_ids else ():
        out[row.order_id].append(row)
    return out


def by_number(tx: Tx, number: int) -> Row | None:
    """The order that integrations know by this number."""
    return tx.first(_BY_NUMBER, number=number) if abs(number) < 1 << 63 else None


def fetch(tx: Tx, id: int) -> Row | None:
    """The order by internal id."""
    return tx.get(shop_orders, id)


def change(tx: Tx, number: int, changes: OrderChanges) -> bool:
    """Change an order, and tell subscribers. False when nothing differs.

    Raises NotFound("order"), BadValue("status") for a status that the shop does not have. Stock is
    not touched.
    """
    held = by_number(tx, number)
    if held is None:
        raise NotFound("order", "number", number)
    new: dict[str, Any] = {}
    if changes.status is not None:
        if terms.by_number(tx, terms.STATUS, changes.status) is None:
            raise BadValue("status", "unknown")
        new["status"] = changes.status
    if changes.paid is not None:
        new["paid"] = changes.paid
    if changes.tracking_code is not None:
        new["tracking_code"] = changes.tracking_code
    if changes.own_tracking is not None:
        new["own_tracking"] = changes.own_tracking
    changed = tx.update(shop_orders, held.id, new) if new else False
    if changed and new.get("status", held.status) not in (held.status, NEW):
        hooks.fire(tx, hooks.ORDER_UPDATE, held.id)
    if changed and new.get("paid") and not held.paid:
        hooks.fire(tx, hooks.ORDER_PAID, held.id)
    return changed


def create(
    tx: Tx, values: dict[str, Any], lines: Sequence[dict[str, Any]], *, tell: bool = True
) -> int:
    """Store an order with its lines. values: columns of the order, `number` optional. Returns its
    id.

    tell: False for orders that are loaded, not placed.
    """
    number = values.get("number")
    if number is None:
        number = tx.count_up("shop.order", at_least=(tx.scalar(_LAST) or 0) + 1)
    order_id = tx.insert(shop_orders, {**values, "number": number})
    for position, line in enumerate(lines):
        tx.insert(shop_order_lines, {**line, "order_id": order_id, "position": position})
    if tell:
        hooks.fire(tx, hooks.ORDER_CREATED, order_id)
    return order_id


def replace_lines(tx: Tx, order_id: int, lines: Sequence[dict[str, Any]]) -> None:
    """Put other lines in the place of an order's lines, unless they are equal."""
    held = tx.all(_LINES, ids=[order_id])
    keep = [
        {name: getattr(row, name) for name in line} for row, line in zip(held, lines, strict=False)
    ]
    if len(held) == len(lines) and keep == [dict(line) for line in lines]:
        return
    tx.delete_where(shop_order_lines, _l.order_id == order_id)
    for position, line in enumerate(lines):
        tx.insert(shop_order_lines, {**line, "order_id": order_id, "position": position})


def totals(lines: Sequence[dict[str, Any]], coupon: dict[str, Any] | None) -> tuple[int, int, int]:
    """Total before order-level discounts, after them, and the number of pieces."""
    before = sum(line["price"] * line["quantity"] for line in lines)
    return before, before - coupon_value(before, coupon), sum(line["quantity"] for line in lines)


def coupon_value(total: int, coupon: dict[str, Any] | None) -> int:
    """What a coupon takes off a total, in minor units; percent is rounded half up."""
    if not coupon:
        return 0
    if coupon.get("value") is not None:
        return min(total, int(coupon["value"]))
    return (total * int(coupon.get("percent") or 0) * 2 + 100) // 200
