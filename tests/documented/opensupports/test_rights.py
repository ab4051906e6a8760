"""Every path against every kind of caller, and hostile parameters. Source: spec 2.3, issue 4."""

import pytest

from dragoman.dialects.opensupports.endpoints import ENDPOINTS
from dragoman.wire.endpoint import Endpoint, unwritten
from tests.documented.opensupports.conftest import Desk

POSTS = [endpoint for endpoint in ENDPOINTS if endpoint.method == "POST"]
CALLERS = (None, "user", "guest", "staff1", "staff2", "staff3")
LEVELS = {"staff1": 1, "staff2": 2, "staff3": 3}
ENDS = ("/user/logout",)


def may(endpoint: Endpoint, caller: str | None) -> bool:
    """What the table of 2.3 says."""
    if endpoint.access in ("any", "open"):
        return True
    if caller is None:
        return False
    if endpoint.access == "user":
        return True
    return LEVELS.get(caller, 0) >= int(endpoint.access[5:])


def guest(desk: Desk) -> None:
    if "guest" not in desk.callers:
        fields = {"title": "Help", "content": "Hi", "email": "guest@x.io", "name": "Guest"}
        desk.ok("/ticket/create", fields)
        number = desk.ok("/ticket/search", {}, who="staff1")["tickets"][0]["ticketNumber"]
        data = desk.ok("/ticket/check", {"ticketNumber": number, "email": "guest@x.io"})
        cookie = desk.last.cookies["PHPSESSID"]
        desk.callers["guest"] = {"id": data["userId"], "token": data["token"], "cookie": cookie}


def test_there_are_101_paths() -> None:
    assert len({endpoint.path for endpoint in ENDPOINTS}) == 101
    assert sum(endpoint.handler is unwritten for endpoint in ENDPOINTS) == 6


@pytest.mark.parametrize("caller", CALLERS)
def test_rights_matrix(desk: Desk, caller: str | None) -> None:
    guest(desk)
    for endpoint in POSTS:
        if endpoint.path in ENDS and caller is not None:
            continue
        answer = desk.raw("/api" + endpoint.path, {}, who=caller)
        assert answer.status == 200, endpoint.path
        if not may(endpoint, caller):
            assert answer.json == {"status": "fail", "message": "NO_PERMISSION", "data": None}
        elif endpoint.access[:5] == "staff":
            assert answer.json.get("message") != "NO_PERMISSION", (endpoint.path, caller)
        if endpoint.handler is unwritten and may(endpoint, caller):
            assert answer.json["message"] == "NOT_IMPLEMENTED"


HOSTILE = ("", "x" * 20_000, "[]", "{}", "-1", "99999999999999999999", "1e999", "true", "[" * 3000)


def test_hostile_parameters_never_crash(desk: Desk) -> None:
    for endpoint in POSTS:
        if endpoint.path in ENDS:
            continue
        names = _names(endpoint)
        for value in HOSTILE:
            answer = desk.raw(endpoint.path, dict.fromkeys(names, value), who="staff3")
            assert answer.status == 200, (endpoint.path, value[:20])
        brackets = desk.raw(endpoint.path, {f"{name}[]": "x" for name in names}, who="staff3")
        assert brackets.status == 200, endpoint.path


def _names(endpoint: Endpoint) -> list[str]:
    from dragoman.dialects.opensupports import OpenSupports

    skipped = ("registration", "password", "sent")
    binder = OpenSupports.ways[id(endpoint)].binder
    assert binder is not None
    return [field.name for field in binder.members if field.name not in skipped]


def test_other_methods_and_spellings_find_a_page(desk: Desk) -> None:
    for method, path in (
        ("GET", "/user/login"), ("PUT", "/user/login"), ("OPTIONS", "/api/user/login"),
        ("POST", "/user/login/"), ("POST", "/User/login"), ("POST", "/system/download"),
        ("POST", "/nothing"), ("POST", "/api/api/user/login"), ("POST", "//user/login"),
    ):  # fmt: skip
        answer = desk.site.request("opensupports", method, path)
        assert answer.status == 404, (method, path)
        assert answer.headers["content-type"].startswith("text/html")
        assert "404 Page Not Found" in answer.text
        assert answer.headers["x-frame-options"] == "DENY"


def test_json_and_broken_bodies_carry_no_parameters(desk: Desk) -> None:
    sent = {"email": "user@x.io", "password": "secret99"}
    for more in (
        {"json": sent},
        {"body": b"--x", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"body": b"\xff\xfe=%ff", "headers": {"content-type": "application/x-www-form-urlencoded"}},
    ):  # fmt: skip
        answer = desk.site.request("opensupports", "POST", "/user/login", **more)
        assert answer.json["message"] == "INVALID_CREDENTIALS"


def test_undecodable_text_is_invalid(desk: Desk) -> None:
    body = b"title=%ff%fe&content=x&email=a@b.io&name=n"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    before = desk.changes()
    answer = desk.site.request("opensupports", "POST", "/ticket/create", body=body, headers=headers)
    assert answer.json["message"] == "INVALID_TITLE"
    assert desk.changes() == before


def test_oversized_bodies_carry_no_parameters_or_are_a_bad_file(desk: Desk) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    before = desk.changes()
    body = b"email=user%40x.io&password=secret99&x=" + b"x" * (10 << 20)
    answer = desk.site.request("opensupports", "POST", "/user/login", body=body, headers=headers)
    assert (answer.status, answer.json["message"]) == (200, "INVALID_CREDENTIALS")
    fields = {"title": "x" * 100_000, "content": "c", "email": "big@x.io", "name": "Big"}
    assert desk.fails("/ticket/create", fields) == "INVALID_TITLE"
    fields |= {"title": "t", "content": "x" * 10_001}
    assert desk.fails("/ticket/create", fields) == "INVALID_CONTENT"
    assert desk.changes() == before
