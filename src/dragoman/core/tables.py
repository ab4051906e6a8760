"""Column kinds and the tables of `core`. Domains add theirs to the same `metadata` in
`domains/<x>/tables.py`.

Every table has a 64-bit `id` that is never reused. `info={"journal": False}` on a table leaves it
out of the journal (pure API state); `info={"secret": True}` on a column journals that it changed,
never its value.
"""

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Text = sa.Text().with_variant(
    sa.Text(collation="C"), "postgresql"
)  # the same order on both databases


class Json(sa.types.UserDefinedType[Any]):
    """JSON kept as text on both databases; Python values in and out."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The column type in DDL."""
        return "TEXT"


class RawJson(Json):
    """JSON text kept to the letter; `msgspec.Raw` in and out."""

    cache_ok = True


def table(name: str, *columns: Any, journal: bool = True, **options: Any) -> sa.Table:
    """A table with `id` first, AUTOINCREMENT on SQLite, identity on PostgreSQL."""
    return sa.Table(
        name,
        metadata,
        sa.Column("id", Id, sa.Identity(always=False), primary_key=True),
        *columns,
        sqlite_autoincrement=True,
        info={"journal": journal},
        **options,
    )


def defaults(table: sa.Table) -> dict[str, Any]:
    """Values of the columns that an insert may leave out: their default, else NULL."""
    known: dict[str, Any] | None = table.info.get("defaults")
    if known is None:
        known = table.info["defaults"] = {
            column.name: None if column.default is None else column.default.arg  # type: ignore[attr-defined] # scalar defaults
            for column in table.c
            if column.name != "id" and (column.default is not None or column.nullable)
        }
    return known


def text(name: str, default: str | None = "", **options: Any) -> sa.Column[str]:
    """A text column, not null unless `default` is None and `nullable` says so."""
    options.setdefault("nullable", False)
    return sa.Column(name, Text, default=default, **options)


def optional_text(name: str, **options: Any) -> sa.Column[str]:
    """A text column that may be null."""
    return sa.Column(name, Text, nullable=True, **options)


def integer(name: str, default: int | None = None, **options: Any) -> sa.Column[int]:
    """A 64-bit integer column, not null unless told."""
    options.setdefault("nullable", False)
    return sa.Column(name, sa.BigInteger(), default=default, **options)


def flag(name: str, default: bool | None = None, **options: Any) -> sa.Column[bool]:
    """A boolean column."""
    return sa.Column(name, sa.Boolean(), nullable=False, default=default, **options)


def json(name: str, **options: Any) -> sa.Column[Any]:
    """A JSON column (see `Json`)."""
    options.setdefault("nullable", False)
    return sa.Column(name, Json(), **options)


def ms(name: str, **options: Any) -> sa.Column[int]:
    """An instant in milliseconds UTC."""
    return integer(name, **options)


def link(
    name: str, target: str, *, nullable: bool = False, ondelete: str | None = None, **options: Any
) -> Any:
    """A foreign key to `target` (`accounts.id`)."""
    key = sa.ForeignKey(target, ondelete=ondelete)
    return sa.Column(name, sa.BigInteger(), key, nullable=nullable, **options)


SECRET = {"secret": True}

accounts = table(
    "accounts",
    text("oid", unique=True),
    text("kind"),  # person | program
    text("name"),
    optional_text("email"),  # set by an administrator or a fixture only, never by a dialect
    optional_text("email_folded", unique=True),
    json("facts"),
    flag("active"),
    ms("created_ms"),
    ms("last_seen_ms", nullable=True),
)

memberships = table(
    "memberships",
    link("account_id", "accounts.id", index=True),
    text("domain"),
    text("kind"),  # what the domain calls it: user, staff, ...
    integer("number"),
    text("login"),
    text("login_folded"),
    flag("active"),
    json("facts"),
    ms("created_ms"),
    sa.UniqueConstraint("domain", "kind", "number"),
    sa.UniqueConstraint("domain", "kind", "login_folded"),
)

grants = table(
    "grants",
    link("account_id", "accounts.id"),
    text("domain"),
    text("right"),
    sa.UniqueConstraint("account_id", "domain", "right"),
)

credentials = table(
    "credentials",
    text("oid", unique=True),
    link("account_id", "accounts.id", index=True),
    link("membership_id", "memberships.id", nullable=True, index=True),
    text("domain"),
    text("kind"),  # password | key | token
    text("name"),
    text("hash", info=SECRET),
    text("hint"),  # last four characters
    flag("active"),
    json("facts"),
    ms("created_ms"),
    ms("expires_ms", nullable=True),
    ms("last_used_ms", nullable=True),
    sa.UniqueConstraint("domain", "kind", "hash", "membership_id"),
)

sessions = table(
    "sessions",
    text("domain"),
    text("kind"),
    text("hash"),
    link("account_id", "accounts.id", nullable=True, index=True),
    link("membership_id", "memberships.id", nullable=True, index=True),
    json("facts"),
    ms("created_ms"),
    ms("seen_ms"),
    ms("expires_ms"),
    sa.UniqueConstraint("domain", "kind", "hash"),
    sa.Index("ix_sessions_expires_ms", "expires_ms"),
    journal=False,
)

counters = table(
    "counters",
    text("name", unique=True),
    integer("value"),
    journal=False,
)

settings = table(
    "settings",
    text("name", unique=True),
    json("value"),
)

changes = table(
    "changes",
    integer("txid"),
    ms("at_ms"),
    text("event"),
    text("subject"),
    integer("subject_id"),
    integer("account_id", nullable=True),
    text("dialect"),
    text("request_id"),
    json("before", nullable=True),
    json("after", nullable=True),
    json("facts", nullable=True),
    flag("live"),
    sa.Index("ix_changes_subject_subject_id", "subject", "subject_id"),
    sa.Index(
        "ix_changes_live", "at_ms", sqlite_where=sa.text("live"), postgresql_where=sa.text("live")
    ),
    journal=False,
)

jobs = table(
    "jobs",
    text("kind"),
    json("facts"),
    text("state"),  # waiting | running | done | failed
    ms("due_ms"),
    ms("lease_ms", nullable=True),
    integer("attempts"),
    text("problem"),
    ms("created_ms"),
    ms("ended_ms", nullable=True),
    sa.Index("ix_jobs_state_due_ms", "state", "due_ms"),
    journal=False,
)

files = table(
    "files",
    text("oid", unique=True),
    text("path", unique=True),  # where the bytes lie in the store
    text("name"),
    text("media_type"),
    integer("size_bytes"),
    text("sha256"),
    ms("created_ms"),
    ms("unlinked_ms", nullable=True, index=True),
)

request_log = table(
    "request_log",
    ms("at_ms", index=True),
    text("dialect"),
    text("request_id"),
    text("method"),
    text("path"),
    text("query"),
    integer("status"),
    text("outcome"),  # success | client_error | server_error
    text("code"),
    text("function"),
    integer("duration_us"),
    integer("account_id", nullable=True),
    text("actor"),
    text("remote"),
    integer("request_bytes"),
    integer("response_bytes"),
    text("request_headers"),
    text("request_body"),
    text("response_headers"),
    text("response_body"),
    sa.Index("ix_request_log_dialect_id", "dialect", "id"),
    sa.Index(  # failed calls are few; queries must say `outcome <> 'success'` in these words
        "ix_request_log_failed",
        "id",
        sqlite_where=sa.text("outcome <> 'success'"),
        postgresql_where=sa.text("outcome <> 'success'"),
    ),
    journal=False,
)

request_minutes = table(
    "request_minutes",
    ms("minute_ms"),
    text("dialect"),
    integer("calls"),
    integer("client_errors"),
    integer("server_errors"),
    json("durations"),  # counts per bucket, see wire/requestlog
    sa.UniqueConstraint("minute_ms", "dialect"),
    journal=False,
)

request_hours = table(  # the same by the hour, for long ranges
    "request_hours",
    ms("hour_ms"),
    text("dialect"),
    integer("calls"),
    integer("client_errors"),
    integer("server_errors"),
    json("durations"),
    sa.UniqueConstraint("hour_ms", "dialect"),
    journal=False,
)
