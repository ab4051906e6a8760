"""Coloured tags, and which tickets have them."""

from typing import Any

import sqlalchemy as sa

from dragoman.core.faults import NotFound
from dragoman.core.sql import Row, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.domains.desk import numbering, tables
from dragoman.domains.desk.faults import AlreadyTagged, TagTaken

_g = tables.tags.c
_ALL = prepare(sa.select(tables.tags).order_by(_g.id))
_NAMED = prepare(sa.select(tables.tags).where(_g.folded == sa.bindparam("folded")))
_ON = prepare(
    sa.select(tables.ticket_tags.c.id).where(
        tables.ticket_tags.c.ticket_id == sa.bindparam("ticket_id", type_=sa.BigInteger()),
        tables.ticket_tags.c.tag_id == sa.bindparam("tag_id", type_=sa.BigInteger()),
    )
)


def listed(tx: Tx) -> list[Row]:
    """Every tag by id."""
    return tx.all(_ALL)


def named(tx: Tx, name: str) -> Row | None:
    """The tag of this name, case aside."""
    return tx.first(_NAMED, folded=fold(name))


def create(tx: Tx, *, name: str, color: str) -> int:
    """A new tag. Raises TagTaken."""
    refuse_taken(tx, name)
    return numbering.add(tx, tables.tags, {"name": name, "folded": fold(name), "color": color})


def refuse_taken(tx: Tx, name: str, *, but: int | None = None) -> None:
    """Raise TagTaken when another tag has the name."""
    held = named(tx, name)
    if held is not None and held.id != but:
        raise TagTaken("tag", "name", name, held.id)


def change(tx: Tx, id: int, *, name: str | None = None, color: str | None = None) -> None:
    """Rename or recolour. Raises TagTaken."""
    changes: dict[str, Any] = {}
    if name is not None:
        refuse_taken(tx, name, but=id)
        changes.update(name=name, folded=fold(name))
    if color is not None:
        changes["color"] = color
    tx.update(tables.tags, id, changes)


def delete(tx: Tx, id: int) -> None:
    """Remove a tag, also from the tickets."""
    tx.delete_where(tables.ticket_tags, tables.ticket_tags.c.tag_id == id)
    tx.delete(tables.tags, id)


def put_on(tx: Tx, ticket_id: int, tag_id: int) -> None:
    """Tag a ticket. Raises AlreadyTagged."""
    if tx.first(_ON, ticket_id=ticket_id, tag_id=tag_id) is not None:
        raise AlreadyTagged("tag", "ticket", ticket_id, tag_id)
    tx.insert(tables.ticket_tags, {"ticket_id": ticket_id, "tag_id": tag_id})


def take_off(tx: Tx, ticket_id: int, tag_id: int) -> None:
    """Remove a tag from a ticket. Raises NotFound("tag") when it is not there."""
    held = tx.first(_ON, ticket_id=ticket_id, tag_id=tag_id)
    if held is None:
        raise NotFound("tag", "id", tag_id)
    tx.delete(tables.ticket_tags, held.id)
