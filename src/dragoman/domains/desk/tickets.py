"""Tickets: opening, answering, closing, handing over. Source: spec/opensupports 5."""

from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core.faults import Denied, NotFound
from dragoman.core.sql import Row, prepare
from dragoman.core.text import fold_accents
from dragoman.core.tx import Tx
from dragoman.domains.desk import letters, logs, people, settings, tables
from dragoman.domains.desk.faults import (
    AlreadyAssigned,
    EventNotEditable,
    LacksDepartment,
    NotEditable,
    SameDepartment,
)
from dragoman.domains.desk.people import Person

_t, _e = tables.tickets.c, tables.events.c
_NUMBER = prepare(
    sa.select(tables.tickets).where(_t.number == sa.bindparam("number", type_=sa.BigInteger()))
)
_SUPERVISES = prepare(
    sa.select(tables.supervised.c.id).where(
        tables.supervised.c.supervisor_id == sa.bindparam("supervisor", type_=sa.BigInteger()),
        tables.supervised.c.user_id == sa.bindparam("user", type_=sa.BigInteger()),
    )
)
_COMMENTS = prepare(
    sa.select(_e.id, _e.private)
    .where(_e.ticket_id == sa.bindparam("ticket_id", type_=sa.BigInteger()), _e.kind == "comment")
    .order_by(_e.id)
)


class NewTicket(msgspec.Struct, frozen=True, kw_only=True):
    """What a ticket is opened with.

    email: stored with it when given; number: None takes the next.
    """

    title: str
    content: str
    department_id: int
    language: str
    email: str | None = None
    author_name: str = ""
    file: str | None = None
    number: int | None = None


def by_number(tx: Tx, number: int) -> Row | None:
    """The ticket with this number, or None."""
    return tx.first(_NUMBER, number=number)


def fetch(tx: Tx, id: int) -> Row:
    """The ticket as it is now. Raises NotFound("ticket")."""
    row = tx.get(tables.tickets, id)
    if row is None:
        raise NotFound("ticket", "id", id)
    return row


def next_number(tx: Tx, id: int) -> int:
    """The number of the ticket with this id, by the desk's own formula."""
    held = settings.read(tx)
    first = int(held.get("ticket-first-number") or 100000)
    gap = int(held.get("ticket-gap") or 176081)
    number = first if id == 1 else (first - 100000 + id * gap) % 900000 + 100000
    while by_number(tx, number) is not None:
        number = (number - 100000 + gap) % 900000 + 100000
    return number


def open_(tx: Tx, author: Person, new: NewTicket) -> tuple[int, int]:
    """Open a ticket. Returns its id and number. `announce` tells the others."""
    id = tx.count_up(tables.tickets.name)
    number = new.number or next_number(tx, id)
    values = {
        "id": id, "number": number, "title": new.title, "title_folded": fold_accents(new.title),
        "content": new.content, "content_folded": fold_accents(new.content),
        "department_id": new.department_id, "by_staff": author.staff, "by_id": author.id,
        "author_name": new.author_name or author.name, "author_email": new.email,
        "language": new.language, "closed": False, "unread": False, "unread_staff": True,
        "file": new.file, "edited": False, "edited_title": False, "created_ms": tx.now_ms,
        "reopened": False,
    }  # fmt: skip
    tx.insert(tables.tickets, values)
    if not author.staff:
        _count(tx, author.id, 1)
    return id, number


def announce(tx: Tx, id: int, author: Person, *, guest: bool) -> None:
    """Log a new ticket and write to those who should know."""
    ticket = fetch(tx, id)
    logs.add(tx, "CREATE_TICKET", author, ticket.number)
    facts = {"ticketNumber": str(ticket.number), "title": ticket.title}
    if guest and ticket.author_email:
        letters.post(tx, "TICKET_CREATED", ticket.author_email, {"name": author.name, **facts})
    for member in letters.wanting_news(tx, ticket.department_id):
        letters.post(tx, "TICKET_CREATED_STAFF", member.email, {"name": member.name, **facts})


def _count(tx: Tx, user_id: int, by: int) -> None:
    held = people.user(tx, user_id)
    if held is not None:
        tx.update(tables.users, user_id, {"tickets": max(0, held.tickets + by)})


_OPEN = prepare(
    sa.select(sa.func.count()).select_from(tables.tickets).where(tables.tickets.c.closed.is_(False))
)


def is_author(ticket: Row, person: Person) -> bool:
    """Whether the person opened the ticket."""
    return bool(ticket.by_staff == person.staff and ticket.by_id == person.id)


def may_manage(tx: Tx, ticket: Row, person: Person) -> bool:
    """Staff of the department, the author, the author's supervisor; a guest only its own ticket."""
    if person.ticket_number is not None and person.ticket_number != ticket.number:
        return False
    if is_author(ticket, person):
        return True
    if person.staff:
        return ticket.department_id in person.departments
    if ticket.by_staff:
        return False
    return tx.first(_SUPERVISES, supervisor=person.id, user=ticket.by_id) is not None


def require(tx: Tx, ticket: Row, person: Person) -> None:
    """Raise Denied unless `may_manage`."""
    if not may_manage(tx, ticket, person):
        raise Denied("ticket")


def add_event(
    tx: Tx,
    ticket_id: int,
    kind: str,
    *,
    by: tuple[bool, int],
    content: str | None = None,
    private: bool = False,
    file: str | None = None,
) -> int:
    """Add to a ticket's thread. Returns the event's id."""
    values = {
        "ticket_id": ticket_id, "kind": kind, "content": content,
        "content_folded": fold_accents(content) if kind == "comment" and content else None,
        "by_staff": by[0], "by_id": by[1], "private": private, "file": file, "edited": False,
        "at_ms": tx.now_ms,
    }  # fmt: skip
    return tx.insert(tables.events, values)


def comment(
    tx: Tx, id: int, person: Person, content: str, *, private: bool = False, file: str | None = None
) -> int:
    """Answer a ticket; private notes are for staff. Mails author and owner. Returns an event id."""
    ticket = fetch(tx, id)
    require(tx, ticket, person)
    private = private and person.staff
    event_id = add_event(
        tx, id, "comment", by=person.key, content=content, private=private, file=file
    )
    changes: dict[str, Any] = {}
    if person.staff:
        changes["unread"] = ticket.unread or not is_author(ticket, person)
        changes["unread_staff"] = ticket.unread_staff or ticket.owner_id != person.id
        if not private:
            changes["staff_replies"] = ticket.staff_replies + 1
            if ticket.first_reply_ms is None:
                changes["first_reply_ms"] = tx.now_ms
    else:
        changes["unread_staff"] = True
    tx.update(tables.tickets, id, changes)
    logs.add(tx, "COMMENT", person, ticket.number)
    letters.responded(tx, ticket, person, content, private=private)
    return event_id


def close(tx: Tx, id: int, person: Person) -> None:
    """Close; closing twice adds another event."""
    ticket = fetch(tx, id)
    require(tx, ticket, person)
    add_event(tx, id, "close", by=person.key)
    changes = {
        "closed": True, "last_closed_ms": tx.now_ms,
        "first_closed_ms": ticket.first_closed_ms or tx.now_ms,
        "unread": ticket.unread or not is_author(ticket, person),
        "unread_staff": ticket.unread_staff
        or not (person.staff and ticket.owner_id == person.id),
    }  # fmt: skip
    tx.update(tables.tickets, id, changes)
    logs.add(tx, "CLOSE", person, ticket.number)
    letters.closed(tx, ticket)


def reopen(tx: Tx, id: int, person: Person) -> None:
    """Open again; an open ticket gets another event all the same."""
    ticket = fetch(tx, id)
    require(tx, ticket, person)
    add_event(tx, id, "reopen", by=person.key)
    changes = {"closed": False, "reopened": ticket.reopened or ticket.closed}
    changes["unread" if person.staff else "unread_staff"] = True
    tx.update(tables.tickets, id, changes)
    logs.add(tx, "RE_OPEN", person, ticket.number)


def open_count(tx: Tx) -> int:
    """How many tickets are not closed."""
    return int(tx.scalar(_OPEN))


def seen(tx: Tx, id: int, person: Person) -> None:
    """The owner or the author has looked."""
    ticket = fetch(tx, id)
    require(tx, ticket, person)
    changes = {}
    if person.staff and ticket.owner_id == person.id:
        changes["unread_staff"] = False
    if is_author(ticket, person):
        changes["unread"] = False
    tx.update(tables.tickets, id, changes)


def delete(tx: Tx, id: int, person: Person) -> None:
    """Delete a ticket that nobody owns: its author, or staff of level 3. Raises Denied."""
    ticket = fetch(tx, id)
    owned = bool(ticket.owner_id)
    chief = person.staff and person.level >= 3
    elsewhere = person.ticket_number is not None and person.ticket_number != ticket.number
    if owned or elsewhere or not (chief or is_author(ticket, person)):
        raise Denied("ticket")
    remove(tx, ticket)


def remove(tx: Tx, ticket: Row) -> None:
    """Remove a ticket with its thread and tags."""
    tx.delete_where(tables.ticket_tags, tables.ticket_tags.c.ticket_id == ticket.id)
    tx.delete_where(tables.events, _e.ticket_id == ticket.id)
    tx.delete(tables.tickets, ticket.id)
    if not ticket.by_staff:
        _count(tx, ticket.by_id, -1)


def move(tx: Tx, id: int, person: Person, department: Row) -> None:
    """Change the department. Raises Denied, SameDepartment."""
    ticket = fetch(tx, id)
    if department.private and not ticket.by_staff:
        raise Denied("private department")
    require(tx, ticket, person)
    if ticket.department_id == department.id:
        raise SameDepartment
    changes: dict[str, Any] = {
        "department_id": department.id, "moves": ticket.moves + 1,
        "unread": ticket.unread or not is_author(ticket, person),
    }  # fmt: skip
    if ticket.owner_id and department.id not in people.departments_of(tx, ticket.owner_id):
        owner = people.member(tx, ticket.owner_id)
        add_event(
            tx, id, "unassign", by=person.key, content=owner.name if owner is not None else None
        )
        changes["owner_id"] = 0
    add_event(tx, id, "department", by=person.key, content=department.name)
    tx.update(tables.tickets, id, changes)
    logs.add(tx, "DEPARTMENT_CHANGED", person, ticket.number)


def assign(tx: Tx, id: int, person: Person, staff_id: int) -> None:
    """Set an owner. Raises NotFound("staff"), LacksDepartment, AlreadyAssigned, Denied."""
    ticket = fetch(tx, id)
    owner = people.member(tx, staff_id)
    if owner is None:
        raise NotFound("staff", "id", staff_id)
    if ticket.department_id not in people.departments_of(tx, staff_id):
        raise LacksDepartment
    if ticket.owner_id:
        raise AlreadyAssigned
    require(tx, ticket, person)
    add_event(tx, id, "assign", by=person.key, content=owner.name)
    by_assignee = ticket.by_staff and ticket.by_id == staff_id
    changes = {
        "owner_id": staff_id, "assigns": ticket.assigns + 1,
        "unread": ticket.unread or not by_assignee,
    }  # fmt: skip
    tx.update(tables.tickets, id, changes)


def unassign(tx: Tx, id: int, person: Person) -> None:
    """Take the owner away. Raises Denied, also when there is none."""
    ticket = fetch(tx, id)
    require(tx, ticket, person)
    if not ticket.owner_id:
        raise Denied("owner")
    owner = people.member(tx, ticket.owner_id)
    add_event(tx, id, "unassign", by=person.key, content=owner.name if owner else None)
    changes = {"owner_id": 0, "unread": ticket.unread or not is_author(ticket, person)}
    tx.update(tables.tickets, id, changes)


def retitle(tx: Tx, id: int, person: Person, title: str) -> None:
    """Change the title. Raises Denied."""
    ticket = fetch(tx, id)
    require(tx, ticket, person)
    changes = {"title": title, "title_folded": fold_accents(title), "edited_title": True}
    tx.update(tables.tickets, id, changes)
    logs.add(tx, "EDIT_TITLE", person, ticket.number)


def edit_text(tx: Tx, id: int, person: Person, content: str) -> None:
    """Change the ticket's own text, before any comment. Raises Denied, NotEditable."""
    ticket = fetch(tx, id)
    if not is_author(ticket, person):
        raise Denied("author")
    _require_staff(tx, ticket, person)
    if any(person.staff or not row.private for row in tx.all(_COMMENTS, ticket_id=id)):
        raise NotEditable
    changes = {"content": content, "content_folded": fold_accents(content), "edited": True}
    tx.update(tables.tickets, id, changes)
    logs.add(tx, "EDIT_COMMENT", person, ticket.number)


def edit_event(tx: Tx, event: Row, person: Person, content: str) -> None:
    """Change one's own last comment of an open ticket. Raises Denied, EventNotEditable."""
    ticket = fetch(tx, event.ticket_id)
    if (event.by_staff, event.by_id) != person.key:
        raise Denied("author")
    _require_staff(tx, ticket, person)
    visible = [
        row.id for row in tx.all(_COMMENTS, ticket_id=ticket.id) if person.staff or not row.private
    ]
    if event.kind != "comment" or ticket.closed or not visible or visible[-1] != event.id:
        raise EventNotEditable
    changes = {"content": content, "content_folded": fold_accents(content), "edited": True}
    tx.update(tables.events, event.id, changes)
    logs.add(tx, "EDIT_COMMENT", person, ticket.number)


def _require_staff(tx: Tx, ticket: Row, person: Person) -> None:
    if person.staff or person.ticket_number is not None:
        require(tx, ticket, person)


def event(tx: Tx, id: int) -> Row | None:
    """One entry of a thread."""
    return tx.get(tables.events, id)


def dress(tx: Tx, id: int, *, content: str, file: str | None) -> None:
    """Set file and final content of a ticket that was just opened; its files bear its number."""
    values = {"content": content, "content_folded": fold_accents(content), "file": file}
    if fetch(tx, id).content != content or file is not None:
        tx.update(tables.tickets, id, values)
