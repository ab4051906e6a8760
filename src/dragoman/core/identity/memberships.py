"""Memberships: an account as one domain knows it, with a number and a login of its own.

What a dialect lists as *its* users are memberships. Numbers count from 1 per domain and kind and
are never reused. Accounts are joined by an administrator or by `load`, never because an e-mail
matches.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.faults import Conflict
from dragoman.core.identity import accounts, credentials, sessions
from dragoman.core.sql import Row, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx

_m = tables.memberships.c
_OF = (_m.domain == sa.bindparam("domain"), _m.kind == sa.bindparam("kind"))
_GET = prepare(
    sa.select(tables.memberships).where(_m.id == sa.bindparam("id", type_=sa.BigInteger()))
)
_BY_NUMBER = prepare(
    sa.select(tables.memberships).where(
        *_OF, _m.number == sa.bindparam("number", type_=sa.BigInteger())
    )
)
_BY_LOGIN = prepare(
    sa.select(tables.memberships).where(*_OF, _m.login_folded == sa.bindparam("login"))
)
_LISTED = prepare(sa.select(tables.memberships).where(*_OF).order_by(_m.number))
_ACTIVE = prepare(
    sa.select(sa.func.count()).select_from(tables.memberships).where(*_OF, _m.active.is_(True))
)
_OF_ACCOUNT = prepare(
    sa.select(tables.memberships)
    .where(_m.account_id == sa.bindparam("account_id", type_=sa.BigInteger()))
    .order_by(_m.id)
)


def join(
    tx: Tx,
    *,
    domain: str,
    login: str,
    kind: str = "user",
    account_id: int | None = None,
    name: str = "",
    active: bool = True,
    facts: Mapping[str, Any] | None = None,
    number: int | None = None,
) -> Row:
    """Make an account a member of a domain; without `account_id` a new account is created.

    number: one that `count_up` gave out before (to a guest, say); None takes the next.

    Raises Conflict(kind, "login") when the login is taken in that domain (case does not matter).
    """
    refuse_taken(tx, domain=domain, kind=kind, login=login)
    if account_id is None:
        account_id = accounts.create(tx, name=name or login)
    values = {
        "account_id": account_id, "domain": domain, "kind": kind,
        "number": number or tx.count_up(f"memberships.{domain}.{kind}"), "login": login,
        "login_folded": fold(login),
        "active": active, "facts": dict(facts or {}), "created_ms": tx.now_ms,
    }  # fmt: skip
    return fetch(tx, tx.insert(tables.memberships, values))


def refuse_taken(
    tx: Tx, *, domain: str, login: str, kind: str = "user", but: int | None = None
) -> None:
    """Raise Conflict when another membership (not the one with id `but`) has this login."""
    held = by_login(tx, domain=domain, kind=kind, login=login)
    if held is not None and held.id != but:
        raise Conflict(kind, "login", login, held.number)


def fetch(tx: Tx, id: int) -> Row:
    """The membership with this id; it must exist."""
    row = tx.first(_GET, id=id)
    if row is None:
        raise LookupError(f"no membership {id}")
    return row


def by_number(tx: Tx, *, domain: str, number: int, kind: str = "user") -> Row | None:
    """The membership with this number in its domain."""
    return tx.first(_BY_NUMBER, domain=domain, kind=kind, number=number)


def by_login(tx: Tx, *, domain: str, login: str, kind: str = "user") -> Row | None:
    """The membership with this login, case aside."""
    return tx.first(_BY_LOGIN, domain=domain, kind=kind, login=fold(login))


def listed(tx: Tx, *, domain: str, kind: str = "user") -> list[Row]:
    """All of a domain, by number."""
    return tx.all(_LISTED, domain=domain, kind=kind)


def of_account(tx: Tx, account_id: int) -> list[Row]:
    """All of an account."""
    return tx.all(_OF_ACCOUNT, account_id=account_id)


def count_active(tx: Tx, *, domain: str, kind: str = "user") -> int:
    """How many are active."""
    return int(tx.scalar(_ACTIVE, domain=domain, kind=kind))


def change(
    tx: Tx,
    id: int,
    *,
    login: str | None = None,
    active: bool | None = None,
    facts: Mapping[str, Any] | None = None,
) -> bool:
    """Change login, active or facts (None leaves a value). Raises Conflict as `join` does."""
    changes: dict[str, Any] = {}
    if login is not None:
        held = fetch(tx, id)
        refuse_taken(tx, domain=held.domain, kind=held.kind, login=login, but=id)
        changes.update(login=login, login_folded=fold(login))
    if active is not None:
        changes["active"] = active
    if facts is not None:
        changes["facts"] = dict(facts)
    return tx.update(tables.memberships, id, changes)


def end(tx: Tx, id: int) -> None:
    """End a membership with its credentials and sessions; the account goes with its last one."""
    held = fetch(tx, id)
    sessions.close_all(tx, membership_id=id)
    credentials.remove_all(tx, membership_id=id)
    tx.delete(tables.memberships, id)
    if not of_account(tx, held.account_id):
        sessions.close_all(tx, account_id=held.account_id)
        credentials.remove_all(tx, account_id=held.account_id)
        tx.delete_where(tables.grants, tables.grants.c.account_id == held.account_id)
        tx.delete(tables.accounts, held.account_id)
