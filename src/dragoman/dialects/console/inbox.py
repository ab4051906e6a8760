"""Inbox: the list of tickets, one thread with its composer, and the pictures of a ticket.

Who reads is said by the console's role; who acts is a member of the desk's staff.
"""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import sqlalchemy as sa

from dragoman.bridges import people as joined
from dragoman.core import tables as core_tables
from dragoman.core.faults import Denied, NotFound
from dragoman.core.files import Files, media_type_of
from dragoman.core.sql import Row, prepare
from dragoman.core.text import fold_accents
from dragoman.core.tx import Tx
from dragoman.dialects.console import ticket_html
from dragoman.dialects.console.auth import Member
from dragoman.dialects.console.keeping import own
from dragoman.dialects.console.places import local
from dragoman.dialects.console.reading import number_in, page_in
from dragoman.dialects.console.rendering import query
from dragoman.dialects.console.results import Data, Download, Nothing, Page
from dragoman.domains.console import keeping
from dragoman.domains.desk import (
    attachments,
    canned,
    departments,
    people,
    searching,
    settings,
    tables,
    tags,
    threads,
    tickets,
)
from dragoman.domains.desk.people import Person
from dragoman.domains.desk.searching import Wanted
from dragoman.wire.binding import Given, Path, Query
from dragoman.wire.call import Stream

VIEWS = (
    ("mine", "Mine"),
    ("unassigned", "Unassigned"),
    ("open", "Open"),
    ("closed", "Closed"),
)
SIZE = 40
_m = core_tables.memberships.c
_STAFF = prepare(
    sa.select(tables.staff)
    .join(core_tables.memberships, _m.id == tables.staff.c.membership_id)
    .where(
        _m.account_id == sa.bindparam("account_id", type_=sa.BigInteger()),
        _m.domain == people.DOMAIN,
        _m.active.is_(True),
    )
    .order_by(tables.staff.c.id)
    .limit(1)
)
_COLLEAGUES = prepare(
    sa.select(tables.staff.c.id, tables.staff.c.name)
    .join(
        tables.staff_departments,
        tables.staff_departments.c.staff_id == tables.staff.c.id,
    )
    .join(core_tables.memberships, _m.id == tables.staff.c.membership_id)
    .where(
        tables.staff_departments.c.department_id
        == sa.bindparam("department_id", type_=sa.BigInteger()),
        _m.active.is_(True),
    )
    .order_by(tables.staff.c.name_folded)
)


class ShowInbox(msgspec.Struct, frozen=True):
    """GET /edit/inbox. id: a ticket's number; tab: what is being written."""

    view: Annotated[str, Query()] = ""
    q: Annotated[str, Query()] = ""
    department: Annotated[str, Query()] = ""
    tag: Annotated[str, Query()] = ""
    id: Annotated[int | None, Query()] = None
    tab: Annotated[str, Query()] = "reply"
    page: Annotated[str, Query()] = ""


class ShowFile(msgspec.Struct, frozen=True):
    """GET /edit/inbox/{number}/file/{name}."""

    number: Annotated[int, Path()]
    name: Annotated[str, Path()]
    store: Annotated[Files, Given()]


def acting(tx: Tx) -> Person | None:
    """The member of the desk's staff who sits at the screen, or None."""
    row = tx.first(_STAFF, account_id=own(tx))
    return people.as_person(tx, row, staff=True) if row is not None else None


def ticket_of(tx: Tx, number: int) -> Row:
    """A ticket by number. Raises NotFound("ticket")."""
    row = tickets.by_number(tx, number)
    if row is None:
        raise NotFound("ticket", "number", number)
    return row


def thread_of(tx: Tx, number: int) -> threads.Thread:
    """A ticket with its entries, by number. Raises NotFound("ticket")."""
    held = threads.one(tx, ticket_of(tx, number).id)
    if held is None:
        raise NotFound("ticket", "number", number)
    return held


def comments_after(held: threads.Thread, last: int) -> list[Row]:
    """Replies and notes newer than the entry `last`."""
    return [event for event in held.events if event.id > last and event.kind == "comment"]


def others_after(held: threads.Thread, last: int, me: Person | None) -> bool:
    """Whether somebody else wrote, to the customer or in a note, after the entry `last`."""
    return any(
        me is None or (event.by_staff, event.by_id) != me.key
        for event in comments_after(held, last)
    )


def colleagues(tx: Tx, department_id: int) -> list[Row]:
    """Active staff of a department by name: id, name."""
    return tx.all(_COLLEAGUES, department_id=department_id)


def back_to(back: str, number: int | None = None) -> str:
    """The Inbox as it stood: view, filters and page; else the open view, with `number` chosen."""
    plain = "/edit/inbox?view=open" if number is None else f"/edit/inbox?view=open&id={number}"
    return local(back) if urlsplit(local(back)).path == "/edit/inbox" else plain


def again(back: str, number: int, tab: str) -> ShowInbox:
    """What was asked for by the page on which a form stood."""
    given = dict(parse_qsl(urlsplit(back_to(back, number)).query))
    kept = {key: given.get(key, "") for key in ("view", "q", "department", "tag", "page")}
    return ShowInbox(**kept, id=number, tab=tab)


def page(tx: Tx, ask: ShowInbox, *, refused: Mapping[str, str] | None = None) -> Page:
    """GET /edit/inbox. refused: text, alt and last of an answer that was crossed (409)."""
    me = acting(tx)
    known = dict(VIEWS)
    view = ask.view if ask.view in known else "mine" if me is not None and not ask.id else "open"
    at = page_in(ask.page)
    ids, total = searching.find(tx, _wanted(ask, view, me), page=at, size=SIZE)
    found = threads.many(tx, ids, with_events=False)
    if not found and not ask.view and view == "mine" and not ask.q:
        view = "open"
        ids, total = searching.find(tx, _wanted(ask, view, me), page=at, size=SIZE)
        found = threads.many(tx, ids, with_events=False)
    keep = {"view": view, "q": ask.q, "department": ask.department, "tag": ask.tag}
    values: dict[str, Any] = {
        "active": "inbox",
        "title": "Inbox",
        "ask": ask,
        "view": view,
        "views": VIEWS,
        "rows": found,
        "total": total,
        "at": at,
        "more": at * SIZE < total,
        "keep": keep,
        "departments": departments.listed(tx),
        "tags": tags.listed(tx),
        "me": me,
        "may_write": isinstance(tx.actor, Member) and tx.actor.may("inbox:write"),
        "may_join": me is None and isinstance(tx.actor, Member) and tx.actor.may("users:write"),
        "here": query("/edit/inbox", keep, id=ask.id, page=at if at > 1 else ""),
        "refused": refused,
        "open": _opened(tx, ask, me) if ask.id is not None else None,
    }
    return Page("inbox.html", values, 409 if refused is not None else 200)


def _wanted(ask: ShowInbox, view: str, me: Person | None) -> Wanted:
    tag = number_in(ask.tag)
    return Wanted(
        owners=(me.id if me is not None else -1,) if view == "mine" else (),
        assigned=False if view == "unassigned" else None,
        closed=view == "closed",
        department_id=number_in(ask.department),
        tags=(tag,) if tag is not None else (),
        query=fold_accents(ask.q.strip()) or None,
        by="newest",
    )


def _opened(tx: Tx, ask: ShowInbox, me: Person | None) -> dict[str, Any]:
    number = ask.id or 0
    held = thread_of(tx, number)
    row = held.ticket
    email = row.author_email or row.by_email or ""
    member = tx.actor
    sees = isinstance(member, Member) and member.may("people:read")
    whole = tickets.fetch(tx, row.id)
    drafts = {kind: _draft(tx, kind, number) for kind in ("reply", "note")}
    first_ms = whole.first_reply_ms
    return {
        "row": row,
        "email": email,
        "name": row.by_name or row.author_name or email,
        "tags": [one for one in tags.listed(tx) if one.name in held.tags],
        "parts": _parts(held),
        "last": max((event.id for event in held.events), default=0),
        "drafts": drafts,
        "tab": "note" if ask.tab == "note" else "reply",
        "unread": me is not None and whole.unread_staff and whole.owner_id == me.id,
        "limit_bytes": settings.max_bytes(settings.read(tx)),
        "first_us": (first_ms - row.created_ms) * 1000 if first_ms is not None else None,
        "may_act": me is not None and tickets.may_manage(tx, whole, me),
        "colleagues": colleagues(tx, row.department_id),
        "canned": [(ticket_html.plain(one.content), one.name) for one in canned.listed(tx)],
        "elsewhere": joined.counts(tx, email) if email and sees else None,
    }


def _draft(tx: Tx, kind: str, number: int) -> str:
    held = keeping.draft(tx, own(tx), kind, str(number))
    return str(held.value) if held is not None else ""


def _parts(held: threads.Thread) -> list[dict[str, Any]]:
    row = held.ticket
    first = {
        "kind": "comment",
        "name": row.by_name or row.author_name or row.author_email or "Somebody",
        "staff": row.by_staff,
        "private": False,
        "html": ticket_html.shown(row.content, row.number),
        "file": row.file,
        "at_ms": row.created_ms,
    }
    return [first, *(_part(event, row.number) for event in held.events)]


def _part(event: Row, number: int) -> dict[str, Any]:
    text = event.content or ""
    comment = event.kind == "comment"
    return {
        "kind": event.kind,
        "name": event.by_name or "Somebody",
        "staff": event.by_staff,
        "private": event.private,
        "html": ticket_html.shown(text, number) if comment else "",
        "text": text,
        "file": event.file,
        "at_ms": event.at_ms,
    }


class Newer(msgspec.Struct, frozen=True):
    """GET /edit/inbox/{number}/newer."""

    number: Annotated[int, Path()]
    after: Annotated[int, Query()] = 0


def newer(tx: Tx, ask: Newer) -> Data | Nothing:
    """GET /edit/inbox/{number}/newer: whether somebody else has written since."""
    found = others_after(thread_of(tx, ask.number), ask.after, acting(tx))
    return Data({"newer": True}) if found else Nothing()


def file(tx: Tx, ask: ShowFile) -> Download:
    """GET /edit/inbox/{number}/file/{name}: only what this ticket holds."""
    if not _holds(thread_of(tx, ask.number), ask.name):
        raise NotFound("file", "name", ask.name)
    kept = attachments.find(tx, ask.name)
    if kept is None:
        raise NotFound("file", "name", ask.name)
    store, path = ask.store, kept.path
    head = next(iter(store.stream(path)), b"")
    media_type = media_type_of(bytes(head[:4096]), ask.name)
    body = Stream(kept.size_bytes, lambda: store.stream(path))
    return Download(body, media_type, ask.name, inline=True)


def _holds(held: threads.Thread, name: str) -> bool:
    texts = [(held.ticket.content, held.ticket.file)]
    texts += [(event.content or "", event.file) for event in held.events]
    return any(name == file or name in ticket_html.pictures(text) for text, file in texts)


def require_staff(tx: Tx) -> Person:
    """Who acts. Raises Denied("staff") for somebody who is not of the desk's staff."""
    me = acting(tx)
    if me is None:
        raise Denied("staff")
    return me
