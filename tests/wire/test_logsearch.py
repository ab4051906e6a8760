"""Searching the log, and sums from the roll-ups by minute and hour."""

import random

import pytest

from dragoman.core import tables
from dragoman.core.tx import Tx
from dragoman.wire import logsearch
from dragoman.wire.logsearch import Wanted
from dragoman.wire.requestlog import EDGES_MS
from tests.support.site import TestSite


def test_sums_agree_with_the_rows(site: TestSite) -> None:
    for n in range(20):
        site.request("chautec", "GET", f"/api/v1/component/{n}")
        site.request("chautec", "POST", "/api/v1/component/search", json={})
    site.flush_log()

    def look(tx: Tx) -> None:
        now = tx.now_ms
        for bucket in (60_000, 3_600_000):
            since = now // bucket * bucket - bucket
            found = [
                one
                for one in logsearch.sums(tx, since, now + 1, bucket)
                if one.dialect == "chautec"
            ]
            assert sum(one.calls for one in found) == 40
            assert sum(one.client_errors for one in found) == 20
            assert sum(sum(one.durations) for one in found) == 40
        assert logsearch.top(tx) == 40
        assert len(logsearch.page(tx, Wanted(), limit=100)) == 40
        assert [row.id for row in logsearch.page(tx, Wanted(), before=3)] == [2, 1]
        assert [row.id for row in logsearch.after(tx, Wanted(), 38)] == [40, 39]
        assert logsearch.page(tx, Wanted(), before=1 << 70, limit=1)[0].id == 40
        assert logsearch.fetch(tx, 1 << 70) is None
        busiest = logsearch.busiest(tx, 0)["chautec"]
        assert busiest[1] == 20

    site.look(look)


def test_old_sums_go_with_old_rows(site: TestSite) -> None:
    from dragoman.wire import requestlog

    site.request("chautec", "GET", "/api/v1/component/1")
    site.flush_log()

    def age(tx: Tx) -> None:
        for table, column in (
            (tables.request_minutes, "minute_ms"),
            (tables.request_hours, "hour_ms"),
            (tables.request_log, "at_ms"),
        ):
            for row in tx.all(table.select()):
                tx.update(table, row.id, {column: 0})
        requestlog.trim(tx, days=30, rows=None)
        assert tx.all(tables.request_hours.select()) == []
        assert tx.all(tables.request_minutes.select()) == []

    site.tx(age)


def test_percentiles_lie_inside_the_bucket_of_the_value() -> None:
    maker = random.Random(7)
    assert logsearch.percentile([0] * (len(EDGES_MS) + 1), 0.5) is None
    for _ in range(200):
        values = sorted(maker.lognormvariate(2, 1.5) for _ in range(maker.randrange(1, 60)))
        counts = [0] * (len(EDGES_MS) + 1)
        for value in values:
            counts[sum(value > edge for edge in EDGES_MS)] += 1
        for share in (0.5, 0.95):
            exact = values[max(0, -(-int(len(values) * share * 100) // 100) - 1)]
            found = logsearch.percentile(counts, share)
            assert found is not None
            assert 0 <= found <= EDGES_MS[-1] * 2
            near = [0, *EDGES_MS, EDGES_MS[-1] * 2]
            at, there = (sum(value > edge for edge in near) for value in (exact, found))
            assert abs(at - there) <= 1


def test_a_search_goes_on_where_it_stopped(site: TestSite, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(12):
        site.request("chautec", "GET", f"/api/v1/component/{n}")
    site.flush_log()
    monkeypatch.setattr(logsearch, "SPAN", 5)
    monkeypatch.setattr(logsearch, "_LATE", 0)

    def look(tx: Tx) -> None:
        wanted = Wanted(text="component/1", since_ms=0)
        found, on, pages = [], None, 0
        while pages == 0 or on is not None:
            rows, on = logsearch.search(tx, wanted, before=on)
            found += [row.path.rsplit("/", 1)[1] for row in rows]
            pages += 1
        assert (found, pages) == (["11", "10", "1"], 3)
        rows, on = logsearch.search(tx, wanted, limit=1)
        assert [row.path for row in rows] == ["/api/v1/component/11"]
        assert on == rows[0].id
        assert logsearch.search(tx, Wanted(text="x", until_ms=1), before=None) == ([], None)
        rows, on = logsearch.search(tx, Wanted(outcome="error"), limit=11)
        assert (len(rows), on) == (11, 2)
        one = Wanted(dialects=("chautec",), outcome="client_error")
        assert len(logsearch.page(tx, one)) == 12
        assert logsearch.page(tx, Wanted(dialects=("cartum",), outcome="error")) == []

    site.look(look)
