"""The event log. Source: spec/rightech 10."""

from typing import Any

import msgspec

from dragoman.core.faults import NotFound
from dragoman.core.filters import Test
from dragoman.core.tx import Tx
from dragoman.dialects.rightech import reading, stores
from dragoman.dialects.rightech.auth import caller
from dragoman.dialects.rightech.envelope import Ask, Item
from dragoman.domains.things import events, items, listing, sources
from dragoman.domains.things.listing import Selection

_WINDOW_MS = 31 * 86_400_000


def _names(ask: Ask, parameter: str) -> list[str] | None:
    values = [value for name, value in ask.query if name == parameter]
    names = [name.strip() for value in values for name in value.split(",") if name.strip()]
    return names or None


def _listed(tx: Tx, ask: Ask, object_oid: str | None) -> object:
    query = reading.read(ask.query, "events")
    chosen = query.selection
    if chosen.start_ms is None and chosen.end_ms is None:
        chosen = msgspec.structs.replace(chosen, start_ms=tx.now_ms - _WINDOW_MS)
        query = msgspec.structs.replace(query, selection=chosen)
    source = sources.events(
        tx,
        caller(tx).viewer,
        object_oid=object_oid,
        only=_names(ask, "events"),
        but=_names(ask, "events!"),
    )
    return stores.answer(tx, source, query)


def listed(tx: Tx, ask: Ask) -> object:
    """The visible log, by time."""
    return _listed(tx, ask, None)


def of_object(tx: Tx, ask: Ask) -> object:
    """The log of one object."""
    row = items.find(tx, caller(tx).viewer, "objects", ask.params["id"])
    return _listed(tx, ask, row.oid)


def fetch(tx: Tx, ask: Ask) -> object:
    """One event."""
    source = sources.events(tx, caller(tx).viewer)
    wanted = ask.params["id"].lower()
    chosen = Selection(filter=Test("_id", "eq", wanted))
    for text in listing.texts(tx, source, chosen, 0, 1):
        return Item(text)
    raise NotFound("events", "_id", wanted)


def names(tx: Tx, ask: Ask) -> object:
    """Which events there are in the visible log: all, by model, and without object."""
    source = sources.events(tx, caller(tx).viewer)
    unique: set[str] = set()
    bare: set[str] = set()
    by_model: dict[str, set[str]] = {}
    for row in events.names(tx, source.where, source.params):
        unique.add(row.event)
        if row.bare:
            bare.add(row.event)
        elif row.model:
            by_model.setdefault(row.model, set()).add(row.event)
    found: dict[str, Any] = {model: sorted(names) for model, names in sorted(by_model.items())}
    return {"unique": sorted(unique), "byModel": found, "noModel": sorted(bare)}
