"""Quick import. Source: spec/altcraft 6.9."""

from typing import Any

from tests.documented.altcraft.conftest import ALL, Platform
from tests.support.site import Answer

PATH = "/api/integrations/any/profile_import"


def send(platform: Platform, query: str = "", **more: Any) -> Answer:
    return platform.site.request("altcraft", "POST", f"{PATH}{query}", **more)


def test_query_form_and_json(platform: Platform) -> None:
    done = send(
        platform,
        f"?token={ALL}&db_id=1&email=q@b.example&phone=%2B79000000001&resource_id=1&counter=5",
        headers={"referer": "https://x.example/form"},
    )
    assert (done.status, done.json["error"], len(done.json["profile_id"])) == (200, 0, 24)
    data = platform.get("q@b.example")
    assert (data["counter"], data["phones"]) == (5, ["+79000000001"])
    assert data["_regurl"] == "https://x.example/form"
    assert [one["channel"] for one in data["subscriptions"]] == ["email", "sms"]
    form = {"token": ALL, "db_id": 1, "email": "q@b.example", "_fname": "Ann", "vip": "true"}
    assert send(platform, form=form).json["profile_id"] == data["id"]
    assert platform.get("q@b.example")["vip"] is True
    body = {"token": ALL, "db_id": 1, "matching": "code", "code": "K9", "trigger_id": 7}
    made = send(platform, json=body).json
    again = send(platform, json={**body, "counter": 1}).json
    assert made["profile_id"] == again["profile_id"] != data["id"]


def test_the_status_is_the_outcome(platform: Platform) -> None:
    sub = {"resource_id": 1, "channel": "email", "email": "two@b.example"}
    for data in ({"email": "two@b.example"}, {"subscriptions": [sub]}):
        assert platform.call("profiles/add", db_id=1, data=data)["error"] == 0
    good = {"token": ALL, "db_id": 1, "email": "z@b.example"}
    before = platform.changes()
    for code, more in (
        (400, {"email": ""}), (400, {"db_id": ""}), (400, {"matching": "phone"}),
        (401, {"token": ""}), (403, {"token": "0" * 32}), (404, {"db_id": 9}),
        (404, {"resource_id": 9}), (409, {"email": "two@b.example"}), (413, {"resource_id": 2}),
        (450, {"nope": "1"}), (450, {"_bdate": "soon"}), (450, {"email": "x"}),
    ):  # fmt: skip
        answer = send(platform, form={**good, **more})
        assert (answer.status, answer.json["error"]) == (code, code), more
    assert send(platform, body=b"x", headers={"content-type": "text/plain"}).status == 415
    assert platform.changes() == before
    nul = send(platform, form={**good, "_fname": "a\x00b"})
    assert nul.status in (200, 400)  # forms drop U+0000
