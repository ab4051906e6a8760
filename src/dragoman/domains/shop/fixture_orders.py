"""Customers and orders of a fixture. Loading tells no subscriber."""

from collections.abc import Mapping
from typing import Any

from dragoman.core.identity import accounts, memberships
from dragoman.core.tx import Tx
from dragoman.domains.shop import customers, delivery, orders, products, terms, texts, users
from dragoman.domains.shop.fixture_values import Part
from dragoman.domains.shop.tables import shop_orders

_CUSTOMER = (
    "name",
    "phone",
    "country",
    "city",
    "address",
    "postal_code",
    "locale",
    "language",
    "registered",
    "newsletter",
    "note",
    "discount_card",
)
_ORDER = (
    "customer",
    "created",
    "status",
    "payment",
    "paid",
    "delivery",
    "delivery_price",
    "currency",
    "language",
    "recipient",
    "lines",
    "coupon",
    "comment",
    "manager",
    "manager_comment",
    "tracking_code",
    "analytics",
)


def customers_part(tx: Tx, entries: list[Any], part: Part) -> None:
    """Customers by e-mail."""
    plain = (
        "name",
        "phone",
        "country",
        "city",
        "address",
        "postal_code",
        "language",
        "newsletter",
        "note",
    )
    for entry in part.each(entries, "email", _CUSTOMER):
        values = {name: entry[name] for name in plain if name in entry}
        if "registered" in entry:
            values["registered_ms"] = part.at_ms(entry, "registered")
        if "locale" in entry:
            values["details"] = {"locale": entry["locale"]}
        if entry.get("discount_card") is not None:
            values["discount_card"] = _card(entry, part)
        if customers.by_email(tx, entry["email"]) is None and not values.get("name"):
            part.fail(entry, "a new customer needs a name")
        customers.put(tx, entry["email"], values, tell=False)


def _card(entry: Mapping[str, Any], part: Part) -> dict[str, Any]:
    card = dict(entry["discount_card"])
    unknown = sorted(set(card) - {"percent", "active", "until", "status"})
    if unknown:
        part.fail(entry, f"discount_card.{unknown[0]}: unknown member")
    if "until" in card:
        card["until_ms"] = part.at_ms(card, "until")
        del card["until"]
    if card.get("status", customers.CONFIRMED) not in customers.CARD_STATUSES:
        part.fail(entry, "discount_card.status: not a status")
    return card


def orders_part(tx: Tx, entries: list[Any], part: Part) -> None:
    """Orders by number."""
    payments = {row.key: row.id for row in delivery.payments(tx)}
    deliveries = {row.key: row.id for row in delivery.deliveries(tx)}
    for entry in part.each(entries, "number", _ORDER):
        held = orders.by_number(tx, entry["number"])
        language = entry.get(
            "language", held.language if held is not None else part.shop.default_language
        )
        values = _values(tx, entry, part)
        values["language"] = language
        for name, known in (("payment", payments), ("delivery", deliveries)):
            if entry.get(name) is not None:
                if entry[name] not in known:
                    part.fail(entry, f'no {name} "{entry[name]}"')
                values[f"{name}_id"] = known[entry[name]]
        if "lines" in entry:
            lines = [_line(tx, line, language, entry, part) for line in entry["lines"]]
            total, paid, pieces = orders.totals(lines, entry.get("coupon"))
            values.update(total_default=total, total_sum=paid, total_quantity=pieces)
            if held is not None:
                orders.replace_lines(tx, held.id, lines)
        if held is not None:
            tx.update(shop_orders, held.id, values)
            continue
        new = {
            "currency": part.shop.currency,
            "status": orders.NEW,
            "recipient": {},
            "created_ms": tx.now_ms,
        }
        empty = {"total_default": 0, "total_sum": 0, "total_quantity": 0}
        values = {**new, **empty, **values, "number": entry["number"]}
        orders.create(tx, values, lines if "lines" in entry else [], tell=False)


def _values(tx: Tx, entry: dict[str, Any], part: Part) -> dict[str, Any]:
    plain = (
        "paid",
        "delivery_price",
        "currency",
        "coupon",
        "comment",
        "manager_comment",
        "tracking_code",
        "analytics",
    )
    values = {name: entry[name] for name in plain if name in entry}
    if "created" in entry:
        values["created_ms"] = part.at_ms(entry, "created")
    if "status" in entry:
        status = terms.by_key(tx, terms.STATUS, entry["status"])
        if status is None:
            part.fail(entry, f'no status "{entry["status"]}"')
        values["status"] = status.number
    if entry.get("customer") is not None:
        customer = customers.by_email(tx, entry["customer"])
        if customer is None:
            part.fail(entry, f'no customer "{entry["customer"]}"')
        values["customer_id"] = customer.id
        values["recipient"] = {"email": customer.email}
    if "recipient" in entry:
        values["recipient"] = {**values.get("recipient", {}), **entry["recipient"]}
    if entry.get("manager") is not None:
        values["manager_number"] = _manager(tx, entry, part)
    return values


def _manager(tx: Tx, entry: dict[str, Any], part: Part) -> int:
    email = entry["manager"]
    account = accounts.by_email(tx, email)
    if account is None:
        part.fail(entry, f'no account "{email}"')
    members = memberships.of_account(tx, account.id)
    held = next((row for row in members if row.domain == users.DOMAIN), None)
    if held is None:
        part.fail(entry, f'"{email}" is no user of the shop')
    return int(held.number)


def _line(
    tx: Tx, line: dict[str, Any], language: str, entry: dict[str, Any], part: Part
) -> dict[str, Any]:
    unknown = sorted(set(line) - {"article", "quantity", "price", "discount_marker"})
    if unknown:
        part.fail(entry, f"lines.{unknown[0]}: unknown member")
    product = products.by_article(tx, line["article"])
    if product is None:
        part.fail(entry, f'no product "{line["article"]}"')
    return {
        "product_id": product.id,
        "article": product.article,
        "title": texts.shown(product.title, language, part.shop.default_language),
        "quantity": line.get("quantity", 1),
        "price": line.get("price", product.price),
        "discount_marker": line.get("discount_marker", "none"),
    }
