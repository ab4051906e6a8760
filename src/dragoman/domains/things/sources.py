"""What can be listed, and which rows of it a viewer may see.

Source: spec/rightech R4.5, 8.1, 10.
"""

from functools import cache
from typing import Any

import sqlalchemy as sa
from msgspec import structs

from dragoman.core.sql import contains, member
from dragoman.core.tables import Text
from dragoman.core.tx import Tx
from dragoman.domains.things import visibility
from dragoman.domains.things.listing import Source
from dragoman.domains.things.tables import thing_events, thing_items, thing_packets, thing_states
from dragoman.domains.things.visibility import BUILT_IN, Viewer

_i, _s, _p, _e = thing_items.c, thing_states.c, thing_packets.c, thing_events.c
_WITH_STATE = thing_items.outerjoin(thing_states, _s.item_id == _i.id)
_ITEM_COLUMNS = {"_id": _i.oid, "owner": _i.owner, "group": _i.group, "time": _i.time_ms}
_ITEM_SORTS = {"_id": _i.oid, "time": _i.time_ms}


def _theirs(table: Any, *, below: bool) -> Any:
    user, group = sa.bindparam("user", type_=Text), sa.bindparam("active", type_=Text)
    plain = [table.group == group, table.owner == user, contains(table.access, user)]
    if below:
        plain += [member(table.group, "below"), contains(table.branch, group)]
    return sa.or_(*plain)


def _seen(tx: Tx, viewer: Viewer, *, below: bool) -> dict[str, Any]:
    params: dict[str, Any] = {"user": viewer.user, "active": viewer.group}
    if below:
        params["below"] = visibility.below(tx, viewer.group)
    return params


def _items_where(store: str, below: bool, cleared: bool) -> Any:
    theirs = _theirs(_i, below=below)
    if store == "roles":
        theirs = sa.or_(theirs, _i.label == BUILT_IN)
    if store == "messages" and not cleared:
        theirs = sa.and_(theirs, _i.hidden.is_(False))
    return sa.and_(_i.store == sa.bindparam("store", type_=Text), theirs)


def items(
    tx: Tx,
    viewer: Viewer,
    store: str,
    *,
    below: bool = False,
    data: bool = False,
    cleared: bool = False,
) -> Source:
    """A store. below: groups under the active one too; data: with the heavy field; cleared: old
    messages too.
    """
    params = _seen(tx, viewer, below=below)
    params["store"] = store
    return structs.replace(_items(store, below, data, cleared), params=params)


@cache
def _items(store: str, below: bool, data: bool, cleared: bool) -> Source:
    """A store's source, but for who looks."""
    columns, tails = dict(_ITEM_COLUMNS), {}
    if store == "objects":
        columns |= {"id": _i.key, "state": _s.state}
        tails["state"] = _s.state
    if store in ("models", "automatons"):
        columns["data"] = _i.data
        if data:
            tails["data"] = _i.data
    return Source(
        shape=(store, below, data, cleared),
        origin=_WITH_STATE if store == "objects" else thing_items,
        rank=_i.oid,
        time=_i.time_ms,
        body=_i.body,
        where=_items_where(store, below, cleared),
        params={},
        columns=columns,
        sorts=_ITEM_SORTS,
        search=_i.search,
        tails=tails,
        lead=_i.time_ms if store == "messages" else None,
        newest_first=store == "messages",
    )


def packets(item_id: int, *, merged: bool) -> Source:
    """An object's packets, as sent or as the state was right after each."""
    body = _p.merged if merged else _p.own
    return Source(
        shape=("packets", merged),
        origin=thing_packets,
        rank=_p.ts_us,
        time=_p.time_ms,
        body=body,
        where=_p.item_id == sa.bindparam("item_id", type_=sa.BigInteger()),
        params={"item_id": item_id},
        columns={"_id": _p.oid, "time": _p.time_ms, "_ts": _p.ts_us},
        sorts={"time": _p.time_ms, "_ts": _p.ts_us},
    )


def events(
    tx: Tx,
    viewer: Viewer,
    *,
    object_oid: str | None = None,
    only: list[str] | None = None,
    but: list[str] | None = None,
) -> Source:
    """The visible log, of one object or all; by names wanted or not wanted."""
    where: list[Any] = []
    params: dict[str, Any] = {}
    if object_oid is None:
        where.append(_theirs(_e, below=True))
        params.update(_seen(tx, viewer, below=True))
    else:
        where.append(_e.object == sa.bindparam("object", type_=Text))
        params["object"] = object_oid
    if only is not None:
        where.append(member(_e.event, "only"))
        params["only"] = only
    if but is not None:
        where.append(sa.not_(member(_e.event, "but")))
        params["but"] = but
    return Source(
        shape=("events", object_oid is None, only is None, but is None),
        origin=thing_events,
        rank=_e.id,
        time=_e.time_ms,
        body=_e.body,
        where=sa.and_(*where),
        params=params,
        columns={
            "_id": _e.oid,
            "event": _e.event,
            "_oid": _e.object,
            "time": _e.time_ms,
        },
        sorts={"time": _e.time_ms},
        lead=_e.time_ms,
    )
