"""Dialects are switched off and on while the server runs. Source: CONSOLE.md 3 Settings."""

import asyncio
from typing import Any

import sqlalchemy as sa

from dragoman.core import tables
from dragoman.wire import switches
from dragoman.wire.switches import Kept
from tests.support.site import TestSite

MISSING = "/api/v1/component/99999"


def switch_off(site: TestSite, *names: str) -> None:
    """And let the worker look."""
    site.tx(lambda tx: switches.switch_off(tx, names))
    site.run(asyncio.sleep(1.3))


def test_what_is_off_answers_503_everywhere(site: TestSite) -> None:
    switch_off(site, "chautec", "rightech")
    calls = [
        ("chautec", MISSING),
        ("chautec", "/nothing"),
        ("console", f"/chautec{MISSING}"),
        ("rightech", "/socket.io/?EIO=3&transport=polling"),
    ]
    for port, path in calls:
        answer = site.request(port, "GET", path)
        assert (answer.status, answer.text) == (503, "This API is switched off here.\n")
        assert answer.headers["connection"] == "close"
    assert site.request("cartum", "POST", "/api/auth/", json={}).json["status"] == "ERROR"
    assert site.request("console", "GET", "/edit/login.php").status == 200
    switch_off(site)
    assert site.request("chautec", "GET", MISSING).status == 404


def test_a_socket_is_not_opened_and_a_call_is_logged(site: TestSite) -> None:
    switch_off(site, "rightech")
    sent: list[Any] = []

    async def work() -> None:
        scope = {
            "type": "websocket", "path": "/socket.io/", "raw_path": b"/socket.io/", "headers": [],
            "query_string": b"EIO=3&transport=websocket", "client": ("192.0.2.1", 1),
            "server": ("127.0.0.1", site.ports["rightech"]), "scheme": "ws", "subprotocols": [],
        }  # fmt: skip

        async def receive() -> Any:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await site.app.front(scope, receive, send)

    site.run(work())
    assert sent == [{"type": "websocket.close", "code": 1013}]
    site.request("rightech", "GET", "/api/v1/objects")
    site.flush_log()
    (row,) = site.look(lambda tx: tx.all(sa.select(tables.request_log)))
    assert (row.dialect, row.status, row.outcome, row.code) == (
        "rightech", 503, "client_error", "switched off"
    )  # fmt: skip


def test_how_long_calls_are_kept(site: TestSite) -> None:
    configured = Kept(30, 0)
    assert site.look(lambda tx: switches.kept(tx, configured)) == configured
    site.tx(lambda tx: switches.keep(tx, Kept(7, 500)))
    assert site.look(lambda tx: switches.kept(tx, configured)) == Kept(7, 500)
