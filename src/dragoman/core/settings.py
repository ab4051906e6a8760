"""Settings that a domain or the server keeps by name, each one JSON value."""

from typing import Any

import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.sql import prepare
from dragoman.core.tx import Tx

_NAMED = prepare(
    sa.select(tables.settings.c.value).where(tables.settings.c.name == sa.bindparam("name"))
)


def read(tx: Tx, name: str) -> Any:
    """The value of a setting; None for one that was never set."""
    row = tx.first(_NAMED, name=name)
    return row.value if row is not None else None


def store(tx: Tx, name: str, value: Any) -> None:
    """Set it, whatever it was before."""
    tx.upsert(tables.settings, {"name": name}, {"value": value})
