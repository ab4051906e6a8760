"""Customers and guests: signing up, coming back, being supervised, disabled and deleted."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dragoman.core.faults import Denied, NotFound
from dragoman.core.identity import credentials, memberships
from dragoman.core.ids import random_hex
from dragoman.core.sql import Row, contains, member, prepare
from dragoman.core.text import fold, fold_accents
from dragoman.core.tx import Tx
from dragoman.domains.desk import (
    bans,
    customfields,
    letters,
    logs,
    people,
    settings,
    tables,
    tickets,
    tokens,
)
from dragoman.domains.desk.faults import (
    AlreadyDisabled,
    AlreadyEnabled,
    EmailTaken,
    OwnSupervisor,
    UserExists,
)
from dragoman.domains.desk.people import DOMAIN, Person

PAGE = 10
_u, _s = tables.users.c, tables.supervised.c
_SUPERVISED = prepare(
    sa.select(tables.users)
    .select_from(tables.supervised.join(tables.users, _u.id == _s.user_id))
    .where(_s.supervisor_id == sa.bindparam("supervisor_id", type_=sa.BigInteger()))
    .order_by(_s.id)
)
_MANY = prepare(sa.select(tables.users).where(member(_u.id, "ids")).order_by(_u.id))
_TICKETS = prepare(
    sa.select(tables.tickets).where(
        tables.tickets.c.by_staff.is_(False),
        tables.tickets.c.by_id == sa.bindparam("by_id", type_=sa.BigInteger()),
    )
)


def guest(tx: Tx, *, email: str, name: str) -> Row:
    """The row of an address, made for a guest when there is none."""
    held = people.user_by_email(tx, email)
    if held is not None:
        return held
    return _added(tx, email=email, name=name, number=tx.count_up("memberships.desk.user"))


def _added(tx: Tx, *, email: str, name: str, number: int, membership_id: int | None = None) -> Row:
    values = {
        "id": number, "membership_id": membership_id, "name": name,
        "name_folded": fold_accents(name), "email": email, "email_folded": fold(email),
        "signed_up_ms": tx.now_ms,
    }  # fmt: skip
    tx.insert(tables.users, values)
    return fetch(tx, number)


def fetch(tx: Tx, id: int) -> Row:
    """A user by id. Raises NotFound("user")."""
    row = people.user(tx, id)
    if row is None:
        raise NotFound("user", "id", id)
    return row


def refuse_registered(tx: Tx, email: str) -> None:
    """Raise UserExists when somebody has registered with this address."""
    held = people.user_by_email(tx, email)
    if held is not None and held.membership_id is not None:
        raise UserExists("user", "email", email, held.id)


def register(
    tx: Tx,
    *,
    email: str,
    name: str,
    password_hash: str | None,
    custom: Sequence[dict[str, Any]] = (),
    account_id: int | None = None,
) -> int:
    """Make a user who can log in; a guest's row of the same address becomes it. Returns the id."""
    refuse_registered(tx, email)
    held = people.user_by_email(tx, email)
    number = held.id if held is not None else None
    joined = memberships.join(
        tx, domain=DOMAIN, kind="user", login=email, name=name, number=number,
        account_id=account_id,
    )  # fmt: skip
    if password_hash is not None:
        credentials.set_password(tx, joined, password_hash)
    if held is None:
        _added(tx, email=email, name=name, number=joined.number, membership_id=joined.id)
    else:
        changes = {
            "membership_id": joined.id, "name": name, "name_folded": fold_accents(name),
            "signed_up_ms": tx.now_ms,
        }  # fmt: skip
        tx.update(tables.users, held.id, changes)
    customfields.replace(tx, joined.number, custom)
    return int(joined.number)


def sign_up(
    tx: Tx, *, email: str, name: str, password_hash: str, custom: Sequence[dict[str, Any]]
) -> int:
    """Register oneself; verified at once unless mail can go out. Returns the id."""
    id = register(tx, email=email, name=name, password_hash=password_hash, custom=custom)
    if settings.mails_go_out(settings.read(tx)):
        tx.update(tables.users, id, {"verify_token": random_hex(40)})
    ask_to_verify(tx, fetch(tx, id))
    person = people.as_person(tx, fetch(tx, id), staff=False)
    logs.add(tx, "SIGNUP", person)
    return id


def ask_to_verify(tx: Tx, user: Row) -> None:
    """Send the mail with the verification link."""
    facts = {"name": user.name, "verificationToken": user.verify_token or ""}
    letters.post(tx, "USER_SIGNUP", user.email, facts, user_id=user.id)


def verify(tx: Tx, user: Row) -> None:
    """The address is the user's."""
    tx.update(tables.users, user.id, {"verify_token": None})


def invite(
    tx: Tx,
    *,
    email: str,
    name: str,
    password_hash: str,
    custom: Sequence[dict[str, Any]],
    host: Person,
) -> int:
    """Register somebody else, who sets a password by the link in the mail. Returns the id."""
    id = register(tx, email=email, name=name, password_hash=password_hash, custom=custom)
    send_invitation(tx, staff=False, row=fetch(tx, id))
    logs.add(tx, "INVITE", host, email)
    return id


def send_invitation(tx: Tx, *, staff: bool, row: Row) -> None:
    """Send the link that lets an invited person set a password; older links end."""
    tokens.forget(tx, staff=staff, person_id=row.id, kind="recover")
    secret = tokens.issue(tx, "recover", staff=staff, person_id=row.id)
    letters.post(tx, "USER_INVITE", row.email, {"name": row.name, "token": secret})


def change_email(tx: Tx, person: Person, email: str) -> None:
    """Change one's address; the old one is told. Raises EmailTaken."""
    refuse_taken(tx, email, but=person)
    table = tables.staff if person.staff else tables.users
    held = tx.get(table, person.id)
    if held is None:
        raise NotFound("user", "id", person.id)
    tx.update(table, person.id, {"email": email, "email_folded": fold(email)})
    if held.membership_id is not None:
        memberships.change(tx, held.membership_id, login=email)
    letters.post(tx, "USER_EMAIL", held.email, {"name": held.name, "newemail": email})


def refuse_taken(tx: Tx, email: str, *, but: Person | None = None) -> None:
    """Raise EmailTaken when another user or any other member of staff has the address."""
    mine = but.key if but is not None else None
    user, staff = people.user_by_email(tx, email), people.member_by_email(tx, email)
    if user is not None and (False, user.id) != mine:
        raise EmailTaken("user", "email", email, user.id)
    if staff is not None and (True, staff.id) != mine:
        raise EmailTaken("staff", "email", email, staff.id)


def set_password(tx: Tx, *, staff: bool, row: Row, password_hash: str) -> None:
    """Set a password; a guest is registered by it. The person is told by mail."""
    membership_id = row.membership_id
    if membership_id is None:
        joined = memberships.join(
            tx, domain=DOMAIN, kind="user", login=row.email, name=row.name, number=row.id
        )
        membership_id = joined.id
        tx.update(tables.users, row.id, {"membership_id": membership_id})
    credentials.set_password(tx, memberships.fetch(tx, membership_id), password_hash)
    letters.post(tx, "USER_PASSWORD", row.email, {"name": row.name})


def page(
    tx: Tx, number: int, *, order: str | None, descending: bool, search: str | None
) -> tuple[list[Row], int]:
    """Ten users, and how many there are. search: part of name or address; beginnings come first."""
    shape = (order, descending, bool(search))
    params = {"search": fold_accents(search)} if search else {}
    total = tx.scalar(tx.shaped(("desk users", *shape), lambda: _counted(*shape)), **params)
    statement = tx.shaped(("desk users page", *shape), lambda: _paged(*shape))
    offset = min((number - 1) * PAGE, 1 << 40)
    return tx.all(statement, **params, offset=offset), total


_SEARCH = sa.bindparam("search", type_=sa.Text())


def _found() -> Any:
    return sa.or_(contains(_u.name_folded, _SEARCH), contains(_u.email_folded, _SEARCH))


def _counted(order: str | None, descending: bool, searching: bool) -> sa.Select[Any]:
    query = sa.select(sa.func.count()).select_from(tables.users)
    return query.where(_found()) if searching else query


def _paged(order: str | None, descending: bool, searching: bool) -> sa.Select[Any]:
    column = _u.tickets if order == "tickets" else _u.id
    ordering: list[Any] = []
    query = sa.select(tables.users)
    if searching:
        query = query.where(_found())
        size = sa.func.length(_SEARCH)
        starts = sa.or_(
            sa.func.substr(_u.name_folded, 1, size) == _SEARCH,
            sa.func.substr(_u.email_folded, 1, size) == _SEARCH,
        )
        ordering.append(sa.case((starts, 0), else_=1))
    ordering += [column.desc() if descending else column, _u.id]
    offset = sa.bindparam("offset", type_=sa.BigInteger())
    return query.order_by(*ordering).limit(PAGE).offset(offset)


def supervised_by(tx: Tx, id: int) -> list[Row]:
    """Whom a user supervises."""
    return tx.all(_SUPERVISED, supervisor_id=id)


def many(tx: Tx, ids: Sequence[int]) -> list[Row]:
    """Users by id, those that exist."""
    return tx.all(_MANY, ids=list(ids)) if ids else []


def supervise(tx: Tx, id: int, user_ids: Sequence[int]) -> None:
    """Replace whom a user supervises. Raises OwnSupervisor."""
    if id in user_ids:
        raise OwnSupervisor("userIdList")
    held = fetch(tx, id)
    tx.delete_where(tables.supervised, _s.supervisor_id == id)
    if held.supervision is None:
        tx.update(tables.users, id, {"supervision": tx.count_up("desk_supervisions")})
    for user_id in dict.fromkeys(user_ids):
        tx.insert(tables.supervised, {"supervisor_id": id, "user_id": user_id})


def disable(tx: Tx, id: int) -> None:
    """A disabled user cannot log in. Raises AlreadyDisabled."""
    if fetch(tx, id).disabled:
        raise AlreadyDisabled
    tx.update(tables.users, id, {"disabled": 1})


def enable(tx: Tx, id: int) -> None:
    """Raises AlreadyEnabled."""
    if not fetch(tx, id).disabled:
        raise AlreadyEnabled
    tx.update(tables.users, id, {"disabled": 0})


def delete(tx: Tx, id: int, actor: Person) -> None:
    """Remove a user with tickets, log lines, values, tokens and sessions."""
    held = fetch(tx, id)
    erase(tx, held)
    logs.add(tx, "DELETE_USER", actor, held.name)


def erase(tx: Tx, held: Row) -> None:
    """The same without a line in the desk's log, which would keep the name."""
    id = held.id
    for ticket in tx.all(_TICKETS, by_id=id):
        tickets.remove(tx, ticket)
    tx.delete_where(tables.supervised, sa.or_(_s.supervisor_id == id, _s.user_id == id))
    customfields.forget(tx, id)
    tokens.forget(tx, staff=False, person_id=id)
    logs.forget(tx, staff=False, id=id)
    tx.delete(tables.users, id)
    if held.membership_id is not None:
        memberships.end(tx, held.membership_id)


def ban(tx: Tx, email: str, actor: Person) -> None:
    """Ban an address. Raises AlreadyBanned."""
    bans.add(tx, email)
    logs.add(tx, "BAN_USER", actor, email)


def lift_ban(tx: Tx, email: str, actor: Person) -> None:
    """Raises NotFound("ban")."""
    bans.lift(tx, email)
    logs.add(tx, "UN_BAN_USER", actor, email)


def refuse_closed(tx: Tx) -> None:
    """Raise Denied while registration is off."""
    if not settings.is_on(settings.read(tx), "registration"):
        raise Denied("registration")
