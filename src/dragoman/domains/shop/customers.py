"""Customers: people who buy; they are no accounts."""

import datetime
import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dragoman.core.faults import BadValue, Missing
from dragoman.core.sql import Row, member, prepare
from dragoman.core.text import fold_email
from dragoman.core.tx import Tx
from dragoman.domains.shop import hooks
from dragoman.domains.shop.tables import shop_customers, shop_orders

CONFIRMED, PENDING, REJECTED = "confirmed", "pending", "rejected"
CARD_STATUSES = (CONFIRMED, PENDING, REJECTED)
_EMAIL = re.compile(r"[^@\s<>\"(),:;\[\\\]]{1,64}@[^@\s<>\"(),:;\[\\\]]+\.[^@\s<>\"(),:;\[\\\]]+\Z")

_c = shop_customers.c
_BY_EMAIL = prepare(sa.select(shop_customers).where(_c.email_folded == sa.bindparam("email")))
_ORDERS = prepare(
    sa.select(shop_orders.c.id).where(
        shop_orders.c.customer_id == sa.bindparam("id", type_=sa.BigInteger())
    )
)
_BY_IDS = prepare(sa.select(shop_customers).where(member(_c.id, "ids")))


def by_email(tx: Tx, email: str) -> Row | None:
    """The customer with this address, case aside."""
    return tx.first(_BY_EMAIL, email=fold_email(email))


def by_ids(tx: Tx, ids: list[int]) -> dict[int, Row]:
    """Customers by id."""
    return {row.id: row for row in tx.all(_BY_IDS, ids=ids)} if ids else {}


def fetch(tx: Tx, id: int) -> Row | None:
    """The customer with this id."""
    return tx.get(shop_customers, id)


def find(
    tx: Tx, *, since_ms: int | None, until_ms: int | None, limit: int | None, offset: int
) -> list[Row]:
    """Customers by id; the bounds of the time of registration are inclusive."""
    shape = ("shop.customers", since_ms is None, until_ms is None, limit is None)

    def build() -> Any:
        query = sa.select(shop_customers).order_by(_c.id)
        if since_ms is not None:
            query = query.where(_c.registered_ms >= sa.bindparam("since", type_=sa.BigInteger()))
        if until_ms is not None:
            query = query.where(_c.registered_ms <= sa.bindparam("until", type_=sa.BigInteger()))
        if limit is not None:
            query = query.limit(sa.bindparam("limit", type_=sa.BigInteger())).offset(
                sa.bindparam("offset", type_=sa.BigInteger())
            )
        return query

    return tx.all(
        tx.shaped(shape, build), since=since_ms, until=until_ms, limit=limit, offset=offset
    )


def put(tx: Tx, email: str, values: Mapping[str, Any], *, tell: bool = True) -> int:
    """Make the customer with this address, or change it. values: columns; `details` is merged.

    Raises Missing("title") for a new one without a name, BadValue("email"). Returns the id.
    """
    if len(email) > 254 or not _EMAIL.match(email.strip()):
        raise BadValue("email", "form")
    held = by_email(tx, email)
    if held is None:
        if not values.get("name"):
            raise Missing("title")
        new = {
            "email": email.strip(),
            "email_folded": fold_email(email),
            "registered_ms": tx.now_ms,
        }
        return tx.insert(shop_customers, {**new, **values})
    if "details" in values:
        values = {**values, "details": {**held.details, **values["details"]}}
    if tx.update(shop_customers, held.id, values) and tell:
        hooks.fire(tx, hooks.USER_UPDATE, held.id)
    return int(held.id)


def sign_up(tx: Tx, email: str, values: Mapping[str, Any]) -> int:
    """A customer who signed up in the shop; subscribers are told. Raises as `put` does."""
    new = by_email(tx, email) is None
    id = put(tx, email, values)
    if new:
        hooks.fire(tx, hooks.USER_SIGNUP, id)
    return id


def anonymise(tx: Tx, id: int) -> int:
    """Take the person out of a customer and its orders, whose sums and lines stay. Returns how many
    orders.
    """
    orders = tx.all(_ORDERS, id=id)
    for row in orders:
        tx.update(
            shop_orders,
            row.id,
            {"recipient": {}, "comment": "", "manager_comment": None, "tracking_code": "",
             "analytics": {}, "carriage": {}, "details": {}},
        )  # fmt: skip
    gone = dict.fromkeys(("phone", "country", "city", "address", "postal_code", "note"), "")
    address = f"erased-{id}@erased.invalid"
    tx.update(
        shop_customers,
        id,
        {**gone, "name": "Erased", "email": address, "email_folded": address, "newsletter": False,
         "discount_card": None, "details": {}},
    )  # fmt: skip
    hooks.fire(tx, hooks.USER_UPDATE, id)
    return len(orders)


def day_ms(text: str) -> int:
    """Midnight of `YYYY-MM-DD`, UTC. Raises ValueError."""
    day = datetime.date.fromisoformat(text)
    start = datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)
    return int(start.timestamp()) * 1000
