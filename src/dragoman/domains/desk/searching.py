"""Finding tickets: filters, order and pages. Source: spec/opensupports 10.1, 9.3."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core.sql import contains, member, prepare
from dragoman.core.text import fold_accents
from dragoman.core.tx import Tx
from dragoman.domains.desk import tables

_t, _e, _tt = tables.tickets.c, tables.events.c, tables.ticket_tags.c
_COLUMNS = {
    "closed": _t.closed, "owner_id": _t.owner_id, "unread_staff": _t.unread_staff,
    "date": _t.created_ms,
}  # fmt: skip
_SORTED = (
    _t.closed, _t.owner_id, _t.unread_staff, _t.created_ms.desc(), _t.id.desc(),
)  # fmt: skip
_NEWEST = (_t.id.desc(),)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; all conditions must hold, None and empty lists are no condition.

    viewer: (staff id, its departments): what it may see. listed: only these departments.
    authors: (by_staff, id) pairs. mine: assigned to or authored by this staff id.
    places: departments whose tickets only are wanted, whoever wrote them.
    order: a column's key and whether ascending. fresh: unowned and open, unread first.
    """

    viewer: tuple[int, tuple[int, ...]] | None = None
    listed: tuple[int, ...] = ()
    places: tuple[int, ...] | None = None
    mine: int | None = None
    authors: tuple[tuple[bool, int], ...] = ()
    tags: tuple[int, ...] = ()
    owners: tuple[int, ...] = ()
    closed: bool | None = None
    unread_staff: bool | None = None
    assigned: bool | None = None
    between_ms: tuple[int, int] | None = None
    department_id: int | None = None
    query: str | None = None
    title_only: bool = False
    order: tuple[str, bool] | None = None
    by: str = "default"  # default | newest | id | fresh


def find(tx: Tx, wanted: Wanted, *, page: int, size: int) -> tuple[list[int], int]:
    """The ids of one page, and how many tickets fit in all."""
    params = _params(wanted)
    shape = _shape(wanted)
    if wanted.query:
        return _find_text(tx, wanted, shape, params, page=page, size=size)
    total = tx.scalar(tx.shaped(("desk total", *shape), lambda: _total(wanted)), **params)
    offset = (page - 1) * size
    if offset >= total:
        return [], total
    rows = tx.all(
        tx.shaped(("desk page", *shape), lambda: _page(wanted)),
        **params,
        limit=size,
        offset=offset,
    )
    return [row.id for row in rows], total


def _find_text(
    tx: Tx,
    wanted: Wanted,
    shape: tuple[Any, ...],
    params: dict[str, Any],
    *,
    page: int,
    size: int,
) -> tuple[list[int], int]:
    """Texts are walked once: matches with rank and total come out of the same pass."""
    tx.expect_long()
    rows = tx.all(
        tx.shaped(("desk text", *shape), lambda: _text_page(wanted)),
        **params,
        limit=size,
        offset=(page - 1) * size,
    )
    if rows:
        return [row.id for row in rows], rows[0].total
    if page == 1:
        return [], 0
    return [], tx.scalar(tx.shaped(("desk total", *shape), lambda: _total(wanted)), **params)


def _shape(wanted: Wanted) -> tuple[Any, ...]:
    return (
        wanted.viewer is not None, bool(wanted.listed), wanted.places is not None,
        wanted.mine is not None, tuple(sorted({staff for staff, _ in wanted.authors})),
        bool(wanted.tags), bool(wanted.owners), wanted.closed, wanted.unread_staff,
        wanted.assigned, wanted.between_ms is not None, wanted.department_id is not None,
        bool(wanted.query), wanted.title_only, wanted.order, wanted.by,
    )  # fmt: skip


def _params(wanted: Wanted) -> dict[str, Any]:
    params: dict[str, Any] = {}
    if wanted.viewer is not None:
        me, departments = wanted.viewer
        own = departments
        if wanted.listed:
            own = tuple(id for id in departments if id in wanted.listed)
            params["others"] = [id for id in wanted.listed if id not in own]
        params.update(me=me, own=list(own))
    elif wanted.listed:
        params["listed"] = list(wanted.listed)
    for staff in (False, True):
        ids = [id for kind, id in wanted.authors if kind is staff]
        if ids:
            params["staff_authors" if staff else "user_authors"] = ids
    if wanted.between_ms is not None:
        params["from_ms"], params["to_ms"] = wanted.between_ms
    if wanted.query:
        params["sought"] = fold_accents(wanted.query)
    # what the statement does not ask for is not looked at
    return {
        **params, "tags": list(wanted.tags), "owners": list(wanted.owners), "mine": wanted.mine,
        "places": list(wanted.places or ()), "department_id": wanted.department_id,
    }  # fmt: skip


def _int(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=sa.BigInteger())


_QUERY = sa.bindparam("sought", type_=sa.Text())
_TEXT_NUMBER = sa.cast(_t.number, sa.Text())


def _visible(wanted: Wanted) -> Any:
    # `+ 0`: SQLite would find all by two other indexes and sort them; this walks the one in order
    place, author = _t.department_id + 0, _t.by_id + 0
    authored = sa.and_(_t.by_staff.is_(True), author == _int("me"))
    if wanted.listed:
        authored = sa.and_(authored, member(place, "others"))
    return sa.or_(member(place, "own"), authored)


def _authors(wanted: Wanted) -> Any:
    kinds = {staff for staff, _ in wanted.authors}
    parts = []
    if False in kinds:
        parts.append(sa.and_(_t.by_staff.is_(False), member(_t.by_id, "user_authors")))
    if True in kinds:
        parts.append(sa.and_(_t.by_staff.is_(True), member(_t.by_id, "staff_authors")))
    return sa.or_(*parts)


def conditions(wanted: Wanted) -> list[Any]:
    """The filters as SQL, with named parameters."""
    tagged = sa.select(_tt.ticket_id).where(member(_tt.tag_id, "tags"))
    mine = sa.or_(
        _t.owner_id == _int("mine"), sa.and_(_t.by_staff.is_(True), _t.by_id == _int("mine"))
    )
    wishes: list[tuple[Any, Any]] = [
        (wanted.viewer is not None, lambda: _visible(wanted)),
        (
            wanted.viewer is None and wanted.listed,
            lambda: member(_t.department_id, "listed"),
        ),
        (wanted.places is not None, lambda: member(_t.department_id, "places")),
        (wanted.mine is not None, lambda: mine),
        (wanted.authors, lambda: _authors(wanted)),
        (wanted.tags, lambda: _t.id.in_(tagged)),
        (wanted.owners, lambda: member(_t.owner_id, "owners")),
        (wanted.closed is not None, lambda: _t.closed.is_(wanted.closed)),
        (wanted.unread_staff is not None, lambda: _t.unread_staff.is_(wanted.unread_staff)),
        (
            wanted.assigned is not None,
            lambda: _t.owner_id > 0 if wanted.assigned else _t.owner_id == 0,
        ),
        (
            wanted.between_ms is not None,
            lambda: sa.and_(_t.created_ms >= _int("from_ms"), _t.created_ms <= _int("to_ms")),
        ),
        (wanted.department_id is not None, lambda: _t.department_id == _int("department_id")),
        (wanted.query, lambda: _matches(wanted)),
    ]
    return [make() for given, make in wishes if given]


def _matches(wanted: Wanted) -> Any:
    if wanted.title_only:
        return contains(_t.title_folded, _QUERY)
    return sa.or_(
        contains(_t.title_folded, _QUERY),
        contains(_t.content_folded, _QUERY),
        contains(_TEXT_NUMBER, _QUERY),
        _t.id.in_(_commented()),
    )


def _commented() -> Any:
    return sa.select(_e.ticket_id).where(_e.kind == "comment", contains(_e.content_folded, _QUERY))


def _starts() -> Any:
    return sa.func.substr(_t.title_folded, 1, sa.func.length(_QUERY)) == _QUERY


def _rank(wanted: Wanted) -> Any:
    if wanted.title_only:
        return sa.case((_starts(), 1), else_=2)
    return sa.case(
        (contains(_TEXT_NUMBER, _QUERY), 1),
        (_starts(), 2),
        (contains(_t.title_folded, _QUERY), 3),
        (contains(_t.content_folded, _QUERY), 4),
        else_=5,
    )


def _order(wanted: Wanted) -> list[Any]:
    out: list[Any] = [_rank(wanted)] if wanted.query else []
    if wanted.order is not None:
        column = _COLUMNS[wanted.order[0]]
        out.append(column.asc() if wanted.order[1] else column.desc())
    if wanted.by == "newest":
        return [*out, *_NEWEST]
    if wanted.by == "id":
        return [*out, _t.id]
    if wanted.by == "fresh":
        return [*out, _t.unread_staff.desc(), _t.id.desc()]
    return [*out, *_SORTED]


def _total(wanted: Wanted) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(tables.tickets).where(*conditions(wanted))


def _page(wanted: Wanted) -> sa.Select[Any]:
    return (
        sa.select(_t.id)
        .where(*conditions(wanted))
        .order_by(*_order(wanted))
        .limit(_int("limit"))
        .offset(_int("offset"))
    )


def _text_page(wanted: Wanted) -> sa.Select[Any]:
    return _page(wanted).add_columns(sa.func.count().over().label("total"))


_OF_AUTHOR = prepare(
    sa.select(_t.id).where(_t.by_staff.is_(False), _t.by_id == _int("by_id")).order_by(_t.id)
)
_LAST_EVENTS = prepare(
    sa.select(_e.id, _e.kind, _e.edited, _e.by_staff, _e.by_id, _t.number)
    .select_from(tables.events.join(tables.tickets, _t.id == _e.ticket_id))
    .where(
        sa.or_(
            _t.owner_id == _int("mine"),
            sa.and_(_t.by_staff.is_(True), _t.by_id == _int("mine")),
        )
    )
    .order_by(_e.id.desc())
    .limit(10)
    .offset(_int("offset"))
)


def of_author(tx: Tx, user_id: int) -> Sequence[int]:
    """The ids of a user's tickets, oldest first."""
    return [row.id for row in tx.all(_OF_AUTHOR, by_id=user_id)]


def last_events(tx: Tx, staff_id: int, page: int) -> list[Any]:
    """Ten entries, newest first, of tickets that a member owns or has written."""
    return tx.all(_LAST_EVENTS, mine=staff_id, offset=(page - 1) * 10)


def params_of(wanted: Wanted) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The shape and the parameters of the filters, for other statements over the same tickets."""
    return _shape(wanted), _params(wanted)


_NEEDLE = sa.bindparam("needle", type_=sa.Text())


def _named(table: sa.Table) -> Any:
    folded = table.c.name_folded
    starts = sa.func.substr(folded, 1, sa.func.length(_NEEDLE)) == _NEEDLE
    return prepare(
        sa.select(table)
        .where(sa.or_(_NEEDLE == "", contains(folded, _NEEDLE)))
        .order_by(sa.case((starts, 0), else_=1), table.c.id)
        .limit(_int("limit"))
    )


_STAFF_NAMED, _USERS_NAMED = _named(tables.staff), _named(tables.users)


def authors(
    tx: Tx, query: str, *, but: frozenset[tuple[bool, int]], staff: bool
) -> list[tuple[bool, Any]]:
    """Up to ten people whose name contains a text, beginnings first; (is staff, row).

    staff: members of staff too.
    """
    needle, limit = fold_accents(query), 10 + len(but)
    found: list[tuple[bool, Any]] = []
    if staff:
        found += [(True, row) for row in tx.all(_STAFF_NAMED, needle=needle, limit=limit)]
    found += [(False, row) for row in tx.all(_USERS_NAMED, needle=needle, limit=limit)]
    if needle:
        found.sort(key=lambda each: not each[1].name_folded.startswith(needle))
    return [each for each in found if (each[0], each[1].id) not in but][:10]
