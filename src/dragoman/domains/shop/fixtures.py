"""The shop's part of a fixture file, and its members. The format is docs/fixtures.md, section 4."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from dragoman.core.identity import credentials, memberships
from dragoman.core.loading import Loading
from dragoman.core.tx import Tx
from dragoman.domains.shop import (
    currencies,
    delivery,
    fixture_orders,
    fixture_products,
    products,
    sections,
    settings,
    setup,
    terms,
    users,
    warehouses,
)
from dragoman.domains.shop.fixture_values import Part, language_text

_TERMS = {
    "brands": terms.BRAND,
    "colors": terms.COLOR,
    "icons": terms.ICON,
    "statuses": terms.STATUS,
    "payment_kinds": terms.PAYMENT_KIND,
    "delivery_kinds": terms.DELIVERY_KIND,
}
_FACTS = {terms.COLOR: ("hex",), terms.STATUS: ("successful",), terms.PAYMENT_KIND: ("simple",)}


def load(tx: Tx, part: dict[str, Any], loading: Loading) -> None:
    """Everything in order: what is referred to first."""
    unknown = sorted(set(part) - set(_PARTS))
    if unknown:
        loading.fail(f"shop.{unknown[0]}", "unknown member")
    setup.install(tx)
    for name, loader in _PARTS.items():
        if name not in part:
            continue
        if name == "settings":
            _settings(tx, part[name], loading)
            continue
        if not isinstance(part[name], list):
            loading.fail(f"shop.{name}", "not a list")
        whole = Part(name, loading, settings.read(tx))
        loader(tx, part[name], whole)


def join(tx: Tx, account_id: int, member: dict[str, Any], loading: Loading) -> None:
    """Make an account a user of the shop."""
    unknown = sorted(set(member) - {"domain", "login", "kind", "api", "active"})
    if unknown:
        loading.fail(f"memberships.{unknown[0]}", "unknown member")
    if member.get("kind", users.KIND) != users.KIND:
        loading.fail("memberships.kind", f"users of the shop are of kind {users.KIND}")
    api = bool(member.get("api", False))
    login = str(member["login"])
    held = next(
        (row for row in memberships.of_account(tx, account_id) if row.domain == users.DOMAIN), None
    )
    if held is None:
        held = users.create(tx, login=login, password_hash=None, api=api, account_id=account_id)
    else:
        memberships.change(tx, held.id, login=login, facts={**held.facts, "api": api})
    if "active" in member:
        users.change(tx, held.id, active=bool(member["active"]))
    if loading.password_hash is not None:
        credentials.set_password(tx, held, loading.password_hash)


def _settings(tx: Tx, values: Any, loading: Loading) -> None:
    try:
        settings.change(tx, dict(values))
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        loading.fail("shop.settings", str(error))


def _currencies(tx: Tx, entries: list[Any], part: Part) -> None:
    for entry in part.each(entries, "iso", ("title", "enabled", "per_default")):
        values = _optional(entry, ("title", "enabled", "per_default"))
        currencies.put(tx, entry["iso"], values)


def _warehouses(tx: Tx, entries: list[Any], part: Part) -> None:
    for entry in part.each(entries, "key", ("title",)):
        warehouses.put(tx, entry["key"], title=entry.get("title", entry["key"]))


def _sections(tx: Tx, entries: list[Any], part: Part) -> None:
    top = sections.by_key(tx, "catalog")
    _branch(tx, entries, part, top.id if top is not None else None)


def _branch(tx: Tx, entries: list[Any], part: Part, parent_id: int | None) -> None:
    names = ("title", "image", "discount_percent", "children")
    for position, entry in enumerate(part.each(entries, "key", names)):
        values: dict[str, Any] = {"parent_id": parent_id, "position": position}
        if "title" in entry or sections.by_key(tx, entry["key"]) is None:
            values["title"] = language_text(entry.get("title", entry["key"]), part)
        values.update(
            {name: entry[name] for name in ("image", "discount_percent") if name in entry}
        )
        id = sections.put(tx, entry["key"], values)
        _branch(tx, entry.get("children", []), part, id)


def _terms(tx: Tx, entries: list[Any], part: Part) -> None:
    kind = _TERMS[part.name]
    facts = _FACTS.get(kind, ())
    for entry in part.each(entries, "key", ("title", "number", "enabled", *facts)):
        held = terms.by_key(tx, kind, entry["key"])
        if "title" in entry or held is None:
            title = language_text(entry.get("title", entry["key"]), part)
        else:
            title = held.title
        known = dict(held.facts) if held is not None else {}
        terms.put(
            tx,
            kind,
            entry["key"],
            title=title,
            number=entry.get("number"),
            enabled=entry.get("enabled", held.enabled if held is not None else True),
            facts={**known, **{name: entry[name] for name in facts if name in entry}},
        )


def _characteristics(tx: Tx, entries: list[Any], part: Part) -> None:
    for entry in part.each(entries, "key", ("title", "kind", "sections", "options")):
        values: dict[str, Any] = {"title": language_text(entry.get("title", entry["key"]), part)}
        if "kind" in entry:
            values["kind"] = entry["kind"]
        if "sections" in entry:
            found = [sections.by_key(tx, key) for key in entry["sections"]]
            for key, row in zip(entry["sections"], found, strict=True):
                if row is None:
                    part.fail(entry, f'no section "{key}"')
            values["section_ids"] = [row.id for row in found if row is not None]
        id = products.put_characteristic(tx, entry["key"], values)
        for option in entry.get("options", []):
            title = language_text(option.get("title", option["key"]), part)
            terms.put(tx, terms.option_kind(id), option["key"], title=title)


def _payments(tx: Tx, entries: list[Any], part: Part) -> None:
    names = ("title", "description", "instruction", "method", "enabled", "number")
    for entry in part.each(entries, "key", names):
        values = _optional(entry, ("enabled", "number"))
        for name in ("title", "description", "instruction"):
            if name in entry:
                values[name] = language_text(entry[name], part)
        if "method" in entry:
            values["method_id"] = _term_id(tx, terms.PAYMENT_KIND, entry, "method", part)
        delivery.put_payment(tx, entry["key"], values)


def _deliveries(tx: Tx, entries: list[Any], part: Part) -> None:
    names = ("title", "kind", "enabled", "by_carrier", "payments", "prices", "number")
    paid_by = {row.key: row.id for row in delivery.payments(tx)}
    taken = {row.number: row.key for row in delivery.deliveries(tx)}
    for entry in part.each(entries, "key", names):
        values = _optional(entry, ("enabled", "by_carrier", "prices", "number"))
        if "title" in entry:
            values["title"] = language_text(entry["title"], part)
        if "kind" in entry:
            values["kind_id"] = _term_id(tx, terms.DELIVERY_KIND, entry, "kind", part)
        for key in entry.get("payments", ()):
            if key not in paid_by:
                part.fail(entry, f'no payment "{key}"')
        if "payments" in entry:
            values["payment_ids"] = [paid_by[key] for key in entry["payments"]]
        holder = taken.get(values.get("number", -1))
        if holder == "courier" and entry["key"] != holder:
            delivery.rename_delivery(tx, holder, entry["key"])  # the one of a fresh shop gives way
        delivery.put_delivery(tx, entry["key"], values)


def _optional(entry: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: entry[name] for name in names if name in entry}


def _term_id(tx: Tx, kind: str, entry: Mapping[str, Any], name: str, part: Part) -> int:
    held = terms.by_key(tx, kind, entry[name])
    if held is None:
        part.fail(entry, f'{name}: no "{entry[name]}"')
    return int(held.id)


_PARTS: dict[str, Callable[[Tx, list[Any], Part], None]] = {
    "settings": _currencies,  # read apart
    "currencies": _currencies,
    "warehouses": _warehouses,
    "sections": _sections,
    **dict.fromkeys(_TERMS, _terms),
    "characteristics": _characteristics,
    "payments": _payments,
    "deliveries": _deliveries,
    "customers": fixture_orders.customers_part,
    "products": fixture_products.products_part,
    "orders": fixture_orders.orders_part,
}
