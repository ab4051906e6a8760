"""subscriptions/*. Source: spec/altcraft 7.5."""

from typing import Annotated, Any

import msgspec

from dragoman.core.faults import BadValue, NotFound
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.altcraft import reading, shapes
from dragoman.dialects.altcraft.auth import viewer
from dragoman.dialects.altcraft.profiles import Rulebook
from dragoman.domains.profiles import profiles, subscribing, subscriptions, values
from dragoman.domains.profiles.subscribing import SUBSCRIBED, SUSPENDED, Scope
from dragoman.domains.profiles.subscriptions import Wish
from dragoman.wire.binding import Given

_MOST = 10_000


class Of(msgspec.Struct, frozen=True, kw_only=True):
    """subscriptions/list"""

    db_id: int
    profile_id: str


class Key(Of, frozen=True, kw_only=True):
    """subscriptions/get, delete, undelete."""

    book: Annotated[Rulebook, Given()]
    resource_id: int
    channel: str = ""
    email: Any = None
    phone: Any = None
    provider: Any = None
    subscription_id: Any = None
    cc_data: Any = None
    email_data: dict[str, Any] = {}
    phone_data: dict[str, Any] = {}
    push_data: dict[str, Any] = {}


class Put(Key, frozen=True, kw_only=True):
    """subscriptions/set"""

    channel: str
    status: Any = None
    priority: Any = None
    custom_fields: dict[str, Any] = {}
    cats: Any = None
    date: Any = None
    ip: Any = None
    url: Any = None
    skip_triggers: bool = False


class Suspend(msgspec.Struct, frozen=True, kw_only=True):
    """subscriptions/suspend_all, unsuspend_all."""

    db_id: int
    book: Annotated[Rulebook, Given()]
    channel: str | None = None
    resource_id: int | None = None


class Everyone(msgspec.Struct, frozen=True, kw_only=True):
    """subscriptions/list_all"""

    resource_id: int
    db_id: int | None = None
    channel: str | None = None
    status: Any = None
    from_id: str = ""
    limit: int = 1000


def _wish(ask: Key) -> Wish:
    sent = {name: getattr(ask, name) for name in ask.__struct_fields__ if name != "book"}
    return reading.wish({name: value for name, value in sent.items() if value is not None})


def put(tx: Tx, ask: Put) -> dict[str, Any]:
    """subscriptions/set"""
    database, owner = subscribing.profile(tx, viewer(tx), ask.db_id, ask.profile_id)
    profiles.not_blocked(ask.book.rules)
    row = subscribing.put(tx, viewer(tx), database, owner, _wish(ask))
    if ask.skip_triggers:
        profiles.note_skipped(tx, owner.id)
    return {"profile_id": owner.oid, "hash_id": shapes.nested(row)["hash_id"]}


def list_one(tx: Tx, ask: Of) -> dict[str, Any]:
    """subscriptions/list"""
    _, owner = subscribing.profile(tx, viewer(tx), ask.db_id, ask.profile_id)
    rows = subscriptions.of_profile(tx, owner.id)
    return {"data": [shapes.flat(row) for row in rows if not row.deleted]}


def get(tx: Tx, ask: Key) -> dict[str, Any]:
    """subscriptions/get"""
    row = _found(tx, ask)
    if row.deleted:
        raise NotFound("subscription", "resource", ask.resource_id)
    return {"data": shapes.flat(row)}


def _found(tx: Tx, ask: Key) -> Row:
    database, owner = subscribing.profile(tx, viewer(tx), ask.db_id, ask.profile_id)
    return subscribing.one(tx, viewer(tx), database, owner, _wish(ask))


def delete(tx: Tx, ask: Key) -> dict[str, Any]:
    """subscriptions/delete"""
    return _marked(tx, ask, deleted=True)


def undelete(tx: Tx, ask: Key) -> dict[str, Any]:
    """subscriptions/undelete"""
    return _marked(tx, ask, deleted=False)


def _marked(tx: Tx, ask: Key, *, deleted: bool) -> dict[str, Any]:
    row = _found(tx, ask)
    profiles.not_blocked(ask.book.rules)
    subscribing.mark_deleted(tx, row, deleted=deleted)
    return {}


def suspend_all(tx: Tx, ask: Suspend) -> dict[str, Any]:
    """subscriptions/suspend_all"""
    return _moved(tx, ask, SUBSCRIBED, SUSPENDED)


def unsuspend_all(tx: Tx, ask: Suspend) -> dict[str, Any]:
    """subscriptions/unsuspend_all"""
    return _moved(tx, ask, SUSPENDED, SUBSCRIBED)


def _moved(tx: Tx, ask: Suspend, before: int, after: int) -> dict[str, Any]:
    profiles.not_blocked(ask.book.rules)
    scope = Scope(ask.db_id, ask.resource_id, ask.channel, before)
    return {"updated": subscribing.move(tx, viewer(tx), scope, to=after)}


def list_all(tx: Tx, ask: Everyone) -> dict[str, Any]:
    """subscriptions/list_all"""
    if not 1 <= ask.limit <= _MOST:
        raise BadValue("limit", f"is not between 1 and {_MOST}")
    if ask.from_id and not (ask.from_id.isascii() and ask.from_id.isdigit()):
        raise BadValue("from_id", "is no cursor")
    try:
        status = None if ask.status is None else values.status(ask.status)
    except ValueError as error:
        raise BadValue("status", str(error)) from None
    scope = Scope(ask.db_id, ask.resource_id, ask.channel, status)
    after = min(int(ask.from_id[:20] or 0), (1 << 63) - 1)
    rows, owners, numbers, total = subscribing.page(
        tx, viewer(tx), scope, after=after, limit=ask.limit
    )
    data = []
    for row in rows:
        owner = owners[row.profile_id]
        more = {
            "db_id": numbers[row.database_id], "profile_id": owner.oid, "_xxh": owner.mark,
            "hash_id": shapes.nested(row)["hash_id"],
        }  # fmt: skip
        data.append({**shapes.flat(row), **more})
    next_id = str(rows[-1].id) if rows else ask.from_id
    return {"data": data, "next_from_id": next_id, "total_count": total}
