"""The request log: every call of every dialect, secrets masked, bodies bounded.

Appended in memory and flushed in batches by the writer, at most 250 ms or 4 MiB late; a crash may
lose that tail, for the log is not the audit trail. Minutes are rolled up as they are written.
"""

import asyncio
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
import structlog

from dragoman.core import statements, tables
from dragoman.core.database import Database
from dragoman.core.sql import prepare
from dragoman.core.tx import Origin, Tx
from dragoman.wire.call import Headers, Stream
from dragoman.wire.masks import Masks, media_kind

FLUSH_S = 0.25
FLUSH_BYTES = 4 << 20
KEPT_ROWS = 20_000
BODY_BYTES = 64 << 10
ANSWER_BYTES = 4 << 10
EDGES_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_EDGES_US = tuple(edge * 1000 for edge in EDGES_MS)

_ORIGIN = Origin("requestlog")
_NONE: frozenset[str] = frozenset()
_log = structlog.get_logger("dragoman.requestlog")


class Entry(msgspec.Struct):
    """One call to be logged; headers and bodies still as they came."""

    at_ms: int
    dialect: str
    request_id: str
    method: str
    path: str
    query: bytes
    status: int
    outcome: str | None
    code: str
    function: str
    duration_us: int
    account_id: int | None
    actor: str
    remote: str
    request_headers: Headers
    request_body: bytes
    request_bytes: int
    response_headers: Headers
    response_body: bytes | Stream
    extra_secrets: frozenset[str] = _NONE
    request_kind: str = ""  # of request_body, where it is not as the header says
    # response_body in UTF-8, where it was sent in another charset
    response_shown: bytes | None = None


class LogRow(NamedTuple):
    """A row of the log's table, in the order of its columns."""

    at_ms: int
    dialect: str
    request_id: str
    method: str
    path: str
    query: str
    status: int
    outcome: str
    code: str
    function: str
    duration_us: int
    account_id: int | None
    actor: str
    remote: str
    request_bytes: int
    response_bytes: int
    request_headers: str
    request_body: str
    response_headers: str
    response_body: str


_INSERT = statements.append(tables.request_log, LogRow._fields)


class RequestLog:
    """This worker's part of the log. masks: by dialect name.

    body_bytes: at most so much of a request or of a refusal. answer_bytes: of an answer that
    succeeded, by dialect; a long list says little more than its beginning, and costs more than
    the call itself.
    """

    def __init__(
        self,
        database: Database,
        masks: Mapping[str, Masks],
        *,
        body_bytes: int = BODY_BYTES,
        answer_bytes: Mapping[str, int] | None = None,
    ) -> None:
        self._answer_bytes = answer_bytes or {}
        self._database = database
        self._masks = masks
        self._rows: list[LogRow] = []
        self._bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._flushing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self.body_bytes = body_bytes

    def add(self, entry: Entry) -> None:
        """Keep a call for the next flush; on the event loop.

        The row is made at once: while its bytes are in the processor's caches that costs a third.
        """
        try:
            row = self._row(entry)
        except Exception as error:  # our bug; the call is kept, what it said is not
            _log.warning("call logged bare", request_id=entry.request_id, problem=repr(error))
            row = self._row(_bare(entry))
        self._rows.append(row)
        self._bytes += 500 + len(row.request_body) + len(row.response_body)
        if self._bytes > FLUSH_BYTES:
            self._start_flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_S, self._start_flush)

    def take(self) -> list[LogRow]:
        """The rows that are not written yet; they are the caller's from now on."""
        rows, self._rows, self._bytes = self._rows, [], 0
        return rows

    def _start_flush(self) -> None:
        self._stop_timer()
        self._bytes = 0
        task = asyncio.get_running_loop().create_task(self.flush())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def flush(self) -> None:
        """Write what is kept; what cannot be written is kept for the next try, up to a bound."""
        async with self._flushing:
            self._stop_timer()
            rows, self._rows, self._bytes = self._rows, [], 0
            if not rows:
                return
            try:
                await self._database.write(_ORIGIN, lambda tx: store(tx, rows))
            except Exception as error:  # the log must not take the service down
                _log.warning("request log not written", problem=str(error), rows=len(rows))
                self._rows = (rows + self._rows)[-KEPT_ROWS:]
                if self._timer is None:
                    self._timer = asyncio.get_running_loop().call_later(1.0, self._start_flush)

    def _row(self, entry: Entry) -> LogRow:
        masks = self._masks[entry.dialect]
        outcome = entry.outcome or _judged(entry.status)
        limit = self.body_bytes
        if outcome == "success":
            limit = min(limit, self._answer_bytes.get(entry.dialect, ANSWER_BYTES))
        response = entry.response_body
        if isinstance(response, bytes):
            sent, shown = len(response), (entry.response_shown or response)[:limit]
        else:
            sent, shown = response.size_bytes, (entry.response_shown or b"")[:limit]
        headers_out, kind_out = masks.sent_headers(entry.response_headers)
        body_out = masks.body(shown, kind_out, sent, entry.extra_secrets)
        body_in = ""
        if entry.request_body:
            kind_in = entry.request_kind or media_kind(entry.request_headers)
            body_in = masks.body(entry.request_body, kind_in, entry.request_bytes)
        return LogRow(
            entry.at_ms, entry.dialect, entry.request_id, entry.method,
            _storable(entry.path),
            _storable(masks.query(entry.query)) if entry.query else "",
            entry.status, outcome, entry.code, entry.function, entry.duration_us,
            entry.account_id, entry.actor, entry.remote, entry.request_bytes, sent,
            masks.headers(entry.request_headers), _storable(body_in),
            headers_out, _storable(body_out) or (f"[{sent} bytes]" if sent and not shown else ""),
        )  # fmt: skip


def _bare(entry: Entry) -> Entry:
    """A call without what its caller wrote."""
    return msgspec.structs.replace(
        entry, query=b"", request_headers=(), request_body=b"", response_headers=(),
        response_body=b"", response_shown=None,
    )  # fmt: skip


def _storable(text: str) -> str:
    return text.replace("\0", "�") if "\0" in text else text


def _judged(status: int) -> str:
    if status < 400:
        return "success"
    return "client_error" if status < 500 else "server_error"


def store(tx: Tx, rows: Sequence[LogRow]) -> None:
    """Write rows, and count them into their minutes and hours."""
    tx.store_many(_INSERT, rows)
    counted = Counter(
        (
            row.at_ms // 60_000,
            row.dialect,
            row.outcome,
            bisect_left(_EDGES_US, row.duration_us),
        )
        for row in rows
    )
    sums: dict[tuple[str, int, str], list[Any]] = {}
    for (minute, dialect, outcome, bucket), calls in counted.items():
        for name, (_, _, size_ms) in _ROLLS.items():
            key = (name, minute * 60_000 // size_ms * size_ms, dialect)
            held = sums.setdefault(key, [0, 0, 0, [0] * (len(EDGES_MS) + 1)])
            held[0] += calls
            held[1] += calls * (outcome == "client_error")
            held[2] += calls * (outcome == "server_error")
            held[3][bucket] += calls
    for (name, start, dialect), (calls, client, server, durations) in sorted(sums.items()):
        _add_up(tx, name, (start, dialect), (calls, client, server), durations)


def _roll(table: sa.Table, column: str, size_ms: int) -> tuple[sa.Table, Any, int]:
    return (
        table,
        prepare(
            sa.select(table).where(
                table.c[column] == sa.bindparam("start", type_=sa.BigInteger()),
                table.c.dialect == sa.bindparam("dialect"),
            )
        ),
        size_ms,
    )


_ROLLS = {
    "hour_ms": _roll(tables.request_hours, "hour_ms", 3_600_000),
    "minute_ms": _roll(tables.request_minutes, "minute_ms", 60_000),
}


def _add_up(
    tx: Tx,
    name: str,
    key: tuple[int, str],
    counts: tuple[int, int, int],
    durations: list[int],
) -> None:
    table, query, _ = _ROLLS[name]
    start, dialect = key
    empty = {"calls": 0, "client_errors": 0, "server_errors": 0, "durations": [0] * len(durations)}
    tx.insert_absent(table, {name: start, "dialect": dialect, **empty})
    held = tx.first(query, start=start, dialect=dialect)
    tx.lock(table, held.id)  # type: ignore[union-attr] # just made sure of
    held = tx.first(query, start=start, dialect=dialect)
    values = {
        "calls": held.calls + counts[0],  # type: ignore[union-attr] # as above
        "client_errors": held.client_errors + counts[1],  # type: ignore[union-attr] # as above
        "server_errors": held.server_errors + counts[2],  # type: ignore[union-attr] # as above
        "durations": [a + b for a, b in zip(held.durations, durations, strict=True)],  # type: ignore[union-attr]
    }
    tx.update(table, held.id, values)  # type: ignore[union-attr] # as above


def trim(tx: Tx, *, days: int, rows: int | None) -> int:
    """Drop what is older than `days`, and more where there are over `rows`; 5,000 at a time.
    Returns how many.
    """
    log = tables.request_log
    oldest = tx.now_ms - days * 86_400_000
    cut: int = tx.scalar(sa.select(sa.func.max(log.c.id)).where(log.c.at_ms < oldest)) or 0
    if rows is not None:
        last: int = tx.scalar(sa.select(sa.func.max(log.c.id))) or 0
        cut = max(cut, last - rows)
    first: int = tx.scalar(sa.select(sa.func.min(log.c.id))) or 0
    tx.delete_where(tables.request_minutes, tables.request_minutes.c.minute_ms < oldest)
    tx.delete_where(tables.request_hours, tables.request_hours.c.hour_ms < oldest)
    return tx.delete_where(log, log.c.id <= min(cut, first + 5000)) if cut else 0
