"""subscriptions/*. Source: spec/altcraft 7.5."""

from collections.abc import Callable
from typing import Any

from tests.documented.altcraft.conftest import READER, Platform

MAIL = {"resource_id": 1, "channel": "email", "email": "X@b.example"}
PUSH = {"resource_id": 1, "channel": "push", "provider": "Chrome", "subscription_id": "t1"}


def test_one_subscription(platform: Platform) -> None:
    oid = platform.call("profiles/add", db_id=1, data={"email": "a@b.example"})["profile_id"]
    of = {"db_id": 1, "profile_id": oid}

    def call(what: str, **more: Any) -> Any:
        return platform.call(f"subscriptions/{what}", **of, **more)

    done = call("set", **MAIL, cats=["news"], skip_triggers=True)
    assert (done["error"], done["profile_id"], len(done["hash_id"])) == (0, oid, 8)
    assert call("set", **PUSH, custom_fields={"alerts": True}, status="unconfirmed")["error"] == 0
    mail = {**MAIL, "priority": 0, "status": "subscribed", "cats": ["news"]}
    push = {**PUSH, "priority": 0, "status": "unconfirmed", "custom_fields": {"alerts": True}}
    assert call("list")["data"] == [mail, push]
    assert call("get", resource_id=1, channel="push")["data"] == push
    assert call("get", resource_id=1)["error"] == 435
    assert call("get", **{**MAIL, "email": "other@b.example"})["error"] == 404
    for _ in range(2):
        gone = call("delete", **MAIL)
        assert gone == {"error": 0, "error_text": "Successful operation"}
    assert call("get", **MAIL)["error"] == 404
    assert call("list")["data"] == [push]
    assert call("undelete", **MAIL)["error"] == 0
    assert call("list")["data"] == [mail, push]
    before = platform.changes()
    for code, what, more in (
        (400, "set", {"resource_id": 1}), (404, "set", {**MAIL, "resource_id": 9}),
        (413, "set", {**MAIL, "resource_id": 2}), (450, "set", {**MAIL, "channel": "fax"}),
        (450, "set", {**MAIL, "email": "x"}), (450, "set", {**MAIL, "status": "odd"}),
        (450, "set", {**MAIL, "cats": ["odd"]}), (403, "set", {**MAIL, "token": READER}),
        (400, "get", {}),
    ):  # fmt: skip
        assert call(what, **more)["error"] == code, (what, more)
    assert platform.call("subscriptions/list", db_id=1, profile_id="x")["error"] == 404
    assert platform.changes() == before


def test_all_subscriptions(platform: Platform, make: Callable[..., Platform]) -> None:
    for at in range(3):
        sub = {**MAIL, "email": f"{at}@b.example"}
        data = {"email": f"p{at}@b.example", "subscriptions": [sub, {**PUSH, "status": 1}]}
        assert platform.call("profiles/add", db_id=1, data=data)["error"] == 0
    first = platform.call("subscriptions/list_all", resource_id=1, channel="email", limit=2)
    assert ([one["email"][0] for one in first["data"]], first["total_count"]) == (["0", "1"], 3)
    assert {"db_id", "profile_id", "_xxh", "hash_id"} <= set(first["data"][0])
    second = platform.call(
        "subscriptions/list_all", resource_id=1, channel="email", from_id=first["next_from_id"]
    )
    assert [one["email"][0] for one in second["data"]] == ["2"]
    last = platform.call(
        "subscriptions/list_all", resource_id=1, channel="email", from_id=second["next_from_id"]
    )
    assert last["data"] == []
    assert platform.call("subscriptions/suspend_all", db_id=1, channel="push")["updated"] == 0
    assert platform.call("subscriptions/suspend_all", db_id=1)["updated"] == 3
    found = platform.call("subscriptions/list_all", resource_id=1, status="suspended", db_id=1)
    assert found["total_count"] == 3
    assert platform.call("subscriptions/unsuspend_all", db_id=1, resource_id=1)["updated"] == 3
    for code, more in ((404, {"resource_id": 9}), (413, {"resource_id": 2, "db_id": 1}),
                       (450, {"resource_id": 1, "status": "odd"}), (400, {}),
                       (450, {"resource_id": 1, "from_id": "x"})):  # fmt: skip
        assert platform.call("subscriptions/list_all", **more)["error"] == code, more
    blocked = make(tariff={"blocked": True})
    assert blocked.call("subscriptions/suspend_all", db_id=1, channel="sms")["error"] == 402
    taken = {"db_id": 1, "data": {"email": "p0@b.example"}}
    assert blocked.call("profiles/add", **taken)["error"] == 409  # 409 stands before 402
    assert blocked.call("profiles/add", db_id=1, data={})["error"] == 402
    assert blocked.call("profiles/update", db_id=1, email="p0@b.example", data={})["error"] == 402
    assert blocked.call("profiles/delete", db_id=1, email="p0@b.example")["error"] == 402
    many = blocked.call("profiles/import_batch", db_id=1, data=[{"email": "p0@b.example"}])
    assert [one["error"] for one in many["result"]] == [402]
