"""Emptying a database."""

import sqlalchemy as sa

from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.domains.profiles import tables

_STEP = 500
_p = tables.profiles.c


def wipe(tx: Tx, database: Row) -> tuple[int, int]:
    """Remove every profile with all that is its own; the database itself stays.

    Returns how many rows of history and how many profiles went.
    """
    actions = profiles = 0
    some = sa.select(_p.id).where(_p.database_id == database.id).limit(_STEP)
    while ids := [row.id for row in tx.all(some)]:
        actions += tx.delete_where(tables.history, tables.history.c.profile_id.in_(ids))
        tx.delete_where(tables.values, tables.values.c.profile_id.in_(ids))
        tx.delete_where(tables.subscriptions, tables.subscriptions.c.profile_id.in_(ids))
        tx.delete_where(tables.segment_members, tables.segment_members.c.profile_id.in_(ids))
        links = tables.links.c
        tx.delete_where(tables.links, sa.or_(links.a_id.in_(ids), links.b_id.in_(ids)))
        profiles += tx.delete_where(tables.profiles, _p.id.in_(ids))
    return actions, profiles
