"""suppresses/*. Source: spec/altcraft 11."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec

from dragoman.core.faults import BadValue
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.altcraft import objects
from dragoman.dialects.altcraft.auth import viewer
from dragoman.dialects.altcraft.profiles import Rulebook
from dragoman.domains.profiles import access, profiles, suppressions
from dragoman.wire.binding import Given

_Book = Annotated[Rulebook, Given()]


class Of(msgspec.Struct, frozen=True, kw_only=True):
    """A list by its number."""

    id: int
    book: _Book


class Add(msgspec.Struct, frozen=True, kw_only=True):
    """suppresses/add"""

    name: str
    book: _Book


class Change(Of, frozen=True, kw_only=True):
    """suppresses/update"""

    name: str | None = None
    description: str | None = None


class Email(Of, frozen=True, kw_only=True):
    """email_*"""

    email: str


class Domain(Of, frozen=True, kw_only=True):
    """domain_*"""

    domain: str


class Phone(Of, frozen=True, kw_only=True):
    """phone_*"""

    value: str


class Emails(Of, frozen=True, kw_only=True):
    """emails_add"""

    emails: list[Any]


class Domains(Of, frozen=True, kw_only=True):
    """domains_add"""

    domains: list[Any]


class Phones(Of, frozen=True, kw_only=True):
    """phones_add"""

    values: list[Any]


def add(tx: Tx, ask: Add) -> dict[str, Any]:
    """suppresses/add"""
    profiles.not_blocked(ask.book.rules)
    return {"data": {"saved_id": suppressions.create(tx, viewer(tx), ask.name)}}


def _held(tx: Tx, ask: Of, *, changes: bool = True) -> Row:
    row = suppressions.fetch(tx, viewer(tx), ask.id)
    if changes:
        profiles.not_blocked(ask.book.rules)
    return row


def update(tx: Tx, ask: Change) -> dict[str, Any]:
    """suppresses/update"""
    row = _held(tx, ask)
    suppressions.change(tx, row, name=ask.name, description=ask.description)
    return {"data": {"saved_id": row.number}}


def get(tx: Tx, ask: Of) -> dict[str, Any]:
    """suppresses/get"""
    row = _held(tx, ask, changes=False)
    known = {"is_global": row.number == suppressions.GLOBAL, "description": row.description}
    return {"data": {"id": row.number, "name": row.name, **known}}


def list_all(tx: Tx, ask: objects.Listing) -> dict[str, Any]:
    """suppresses/list"""
    names = access.groups(tx)

    def shape(row: Row) -> dict[str, Any]:
        groups = [{"id": one, "name": names.get(one, "")} for one in objects.groups_of(row)]
        return {"id": row.number, "name": row.name, "ui_tags": row.tags, "groups": groups}

    return objects.page(suppressions.listed(tx, viewer(tx)), ask, names, shape)


def delete(tx: Tx, ask: Of) -> dict[str, Any]:
    """suppresses/delete"""
    suppressions.remove(tx, _held(tx, ask))
    return {}


def email_check(tx: Tx, ask: Email) -> dict[str, Any]:
    """suppresses/email_check"""
    row = _held(tx, ask, changes=False)
    by_email = suppressions.holds(tx, row, "email", ask.email)
    domain = ask.email.strip().rpartition("@")[2]
    try:
        by_domain = "@" in ask.email and suppressions.holds(tx, row, "domain", domain)
    except BadValue:  # an address may have a host without dots
        by_domain = False
    return {
        "matched": by_email or by_domain, "email_matched": by_email, "domain_matched": by_domain,
        "phone_matched": False,
    }  # fmt: skip


def domain_check(tx: Tx, ask: Domain) -> dict[str, Any]:
    """suppresses/domain_check"""
    row = _held(tx, ask, changes=False)
    return {"matched": suppressions.holds(tx, row, "domain", ask.domain)}


def phone_check(tx: Tx, ask: Phone) -> dict[str, Any]:
    """suppresses/phone_check"""
    row = _held(tx, ask, changes=False)
    return {"matched": suppressions.holds(tx, row, "phone", ask.value)}


def email_add(tx: Tx, ask: Email) -> dict[str, Any]:
    """suppresses/email_add"""
    suppressions.add(tx, _held(tx, ask), "email", ask.email)
    return {}


def domain_add(tx: Tx, ask: Domain) -> dict[str, Any]:
    """suppresses/domain_add"""
    suppressions.add(tx, _held(tx, ask), "domain", ask.domain)
    return {}


def phone_add(tx: Tx, ask: Phone) -> dict[str, Any]:
    """suppresses/phone_add"""
    return {"data": {ask.value: suppressions.add(tx, _held(tx, ask), "phone", ask.value)}}


def email_remove(tx: Tx, ask: Email) -> dict[str, Any]:
    """suppresses/email_remove"""
    suppressions.drop(tx, _held(tx, ask), "email", ask.email)
    return {}


def domain_remove(tx: Tx, ask: Domain) -> dict[str, Any]:
    """suppresses/domain_remove"""
    suppressions.drop(tx, _held(tx, ask), "domain", ask.domain)
    return {}


def phone_remove(tx: Tx, ask: Phone) -> dict[str, Any]:
    """suppresses/phone_remove"""
    suppressions.drop(tx, _held(tx, ask), "phone", ask.value)
    return {"data": None}


def _many(tx: Tx, ask: Of, kind: str, listed: list[Any]) -> dict[str, int]:
    new, there, invalid = suppressions.add_all(tx, _held(tx, ask), kind, listed)
    known = {"total_count": len(listed), "total_imported": new, "total_duplicated": there}
    return {**known, **({"total_invalid": invalid} if kind == "phone" else {"total_updated": 0})}


def emails_add(tx: Tx, ask: Emails) -> dict[str, Any]:
    """suppresses/emails_add"""
    return _many(tx, ask, "email", ask.emails)


def domains_add(tx: Tx, ask: Domains) -> dict[str, Any]:
    """suppresses/domains_add"""
    return _many(tx, ask, "domain", ask.domains)


def phones_add(tx: Tx, ask: Phones) -> dict[str, Any]:
    """suppresses/phones_add"""
    return _many(tx, ask, "phone", ask.values)


def _emptying(kind: str) -> Callable[[Tx, Of], dict[str, Any]]:
    def remove_all(tx: Tx, ask: Of) -> dict[str, Any]:
        return {"removed_count": suppressions.empty(tx, _held(tx, ask), kind)}

    return remove_all


emails_remove, domains_remove, phones_remove = map(_emptying, ("email", "domain", "phone"))
