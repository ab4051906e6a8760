"""Products as they are read: by conditions, by article, with what they refer to."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core.sql import Row, contains, member, prepare
from dragoman.core.tx import Tx
from dragoman.domains.shop.tables import (
    shop_characteristics,
    shop_product_sections,
    shop_products,
    shop_stock,
)

_p, _ps, _st, _ch = shop_products.c, shop_product_sections.c, shop_stock.c, shop_characteristics.c
_BY_ARTICLE = prepare(sa.select(shop_products).where(_p.article == sa.bindparam("article")))
_BY_SLUG = prepare(sa.select(_p.id).where(_p.slug == sa.bindparam("slug")))
_VARIANTS = prepare(
    sa.select(shop_products)
    .where(_p.parent_id == sa.bindparam("id", type_=sa.BigInteger()))
    .order_by(_p.id)
)
_ARTICLES = prepare(sa.select(_p.id, _p.article, _p.slug).where(member(_p.id, "ids")))
_OTHER_SECTIONS = prepare(
    sa.select(_ps.product_id, _ps.section_id)
    .where(member(_ps.product_id, "ids"))
    .order_by(_ps.product_id, _ps.position)
)
_STOCK = prepare(
    sa.select(_st.product_id, _st.warehouse_id, _st.quantity)
    .where(member(_st.product_id, "ids"))
    .order_by(_st.product_id, _st.warehouse_id)
)
_CHARACTERISTICS = prepare(sa.select(shop_characteristics).order_by(_ch.number))


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which products; None leaves a condition out. section_ids: already with everything below.
    text: in the article or a title.
    """

    section_ids: tuple[int, ...] | None = None
    published: bool | None = None
    articles: tuple[str, ...] | None = None
    text: str | None = None
    limit: int = 500
    offset: int = 0


def find(tx: Tx, wanted: Selection) -> list[Row]:
    """Products by id; alternative sections count."""
    shape = (
        "shop.products",
        wanted.section_ids is None,
        wanted.published is None,
        wanted.articles is None,
        wanted.text is None,
    )
    return tx.all(
        tx.shaped(shape, lambda: _query(wanted)),
        sections=list(wanted.section_ids or ()),
        published=wanted.published,
        articles=list(wanted.articles or ()),
        text=wanted.text or "",
        lowered=(wanted.text or "").lower(),
        capital=(wanted.text or "").capitalize(),
        limit=wanted.limit,
        offset=wanted.offset,
    )


def _query(wanted: Selection) -> Any:
    query = sa.select(shop_products).order_by(_p.id)
    if wanted.section_ids is not None:
        also = sa.select(_ps.product_id).where(member(_ps.section_id, "sections"))
        query = query.where(sa.or_(member(_p.section_id, "sections"), _p.id.in_(also)))
    if wanted.published is not None:
        query = query.where(_p.published == sa.bindparam("published", type_=sa.Boolean()))
    if wanted.articles is not None:
        query = query.where(member(_p.article, "articles"))
    if wanted.text is not None:
        query = query.where(_has_text())
    return query.limit(sa.bindparam("limit", type_=sa.BigInteger())).offset(
        sa.bindparam("offset", type_=sa.BigInteger())
    )


def _has_text() -> Any:
    """Article or title; SQLite lowers ASCII only, so the text is tried as typed and capitalised."""
    title = sa.type_coerce(_p.title, sa.Text())
    return sa.or_(
        contains(sa.func.lower(_p.article), sa.bindparam("lowered", type_=sa.Text())),
        contains(sa.func.lower(title), sa.bindparam("lowered", type_=sa.Text())),
        contains(title, sa.bindparam("text", type_=sa.Text())),
        contains(title, sa.bindparam("capital", type_=sa.Text())),
    )


def by_article(tx: Tx, article: str) -> Row | None:
    """The product with this article (case counts)."""
    return tx.first(_BY_ARTICLE, article=article)


def holder_of(tx: Tx, slug: str) -> int | None:
    """The id of the product that has this address."""
    row = tx.first(_BY_SLUG, slug=slug)
    return int(row.id) if row is not None else None


def variants(tx: Tx, id: int) -> list[Row]:
    """The variants of a main product."""
    return tx.all(_VARIANTS, id=id)


def group(tx: Tx, row: Row) -> list[Row]:
    """A product's variant group: the main product and its variants."""
    main = tx.get(shop_products, row.parent_id) if row.parent_id is not None else row
    return [] if main is None else [main, *variants(tx, main.id)]


def articles(tx: Tx, ids: Sequence[int]) -> dict[int, Row]:
    """id, article and slug of products, by id."""
    return {row.id: row for row in tx.all(_ARTICLES, ids=list(ids))} if ids else {}


def other_sections(tx: Tx, ids: Sequence[int]) -> dict[int, list[int]]:
    """The further sections of products, by product."""
    out: dict[int, list[int]] = {}
    for row in tx.all(_OTHER_SECTIONS, ids=list(ids)) if ids else ():
        out.setdefault(row.product_id, []).append(row.section_id)
    return out


def stock(tx: Tx, ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Warehouse and quantity of products, by product."""
    out: dict[int, list[tuple[int, int]]] = {}
    for row in tx.all(_STOCK, ids=list(ids)) if ids else ():
        out.setdefault(row.product_id, []).append((row.warehouse_id, row.quantity))
    return out


def set_stock(tx: Tx, product_id: int, warehouse_id: int, quantity: int) -> None:
    """How many lie in a warehouse."""
    key = {"product_id": product_id, "warehouse_id": warehouse_id}
    tx.upsert(shop_stock, key, {"quantity": quantity})


def put_in_sections(tx: Tx, product_id: int, section_ids: Sequence[int]) -> None:
    """Replace a product's further sections."""
    held = other_sections(tx, [product_id]).get(product_id, [])
    wanted = list(dict.fromkeys(section_ids))
    if held == wanted:
        return
    tx.delete_where(shop_product_sections, _ps.product_id == product_id)
    for position, section_id in enumerate(wanted):
        values = {"product_id": product_id, "section_id": section_id, "position": position}
        tx.insert(shop_product_sections, values)


def characteristics(tx: Tx) -> list[Row]:
    """Every characteristic by number."""
    return tx.all(_CHARACTERISTICS)


def put_characteristic(tx: Tx, key: str, values: dict[str, Any]) -> int:
    """Make the characteristic with this key, or change it. Returns its id."""
    if key not in {row.key for row in characteristics(tx)}:
        values = {"kind": "text", "section_ids": [], "title": {}, **values}
        values.setdefault("number", tx.count_up("shop.characteristic"))
    return tx.upsert(shop_characteristics, {"key": key}, values)
