"""Products as they are written: one record creates or changes one product, by its article.

What happened is told as a list of outcomes; a record that cannot be applied raises Rejected, and
nothing of it is kept. Source: spec/cartum 6.
"""

import re
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from dragoman.core.faults import Invalid
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.domains.shop import currencies, features, products, sections, terms, texts, warehouses
from dragoman.domains.shop import settings as shop_settings
from dragoman.domains.shop.tables import shop_products

STORED, SPLIT, MERGED, MOVED = "stored", "split", "merged", "moved"
NO_PARENT, NO_TITLE, UNUSABLE = "no-parent", "no-title", "unusable"
NOT_MOVED, VARIANT_STAYS = "not-moved", "variant-stays"
NOT_IN_TEMPLATE = "not-in-template"
SLUG_TAKEN, SLUG_BAD = "slug-taken", "slug-bad"
STOCKED, STOCK_OFF, NO_WAREHOUSE, STOCK_BAD = "stocked", "stock-off", "no-warehouse", "stock-bad"
NO_LINKED_PRODUCT, NO_LINKED_SECTION = "no-linked-product", "no-linked-section"
PICTURE, PICTURE_BAD, PICTURES_CLEARED = "picture", "picture-bad", "pictures-cleared"

ARTICLE_LENGTH = 255
NAME_LENGTH = 500
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}\Z")
_LINK = re.compile(r"https?://[^\s/\"<>]+(/[^\s\"<>]*)?\Z")

Place = str | int  # a path of titles, or the number of a section
Name = str | int  # a title, or a term's number


class Rejected(Invalid):
    """A record cannot be applied; `outcome` says why, `problem` in words."""

    def __init__(self, outcome: str, field: str, problem: str = "") -> None:
        super().__init__(field)
        self.outcome = outcome
        self.problem = problem


class Pictures(msgspec.Struct, frozen=True):
    """links: addresses to store; override: in the place of those that are there."""

    links: list[str] = []
    override: bool = True


class ProductChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What a record says of a product; UNSET is left as it is. None clears."""

    article: str
    parent_article: str | UnsetType = UNSET
    section: Place | UnsetType = UNSET
    other_sections: list[Place] | UnsetType = UNSET
    title: dict[str, str] | UnsetType = UNSET
    slug: str | UnsetType = UNSET
    published: bool | UnsetType = UNSET
    price: int | UnsetType = UNSET
    price_old: int | UnsetType = UNSET
    discount_hundredths: int | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    brand: Name | UnsetType | None = UNSET
    color: Name | UnsetType | None = UNSET
    presence: Name | UnsetType = UNSET
    residues: list[tuple[str, int | None]] | UnsetType = UNSET
    images: Pictures | UnsetType = UNSET
    gallery_common: Pictures | UnsetType = UNSET
    gallery_360: Pictures | UnsetType = UNSET
    icons: list[str] | UnsetType = UNSET
    marketplaces: list[str] | UnsetType = UNSET
    accessories: list[tuple[str, Place]] | UnsetType = (
        UNSET  # ("product", article) | ("section", place)
    )
    gifts: list[tuple[str, Place]] | UnsetType = UNSET
    characteristics: dict[str, list[str] | str] | UnsetType = UNSET
    wholesale: list[tuple[int, int]] | UnsetType = UNSET
    countdown_ms: int | UnsetType | None = UNSET
    details: dict[str, Any] = {}


class Catalog:
    """What every record of a batch looks at, read once."""

    def __init__(self, tx: Tx) -> None:
        self.shop = shop_settings.read(tx)
        self.tree = sections.tree(tx)
        self.warehouses = warehouses.by_key(tx)
        self.currencies = currencies.listed(tx)
        self.characteristics = {row.key: row for row in products.characteristics(tx)}

    def place(self, place: Place) -> int | None:
        """The id of a section by path or number."""
        if isinstance(place, int):
            row = self.tree.by_number.get(place)
            return int(row.id) if row is not None else None
        return next(iter(self.tree.at_path(place)), None)


def apply(tx: Tx, changes: ProductChanges, catalog: Catalog) -> list[str]:
    """Create or change one product. Returns what happened, STORED first. Raises Rejected."""
    if not changes.article or len(changes.article) > ARTICLE_LENGTH:
        raise Rejected(UNUSABLE, "article", "article is required")
    return _Record(tx, changes, catalog).apply()


class _Record:
    def __init__(self, tx: Tx, changes: ProductChanges, catalog: Catalog) -> None:
        self.tx = tx
        self.changes = changes
        self.catalog = catalog
        self.held = products.by_article(tx, changes.article)
        self.values: dict[str, Any] = {}
        self.outcomes = [STORED]

    def apply(self) -> list[str]:
        self._family()
        self._section()
        self._plain()
        self._named()
        self._linked()
        self._address()
        for field in ("images", "gallery_common", "gallery_360"):
            self._pictures(field)
        product = self._store()
        self._follow(product)
        if self.changes.residues is not UNSET:
            self._residues(product.id, self.changes.residues)
        if self.changes.other_sections is not UNSET:
            self._other_sections(product.id, self.changes.other_sections)
        if self.changes.characteristics is not UNSET:
            missed = features.write(self.tx, product, self.changes.characteristics, self.catalog)
            self.outcomes += [NOT_IN_TEMPLATE] * missed
        return self.outcomes

    def _family(self) -> None:
        """Main product or variant."""
        self.main: Row | None = None
        held, named = self.held, self.changes.parent_article
        if named is UNSET or (held is None and named == self.changes.article):
            if held is not None and held.parent_id is not None:
                self.main = self.tx.get(shop_products, held.parent_id)
            return
        if named == self.changes.article:
            if held is not None and held.parent_id is not None:
                self.values["parent_id"] = None
                self.outcomes.append(SPLIT)
            return
        other = products.by_article(self.tx, named)
        if other is None:
            raise Rejected(NO_PARENT, "parent_article", f"product {named} is not found")
        self._merge(other)

    def _merge(self, other: Row) -> None:
        held = self.held
        if held is not None and other.parent_id == held.id:  # the roles change
            self.tx.update(shop_products, other.id, {"parent_id": None})
        elif other.parent_id is not None:
            above = self.tx.get(shop_products, other.parent_id)
            other = above if above is not None else other
        self.main = other
        if held is None or held.parent_id != other.id:
            self.values["parent_id"] = other.id
            own = held.features if held is not None else {}
            self.values["features"] = {**own, **other.features}  # a group shares its values
            self.outcomes.append(MERGED)

    def _section(self) -> None:
        asked = self.changes.section
        found = self.catalog.place(asked) if asked is not UNSET else None
        if self.main is not None:
            self.values["section_id"] = self.main.section_id
            if asked is not UNSET and found != self.main.section_id:
                self.outcomes.append(VARIANT_STAYS)
        elif self.held is None:
            if found is None:
                raise Rejected(UNUSABLE, "parent", "parent is required and must exist")
            self.values["section_id"] = found
        elif asked is not UNSET:
            if found is None:
                self.outcomes.append(NOT_MOVED)
            elif found != self.held.section_id:
                self.values["section_id"] = found
                self.outcomes.append(MOVED)

    def _plain(self) -> None:
        changes = self.changes
        if self.held is None and not any(changes.title.values() if changes.title else ()):
            raise Rejected(NO_TITLE, "title", "title is required")
        held_title = self.held.title if self.held is not None else {}
        if changes.title is not UNSET:
            self.values["title"] = {**held_title, **changes.title}
        for name in ("published", "price", "price_old", "discount_hundredths", "countdown_ms"):
            value = getattr(changes, name)
            if value is not UNSET:
                self.values[name] = value
        if changes.wholesale is not UNSET:
            self.values["wholesale"] = [list(pair) for pair in changes.wholesale]
        if changes.details:
            self.values["details"] = _merged(self.held, changes.details)

    def _named(self) -> None:
        changes, tx = self.changes, self.tx
        if changes.currency is not UNSET or self.held is None:
            name = changes.currency if changes.currency is not UNSET else self.catalog.shop.currency
            found = currencies.found(self.catalog.currencies, name)
            if found is None:
                raise Rejected(UNUSABLE, "currency", f"currency {name} is not found")
            self.values["currency_id"] = found.id
        for field in (terms.BRAND, terms.COLOR):
            value = getattr(changes, field)
            if value is not UNSET:
                self.values[f"{field}_id"] = self._term(field, value, make=True)
        if changes.presence is not UNSET and not self.catalog.shop.stock_keeping:
            self.values["presence_id"] = self._term(terms.PRESENCE, changes.presence, make=False)
        languages = self.catalog.shop.languages
        for field, kind, column in (
            ("icons", terms.ICON, "icon_ids"),
            ("marketplaces", terms.MARKETPLACE, "marketplace_ids"),
        ):
            names = getattr(changes, field)
            if names is not UNSET:
                self.values[column] = list(
                    dict.fromkeys(terms.named(tx, kind, name, languages) for name in names)
                )

    def _term(self, kind: str, value: Name | None, *, make: bool) -> int | None:
        if value is None or value == "":
            return None
        if isinstance(value, int):
            held = terms.by_number(self.tx, kind, value)
        elif make:
            return terms.named(self.tx, kind, value, self.catalog.shop.languages)
        else:
            held = terms.by_name(self.tx, kind, value)
        if held is None:
            raise Rejected(UNUSABLE, kind, f"{kind} {value} is not found")
        return int(held.id)

    def _linked(self) -> None:
        for field in ("accessories", "gifts"):
            entries = getattr(self.changes, field)
            if entries is UNSET:
                continue
            kept: list[list[Any]] = []
            for kind, name in entries:
                if kind == "product":
                    product = products.by_article(self.tx, str(name))
                    id = product.id if product is not None else None
                else:
                    id = self.catalog.place(name)
                if id is None:
                    missed = NO_LINKED_PRODUCT if kind == "product" else NO_LINKED_SECTION
                    self.outcomes.append(missed)
                elif [kind, id] not in kept:
                    kept.append([kind, id])
            self.values[field] = kept

    def _address(self) -> None:
        asked = self.changes.slug
        if asked is not UNSET:
            holder = products.holder_of(self.tx, asked)
            if not _SLUG.match(asked):
                self.outcomes.append(SLUG_BAD)
            elif holder is not None and (self.held is None or holder != self.held.id):
                self.outcomes.append(SLUG_TAKEN)
            else:
                self.values["slug"] = asked
        if self.held is None and "slug" not in self.values:
            title = texts.shown(self.values["title"], self.catalog.shop.default_language)
            self.values["slug"] = free_slug(self.tx, title, self.changes.article)

    def _pictures(self, field: str) -> None:
        pictures: Pictures | UnsetType = getattr(self.changes, field)
        if pictures is UNSET:
            return
        kept = list(getattr(self.held, field)) if self.held is not None else []
        if pictures.override:
            kept = []
            self.outcomes.append(PICTURES_CLEARED)
        for link in pictures.links:
            if not _LINK.match(link):
                self.outcomes.append(PICTURE_BAD)
                continue
            self.outcomes.append(PICTURE)
            if link not in kept:
                kept.append(link)
        self.values[field] = kept

    def _store(self) -> Row:
        tx, values = self.tx, self.values
        if self.held is None:
            new = {
                "created_ms": tx.now_ms,
                "updated_ms": tx.now_ms,
                "article": self.changes.article,
            }
            id = tx.insert(shop_products, {**new, **values})
        else:
            id = self.held.id
            if any(getattr(self.held, name) != value for name, value in values.items()):
                tx.update(shop_products, id, {**values, "updated_ms": tx.now_ms})
        return tx.get(shop_products, id)

    def _follow(self, product: Row) -> None:
        """The variants of a product that moved, or became a variant itself."""
        for row in products.variants(self.tx, product.id) if self.held is not None else ():
            new = {"section_id": product.section_id}
            if product.parent_id is not None:
                new["parent_id"] = product.parent_id
            if row.id != product.parent_id:
                self.tx.update(shop_products, row.id, new)

    def _residues(self, product_id: int, entries: list[tuple[str, int | None]]) -> None:
        for name, quantity in entries:
            warehouse = self.catalog.warehouses.get(name)
            if not self.catalog.shop.stock_keeping:
                self.outcomes.append(STOCK_OFF)
            elif warehouse is None:
                self.outcomes.append(NO_WAREHOUSE)
            elif quantity is None:
                self.outcomes.append(STOCK_BAD)
            else:
                products.set_stock(self.tx, product_id, warehouse.id, quantity)
                self.outcomes.append(STOCKED)

    def _other_sections(self, product_id: int, places: list[Place]) -> None:
        found = [self.catalog.place(place) for place in places]
        self.outcomes += [NOT_MOVED] * found.count(None)
        products.put_in_sections(self.tx, product_id, [id for id in found if id is not None])


def _merged(held: Row | None, details: dict[str, Any]) -> dict[str, Any]:
    """Details with texts merged by language; None removes a member."""
    out = dict(held.details) if held is not None else {}
    for name, value in details.items():
        if value is None:
            out.pop(name, None)
        elif isinstance(value, dict) and isinstance(out.get(name), dict):
            out[name] = {**out[name], **value}
        else:
            out[name] = value
    return out


def free_slug(tx: Tx, title: str, article: str) -> str:
    """An address made from a title that no product has yet."""
    start = texts.slug(title) or texts.slug(article) or "product"
    if products.holder_of(tx, start) is None:
        return start
    start = f"{start}-{texts.slug(article)}".strip("-")
    name, number = start, 2
    while products.holder_of(tx, name) is not None:
        name = f"{start}-{number}"
        number += 1
    return name
