"""core"""

import sqlalchemy as sa
from alembic import op

from dragoman.migrations.kinds import Id, Text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "accounts",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("oid", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("email", Text, nullable=True),
        sa.Column("email_folded", Text, nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email_folded", name=op.f("uq_accounts_email_folded")),
        sa.UniqueConstraint("oid", name=op.f("uq_accounts_oid")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "changes",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("txid", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("event", Text, nullable=False),
        sa.Column("subject", Text, nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("dialect", Text, nullable=False),
        sa.Column("request_id", Text, nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_changes_live",
        "changes",
        ["at_ms"],
        unique=False,
        sqlite_where=sa.text("live"),
        postgresql_where=sa.text("live"),
    )
    op.create_index(
        "ix_changes_subject_subject_id", "changes", ["subject", "subject_id"], unique=False
    )
    op.create_table(
        "counters",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counters")),
        sa.UniqueConstraint("name", name=op.f("uq_counters_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "files",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("oid", Text, nullable=False),
        sa.Column("path", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("media_type", Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("unlinked_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("oid", name=op.f("uq_files_oid")),
        sa.UniqueConstraint("path", name=op.f("uq_files_path")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_files_unlinked_ms"), "files", ["unlinked_ms"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("lease_ms", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("problem", Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_state_due_ms", "jobs", ["state", "due_ms"], unique=False)
    op.create_table(
        "request_hours",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("hour_ms", sa.BigInteger(), nullable=False),
        sa.Column("dialect", Text, nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("client_errors", sa.BigInteger(), nullable=False),
        sa.Column("server_errors", sa.BigInteger(), nullable=False),
        sa.Column("durations", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_hours")),
        sa.UniqueConstraint("hour_ms", "dialect", name=op.f("uq_request_hours_hour_ms_dialect")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "request_log",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("dialect", Text, nullable=False),
        sa.Column("request_id", Text, nullable=False),
        sa.Column("method", Text, nullable=False),
        sa.Column("path", Text, nullable=False),
        sa.Column("query", Text, nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("outcome", Text, nullable=False),
        sa.Column("code", Text, nullable=False),
        sa.Column("function", Text, nullable=False),
        sa.Column("duration_us", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", Text, nullable=False),
        sa.Column("remote", Text, nullable=False),
        sa.Column("request_bytes", sa.BigInteger(), nullable=False),
        sa.Column("response_bytes", sa.BigInteger(), nullable=False),
        sa.Column("request_headers", Text, nullable=False),
        sa.Column("request_body", Text, nullable=False),
        sa.Column("response_headers", Text, nullable=False),
        sa.Column("response_body", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_log")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_request_log_at_ms"), "request_log", ["at_ms"], unique=False)
    op.create_index("ix_request_log_dialect_id", "request_log", ["dialect", "id"], unique=False)
    op.create_table(
        "request_minutes",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("minute_ms", sa.BigInteger(), nullable=False),
        sa.Column("dialect", Text, nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("client_errors", sa.BigInteger(), nullable=False),
        sa.Column("server_errors", sa.BigInteger(), nullable=False),
        sa.Column("durations", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_minutes")),
        sa.UniqueConstraint(
            "minute_ms", "dialect", name=op.f("uq_request_minutes_minute_ms_dialect")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "settings",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings")),
        sa.UniqueConstraint("name", name=op.f("uq_settings_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "grants",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("domain", Text, nullable=False),
        sa.Column("right", Text, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_grants_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint(
            "account_id", "domain", "right", name=op.f("uq_grants_account_id_domain_right")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "memberships",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("domain", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("login", Text, nullable=False),
        sa.Column("login_folded", Text, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_memberships_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint(
            "domain", "kind", "login_folded", name=op.f("uq_memberships_domain_kind_login_folded")
        ),
        sa.UniqueConstraint(
            "domain", "kind", "number", name=op.f("uq_memberships_domain_kind_number")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_memberships_account_id"), "memberships", ["account_id"], unique=False)
    op.create_table(
        "credentials",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("oid", Text, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=True),
        sa.Column("domain", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("hash", Text, nullable=False),
        sa.Column("hint", Text, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_used_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_credentials_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_credentials_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials")),
        sa.UniqueConstraint(
            "domain",
            "kind",
            "hash",
            "membership_id",
            name=op.f("uq_credentials_domain_kind_hash_membership_id"),
        ),
        sa.UniqueConstraint("oid", name=op.f("uq_credentials_oid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_credentials_account_id"), "credentials", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_credentials_membership_id"), "credentials", ["membership_id"], unique=False
    )
    op.create_table(
        "sessions",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("domain", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("hash", Text, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("membership_id", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_sessions_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("domain", "kind", "hash", name=op.f("uq_sessions_domain_kind_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False)
    op.create_index("ix_sessions_expires_ms", "sessions", ["expires_ms"], unique=False)
    op.create_index(op.f("ix_sessions_membership_id"), "sessions", ["membership_id"], unique=False)
