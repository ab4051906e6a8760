"""Canned responses."""

from typing import Any

import sqlalchemy as sa

from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.desk import numbering, tables

_ALL = prepare(sa.select(tables.canned).order_by(tables.canned.c.id))


def listed(tx: Tx) -> list[Row]:
    """Every canned response by id."""
    return tx.all(_ALL)


def create(tx: Tx, *, name: str, language: str, content: str) -> int:
    """A new one."""
    values = {"name": name, "language": language, "content": content}
    return numbering.add(tx, tables.canned, values)


def change(tx: Tx, id: int, changes: dict[str, Any]) -> None:
    """Change name, language or content."""
    tx.update(tables.canned, id, changes)


def delete(tx: Tx, id: int) -> None:
    """Remove one."""
    tx.delete(tables.canned, id)
