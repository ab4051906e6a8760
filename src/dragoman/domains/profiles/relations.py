"""Relations: profiles of one database linked to profiles of another, with weights."""

import math
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dragoman.core.faults import BadValue, NotFound
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.profiles import access, profiles, tables
from dragoman.domains.profiles.access import Viewer
from dragoman.domains.profiles.matching import Match

_r, _l = tables.relations.c, tables.links.c
_ONE = prepare(
    sa.select(tables.relations).where(_r.number == sa.bindparam("number", type_=sa.BigInteger()))
)
_b = tables.profiles.alias("b")
_OF = (
    sa.select(_l.id, _l.weights, _b.c.oid.label("b_oid"), _b.c.mark.label("b_mark"))
    .join(_b, _b.c.id == _l.b_id)
    .where(
        _l.relation_id == sa.bindparam("relation_id", type_=sa.BigInteger()),
        _l.a_id == sa.bindparam("a_id", type_=sa.BigInteger()),
    )
    .order_by(_b.c.mark)
)
_LINKS = prepare(_OF)
_LINK = prepare(_OF.where(_l.b_id == sa.bindparam("b_id", type_=sa.BigInteger())))
_LARGEST = (1 << 63) - 1


def fetch(tx: Tx, viewer: Viewer, number: int) -> Row:
    """A kind of relation by number. Raises NotFound, WrongGroup."""
    return access.seen(tx, viewer, _ONE, "relation", number)


def subject(tx: Tx, viewer: Viewer, relation: Row, match: Match) -> tuple[Row, Row]:
    """The B side's database and profile, who is linked to the A side.

    Raises NotFound, WrongGroup, NotServed, Ambiguous.
    """
    return profiles.only(tx, viewer, _number(tx, relation.database_b_id), match)


def owner(tx: Tx, viewer: Viewer, relation: Row, match: Match) -> tuple[Row, Row]:
    """The same for the A side."""
    return profiles.only(tx, viewer, _number(tx, relation.database_a_id), match)


def _number(tx: Tx, database_id: int) -> int:
    held = tx.get(tables.databases, database_id)
    return int(held.number) if held is not None else 0


def numbers(tx: Tx, relation: Row) -> tuple[int, int]:
    """The numbers of the databases on both sides."""
    return _number(tx, relation.database_a_id), _number(tx, relation.database_b_id)


def links(tx: Tx, relation: Row, a: Row, b: Row | None = None) -> list[Row]:
    """Links of one A profile, or the one with B: weights, b_oid, b_mark."""
    if b is None:
        return tx.all(_LINKS, relation_id=relation.id, a_id=a.id)
    return tx.all(_LINK, relation_id=relation.id, a_id=a.id, b_id=b.id)


def put(
    tx: Tx, relation: Row, a: Row, b: Row, weights: Mapping[str, Any], *, adds: bool = False
) -> None:
    """Link two profiles, or change the weights of their link; the others stay.

    adds: numbers are added to those held, yes and no replace. Raises BadValue.
    """
    given = {name: _weight(relation, name, value) for name, value in weights.items()}
    key = {"relation_id": relation.id, "a_id": a.id, "b_id": b.id}
    if tx.insert_absent(tables.links, {**key, "weights": given}):
        return
    held = _held(tx, key)
    tx.lock(tables.links, held.id)
    held = _held(tx, key)
    if adds:
        given = {name: _sum(name, held.weights.get(name), value) for name, value in given.items()}
    tx.update(tables.links, held.id, {"weights": {**held.weights, **given}})


def _held(tx: Tx, key: Mapping[str, int]) -> Row:
    found = tx.all(_LINK, **key)
    if not found:  # taken away meanwhile
        raise NotFound("relation", "profile_b", key["b_id"])
    return found[0]


def _weight(relation: Row, name: str, value: Any) -> Any:
    kind = relation.properties.get(name)
    if kind is None:
        raise BadValue("weights", f"{name} is no property of the relation")
    if kind == "bool":
        fits = isinstance(value, bool)
    elif kind == "int":
        fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST
    else:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        fits = fits and math.isfinite(value)
    if not fits:
        raise BadValue("weights", f"{name} is not of type {kind}")
    return value


def _sum(name: str, held: Any, value: Any) -> Any:
    if isinstance(value, bool) or held is None:
        return value
    total = held + value
    if abs(total) > _LARGEST:
        raise BadValue("weights", f"{name} is too large")
    return total


def drop(tx: Tx, relation: Row, a: Row, b: Row) -> None:
    """Take a link away. Raises NotFound."""
    found = links(tx, relation, a, b)
    if not found:
        raise NotFound("relation", "profile_b", b.oid)
    tx.delete(tables.links, found[0].id)
