"""Cookies, tokens, API tokens, roles, logging out."""

import re
import time
from email.utils import parsedate_to_datetime
from typing import Any

import jwt
import pytest

from tests.documented.rightech.test_stores import FORBIDDEN, UNAUTHORIZED
from tests.support.site import TestSite
from tests.support.things import PASSWORD, Client

LOGIN = {"login": "admin", "password": PASSWORD}


def log_in(site: TestSite, path: str = "/api/v1/auth", **body: Any) -> Any:
    return site.request("rightech", "POST", path, json={**LOGIN, **body})


def get(site: TestSite, path: str = "/api/v1/objects", **how: Any) -> Any:
    return site.request("rightech", "GET", path, **how)


def test_cookie(things_site: TestSite) -> None:
    """Source: seed "Authorization using Cookies"."""
    answer = log_in(things_site)
    assert (answer.status, answer.body) == (200, b'{"sucess":true,"success":true}')
    cookie = answer.headers["set-cookie"]
    found = re.fullmatch(r"sid=([A-Za-z0-9_-]{22,}); Path=/; Expires=([^;]+ GMT); HttpOnly", cookie)
    assert found is not None, cookie
    left = parsedate_to_datetime(found[2]).timestamp() - time.time()
    assert 86_390 < left <= 86_401
    assert get(things_site, cookies={"sid": found[1]}).status == 200
    assert get(things_site, cookies={"sid": "wrong"}).json == UNAUTHORIZED


def test_token(things_site: TestSite) -> None:
    """Source: seed "Authorization using Token", spec R3.2, R3.3."""
    answer = log_in(things_site, "/api/v1/auth/token")
    told = answer.json
    assert set(told) == {"expiresAt", "issuedAt", "sucess", "success", "token", "type"}
    assert told["type"] == "access"
    assert told["expiresAt"] - told["issuedAt"] == 86_400_000
    claims = jwt.decode(told["token"], options={"verify_signature": False})
    assert jwt.get_unverified_header(told["token"])["alg"] == "HS256"
    assert set(claims) == {"jti", "sub", "grp", "org", "usg", "full", "rights", "iat", "exp"}
    assert (claims["usg"], claims["full"], claims["rights"]) == ("web", True, 1.5)
    assert claims["exp"] == -(-told["expiresAt"] // 1000)
    token = told["token"]
    for how in (
        {"headers": {"authorization": f"Bearer {token}"}},
        {"headers": {"authorization": token}},
        {"path": f"/api/v1/objects?access_token={token}"},
        {"path": f"/api/v1/objects?accessToken={token}"},
        {"path": f"/api/v1/objects?token={token}"},
    ):
        assert get(things_site, **how).status == 200
    forged = jwt.encode(claims, "x" * 32, algorithm="HS256")
    unsigned = jwt.encode(claims, None, algorithm="none")
    cookie = log_in(things_site).cookies
    for bad in (forged, unsigned, token[:-4], "x", ""):
        headers = {"authorization": f"Bearer {bad}"}
        answer = get(things_site, headers=headers, cookies=cookie)
        assert answer.json == UNAUTHORIZED, "the first credential that is present decides"


@pytest.mark.parametrize(
    "body",
    [{"password": "x"}, {"login": "nobody"}, {"login": None}, {"login": 5}, {"password": None}],
)
def test_failed_logins_are_all_alike(things_site: TestSite, body: dict[str, Any]) -> None:
    """Source: spec R3.4."""
    for path in ("/api/v1/auth", "/api/v1/auth/token"):
        answer = log_in(things_site, path, **body)
        assert (answer.status, answer.json) == (401, UNAUTHORIZED)
        assert "set-cookie" not in answer.headers


def test_login_by_email_by_form_and_malformed(things_site: TestSite, admin: Client) -> None:
    """Source: spec R1.2, R3.4."""
    admin.made("users", login="mailed", password=PASSWORD, email="Mailed@x.example")
    assert log_in(things_site, login="mailed@X.example").status == 200
    form = things_site.request("rightech", "POST", "/api/v1/auth", form=LOGIN)
    assert form.status == 200
    assert things_site.request("rightech", "POST", "/api/v1/auth", body=b"{").status == 400


def test_disabled_users(things_site: TestSite, admin: Client) -> None:
    """Source: spec R3.4: disabled, webDisabled."""
    user = admin.made("users", login="someone", password=PASSWORD)
    path = f"/users/{user['_id']}"
    cookie = log_in(things_site, login="someone").cookies
    token = log_in(things_site, "/api/v1/auth/token", login="someone").json["token"]
    admin("PATCH", path, {"webDisabled": True})
    assert log_in(things_site, login="someone").status == 401
    assert log_in(things_site, "/api/v1/auth/token", login="someone").status == 200
    admin("PATCH", path, {"disabled": True})
    assert log_in(things_site, "/api/v1/auth/token", login="someone").status == 401
    assert get(things_site, cookies=cookie).status == 401
    assert get(things_site, headers={"authorization": token}).status == 401
    admin("PATCH", path, {"disabled": False, "webDisabled": False})
    assert log_in(things_site, login="someone").status == 200


def test_password_is_never_shown_and_can_be_changed(things_site: TestSite, admin: Client) -> None:
    """Source: spec R7.2."""
    user = admin.made("users", login="someone", password="Old-secret-1")
    assert "password" not in user
    assert log_in(things_site, login="someone", password="Old-secret-1").status == 200
    changed = admin("PATCH", f"/users/{user['_id']}", {"password": "New-secret-2"})
    assert "password" not in changed.json
    assert log_in(things_site, login="someone", password="Old-secret-1").status == 401
    assert log_in(things_site, login="someone", password="New-secret-2").status == 200
    assert b"secret-" not in admin("GET", "/events").body
    assert admin("DELETE", f"/users/{user['_id']}").status == 200
    assert log_in(things_site, login="someone", password="New-secret-2").status == 401


def test_logout(things_site: TestSite) -> None:
    """Source: spec R3.6."""
    for method, path in (("POST", "/api/v1/auth/logout"), ("DELETE", "/api/v1/auth")):
        cookie = log_in(things_site).cookies
        answer = things_site.request("rightech", method, path, cookies=cookie)
        assert answer.status == 200
        gone = "sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly"
        assert answer.headers["set-cookie"] == gone
        assert get(things_site, cookies=cookie).json == UNAUTHORIZED
        token = log_in(things_site, "/api/v1/auth/token").json["token"]
        headers = {"authorization": f"Bearer {token}"}
        assert things_site.request("rightech", method, path, headers=headers).status == 200
        assert get(things_site, headers=headers).json == UNAUTHORIZED


@pytest.mark.parametrize(
    ("scopes", "allowed", "denied"),
    [
        (
            ["GET /objects/*"],
            ["GET /objects", "GET /objects/x", "HEAD /objects"],
            ["POST /objects", "GET /models"],
        ),
        (["get /api/v1/objects"], ["GET /objects"], ["GET /objects/x"]),
        (["GET objects/:id"], ["GET /objects/x"], ["GET /objects", "GET /objects/x/packets"]),
        (["*"], ["GET /objects", "POST /labels"], []),
        (["* /labels/*"], ["POST /labels", "GET /labels"], ["GET /objects"]),
        (["objects_get"], ["GET /objects"], ["GET /objects/x", "POST /objects"]),
        (["objects_one_packets_get"], ["GET /objects/x/packets"], ["GET /objects/x"]),
        ([], ["GET /objects", "POST /labels"], []),
        (["nonsense"], [], ["GET /objects"]),
    ],
)
def test_scopes(
    things_site: TestSite, admin: Client, scopes: list[str], allowed: list[str], denied: list[str]
) -> None:
    """Source: seed "403", spec R3.9-R3.11."""
    token = admin.made("tokens", name="t", scopes=scopes)
    limited = Client(things_site, token=token["token"])
    for one in allowed:
        method, path = one.split()
        assert limited(method, path, {} if method == "POST" else None).status in (200, 404)
    for one in denied:
        method, path = one.split()
        answer = limited(method, path, {} if method == "POST" else None)
        assert (answer.status, answer.json) == (403, FORBIDDEN)
    assert limited("GET", "/auth").status == 200
    assert limited("GET", "/nowhere").status == 404


def test_long_token_is_shown_once_changed_and_revoked(things_site: TestSite, admin: Client) -> None:
    """Source: spec R3.10, R3.12."""
    token = admin.made("tokens", name="t", ttl=3600)
    assert token["expiresAt"] - token["issuedAt"] == 3_600_000
    assert (token["active"], token["user"]) == (True, admin("GET", "/auth").json["user"]["_id"])
    path = f"/tokens/{token['_id']}"
    assert "token" not in admin("GET", path).json
    client = Client(things_site, token=token["token"])
    assert client("GET", "/objects").status == 200
    assert "lastUsedAt" in admin("GET", path).json
    assert admin("PATCH", path, {"scopes": ["GET /models"]}).json["scopes"] == ["GET /models"]
    assert client("GET", "/objects").json == FORBIDDEN
    admin("PATCH", path, {"scopes": [], "active": False})
    assert client("GET", "/objects").json == UNAUTHORIZED
    admin("PATCH", path, {"active": True})
    assert client("GET", "/objects").status == 200
    admin("PATCH", path, {"expiresAt": 1000})
    assert client("GET", "/objects").json == UNAUTHORIZED
    admin("PATCH", path, {"expiresAt": "2999-01-01T00:00"})
    assert client("GET", "/objects").status == 200
    admin("DELETE", path)
    assert client("GET", "/objects").json == UNAUTHORIZED


def test_role_that_is_gone_permits_nothing(things_site: TestSite, admin: Client) -> None:
    """Source: spec R3.13."""
    role = admin.made("roles", name="r", credentials=["GET /*"])
    admin.made("users", login="roled", password=PASSWORD, role=role["_id"])
    roled = Client(things_site, "roled")
    assert roled("GET", "/objects").status == 200
    admin("PATCH", f"/roles/{role['_id']}", {"credentials": []})
    assert roled("GET", "/objects").json == FORBIDDEN
    admin("DELETE", f"/roles/{role['_id']}")
    assert roled("GET", "/objects").json == FORBIDDEN
    assert roled("GET", "/auth").status == 200


def test_a_token_gives_no_more_than_it_has(things_site: TestSite, admin: Client) -> None:
    """Source: issue 3, spec R3.11."""
    held = ["GET /objects/*", "* /tokens/*"]
    given = admin.made("tokens", name="t", scopes=held)
    wide = admin.made("tokens", name="wide")
    limited = Client(things_site, token=given["token"])
    before = len(admin("GET", "/tokens").json)
    for wanted in (["*"], ["GET /models"], ["GET /objects", "POST /objects"]):
        answer = limited("POST", "/tokens", {"name": "n", "scopes": wanted})
        assert (answer.status, answer.json) == (403, FORBIDDEN)
        for item in (given, wide):
            answer = limited("PATCH", f"/tokens/{item['_id']}", {"scopes": wanted})
            assert (answer.status, answer.json) == (403, FORBIDDEN)
    for wrong in ("*", {"0": "*"}, [1]):
        assert limited("POST", "/tokens", {"name": "n", "scopes": wrong}).status == 400
    assert len(admin("GET", "/tokens").json) == before
    assert admin("GET", f"/tokens/{given['_id']}").json["scopes"] == held
    for fields in ({}, {"scopes": []}, {"scopes": None}):
        made = limited.made("tokens", name="n", **fields)
        assert made["scopes"] == held
        assert Client(things_site, token=made["token"])("GET", "/models").json == FORBIDDEN
    narrow = limited.made("tokens", name="n", scopes=["GET /objects/:id"])
    assert Client(things_site, token=narrow["token"])("GET", "/objects").json == FORBIDDEN
    for none in ([], None):
        cleared = limited("PATCH", f"/tokens/{narrow['_id']}", {"scopes": none})
        assert cleared.json["scopes"] == held
