"""PostgreSQL through psycopg 3: every exchange in a thread with a pooled connection.

Writes run at READ COMMITTED (rules that span rows use `tx.lock`), reads on one REPEATABLE READ
snapshot. A lost connection before the commit runs the exchange again on a new one; a commit whose
answer was lost is a failure.
"""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar, LiteralString, TypeVar

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from dragoman.core import tables
from dragoman.core.clock import now_ms
from dragoman.core.database import RERUNS, Database, DatabaseFailed
from dragoman.core.sql import Statements
from dragoman.core.tx import Origin, Tx

T = TypeVar("T")

LARGE_ROWS = 500
_CHANNEL = "dragoman"
_WRITES = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_READS = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_CROSSINGS = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.UniqueViolation,
    psycopg.errors.ForeignKeyViolation,  # the row referred to has just been removed
)
_AGAIN = (psycopg.errors.SerializationFailure, *_CROSSINGS)


class PostgresChannel:
    """One pooled connection inside a transaction."""

    __slots__ = ("connection",)
    crossings: ClassVar[tuple[type[Exception], ...]] = _CROSSINGS

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def rows(self, sql: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run and fetch all."""
        return self.connection.execute(sql, arguments).fetchall()

    def insert(self, sql: str, arguments: Sequence[Any]) -> int:
        """Run an insert with RETURNING; 0 when nothing was inserted."""
        row = self.connection.execute(sql, arguments).fetchone()
        return row[0] if row else 0

    def execute(self, sql: str, arguments: Sequence[Any]) -> int:
        """Run; how many rows it touched."""
        return self.connection.execute(sql, arguments or None).rowcount

    def execute_many(self, sql: str, arguments: Sequence[Sequence[Any]]) -> None:
        """Run once for each."""
        with self.connection.cursor() as cursor:
            cursor.executemany(sql, arguments)

    def expect_long(self) -> None:
        """It runs in a thread already."""


class ReadingChannel(PostgresChannel):
    """A read: above LARGE_ROWS it goes on only with one of a few places, which bounds memory."""

    __slots__ = ("_met", "_places", "_taken")

    def __init__(
        self, connection: psycopg.Connection[Any], places: threading.BoundedSemaphore
    ) -> None:
        super().__init__(connection)
        self._met = 0
        self._places = places
        self._taken = False

    def rows(self, sql: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run and fetch all."""
        found = super().rows(sql, arguments)
        self._met += len(found)
        if self._met > LARGE_ROWS and not self._taken:
            self._places.acquire()
            self._taken = True
        return found

    def close(self) -> None:
        """Give the place back."""
        if self._taken:
            self._taken = False
            self._places.release()


class Postgres(Database):
    """One PostgreSQL database. pool: connections of this process; heavy: heavy work at once."""

    name = "postgresql"

    def __init__(self, url: str, *, pool: int = 12, heavy: int = 3) -> None:
        super().__init__()
        self.url = url
        self.statements = Statements("postgresql")
        self._pool_size = pool
        self._heavy_limit = heavy
        self._large = threading.BoundedSemaphore(heavy)
        self._pool: ConnectionPool[Any] | None = None
        self._opening = threading.Lock()
        self._running = False
        self._listening = threading.Event()
        self._listener: threading.Thread | None = None
        self._told = False

    def _connections(self) -> ConnectionPool[Any]:
        with self._opening:
            if self._pool is None:
                self._pool = ConnectionPool(
                    self.url,
                    min_size=1,
                    max_size=self._pool_size,
                    open=True,
                    timeout=15,
                    reconnect_timeout=5,
                    kwargs={"autocommit": True, "application_name": "dragoman"},
                )
            return self._pool

    @contextmanager
    def begin(self, origin: Origin, *, writes: bool, batch: bool = False) -> Iterator[Tx]:
        """See `Database.begin`."""
        pool = self._connections()
        connection = self._begun(pool, _WRITES if writes else _READS)
        channel = PostgresChannel(connection) if writes else ReadingChannel(connection, self._large)
        try:
            tx = self._tx(channel, origin, writes=writes, batch=batch)
            try:
                yield tx
            except BaseException:
                with suppress(psycopg.Error):
                    connection.execute("ROLLBACK")
                raise
            _commit(connection)
            self._committed(tx)
        finally:
            if isinstance(channel, ReadingChannel):
                channel.close()
            pool.putconn(connection)

    def _begun(self, pool: ConnectionPool[Any], opening: LiteralString) -> psycopg.Connection[Any]:
        """A connection with an open transaction; one that died while it was idle is replaced."""
        for attempt in range(self._pool_size + 1):
            connection: psycopg.Connection[Any] = pool.getconn()
            try:
                connection.execute(opening)
                return connection
            except psycopg.Error as error:
                pool.putconn(connection)
                if not isinstance(error, psycopg.OperationalError) or attempt == self._pool_size:
                    raise
        raise AssertionError("unreachable")

    def _tx(self, channel: PostgresChannel, origin: Origin, *, writes: bool, batch: bool) -> Tx:
        connection = channel.connection

        def checkpoint() -> None:
            _commit(connection)
            self._committed(tx)
            connection.execute(_WRITES)
            tx.now_ms = now_ms()

        tx = Tx(
            channel,
            self.statements,
            origin,
            now_ms(),
            writes=writes,
            checkpointer=checkpoint if batch else None,
        )
        return tx

    def _committed(self, tx: Tx) -> None:
        journalled, enqueued = tx.journalled, tx.enqueued
        tx.journalled = tx.enqueued = False
        if journalled or enqueued:
            if self._running:
                self._loop.call_soon_threadsafe(self.on_commit, journalled, enqueued)
            else:
                self.on_commit(journalled, enqueued)

    def _run(self, origin: Origin, work: Callable[[Tx], T], writes: bool, batch: bool) -> T:
        for attempt in range(1, RERUNS + 1):
            try:
                with self.begin(origin, writes=writes, batch=batch) as tx:
                    return work(tx)
            except PoolTimeout as error:
                raise DatabaseFailed(str(error)) from error
            except (*_AGAIN, psycopg.OperationalError) as error:
                if attempt == RERUNS or batch:
                    if isinstance(error, psycopg.OperationalError):
                        raise DatabaseFailed(str(error)) from error
                    raise
        raise AssertionError("unreachable")

    # lanes

    async def start(self) -> None:
        """Start the threads; the pool opens with the first use."""
        self._loop = asyncio.get_running_loop()
        self._threads = ThreadPoolExecutor(self._pool_size, thread_name_prefix="worker")
        self._slots = asyncio.Semaphore(self._heavy_limit)
        self._running = True

    async def read(self, origin: Origin, work: Callable[[Tx], T]) -> T:
        """In a thread, on one snapshot."""
        return await self._loop.run_in_executor(
            self._threads, self._run, origin, work, False, False
        )

    async def write(self, origin: Origin, work: Callable[[Tx], T]) -> T:
        """In a thread; returns after the commit."""
        return await self._loop.run_in_executor(self._threads, self._run, origin, work, True, False)

    async def heavy(
        self, origin: Origin, work: Callable[[Tx], T], *, writes: bool, batch: bool = False
    ) -> T:
        """In a thread; a few at once."""
        async with self._slots:
            return await self._loop.run_in_executor(
                self._threads, self._run, origin, work, writes, batch
            )

    async def threaded(self, work: Callable[[], T]) -> T:
        """Run blocking work in a thread."""
        return await self._loop.run_in_executor(self._threads, work)

    # other processes

    def watch(self, wake: Callable[[], None]) -> None:
        """LISTEN on a connection of its own; without one, wake once a second."""
        self._listener = threading.Thread(
            target=self._listen, args=(wake,), name="listen", daemon=True
        )
        self._listener.start()

    def _listen(self, wake: Callable[[], None]) -> None:
        while not self._listening.is_set():
            with suppress(psycopg.Error), psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute(f"LISTEN {_CHANNEL}")
                while not self._listening.is_set():
                    for _ in connection.notifies(timeout=1.0, stop_after=1):
                        pass
                    self._hint(wake)
            self._hint(wake)
            self._listening.wait(1.0)

    def _hint(self, wake: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody to wake
            self._loop.call_soon_threadsafe(wake)

    def tell(self) -> None:
        """NOTIFY, at most one under way: hints may be joined, and the sender's commit must not
        wait.
        """
        if not self._told and self._running:
            self._told = True
            self._loop.run_in_executor(self._threads, self._notify)

    def _notify(self) -> None:
        self._told = False
        with suppress(psycopg.Error), self._connections().connection() as connection:
            connection.execute(f"NOTIFY {_CHANNEL}")

    # whole database

    async def stop(self) -> None:
        """Finish what runs, then close."""
        self._running = False
        self._listening.set()
        await asyncio.to_thread(self._threads.shutdown, True)
        if self._listener is not None:
            await asyncio.to_thread(self._listener.join, 3)
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """Close the pool; a later `begin` opens anew."""
        with self._opening:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def version(self) -> str | None:
        """See `Database.version`."""
        with self._connections().connection() as connection:
            try:
                row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            except psycopg.errors.UndefinedTable:
                return None
        return row[0] if row else None

    def backup(self, target: str, progress: Callable[[int, int], None] | None = None) -> None:
        """Every table with COPY on one snapshot, into one file: a JSON line naming it, then its
        length and bytes.
        """
        ordered = tables.metadata.sorted_tables
        with self._connections().connection() as connection, Path(target).open("wb") as out:
            connection.execute(_READS)
            for at, table in enumerate(ordered):
                names = [column.name for column in table.c]
                head = json.dumps({"table": table.name, "columns": names}).encode()
                out.write(head + b"\n")
                listed = ", ".join(f'"{name}"' for name in names)
                with connection.cursor().copy(f'COPY "{table.name}" ({listed}) TO STDOUT') as copy:
                    for part in copy:
                        out.write(len(part).to_bytes(4, "big") + bytes(part))
                out.write(b"\0\0\0\0")
                if progress is not None:
                    progress(at + 1, len(ordered))
            connection.execute("COMMIT")

    def wipe(self) -> None:
        """Drop everything in the schema `public`, before a restore over it."""
        with self._connections().connection() as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")

    def restore(self, source: str) -> None:
        """Read what `backup` wrote into a database that has the same schema and no rows."""
        with self._connections().connection() as connection, Path(source).open("rb") as read:
            connection.execute(_WRITES)
            while line := read.readline():
                head = json.loads(line)
                listed = ", ".join(f'"{name}"' for name in head["columns"])
                with connection.cursor().copy(
                    f'COPY "{head["table"]}" ({listed}) FROM STDIN'
                ) as copy:
                    while size := int.from_bytes(read.read(4), "big"):
                        copy.write(read.read(size))
                connection.execute(
                    f"SELECT setval(pg_get_serial_sequence('{head['table']}', 'id'), "
                    f'greatest((SELECT coalesce(max(id), 0) FROM "{head["table"]}"), 1))'
                )
            connection.execute("COMMIT")


def _commit(connection: psycopg.Connection[Any]) -> None:
    try:
        connection.execute("COMMIT")
    except psycopg.Error as error:
        raise DatabaseFailed(str(error)) from error


def problem(url: str) -> str | None:
    """See `database.problem`."""
    try:
        with psycopg.connect(url, connect_timeout=5, application_name="dragoman") as connection:
            row = connection.execute("SHOW transaction_read_only").fetchone()
    except psycopg.Error as error:
        return str(error).strip().partition("\n")[0] or type(error).__name__
    return "it is read-only (a standby?)" if row is not None and row[0] == "on" else None
