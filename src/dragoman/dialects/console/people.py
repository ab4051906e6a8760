"""People: addresses that any system knows, and one person across all of them."""

from typing import Annotated, Any

import msgspec

from dragoman.bridges import people
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.console.auth import Member
from dragoman.dialects.console.results import Data, Page
from dragoman.dialects.console.systems import BY_DOMAIN
from dragoman.wire.binding import Path, Query

SIZE = 50
FILTERS = (("", "All"), ("shop", "Orders"), ("profiles", "Mail"), ("desk", "Tickets"))


class ShowPeople(msgspec.Struct, frozen=True):
    """GET /edit/people."""

    q: Annotated[str, Query()] = ""
    page: Annotated[str, Query()] = ""


class ShowPerson(msgspec.Struct, frozen=True):
    """GET /edit/people/{email}. only: one system's part of the timeline."""

    email: Annotated[str, Path()]
    only: Annotated[str, Query()] = ""


class Moment(msgspec.Struct, frozen=True):
    """One line of the timeline."""

    system: str
    text: str
    at_ms: int
    address: str = ""


def page(tx: Tx, ask: ShowPeople) -> Page:
    """GET /edit/people"""
    at = int(ask.page) if ask.page.isdecimal() and 0 < int(ask.page[:9]) < 100_000 else 1
    rows = people.listed(tx, ask.q[:200], limit=SIZE + 1, offset=(at - 1) * SIZE)
    values = {
        "active": "people",
        "title": "People",
        "q": ask.q,
        "at": at,
        "rows": rows[:SIZE],
        "more": len(rows) > SIZE,
    }
    return Page("people.html", values)


def one(tx: Tx, ask: ShowPerson) -> Page:
    """GET /edit/people/{email}"""
    found = people.find(tx, ask.email)
    only = ask.only if ask.only in dict(FILTERS) else ""
    values = {
        "active": "people",
        "title": found.email,
        "one": found,
        "only": only,
        "filters": FILTERS,
        "fields": [_fields(row) for row in found.profiles],
        "moments": [one for one in _timeline(found) if not only or one.system == only],
        "by_domain": BY_DOMAIN,
    }
    return Page("person.html", values)


def _fields(row: Row) -> dict[str, Any]:
    merged = {**(row.facts or {}), **(row.fields or {})}
    return {name: value for name, value in merged.items() if value not in (None, "", [], {})}


def _timeline(found: people.Person) -> list[Moment]:
    out = [
        Moment("desk", f"Wrote “{row.title}” (#{row.number})", row.created_ms,
               f"/edit/inbox?view=open&id={row.number}")
        for row in found.tickets
    ]  # fmt: skip
    out += [
        Moment("shop", f"Order {row.number}{', paid' if row.paid else ''}", row.created_ms)
        for row in found.orders
    ]
    out += [Moment("profiles", "Profile created", row.created_ms) for row in found.profiles]
    if found.customer is not None:
        out.append(Moment("shop", "Became a customer", found.customer.registered_ms))
    if found.editor is not None:
        out.append(Moment("content", "Became an editor", found.editor.created_ms))
    return sorted(out, key=lambda one: -one.at_ms)[:100]


def export(tx: Tx, ask: ShowPerson) -> Data:
    """GET /edit/people/{email}/export: what is shown here, as JSON."""
    found = people.find(tx, ask.email)
    member = tx.actor
    assert isinstance(member, Member)  # noqa: S101 # the row asks for a right
    return Data(
        {
            "email": found.email,
            "name": found.name,
            "phone": found.phone,
            "orders": [
                {"number": row.number, "created_ms": row.created_ms} for row in found.orders
            ],
            "profiles": [{"id": row.oid, **_fields(row)} for row in found.profiles],
            "devices": found.devices,
            "tickets": [{"number": row.number, "title": row.title} for row in found.tickets],
        }
    )
