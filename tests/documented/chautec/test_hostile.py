"""What no honest client sends: each gets the vendor's own error, and leaves nothing behind."""

import json
from typing import Any

import pytest

from tests.documented.chautec.conftest import KEY, Cms

JSON = "chautec.request.invalid.json"
TYPE = "chautec.field.wrong.type"
ODD: tuple[Any, ...] = ({}, [], [1], [[]], {"$gt": ""}, "", "x", "5", 1, -1, 1.5, True, 1 << 64)
TEXT = (str,)
ACCEPTED: dict[str, tuple[type, ...]] = {
    "key": TEXT, "componentType": TEXT, "name": TEXT, "content": TEXT, "spaceId": (int,),
    "parentId": (int,), "sequence": (int,), "published": (bool,), "visible": (bool,),
    "metadata": (dict,), "tags": (list,), "date": (), "email": TEXT, "password": TEXT,
    "active": (bool,), "terms": TEXT, "order": TEXT, "direction": TEXT, "limit": (int,),
    "offset": (int,), "sequences": (list,),
}  # fmt: skip
MEMBERS = {
    ("POST", "/space"): ("name",),
    ("PUT", "/space/1"): ("name",),
    ("POST", "/component"): (
        "key", "spaceId", "parentId", "componentType", "name", "content", "metadata", "tags",
        "published", "visible", "sequence", "date",
    ),
    ("PUT", "/component/1"): (
        "key", "componentType", "parentId", "name", "content", "metadata", "tags", "published",
        "visible", "sequence", "date", "spaceId",
    ),
    ("POST", "/component/search"): (
        "terms", "tags", "spaceId", "componentType", "limit", "order", "direction", "offset",
    ),
    ("PUT", "/component/sequence"): ("sequences",),
    ("POST", "/user"): ("email", "password", "active"),
    ("PUT", "/user/1"): ("email", "password", "active"),
    ("POST", "!/auth/login"): ("email", "password"),
}  # fmt: skip


def _fits(member: str, value: Any) -> bool:
    if type(value) not in ACCEPTED[member]:
        return False
    if member == "tags":
        return all(type(item) is str for item in value)
    return type(value) is not int or value < 1 << 63


def test_a_value_of_another_shape_is_of_the_wrong_type_in_every_member(cms: Cms) -> None:
    before = cms.state()
    wrong_answers = []
    tried = 0
    for (method, path), members in MEMBERS.items():
        for member in members:
            for value in ODD:
                if _fits(member, value):
                    continue
                tried += 1
                answer = cms.call(method, path, json={"id": 1, member: value})
                text = f"The field ‘{member}’ was not of type "
                if answer.status != 400 or not answer.json["message"].startswith(text):
                    wrong_answers.append((method, path, member, value, answer))
    assert wrong_answers == []
    assert tried > 400
    assert cms.state() == before


NINES = b"9" * 5000
# Bodies of POST /component with all that is required beside them; status, code, member at fault.
NUMBERS: list[tuple[bytes, int, str | None, str]] = [
    (b'"unknown":1e400', 201, None, ""),
    (b'"unknown":[{"deep":' + NINES + b"}]", 201, None, ""),
    (b'"unknown":-' + NINES + b',"metadata":{"n":1e400}', 201, None, ""),
    (b'"sequence":1e400', 400, TYPE, "sequence"),
    (b'"sequence":' + NINES, 400, TYPE, "sequence"),
    (b'"sequence":-9223372036854775809', 400, TYPE, "sequence"),
    (b'"name":1e400', 400, TYPE, "name"),
    (b'"tags":[1e400]', 400, TYPE, "tags"),
    (b'"published":1e400', 400, TYPE, "published"),
    (b'"date":1e400', 400, TYPE, "date"),
    (b'"metadata":1e400', 400, TYPE, "metadata"),
    (b'"metadata":[1e400]', 400, TYPE, "metadata"),
    (b'"metadata":{"n":1e400},"metadata":5', 400, TYPE, "metadata"),
    (b'"sequence":1e', 400, JSON, ""),
    (b'"sequence":01,"unknown":1e400', 400, JSON, ""),
    (b'"sequence":NaN', 400, JSON, ""),
    (b'"unknown":-Infinity', 400, JSON, ""),
    (b'"unknown":1e400,"name":"\\u0000"', 400, JSON, ""),
    (b'"unknown":1e400,"name":"\\ud800"', 400, JSON, ""),
    (b'"unknown":1e400,"name":"\xff"', 400, JSON, ""),
    (b'"unknown":1e400,"name":"\xed\xa0\x80"', 400, JSON, ""),
    (b'"metadata":{"\\ud800":1,"n":1e400}', 400, JSON, ""),
    (b'"metadata":{"n":1e400,"\\u0000":1}', 400, JSON, ""),
    (b'"unknown":' + b"[" * 100_000 + b"]" * 100_000, 400, JSON, ""),
    (b'"metadata":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400, JSON, ""),
]


def test_numbers_that_nobody_can_read(cms: Cms) -> None:
    wrong_answers = []
    for at, (member, status, code, field) in enumerate(NUMBERS):
        ids = f'"spaceId":{cms.space},"parentId":{cms.root},"componentType":"t","key":"n{at}",'
        before = cms.state()
        answer = cms.call("POST", "/component", body=b"{" + ids.encode() + member + b"}")
        shown = (answer.status, answer.json.get("code"), f"‘{field}’" in answer.json["message"])
        if shown != (status, code, bool(field)) or (status == 400 and cms.state() != before):
            wrong_answers.append((member[:60], answer))
    assert wrong_answers == []


@pytest.mark.parametrize(
    "body",
    [
        '{"name":"é"}'.encode("latin-1"),
        '{"name":"é"}'.encode("utf-16"),
        b'\xef\xbb\xbf{"name":"a"}',
        b'{"name":"a"} x',
        b'{"name":"a",}',
        b'{"name":"tab\there"}',
        b'{"name":"a"/**/}',
        b'{"\\u0000":1,"name":"a"}',
        b"name=Monkeys",
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-16", "a/b"])
def test_what_is_not_json_in_utf_8(cms: Cms, body: bytes, kind: str) -> None:
    before = cms.state()
    answer = cms.call("POST", "/space", body=body, headers={"content-type": kind})
    assert (answer.status, answer.json["code"]) == (400, JSON)
    assert cms.state() == before


def test_rows_that_take_no_body_do_not_read_one(cms: Cms) -> None:  # spec/chautec 9.1
    for body in (b"garbage{", b"null", b"[]", b"\xff\x00"):
        id = cms.make("gone")
        assert cms.call("DELETE", f"/component/{id}", body=body).json["id"] == id
        assert cms.call("GET", f"/component/{cms.root}", body=body).status == 200
        assert cms.call("DELETE", "/user/key/999", body=body).status == 404
        assert cms.anonymous("POST", "!/auth/logout", body=body).status == 200
    key = cms.call("PUT", f"/user/key/{cms.user}", body=b"garbage{").json["key"]
    headers = {"x-chautec-api-key": key}
    assert cms.anonymous("GET", f"/user/{cms.user}", headers=headers).status == 200
    before = cms.state()
    answer = cms.anonymous(
        "DELETE", f"/component/{cms.root}", body=b"x" * (11 << 20), headers=headers
    )
    assert (answer.status, answer.json["code"]) == (413, "chautec.request.too.large")
    assert cms.state() == before


def test_the_first_fault_of_a_sequence_is_the_one_told(cms: Cms) -> None:  # spec/chautec 1, 6.9
    before = cms.state()
    for items, field in (
        ([{}], "id"), ([{"sequence": "x"}], "id"), ([{"id": None, "sequence": None}], "id"),
        ([{"id": cms.root}], "sequence"), ([{"id": cms.root, "sequence": 1}, []], "sequences"),
        ([None], "sequences"), ([{"id": 1 << 63, "sequence": 1}], "id"),
    ):  # fmt: skip
        answer = cms.call("PUT", "/component/sequence", json={"sequences": items})
        assert (answer.status, answer.json["code"]) == (400, TYPE)
        assert f"‘{field}’" in answer.json["message"], items
    assert cms.state() == before


def test_a_broken_login_form_is_a_failed_login(cms: Cms) -> None:
    before = cms.state()
    for kind, body in (
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"garbage"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="em'),
        ("application/x-www-form-urlencoded", b"email=%00&password=%ff&&=&email"),
        ("application/x-www-form-urlencoded", b"\x00\xff"),
    ):
        answer = cms.anonymous("POST", "!/auth/login", body=body, headers={"content-type": kind})
        assert (answer.status, answer.json["code"]) == (401, "chautec.login.failed"), body
        assert "set-cookie" not in answer.headers
    assert cms.state() == before


def test_space_around_a_key_is_no_part_of_it(cms: Cms) -> None:  # RFC 9110 5.5
    for key, status in (
        (f"  {KEY} \t", 200), (KEY + "\xa0", 401), (f"{KEY} {KEY}", 401), ("\xff" + KEY, 401),
        ("k" * 30_000, 401), (" \t", 401),
    ):  # fmt: skip
        answer = cms.anonymous("GET", "/user/all", headers={"x-chautec-api-key": key})
        assert answer.status == status, key
    for cookie in ('chautec_session="\xff\\"', "chautec_session=", "=; ;;", "chautec_session"):
        assert cms.anonymous("GET", "/user/all", headers={"cookie": cookie}).status == 401


def test_bytes_that_are_no_http_get_the_vendors_shape(cms: Cms) -> None:
    for path in ("", "/", "/api/v1/space/1"):
        reply = cms.site.app.front.unreadable(cms.site.ports["chautec"], path)
        assert reply is not None
        assert (reply.status, reply.code) == (400, JSON)
        assert (b"content-type", b"application/json; charset=utf-8") in reply.headers
        assert json.loads(bytes(reply.body)) == {  # type: ignore[arg-type] # bytes, no Stream
            "code": JSON, "message": "The request could not be read.", "success": False,
        }  # fmt: skip


SEARCHES: list[dict[str, Any]] = [
    {"terms": "x" * 1_000_000},
    {"terms": " ".join(f"t{at}" for at in range(20_000))},
    {"terms": "%"}, {"terms": "_"}, {"terms": "\\"}, {"terms": "'; DROP TABLE components; --"},
    {"tags": ["x"] * 50_000}, {"tags": ["%", "'"]}, {"componentType": ""},
    {"spaceId": (1 << 63) - 1}, {"spaceId": -(1 << 63)},
    {"terms": "a\u0300" * 10_000}, {"terms": "\U0001f600"},
]  # fmt: skip


def test_searches_that_are_meant_to_hurt_find_nothing(cms: Cms) -> None:
    cms.make("plain", name="Plain", tags=["plain"])
    for wanted in SEARCHES:
        answer = cms.anonymous("POST", "/component/search", json=wanted)
        assert answer.status == 200, wanted
        assert answer.json == {"components": [], "total": 0, "more": False}
    most = {"limit": (1 << 63) - 1, "offset": (1 << 63) - 1}
    total = cms.call("POST", "/component/search", json={}).json["total"]
    expected = {"components": [], "total": total, "more": False}
    assert cms.call("POST", "/component/search", json=most).json == expected


def test_metadata_of_any_depth_that_is_taken_can_be_read_again(cms: Cms) -> None:
    """The parser's own bound is not ours: whatever passes it must pass every later step too."""
    taken = []
    for depth in (1, 50, 199, 200, 400, 800, 950, 1000, 2000):
        metadata = '{"a":' * depth + "1" + "}" * depth
        members = {"key": f"d{depth}", "spaceId": cms.space, "parentId": cms.root}
        body = json.dumps({**members, "componentType": "t", "published": True})[:-1]
        before = cms.state()
        answer = cms.call("POST", "/component", body=f'{body},"metadata":{metadata}}}'.encode())
        if answer.status == 400:
            assert answer.json["code"] == JSON
            assert cms.state() == before
            continue
        assert answer.status == 201
        taken.append(depth)
        id = answer.json["id"]
        assert metadata.encode() in cms.anonymous("GET", f"/component/{id}").body
        assert cms.upload(id, "a.txt", b"x").status == 200
        assert cms.anonymous("GET", f"/component/file/{id}").body == b"x"
        assert cms.call("DELETE", f"/component/file/{id}").status == 200
    assert taken == [1, 50, 199]  # with the body around it 200 levels: `core.jsontext`
    found = cms.anonymous("POST", "/component/search", json={"spaceId": cms.space})
    assert found.status == 200
