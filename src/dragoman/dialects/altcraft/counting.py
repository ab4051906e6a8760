"""Counters of databases, segments and resources. Source: spec/altcraft 8.4, 8.5, 8.10, 10."""

from typing import Any

import msgspec

from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.altcraft import objects
from dragoman.dialects.altcraft.auth import viewer
from dragoman.domains.profiles import access, counters, segments, tasks
from dragoman.domains.profiles.access import Viewer


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """databases/get_counters, segments/get_counters and their refresh."""

    id: int
    resource_id: int


def database_counters(tx: Tx, ask: Counted) -> dict[str, Any]:
    """databases/get_counters"""
    return {"data": counted(tx, viewer(tx), "database", ask.id, ask.resource_id)}


def segment_counters(tx: Tx, ask: Counted) -> dict[str, Any]:
    """segments/get_counters"""
    return {"data": counted(tx, viewer(tx), "segment", ask.id, ask.resource_id)}


def resource_counters(tx: Tx, ask: objects.One) -> dict[str, Any]:
    """resources/get_counters"""
    return {"data": counted(tx, viewer(tx), "resource", ask.id, ask.id)}


def refresh_database(tx: Tx, ask: Counted) -> dict[str, Any]:
    """databases/refresh_counters"""
    return _refreshed(tx, "database", ask.id, ask.resource_id)


def refresh_segment(tx: Tx, ask: Counted) -> dict[str, Any]:
    """segments/refresh_counters"""
    return _refreshed(tx, "segment", ask.id, ask.resource_id)


def refresh_resource(tx: Tx, ask: objects.One) -> dict[str, Any]:
    """resources/refresh_counters"""
    return _refreshed(tx, "resource", ask.id, ask.id)


def _refreshed(tx: Tx, what: str, number: int, resource: int) -> dict[str, Any]:
    _meant(tx, viewer(tx), what, number, resource)
    asked = {"what": what, "id": number, "resource": resource}
    return {"data": {"task_id": tasks.create(tx, "counters", asked)}}


class _Meant(msgspec.Struct, frozen=True):
    """What is counted: the subscriptions to a resource, in databases, perhaps in one segment."""

    resource: Row
    databases: list[Row]
    segment: Row | None = None


def _meant(tx: Tx, who: Viewer, what: str, number: int, resource: int) -> _Meant:
    if what == "resource":
        held = access.resource(tx, who, number)
        served = [row for row in access.databases(tx, who) if row.number in held.databases]
        return _Meant(held, served)
    segment = None
    if what == "segment":
        segment, database = segments.fetch(tx, who, number)
    else:
        database = access.database(tx, who, number)
    return _Meant(access.serving(tx, who, resource, database), [database], segment)


def counted(tx: Tx, who: Viewer, what: str, number: int, resource: int) -> list[dict[str, Any]]:
    """Numbers by channel and status. what: database, segment or resource; number: its own.

    Raises NotFound, WrongGroup, NotServed.
    """
    meant = _meant(tx, who, what, number, resource)
    if meant.segment is not None:
        return counters.of_segment(tx, meant.segment, meant.databases[0], meant.resource)
    return counters.counted(tx, meant.databases, meant.resource)
