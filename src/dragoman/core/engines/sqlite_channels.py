"""SQLite connections as `Tx` uses them: in a thread or for the writer, and for inline reads."""

from collections.abc import Sequence
from itertools import islice
from typing import Any, ClassVar

import apsw

from dragoman.core.database import GaveUp

INLINE_ROWS = 500


class Moved(BaseException):
    """Another connection committed between the statements of a read that had no transaction."""


class SQLiteChannel:
    """A connection in a thread, or the writer's on the loop."""

    __slots__ = ("connection",)
    crossings: ClassVar[tuple[type[Exception], ...]] = ()  # the writer is alone

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection

    def rows(self, sql: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run and fetch all."""
        return self.connection.execute(sql, arguments).fetchall()

    def insert(self, sql: str, arguments: Sequence[Any]) -> int:
        """Run an insert with RETURNING; 0 when nothing was inserted."""
        rows = self.connection.execute(sql, arguments).fetchall()
        return int(rows[0][0]) if rows else 0  # type: ignore[arg-type] # an id is an integer

    def execute(self, sql: str, arguments: Sequence[Any]) -> int:
        """Run; how many rows it touched."""
        self.connection.execute(sql, arguments)
        return self.connection.changes()

    def execute_many(self, sql: str, arguments: Sequence[Sequence[Any]]) -> None:
        """Run once for each."""
        self.connection.executemany(sql, arguments)

    def expect_long(self) -> None:
        """It runs in a thread, or in the group: nowhere better to go."""


class InlineChannel(SQLiteChannel):
    """The loop's reading connection; gives up when it is too much.

    whole: begin with the first statement, so that all of them see one snapshot.
    """

    __slots__ = ("_version", "begun", "left", "statements", "whole")

    def __init__(self, connection: apsw.Connection, whole: bool) -> None:
        super().__init__(connection)
        self.whole = whole
        self.begun = False
        self.statements = 0
        self.left = INLINE_ROWS
        self._version = 0

    def rows(self, sql: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run and fetch, up to what an inline read may meet."""
        if self.whole and not self.begun:
            self.connection.execute("BEGIN")
            self.begun = True
        self.statements += 1
        if self.statements == 2:
            self._version = self.connection.data_version()
        try:
            cursor = self.connection.execute(sql, arguments)
            found = list(islice(cursor, self.left + 1))
        except apsw.InterruptError:
            raise GaveUp from None
        self.left -= len(found)
        if self.left < 0:
            cursor.close(True)
            raise GaveUp
        return found

    @property
    def moved(self) -> bool:
        """Whether its statements saw different states: the version is that of the last one run."""
        return (
            self.statements > 1
            and not self.whole
            and self.connection.data_version() != self._version
        )

    def expect_long(self) -> None:
        """Give up here, before time is lost."""
        raise GaveUp
