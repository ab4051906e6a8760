"""Segments and their rules. Source: spec/altcraft 10."""

from typing import Any

import pytest

from dragoman.domains.profiles import segments
from tests.documented.altcraft.conftest import LIMITED, READER, Platform

PEOPLE: list[dict[str, Any]] = [
    {"email": "a@one.example", "_fname": "Ann", "counter": 1, "tags": ["x"], "vip": True},
    {"email": "b@one.example", "_fname": "Bob", "counter": 5, "tags": ["x", "y"]},
    {"email": "c@two.example", "_fname": "Cid", "counter": 9, "_bdate": "2000-01-01"},
    {"email": "d@two.example", "kind": "a"},
]


def query(name: str, operator: str, *values: Any, **more: Any) -> dict[str, Any]:
    """A query in the vendor's form."""
    listed = [{"name": str(one), "value": one} for one in values]
    of = {"type": "field", "compo": "default", "condition": "", "child": []}
    return {**of, "name": name, "operator": operator, "value": listed, **more}


def group(*queries: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A rule group of database 1."""
    return {"condition": "and", "limit": 0, "list_id": 1, "queries": list(queries), **more}


ANN = query("_fname", "equal", "Ann")
CASES: list[tuple[list[dict[str, Any]], str]] = [
    ([group(ANN)], "a"),
    ([group(query("_fname", "equal", "Ann", "Bob"))], "ab"),
    ([group(query("_fname", "not_equal", "Ann", "Bob"))], "cd"),
    ([group(query("_fname", "contains", "i"))], "c"),
    ([group(query("email", "not_contains", "two"))], "ab"),
    ([group(query("counter", "greater", 1))], "bc"),
    ([group(query("counter", "less", 5))], "a"),
    ([group(query("counter", "between", 1, 5))], "ab"),
    ([group(query("counter", "exist"))], "abc"),
    ([group(query("counter", "not_exist"))], "d"),
    ([group(query("vip", "equal", True))], "a"),
    ([group(query("tags", "equal", "y"))], "b"),
    ([group(query("_bdate", "less", "2001-01-01"))], "c"),
    ([group(query("", "equal", "two.example", compo="domaingroup"))], "cd"),
    ([group(query("", "once", type="statseg", segment_id=1))], "ad"),
    ([group(query("", "never", type="statseg", segment_id=1))], "bc"),
    ([group(ANN), group(query("counter", "equal", 9))], "ac"),
    ([group(ANN, query("counter", "equal", 9))], ""),
    ([group(ANN, query("counter", "equal", 9), condition="or")], "ac"),
    ([group(query("", "", child=[ANN, query("vip", "equal", True)], condition="or"))], "a"),
    ([group(percent_from=0, percent_to=100, queries=[ANN])], "a"),
    ([group(query("nope", "equal", 1))], ""),
    ([group(query("_fname", "sounds_like", "Ann"))], ""),
    ([group(query("_fname", "equal", "Ann", compo="weather"))], ""),
    ([group(query("counter", "between", 1))], ""),
]


@pytest.fixture
def people(platform: Platform) -> dict[str, str]:
    """Four profiles, of whom a and d are in the static segment 1: letter -> id."""
    out = {}
    for data in PEOPLE:
        oid = platform.call("profiles/add", db_id=1, data=data)["profile_id"]
        out[data["email"][0]] = oid
    for letter in "ad":
        member = {"segment_id": 1, "db_id": 1, "profile_id": out[letter]}
        assert platform.call("profiles/segstatic/add", **member)["error"] == 0
    return out


def _members(platform: Platform, number: int) -> str:
    got = platform.call("profiles/segstatic/get", segment_id=number, fields=["email"])
    assert got["error"] == 0, got
    assert got["total_count"] == len(got["data"])
    return "".join(sorted(one["email"][0] for one in got["data"]))


def test_rules_mean_whom_they_say(platform: Platform, people: dict[str, str]) -> None:
    wrong = []
    for at, (rules, expected) in enumerate(CASES):
        more = {"is_static": True, "is_refresh_daily": True}
        done = platform.call("segments/add", name=f"Case {at}", segment=rules, **more)
        number = done["data"]["saved_id"]
        same = platform.call("segments/add", name=f"Case {at}", segment=rules)["data"]["saved_id"]
        shown = platform.call("segments/get", id=same)["data"]
        assert shown["segment"] == rules
        found = _members(platform, number)
        if (found, shown["count"]) != (expected, len(expected)):
            wrong.append((rules, expected, found, shown["count"]))
    assert not wrong


def test_limits_and_percents_choose_by_mark(platform: Platform, people: dict[str, str]) -> None:
    everyone = query("email", "exist")
    marks = {letter: platform.call("profiles/get", db_id=1, profile_id=oid)["data"]["_xxh"]
             for letter, oid in people.items()}  # fmt: skip
    first = sorted(marks, key=lambda letter: marks[letter])
    two = platform.call("segments/add", name="Two", segment=[group(everyone, limit=2)])
    assert platform.call("segments/get", id=two["data"]["saved_id"])["data"]["count"] == 2
    more = {"is_static": True, "is_refresh_daily": True}
    kept = platform.call("segments/add", name="2", segment=[group(everyone, limit=2)], **more)
    assert _members(platform, kept["data"]["saved_id"]) == "".join(sorted(first[:2]))
    cut = int(marks["a"], 16) % 10_000 / 100
    expected = "".join(
        sorted(one for one, mark in marks.items() if int(mark, 16) % 10_000 / 100 <= cut)
    )
    upto = group(everyone, percent_from=0, percent_to=cut + 0.001)
    part = platform.call("segments/add", name="Part", segment=[upto], **more)
    assert _members(platform, part["data"]["saved_id"]) == expected


def test_a_refreshable_segment_is_found_anew(platform: Platform, people: dict[str, str]) -> None:
    more = {"is_static": True, "is_refresh_daily": True}
    done = platform.call("segments/add", name="Ann", segment=group(ANN), **more)
    number = done["data"]["saved_id"]
    change = {"db_id": 1, "matching": "profile_id"}
    for letter, name in (("a", "Eve"), ("b", "Ann")):
        platform.call("profiles/update", **change, profile_id=people[letter], data={"_fname": name})
    assert _members(platform, number) == "a"
    platform.site.tx(segments.refresh_all)
    assert _members(platform, number) == "b"
    rules = [group(query("counter", "equal", 9))]
    assert platform.call("segments/update", id=number, segment=rules)["data"] == {
        "saved_id": number
    }
    assert _members(platform, number) == "c"
    seen = platform.call("subscribers/history_get", list_id=1, email="a@one.example")["data"]
    joined = [one["action"] for one in seen if one["action"].startswith("segment")]
    assert joined == ["segment_add", "segment_add", "segment_remove"]


def test_update_and_delete(platform: Platform, people: dict[str, str]) -> None:
    own = {"ui_tags": ["t"], "groups_id": [5]}
    number = platform.call("segments/add", name="S", is_static=True, list_id=1, **own)["data"][
        "saved_id"
    ]
    assert platform.call("segments/get", id=number)["data"] == {
        "count": 0, "id": number, "name": "S", "segment": [], "is_static": True,
        "is_refresh_daily": False,
    }  # fmt: skip
    member = {"segment_id": number, "db_id": 1, "profile_id": people["b"]}
    assert platform.call("profiles/segstatic/add", **member)["error"] == 0
    assert platform.call("segments/update", id=number, name="T", ui_tags=[])["error"] == 0
    listed = platform.call("segments/list", from_id=number)["data"]
    assert listed == [
        {"id": number, "name": "T", "ui_tags": [], "Groups": [{"Id": 5, "Name": "five"}]}
    ]
    assert _members(platform, number) == "b"
    assert platform.call("segments/delete", id=number)["error"] == 0
    assert platform.call("segments/get", id=number)["error"] == 404
    assert platform.get("b@one.example")["_fname"] == "Bob"


REFUSED: list[tuple[int, str, dict[str, Any]]] = [
    (400, "add", {}),
    (400, "add", {"name": "S"}),
    (400, "add", {"name": "S", "is_static": True}),
    (450, "add", {"name": " ", "is_static": True, "list_id": 1}),
    (404, "add", {"name": "S", "is_static": True, "list_id": 9}),
    (441, "add", {"name": "S", "is_static": True, "list_id": 2, "token": LIMITED}),
    (403, "add", {"name": "S", "is_static": True, "list_id": 1, "token": READER}),
    (450, "add", {"name": "S", "segment": "everyone"}),
    (450, "add", {"name": "S", "segment": []}),
    (450, "add", {"name": "S", "segment": [group(ANN), group(ANN, list_id=2)]}),
    (450, "add", {"name": "S", "list_id": 2, "segment": [group(ANN)]}),
    (450, "add", {"name": "S", "segment": [group(ANN, condition="xor")]}),
    (450, "add", {"name": "S", "segment": [group(ANN, percent_to=101)]}),
    (450, "add", {"name": "S", "segment": [group(ANN, limit=-1)]}),
    (450, "add", {"name": "S", "segment": [{"list_id": 1, "queries": 5}]}),
    (450, "add", {"name": "S", "is_static": True, "list_id": 1, "groups_id": [99]}),
    (450, "add", {"name": "S", "is_static": True, "list_id": 1, "groups_id": [7],
                  "token": LIMITED}),
    (400, "add", {"name": "S", "is_static": True, "list_id": 1, "groups_id": ["x"]}),
    (450, "add", {"name": "S", "is_static": True, "list_id": 1, "ui_tags": [1]}),
    (404, "get", {"id": 99}),
    (404, "update", {"id": 99, "name": "S"}),
    (450, "update", {"id": 1, "list_id": 2}),
    (400, "update", {"id": 1, "is_static": False}),
    (404, "delete", {"id": 99}),
    (400, "delete", {"id": "x"}),
]  # fmt: skip


def test_refusals_change_nothing(platform: Platform) -> None:
    before = platform.changes()
    for code, what, more in REFUSED:
        got = platform.call(f"segments/{what}", **more)
        assert got["error"] == code, (what, more, got)
    for code, more in ((450, {"segment_id": 2}), (404, {"segment_id": 9}),
                       (450, {"segment_id": 1, "limit": 0}),
                       (450, {"segment_id": 1, "from_id": "odd"})):  # fmt: skip
        assert platform.call("profiles/segstatic/get", **more)["error"] == code, more
    assert platform.changes() == before


def test_members_come_in_pages(platform: Platform, people: dict[str, str]) -> None:
    for letter in "bc":
        member = {"segment_id": 1, "db_id": 1, "profile_id": people[letter]}
        platform.call("profiles/segstatic/add", **member)
    seen: list[str] = []
    cursor = ""
    for size in (3, 1):
        got = platform.call("profiles/segstatic/get", segment_id=1, from_id=cursor, limit=3)
        assert (len(got["data"]), got["total_count"]) == (size, 4)
        seen += [one["_xxh"] for one in got["data"]]
        cursor = got["next_from_id"]
    assert cursor == ""
    assert seen == sorted(seen)
