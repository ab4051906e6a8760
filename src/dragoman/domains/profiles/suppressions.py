"""Suppression lists: addresses, domains and phones that are not written to."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from dragoman.core.faults import BadValue, Denied, NotFound
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.profiles import access, tables, values
from dragoman.domains.profiles.access import Viewer
from dragoman.domains.profiles.faults import WrongGroup

GLOBAL = 1
_DOMAIN = re.compile(r"(?!-)[^\s@/\x00-\x1f.]{1,63}(\.[^\s@/\x00-\x1f.]{1,63})+\Z")
_MD5 = re.compile(r"[0-9a-f]{32}\Z")
_l, _v = tables.suppressions.c, tables.suppressed.c
_ONE = prepare(
    sa.select(tables.suppressions).where(_l.number == sa.bindparam("number", type_=sa.BigInteger()))
)
_ALL = prepare(sa.select(tables.suppressions).order_by(_l.number))
_HELD = prepare(
    sa.select(_v.id).where(
        _v.list_id == sa.bindparam("list_id", type_=sa.BigInteger()),
        _v.kind == sa.bindparam("kind"),
        _v.value == sa.bindparam("value"),
    )
)
_KEPT = prepare(
    sa.select(_v.kind, _v.value)
    .where(_v.list_id == sa.bindparam("list_id", type_=sa.BigInteger()))
    .order_by(_v.kind, _v.value)
)


def kept(tx: Tx, row: Row) -> Sequence[Sequence[Any]]:
    """Everything on a list: kind and value, addresses as they were folded."""
    return tx.tuples(_KEPT, list_id=row.id)


def fetch(tx: Tx, viewer: Viewer, number: int) -> Row:
    """A list by number. Raises NotFound, WrongGroup."""
    row = tx.first(_ONE, number=number)
    if row is None:
        raise NotFound("suppression list", "id", number)
    if not viewer.sees(row.groups):
        raise WrongGroup("suppression list", number)
    return row


def listed(tx: Tx, viewer: Viewer) -> list[Row]:
    """The visible lists by number."""
    return [row for row in tx.all(_ALL) if viewer.sees(row.groups)]


def create(tx: Tx, viewer: Viewer, name: str) -> int:
    """A new list in the caller's groups. Returns its number. Raises BadValue."""
    highest = max((row.number for row in tx.all(_ALL)), default=0)
    number = tx.count_up("profile_suppressions", at_least=highest + 1)
    groups = sorted(viewer.groups - {0})
    row = {"number": number, "name": access.name(name), "groups": groups, "tags": []}
    tx.insert(tables.suppressions, row)
    return number


def change(tx: Tx, row: Row, *, name: str | None, description: str | None) -> None:
    """Rename, describe. Raises Denied for the global list's name, BadValue."""
    changes: dict[str, Any] = {}
    if name is not None and name != row.name:
        if row.number == GLOBAL:
            raise Denied("global")
        changes["name"] = access.name(name)
    if description is not None:
        changes["description"] = description
    tx.update(tables.suppressions, row.id, changes)


def remove(tx: Tx, row: Row) -> None:
    """Delete a list with what it holds. Raises Denied for the global one."""
    if row.number == GLOBAL:
        raise Denied("global")
    empty(tx, row)
    tx.delete(tables.suppressions, row.id)


def empty(tx: Tx, row: Row, kind: str | None = None) -> int:
    """Take everything (of a kind) out. Returns how many."""
    where = _v.list_id == row.id
    if kind is not None:
        where = sa.and_(where, _v.kind == kind)
    return tx.delete_where(tables.suppressed, where)


def folded(kind: str, value: Any) -> str:
    """A value as it is kept; an address as its MD5, so that both forms are the same.

    Raises BadValue.
    """
    if kind == "phone":
        try:
            return values.fold_phone(values.convert("phone", value))
        except ValueError as error:
            raise BadValue("value", str(error)) from None
    text = value.strip().lower() if isinstance(value, str) else ""
    if kind == "domain":
        if not _DOMAIN.match(text):
            raise BadValue("domain", "is no domain")
        return text
    if _MD5.match(text):
        return text
    try:
        address = values.email(text).lower()
    except ValueError as error:
        raise BadValue("email", str(error)) from None
    return hashlib.md5(address.encode(), usedforsecurity=False).hexdigest()


def holds(tx: Tx, row: Row, kind: str, value: Any) -> bool:
    """Whether it is on the list, in whichever form it was put there. Raises BadValue."""
    kept = folded(kind, value)
    forms = {kept, str(value).strip().lower()} if kind == "email" else {kept}
    return any(_id(tx, row, kind, form) is not None for form in forms)


def _id(tx: Tx, row: Row, kind: str, value: str) -> int | None:
    id: int | None = tx.scalar(_HELD, list_id=row.id, kind=kind, value=value)
    return id


def add(tx: Tx, row: Row, kind: str, value: Any) -> bool:
    """Put a value on the list; False when it was there. Raises BadValue."""
    if holds(tx, row, kind, value):
        return False
    kept = {"list_id": row.id, "kind": kind, "value": folded(kind, value)}
    return bool(tx.insert_absent(tables.suppressed, kept))


def add_all(tx: Tx, row: Row, kind: str, listed: Iterable[Any]) -> tuple[int, int, int]:
    """Many; what is none is passed over. Returns how many were new, there before, invalid."""
    new = there = invalid = 0
    for value in listed:
        try:
            if add(tx, row, kind, value):
                new += 1
            else:
                there += 1
        except BadValue:
            invalid += 1
    return new, there, invalid


def drop(tx: Tx, row: Row, kind: str, value: Any) -> None:
    """Take a value off the list, whether it was there or not. Raises BadValue."""
    for form in {folded(kind, value), str(value).strip().lower()}:
        id = _id(tx, row, kind, form)
        if id is not None:
            tx.delete(tables.suppressed, id)
