"""Values of the wrong kind everywhere: an answer in the envelope, never a crash."""

import json
from typing import Any

from dragoman.dialects.cartum.endpoints import ENDPOINTS
from tests.documented.cartum.conftest import Shop

NASTY: list[Any] = [
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    1e308,
    "",
    " ",
    "x" * 5000,
    "�\ufeff\u202e",
    "'; DROP TABLE shop_orders; --",
    "%00%",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"id": {}},
    {"id": [1, "x"]},
    [{"article": {}}],
    {"0": {"1": []}},
]
PARAMETERS = {
    "auth": ("login", "password"),
    "catalog/export": ("expr", "offset", "limit", "includedParams", "excludedParams"),
    "catalog/import": ("products", "new_products", "existing_products"),
    "catalog/importResidues": ("products",),
    "pages/export": ("parent",),
    "orders/get": ("from", "to", "ids", "status", "additionalData", "offset", "limit"),
    "orders/update": ("orders",),
    "currency/export": ("iso", "id", "enabledOnly"),
    "users/export": ("from", "to", "offset", "limit"),
    "users/import": ("users",),
    "hooks/subscribe": ("event", "target_url"),
    "hooks/unSubscribe": ("id", "target_url"),
}
RECORDS = {
    "catalog/import": (
        "products",
        {"article": "CUBE", "title": "Cube", "parent": "Toys"},
        [
            "article",
            "parent_article",
            "title",
            "mod_title",
            "description",
            "parent",
            "alt_parent",
            "slug",
            "price",
            "price_old",
            "discount",
            "currency",
            "presence",
            "residues",
            "brand",
            "color",
            "icons",
            "images",
            "gallery_common",
            "gallery_360",
            "accessories",
            "gifts",
            "characteristics",
            "gtin",
            "popularity",
            "countdown_end_time",
            "wholesale_prices",
            "export_to_marketplace",
            "display_in_showcase",
            "minimal_order",
            "installments_payment",
        ],
    ),
    "catalog/importResidues": (
        "products",
        {"article": "CUBE"},
        ["article", "warehouse", "quantity"],
    ),
    "orders/update": (
        "orders",
        {"order_id": 1},
        ["order_id", "status", "tracking_code", "payed", "paid", "own_tracking_code"],
    ),
    "users/import": (
        "users",
        {"email": "e@example.com", "title": "E"},
        ["email", "title", "phone", "note", "newsletter_subscription", "discount_card", "balance"],
    ),
}
STATUSES = {"OK", "EMPTY", "WARNING", "ERROR", "EXCEPTION"}


def judge(answer: Any, what: Any) -> None:
    assert answer.status in (200, 201, 400, 410), (what, answer)
    assert answer.json["status"] in STATUSES, (what, answer)


def test_nasty_parameters(shop: Shop) -> None:
    for function, names in PARAMETERS.items():
        for name in names:
            for value in NASTY:
                judge(shop.call(function, **{name: value}), (function, name, value))


def test_nasty_records(shop: Shop) -> None:
    for function, (batch, record, names) in RECORDS.items():
        records = [{**record, name: value} for name in names for value in NASTY]
        answer = shop.call(function, **{batch: records})
        judge(answer, function)
        assert len(answer.json["response"]["log"]) == len(records)
        for fields in ({"forceAliasUpdate": value, "slug": value} for value in NASTY):
            judge(shop.call(function, **{batch: [{**record, **fields}]}), (function, fields))
    judge(shop.call("catalog/export"), "after")
    judge(shop.call("users/export"), "after")
    judge(shop.call("orders/get"), "after")


def test_nasty_queries(shop: Shop) -> None:
    for endpoint in ENDPOINTS:
        if not endpoint.path.startswith("/api/") or endpoint.path == "/api/logs":
            continue
        for query in ("token[]=x", "token=%FF%FE", "a[b=1&[]=2&=3&&&", "token=%00", "[" * 500):
            answer = shop.site.request("cartum", "GET", f"{endpoint.path}/?{query}")
            assert answer.status == 200, (endpoint.path, query)
            assert json.loads(answer.body)["status"] in {
                "ERROR",
                "UNAUTHORIZED",
                "AUTHORIZATION_ERROR",
            }
