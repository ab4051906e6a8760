"""Relations between profiles. Source: spec/altcraft 13."""

from typing import Any

import pytest

from tests.documented.altcraft.conftest import LIMITED, READER, Platform

A: dict[str, Any] = {"matching": "email_profile", "email": "a@b.example"}
PAIR: dict[str, Any] = {
    "rel_id": 1,
    "profile_a": A,
    "profile_b": {"matching": "email_profile", "email": "b@b.example"},
}


@pytest.fixture
def two(platform: Platform) -> tuple[Platform, list[str]]:
    """Profiles a, b and c."""
    oids = [
        platform.call("profiles/add", db_id=1, data={"email": f"{one}@b.example"})["profile_id"]
        for one in "abc"
    ]
    return platform, oids


def _props(platform: Platform) -> list[dict[str, Any]]:
    got = platform.call("relations/get", rel_id=1, **A)
    assert got["error"] == 0, got
    assert got["total_count"] == len(got["data"])
    return [{k: v["value"] for k, v in one["props"].items()} for one in got["data"]]


def test_weights_are_set_added_and_replaced(two: tuple[Platform, list[str]]) -> None:
    platform, (a, b, _) = two
    steps: list[tuple[str, dict[str, Any] | None, dict[str, Any]]] = [
        ("attach", None, {}),
        ("attach", {"orders": 2}, {"orders": 2}),
        ("strengthen", {"orders": 3, "value": 1.5}, {"orders": 5, "value": 1.5}),
        ("strengthen", {"orders": -6}, {"orders": -1, "value": 1.5}),
        ("strengthen", {"thanked": True}, {"orders": -1, "value": 1.5, "thanked": True}),
        ("edit", {"value": 2, "thanked": False}, {"orders": -1, "value": 2, "thanked": False}),
        ("attach", None, {"orders": -1, "value": 2, "thanked": False}),
    ]  # fmt: skip
    for at, (what, weights, expected) in enumerate(steps):
        more = {} if weights is None else {"weights": weights}
        done = platform.call(f"relations/{what}", **PAIR, **more, step=at)  # no repeat of another
        assert done == {
            "error": 0, "error_text": "Successful operation",
            "profile_a": a, "profile_b": b, "relation_id": 1,
        }, what  # fmt: skip
        assert _props(platform) == [expected], what
    shown = platform.call("relations/get", **PAIR)["data"][0]
    marks = [platform.get(f"{one}@b.example")["_xxh"] for one in "ab"]
    props = {name: {"value": value} for name, value in expected.items()}
    assert shown == {
        "profile_id_a": a, "xxh_a": marks[0], "profile_id_b": b, "xxh_b": marks[1], "db_b": 1,
        "props": props,
    }  # fmt: skip


def test_strengthen_and_edit_make_a_link_and_detach_removes_it(
    two: tuple[Platform, list[str]],
) -> None:
    platform, (_, b, c) = two
    for what, oid in (("strengthen", b), ("edit", c)):
        pair = {**PAIR, "profile_b": {"matching": "profile_id", "profile_id": oid}}
        assert platform.call(f"relations/{what}", **pair, weights={"orders": 1})["error"] == 0
    assert _props(platform) == [{"orders": 1}, {"orders": 1}]
    assert platform.call("relations/detach", **PAIR)["profile_b"] == b
    assert platform.call("relations/detach", **PAIR, n=2)["error"] == 404
    assert platform.call("relations/get", **PAIR) == {
        "error": 0, "error_text": "Successful operation", "data": [], "total_count": 0
    }  # fmt: skip
    platform.call("profiles/delete", db_id=1, matching="profile_id", profile_id=c)
    assert _props(platform) == []


REFUSED: list[tuple[int, str, dict[str, Any]]] = [
    (404, "attach", {"rel_id": 9}),
    (441, "attach", {"rel_id": 2, "token": LIMITED}),
    (403, "attach", {"token": READER}),
    (404, "attach", {"profile_b": {"email": "nobody@b.example"}}),
    (400, "attach", {"profile_b": {}}),
    (400, "attach", {"profile_b": "b@b.example"}),
    (400, "attach", {"profile_b": {"email": 5}}),
    (400, "attach", {"profile_b": {"matching": "magic", "email": "b@b.example"}}),
    (450, "attach", {"weights": {"nope": 1}}),
    (450, "edit", {"weights": {"orders": 1.5}}),
    (450, "edit", {"weights": {"orders": True}}),
    (450, "strengthen", {"weights": {"thanked": 1}}),
    (450, "edit", {"weights": {"value": "much"}}),
    (400, "edit", {}),
    (400, "strengthen", {"weights": [1]}),
    (404, "detach", {}),
    (400, "get", {"profile_b": None}),
]


def test_refusals_change_nothing(two: tuple[Platform, list[str]]) -> None:
    platform, _ = two
    before = platform.changes()
    for code, what, more in REFUSED:
        got = platform.call(f"relations/{what}", **{**PAIR, **more})
        assert got["error"] == code, (what, more, got)
    assert platform.changes() == before


def test_xml(two: tuple[Platform, list[str]]) -> None:
    platform, (a, b, _) = two
    body = (
        f"<xml><token>{'a' * 32}</token><rel_id>1</rel_id>"
        "<profile_a><email>a@b.example</email></profile_a>"
        f"<profile_b><matching>profile_id</matching><profile_id>{b}</profile_id></profile_b>"
        "</xml>"
    )
    answer = platform.raw(
        path="relations/attach", body=body.encode(), headers={"Content-Type": "application/xml"}
    )
    assert f"<profile_a>{a}</profile_a>" in answer.text
    assert _props(platform) == [{}]
