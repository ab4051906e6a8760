"""profiles/list. Source: spec/altcraft 6.15."""

import time
from typing import Any

from tests.documented.altcraft.conftest import Platform

PEOPLE: list[dict[str, Any]] = [
    {"email": "a@b.example", "_fname": "Ann", "counter": 1, "tags": ["x"], "place": {"z": 1}},
    {"email": "b@b.example", "_fname": "Bob", "counter": 5, "tags": ["x", "y"], "vip": True},
    {"email": "c@b.example", "_city": "Riga", "_bdate": "2000-01-01", "_status": 1},
    {"email": "d@b.example", "things": [{"k": 1, "m": 2}, {"k": 3}], "phones": ["+79000000001"]},
]
CASES: list[tuple[dict[str, Any], str]] = [
    ({}, "abcd"),
    ({"email": "a@b.example"}, "a"),
    ({"tags": "x"}, "ab"),
    ({"counter": {"$gt": 1}}, "b"),
    ({"counter": {"$gte": 1, "$lt": 5}}, "a"),
    ({"counter": {"$in": [1, 5]}}, "ab"),
    ({"counter": {"$nin": [1]}}, "bcd"),
    ({"counter": {"$ne": 1}}, "bcd"),
    ({"counter": {"$exists": True}}, "ab"),
    ({"counter": {"$exists": False}}, "cd"),
    ({"tags": {"$all": ["x", "y"]}}, "b"),
    ({"$or": [{"_fname": "Ann"}, {"_city": "Riga"}]}, "ac"),
    ({"$and": [{"tags": "x"}, {"vip": True}]}, "b"),
    ({"$nor": [{"tags": "x"}]}, "cd"),
    ({"counter": {"$not": {"$gt": 1}}}, "acd"),
    ({"place.z": 1}, "a"),
    ({"_bdate": {"$lt": "2001-01-01T00:00:00Z"}}, "c"),
    ({"_status": 1}, "c"),
    ({"_fname": {"$regex": "^a", "$options": "i"}}, "a"),
    ({"email": {"$regex": "^[bc]@"}}, "bc"),
    ({"things": {"$elemMatch": {"k": 1, "m": 2}}}, "d"),
    ({"phones": "+79000000001"}, "d"),
]
WRONG: list[dict[str, Any]] = [
    {"query": {"nope": 1}}, {"query": {"$where": "1"}}, {"query": {"tags": {"$size": 1}}},
    {"query": {"$or": 5}}, {"query": {"counter": {"$in": 5}}}, {"from_id": "odd"}, {"limit": 0},
    {"query": {"email": {"$regex": "("}}}, {"query": {"_bdate": {"$gt": "soon"}}},
]  # fmt: skip


def test_filters_pages_and_fields(platform: Platform) -> None:
    for data in PEOPLE:
        assert platform.call("profiles/add", db_id=1, data=data)["error"] == 0
    wrong = []
    for query, expected in CASES:
        got = platform.call("profiles/list", db_id=1, query=query)
        found = "".join(sorted(one["email"][0] for one in got.get("data", [])))
        if (found, got.get("total_count")) != (expected, len(expected)):
            wrong.append((query, expected, found, got["error_text"]))
    assert not wrong
    for more in WRONG:
        assert platform.call("profiles/list", db_id=1, **more)["error"] == 450, more
    first = platform.call("profiles/list", db_id=1, limit=3, fields=["_fname"])
    assert set().union(*first["data"]) <= {"id", "_fname"}
    second = platform.call("profiles/list", db_id=1, limit=3, from_id=first["next_from_id"])
    assert (len(first["data"]), len(second["data"]), second["next_from_id"]) == (3, 1, "")
    assert first["total_count"] == 4
    last = first["data"][-1]["id"]
    assert platform.call("profiles/list", db_id=1, from_id=last)["data"] == second["data"]
    marks = [one["_xxh"] for one in platform.call("profiles/list", db_id=1)["data"]]
    assert marks == sorted(marks)


def test_a_regex_that_would_run_for_ever_is_refused(platform: Platform) -> None:
    for at in range(3):
        data = {"email": f"{at}@b.example", "_fname": "x" * 3000}
        assert platform.call("profiles/add", db_id=1, data=data)["error"] == 0
    began = time.perf_counter()
    got = platform.call(
        "profiles/list", db_id=1, query={"_fname": {"$regex": r"^(([a-z])+.)+[A-Z]$"}}
    )
    assert (got["error"], "regex" in got["error_text"]) == (450, True), got
    assert time.perf_counter() - began < 5
