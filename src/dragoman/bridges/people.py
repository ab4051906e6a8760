"""One person across the domains, joined by normalised e-mail. Reads only."""

from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core import tables as core
from dragoman.core.sql import Row, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.domains.desk import tables as desk
from dragoman.domains.profiles import tables as profiles
from dragoman.domains.shop import tables as shop
from dragoman.domains.things import tables as things

_EMAIL = sa.bindparam("email", type_=sa.Text())
_BEFORE = sa.bindparam("before", type_=sa.BigInteger())
_ID = sa.bindparam("id", type_=sa.BigInteger())
_c, _o, _t = shop.shop_customers.c, shop.shop_orders.c, desk.tickets.c
_i, _p = things.thing_items.c, profiles.profiles.c
_CUSTOMER = prepare(sa.select(shop.shop_customers).where(_c.email_folded == _EMAIL))
_ORDERS = prepare(
    sa.select(_o.id, _o.number, _o.created_ms, _o.currency, _o.total_sum, _o.paid, _o.status)
    .where(_o.customer_id == _ID, _o.created_ms < _BEFORE)
    .order_by(_o.created_ms.desc(), _o.id.desc())
    .limit(100)
)
_ORDER_COUNT = prepare(
    sa.select(sa.func.count()).select_from(shop.shop_orders).where(_o.customer_id == _ID)
)
_e, _h = desk.events.c, profiles.history.c
_OPEN_COUNT = prepare(
    sa.select(sa.func.count())
    .select_from(desk.tickets)
    .where(_t.by_staff.is_(False), _t.by_id == _ID, _t.closed.is_(False))
)
_TICKET_COUNT = prepare(
    sa.select(sa.func.count())
    .select_from(desk.tickets)
    .where(_t.by_staff.is_(False), _t.by_id == _ID)
)
_COMMENTS = prepare(
    sa.select(_t.number, _e.kind, _e.at_ms, _e.by_staff)
    .select_from(desk.tickets.join(desk.events, _e.ticket_id == _t.id))
    .where(_t.by_staff.is_(False), _t.by_id == _ID, _e.private.is_(False), _e.at_ms < _BEFORE)
    .order_by(_e.at_ms.desc(), _e.id.desc())
    .limit(100)
)
_HISTORY = prepare(
    sa.select(_h.action, _h.at_ms, _h.channel, _h.message)
    .select_from(profiles.history.join(profiles.profiles, _p.id == _h.profile_id))
    .where(_p.email_folded == _EMAIL, _h.at_ms < _BEFORE)
    .order_by(_h.at_ms.desc(), _h.id.desc())
    .limit(100)
)
_PROFILES = prepare(
    sa.select(
        _p.id,
        _p.oid,
        _p.email,
        _p.status,
        _p.facts,
        _p.fields,
        _p.created_ms,
        _p.updated_ms,
        _p.database_id,
    )
    .where(_p.email_folded == _EMAIL)
    .order_by(_p.id)
)
_SUBSCRIPTIONS = prepare(
    sa.select(sa.func.count())
    .select_from(
        profiles.subscriptions.join(profiles.profiles, _p.id == profiles.subscriptions.c.profile_id)
    )
    .where(_p.email_folded == _EMAIL)
)
_OWNERS = prepare(sa.select(_i.oid).where(_i.store == "users", _i.mail == _EMAIL))
_DEVICES = prepare(
    sa.select(_i.oid, _i.key, _i.body, _i.time_ms)
    .where(_i.store == "objects", _i.owner == sa.bindparam("owner", type_=sa.Text()))
    .order_by(_i.id)
    .limit(100)
)
_DEVICE_COUNT = prepare(
    sa.select(sa.func.count())
    .select_from(things.thing_items)
    .where(_i.store == "objects", _i.owner == sa.bindparam("owner", type_=sa.Text()))
)
_USER = prepare(sa.select(desk.users).where(desk.users.c.email_folded == _EMAIL))
_TICKETS = prepare(
    sa.select(_t.number, _t.title, _t.closed, _t.created_ms)
    .where(_t.by_staff.is_(False), _t.by_id == _ID, _t.created_ms < _BEFORE)
    .order_by(_t.created_ms.desc(), _t.id.desc())
    .limit(100)
)
_m = core.memberships.c
_EDITOR = prepare(
    sa.select(_m.id, _m.login, _m.active, _m.created_ms).where(
        _m.domain == "content", _m.login_folded == _EMAIL
    )
)


_EVER = (1 << 63) - 1


class Person(msgspec.Struct, frozen=True):
    """What every system holds about one address; None or empty where it holds nothing."""

    email: str
    name: str
    phone: str
    first_ms: int | None
    customer: Row | None
    orders: list[Row]
    profiles: list[Row]
    subscriptions: int
    devices: list[dict[str, Any]]
    owns: bool
    user: Row | None
    tickets: list[Row]
    editor: Row | None
    order_count: int
    device_count: int
    ticket_count: int
    open_count: int
    comments: list[Row]
    history: list[Row]

    @property
    def known(self) -> bool:
        """Whether any system knows the address."""
        return bool(self.customer or self.profiles or self.owns or self.user or self.editor)


def device_owners(tx: Tx, email: str) -> list[str]:
    """Oids of the users of devices with this address."""
    return [row.oid for row in tx.all(_OWNERS, email=fold(email.strip()))]


def find(tx: Tx, email: str, *, before_ms: int = _EVER) -> Person:
    """The person with this address. before_ms: of what happened, only what is older, and of each
    kind the newest 100.
    """
    key = fold(email.strip())
    customer, user = tx.first(_CUSTOMER, email=key), tx.first(_USER, email=key)
    held, editor = tx.all(_PROFILES, email=key), tx.first(_EDITOR, email=key)
    owners = device_owners(tx, email)
    seen = [row.created_ms for row in held]
    seen += [customer.registered_ms] if customer is not None else []
    seen += [user.signed_up_ms] if user is not None else []
    names = [row.name for row in (customer, user) if row is not None and row.name]
    return Person(
        email=email.strip(),
        name=names[0] if names else email.strip(),
        phone=customer.phone if customer is not None else "",
        first_ms=min(seen) if seen else None,
        customer=customer,
        orders=tx.all(_ORDERS, id=customer.id, before=before_ms) if customer is not None else [],
        profiles=held,
        subscriptions=int(tx.scalar(_SUBSCRIPTIONS, email=key) or 0),
        devices=[_device(row) for oid in owners for row in tx.all(_DEVICES, owner=oid)],
        owns=bool(owners),
        user=user,
        tickets=tx.all(_TICKETS, id=user.id, before=before_ms) if user is not None else [],
        editor=editor,
        order_count=int(tx.scalar(_ORDER_COUNT, id=customer.id) or 0) if customer else 0,
        device_count=sum(int(tx.scalar(_DEVICE_COUNT, owner=oid) or 0) for oid in owners),
        ticket_count=int(tx.scalar(_TICKET_COUNT, id=user.id) or 0) if user else 0,
        open_count=int(tx.scalar(_OPEN_COUNT, id=user.id) or 0) if user else 0,
        comments=tx.all(_COMMENTS, id=user.id, before=before_ms) if user is not None else [],
        history=tx.all(_HISTORY, email=key, before=before_ms),
    )


def _device(row: Row) -> dict[str, Any]:
    body = msgspec.json.decode(row.body)
    name = str(body.get("name") or row.key or row.oid)
    return {"oid": row.oid, "name": name, "time_ms": row.time_ms}


def counts(tx: Tx, email: str) -> dict[str, int]:
    """How much each system holds about an address."""
    one = find(tx, email)
    return {
        "orders": one.order_count,
        "profiles": len(one.profiles),
        "devices": one.device_count,
        "tickets": one.ticket_count,
    }
