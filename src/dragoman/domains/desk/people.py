"""Who acts at the desk: customers, guests and staff as one value."""

from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core.sql import Row, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.domains.desk import tables

DOMAIN = "desk"
_u, _s = tables.users.c, tables.staff.c
_ID = sa.bindparam("id", type_=sa.BigInteger())
_USER = prepare(sa.select(tables.users).where(_u.id == _ID))
_STAFF = prepare(sa.select(tables.staff).where(_s.id == _ID))
_USER_BY_EMAIL = prepare(sa.select(tables.users).where(_u.email_folded == sa.bindparam("email")))
_STAFF_BY_EMAIL = prepare(sa.select(tables.staff).where(_s.email_folded == sa.bindparam("email")))
_DEPARTMENTS = prepare(
    sa.select(tables.staff_departments.c.department_id)
    .where(tables.staff_departments.c.staff_id == _ID)
    .order_by(tables.staff_departments.c.department_id)
)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A user or a member of staff. ticket_number: a guest who may see this ticket only.

    departments: ids, of staff only.
    """

    staff: bool
    id: int
    name: str
    email: str
    level: int = 0
    departments: tuple[int, ...] = ()
    ticket_number: int | None = None

    @property
    def key(self) -> tuple[bool, int]:
        """What tells people apart."""
        return self.staff, self.id


def user(tx: Tx, id: int) -> Row | None:
    """The customer or guest with this id."""
    return tx.first(_USER, id=id)


def member(tx: Tx, id: int) -> Row | None:
    """The member of staff with this id."""
    return tx.first(_STAFF, id=id)


def user_by_email(tx: Tx, email: str) -> Row | None:
    """The customer or guest with this address, case aside."""
    return tx.first(_USER_BY_EMAIL, email=fold(email))


def member_by_email(tx: Tx, email: str) -> Row | None:
    """The member of staff with this address, case aside."""
    return tx.first(_STAFF_BY_EMAIL, email=fold(email))


def departments_of(tx: Tx, staff_id: int) -> tuple[int, ...]:
    """The departments of a member of staff, by id."""
    return tuple(row.department_id for row in tx.all(_DEPARTMENTS, id=staff_id))


def as_person(tx: Tx, row: Any, *, staff: bool, ticket_number: int | None = None) -> Person:
    """A row of users or staff as a Person."""
    return Person(
        staff=staff,
        id=row.id,
        name=row.name,
        email=row.email,
        level=row.level if staff else 0,
        departments=departments_of(tx, row.id) if staff else (),
        ticket_number=ticket_number,
    )
