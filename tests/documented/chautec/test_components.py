"""Writing and reading components. Source: spec/chautec 4-7, 12."""

import json
from typing import Any

import pytest

from tests.documented.chautec.conftest import OK, Cms

DATE = "2021-03-30T11:17:53.942Z"


def test_space_with_its_root(cms: Cms) -> None:  # spec/chautec 4
    answer = cms.call("POST", "/space", json={"name": "Birds", "unknown": 1})
    id = answer.json["id"]
    assert (answer.status, answer.json) == (201, {"id": id, "message": OK, "success": True})
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert cms.call("GET", f"/space/{id}/").json == {"id": id, "name": "Birds"}
    root = cms.call("GET", f"/component/{id}/root").json
    assert root.pop("date").endswith("Z")
    assert root == {
        "id": root["id"], "key": "root", "name": "Root", "spaceId": id, "content": "",
        "metadata": {}, "parents": [], "componentType": "folder", "published": True,
        "visible": True, "sequence": 1000, "tags": [],
    }  # fmt: skip
    answer = cms.call("PUT", f"/space/{id}", json={"id": id, "name": "Animals"})
    assert (answer.status, answer.json) == (200, {"id": id, "message": OK, "success": True})
    assert cms.call("GET", "/space/all").json == {
        "spaces": [
            {"id": cms.space, "name": "Monkeys"},
            {"id": cms.other, "name": "Others"},
            {"id": id, "name": "Animals"},
        ]
    }
    assert cms.call("DELETE", f"/space/{id}").json == {"id": id, "message": OK, "success": True}
    assert cms.call("GET", f"/component/{root['id']}").status == 404


def test_defaults_and_the_sample(cms: Cms) -> None:  # spec/chautec 5, 12.1, 12.3
    bare = {"key": "bare", "spaceId": cms.space, "parentId": cms.root, "componentType": "x"}
    id = cms.call("POST", "/component", json=bare).json["id"]
    shown = cms.call("GET", f"/component/{id}").json
    assert shown.pop("date").endswith("Z")
    assert shown == {
        "id": id, "key": "bare", "name": "", "spaceId": cms.space, "content": "", "metadata": {},
        "parents": [{"id": cms.root, "key": "root", "name": "Root"}], "componentType": "x",
        "published": False, "visible": True, "sequence": 1000, "tags": [],
    }  # fmt: skip
    sample = {
        "key": "sample-block", "name": "Sample Block", "spaceId": cms.space, "parentId": id,
        "content": "<p>This is an example of a block.</p>",
        "metadata": {"customField": "Sample custom field data"}, "tags": ["example", "new", "new"],
        "componentType": "block", "published": True, "visible": True, "sequence": 5, "date": DATE,
    }  # fmt: skip
    made = cms.call("POST", "/component", json=sample).json["id"]
    by_id = cms.call("GET", f"/component/{made}")
    assert by_id.body == cms.call("GET", f"/component/{cms.space}/sample-block").body
    del sample["parentId"]
    expected = {
        **sample, "id": made, "tags": ["example", "new"],
        "parents": [{"id": id, "key": "bare", "name": ""}],
    }  # fmt: skip
    assert by_id.json == expected
    before = cms.state()[0]
    answer = cms.call("PUT", f"/component/{made}", json={"id": str(made), "tags": ["old"]})
    assert answer.json == {"id": made, "message": OK, "success": True}
    assert cms.call("GET", f"/component/{made}").json == {**expected, "tags": ["old"]}
    assert cms.state()[0] == before + 1
    nothing = {"id": made, "name": None, "content": sample["content"]}
    assert cms.call("PUT", f"/component/{made}", json=nothing).status == 200
    assert cms.state()[0] == before + 1


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1.0,"b":1e400,"c":123456789012345678901234567890,"d":-0.0,"e":1E+2}',
        '{ "a" : [ 1 ,  2 ] , "a":3,\n"\\u0062":"\\u00e9" }',
        '{"big":' + "9" * 5000 + "}",
        '{"text":"\\\\u0000"}',
    ],
)
def test_metadata_is_kept_to_the_letter(cms: Cms, text: str) -> None:  # spec/chautec 5
    id = cms.make("m")
    body = f'{{"id":{id},"metadata":{text},"name":"n"}}'.encode()
    assert cms.call("PUT", f"/component/{id}", body=body).status == 200
    answer = cms.call("GET", f"/component/{id}")
    assert text.encode() in answer.body
    assert cms.call("PUT", f"/component/{id}", json={"id": id, "name": "other"}).status == 200
    assert cms.upload(id, "a.txt", b"x").status == 200
    assert cms.call("GET", f"/component/file/{id}").headers["content-type"] == "text/plain"
    assert cms.call("DELETE", f"/component/{id}").status == 200


def test_nul_or_too_many_levels_in_metadata_are_refused(cms: Cms) -> None:
    id = cms.make("m")
    deep = '{"a":' * 300 + "1e400" + "}" * 300
    for text in ('{"a":"\\u0000"}', '{"a":"\\u0000","b":1e400}', '{"a":1e400,"b":"\\q"}', deep):
        body = f'{{"id":{id},"metadata":{text}}}'.encode()
        answer = cms.call("PUT", f"/component/{id}", body=body)
        assert (answer.status, answer.json["code"]) == (400, "chautec.request.invalid.json")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2021-03-30", "2021-03-30T00:00:00.000Z"),
        ("2021-03-30T11:17", "2021-03-30T11:17:00.000Z"),
        ("2021-03-30T11:17:53.9+02:00", "2021-03-30T09:17:53.900Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ("0001-01-01", "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999Z"),
    ],
)
def test_dates(cms: Cms, sent: str, shown: str) -> None:  # spec/chautec 1.1, 5
    id = cms.make("d", date=sent)
    assert cms.call("GET", f"/component/{id}").json["date"] == shown


def test_moving_and_deleting_a_subtree(cms: Cms) -> None:  # spec/chautec 5.2, 5.3
    a, target = cms.make("a"), cms.make("t")
    b = cms.make("b", a)
    c = cms.make("c", b)
    assert cms.upload(c, "x.txt", b"x").status == 200
    answer = cms.call("PUT", f"/component/{a}", json={"id": a, "parentId": target})
    assert answer.status == 200
    chain = cms.call("GET", f"/component/{c}?parents=all").json["parents"]
    assert [up["key"] for up in chain] == ["b", "a", "t", "root"]
    assert cms.call("DELETE", f"/component/{target}").json["id"] == target
    assert [cms.call("GET", f"/component/{id}").status for id in (a, b, c)] == [404] * 3
    assert cms.make("again") > c


def _tree(cms: Cms) -> dict[str, int]:
    """root - p(3,pub) - {x(2,pub) - deep..., y(1,draft) - z(pub), w(1,pub)}"""
    ids = {"p": cms.make("p", content="äöü<p>", sequence=3)}
    for key, parent, sequence, published, date in (
        ("x", "p", 2, True, "2020-01-02"), ("y", "p", 1, False, "2020-01-03"),
        ("w", "p", 1, True, "2020-01-01"), ("z", "y", 1, True, "2020-01-01"),
        ("d2", "x", 1, True, "2020-01-01"), ("d2b", "x", 1, True, "2019-01-01"),
    ):  # fmt: skip
        ids[key] = cms.make(
            key,
            ids[parent],
            sequence=sequence,
            published=published,
            date=date,
            content="0123456789",
        )
    last = "d2"
    for level in range(3, 10):
        ids[f"d{level}"] = cms.make(f"d{level}", ids[last])
        last = f"d{level}"
    return ids


def _keys(node: dict[str, Any]) -> Any:
    if "children" not in node:
        return node["key"]
    return {node["key"]: [_keys(child) for child in node["children"]]}


DEEP = {"d2": [{"d3": [{"d4": [{"d5": [{"d6": ["d7"]}]}]}]}]}
READS: list[tuple[bool, str, Any]] = [
    # with the key?, query, the shape below p
    (True, "", "p"),
    (True, "?levels=3", "p"),
    (True, "?children=Summary&levels=2", "p"),
    (True, "?children=summary", {"p": []}),
    (True, "?children=summary&levels=0", {"p": []}),
    (True, "?children=summary&levels=-4", {"p": []}),
    (True, "?children=summary&levels=1", {"p": ["y", "w", "x"]}),
    (True, "?children=content&levels=1&order=id", {"p": ["x", "y", "w"]}),
    (True, "?children=content&levels=1&order=id&direction=desc", {"p": ["w", "y", "x"]}),
    (True, "?children=summary&levels=1&order=date", {"p": ["w", "x", "y"]}),
    (True, "?children=summary&levels=1&direction=desc", {"p": ["x", "y", "w"]}),
    (True, "?children=summary&levels=1&order=DATE&direction=DESC", {"p": ["y", "w", "x"]}),
    (True, "?children=none&children=summary&levels=9&levels=1", {"p": ["y", "w", "x"]}),
    (True, "?children=summary&levels=1&limit=2", {"p": ["y", "w"]}),
    (True, "?children=summary&levels=1&limit=0", {"p": []}),
    (True, "?children=summary&levels=1&limit=-1", {"p": ["y", "w", "x"]}),
    (True, "?children=summary&levels=1&limit=" + "9" * 40, {"p": ["y", "w", "x"]}),
    (True, "?children=summary&levels=2", {"p": [{"y": ["z"]}, {"w": []}, {"x": ["d2", "d2b"]}]}),
    (False, "?children=summary&levels=2", {"p": [{"w": []}, {"x": ["d2", "d2b"]}]}),
    (False, "?children=summary&levels=2&limit=1", {"p": [{"w": []}]}),
    (
        True, "?children=summary&levels=2&limit=1&direction=desc&order=date",
        {"p": [{"y": ["z"]}]},
    ),
    (False, "?children=summary&levels=2&limit=1&order=id", {"p": [{"x": ["d2"]}]}),
    (False, "?children=summary&levels=7&limit=1&order=id", {"p": [{"x": [DEEP]}]}),
    (False, "?children=summary&levels=8&limit=1&order=id", {"p": [{"x": [DEEP]}]}),
]  # fmt: skip


def test_reading_trees(cms: Cms) -> None:  # spec/chautec 6.2-6.7
    ids = _tree(cms)
    differing = []
    for logged_in, query, shape in READS:
        read = cms.call if logged_in else cms.anonymous
        by_id = read("GET", f"/component/{ids['p']}{query}")
        by_key = read("GET", f"/component/{cms.space}/p{query}")
        assert by_id.body == by_key.body
        if _keys(by_id.json) != shape:
            differing.append((logged_in, query, _keys(by_id.json)))
    assert differing == []
    child = cms.call("GET", f"/component/{ids['p']}?children=summary&levels=1").json["children"][0]
    assert sorted(child) == [
        "componentType", "date", "id", "key", "metadata", "name", "published", "sequence", "tags",
        "visible",
    ]  # fmt: skip
    cut = cms.call("GET", f"/component/{ids['p']}?children=content&levels=1&contentLength=2").json
    assert (cut["content"], [child["content"] for child in cut["children"]]) == ("äö", ["01"] * 3)
    for length, shown in (("0", ""), ("-1", "äöü<p>"), ("99", "äöü<p>")):
        answer = cms.anonymous("GET", f"/component/{ids['p']}?contentLength={length}")
        assert answer.json["content"] == shown


def test_what_strangers_do_not_see(cms: Cms) -> None:  # spec/chautec 6.7
    ids = _tree(cms)
    for path in (f"{ids['y']}", f"text/{ids['y']}", f"file/{ids['y']}"):
        answer = cms.anonymous("GET", f"/component/{path}")
        assert answer.json["code"] == "chautec.component.not.found.id"
    for path in (f"{cms.space}/y", f"text/{cms.space}/y", f"file/{cms.space}/y"):
        answer = cms.anonymous("GET", f"/component/{path}", headers={"x-chautec-api-key": "bad"})
        assert answer.json["code"] == "chautec.component.not.found.key"
    z = cms.anonymous("GET", f"/component/{ids['z']}").json
    assert (z["key"], z["parents"]) == ("z", [])
    chain = cms.anonymous("GET", f"/component/{ids['z']}?parents=all").json["parents"]
    assert [up["key"] for up in chain] == ["p", "root"]
    assert cms.call("GET", f"/component/{ids['z']}").json["parents"][0]["key"] == "y"
    head = cms.anonymous("HEAD", f"/component/{ids['p']}")
    full = cms.anonymous("GET", f"/component/{ids['p']}")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(full.body))
    assert full.headers["access-control-allow-origin"] == "*"


def test_keys_like_words_of_the_path(cms: Cms) -> None:  # spec/chautec 3.1
    for key in ("text", "file", "check", "search", "sequence", "all", "42"):
        id = cms.make(key)
        assert cms.anonymous("GET", f"/component/{cms.space}/{key}").json["id"] == id
        assert cms.anonymous("GET", f"/component/text/{cms.space}/{key}").status == 200
    assert cms.anonymous("GET", f"/component/{cms.space}/%61ll").status == 200


def test_searching(cms: Cms) -> None:  # spec/chautec 6.8
    cms.make("sample-one", name="Große Ärzte", tags=["old", "x"], content="needle", sequence=2)
    cms.make("sample-two", name="Second", tags=["new"], componentType="page", sequence=1)
    cms.make("draft", name="Sample draft", published=False, sequence=3)
    cases: list[tuple[bool, dict[str, Any], list[str], int, bool]] = [
        (False, {"terms": "sample"}, ["sample-two", "sample-one"], 2, False),
        (True, {"terms": " SAMPLE\t"}, ["sample-two", "sample-one", "draft"], 3, False),
        (False, {"terms": "GROSSE äRZ one"}, ["sample-one"], 1, False),
        (False, {"terms": "needle"}, [], 0, False),
        (False, {"terms": "e " * 3000 + "o n"}, ["sample-two", "sample-one"], 2, False),
        (False, {"terms": " ".join(f"t{at}" for at in range(5000))}, [], 0, False),
        (False, {"tags": ["old", "new"]}, ["sample-two", "sample-one"], 2, False),
        (False, {"tags": ["Old"]}, [], 0, False),
        (False, {"tags": [], "componentType": "page"}, ["sample-two"], 1, False),
        (False, {"spaceId": cms.other}, ["root"], 1, False),
        (False, {"spaceId": -(1 << 63)}, [], 0, False),
        (False, {"spaceId": cms.space, "limit": 1}, ["sample-two"], 3, True),
        (False, {"spaceId": cms.space, "limit": 0}, [], 3, True),
        (False, {"spaceId": cms.space, "limit": 1, "offset": 2}, ["root"], 3, False),
        (False, {"spaceId": cms.space, "offset": (1 << 63) - 1}, [], 3, False),
        (
            False, {"spaceId": cms.space, "limit": -1, "offset": -1, "order": "id",
                    "direction": "desc"},
            ["sample-two", "sample-one", "root"], 3, False,
        ),
    ]  # fmt: skip
    for logged_in, ask, keys, total, more in cases:
        found = (cms.call if logged_in else cms.anonymous)("POST", "/component/search", json=ask)
        assert found.status == 200, ask
        shown = found.json
        got = ([row["key"] for row in shown["components"]], shown["total"], shown["more"])
        assert got == (keys, total, more), ask
    everything = cms.anonymous("POST", "/component/search").json
    assert everything["total"] == 4
    one = cms.anonymous("POST", "/component/search", json={"terms": "one"}).json["components"][0]
    assert one == cms.anonymous("GET", f"/component/{one['id']}").json


def test_search_gives_fifty_by_default(cms: Cms) -> None:  # spec/chautec 6.8
    for at in range(60):
        cms.make(f"k{at}")
    found = cms.anonymous("POST", "/component/search", json={"terms": "k"}).json
    assert (len(found["components"]), found["total"], found["more"]) == (50, 60, True)


def test_resequencing(cms: Cms) -> None:  # spec/chautec 6.9
    a, b = cms.make("a"), cms.make("b")
    items = [{"id": b, "sequence": 9}, {"id": a, "sequence": 2}, {"id": b, "sequence": 1}]
    answer = cms.call("PUT", "/component/sequence", json={"sequences": items})
    rows = [cms.call("GET", f"/component/{id}").json for id in (b, a)]
    assert answer.json == {
        "message": OK, "success": True, "components": rows, "total": 2, "more": False,
    }  # fmt: skip
    assert [row["sequence"] for row in rows] == [1, 2]
    empty = cms.call("PUT", "/component/sequence", json={"sequences": []})
    assert (empty.status, empty.json["total"]) == (200, 0)


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("css", "text/css"), ("js", "text/javascript"), ("xml", "text/xml"),
        ("text", "text/plain"), ("CSS", "text/plain"), ("page", "text/plain"),
    ],
)  # fmt: skip
def test_text_types(cms: Cms, kind: str, media_type: str) -> None:  # spec/chautec 7
    id = cms.make("t", componentType=kind, content="ä\r\n😀")
    for path in (f"/component/text/{id}", f"/component/text/{cms.space}/t"):
        answer = cms.anonymous("GET", path)
        assert (answer.status, answer.body) == (200, "ä\r\n😀".encode())
        assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "content-disposition" not in answer.headers


def test_bodies_are_json_whatever_they_are_called(cms: Cms) -> None:  # spec/chautec 1
    body = json.dumps({"name": "x"}).encode()
    answer = cms.call("POST", "/space", body=body, headers={"content-type": "text/plain"})
    assert answer.status == 201
