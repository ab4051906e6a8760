"""Tokens that let a person back in: recovery, invitation, remember-me. Stored as hashes."""

import sqlalchemy as sa

from dragoman.core.identity.credentials import digest
from dragoman.core.ids import random_hex
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.desk import tables

REMEMBER_MS = 30 * 86_400_000
_t = tables.tokens.c
_FOUND = prepare(
    sa.select(tables.tokens).where(_t.kind == sa.bindparam("kind"), _t.hash == sa.bindparam("hash"))
)
_PENDING = prepare(
    sa.select(_t.id)
    .where(
        _t.kind == "recover",
        _t.staff == sa.bindparam("staff", type_=sa.Boolean()),
        _t.person_id == sa.bindparam("person_id", type_=sa.BigInteger()),
    )
    .limit(1)
)


def issue(tx: Tx, kind: str, *, staff: bool, person_id: int, expires_ms: int | None = None) -> str:
    """A new token of 40 hex digits: `recover` (invitations too) or `remember`."""
    secret = random_hex(40)
    values = {
        "kind": kind, "hash": digest(secret), "staff": staff, "person_id": person_id,
        "created_ms": tx.now_ms, "expires_ms": expires_ms,
    }  # fmt: skip
    tx.insert(tables.tokens, values)
    return secret


def find(tx: Tx, kind: str, secret: str) -> Row | None:
    """A live token: id, staff, person_id."""
    row = tx.first(_FOUND, kind=kind, hash=digest(secret))
    if row is None or (row.expires_ms is not None and row.expires_ms <= tx.now_ms):
        return None
    return row


def pending(tx: Tx, *, staff: bool, person_id: int) -> bool:
    """Whether a recovery or invitation waits to be used."""
    return tx.first(_PENDING, staff=staff, person_id=person_id) is not None


def use(tx: Tx, row: Row) -> None:
    """Consume a token."""
    tx.delete(tables.tokens, row.id)


def forget(tx: Tx, *, staff: bool, person_id: int, kind: str | None = None) -> None:
    """Remove a person's tokens, of one kind or all."""
    where = sa.and_(_t.staff.is_(staff), _t.person_id == person_id)
    if kind is not None:
        where = sa.and_(where, _t.kind == kind)
    tx.delete_where(tables.tokens, where)
