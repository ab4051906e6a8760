"""Sessions: what a login opens. API state, so not journalled; their end is told live to sockets
that hang on them.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.identity.credentials import digest
from dragoman.core.ids import random_url
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx

_SEEN_EVERY_MS = 60_000
KEPT = "kept"  # a fact: when such a session is closed, its row stays as an expired one until `trim`
_s, _a, _m = tables.sessions.c, tables.accounts.c, tables.memberships.c
_FOUND = prepare(
    sa.select(
        _s.id, _s.account_id, _s.membership_id, _s.facts, _s.created_ms, _s.seen_ms, _s.expires_ms,
        _a.active.label("account_active"), _m.active.label("member_active"), _m.number, _m.login,
        _m.facts.label("member_facts"), _a.name,
    )
    .select_from(
        tables.sessions.outerjoin(tables.accounts, _a.id == _s.account_id).outerjoin(
            tables.memberships, _m.id == _s.membership_id
        )
    )
    .where(
        _s.domain == sa.bindparam("domain"),
        _s.kind == sa.bindparam("kind"),
        _s.hash == sa.bindparam("hash"),
    )
)  # fmt: skip


def open(
    tx: Tx,
    *,
    domain: str,
    ttl_ms: int,
    kind: str = "session",
    account_id: int | None = None,
    membership_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
    secret: str | None = None,
) -> str:
    """Open a session for `ttl_ms`. Returns its secret (made here unless given), not kept."""
    secret = secret or random_url(32)
    values = {
        "domain": domain, "kind": kind, "hash": digest(secret), "account_id": account_id,
        "membership_id": membership_id, "facts": dict(facts or {}),
        "created_ms": tx.now_ms, "seen_ms": tx.now_ms,
        "expires_ms": tx.now_ms + ttl_ms,
    }  # fmt: skip
    tx.insert(tables.sessions, values)
    return secret


def find(tx: Tx, *, domain: str, secret: str, kind: str = "session") -> Row | None:
    """A session that has not expired, whatever the state of its account; see `usable`.

    Row: id, account_id, membership_id, facts, created_ms, seen_ms, expires_ms, account_active,
    member_active, number, login, member_facts, name (the last six are None for a session of
    nobody).
    """
    row = find_any(tx, domain=domain, kind=kind, secret=secret)
    return row if row is not None and row.expires_ms > tx.now_ms else None


def find_any(tx: Tx, *, domain: str, secret: str, kind: str = "session") -> Row | None:
    """As `find`, but also one that has expired, or was closed and is KEPT; both stay for a day."""
    return tx.first(_FOUND, domain=domain, kind=kind, hash=digest(secret))


def usable(row: Row) -> bool:
    """Whether the account and membership behind it are active."""
    return row.account_active is not False and row.member_active is not False


def due_for_touch(row: Row, now_ms: int) -> bool:
    """Whether `touch` would do something: sessions that slide are moved once a minute at most."""
    return bool(now_ms - row.seen_ms >= _SEEN_EVERY_MS)


def touch(tx: Tx, row: Row, ttl_ms: int) -> None:
    """Move the end of a sliding session to `ttl_ms` from now."""
    if due_for_touch(row, tx.now_ms):
        tx.update(tables.sessions, row.id, {"seen_ms": tx.now_ms, "expires_ms": tx.now_ms + ttl_ms})


def change(tx: Tx, id: int, facts: Mapping[str, Any]) -> None:
    """Replace a session's facts."""
    tx.update(tables.sessions, id, {"facts": dict(facts)})


def close(tx: Tx, id: int) -> None:
    """End one session; of a KEPT one the row stays."""
    held = tx.get(tables.sessions, id)
    if held is None:
        return
    if held.facts.get(KEPT):
        ended = tx.update(tables.sessions, id, {"expires_ms": min(held.expires_ms, tx.now_ms)})
    else:
        ended = tx.delete(tables.sessions, id)
    if ended:
        tx.note("sessions.ended", tables.sessions, id, keep=False)


def close_all(
    tx: Tx,
    *,
    membership_id: int | None = None,
    account_id: int | None = None,
    but: int | None = None,
) -> int:
    """End every session of a membership or account but the one with id `but`. Returns how many."""
    where = (
        _s.membership_id == membership_id
        if membership_id is not None
        else _s.account_id == account_id
    )
    ended = [row.id for row in tx.all(sa.select(_s.id).where(where)) if row.id != but]
    for id in ended:
        close(tx, id)
    return len(ended)


def trim(tx: Tx) -> int:
    """Drop sessions that expired more than a day ago. Returns how many."""
    return tx.delete_where(tables.sessions, _s.expires_ms < tx.now_ms - 86_400_000)
