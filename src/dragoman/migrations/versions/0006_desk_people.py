"""desk people"""

import sqlalchemy as sa
from alembic import op

from dragoman.migrations.kinds import Id, Text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply."""
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
