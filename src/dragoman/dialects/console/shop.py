"""Shop: products with stock and price, orders with their steps."""

from typing import Annotated, Any

import msgspec

from dragoman.core.faults import BadValue
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.console.auth import Member
from dragoman.dialects.console.results import Page, Redirect
from dragoman.domains.shop import changing, orders, products, sections, terms, texts, warehouses
from dragoman.domains.shop.changing import Catalog, ProductChanges
from dragoman.wire.binding import Path, Query

_MOST = 500


class ShowProducts(msgspec.Struct, frozen=True):
    """GET /edit/shop. section: its number."""

    q: Annotated[str, Query()] = ""
    section: Annotated[str, Query()] = ""


class SaveProducts(msgspec.Struct, frozen=True):
    """POST /edit/shop: one entry of each list a row."""

    article: list[str] = []
    price: list[str] = []
    stock: list[str] = []
    warehouse: str = ""


class ShowOrders(msgspec.Struct, frozen=True):
    """GET /edit/shop/orders."""

    status: Annotated[str, Query()] = ""


class StepOrder(msgspec.Struct, frozen=True):
    """POST /edit/shop/orders/{number}."""

    number: Annotated[int, Path()]
    status: int


def _may_write(tx: Tx) -> bool:
    return isinstance(tx.actor, Member) and tx.actor.may("shop:write")


def title(stored: Any) -> str:
    """A title in English, or in any language."""
    held = stored if isinstance(stored, dict) else {}
    return held.get("en") or next((text for text in held.values() if text), "")


def page(tx: Tx, ask: ShowProducts) -> Page:
    """GET /edit/shop"""
    tree, depots = sections.tree(tx), warehouses.listed(tx)
    chosen = tree.by_number.get(int(ask.section)) if _is_number(ask.section) else None
    ids = None if chosen is None else tuple(tree.covered([chosen.id]))
    found = products.find(tx, products.Selection(section_ids=ids, limit=_MOST))
    text = ask.q.strip().lower()
    rows = [row for row in found if text in f"{row.article} {title(row.title)}".lower()]
    stock = products.stock(tx, [row.id for row in rows])
    depot = depots[0] if depots else None
    values = {
        "active": "shop",
        "title": "Shop",
        "rows": [_shown(row, dict(stock.get(row.id, [])), depot) for row in rows],
        "sections": [("", "All sections")]
        + [(row.number, title(row.title)) for row in tree.by_number.values()],
        "ask": ask,
        "depot": depot,
        "may_write": _may_write(tx),
        "cut": len(found) >= _MOST,
    }
    return Page("shop.html", values)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _shown(row: Row, held: dict[int, int], depot: Row | None) -> dict[str, Any]:
    return {
        "row": row,
        "title": title(row.title),
        "price": f"{row.price / 100:.2f}",
        "stock": held.get(depot.id, 0) if depot else 0,
        "total": sum(held.values()),
    }


def save(tx: Tx, ask: SaveProducts) -> Redirect:
    """POST /edit/shop: only the rows that differ are written."""
    if not len(ask.article) == len(ask.price) == len(ask.stock) <= _MOST:
        raise BadValue("article", "rows")
    catalog, changed = Catalog(tx), 0
    for article, price, stock in zip(ask.article, ask.price, ask.stock, strict=True):
        row = products.by_article(tx, article)
        if row is None:
            raise BadValue("article", "unknown")
        changed += _save_row(tx, catalog, row, (price, stock, ask.warehouse))
    return Redirect("/edit/shop", f"Saved {changed} products." if changed else "Nothing changed.")


def _save_row(tx: Tx, catalog: Catalog, row: Row, typed: tuple[str, str, str]) -> bool:
    price, stock, warehouse = typed
    depot = catalog.warehouses.get(warehouse)
    held = dict(products.stock(tx, [row.id]).get(row.id, []))
    try:
        minor = texts.minor(price.strip().replace(",", "."))
    except (ValueError, ArithmeticError):
        raise BadValue("price") from None
    if minor < 0 or minor > 10**12:
        raise BadValue("price")
    changes: dict[str, Any] = {} if minor == row.price else {"price": minor}
    if depot is not None and stock.strip():
        if not _is_number(stock.strip()):
            raise BadValue("stock")
        if int(stock) != held.get(depot.id, 0):
            changes["residues"] = [(warehouse, int(stock))]
    if changes:
        changing.apply(tx, ProductChanges(article=row.article, **changes), catalog)
    return bool(changes)


def orders_page(tx: Tx, ask: ShowOrders) -> Page:
    """GET /edit/shop/orders"""
    steps = [(row.number, title(row.title)) for row in terms.listed(tx, terms.STATUS)]
    wanted = (int(ask.status),) if _is_number(ask.status) else None
    found = orders.find(tx, orders.Wanted(statuses=wanted, limit=200))
    values = {
        "active": "shop",
        "title": "Orders",
        "rows": found,
        "steps": steps,
        "names": dict(steps),
        "ask": ask,
        "may_write": _may_write(tx),
    }
    return Page("orders.html", values)


def step(tx: Tx, ask: StepOrder) -> Redirect:
    """POST /edit/shop/orders/{number}"""
    orders.change(tx, ask.number, orders.OrderChanges(status=ask.status))
    return Redirect("/edit/shop/orders", f"Order {ask.number} saved.")
