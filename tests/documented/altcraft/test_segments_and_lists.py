"""Static segments and suppression lists. Source: spec/altcraft 10, 11."""

import hashlib
from typing import Any

from tests.documented.altcraft.conftest import LIMITED, READER, Platform


def test_a_static_segment(platform: Platform) -> None:
    oid = platform.call("profiles/add", db_id=1, data={})["profile_id"]
    of: dict[str, Any] = {"segment_id": 1, "db_id": 1, "profile_id": oid}
    for what in ("add", "remove"):
        for skip in (True, False):
            done = platform.call(f"profiles/segstatic/{what}", **of, skip_triggers=skip)
            assert done == {"error": 0, "error_text": "Successful operation"}
    for code, more in ((450, {"segment_id": 2}), (404, {"segment_id": 9}), (403, {"token": READER}),
                       (404, {"profile_id": "x"}), (400, {"segment_id": "x"})):  # fmt: skip
        assert platform.call("profiles/segstatic/add", **{**of, **more})["error"] == code, more
    listed = platform.call("segments/list")
    assert [one["name"] for one in listed["data"]] == ["static", "dynamic"]
    assert (listed["next_from_id"], listed["total_count"]) == (3, 2)


def test_a_suppression_list(platform: Platform) -> None:
    id = platform.call("suppresses/add", name="Mine")["data"]["saved_id"]
    assert id == 2

    def call(what: str, **more: Any) -> Any:
        return platform.call(f"suppresses/{what}", **{"id": id, **more})

    assert call("update", description="d")["data"] == {"saved_id": 2}
    assert call("get")["data"] == {
        "id": 2, "name": "Mine", "is_global": False, "description": "d"
    }  # fmt: skip
    assert call("get", id=1)["data"]["is_global"] is True
    assert [one["id"] for one in platform.call("suppresses/list")["data"]] == [1, 2]
    md5 = hashlib.md5(b"a@b.example", usedforsecurity=False).hexdigest()
    assert call("email_add", email="A@b.example")["error"] == 0
    for email in ("a@B.example", md5):
        found = call("email_check", email=email)
        assert (found["matched"], found["email_matched"]) == (True, True)
    assert call("domain_add", domain="C.example")["error"] == 0
    found = call("email_check", email="x@c.example")
    assert (found["matched"], found["email_matched"], found["domain_matched"]) == (
        True, False, True
    )  # fmt: skip
    assert call("domain_check", domain="c.Example")["matched"] is True
    assert call("phone_add", value="+7 900 000-00-01")["data"] == {"+7 900 000-00-01": True}
    assert call("phone_check", value="+79000000001")["matched"] is True
    many = call("emails_add", emails=["a@b.example", "n@b.example", "x", 5])
    assert [many[f"total_{name}"] for name in ("count", "imported", "duplicated")] == [4, 1, 1]
    phones = call("phones_add", values=["+79000000001", "+79000000002", "x"])
    assert [phones[f"total_{name}"] for name in ("imported", "duplicated", "invalid")] == [1, 1, 1]
    assert call("domains_add", domains=["c.example", "d.example"])["total_imported"] == 1
    assert call("email_remove", email=md5)["error"] == 0
    assert call("email_check", email="a@b.example")["matched"] is False
    assert call("email_remove", email="gone@b.example")["error"] == 0
    assert call("phone_remove", value="+79000000002")["data"] is None
    assert call("emails_remove")["removed_count"] == 1
    assert call("phones_remove")["removed_count"] == 1
    assert call("domain_remove", domain="d.example")["error"] == 0
    assert call("domains_remove")["removed_count"] == 1
    before = platform.changes()
    for code, what, more in (
        (403, "delete", {"id": 1}), (403, "update", {"id": 1, "name": "x"}),
        (404, "get", {"id": 9}),
        (450, "email_add", {"email": "x"}), (450, "domain_add", {"domain": "x y"}),
        (450, "phone_add", {"value": "x"}), (400, "emails_add", {"emails": 5}),
        (441, "get", {"token": LIMITED}), (403, "email_add", {"token": READER, "email": "a@b.c"}),
    ):  # fmt: skip
        assert call(what, **more)["error"] == code, (what, more)
    assert platform.changes() == before
    assert call("delete")["error"] == 0
    assert call("get")["error"] == 404
