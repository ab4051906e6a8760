"""Exports and counters of profiles as tasks that can be asked about."""

import sqlalchemy as sa
from alembic import op

from dragoman.migrations.kinds import Id, Text

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "profile_tasks",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("progress", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("credential_id", sa.BigInteger(), nullable=True),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("file_key", Text, nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials.id"],
            name=op.f("fk_profile_tasks_credential_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_profile_tasks_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_tasks")),
        sa.UniqueConstraint("file_key", name=op.f("uq_profile_tasks_file_key")),
        sa.UniqueConstraint("key", name=op.f("uq_profile_tasks_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_profile_tasks_created_ms", "profile_tasks", ["created_ms"], unique=False)
