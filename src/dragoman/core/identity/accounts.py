"""Accounts: people and programs that log in. One account may be a member of several domains."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.ids import mint_oid
from dragoman.core.sql import Row, prepare
from dragoman.core.text import fold_email
from dragoman.core.tx import Tx

_GET = prepare(
    sa.select(tables.accounts).where(
        tables.accounts.c.id == sa.bindparam("id", type_=sa.BigInteger())
    )
)
_ALL = prepare(sa.select(tables.accounts).order_by(tables.accounts.c.id))
_BY_EMAIL = prepare(
    sa.select(tables.accounts).where(tables.accounts.c.email_folded == sa.bindparam("email"))
)
_RIGHTS = prepare(
    sa.select(tables.grants.c.domain, tables.grants.c.right)
    .where(tables.grants.c.account_id == sa.bindparam("account_id", type_=sa.BigInteger()))
    .order_by(tables.grants.c.id)
)


def create(
    tx: Tx,
    *,
    name: str,
    kind: str = "person",
    email: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> int:
    """A new account (`person` or `program`) without any membership. Returns its id.

    email: only an administrator or a fixture names it; it is unique, and no dialect sets it.
    """
    values = {
        "oid": mint_oid(),
        "kind": kind,
        "name": name,
        "email": email,
        "email_folded": fold_email(email) if email else None,
        "facts": dict(facts or {}),
        "active": True,
        "created_ms": tx.now_ms,
    }
    return tx.insert(tables.accounts, values)


def by_email(tx: Tx, email: str) -> Row | None:
    """The account that an administrator gave this address, case aside."""
    return tx.first(_BY_EMAIL, email=fold_email(email))


def fetch(tx: Tx, id: int) -> Row | None:
    """The account, or None."""
    return tx.first(_GET, id=id)


def listed(tx: Tx) -> list[Row]:
    """Every account by id."""
    return tx.all(_ALL)


def change(tx: Tx, id: int, **changes: Any) -> bool:
    """Change name or active; False when nothing differs."""
    return tx.update(tables.accounts, id, changes)


def grant(tx: Tx, account_id: int, domain: str, right: str) -> None:
    """Allow an account something in a domain (`*` for all); allowing twice is allowing once."""
    tx.upsert(tables.grants, {"account_id": account_id, "domain": domain, "right": right}, {})


def withdraw(tx: Tx, account_id: int, domain: str, right: str) -> None:
    """Take a right away."""
    g = tables.grants.c
    tx.delete_where(
        tables.grants, sa.and_(g.account_id == account_id, g.domain == domain, g.right == right)
    )


def rights(tx: Tx, account_id: int) -> frozenset[str]:
    """What an account may do, as `domain:right`."""
    return frozenset(f"{row.domain}:{row.right}" for row in tx.all(_RIGHTS, account_id=account_id))
