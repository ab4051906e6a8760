"""Chapter "Tickets": one ticket at a time. Source: spec/opensupports 5, 9.2."""

from typing import Annotated, Any

import msgspec

from dragoman.core.faults import Denied
from dragoman.core.identity import sessions
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.opensupports import callers, lookups, reading, shapes, uploads
from dragoman.dialects.opensupports.places import Place
from dragoman.dialects.opensupports.reading import optional, says
from dragoman.dialects.opensupports.refusals import Refused
from dragoman.dialects.opensupports.sessions import Truthy
from dragoman.dialects.opensupports.uploads import Attached, Store, Uploads
from dragoman.domains.desk import departments, people, settings, threads, tickets, users
from dragoman.domains.desk.people import Person
from dragoman.domains.desk.tickets import NewTicket
from dragoman.wire.binding import Given

Ticket = Annotated[Any, says("INVALID_TICKET", lookups.ticket)]
Content = Annotated[str, says("INVALID_CONTENT", reading.content)]


class Create(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/create."""

    title: Annotated[str, says("INVALID_TITLE", reading.clean_name)]
    content: Content
    department_id: Annotated[Any, says("INVALID_DEPARTMENT", optional(lookups.department))]
    language: Annotated[str | None, says("INVALID_LANGUAGE", optional(reading.supported_language))]
    captcha: Annotated[
        Any, says("INVALID_CAPTCHA", lookups.guests_only(lookups.captcha("creates_tickets")))
    ]
    email: Annotated[Any, says("INVALID_EMAIL", lookups.guests_only(reading.email))]
    name: Annotated[Any, says("INVALID_NAME", lookups.guests_only(reading.name))]
    uploads: Uploads
    api_key: Annotated[Any, says("", lookups.api_key)]
    store: Store
    place: Annotated[Place, Given()]
    prepared: Attached | None = None


def create(tx: Tx, ask: Create) -> dict[str, int] | None:
    """POST /ticket/create"""
    held = settings.read(tx)
    who = callers.caller(tx).person
    department = _department(tx, ask, held, who)
    email = _email(tx, ask, who)
    author = who
    if author is None:
        row = users.guest(tx, email=str(email), name=ask.name)
        author = people.as_person(tx, row, staff=False)
    new = NewTicket(
        title=ask.title,
        content=ask.content,
        department_id=department.id,
        language=ask.language or held.get("language") or "en",
        email=email,
        author_name=ask.name if who is None else author.name,
    )
    id, number = tickets.open_(tx, author, new)
    url = ask.place.url(held)
    linked = uploads.link(tx, ask.prepared, ask.content, prefix=f"t{number}", url=url)
    tickets.dress(tx, id, content=linked.content, file=linked.file)
    tickets.announce(tx, id, author, guest=who is None)
    session = callers.caller(tx).session_id
    if who is not None and who.ticket_number is not None and session is not None:
        sessions.close(tx, session)
    wants_number = ask.api_key is not None and ask.api_key.returns_number
    return {"ticketNumber": number} if wants_number else None


def _department(tx: Tx, ask: Create, held: dict[str, Any], who: Person | None) -> Row:
    is_staff = who is not None and who.staff
    row = ask.department_id
    if row is None or (not is_staff and settings.is_on(held, "default-is-locked")):
        row = departments.fetch(tx, int(held.get("default-department-id") or 1))
    if row is None or (row.private and not is_staff):
        raise Refused("INVALID_DEPARTMENT")
    return row


def _email(tx: Tx, ask: Create, who: Person | None) -> str | None:
    if who is None:
        if people.member_by_email(tx, ask.email) is not None:
            raise Refused("INVALID_EMAIL")
        return str(ask.email)
    if ask.email in (None, ""):
        return None
    given = ask.email.lower() if type(ask.email) is str else ""
    if who.staff or given != who.email.lower():
        raise Refused("INVALID_EMAIL")
    return given


class Read(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/get."""

    ticket_number: Annotated[Any, says("NO_PERMISSION", lookups.ticket)]


def fetch(tx: Tx, ask: Read) -> dict[str, Any]:
    """POST /ticket/get"""
    who = callers.person(tx)
    tickets.require(tx, ask.ticket_number, who)
    thread = threads.one(tx, ask.ticket_number.id)
    if thread is None:
        raise Denied("ticket")
    return shapes.ticket(thread, to_staff=who.staff)


class Comment(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/comment."""

    content: Content
    ticket_number: Ticket
    private: Truthy
    uploads: Uploads
    store: Store
    place: Annotated[Place, Given()]
    prepared: Attached | None = None


def comment(tx: Tx, ask: Comment) -> None:
    """POST /ticket/comment"""
    who = callers.person(tx)
    linked = uploads.Linked(None, ask.content)
    if ask.prepared is not None:
        tickets.require(tx, ask.ticket_number, who)
        url, number = ask.place.url(settings.read(tx)), ask.ticket_number.number
        linked = uploads.link(tx, ask.prepared, ask.content, prefix=f"t{number}", url=url)
    tickets.comment(
        tx, ask.ticket_number.id, who, linked.content, private=ask.private, file=linked.file
    )


class OneTicket(msgspec.Struct, frozen=True, rename="camel"):
    """A ticket by number."""

    ticket_number: Ticket


def close(tx: Tx, ask: OneTicket) -> None:
    """POST /ticket/close"""
    tickets.close(tx, ask.ticket_number.id, callers.person(tx))


def reopen(tx: Tx, ask: OneTicket) -> None:
    """POST /ticket/re-open"""
    tickets.reopen(tx, ask.ticket_number.id, callers.person(tx))


def seen(tx: Tx, ask: OneTicket) -> None:
    """POST /ticket/seen"""
    tickets.seen(tx, ask.ticket_number.id, callers.person(tx))


def delete(tx: Tx, ask: OneTicket) -> None:
    """POST /ticket/delete"""
    tickets.delete(tx, ask.ticket_number.id, callers.person(tx))


class ChangeDepartment(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/change-department."""

    ticket_number: Ticket
    department_id: Annotated[Any, says("INVALID_DEPARTMENT", lookups.department)]


def change_department(tx: Tx, ask: ChangeDepartment) -> None:
    """POST /ticket/change-department"""
    tickets.move(tx, ask.ticket_number.id, callers.person(tx), ask.department_id)


class EditTitle(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/edit-title; cleaned, as section 11 has it."""

    title: Annotated[str, says("INVALID_TITLE", reading.clean_name)]
    ticket_number: Ticket


def edit_title(tx: Tx, ask: EditTitle) -> None:
    """POST /ticket/edit-title"""
    tickets.retitle(tx, ask.ticket_number.id, callers.person(tx), ask.title)


class EditComment(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/edit-comment."""

    content: Content
    ticket_number: Annotated[Any, says("INVALID_TICKET", optional(lookups.ticket))]
    ticket_event_id: Annotated[str | None, says("INVALID_TICKET", reading.maybe)]


def edit_comment(tx: Tx, ask: EditComment) -> None:
    """POST /ticket/edit-comment"""
    who = callers.person(tx)
    event = None
    id = ask.ticket_event_id
    if id is not None and id.isascii() and id.isdigit() and len(id) < 19:
        event = tickets.event(tx, int(id))
    if event is not None:
        tickets.edit_event(tx, event, who, ask.content)
    elif ask.ticket_number is None:
        raise Refused("INVALID_TICKET")
    elif id:
        raise Refused("INVALID_TICKET_EVENT")
    else:
        tickets.edit_text(tx, ask.ticket_number.id, who, ask.content)


class Assign(msgspec.Struct, frozen=True, rename="camel"):
    """POST /staff/assign-ticket."""

    ticket_number: Ticket
    staff_id: Annotated[str | None, says("INVALID_STAFF", reading.maybe)]


def assign(tx: Tx, ask: Assign) -> None:
    """POST /staff/assign-ticket"""
    who = callers.person(tx)
    id = who.id
    if ask.staff_id:
        if not (ask.staff_id.isascii() and ask.staff_id.isdigit() and len(ask.staff_id) < 19):
            raise Refused("INVALID_STAFF")
        id = int(ask.staff_id)
    tickets.assign(tx, ask.ticket_number.id, who, id)


def unassign(tx: Tx, ask: OneTicket) -> None:
    """POST /staff/un-assign-ticket"""
    tickets.unassign(tx, ask.ticket_number.id, callers.person(tx))
