"""Telemetry: packets, the state they add up to, and what they set off. Source: spec/rightech 8.1,
9.2.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core.faults import WrongType
from dragoman.core.ids import mint_oid
from dragoman.core.sql import Row, encode_json, prepare
from dragoman.core.tx import Tx
from dragoman.domains.things import events, geometry, items, visibility
from dragoman.domains.things.items import decode_raw
from dragoman.domains.things.tables import thing_items, thing_packets, thing_states

MAX_BATCH = 1000
_LATEST_MS = 253_402_300_800_000
_s = thing_states.c
_STATE = prepare(
    sa.select(thing_states).where(_s.item_id == sa.bindparam("item_id", type_=sa.BigInteger()))
)


class Stored(msgspec.Struct, frozen=True):
    """What is told of a packet that was stored."""

    oid: str
    ts_us: int
    time_ms: int


class _Held(msgspec.Struct):
    id: int
    ts_us: int
    time_ms: int
    online: bool | None
    state: dict[str, Any]
    snapshot: dict[str, Any]
    inside: list[str]


def _held(tx: Tx, item_id: int) -> _Held:
    row = tx.first(_STATE, item_id=item_id)
    if row is None:
        return _Held(0, 0, -1, None, {}, {}, [])
    state, snapshot = decode_raw(row.state), decode_raw(row.snapshot)
    return _Held(row.id, row.ts_us, row.time_ms, row.online, state, snapshot, list(row.inside))


def _checked(packet: Mapping[str, Any]) -> dict[str, Any]:
    time, online = packet.get("time"), packet.get("online")
    if time is not None and not (geometry.is_number(time) and 0 <= time < _LATEST_MS):
        raise WrongType("time", "a time in milliseconds")
    if online is not None and not isinstance(online, bool):
        raise WrongType("online", "a boolean")
    dropped = ("sucess", "success")
    return {
        name: value
        for name, value in packet.items()
        if not name.startswith("_")
        and name not in dropped
        and not (name in ("time", "online") and value is None)
    }


def post(tx: Tx, row: Row, packets: list[Mapping[str, Any]]) -> Stored:
    """Store packets of an object in order; tells streams and the log. Returns the last one. Raises
    WrongType.

    A packet older than the state is stored and does not touch the state.
    """
    checked = [_checked(packet) for packet in packets]
    tx.lock(thing_items, row.id)
    body = decode_raw(row.body)
    held = _held(tx, row.id)
    audience = visibility.audience_of(tx, row)
    fences = _fences(tx, body)
    last = Stored("", 0, 0)
    for packet in checked:
        was_online = held.online
        last, merged = store(tx, row, body, held, packet)
        data = {**merged}
        events.stream(tx, events.PACKET, row, data, audience=audience)
        if held.online != was_online:
            name = events.ONLINE if held.online else events.OFFLINE
            events.log(tx, name, row, {"online": held.online}, object_oid=row.oid)
        if fences:
            _fence(tx, row, held, fences, packet)
    keep(tx, row.id, held)
    return last


def store(
    tx: Tx,
    row: Row,
    body: Mapping[str, Any],
    held: _Held,
    packet: Mapping[str, Any],
    *,
    ts_us: int | None = None,
    by_rest: bool = True,
) -> tuple[Stored, dict[str, Any]]:
    """Store one packet and lay it over `held`, which `keep` writes. Returns it and the merged
    snapshot.
    """
    ts_us = max(ts_us or tx.now_ms * 1000, held.ts_us + 1)
    time = int(packet.get("time", ts_us // 1000))
    oid = str(mint_oid())
    own = {
        **packet,
        "_id": oid,
        "_ts": ts_us,
        "time": time,
        "online": packet.get("online", True),
        "_oid": row.oid,
        "_mid": body.get("model"),
        "_gid": row.group,
        "id": row.key,
    }
    if by_rest:
        own["_web"] = True
    late = time < held.time_ms
    merged = {**held.snapshot, **own} if late else {**held.state, **own}
    tx.insert(
        thing_packets,
        {
            "oid": oid,
            "item_id": row.id,
            "ts_us": ts_us,
            "time_ms": time,
            "own": msgspec.Raw(encode_json(own)),
            "merged": msgspec.Raw(encode_json(merged)),
        },
    )
    held.ts_us = ts_us
    held.snapshot = merged
    if not late:
        held.state = merged
        held.time_ms = time
        held.online = bool(own["online"])
    return Stored(oid, ts_us, time), merged


def begin(tx: Tx, row: Row) -> _Held:
    """The state of an object, for `store` and `keep`."""
    return _held(tx, row.id)


def keep(tx: Tx, item_id: int, held: _Held) -> None:
    """Write the state that the packets have added up to."""
    values = {
        "ts_us": held.ts_us,
        "time_ms": held.time_ms,
        "online": bool(held.online),
        "state": msgspec.Raw(encode_json(held.state)),
        "snapshot": msgspec.Raw(encode_json(held.snapshot)),
        "inside": held.inside,
    }
    if held.id:
        tx.update(thing_states, held.id, values)
    elif held.ts_us:
        held.id = tx.insert(thing_states, {"item_id": item_id, **values})


def clear_state(tx: Tx, row: Row) -> None:
    """Forget an object's state; its packets stay."""
    held = _held(tx, row.id)
    if held.id:
        held.state, held.snapshot, held.time_ms = {}, {}, -1
        tx.delete(thing_states, held.id)
    events.log(tx, events.STATE_RESET, row, {}, object_oid=row.oid)


def _fences(tx: Tx, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    links = body.get("links")
    started = links.get("geofences", []) if isinstance(links, dict) else []
    found = []
    for link in started:
        row = items.by_oid(tx, "geofences", str(link.get("id")))
        if row is not None:
            found.append(items.body_of(row))
    return found


def _fence(
    tx: Tx, row: Row, held: _Held, fences: list[dict[str, Any]], packet: Mapping[str, Any]
) -> None:
    lat, lon = packet.get("lat"), packet.get("lon")
    if not geometry.is_number(lat) or not geometry.is_number(lon):
        return
    for fence in fences:
        oid = fence["_id"]
        now = geometry.contains(fence.get("shape", {}), lat, lon)  # type: ignore[arg-type] # numbers, see above
        if now == (oid in held.inside):
            continue
        name = events.ENTERED if now else events.LEFT
        held.inside = [*held.inside, oid] if now else [one for one in held.inside if one != oid]
        data = {"geofence": oid, "name": fence.get("name"), "lat": lat, "lon": lon}
        events.log(tx, name, row, data, object_oid=row.oid)
