"""things"""

import sqlalchemy as sa
from alembic import op

from dragoman.migrations.kinds import Id, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "thing_events",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("oid", Text, nullable=False),
        sa.Column("event", Text, nullable=False),
        sa.Column("object", Text, nullable=True),
        sa.Column("model", Text, nullable=True),
        sa.Column("owner", Text, nullable=False),
        sa.Column("group", Text, nullable=False),
        sa.Column("access", Text, nullable=False),
        sa.Column("branch", Text, nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thing_events")),
        sa.UniqueConstraint("oid", name=op.f("uq_thing_events_oid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_thing_events_object_time_ms", "thing_events", ["object", "time_ms"], unique=False
    )
    op.create_index(op.f("ix_thing_events_time_ms"), "thing_events", ["time_ms"], unique=False)
    op.create_table(
        "thing_items",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("store", Text, nullable=False),
        sa.Column("oid", Text, nullable=False),
        sa.Column("owner", Text, nullable=False),
        sa.Column("group", Text, nullable=False),
        sa.Column("access", Text, nullable=False),
        sa.Column("branch", Text, nullable=False),
        sa.Column("key", Text, nullable=True),
        sa.Column("mail", Text, nullable=True),
        sa.Column("label", Text, nullable=True),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("name_folded", Text, nullable=False),
        sa.Column("search", Text, nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thing_items")),
        sa.UniqueConstraint("oid", name=op.f("uq_thing_items_oid")),
        sa.UniqueConstraint("store", "key", name=op.f("uq_thing_items_store_key")),
        sa.UniqueConstraint("store", "label", name=op.f("uq_thing_items_store_label")),
        sa.UniqueConstraint("store", "mail", name=op.f("uq_thing_items_store_mail")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_thing_items_store_oid", "thing_items", ["store", "oid"], unique=False)
    op.create_index(
        "ix_thing_items_store_time_ms", "thing_items", ["store", "time_ms"], unique=False
    )
    op.create_table(
        "thing_packets",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("oid", Text, nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("ts_us", sa.BigInteger(), nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=False),
        sa.Column("own", sa.Text(), nullable=False),
        sa.Column("merged", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["thing_items.id"],
            name=op.f("fk_thing_packets_item_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thing_packets")),
        sa.UniqueConstraint("oid", name=op.f("uq_thing_packets_oid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_thing_packets_item_id_ts_us", "thing_packets", ["item_id", "ts_us"], unique=False
    )
    op.create_table(
        "thing_states",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("ts_us", sa.BigInteger(), nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("inside", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["thing_items.id"],
            name=op.f("fk_thing_states_item_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thing_states")),
        sa.UniqueConstraint("item_id", name=op.f("uq_thing_states_item_id")),
        sqlite_autoincrement=True,
    )
