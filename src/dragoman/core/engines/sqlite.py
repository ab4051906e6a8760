"""SQLite through apsw: inline reads, group commit, threads with connections of their own.

WAL with `synchronous=FULL`: what was acknowledged survives a power cut. The loop's connections have no busy timeout
(waiting would stop the loop); threads have one.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import apsw

from dragoman.core.clock import now_ms
from dragoman.core.database import RERUNS, Database, DatabaseFailed
from dragoman.core.sql import Statements
from dragoman.core.tx import Origin, Tx

T = TypeVar("T")

INLINE_ROWS = 500
INLINE_S = 0.025  # an inline read that takes longer is given up and run again in a thread
GROUP_SIZE = 256
GROUP_S = 0.02
BUSY_S = 20.0
CHECKPOINT_S = 0.05
PAUSE_S = 0.004
_POLL_S = 0.05


class GaveUp(BaseException):
    """An inline read met too many rows or took too long; it runs again as heavy."""


class SQLiteChannel:
    """A connection in a thread, or the writer's on the loop."""

    __slots__ = ("connection",)

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection

    def rows(self, sql: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run and fetch all."""
        return self.connection.execute(sql, arguments).fetchall()  # type: ignore[no-any-return] # apsw tells Any

    def insert(self, sql: str, arguments: Sequence[Any]) -> int:
        """Run an insert with RETURNING; 0 when nothing was inserted."""
        rows = self.connection.execute(sql, arguments).fetchall()
        return rows[0][0] if rows else 0

    def execute(self, sql: str, arguments: Sequence[Any]) -> int:
        """Run; how many rows it touched."""
        self.connection.execute(sql, arguments)
        return self.connection.changes()


class InlineChannel(SQLiteChannel):
    """The loop's reading connection: begins with the first statement, and gives up when it is too much."""

    __slots__ = ("begun", "left")

    def __init__(self, connection: apsw.Connection) -> None:
        super().__init__(connection)
        self.begun = False
        self.left = INLINE_ROWS

    def rows(self, sql: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run and fetch, up to what an inline read may meet."""
        if not self.begun:
            self.connection.execute("BEGIN")
            self.begun = True
        try:
            found = list(islice(self.connection.execute(sql, arguments), self.left + 1))
        except apsw.InterruptError:
            raise GaveUp from None
        self.left -= len(found)
        if self.left < 0:
            raise GaveUp
        return found


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
            self.future.set_exception(self.error)


class SQLite(Database):
    """One database file. heavy: how many heavy exchanges run at once; max_pages: a small disk, for tests."""

    name = "sqlite"

    def __init__(
        self, path: str, *, heavy: int = 2, threads: int = 4, max_pages: int | None = None
    ) -> None:
        super().__init__()
        self.path = path
        self.statements = Statements("sqlite")
        self._max_pages = max_pages
        self._local = threading.local()
        self._opened: list[apsw.Connection] = []
        self._opening = threading.Lock()
        self._heavy_limit = heavy
        self._thread_count = threads
        self._running = False

    # connections

    def _connect(self, *, busy_s: float, reads_only: bool = False) -> apsw.Connection:
        connection = apsw.Connection(self.path, statementcachesize=256)
        connection.set_busy_timeout(int(max(busy_s, 5.0) * 1000))
        for pragma in (
            "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-8000",
        ):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}").fetchall()
        if self._max_pages is not None:
            connection.execute(f"PRAGMA max_page_count={self._max_pages}").fetchall()
        if reads_only:
            connection.execute("PRAGMA query_only=ON")
        connection.set_busy_timeout(int(busy_s * 1000))
        with self._opening:
            self._opened.append(connection)
        return connection

    def _own(self) -> apsw.Connection:
        connection: apsw.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect(busy_s=BUSY_S)
        return connection

    @contextmanager
    def begin(self, origin: Origin, *, writes: bool, batch: bool = False) -> Iterator[Tx]:
        """See `Database.begin`."""
        yield from self._transaction(origin, writes=writes, pause=_sleep if batch else None)

    def _transaction(
        self, origin: Origin, *, writes: bool, pause: Callable[[], None] | None
    ) -> Iterator[Tx]:
        connection = self._own()
        opening = "BEGIN IMMEDIATE" if writes else "BEGIN"
        connection.execute(opening)
        started = time.monotonic()

        def checkpoint() -> None:
            nonlocal started
            if time.monotonic() - started < CHECKPOINT_S:
                return
            connection.execute("COMMIT")
            self._committed(tx)
            if pause is not None:
                pause()
            connection.execute(opening)
            started = time.monotonic()
            tx.now_ms = now_ms()

        tx = Tx(
            SQLiteChannel(connection),
            self.statements,
            origin,
            now_ms(),
            writes=writes,
            checkpointer=checkpoint if pause is not None else None,
        )
        try:
            yield tx
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        self._committed(tx)

    def _committed(self, tx: Tx) -> None:
        journalled, enqueued = tx.journalled, tx.enqueued
        tx.journalled = tx.enqueued = False
        if journalled or enqueued:
            if self._running:
                self._loop.call_soon_threadsafe(self.on_commit, journalled, enqueued)
            else:
                self.on_commit(journalled, enqueued)

    # lanes

    async def start(self) -> None:
        """Open the loop's two connections and start the writer."""
        self._loop = asyncio.get_running_loop()
        self._reader = self._connect(busy_s=0, reads_only=True)
        self._reader.set_progress_handler(self._too_long, 5000)
        self._writer = self._connect(busy_s=0)
        self._commits = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._threads = ThreadPoolExecutor(self._thread_count, thread_name_prefix="worker")
        self._slots = asyncio.Semaphore(self._heavy_limit)
        self._turn = asyncio.Lock()
        self._queue: deque[_Write] = deque()
        self._wake = asyncio.Event()
        self._deadline = 0.0
        self._running = True
        self._pump_task = self._loop.create_task(self._pump())
        self._watch_task: asyncio.Task[None] | None = None

    async def read(self, origin: Origin, work: Callable[[Tx], T]) -> T:
        """Inline on the loop; in a thread when that turns out to be too much."""
        channel = InlineChannel(self._reader)
        self._deadline = time.monotonic() + INLINE_S
        tx = Tx(channel, self.statements, origin, now_ms(), writes=False)
        try:
            return work(tx)
        except GaveUp:
            pass
        finally:
            if channel.begun:
                self._reader.execute("COMMIT")
        return await self.heavy(origin, work, writes=False)

    def _too_long(self) -> bool:
        return time.monotonic() > self._deadline

    async def write(self, origin: Origin, work: Callable[[Tx], T]) -> T:
        """Join the next group; returns after its commit."""
        if not self._running:
            raise DatabaseFailed("stopped")
        future: asyncio.Future[T] = self._loop.create_future()
        self._queue.append(_Write(origin, work, future))
        self._wake.set()
        return await future

    async def heavy(
        self, origin: Origin, work: Callable[[Tx], T], *, writes: bool, batch: bool = False
    ) -> T:
        """In a thread; a writer takes its turn in the same queue as the groups."""

        def give_way() -> None:
            asyncio.run_coroutine_threadsafe(self._give_way(), self._loop).result()

        def run() -> T:
            for attempt in range(RERUNS):
                try:
                    with contextmanager(self._transaction)(
                        origin, writes=writes, pause=give_way if batch else None
                    ) as tx:
                        return work(tx)
                except apsw.ConstraintError:
                    if attempt + 1 == RERUNS:
                        raise
            raise AssertionError("unreachable")

        async with self._slots:
            if not writes:
                return await self._loop.run_in_executor(self._threads, run)
            async with self._turn:
                return await self._loop.run_in_executor(self._threads, run)

    async def _give_way(self) -> None:
        self._turn.release()
        await asyncio.sleep(PAUSE_S)
        await self._turn.acquire()

    async def threaded(self, work: Callable[[], T]) -> T:
        """Run blocking work in a thread."""
        return await self._loop.run_in_executor(self._threads, work)

    # the writer

    async def _pump(self) -> None:
        while True:
            if not self._queue:
                self._wake.clear()
                await self._wake.wait()
            async with self._turn:
                try:
                    await self._open_group()
                except apsw.Error as error:
                    self._fail_queue(error)
                    continue
                group = self._run_group()
                error = await self._loop.run_in_executor(self._commits, self._commit)
            self._finish(group, error)

    async def _open_group(self) -> None:
        wait, until = 0.0003, time.monotonic() + BUSY_S
        while True:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                return
            except apsw.BusyError:
                if time.monotonic() > until:
                    raise
            await asyncio.sleep(wait)
            wait = min(wait * 1.5, 0.005)

    def _fail_queue(self, error: apsw.Error) -> None:
        failed, self._queue = self._queue, deque()
        for write in failed:
            write.error = DatabaseFailed(str(error))
            write.deliver()

    def _run_group(self) -> list[_Write]:
        group: list[_Write] = []
        until = time.monotonic() + GROUP_S
        while self._queue and len(group) < GROUP_SIZE and time.monotonic() < until:
            write = self._queue.popleft()
            if self._run_one(write):
                group.append(write)
            elif not self._writer.in_transaction:  # SQLite rolled the whole group back
                for innocent in group:
                    innocent.reset()
                self._queue.extendleft(reversed(group))
                write.deliver()
                return []
        return group

    def _run_one(self, write: _Write) -> bool:
        """Whether the write is settled, with a result or an error; else it runs again or is lost with its group."""
        execute = self._writer.execute
        execute("SAVEPOINT one")
        tx = Tx(SQLiteChannel(self._writer), self.statements, write.origin, now_ms(), writes=True)
        try:
            write.result = write.work(tx)
            execute("RELEASE one")
            write.tx = tx
            return True
        except BaseException as error:
            write.error = error
            if not self._writer.in_transaction:
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
        if not self._writer.in_transaction:
            return None
        try:
            self._writer.execute("COMMIT")
        except apsw.Error as error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            return error
        return None

    def _finish(self, group: list[_Write], error: apsw.Error | None) -> None:
        journalled = enqueued = False
        for write in group:
            if error is not None:
                write.error = DatabaseFailed(str(error))
            elif write.tx is not None:
                journalled = journalled or write.tx.journalled
                enqueued = enqueued or write.tx.enqueued
            write.deliver()
        if journalled or enqueued:
            self.on_commit(journalled, enqueued)

    # other processes

    def watch(self, wake: Callable[[], None]) -> None:
        """Poll `data_version`: one cheap call that changes when another connection has committed."""
        self._watch_task = self._loop.create_task(self._poll(wake))

    async def _poll(self, wake: Callable[[], None]) -> None:
        seen = None
        while True:
            version = self._reader.pragma("data_version")
            if version != seen:
                seen = version
                wake()
            await asyncio.sleep(_POLL_S)

    def tell(self) -> None:
        """Nothing to do: others poll."""

    # whole database

    async def stop(self) -> None:
        """Finish the queue, then close."""
        while self._queue or self._turn.locked():
            await asyncio.sleep(0.005)
        self._running = False
        for task in (self._pump_task, self._watch_task):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        self._threads.shutdown(wait=True)
        self._commits.shutdown(wait=True)
        self.close()

    def close(self) -> None:
        """Close every connection; a later `begin` opens anew."""
        with self._opening:
            opened, self._opened = self._opened, []
        for connection in opened:
            connection.close()
        self._local = threading.local()

    def version(self) -> str | None:
        """See `Database.version`."""
        if not Path(self.path).exists():
            return None
        try:
            rows = self._own().execute("SELECT version_num FROM alembic_version").fetchall()
        except apsw.SQLError:
            return None
        return rows[0][0] if rows else None

    def backup(self, target: str, progress: Callable[[int, int], None] | None = None) -> None:
        """SQLite's online backup, 500 pages a step."""
        source, copy = self._own(), apsw.Connection(target)
        with copy.backup("main", source, "main") as backup:
            while not backup.done:
                backup.step(500)
                if progress is not None:
                    progress(backup.page_count - backup.remaining, backup.page_count)
        copy.close()


def _sleep() -> None:
    time.sleep(PAUSE_S)
