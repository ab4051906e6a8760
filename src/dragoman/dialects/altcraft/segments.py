"""segments/* and profiles/segstatic/*. Source: spec/altcraft 10."""

from typing import Annotated, Any

import msgspec

from dragoman.core.faults import BadValue, Missing
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.altcraft import listing as lists
from dragoman.dialects.altcraft import objects, reading, rulebook, shapes
from dragoman.dialects.altcraft.auth import viewer
from dragoman.dialects.altcraft.profiles import Rulebook
from dragoman.domains.profiles import access, listing, profiles, segments
from dragoman.domains.profiles.segments import DYNAMIC, REFRESHABLE, STATIC
from dragoman.domains.profiles.subscribing import profile
from dragoman.wire.binding import Given


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """profiles/segstatic/add, remove."""

    segment_id: int
    db_id: int
    profile_id: str
    book: Annotated[Rulebook, Given()]
    skip_triggers: bool = False


class Members(msgspec.Struct, frozen=True, kw_only=True):
    """profiles/segstatic/get"""

    segment_id: int
    from_id: str = ""
    limit: int = 1000
    fields: list[Any] = []


class Add(msgspec.Struct, frozen=True, kw_only=True):
    """segments/add"""

    name: str
    segment: Any = None
    is_static: bool = False
    is_refresh_daily: bool = False
    list_id: int | None = None
    ui_tags: list[Any] = []
    groups_id: list[Any] = []


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """segments/update; what is absent stays."""

    id: int
    name: str | None = None
    segment: Any = None
    is_static: bool | None = None
    is_refresh_daily: bool | None = None
    list_id: int | None = None
    ui_tags: list[Any] | None = None
    groups_id: list[Any] | None = None


def add(tx: Tx, ask: Member) -> dict[str, Any]:
    """profiles/segstatic/add"""
    return _moved(tx, ask, inside=True)


def remove(tx: Tx, ask: Member) -> dict[str, Any]:
    """profiles/segstatic/remove"""
    return _moved(tx, ask, inside=False)


def _moved(tx: Tx, ask: Member, *, inside: bool) -> dict[str, Any]:
    database, row = profile(tx, viewer(tx), ask.db_id, ask.profile_id)
    segment = access.segment(tx, viewer(tx), ask.segment_id, database)
    profiles.not_blocked(ask.book.rules)
    if ask.skip_triggers:
        profiles.note_skipped(tx, row.id)
    if inside:
        segments.join(tx, segment.id, row.id)
    else:
        segments.leave(tx, segment.id, row.id)
    return {}


def members(tx: Tx, ask: Members) -> dict[str, Any]:
    """profiles/segstatic/get"""
    row, database = segments.fetch(tx, viewer(tx), ask.segment_id)
    if row.kind == DYNAMIC:
        raise BadValue("segment", f"segment {row.number} is not static")
    after, limit = lists.mark_of(ask.from_id), lists.limit_of(ask.limit)
    rows, more, total = segments.page(tx, row, after, limit)
    subscribed = listing.subscriptions_of(tx, rows)
    names = {str(name) for name in ask.fields}
    data = [shapes.chosen(shapes.profile(one, database, subscribed[one.id]), names) for one in rows]
    next_id = lists.cursor_of(rows[-1]) if more else ""
    return {"data": data, "next_from_id": next_id, "total_count": total}


def list_all(tx: Tx, ask: objects.Listing) -> dict[str, Any]:
    """segments/list"""
    names = access.groups(tx)

    def shape(row: Row) -> dict[str, Any]:
        groups = [{"Id": one, "Name": names.get(one, "")} for one in objects.groups_of(row)]
        return {"id": row.number, "name": row.name, "ui_tags": row.tags, "Groups": groups}

    return objects.page(segments.listed(tx, viewer(tx)), ask, names, shape)


def get(tx: Tx, ask: objects.One) -> dict[str, Any]:
    """segments/get"""
    row, database = segments.fetch(tx, viewer(tx), ask.id)
    return {
        "data": {
            "count": segments.count(tx, row, database), "id": row.number, "name": row.name,
            "segment": rulebook.shown(row, database), "is_static": row.kind != DYNAMIC,
            "is_refresh_daily": row.kind == REFRESHABLE,
        }
    }  # fmt: skip


def create(tx: Tx, ask: Add) -> dict[str, Any]:
    """segments/add"""
    kind = _kind(ask.is_static, ask.is_refresh_daily)
    groups = rulebook.groups(ask.segment) if ask.segment is not None else []
    if kind != STATIC and not groups:
        raise Missing("segment")
    number = ask.list_id if ask.list_id is not None else rulebook.database_number(groups)
    if number is None:
        raise Missing("list_id")
    database = access.database(tx, viewer(tx), number)
    facts = {
        "name": ask.name, "kind": kind, "rules": _rules(groups, database),
        "tags": _tags(ask.ui_tags),
    }  # fmt: skip
    owners = _groups(tx, ask.groups_id)
    return {"data": {"saved_id": segments.create(tx, viewer(tx), database, facts, owners)}}


def update(tx: Tx, ask: Update) -> dict[str, Any]:
    """segments/update"""
    row, database = segments.fetch(tx, viewer(tx), ask.id)
    facts: dict[str, Any] = {}
    static = ask.is_static if ask.is_static is not None else row.kind != DYNAMIC
    daily = ask.is_refresh_daily if ask.is_refresh_daily is not None else row.kind == REFRESHABLE
    facts["kind"] = _kind(static, daily)
    if ask.list_id is not None and ask.list_id != database.number:
        raise BadValue("list_id", "cannot change")
    if ask.segment is not None:
        facts["rules"] = _rules(rulebook.groups(ask.segment), database)
    if facts["kind"] != STATIC and not facts.get("rules", row.rules):
        raise Missing("segment")
    if ask.name is not None:
        facts["name"] = ask.name
    if ask.ui_tags is not None:
        facts["tags"] = _tags(ask.ui_tags)
    if ask.groups_id is not None:
        facts["groups"] = _groups(tx, ask.groups_id)
    segments.change(tx, row, facts)
    return {"data": {"saved_id": row.number}}


def delete(tx: Tx, ask: objects.One) -> dict[str, Any]:
    """segments/delete"""
    row, _ = segments.fetch(tx, viewer(tx), ask.id)
    segments.remove(tx, row)
    return {}


def _kind(static: bool, daily: bool) -> str:
    return (REFRESHABLE if daily else STATIC) if static else DYNAMIC


def _rules(groups: list[dict[str, Any]], database: Row) -> list[dict[str, Any]]:
    about = rulebook.database_number(groups)
    if about not in (None, database.number):
        raise BadValue("segment", "is about another database")
    return rulebook.rules(groups, database)


def _tags(sent: list[Any]) -> list[str]:
    if not all(isinstance(one, str) for one in sent):
        raise BadValue("ui_tags", "is not an array of strings")
    return [str(one) for one in sent]


def _groups(tx: Tx, sent: list[Any]) -> list[int]:
    """Groups that there are and that the caller belongs to."""
    listed = reading.ids("groups_id", sent)
    known = access.groups(tx)
    for number in listed:
        if number not in known or not viewer(tx).sees([number]):
            raise BadValue("groups_id", f"{number} is no group of yours")
    return listed
