"""Removing what is a profile's own, and emptying a database."""

from collections.abc import Sequence

import sqlalchemy as sa

from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.domains.profiles import tables

_STEP = 500
_p, _l = tables.profiles.c, tables.links.c


def remove_own(tx: Tx, ids: Sequence[int]) -> int:
    """Remove all that belongs to these profiles, but not themselves. Returns how many rows of
    history went.
    """
    for table in (tables.values, tables.subscriptions, tables.segment_members):
        tx.delete_where(table, table.c.profile_id.in_(ids))
    tx.delete_where(tables.links, sa.or_(_l.a_id.in_(ids), _l.b_id.in_(ids)))
    return tx.delete_where(tables.history, tables.history.c.profile_id.in_(ids))


def wipe(tx: Tx, database: Row) -> tuple[int, int]:
    """Remove every profile with all that is its own; the database itself stays.

    Returns how many rows of history and how many profiles went.
    """
    actions = profiles = 0
    some = sa.select(_p.id).where(_p.database_id == database.id).limit(_STEP)
    while ids := [row.id for row in tx.all(some)]:
        actions += remove_own(tx, ids)
        profiles += tx.delete_where(tables.profiles, _p.id.in_(ids))
    return actions, profiles
