"""`Tx`: reads, journalled writes, savepoint, checkpoint, note, enqueue.

One exchange, one transaction. Returning commits, raising rolls back. Every write of business data
leaves a row in `changes` in the same transaction: that table is the audit trail and the source of
everything live.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Protocol

import msgspec
import sqlalchemy as sa

from dragoman.core import statements, tables
from dragoman.core.sql import Compiled, Row, Statements, TransactionId, prepare
from dragoman.core.tables import RawJson


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts. A dialect may subclass it to carry what its credentials say (groups, scopes).

    number: the membership's number in its domain; None for an account without one. `name` is shown
    in logs.
    """

    account_id: int | None = None
    membership_id: int | None = None
    number: int | None = None
    credential_id: int | None = None
    session_id: int | None = None
    name: str = ""
    grants: frozenset[str] = frozenset()


ANONYMOUS = Actor()


class Origin(msgspec.Struct, frozen=True):
    """Where a transaction came from, as the journal keeps it."""

    dialect: str
    request_id: str = ""
    remote: str = ""
    site_url: str = ""  # where the caller's dialect is reached, for addresses in what is written


class Channel(Protocol):
    """One open connection as `Tx` uses it; each engine has its own."""

    crossings: ClassVar[tuple[type[Exception], ...]]  # what another transaction can cause

    def rows(self, sql: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run and fetch all."""

    def insert(self, sql: str, arguments: Sequence[Any]) -> int:
        """Run an insert; the new row's id, or 0 when a conflict left nothing inserted."""

    def execute(self, sql: str, arguments: Sequence[Any]) -> int:
        """Run; how many rows it touched."""

    def execute_many(self, sql: str, arguments: Sequence[Sequence[Any]]) -> None:
        """Run once for each."""

    def expect_long(self) -> None:
        """What comes takes long: leave the event loop, if that is where this runs."""


class Checkpointer(Protocol):
    """What an engine offers a batch: commit, let others write, go on."""

    def __call__(self) -> None:
        """Commit if it is time to."""


_CHANGE = prepare(
    sa.insert(tables.changes).values(
        txid=TransactionId(),
        **{
            column.name: sa.bindparam(column.name, type_=column.type)
            for column in tables.changes.c
            if column.name not in ("id", "txid")
        },
    )
)


class Tx:
    """A transaction as domains and handlers see it; the first parameter of a domain function."""

    __slots__ = (
        "_channel", "_checkpointer", "_savepoints", "_statements", "actor", "before_checkpoint",
        "enqueued", "journalled", "now_ms",
        "origin", "writes",
    )  # fmt: skip

    def __init__(
        self,
        channel: Channel,
        statements: Statements,
        origin: Origin,
        now_ms: int,
        *,
        writes: bool,
        checkpointer: Checkpointer | None = None,
    ) -> None:
        self._channel = channel
        self._statements = statements
        self._savepoints = 0
        self._checkpointer = checkpointer
        self.origin = origin
        self.now_ms = now_ms
        self.writes = writes
        self.actor: Actor = ANONYMOUS
        self.before_checkpoint: Callable[[], None] | None = None  # what is committed with each part
        self.journalled = False
        self.enqueued = False

    @property
    def engine(self) -> str:
        """`sqlite` or `postgresql`; only for what `core` itself must do differently."""
        return self._statements.name

    @property
    def crossings(self) -> tuple[type[Exception], ...]:
        """What a statement raises when another transaction got in its way; see `batches`."""
        return self._channel.crossings

    # reading

    def all(self, query: Any, **params: Any) -> list[Row]:
        """Every row of a `prepare`d select, a `shaped` one, or one made for this call."""
        compiled = self._statements.compiled(query)
        return compiled.rows(self._channel.rows(compiled.sql, compiled.bind(params)))

    def tuples(self, query: Any, **params: Any) -> Sequence[Sequence[Any]]:
        """As `all`, but as the driver gives them: no names, nothing converted. For long lists of
        texts and integers, where a row's microsecond counts.
        """
        compiled = self._statements.compiled(query)
        return self._channel.rows(compiled.sql, compiled.bind(params))

    def first(self, query: Any, **params: Any) -> Row | None:
        """The first row, or None."""
        rows = self.all(query, **params)
        return rows[0] if rows else None

    def scalar(self, query: Any, **params: Any) -> Any:
        """The first column of the first row, or None."""
        compiled = self._statements.compiled(query)
        rows = compiled.rows(self._channel.rows(compiled.sql, compiled.bind(params))[:1])
        return rows[0][0] if rows else None

    def shaped(self, key: Hashable, build: Callable[[], Any]) -> Compiled:
        """A statement whose shape depends on the request, compiled once per `key`."""
        return self._statements.shaped(key, build)

    def get(self, table: sa.Table, id: int) -> Row | None:
        """The whole row with this id, or None."""
        return self.first(self.shaped(("get", table.name), lambda: statements.by_id(table)), id=id)

    def expect_long(self) -> None:
        """What comes takes long (a scan, say): a read on the event loop goes to a thread."""
        self._channel.expect_long()

    # writing

    def insert(self, table: sa.Table, values: Mapping[str, Any]) -> int:
        """Add a row; journals `<table>.created`. Columns with a default may be left out. Returns
        the new id.
        """
        row = {**tables.defaults(table), **values}
        compiled = self.shaped(
            ("insert", table.name, tuple(row)), lambda: statements.insert(table, row)
        )
        new_id = self._channel.insert(compiled.sql, compiled.bind(row))
        if table.info.get("journal"):
            self._journal(f"{table.name}.created", table.name, new_id, after=_shown(table, row))
        return new_id

    def store_many(self, statement: Any, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run a `statements.append` for each row, its values as they are stored; for logs."""
        compiled = self._statements.compiled(statement)
        self._channel.execute_many(compiled.sql, rows)

    def overwrite(self, table: sa.Table, id: int, values: Mapping[str, Any]) -> None:
        """Change columns of one row without reading it first; not for a journalled table."""
        _refuse_journalled(table)
        compiled = self.shaped(
            ("update", table.name, tuple(values)), lambda: statements.update(table, values)
        )
        self._channel.execute(compiled.sql, compiled.bind({**values, "id_": id}))

    def insert_absent(self, table: sa.Table, values: Mapping[str, Any]) -> int:
        """`insert`, but 0 when a unique key is taken. PostgreSQL waits for a running twin."""
        row = {**tables.defaults(table), **values}
        compiled = self.shaped(
            ("insert_absent", self._statements.name, table.name, tuple(row)),
            lambda: statements.insert_absent(table, row, self._statements.name),
        )
        new_id = self._channel.insert(compiled.sql, compiled.bind(row))
        if new_id and table.info.get("journal"):
            self._journal(f"{table.name}.created", table.name, new_id, after=_shown(table, row))
        return new_id

    def insert_many(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """`insert` for each; one journal row an item. Returns the ids in order."""
        return [self.insert(table, row) for row in rows]

    def update(self, table: sa.Table, id: int, changes: Mapping[str, Any]) -> bool:
        """Change columns of one row; journals what differs, before and after. False when nothing
        differs.
        """
        before = self.get(table, id)
        if before is None:
            return False
        new = {name: value for name, value in changes.items() if getattr(before, name) != value}
        if not new:
            return False
        compiled = self.shaped(
            ("update", table.name, tuple(new)), lambda: statements.update(table, new)
        )
        if not self._channel.execute(compiled.sql, compiled.bind({**new, "id_": id})):
            return False  # another transaction has just removed it
        if table.info.get("journal"):
            old = {name: getattr(before, name) for name in new}
            self._journal(
                f"{table.name}.updated",
                table.name,
                id,
                before=_shown(table, old),
                after=_shown(table, new),
            )
        return True

    def delete(self, table: sa.Table, id: int) -> bool:
        """Remove one row; journals its last state. False when it was not there."""
        before = self.get(table, id)
        if before is None:
            return False
        compiled = self.shaped(("delete", table.name), lambda: statements.delete(table))
        if not self._channel.execute(compiled.sql, compiled.bind({"id_": id})):
            return False  # another transaction was quicker
        if table.info.get("journal"):
            last = _shown(table, before._asdict())
            self._journal(f"{table.name}.deleted", table.name, id, before=last)
        return True

    def upsert(self, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> int:
        """Update the row whose unique columns equal `key`, or insert it. Returns its id.

        Two at once on PostgreSQL: the later one meets the unique key, and its exchange runs again.
        """
        held = self.first(
            self.shaped(
                ("upsert", table.name, tuple(key)), lambda: statements.by_key(table, tuple(key))
            ),
            **key,
        )
        if held is None:
            return self.insert(table, {**key, **values})
        self.update(table, held.id, values)
        return held.id  # type: ignore[no-any-return] # rows are named at run time

    def delete_where(self, table: sa.Table, where: sa.ColumnElement[bool], **params: Any) -> int:
        """Remove every row that fits, each journalled. Returns how many."""
        if not table.info.get("journal"):
            compiled = self._statements.compiled(sa.delete(table).where(where))
            return self._channel.execute(compiled.sql, compiled.bind(params))
        rows = self.all(sa.select(table).where(where).order_by(table.c.id), **params)
        if not rows:
            return 0
        for row in rows:
            last = _shown(table, row._asdict())
            self._journal(f"{table.name}.deleted", table.name, row.id, before=last)
        # By id: another transaction may have added rows that fit, which the journal has not seen.
        compiled = self.shaped(("delete_all", table.name), lambda: statements.delete_all(table))
        return self._channel.execute(
            compiled.sql, compiled.bind({"ids_": [row.id for row in rows]})
        )

    def update_where(
        self, table: sa.Table, where: sa.ColumnElement[bool], values: Mapping[str, Any]
    ) -> int:
        """Change every row that fits, in one statement; only for tables that are not journalled."""
        _refuse_journalled(table)
        compiled = self._statements.compiled(sa.update(table).where(where).values(**values))
        return self._channel.execute(compiled.sql, compiled.bind({}))

    def note(
        self, event: str, table: sa.Table, id: int, *, keep: bool = True, **facts: Any
    ) -> None:
        """Journal a meaning that the row's difference does not show.

        keep=False: live only, in no log, and dropped after a minute.
        """
        self._journal(event, table.name, id, facts=facts, live=not keep)

    def count_up(self, name: str, *, at_least: int = 1) -> int:
        """The next number of a sequence; never given twice, gaps only from rollbacks."""
        held = self.first(_COUNTER, name=name)
        if held is None:
            if self.insert_absent(tables.counters, {"name": name, "value": at_least}):
                return at_least
            held = self.first(_COUNTER, name=name)
        self.lock(tables.counters, held.id)  # type: ignore[union-attr] # a taken name has a row
        held = self.first(_COUNTER, name=name)
        value: int = max(held.value + 1, at_least)  # type: ignore[union-attr] # as above
        self.update(tables.counters, held.id, {"value": value})  # type: ignore[union-attr] # same
        return value

    def lock(self, table: sa.Table, id: int) -> None:
        """Hold one row until the end of the transaction; SQLite's writer is alone anyway."""
        if self._statements.name == "postgresql":
            self.all(self.shaped(("lock", table.name), lambda: statements.lock(table)), id=id)

    def enqueue(self, kind: str, *, at_ms: int | None = None, **facts: Any) -> int:
        """Put a job into the outbox; it runs after the commit, at `at_ms` at the earliest.

        Returns its id.
        """
        self.enqueued = True
        values = {
            "kind": kind, "facts": facts, "state": "waiting", "due_ms": at_ms or self.now_ms,
            "lease_ms": None, "attempts": 0, "problem": "", "created_ms": self.now_ms,
            "ended_ms": None,
        }  # fmt: skip
        return self.insert(tables.jobs, values)

    # scope

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that can fail alone; what it journalled vanishes with it."""
        name = f"s{self._savepoints}"
        self._savepoints += 1
        self._channel.execute(f"SAVEPOINT {name}", ())
        try:
            yield
        except BaseException:
            self._channel.execute(f"ROLLBACK TO SAVEPOINT {name}", ())
            self._channel.execute(f"RELEASE SAVEPOINT {name}", ())
            raise
        else:
            self._channel.execute(f"RELEASE SAVEPOINT {name}", ())
        finally:
            self._savepoints -= 1

    def checkpoint(self) -> None:
        """Commit if about 50 ms have passed, and let others write; only for endpoints with
        unit="item".
        """
        if self._checkpointer is None:
            raise RuntimeError("checkpoint outside a batch")
        if self.before_checkpoint is not None:
            self.before_checkpoint()
        self._checkpointer()

    def _journal(
        self,
        event: str,
        subject: str,
        subject_id: int,
        *,
        before: Any = None,
        after: Any = None,
        facts: Any = None,
        live: bool = False,
    ) -> None:
        self.journalled = True
        compiled = self._statements.compiled(_CHANGE)
        arguments = compiled.bind(
            {
                "at_ms": self.now_ms, "event": event, "subject": subject, "subject_id": subject_id,
                "account_id": self.actor.account_id, "dialect": self.origin.dialect,
                "request_id": self.origin.request_id, "before": before,
                "after": after, "facts": facts, "live": live,
            }
        )  # fmt: skip
        self._channel.execute(compiled.sql, arguments)


_COUNTER = prepare(sa.select(tables.counters).where(tables.counters.c.name == sa.bindparam("name")))


def _refuse_journalled(table: sa.Table) -> None:
    if table.info.get("journal"):
        raise RuntimeError(f"{table.name} is journalled: update its rows one by one")


def _shown(table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
    hidden = table.info.get("secrets")
    if hidden is None:
        hidden = {column.name for column in table.c if column.info.get("secret")}
        raw = {column.name for column in table.c if isinstance(column.type, RawJson)}
        table.info["secrets"], table.info["raw"] = hidden, raw
    if hidden:
        row = {name: ("changed" if name in hidden else value) for name, value in row.items()}
    return row if isinstance(row, dict) else dict(row)
