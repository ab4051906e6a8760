"""Console: overview and request log over 100,000 calls, in ms of server CPU."""

from typing import Any

from bench.case import Case, Part, Request
from dragoman.core.identity import sessions
from dragoman.domains.console import members
from dragoman.wire import requestlog
from dragoman.wire.requestlog import LogRow

_ROWS = 100_000
_BATCH = 5_000
_DAY_MS = 86_400_000
_SECRET = "c" * 43
_DIALECTS = ("cartum", "altcraft", "rightech", "chautec", "opensupports")
_BODY = '{"name":"An example of a body","list":[' + ",".join(["12345"] * 60) + "]}"
_HEADERS = "content-type: application/json\naccept: */*\nuser-agent: bench"


def prepare(tx: Any) -> dict[str, str]:
    """100,000 calls of two days, one in 200 failed, one in 1,000 with the text `needle`; a
    signed-in owner.
    """
    for first in range(0, _ROWS, _BATCH):
        requestlog.store(tx, [_call(tx.now_ms, n) for n in range(first, first + _BATCH)])
    owner = members.create(
        tx, email="bench-owner@example.com", name="Bench", role="owner", password_hash="none"
    )
    facts = {"csrf": "x", "confirmed_ms": tx.now_ms}
    sessions.open(
        tx,
        domain=members.DOMAIN,
        account_id=owner.account_id,
        membership_id=owner.id,
        ttl_ms=_DAY_MS,
        facts=facts,
        secret=_SECRET,
    )
    return {}


def _call(now_ms: int, n: int) -> LogRow:
    failed, dialect = n % 200 == 7, _DIALECTS[n % 5]
    return LogRow(
        at_ms=now_ms - 2 * _DAY_MS + n * (2 * _DAY_MS // _ROWS),
        dialect=dialect,
        request_id=f"r{n}",
        method="POST",
        path=f"/api/things/{n % 40}" + ("/needle" if n % 1000 == 3 else ""),
        query="",
        status=404 if failed else 200,
        outcome="client_error" if failed else "success",
        code="not_found" if failed else "",
        function=f"things/{n % 40}",
        duration_us=1000 + n * 7919 % 60_000,
        account_id=None,
        actor="bench",
        remote="192.0.2.1",
        request_bytes=len(_BODY),
        response_bytes=len(_BODY),
        request_headers=_HEADERS,
        request_body=_BODY,
        response_headers=_HEADERS,
        response_body=_BODY,
    )


def _case(name: str, path: str) -> Case:
    request = Request("GET", path, {"cookie": f"console={_SECRET}"})
    return Case(f"console {name}", "console", request, clients=2, budget_ms=40)


PART = Part(
    prepare,
    [
        _case("overview, 24 h", "/edit"),
        _case("overview, 30 d", "/edit?range=30d"),
        _case("log, 24 h", "/edit/logs"),
        _case("log, one dialect", "/edit/logs?dialect=cartum&range=30d"),
        _case("log, failed (1 in 200)", "/edit/logs?outcome=error&range=30d"),
        _case("log, server errors (none)", "/edit/logs?outcome=server_error&range=30d"),
        _case("log, slow (none)", "/edit/logs?slow=1000&range=30d"),
        _case("log, text (1 in 1,000)", "/edit/logs?q=needle&range=30d"),
        _case("log, text (none)", "/edit/logs?q=nowhere&range=30d"),
        _case("log, page far back", "/edit/logs?before=2000&range=30d"),
    ],
)
