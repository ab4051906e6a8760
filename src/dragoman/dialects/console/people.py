"""People: addresses that any system knows, and one person across all of them."""

from typing import Annotated
from urllib.parse import quote

import msgspec

from dragoman.bridges import addresses, erasing, exporting, people
from dragoman.core import tables
from dragoman.core.faults import BadValue
from dragoman.core.sql import Row
from dragoman.core.text import fold_email
from dragoman.core.tx import Tx
from dragoman.dialects.console import person_fields
from dragoman.dialects.console.auth import Member
from dragoman.dialects.console.reading import FEW, held, page_in, picked
from dragoman.dialects.console.results import Data, Page, Redirect
from dragoman.dialects.console.systems import BY_DOMAIN
from dragoman.domains.profiles import access, segments
from dragoman.domains.profiles.access import OVERSEER
from dragoman.domains.shop import terms
from dragoman.wire.binding import Path, Query

SIZE = 50
_MOMENTS = 60
_EVER = 1 << 62
FILTERS = (("", "All"), ("shop", "Orders"), ("profiles", "Mail"), ("desk", "Tickets"))


class ShowPeople(msgspec.Struct, frozen=True):
    """GET /edit/people."""

    q: Annotated[str, Query()] = ""
    database: Annotated[str, Query()] = ""
    segment: Annotated[str, Query()] = ""
    page: Annotated[str, Query()] = ""


class ShowPerson(msgspec.Struct, frozen=True):
    """GET /edit/people/{email}. only: one system's part of the timeline; before: ms, of what it
    goes on with.
    """

    email: Annotated[str, Path()]
    only: Annotated[str, Query()] = ""
    before: Annotated[str, Query()] = ""


class NamePerson(msgspec.Struct, frozen=True):
    """POST /edit/people/{email}/export."""

    email: Annotated[str, Path()]


class ErasePerson(msgspec.Struct, frozen=True):
    """POST /edit/people/{email}/erase. confirm: the address, typed again."""

    email: Annotated[str, Path()]
    confirm: str = ""


class SetFields(msgspec.Struct, frozen=True):
    """POST /edit/people/{email}/field. oid: of the profile; field and value: pairs."""

    email: Annotated[str, Path()]
    oid: str
    field: list[str] = []
    value: list[str] = []


class Moment(msgspec.Struct, frozen=True):
    """One line of the timeline."""

    system: str
    text: str
    at_ms: int
    address: str = ""


def page(tx: Tx, ask: ShowPeople) -> Page:
    """GET /edit/people"""
    at, text = page_in(ask.page), ask.q[:200]
    window = {"limit": SIZE + 1, "offset": (page_in(ask.page) - 1) * SIZE}
    known = {str(row.number): row for row in access.databases(tx, OVERSEER)}
    grouped = {str(row.number): row for row in segments.listed(tx, OVERSEER)}
    listed = [(key, row.name) for key, row in grouped.items()]
    number = str(picked(ask.segment) or "")
    if segment := grouped.get(number):
        rows = addresses.in_segment(tx, segment, text, **window)
    elif database := known.get(ask.database):
        rows = addresses.in_database(tx, database, text, **window)
    else:
        rows = addresses.listed(tx, text, **window)
    shown = {
        "active": "people",
        "title": "People",
        "keep": {"q": ask.q, "database": ask.database, "segment": number},
        "databases": [("", "All databases"), *((key, row.name) for key, row in known.items())],
        "segments": [("", "No segment"), *listed],
        "segment": held(listed, number),
        "few": FEW,
        "at": at,
        "rows": rows[:SIZE],
        "more": len(rows) > SIZE,
    }
    return Page("people.html", shown)


def one(tx: Tx, ask: ShowPerson) -> Page:
    """GET /edit/people/{email}"""
    before = int(ask.before) if ask.before.isascii() and ask.before.isdigit() else 0
    found = people.find(tx, ask.email, **({"before_ms": before} if 0 < before < _EVER else {}))
    only = ask.only if ask.only in dict(FILTERS) else ""
    moments, older_ms = _timeline(found, _steps(tx), only, before)
    shown = {
        "active": "people",
        "title": found.email,
        "one": found,
        "only": only,
        "filters": FILTERS,
        "fields": [
            (row.oid, person_fields.shown(database, row), person_fields.of(database, row))
            for row, database in erasing.profiles_of(tx, found)
        ],
        "moments": moments,
        "older_ms": older_ms,
        "by_domain": BY_DOMAIN,
        "may_write": isinstance(tx.actor, Member) and tx.actor.may("people:write"),
    }
    return Page("person.html", shown)


_SAID = {
    "comment": "Comment on", "assign": "Assigned", "unassign": "Unassigned", "close": "Closed",
    "reopen": "Reopened", "department": "Moved",
}  # fmt: skip


def _steps(tx: Tx) -> dict[int, str]:
    """Names of the order statuses by number."""
    out = {}
    for row in terms.listed(tx, terms.STATUS):
        out[row.number] = row.title.get("en") or next(iter(row.title.values()), "")
    return out


def _said(row: Row) -> str:
    reply = row.kind == "comment" and row.by_staff
    return f"{'Reply to' if reply else _SAID.get(row.kind, row.kind)} #{row.number}"


def _order(row: Row, steps: dict[int, str]) -> str:
    paid = ", paid" if row.paid else ""
    step = steps.get(row.status, f"status {row.status}")
    return f"Order {row.number}: {row.total_sum / 100:,.2f} {row.currency}, {step}{paid}"


def _timeline(
    found: people.Person, steps: dict[int, str], only: str, before_ms: int
) -> tuple[list[Moment], int | None]:
    """The newest moments, of one system where asked; and where older ones begin."""
    moments = _moments(found, steps)
    shown = [one for one in moments if one.system == (only or one.system)]
    if before_ms:
        shown = [one for one in shown if one.at_ms < before_ms]
    shown.sort(key=lambda one: -one.at_ms)
    if len(shown) <= _MOMENTS:
        return shown, None
    last_ms = shown[_MOMENTS - 1].at_ms
    return [one for one in shown if one.at_ms >= last_ms], last_ms


def _moments(found: people.Person, steps: dict[int, str]) -> list[Moment]:
    out = [
        Moment("desk", f"Wrote “{row.title}” (#{row.number})", row.created_ms,
               f"/edit/inbox?view=open&id={row.number}")
        for row in found.tickets
    ]  # fmt: skip
    out += [Moment("shop", _order(row, steps), row.created_ms) for row in found.orders]
    out += [
        Moment(
            "desk",
            _said(row),
            row.at_ms,
            f"/edit/inbox?view=open&id={row.number}",
        )
        for row in found.comments
    ]
    out += [
        Moment(
            "profiles", " · ".join(filter(None, (row.action, row.channel, row.message))), row.at_ms
        )
        for row in found.history
    ]
    out += [Moment("profiles", "Profile created", row.created_ms) for row in found.profiles]
    if found.customer is not None:
        out.append(Moment("shop", "Became a customer", found.customer.registered_ms))
    if found.editor is not None:
        out.append(Moment("content", "Became an editor", found.editor.created_ms))
    return out


def export(tx: Tx, ask: NamePerson) -> Data:
    """POST /edit/people/{email}/export: everything held, as JSON; noted."""
    held = exporting.everything(tx, ask.email)
    tx.note("people.exported", tables.accounts, _account(tx), email=held["email"])
    return Data(held)


def _account(tx: Tx) -> int:
    member = tx.actor
    assert isinstance(member, Member)  # noqa: S101 # the row asks for a right
    return member.account_id or 0


def erase(tx: Tx, ask: ErasePerson) -> Redirect:
    """POST /edit/people/{email}/erase"""
    if fold_email(ask.confirm) != fold_email(ask.email):
        raise BadValue("confirm", "differs")
    gone = erasing.erase(tx, ask.email, _account(tx))
    told = ", ".join(f"{count} {name}" for name, count in gone.items())
    return Redirect("/edit/people", f"Erased: {told}.")


def set_fields(tx: Tx, ask: SetFields) -> Redirect:
    """POST /edit/people/{email}/field: what differs from what the form showed."""
    row, database = erasing.profile(tx, ask.email, ask.oid)
    wanted = person_fields.sent(person_fields.of(database, row), ask.field, ask.value)
    if wanted:
        erasing.set_fields(tx, database, ask.oid, wanted)
    return Redirect(f"/edit/people/{quote(ask.email, safe='@')}", "Saved.")
