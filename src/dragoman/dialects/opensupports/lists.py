"""Lists of tickets: search, and the staff's own. Source: spec/opensupports 9.3, 10.1."""

from typing import Annotated, Any

import msgspec

from dragoman.core.tx import Tx
from dragoman.dialects.opensupports import callers, lookups, reading, shapes
from dragoman.dialects.opensupports.people_pages import (
    MaybePage,
    MaybeText,
    Page,
    PageSize,
    pages,
    raw,
)
from dragoman.dialects.opensupports.reading import Look, flag, optional, says
from dragoman.dialects.opensupports.sessions import Truthy
from dragoman.domains.desk import customfields, people, searching, threads
from dragoman.domains.desk.searching import Wanted

_ORDERS = ("closed", "owner_id", "unread_staff", "date")


def order_by(look: Look, given: Any) -> tuple[str, bool]:
    """`{"value": one of four, "asc": 0 or 1}`."""
    value = reading.json(given)
    if type(value) is not dict or value.get("value") not in _ORDERS:
        raise ValueError
    ascending = value.get("asc")
    if type(ascending) is not int or ascending not in (0, 1):
        raise ValueError
    return value["value"], ascending == 1


def filled(look: Look, given: Any) -> str:
    """Text that is not blank."""
    if type(given) is not str or reading.is_blank(given):
        raise ValueError
    return given


Ids = tuple[int, ...] | None
Pairs = tuple[tuple[bool, int], ...] | None


class Search(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/search, in the order of 10.1."""

    page: MaybePage
    tags: Annotated[Ids, says("INVALID_TAG_FILTER", optional(lookups.tags))]
    closed: Annotated[bool | None, says("INVALID_CLOSED_FILTER", flag)]
    unread_staff: Annotated[bool | None, says("INVALID_UNREAD_STAFF_FILTER", flag)]
    date_range: Annotated[
        tuple[int, int] | None, says("INVALID_DATE_RANGE_FILTER", optional(lookups.date_range))
    ]
    departments: Annotated[Ids, says("INVALID_DEPARTMENT_FILTER", optional(lookups.departments))]
    authors: Annotated[Pairs, says("INVALID_AUTHOR_FILTER", optional(lookups.authors))]
    owners: Annotated[Ids, says("INVALID_OWNER_FILTER", optional(lookups.members))]
    assigned: Annotated[bool | None, says("INVALID_ASSIGNED_FILTER", flag)]
    query: Annotated[str | None, says("INVALID_QUERY_FILTER", optional(filled))]
    order_by: Annotated[tuple[str, bool] | None, says("INVALID_ORDER_BY", optional(order_by))]
    page_size: PageSize


def search(tx: Tx, ask: Search) -> dict[str, Any]:
    """POST /ticket/search"""
    who = callers.person(tx)
    wanted = Wanted(
        viewer=(who.id, who.departments),
        listed=ask.departments or (),
        authors=ask.authors or (),
        tags=ask.tags or (),
        owners=ask.owners or (),
        closed=ask.closed,
        unread_staff=ask.unread_staff,
        assigned=ask.assigned,
        between_ms=ask.date_range,
        query=ask.query,
        order=ask.order_by,
    )
    ids, total = searching.find(tx, wanted, page=ask.page, size=ask.page_size)
    return {
        "tickets": _full(tx, ids),
        "pages": pages(total, ask.page_size),
        "page": ask.page,
    }


def _full(tx: Tx, ids: list[int]) -> list[dict[str, Any]]:
    return [shapes.ticket(each, to_staff=True) for each in threads.many(tx, ids)]


def _short(tx: Tx, ids: list[int]) -> list[dict[str, Any]]:
    found = threads.many(tx, ids, with_events=False)
    return [shapes.ticket(each, to_staff=True, short=True) for each in found]


def _department_id(look: Look, given: Any) -> int | None:
    text = reading.text(look, given)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


class MyTickets(msgspec.Struct, frozen=True, rename="camel"):
    """POST /staff/get-tickets."""

    page: Page
    page_size: PageSize
    closed: Truthy
    department_id: Annotated[int | None, says("", _department_id)]
    page_sent: Annotated[str | None, raw("page")]


def mine(tx: Tx, ask: MyTickets) -> dict[str, Any]:
    """POST /staff/get-tickets"""
    who = callers.person(tx)
    wanted = Wanted(
        mine=who.id,
        closed=None if ask.closed else False,
        department_id=ask.department_id or None,
        by="default",
    )
    ids, total = searching.find(tx, wanted, page=ask.page, size=ask.page_size)
    return {
        "tickets": _short(tx, ids), "page": ask.page_sent, "pages": pages(total, ask.page_size),
    }  # fmt: skip


class NewTickets(msgspec.Struct, frozen=True, rename="camel"):
    """POST /staff/get-new-tickets."""

    page: Page
    page_size: PageSize
    department_id: Annotated[int | None, says("", _department_id)]
    page_sent: Annotated[str | None, raw("page")]


def fresh(tx: Tx, ask: NewTickets) -> dict[str, Any]:
    """POST /staff/get-new-tickets"""
    who = callers.person(tx)
    wanted = Wanted(
        places=who.departments,
        closed=False,
        assigned=False,
        department_id=ask.department_id or None,
        by="fresh",
    )
    ids, total = searching.find(tx, wanted, page=ask.page, size=ask.page_size)
    return {
        "tickets": _short(tx, ids), "page": ask.page_sent, "pages": pages(total, ask.page_size),
    }  # fmt: skip


class AllTickets(msgspec.Struct, frozen=True, rename="camel"):
    """POST /staff/get-all-tickets."""

    page: Page
    query: MaybeText
    closed: MaybeText


def everything(tx: Tx, ask: AllTickets) -> dict[str, Any]:
    """POST /staff/get-all-tickets"""
    who = callers.person(tx)
    wanted = Wanted(
        places=who.departments,
        query=ask.query or None,
        title_only=True,
        closed=None if ask.closed == "1" else False,
        by="newest",
    )
    ids, total = searching.find(tx, wanted, page=ask.page, size=10)
    return {"tickets": _short(tx, ids), "pages": pages(total, 10)}


class SearchTickets(msgspec.Struct, frozen=True, rename="camel"):
    """POST /staff/search-tickets."""

    query: Annotated[str, says("INVALID_QUERY", filled)]
    page: Page


def by_title(tx: Tx, ask: SearchTickets) -> dict[str, Any]:
    """POST /staff/search-tickets"""
    who = callers.person(tx)
    wanted = Wanted(places=who.departments, query=ask.query, title_only=True, by="newest")
    ids, total = searching.find(tx, wanted, page=ask.page, size=10)
    return {"tickets": _full(tx, ids), "pages": pages(total, 10)}


class LastEvents(msgspec.Struct, frozen=True, rename="camel"):
    """POST /staff/last-events."""

    page: Page


def last_events(tx: Tx, ask: LastEvents) -> list[dict[str, Any]]:
    """POST /staff/last-events"""
    rows = searching.last_events(tx, callers.person(tx).id, ask.page)
    return [
        {
            "type": shapes.kind_of(row),
            "ticketNumber": str(row.number),
            "author": _event_author(tx, row),
            "edited": shapes.one_or_null(row.edited),
        }
        for row in rows
    ]


def _event_author(tx: Tx, row: Any) -> dict[str, Any]:
    held = (people.member if row.by_staff else people.user)(tx, row.by_id)
    if held is None:
        return {"name": None, "staff": row.by_staff, "id": None, "customfields": []}
    custom: list[Any] = []
    if not row.by_staff:
        values = customfields.values_of(tx, [row.by_id])[row.by_id]
        custom = [shapes.custom_value(value) for value in values]
    return {
        "name": held.name, "staff": row.by_staff, "id": str(row.by_id), "customfields": custom,
    }  # fmt: skip


class SearchAuthors(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/search-authors."""

    query: Annotated[str | None, says("INVALID_QUERY", optional(reading.maybe_text))]
    black_list: Annotated[Pairs, says("INVALID_BLACK_LIST", optional(lookups.author_keys))]
    search_users: Annotated[bool | None, says("INVALID_USER_SEARCH_OPTION", flag)]


def search_authors(tx: Tx, ask: SearchAuthors) -> dict[str, Any]:
    """POST /ticket/search-authors"""
    found = searching.authors(
        tx, ask.query or "", but=frozenset(ask.black_list or ()), staff=not ask.search_users
    )
    return {"authors": [shapes.mini_author(row, staff=staff) for staff, row in found]}


class GetAuthors(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/get-authors."""

    authors: Annotated[tuple[tuple[bool, int], ...], says("INVALID_LIST", lookups.authors)]


def get_authors(tx: Tx, ask: GetAuthors) -> list[dict[str, Any]]:
    """POST /ticket/get-authors"""
    return [
        shapes.mini_author((people.member if staff else people.user)(tx, id), staff=staff)
        for staff, id in ask.authors
    ]
