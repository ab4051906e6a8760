"""A day of calls for the demo's log and charts.

The demo's own dialects are asked a few dozen questions, in process; the rows that this leaves for
the request log are then spread over the day before, more by day than by night. So every logged
call of the demo is one that its API answers like that, errors too; its user agent says where it
comes from.
"""

import asyncio
import json
import random
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dragoman import demo
from dragoman.app import Application
from dragoman.config import Settings
from dragoman.core.ids import RequestIds
from dragoman.core.tx import Origin
from dragoman.wire import requestlog
from dragoman.wire.requestlog import LogRow

AGENT = "dragoman-demo/1 (made-up traffic)"
CALLS = 2_400
_ORIGIN = Origin("demo")
_HOUR_MS = 3_600_000
_BY_HOUR = (2, 1, 1, 1, 2, 3, 6, 12, 20, 26, 28, 27, 22, 24, 27, 26, 22, 18, 15, 12, 10, 8, 5, 3)
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
Question = tuple[int, str, str, str, Any, dict[str, str]]  # weight, dialect, method, path, body


def load(settings: Settings) -> None:
    """Ask, spread and write."""

    async def work() -> None:
        application = Application(settings)
        await application.start()
        try:
            asked = await _ask_all(application)
            rows = _spread(asked, random.Random(7))  # noqa: S311 # no secret
            await application.database.write(_ORIGIN, lambda tx: requestlog.store(tx, rows))
        finally:
            await application.stop()

    asyncio.run(work())


async def _ask_all(application: Application) -> list[tuple[int, LogRow]]:
    signed = await _ask(
        application,
        (0, "cartum", "POST", "/api/auth/", _shop_login(), {}),
    )
    token = json.loads(signed)["response"]["token"]
    bearer = json.loads(
        await _ask(application, (0, "rightech", "POST", "/api/v1/auth/token", _operator(), {}))
    )["token"]
    out = []
    for question in _questions(token, bearer):
        await _ask(application, question)  # so that the second one is as quick as they are later
        application.log.take()
        await _ask(application, question)
        out.append((question[0], application.log.take()[-1]))
    leaving = {"authorization": f"Bearer {bearer}"}
    await _ask(application, (0, "rightech", "POST", "/api/v1/auth/logout", {}, leaving))
    application.log.take()
    return out


def _shop_login() -> dict[str, str]:
    return {"login": demo.SHOP, "password": demo.SHOP_PASSWORD}


def _operator() -> dict[str, str]:
    return {"login": demo.OPERATOR, "password": demo.OPERATOR_PASSWORD}


def _questions(token: str, bearer: str) -> list[Question]:
    key = {"x-chautec-api-key": demo.API_KEY}
    things = {"authorization": f"Bearer {bearer}"}

    def shop(weight: int, path: str, **body: Any) -> Question:
        return weight, "cartum", "POST", f"/api/{path}/", {"token": token, **body}, {}

    def profile(weight: int, path: str, **body: Any) -> Question:
        sent = {"token": demo.TOKEN, **body}
        return weight, "altcraft", "POST", f"/api/v1.1/{path}", sent, {}

    def thing(weight: int, path: str, headers: dict[str, str]) -> Question:
        return weight, "rightech", "GET", f"/api/v1/{path}", None, headers

    def page(weight: int, path: str, headers: dict[str, str]) -> Question:
        return weight, "chautec", "GET", f"/api/v1/{path}", None, headers

    def desk(weight: int, path: str, **form: Any) -> Question:
        return weight, "opensupports", "POST", f"/api/{path}", urlencode(form), {}

    by_email = {"db_id": 1, "matching": "email"}
    return [
        (3, "cartum", "POST", "/api/auth/", _shop_login(), {}),
        (1, "cartum", "POST", "/api/auth/", {**_shop_login(), "password": "wrong"}, {}),
        shop(9, "catalog/export", limit=20),
        shop(8, "orders/get", limit=10),
        shop(3, "orders/get_available_statuses"),
        shop(1, "catalog/nothing"),
        profile(12, "profiles/get", **by_email, email=demo.USER),
        profile(2, "profiles/get", **by_email, email="nobody@mail.example"),
        profile(4, "profiles/list", db_id=1, limit=10),
        profile(3, "databases/list"),
        profile(1, "databases/get", id=2, token=demo.TOKEN_LIMITED),
        profile(1, "profiles/imprt"),
        thing(14, "objects?limit=10", things),
        thing(6, "objects?only=name,state.temperature", things),
        thing(2, "geofences", things),
        thing(1, "objects/ffffffffffffffffffffffff", things),
        thing(1, "objects", {}),
        page(22, "component/1/root?children=summary&levels=1", {}),
        page(12, "component/1/root?children=content&levels=2", key),
        page(3, "component/99999", {}),
        (5, "chautec", "POST", "/api/v1/component/search", {"terms": "garden", "limit": 10}, {}),
        (1, "chautec", "POST", "/api/v1/component", {"key": "new"}, {}),
        desk(6, "user/login", email=demo.USER, password=demo.USER_PASSWORD),
        desk(2, "user/login", email=demo.USER, password="forgotten"),  # noqa: S106 # a wrong one
        desk(5, "article/get-all"),
        desk(3, "system/get-settings"),
        desk(1, "ticket/get", ticketNumber="1"),
    ]


async def _ask(application: Application, question: Question) -> bytes:
    """One request through the front. Returns the answer's body."""
    _, dialect, method, target, sent, more = question
    body = b"" if sent is None else (sent if isinstance(sent, str) else json.dumps(sent)).encode()
    path, _, query = target.partition("?")
    headers = {"host": "demo.example", "user-agent": AGENT, "accept": "*/*", **more}
    if sent is not None:
        headers["content-type"] = _FORM if isinstance(sent, str) else _JSON
        headers["content-length"] = str(len(body))
    scope = {
        "type": "http", "method": method, "scheme": "http", "path": path, "http_version": "1.1",
        "raw_path": path.encode(), "query_string": query.encode(), "client": ("127.0.0.1", 40000),
        "server": ("127.0.0.1", application.settings.ports()[dialect]),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    parts = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        parts.append(message.get("body", b""))

    await application.front(scope, receive, send)
    return b"".join(parts)


def _spread(asked: Sequence[tuple[int, LogRow]], dice: random.Random) -> list[LogRow]:
    """Rows over the day before, in the order of their times; a few calls are slow."""
    ids = RequestIds()
    weights = [weight for weight, _ in asked]
    end = max(row.at_ms for _, row in asked)
    hours = dice.choices(range(24), [_BY_HOUR[_hour(end, back)] for back in range(24)], k=CALLS)
    times = sorted(end - back * _HOUR_MS - dice.randrange(_HOUR_MS) for back in hours)
    chosen = dice.choices([row for _, row in asked], weights, k=CALLS)
    return [
        row._replace(
            at_ms=at_ms,
            request_id=ids(),
            duration_us=int((500 + row.duration_us) * dice.lognormvariate(0.4, 0.9)),
        )
        for at_ms, row in zip(times, chosen, strict=True)
    ]


def _hour(end_ms: int, back: int) -> int:
    """The hour of day, so many hours before an instant."""
    return (end_ms // _HOUR_MS - back) % 24
