"""profiles/*. Source: spec/altcraft 6."""

from functools import partial
from typing import Annotated, Any

import msgspec

from dragoman.core import batches
from dragoman.core.faults import Fault, WrongType
from dragoman.core.tx import Tx
from dragoman.dialects.altcraft import envelope, reading, shapes
from dragoman.dialects.altcraft.auth import viewer
from dragoman.domains.profiles import access, profiles, subscriptions
from dragoman.domains.profiles.profiles import Rules, Write
from dragoman.wire.binding import Given


class Rulebook(msgspec.Struct, frozen=True):
    """The domain's rules as this worker's options set them."""

    rules: Rules


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Which profile: profiles/get, profiles/delete."""

    db_id: int
    book: Annotated[Rulebook, Given()]
    matching: str = ""
    email: str = ""
    phone: str = ""
    profile_id: str = ""
    provider: str = ""
    subscription_id: str = ""
    field_name: str = ""
    field_value: Any = None
    resource_id: int | None = None


class Written(Found, frozen=True, kw_only=True):
    """profiles/import, profiles/update, profiles/add."""

    data: dict[str, Any]
    skip_triggers: bool = False
    skip_invalid_subscriptions: bool = False
    detect_geo: bool = False
    add_to_segments: list[Any] = []
    remove_from_segments: list[Any] = []


class Batch(Found, frozen=True, kw_only=True):
    """The same for many."""

    data: list[Any]
    skip_triggers: bool = False
    skip_invalid_subscriptions: bool = False
    detect_geo: bool = False
    add_to_segments: list[Any] = []
    remove_from_segments: list[Any] = []


def import_one(tx: Tx, ask: Written) -> dict[str, Any]:
    """profiles/import"""
    return _written(tx, ask, ask.data, matched=True, creates=True)


def update_one(tx: Tx, ask: Written) -> dict[str, Any]:
    """profiles/update"""
    return _written(tx, ask, ask.data, matched=True, creates=False)


def add_one(tx: Tx, ask: Written) -> dict[str, Any]:
    """profiles/add"""
    return _written(tx, ask, ask.data, matched=False, creates=True)


def _written(
    tx: Tx, ask: Any, data: dict[str, Any], *, matched: bool, creates: bool
) -> dict[str, Any]:
    match = reading.match(ask, data) if matched else None
    segments_in = reading.ids("add_to_segments", ask.add_to_segments)
    segments_out = reading.ids("remove_from_segments", ask.remove_from_segments)
    system, custom = reading.fields(data)
    wanted = Write(
        database=ask.db_id,
        system=system,
        custom=custom,
        wishes=reading.wishes(data),
        match=match,
        creates=creates,
        skip_invalid=ask.skip_invalid_subscriptions,
        detect_geo=ask.detect_geo,
        skip_triggers=ask.skip_triggers,
        segments_in=segments_in,
        segments_out=segments_out,
    )
    return {"profile_id": profiles.write(tx, viewer(tx), ask.book.rules, wanted)}


def get(tx: Tx, ask: Found) -> dict[str, Any]:
    """profiles/get"""
    database, row = profiles.only(tx, viewer(tx), ask.db_id, reading.match(ask))
    return {"data": shapes.profile(row, database, subscriptions.of_profile(tx, row.id))}


def delete(tx: Tx, ask: Found) -> dict[str, Any]:
    """profiles/delete"""
    oid = profiles.delete(tx, viewer(tx), ask.book.rules, ask.db_id, reading.match(ask))
    return {"data": {"profile_id": oid}, "profile_id": oid}


def import_batch(tx: Tx, ask: Batch) -> dict[str, Any]:
    """profiles/import_batch"""
    return _batch(tx, ask, matched=True, creates=True)


def update_batch(tx: Tx, ask: Batch) -> dict[str, Any]:
    """profiles/update_batch"""
    return _batch(tx, ask, matched=True, creates=False)


def add_batch(tx: Tx, ask: Batch) -> dict[str, Any]:
    """profiles/add_batch"""
    return _batch(tx, ask, matched=False, creates=True)


def _batch(tx: Tx, ask: Batch, *, matched: bool, creates: bool) -> dict[str, Any]:
    access.database(tx, viewer(tx), ask.db_id)
    result = []
    for item in ask.data:
        try:
            if not isinstance(item, dict):
                raise WrongType("data", "an array of objects")  # the item's own
            own = _for_item(ask, item)
            write = partial(_written, tx, own, item, matched=matched, creates=creates)
            done = batches.apart(tx, write)
            result.append({"error": 0, "error_text": "Successful operation", **done})
        except Fault as fault:
            result.append(envelope.refused(fault))
        tx.checkpoint()
    return {"result": result}


def _for_item(ask: Batch, item: dict[str, Any]) -> Batch:
    """A value of the request is used only for an item that lacks its own."""
    changes: dict[str, Any] = {}
    if isinstance(item.get("email"), str) and item["email"]:
        changes["email"] = ""
    if item.get("phones"):
        changes["phone"] = ""
    if any(item.get(name) for name in ("id", "_id", "profile_id")):
        changes["profile_id"] = ""
    if ask.field_name and item.get(ask.field_name) is not None:
        changes["field_value"] = None
    return msgspec.structs.replace(ask, **changes) if changes else ask
