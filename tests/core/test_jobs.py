"""The outbox: retries, leases, repeating jobs."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from dragoman.core import jobs, tables
from dragoman.core.database import Database
from dragoman.core.jobs import Handler, Job, Jobs, Plan
from dragoman.core.tx import Origin

ORIGIN = Origin("test")
_ALL = sa.select(tables.jobs).order_by(tables.jobs.c.id)


def rows(database: Database) -> list[Any]:
    with database.begin(ORIGIN, writes=False) as tx:
        return tx.all(_ALL)


def run(database: Database, handlers: Mapping[str, tuple[Handler, Plan]], until: Any) -> None:
    async def go() -> None:
        await database.start()
        runner = Jobs(database, handlers)
        runner.start()
        try:
            async with asyncio.timeout(10):
                while not until(await database.read(ORIGIN, lambda tx: tx.all(_ALL))):
                    runner.wake()
                    await asyncio.sleep(0.01)
        finally:
            await runner.stop()
            await database.stop()

    asyncio.run(go())


def enqueue(database: Database, kind: str, **facts: Any) -> int:
    with database.begin(ORIGIN, writes=True) as tx:
        return tx.enqueue(kind, **facts)


def test_a_job_runs_once_with_its_facts(database: Database) -> None:
    seen: list[Any] = []

    async def handle(job: Job) -> None:
        seen.append(job.facts)

    enqueue(database, "mail", to="ann")
    run(database, {"mail": (handle, Plan())}, lambda found: found[0].state == "done")
    assert seen == [{"to": "ann"}]
    assert rows(database)[0].ended_ms is not None


def test_a_job_of_a_transaction_that_rolls_back_never_runs(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.begin(ORIGIN, writes=True) as tx:  # noqa: PT012 # two steps
        tx.enqueue("mail")
        raise ZeroDivisionError
    assert rows(database) == []


def test_a_failing_job_is_tried_by_its_plan_and_then_fails(database: Database) -> None:
    seen: list[int] = []

    async def handle(job: Job) -> None:
        seen.append(job.attempts)
        raise ValueError("no\x00t today")

    enqueue(database, "mail")
    plans = {"mail": (handle, Plan(waits_s=(0, 0)))}
    run(database, plans, lambda found: found[0].state == "failed")
    (row,) = rows(database)
    assert len(seen) == 3
    assert row.problem.startswith("ValueError")
    assert row.lease_ms is None


def test_a_failing_job_waits(database: Database) -> None:
    async def handle(job: Job) -> None:
        raise ValueError("not today")

    enqueue(database, "mail")
    run(database, {"mail": (handle, Plan(waits_s=(60,)))}, lambda found: found[0].problem)
    (row,) = rows(database)
    assert (row.state, row.attempts) == ("waiting", 1)
    assert 50_000 < row.due_ms - row.created_ms < 70_000


def test_an_unknown_kind_fails(database: Database) -> None:
    enqueue(database, "what")
    run(database, {}, lambda found: found[0].state == "failed")


def test_a_lost_lease_is_taken_over(database: Database) -> None:
    id = enqueue(database, "mail")
    with database.begin(ORIGIN, writes=True) as tx:
        tx.update(tables.jobs, id, {"state": "running", "lease_ms": tx.now_ms - 1, "attempts": 1})

    async def handle(job: Job) -> None:
        pass

    run(database, {"mail": (handle, Plan())}, lambda found: found[0].state == "done")


def test_a_held_lease_is_respected(database: Database) -> None:
    held = enqueue(database, "mail", who="held")
    with database.begin(ORIGIN, writes=True) as tx:
        tx.update(tables.jobs, held, {"state": "running", "lease_ms": tx.now_ms + 60_000})
    enqueue(database, "mail", who="free")
    seen: list[Any] = []

    async def handle(job: Job) -> None:
        seen.append(job.facts["who"])

    run(database, {"mail": (handle, Plan())}, lambda found: found[1].state == "done")
    assert seen == ["free"]


def test_a_repeating_job_is_planted_once_and_comes_again(database: Database) -> None:
    plans = {"tidy": Plan(every_s=600)}
    with database.begin(ORIGIN, writes=True) as tx:
        jobs.plant(tx, plans)
        jobs.plant(tx, plans)
        (row,) = tx.all(_ALL)
        tx.update(tables.jobs, row.id, {"due_ms": tx.now_ms})

    async def handle(job: Job) -> None:
        raise ValueError("not today")

    run(database, {"tidy": (handle, plans["tidy"])}, lambda found: found[0].problem)
    (row,) = rows(database)
    assert row.state == "waiting"
    assert row.due_ms > row.created_ms + 500_000


def test_trim_drops_what_ended_a_week_ago(database: Database) -> None:
    id = enqueue(database, "mail")
    with database.begin(ORIGIN, writes=True) as tx:
        tx.update(tables.jobs, id, {"state": "done", "ended_ms": tx.now_ms})
        assert jobs.trim(tx) == 0
        tx.now_ms += 8 * 86_400_000
        assert jobs.trim(tx) == 1
