"""The product object. Source: spec/cartum 5.1."""

from collections.abc import Callable, Iterable
from typing import Any

from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.cartum.reading import number, stamp
from dragoman.domains.shop import currencies, products, sections, settings, terms, texts, warehouses

ALWAYS = ("article", "parent_article", "parent")
NO_COUNTDOWN = "0000-00-00 00:00:00"
TEXTS = (
    "mod_title",
    "description",
    "short_description",
    "marketplace_description",
    "seo_title",
    "seo_description",
    "seo_keywords",
    "h1_title",
    "countdown_description",
)
PLAIN = ("article_for_display", "gtin", "mpn", "uktzed", "guarantee_shop", "delivery_time")
INSTALMENTS = ("installments_payment", "monobank_installments_payment")
_INSTALMENT_NAMES = {1: "Off", 2: "Default"}


class Shelf:
    """What the objects of a page of products refer to, read once."""

    def __init__(self, tx: Tx, rows: list[Row]) -> None:
        ids = [row.id for row in rows]
        self.shop = settings.read(tx)
        self.languages = self.shop.languages
        self.tree = sections.tree(tx)
        self.currencies = {row.id: row.iso for row in currencies.listed(tx)}
        self.warehouses = {row.id: row.key for row in warehouses.listed(tx)}
        self.characteristics = products.characteristics(tx)
        self.stock = products.stock(tx, ids)
        self.other_sections = products.other_sections(tx, ids)
        self.articles = products.articles(tx, sorted(_linked(rows)))
        self.presence = {row.number: row for row in terms.listed(tx, terms.PRESENCE)}
        self.terms = terms.by_ids(tx, _terms(rows))

    def lang(self, stored: dict[str, str]) -> dict[str, str]:
        """A text with every language of the shop."""
        return texts.in_all(stored, self.languages)

    def term(self, id: int | None) -> Any:
        """`{id, value}`, or `[]` without one."""
        row = self.terms.get(id) if id is not None else None
        return self.reference(row)

    def reference(self, row: Row | None) -> Any:
        """The same for a row."""
        return {"id": row.number, "value": self.lang(row.title)} if row is not None else []

    def section(self, id: int) -> dict[str, Any]:
        """A section with its path."""
        row = self.tree.by_id[id]
        return {"id": row.number, "value": self.tree.path(id, self.shop.default_language)}

    def total(self, row: Row) -> int:
        """How many lie in all warehouses."""
        return sum(quantity for _, quantity in self.stock.get(row.id, ()))


def _linked(rows: Iterable[Row]) -> set[int]:
    found = {row.parent_id for row in rows if row.parent_id is not None}
    for row in rows:
        found |= {id for kind, id in (*row.accessories, *row.gifts) if kind == "product"}
    return found


def _terms(rows: Iterable[Row]) -> set[int]:
    found: set[int] = set()
    for row in rows:
        found.update(row.icon_ids, row.marketplace_ids)
        found.update(id for id in (row.brand_id, row.color_id, row.presence_id) if id is not None)
        found.update(row.details.get(f"{name}_id") or 0 for name in ("unit", "condition"))
        for value in row.features.values():
            if isinstance(value, list):
                found.update(value)
    return found - {0}


Field = Callable[[Shelf, Row], Any]


def _parent_article(shelf: Shelf, row: Row) -> str:
    held = row if row.parent_id is None else shelf.articles[row.parent_id]
    return str(held.article)


def _presence(shelf: Shelf, row: Row) -> Any:
    if not shelf.shop.stock_keeping and row.presence_id is not None:
        return shelf.term(row.presence_id)
    there = not shelf.shop.stock_keeping or shelf.total(row) > 0
    return shelf.reference(shelf.presence.get(terms.IN_STOCK if there else terms.OUT_OF_STOCK))


def _residues(shelf: Shelf, row: Row) -> Any:
    if not shelf.shop.stock_keeping:
        return []
    return [
        {"warehouse": shelf.warehouses[id], "quantity": quantity}
        for id, quantity in shelf.stock.get(row.id, ())
    ]


def _features(shelf: Shelf, row: Row) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for held in shelf.characteristics:
        if held.section_ids and not shelf.tree.is_within(row.section_id, held.section_ids):
            continue
        value = row.features.get(str(held.id))
        if held.kind == "text":
            out[held.key] = shelf.lang(value or {})
        elif held.kind == "options":
            out[held.key] = [shelf.term(id) for id in value or ()]
        else:
            out[held.key] = shelf.term(value[0]) if value else []
    return out


def _links(field: str) -> Field:
    def read(shelf: Shelf, row: Row) -> Any:
        out: list[dict[str, Any]] = []
        for kind, id in getattr(row, field):
            if kind == "product" and id in shelf.articles:
                out.append({"article": shelf.articles[id].article})
            elif kind == "section" and id in shelf.tree.by_id:
                out.append({"page": {"id": shelf.tree.by_id[id].number}})
        return out

    return read


def _text(name: str) -> Field:
    return lambda shelf, row: shelf.lang(row.details.get(name) or {})


def _plain(name: str, default: Any = "") -> Field:
    return lambda shelf, row: row.details.get(name, default)


def _term(name: str) -> Field:
    return lambda shelf, row: shelf.term(row.details.get(f"{name}_id"))


def _instalments(name: str) -> Field:
    def read(shelf: Shelf, row: Row) -> Any:
        id = row.details.get(name, 2)
        value = _INSTALMENT_NAMES.get(id, str(id))
        return {"id": id, "value": dict.fromkeys(shelf.languages, value)}

    return read


def _link(shelf: Shelf, row: Row) -> str:
    return f"{shelf.shop.url.rstrip('/')}/{row.slug}/"


FIELDS: dict[str, Field] = {
    "article": lambda shelf, row: row.article,
    "parent_article": _parent_article,
    "article_for_display": lambda shelf, row: row.details.get("article_for_display") or row.article,
    "title": lambda shelf, row: shelf.lang(row.title),
    **{name: _text(name) for name in TEXTS if name != "countdown_description"},
    "parent": lambda shelf, row: shelf.section(row.section_id),
    "alt_parent": lambda shelf, row: [
        shelf.section(id) for id in shelf.other_sections.get(row.id, ())
    ],
    "slug": lambda shelf, row: row.slug,
    "link": _link,
    "creation_time": lambda shelf, row: stamp(row.created_ms),
    "display_in_showcase": lambda shelf, row: int(row.published),
    "price": lambda shelf, row: number(row.price),
    "price_old": lambda shelf, row: number(row.price_old),
    "discount": lambda shelf, row: number(row.discount_hundredths),
    "currency": lambda shelf, row: shelf.currencies[row.currency_id],
    "quantity": lambda shelf, row: shelf.total(row) if shelf.shop.stock_keeping else 0,
    "presence": _presence,
    "residues": _residues,
    "brand": lambda shelf, row: shelf.term(row.brand_id),
    "color": lambda shelf, row: shelf.term(row.color_id),
    "unit_of_measurement": _term("unit"),
    "condition": _term("condition"),
    **{name: _instalments(name) for name in INSTALMENTS},
    "images": lambda shelf, row: row.images,
    "gallery_common": lambda shelf, row: row.gallery_common,
    "gallery_360": lambda shelf, row: row.gallery_360,
    "icons": lambda shelf, row: [shelf.term(id) for id in row.icon_ids],
    "characteristics": _features,
    "gtin": _plain("gtin"),
    "mpn": _plain("mpn"),
    "uktzed": _plain("uktzed"),
    "popularity": _plain("popularity", 0),
    "accessories": _links("accessories"),
    "gifts": _links("gifts"),
    "export_to_marketplace": lambda shelf, row: [shelf.term(id) for id in row.marketplace_ids],
    "countdown_end_time": lambda shelf, row: (
        NO_COUNTDOWN if row.countdown_ms is None else stamp(row.countdown_ms)
    ),
    "countdown_description": _text("countdown_description"),
    "guarantee_shop": _plain("guarantee_shop"),
    "guarantee_length": _plain("guarantee_length", 0),
    "delivery_time": _plain("delivery_time"),
    "wholesale_prices": lambda shelf, row: [
        {"minimal_threshold": threshold, "price": number(price)}
        for threshold, price in row.wholesale
    ],
    "multiplicity": _plain("multiplicity", 1),
    "minimal_order": _plain("minimal_order", 1),
}
_B2B: dict[str, Field] = {"price_levels": lambda shelf, row: []}


def wanted(included: list[str] | None, excluded: list[str] | None) -> list[str]:
    """Names of the fields to show; the three fixed ones always are."""
    dropped = set(excluded or ()) - set(ALWAYS)
    asked = {*(included if included is not None else (*FIELDS, *_B2B)), *ALWAYS}
    return [name for name in (*FIELDS, *_B2B) if name in asked and name not in dropped]


def shown(shelf: Shelf, row: Row, names: list[str]) -> dict[str, Any]:
    """One product with the fields named."""
    out = {name: FIELDS[name](shelf, row) for name in names if name in FIELDS}
    if shelf.shop.b2b:
        out.update({name: _B2B[name](shelf, row) for name in names if name in _B2B})
    return out
