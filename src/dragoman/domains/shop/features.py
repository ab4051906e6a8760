"""Characteristics of products: which a section has, and how a variant group shares its values."""

from typing import TYPE_CHECKING, Any

from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.domains.shop import products, sections, terms
from dragoman.domains.shop.tables import shop_products

if TYPE_CHECKING:
    from dragoman.domains.shop.changing import Catalog

OPTION, OPTIONS, TEXT = "option", "options", "text"


def applies(characteristic: Row, section_id: int, tree: sections.Tree) -> bool:
    """Whether products of a section have this characteristic."""
    return not characteristic.section_ids or tree.is_within(section_id, characteristic.section_ids)


def write(tx: Tx, product: Row, values: dict[str, list[str] | str], catalog: "Catalog") -> int:
    """Set values by key on a product and its whole variant group. Returns how many keys its section
    lacks.
    """
    new: dict[str, Any] = {}
    missed = 0
    for key, value in values.items():
        held = catalog.characteristics.get(key)
        if held is None or not applies(held, product.section_id, catalog.tree):
            missed += 1
            continue
        new[str(held.id)] = _stored(tx, held, value, catalog.shop.languages)
    if new:
        for row in products.group(tx, product):
            merged = {key: value for key, value in {**row.features, **new}.items() if value}
            if merged != row.features:
                tx.update(shop_products, row.id, {"features": merged, "updated_ms": tx.now_ms})
    return missed


def _stored(tx: Tx, held: Row, value: list[str] | str, languages: list[str]) -> Any:
    given = [text for text in (value if isinstance(value, list) else [value]) if text.strip()]
    if held.kind == TEXT:
        return dict.fromkeys(languages, ", ".join(given)) if given else {}
    kept = given if held.kind == OPTIONS else given[:1]
    kind = terms.option_kind(held.id)
    return list(dict.fromkeys(terms.named(tx, kind, text, languages) for text in kept))
