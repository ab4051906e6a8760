"""The order object. Source: spec/cartum 9.1."""

from typing import Any

from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.cartum.reading import number, stamp
from dragoman.domains.shop import delivery, orders, products, settings, texts

_ANALYTICS = (
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "google_client_id",
)
_CARRIAGE = (
    "deliveryOperatorType",
    "tnNumber",
    "tnId",
    "tnStatusName",
    "tnTrackingUpdateDate",
    "estimatedDeliveryDate",
    "departure",
    "destination",
)
_MARKERS = {
    "none": "NONE",
    "price-old": "PRICE_OLD",
    "page-discount": "PAGE_DISCOUNT",
    "discount-card": "DISCOUNT_CARD",
    "discount-none": "DISCOUNT_NONE",
}


class Desk:
    """What the objects of some orders refer to, read once. links: products carry address and
    picture (hooks).
    """

    def __init__(self, tx: Tx, rows: list[Row], *, additional: bool, links: bool = False) -> None:
        self.shop = settings.read(tx)
        self.additional = additional
        self.deliveries = {row.id: row for row in delivery.deliveries(tx)}
        self.payments = {row.id: row for row in delivery.payments(tx)}
        self.lines = orders.lines(tx, [row.id for row in rows])
        self.products: dict[int, Row] | None = None
        if links:
            articles = [line.article for found in self.lines.values() for line in found]
            wanted = products.Selection(articles=tuple(articles), limit=len(articles))
            self.products = {row.article: row for row in products.find(tx, wanted)}

    def order(self, row: Row) -> dict[str, Any]:
        """One order."""
        recipient, coupon = row.recipient, row.coupon or {}
        lines = self.lines[row.id]
        out = {
            "order_id": row.number,
            "user": row.customer_id or 0,
            "delivery_name": recipient.get("name", ""),
            "delivery_email": recipient.get("email", ""),
            "delivery_phone": recipient.get("phone", ""),
            "delivery_city": recipient.get("city", ""),
            "delivery_city_stable": recipient.get("city", ""),
            "delivery_country": recipient.get("country", ""),
            "delivery_address": recipient.get("address", ""),
            "delivery_type": self._option(self.deliveries, row.delivery_id, row.language),
            "delivery_price": -1 if row.delivery_price is None else _whole(row.delivery_price),
            "comment": row.comment,
            "payment_type": self._option(self.payments, row.payment_id, row.language),
            "payment_price": number(row.details.get("payment_price", 0)),
            "payed": int(row.paid),
            "total_default": number(row.total_default),
            "total_sum": number(row.total_sum),
            "total_quantity": row.total_quantity,
            "discount_percent": number(row.details.get("discount_hundredths", 0)),
            "discount_value": number(row.details.get("discount_value", 0)),
            "coupon_code": coupon.get("code", ""),
            "coupon_percent": coupon.get("percent") or 0,
            "coupon_discount_value": number(self._coupon_value(row)),
            "coupon_type": coupon.get(
                "type", "percent" if coupon.get("percent") else "value" if coupon else ""
            ),
            "stat_status": row.status,
            "stat_created": stamp(row.created_ms),
            "currency": row.currency,
            "order_without_callback": bool(row.details.get("without_callback", False)),
            "manager_id": row.manager_number,
            "manager_comment": row.manager_comment,
            "manager_discount": row.details.get("manager_discount"),
            "manager_discount_title": row.details.get("manager_discount_title"),
            "products": [self._line(line) for line in lines],
            "additional_data": self._additional(row),
            "analytics": {name: row.analytics.get(name, "") for name in _ANALYTICS},
            "delivery_data": self._carriage(row),
            "np_number": row.tracking_code,
        }
        if self.shop.b2b:
            out["customer_details"] = row.details.get(
                "customer", {"group": None, "price_level": None}
            )
            out["dropshipping_details"] = row.details.get("dropshipping", [])
        return out

    def _option(self, held: dict[int, Row], id: int | None, language: str) -> dict[str, Any]:
        row = held.get(id) if id is not None else None
        if row is None:
            return {"id": 0, "title": ""}
        title = texts.shown(row.title, language, self.shop.default_language)
        return {"id": row.number, "title": title}

    def _coupon_value(self, row: Row) -> int:
        coupon = row.coupon or {}
        if coupon.get("value") is not None:
            return int(coupon["value"])
        return orders.coupon_value(row.total_default, coupon)

    def _additional(self, row: Row) -> Any:
        reference = row.details.get("recipient_warehouse_ref")
        if not self.additional or not reference:
            return []
        return {"recipient_warehouse_ref": reference}

    def _carriage(self, row: Row) -> dict[str, Any]:
        out = {name: row.carriage.get(name) for name in _CARRIAGE}
        out["tnNumber"] = row.tracking_code or None
        if self.shop.b2b:
            out["ownTTNPicked"] = row.own_tracking
        return out

    def _line(self, line: Row) -> dict[str, Any]:
        out = {
            "title": line.title,
            "article": line.article,
            "price": number(line.price),
            "quantity": line.quantity,
            "total_price": number(line.price * line.quantity),
            "discount_marker": _MARKERS.get(line.discount_marker, "NONE"),
            "type": line.kind,
            "storage_id": line.id,
            "parent_storage_id": None,
        }
        if self.products is not None:
            held = self.products.get(line.article)
            out["url"] = f"{self.shop.url.rstrip('/')}/{held.slug}/" if held is not None else ""
            out["photo_url"] = held.images[0] if held is not None and held.images else ""
        return out


def _whole(minor: int) -> int:
    """delivery_price is an integer for programs; half a unit rounds up."""
    return (minor + 50) // 100


def shown(
    tx: Tx, rows: list[Row], *, additional: bool, links: bool = False
) -> list[dict[str, Any]]:
    """Orders as objects."""
    desk = Desk(tx, rows, additional=additional, links=links)
    return [desk.order(row) for row in rows]
