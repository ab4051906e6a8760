"""Every function and page, in the order of the document. A function answers POST, PUT, DELETE and
GET alike.
"""

from typing import Any

from dragoman.dialects.cartum import (
    addresses,
    auth,
    catalog,
    catalog_import,
    customers,
    dictionaries,
    edit,
    hooks,
    logs,
    orders,
    sections,
)
from dragoman.wire.endpoint import Endpoint, Handler, unwritten

METHOD = "POST"  # the one that stands in the table for all
_BATCH: dict[str, Any] = {"writes": True, "unit": "item"}
_HOOK: dict[str, Any] = {"writes": True, "flags": frozenset({"hooks"})}
_PAGE = frozenset({"internal"})
_B2B: dict[str, Any] = {"flags": frozenset({"b2b"})}


def _function(name: str, handler: Handler, source: str, **more: Any) -> Endpoint:
    return Endpoint(METHOD, f"{addresses.API}/{name}", handler, "token", f"cartum {source}", **more)


ENDPOINTS = (
    Endpoint(
        METHOD, "/api/auth", auth.log_in, "public", "cartum 3", writes=True, prepare=auth.verify
    ),
    Endpoint(
        "GET", addresses.LOGS, logs.show, "signed-in", "cartum 4", flags=_PAGE | {"reads log"}
    ),
    Endpoint("GET", addresses.LOGIN, edit.form, "page", "cartum 4", flags=_PAGE),
    Endpoint(
        "POST",
        addresses.LOGIN,
        edit.log_in,
        "page",
        "cartum 4",
        writes=True,
        flags=_PAGE,
        prepare=edit.verify,
        max_body=1 << 16,
    ),
    Endpoint("GET", "/edit/logout.php", edit.log_out, "page", "cartum 4", writes=True, flags=_PAGE),
    Endpoint("GET", addresses.EDIT, edit.home, "signed-in", "cartum 4", flags=_PAGE),
    _function("catalog/export", catalog.export, "5", heavy=True),
    _function("catalog/import", catalog_import.import_products, "6", **_BATCH),
    _function("catalog/importResidues", catalog.import_residues, "7", **_BATCH),
    _function("pages/export", sections.export, "8"),
    _function("orders/get", orders.get, "9.1"),
    _function("orders/update", orders.update, "9.2", **_BATCH),
    _function("orders/get_available_statuses", orders.statuses, "9.3"),
    _function("currency/export", dictionaries.export_currencies, "10"),
    _function("delivery/export", dictionaries.export_deliveries, "10"),
    _function("delivery/exportTypes", dictionaries.export_delivery_types, "10"),
    _function("payment/export", dictionaries.export_payments, "10"),
    _function("payment/exportMethods", dictionaries.export_payment_methods, "10"),
    _function("users/export", customers.export, "10"),
    _function("users/import", customers.import_users, "10", **_BATCH),
    _function("hooks/subscribe", hooks.subscribe, "11.1", **_HOOK),
    _function("hooks/unSubscribe", hooks.unsubscribe, "11.1", **_HOOK),
    _function("icons/export", dictionaries.export_icons, "12"),
    _function("productSet/import", unwritten, "12"),
    _function("productSet/remove", unwritten, "12"),
    _function("catalog/processImages", unwritten, "12"),
    _function("customer-groups/export", unwritten, "12", **_B2B),
    _function("price-levels/export", unwritten, "12", **_B2B),
)
