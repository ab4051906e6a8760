"""Request log and overview: filters in the address, drawer, tail, export, replay. Source:
CONSOLE.md 3.
"""

import csv
import io
from typing import Any

import pytest

from dragoman.dialects.console import curl
from dragoman.dialects.console.logs import harmless
from tests.documented.console.conftest import Browser
from tests.support.site import TestSite


@pytest.fixture
def calls(owner: Browser, site: TestSite) -> Browser:
    """Six calls of the content API: two fine, three refused, one with a dangerous name."""
    for path in ("/api/v1/component/1", "/api/v1/component/2", "/api/v1/user/all"):
        site.request("chautec", "GET", path)
    for _ in range(2):
        site.request("chautec", "POST", "/api/v1/component/search", json={"terms": "lamp"})
    site.request("chautec", "GET", "/=cmd()")
    site.flush_log()
    return owner


def _rows(text: str) -> int:
    return text.count("data-row=")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 6),
        ("dialect=chautec", 6),
        ("dialect=cartum", 0),
        ("dialect=nothing", 6),
        ("outcome=success", 2),
        ("outcome=error", 4),
        ("outcome=server_error", 0),
        ("q=component", 4),
        ("q=LAMP", 2),
        ("q=not.logged.in", 1),
        ("q=lamp&outcome=error", 0),
        ("slow=1000", 0),
        ("range=1h", 6),
        ("until=1000", 0),
        ("before=4", 2),
        ("q=%00", 0),
        ("since=99999999999999", 0),
    ],
)
def test_filters(calls: Browser, query: str, count: int) -> None:
    answer = calls.get(f"/edit/logs?{query}")
    assert answer.status == 200
    assert _rows(answer.text) == count


def test_bad_numbers_are_refused_in_words(calls: Browser) -> None:
    assert calls.get("/edit/logs?id=x").status == 400
    assert calls.get("/edit/logs?before=" + "9" * 40).status == 400
    assert "Not in the log any more" in calls.get("/edit/logs?id=999").text


def test_the_drawer_shows_a_call(calls: Browser) -> None:
    text = calls.get("/edit/logs?id=5").text
    assert 'aria-selected="true"' in text
    assert "/api/v1/component/search" in text
    assert "lamp" in text
    assert "curl -X POST" in text


def test_the_tail_answers_rows_or_nothing(calls: Browser, site: TestSite) -> None:
    quiet = calls.get("/edit/logs/tail?after=7")
    assert (quiet.status, quiet.body) == (204, b"")
    site.request("chautec", "GET", "/api/v1/component/7")
    more = calls.get("/edit/logs/tail?after=7")  # not flushed yet: the page does that
    assert (more.status, more.headers["x-top"]) == (200, "8")
    assert _rows(more.text) == 1
    assert calls.get("/edit/logs/tail?after=7&dialect=cartum").status == 204


def test_looking_at_the_log_does_not_fill_it(calls: Browser) -> None:
    for _ in range(3):
        calls.get("/edit/logs?dialect=console")
    assert "/edit/logs" not in calls.get("/edit/logs/export?dialect=console&format=csv").text


def test_exports_are_safe_for_spreadsheets(calls: Browser) -> None:
    answer = calls.get("/edit/logs/export?format=csv")
    assert answer.headers["content-disposition"].startswith("attachment;")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 6
    assert rows[0]["path"] == "/=cmd()"
    for value in ("=1+1", "+1", "-1", "@x", "\tx"):
        assert harmless(value) == f"'{value}"
    exported: Any = calls.get("/edit/logs/export?format=json&outcome=success").json
    assert [one["path"] for one in exported] == ["/api/v1/component/search"] * 2
    assert calls.get("/edit/logs/export?format=xml").status == 400


def test_masked_calls_cannot_be_replayed(owner: Browser, site: TestSite) -> None:
    form = {"email": "x@y.example", "password": "secret-99"}
    site.request("chautec", "POST", "/auth/login", json=form)
    site.request("chautec", "GET", "/api/v1/space/all?token=0123456789abcdef0123456789")
    site.flush_log()
    for id in (2, 3):
        assert "It cannot be replayed" in owner.get(f"/edit/logs?dialect=chautec&id={id}").text
        assert owner.post(f"/edit/logs/replay/{id}").status == 400
    assert owner.post("/edit/logs/replay/99").status == 404


def test_curl_lines_are_quoted_for_the_shell() -> None:
    class Row:
        method, path, query, dialect = "POST", "/a", "x=1", "chautec"
        request_headers, request_body = "content-type: text/plain\ncookie: ***", "it's; rm -rf /"

    class Place:
        public_url = "https://shop.example/"

    line = curl.line(Row(), Place())  # type: ignore[arg-type] # all that it reads
    assert line == (
        "curl -X POST 'https://shop.example/chautec/a?x=1' \\\n  -H 'content-type: text/plain' \\\n"
        "  -d 'it'\"'\"'s; rm -rf /'"
    )


def test_the_overview_begins_with_first_steps_then_shows_figures(
    owner: Browser, site: TestSite
) -> None:
    assert "Getting started" in owner.get("/edit/").text
    site.request("chautec", "GET", "/api/v1/component/1")
    site.flush_log()
    text = owner.get("/edit/").text
    assert "Getting started" not in text
    assert "Calls per system" in text
    for key in ("1h", "24h", "7d", "30d", "nonsense"):
        assert owner.get(f"/edit/?range={key}").status == 200
