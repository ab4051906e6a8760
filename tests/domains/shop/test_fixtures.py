"""The demo's shop loads whole, and twice."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import dragoman.demo
from dragoman.core.clock import now_ms
from dragoman.core.database import Database
from dragoman.core.files import Files
from dragoman.core.identity import accounts, passwords
from dragoman.core.loading import BadFixture, Loading
from dragoman.core.tx import Origin, Tx
from dragoman.domains.shop import fixtures, orders, products, sections, tables, terms, users
from tests.support.site import ORIGIN

DEMO = Path(dragoman.demo.__file__).parent / "shop.json"


def load(database: Database, folder: Path, part: dict[str, Any], *, first: bool) -> None:
    loading = Loading(Files(f"file://{folder / 'files'}"), DEMO.parent, now_ms())
    with database.begin(ORIGIN, writes=True) as tx:
        if first:
            loading.password_hash = passwords.hashed("Demo-shop-01")
            id = accounts.create(tx, name="Elena", email="shop@livada.example")
            fixtures.join(
                tx, id, {"domain": "shop", "login": "shop", "kind": "manager", "api": True}, loading
            )
        fixtures.load(tx, part, loading)


def count(tx: Tx, table: sa.Table) -> int:
    return int(tx.scalar(sa.select(sa.func.count()).select_from(table)))


COUNTED = (
    tables.shop_sections,
    tables.shop_products,
    tables.shop_orders,
    tables.shop_order_lines,
    tables.shop_customers,
    tables.shop_terms,
    tables.shop_stock,
    tables.shop_payments,
    tables.shop_deliveries,
    tables.shop_product_sections,
    tables.shop_term_names,
    tables.shop_currencies,
)


def test_demo_shop_loads_twice(database: Database, tmp_path: Path) -> None:
    part = json.loads(DEMO.read_text(encoding="utf-8"))["shop"]
    load(database, tmp_path, part, first=True)
    with database.begin(Origin("test"), writes=False) as tx:
        counts = [count(tx, table) for table in COUNTED]
        assert count(tx, tables.shop_products) == len(part["products"])
        assert count(tx, tables.shop_orders) == len(part["orders"])
        assert count(tx, tables.shop_customers) == len(part["customers"])
        assert sections.by_key(tx, "soil") is not None
        row = products.by_article(tx, "LV-SOIL-1-GR")
        assert row.parent_id == products.by_article(tx, "LV-SOIL-1").id
        assert row.published
        order = orders.by_number(tx, 1009)
        assert order.total_sum == order.total_default - orders.coupon_value(
            order.total_default, order.coupon
        )
        assert terms.by_key(tx, terms.STATUS, "ready").number == 8
        assert users.by_login(tx, "SHOP").facts == {"api": True}
    load(database, tmp_path, part, first=False)
    with database.begin(Origin("test"), writes=False) as tx:
        assert [count(tx, table) for table in COUNTED] == counts


BAD: list[tuple[dict[str, Any], str]] = [
    ({"nonsense": []}, "shop.nonsense: unknown member"),
    ({"settings": {"colour": 1}}, "shop.settings"),
    (
        {"products": [{"article": "A", "title": "A", "section": "none"}]},
        'shop.products[0]: no section "none"',
    ),
    ({"orders": [{"number": 1, "lines": [{"article": "X"}]}]}, 'shop.orders[0]: no product "X"'),
    ({"orders": [{"number": 1, "customer": "x@y.z"}]}, 'shop.orders[0]: no customer "x@y.z"'),
    ({"brands": [{"title": "x"}]}, "shop.brands[0]: needs key"),
    (
        {"customers": [{"email": "a@b.cc", "name": "A", "age": 1}]},
        "shop.customers[0].age: unknown member",
    ),
]


def test_bad_fixtures_name_their_place(database: Database, tmp_path: Path) -> None:
    for part, problem in BAD:
        with pytest.raises(BadFixture) as caught:
            load(database, tmp_path, part, first=False)
        assert str(caught.value).startswith(problem), part
