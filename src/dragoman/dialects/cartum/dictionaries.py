"""currency/export, delivery/export, delivery/exportTypes, payment/export, payment/exportMethods.
Source: spec/cartum 10.
"""

from decimal import Decimal
from typing import Annotated, Any

import msgspec

from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.cartum import reading
from dragoman.dialects.cartum.envelope import Listed
from dragoman.dialects.cartum.reading import number
from dragoman.domains.shop import currencies, delivery, settings, terms, texts
from dragoman.wire.binding import Read
from dragoman.wire.endpoint import NoAsk


class ExportCurrencies(msgspec.Struct, frozen=True):
    """currency/export; `enabledOnly` given as true outranks `iso`."""

    iso: list[str] | None = None
    id: list[int] | None = None
    enabled_only: Annotated[bool | None, Read(reading.boolean, "boolean")] = msgspec.field(
        name="enabledOnly", default=None
    )


def export_currencies(tx: Tx, ask: ExportCurrencies) -> Listed:
    """currency/export"""
    rows = currencies.listed(tx)
    wanted = [row for row in rows if row.enabled or ask.enabled_only is False]
    if ask.iso and not ask.enabled_only:
        codes = {code.upper() for code in ask.iso}
        wanted = [row for row in wanted if row.iso in codes]
    if ask.id:
        wanted = [row for row in wanted if row.number in ask.id]
    return Listed("currency", [_currency(row, rows) for row in wanted])


def _currency(row: Row, rows: list[Row]) -> dict[str, Any]:
    return {
        "id": row.number,
        "iso": row.iso,
        "title": row.title,
        "exchangeRates": [_rate(row, other) for other in rows if other.number != row.number],
    }


def _rate(row: Row, other: Row) -> dict[str, Any]:
    """Amounts of the two that are worth the same; the course is the one divided by the other."""
    here, there = Decimal(row.per_default), Decimal(other.per_default)
    course = float(round(here / there, 6)) if there else 0.0
    return {
        "relatedId": other.number,
        "relatedIso": other.iso,
        "currentExchangeAmount": plain(float(here)),
        "relatedExchangeAmount": plain(float(there)),
        "exchangeCourse": plain(course),
    }


def plain(value: float) -> int | float:
    """A whole number without fraction."""
    return int(value) if value.is_integer() else value


def export_deliveries(tx: Tx, ask: NoAsk) -> Listed:
    """delivery/export; disabled ones too."""
    languages = settings.read(tx).languages
    kinds = {row.id: row.number for row in terms.listed(tx, terms.DELIVERY_KIND)}
    payments = {row.id: row.number for row in delivery.payments(tx)}
    entries = [
        {
            "id": row.number,
            "title": texts.in_all(row.title, languages),
            "type": kinds.get(row.kind_id, 0),
            "by_carrier": row.by_carrier,
            "enabled": int(row.enabled),
            "payment": [payments[id] for id in row.payment_ids if id in payments],
            "price_options": [
                {
                    "min": number(option["from"]),
                    "price": number(option["price"]),
                    "by_carrier": bool(option.get("by_carrier", False)),
                }
                for option in row.prices
            ],
        }
        for row in delivery.deliveries(tx)
    ]
    return Listed("delivery", entries)


def export_delivery_types(tx: Tx, ask: NoAsk) -> Listed:
    """delivery/exportTypes"""
    languages = settings.read(tx).languages
    entries = [
        {"id": row.number, "title": texts.in_all(row.title, languages)}
        for row in terms.listed(tx, terms.DELIVERY_KIND)
    ]
    return Listed("deliveryTypes", entries)


def export_payments(tx: Tx, ask: NoAsk) -> Listed:
    """payment/export; disabled ones too."""
    languages = settings.read(tx).languages
    methods = {row.id: row.number for row in terms.listed(tx, terms.PAYMENT_KIND)}
    entries = [
        {
            "id": row.number,
            "title": texts.in_all(row.title, languages),
            "desc": texts.in_all(row.description, languages),
            "payment_method": methods.get(row.method_id, 0),
            "enabled": int(row.enabled),
            "icon": row.icon,
            "link": row.link,
            "icon_title": texts.in_all(row.icon_title, languages),
            "payment_instruction": texts.in_all(row.instruction, languages),
        }
        for row in delivery.payments(tx)
    ]
    return Listed("payment", entries)


def export_payment_methods(tx: Tx, ask: NoAsk) -> Listed:
    """payment/exportMethods"""
    languages = settings.read(tx).languages
    entries = [
        {
            "id": row.number,
            "title": texts.in_all(row.title, languages),
            "is_simple": bool(row.facts.get("simple")),
        }
        for row in terms.listed(tx, terms.PAYMENT_KIND)
    ]
    return Listed("paymentMethods", entries)


def export_icons(tx: Tx, ask: NoAsk) -> Listed:
    """icons/export; titles are plain text."""
    language = settings.read(tx).default_language
    entries = [
        {"id": row.number, "title": texts.shown(row.title, language), "enabled": int(row.enabled)}
        for row in terms.listed(tx, terms.ICON)
    ]
    return Listed("icons", entries)
