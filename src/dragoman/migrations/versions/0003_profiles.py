"""profiles"""

import sqlalchemy as sa
from alembic import op

from dragoman.migrations.kinds import Id, Text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "profile_databases",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("description", Text, nullable=False),
        sa.Column("suppression_list", sa.BigInteger(), nullable=True),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_databases")),
        sa.UniqueConstraint("number", name=op.f("uq_profile_databases_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "profile_groups",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_groups")),
        sa.UniqueConstraint("number", name=op.f("uq_profile_groups_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "profile_replays",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("shown", Text, nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("media_type", Text, nullable=False),
        sa.Column("body", Text, nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_replays")),
        sa.UniqueConstraint("key", name=op.f("uq_profile_replays_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_profile_replays_expires_ms", "profile_replays", ["expires_ms"], unique=False
    )
    op.create_table(
        "profile_resources",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("url", Text, nullable=False),
        sa.Column("tracking_domain", Text, nullable=False),
        sa.Column("channels", sa.Text(), nullable=False),
        sa.Column("databases", sa.Text(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("increase_priority", sa.Boolean(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_resources")),
        sa.UniqueConstraint("number", name=op.f("uq_profile_resources_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "profile_roles",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("permissions", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_roles")),
        sa.UniqueConstraint("name", name=op.f("uq_profile_roles_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "profile_suppressions",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("description", Text, nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_suppressions")),
        sa.UniqueConstraint("number", name=op.f("uq_profile_suppressions_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "profile_relations",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("database_a_id", sa.BigInteger(), nullable=False),
        sa.Column("database_b_id", sa.BigInteger(), nullable=False),
        sa.Column("properties", sa.Text(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["database_a_id"],
            ["profile_databases.id"],
            name=op.f("fk_profile_relations_database_a_id"),
        ),
        sa.ForeignKeyConstraint(
            ["database_b_id"],
            ["profile_databases.id"],
            name=op.f("fk_profile_relations_database_b_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_relations")),
        sa.UniqueConstraint("number", name=op.f("uq_profile_relations_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "profile_segments",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("database_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["database_id"], ["profile_databases.id"], name=op.f("fk_profile_segments_database_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_segments")),
        sa.UniqueConstraint("number", name=op.f("uq_profile_segments_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_profile_segments_database_id"), "profile_segments", ["database_id"], unique=False
    )
    op.create_table(
        "profile_suppressed",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("value", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["profile_suppressions.id"],
            name=op.f("fk_profile_suppressed_list_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_suppressed")),
        sa.UniqueConstraint(
            "list_id", "kind", "value", name=op.f("uq_profile_suppressed_list_id_kind_value")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "profiles",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("oid", Text, nullable=False),
        sa.Column("database_id", sa.BigInteger(), nullable=False),
        sa.Column("email", Text, nullable=True),
        sa.Column("email_folded", Text, nullable=True),
        sa.Column("phones", sa.Text(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("mark", Text, nullable=False),
        sa.Column("account_code", Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["database_id"], ["profile_databases.id"], name=op.f("fk_profiles_database_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profiles")),
        sa.UniqueConstraint(
            "database_id", "email_folded", name=op.f("uq_profiles_database_id_email_folded")
        ),
        sa.UniqueConstraint("oid", name=op.f("uq_profiles_oid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_profiles_database_id_mark", "profiles", ["database_id", "mark"], unique=False
    )
    op.create_table(
        "profile_history",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("profile_id", sa.BigInteger(), nullable=False),
        sa.Column("action", Text, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("channel", Text, nullable=False),
        sa.Column("message", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.id"],
            name=op.f("fk_profile_history_profile_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_history")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_profile_history_profile_id"), "profile_history", ["profile_id"], unique=False
    )
    op.create_table(
        "profile_links",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("relation_id", sa.BigInteger(), nullable=False),
        sa.Column("a_id", sa.BigInteger(), nullable=False),
        sa.Column("b_id", sa.BigInteger(), nullable=False),
        sa.Column("weights", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["a_id"], ["profiles.id"], name=op.f("fk_profile_links_a_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["b_id"], ["profiles.id"], name=op.f("fk_profile_links_b_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["relation_id"],
            ["profile_relations.id"],
            name=op.f("fk_profile_links_relation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_links")),
        sa.UniqueConstraint(
            "relation_id", "a_id", "b_id", name=op.f("uq_profile_links_relation_id_a_id_b_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_profile_links_a_id"), "profile_links", ["a_id"], unique=False)
    op.create_index(op.f("ix_profile_links_b_id"), "profile_links", ["b_id"], unique=False)
    op.create_table(
        "profile_segment_members",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=False),
        sa.Column("profile_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.id"],
            name=op.f("fk_profile_segment_members_profile_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"],
            ["profile_segments.id"],
            name=op.f("fk_profile_segment_members_segment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_segment_members")),
        sa.UniqueConstraint(
            "segment_id",
            "profile_id",
            name=op.f("uq_profile_segment_members_segment_id_profile_id"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_profile_segment_members_profile_id"),
        "profile_segment_members",
        ["profile_id"],
        unique=False,
    )
    op.create_table(
        "profile_subscriptions",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("profile_id", sa.BigInteger(), nullable=False),
        sa.Column("database_id", sa.BigInteger(), nullable=False),
        sa.Column("resource", sa.BigInteger(), nullable=False),
        sa.Column("channel", Text, nullable=False),
        sa.Column("contact_kind", Text, nullable=False),
        sa.Column("contact", Text, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["database_id"],
            ["profile_databases.id"],
            name=op.f("fk_profile_subscriptions_database_id"),
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.id"],
            name=op.f("fk_profile_subscriptions_profile_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_subscriptions")),
        sa.UniqueConstraint(
            "profile_id",
            "resource",
            "channel",
            "contact",
            name=op.f("uq_profile_subscriptions_profile_id_resource_channel_contact"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_profile_subscriptions_found",
        "profile_subscriptions",
        ["database_id", "contact_kind", "contact"],
        unique=False,
    )
    op.create_table(
        "profile_values",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("profile_id", sa.BigInteger(), nullable=False),
        sa.Column("database_id", sa.BigInteger(), nullable=False),
        sa.Column("field", Text, nullable=False),
        sa.Column("text", Text, nullable=False),
        sa.Column("claim", Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["database_id"], ["profile_databases.id"], name=op.f("fk_profile_values_database_id")
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.id"],
            name=op.f("fk_profile_values_profile_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_values")),
        sa.UniqueConstraint("claim", name=op.f("uq_profile_values_claim")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_profile_values_found", "profile_values", ["database_id", "field", "text"], unique=False
    )
    op.create_index(
        op.f("ix_profile_values_profile_id"), "profile_values", ["profile_id"], unique=False
    )
