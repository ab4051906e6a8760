"""content"""

import sqlalchemy as sa
from alembic import op

from dragoman.migrations.kinds import Id, Text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "spaces",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spaces")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "components",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("space_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("key", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("searched", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("content", Text, nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("date_ms", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_components_file_id")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["components.id"], name=op.f("fk_components_parent_id")
        ),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name=op.f("fk_components_space_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_components")),
        sa.UniqueConstraint("space_id", "key", name=op.f("uq_components_space_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_components_date", "components", ["date_ms", "id", "published"], unique=False
    )
    op.create_index(op.f("ix_components_file_id"), "components", ["file_id"], unique=False)
    op.create_index(
        "ix_components_parent_id", "components", ["parent_id", "sequence", "id"], unique=False
    )
    op.create_index(
        "ix_components_search",
        "components",
        ["sequence", "id", "published", "kind", "searched"],
        unique=False,
    )
    op.create_index(
        "ix_components_search_space",
        "components",
        ["space_id", "sequence", "id", "published", "kind", "searched"],
        unique=False,
    )
    op.create_table(
        "component_tags",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("component_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["component_id"],
            ["components.id"],
            name=op.f("fk_component_tags_component_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_component_tags")),
        sa.UniqueConstraint("component_id", "tag", name=op.f("uq_component_tags_component_id_tag")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_component_tags_tag", "component_tags", ["tag", "component_id"], unique=False
    )
