"""A small shop behind the API: two users, sections, products with variants and stock, orders,
customers.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dragoman.core.database import open_database
from dragoman.core.identity import passwords
from dragoman.core.tx import Tx
from dragoman.domains.shop import (
    currencies,
    customers,
    delivery,
    orders,
    products,
    sections,
    settings,
    setup,
    terms,
    users,
    warehouses,
)
from tests.support.site import Answer, TestSite

LOGIN, PASSWORD = "api", "Secret-01"
HASH, OTHER_HASH = passwords.hashed(PASSWORD), passwords.hashed(PASSWORD)
CREATED_MS = 1_700_000_000_000  # 2023-11-14 22:13:20 UTC


def lay_out(tx: Tx) -> None:
    """The shop."""
    setup.install(tx)
    settings.change(tx, {"url": "https://shop.example", "name": "Toy shop"})
    users.create(tx, login=LOGIN, password_hash=HASH)
    users.create(tx, login="clerk", password_hash=OTHER_HASH, api=False)
    top = sections.by_key(tx, "catalog").id
    toys = sections.put(tx, "toys", {"title": {"en": "Toys", "ro": "Jucării"}, "parent_id": top})
    educational = sections.put(
        tx,
        "edu",
        {
            "title": {"en": "Educational toys", "ro": "Educative"},
            "parent_id": toys,
            "discount_percent": 10,
        },
    )
    sections.put(
        tx,
        "kids",
        {
            "title": {"en": "Toys for Kids", "ro": "Pentru copii"},
            "parent_id": educational,
            "image": "https://shop.example/kids.jpg",
        },
    )
    sections.put(
        tx, "books", {"title": {"en": "Books", "ro": "Cărți"}, "parent_id": top, "position": 1}
    )
    warehouses.put(tx, "second", title="Second")
    currencies.put(tx, "EUR", {"title": "Euro", "per_default": "0.025"})
    size = products.put_characteristic(
        tx, "size", {"kind": "option", "title": {"en": "Size"}, "section_ids": [toys]}
    )
    terms.put(tx, terms.option_kind(size), "big", title={"en": "big", "ro": "mare"})
    products.put_characteristic(
        tx, "tags", {"kind": "options", "title": {"en": "Tags"}, "section_ids": [toys]}
    )
    products.put_characteristic(
        tx, "note", {"kind": "text", "title": {"en": "Note"}, "section_ids": [toys]}
    )
    ana = customers.put(
        tx, "ana@example.com", {"name": "Ana", "city": "Iași", "registered_ms": CREATED_MS}
    )
    courier = next(row.id for row in delivery.deliveries(tx) if row.number == 11)
    cash = next(row.id for row in delivery.payments(tx))
    for number, status in ((1, 1), (2, 2)):
        orders.create(
            tx,
            {
                "number": number,
                "customer_id": ana,
                "created_ms": CREATED_MS + (number - 1) * 86_400_000,
                "status": status,
                "language": "ro",
                "currency": "UAH",
                "recipient": {"name": "Ana", "city": "Iași", "email": "ana@example.com"},
                "delivery_id": courier,
                "delivery_price": None,
                "payment_id": cash,
                "total_default": 79900,
                "total_sum": 59900,
                "total_quantity": 1,
                "coupon": {"code": "C25", "percent": 25, "value": 20000},
            },
            [{"title": "Cub", "article": "CUBE", "quantity": 1, "price": 79900}],
            tell=False,
        )


class Shop:
    """Calls to the API with a token."""

    def __init__(self, site: TestSite) -> None:
        self.site = site
        answer = self.call("auth", login=LOGIN, password=PASSWORD, token=None)
        self.token: str = answer.json["response"].get("token", "")

    def call(self, function: str, **parameters: Any) -> Answer:
        """JSON POST; the token is added unless one (or None) is given."""
        if "token" not in parameters:
            parameters["token"] = self.token
        return self.site.request("cartum", "POST", f"/api/{function}/", json=parameters)

    def changes(self) -> int:
        """How many journal rows there are."""
        return changes(self.site)


def changes(site: TestSite) -> int:
    """How many journal rows there are."""
    import sqlalchemy as sa

    from dragoman.core import tables

    return int(
        site.look(lambda tx: tx.scalar(sa.select(sa.func.count()).select_from(tables.changes)))
    )


@pytest.fixture
def make_shop(database_url: str, tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    """Makes the shop with options of the dialect."""
    made: list[TestSite] = []

    def make(**options: Any) -> Shop:
        site = TestSite(open_database(database_url), tmp_path, cartum=options)
        made.append(site)
        if not site.look(lambda tx: sections.by_key(tx, "toys")):
            site.tx(lay_out)
        return Shop(site)

    yield make
    for site in made:
        site.close()


@pytest.fixture
def shop(make_shop: Callable[..., Shop]) -> Shop:
    """The shop with default options."""
    return make_shop()
