"""pages/export. Source: spec/cartum 8."""

from typing import Any

import msgspec

from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.cartum.envelope import Listed
from dragoman.domains.shop import sections, settings, texts


class Export(msgspec.Struct, frozen=True):
    """pages/export"""

    parent: int = 0


def export(tx: Tx, ask: Export) -> Listed:
    """All sections below one, each before its children."""
    tree = sections.tree(tx)
    above = tree.by_number.get(ask.parent)
    if above is None and ask.parent != 0:
        return Listed("pages", [])
    languages = settings.read(tx).languages
    rows = tree.below(above.id if above is not None else None)
    return Listed("pages", [_page(row, tree, languages) for row in rows])


def _page(row: Row, tree: sections.Tree, languages: list[str]) -> dict[str, Any]:
    above = tree.by_id.get(row.parent_id)
    out = {
        "id": row.number,
        "parent": above.number if above is not None else 0,
        "title": texts.in_all(row.title, languages),
    }
    if row.discount_percent:
        out["discount"] = row.discount_percent
    if row.image:
        out["image"] = row.image
    return out
