"""Overview: four numbers, calls, latency and errors over time, and what needs somebody."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.sql import prepare
from dragoman.core.tx import Tx
from dragoman.dialects.console import attention, charts
from dragoman.dialects.console.auth import Member
from dragoman.dialects.console.charts import Series
from dragoman.dialects.console.logs import HOUR_MS, RANGES
from dragoman.dialects.console.navigation import home
from dragoman.dialects.console.results import Page, Redirect
from dragoman.dialects.console.systems import FIVE, SYSTEMS
from dragoman.wire import logsearch
from dragoman.wire.binding import Given, Query
from dragoman.wire.dialect import Site
from dragoman.wire.logsearch import Sums

_BUCKETS = {"1h": 60_000, "24h": HOUR_MS, "7d": 4 * HOUR_MS, "30d": 12 * HOUR_MS}
_BEFORE = {
    "1h": "the hour before",
    "24h": "the day before",
    "7d": "the week before",
    "30d": "the 30 days before",
}
_OLDEST = prepare(sa.select(sa.func.min(tables.request_log.c.at_ms)))
Pick = Callable[[Sums], float]


class ShowOverview(msgspec.Struct, frozen=True):
    """GET /edit/."""

    site: Annotated[Site, Given()]
    range: Annotated[str, Query()] = ""


class Stat(msgspec.Struct, frozen=True):
    """One of the four numbers. good: whether the change is for the better, None for neither."""

    label: str
    value: str
    change: str
    good: bool | None
    spark: Any
    colour: str
    address: str


def page(tx: Tx, ask: ShowOverview) -> Page | Redirect:
    """GET /edit/"""
    member = tx.actor
    if isinstance(member, Member) and not member.may("overview:read"):
        return Redirect(home(member), status=302)
    key = ask.range if ask.range in RANGES else _first_range(tx)
    length, bucket = RANGES[key][1], _BUCKETS[key]
    until = tx.now_ms // bucket * bucket  # the unfinished bucket is not drawn
    since = until - length
    found = [
        one for one in logsearch.sums(tx, since, until + bucket, bucket) if one.dialect in FIVE
    ]
    former = [
        one for one in logsearch.sums(tx, since - length, since, length) if one.dialect in FIVE
    ]
    if found and all(one.start_ms >= until for one in found):  # nothing else yet: draw that
        since, until = since + bucket, until + bucket
    starts = charts.buckets(since, until, bucket)
    drawn = [one for one in found if one.start_ms < until]
    may_log = isinstance(member, Member) and member.may("logs:read")
    values = {
        "active": "overview",
        "title": "Overview",
        "range": key,
        "range_choices": [(key, pair[0]) for key, pair in RANGES.items()],
        "fresh": not found,
        "stats": _stats(tx, starts, found, former, _BEFORE[key]),
        "calls": charts.lines(starts, _by_system(starts, drawn, lambda one: one.calls), bucket),
        "latency": charts.lines(starts, _latency(starts, drawn), bucket),
        "errors": charts.bars(starts, _by_system(starts, drawn, _failed), bucket),
        "table": _table(tx, found, since),
        "attention": attention.found(tx, member),
        "may_log": may_log,
        "steps": attention.first_steps(tx, member) if not found else [],
        "origin": ask.site.public_url,
    }
    return Page("overview.html", values)


def _first_range(tx: Tx) -> str:
    """A day; an hour while the log is younger than two."""
    oldest = tx.scalar(_OLDEST)
    return "1h" if oldest is not None and oldest > tx.now_ms - 2 * HOUR_MS else "24h"


def _failed(one: Sums) -> int:
    return one.client_errors + one.server_errors


def _by_system(starts: Sequence[int], sums: Sequence[Sums], pick: Pick) -> list[Series]:
    return [
        Series(
            SYSTEMS[key].title,
            SYSTEMS[key].colour,
            charts.filled(starts, {one.start_ms: pick(one) for one in sums if one.dialect == key}),
        )
        for key in FIVE
    ]


def _merged(sums: Sequence[Sums]) -> list[int]:
    total: list[int] = []
    for one in sums:
        total = (
            [a + b for a, b in zip(total, one.durations, strict=True)]
            if total
            else list(one.durations)
        )
    return total


def _latency(starts: Sequence[int], sums: Sequence[Sums]) -> list[Series]:
    merged = {start: _merged([one for one in sums if one.start_ms == start]) for start in starts}
    shares = (("p50", "neutral", 0.5), ("p95", "accent", 0.95))
    return [
        Series(label, colour, [logsearch.percentile(merged[start], share) for start in starts])
        for label, colour, share in shares
    ]


def _stats(
    tx: Tx, starts: Sequence[int], found: Sequence[Sums], former: Sequence[Sums], before: str
) -> list[Stat]:
    calls, calls_before = sum(one.calls for one in found), sum(one.calls for one in former)
    failed, failed_before = sum(map(_failed, found)), sum(map(_failed, former))
    rate = failed / calls * 100 if calls else 0.0
    rate_before = failed_before / calls_before * 100 if calls_before else None
    p95, p95_before = (
        logsearch.percentile(_merged(found), 0.95),
        logsearch.percentile(_merged(former), 0.95),
    )
    by_calls = _total(starts, found, lambda one: one.calls)
    by_failed = _total(starts, found, _failed)
    rates = [b / a * 100 if a else 0.0 for a, b in zip(by_calls, by_failed, strict=True)]
    growth = f"{(calls / calls_before - 1) * 100:+.1f}% vs {before}" if calls_before else ""
    return [
        Stat("Calls", f"{calls:,}", growth, None, charts.spark(by_calls), "accent", "/edit/logs"),
        Stat(
            "Error rate",
            f"{rate:.2f}%",
            *_change(rate, rate_before, "pt", before),
            charts.spark(rates),
            "bad",
            "/edit/logs?outcome=error",
        ),
        Stat(
            "Latency p95",
            "–" if p95 is None else f"{p95:.0f} ms" if p95 >= 10 else f"{p95:.1f} ms",
            *_change(p95, p95_before, "ms", before),
            charts.spark(_latency(starts, found)[1].values),
            "neutral",
            "/edit/logs?slow=50",
        ),
        *_open_tickets(tx, starts),
    ]


def _open_tickets(tx: Tx, starts: Sequence[int]) -> list[Stat]:
    if not isinstance(tx.actor, Member) or not tx.actor.may("inbox:read"):
        return []
    count, spark = attention.open_tickets(tx, starts)
    return [
        Stat(
            "Open tickets",
            f"{count:,}",
            "",
            None,
            charts.spark(spark),
            "ok",
            "/edit/inbox?view=open",
        )
    ]


def _change(
    now: float | None, then: float | None, unit: str, before: str
) -> tuple[str, bool | None]:
    if now is None or then is None:
        return "", None
    passed = round(now - then, 1)
    text = f"{passed:+.1f} {unit} vs {before}".replace("-", "−") if passed else f"same vs {before}"
    return text, None if passed == 0 else passed < 0


def _total(starts: Sequence[int], sums: Sequence[Sums], pick: Pick) -> list[float]:
    found: dict[int, float] = {}
    for one in sums:
        found[one.start_ms] = found.get(one.start_ms, 0) + pick(one)
    return charts.filled(starts, found)


def _table(tx: Tx, found: Sequence[Sums], since: int) -> list[dict[str, Any]]:
    busiest = logsearch.busiest(tx, since)
    rows = []
    for key in FIVE:
        own = [one for one in found if one.dialect == key]
        calls, durations = sum(one.calls for one in own), _merged(own)
        row: dict[str, Any] = {
            "system": SYSTEMS[key],
            "calls": calls,
            "rate": sum(map(_failed, own)) / calls * 100 if calls else None,
            "p50": logsearch.percentile(durations, 0.5),
            "p95": logsearch.percentile(durations, 0.95),
            "busiest": busiest.get(key, ("", 0))[0],
        }
        rows.append(row)
    return rows
