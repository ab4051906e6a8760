"""The seed document: its examples and each of its codes.

Source: seeds/altcraft.txt, spec/altcraft 2.3.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.documented.altcraft.conftest import ALL, LIMITED, OFF, READER, Platform

EXAMPLE = {
    "token": ALL,
    "db_id": 1,
    "resource_id": 1,
    "matching": "email",
    "email": "example@example.com",
    "data": {
        "_status": 0,
        "_fname": "Jim",
        "_lname": "Jones",
        "email": "example@example.com",
        "phones": ["+79000000000"],
    },
}


def test_the_example_of_the_seed(platform: Platform) -> None:
    answer = platform.raw(json=EXAMPLE)
    oid = answer.json["profile_id"]
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.json == {"error": 0, "error_text": "Successful operation", "profile_id": oid}
    assert len(oid) == 24
    data = platform.get("example@example.com")
    assert (data["id"], data["_fname"], data["_lname"]) == (oid, "Jim", "Jones")
    assert data["phones"] == ["+79000000000"]
    assert "duplicate-key" not in answer.headers


CASES: list[tuple[int, str, dict[str, Any]]] = [
    (400, "profiles/import", {"db_id": 1}),
    (400, "profiles/import", {"db_id": "x", "data": {}, "email": "a@b.example"}),
    (400, "profiles/import", {"db_id": 1, "data": {}}),
    (400, "profiles/import", {"db_id": 1, "data": {}, "matching": "odd", "email": "a@b.example"}),
    (400, "profiles/import", {"db_id": 1, "data": {}, "format": "csv", "email": "a@b.example"}),
    (401, "profiles/import", {"token": "", "db_id": 1}),
    (403, "profiles/import", {"token": "0" * 32}),
    (403, "profiles/import", {"token": OFF}),
    (403, "profiles/import", {"token": READER}),
    (403, "profiles/delete", {"token": LIMITED, "db_id": 1, "email": "taken@b.example"}),
    (404, "profiles/import", {"db_id": 9, "data": {}, "email": "a@b.example"}),
    (404, "profiles/update", {"db_id": 1, "data": {}, "email": "a@b.example"}),
    (404, "profiles/get", {"db_id": 1, "email": "a@b.example"}),
    (404, "profiles/get", {"db_id": 1, "profile_id": "nonsense"}),
    (404, "profiles/import", {"db_id": 1, "data": {}, "email": "a@b.example", "resource_id": 9}),
    (
        404,
        "profiles/import",
        {"db_id": 1, "data": {}, "email": "a@b.example", "add_to_segments": [9]},
    ),
    (409, "profiles/add", {"db_id": 1, "data": {"email": "TAKEN@b.example"}}),
    (409, "profiles/add", {"db_id": 1, "data": {"code": "K1"}}),
    (
        409,
        "profiles/update",
        {"db_id": 1, "email": "other@b.example", "data": {"email": "taken@b.example"}},
    ),
    (413, "profiles/import", {"db_id": 1, "data": {}, "email": "a@b.example", "resource_id": 2}),
    (
        413,
        "profiles/import",
        {
            "db_id": 1,
            "email": "a@b.example",
            "data": {
                "subscriptions": [{"resource_id": 2, "channel": "email", "email": "a@b.example"}]
            },
        },
    ),
    (435, "profiles/get", {"db_id": 1, "email": "both@b.example"}),
    (441, "databases/get", {"token": LIMITED, "id": 2}),
    (441, "profiles/import", {"token": LIMITED, "db_id": 2, "data": {}, "email": "a@b.example"}),
    (450, "profiles/import", {"db_id": 1, "data": {"_bdate": "soon"}, "email": "a@b.example"}),
    (450, "profiles/import", {"db_id": 1, "data": {"nope": 1}, "email": "a@b.example"}),
    (450, "profiles/import", {"db_id": 1, "data": {"email": None}, "email": "a@b.example"}),
    (450, "profiles/import", {"db_id": 1, "data": {}, "email": "no address"}),
    (
        450,
        "profiles/import",
        {"db_id": 1, "data": {}, "email": "a@b.example", "add_to_segments": [2]},
    ),
    (450, "profiles/import", {"db_id": 2, "data": {}, "email": "a@b.example"}),
    (501, "profiles/imprt", {}),
    (501, "profiles/merge", {"db_id": 1}),
]


@pytest.fixture
def filled(platform: Platform) -> Platform:
    sub = {"resource_id": 1, "channel": "email", "email": "both@b.example"}
    for data in (
        {"email": "taken@b.example", "code": "K1"},
        {"email": "other@b.example", "subscriptions": [sub]},
        {"email": "both@b.example"},
    ):
        assert platform.call("profiles/add", db_id=1, data=data)["error"] == 0
    return platform


def test_each_refusal_has_its_code_and_changes_nothing(filled: Platform) -> None:
    before = filled.changes()
    wrong = []
    for code, path, parameters in CASES:
        answer = filled.raw(path=path, json={"token": ALL, **parameters})
        members = answer.json
        if (answer.status, members["error"], sorted(members)) != (
            200,
            code,
            ["error", "error_text"],
        ):
            wrong.append((code, path, parameters, members))
    assert not wrong
    assert filled.changes() == before


def test_415_stands_before_the_token(platform: Platform) -> None:
    for kind in ("text/plain", "", "application/json; charset=latin1"):
        answer = platform.raw(body=b'{"db_id":1}', headers={"content-type": kind})
        assert answer.json["error"] == 415, kind
    assert platform.raw(json={"db_id": 1}).json["error"] == 401
    assert platform.raw("GET").json["error"] == 501


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b'{"a":"\xff"}', b'{"a":"\\u0000"}', b'{"a":"\n"}', b"[" * 50_000]
)  # fmt: skip
def test_bodies_that_cannot_be_read(platform: Platform, body: bytes) -> None:
    answer = platform.raw(body=body, headers={"content-type": "application/json"})
    assert answer.json["error"] == 400


def test_429_402_and_mirrored_status(make: Callable[..., Platform]) -> None:
    limited = make(
        http_status="mirror", limits={"requests_per_second": 1}, tariff={"max_profiles": 1}
    )
    first = limited.raw(json=EXAMPLE)
    assert first.status == 200
    second = limited.raw(json=EXAMPLE)
    assert (second.status, second.json["error"], second.headers["retry-after"]) == (429, 429, "1")
    other = make(http_status="mirror", tariff={"max_profiles": 1})
    answer = other.raw(path="profiles/add", json={"token": ALL, "db_id": 1, "data": {}})
    assert (answer.status, answer.json["error"]) == (402, 402)


def test_500_in_the_envelope(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    from dragoman.domains.profiles import profiles

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(profiles, "write", broken)
    before = platform.changes()
    answer = platform.raw(json=EXAMPLE)
    assert answer.json == {"error": 500, "error_text": "Internal service error"}
    assert platform.changes() == before


def test_token_in_query_and_bearer(platform: Platform) -> None:
    assert platform.raw(path=f"databases/list/?token={ALL}", json={}).json["total_count"] == 2
    held = platform.raw(path="/databases/list", json={}, headers={"authorization": f"Bearer {ALL}"})
    assert held.json["total_count"] == 2


def test_a_repeat_is_not_executed_again(platform: Platform) -> None:
    platform.raw(json=EXAMPLE)
    step = {
        "token": ALL,
        "db_id": 1,
        "email": "example@example.com",
        "data": {"counter": {"action": "incr", "value": -3}},
    }
    platform.call("profiles/update", db_id=1, email="example@example.com", data={"counter": 10})
    first = platform.raw(path="profiles/update", json=step)
    again = platform.raw(path="profiles/update", json=step)
    assert again.body == first.body
    assert again.headers["duplicate-request"] == again.headers["x-duplicate-request"] == "true"
    assert again.headers["duplicate-key"] == again.headers["x-duplicate-key"]
    assert len(again.headers["duplicate-key"]) == 28
    assert platform.get("example@example.com")["counter"] == 7
    platform.raw(path="profiles/update", json=step, headers={"Request-ID": "1"})
    platform.raw(path="profiles/update", json={**step, "data": {}}, headers={"Request-ID": "1"})
    platform.raw(path="profiles/update", json=step, headers={"X-Request-ID": "2"})
    assert platform.get("example@example.com")["counter"] == 1


def test_import_delete_and_the_same_import(platform: Platform) -> None:
    first = platform.raw(json=EXAMPLE).json
    gone = platform.call("profiles/delete", db_id=1, profile_id=first["profile_id"])
    assert gone["profile_id"] == gone["data"]["profile_id"] == first["profile_id"]
    assert platform.raw(json=EXAMPLE).json == first
    assert platform.call("profiles/get", db_id=1, email="example@example.com")["error"] == 404


def test_xml_in_and_out(platform: Platform) -> None:
    body = (
        f"<xml><token>{ALL}</token><db_id>1</db_id><email>x@y.example</email><data><fname>Ana</fname>"
        "<counter>4</counter><vip>true</vip><tags array='true'>a</tags>"
        "<phones>+79000000000</phones>"
        "<phones>+79000000001</phones></data></xml>"
    )
    answer = platform.raw(body=body.encode(), headers={"content-type": "application/xml"})
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    assert answer.text.startswith("<xml><error>0</error><error_text>Successful operation<")
    data = platform.get("x@y.example")
    assert (data["_fname"], data["counter"], data["vip"], data["tags"]) == ("Ana", 4, True, ["a"])
    assert data["phones"] == ["+79000000000", "+79000000001"]
    bomb = b'<!DOCTYPE x [<!ENTITY a "aa">]><xml><token>&a;</token></xml>'
    refused = platform.raw(body=bomb, headers={"content-type": "text/xml"})
    assert refused.text.startswith("<xml><error>400</error>")
    shown = platform.raw(
        path="databases/get",
        body=json.dumps({"token": ALL, "id": 1, "format": "xml"}).encode(),
        headers={"content-type": "application/json"},
    )
    assert "<name>Main</name>" in shown.text
