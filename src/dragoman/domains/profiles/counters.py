"""How many profiles can be written to: by channel and status of their subscriptions."""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from dragoman.core.sql import Row, member, prepare
from dragoman.core.tx import Tx
from dragoman.domains.profiles import segments, tables, values

SENDABLE = ("subscribed", "unconfirmed")
_STEP = 5000
_s, _p, _v = tables.subscriptions.c, tables.profiles.c, tables.suppressed.c
_PAGE = prepare(
    sa.select(_s.id, _s.profile_id, _s.channel, _s.status, _s.contact_kind, _s.contact)
    .where(
        _s.resource == sa.bindparam("resource", type_=sa.BigInteger()),
        member(_s.database_id, "databases"),
        _s.deleted.is_(sa.false()),
        _s.id > sa.bindparam("after", type_=sa.BigInteger()),
    )
    .order_by(_s.id)
    .limit(_STEP)
)
_PROFILES = prepare(
    sa.select(sa.func.count())
    .select_from(tables.profiles)
    .where(member(_p.database_id, "databases"))
)
_LISTS = prepare(
    sa.select(tables.suppressions).where(
        member(tables.suppressions.c.number, "numbers"),
    )
)
_SUPPRESSED = prepare(sa.select(_v.kind, _v.value).where(member(_v.list_id, "lists")))


def counted(
    tx: Tx, databases: Sequence[Row], resource: Row, only: Collection[int] | None = None
) -> list[dict[str, Any]]:
    """For each channel of a resource: `channel` and `status`, numbers by name.

    `all` counts the profiles of the databases; `*_sendable` those whose address stands on no
    suppression list of theirs. only: ids of the profiles to look at.
    """
    ids = [row.id for row in databases]
    total = len(only) if only is not None else int(tx.scalar(_PROFILES, databases=ids))
    found: dict[tuple[str, str], set[int]] = {}
    sendable: dict[tuple[str, str], set[int]] = {}
    suppressed = _suppressed(tx, databases)
    after = 0
    while rows := tx.all(_PAGE, resource=resource.number, databases=ids, after=after):
        after = rows[-1].id
        for row in rows:
            if only is not None and row.profile_id not in only:
                continue
            key = (row.channel, values.STATUSES[row.status])
            found.setdefault(key, set()).add(row.profile_id)
            if key[1] in SENDABLE and not _is_suppressed(row, suppressed):
                sendable.setdefault(key, set()).add(row.profile_id)
    return [
        {"channel": channel, "status": _shown(channel, total, found, sendable)}
        for channel in resource.channels
    ]


def _shown(channel: str, total: int, found: Any, sendable: Any) -> dict[str, int]:
    out = {"all": total}
    out.update((name, len(found.get((channel, name), ()))) for name in values.STATUSES)
    out.update((f"{name}_sendable", len(sendable.get((channel, name), ()))) for name in SENDABLE)
    return out


def _suppressed(tx: Tx, databases: Sequence[Row]) -> set[tuple[str, str]]:
    numbers = {row.suppression_list for row in databases} - {None}
    lists = [row.id for row in tx.all(_LISTS, numbers=sorted(numbers))]
    return {(kind, value) for kind, value in tx.tuples(_SUPPRESSED, lists=lists)}


def _is_suppressed(row: Row, suppressed: set[tuple[str, str]]) -> bool:
    if not suppressed:
        return False
    if row.contact_kind == "phone":
        return ("phone", row.contact) in suppressed
    if row.contact_kind != "email":
        return False
    digest = hashlib.md5(row.contact.encode(), usedforsecurity=False).hexdigest()
    domain = row.contact.rpartition("@")[2]
    return any(
        one in suppressed for one in (("email", digest), ("email", row.contact), ("domain", domain))
    )


def of_segment(tx: Tx, segment: Row, database: Row, resource: Row) -> list[dict[str, Any]]:
    """The same for the profiles of one segment."""
    ids = {one.id for one in segments.everyone(tx, segment, database)}
    return counted(tx, [database], resource, ids)
