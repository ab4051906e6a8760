"""People: addresses that any system knows, and one person across all of them."""

import datetime
from typing import Annotated, Any
from urllib.parse import quote

import msgspec

from dragoman.bridges import erasing, exporting, people
from dragoman.core import tables
from dragoman.core.faults import BadValue
from dragoman.core.sql import Row
from dragoman.core.text import fold_email
from dragoman.core.tx import Tx
from dragoman.dialects.console.auth import Member
from dragoman.dialects.console.reading import page_in
from dragoman.dialects.console.results import Data, Page, Redirect
from dragoman.dialects.console.systems import BY_DOMAIN
from dragoman.domains.profiles import values
from dragoman.domains.shop import terms
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


class NamePerson(msgspec.Struct, frozen=True):
    """POST /edit/people/{email}/export."""

    email: Annotated[str, Path()]


class ErasePerson(msgspec.Struct, frozen=True):
    """POST /edit/people/{email}/erase. confirm: the address, typed again."""

    email: Annotated[str, Path()]
    confirm: str = ""


class SetField(msgspec.Struct, frozen=True):
    """POST /edit/people/{email}/field. oid: of the profile."""

    email: Annotated[str, Path()]
    oid: str
    name: str
    value: str = ""


class Moment(msgspec.Struct, frozen=True):
    """One line of the timeline."""

    system: str
    text: str
    at_ms: int
    address: str = ""


def page(tx: Tx, ask: ShowPeople) -> Page:
    """GET /edit/people"""
    at = page_in(ask.page)
    rows = people.listed(tx, ask.q[:200], limit=SIZE + 1, offset=(at - 1) * SIZE)
    shown = {
        "active": "people",
        "title": "People",
        "q": ask.q,
        "at": at,
        "rows": rows[:SIZE],
        "more": len(rows) > SIZE,
    }
    return Page("people.html", shown)


def one(tx: Tx, ask: ShowPerson) -> Page:
    """GET /edit/people/{email}"""
    found = people.find(tx, ask.email)
    only = ask.only if ask.only in dict(FILTERS) else ""
    shown = {
        "active": "people",
        "title": found.email,
        "one": found,
        "only": only,
        "filters": FILTERS,
        "fields": [(row.oid, _readable(_fields(row))) for row in found.profiles],
        "moments": [one for one in _timeline(found, _steps(tx)) if not only or one.system == only],
        "by_domain": BY_DOMAIN,
        "may_write": isinstance(tx.actor, Member) and tx.actor.may("people:write"),
    }
    return Page("person.html", shown)


def _fields(row: Row) -> dict[str, Any]:
    merged = {**(row.facts or {}), **(row.fields or {})}
    return {name: value for name, value in merged.items() if value not in (None, "", [], {})}


def _readable(fields: dict[str, Any]) -> dict[str, str]:
    return {name: _text(name, value) for name, value in fields.items()}


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    dated = values.SYSTEM.get(name) == "date" and isinstance(value, int)
    if dated and -6 * 10**13 < value < 25 * 10**13:
        epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
        return (epoch + datetime.timedelta(milliseconds=value)).strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


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


def _timeline(found: people.Person, steps: dict[int, str]) -> list[Moment]:
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
    return sorted(out, key=lambda one: -one.at_ms)[:100]


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


def set_field(tx: Tx, ask: SetField) -> Redirect:
    """POST /edit/people/{email}/field"""
    erasing.set_field(tx, ask.email, ask.oid, ask.name, ask.value.strip())
    return Redirect(f"/edit/people/{quote(ask.email, safe='@')}", "Saved.")
