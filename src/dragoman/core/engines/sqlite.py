"""SQLite through apsw: inline reads, group commit, threads with connections of their own.

WAL with `synchronous=FULL`: what was acknowledged survives a power cut. The loop's connections have
no busy timeout (waiting would stop the loop); threads have one.
"""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import apsw

from dragoman.core.clock import now_ms
from dragoman.core.database import RERUNS, Database, DatabaseFailed, GaveUp
from dragoman.core.engines.groupcommit import BUSY_S, GroupCommit, failure
from dragoman.core.engines.sqlite_channels import InlineChannel, Moved, SQLiteChannel
from dragoman.core.sql import Statements
from dragoman.core.tx import Origin, Tx

T = TypeVar("T")

INLINE_S = 0.025  # an inline read that takes longer is given up and run again in a thread
CHECKPOINT_S = 0.05
PAUSE_S = 0.004
_POLL_S = 0.05


class SQLite(Database):
    """One database file. heavy: how many heavy exchanges run at once; max_pages: a small disk, for
    tests.
    """

    name = "sqlite"
    reads_inline = True

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
        # without it every changed argument has the statement planned anew: 10 us a read
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        connection.set_busy_timeout(int(max(busy_s, 5.0) * 1000))
        for pragma in (
            "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY",
            "cache_size=-8000",
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
        self._commits = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._threads = ThreadPoolExecutor(self._thread_count, thread_name_prefix="worker")
        self._slots = asyncio.Semaphore(self._heavy_limit)
        self._turn = asyncio.Lock()
        self._deadline = 0.0
        self._group = GroupCommit(
            self._connect(busy_s=0),
            self.statements,
            turn=self._turn,
            commits=self._commits,
            committed=lambda journalled, enqueued: self.on_commit(journalled, enqueued),
        )
        self._running = True
        self._group_task = self._loop.create_task(self._group.run())
        self._watch_task: asyncio.Task[None] | None = None

    async def read(self, origin: Origin, work: Callable[[Tx], T]) -> T:
        """Inline on the loop; in a thread when that turns out to be too much."""
        try:
            return self.read_inline(origin, work)
        except GaveUp:
            return await self.heavy(origin, work, writes=False)

    def read_inline(self, origin: Origin, work: Callable[[Tx], T]) -> T:
        """Run on the loop's reading connection. Raises GaveUp when it belongs into a thread.

        Most reads are one statement, which needs no BEGIN and COMMIT around it. With several, the
        snapshot is proved afterwards: had another connection committed between them, the work runs
        again inside a transaction. Reads have no effects, so that is safe.
        """
        try:
            return self._attempt(origin, work, whole=False)
        except Moved:
            return self._attempt(origin, work, whole=True)

    def _attempt(self, origin: Origin, work: Callable[[Tx], T], *, whole: bool) -> T:
        channel = InlineChannel(self._reader, whole)
        self._deadline = time.monotonic() + INLINE_S
        tx = Tx(channel, self.statements, origin, now_ms(), writes=False)
        try:
            result = work(tx)
        except apsw.BusyError:  # another process recovers or resets the log
            raise GaveUp from None
        except Exception:
            if channel.moved:
                raise Moved from None
            raise
        finally:
            if channel.begun:
                self._reader.execute("COMMIT")
        if channel.moved:
            raise Moved
        return result

    def _too_long(self) -> bool:
        return time.monotonic() > self._deadline

    async def write(self, origin: Origin, work: Callable[[Tx], T]) -> T:
        """Join the next group; returns after its commit."""
        if not self._running:
            raise DatabaseFailed("stopped")
        future: asyncio.Future[T] = self._group.put(origin, work)
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
                    if attempt + 1 == RERUNS or batch:
                        raise
                except apsw.Error as error:
                    failed = failure(error)
                    if failed is error:
                        raise
                    raise failed from error
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

    # other processes

    def watch(self, wake: Callable[[], None]) -> None:
        """Poll `data_version`: a cheap call that changes when another connection has committed."""
        self._watch_task = self._loop.create_task(self._poll(wake))

    async def _poll(self, wake: Callable[[], None]) -> None:
        seen = None
        while True:
            self._deadline = time.monotonic() + INLINE_S
            try:
                version = self._reader.pragma("data_version")
            except apsw.Error:  # busy or away for the moment
                version = None
            if version != seen:
                seen = version
                wake()
            await asyncio.sleep(_POLL_S)

    def tell(self) -> None:
        """Nothing to do: others poll."""

    # whole database

    async def stop(self) -> None:
        """Finish the queue, then close."""
        while self._group.waiting or self._turn.locked():
            await asyncio.sleep(0.005)
        self._running = False
        # Not on the loop: a batch in a thread needs it to take its turn.
        await asyncio.to_thread(self._threads.shutdown, True)
        for task in (self._group_task, self._watch_task):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
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
        return str(rows[0][0]) if rows else None

    def backup(self, target: str, progress: Callable[[int, int], None] | None = None) -> None:
        """SQLite's online backup, 500 pages a step."""
        source, copy = self._own(), apsw.Connection(target)
        with copy.backup("main", source, "main") as backup:
            while not backup.done:
                backup.step(500)
                if progress is not None:
                    progress(backup.page_count - backup.remaining, backup.page_count)
        copy.close()


def problem(path: str) -> str | None:
    """See `database.problem`."""
    folder = Path(path).resolve().parent
    if not folder.is_dir():
        return f"the folder {folder} does not exist"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"the folder {folder} is not writable: SQLite keeps its log beside the database"
    if not Path(path).exists():
        return None
    if not os.access(path, os.R_OK | os.W_OK):
        return f"{path} is not readable and writable"
    try:
        connection = apsw.Connection(path, flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        finally:
            connection.close()
    except apsw.BusyError:  # somebody else writes to it: then so can we, later
        return None
    except apsw.Error as error:
        return f"{path}: {error}"
    return None


def _sleep() -> None:
    time.sleep(PAUSE_S)
