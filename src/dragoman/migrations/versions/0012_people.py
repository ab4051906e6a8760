"""People are listed by when they were last seen, and found by address, in every database."""

from alembic import op

revision = "0012"
down_revision = "0011"

_INDEXES = (
    ("ix_profiles_email_folded", "profiles", ["email_folded"]),
    ("ix_profiles_updated_ms", "profiles", ["updated_ms", "email_folded"]),
    ("ix_desk_users_signed_up_ms", "desk_users", ["signed_up_ms"]),
)


def upgrade() -> None:
    """Apply."""
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns, unique=False)
