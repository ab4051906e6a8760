"""Reading components: one, a subtree, its ancestors."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from dragoman.core.faults import NotFound
from dragoman.core.sql import Row, member, prepare
from dragoman.core.tx import Tx
from dragoman.domains.content.tables import components

Order = Literal["id", "date", "sequence"]
DEEPEST = 7

_c = components.c
_parent = components.alias("parent")
_SHOWN = (
    _c.id, _c.space_id, _c.parent_id, _c.key, _c.name, _c.kind, _c.content, _c.metadata, _c.tags,
    _c.published,
    _c.visible, _c.sequence, _c.date_ms, _c.file_id,
)  # fmt: skip
_COLUMNS = (
    *_SHOWN,
    _parent.c.key.label("parent_key"),
    _parent.c.name.label("parent_name"),
    _parent.c.published.label("parent_published"),
)
_WITH_PARENT = sa.select(*_COLUMNS).select_from(
    components.outerjoin(_parent, _parent.c.id == _c.parent_id)
)


def with_parent(ids: Any, id: Any) -> sa.Select[Any]:
    """Components whose ids a subquery lists (`id` is its column), as `by_id` reads them."""
    return sa.select(*_COLUMNS).select_from(
        ids.join(components, _c.id == id).outerjoin(_parent, _parent.c.id == _c.parent_id)
    )


_BY_ID = prepare(_WITH_PARENT.where(_c.id == sa.bindparam("id", type_=sa.BigInteger())))
_BY_KEY = prepare(
    _WITH_PARENT.where(
        _c.space_id == sa.bindparam("space_id", type_=sa.BigInteger()),
        _c.key == sa.bindparam("key"),
    )
)
_MANY = prepare(_WITH_PARENT.where(member(_c.id, "ids")))
_LARGEST = (1 << 63) - 1


class Node(msgspec.Struct, frozen=True):
    """A component and its children; `children` is None below the last level asked for."""

    row: Row
    children: "list[Node] | None" = None


def by_id(tx: Tx, id: int, *, drafts: bool) -> Row:
    """One component with its parent's key, name and published. Raises NotFound("component").

    drafts: whether unpublished ones are there for the caller. Source: spec/chautec 6.7.
    """
    row = tx.first(_BY_ID, id=id) if 0 < id <= _LARGEST else None
    if row is None or not (drafts or row.published):
        raise NotFound("component", "id", id)
    return row


def by_key(tx: Tx, space_id: int, key: str, *, drafts: bool) -> Row:
    """As `by_id`, by space and key; an unknown space gives the same fault."""
    row = tx.first(_BY_KEY, space_id=space_id, key=key) if 0 < space_id <= _LARGEST else None
    if row is None or not (drafts or row.published):
        raise NotFound("component", "key", key)
    return row


def many(tx: Tx, ids: Sequence[int]) -> dict[int, Row]:
    """Components by id, those that exist."""
    return {row.id: row for row in tx.all(_MANY, ids=list(ids))}


def subtree(
    tx: Tx,
    root: Row,
    *,
    levels: int,
    drafts: bool,
    content: bool = True,
    per_parent: int | None = None,
    order: Order = "sequence",
    descending: bool = False,
) -> Node:
    """A component's descendants, one query a level.

    levels: generations below the root, 0..7 (0 = the root alone, with an empty list). per_parent:
    most children kept under one parent, after sorting; None keeps all. Ties go by ascending id. An
    unpublished child is left out with everything below it unless `drafts`. Source: spec/chautec
    6.2-6.7.
    """
    below: dict[int, list[Row]] = {}
    parents = [root.id]
    for _ in range(min(levels, DEEPEST)):
        if not parents or per_parent == 0:
            break
        query = tx.shaped(
            ("children", drafts, content, order, descending, per_parent is not None),
            lambda: _children(drafts, content, order, descending, per_parent is not None),
        )
        rows = tx.all(
            query, parents=parents, **({} if per_parent is None else {"most": per_parent})
        )
        for row in rows:
            below.setdefault(row.parent_id, []).append(row)
        parents = [row.id for row in rows]
    return _assembled(root, below, min(levels, DEEPEST), top=True)


def _assembled(row: Row, below: dict[int, list[Row]], levels: int, *, top: bool = False) -> Node:
    if levels == 0:
        return Node(row, [] if top else None)
    return Node(row, [_assembled(child, below, levels - 1) for child in below.get(row.id, [])])


def _ordering(order: Order, descending: bool) -> list[Any]:
    column = {"id": _c.id, "date": _c.date_ms, "sequence": _c.sequence}[order]
    return [column.desc() if descending else column, _c.id]


def _children(
    drafts: bool, content: bool, order: Order, descending: bool, limited: bool
) -> sa.Select[Any]:
    shown = [column for column in _SHOWN if content or column.name != "content"]
    wanted = [member(_c.parent_id, "parents")]
    if not drafts:
        wanted.append(_c.published.is_(True))  # type: ignore[arg-type] # a condition like the other
    ordering = _ordering(order, descending)
    if not limited:
        return sa.select(*shown).where(*wanted).order_by(*ordering)
    rank = sa.func.row_number().over(partition_by=_c.parent_id, order_by=ordering).label("rank")
    ranked = sa.select(*shown, rank).where(*wanted).subquery()
    order_in = [
        ranked.c[element.element.name if hasattr(element, "element") else element.name]
        for element in ordering
    ]
    order_in[0] = order_in[0].desc() if descending else order_in[0]
    return (
        sa.select(*(ranked.c[column.name] for column in shown))
        .where(ranked.c.rank <= sa.bindparam("most", type_=sa.BigInteger()))
        .order_by(*order_in)
    )


_up = (
    sa.select(_c.id, _c.parent_id, _c.key, _c.name, _c.published, sa.literal(0).label("distance"))
    .where(_c.id == sa.bindparam("id", type_=sa.BigInteger()))
    .cte("up", recursive=True)
)
_up = _up.union_all(
    sa.select(
        _parent.c.id,
        _parent.c.parent_id,
        _parent.c.key,
        _parent.c.name,
        _parent.c.published,
        _up.c.distance + 1,
    ).where(_parent.c.id == _up.c.parent_id)
)
_ANCESTORS = prepare(sa.select(_up).where(_up.c.distance > 0).order_by(_up.c.distance))


def ancestors(tx: Tx, id: int) -> list[Row]:
    """From the direct parent up to the root of the space: id, parent_id, key, name, published."""
    return tx.all(_ANCESTORS, id=id)


_down = (
    sa.select(_c.id)
    .where(_c.id == sa.bindparam("id", type_=sa.BigInteger()))
    .cte("down", recursive=True)
)
_down = _down.union_all(sa.select(_c.id).where(_c.parent_id == _down.c.id))
_BELOW = prepare(
    sa.select(_c.id, _c.parent_id, _c.file_id)
    .join(_down, _down.c.id == _c.id)
    .order_by(_c.id.desc())
)


def below(tx: Tx, id: int) -> list[Row]:
    """A component and everything under it: id, parent_id, file_id."""
    return tx.all(_BELOW, id=id)
