"""Everything the systems hold about one address, for a request for access. Reads only."""

from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.bridges import people
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.desk import tables as desk
from dragoman.domains.profiles import tables as profiles
from dragoman.domains.shop import tables as shop
from dragoman.domains.things import tables as things

_i, _t = things.thing_items.c, desk.tickets.c


def _of(table: sa.Table, column: str) -> Any:
    """Rows that belong to one id: every column but secrets and what is only there to search."""
    shown = [one for one in table.c if not one.info.get("secret") and "_folded" not in one.name]
    wanted = table.c[column] == sa.bindparam("id", type_=sa.BigInteger())
    return prepare(sa.select(*shown).where(wanted).order_by(table.c.id))


_CUSTOMER = _of(shop.shop_customers, "id")
_ORDERS = _of(shop.shop_orders, "customer_id")
_LINES = _of(shop.shop_order_lines, "order_id")
_PROFILE = _of(profiles.profiles, "id")
_SUBSCRIPTIONS = _of(profiles.subscriptions, "profile_id")
_HISTORY = _of(profiles.history, "profile_id")
_USER = _of(desk.users, "id")
_EVENTS = _of(desk.events, "ticket_id")
_TICKETS = prepare(
    sa.select(_t.id, _t.number, _t.title, _t.content, _t.created_ms, _t.closed)
    .where(_t.by_staff.is_(False), _t.by_id == sa.bindparam("id", type_=sa.BigInteger()))
    .order_by(_t.id)
)
_DEVICES = prepare(
    sa.select(_i.oid, _i.key, _i.body, _i.time_ms)
    .where(_i.store == "objects", _i.owner == sa.bindparam("owner", type_=sa.Text()))
    .order_by(_i.id)
)


def everything(tx: Tx, email: str) -> dict[str, Any]:
    """One object, a part for each system; a part is null or empty where nothing is held.

    Secrets are left out. Comments of tickets that are internal notes say `private`.
    """
    found = people.find(tx, email)
    owners = people.device_owners(tx, email)
    return {
        "email": found.email,
        "name": found.name,
        "phone": found.phone,
        "customer": _first(tx, _CUSTOMER, found.customer),
        "orders": _orders(tx, found.customer),
        "profiles": [_profile(tx, row.id) for row in found.profiles],
        "devices": [_device(row) for oid in owners for row in tx.all(_DEVICES, owner=oid)],
        "user": _first(tx, _USER, found.user),
        "tickets": _tickets(tx, found.user),
        "editor": found.editor._asdict() if found.editor is not None else None,
    }


def _first(tx: Tx, query: Any, held: Row | None) -> dict[str, Any] | None:
    row = tx.first(query, id=held.id) if held is not None else None
    return row._asdict() if row is not None else None


def _orders(tx: Tx, held: Row | None) -> list[dict[str, Any]]:
    rows = tx.all(_ORDERS, id=held.id) if held is not None else []
    return [
        {**row._asdict(), "lines": [one._asdict() for one in tx.all(_LINES, id=row.id)]}
        for row in rows
    ]


def _profile(tx: Tx, id: int) -> dict[str, Any]:
    return {
        **tx.all(_PROFILE, id=id)[0]._asdict(),
        "subscriptions": [row._asdict() for row in tx.all(_SUBSCRIPTIONS, id=id)],
        "history": [row._asdict() for row in tx.all(_HISTORY, id=id)],
    }


def _device(row: Row) -> dict[str, Any]:
    return {
        "id": row.oid,
        "key": row.key,
        "time_ms": row.time_ms,
        "body": msgspec.json.decode(row.body),
    }


def _tickets(tx: Tx, held: Row | None) -> list[dict[str, Any]]:
    rows = tx.all(_TICKETS, id=held.id) if held is not None else []
    return [
        {**row._asdict(), "events": [one._asdict() for one in tx.all(_EVENTS, id=row.id)]}
        for row in rows
    ]
