"""The desk's own log, as staff read it."""

import sqlalchemy as sa

from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.desk import tables
from dragoman.domains.desk.people import Person

PAGE = 10
_l = tables.logs.c
_PAGE = prepare(
    sa.select(tables.logs)
    .order_by(_l.id.desc())
    .limit(PAGE)
    .offset(sa.bindparam("offset", type_=sa.BigInteger()))
)


def add(tx: Tx, kind: str, person: Person, subject: object = None) -> None:
    """Write one line.

    kind: what happened, in the desk's word; subject: ticket number, e-mail or name.
    """
    tx.insert(
        tables.logs,
        {
            "kind": kind, "subject": None if subject is None else str(subject),
            "by_staff": person.staff, "by_id": person.id, "by_name": person.name,
            "at_ms": tx.now_ms,
        },
    )  # fmt: skip


def page(tx: Tx, number: int) -> list[Row]:
    """Ten lines, newest first."""
    return tx.all(_PAGE, offset=(number - 1) * PAGE)


def forget(tx: Tx, *, staff: bool, id: int) -> None:
    """Remove what a deleted person did."""
    tx.delete_where(tables.logs, sa.and_(_l.by_staff.is_(staff), _l.by_id == id))
