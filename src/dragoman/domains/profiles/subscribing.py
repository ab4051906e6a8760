"""Subscriptions by themselves: set, find, delete, suspend, list."""

from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core.faults import Ambiguous, BadValue, NotFound
from dragoman.core.ids import is_oid
from dragoman.core.sql import Row, member, prepare
from dragoman.core.tx import Tx
from dragoman.domains.profiles import access, history, subscriptions, tables
from dragoman.domains.profiles.access import Viewer
from dragoman.domains.profiles.faults import NotServed
from dragoman.domains.profiles.subscriptions import Wish

SUBSCRIBED, SUSPENDED = 0, 5
_p, _s = tables.profiles.c, tables.subscriptions.c
_STEP = 500
_PROFILE = prepare(
    sa.select(tables.profiles).where(
        _p.database_id == sa.bindparam("database_id", type_=sa.BigInteger()),
        _p.oid == sa.bindparam("oid"),
    )
)


class Scope(msgspec.Struct, frozen=True):
    """Which subscriptions; None: any."""

    database: int | None = None
    resource: int | None = None
    channel: str | None = None
    status: int | None = None


def profile(tx: Tx, viewer: Viewer, database_number: int, oid: str) -> tuple[Row, Row]:
    """The database and a profile by oid. Raises NotFound, WrongGroup."""
    database = access.database(tx, viewer, database_number)
    row = tx.first(_PROFILE, database_id=database.id, oid=oid) if is_oid(oid) else None
    if row is None:
        raise NotFound("profile", "id", oid)
    return database, row


def put(tx: Tx, viewer: Viewer, database: Row, owner: Row, wish: Wish) -> Row:
    """Add a subscription or change it by its key. Raises as `planned` does."""
    (plan,) = subscriptions.planned(tx, viewer, database, [wish])
    subscriptions.keep(tx, database, owner.id, [plan])
    key = (plan.resource.number, plan.channel, plan.contact)
    return next(row for row in subscriptions.of_profile(tx, owner.id) if _key(row) == key)


def _key(row: Row) -> tuple[int, str, str]:
    return row.resource, row.channel, row.contact


def one(tx: Tx, viewer: Viewer, database: Row, owner: Row, wish: Wish) -> Row:
    """The one subscription that fits what was said; deleted ones too. Raises NotFound, Ambiguous,
    WrongGroup, NotServed, BadValue.
    """
    if wish.resource is None:
        raise BadValue("resource_id", "is missing")
    access.serving(tx, viewer, wish.resource, database)
    contact = subscriptions.contact_of(wish) if wish.channel and _says_contact(wish) else None
    rows = [
        row
        for row in subscriptions.of_profile(tx, owner.id)
        if row.resource == wish.resource
        and wish.channel in ("", row.channel)
        and contact in (None, row.contact)
    ]
    if not rows:
        raise NotFound("subscription", "resource", wish.resource)
    if len(rows) > 1:
        raise Ambiguous("subscription", len(rows))
    return rows[0]


def _says_contact(wish: Wish) -> bool:
    return any(sent is not None for sent in (wish.email, wish.phone, wish.token, wish.data))


def mark_deleted(tx: Tx, row: Row, *, deleted: bool) -> None:
    """Delete or bring back; the record stays."""
    tx.update(tables.subscriptions, row.id, {"deleted": deleted})


def move(tx: Tx, viewer: Viewer, scope: Scope, *, to: int) -> int:
    """Give every subscription of the scope (which has a database and a status) another status.
    Returns how many. Raises NotFound, WrongGroup, NotServed.
    """
    assert scope.database is not None  # noqa: S101 # see above
    database = access.database(tx, viewer, scope.database)
    if scope.resource is not None:
        access.serving(tx, viewer, scope.resource, database)
    count = 0
    while rows := _page(tx, scope, database.id, 0, _STEP, [database.id]):
        for row in rows:
            tx.update(tables.subscriptions, row.id, {"status": to})
            history.keep_status(tx, row.profile_id, row.channel, row.status, to)
        count += len(rows)
    return count


def page(
    tx: Tx, viewer: Viewer, scope: Scope, *, after: int, limit: int
) -> tuple[list[Row], dict[int, Row], dict[int, int], int]:
    """Subscriptions of a resource by id, their profiles by id, numbers of their databases by id,
    and how many there are in all. Raises NotFound, WrongGroup, NotServed.
    """
    assert scope.resource is not None  # noqa: S101 # a required parameter
    resource = access.resource(tx, viewer, scope.resource)
    seen = {row.id: row.number for row in access.databases(tx, viewer)}
    database_id = None
    if scope.database is not None:
        database_id = access.database(tx, viewer, scope.database).id
        if scope.database not in resource.databases:
            raise NotServed(resource.number, scope.database)
    rows = _page(tx, scope, database_id, after, limit, sorted(seen))
    owners: dict[int, Row] = {}
    ids = sorted({row.profile_id for row in rows})
    for at in range(0, len(ids), _STEP):
        query = sa.select(tables.profiles).where(_p.id.in_(ids[at : at + _STEP]))
        owners.update((row.id, row) for row in tx.all(query))
    return rows, owners, seen, _count(tx, scope, database_id, sorted(seen))


def _conditions(scope: Scope, database_id: int | None) -> tuple[list[Any], dict[str, Any]]:
    sent = {
        "database_id": database_id, "resource": scope.resource, "channel": scope.channel,
        "status": scope.status,
    }  # fmt: skip
    params = {name: value for name, value in sent.items() if value is not None}
    conditions = [_s[name] == sa.bindparam(name, type_=_s[name].type) for name in params]
    return [_s.deleted.is_(sa.false()), *conditions], params


def _page(
    tx: Tx, scope: Scope, database_id: int | None, after: int, limit: int, seen: list[int]
) -> list[Row]:
    conditions, params = _conditions(scope, database_id)
    after_ = sa.bindparam("after", type_=sa.BigInteger())

    def build() -> Any:
        return (
            sa.select(tables.subscriptions)
            .where(*conditions, member(_s.database_id, "seen"), _s.id > after_)
            .order_by(_s.id)
            .limit(sa.bindparam("limit", type_=sa.BigInteger()))
        )

    query = tx.shaped(("subscriptions page", *params), build)
    return tx.all(query, after=after, limit=limit, seen=seen, **params)


def _count(tx: Tx, scope: Scope, database_id: int | None, seen: list[int]) -> int:
    conditions, params = _conditions(scope, database_id)

    def build() -> Any:
        return (
            sa.select(sa.func.count())
            .select_from(tables.subscriptions)
            .where(*conditions, member(_s.database_id, "seen"))
        )

    return int(tx.scalar(tx.shaped(("subscriptions count", *params), build), seen=seen, **params))
