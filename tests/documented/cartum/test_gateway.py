"""The gateway: methods, encodings, charsets, statuses, order of checks. Sources: seeds/cartum.txt;
spec/cartum 1, 2, 13.
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from dragoman.core import tables
from dragoman.domains.shop import sections, users
from tests.documented.cartum.conftest import LOGIN, PASSWORD, Shop
from tests.support.multipart import multipart
from tests.support.site import Answer

JSON = {"content-type": "application/json"}
UTF8 = "application/json; charset=utf-8"


def post(
    shop: Shop,
    target: str,
    body: bytes,
    content_type: str | None = "application/json",
    **headers: str,
) -> Answer:
    sent = dict(headers) if content_type is None else {"content-type": content_type, **headers}
    return shop.site.request("cartum", "POST", target, body=body, headers=sent)


def is_http_error(answer: Answer, code: int) -> None:
    assert answer.status == code, answer
    assert answer.json["status"] == "HTTP_ERROR"
    assert answer.json["response"]["code"] == code
    assert set(answer.json["response"]) == {"code", "message"}
    assert answer.json["response"]["message"]


# The seed's statuses


STATUSES: list[tuple[str, str, dict[str, Any], str, Any, int]] = [
    ("OK", "auth", {"login": LOGIN, "password": PASSWORD}, "OK", None, 200),
    (
        "no token",
        "pages/export",
        {"token": None},
        "UNAUTHORIZED",
        {"message": "Authorization is required"},
        200,
    ),
    (
        "empty token",
        "pages/export",
        {"token": ""},
        "UNAUTHORIZED",
        {"message": "Authorization is required"},
        200,
    ),
    (
        "made-up token",
        "pages/export",
        {"token": "0" * 32},
        "AUTHORIZATION_ERROR",
        {"message": "The token is not valid, or its user may not use the API"},
        200,
    ),
    ("malformed token", "pages/export", {"token": [1]}, "AUTHORIZATION_ERROR", None, 200),
    (
        "wrong password",
        "auth",
        {"login": LOGIN, "password": "x"},
        "ERROR",
        {"message": "Login or password is incorrect"},
        200,
    ),
    (
        "unknown login",
        "auth",
        {"login": "nobody", "password": "x"},
        "ERROR",
        {"message": "Login or password is incorrect"},
        200,
    ),
    ("nothing given", "auth", {}, "ERROR", {"message": "Login or password is incorrect"}, 200),
    (
        "not permitted",
        "auth",
        {"login": "clerk", "password": PASSWORD},
        "AUTHORIZATION_ERROR",
        None,
        200,
    ),
    ("unknown function", "func/action", {}, "UNDEFINED_FUNCTION", [], 200),
    ("wrong case", "Catalog/export", {}, "UNDEFINED_FUNCTION", [], 200),
    ("deeper", "catalog/export/more", {}, "UNDEFINED_FUNCTION", [], 200),
    (
        "text as expr",
        "catalog/export",
        {"expr": "x"},
        "EXCEPTION",
        {"message": "expr must be an object"},
        200,
    ),
    (
        "list as expr",
        "catalog/export",
        {"expr": [1]},
        "EXCEPTION",
        {"message": "expr must be an object"},
        200,
    ),
    (
        "wholesale function",
        "customer-groups/export",
        {},
        "FORBIDDEN",
        {"message": "Use of the method is not allowed"},
        200,
    ),
    (
        "unwritten",
        "productSet/import",
        {},
        "ERROR",
        {"message": "This function is not available yet"},
        200,
    ),
    (
        "missing batch",
        "catalog/import",
        {},
        "ERROR",
        {"message": "Parameter products is required"},
        200,
    ),
    (
        "object as batch",
        "catalog/import",
        {"products": {"article": "A"}},
        "ERROR",
        {"message": "Parameter products is required"},
        200,
    ),
    (
        "wrong type",
        "pages/export",
        {"parent": "x"},
        "ERROR",
        {"message": "Parameter parent is not of type integer"},
        200,
    ),
    ("empty batch", "catalog/import", {"products": []}, "OK", {"log": []}, 200),
]


def test_statuses(shop: Shop) -> None:
    for name, function, parameters, status, response, http in STATUSES:
        if function == "auth":
            parameters = {"token": None, **parameters}
        before = shop.changes()
        answer = shop.call(function, **parameters)
        assert (answer.status, answer.json["status"]) == (http, status), (name, answer)
        if response is not None:
            assert answer.json["response"] == response, name
        assert answer.headers["content-type"] == UTF8, name
        assert shop.changes() == before, name


def test_empty_leaf(shop: Shop) -> None:
    leaf = shop.site.look(lambda tx: sections.by_key(tx, "kids").number)
    answer = shop.call("pages/export", parent=leaf)
    assert answer.text == '{"status":"EMPTY","response":{"pages":[]}}'
    assert shop.call("pages/export", parent=12345).json["status"] == "EMPTY"


def test_uncaught_is_exception_500_without_detail(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dragoman.domains.shop import currencies

    def broken(tx: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(currencies, "listed", broken)
    answer = shop.call("currency/export")
    assert answer.status == 500
    assert answer.text == '{"status":"EXCEPTION","response":{"message":"Internal server error"}}'


# Addresses and methods


def test_addresses(shop: Shop) -> None:
    for target in ("/api/auth/", "/api/auth", "//api/auth/", "/api//auth//", "///api///auth"):
        answer = shop.site.request(
            "cartum",
            "POST",
            f"http://shop.example{target}",
            json={"login": LOGIN, "password": PASSWORD},
        )
        assert answer.json["status"] == "OK", target
    for target in ("/api", "/api/", "/api//", "/api/logsx", "/api/catalog%2Fexport"):
        answer = shop.site.request("cartum", "POST", target, body=b"{broken", headers=JSON)
        assert answer.text == '{"status":"UNDEFINED_FUNCTION","response":[]}', target
        assert answer.status == 200


def test_methods(shop: Shop) -> None:
    query = f"/api/currency/export/?token={shop.token}"
    expected = shop.call("currency/export").body
    for method in ("GET", "POST", "PUT", "DELETE"):
        assert shop.site.request("cartum", method, query).body == expected, method
        if method != "GET":
            answer = shop.site.request(
                "cartum", method, "/api/currency/export/", json={"token": shop.token}
            )
            assert answer.body == expected
    head = shop.site.request("cartum", "HEAD", query)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-type"] == UTF8
    assert int(head.headers["content-length"]) == len(expected)
    options = shop.site.request("cartum", "OPTIONS", "/api/catalog/import/")
    assert options.status == 200
    assert options.text == '{"status":"OK","response":[]}'
    assert options.headers["allow"] == "GET, POST, PUT, DELETE, HEAD, OPTIONS"
    for method in ("PATCH", "TRACE", "BREW"):
        answer = shop.site.request("cartum", method, query)
        is_http_error(answer, 405)
        assert answer.headers["allow"]


def test_body_of_get_is_not_read(shop: Shop) -> None:
    answer = shop.site.request(
        "cartum", "GET", f"/api/currency/export/?token={shop.token}", body=b"{broken", headers=JSON
    )
    assert answer.json["status"] == "OK"


def test_envelope_is_one_compact_line_and_headers_keep_capitals(shop: Shop) -> None:
    answer = shop.call("currency/export")
    assert b"\n" not in answer.body
    assert answer.body.startswith(b'{"status":"OK","response":{"currency":[{"id":1,"iso":"UAH"')
    assert b"Content-Type" in [name for name, _ in answer.raw_headers]


# Encodings


def test_encodings_give_the_same(shop: Shop) -> None:
    """seeds/cartum.txt, Request Methods; spec 13.1"""
    expected = shop.call("catalog/export", expr={"parent": {"id": [97]}}, limit=5)
    assert expected.json["status"] == "OK"
    pairs = [("token", shop.token), ("expr[parent][id][]", "97"), ("limit", "5")]
    urlencoded = shop.site.request("cartum", "POST", "/api/catalog/export/", form=pairs)
    body, sent = multipart(pairs)
    parts = post(shop, "/api/catalog/export/", body, sent["content-type"])
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)
    got = shop.site.request("cartum", "GET", f"/api/catalog/export/?{query}")
    assert urlencoded.body == parts.body == got.body == expected.body


def test_body_wins_over_query_and_null_is_not_given(shop: Shop) -> None:
    answer = shop.site.request(
        "cartum",
        "POST",
        "/api/currency/export/?token=bad&id=5",
        json={"token": shop.token, "id": 1, "iso": None, "other": {}},
    )
    assert [row["id"] for row in answer.json["response"]["currency"]] == [1]


def test_scalars_in_forms(shop: Shop) -> None:
    call = shop.site.request
    for pairs in (
        [("ids", "2"), ("additionalData", "1")],
        [("ids[]", "2"), ("additionalData", "true")],
        [("ids", "2,"), ("additionalData", "false")][:0] or [("ids", "2"), ("additionalData", "0")],
    ):
        answer = call("cartum", "POST", "/api/orders/get/", form=[("token", shop.token), *pairs])
        assert [row["order_id"] for row in answer.json["response"]["orders"]] == [2], pairs


def test_content_types(shop: Shop) -> None:
    body = json.dumps({"token": shop.token}).encode()
    is_http_error(post(shop, "/api/pages/export/", body, None), 415)
    is_http_error(post(shop, "/api/pages/export/", body, "text/plain"), 415)
    is_http_error(post(shop, "/api/pages/export/", body, "application/json; charset=klingon"), 415)
    assert (
        post(shop, "/api/pages/export/", body, 'Application/JSON; Charset="UTF-8"').json["status"]
        == "OK"
    )
    empty = post(shop, f"/api/pages/export/?token={shop.token}", b"", "text/plain")
    assert empty.json["status"] == "OK"
    assert post(shop, f"/api/pages/export/?token={shop.token}", b"[]").json["status"] == "OK"


BAD_BODIES = [
    b"{",
    b"{broken",
    b"nul",
    b"1",
    b'"text"',
    b"[1]",
    b"null",
    b"true",
    b'{"a":}',
    b"\xef\xbb\xbf{}",
    b'{"a":"\xff"}',
    b'{"a":"\\u0000"}',
    b'{"\\u0000":1}',
    b"[" * 100_000,
    b'{"a":' * 5000 + b"1" + b"}" * 5000,
    b'{"a":"\\ud800"}',
    b"\x00",
    b"{}x",
    b"{'a':1}",
]


def test_bad_json(shop: Shop) -> None:
    before = shop.changes()
    for body in BAD_BODIES:
        answer = post(shop, "/api/catalog/import/", body)
        is_http_error(answer, 400)
        if b"u0000" not in body:
            assert "payload is not json" in answer.json["response"]["message"].lower(), body[:20]
    assert shop.changes() == before


def test_bad_forms(shop: Shop) -> None:
    form = "application/x-www-form-urlencoded"
    is_http_error(post(shop, "/api/pages/export/", b"\xef\xbb\xbftoken=1", form), 400)
    is_http_error(post(shop, "/api/pages/export/", b"token=%FF", form), 400)
    is_http_error(post(shop, "/api/pages/export/", b"token=\xff", form), 400)
    is_http_error(post(shop, "/api/pages/export/", b"token=1", "multipart/form-data"), 400)
    is_http_error(
        post(shop, "/api/pages/export/", b"--x\r\n", "multipart/form-data; boundary=x"), 400
    )
    deep = b"a" + b"[b]" * 20000 + b"=1&token=" + shop.token.encode()
    assert post(shop, "/api/pages/export/", deep, form).json["status"] == "OK"


def test_large_bodies(shop: Shop) -> None:
    answer = post(shop, "/api/catalog/import/", b"x" * ((32 << 20) + 1))
    is_http_error(answer, 413)
    assert (
        post(shop, "/api/no/such/", b"x" * ((32 << 20) + 1)).json["status"] == "UNDEFINED_FUNCTION"
    )


# Charsets


def test_json_in_windows_1251(shop: Shop) -> None:
    """seeds/cartum.txt, since 3.8.0; spec 13.2"""
    record = {"article": "UA", "title": "Кубик «Ґ»", "parent": "Toys"}
    text = json.dumps({"token": shop.token, "products": [record]}, ensure_ascii=False)
    for kind in (
        "application/json; charset=windows-1251",
        'application/json;charset="Windows-1251"',
    ):
        answer = post(shop, "/api/catalog/import/", text.encode("cp1251"), kind)
        assert answer.json["status"] == "OK", answer
    title = shop.call("catalog/export", expr={"article": "UA"}).json["response"]["products"][0][
        "title"
    ]
    assert title == {"en": "Кубик «Ґ»", "ro": "Кубик «Ґ»"}
    is_http_error(post(shop, "/api/catalog/import/", text.encode("cp1251")), 400)
    is_http_error(
        post(
            shop, "/api/catalog/import/", b'{"a":"\x98"}', "application/json; charset=windows-1251"
        ),
        400,
    )


def test_other_request_charsets(shop: Shop) -> None:
    text = json.dumps({"login": LOGIN, "password": PASSWORD})
    for name, body in (
        ("utf-16", b"\xff\xfe" + text.encode("utf-16-le")),
        ("utf-16", b"\xfe\xff" + text.encode("utf-16-be")),
        ("utf-16", text.encode("utf-16-be")),
        ("utf-16le", text.encode("utf-16-le")),
        ("koi8-u", text.encode("koi8-u")),
        ("us-ascii", text.encode()),
    ):
        assert (
            post(shop, "/api/auth/", body, f"application/json; charset={name}").json["status"]
            == "OK"
        ), name
    form = "application/x-www-form-urlencoded; charset="
    asked = f"token={shop.token}&expr[parent]=" + quote("Игрушки".encode("cp1251"))
    assert (
        post(shop, "/api/catalog/export/", asked.encode(), form + "windows-1251").json["status"]
        == "OK"
    )
    is_http_error(
        post(
            shop,
            "/api/auth/",
            b"\xff\xfe" + text.encode("utf-16-le"),
            "application/json; charset=utf-16le",
        ),
        400,
    )


ACCEPT = [
    ("windows-1251", "windows-1251"),
    ("", "utf-8"),
    ("*", "utf-8"),
    ("windows-1251, utf-8", "utf-8"),
    ("windows-1251;q=0.9, utf-8;q=0.5", "windows-1251"),
    ("koi8-r, cp866", "koi8-r"),
    ("cp1251", "windows-1251"),
    ("unknown, koi8-u;q=0.2", "koi8-u"),
    ("windows-1251;q=0, *;q=0.1", "utf-8"),
    ("utf-16", "utf-16be"),
    ("utf-16le", "utf-16le"),
    ("unknown", "iso-8859-1"),
    ("utf-8;q=0", "iso-8859-1"),
    ("windows-1252;q=nonsense", "windows-1252"),
    ("utf-8;q=0.5, latin1;q=0.7", "iso-8859-1"),
    ("*;q=0.5, windows-1251", "windows-1251"),
    ("X-Mac-Cyrillic", "x-mac-cyrillic"),
]


def test_accept_charset(shop: Shop) -> None:
    """seeds/cartum.txt; spec 13.3"""
    plain = shop.call("currency/export").json
    for header, chosen in ACCEPT:
        answer = shop.site.request(
            "cartum",
            "POST",
            "/api/currency/export/",
            json={"token": shop.token},
            headers={"accept-charset": header},
        )
        assert answer.headers["content-type"] == f"application/json; charset={chosen}", header
        assert not answer.body.startswith((b"\xef", b"\xff\xfe", b"\xfe\xff"))
        codec = "mac-cyrillic" if chosen == "x-mac-cyrillic" else chosen
        assert json.loads(answer.body.decode(codec)) == plain, header
    answer = shop.site.request(
        "cartum",
        "POST",
        "/api/currency/export/",
        json={"token": shop.token},
        headers={"accept-charset": "windows-1251"},
    )
    assert "Гривна".encode("cp1251") in answer.body


def test_accept_charset_that_cannot_be_met(shop: Shop) -> None:
    for header in ("*;q=0", "utf-8;q=0, iso-8859-1;q=0", "unknown, iso-8859-1;q=0"):
        answer = post(shop, "/api/pages/export/", b"{}", **{"accept-charset": header})
        is_http_error(answer, 406)
        assert answer.headers["content-type"] == UTF8


def test_refusals_follow_the_charset(shop: Shop) -> None:
    for target, method in (
        ("/api/no/", "POST"),
        ("/api/pages/export/", "POST"),
        ("/api/pages/export/", "PATCH"),
    ):
        answer = shop.site.request("cartum", method, target, headers={"accept-charset": "koi8-r"})
        assert answer.headers["content-type"] == "application/json; charset=koi8-r", (
            target,
            method,
        )


# Order of checks, https, rate


def test_order_of_checks(shop: Shop) -> None:
    """spec 1.3"""
    broken = {
        "body": b"{broken",
        "headers": {"content-type": "text/plain", "accept-charset": "*;q=0"},
    }
    call = shop.site.request
    assert call("cartum", "PATCH", "/api/no/", **broken).status == 405
    assert call("cartum", "POST", "/api/no/", **broken).status == 406
    broken["headers"] = {"content-type": "text/plain"}
    assert call("cartum", "POST", "/api/no/", **broken).json["status"] == "UNDEFINED_FUNCTION"
    assert call("cartum", "POST", "/api/customer-groups/export/", **broken).status == 415
    assert (
        call("cartum", "POST", "/api/customer-groups/export/", json={"x": 1}).json["status"]
        == "UNAUTHORIZED"
    )
    assert shop.call("customer-groups/export", parent=[]).json["status"] == "FORBIDDEN"


def test_https_site(make_shop: Callable[..., Shop]) -> None:
    """seeds/cartum.txt: if the site uses HTTPS, the API must be accessed via HTTPS as well"""
    shop = make_shop()
    secure = make_shop(https=True)
    answer = secure.site.request("cartum", "PATCH", "/api/no/", scheme="http")
    is_http_error(answer, 403)
    assert "https" in answer.json["response"]["message"].lower()
    good = {"login": LOGIN, "password": PASSWORD}
    assert (
        secure.site.request("cartum", "POST", "/api/auth/", json=good, scheme="https").json[
            "status"
        ]
        == "OK"
    )
    assert (
        shop.site.request("cartum", "POST", "/api/auth/", json=good, scheme="https").json["status"]
        == "OK"
    )
    page = secure.site.request(
        "cartum", "GET", "/edit/login.php?back=/x", headers={"host": "shop.example"}
    )
    assert page.status == 302
    assert page.headers["location"] == "https://shop.example/edit/login.php?back=/x"


def test_rate_limit(make_shop: Callable[..., Shop]) -> None:
    """spec 1.4"""
    shop = make_shop(calls_per_hour=2)
    assert shop.call("pages/export", token="0" * 32).json["status"] == "AUTHORIZATION_ERROR"
    for _ in range(2):
        assert shop.call("pages/export").status == 200
    answer = shop.call("catalog/import", products=[{"article": "A"}])
    seconds = int(answer.headers["retry-after"])
    assert 3500 < seconds <= 3600
    assert answer.status == 429
    assert answer.json == {
        "status": "HTTP_ERROR",
        "response": {
            "code": 429,
            "message": f"You hour requests limit has been exceeded. Retry after {seconds} seconds",
        },
    }
    assert b"Retry-After" in [name for name, _ in answer.raw_headers]
    assert shop.call("auth", token=None, login=LOGIN, password=PASSWORD).json["status"] == "OK"


# Tokens


def test_token(shop: Shop) -> None:
    """seeds/cartum.txt; spec 3"""
    assert len(shop.token) == 32
    assert set(shop.token) <= set("0123456789abcdef")
    second = shop.call("auth", token=None, login=LOGIN.upper(), password=PASSWORD).json["response"][
        "token"
    ]
    assert second != shop.token
    for token in (shop.token, second):
        assert shop.call("currency/export", token=token).json["status"] == "OK"
    header = shop.site.request(
        "cartum", "POST", "/api/pages/export/", json={"a": 1}, headers={"token": shop.token}
    )
    assert header.json["status"] == "UNAUTHORIZED"


def _age(shop: Shop, ms: int) -> None:
    def work(tx: Any) -> None:
        for row in tx.all(tables.sessions.select()):
            tx.update(tables.sessions, row.id, {"expires_ms": row.expires_ms - ms})

    shop.site.tx(work)


def test_token_ends_after_600_seconds_also_after_a_restart(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop()
    _age(shop, 598_000)
    assert shop.call("currency/export").json["status"] == "OK"
    _age(shop, 3_000)
    assert shop.call("currency/export").json["status"] == "UNAUTHORIZED"
    again = make_shop()
    assert again.call("currency/export", token=shop.token).json["status"] == "UNAUTHORIZED"
    assert again.call("currency/export", token="f" * 32).json["status"] == "AUTHORIZATION_ERROR"


def test_revoked_and_disabled(shop: Shop) -> None:
    held = shop.site.look(lambda tx: users.by_login(tx, LOGIN))
    shop.site.tx(lambda tx: users.change(tx, held.id, password_hash="x"))
    assert shop.call("currency/export").json["status"] == "UNAUTHORIZED"
    shop.site.tx(lambda tx: users.change(tx, held.id, active=False))
    assert shop.call("currency/export").json["status"] == "AUTHORIZATION_ERROR"
    shop.site.tx(lambda tx: users.change(tx, held.id, active=True, api=False))
    assert shop.call("currency/export").json["status"] == "AUTHORIZATION_ERROR"


def test_auth_failure_status_can_be_401(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop(auth_failure_http_status=401)
    assert shop.call("pages/export", token=None).status == 401
    assert shop.call("pages/export", token="0" * 32).status == 401
    assert shop.call("auth", token=None, login="x", password="y").status == 200


def test_users_made_later_can_log_in_at_once(shop: Shop) -> None:
    from dragoman.core.identity import passwords

    hashed = passwords.hashed("Fresh-01")
    shop.site.tx(lambda tx: users.create(tx, login="fresh", password_hash=hashed))
    assert shop.call("auth", token=None, login="fresh", password="Fresh-01").json["status"] == "OK"


def test_bytes_that_are_no_http(shop: Shop) -> None:
    """spec 1.1: answers are always JSON"""
    reply = shop.site.app.front.unreadable(shop.site.ports["cartum"], "/api/auth/")
    assert reply is not None
    assert reply.status == 400
    assert json.loads(reply.body)["status"] == "HTTP_ERROR"  # type: ignore[arg-type] # bytes
    assert shop.site.app.front.unreadable(shop.site.ports["cartum"], "/edit/") is None
    assert shop.site.app.front.unreadable(shop.site.ports["altcraft"], "/api/auth/") is None
