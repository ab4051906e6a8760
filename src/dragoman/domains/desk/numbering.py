"""Ids that count from 1 per kind without gaps, whatever else the database holds."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dragoman.core.tx import Tx


def add(tx: Tx, table: sa.Table, values: Mapping[str, Any]) -> int:
    """Insert with the next id of the table's own sequence. Returns the id."""
    return tx.insert(table, {"id": tx.count_up(table.name), **values})
