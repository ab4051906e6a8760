"""console"""

import sqlalchemy as sa
from alembic import op

from dragoman.migrations.kinds import Id, Text

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "console_drafts",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("subject", Text, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("saved_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_console_drafts_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_drafts")),
        sa.UniqueConstraint(
            "account_id", "kind", "subject", name=op.f("uq_console_drafts_account_id_kind_subject")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_console_drafts_saved_ms", "console_drafts", ["saved_ms"], unique=False)
    op.create_table(
        "console_preferences",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_console_preferences_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_preferences")),
        sa.UniqueConstraint(
            "account_id", "name", name=op.f("uq_console_preferences_account_id_name")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "console_views",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("page", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("query", Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_console_views_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_views")),
        sa.UniqueConstraint(
            "account_id", "page", "name", name=op.f("uq_console_views_account_id_page_name")
        ),
        sqlite_autoincrement=True,
    )
