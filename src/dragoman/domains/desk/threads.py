"""Reading tickets whole: department, people, tags and thread, for one or for a page of them."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from dragoman.core.sql import Row, member, prepare
from dragoman.core.tx import Tx
from dragoman.domains.desk import customfields, tables

_t, _e, _d = tables.tickets.c, tables.events.c, tables.departments.c
_u, _a, _o = tables.users.c, tables.staff.alias("author"), tables.staff.alias("owner")
_ac, _oc = _a.c, _o.c
_JOINED = (
    tables.tickets.join(tables.departments, _d.id == _t.department_id)
    .outerjoin(tables.users, sa.and_(_t.by_staff.is_(False), _u.id == _t.by_id))
    .outerjoin(_a, sa.and_(_t.by_staff.is_(True), _ac.id == _t.by_id))
    .outerjoin(_o, _oc.id == _t.owner_id)
)
_WHOLE = sa.select(
    _t.id, _t.number, _t.title, _t.content, _t.department_id, _t.by_staff, _t.by_id,
    _t.author_name, _t.author_email, _t.owner_id, _t.language, _t.closed, _t.unread,
    _t.unread_staff, _t.file, _t.edited, _t.edited_title, _t.created_ms,
    _d.name.label("department"),
    sa.func.coalesce(_u.name, _ac.name).label("by_name"),
    sa.func.coalesce(_u.email, _ac.email).label("by_email"),
    _ac.profile_pic.label("by_picture"),
    _oc.name.label("owner_name"), _oc.email.label("owner_email"),
    _oc.profile_pic.label("owner_picture"),
).select_from(_JOINED)  # fmt: skip
_ONE = prepare(_WHOLE.where(_t.id == sa.bindparam("id", type_=sa.BigInteger())))
_MANY = prepare(_WHOLE.where(member(_t.id, "ids")))
_EVENTS_OF = (
    sa.select(
        _e.id, _e.ticket_id, _e.kind, _e.content, _e.by_staff, _e.by_id, _e.private, _e.file,
        _e.edited, _e.at_ms,
        sa.func.coalesce(_u.name, _ac.name).label("by_name"),
        sa.func.coalesce(_u.email, _ac.email).label("by_email"),
        _ac.profile_pic.label("by_picture"),
    )
    .select_from(
        tables.events.outerjoin(
            tables.users, sa.and_(_e.by_staff.is_(False), _u.id == _e.by_id)
        ).outerjoin(_a, sa.and_(_e.by_staff.is_(True), _ac.id == _e.by_id))
    )
    .order_by(_e.id)
)  # fmt: skip
_EVENTS = prepare(_EVENTS_OF.where(_e.ticket_id == sa.bindparam("id", type_=sa.BigInteger())))
_EVENTS_MANY = prepare(_EVENTS_OF.where(member(_e.ticket_id, "ids")))
_TAGS_OF = (
    sa.select(tables.ticket_tags.c.ticket_id, tables.tags.c.name)
    .select_from(
        tables.ticket_tags.join(tables.tags, tables.tags.c.id == tables.ticket_tags.c.tag_id)
    )
    .order_by(tables.ticket_tags.c.id)
)
_TAGS = prepare(
    _TAGS_OF.where(tables.ticket_tags.c.ticket_id == sa.bindparam("id", type_=sa.BigInteger()))
)
_TAGS_MANY = prepare(_TAGS_OF.where(member(tables.ticket_tags.c.ticket_id, "ids")))


class Thread(msgspec.Struct, frozen=True):
    """A ticket with what belongs to it. events: oldest first, private ones included."""

    ticket: Row
    events: list[Row]
    tags: list[str]
    custom: list[Row]


def one(tx: Tx, id: int) -> Thread | None:
    """One ticket whole, or None."""
    ticket = tx.first(_ONE, id=id)
    if ticket is None:
        return None
    custom = _custom(tx, [ticket])
    tags = [row.name for row in tx.all(_TAGS, id=id)]
    return Thread(ticket, tx.all(_EVENTS, id=id), tags, custom.get(ticket.by_id, []))


def many(tx: Tx, ids: Sequence[int], *, with_events: bool = True) -> list[Thread]:
    """Several tickets in the order of `ids`; those that are gone are left out."""
    if not ids:
        return []
    listed = list(ids)
    tickets = {row.id: row for row in tx.all(_MANY, ids=listed)}
    events: dict[int, list[Row]] = {id: [] for id in tickets}
    if with_events:
        for row in tx.all(_EVENTS_MANY, ids=listed):
            events[row.ticket_id].append(row)
    tags: dict[int, list[str]] = {id: [] for id in tickets}
    for row in tx.all(_TAGS_MANY, ids=listed):
        tags[row.ticket_id].append(row.name)
    custom = _custom(tx, list(tickets.values()))
    return [
        Thread(
            tickets[id],
            events[id],
            tags[id],
            [] if tickets[id].by_staff else custom.get(tickets[id].by_id, []),
        )
        for id in listed
        if id in tickets
    ]


def _custom(tx: Tx, tickets: Sequence[Row]) -> dict[int, list[Row]]:
    users = sorted({row.by_id for row in tickets if not row.by_staff})
    return customfields.values_of(tx, users) if users else {}
