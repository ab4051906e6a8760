"""Searching components. Source: spec/chautec 6.8."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core.sql import Row, contains, contains_all, member
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.domains.content import trees
from dragoman.domains.content.tables import component_tags, components
from dragoman.domains.content.trees import Order

_c = components.c
_FEW = 8  # so many terms are conditions of their own; more are one list


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; all conditions must hold.

    terms: every one must occur in key or name, case aside. tags: at least one of them. limit: 0
    returns none.
    """

    terms: Sequence[str] = ()
    tags: Sequence[str] = ()
    space_id: int | None = None
    kind: str | None = None
    limit: int = 50
    offset: int = 0
    order: Order = "sequence"
    descending: bool = False
    drafts: bool = False


def search(tx: Tx, wanted: Wanted) -> tuple[list[Row], int]:
    """The components wanted, with their parents' key, name and published, and how many there are in
    all.
    """
    shape = (
        min(len(wanted.terms), _FEW + 1), bool(wanted.tags), wanted.space_id is not None,
        wanted.kind is not None, wanted.order, wanted.descending, wanted.drafts,
    )  # fmt: skip
    params = _params(wanted)
    total = tx.scalar(tx.shaped(("search total", *shape), lambda: _total(wanted)), **params)
    if not wanted.limit or wanted.offset >= total:
        return [], total
    page = tx.shaped(("search page", *shape), lambda: _page(wanted))
    limit, offset = min(wanted.limit, 1 << 40), min(wanted.offset, 1 << 40)
    return tx.all(page, **params, limit=limit, offset=offset), total


def _params(wanted: Wanted) -> dict[str, Any]:
    params: dict[str, Any] = {f"term{at}": fold(term) for at, term in enumerate(wanted.terms)}
    if len(wanted.terms) > _FEW:
        params = {"terms": sorted({fold(term) for term in wanted.terms}, key=len, reverse=True)}
    if wanted.tags:
        params["tags"] = list(wanted.tags)
    if wanted.space_id is not None:
        params["space_id"] = max(-1, min(wanted.space_id, (1 << 63) - 1))
    if wanted.kind is not None:
        params["kind"] = wanted.kind
    return params


def _conditions(wanted: Wanted) -> list[Any]:
    """The quickest to check first."""
    many = len(wanted.terms) > _FEW
    out: list[Any] = [] if wanted.drafts else [_c.published.is_(True)]
    out += _within(wanted)
    if wanted.kind is not None:
        out.append(_c.kind == sa.bindparam("kind", type_=sa.Text()))
    if many:
        out.append(contains_all(_c.searched, "terms"))
    out += [
        contains(_c.searched, sa.bindparam(f"term{at}", type_=sa.Text()))
        for at in range(0 if many else len(wanted.terms))
    ]
    if wanted.tags:
        tagged = sa.select(component_tags.c.component_id).where(
            member(component_tags.c.tag, "tags")
        )
        out.append(_c.id.in_(tagged))
    return out


def _within(wanted: Wanted) -> list[Any]:
    if wanted.space_id is None:
        return []
    return [_c.space_id == sa.bindparam("space_id", type_=sa.BigInteger())]


def _total(wanted: Wanted) -> sa.Select[Any]:
    counted = sa.select(sa.func.count()).select_from(components)
    if wanted.drafts or wanted.terms or wanted.tags or wanted.kind is not None:
        return counted.where(*_conditions(wanted))
    within = _within(wanted)  # all but the drafts: an index holds just these
    drafts = counted.where(_c.published.is_(False), *within)
    return sa.select(counted.where(*within).scalar_subquery() - drafts.scalar_subquery())


def _page(wanted: Wanted) -> sa.Select[Any]:
    column = {"id": _c.id, "date": _c.date_ms, "sequence": _c.sequence}[wanted.order]
    ordering = (column.desc() if wanted.descending else column, _c.id)
    page = (
        sa.select(_c.id)
        .where(*_conditions(wanted))
        .order_by(*ordering)
        .limit(sa.bindparam("limit", type_=sa.BigInteger()))
        .offset(sa.bindparam("offset", type_=sa.BigInteger()))
        .subquery("page")
    )
    # the rows of the page alone are read whole; contents would make the sort dear
    return trees.with_parent(page, page.c.id).order_by(*ordering)
