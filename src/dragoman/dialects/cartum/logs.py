"""The request log page. Source: spec/cartum 4."""

from typing import Annotated, Any

import msgspec

from dragoman.core.clock import iso_z
from dragoman.core.faults import Denied
from dragoman.core.sql import Row, encode_json
from dragoman.core.tx import Tx
from dragoman.dialects.cartum import pages, reading
from dragoman.wire import logpages
from dragoman.wire.binding import Header, Read

PAGE = 50
_NOTED = ("content-type", "accept-charset")
_SHORT = 400
_Text = Annotated[str, Read(reading.lenient_text)]


class ShowLog(msgspec.Struct, frozen=True):
    """GET /api/logs/"""

    accept: Annotated[str, Header("accept")] = ""
    function: _Text = ""
    status: _Text = ""
    date_from: _Text = ""
    date_to: _Text = ""
    page: _Text = ""
    id: _Text = ""


def show(tx: Tx, ask: ShowLog) -> pages.Shown:
    """Newest first, 50 a page; `id` shows one entry; `Accept: application/json` gives rows."""
    if tx.actor.account_id is None or not pages.may_see_log(tx, tx.actor.account_id):
        raise Denied("log")
    if ask.id:
        return _one(tx, ask)
    number = max(1, min(reading.page_number(ask.page) or 1, 10**9))
    wanted = logpages.Calls(
        dialect="cartum",
        function=ask.function.strip(" /") or None,
        code=ask.status.strip() or None,
        since_ms=_bound(reading.since, ask.date_from),
        until_ms=_bound(reading.until, ask.date_to),
    )
    rows, more = logpages.page(tx, wanted, size=PAGE, offset=(number - 1) * PAGE)
    if _wants_json(ask):
        total = logpages.count(tx, wanted)
        return pages.Rows(encode_json({"logs": [_entry(row) for row in rows], "total": total}))
    values = {
        "rows": [_entry(row, _SHORT) for row in rows],
        "page": number,
        "more": more,
        "function": ask.function,
        "status": ask.status,
        "date_from": ask.date_from,
        "date_to": ask.date_to,
    }
    return pages.Page("logs.html", values)


def _one(tx: Tx, ask: ShowLog) -> pages.Shown:
    number = reading.page_number(ask.id)
    row = logpages.one(tx, number, dialect="cartum") if number is not None else None
    if row is None:
        return pages.Page("plain.html", {"text": "There is no such entry."}, 404)
    if _wants_json(ask):
        return pages.Rows(encode_json({"logs": [_entry(row)], "total": 1}))
    return pages.Page("entry.html", {"row": _entry(row)})


def _wants_json(ask: ShowLog) -> bool:
    return "application/json" in ask.accept and "text/html" not in ask.accept


def _bound(read: Any, text: str) -> int | None:
    try:
        return int(read(text))
    except ValueError:
        return None  # a filter that cannot be read filters nothing


def _entry(row: Row, most: int | None = None) -> dict[str, Any]:
    headers = [
        line for line in row.request_headers.split("\n") if line.partition(":")[0].lower() in _NOTED
    ]
    parameters = "\n".join(filter(None, (row.query, row.request_body)))
    return {
        "id": row.id,
        "time": reading.stamp(row.at_ms),
        "time_utc": iso_z(row.at_ms),
        "ip": row.remote,
        "user": row.actor,
        "method": row.method,
        "function": row.function,
        "headers": headers,
        "parameters": _cut(parameters, most),
        "code": row.status,
        "status": row.code,
        "response": _cut(row.response_body, most),
        "duration_ms": row.duration_us / 1000,
    }


def _cut(text: str, most: int | None) -> str:
    return text if most is None or len(text) <= most else f"{text[:most]} …"
