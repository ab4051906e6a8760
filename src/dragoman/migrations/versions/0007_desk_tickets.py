"""desk tickets"""

import sqlalchemy as sa
from alembic import op

from dragoman.migrations.kinds import Id, Text

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "desk_canned_responses",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("language", Text, nullable=False),
        sa.Column("content", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_canned_responses")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "desk_tags",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("folded", Text, nullable=False),
        sa.Column("color", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_tags")),
        sa.UniqueConstraint("folded", name=op.f("uq_desk_tags_folded")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "desk_topics",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("icon", Text, nullable=True),
        sa.Column("icon_color", Text, nullable=True),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_topics")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "desk_articles",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=True),
        sa.Column("title", Text, nullable=False),
        sa.Column("content", Text, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("edited_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["desk_topics.id"], name=op.f("fk_desk_articles_topic_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_articles")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_desk_articles_topic_id"), "desk_articles", ["topic_id"], unique=False)
    op.create_table(
        "desk_files",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_desk_files_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_files")),
        sa.UniqueConstraint("name", name=op.f("uq_desk_files_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "desk_tickets",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", Text, nullable=False),
        sa.Column("title_folded", Text, nullable=False),
        sa.Column("content", Text, nullable=False),
        sa.Column("content_folded", Text, nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=False),
        sa.Column("by_staff", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("author_name", Text, nullable=False),
        sa.Column("author_email", Text, nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("language", Text, nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.Column("unread_staff", sa.Boolean(), nullable=False),
        sa.Column("file", Text, nullable=True),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("edited_title", sa.Boolean(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("first_closed_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_closed_ms", sa.BigInteger(), nullable=True),
        sa.Column("reopened", sa.Boolean(), nullable=False),
        sa.Column("assigns", sa.BigInteger(), nullable=False),
        sa.Column("moves", sa.BigInteger(), nullable=False),
        sa.Column("staff_replies", sa.BigInteger(), nullable=False),
        sa.Column("first_reply_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["desk_departments.id"], name=op.f("fk_desk_tickets_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_tickets")),
        sa.UniqueConstraint("number", name=op.f("uq_desk_tickets_number")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_desk_tickets_by", "desk_tickets", ["by_staff", "by_id"], unique=False)
    op.create_index(
        "ix_desk_tickets_department_id", "desk_tickets", ["department_id"], unique=False
    )
    op.create_index(
        "ix_desk_tickets_order",
        "desk_tickets",
        [
            "closed",
            "owner_id",
            "unread_staff",
            sa.literal_column("created_ms DESC"),
            sa.literal_column("id DESC"),
            "department_id",
            "by_staff",
            "by_id",
        ],
        unique=False,
    )
    op.create_index(
        "ix_desk_tickets_owner_id", "desk_tickets", ["owner_id", "closed"], unique=False
    )
    op.create_table(
        "desk_events",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("content", Text, nullable=True),
        sa.Column("content_folded", Text, nullable=True),
        sa.Column("by_staff", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("file", Text, nullable=True),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["desk_tickets.id"], name=op.f("fk_desk_events_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_events")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_desk_events_ticket_id", "desk_events", ["ticket_id", "id"], unique=False)
    op.create_table(
        "desk_ticket_tags",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("tag_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["desk_tags.id"], name=op.f("fk_desk_ticket_tags_tag_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["desk_tickets.id"], name=op.f("fk_desk_ticket_tags_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_ticket_tags")),
        sa.UniqueConstraint(
            "ticket_id", "tag_id", name=op.f("uq_desk_ticket_tags_ticket_id_tag_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_desk_ticket_tags_tag_id", "desk_ticket_tags", ["tag_id", "ticket_id"], unique=False
    )
