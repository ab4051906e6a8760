"""Credentials: passwords, keys and tokens, each a row with a kind and a hash.

A random secret is stored as its SHA-256 and found by it; a password belongs to a membership and is
hashed with argon2id (`passwords`). Revoking takes effect with the next request.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.ids import mint_oid
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx

_c, _a, _m = tables.credentials.c, tables.accounts.c, tables.memberships.c
_FOUND = prepare(
    sa.select(
        _c.id, _c.account_id, _c.membership_id, _c.expires_ms, _c.facts, _c.name,
        _c.active.label("active"), _a.active.label("account_active"),
        _m.active.label("member_active"),
        _m.number, _m.login, _m.facts.label("member_facts"),
    )
    .select_from(
        tables.credentials.join(tables.accounts, _a.id == _c.account_id).outerjoin(
            tables.memberships, _m.id == _c.membership_id
        )
    )
    .where(
        _c.domain == sa.bindparam("domain"),
        _c.kind == sa.bindparam("kind"),
        _c.hash == sa.bindparam("hash"),
    )
)  # fmt: skip
_OF_MEMBER = prepare(
    sa.select(tables.credentials)
    .where(
        _c.membership_id == sa.bindparam("membership_id", type_=sa.BigInteger()),
        _c.kind == sa.bindparam("kind"),
    )
    .order_by(_c.id)
)  # fmt: skip
_LISTED = prepare(sa.select(tables.credentials).where(_c.kind != "password").order_by(_c.id))


def digest(secret: str) -> str:
    """How a random secret is stored: SHA-256 in hex."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def issue(
    tx: Tx,
    *,
    account_id: int,
    domain: str,
    kind: str,
    secret: str,
    membership_id: int | None = None,
    name: str = "",
    facts: Mapping[str, Any] | None = None,
    expires_ms: int | None = None,
) -> int:
    """Store a random secret (`key` or `token`). Returns the credential's id; the secret itself is
    not kept.
    """
    values = {
        "oid": mint_oid(), "account_id": account_id, "membership_id": membership_id,
        "domain": domain, "kind": kind, "name": name, "hash": digest(secret), "hint": secret[-4:],
        "active": True, "facts": dict(facts or {}),
        "created_ms": tx.now_ms, "expires_ms": expires_ms,
    }  # fmt: skip
    return tx.insert(tables.credentials, values)


def find(tx: Tx, *, domain: str, kind: str, secret: str) -> Row | None:
    """The credential of a secret, whatever its state; `usable` says whether it opens anything.

    Row: id, account_id, membership_id, expires_ms, facts, name, active, account_active,
    member_active (None without a membership), number, login, member_facts.
    """
    return tx.first(_FOUND, domain=domain, kind=kind, hash=digest(secret))


def usable(row: Row, now_ms: int) -> bool:
    """Active, unexpired, and so are its account and membership."""
    return bool(
        row.active
        and row.account_active
        and row.member_active is not False
        and (row.expires_ms is None or row.expires_ms > now_ms)
    )


def set_password(tx: Tx, membership: Row, hashed: str) -> None:
    """Give a membership a password (already hashed), replacing any other."""
    held = of_membership(tx, membership.id, kind="password")
    if held:
        tx.update(tables.credentials, held[0].id, {"hash": hashed})
        return
    values = {
        "oid": mint_oid(), "account_id": membership.account_id, "membership_id": membership.id,
        "domain": membership.domain, "kind": "password", "name": "", "hash": hashed,
        "hint": "", "active": True,
        "facts": {}, "created_ms": tx.now_ms,
    }  # fmt: skip
    tx.insert(tables.credentials, values)


def password_hash(tx: Tx, membership_id: int) -> str | None:
    """The stored password hash of a membership, or None."""
    held = of_membership(tx, membership_id, kind="password")
    return held[0].hash if held else None


def of_membership(tx: Tx, membership_id: int, *, kind: str) -> list[Row]:
    """A membership's credentials of a kind."""
    return tx.all(_OF_MEMBER, membership_id=membership_id, kind=kind)


def listed(tx: Tx) -> list[Row]:
    """Every key and token (no passwords), by id."""
    return tx.all(_LISTED)


def revoke(tx: Tx, id: int) -> bool:
    """Switch a credential off; False when it was off already or is not there."""
    done = tx.update(tables.credentials, id, {"active": False})
    if done:
        tx.note("credentials.ended", tables.credentials, id, keep=False)
    return done


def remove_all(
    tx: Tx,
    *,
    membership_id: int | None = None,
    account_id: int | None = None,
    kind: str | None = None,
) -> int:
    """Delete the credentials of a membership or account (of one kind, or all). Returns how many."""
    where = (
        _c.membership_id == membership_id
        if membership_id is not None
        else _c.account_id == account_id
    )
    if kind is not None:
        where = sa.and_(where, _c.kind == kind)
    for row in tx.all(sa.select(_c.id).where(where, _c.kind != "password")):
        tx.note("credentials.ended", tables.credentials, row.id, keep=False)
    return tx.delete_where(tables.credentials, where)
