"""The failed calls of the request log are found without reading the others."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply."""
    failed = sa.text("outcome <> 'success'")
    op.create_index(
        "ix_request_log_failed",
        "request_log",
        ["id"],
        unique=False,
        sqlite_where=failed,
        postgresql_where=failed,
    )
