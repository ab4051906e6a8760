"""Databases, resources, lists, segments and relations from a fixture."""

from typing import Any

import sqlalchemy as sa

from dragoman.core.faults import NotFound
from dragoman.core.loading import Loading
from dragoman.core.text import fold_email
from dragoman.core.tx import Tx
from dragoman.domains.profiles import access, segments, suppressions, tables, values


def suppression_list(tx: Tx, one: dict[str, Any], loading: Loading) -> None:
    """A list with what it holds."""
    facts = {
        "name": one["name"], "description": one.get("description", ""),
        "groups": one.get("groups", []), "tags": one.get("tags", []),
    }  # fmt: skip
    id = tx.upsert(tables.suppressions, {"number": one["number"]}, facts)
    for kind, name in (("email", "emails"), ("domain", "domains"), ("phone", "phones")):
        for value in one.get(name, []):
            folded = suppressions.folded(kind, value)
            tx.insert_absent(tables.suppressed, {"list_id": id, "kind": kind, "value": folded})


def database(tx: Tx, one: dict[str, Any], loading: Loading) -> None:
    """A database with its fields."""
    for field in one.get("fields", []):
        if field["type"] not in values.TYPES:
            loading.fail(f"field {field['name']}", f"{field['type']!r} is no type")
    facts = {
        "name": one["name"], "description": one.get("description", ""),
        "suppression_list": one.get("suppression_list"), "tags": one.get("tags", []),
        "groups": one.get("groups", []), "fields": one.get("fields", []),
    }  # fmt: skip
    tx.upsert(tables.databases, {"number": one["number"]}, facts)


def resource(tx: Tx, one: dict[str, Any], loading: Loading) -> None:
    """A resource."""
    facts = {
        "name": one["name"], "url": one.get("url", ""),
        "tracking_domain": one.get("tracking_domain", ""), "channels": one.get("channels", []),
        "databases": one.get("databases", []), "groups": one.get("groups", []),
        "increase_priority": one.get("increase_priority", False),
        "categories": one.get("categories", []), "fields": one.get("fields", []),
    }  # fmt: skip
    tx.upsert(tables.resources, {"number": one["number"]}, facts)


def segment(tx: Tx, one: dict[str, Any], loading: Loading) -> None:
    """A segment with the members of a static one."""
    held = access.database(tx, access.OVERSEER, one["database"])
    facts = {
        "name": one["name"], "database_id": held.id, "kind": one.get("kind", "static"),
        "groups": one.get("groups", []), "tags": one.get("tags", []),
        "rules": one.get("rules", []),
    }  # fmt: skip
    id = tx.upsert(tables.segments, {"number": one["number"]}, facts)
    for email in one.get("members", []):
        member = {"segment_id": id, "profile_id": _profile_id(tx, held.id, email)}
        tx.insert_absent(tables.segment_members, member)
    segments.refresh(tx, id)


def relation(tx: Tx, one: dict[str, Any], loading: Loading) -> None:
    """A kind of relation with its links."""
    a = access.database(tx, access.OVERSEER, one["database_a"])
    b = access.database(tx, access.OVERSEER, one["database_b"])
    facts = {
        "name": one["name"], "database_a_id": a.id, "database_b_id": b.id,
        "properties": one.get("properties", {}), "groups": one.get("groups", []),
    }  # fmt: skip
    id = tx.upsert(tables.relations, {"number": one["number"]}, facts)
    for link in one.get("links", []):
        key = {
            "relation_id": id,
            "a_id": _profile_id(tx, a.id, link["a"]),
            "b_id": _profile_id(tx, b.id, link["b"]),
        }
        tx.upsert(tables.links, key, {"weights": link.get("weights", {})})


def _profile_id(tx: Tx, database_id: int, email: str) -> int:
    p = tables.profiles.c
    query = sa.select(p.id).where(p.database_id == database_id, p.email_folded == fold_email(email))
    id = tx.scalar(query)
    if id is None:
        raise NotFound("profile", "email", email)
    return int(id)
