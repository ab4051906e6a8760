"""Shop: products with stock and price, orders with their steps."""

from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec

from dragoman.core.faults import BadValue, NotFound
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.console.auth import Member
from dragoman.dialects.console.reading import FEW, held, number_in, picked
from dragoman.dialects.console.results import Page, Redirect
from dragoman.domains.shop import changing, orders, products, sections, terms, texts, warehouses
from dragoman.domains.shop.changing import Catalog, ProductChanges
from dragoman.wire.binding import Path, Query

_MOST = 100


class ShowProducts(msgspec.Struct, frozen=True):
    """GET /edit/shop. section: its number; warehouse: its key; start: how many come before."""

    q: Annotated[str, Query()] = ""
    section: Annotated[str, Query()] = ""
    warehouse: Annotated[str, Query()] = ""
    start: Annotated[str, Query()] = ""


class SaveProducts(msgspec.Struct, frozen=True):
    """POST /edit/shop: one entry of each list a row; old_...: what the page showed."""

    article: list[str] = []
    price: list[str] = []
    stock: list[str] = []
    old_price: list[str] = []
    old_stock: list[str] = []
    warehouse: str = ""
    q: str = ""
    section: str = ""
    start: str = ""


class ShowOrders(msgspec.Struct, frozen=True):
    """GET /edit/shop/orders."""

    status: Annotated[str, Query()] = ""
    start: Annotated[str, Query()] = ""


class OneOrder(msgspec.Struct, frozen=True):
    """GET /edit/shop/orders/{number}."""

    number: Annotated[int, Path()]


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
    number = str(picked(ask.section) or "")
    listed = [(str(row.number), title(row.title)) for row in tree.by_number.values()]
    start = number_in(ask.start) or 0
    found = products.find(tx, _selection(tree, ask, start))
    rows = found[:_MOST]
    stock = products.stock(tx, [row.id for row in rows])
    depot = next((row for row in depots if row.key == ask.warehouse), depots[0] if depots else None)
    values = {
        "active": "shop",
        "title": "Shop",
        "rows": [_shown(row, dict(stock.get(row.id, [])), depot) for row in rows],
        "sections": [("", "All sections"), *listed],
        "section": held(listed, number),
        "few": FEW,
        "depots": [(row.key, row.title) for row in depots],
        "ask": ask,
        "params": {"q": ask.q, "section": number, "warehouse": ask.warehouse},
        "depot": depot,
        "may_write": _may_write(tx),
        "start": start,
        "next": start + _MOST if len(found) > _MOST else 0,
    }
    return Page("shop.html", values)


def _selection(tree: sections.Tree, ask: ShowProducts, start: int) -> products.Selection:
    chosen = tree.by_number.get(picked(ask.section) or 0)
    ids = None if chosen is None else tuple(tree.covered([chosen.id]))
    return products.Selection(
        section_ids=ids,
        text=ask.q.strip() or None,
        limit=_MOST + 1,
        offset=start,
    )


def _shown(row: Row, held: dict[int, int], depot: Row | None) -> dict[str, Any]:
    return {
        "row": row,
        "title": title(row.title),
        "price": f"{row.price / 100:.2f}",
        "stock": held.get(depot.id, 0) if depot else "",
        "total": sum(held.values()),
    }


def save(tx: Tx, ask: SaveProducts) -> Redirect:
    """POST /edit/shop: only what differs from what the page showed is written."""
    columns = (ask.article, ask.price, ask.stock, ask.old_price, ask.old_stock)
    if {len(column) for column in columns} != {len(ask.article)} or len(ask.article) > _MOST:
        raise BadValue("article", "rows")
    catalog, changed = Catalog(tx), 0
    for article, price, stock, old_price, old_stock in zip(*columns, strict=True):
        changes: dict[str, Any] = {}
        if price.strip() != old_price:
            changes["price"] = minor(price)
        if stock.strip() != old_stock:
            changes["residues"] = [(ask.warehouse, pieces(stock))]
        if changes:
            changed += _save_row(tx, catalog, article, changes)
    query = {"q": ask.q, "section": ask.section, "warehouse": ask.warehouse, "start": ask.start}
    kept = urlencode({name: value for name, value in query.items() if value})
    told = f"Saved {changed} products." if changed != 1 else "Saved 1 product."
    return Redirect("/edit/shop" + ("?" + kept if kept else ""), told if changed else "No changes.")


def minor(text: str) -> int:
    """A price as it is typed, in minor units. Raises BadValue."""
    try:
        value = texts.minor(text.strip().replace(",", "."))
    except (ValueError, ArithmeticError):
        raise BadValue("price") from None
    if not 0 <= value <= 10**12:
        raise BadValue("price")
    return value


def pieces(text: str) -> int:
    """Stock as it is typed. Raises BadValue."""
    count = number_in(text.strip())
    if count is None:
        raise BadValue("stock")
    return count


def _save_row(tx: Tx, catalog: Catalog, article: str, changes: dict[str, Any]) -> bool:
    if products.by_article(tx, article) is None:
        raise BadValue("article", "unknown")
    outcomes = changing.apply(tx, ProductChanges(article=article, **changes), catalog)
    if {changing.STOCK_OFF, changing.NO_WAREHOUSE} & set(outcomes):
        raise BadValue("stock")
    return True


def orders_page(tx: Tx, ask: ShowOrders) -> Page:
    """GET /edit/shop/orders: the last ones first."""
    steps = _steps(tx)
    status = number_in(ask.status)
    wanted = (status,) if status is not None else None
    start = number_in(ask.start) or 0
    found = orders.find(
        tx, orders.Wanted(statuses=wanted, limit=_MOST + 1, offset=start, newest=True)
    )
    values = {
        "active": "shop",
        "title": "Orders",
        "rows": [(row, _recipient(row)) for row in found[:_MOST]],
        "steps": steps,
        "names": dict(steps),
        "ask": ask,
        "start": start,
        "next": start + _MOST if len(found) > _MOST else 0,
    }
    return Page("orders.html", values)


def _steps(tx: Tx) -> list[tuple[int, str]]:
    return [(row.number, title(row.title)) for row in terms.listed(tx, terms.STATUS)]


def _recipient(row: Row) -> dict[str, str]:
    """The texts an order holds of its recipient."""
    held = row.recipient if isinstance(row.recipient, dict) else {}
    return {name: str(value) for name, value in held.items() if isinstance(value, str | int)}


def one_order(tx: Tx, ask: OneOrder) -> Page:
    """GET /edit/shop/orders/{number}"""
    row = orders.by_number(tx, ask.number)
    if row is None:
        raise NotFound("order", "number", ask.number)
    values = {
        "active": "shop",
        "title": f"Order {row.number}",
        "row": row,
        "recipient": _recipient(row),
        "lines": orders.lines(tx, [row.id])[row.id],
        "steps": _steps(tx),
        "may_write": _may_write(tx),
    }
    return Page("order.html", values)


def step(tx: Tx, ask: StepOrder) -> Redirect:
    """POST /edit/shop/orders/{number}"""
    changed = orders.change(tx, ask.number, orders.OrderChanges(status=ask.status))
    return Redirect(f"/edit/shop/orders/{ask.number}", "Saved." if changed else "No changes.")
