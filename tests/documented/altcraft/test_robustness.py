"""Statuses, settings, hostile input and races. Source: spec/altcraft 1, 2, 6.2, 6.14."""

import threading
from collections.abc import Callable
from typing import Any

from dragoman.core.database import Database
from dragoman.core.tx import Tx
from dragoman.domains.profiles import profiles
from dragoman.domains.profiles.access import Viewer
from dragoman.domains.profiles.matching import Match
from dragoman.domains.profiles.profiles import Rules, Write
from dragoman.domains.profiles.values import Operation
from tests.documented.altcraft.conftest import ALL, Platform
from tests.documented.altcraft.test_seed import CASES
from tests.support.site import ORIGIN

JSON = {"content-type": "application/json"}


def test_mirrored_statuses(make: Callable[..., Platform]) -> None:
    platform = make(http_status="mirror")
    sub = {"resource_id": 1, "channel": "email", "email": "both@b.example"}
    for data in (
        {"email": "taken@b.example", "code": "K1"}, {"email": "both@b.example"},
        {"email": "other@b.example", "subscriptions": [sub]},
    ):  # fmt: skip
        assert platform.call("profiles/add", db_id=1, data=data)["error"] == 0
    seen = set()
    for code, path, parameters in CASES:
        answer = platform.raw(path=path, json={"token": ALL, **parameters})
        assert (answer.status, answer.json["error"]) == (code, code), (path, parameters)
        seen.add(code)
    assert platform.raw(body=b"x", headers={"content-type": "text/plain"}).status == 415
    assert {400, 401, 403, 404, 409, 413, 435, 441, 450, 501} <= seen


def test_unknown_fields_can_be_dropped(make: Callable[..., Platform]) -> None:
    platform = make(unknown_fields="ignore")
    done = platform.call("profiles/import", db_id=1, email="u@b.example", data={"nope": 1})
    assert done["error"] == 0
    assert "nope" not in platform.get("u@b.example")


def test_update_batch(platform: Platform) -> None:
    sub = {"resource_id": 1, "channel": "email", "email": "s@b.example", "status": 1}
    made = platform.call(
        "profiles/add", db_id=1, data={"email": "s@b.example", "subscriptions": [sub]}
    )
    items: list[Any] = [
        {"email": "s@b.example", "subscriptions": [{**sub, "status": -1, "priority": -1}]},
        {"email": "none@b.example"},
        {"_fname": "no address"},
        {"email": "s@b.example", "_fname": "Sue"},
    ]
    done = platform.call("profiles/update_batch", db_id=1, data=items, skip_triggers=True)
    assert [one["error"] for one in done["result"]] == [0, 404, 400, 0]
    assert done["result"][3]["profile_id"] == made["profile_id"]
    assert "profile_id" not in done["result"][1]
    data = platform.get("s@b.example")
    assert (data["_fname"], data["subscriptions"][0]["status"]) == ("Sue", "unsubscribed")
    assert platform.call("profiles/update_batch", db_id=9, data=[])["error"] == 404
    assert platform.call("profiles/update_batch", db_id=1, data={})["error"] == 400


def test_hostile_bodies(make: Callable[..., Platform]) -> None:
    platform = make(limits={"max_body_bytes": 200_000})
    before = platform.changes()
    deep = "[" * 400 + "]" * 400
    head = f'{{"token":"{ALL}","db_id":1,"email":"h@b.example","data":'
    for body in (
        b"x" * 200_001,
        f'{head}{{"place":{"[" * 5000}'.encode(),
        f'{head}{{"counter":{"9" * 5000}}}}}'.encode(),
        f'{head}{{"rate":1e999}}}}'.encode(),
        f'{head}{{"place":{deep}}}}}'.encode(),
        f'{head}{{"_fname":"\\u0000"}}}}'.encode(),
        f'{head}{{"_fname":"\\ud800"}}}}'.encode(),
    ):
        answer = platform.raw(body=body, headers=JSON)
        assert answer.json["error"] in (400, 450), body[:120]
    for xml in (
        b"<xml>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</xml>", b"<xml><a></xml>", b"<other/>",
        b"\xff\xfe<", b"<?xml version='1.0' encoding='odd'?><xml/>",
    ):  # fmt: skip
        answer = platform.raw(body=xml, headers={"content-type": "text/xml"})
        assert answer.text.startswith("<xml><error>400</error>"), xml[:60]
    assert platform.changes() == before


def test_nested_xml(platform: Platform) -> None:
    body = (
        f"<xml><token>{ALL}</token><db_id>1</db_id><data array='true'><email>n@b.example</email>"
        "<subscriptions array='true'><resource_id>1</resource_id><channel>push</channel><push_data>"
        "<provider>Chrome</provider><subscription_id>t</subscription_id></push_data><custom_fields>"
        "<alerts>true</alerts></custom_fields></subscriptions></data></xml>"
    )
    answer = platform.raw(
        path="profiles/import_batch", body=body.encode(), headers={"content-type": "text/xml"}
    )
    assert "<result><error>0</error>" in answer.text
    (sub,) = platform.get("n@b.example")["subscriptions"]
    assert (sub["push_data"]["provider"], sub["custom_fields"]) == ("Chrome", {"alerts": True})


def test_incr_from_many_threads_loses_nothing(platform: Platform) -> None:
    platform.call("profiles/add", db_id=1, data={"email": "c@b.example", "counter": 0})
    database: Database = platform.site.database
    wanted = Write(
        database=1,
        custom={"counter": Operation("incr", 1)},
        match=Match(mode="email_profile", emails=("c@b.example",)),
    )

    def add(tx: Tx) -> None:
        profiles.write(tx, Viewer(frozenset({0})), Rules(), wanted)

    def work() -> None:
        for _ in range(10):
            with database.begin(ORIGIN, writes=True) as tx:
                add(tx)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert platform.get("c@b.example")["counter"] == 40
