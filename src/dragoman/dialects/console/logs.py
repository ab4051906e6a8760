"""Request log: list, drawer, live tail, export. Every control is a GET field, so an address shows
the same thing.
"""

import csv
import io
from typing import Annotated, Any

import msgspec

from dragoman.core.clock import iso_z
from dragoman.core.faults import BadValue, NotFound
from dragoman.core.sql import Row, encode_json
from dragoman.core.tx import Tx
from dragoman.dialects.console import charts, curl
from dragoman.dialects.console.charts import Chart, Series
from dragoman.dialects.console.keeping import own
from dragoman.dialects.console.results import Download, Nothing, Page
from dragoman.dialects.console.systems import FIVE, SYSTEMS, titled
from dragoman.domains.console import keeping
from dragoman.wire import logsearch
from dragoman.wire.binding import Given, Query
from dragoman.wire.dialect import Site
from dragoman.wire.logsearch import Sums, Wanted

HOUR_MS = 3_600_000
RANGES = {
    "1h": ("1 h", HOUR_MS),
    "24h": ("24 h", 24 * HOUR_MS),
    "7d": ("7 d", 168 * HOUR_MS),
    "30d": ("30 d", 720 * HOUR_MS),
}
BUCKETS = {"1h": 60_000, "24h": 1_800_000, "7d": 3 * HOUR_MS, "30d": 12 * HOUR_MS}
OUTCOMES = {
    "": "Any outcome",
    "success": "Success",
    "error": "Any error",
    "client_error": "Client error",
    "server_error": "Server error",
}
DURATIONS = {
    "": "Any duration",
    "10": "From 10 ms",
    "50": "From 50 ms",
    "200": "From 200 ms",
    "1000": "From 1 s",
}
PAGE = 50
_MOST_EXPORTED = 10_000
_CHOICES = [("", "All", ""), *((key, one.title, one.colour) for key, one in SYSTEMS.items())]


class Filter(msgspec.Struct, frozen=True):
    """The controls of the page. since, until: ms; they win over `range`."""

    q: Annotated[str, Query()] = ""
    dialect: Annotated[str, Query()] = ""
    outcome: Annotated[str, Query()] = ""
    slow: Annotated[str, Query()] = ""
    range: Annotated[str, Query()] = ""
    since: Annotated[int | None, Query()] = None
    until: Annotated[int | None, Query()] = None


class ShowLogs(Filter, frozen=True, kw_only=True):
    """GET /edit/logs."""

    site: Annotated[Site, Given()]
    id: Annotated[int | None, Query()] = None
    before: Annotated[int | None, Query()] = None


class Tail(Filter, frozen=True, kw_only=True):
    """GET /edit/logs/tail."""

    after: Annotated[int, Query()] = 0


class Export(Filter, frozen=True, kw_only=True):
    """GET /edit/logs/export."""

    format: Annotated[str, Query()] = "csv"


def span(ask: Filter, now_ms: int) -> tuple[int, int, str]:
    """(since, until, key of the range) of a filter; 24 hours unless told."""
    key = ask.range if ask.range in RANGES else "24h"
    until = ask.until if ask.until is not None else now_ms + 60_000
    since = ask.since if ask.since is not None else now_ms - RANGES[key][1]
    return since, until, key


def wanted(ask: Filter, now_ms: int) -> Wanted:
    """The filter in the words of the log. Without a dialect: the five, not the console itself."""
    since, _, _ = span(ask, now_ms)
    slow = int(ask.slow) * 1000 if ask.slow in DURATIONS and ask.slow else None
    return Wanted(
        dialects=(ask.dialect,) if ask.dialect in SYSTEMS else FIVE,
        outcome=ask.outcome if ask.outcome in OUTCOMES else "",
        text=ask.q.strip()[:200],
        from_us=slow,
        since_ms=since,
        until_ms=ask.until,
    )


def page(tx: Tx, ask: ShowLogs) -> Page:
    """GET /edit/logs"""
    wants = wanted(ask, tx.now_ms)
    rows, older = logsearch.search(tx, wants, before=ask.before, limit=PAGE)
    since, until, key = span(ask, tx.now_ms)
    chart, total = histogram(tx, wants, since, until, key)
    params = _params(ask)
    values = {
        "active": "logs",
        "title": "Request log",
        "ask": ask,
        "rows": rows,
        "older": older,
        "looked_at": logsearch.SPAN if wants.text or wants.from_us else 0,
        "chart": chart,
        "total": total,
        "params": params,
        "top": logsearch.top(tx),
        "ranges": RANGES,
        "range": key,
        "outcomes": OUTCOMES,
        "durations": DURATIONS,
        "dialects": _CHOICES,
        "views": keeping.saved_views(tx, own(tx), "logs"),
        "titled": titled,
        "exact": not (wants.text or wants.from_us),
    }
    if ask.id is not None:
        values["entry"] = entry = logsearch.fetch(tx, ask.id)
        values["curl"] = curl.line(entry, ask.site) if entry is not None else ""
        values["replayable"] = entry is not None and curl.replayable(entry)
    return Page("logs.html", {"entry": None, "curl": "", "replayable": False, **values})


def _params(ask: Filter) -> dict[str, Any]:
    names = ("q", "dialect", "outcome", "slow", "range", "since", "until")
    return {name: value for name in names if (value := getattr(ask, name)) not in ("", None)}


def histogram(tx: Tx, wants: Wanted, since: int, until: int, key: str) -> tuple[Chart, int]:
    """Calls over time by outcome, and their sum, from the roll-ups (text and duration are not
    counted there).
    """
    bucket = BUCKETS[key]
    if (until - since) <= 2 * HOUR_MS:
        bucket = 60_000
    start = since // bucket * bucket
    starts = charts.buckets(start, until, bucket)[-400:]
    sums = [
        one
        for one in logsearch.sums(
            tx, starts[0] if starts else since, until, bucket, durations=False
        )
        if one.dialect in wants.dialects
    ]
    parts = (
        ("Success", "neutral", lambda one: one.calls - one.client_errors - one.server_errors),
        ("Client error", "warn", lambda one: one.client_errors),
        ("Server error", "bad", lambda one: one.server_errors),
    )
    chosen = {
        "success": {"Success"},
        "client_error": {"Client error"},
        "server_error": {"Server error"},
        "error": {"Client error", "Server error"},
    }
    shown = chosen.get(wants.outcome, {label for label, _, _ in parts})
    series = [
        Series(label, colour, charts.filled(starts, _by_start(sums, value)))
        for label, colour, value in parts
        if label in shown
    ]
    total = int(sum(value or 0 for one in series for value in one.values))
    return charts.bars(starts, series, bucket), total


def _by_start(sums: list[Sums], value: Any) -> dict[int, float]:
    found: dict[int, float] = {}
    for one in sums:
        found[one.start_ms] = found.get(one.start_ms, 0) + value(one)
    return found


def tail(tx: Tx, ask: Tail) -> Page | Nothing:
    """GET /edit/logs/tail: 204, or the rows above an id."""
    rows = logsearch.after(tx, wanted(ask, tx.now_ms), ask.after)
    if not rows:
        return Nothing()
    top = (b"x-top", str(rows[0].id).encode())
    values = {"rows": rows, "titled": titled, "params": _params(ask), "ask": None}
    return Page("logs_rows.html", values, part=True, headers=(top,))


def export(tx: Tx, ask: Export) -> Download:
    """GET /edit/logs/export: what the filter shows, 10,000 calls at most, without bodies in CSV."""
    if ask.format not in ("csv", "json"):
        raise BadValue("format")
    rows = logsearch.page(
        tx, wanted(ask, tx.now_ms), limit=_MOST_EXPORTED, whole=ask.format == "json"
    )
    name = f"requests-{iso_z(tx.now_ms)[:10]}.{ask.format}"
    if ask.format == "json":
        shown = [{**row._asdict(), "at": iso_z(row.at_ms)} for row in rows]
        return Download(encode_json(shown), "application/json", name)
    return Download(_csv(rows), "text/csv; charset=utf-8", name)


_CSV = (
    "id",
    "dialect",
    "method",
    "path",
    "query",
    "status",
    "outcome",
    "code",
    "duration_us",
    "actor",
    "remote",
    "request_bytes",
    "response_bytes",
    "request_id",
)


def _csv(rows: list[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("at", *_CSV))
    for row in rows:
        writer.writerow((iso_z(row.at_ms), *(harmless(getattr(row, name)) for name in _CSV)))
    return out.getvalue().encode("utf-8", "replace")


def harmless(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value


def entry(tx: Tx, id: int) -> Row:
    """One call. Raises NotFound("call")."""
    found = logsearch.fetch(tx, id)
    if found is None:
        raise NotFound("call", "id", id)
    return found
