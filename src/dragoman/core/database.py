"""The database as the rest sees it: lanes for exchanges, and plain transactions for everything
else.

Lanes (docs/decisions/0001): a *read* runs inline on SQLite and in a thread on PostgreSQL; a *write*
joins the group commit on SQLite and runs in a thread on PostgreSQL; *heavy* work (exports, batches)
runs in a thread on both. Only the modules in `core/engines` name a driver.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from dragoman.core.tx import Origin, Tx

T = TypeVar("T")
RERUNS = 3


class DatabaseFailed(Exception):
    """The database could not do its part (full disk, lost connection, failed commit); nothing was
    written.
    """


class GaveUp(BaseException):
    """An inline read met too many rows or took too long; it runs again as heavy."""


class Database(ABC):
    """One SQLite file or one PostgreSQL database."""

    name: str
    reads_inline = False
    on_commit: Callable[[bool, bool], None]

    def __init__(self) -> None:
        self.on_commit = _nobody

    @abstractmethod
    def begin(
        self, origin: Origin, *, writes: bool, batch: bool = False
    ) -> AbstractContextManager[Tx]:
        """A transaction for jobs, the command line and tests; blocks, so never on an event loop.

        Leaving commits, raising rolls back. batch: `checkpoint()` is legal.
        """

    @abstractmethod
    async def read(self, origin: Origin, work: Callable[[Tx], T]) -> T:
        """Run read-only work on one snapshot, where this engine reads fastest."""

    def read_inline(self, origin: Origin, work: Callable[[Tx], T]) -> T:
        """`read` without a wait, on an engine with `reads_inline`. Raises GaveUp when that is too
        much.
        """
        raise NotImplementedError

    @abstractmethod
    async def write(self, origin: Origin, work: Callable[[Tx], T]) -> T:
        """Run work and return when it is durable. Work may run again (at most RERUNS times): no
        effects but `tx`.
        """

    @abstractmethod
    async def heavy(
        self, origin: Origin, work: Callable[[Tx], T], *, writes: bool, batch: bool = False
    ) -> T:
        """Run long work in a thread with a connection of its own; a few at once, others wait."""

    @abstractmethod
    async def threaded(self, work: Callable[[], T]) -> T:
        """Run blocking work that is no transaction (hashing, storing bytes) in a thread."""

    @abstractmethod
    async def start(self) -> None:
        """Make ready on the running event loop."""

    @abstractmethod
    async def stop(self) -> None:
        """Finish what is queued and close every connection."""

    @abstractmethod
    def watch(self, wake: Callable[[], None]) -> None:
        """Call `wake` on the event loop when another process may have committed; a hint, at most
        100 ms late.
        """

    @abstractmethod
    def tell(self) -> None:
        """Hint to other processes that something was committed here."""

    @abstractmethod
    def close(self) -> None:
        """Close what `begin` opened, without an event loop."""

    @abstractmethod
    def version(self) -> str | None:
        """The schema's revision, None for an empty database."""

    @abstractmethod
    def backup(self, target: str, progress: Callable[[int, int], None] | None = None) -> None:
        """Copy the whole database, consistent as of one moment, into the file `target`, while
        others write.
        """


def _nobody(journalled: bool, enqueued: bool) -> None:
    """Nobody listens yet."""


def open_database(url: str, **options: Any) -> Database:
    """`sqlite:///path/to/file.db` or `postgresql://user@host/name`. Opens lazily, migrates not."""
    if url.startswith("sqlite:///"):
        from dragoman.core.engines.sqlite import SQLite

        return SQLite(url.removeprefix("sqlite:///"), **options)
    if url.startswith(("postgresql://", "postgres://")):
        from dragoman.core.engines.postgres import Postgres

        return Postgres(url, **options)
    raise ValueError("a database URL starts with sqlite:/// or postgresql://")


def problem(url: str) -> str | None:
    """Why the database cannot be read and written, in one line; None when it can.

    Tries at once and once, where a pool would go on trying. A SQLite file that is not there yet is
    no problem where its folder may be written to.
    """
    if url.startswith("sqlite:///"):
        from dragoman.core.engines import sqlite

        return sqlite.problem(url.removeprefix("sqlite:///"))
    from dragoman.core.engines import postgres

    return postgres.problem(url)
