"""shop"""

import sqlalchemy as sa
from alembic import op

from dragoman.migrations.kinds import Id, Text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "shop_characteristics",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("section_ids", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_characteristics")),
        sa.UniqueConstraint("key", name=op.f("uq_shop_characteristics_key")),
        sa.UniqueConstraint("number", name=op.f("uq_shop_characteristics_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "shop_currencies",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("iso", Text, nullable=False),
        sa.Column("title", Text, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("per_default", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_currencies")),
        sa.UniqueConstraint("iso", name=op.f("uq_shop_currencies_iso")),
        sa.UniqueConstraint("number", name=op.f("uq_shop_currencies_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "shop_customers",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("email", Text, nullable=False),
        sa.Column("email_folded", Text, nullable=False),
        sa.Column("phone", Text, nullable=False),
        sa.Column("country", Text, nullable=False),
        sa.Column("city", Text, nullable=False),
        sa.Column("address", Text, nullable=False),
        sa.Column("postal_code", Text, nullable=False),
        sa.Column("language", Text, nullable=False),
        sa.Column("newsletter", sa.Boolean(), nullable=False),
        sa.Column("note", Text, nullable=False),
        sa.Column("discount_card", sa.Text(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("registered_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_customers")),
        sa.UniqueConstraint("email_folded", name=op.f("uq_shop_customers_email_folded")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_shop_customers_registered_ms"), "shop_customers", ["registered_ms"], unique=False
    )
    op.create_table(
        "shop_hooks",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("event", Text, nullable=False),
        sa.Column("url", Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_hooks")),
        sa.UniqueConstraint("event", "url", name=op.f("uq_shop_hooks_event_url")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_shop_hooks_event"), "shop_hooks", ["event"], unique=False)
    op.create_table(
        "shop_sections",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("image", Text, nullable=True),
        sa.Column("discount_percent", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("built_in", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["shop_sections.id"], name=op.f("fk_shop_sections_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_sections")),
        sa.UniqueConstraint("key", name=op.f("uq_shop_sections_key")),
        sa.UniqueConstraint("number", name=op.f("uq_shop_sections_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_shop_sections_parent_id"), "shop_sections", ["parent_id"], unique=False
    )
    op.create_table(
        "shop_terms",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_terms")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_shop_terms_kind_key")),
        sa.UniqueConstraint("kind", "number", name=op.f("uq_shop_terms_kind_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "shop_warehouses",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("title", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_warehouses")),
        sa.UniqueConstraint("key", name=op.f("uq_shop_warehouses_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "shop_deliveries",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind_id", sa.BigInteger(), nullable=True),
        sa.Column("by_carrier", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("payment_ids", sa.Text(), nullable=False),
        sa.Column("prices", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["shop_terms.id"], name=op.f("fk_shop_deliveries_kind_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_deliveries")),
        sa.UniqueConstraint("key", name=op.f("uq_shop_deliveries_key")),
        sa.UniqueConstraint("number", name=op.f("uq_shop_deliveries_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "shop_payments",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.Column("icon_title", sa.Text(), nullable=False),
        sa.Column("icon", Text, nullable=False),
        sa.Column("link", Text, nullable=False),
        sa.Column("method_id", sa.BigInteger(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["method_id"], ["shop_terms.id"], name=op.f("fk_shop_payments_method_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_payments")),
        sa.UniqueConstraint("key", name=op.f("uq_shop_payments_key")),
        sa.UniqueConstraint("number", name=op.f("uq_shop_payments_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "shop_products",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("article", Text, nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("section_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("slug", Text, nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("price_old", sa.BigInteger(), nullable=False),
        sa.Column("discount_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("currency_id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.BigInteger(), nullable=True),
        sa.Column("color_id", sa.BigInteger(), nullable=True),
        sa.Column("presence_id", sa.BigInteger(), nullable=True),
        sa.Column("images", sa.Text(), nullable=False),
        sa.Column("gallery_common", sa.Text(), nullable=False),
        sa.Column("gallery_360", sa.Text(), nullable=False),
        sa.Column("icon_ids", sa.Text(), nullable=False),
        sa.Column("marketplace_ids", sa.Text(), nullable=False),
        sa.Column("accessories", sa.Text(), nullable=False),
        sa.Column("gifts", sa.Text(), nullable=False),
        sa.Column("features", sa.Text(), nullable=False),
        sa.Column("wholesale", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("countdown_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["shop_terms.id"], name=op.f("fk_shop_products_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["color_id"], ["shop_terms.id"], name=op.f("fk_shop_products_color_id")
        ),
        sa.ForeignKeyConstraint(
            ["currency_id"], ["shop_currencies.id"], name=op.f("fk_shop_products_currency_id")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["shop_products.id"], name=op.f("fk_shop_products_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["presence_id"], ["shop_terms.id"], name=op.f("fk_shop_products_presence_id")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["shop_sections.id"], name=op.f("fk_shop_products_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_products")),
        sa.UniqueConstraint("article", name=op.f("uq_shop_products_article")),
        sa.UniqueConstraint("slug", name=op.f("uq_shop_products_slug")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_shop_products_parent_id"), "shop_products", ["parent_id"], unique=False
    )
    op.create_index(
        op.f("ix_shop_products_section_id"), "shop_products", ["section_id"], unique=False
    )
    op.create_table(
        "shop_term_names",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("term_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("folded", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["term_id"],
            ["shop_terms.id"],
            name=op.f("fk_shop_term_names_term_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_term_names")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_shop_term_names_folded", "shop_term_names", ["kind", "folded"], unique=False
    )
    op.create_index(
        op.f("ix_shop_term_names_term_id"), "shop_term_names", ["term_id"], unique=False
    )
    op.create_table(
        "shop_orders",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("language", Text, nullable=False),
        sa.Column("currency", Text, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=True),
        sa.Column("delivery_price", sa.BigInteger(), nullable=True),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("total_default", sa.BigInteger(), nullable=False),
        sa.Column("total_sum", sa.BigInteger(), nullable=False),
        sa.Column("total_quantity", sa.BigInteger(), nullable=False),
        sa.Column("coupon", sa.Text(), nullable=True),
        sa.Column("comment", Text, nullable=False),
        sa.Column("manager_number", sa.BigInteger(), nullable=True),
        sa.Column("manager_comment", Text, nullable=True),
        sa.Column("tracking_code", Text, nullable=False),
        sa.Column("own_tracking", sa.Boolean(), nullable=False),
        sa.Column("analytics", sa.Text(), nullable=False),
        sa.Column("carriage", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["shop_customers.id"], name=op.f("fk_shop_orders_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["shop_deliveries.id"], name=op.f("fk_shop_orders_delivery_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["shop_payments.id"], name=op.f("fk_shop_orders_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_shop_orders_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_shop_orders_created_ms"), "shop_orders", ["created_ms"], unique=False)
    op.create_index(
        op.f("ix_shop_orders_customer_id"), "shop_orders", ["customer_id"], unique=False
    )
    op.create_index(op.f("ix_shop_orders_status"), "shop_orders", ["status"], unique=False)
    op.create_table(
        "shop_product_sections",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("section_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["shop_products.id"],
            name=op.f("fk_shop_product_sections_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["shop_sections.id"], name=op.f("fk_shop_product_sections_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_product_sections")),
        sa.UniqueConstraint(
            "product_id", "section_id", name=op.f("uq_shop_product_sections_product_id_section_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_shop_product_sections_section_id"),
        "shop_product_sections",
        ["section_id"],
        unique=False,
    )
    op.create_table(
        "shop_stock",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["shop_products.id"],
            name=op.f("fk_shop_stock_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["shop_warehouses.id"], name=op.f("fk_shop_stock_warehouse_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_stock")),
        sa.UniqueConstraint(
            "product_id", "warehouse_id", name=op.f("uq_shop_stock_product_id_warehouse_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "shop_order_lines",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("title", Text, nullable=False),
        sa.Column("article", Text, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("discount_marker", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["shop_orders.id"],
            name=op.f("fk_shop_order_lines_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["shop_products.id"], name=op.f("fk_shop_order_lines_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_order_lines")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_shop_order_lines_order_id"), "shop_order_lines", ["order_id"], unique=False
    )
