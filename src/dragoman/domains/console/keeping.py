"""What one person keeps: preferences and drafts. Never shared, never journalled."""

from typing import Any

import sqlalchemy as sa

from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.console.tables import drafts, preferences, views

LARGEST = 1 << 20
_KEPT_MS = 30 * 86_400_000

_p, _d = preferences.c, drafts.c
_OWN = sa.bindparam("account_id", type_=sa.BigInteger())
_PREFERENCES = prepare(sa.select(_p.name, _p.value).where(_p.account_id == _OWN))
_DRAFT = prepare(
    sa.select(drafts).where(
        _d.account_id == _OWN,
        _d.kind == sa.bindparam("kind"),
        _d.subject == sa.bindparam("subject"),
    )
)


def preferred(tx: Tx, account_id: int) -> dict[str, Any]:
    """A person's preferences by name."""
    return {row.name: row.value for row in tx.all(_PREFERENCES, account_id=account_id)}


def prefer(tx: Tx, account_id: int, name: str, value: Any) -> None:
    """Set one preference."""
    tx.upsert(preferences, {"account_id": account_id, "name": name}, {"value": value})


def draft(tx: Tx, account_id: int, kind: str, subject: str) -> Row | None:
    """A saved draft: value, saved_ms."""
    return tx.first(_DRAFT, account_id=account_id, kind=kind, subject=subject)


def save_draft(tx: Tx, account_id: int, kind: str, subject: str, value: Any) -> None:
    """Keep a draft in place of the former one."""
    key = {"account_id": account_id, "kind": kind, "subject": subject}
    tx.upsert(drafts, key, {"value": value, "saved_ms": tx.now_ms})


def drop_draft(tx: Tx, account_id: int, kind: str, subject: str) -> None:
    """Forget a draft, if there is one."""
    held = draft(tx, account_id, kind, subject)
    if held is not None:
        tx.delete(drafts, held.id)


_VIEWS = prepare(
    sa.select(views)
    .where(views.c.account_id == _OWN, views.c.page == sa.bindparam("page"))
    .order_by(views.c.name)
)


def saved_views(tx: Tx, account_id: int, page: str) -> list[Row]:
    """A person's saved views of a page, by name: id, name, query."""
    return tx.all(_VIEWS, account_id=account_id, page=page)


def save_view(tx: Tx, account_id: int, page: str, name: str, query: str) -> None:
    """Keep a query under a name, in place of one of the same name."""
    key = {"account_id": account_id, "page": page, "name": name}
    held = next((row for row in saved_views(tx, account_id, page) if row.name == name), None)
    if held is None:
        tx.insert(views, {**key, "query": query, "created_ms": tx.now_ms})
    else:
        tx.update(views, held.id, {"query": query})


def drop_view(tx: Tx, account_id: int, id: int) -> bool:
    """Forget a view; False when it is not this person's."""
    held = tx.get(views, id) if 0 < id < 1 << 63 else None
    return held is not None and held.account_id == account_id and tx.delete(views, id)


def trim(tx: Tx) -> int:
    """Drop drafts that were left alone for 30 days. Returns how many."""
    return tx.delete_where(drafts, _d.saved_ms < tx.now_ms - _KEPT_MS)
