"""What every shop has from its first start: built-in pages, statuses, kinds, icons, a warehouse, a
currency.

Source: spec/cartum 8, 9.3, 10, 12.
"""

from dragoman.core.tx import Tx
from dragoman.domains.shop import currencies, delivery, sections, settings, terms, warehouses

_STATUSES = (
    (1, "new", "New", "Nou", "Нове", False),
    (2, "processing", "Processing", "Procesare", "В обробці", False),
    (3, "delivered", "Delivered", "Livrat", "Доставлене", True),
    (4, "canceled", "Canceled", "Anulat", "Не доставлене", False),
    (6, "shipping", "Shipping", "În procesul de livrare", "Надіслане", False),
)
_ICONS = {
    1: "Bestseller",
    3: "New",
    4: "Sale",
    5: "Discount value",
    6: "Video",
    7: "Promotion counter",
    8: "Privatbank Payment by installments",
}
_PRESENCE = (
    (1, "in-stock", "In stock", "În stoc", "В наявності"),
    (2, "out-of-stock", "Out of stock", "Stoc epuizat", "Немає в наявності"),
)
_DELIVERY_KINDS = ((1, "courier", "Courier", "Curier"), (2, "collect", "Collect", "Ridicare"))


def install(tx: Tx) -> None:
    """Make what is missing; what is there stays as it is."""
    if sections.by_key(tx, "catalog") is not None:
        return
    main = sections.put(
        tx,
        "main",
        {
            "number": sections.MAIN_PAGE,
            "title": {"en": "Main page", "ro": "Pagina principală", "ua": "Головна"},
            "built_in": True,
        },
    )
    sections.put(
        tx,
        "catalog",
        {
            "number": sections.CATALOG,
            "title": {"en": "Catalog", "ro": "Catalog", "ua": "Каталог"},
            "parent_id": main,
            "built_in": True,
        },
    )
    for number, key, en, ro, ua, successful in _STATUSES:
        title = {"en": en, "ro": ro, "ua": ua}
        terms.put(
            tx, terms.STATUS, key, title=title, number=number, facts={"successful": successful}
        )
    for number, name in _ICONS.items():
        terms.put(tx, terms.ICON, name, title={"en": name}, number=number)
    for number, key, en, ro, ua in _PRESENCE:
        terms.put(tx, terms.PRESENCE, key, title={"en": en, "ro": ro, "ua": ua}, number=number)
    for number, key, en, ro in _DELIVERY_KINDS:
        terms.put(tx, terms.DELIVERY_KIND, key, title={"en": en, "ro": ro}, number=number)
    terms.put(
        tx,
        terms.PAYMENT_KIND,
        "cash",
        title={"en": "Cash", "ro": "Numerar"},
        number=1,
        facts={"simple": True},
    )
    warehouses.put(tx, settings.Shop().main_warehouse, title="Office")
    currencies.put(tx, "UAH", {"number": 1, "title": "Гривна", "per_default": "1"})
    delivery.install(tx)
