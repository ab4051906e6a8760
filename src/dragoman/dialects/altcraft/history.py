"""subscribers/history_get and history_get_all. Source: spec/altcraft 12."""

import datetime
from collections.abc import Sequence
from typing import Any

import msgspec

from dragoman.core.clock import from_datetime
from dragoman.core.faults import BadValue, Missing, NotFound
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.altcraft import listing as lists
from dragoman.dialects.altcraft import reading, shapes
from dragoman.dialects.altcraft.auth import viewer
from dragoman.dialects.altcraft.relations import Sought
from dragoman.domains.profiles import access, history, listing, profiles
from dragoman.domains.profiles.history import Place, Span

_DAY = datetime.timedelta(days=1)


class OfOne(Sought, frozen=True, kw_only=True):
    """subscribers/history_get"""

    list_id: int
    xxh: str = ""
    date_from: str = ""
    date_to: str = ""


class OfAll(msgspec.Struct, frozen=True, kw_only=True):
    """subscribers/history_get_all; `format` csv puts the items into one text."""

    list_id: int
    date_from: str
    date_to: str
    from_id: str = ""
    limit: int = 1000
    fields: list[Any] = []
    format: str = ""


def of_one(tx: Tx, ask: OfOne) -> dict[str, Any]:
    """subscribers/history_get"""
    span = _span(ask.date_from, ask.date_to)
    if ask.xxh:
        database = access.database(tx, viewer(tx), ask.list_id)
        row = profiles.by_mark(tx, database, ask.xxh.lower())
        if row is None:
            raise NotFound("profile", "xxh", ask.xxh)
    else:
        database, row = profiles.only(tx, viewer(tx), ask.list_id, reading.match(ask))
    found = history.of_profile(tx, row.id, span)
    return {"data": _items(tx, database, found, {row.id: row}, set())}


def of_all(tx: Tx, ask: OfAll) -> dict[str, Any]:
    """subscribers/history_get_all"""
    database = access.database(tx, viewer(tx), ask.list_id)
    for name in ("date_from", "date_to"):
        if not getattr(ask, name):
            raise Missing(name)
    limit = lists.limit_of(ask.limit)
    span = _span(ask.date_from, ask.date_to)
    found, place = history.page(tx, database, span, _place(ask.from_id), limit)
    owners = profiles.by_ids(tx, {row.profile_id for row in found})
    data = _items(tx, database, found, owners, {str(name) for name in ask.fields})
    return {"data": data, "next_from_id": _cursor(place) if place else ask.from_id}


def _span(date_from: str, date_to: str) -> Span:
    """Whole days, both ends within. Raises BadValue."""
    out = Span()
    if date_from:
        out = msgspec.structs.replace(out, since_ms=_day_ms("date_from", date_from))
    if date_to:
        out = msgspec.structs.replace(out, until_ms=_day_ms("date_to", date_to) + 86_400_000)
    return out


def _day_ms(name: str, sent: str) -> int:
    try:
        day = datetime.datetime.strptime(sent, "%Y-%m-%d").replace(tzinfo=datetime.UTC)
    except ValueError:
        raise BadValue(name, "is no date YYYY-MM-DD") from None
    return from_datetime(day)


def _place(from_id: str) -> Place:
    if not from_id:
        return Place()
    mark, _, day = from_id.partition(".")
    try:
        int(mark, 16)
        end = datetime.datetime.strptime(day, "%Y%m%d").replace(tzinfo=datetime.UTC) + _DAY
    except (ValueError, OverflowError):
        raise BadValue("from_id", "is no cursor") from None
    return Place(mark, from_datetime(end))


def _cursor(place: Place) -> str:
    day = datetime.datetime.fromtimestamp(place.day_end_ms / 1000, datetime.UTC) - _DAY
    return f"{place.mark}.{day:%Y%m%d}"


def _items(
    tx: Tx, database: Row, found: Sequence[Row], owners: dict[int, Row], chosen: set[str]
) -> list[dict[str, Any]]:
    subscribed = listing.subscriptions_of(tx, list(owners.values()))
    names = {row.number: row.name for row in access.resources(tx, viewer(tx))}
    shown = {
        id: shapes.chosen(shapes.profile(row, database, subscribed[id]), chosen)
        for id, row in owners.items()
        if chosen
    }
    out = []
    for row in found:
        item = _item(row, database)
        if row.message:
            item.update(_message(row, subscribed[row.profile_id], names))
        if chosen:
            item["fields"] = shown[row.profile_id]
        out.append(item)
    return out


def _item(row: Row, database: Row) -> dict[str, Any]:
    return {
        "xxh": row.mark, "profile_id": row.oid, "email": row.email or "",
        "list_id": database.number, "action": row.action, "count": 1,
        "datetime": shapes.date(row.at_ms), "event_id": str(row.id), "channel": row.channel,
    }  # fmt: skip


def _message(row: Row, subscribed: Sequence[Row], names: dict[int, str]) -> dict[str, Any]:
    """Messages come from elsewhere and bring a name only."""
    own = next((one for one in subscribed if one.channel == row.channel), None)
    subscription = {}
    if own is not None:
        subscription = {**shapes.flat(own), "resource_name": names.get(own.resource, "")}
    return {
        "message_id": 0, "message_name": row.message, "campaign_id": 0, "campaign_name": "",
        "smid": f"{row.id:016x}", "subscription": subscription,
        "subscriptions": [shapes.nested(one) for one in subscribed],
    }  # fmt: skip
