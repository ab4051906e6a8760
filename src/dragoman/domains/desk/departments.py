"""Departments: where tickets lie and staff belong."""

from collections.abc import Sequence

import sqlalchemy as sa

from dragoman.core.sql import Row, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.domains.desk import numbering, settings, tables, tickets
from dragoman.domains.desk.faults import (
    DefaultPrivate,
    HoldsPrivate,
    IsDefault,
    NameTaken,
    SameDepartment,
)

_d, _sd, _t = tables.departments.c, tables.staff_departments.c, tables.tickets.c
_OWNERS = (
    sa.select(sa.func.count()).where(_sd.department_id == _d.id).scalar_subquery().label("owners")
)
_ALL = prepare(sa.select(_d.id, _d.name, _d.private, _OWNERS).order_by(_d.id))
_NAMED = prepare(sa.select(tables.departments).where(_d.folded == sa.bindparam("folded")))
_USERS_TICKET = prepare(
    sa.select(_t.id)
    .where(
        _t.department_id == sa.bindparam("department_id", type_=sa.BigInteger()),
        _t.by_staff.is_(False),
    )
    .limit(1)
)
_TICKETS = prepare(
    sa.select(tables.tickets)
    .where(_t.department_id == sa.bindparam("department_id", type_=sa.BigInteger()))
    .order_by(_t.id)
)


def listed(tx: Tx) -> list[Row]:
    """Every department by id: id, name, private, owners (how many staff belong to it)."""
    return tx.all(_ALL)


def fetch(tx: Tx, id: int) -> Row | None:
    """One department, or None."""
    return tx.get(tables.departments, id)


def named(tx: Tx, name: str) -> Row | None:
    """The department of this name, case aside."""
    return tx.first(_NAMED, folded=fold(name))


def create(tx: Tx, *, name: str, private: bool = False) -> int:
    """A new department without members. Raises NameTaken."""
    refuse_taken(tx, name)
    values = {"name": name, "folded": fold(name), "private": private}
    return numbering.add(tx, tables.departments, values)


def refuse_taken(tx: Tx, name: str, *, but: int | None = None) -> None:
    """Raise NameTaken when another department has the name."""
    held = named(tx, name)
    if held is not None and held.id != but:
        raise NameTaken("department", "name", name, held.id)


def default_id(tx: Tx) -> int:
    """Where tickets go that name no department."""
    return int(settings.read(tx).get("default-department-id") or 1)


def change(tx: Tx, id: int, *, name: str, private: bool) -> None:
    """Rename, open or close. Raises NameTaken, DefaultPrivate, HoldsPrivate."""
    refuse_taken(tx, name, but=id)
    held = fetch(tx, id)
    if private and id == default_id(tx):
        raise DefaultPrivate
    if private and held is not None and not held.private and holds_users_tickets(tx, id):
        raise HoldsPrivate
    tx.update(tables.departments, id, {"name": name, "folded": fold(name), "private": private})


def holds_users_tickets(tx: Tx, id: int) -> bool:
    """Whether tickets of users lie here."""
    return tx.first(_USERS_TICKET, department_id=id) is not None


def delete(tx: Tx, id: int, *, heir_id: int) -> None:
    """Remove a department; its tickets move to the heir, and lose owners who are not there.

    Raises IsDefault, SameDepartment, HoldsPrivate.
    """
    if id == default_id(tx):
        raise IsDefault
    if id == heir_id:
        raise SameDepartment
    heir = fetch(tx, heir_id)
    if heir is not None and heir.private and holds_users_tickets(tx, id):
        raise HoldsPrivate
    members = {row.staff_id for row in tx.all(_MEMBERS, department_id=heir_id)}
    for ticket in tx.all(_TICKETS, department_id=id):
        changes: dict[str, object] = {"department_id": heir_id}
        if ticket.owner_id and ticket.owner_id not in members:
            changes.update(owner_id=0, unread=True)
            tickets.add_event(tx, ticket.id, "unassign", by=(True, ticket.owner_id), content=None)
        tx.update(tables.tickets, ticket.id, changes)
    tx.delete_where(tables.staff_departments, _sd.department_id == id)
    tx.delete(tables.departments, id)


_MEMBERS = prepare(
    sa.select(_sd.staff_id).where(
        _sd.department_id == sa.bindparam("department_id", type_=sa.BigInteger())
    )
)


def members(tx: Tx, id: int) -> Sequence[int]:
    """The staff who belong to a department, by id."""
    return sorted(row.staff_id for row in tx.all(_MEMBERS, department_id=id))
