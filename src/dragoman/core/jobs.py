"""The outbox: work to do after a commit, with retry plans and leases. Domains enqueue; nobody calls
the network inline.

A job kind is registered once in `app.py` with a handler `async (job) -> None`. A handler that
raises is tried again by its plan; a process that dies loses its lease, and the job runs elsewhere.
So a handler may run twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.database import Database
from dragoman.core.sql import prepare
from dragoman.core.text import storable
from dragoman.core.tx import Origin, Tx

_ORIGIN = Origin("jobs")
_LEASE_MS = 120_000
_IDLE_S = 1.0
_AT_ONCE = 8
_KEPT_MS = 7 * 86_400_000


class Job(msgspec.Struct, frozen=True):
    """A job as its handler gets it. attempts: how often it ran before."""

    id: int
    kind: str
    facts: dict[str, Any]
    attempts: int


class Plan(msgspec.Struct, frozen=True):
    """When to try again: seconds to wait after each failure; when they are used up the job has
    failed.
    """

    waits_s: tuple[int, ...] = (5, 30, 120, 600, 3600)
    every_s: int | None = None  # a repeating job: runs again this long after it ended


Handler = Callable[[Job], Awaitable[None]]

_j = tables.jobs.c
_DUE = prepare(
    sa.select(tables.jobs)
    .where(
        sa.or_(
            sa.and_(_j.state == "waiting", _j.due_ms <= sa.bindparam("now", type_=sa.BigInteger())),
            sa.and_(
                _j.state == "running", _j.lease_ms < sa.bindparam("now", type_=sa.BigInteger())
            ),
        )
    )
    .order_by(_j.due_ms, _j.id)
    .limit(sa.bindparam("limit", type_=sa.BigInteger()))
    .with_for_update(skip_locked=True)
)
_ANY = prepare(
    sa.select(_j.due_ms, _j.state, _j.lease_ms)
    .where(_j.state.in_(["waiting", "running"]))
    .order_by(_j.due_ms)
    .limit(1)
)
_OF_KIND = prepare(
    sa.select(_j.id).where(_j.kind == sa.bindparam("kind"), _j.state.in_(["waiting", "running"]))
)


class Jobs:
    """Runs what is due, in this process, beside the requests."""

    def __init__(self, database: Database, handlers: Mapping[str, tuple[Handler, Plan]]) -> None:
        self._database = database
        self._handlers = handlers
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop_task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to run jobs on the running loop."""
        self._loop_task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Finish what runs (up to five seconds); the rest keeps its lease and runs elsewhere."""
        if self._loop_task is not None:
            self._loop_task.cancel()
            await asyncio.gather(self._loop_task, return_exceptions=True)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)
            for task in self._tasks:
                task.cancel()

    def wake(self) -> None:
        """Something was enqueued."""
        self._wake.set()

    async def _run(self) -> None:
        while True:
            with suppress(Exception):  # the database is away: the next round tries again
                if len(self._tasks) < _AT_ONCE and await self._database.read(_ORIGIN, _is_due):
                    for job in await self._database.write(_ORIGIN, self._claim):
                        task = asyncio.get_running_loop().create_task(self._work(job))
                        self._tasks.add(task)
                        task.add_done_callback(self._tasks.discard)
            with suppress(TimeoutError):  # wait_for of Python 3.11 would swallow a cancellation
                async with asyncio.timeout(_IDLE_S):
                    await self._wake.wait()
            self._wake.clear()

    def _claim(self, tx: Tx) -> list[Job]:
        rows = tx.all(_DUE, now=tx.now_ms, limit=_AT_ONCE - len(self._tasks))
        for row in rows:
            tx.update(
                tables.jobs,
                row.id,
                {
                    "state": "running",
                    "lease_ms": tx.now_ms + _LEASE_MS,
                    "attempts": row.attempts + 1,
                },
            )  # fmt: skip
        return [Job(row.id, row.kind, row.facts, row.attempts) for row in rows]

    async def _work(self, job: Job) -> None:
        handler, plan = self._handlers.get(job.kind, (_unknown, Plan(waits_s=())))
        problem = ""
        try:
            async with asyncio.timeout(_LEASE_MS / 1000 - 10):
                await handler(job)
        except Exception as error:  # whatever it was, it is kept with the job
            problem = storable(f"{type(error).__name__}: {error}"[:500])
        await self._database.write(_ORIGIN, lambda tx: _ended(tx, job, plan, problem))
        self._wake.set()


def plant(tx: Tx, plans: Mapping[str, Plan]) -> None:
    """Enqueue the repeating jobs that are not there yet; called once, before workers exist."""
    for kind, plan in plans.items():
        if plan.every_s is not None and tx.first(_OF_KIND, kind=kind) is None:
            tx.enqueue(kind, at_ms=tx.now_ms + 1000 * min(plan.every_s, 60))


async def _unknown(job: Job) -> None:
    raise LookupError(f"no handler for jobs of kind {job.kind}")


def _is_due(tx: Tx) -> bool:
    row = tx.first(_ANY)
    return row is not None and (row.due_ms <= tx.now_ms)


def _ended(tx: Tx, job: Job, plan: Plan, problem: str) -> None:
    if plan.every_s is not None:
        values = {
            "state": "waiting",
            "due_ms": tx.now_ms + 1000 * plan.every_s,
            "problem": problem,
            "attempts": 0,
        }
    elif not problem:
        values = {"state": "done", "ended_ms": tx.now_ms, "problem": ""}
    elif job.attempts < len(plan.waits_s):
        values = {
            "state": "waiting",
            "due_ms": tx.now_ms + 1000 * plan.waits_s[job.attempts],
            "problem": problem,
        }
    else:
        values = {"state": "failed", "ended_ms": tx.now_ms, "problem": problem}
    tx.update(tables.jobs, job.id, {**values, "lease_ms": None})


def trim(tx: Tx) -> int:
    """Drop jobs that ended a week ago. Returns how many."""
    return tx.delete_where(tables.jobs, _j.ended_ms < tx.now_ms - _KEPT_MS)
