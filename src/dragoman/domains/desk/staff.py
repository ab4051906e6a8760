"""Members of staff: levels, departments, invitations. Source: spec 9.3."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dragoman.core.faults import NotFound
from dragoman.core.identity import credentials, memberships
from dragoman.core.sql import Row, prepare
from dragoman.core.text import fold, fold_accents
from dragoman.core.tx import Tx
from dragoman.domains.desk import logs, people, tables, tokens, users
from dragoman.domains.desk.faults import AlreadyStaff, DeletesSelf
from dragoman.domains.desk.people import DOMAIN, Person

_s, _sd, _t = tables.staff.c, tables.staff_departments.c, tables.tickets.c
_ALL = prepare(sa.select(tables.staff).order_by(_s.id))
_PLACES = prepare(
    sa.select(_sd.staff_id, _sd.department_id).order_by(_sd.staff_id, _sd.department_id)
)
_OWNED = prepare(
    sa.select(_t.owner_id, _t.closed, sa.func.count().label("count"))
    .where(_t.owner_id > 0)
    .group_by(_t.owner_id, _t.closed)
)
_THEIRS = prepare(
    sa.select(_t.id, _t.department_id).where(
        _t.owner_id == sa.bindparam("owner_id", type_=sa.BigInteger())
    )
)
_ANY = prepare(sa.select(_s.id).limit(1))


def listed(tx: Tx) -> list[Row]:
    """Every member by id."""
    return tx.all(_ALL)


def any_exists(tx: Tx) -> bool:
    """Whether the desk has staff."""
    return tx.first(_ANY) is not None


def places(tx: Tx) -> dict[int, list[int]]:
    """staff id -> the ids of its departments."""
    out: dict[int, list[int]] = {}
    for row in tx.all(_PLACES):
        out.setdefault(row.staff_id, []).append(row.department_id)
    return out


def owned(tx: Tx) -> dict[int, tuple[int, int]]:
    """staff id -> (tickets owned, closed ones among them)."""
    out: dict[int, tuple[int, int]] = {}
    for row in tx.all(_OWNED):
        held, closed = out.get(row.owner_id, (0, 0))
        out[row.owner_id] = (held + row.count, closed + (row.count if row.closed else 0))
    return out


def join(
    tx: Tx,
    *,
    email: str,
    name: str,
    level: int,
    password_hash: str | None,
    profile_pic: str | None = None,
    mail_on_new_ticket: bool = False,
    account_id: int | None = None,
) -> int:
    """A new member of staff without departments. Raises AlreadyStaff. Returns the id."""
    held = people.member_by_email(tx, email)
    if held is not None:
        raise AlreadyStaff("staff", "email", email, held.id)
    joined = memberships.join(
        tx, domain=DOMAIN, kind="staff", login=email, name=name, account_id=account_id
    )
    if password_hash is not None:
        credentials.set_password(tx, joined, password_hash)
    values = {
        "id": joined.number, "membership_id": joined.id, "name": name,
        "name_folded": fold_accents(name), "email": email, "email_folded": fold(email),
        "level": level, "profile_pic": profile_pic, "mail_on_new_ticket": mail_on_new_ticket,
    }  # fmt: skip
    tx.insert(tables.staff, values)
    return int(joined.number)


def place(tx: Tx, id: int, department_ids: Sequence[int]) -> None:
    """Set the departments; tickets owned in a department that is left lose their owner."""
    held, wanted = set(people.departments_of(tx, id)), dict.fromkeys(department_ids)
    lost = held - set(wanted)
    for department_id in lost:
        where = sa.and_(_sd.staff_id == id, _sd.department_id == department_id)
        tx.delete_where(tables.staff_departments, where)
    for department_id in wanted:
        if department_id not in held:
            values = {"staff_id": id, "department_id": department_id}
            tx.insert(tables.staff_departments, values)
    for ticket in tx.all(_THEIRS, owner_id=id) if lost else ():
        if ticket.department_id in lost:
            tx.update(tables.tickets, ticket.id, {"owner_id": 0})


def invite(
    tx: Tx,
    *,
    email: str,
    name: str,
    level: int,
    departments: Sequence[int],
    profile_pic: str | None,
    password_hash: str,
    host: Person,
) -> int:
    """A new member who sets a password by the link in the mail. Raises AlreadyStaff."""
    id = join(
        tx, email=email, name=name, level=level, password_hash=password_hash,
        profile_pic=profile_pic,
    )  # fmt: skip
    place(tx, id, departments)
    users.send_invitation(tx, staff=True, row=fetch(tx, id))
    logs.add(tx, "INVITE", host, email)
    return id


def fetch(tx: Tx, id: int) -> Row:
    """A member by id. Raises NotFound("staff")."""
    row = people.member(tx, id)
    if row is None:
        raise NotFound("staff", "id", id)
    return row


def change(tx: Tx, id: int, **changes: Any) -> None:
    """Change level, profile_pic, mail_on_new_ticket or last_login_ms."""
    tx.update(tables.staff, id, changes)


def change_email(tx: Tx, row: Row, email: str) -> None:
    """Change the address. Raises EmailTaken."""
    users.refuse_taken(tx, email, but=people.as_person(tx, row, staff=True))
    tx.update(tables.staff, row.id, {"email": email, "email_folded": fold(email)})
    memberships.change(tx, row.membership_id, login=email)


def delete(tx: Tx, id: int, actor: Person) -> None:
    """Remove a member; what it wrote stays, what it owned waits for another. Raises DeletesSelf."""
    held = fetch(tx, id)
    if actor.key == (True, id):
        raise DeletesSelf
    for ticket in tx.all(_THEIRS, owner_id=id):
        tx.update(tables.tickets, ticket.id, {"owner_id": 0, "unread_staff": True})
    tx.delete_where(tables.staff_departments, _sd.staff_id == id)
    tokens.forget(tx, staff=True, person_id=id)
    logs.forget(tx, staff=True, id=id)
    tx.delete(tables.staff, id)
    memberships.end(tx, held.membership_id)
