"""Tables of the shop domain.

Prices are minor units of the row's currency. Text by language is a JSON object. `number` is what
integrations see where the internal id is not.
"""

import sqlalchemy as sa

from dragoman.core.tables import flag, integer, json, link, ms, optional_text, table, text

shop_sections = table(
    "shop_sections",
    integer("number", unique=True),
    text("key", unique=True),
    link("parent_id", "shop_sections.id", nullable=True, index=True),
    json("title"),
    optional_text("image"),
    integer("discount_percent", nullable=True),
    integer("position", 0),
    flag("built_in", False),
)

shop_terms = table(
    # every dictionary: brand, color, icon, status, the options of a characteristic, ...
    "shop_terms",
    text("kind"),
    integer("number"),
    text("key"),
    json("title"),
    flag("enabled", True),
    json("facts", default={}),
    sa.UniqueConstraint("kind", "number"),
    sa.UniqueConstraint("kind", "key"),
)

shop_term_names = table(
    "shop_term_names",  # what a term is found by: its titles in every language, folded
    link("term_id", "shop_terms.id", ondelete="CASCADE", index=True),
    text("kind"),
    text("folded"),
    sa.Index("ix_shop_term_names_folded", "kind", "folded"),
    journal=False,
)

shop_warehouses = table(
    "shop_warehouses",
    text("key", unique=True),
    text("title"),
)

shop_currencies = table(
    "shop_currencies",
    integer("number", unique=True),
    text("iso", unique=True),
    text("title"),
    flag("enabled", True),
    text("per_default"),  # decimal: how many of it make one of the default currency
)

shop_characteristics = table(
    "shop_characteristics",
    integer("number", unique=True),
    text("key", unique=True),
    json("title"),
    text("kind"),  # option | options | text
    json("section_ids"),  # where it applies, with everything below
)

shop_products = table(
    "shop_products",
    text("article", unique=True),
    link(
        "parent_id", "shop_products.id", nullable=True, index=True
    ),  # of a variant: its main product
    link("section_id", "shop_sections.id", index=True),
    json("title"),
    text("slug", unique=True),
    flag("published", False),
    integer("price", 0),
    integer("price_old", 0),
    integer("discount_hundredths", 0),
    link("currency_id", "shop_currencies.id"),
    link("brand_id", "shop_terms.id", nullable=True),
    link("color_id", "shop_terms.id", nullable=True),
    link("presence_id", "shop_terms.id", nullable=True),
    json("images", default=[]),
    json("gallery_common", default=[]),
    json("gallery_360", default=[]),
    json("icon_ids", default=[]),
    json("marketplace_ids", default=[]),
    json("accessories", default=[]),  # [["product" | "section", id], ...]
    json("gifts", default=[]),
    json("features", default={}),  # characteristic id -> list of term ids, or text by language
    json("wholesale", default=[]),  # [[threshold, price], ...]
    json("details", default={}),  # further texts and plain values, by name
    ms("countdown_ms", nullable=True),
    ms("created_ms"),
    ms("updated_ms"),
)

shop_product_sections = table(
    "shop_product_sections",
    link("product_id", "shop_products.id", ondelete="CASCADE"),
    link("section_id", "shop_sections.id", index=True),
    integer("position"),
    sa.UniqueConstraint("product_id", "section_id"),
    journal=False,
)

shop_stock = table(
    "shop_stock",
    link("product_id", "shop_products.id", ondelete="CASCADE"),
    link("warehouse_id", "shop_warehouses.id"),
    integer("quantity"),
    sa.UniqueConstraint("product_id", "warehouse_id"),
)

shop_payments = table(
    "shop_payments",
    integer("number", unique=True),
    text("key", unique=True),
    json("title"),
    json("description"),
    json("instruction"),
    json("icon_title", default={}),
    text("icon", ""),
    text("link", ""),
    link("method_id", "shop_terms.id", nullable=True),
    flag("enabled", True),
)

shop_deliveries = table(
    "shop_deliveries",
    integer("number", unique=True),
    text("key", unique=True),
    json("title"),
    link("kind_id", "shop_terms.id", nullable=True),
    flag("by_carrier", False),
    flag("enabled", True),
    json("payment_ids", default=[]),
    json("prices", default=[]),  # [{"from", "price", "by_carrier"}, ...]
)

shop_customers = table(
    "shop_customers",
    text("name"),
    text("email"),
    text("email_folded", unique=True),
    text("phone", ""),
    text("country", ""),
    text("city", ""),
    text("address", ""),
    text("postal_code", ""),
    text("language", ""),
    flag("newsletter", False),
    text("note", ""),
    json("discount_card", nullable=True),
    json("details", default={}),  # what only a wholesale shop keeps, locale
    ms("registered_ms", index=True),
)

shop_orders = table(
    "shop_orders",
    integer("number", unique=True),
    link("customer_id", "shop_customers.id", nullable=True, index=True),
    ms("created_ms", index=True),
    integer("status", index=True),  # number of a term of kind `status`
    text("language", ""),
    text("currency"),
    json("recipient"),
    link("delivery_id", "shop_deliveries.id", nullable=True),
    integer("delivery_price", nullable=True),  # None: not calculated
    link("payment_id", "shop_payments.id", nullable=True),
    flag("paid", False),
    integer("total_default"),
    integer("total_sum"),
    integer("total_quantity"),
    json("coupon", nullable=True),  # {code, percent, value}
    text("comment", ""),
    integer("manager_number", nullable=True),  # of a shop user
    optional_text("manager_comment"),
    text("tracking_code", ""),
    flag("own_tracking", False),
    json("analytics", default={}),
    json("carriage", default={}),  # what the carrier has told
    json("details", default={}),
)

shop_order_lines = table(
    "shop_order_lines",
    link("order_id", "shop_orders.id", ondelete="CASCADE", index=True),
    integer("position"),
    link("product_id", "shop_products.id", nullable=True),
    text("title"),
    text("article"),
    integer("quantity"),
    integer("price"),
    text("discount_marker", "none"),
    text("kind", "product"),
)

shop_hooks = table(
    "shop_hooks",
    text("event", index=True),
    text("url"),
    ms("created_ms"),
    sa.UniqueConstraint("event", "url"),
)
