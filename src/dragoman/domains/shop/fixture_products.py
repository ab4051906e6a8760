"""Products of a fixture; accessories when all of them are there."""

from collections.abc import Mapping
from typing import Any

from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.domains.shop import changing, currencies, products, sections, terms, warehouses
from dragoman.domains.shop.fixture_values import Part, language_text
from dragoman.domains.shop.tables import shop_products

_MEMBERS = (
    "parent_article",
    "section",
    "other_sections",
    "title",
    "variant_title",
    "short_description",
    "description",
    "price",
    "price_old",
    "currency",
    "brand",
    "color",
    "stock",
    "images",
    "characteristics",
    "gtin",
    "popularity",
    "icons",
    "accessories",
    "wholesale_prices",
    "minimal_order",
    "warranty_months",
    "countdown",
    "published",
    "slug",
    "created",
)
_TEXTS = {
    "variant_title": "mod_title",
    "short_description": "short_description",
    "description": "description",
}
_PLAIN = {
    "gtin": "gtin",
    "popularity": "popularity",
    "minimal_order": "minimal_order",
    "warranty_months": "guarantee_length",
}


def products_part(tx: Tx, entries: list[Any], part: Part) -> None:
    """Main products first, then variants, then what refers to other products."""
    listed = list(part.each(entries, "article", _MEMBERS))
    catalog = changing.Catalog(tx)
    characteristics = {row.key: row for row in products.characteristics(tx)}
    for entry in sorted(listed, key=lambda entry: "parent_article" in entry):
        _store(tx, entry, part, catalog)
    for entry in listed:
        row = _existing(tx, entry["article"], entry, part)
        if "accessories" in entry:
            linked = [
                ["product", _existing(tx, name, entry, part).id] for name in entry["accessories"]
            ]
            tx.update(shop_products, row.id, {"accessories": linked})
        if "characteristics" in entry:
            values = _features(tx, entry, characteristics, part)
            if values != row.features:
                tx.update(shop_products, row.id, {"features": values})


def _existing(tx: Tx, article: str, entry: Mapping[str, Any], part: Part) -> Row:
    row = products.by_article(tx, article)
    if row is None:
        part.fail(entry, f'no product "{article}"')
    return row


def _store(tx: Tx, entry: dict[str, Any], part: Part, catalog: changing.Catalog) -> None:
    held = products.by_article(tx, entry["article"])
    values: dict[str, Any] = {"published": True} if held is None else {}
    values.update(
        {
            name: entry[name]
            for name in ("price", "price_old", "published", "images", "slug")
            if name in entry
        }
    )
    if "title" in entry:
        values["title"] = language_text(entry["title"], part)
    values.update(_family(tx, entry, part, held))
    values.update(_named(tx, entry, part, held))
    if "created" in entry and held is None:
        values["created_ms"] = part.at_ms(entry, "created")
    if "wholesale_prices" in entry:
        values["wholesale"] = [
            [option["from"], option["price"]] for option in entry["wholesale_prices"]
        ]
    details = _details(entry, part)
    if "countdown" in entry:
        values["countdown_ms"] = part.at_ms(entry["countdown"], "until")
        details["countdown_description"] = language_text(entry["countdown"].get("text", ""), part)
    values["details"] = {**(held.details if held is not None else {}), **details}
    if held is None:
        if "title" not in values:
            part.fail(entry, "a new product needs a title")
        title = values["title"].get(part.shop.default_language, entry["article"])
        values.setdefault("slug", changing.free_slug(tx, title, entry["article"]))
        new = {"article": entry["article"], "created_ms": tx.now_ms, "updated_ms": tx.now_ms}
        product_id = tx.insert(shop_products, {**new, **values})
    else:
        product_id = held.id
        tx.update(shop_products, held.id, values)
    _stock(tx, product_id, entry, part)
    if "other_sections" in entry:
        found = [_section(tx, key, entry, part).id for key in entry["other_sections"]]
        products.put_in_sections(tx, product_id, found)


def _details(entry: dict[str, Any], part: Part) -> dict[str, Any]:
    out = {new: language_text(entry[name], part) for name, new in _TEXTS.items() if name in entry}
    return {**out, **{new: entry[name] for name, new in _PLAIN.items() if name in entry}}


def _family(tx: Tx, entry: dict[str, Any], part: Part, held: Row | None) -> dict[str, Any]:
    if entry.get("parent_article") not in (None, entry["article"]):
        main = _existing(tx, entry["parent_article"], entry, part)
        return {"parent_id": main.id, "section_id": main.section_id}
    if "section" in entry:
        return {"section_id": _section(tx, entry["section"], entry, part).id}
    if held is None:
        part.fail(entry, "a new product needs a section")
    return {}


def _section(tx: Tx, key: str, entry: dict[str, Any], part: Part) -> Row:
    row = sections.by_key(tx, key)
    if row is None:
        part.fail(entry, f'no section "{key}"')
    return row


def _named(tx: Tx, entry: dict[str, Any], part: Part, held: Row | None) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if held is None or "currency" in entry:
        iso = entry.get("currency", part.shop.currency)
        currency = currencies.by_iso(tx, iso)
        if currency is None:
            part.fail(entry, f'no currency "{iso}"')
        out["currency_id"] = currency.id
    for name, kind in (("brand", terms.BRAND), ("color", terms.COLOR)):
        if name in entry:
            out[f"{name}_id"] = _term(tx, kind, entry[name], entry, part)
    if "icons" in entry:
        out["icon_ids"] = [_term(tx, terms.ICON, key, entry, part) for key in entry["icons"]]
    return out


def _term(tx: Tx, kind: str, key: str, entry: dict[str, Any], part: Part) -> int:
    row = terms.by_key(tx, kind, key)
    if row is None:
        part.fail(entry, f'no {kind} "{key}"')
    return int(row.id)


def _features(tx: Tx, entry: dict[str, Any], known: dict[str, Row], part: Part) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in entry["characteristics"].items():
        held = known.get(key)
        if held is None:
            part.fail(entry, f'no characteristic "{key}"')
        if held.kind == "text":
            out[str(held.id)] = language_text(value, part)
            continue
        keys = value if isinstance(value, list) else [value]
        kind = terms.option_kind(held.id)
        out[str(held.id)] = [_term(tx, kind, option, entry, part) for option in keys]
    return out


def _stock(tx: Tx, product_id: int, entry: dict[str, Any], part: Part) -> None:
    places = warehouses.by_key(tx) if "stock" in entry else {}
    for key, quantity in entry.get("stock", {}).items():
        if key not in places:
            part.fail(entry, f'no warehouse "{key}"')
        products.set_stock(tx, product_id, places[key].id, quantity)
