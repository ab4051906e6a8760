"""Devices: a map drawn on the server, the list beside it, and one object with its telemetry."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

from dragoman.core import jsontext
from dragoman.core.faults import BadValue, NotFound
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.dialects.console import charts
from dragoman.dialects.console.auth import Member
from dragoman.dialects.console.gazetteer import PLACES
from dragoman.dialects.console.results import Page, Redirect
from dragoman.domains.things import geometry, items, models, starting
from dragoman.domains.things.tables import thing_items, thing_packets, thing_states
from dragoman.wire.binding import Filled, Path, Query

MOST = 500
WIDTH, HEIGHT = 720, 400
NEAR = 14
_HIDDEN = frozenset({"lat", "lon", "time", "id", "online"})
_i, _s, _p = thing_items.c, thing_states.c, thing_packets.c
_OBJECTS = prepare(
    sa.select(_i.oid, _i.key, _i.body, _i.name_folded, _i.search, _s.state, _s.online, _s.time_ms)
    .select_from(thing_items.outerjoin(thing_states, _s.item_id == _i.id))
    .where(_i.store == "objects")
    .order_by(_i.name_folded, _i.id)
    .limit(MOST)
)
_PACKETS = prepare(
    sa.select(_p.oid, _p.time_ms, _p.own)
    .where(_p.item_id == sa.bindparam("item_id", type_=sa.BigInteger()))
    .order_by(_p.ts_us.desc())
    .limit(200)
)


class ShowDevices(msgspec.Struct, frozen=True):
    """GET /edit/devices."""

    view: Annotated[str, Query()] = "map"
    q: Annotated[str, Query()] = ""


class OneDevice(msgspec.Struct, frozen=True):
    """GET /edit/devices/{oid}."""

    oid: Annotated[str, Path()]


class SendCommand(msgspec.Struct, frozen=True):
    """POST /edit/devices/{oid}/commands. params: a JSON object."""

    oid: Annotated[str, Path()]
    command: Annotated[str, Filled()]
    params: str = ""


class Device(msgspec.Struct, frozen=True):
    """One object as the lists show it."""

    oid: str
    name: str
    key: str
    online: bool | None
    time_ms: int | None
    values: Sequence[tuple[str, str]]
    place: tuple[float, float] | None


class Marker(msgspec.Struct):
    """A point of the map, or several that lie within 14 px of its first one."""

    x: float
    y: float
    devices: list[Device]


class Label(msgspec.Struct, frozen=True):
    """A text on the map."""

    x: float
    y: float
    text: str


class Map(msgspec.Struct, frozen=True):
    """What the template draws."""

    markers: Sequence[Marker]
    places: Sequence[Label]
    across: Sequence[Label]
    down: Sequence[Label]


def page(tx: Tx, ask: ShowDevices) -> Page:
    """GET /edit/devices"""
    wanted = ask.q.strip().lower()
    found = [_device(row) for row in tx.all(_OBJECTS) if not wanted or wanted in (row.search or "")]
    shown = next((one for one in found if one.online), None)
    view = "table" if ask.view == "table" else "map"
    values = {
        "active": "devices",
        "title": "Devices",
        "devices": found,
        "online": sum(1 for one in found if one.online),
        "map": draw([one for one in found if one.place]),
        "view": view,
        "shown": shown,
        "charts": _charts_of(tx, shown.oid)[:2] if shown and view == "map" else [],
        "q": ask.q,
        "cut": len(found) >= MOST,
    }
    return Page("devices.html", values)


def one(tx: Tx, ask: OneDevice) -> Page:
    """GET /edit/devices/{oid}"""
    row = items.by_oid(tx, "objects", ask.oid)
    if row is None:
        raise NotFound("object", "_id", ask.oid)
    packets = _packets(tx, row.id)
    body = items.body_of(row)
    values = {
        "active": "devices",
        "title": _text(body.get("name")) or row.key or row.oid,
        "row": row,
        "charts": _charts(packets),
        "packets": [(held, _shown(own)) for held, own in packets[:20]],
        "state": _shown(body.get("state") or {}),
        "actions": _actions(tx, body),
        "may_write": isinstance(tx.actor, Member) and tx.actor.may("devices:write"),
    }
    return Page("device.html", values)


def _charts_of(tx: Tx, oid: str) -> list[tuple[str, charts.Chart]]:
    row = items.by_oid(tx, "objects", oid)
    return _charts(_packets(tx, row.id)) if row is not None else []


def _packets(tx: Tx, item_id: int) -> list[tuple[Row, Any]]:
    """The last packets, newest first."""
    return [(held, items.decode_raw(held.own)) for held in tx.all(_PACKETS, item_id=item_id)]


def _actions(tx: Tx, body: dict[str, Any]) -> list[tuple[str, str]]:
    """Id and name of what the model lets an object do."""
    try:
        found = models.nodes(models.of_object(tx, body).get("data"), "action")
    except NotFound:
        return []
    return [(str(one["id"]), _text(one.get("name")) or str(one["id"])) for one in found]


def send(tx: Tx, ask: SendCommand) -> Redirect:
    """POST /edit/devices/{oid}/commands"""
    row = items.by_oid(tx, "objects", ask.oid)
    if row is None:
        raise NotFound("object", "_id", ask.oid)
    try:
        given = jsontext.read(ask.params.strip() or "{}")
    except (msgspec.MsgspecError, RecursionError):
        raise BadValue("params", "json") from None
    if not isinstance(given, dict) or "\\u0000" in ask.params:
        raise BadValue("params", "json")
    user = tx.actor.email if isinstance(tx.actor, Member) else ""
    starting.send_command(tx, row, ask.command, given, user=user)
    return Redirect(f"/edit/devices/{row.oid}", f"Sent {ask.command}.")


def _device(row: Row) -> Device:
    body = items.decode_raw(row.body)
    state = items.decode_raw(row.state) if row.state is not None else {}
    return Device(
        row.oid,
        _text(body.get("name")) or row.key or row.oid,
        row.key or "",
        row.online,
        row.time_ms,
        _shown(state)[:3],
        _place(state) or _place(body.get("config") or {}),
    )


def _plain(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _place(held: Any) -> tuple[float, float] | None:
    if not isinstance(held, dict):
        return None
    lat, lon = held.get("lat"), held.get("lon")
    if not geometry.is_number(lat) or not geometry.is_number(lon):
        return None
    fits = abs(lat) <= 90 and abs(lon) <= 180  # type: ignore[arg-type] # numbers, see above
    return (lat, lon) if fits else None  # type: ignore[return-value] # numbers, see above


def _shown(state: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The telemetry of a state or packet in short texts."""
    return [
        (name, f"{value:g}" if _counts(value) else _plain(value)[:60])
        for name, value in state.items()
        if not name.startswith("_") and name not in _HIDDEN and isinstance(value, str | int | float)
    ]


def _counts(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _charts(packets: Sequence[tuple[Row, Any]]) -> list[tuple[str, charts.Chart]]:
    """A chart for each of the first six number fields, oldest packet first."""
    told = packets[::-1]
    names = [name for _, own in packets[:1] for name, _ in _shown(own) if _counts(own[name])][:6]
    starts = [held.time_ms for held, _ in told]
    step = max(1, (starts[-1] - starts[0]) // max(1, len(starts) - 1)) if starts else 1
    out = []
    for name in names:
        values = [own[name] if _counts(own.get(name)) else None for _, own in told]
        series = [charts.Series(name, "accent", values)]
        if sum(value is not None for value in values) > 1:
            out.append((name, charts.lines(starts, series, step)))
    return out


def draw(found: Sequence[Device]) -> Map:
    """The map of devices that have a place, in a window just around them."""
    placed = [one.place for one in found if one.place]
    lats, lons = [place[0] for place in placed] or [0.0], [place[1] for place in placed] or [0.0]
    mid_lat, mid_lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    stretch = max(0.15, math.cos(math.radians(mid_lat)))
    scale = min(
        WIDTH * 0.8 / max(0.2, (max(lons) - min(lons)) * stretch),
        HEIGHT * 0.8 / max(0.2, max(lats) - min(lats)),
    )

    def at(lat: float, lon: float) -> tuple[float, float]:
        x = WIDTH / 2 + (lon - mid_lon) * stretch * scale
        return round(x, 1), round(HEIGHT / 2 - (lat - mid_lat) * scale, 1)

    step = next((n for n in (0.05, 0.1, 0.5, 1, 2, 5, 10, 15, 30) if n * scale >= 70), 45.0)
    west, north = WIDTH / 2 / scale / stretch, HEIGHT / 2 / scale
    return Map(
        _clustered([(*at(*one.place), one) for one in found if one.place]),
        _near(at),
        [Label(at(0, lon)[0], 0, degrees(lon, "EW")) for lon in _steps(mid_lon, west, step, 180)],
        [Label(0, at(lat, 0)[1], degrees(lat, "NS")) for lat in _steps(mid_lat, north, step, 90)],
    )


def _steps(middle: float, half: float, step: float, most: float) -> list[float]:
    low, high = math.ceil((middle - half) / step), math.floor((middle + half) / step)
    return [round(n * step, 4) for n in range(low, high + 1) if abs(n * step) <= most]


def degrees(value: float, sides: str) -> str:
    """`30°E`."""
    side = "" if not value else sides[0] if value > 0 else sides[1]
    return f"{abs(value):g}°{side}"


def _clustered(points: Sequence[tuple[float, float, Device]]) -> list[Marker]:
    out: list[Marker] = []
    for x, y, device in points:
        near = next((one for one in out if math.hypot(one.x - x, one.y - y) < NEAR), None)
        if near is None:
            out.append(Marker(x, y, [device]))
        else:
            near.devices.append(device)
    return out


def _near(at: Any) -> list[Label]:
    """Names of places inside the window that leave each other room."""
    out: list[Label] = []
    for lat, lon, name in PLACES:
        x, y = at(lat, lon)
        inside = 10 < x < WIDTH - 80 and 14 < y < HEIGHT - 24
        if inside and all(abs(x - one.x) > 90 or abs(y - one.y) > 16 for one in out):
            out.append(Label(x, y, name))
    return out
