"""The request log is written in batches, counted, and kept within its days and rows."""

from typing import Any

import pytest
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.tx import Tx
from dragoman.wire import requestlog
from dragoman.wire.masks import Masks
from dragoman.wire.requestlog import LogRow
from tests.support.site import TestSite

DAY = 86_400_000
MISSING = "/api/v1/component/99999"


def rows(site: TestSite, table: sa.Table = tables.request_log) -> list[Any]:
    """Every row of a table by id."""
    return site.look(lambda tx: tx.all(sa.select(table).order_by(table.c.id)))


def row(at_ms: int, number: int = 0) -> LogRow:
    """One logged call."""
    return LogRow(
        at_ms, "chautec", f"r{number}", "GET", "/x", "", 200, "success", "", "/x", 1500, None, "",
        "192.0.2.1", 0, 2, "", "", "", "{}",
    )  # fmt: skip


def store(site: TestSite, count: int, at_ms: int) -> None:
    """So many calls at one time."""
    made = [row(at_ms, number) for number in range(count)]
    site.tx(lambda tx: requestlog.store(tx, made))


def trimmed(site: TestSite, **limits: Any) -> list[int]:
    """How many went in each step, until none does."""
    out = []
    while gone := site.tx(lambda tx: requestlog.trim(tx, **limits)):
        out.append(gone)
    return out


def test_calls_older_than_the_days_go_and_their_minutes_too(site: TestSite) -> None:
    now = site.look(lambda tx: tx.now_ms)
    for age in (31, 29, 0):
        store(site, 2, now - age * DAY)
    assert trimmed(site, days=30, rows=None) == [2]
    assert len(rows(site)) == 4
    for table in (tables.request_minutes, tables.request_hours):
        assert sum(one.calls for one in rows(site, table)) == 4
    assert trimmed(site, days=30, rows=None) == []


def test_more_calls_than_the_rows_go_oldest_first(site: TestSite) -> None:
    now = site.look(lambda tx: tx.now_ms)
    store(site, 10, now)
    assert trimmed(site, days=30, rows=4) == [6]
    assert [one.request_id for one in rows(site)] == ["r6", "r7", "r8", "r9"]
    assert sum(one.calls for one in rows(site, tables.request_minutes)) == 10  # the counts stay


def test_a_long_log_goes_in_steps(site: TestSite) -> None:
    store(site, 12_000, 1_000)
    steps = trimmed(site, days=30, rows=None)
    assert sum(steps) == 12_000
    assert max(steps) <= 5_001
    assert rows(site) == []


def test_an_empty_log_is_trimmed(site: TestSite) -> None:
    assert trimmed(site, days=1, rows=1) == []


def test_what_cannot_be_written_is_kept_for_the_next_try(
    site: TestSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(tx: Tx, kept: Any) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(requestlog, "store", full)
        for _ in range(3):
            site.request("chautec", "GET", MISSING)
        site.flush_log()
        assert rows(site) == []
        patched.setattr(requestlog, "KEPT_ROWS", 2)
        site.flush_log()
    site.flush_log()
    assert len(rows(site)) == 2  # the newest; what is kept has a bound


def test_rows_that_are_taken_are_not_written(site: TestSite) -> None:
    site.request("chautec", "GET", MISSING)
    taken = site.app.log.take()
    assert [(one.path, one.status) for one in taken] == [(MISSING, 404)]
    site.flush_log()
    assert rows(site) == []


def test_a_call_whose_text_cannot_be_masked_is_logged_bare(
    site: TestSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> str:
        raise ValueError("a bug of ours")

    monkeypatch.setattr(Masks, "query", broken)
    assert site.request("chautec", "GET", f"{MISSING}?password=secret").status == 404
    site.flush_log()
    [logged] = rows(site)
    assert (logged.path, logged.query, logged.status) == (MISSING, "", 404)
    assert (logged.request_headers, logged.response_body) == ("", "")
