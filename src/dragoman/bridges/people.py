"""One person across the domains, joined by normalised e-mail. Reads only."""

from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core import tables as core
from dragoman.core.sql import Row, contains, member, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.domains.desk import tables as desk
from dragoman.domains.profiles import tables as profiles
from dragoman.domains.shop import tables as shop
from dragoman.domains.things import tables as things

_EMAIL = sa.bindparam("email", type_=sa.Text())
_ID = sa.bindparam("id", type_=sa.BigInteger())
_c, _o, _t = shop.shop_customers.c, shop.shop_orders.c, desk.tickets.c
_i, _p = things.thing_items.c, profiles.profiles.c
_CUSTOMER = prepare(sa.select(shop.shop_customers).where(_c.email_folded == _EMAIL))
_ORDERS = prepare(
    sa.select(_o.id, _o.number, _o.created_ms, _o.currency, _o.total_sum, _o.paid, _o.status)
    .where(_o.customer_id == _ID)
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
    .where(_t.by_staff.is_(False), _t.by_id == _ID, _e.private.is_(False))
    .order_by(_e.at_ms.desc(), _e.id.desc())
    .limit(100)
)
_HISTORY = prepare(
    sa.select(_h.action, _h.at_ms, _h.channel, _h.message)
    .select_from(profiles.history.join(profiles.profiles, _p.id == _h.profile_id))
    .where(_p.email_folded == _EMAIL)
    .order_by(_h.at_ms.desc(), _h.id.desc())
    .limit(100)
)
_PROFILES = prepare(
    sa.select(
        _p.id, _p.oid, _p.email, _p.facts, _p.fields, _p.created_ms, _p.updated_ms, _p.database_id
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
    .where(_t.by_staff.is_(False), _t.by_id == _ID)
    .order_by(_t.created_ms.desc(), _t.id.desc())
    .limit(100)
)
_m = core.memberships.c
_EDITOR = prepare(
    sa.select(_m.id, _m.login, _m.active, _m.created_ms).where(
        _m.domain == "content", _m.login_folded == _EMAIL
    )
)


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


def find(tx: Tx, email: str) -> Person:
    """The person with this address."""
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
        orders=tx.all(_ORDERS, id=customer.id) if customer is not None else [],
        profiles=held,
        subscriptions=int(tx.scalar(_SUBSCRIPTIONS, email=key) or 0),
        devices=[_device(row) for oid in owners for row in tx.all(_DEVICES, owner=oid)],
        owns=bool(owners),
        user=user,
        tickets=tx.all(_TICKETS, id=user.id) if user is not None else [],
        editor=editor,
        order_count=int(tx.scalar(_ORDER_COUNT, id=customer.id) or 0) if customer else 0,
        device_count=sum(int(tx.scalar(_DEVICE_COUNT, owner=oid) or 0) for oid in owners),
        ticket_count=int(tx.scalar(_TICKET_COUNT, id=user.id) or 0) if user else 0,
        open_count=int(tx.scalar(_OPEN_COUNT, id=user.id) or 0) if user else 0,
        comments=tx.all(_COMMENTS, id=user.id) if user is not None else [],
        history=tx.all(_HISTORY, email=key),
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


class Listed(msgspec.Struct, frozen=True):
    """One address, when it was last seen, and which systems know it."""

    email: str
    at_ms: int
    shop: bool
    profiles: bool
    things: bool
    content: bool
    desk: bool


_ERASED = "@erased.invalid"
_SOUGHT = sa.bindparam("sought", type_=sa.Text())
_MOST = sa.bindparam("most", type_=sa.BigInteger())
# system -> address, when it was seen, which rows
_KNOWN: dict[str, tuple[Any, Any, tuple[Any, ...]]] = {
    "shop": (_c.email_folded, _c.registered_ms, ()),
    "profiles": (_p.email_folded, _p.updated_ms, ()),
    "things": (_i.mail, _i.time_ms, (_i.store == "users",)),
    "content": (_m.login_folded, _m.created_ms, (_m.domain == "content",)),
    "desk": (desk.users.c.email_folded, desk.users.c.signed_up_ms, ()),
}


def _newest(email: Any, at: Any, where: tuple[Any, ...]) -> Any:
    """The addresses seen last in one system, by an index."""
    held = (email.is_not(None), email != "", ~contains(email, sa.literal(_ERASED)))
    found = sa.select(email.label("email"), at.label("at_ms"))
    wanted = found.where(*held, contains(email, _SOUGHT), *where)
    return sa.select(wanted.order_by(at.desc()).limit(_MOST).subquery())


def _page() -> Any:
    """Who is among the newest of all is among the newest of some system."""
    whole = sa.union_all(*(_newest(*known) for known in _KNOWN.values())).subquery("people")
    last = sa.func.max(whole.c.at_ms)
    return (
        sa.select(whole.c.email, last.label("at_ms"))
        .group_by(whole.c.email)
        .order_by(last.desc(), whole.c.email)
        .limit(sa.bindparam("limit", type_=sa.BigInteger()))
        .offset(sa.bindparam("offset", type_=sa.BigInteger()))
    )


_PAGE = prepare(_page())
_DATABASES = prepare(sa.select(sa.func.count()).select_from(profiles.databases))
_HOLDS = {
    name: prepare(sa.select(email).where(member(email, "emails"), *where))
    for name, (email, _, where) in _KNOWN.items()
}


def listed(tx: Tx, text: str, *, limit: int, offset: int = 0) -> list[Listed]:
    """Addresses that hold a text, with the systems that know them, last seen first."""
    # an address may stand once in each database of profiles
    most = (limit + offset) * max(1, int(tx.scalar(_DATABASES)))
    found = tx.all(_PAGE, sought=fold(text.strip()), most=most, limit=limit, offset=offset)
    emails = [row.email for row in found]
    known = {
        name: {row[0] for row in tx.all(query, emails=emails)} for name, query in _HOLDS.items()
    }
    return [
        Listed(row.email, row.at_ms, **{name: row.email in held for name, held in known.items()})
        for row in found
    ]
