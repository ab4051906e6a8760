"""Repeated requests: twins that run, leases, other workers. Source: spec/altcraft 4; ENGINE 2.2."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from dragoman.core import tables as core
from dragoman.core.clock import now_ms
from dragoman.core.database import open_database
from dragoman.core.files import Files
from dragoman.core.jobs import Job
from dragoman.core.loading import Loading
from dragoman.core.tx import Tx
from dragoman.dialects.altcraft import replay
from dragoman.domains.profiles import fixtures, tables
from tests.documented.altcraft.conftest import ALL, FIXTURE, Platform
from tests.support import postgres, server
from tests.support.site import ORIGIN

ROWS = sa.select(tables.replays)
STEP = {
    "token": ALL,
    "db_id": 1,
    "email": "o@b.example",
    "data": {"counter": {"action": "incr", "value": 1}},
}
BATCH = {"token": ALL, "db_id": 1, "data": [{"email": "o@b.example", **STEP["data"]}]}


def counter(platform: Platform) -> int:
    return int(platform.get("o@b.example")["counter"])


def hold(platform: Platform, values: dict[str, Any]) -> None:
    """Set the one replay row back."""

    def work(tx: Tx) -> None:
        (row,) = tx.all(ROWS)
        tx.update(tables.replays, row.id, values)

    platform.site.tx(work)


@pytest.mark.parametrize(("path", "body"), [("import", STEP), ("import_batch", BATCH)])
def test_a_twin_waits_for_the_one_that_runs(
    platform: Platform, path: str, body: dict[str, Any]
) -> None:
    first = platform.raw(path=f"profiles/{path}", json=body)
    hold(platform, {"status": 0, "body": "", "expires_ms": now_ms() + 20_000})

    def finish() -> None:
        hold(platform, {"status": 200, "body": first.text})

    timer = threading.Timer(0.35, finish)
    timer.start()
    began = now_ms()
    again = platform.raw(path=f"profiles/{path}", json=body)
    timer.join()
    assert (again.body, again.headers["duplicate-request"]) == (first.body, "true")
    assert now_ms() - began >= 300
    assert counter(platform) == 1


@pytest.mark.parametrize(("path", "body"), [("import", STEP), ("import_batch", BATCH)])
def test_a_lease_that_ran_out_frees_the_key(
    platform: Platform, path: str, body: dict[str, Any]
) -> None:
    platform.raw(path=f"profiles/{path}", json=body)
    hold(platform, {"status": 0, "body": "", "expires_ms": now_ms() + 250})
    again = platform.raw(path=f"profiles/{path}", json=body)
    assert again.json["error"] == 0
    assert "duplicate-request" not in again.headers
    assert counter(platform) == 2


def test_a_waiting_twin_holds_neither_thread_nor_lock(platform: Platform) -> None:
    platform.raw(json=STEP)
    hold(platform, {"status": 0, "body": "", "expires_ms": now_ms() + 1_200})
    site = platform.site
    front = site.app.front
    done: list[str] = []

    async def call(name: str, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        heads = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
        scope = {
            "type": "http", "method": "POST", "scheme": "http",
            "path": "/api/v1.1/profiles/import", "query_string": b"", "headers": heads,
            "client": ("192.0.2.1", 1), "server": ("127.0.0.1", site.ports["altcraft"]),
            "http_version": "1.1",
        }  # fmt: skip

        async def receive() -> Any:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                done.append(name)

        await front(scope, receive, send)

    async def both() -> None:
        same = json.loads(json.dumps(STEP))
        twins = [call("twin", same) for _ in range(20)]
        other = call("other", {**STEP, "email": "p@b.example"})
        await asyncio.gather(*twins, other)

    # The stored request came with other headers; give these the same id of their own first.
    site.run(call("first", json.loads(json.dumps(STEP))))

    def running(tx: Tx) -> None:
        for row in tx.all(ROWS):
            values = {"status": 0, "body": "", "expires_ms": now_ms() + 700}
            tx.update(tables.replays, row.id, values)

    site.tx(running)
    done.clear()
    site.run(both())
    assert done[0] == "other"
    assert counter(platform) == 3  # one of the twenty took the key over


def test_a_batch_keeps_its_key_from_the_first_part_on(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    database = platform.site.database
    checkpoint = Tx.checkpoint

    def looking(tx: Tx) -> None:
        checkpoint(tx)
        if tx.engine == "postgresql":  # SQLite commits only after 50 ms
            with database.begin(ORIGIN, writes=False) as other:
                seen.extend((row.status, row.expires_ms > now_ms()) for row in other.all(ROWS))

    monkeypatch.setattr(Tx, "checkpoint", looking)
    platform.raw(path="profiles/import_batch", json=BATCH)
    assert set(seen) <= {(0, True)}
    row = platform.site.look(lambda tx: tx.first(ROWS))
    assert row is not None
    assert row.status == 200
    assert row.expires_ms > now_ms() + 86_000_000


def test_each_part_renews_the_lease(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "_LEASE_MS", 0)
    updates = []
    update = Tx.update

    def looking(tx: Tx, table: sa.Table, id: int, changes: Any) -> bool:
        if table is tables.replays:
            updates.append(sorted(changes))
        return update(tx, table, id, changes)

    monkeypatch.setattr(Tx, "update", looking)
    items = [{"email": f"{at}@b.example"} for at in range(20)]
    platform.call("profiles/import_batch", db_id=1, data=items)
    assert ["expires_ms"] in updates


def test_a_batch_that_breaks_off_frees_its_key(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []
    checkpoint = Tx.checkpoint

    def breaking(tx: Tx) -> None:
        checkpoint(tx)
        done.append(1)
        if len(done) == 2:
            time.sleep(0.06)  # long enough for the next checkpoint to commit
        if len(done) == 3:
            raise RuntimeError("a part fails")

    monkeypatch.setattr(Tx, "checkpoint", breaking)
    items = [{"email": f"{at}@b.example", "counter": 1} for at in range(4)]
    sent = {"db_id": 1, "data": items}
    assert platform.call("profiles/import_batch", **sent)["error"] == 500
    assert platform.site.look(lambda tx: tx.all(ROWS)) == []
    assert platform.get("0@b.example")["counter"] == 1  # a part was committed
    began = time.monotonic()
    again = platform.call("profiles/import_batch", **sent)
    assert [one["error"] for one in again["result"]] == [0, 0, 0, 0]
    assert time.monotonic() - began < 5


def test_the_window_ends(make: Callable[..., Platform]) -> None:
    platform = make(dedup={"window_seconds": 0})
    platform.raw(json=STEP)
    platform.raw(json=STEP)
    assert counter(platform) == 2
    assert platform.site.tx(replay.trim) == 1
    off = make(dedup={"enabled": False})
    off.raw(json=STEP)
    off.raw(json=STEP)
    assert counter(off) == 4


def test_a_job_drops_what_is_over(make: Callable[..., Platform]) -> None:
    platform = make(dedup={"window_seconds": 0}, ALLOW_DATA_WIPE=False, outbound={"enabled": False})
    platform.raw(json=STEP)
    kind = "trim profile replays"
    (job,) = platform.site.look(
        lambda tx: tx.all(sa.select(core.jobs).where(core.jobs.c.kind == kind))
    )
    (dialect,) = (one for one in platform.site.app.dialects if one.name == "altcraft")
    handler, plan = dialect.job_handlers()[kind]
    assert plan.every_s == 3600
    platform.site.run(handler(Job(job.id, kind, {}, 0)))
    assert platform.site.look(lambda tx: tx.all(ROWS)) == []


def test_skipped_triggers_are_kept_with_the_event(platform: Platform) -> None:
    platform.call("profiles/import", db_id=1, email="s@b.example", data={}, skip_triggers=True)
    c = core.changes.c
    noted = sa.select(c.id).where(c.event == "profiles.triggers_skipped")
    assert len(platform.site.look(lambda tx: tx.all(noted))) == 1


def test_a_failure_may_be_retried_as_it_is(platform: Platform) -> None:
    wrong = {**STEP, "db_id": 9}
    for _ in range(2):
        answer = platform.raw(json=wrong)
        assert answer.json["error"] == 404
        assert "duplicate-request" not in answer.headers
    assert platform.site.look(lambda tx: tx.all(ROWS)) == []


# two workers and a restart, on the real server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with postgres.for_server(request.param, "repeats") as made:
        yield made


def post(base: str, body: dict[str, Any], id: str, path: str = "profiles/import") -> httpx.Response:
    """On a connection of its own, so that any worker may take it."""
    headers = {"Request-ID": id, "Connection": "close"}
    return httpx.post(f"{base}/api/v1.1/{path}", json=body, headers=headers, timeout=30)


def test_workers_and_a_restart(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "server"
    with server.serving(folder, workers=2, database=url) as running:
        database = open_database(running.database)
        loading = Loading(Files(f"file://{tmp_path / 'files'}"), tmp_path, now_ms())
        with database.begin(ORIGIN, writes=True) as tx:
            fixtures.load(tx, FIXTURE, loading)
        database.close()
        base = running.url("altcraft")
        assert post(base, STEP, "new").json()["error"] == 0
        with ThreadPoolExecutor(12) as pool:
            twins = list(pool.map(lambda _: post(base, STEP, "same"), range(12)))
            others = list(pool.map(lambda at: post(base, STEP, f"own {at}"), range(12)))
        assert len({one.content for one in twins}) == 1
        assert sum("duplicate-key" in one.headers for one in twins) == 11
        assert {one.json()["error"] for one in others} == {0}
        many = {**BATCH, "data": [{"email": f"{at}@b.example"} for at in range(150)]}
        path = "profiles/import_batch"
        with ThreadPoolExecutor(4) as pool:
            batches = list(pool.map(lambda _: post(base, many, "b", path), range(4)))
        assert len({one.content for one in batches}) == 1
        assert {one["error"] for one in batches[0].json()["result"]} == {0}
        assert sum("duplicate-key" in one.headers for one in batches) == 3
    with server.serving(folder, workers=2, database=url) as running:
        base = running.url("altcraft")
        again = post(base, STEP, "same")
        assert (again.content, again.headers["duplicate-request"]) == (twins[0].content, "true")
        seen = {"token": ALL, "db_id": 1, "matching": "email", "email": "o@b.example"}
        assert post(base, seen, "x", "profiles/get").json()["data"]["counter"] == 14
