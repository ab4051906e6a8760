"""Segments: which there are, what they mean, and who is in one whose members are listed."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.profiles import access, history, rules, tables
from dragoman.domains.profiles.access import Viewer

DYNAMIC, STATIC, REFRESHABLE = "dynamic", "static", "refreshable"
_STEP = 1000
_m, _p = tables.segment_members.c, tables.profiles.c
_SEGMENT_ID = sa.bindparam("segment_id", type_=sa.BigInteger())
_MEMBER = prepare(
    sa.select(_m.id).where(
        _m.segment_id == _SEGMENT_ID,
        _m.profile_id == sa.bindparam("profile_id", type_=sa.BigInteger()),
    )
)
_ALL = prepare(sa.select(tables.segments).order_by(tables.segments.c.number))
_COUNT = prepare(
    sa.select(sa.func.count())
    .select_from(tables.segment_members)
    .where(_m.segment_id == _SEGMENT_ID)
)
_MEMBERS = prepare(
    sa.select(tables.profiles)
    .join(tables.segment_members, _m.profile_id == _p.id)
    .where(_m.segment_id == _SEGMENT_ID, _p.mark > sa.bindparam("after"))
    .order_by(_p.mark)
    .limit(sa.bindparam("limit", type_=sa.BigInteger()))
)
_MEMBER_IDS = prepare(sa.select(_m.profile_id).where(_m.segment_id == _SEGMENT_ID))


def join(tx: Tx, segment_id: int, profile_id: int) -> None:
    """Put a profile in; again changes nothing."""
    member = {"segment_id": segment_id, "profile_id": profile_id}
    if tx.insert_absent(tables.segment_members, member):
        history.keep(tx, profile_id, history.JOINED)


def leave(tx: Tx, segment_id: int, profile_id: int) -> None:
    """Take a profile out, whether it was in or not."""
    held = tx.scalar(_MEMBER, segment_id=segment_id, profile_id=profile_id)
    if held is not None:
        tx.delete(tables.segment_members, held)
        history.keep(tx, profile_id, history.LEFT)


def listed(tx: Tx, viewer: Viewer) -> list[Row]:
    """The visible segments, of visible databases, by number."""
    seen = {row.id for row in access.databases(tx, viewer)}
    rows = tx.all(_ALL)
    return [row for row in rows if row.database_id in seen and viewer.sees(row.groups)]


def fetch(tx: Tx, viewer: Viewer, number: int) -> tuple[Row, Row]:
    """A segment by number, and its database. Raises NotFound, WrongGroup."""
    row = access.seen(tx, viewer, access.SEGMENT, "segment", number)
    database = tx.get(tables.databases, row.database_id)
    return row, access.database(tx, viewer, database.number)  # type: ignore[union-attr] # linked


def create(
    tx: Tx, viewer: Viewer, database: Row, facts: Mapping[str, Any], groups: list[int]
) -> int:
    """A new segment. facts: name, kind, rules, tags. groups: the caller's own when empty.

    Returns its number. Raises BadValue.
    """
    highest = max((row.number for row in tx.all(_ALL)), default=0)
    number = tx.count_up("profile_segments", at_least=highest + 1)
    row = {
        "tags": [], "rules": [], **facts, "number": number, "database_id": database.id,
        "groups": groups or sorted(viewer.groups - {access.MAIN}),
        "name": access.name(facts["name"]),
    }  # fmt: skip
    id = tx.insert(tables.segments, row)
    refresh(tx, id)
    return number


def change(tx: Tx, row: Row, facts: Mapping[str, Any]) -> None:
    """Replace name, kind, rules, tags or groups. Raises BadValue."""
    changes = dict(facts)
    if "name" in changes:
        changes["name"] = access.name(changes["name"])
    if tx.update(tables.segments, row.id, changes):
        refresh(tx, row.id)


def remove(tx: Tx, row: Row) -> None:
    """Delete a segment; the profiles stay."""
    tx.delete_where(tables.segment_members, _m.segment_id == row.id)
    tx.delete(tables.segments, row.id)


def refresh(tx: Tx, id: int) -> None:
    """Find the members of a refreshable segment anew; another kind stays as it is."""
    row = tx.get(tables.segments, id)
    if row is None or row.kind != REFRESHABLE:
        return
    database = tx.get(tables.databases, row.database_id)
    held = {one.profile_id for one in tx.all(_MEMBER_IDS, segment_id=id)}
    meant = {one.id for one in rules.members(tx, database, row.rules)}
    for profile_id in sorted(meant - held):
        join(tx, id, profile_id)
    for profile_id in sorted(held - meant):
        leave(tx, id, profile_id)


def refresh_all(tx: Tx) -> None:
    """All of them; a daily job."""
    for row in tx.all(_ALL):
        refresh(tx, row.id)


def count(tx: Tx, row: Row, database: Row) -> int:
    """How many profiles are in it."""
    if row.kind == DYNAMIC:
        return rules.count(tx, database, row.rules)
    return int(tx.scalar(_COUNT, segment_id=row.id))


def page(tx: Tx, row: Row, after: str, limit: int) -> tuple[list[Row], bool, int]:
    """Profiles in a segment whose members are listed, after a mark; whether more follow; how many
    there are in all.
    """
    found = tx.all(_MEMBERS, segment_id=row.id, after=after, limit=limit + 1)
    return found[:limit], len(found) > limit, int(tx.scalar(_COUNT, segment_id=row.id))


def everyone(tx: Tx, row: Row, database: Row) -> Iterator[Row]:
    """Every profile in a segment of any kind."""
    if row.kind == DYNAMIC:
        yield from rules.members(tx, database, row.rules)
        return
    after = ""
    while found := tx.all(_MEMBERS, segment_id=row.id, after=after, limit=_STEP):
        yield from found
        after = found[-1].mark
