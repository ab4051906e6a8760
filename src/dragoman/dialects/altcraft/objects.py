"""databases/* and resources/*: reading. Source: spec/altcraft 8."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from dragoman.core.faults import BadValue, Missing
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.altcraft import shapes
from dragoman.dialects.altcraft.auth import viewer
from dragoman.domains.profiles import access

_MOST = 10_000


class Listing(msgspec.Struct, frozen=True):
    """databases/list, resources/list."""

    from_id: int = 1
    limit: int = 1000
    ui_tags: list[Any] = []
    groups: list[Any] = []
    groups_id: list[Any] = []


class One(msgspec.Struct, frozen=True):
    """databases/get, resources/get."""

    id: int


class DatabaseFields(msgspec.Struct, frozen=True):
    """databases/fields_get; either name."""

    db_id: int | None = None
    id: int | None = None


class ResourceFields(msgspec.Struct, frozen=True):
    """resources/fields_get."""

    id: int
    channel: str


def list_databases(tx: Tx, ask: Listing) -> dict[str, Any]:
    """databases/list"""
    names = access.groups(tx)

    def shape(row: Row) -> dict[str, Any]:
        groups = [{"Id": one, "Name": names.get(one, "")} for one in groups_of(row)]
        return {"id": row.number, "name": row.name, "ui_tags": row.tags, "Groups": groups}

    return page(access.databases(tx, viewer(tx)), ask, names, shape)


def list_resources(tx: Tx, ask: Listing) -> dict[str, Any]:
    """resources/list"""
    names = access.groups(tx)

    def shape(row: Row) -> dict[str, Any]:
        groups = [{"id": one, "name": names.get(one, "")} for one in groups_of(row)]
        return {"id": row.number, "name": row.name, "groups": groups}

    return page(access.resources(tx, viewer(tx)), ask, names, shape)


def groups_of(row: Row) -> list[int]:
    """The groups of an object; the built-in one when it names none."""
    return sorted(row.groups) or [access.MAIN]


def page(
    rows: Sequence[Row], ask: Listing, names: dict[int, str], shape: Callable[[Row], dict[str, Any]]
) -> dict[str, Any]:
    """Those that fit, from a number on."""
    if not 1 <= ask.limit <= _MOST:
        raise BadValue("limit", f"is not between 1 and {_MOST}")
    fits = [row for row in rows if _wanted(row, ask, names)]
    left = [row for row in fits if row.number >= ask.from_id]
    shown, rest = left[: ask.limit], left[ask.limit :]
    after = rest[0].number if rest else (shown[-1].number + 1 if shown else ask.from_id)
    return {"data": [shape(row) for row in shown], "next_from_id": after, "total_count": len(fits)}


def _wanted(row: Row, ask: Listing, names: dict[int, str]) -> bool:
    own = groups_of(row)
    if ask.ui_tags and not any(tag in ask.ui_tags for tag in getattr(row, "tags", ())):
        return False
    if ask.groups and not any(names.get(one) in ask.groups for one in own):
        return False
    return not ask.groups_id or any(
        one in ask.groups_id or str(one) in ask.groups_id for one in own
    )


def get_database(tx: Tx, ask: One) -> dict[str, Any]:
    """databases/get"""
    row = access.database(tx, viewer(tx), ask.id)
    return {
        "data": {
            "id": row.number, "name": row.name, "suppress_id": row.suppression_list,
            "description": row.description,
        }
    }  # fmt: skip


def get_resource(tx: Tx, ask: One) -> dict[str, Any]:
    """resources/get"""
    row = access.resource(tx, viewer(tx), ask.id)
    return {
        "data": {
            "channels": row.channels, "dbs_ids": row.databases, "id": row.number,
            "name": row.name, "trk_domain": row.tracking_domain, "url": row.url,
        }
    }  # fmt: skip


def database_fields(tx: Tx, ask: DatabaseFields) -> dict[str, Any]:
    """databases/fields_get"""
    number = ask.db_id if ask.db_id is not None else ask.id
    if number is None:
        raise Missing("db_id")
    return {"data": shapes.database_fields(access.database(tx, viewer(tx), number))}


def resource_fields(tx: Tx, ask: ResourceFields) -> dict[str, Any]:
    """resources/fields_get"""
    row = access.resource(tx, viewer(tx), ask.id)
    if ask.channel not in row.channels:
        raise BadValue("channel", "is no channel of the resource")
    return {"data": shapes.resource_fields(row, ask.channel)}
