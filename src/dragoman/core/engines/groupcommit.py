"""The group commit: waiting writes share one transaction, each in a savepoint, and one fsync.

Runs on the event loop; only the commit itself is in a thread. No result is given out before its
commit is durable. A write that fails rolls back alone. Where SQLite itself rolled the whole
transaction back (full disk, I/O error), the other writes of the group run again.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

import apsw

from dragoman.core.clock import now_ms
from dragoman.core.database import RERUNS, DatabaseFailed
from dragoman.core.engines.sqlite_channels import SQLiteChannel
from dragoman.core.sql import Statements
from dragoman.core.tx import Origin, Tx

GROUP_SIZE = 256
GROUP_S = 0.02
BUSY_S = 20.0

# What the database could not do, as against what was wrong with a statement or its values.
_FAILURES = (
    apsw.FullError, apsw.IOError, apsw.BusyError, apsw.LockedError, apsw.CantOpenError,
    apsw.CorruptError, apsw.NotADBError, apsw.NoMemError, apsw.ReadOnlyError, apsw.AbortError,
    apsw.InterruptError,
)  # fmt: skip


def failure(error: BaseException) -> BaseException:
    """`DatabaseFailed` for an error of the database; any other error as it is."""
    if not isinstance(error, _FAILURES):
        return error
    failed = DatabaseFailed(str(error))
    failed.__cause__ = error
    return failed


class _Write:
    __slots__ = ("attempts", "error", "future", "origin", "result", "tx", "work")

    def __init__(
        self, origin: Origin, work: Callable[[Tx], Any], future: asyncio.Future[Any]
    ) -> None:
        self.origin = origin
        self.work = work
        self.future = future
        self.attempts = 0
        self.reset()

    def reset(self) -> None:
        self.result: Any = None
        self.error: BaseException | None = None
        self.tx: Tx | None = None

    def deliver(self) -> None:
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(failure(self.error))


class GroupCommit:
    """The writer of one process.

    turn: held while a group is open, so that heavy writers take turns. commits: a thread for the
    fsync; committed: told (journalled, enqueued) after a group with either.
    """

    def __init__(
        self,
        connection: apsw.Connection,
        statements: Statements,
        *,
        turn: asyncio.Lock,
        commits: Executor,
        committed: Callable[[bool, bool], None],
    ) -> None:
        self._connection = connection
        self._channel = SQLiteChannel(connection)
        self._statements = statements
        self._turn = turn
        self._commits = commits
        self._committed = committed
        self._queue: deque[_Write] = deque()
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    @property
    def waiting(self) -> bool:
        """Whether a write is queued."""
        return bool(self._queue)

    def put(self, origin: Origin, work: Callable[[Tx], Any]) -> asyncio.Future[Any]:
        """Queue a write; the future is done when it is durable, or has failed."""
        future: asyncio.Future[Any] = self._loop.create_future()
        self._queue.append(_Write(origin, work, future))
        self._wake.set()
        return future

    async def run(self) -> None:
        """Serve the queue until cancelled."""
        while True:
            if not self._queue:
                self._wake.clear()
                await self._wake.wait()
            await self._serve_group()

    async def _serve_group(self) -> None:
        group: list[_Write] = []
        failed: BaseException | None = None
        async with self._turn:
            try:
                await self._open()
                self._run_group(group)
                failed = await self._loop.run_in_executor(self._commits, self._commit)
            except apsw.Error as error:
                failed = error
                if not group:
                    group.extend(self._queue)
                    self._queue.clear()
                self._roll_back()
        self._finish(group, failed)

    async def _open(self) -> None:
        wait, until = 0.0003, time.monotonic() + BUSY_S
        while True:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                return
            except apsw.BusyError:
                if time.monotonic() > until:
                    raise
            await asyncio.sleep(wait)
            wait = min(wait * 1.5, 0.005)

    def _run_group(self, group: list[_Write]) -> None:
        until = time.monotonic() + GROUP_S
        while self._queue and len(group) < GROUP_SIZE and time.monotonic() < until:
            write = self._queue.popleft()
            if self._run_one(write):
                group.append(write)
            elif not self._connection.in_transaction:  # SQLite rolled the whole group back
                for innocent in group:
                    innocent.reset()
                self._queue.extendleft(reversed(group))
                group.clear()
                write.deliver()
                return

    def _run_one(self, write: _Write) -> bool:
        """Whether the write is settled, with a result or an error.

        Else it runs again, or is lost with its group.
        """
        execute = self._connection.execute
        try:
            execute("SAVEPOINT one")
            tx = Tx(self._channel, self._statements, write.origin, now_ms(), writes=True)
            write.result = write.work(tx)
            execute("RELEASE one")
            write.tx = tx
            return True
        except BaseException as error:
            write.error = error
            if not self._connection.in_transaction:
                return False
            execute("ROLLBACK TO one")
            execute("RELEASE one")
            write.attempts += 1
            if isinstance(error, apsw.ConstraintError) and write.attempts < RERUNS:
                write.reset()
                self._queue.append(write)
                return False
            return True

    def _commit(self) -> apsw.Error | None:
        if not self._connection.in_transaction:
            return None
        try:
            self._connection.execute("COMMIT")
        except apsw.Error as error:
            self._roll_back()
            return error
        return None

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _finish(self, group: list[_Write], failed: BaseException | None) -> None:
        journalled = enqueued = False
        for write in group:
            if failed is not None:
                if write.error is None:
                    write.error = DatabaseFailed(str(failed))
            elif write.tx is not None:
                journalled = journalled or write.tx.journalled
                enqueued = enqueued or write.tx.enqueued
            write.deliver()
        if journalled or enqueued:
            self._loop.call_soon(self._committed, journalled, enqueued)
