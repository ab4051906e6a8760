"""Segments: which there are, and who is in a static one."""

import sqlalchemy as sa

from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.profiles import access, history, tables
from dragoman.domains.profiles.access import Viewer

_m = tables.segment_members.c
_MEMBER = prepare(
    sa.select(_m.id).where(
        _m.segment_id == sa.bindparam("segment_id", type_=sa.BigInteger()),
        _m.profile_id == sa.bindparam("profile_id", type_=sa.BigInteger()),
    )
)
_ALL = prepare(sa.select(tables.segments).order_by(tables.segments.c.number))


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
