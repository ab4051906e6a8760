"""orders/get, orders/update, orders/get_available_statuses. Source: spec/cartum 9."""

from typing import Any

import msgspec

from dragoman.core import batches
from dragoman.core.faults import BadValue, NotFound
from dragoman.core.tx import Tx
from dragoman.dialects.cartum import order, reading
from dragoman.dialects.cartum.catalog import Number
from dragoman.dialects.cartum.envelope import Batch, Listed
from dragoman.dialects.cartum.gateway import required_list
from dragoman.domains.shop import orders, settings, terms, texts
from dragoman.domains.shop.orders import OrderChanges, Wanted
from dragoman.wire.endpoint import NoAsk

_BAD_STATUS = "status is not defined or defined incorrectly"
_BAD_PAID = "paid is not defined or defined incorrectly"
_UNKNOWN = "order is not found"
_PAID = ("paid", "paided", "payed")
_MOST_TRACKING = 255


class Get(msgspec.Struct, frozen=True):
    """orders/get"""

    since: reading.Since | None = msgspec.field(name="from", default=None)
    until: reading.Until | None = msgspec.field(name="to", default=None)
    ids: list[int] | None = None
    status: list[int] | None = None
    additional: bool = msgspec.field(name="additionalData", default=False)
    offset: Number = None
    limit: Number = None


def get(tx: Tx, ask: Get) -> Listed:
    """orders/get"""
    wanted = Wanted(
        since_ms=ask.since,
        until_ms=ask.until,
        numbers=tuple(ask.ids) if ask.ids else None,
        statuses=tuple(ask.status) if ask.status else None,
        limit=ask.limit,
        offset=ask.offset or 0,
    )
    return Listed("orders", order.shown(tx, orders.find(tx, wanted), additional=ask.additional))


class Update(msgspec.Struct, frozen=True):
    """orders/update"""

    orders: Any = None


def update(tx: Tx, ask: Update) -> Batch:
    """orders/update: each record wholly or not at all, one log entry for each."""
    log: list[dict[str, Any]] = []
    for record in required_list(ask.orders, "orders"):
        number, problem = _update(tx, record)
        text = problem or "UPDATED"
        status = "ERROR" if problem else "OK"
        log.append({"order_id": number, "status": status, "messages": text, "message": text})
        tx.checkpoint()
    return Batch(log, any(entry["status"] == "ERROR" for entry in log))


def _update(tx: Tx, record: Any) -> tuple[Any, str]:
    if not isinstance(record, dict):
        return None, "Record is not an object"
    shown = record.get("order_id")
    try:
        number = reading.integer(shown)
    except ValueError:
        shown = shown if isinstance(shown, str) else None
        return shown, _UNKNOWN
    problem, changes = _changes(record)
    if orders.by_number(tx, number) is None:
        return number, _UNKNOWN
    if problem:
        return number, problem
    try:
        batches.apart(tx, lambda: orders.change(tx, number, changes))
    except NotFound:
        return number, _UNKNOWN
    except BadValue:
        return number, _BAD_STATUS
    return number, ""


def _changes(record: dict[str, Any]) -> tuple[str, OrderChanges]:
    """What a record asks for, or the problem with it."""
    found: dict[str, Any] = {}
    if record.get("status") is not None:
        try:
            found["status"] = reading.integer(record["status"])
        except ValueError:
            return _BAD_STATUS, OrderChanges()
    paid = next((record[name] for name in _PAID if record.get(name) is not None), None)
    if paid is not None:
        try:
            found["paid"] = _flag(paid)
        except ValueError:
            return _BAD_PAID, OrderChanges()
    if record.get("tracking_code") is not None:
        code = reading.lenient_text(record["tracking_code"])
        if len(code) > _MOST_TRACKING or isinstance(record["tracking_code"], (dict, list, bool)):
            return "tracking_code is not defined or defined incorrectly", OrderChanges()
        found["tracking_code"] = code
    if record.get("own_tracking_code") is not None:
        try:
            found["own_tracking"] = reading.boolean(record["own_tracking_code"])
        except ValueError:
            return "own_tracking_code is not defined or defined incorrectly", OrderChanges()
    return "", OrderChanges(**found)


def _flag(value: Any) -> bool:
    if value == "":
        raise ValueError
    return reading.boolean(value)


def statuses(tx: Tx, ask: NoAsk) -> dict[str, Any]:
    """orders/get_available_statuses: an object by id, never a list."""
    languages = settings.read(tx).languages
    return {
        "statuses": {
            str(row.number): {
                "id": row.number,
                "title": texts.in_all(row.title, languages),
                "is_successful": int(bool(row.facts.get("successful"))),
            }
            for row in terms.listed(tx, terms.STATUS)
        }
    }
