"""catalog/export and catalog/importResidues. Source: spec/cartum 5, 7."""

from typing import Annotated, Any

import msgspec

from dragoman.core.tx import Tx
from dragoman.dialects.cartum import product, reading
from dragoman.dialects.cartum.envelope import Batch, Listed
from dragoman.dialects.cartum.gateway import required_list
from dragoman.dialects.cartum.refusals import BadExpression
from dragoman.domains.shop import products, sections, settings, warehouses
from dragoman.wire.binding import Read

MOST = 500
_EMPTY = ("", "[]", "{}")
Number = Annotated[int | None, Read(reading.page_number)]


class Export(msgspec.Struct, frozen=True):
    """catalog/export"""

    expr: Any = None
    offset: Number = None
    limit: Number = None
    included: list[str] | None = msgspec.field(name="includedParams", default=None)
    excluded: list[str] | None = msgspec.field(name="excludedParams", default=None)


def export(tx: Tx, ask: Export) -> Listed:
    """catalog/export: an empty list is OK here."""
    wanted = _selection(tx, ask)
    rows = products.find(tx, wanted) if wanted is not None and wanted.limit else []
    names = product.wanted(ask.included, ask.excluded)
    shelf = product.Shelf(tx, rows)
    return Listed("products", [product.shown(shelf, row, names) for row in rows], always_ok=True)


def _selection(tx: Tx, ask: Export) -> products.Selection | None:
    expr = ask.expr
    if expr is None or expr == [] or (isinstance(expr, str) and expr.strip() in _EMPTY):
        expr = {}
    if not isinstance(expr, dict):
        raise BadExpression("expr")
    held = {name: value for name, value in expr.items() if not _says_nothing(value)}
    try:
        section_ids = _section_ids(tx, held)
        published = None
        if "display_in_showcase" in held:
            published = reading.boolean(held["display_in_showcase"])
        articles = None
        if "article" in held:
            articles = tuple(reading.string(item) for item in reading.listed(held["article"]))
    except ValueError:
        raise BadExpression("expr") from None
    limit = MOST if ask.limit is None else min(ask.limit, MOST)
    return products.Selection(
        section_ids=section_ids,
        published=published,
        articles=articles,
        limit=limit,
        offset=ask.offset or 0,
    )


def _says_nothing(value: Any) -> bool:
    return (
        value is None or value in ([], {}) or (isinstance(value, str) and value.strip() in _EMPTY)
    )


def _section_ids(tx: Tx, expr: dict[str, Any]) -> tuple[int, ...] | None:
    """What all conditions on sections leave; None without any. Raises ValueError."""
    parent = expr.get("parent")
    conditions: list[set[int]] = []
    tree = sections.tree(tx) if "parent" in expr or "parent.id" in expr else None
    if tree is None:
        return None
    if isinstance(parent, str):
        conditions.append(set(tree.covered(tree.at_path(parent))))
    elif isinstance(parent, dict):
        if not _says_nothing(parent.get("id")):
            conditions.append(_numbered(tree, parent["id"]))
    elif parent is not None:
        conditions.append(_numbered(tree, parent))
    if "parent.id" in expr:
        conditions.append(_numbered(tree, expr["parent.id"]))
    return tuple(sorted(set.intersection(*conditions))) if conditions else None


def _numbered(tree: sections.Tree, value: Any) -> set[int]:
    found = [tree.by_number.get(number) for number in reading.integers(value)]
    return set(tree.covered(row.id for row in found if row is not None))


class Residues(msgspec.Struct, frozen=True):
    """catalog/importResidues"""

    products: Any = None


def import_residues(tx: Tx, ask: Residues) -> Batch:
    """catalog/importResidues: each record by itself, one log entry for each."""
    places = warehouses.by_key(tx)
    main = settings.read(tx).main_warehouse
    log: list[dict[str, Any]] = []
    for record in required_list(ask.products, "products"):
        article, problem = _residue(tx, record, places, main)
        log.append(
            {
                "article": article,
                "status": "ERROR" if problem else "OK",
                "message": problem or "UPDATED",
            }
        )
        tx.checkpoint()
    return Batch(log, any(entry["status"] == "ERROR" for entry in log))


def _residue(tx: Tx, record: Any, places: dict[str, Any], main: str) -> tuple[str, str]:
    if not isinstance(record, dict):
        return "", "Record is not an object"
    article = reading.lenient_text(record.get("article"))
    held = products.by_article(tx, article) if article else None
    if held is None:
        return article, f"Product {article} is not found"
    name = record.get("warehouse")
    # `office` is the main warehouse, whatever its own name is (spec/cartum 6)
    name = "office" if name is None or name == "" else reading.lenient_text(name)
    place = places.get(name) or (places.get(main) if name == "office" else None)
    if place is None:
        return article, f"Warehouse {name} is not defined"
    quantity = quantity_of(record.get("quantity"))
    if quantity is None:
        return article, "quantity is not defined or defined incorrectly"
    products.set_stock(tx, held.id, place.id, quantity)
    return article, ""


def quantity_of(value: Any) -> int | None:
    """A non-negative number of pieces, a fraction cut off; None for anything else."""
    try:
        text = float(value) if isinstance(value, str) else value
        if isinstance(text, bool) or not isinstance(text, (int, float)) or not 0 <= text < 1 << 53:
            return None
        return int(text)
    except (ValueError, OverflowError):
        return None
