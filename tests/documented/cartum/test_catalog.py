"""catalog/export, catalog/import, catalog/importResidues, pages/export. Source: spec/cartum 5-8."""

from typing import Any

import pytest

from dragoman.domains.shop import sections, settings
from tests.documented.cartum.conftest import Shop

CUBE = {
    "article": "CUBE",
    "title": {"en": "Cube", "ro": "Cub", "xx": "dropped"},
    "parent": "Toys \\ Educational toys",
    "price": "799",
}


def imported(shop: Shop, *records: Any, **more: Any) -> Any:
    return shop.call("catalog/import", products=list(records), **more).json


def codes(answer: Any) -> list[list[int]]:
    return [[item["code"] for item in entry["info"]] for entry in answer["response"]["log"]]


def exported(shop: Shop, **parameters: Any) -> list[dict[str, Any]]:
    answer = shop.call("catalog/export", **parameters)
    assert answer.json["status"] == "OK", answer
    return answer.json["response"]["products"]


def one(shop: Shop, article: str) -> dict[str, Any]:
    (found,) = exported(shop, expr={"article": article})
    return found


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    answer = imported(
        shop,
        {**CUBE, "display_in_showcase": 1},
        {"article": "CUBE-R", "parent_article": "CUBE", "title": "Red"},
        {"article": "BOOK", "title": "Book", "parent": "Books", "alt_parent": ["Toys"]},
    )
    assert answer["status"] == "OK"
    assert codes(answer) == [[0], [0, 4], [0]]
    return shop


def articles(found: list[dict[str, Any]]) -> list[str]:
    return [product["article"] for product in found]


# Export


SELECTIONS: list[tuple[Any, list[str]]] = [
    ({}, ["CUBE", "CUBE-R", "BOOK"]),
    ([], ["CUBE", "CUBE-R", "BOOK"]),
    ("", ["CUBE", "CUBE-R", "BOOK"]),
    ({"parent": "Toys"}, ["CUBE", "CUBE-R", "BOOK"]),
    ({"parent": "toys\\EDUCATIONAL TOYS"}, ["CUBE", "CUBE-R"]),
    ({"parent": " Jucării \\ Educational toys "}, ["CUBE", "CUBE-R"]),
    ({"parent": "Educational toys"}, []),
    ({"parent": "Toys\\Nothing"}, []),
    ({"parent": {"id": 97}}, ["CUBE", "CUBE-R", "BOOK"]),
    ({"parent": {"id": [12345]}}, []),
    ({"parent.id": 97, "display_in_showcase": 1}, ["CUBE"]),
    ({"display_in_showcase": "0"}, ["CUBE-R", "BOOK"]),
    ({"article": "BOOK"}, ["BOOK"]),
    ({"article": ["BOOK", "CUBE", "none"]}, ["CUBE", "BOOK"]),
    ({"article": "none"}, []),
    ({"unknown": 1, "article": []}, ["CUBE", "CUBE-R", "BOOK"]),
    ({"parent": "Books", "article": "CUBE"}, []),
]


def test_selections(stocked: Shop) -> None:
    for expr, expected in SELECTIONS:
        assert articles(exported(stocked, expr=expr)) == expected, expr


def test_bad_expressions_are_exceptions(stocked: Shop) -> None:
    for expr in (
        "x",
        1,
        True,
        [1],
        {"display_in_showcase": "perhaps"},
        {"parent": {"id": "x"}},
        {"article": {"a": 1}},
    ):
        answer = stocked.call("catalog/export", expr=expr)
        assert (answer.status, answer.json["status"]) == (200, "EXCEPTION"), expr
        assert answer.json["response"]["message"]


PAGES: list[tuple[Any, Any, list[str]]] = [
    (0, 1, ["CUBE"]),
    (1, 1, ["CUBE-R"]),
    (2, 5, ["BOOK"]),
    (3, 5, []),
    (0, 0, []),
    ("1", "1", ["CUBE-R"]),
    (-1, "x", ["CUBE", "CUBE-R", "BOOK"]),
    (0, 10**30, ["CUBE", "CUBE-R", "BOOK"]),
    (None, None, ["CUBE", "CUBE-R", "BOOK"]),
]


def test_pages_of_products(stocked: Shop) -> None:
    for offset, limit, expected in PAGES:
        assert articles(exported(stocked, offset=offset, limit=limit)) == expected, (offset, limit)
    assert (
        stocked.call("catalog/export", offset=100).text
        == '{"status":"OK","response":{"products":[]}}'
    )


def test_fields(stocked: Shop) -> None:
    (cube,) = exported(stocked, expr={"article": "CUBE"}, includedParams="title, nonsense")
    assert set(cube) == {"article", "parent_article", "parent", "title"}
    (cube,) = exported(
        stocked,
        expr={"article": "CUBE"},
        includedParams=["title", "price"],
        excludedParams=["price", "parent", "zz"],
    )
    assert set(cube) == {"article", "parent_article", "parent", "title"}
    assert "price_levels" not in one(stocked, "CUBE")


def test_product_object(stocked: Shop) -> None:
    edu = stocked.site.look(lambda tx: sections.by_key(tx, "edu").number)
    cube = one(stocked, "CUBE")
    both = {"en": "", "ro": ""}
    expected = {
        "article": "CUBE",
        "parent_article": "CUBE",
        "article_for_display": "CUBE",
        "title": {"en": "Cube", "ro": "Cub"},
        "mod_title": both,
        "description": both,
        "parent": {"id": edu, "value": "Toys \\ Educational toys"},
        "alt_parent": [],
        "slug": "cube",
        "link": "https://shop.example/cube/",
        "display_in_showcase": 1,
        "price": 799,
        "price_old": 0,
        "discount": 0,
        "currency": "UAH",
        "quantity": 0,
        "presence": {"id": 2, "value": {"en": "Out of stock", "ro": "Stoc epuizat"}},
        "residues": [],
        "brand": [],
        "color": [],
        "images": [],
        "icons": [],
        "accessories": [],
        "countdown_end_time": "0000-00-00 00:00:00",
        "characteristics": {"size": [], "tags": [], "note": both},
    }
    assert {name: cube[name] for name in expected} == expected
    assert one(stocked, "CUBE-R")["parent_article"] == "CUBE"
    assert one(stocked, "BOOK")["alt_parent"][0]["value"] == "Toys"


# Import


IMPORTS: list[tuple[str, list[Any], list[list[int]], str]] = [
    ("update", [{"article": "CUBE", "price": 12.5}], [[0]], "OK"),
    ("no article", [{"title": "X"}], [[7]], "WARNING"),
    ("no title", [{"article": "N", "parent": "Toys"}], [[6]], "WARNING"),
    ("empty title", [{"article": "N", "parent": "Toys", "title": ""}], [[6]], "WARNING"),
    ("no section", [{"article": "N", "title": "N"}], [[7]], "WARNING"),
    ("unknown section", [{"article": "N", "title": "N", "parent": "Nowhere"}], [[7]], "WARNING"),
    (
        "unknown main product",
        [{"article": "N", "title": "N", "parent_article": "none"}],
        [[2]],
        "WARNING",
    ),
    ("move fails", [{"article": "CUBE", "parent": "Nowhere"}], [[0, 5]], "WARNING"),
    ("move of a variant", [{"article": "CUBE-R", "parent": "Books"}], [[0, 12]], "WARNING"),
    ("move", [{"article": "CUBE", "parent": "Books"}], [[0, 9]], "OK"),
    ("move by id", [{"article": "BOOK", "parent": {"id": 97}}], [[0, 9]], "OK"),
    ("split", [{"article": "CUBE-R", "parent_article": "CUBE-R"}], [[0, 3]], "OK"),
    ("merge", [{"article": "BOOK", "parent_article": "CUBE"}], [[0, 4]], "OK"),
    ("negative price", [{"article": "CUBE", "price": -1}], [[7]], "WARNING"),
    ("no number", [{"article": "CUBE", "price": "much"}], [[7]], "WARNING"),
    ("not an object", ["text"], [[7]], "WARNING"),
    ("lone scalar", "text", [[7]], "WARNING"),
    ("slug unforced", [{"article": "CUBE", "slug": "book"}], [[0]], "OK"),
    (
        "slug taken",
        [{"article": "CUBE", "slug": "book", "forceAliasUpdate": True}],
        [[0, 13]],
        "WARNING",
    ),
    (
        "slug bad",
        [{"article": "CUBE", "slug": "a b", "forceAliasUpdate": "1"}],
        [[0, 14]],
        "WARNING",
    ),
    ("slug", [{"article": "CUBE", "slug": "the-cube", "forceAliasUpdate": "true"}], [[0]], "OK"),
    (
        "stock",
        [
            {
                "article": "CUBE",
                "residues": [
                    {"warehouse": "office", "quantity": 3},
                    {"warehouse": "x", "quantity": 1},
                    {"warehouse": "second", "quantity": -1},
                ],
            }
        ],
        [[0, 15, 18, 17]],
        "WARNING",
    ),
    (
        "accessories",
        [
            {
                "article": "CUBE",
                "accessories": [
                    "BOOK",
                    {"article": "none"},
                    {"page": "Toys"},
                    {"page": {"id": 12345}},
                ],
            }
        ],
        [[0, 20, 21]],
        "WARNING",
    ),
    (
        "pictures",
        [{"article": "CUBE", "images": {"links": ["https://a.b/1.jpg", "ftp://a.b/x"]}}],
        [[0, 28, 22, 23]],
        "WARNING",
    ),
    (
        "more pictures",
        [
            {
                "article": "CUBE",
                "gallery_common": {"override": False, "links": ["https://a.b/1.jpg"]},
            }
        ],
        [[0, 22]],
        "OK",
    ),
    (
        "panorama wiped",
        [{"article": "CUBE", "gallery_360": {"removeAll": True, "links": ["x"]}}],
        [[0, 28]],
        "OK",
    ),
    (
        "not in the template",
        [{"article": "CUBE", "characteristics": {"speed": "1", "note": {"a": 1}}}],
        [[0, 11]],
        "OK",
    ),
    (
        "twice",
        [{"article": "N", "title": "N", "parent": "Toys"}, {"article": "N", "price": 5}],
        [[0], [0]],
        "OK",
    ),
    (
        "huge",
        [
            {"article": "x" * 300, "title": "N", "parent": "Toys"},
            {"article": "CUBE", "price": 1e300},
        ],
        [[7], [7]],
        "WARNING",
    ),
]


def test_import_codes(stocked: Shop) -> None:
    for name, records, expected, status in IMPORTS:
        before = stocked.changes()
        answer = stocked.call("catalog/import", products=records)
        assert (codes(answer.json), answer.json["status"]) == (expected, status), (name, answer)
        if all(0 not in entry for entry in expected):
            assert stocked.changes() == before, name


def test_import_values_come_back(stocked: Shop) -> None:
    record = {
        "article": "CUBE",
        "title": "Кубик",
        "brand": "Acme",
        "color": {"id": 1},
        "icons": ["New", "777"],
        "gtin": "123",
        "discount": "12.5",
        "price": 99.99,
        "price_old": "120",
        "currency": "EUR",
        "description": {"en": "<b>x</b>"},
        "characteristics": {"size": "big", "tags": ["a", "b"], "note": "n"},
        "popularity": "7",
        "export_to_marketplace": "One;Two",
        "countdown_end_time": "2030-01-02 03:04:05",
        "wholesale_prices": [{"minimal_threshold": 5, "price": "80"}],
        "residues": [{"warehouse": "office", "quantity": "4"}],
        "accessories": ["BOOK", {"page": "Toys"}],
        "gifts": "BOOK",
        "images": {"links": ["https://a.b/1.jpg"]},
        "unknown": {"x": 1},
        "mod_title": None,
    }
    imported(stocked, {"article": "BOOK", "color": "red"})
    assert codes(imported(stocked, record)) == [[0, 28, 22, 15]]
    cube = one(stocked, "CUBE")
    toys = stocked.site.look(lambda tx: sections.by_key(tx, "toys").number)
    expected = {
        "title": {"en": "Кубик", "ro": "Кубик"},
        "brand": {"id": 1, "value": {"en": "Acme", "ro": "Acme"}},
        "color": {"id": 1, "value": {"en": "red", "ro": "red"}},
        "gtin": "123",
        "discount": 12.5,
        "price": 99.99,
        "price_old": 120,
        "currency": "EUR",
        "description": {"en": "<b>x</b>", "ro": ""},
        "popularity": 7,
        "quantity": 4,
        "presence": {"id": 1, "value": {"en": "In stock", "ro": "În stoc"}},
        "countdown_end_time": "2030-01-02 03:04:05",
        "wholesale_prices": [{"minimal_threshold": 5, "price": 80}],
        "residues": [{"warehouse": "office", "quantity": 4}],
        "accessories": [{"article": "BOOK"}, {"page": {"id": toys}}],
        "gifts": [{"article": "BOOK"}],
        "images": ["https://a.b/1.jpg"],
        "slug": "cube",
    }
    assert {name: cube[name] for name in expected} == expected
    assert [icon["value"]["en"] for icon in cube["icons"]] == ["New", "777"]
    assert [place["value"]["en"] for place in cube["export_to_marketplace"]] == ["One", "Two"]
    assert cube["characteristics"]["size"]["value"] == {"en": "big", "ro": "mare"}
    assert [tag["value"]["en"] for tag in cube["characteristics"]["tags"]] == ["a", "b"]
    red = one(stocked, "CUBE-R")
    assert red["characteristics"] == cube["characteristics"]
    again = {"article": "CUBE", "accessories": cube["accessories"], "countdown_end_time": ""}
    assert codes(imported(stocked, again)) == [[0]]
    assert one(stocked, "CUBE")["accessories"] == cube["accessories"]
    assert one(stocked, "CUBE")["countdown_end_time"] == "0000-00-00 00:00:00"


def test_moving_a_main_product_moves_its_variants(stocked: Shop) -> None:
    imported(stocked, {"article": "CUBE", "parent": "Books"})
    assert one(stocked, "CUBE-R")["parent"]["value"] == "Books"


def test_variants_regroup(stocked: Shop) -> None:
    assert codes(imported(stocked, {"article": "CUBE", "parent_article": "CUBE-R"})) == [[0, 4]]
    assert one(stocked, "CUBE")["parent_article"] == "CUBE-R"
    assert one(stocked, "CUBE-R")["parent_article"] == "CUBE-R"
    assert codes(imported(stocked, {"article": "CUBE-R", "parent_article": "BOOK"})) == [[0, 4]]
    for article in ("CUBE", "CUBE-R", "BOOK"):
        assert one(stocked, article)["parent_article"] == "BOOK"
        assert one(stocked, article)["parent"]["value"] == "Books"


def test_ignoring_new_and_existing(stocked: Shop) -> None:
    answer = imported(stocked, {"article": "CUBE", "price": 1}, existing_products="ignore")
    assert codes(answer) == [[0]]
    assert one(stocked, "CUBE")["price"] == 799
    assert codes(imported(stocked, {"article": "NEW"}, new_products="ignore")) == [[0]]
    assert exported(stocked, expr={"article": "NEW"}) == []


def test_without_stock_keeping(stocked: Shop) -> None:
    stocked.site.tx(lambda tx: settings.change(tx, {"stock_keeping": False}))
    record = {
        "article": "CUBE",
        "presence": "Out of stock",
        "residues": [{"warehouse": "office", "quantity": 3}],
    }
    assert codes(imported(stocked, record)) == [[0, 16]]
    cube = one(stocked, "CUBE")
    assert (cube["presence"]["id"], cube["quantity"], cube["residues"]) == (2, 0, [])


# Stock


def test_import_residues(stocked: Shop) -> None:
    records = [
        {"article": "CUBE", "warehouse": "office", "quantity": 5},
        {"article": "CUBE", "quantity": "6"},
        {"article": "none", "warehouse": "x", "quantity": 1},
        {"article": "CUBE", "warehouse": "x", "quantity": "bad"},
        {"article": "CUBE", "quantity": -1},
        {"article": "CUBE"},
        5,
    ]
    answer = stocked.call("catalog/importResidues", products=records).json
    assert answer["status"] == "WARNING"
    assert answer["response"]["log"] == [
        {"article": "CUBE", "status": "OK", "message": "UPDATED"},
        {"article": "CUBE", "status": "OK", "message": "UPDATED"},
        {"article": "none", "status": "ERROR", "message": "Product none is not found"},
        {"article": "CUBE", "status": "ERROR", "message": "Warehouse x is not defined"},
        {
            "article": "CUBE",
            "status": "ERROR",
            "message": "quantity is not defined or defined incorrectly",
        },
        {
            "article": "CUBE",
            "status": "ERROR",
            "message": "quantity is not defined or defined incorrectly",
        },
        {"article": "", "status": "ERROR", "message": "Record is not an object"},
    ]
    assert one(stocked, "CUBE")["quantity"] == 6
    assert one(stocked, "CUBE")["presence"]["id"] == 1
    assert stocked.call("catalog/importResidues", products=records[:1]).json["status"] == "OK"


# Sections


def test_pages_export(shop: Shop) -> None:
    answer = shop.call("pages/export").json
    assert answer["status"] == "OK"
    shown = [
        (page["id"], page["parent"], page["title"]["en"]) for page in answer["response"]["pages"]
    ]
    numbers = {title: id for id, _, title in shown}
    assert shown == [
        (1, 0, "Main page"),
        (97, 1, "Catalog"),
        (numbers["Toys"], 97, "Toys"),
        (numbers["Educational toys"], numbers["Toys"], "Educational toys"),
        (numbers["Toys for Kids"], numbers["Educational toys"], "Toys for Kids"),
        (numbers["Books"], 97, "Books"),
    ]
    below = shop.call("pages/export", parent=str(numbers["Toys"])).json["response"]["pages"]
    assert below == [
        {
            "id": numbers["Educational toys"],
            "parent": numbers["Toys"],
            "title": {"en": "Educational toys", "ro": "Educative"},
            "discount": 10,
        },
        {
            "id": numbers["Toys for Kids"],
            "parent": numbers["Educational toys"],
            "title": {"en": "Toys for Kids", "ro": "Pentru copii"},
            "image": "https://shop.example/kids.jpg",
        },
    ]
