"""Every refusal of spec/chautec 11 with status, code and text; and that nothing changed."""

import json
from typing import Any

import pytest

from tests.documented.chautec.conftest import EMAIL, Cms

INVALID_JSON = ("chautec.request.invalid.json", "The request body is not a valid JSON object.")
LOGGED_OUT = ("chautec.not.logged.in", "User is not logged in.")
BAD_KEY = (
    "chautec.component.invalid.key",
    "Keys can only be lowercase letters, numbers and hyphens(-).",
)
INSECURE = (
    "chautec.user.password.insecure",
    "Password must be at least 8 characters containing a minimum of 2 letters and 2 numbers.",
)
NEW = {"spaceId": "@space", "parentId": "@root", "componentType": "t"}


def wrong(field: str, kind: str) -> tuple[str, str]:
    return "chautec.field.wrong.type", f"The field ‘{field}’ was not of type {kind}."


def required(field: str) -> tuple[str, str]:
    return "chautec.field.required", f"The field ‘{field}’ is required."


def missing(id: Any) -> tuple[str, str]:
    return "chautec.component.not.found.id", f"Component with ID {id} could not be found."


MISMATCH = (
    "chautec.field.id.mismatch",
    "The field ‘id’ must be the same value as the ID in the path.",
)
NOWHERE = ("chautec.endpoint.not.found", "The requested endpoint could not be found.")
DEEP = b'{"name":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
NO_SPACE = ("chautec.space.not.found.id", "Space with ID 999 could not be found.")
MINIMUM = ("chautec.user.minimum.active", "There needs to be at least 1 active user.")

# source, method, path, body (members or bytes), status, (code, message). @name: an id of the site.
CASES: list[tuple[str, str, str, Any, int, tuple[str, str]]] = [
    ("1", "POST", "/space", b"{", 400, INVALID_JSON),
    ("1", "POST", "/space", b"[]", 400, INVALID_JSON),
    ("1", "POST", "/space", b"null", 400, INVALID_JSON),
    ("1", "POST", "/space", b'{"name":"\xff"}', 400, INVALID_JSON),
    ("1", "POST", "/space", b'{"name":"\\u0000"}', 400, INVALID_JSON),
    ("1", "POST", "/space", b'{"name":"\\ud800"}', 400, INVALID_JSON),
    ("1", "POST", "/space", DEEP, 400, INVALID_JSON),
    ("1", "POST", "/space", b'{name: "Monkeys"}', 400, INVALID_JSON),
    ("1.1", "POST", "/space", b"", 400, required("name")),
    ("1.1", "POST", "/space", {"name": None}, 400, required("name")),
    ("1.1", "POST", "/space", {"name": " \n"}, 400, required("name")),
    ("1.1", "POST", "/space", {"name": 5}, 400, wrong("name", "string")),
    ("1.1", "GET", "/space/x", None, 400, wrong("id", "integer")),
    ("1.1", "GET", "/space/1.0", None, 400, wrong("id", "integer")),
    ("4", "GET", "/space/999", None, 404, NO_SPACE),
    ("4", "PUT", "/space/999", {"id": 999, "name": "x"}, 404, NO_SPACE),
    ("4", "DELETE", "/space/999", None, 404, NO_SPACE),
    ("4", "PUT", "/space/@space", {"id": "@space+1", "name": "x"}, 400, MISMATCH),
    ("4", "PUT", "/space/@space", {"name": "x"}, 400, required("id")),
    ("4", "PUT", "/space/@space", {"id": "1"}, 400, wrong("id", "integer")),
    ("4", "PUT", "/space/@space", {"id": "@space", "name": ""}, 400, required("name")),
    ("3.1", "GET", "/component/abc", None, 400, wrong("id", "integer")),
    ("3.1", "GET", "/component/abc?levels=x", None, 400, wrong("id", "integer")),
    ("3.1", "GET", "/component/foo/bar", None, 400, wrong("spaceId", "integer")),
    ("3.1", "GET", "/component/text/abc", None, 400, wrong("id", "integer")),
    ("3.1", "GET", "/component/text/x/y", None, 400, wrong("spaceId", "integer")),
    ("3.1", "GET", "/component/file/x/y", None, 400, wrong("spaceId", "integer")),
    ("3.1", "GET", "/component/text", None, 400, wrong("id", "integer")),
    ("3.1", "GET", "/user/key", None, 400, wrong("id", "integer")),
    ("3.1", "GET", "/nowhere", None, 404, NOWHERE),
    ("1", "GET", "!/api/v2/space/all", None, 404, NOWHERE),
    ("5.4", "GET", "/component/312", None, 404, missing(312)),
    ("1.1", "GET", "/component/" + "9" * 30, None, 404, missing("9" * 30)),
    ("1.1", "GET", "/component/-" + "9" * 30, None, 404, missing("-" + "9" * 30)),
    ("1.1", "PUT", "/component/" + "9" * 30, {"id": "9" * 30}, 404, missing("9" * 30)),
    (
        "5.4", "GET", "/component/@space/test", None, 404,
        ("chautec.component.not.found.key", "Component with key 'test' could not be found."),
    ),
    (
        "5.4", "GET", "/component/999/root", None, 404,
        ("chautec.component.not.found.key", "Component with key 'root' could not be found."),
    ),
    (
        "1", "GET", "/component/1/a%00b", None, 404,
        ("chautec.component.not.found.key", "Component with key 'a\ufffdb' could not be found."),
    ),
    ("6.2", "GET", "/component/@root?levels=x", None, 400, wrong("levels", "integer")),
    ("6.2", "GET", "/component/@root?limit=1.5", None, 400, wrong("limit", "integer")),
    ("6.2", "GET", "/component/@root?contentLength=", None, 400, wrong("contentLength", "integer")),
    ("6.8", "POST", "/component/search", {"tags": ["a", 1]}, 400, wrong("tags", "array")),
    ("6.8", "POST", "/component/search", {"limit": "5"}, 400, wrong("limit", "integer")),
    ("6.8", "POST", "/component/search", {"offset": 1.0}, 400, wrong("offset", "integer")),
    ("6.8", "POST", "/component/search", b'{"spaceId":1e3}', 400, wrong("spaceId", "integer")),
    (
        "6.8", "POST", "/component/search", b'{"spaceId":9223372036854775808}', 400,
        wrong("spaceId", "integer"),
    ),
    ("6.8", "POST", "/component/search", {"terms": []}, 400, wrong("terms", "string")),
    ("6.9", "PUT", "/component/sequence", {}, 400, required("sequences")),
    ("6.9", "PUT", "/component/sequence", {"sequences": 1}, 400, wrong("sequences", "array")),
    ("6.9", "PUT", "/component/sequence", {"sequences": [1]}, 400, wrong("sequences", "array")),
    (
        "6.9", "PUT", "/component/sequence", {"sequences": [{"id": "1", "sequence": 1}]}, 400,
        wrong("id", "integer"),
    ),
    (
        "6.9", "PUT", "/component/sequence", {"sequences": [{"id": 1}]}, 400,
        wrong("sequence", "integer"),
    ),
    (
        "6.9", "PUT", "/component/sequence",
        {"sequences": [{"id": "@a", "sequence": 7}, {"id": 998, "sequence": 1}]}, 404,
        missing(998),
    ),
    ("5.1", "POST", "/component", {**NEW, "key": "A b"}, 400, BAD_KEY),
    ("5.1", "POST", "/component", {**NEW, "key": "a\n"}, 400, BAD_KEY),
    ("5.1", "POST", "/component", {**NEW, "key": "a" * 256}, 400, BAD_KEY),
    (
        "5.1", "POST", "/component", {**NEW, "key": "root"}, 400,
        ("chautec.component.reserved.key", "Sorry, 'root' is a reserved key."),
    ),
    (
        "5.1", "POST", "/component", {**NEW, "key": "a"}, 400,
        (
            "chautec.component.duplicate.key",
            "The key 'a' is currently used by another component (ID @a).",
        ),
    ),
    ("5", "POST", "/component", {**NEW}, 400, required("key")),
    ("5", "POST", "/component", {**NEW, "key": "x", "spaceId": None}, 400, required("spaceId")),
    (
        "5", "POST", "/component", {**NEW, "key": "x", "metadata": []}, 400,
        wrong("metadata", "object"),
    ),
    ("5", "POST", "/component", {**NEW, "key": "x", "tags": "a"}, 400, wrong("tags", "array")),
    (
        "5", "POST", "/component", {**NEW, "key": "x", "published": 1}, 400,
        wrong("published", "boolean"),
    ),
    (
        "5", "POST", "/component", {**NEW, "key": "x", "sequence": True}, 400,
        wrong("sequence", "integer"),
    ),
    ("5", "POST", "/component", {**NEW, "key": "x", "date": "now"}, 400, wrong("date", "datetime")),
    (
        "5", "POST", "/component", {**NEW, "key": "x", "date": "9999-12-31T23:59:59-14:00"}, 400,
        wrong("date", "datetime"),
    ),
    (
        "5", "POST", "/component", {**NEW, "key": "x", "date": "0001-01-01T00:00:00+01:00"}, 400,
        wrong("date", "datetime"),
    ),
    ("5.2", "POST", "/component", {**NEW, "key": "x", "spaceId": 999}, 404, NO_SPACE),
    ("5.2", "POST", "/component", {**NEW, "key": "x", "parentId": 998}, 404, missing(998)),
    (
        "5.2", "POST", "/component", {**NEW, "key": "x", "parentId": "@other_root"}, 400,
        (
            "chautec.component.parent.space",
            "Parent component with ID @other_root does not belong to space with ID @space.",
        ),
    ),
    ("5", "PUT", "/component/@a", {}, 400, required("id")),
    ("5", "PUT", "/component/@a", {"id": "x"}, 400, MISMATCH),
    ("5", "PUT", "/component/@a", {"id": 5.5}, 400, wrong("id", "string")),
    ("5", "PUT", "/component/998", {"id": 998}, 404, missing(998)),
    (
        "5.1", "PUT", "/component/@a", {"id": "@a", "key": "b"}, 400,
        (
            "chautec.component.duplicate.key",
            "The key 'b' is currently used by another component (ID @b).",
        ),
    ),
    (
        "5.2", "PUT", "/component/@a", {"id": "@a", "parentId": "@other_root"}, 400,
        (
            "chautec.component.space.change",
            "You cannot move component with ID @a out of its current space (ID @space).",
        ),
    ),
    (
        "5.2", "PUT", "/component/@a", {"id": "@a", "spaceId": "@other"}, 400,
        (
            "chautec.component.space.change",
            "You cannot move component with ID @a out of its current space (ID @space).",
        ),
    ),
    (
        "5.2", "PUT", "/component/@a", {"id": "@a", "parentId": "@a"}, 400,
        (
            "chautec.component.parent.self",
            "You cannot set component with ID @a to be its own parent.",
        ),
    ),
    ("5.2", "PUT", "/component/@a", {"id": "@a", "parentId": 998}, 404, missing(998)),
    (
        "5.2", "PUT", "/component/@a", {"id": "@a", "parentId": "@b"}, 400,
        (
            "chautec.component.parent.descendant",
            "You cannot move component with ID @a under its own descendant (ID @b).",
        ),
    ),
    (
        "5.2", "PUT", "/component/@root", {"id": "@root", "parentId": 998}, 400,
        ("chautec.component.root.move", "The root component of a space cannot be moved."),
    ),
    (
        "5.2", "PUT", "/component/@root", {"id": "@root", "parentId": "@root"}, 400,
        (
            "chautec.component.parent.self",
            "You cannot set component with ID @root to be its own parent.",
        ),
    ),
    (
        "5.2", "PUT", "/component/@root", {"id": "@root", "key": "x"}, 400,
        ("chautec.component.root.key", "The key of a root component cannot be changed."),
    ),
    (
        "5.3", "DELETE", "/component/@root", None, 400,
        ("chautec.component.root.delete", "The root component of a space cannot be deleted."),
    ),
    ("5.3", "DELETE", "/component/998", None, 404, missing(998)),
    (
        "8", "GET", "/component/file/@a", None, 404,
        ("chautec.component.not.found.file", "No file was found for component with ID @a."),
    ),
    (
        "8", "GET", "/component/file/@space/a", None, 404,
        ("chautec.component.not.found.file", "No file was found for component with ID @a."),
    ),
    (
        "8", "DELETE", "/component/file/@a", None, 404,
        ("chautec.component.not.found.file", "No file was found for component with ID @a."),
    ),
    ("8", "GET", "/component/file/check/998", None, 404, missing(998)),
    (
        "8", "POST", "/component/file/@a", b"no form", 400,
        ("chautec.component.file.missing", "No file was found in the field ‘fileUpload’."),
    ),
    (
        "9.1", "POST", "/user", {"email": "x", "password": "a"}, 400,
        ("chautec.user.invalid.email", "The email ‘x’ is not a valid email address."),
    ),
    (
        "9.1", "POST", "/user", {"email": EMAIL.upper(), "password": "a"}, 400,
        (
            "chautec.user.duplicate.email",
            f"The email ‘{EMAIL.upper()}’ is currently used by another user (ID 1).",
        ),
    ),
    ("9.1", "POST", "/user", {"email": "n@x.org", "password": "doHY[af2ODt_"}, 400, INSECURE),
    ("9.1", "POST", "/user", {"email": "n@x.org", "password": "ab12567"}, 400, INSECURE),
    ("9.1", "POST", "/user", {"email": "n@x.org", "password": "1234567a"}, 400, INSECURE),
    ("9.1", "POST", "/user", {"email": "n@x.org", "password": "abcdefg1"}, 400, INSECURE),
    ("9.1", "POST", "/user", {"email": "n@x.org"}, 400, required("password")),
    (
        "9.1", "POST", "/user", {"email": "n@x.org", "password": "abc12345", "active": 1}, 400,
        wrong("active", "boolean"),
    ),
    ("9.1", "PUT", "/user/1", {"id": 1, "password": "short"}, 400, INSECURE),
    ("9.1", "PUT", "/user/1", {"id": 2}, 400, MISMATCH),
    ("9.1", "PUT", "/user/1", {"id": 1, "active": False}, 400, MINIMUM),
    ("9.1", "DELETE", "/user/1", None, 400, MINIMUM),
    (
        "9.1", "GET", "/user/7", None, 404,
        ("chautec.user.not.found.id", "User with ID 7 could not be found."),
    ),
    (
        "9.1", "PUT", "/user/key/7", None, 404,
        ("chautec.user.not.found.id", "User with ID 7 could not be found."),
    ),
    (
        "9.1", "DELETE", "/user/key/7", None, 404,
        ("chautec.user.not.found.id", "User with ID 7 could not be found."),
    ),
    (
        "9.2", "POST", "!/auth/login", {"email": EMAIL, "password": "wrong"}, 401,
        ("chautec.login.failed", "The email or password is incorrect."),
    ),
]  # fmt: skip


def _filled(value: Any, ids: dict[str, int]) -> Any:
    """`@name` replaced by the site's id, also inside texts, lists and objects."""
    if isinstance(value, dict):
        return {name: _filled(item, ids) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, ids) for item in value]
    if not isinstance(value, str) or "@" not in value:
        return value
    if value == "@space+1":
        return ids["space"] + 1
    if value[1:] in ids and value[0] == "@":
        return ids[value[1:]]
    for name in sorted(ids, key=len, reverse=True):
        value = value.replace(f"@{name}", str(ids[name]))
    return value


def test_every_refusal_has_its_words_and_changes_nothing(cms: Cms) -> None:
    ids = {"space": cms.space, "other": cms.other, "root": cms.root, "other_root": cms.other_root}
    ids["a"] = cms.make("a")
    ids["b"] = cms.make("b", ids["a"])
    wrong_answers = []
    before = cms.state()
    for source, method, path, body, status, (code, message) in CASES:
        sent = body if isinstance(body, bytes) else None
        if isinstance(body, dict):
            addresses = {"email": body.get("email")} if "@" in str(body.get("email")) else {}
            sent = json.dumps({**_filled(body, ids), **addresses}).encode()
        target = str(_filled(path, ids))
        answer = cms.call(method, target, body=sent)
        if "example.com" not in message.lower():
            message = str(_filled(message, ids))
        expected = {"code": code, "message": message, "success": False}
        shown = (answer.status, answer.json)
        if shown != (status, expected):
            wrong_answers.append((f"chautec {source}", method, target, body, shown))
    assert wrong_answers == []
    assert cms.state() == before


LOGIN_ROWS = [
    ("POST", "/space"), ("GET", "/space/1"), ("GET", "/space/all"), ("PUT", "/space/1"),
    ("DELETE", "/space/1"), ("POST", "/component"), ("PUT", "/component/1"),
    ("DELETE", "/component/1"), ("PUT", "/component/sequence"), ("POST", "/component/file/1"),
    ("GET", "/component/file/check/1"), ("DELETE", "/component/file/1"), ("POST", "/user"),
    ("GET", "/user/1"), ("GET", "/user/all"), ("PUT", "/user/1"), ("DELETE", "/user/1"),
    ("PUT", "/user/key/1"), ("DELETE", "/user/key/1"),
]  # fmt: skip


def test_rows_with_auth_refuse_strangers_before_anything_else(cms: Cms) -> None:
    before = cms.state()
    expected = {"code": LOGGED_OUT[0], "message": LOGGED_OUT[1], "success": False}
    for method, path in LOGIN_ROWS:
        for headers in ({}, {"x-chautec-api-key": "wrong"}):
            answer = cms.anonymous(method, path, body=b"{", headers=headers)
            assert (answer.status, answer.json) == (401, expected), (method, path)
    assert cms.state() == before


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/component/search", "POST, OPTIONS"),
        ("POST", "/component/5", "GET, PUT, DELETE, HEAD, OPTIONS"),
        ("PUT", "/space/all", "GET, HEAD, OPTIONS"),
        ("PATCH", "/component", "POST, OPTIONS"),
    ],
)
def test_another_method_on_a_known_path(cms: Cms, method: str, path: str, allow: str) -> None:
    answer = cms.anonymous(method, path)
    assert answer.status == 405
    assert answer.json["code"] == "chautec.method.not.allowed"
    assert answer.headers["allow"] == allow
    options = cms.anonymous("OPTIONS", path)
    assert (options.status, options.body, options.headers["allow"]) == (204, b"", allow)
    assert options.headers["access-control-allow-origin"] == "*"


def test_bodies_past_their_bounds_are_413(cms: Cms) -> None:
    before = cms.state()
    answer = cms.call("POST", "/space", body=b'{"name":"' + b"x" * (10 << 20) + b'"}')
    assert (answer.status, answer.json["code"]) == (413, "chautec.request.too.large")
    size = {"content-length": str(60 << 20), "content-type": "multipart/form-data; boundary=x"}
    answer = cms.call("POST", f"/component/file/{cms.root}", body=b"--x", headers=size)
    assert (answer.status, answer.json["code"]) == (413, "chautec.component.file.too.large")
    assert cms.state() == before


def test_broken_forms_hold_no_file(cms: Cms) -> None:
    before = cms.state()
    for kind, body in (
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="fil'),
        ("multipart/form-data; boundary=x", b"garbage"),
        ("application/json", b"{}"),
    ):
        answer = cms.call(
            "POST", f"/component/file/{cms.root}", body=body, headers={"content-type": kind}
        )
        assert (answer.status, answer.json["code"]) == (400, "chautec.component.file.missing")
    assert cms.state() == before


def test_failed_logins_are_slowed_down(cms: Cms) -> None:
    form = {"email": EMAIL, "password": "wrong-12"}
    for _ in range(10):
        assert cms.anonymous("POST", "!/auth/login", form=form, remote="198.51.100.7").status == 401
    answer = cms.anonymous("POST", "!/auth/login", form=form, remote="198.51.100.7")
    assert (answer.status, answer.json["code"]) == (429, "chautec.login.too.many")
    assert cms.anonymous("POST", "!/auth/login", form=form, remote="198.51.100.8").status == 401
