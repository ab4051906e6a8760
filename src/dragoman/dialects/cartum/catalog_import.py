"""catalog/import: records read into changes, outcomes told as codes. Source: spec/cartum 6."""

from typing import Any

import msgspec

from dragoman.core import batches
from dragoman.core.tx import Tx
from dragoman.dialects.cartum import record
from dragoman.dialects.cartum.envelope import Batch
from dragoman.dialects.cartum.gateway import required_list
from dragoman.dialects.cartum.reading import lenient_text
from dragoman.domains.shop import changing, products

_CODES = {
    changing.STORED: (0, "Product is added or updated"),
    changing.NO_PARENT: (2, "Product of parent_article is not found"),
    changing.SPLIT: (3, "Product became a separate main product"),
    changing.MERGED: (4, "Product became a variant of another product"),
    changing.NOT_MOVED: (5, "Change of section failed"),
    changing.NO_TITLE: (6, "Title is required for a new product"),
    changing.UNUSABLE: (7, "A required field is missing or its value cannot be used"),
    changing.MOVED: (9, "Product was moved to another section"),
    changing.NOT_IN_TEMPLATE: (11, "Parameter is not in the Catalog template"),
    changing.VARIANT_STAYS: (12, "Section of a variant cannot differ from its main product"),
    changing.SLUG_TAKEN: (13, "Address is already taken"),
    changing.SLUG_BAD: (14, "Address cannot be stored"),
    changing.STOCKED: (15, "Stock is updated"),
    changing.STOCK_OFF: (16, "Stock keeping is off on this site"),
    changing.STOCK_BAD: (17, "Stock data integrity error"),
    changing.NO_WAREHOUSE: (18, "Warehouse is not found"),
    changing.NO_LINKED_PRODUCT: (20, "Article of an accessory or gift is not found"),
    changing.NO_LINKED_SECTION: (21, "Section of an accessory or gift is not found"),
    changing.PICTURE: (22, "Gallery picture is stored"),
    changing.PICTURE_BAD: (23, "Bad picture link"),
    changing.PICTURES_CLEARED: (28, "Gallery is cleared"),
}
_FINE = frozenset({0, 3, 4, 9, 11, 15, 22, 28})


class Import(msgspec.Struct, frozen=True):
    """catalog/import"""

    products: Any = None
    new: Any = msgspec.field(name="new_products", default="import")
    existing: Any = msgspec.field(name="existing_products", default="update")


def import_products(tx: Tx, ask: Import) -> Batch:
    """catalog/import: each record wholly or not at all, in order, one log entry for each."""
    records = required_list(ask.products, "products")
    catalog = changing.Catalog(tx)
    log: list[dict[str, Any]] = []
    for entry in records:
        log.append(_one(tx, entry, ask, catalog))
        tx.checkpoint()
    failed = any(item["code"] not in _FINE for entry in log for item in entry["info"])
    return Batch(log, failed)


def _one(tx: Tx, entry: Any, ask: Import, catalog: changing.Catalog) -> dict[str, Any]:
    if not isinstance(entry, dict):
        return _logged("", [(7, "Record is not an object")])
    article = lenient_text(entry.get("article"))
    if article and _ignored(tx, article, ask):
        return _logged(article, [(0, "Product is ignored")])
    try:
        changes = record.read(entry, article, catalog.shop.languages, catalog.shop.main_warehouse)
        outcomes = batches.apart(tx, lambda: changing.apply(tx, changes, catalog))
    except changing.Rejected as rejected:
        code, text = _CODES[rejected.outcome]
        return _logged(article, [(code, rejected.problem or text)])
    return _logged(article, [_CODES[outcome] for outcome in outcomes])


def _ignored(tx: Tx, article: str, ask: Import) -> bool:
    if ask.new == "import" and ask.existing == "update":
        return False
    there = products.by_article(tx, article) is not None
    return bool((ask.existing if there else ask.new) == "ignore")


def _logged(article: str, items: list[tuple[int, str]]) -> dict[str, Any]:
    return {
        "article": article,
        "info": [{"code": code, "message": text} for code, text in items],
    }
