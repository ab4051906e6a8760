"""Action history. Source: spec/altcraft 12."""

import csv
import io
import json
from typing import Any

import sqlalchemy as sa

from dragoman.core.tx import Tx
from dragoman.domains.profiles import tables
from tests.documented.altcraft.conftest import LIMITED, READER, Platform

SPAN = {"list_id": 1, "date_from": "2020-01-01", "date_to": "2100-01-01"}
DAY = 86_400_000
FIRST = 1_600_000_000_000 // DAY * DAY  # 2020-09-13


def _actions(platform: Platform, **more: Any) -> list[tuple[str, str]]:
    got = platform.call("subscribers/history_get", **{"list_id": 1, **more})
    assert got["error"] == 0, got
    return [(one["action"], one["channel"]) for one in got["data"]]


def test_what_the_platform_does_itself_is_kept(platform: Platform) -> None:
    who: dict[str, Any] = {"db_id": 1, "matching": "email_profile", "email": "a@b.example"}

    def subscribed(status: str, step: int) -> None:
        of = {"resource_id": 1, "channel": "email", "email": "a@b.example"}
        data = {"subscriptions": [{**of, "status": status}], "counter": step}
        assert platform.call("profiles/update", **who, data=data)["error"] == 0

    oid = platform.call("profiles/import", **who, data={"_fname": "Ann"})["profile_id"]
    for step, status in enumerate(("subscribed", "unsubscribed", "unsubscribed", "subscribed")):
        subscribed(status, step)
    scope = {"db_id": 1, "resource_id": 1}
    assert platform.call("subscriptions/suspend_all", **scope)["error"] == 0
    assert platform.call("subscriptions/unsuspend_all", **scope)["error"] == 0
    member = {"segment_id": 1, "db_id": 1, "profile_id": oid}
    for what in ("add", "add", "remove", "remove"):
        platform.call(f"profiles/segstatic/{what}", **member, skip_triggers=what == "add")
    expected = [
        ("import", ""), ("update", ""), ("subscribe", "email"), ("update", ""),
        ("unsubscribe", "email"), ("update", ""), ("update", ""), ("subscribe", "email"),
        ("suspend", "email"), ("unsuspend", "email"), ("segment_add", ""), ("segment_remove", ""),
    ]  # fmt: skip
    assert _actions(platform, email="a@b.example") == expected
    mark = platform.get("a@b.example")["_xxh"]
    got = platform.call("subscribers/history_get", list_id=1, xxh=mark)["data"]
    assert [(one["action"], one["channel"]) for one in got] == expected
    assert {(one["xxh"], one["profile_id"], one["email"], one["list_id"]) for one in got} == {
        (mark, oid, "a@b.example", 1)
    }
    assert _actions(platform, xxh=mark, date_to="2020-01-01") == []
    platform.call("profiles/delete", db_id=1, matching="profile_id", profile_id=oid)
    assert platform.call("subscribers/history_get", list_id=1, xxh=mark)["error"] == 404


def _people(platform: Platform, count: int, days: int, a_day: int) -> None:
    """Each with so many openings on so many days."""
    for at in range(count):
        platform.call(
            "profiles/add",
            db_id=1,
            data={
                "email": f"{at}@b.example",
                "subscriptions": [
                    {"resource_id": 1, "channel": "email", "email": f"{at}@b.example"}
                ],
            },
        )

    def fill(tx: Tx) -> None:
        for row in tx.all(sa.select(tables.profiles.c.id)):
            tx.delete_where(tables.history, tables.history.c.profile_id == row.id)
            for day in range(days):
                for at in range(a_day):
                    values = {"at_ms": FIRST + day * DAY + at, "channel": "email", "message": "Hi"}
                    tx.insert(tables.history, {"profile_id": row.id, "action": "open", **values})

    platform.site.tx(fill)


def test_reading_all_of_it_page_by_page(platform: Platform) -> None:
    _people(platform, count=3, days=2, a_day=3)
    seen: list[tuple[str, str]] = []
    cursor, pages = "", 0
    while True:
        got = platform.call("subscribers/history_get_all", **SPAN, from_id=cursor, limit=4)
        assert got["error"] == 0, got
        if not got["data"]:
            break
        pages += 1
        cursor = got["next_from_id"]
        assert (
            cursor
            == f"{got['data'][-1]['xxh']}.{got['data'][-1]['datetime'][:10].replace('-', '')}"
        )
        seen.extend((one["xxh"], one["event_id"]) for one in got["data"])
    assert len(seen) == len(set(seen)) == 18
    assert pages == 6  # a day of a profile is not cut in two
    assert [mark for mark, _ in seen] == sorted(mark for mark, _ in seen)
    small = platform.call("subscribers/history_get_all", **SPAN, limit=1)
    assert len(small["data"]) == 3
    days = {"list_id": 1, "date_from": "2020-09-14", "date_to": "2020-09-14"}
    assert len(platform.call("subscribers/history_get_all", **days)["data"]) == 9


def test_messages_and_fields(platform: Platform) -> None:
    _people(platform, count=1, days=1, a_day=1)
    got = platform.call("subscribers/history_get_all", **SPAN, fields=["email", "_xxm"])
    (one,) = got["data"]
    assert one["fields"].keys() == {"id", "email", "_xxm"}
    assert (one["message_name"], one["subscription"]["resource_name"]) == ("Hi", "Site")
    assert one["subscription"]["email"] == one["subscriptions"][0]["email_data"]["email"]
    text = platform.call("subscribers/history_get_all", **SPAN, format="csv")["data"]
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["xxh"], row["action"]) == (one["xxh"], "open")
    assert json.loads(row["subscription"])["resource_name"] == "Site"


REFUSED: list[tuple[int, str, dict[str, Any]]] = [
    (400, "history_get", {}),
    (404, "history_get", {"email": "nobody@b.example"}),
    (404, "history_get", {"xxh": "0123456789abcdef"}),
    (404, "history_get", {"list_id": 9, "xxh": "0123456789abcdef"}),
    (441, "history_get", {"list_id": 2, "xxh": "0", "token": LIMITED}),
    (403, "history_get", {"xxh": "0", "token": READER}),
    (450, "history_get", {"xxh": "0", "date_from": "yesterday"}),
    (450, "history_get", {"xxh": "0", "date_to": "2020-02-30"}),
    (400, "history_get_all", {}),
    (400, "history_get_all", {"date_from": "2020-01-01"}),
    (450, "history_get_all", {**SPAN, "limit": 0}),
    (450, "history_get_all", {**SPAN, "from_id": "odd"}),
    (450, "history_get_all", {**SPAN, "from_id": "0123456789abcdef.2020"}),
    (400, "history_get_all", {**SPAN, "format": "pdf"}),
    (400, "history_get", {"xxh": "0", "format": "csv"}),
]


def test_refusals(platform: Platform) -> None:
    for code, what, more in REFUSED:
        got = platform.call(f"subscribers/{what}", **{"list_id": 1, **more})
        assert got["error"] == code, (what, more, got)
