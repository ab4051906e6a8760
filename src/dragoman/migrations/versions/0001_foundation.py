"""foundation"""

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
        "desk_api_keys",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("folded", Text, nullable=False),
        sa.Column("token", Text, nullable=False),
        sa.Column("creates_users", sa.Boolean(), nullable=False),
        sa.Column("creates_tickets", sa.Boolean(), nullable=False),
        sa.Column("checks_tickets", sa.Boolean(), nullable=False),
        sa.Column("returns_number", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_api_keys")),
        sa.UniqueConstraint("folded", name=op.f("uq_desk_api_keys_folded")),
        sa.UniqueConstraint("token", name=op.f("uq_desk_api_keys_token")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "desk_bans",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("email", Text, nullable=False),
        sa.Column("folded", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_bans")),
        sa.UniqueConstraint("folded", name=op.f("uq_desk_bans_folded")),
        sqlite_autoincrement=True,
    )
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
        "desk_custom_fields",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("folded", Text, nullable=False),
        sa.Column("description", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_custom_fields")),
        sa.UniqueConstraint("folded", name=op.f("uq_desk_custom_fields_folded")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "desk_departments",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("folded", Text, nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_departments")),
        sa.UniqueConstraint("folded", name=op.f("uq_desk_departments_folded")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "desk_logs",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("subject", Text, nullable=True),
        sa.Column("by_staff", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", Text, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_logs")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_desk_logs_by", "desk_logs", ["by_staff", "by_id"], unique=False)
    op.create_table(
        "desk_mail_templates",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("template", Text, nullable=False),
        sa.Column("language", Text, nullable=False),
        sa.Column("subject", Text, nullable=False),
        sa.Column("text1", Text, nullable=False),
        sa.Column("text2", Text, nullable=False),
        sa.Column("text3", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_mail_templates")),
        sa.UniqueConstraint(
            "template", "language", name=op.f("uq_desk_mail_templates_template_language")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "desk_mails",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("template", Text, nullable=False),
        sa.Column("recipient", Text, nullable=False),
        sa.Column("subject", Text, nullable=False),
        sa.Column("body", Text, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("problem", Text, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("sent_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_mails")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "desk_settings",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("value", Text, nullable=True),
        sa.Column("hidden", Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_settings")),
        sa.UniqueConstraint("name", name=op.f("uq_desk_settings_name")),
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
        "desk_tokens",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("hash", Text, nullable=False),
        sa.Column("staff", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_tokens")),
        sa.UniqueConstraint("kind", "hash", name=op.f("uq_desk_tokens_kind_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_desk_tokens_person", "desk_tokens", ["staff", "person_id"], unique=False)
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
        "spaces",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spaces")),
        sqlite_autoincrement=True,
    )
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
        "desk_custom_options",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("field_id", sa.BigInteger(), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["field_id"], ["desk_custom_fields.id"], name=op.f("fk_desk_custom_options_field_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_custom_options")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_desk_custom_options_field_id"), "desk_custom_options", ["field_id"], unique=False
    )
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
        "desk_staff",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("name_folded", Text, nullable=False),
        sa.Column("email", Text, nullable=False),
        sa.Column("email_folded", Text, nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("profile_pic", Text, nullable=True),
        sa.Column("mail_on_new_ticket", sa.Boolean(), nullable=False),
        sa.Column("last_login_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_desk_staff_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_staff")),
        sa.UniqueConstraint("email_folded", name=op.f("uq_desk_staff_email_folded")),
        sa.UniqueConstraint("membership_id", name=op.f("uq_desk_staff_membership_id")),
        sqlite_autoincrement=True,
    )
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
    op.create_table(
        "desk_users",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=True),
        sa.Column("name", Text, nullable=False),
        sa.Column("name_folded", Text, nullable=False),
        sa.Column("email", Text, nullable=False),
        sa.Column("email_folded", Text, nullable=False),
        sa.Column("signed_up_ms", sa.BigInteger(), nullable=False),
        sa.Column("tickets", sa.BigInteger(), nullable=False),
        sa.Column("verify_token", Text, nullable=True),
        sa.Column("disabled", sa.BigInteger(), nullable=True),
        sa.Column("supervision", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_desk_users_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_users")),
        sa.UniqueConstraint("email_folded", name=op.f("uq_desk_users_email_folded")),
        sa.UniqueConstraint("membership_id", name=op.f("uq_desk_users_membership_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_desk_users_tickets"), "desk_users", ["tickets"], unique=False)
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
        "desk_custom_values",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("field_id", sa.BigInteger(), nullable=False),
        sa.Column("value", Text, nullable=False),
        sa.Column("option_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["field_id"], ["desk_custom_fields.id"], name=op.f("fk_desk_custom_values_field_id")
        ),
        sa.ForeignKeyConstraint(
            ["option_id"], ["desk_custom_options.id"], name=op.f("fk_desk_custom_values_option_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["desk_users.id"], name=op.f("fk_desk_custom_values_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_custom_values")),
        sa.UniqueConstraint(
            "user_id", "field_id", name=op.f("uq_desk_custom_values_user_id_field_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_desk_custom_values_field_id"), "desk_custom_values", ["field_id"], unique=False
    )
    op.create_table(
        "desk_staff_departments",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["desk_departments.id"],
            name=op.f("fk_desk_staff_departments_department_id"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["desk_staff.id"], name=op.f("fk_desk_staff_departments_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_staff_departments")),
        sa.UniqueConstraint(
            "staff_id",
            "department_id",
            name=op.f("uq_desk_staff_departments_staff_id_department_id"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_desk_staff_departments_department_id"),
        "desk_staff_departments",
        ["department_id"],
        unique=False,
    )
    op.create_table(
        "desk_supervised",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("supervisor_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["supervisor_id"], ["desk_users.id"], name=op.f("fk_desk_supervised_supervisor_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["desk_users.id"], name=op.f("fk_desk_supervised_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_supervised")),
        sa.UniqueConstraint(
            "supervisor_id", "user_id", name=op.f("uq_desk_supervised_supervisor_id_user_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_desk_supervised_user_id"), "desk_supervised", ["user_id"], unique=False
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
