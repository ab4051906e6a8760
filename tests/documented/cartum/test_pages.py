"""The request log page and the login. Sources: seeds/cartum.txt, Logs; spec/cartum 4."""

import json
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.identity import memberships
from dragoman.domains.shop import users
from tests.documented.cartum.conftest import LOGIN, PASSWORD, Shop
from tests.support.site import Answer

GOOD = {"login": LOGIN, "password": PASSWORD}


def sign_in(shop: Shop, **form: str) -> dict[str, str]:
    answer = shop.site.request("cartum", "POST", "/edit/login.php", form={**GOOD, **form})
    assert answer.status == 302, answer
    return answer.cookies


def page(shop: Shop, target: str = "/api/logs/", **more: Any) -> Answer:
    return shop.site.request("cartum", "GET", target, **more)


def rows(shop: Shop, cookies: dict[str, str], query: str = "") -> dict[str, Any]:
    answer = page(
        shop, f"/api/logs/{query}", cookies=cookies, headers={"accept": "application/json"}
    )
    assert answer.status == 200
    found: dict[str, Any] = answer.json
    return found


def test_log_page_needs_a_login(shop: Shop) -> None:
    for target in ("/api/logs/", "/api/logs", "//api/logs/"[1:]):
        answer = page(shop, target)
        assert answer.status == 302
        assert answer.headers["location"] == "/edit/login.php?back=/api/logs/"
        assert answer.body == b""
    token = page(shop, f"/api/logs/?token={shop.token}")
    assert token.status == 302
    assert page(shop, cookies={"console": "made-up"}).status == 302


def test_login_page(shop: Shop) -> None:
    """seeds/cartum.txt: authenticate in the admin panel using the API login and password"""
    form = page(shop, "/edit/login.php?back=/api/logs/")
    assert form.status == 200
    assert form.headers["content-type"] == "text/html; charset=utf-8"
    for part in (
        'method="post"',
        'name="login"',
        'name="password"',
        'name="back" value="/api/logs/"',
    ):
        assert part in form.text
    answer = shop.site.request(
        "cartum", "POST", "/edit/login.php", form={**GOOD, "back": "/api/logs/"}
    )
    assert (answer.status, answer.headers["location"]) == (302, "/api/logs/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    secure = shop.site.request("cartum", "POST", "/edit/login.php", form=GOOD, scheme="https")
    assert secure.headers["location"] == "/edit/"
    assert "Secure" in secure.headers["set-cookie"]


def test_failed_login(shop: Shop) -> None:
    for form in (
        {**GOOD, "password": "x"},
        {"login": "nobody", "password": "x"},
        {},
        {"login": '"><script>'},
    ):
        answer = shop.site.request("cartum", "POST", "/edit/login.php", form=form)
        assert answer.status == 401
        assert "Login or password is incorrect." in answer.text
        assert "set-cookie" not in answer.headers
        assert "<script>" not in answer.text


def test_back_is_local(shop: Shop) -> None:
    for back in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:x",
        "/a\r\nx: y",
        "",
        "/é",
    ):
        answer = shop.site.request("cartum", "POST", "/edit/login.php", form={**GOOD, "back": back})
        assert answer.headers["location"] == "/edit/", back


def test_log_page_shows_calls(shop: Shop) -> None:
    """spec 13.6"""
    shop.call("catalog/export", expr={"article": "<script>alert(1)</script>"})
    shop.call("func/action")
    cookies = sign_in(shop)
    answer = page(shop, cookies=cookies)
    assert answer.status == 200
    for part in (
        "catalog/export",
        "func/action",
        "UNDEFINED_FUNCTION",
        "192.0.2.1",
        "&lt;script&gt;",
    ):
        assert part in answer.text, part
    assert "<script>" not in answer.text
    assert PASSWORD not in answer.text
    assert shop.token not in answer.text
    assert f"{shop.token[:4]}***" in answer.text
    assert answer.text.index("func/action") < answer.text.index("catalog/export")
    found = rows(shop, cookies)
    assert found["total"] == 3  # the pages themselves are not logged
    assert [row["function"] for row in found["logs"]] == ["func/action", "catalog/export", "auth"]
    assert found["logs"][0]["status"] == "UNDEFINED_FUNCTION"
    assert found["logs"][1]["user"] == LOGIN
    one = page(shop, f"/api/logs/?id={found['logs'][1]['id']}", cookies=cookies)
    assert "&lt;script&gt;" in one.text
    for bad in ("999999", "x", "-1", "9" * 40):
        assert page(shop, f"/api/logs/?id={bad}", cookies=cookies).status == 404, bad


def test_log_shows_other_charsets_and_forms(shop: Shop) -> None:
    body = '{"login":"Кубик","password":"hidden-password"}'.encode("cp1251")
    kind = "application/json; charset=windows-1251"
    shop.site.request("cartum", "POST", "/api/auth/", body=body, headers={"content-type": kind})
    shop.site.request(
        "cartum",
        "POST",
        "/api/currency/export/",
        form={"token": shop.token},
        headers={"accept-charset": "utf-16le"},
    )
    logs = rows(shop, sign_in(shop))["logs"]
    assert json.loads(logs[1]["parameters"]) == {"login": "Кубик", "password": "***"}
    assert logs[1]["headers"] == [f"content-type: {kind}"]
    assert json.loads(logs[0]["parameters"])["token"] == f"{shop.token[:4]}***"
    assert "Гривна" in logs[0]["response"]


def test_filters_and_pages(shop: Shop) -> None:
    for _ in range(53):
        shop.call("icons/export")
    shop.call("icons/export", token=None)
    cookies = sign_in(shop)
    assert rows(shop, cookies)["total"] == 55
    assert len(rows(shop, cookies)["logs"]) == 50
    assert len(rows(shop, cookies, "?page=2")["logs"]) == 5
    assert rows(shop, cookies, "?function=auth")["total"] == 1
    assert rows(shop, cookies, "?status=UNAUTHORIZED")["total"] == 1
    assert rows(shop, cookies, "?date_to=2020-01-01")["total"] == 0
    assert rows(shop, cookies, "?date_from=2020-01-01&page=x")["total"] == 55
    assert 'rel="next"' in page(shop, cookies=cookies).text
    assert page(shop, "/api/logs/?page=99999999999999999999999", cookies=cookies).status == 200


def test_who_sees_the_log(shop: Shop) -> None:
    answer = shop.site.request(
        "cartum", "POST", "/edit/login.php", form={"login": "clerk", "password": PASSWORD}
    )
    assert answer.status == 302
    assert page(shop, cookies=answer.cookies).status == 403
    cookies = sign_in(shop)
    held = shop.site.look(lambda tx: users.by_login(tx, LOGIN))
    assert page(shop, cookies=cookies).status == 200
    shop.site.tx(lambda tx: memberships.change(tx, held.id, active=False))
    assert page(shop, cookies=cookies).status == 302


def test_logout(shop: Shop) -> None:
    cookies = sign_in(shop)
    home = page(shop, "/edit/", cookies=cookies)
    assert "/api/logs/" in home.text
    answer = page(shop, "/edit/logout.php", cookies=cookies)
    assert (answer.status, answer.headers["location"]) == (302, "/edit/login.php")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert page(shop, cookies=cookies).status == 302
    assert page(shop, "/edit/").headers["location"] == "/edit/login.php?back=/edit/"


def test_plain_pages(shop: Shop) -> None:
    posted = shop.site.request("cartum", "POST", "/api/logs/", json={})
    assert posted.status == 405
    assert posted.headers["allow"] == "GET"
    assert posted.headers["content-type"].startswith("text/html")
    assert page(shop, "/nothing").status == 404
    assert page(shop, "/nothing").headers["content-type"].startswith("text/html")


def test_under_a_prefix(shop: Shop) -> None:
    answer = shop.site.request(
        "cartum", "GET", "/cartum/api/logs/", port=shop.site.ports["console"]
    )
    assert answer.headers["location"] == "/cartum/edit/login.php?back=/api/logs/"


def test_session_ends_when_idle(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop(session_hours=0)
    answer = shop.site.request("cartum", "POST", "/edit/login.php", form=GOOD)
    time.sleep(0.01)
    assert page(shop, cookies=answer.cookies).status == 302


def test_large_bodies_are_cut_with_a_note(shop: Shop) -> None:
    shop.call("catalog/export", filler="x" * 100_000)
    entry = rows(shop, sign_in(shop))["logs"][0]
    shown = page(shop, f"/api/logs/?id={entry['id']}", cookies=sign_in(shop)).text
    assert "bytes in all" in shown


def test_log_is_quick_with_many_rows(shop: Shop) -> None:
    row = dict.fromkeys((column.name for column in tables.request_log.c if column.name != "id"), "")
    numbers = ("at_ms", "status", "duration_us", "request_bytes", "response_bytes")
    row.update(
        dict.fromkeys(numbers, 1),
        dialect="cartum",
        account_id=None,
        function="icons/export",
        code="OK",
    )

    def fill(tx: Any) -> None:
        for _ in range(3000):
            tx.insert(tables.request_log, row)

    shop.site.tx(fill)
    cookies = sign_in(shop)
    assert rows(shop, cookies, "?function=none")["total"] == 0
    count = shop.site.look(
        lambda tx: tx.scalar(sa.select(sa.func.count()).select_from(tables.request_log))
    )
    assert count >= 3000
