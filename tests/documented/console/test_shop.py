"""Shop: products and orders. Source: CONSOLE.md 3."""

import re

import pytest

from dragoman.core.tx import Tx
from dragoman.dialects.console.shop_files import parsed, safe
from dragoman.domains.shop import changing, warehouses
from tests.documented.cartum.conftest import Shop, lay_out
from tests.documented.console.conftest import OURS, Browser
from tests.support.site import Answer, TestSite


def _products(tx: Tx) -> None:
    catalog = changing.Catalog(tx)
    for n, name in enumerate(("Cube", "=Ball", "Jucărie")):
        changing.apply(
            tx,
            changing.ProductChanges(
                article=f"T-{n}", section="Toys", title={"en": name}, price=1000 * n
            ),
            catalog,
        )


@pytest.fixture
def shop(owner: Browser, site: TestSite) -> Shop:
    site.tx(lay_out)
    site.tx(_products)
    return Shop(site)


def _product(shop: Shop, article: str) -> dict[str, object]:
    answer = shop.call("catalog/export", expr={"article": [article]})
    found: dict[str, object] = answer.json["response"]["products"][0]
    return found


def _depots(tx: Tx) -> list[str]:
    return [row.key for row in warehouses.listed(tx)]


def _form(warehouse: str, price: str, stock: str, old_price: str = "0.00") -> dict[str, str]:
    typed = {"article": "T-0", "price": price, "stock": stock, "warehouse": warehouse}
    return {**typed, "old_price": old_price, "old_stock": "0"}


def test_price_and_stock_are_seen_through_the_api(
    owner: Browser, site: TestSite, shop: Shop
) -> None:
    depots = site.look(_depots)
    assert len(depots) == 2
    for n, depot in enumerate(depots):
        assert owner.post("/edit/shop", _form(depot, "12,50", str(5 + n))).status == 303
    held = _product(shop, "T-0")
    assert held["price"] == 12.5
    assert {one["warehouse"]: one["quantity"] for one in held["residues"]} == {  # type: ignore[attr-defined] # a list
        depots[0]: 5,
        depots[1]: 6,
    }
    before = shop.changes()
    same = _form(depots[0], "0.00", "0")
    assert owner.post("/edit/shop", same).status == 303
    assert shop.changes() == before  # what the page showed is not written over newer values


def test_the_palette_finds_products(owner: Browser, shop: Shop) -> None:
    hits = owner.get("/edit/palette?q=T-0").json
    assert hits == [{"label": "Cube", "kind": "Product · T-0", "to": "/edit/shop?q=T-0"}]


@pytest.mark.parametrize(("price", "stock"), [("x", "1"), ("-1", "1"), ("1e99", "1"), ("1", "-2")])
def test_bad_numbers_are_refused(owner: Browser, shop: Shop, price: str, stock: str) -> None:
    before = shop.changes()
    assert owner.post("/edit/shop", _form("second", price, stock)).status == 400
    assert shop.changes() == before


def test_the_status_of_an_order_is_seen_through_the_api(owner: Browser, shop: Shop) -> None:
    page = owner.get("/edit/shop/orders/1")
    assert (page.status, "CUBE" in page.text) == (200, True)
    assert owner.post("/edit/shop/orders/1", {"status": "3"}).status == 303
    (order,) = shop.call("orders/get", ids=[1]).json["response"]["orders"]
    assert order["stat_status"] == 3
    assert owner.post("/edit/shop/orders/1", {"status": "99"}).status == 400
    assert owner.get("/edit/shop/orders/77").status == 404


@pytest.mark.parametrize(
    ("text", "shown"), [("cube", "T-0"), ("t-1", "T-1"), ("JUCăR", "T-2"), ("nothing", "")]
)
def test_search(owner: Browser, shop: Shop, text: str, shown: str) -> None:
    page = owner.get(f"/edit/shop?q={text}").text
    assert [name for name in ("T-0", "T-1", "T-2") if f">{name}<" in page] == [shown][: len(shown)]


def _send(owner: Browser, body: bytes) -> Answer:
    token = owner.csrf
    sent = (
        b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + token.encode() + b"\r\n"
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\n" + body + b"\r\n--x--\r\n"
    )
    headers = {**OURS, "content-type": "multipart/form-data; boundary=x"}
    return owner.site.request(
        "console",
        "POST",
        "/edit/shop/import",
        body=sent,
        headers=headers,
        cookies=owner.cookies,
    )


def test_export_and_import(owner: Browser, shop: Shop) -> None:
    out = owner.get("/edit/shop/export")
    assert (out.status, "T-1,'=Ball," in out.text) == (200, True)
    before = shop.changes()
    answer = _send(owner, out.body)
    assert (answer.status, "3 stored, 0 failed" in answer.text) == (200, True)
    assert shop.changes() == before
    answer = _send(owner, b"article,price,stock second\nT-0,7.5,4\nT-1,x,1\nNEW,1,\n")
    assert "1 stored, 2 failed" in answer.text
    assert "Price cannot be used." in answer.text
    assert _product(shop, "T-0")["price"] == 7.5
    assert _product(shop, "T-1")["price"] == 10
    assert "1 stored" in _send(owner, b'[{"article": "T-2", "price": 3}]').text
    assert _product(shop, "T-2")["price"] == 3


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"{", b"[1]", b"price\n1", b"[" * 5000, b"article\n\0"]
)
def test_files_that_cannot_be_read(owner: Browser, shop: Shop, body: bytes) -> None:
    before = shop.changes()
    assert _send(owner, body).status == 400
    assert shop.changes() == before


@pytest.mark.parametrize(
    ("start", "rows", "links"),
    [("", 100, ["Next 100"]), ("100", 100, ["Previous", "Next 200"]), ("200", 10, ["Previous 100"]),
     ("x", 100, ["Next 100"]), ("9" * 40, 100, ["Next 100"])],
)  # fmt: skip
def test_pages_follow_each_other(
    site: TestSite, owner: Browser, start: str, rows: int, links: list[str]
) -> None:
    site.tx(lay_out)
    listed = "".join(f"P-{n:03},Toys,Thing {n}\n" for n in range(210))
    assert "210 stored, 0 failed" in _send(owner, f"article,section,title\n{listed}".encode()).text
    page = owner.get(f"/edit/shop?start={start}").text
    assert len(set(re.findall(r">(P-\d{3})<", page))) == rows
    link = r'href="/edit/shop(?:\?start=(\d+))?"[^>]*>(?:<[^>]*>|\s)*(Previous|Next)<'
    found = re.findall(link, page)
    assert [f"{name} {at}".strip() for at, name in found] == links


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x"])
def test_cells_are_no_formulas(cell: str) -> None:
    assert safe(cell) == "'" + cell
    assert parsed(f"article\n{safe(cell)}".encode()) == [{"article": cell}]


@pytest.mark.parametrize(
    "at",
    ["/edit/shop", "/edit/shop?q=x&section=99", "/edit/shop/orders", "/edit/shop/orders?status=z"],
)
def test_pages_open(owner: Browser, at: str) -> None:
    assert owner.get(at).status == 200


@pytest.mark.parametrize(
    ("at", "form", "status"),
    [
        (
            "/edit/shop",
            {"article": "nothing", "price": "1", "stock": "1", "old_price": "", "old_stock": ""},
            400,
        ),
        ("/edit/shop", {"article": "nothing", "price": "1"}, 400),
        ("/edit/shop/orders/999", {"status": "1"}, 404),
    ],
)
def test_bad_changes_are_refused(
    owner: Browser, at: str, form: dict[str, str], status: int
) -> None:
    assert owner.post(at, form).status == status


def test_what_was_searched_for_does_not_burst_the_head(owner: Browser, shop: Shop) -> None:
    kept = owner.post("/edit/shop", {"q": "soil", "start": "0"})
    assert kept.headers["location"] == "/edit/shop?q=soil&start=0"
    long = owner.post("/edit/shop", {"q": "x" * 70_000})
    assert (long.status, long.headers["location"]) == (303, "/edit/shop")
    saved = owner.post("/edit/views", {"page": "logs", "name": "n" * 70_000, "query": "q=x"})
    assert max(len(value) for value in saved.headers.values()) < 5000
