"""Exports, tasks, counters and wipes. Source: spec/altcraft 8.4-8.6, 8.10, 9."""

import asyncio
import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from dragoman.domains.profiles import tasks
from tests.documented.altcraft.conftest import ALL, LIMITED, READER, Platform

PEOPLE: list[dict[str, Any]] = [
    {"email": "a@b.example", "_fname": "Ann", "tags": ["x", 'y,"z"'], "place": {"k": 1}},
    {"email": "b@c.example", "_fname": "Bob\nof the lines", "counter": 2},
    {"email": "c@c.example", "_status": 1},
]


@pytest.fixture
def people(platform: Platform) -> list[str]:
    """Three profiles of database 1; the first two are subscribed, the first is in segment 1."""
    return fill(platform)


def fill(platform: Platform) -> list[str]:
    """See `people`."""
    oids = []
    for data in PEOPLE:
        of = {"resource_id": 1, "channel": "email", "email": data["email"]}
        status = {"a": "subscribed", "b": "unconfirmed", "c": "unsubscribed"}[data["email"][0]]
        sent = {**data, "subscriptions": [{**of, "status": status}]}
        oids.append(platform.call("profiles/add", db_id=1, data=sent)["profile_id"])
    member = {"segment_id": 1, "db_id": 1, "profile_id": oids[0]}
    assert platform.call("profiles/segstatic/add", **member)["error"] == 0
    return oids


def wait(platform: Platform, task_id: str, token: str = ALL) -> Any:
    """The task's data when it has ended."""

    async def work() -> None:
        async with asyncio.timeout(20):
            while platform.site.look(running):
                await asyncio.sleep(0.02)

    def running(tx: Any) -> bool:
        row = tx.first(tasks._BY_KEY, key=task_id.removeprefix("task_"))
        return row.state in (tasks.QUEUED, tasks.RUNNING)

    platform.site.run(work())
    got = platform.call("tasks/status", task_id=task_id, token=token)
    assert got["error"] == 0, got
    return got["data"]


def download(platform: Platform, url: str, token: str = ALL) -> Any:
    """GET with a bearer token."""
    headers = {"Authorization": f"Bearer {token}"}
    return platform.site.request("altcraft", "GET", url, headers=headers)


def export(platform: Platform, **more: Any) -> tuple[Any, Any]:
    """The task's result and the file."""
    done = platform.call("profiles/get_all", **{"source_type": "database", "source_id": 1, **more})
    assert done["error"] == 0, done
    task_id = done["data"]["task_id"]
    assert task_id.startswith("task_")
    early = platform.call("tasks/status", task_id=task_id)["data"]
    assert early["status"] in ("queued", "running", "completed")
    ended = wait(platform, task_id)
    assert (ended["status"], ended["progress"]) == ("completed", 100)
    result = ended["result"]
    return result, download(platform, result["urls"][0])


def test_a_database_as_a_table(platform: Platform, people: list[str]) -> None:
    result, file = export(platform)
    assert (result["errors"], result["source_id"], result["total"], result["type"]) == (
        [], 1, 3, "database"
    )  # fmt: skip
    assert result["urls"][0].endswith("/1_database_export.csv")
    assert (file.status, file.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    rows = list(csv.DictReader(io.StringIO(file.text, newline="")))
    assert list(rows[0])[:2] == ["id", "email"]
    assert list(rows[0])[2:] == sorted(list(rows[0])[2:])
    by_id = {row["id"]: row for row in rows}
    assert set(by_id) == set(people)
    assert json.loads(by_id[people[0]]["tags"]) == ["x", 'y,"z"']
    assert json.loads(by_id[people[0]]["place"]) == {"k": 1}
    assert (by_id[people[1]]["_fname"], by_id[people[1]]["tags"]) == ("Bob\nof the lines", "")


def test_a_segment_as_json_with_a_filter(platform: Platform, people: list[str]) -> None:
    json_format = {"file_format": "json"}
    result, file = export(platform, source_type="segment", source_id=1, **json_format)
    assert (result["type"], result["total"]) == ("segment", 1)
    assert file.headers["content-type"] == "application/json"
    assert file.json == [platform.get("a@b.example")]
    _, file = export(platform, custom_request={"_fname": {"$regex": "^Bob"}}, **json_format)
    assert [one["id"] for one in file.json] == [people[1]]
    _, file = export(platform, custom_request={"_fname": "Nobody"}, **json_format)
    assert file.json == []
    _, file = export(platform, custom_request={"_fname": "Nobody"})
    assert file.text.strip() == ""


def test_a_download_is_its_owners(platform: Platform, people: list[str]) -> None:
    result, file = export(platform)
    url = result["urls"][0]
    short = url.replace("/data/", "/")
    asked = platform.site.request("altcraft", "GET", f"{short}?token={ALL}")
    assert asked.body == file.body
    assert download(platform, short).body == file.body
    for got in (
        download(platform, url, LIMITED),
        download(platform, url.replace("1_database", "2_database")),
        download(platform, "/api/download/data/nope/1_database_export.csv"),
    ):
        assert (got.status, got.json["error"]) == (404, 404)
    none = platform.site.request("altcraft", "GET", url)
    assert (none.status, none.json["error"]) == (401, 401)
    denied = download(platform, url, READER)
    assert (denied.status, denied.json["error"]) == (403, 403)


def test_a_suppression_list(platform: Platform) -> None:
    platform.call("suppresses/domain_add", id=1, domain="x.example")
    platform.call("suppresses/phone_add", id=1, value="+79000000001")
    done = platform.call("suppresses/get_all", id=1, file_format="json")["data"]["task_id"]
    result = wait(platform, done)["result"]
    assert (result["total"], result["type"]) == (2, "suppress")
    assert download(platform, result["urls"][0]).json == [
        {"kind": "domain", "value": "x.example"}, {"kind": "phone", "value": "+79000000001"},
    ]  # fmt: skip


def test_counters_by_channel_and_status(platform: Platform, people: list[str]) -> None:
    platform.call("suppresses/domain_add", id=1, domain="C.example")
    expected = {
        "all": 3, "subscribed": 1, "unsubscribed": 1, "complained": 0, "hardbounced": 0,
        "unconfirmed": 1, "suspended": 0, "invalid": 0, "subscribed_sendable": 1,
        "unconfirmed_sendable": 0,
    }  # fmt: skip
    of = {"id": 1, "resource_id": 1}
    got = platform.call("databases/get_counters", **of)["data"]
    assert [one["channel"] for one in got] == ["email", "sms", "push", "telegram_bot"]
    assert got[0]["status"] == expected
    assert got[1]["status"] == {**dict.fromkeys(expected, 0), "all": 3}
    assert platform.call("resources/get_counters", id=1)["data"] == got
    segment = platform.call("segments/get_counters", **of)["data"]
    assert segment[0]["status"] == {
        **dict.fromkeys(expected, 0), "all": 1, "subscribed": 1, "subscribed_sendable": 1
    }  # fmt: skip
    for what, more, found in (("databases", of, got), ("resources", {"id": 1}, got),
                              ("segments", of, segment)):  # fmt: skip
        task_id = platform.call(f"{what}/refresh_counters", **more)["data"]["task_id"]
        assert wait(platform, task_id) == {
            "status": "completed", "progress": 100, "result": {"data": found}
        }  # fmt: skip


def test_a_task_whose_source_has_gone_fails(platform: Platform, people: list[str]) -> None:
    site = platform.site
    site.run(site.app.jobs.stop())  # it must not be quicker
    done = platform.call("profiles/get_all", source_type="segment", source_id=1)
    platform.call("segments/delete", id=1)

    async def start() -> None:
        site.app.jobs.start()

    site.run(start())
    ended = wait(platform, done["data"]["task_id"])
    assert (ended["status"], ended["result"]) == ("failed", {"errors": ["NotFound"]})


def test_old_tasks_are_dropped_with_their_files(platform: Platform, people: list[str]) -> None:
    result, _ = export(platform)
    clock = platform.site.look(lambda tx: tx.now_ms)

    def later(tx: Any) -> None:
        tx.now_ms = clock + 8 * 86_400_000
        tasks.trim(tx)

    platform.site.tx(later)
    assert download(platform, result["urls"][0]).status == 404


def test_a_wipe(make: Callable[..., Platform]) -> None:
    assert make().call("databases/wipe", id=1)["error"] == 403
    platform = make(ALLOW_DATA_WIPE=True)
    oids = fill(platform)
    pair = [{"matching": "profile_id", "profile_id": one} for one in oids[:2]]
    platform.call("relations/attach", rel_id=1, profile_a=pair[0], profile_b=pair[1])
    assert platform.call("databases/wipe", id=1, token=LIMITED)["error"] == 403
    assert platform.call("databases/wipe", id=9)["error"] == 404
    done = platform.call("databases/wipe", id=1, n=2)["data"]
    assert done == {"count_action": 6, "count_profile": 3}
    assert platform.call("profiles/list", db_id=1)["total_count"] == 0
    assert platform.call("databases/get", id=1)["error"] == 0
    assert fill(platform)


REFUSED: list[tuple[int, str, dict[str, Any]]] = [
    (400, "profiles/get_all", {}),
    (400, "profiles/get_all", {"source_type": "sky", "source_id": 1}),
    (400, "profiles/get_all", {"source_type": "database", "source_id": 1, "file_format": "pdf"}),
    (450, "profiles/get_all", {"source_type": "database", "source_id": 1,
                               "custom_request": {"nope": 1}}),
    (404, "profiles/get_all", {"source_type": "database", "source_id": 9}),
    (404, "profiles/get_all", {"source_type": "segment", "source_id": 9}),
    (441, "profiles/get_all", {"source_type": "database", "source_id": 2, "token": LIMITED}),
    (403, "profiles/get_all", {"source_type": "database", "source_id": 1, "token": READER}),
    (404, "suppresses/get_all", {"id": 9}),
    (400, "suppresses/get_all", {"id": 1, "file_format": "xml"}),
    (404, "tasks/status", {"task_id": "task_nope"}),
    (400, "tasks/status", {}),
    (404, "databases/get_counters", {"id": 9, "resource_id": 1}),
    (404, "databases/get_counters", {"id": 1, "resource_id": 9}),
    (413, "databases/get_counters", {"id": 2, "resource_id": 1}),
    (400, "databases/get_counters", {"id": 1}),
    (404, "databases/refresh_counters", {"id": 9, "resource_id": 1}),
    (441, "resources/get_counters", {"id": 2, "token": LIMITED}),
    (404, "segments/refresh_counters", {"id": 9, "resource_id": 1}),
]  # fmt: skip


def test_refusals_make_no_task(platform: Platform) -> None:
    before = platform.changes()
    for code, path, more in REFUSED:
        got = platform.call(path, **more)
        assert got["error"] == code, (path, more, got)
    assert platform.changes() == before
