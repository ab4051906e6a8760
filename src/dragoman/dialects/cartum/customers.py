"""users/export and users/import: the shop's customers. Source: spec/cartum 10."""

from typing import Any

import msgspec

from dragoman.core import batches
from dragoman.core.faults import Invalid, Missing
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.cartum import reading
from dragoman.dialects.cartum.catalog import Number
from dragoman.dialects.cartum.envelope import Batch, Listed
from dragoman.dialects.cartum.gateway import required_list
from dragoman.domains.shop import currencies, customers, settings, texts

IMPORTED, FIELD_MISSING, NOT_VALID = 0, 1, 2
_TEXTS = {
    "title": "name",
    "phone": "phone",
    "country": "country",
    "city": "city",
    "address": "address",
    "note": "note",
}
_CARD_STATUSES = dict(enumerate(customers.CARD_STATUSES, 1))
_MOST = 1000
_B2B_TEXTS = ("site_link", "company", "role")


class Export(msgspec.Struct, frozen=True):
    """users/export"""

    since: reading.Since | None = msgspec.field(name="from", default=None)
    until: reading.Until | None = msgspec.field(name="to", default=None)
    offset: Number = None
    limit: Number = None


def export(tx: Tx, ask: Export) -> Listed:
    """users/export"""
    rows = customers.find(
        tx, since_ms=ask.since, until_ms=ask.until, limit=ask.limit, offset=ask.offset or 0
    )
    b2b = settings.read(tx).b2b
    return Listed("users", [_user(row, b2b) for row in rows])


def brief(row: Row) -> dict[str, Any]:
    """The customer as webhooks tell of one."""
    return {
        "id": row.id,
        "title": row.name,
        "email": row.email,
        "phone": row.phone,
        "country": row.country,
        "city": row.city,
        "address": row.address,
        "registered": reading.stamp(row.registered_ms),
    }


def _user(row: Row, b2b: bool) -> dict[str, Any]:
    out = {**brief(row), "newsletter_subscription": int(row.newsletter), "note": row.note}
    if b2b:
        out["customer_group_id"] = row.details.get("customer_group_id", 1)
        out["balance"] = reading.number(row.details.get("balance", 0))
        out["manager"] = row.details.get("manager", [])
        out.update({name: row.details.get(name, "") for name in _B2B_TEXTS})
    return out


class Import(msgspec.Struct, frozen=True):
    """users/import"""

    users: Any = None


def import_users(tx: Tx, ask: Import) -> Batch:
    """users/import: the e-mail is the key; one log entry for each record."""
    shop = settings.read(tx)
    log: list[dict[str, Any]] = []
    for record in required_list(ask.users, "users"):
        email, code, message = _one(tx, record, shop)
        log.append({"code": code, "message": message, "email": email})
        tx.checkpoint()
    return Batch(log, any(entry["code"] != IMPORTED for entry in log))


def _one(tx: Tx, record: Any, shop: settings.Shop) -> tuple[str, int, str]:
    if not isinstance(record, dict):
        return "", NOT_VALID, "Record is not an object"
    email = reading.lenient_text(record.get("email")).strip()
    if not email:
        return "", FIELD_MISSING, "Field email is required"
    try:
        values = _values(tx, record, shop)
        there = batches.apart(tx, lambda: _put(tx, email, values))
    except ValueError as problem:
        return email, NOT_VALID, f"Field {problem} is not valid"
    except Missing as missing:
        return email, FIELD_MISSING, f"Field {missing.field} is required"
    except Invalid as bad:
        return email, NOT_VALID, f"Field {bad.field} is not valid"
    return email, IMPORTED, "Customer is updated" if there else "Customer is imported"


def _put(tx: Tx, email: str, values: dict[str, Any]) -> bool:
    """Whether the customer was there."""
    there = customers.by_email(tx, email) is not None
    customers.put(tx, email, values)
    return there


def _values(tx: Tx, record: dict[str, Any], shop: settings.Shop) -> dict[str, Any]:
    """Columns for what is given; null counts as not given. Raises ValueError(field)."""
    values: dict[str, Any] = {}
    for name, column in _TEXTS.items():
        if record.get(name) is not None:
            values[column] = _read(name, _text, record[name])
    if values.get("name") == "":
        raise ValueError("title")
    if record.get("newsletter_subscription") is not None:
        flag = record["newsletter_subscription"]
        values["newsletter"] = _read("newsletter_subscription", reading.boolean, flag)
    if record.get("discount_card") not in (None, []):
        values["discount_card"] = _read("discount_card", _card, record["discount_card"])
    if shop.b2b:
        values["details"] = _b2b(tx, record)
    return values


def _read(name: str, read: Any, value: Any) -> Any:
    try:
        return read(value)
    except (ValueError, TypeError, OverflowError):
        raise ValueError(name) from None


def _text(value: Any) -> str:
    text = reading.string(value)
    if len(text) > _MOST:
        raise ValueError
    return text


def _card(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError
    out: dict[str, Any] = {}
    if value.get("discount") is not None:
        out["percent"] = texts.percent_hundredths(value["discount"]) / 100
    if value.get("active") is not None:
        out["active"] = reading.boolean(value["active"])
    if value.get("date_limit") not in (None, ""):
        out["until_ms"] = customers.day_ms(reading.string(value["date_limit"]))
    if value.get("status") is not None:
        status = reading.integer(value["status"])
        if status not in _CARD_STATUSES:
            raise ValueError
        out["status"] = _CARD_STATUSES[status]
    return out


def _b2b(tx: Tx, record: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name in _B2B_TEXTS:
        if record.get(name) is not None:
            out[name] = _read(name, _text, record[name])
    for name in ("customer_group_id", "manager_id", "balance_currency"):
        if record.get(name) is not None:
            out[name] = _read(name, reading.integer, record[name])
    if out.get("customer_group_id", 1) not in (
        1,
        3,
    ):  # the groups that every shop has (spec/cartum 12)
        raise ValueError("customer_group_id")
    known = {row.number for row in currencies.listed(tx)}
    if "balance_currency" in out and out["balance_currency"] not in known:
        raise ValueError("balance_currency")
    if record.get("balance") is not None:
        text = str(record["balance"]).strip()
        sign = -1 if text.startswith("-") else 1
        out["balance"] = sign * _read("balance", texts.minor, text.lstrip("-"))
    return out
