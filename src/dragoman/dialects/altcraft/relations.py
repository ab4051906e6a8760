"""relations/*. Source: spec/altcraft 13."""

from typing import Any

import msgspec

from dragoman.core.faults import Missing, WrongType
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.altcraft import reading
from dragoman.dialects.altcraft.auth import viewer
from dragoman.domains.profiles import relations
from dragoman.domains.profiles.values import plain


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Which profile of one side: the search parameters of section 5."""

    matching: str = ""
    email: str = ""
    phone: str = ""
    profile_id: str = ""
    provider: str = ""
    subscription_id: str = ""
    field_name: str = ""
    field_value: Any = None
    resource_id: int | None = None


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """relations/detach"""

    rel_id: int
    profile_a: dict[str, Any]
    profile_b: dict[str, Any]


class Attach(Pair, frozen=True, kw_only=True):
    """relations/attach"""

    weights: dict[str, Any] = {}


class Weigh(Pair, frozen=True, kw_only=True):
    """relations/strengthen, relations/edit."""

    weights: dict[str, Any]


class Read(Sought, frozen=True, kw_only=True):
    """relations/get, in either form."""

    rel_id: int
    profile_a: dict[str, Any] | None = None
    profile_b: dict[str, Any] | None = None


def attach(tx: Tx, ask: Attach) -> dict[str, Any]:
    """relations/attach"""
    return _put(tx, ask, ask.weights, adds=False)


def strengthen(tx: Tx, ask: Weigh) -> dict[str, Any]:
    """relations/strengthen"""
    return _put(tx, ask, ask.weights, adds=True)


def edit(tx: Tx, ask: Weigh) -> dict[str, Any]:
    """relations/edit"""
    return _put(tx, ask, ask.weights, adds=False)


def detach(tx: Tx, ask: Pair) -> dict[str, Any]:
    """relations/detach"""
    relation, a, b = _both(tx, ask)
    relations.drop(tx, relation, a, b)
    return _changed(relation, a, b)


def get(tx: Tx, ask: Read) -> dict[str, Any]:
    """relations/get"""
    relation = relations.fetch(tx, viewer(tx), ask.rel_id)
    if ask.profile_a is None:
        sought_a: Any = ask
    elif ask.profile_b is None:
        raise Missing("profile_b")
    else:
        sought_a = _sought("profile_a", ask.profile_a)
    _, a = relations.owner(tx, viewer(tx), relation, reading.match(sought_a))
    b = None
    if ask.profile_b is not None:
        sought_b = _sought("profile_b", ask.profile_b)
        _, b = relations.subject(tx, viewer(tx), relation, reading.match(sought_b))
    found = relations.links(tx, relation, a, b)
    numbers = relations.numbers(tx, relation)
    data = [
        {
            "profile_id_a": a.oid, "xxh_a": a.mark, "profile_id_b": link.b_oid,
            "xxh_b": link.b_mark, "db_b": numbers[1],
            "props": {name: {"value": value} for name, value in link.weights.items()},
        }
        for link in found
    ]  # fmt: skip
    return {"data": data, "total_count": len(data)}


def _put(tx: Tx, ask: Pair, weights: dict[str, Any], *, adds: bool) -> dict[str, Any]:
    relation, a, b = _both(tx, ask)
    relations.put(tx, relation, a, b, plain(weights), adds=adds)
    return _changed(relation, a, b)


def _both(tx: Tx, ask: Pair) -> tuple[Row, Row, Row]:
    relation = relations.fetch(tx, viewer(tx), ask.rel_id)
    sought_a, sought_b = (_sought(name, getattr(ask, name)) for name in ("profile_a", "profile_b"))
    _, a = relations.owner(tx, viewer(tx), relation, reading.match(sought_a))
    _, b = relations.subject(tx, viewer(tx), relation, reading.match(sought_b))
    return relation, a, b


def _sought(name: str, sent: dict[str, Any]) -> Sought:
    """Raises WrongType."""
    read: dict[str, Any] = {}
    for key, value in sent.items():
        if key not in Sought.__struct_fields__:
            continue
        try:
            if key == "resource_id":
                read[key] = reading.integer(value)
            else:
                read[key] = value if key == "field_value" else reading.text(value)
        except ValueError:
            raise WrongType(f"{name}.{key}", "of the right type") from None
    return Sought(**read)


def _changed(relation: Row, a: Row, b: Row) -> dict[str, Any]:
    return {"profile_a": a.oid, "profile_b": b.oid, "relation_id": relation.number}
