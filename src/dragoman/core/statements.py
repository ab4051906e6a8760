"""The statements that `Tx` writes with, built from tables. Nobody else writes: the journal would
miss it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from dragoman.core.sql import Prepared, member, prepare


def append(table: sa.Table, columns: Sequence[str]) -> Prepared:
    """An insert of whole rows of plain values, for `tx.store_many`; not for a journalled table.

    columns: the table's own, in its order, without `id`.
    """
    if table.info.get("journal"):
        raise ValueError(f"{table.name} is journalled")
    if list(columns) != [column.name for column in table.c if column.name != "id"]:
        raise ValueError(f"not the columns of {table.name} in their order")
    return prepare(sa.insert(table).values(_bound(table, dict.fromkeys(columns))))


def delete_all(table: sa.Table) -> Any:
    """Remove the rows whose ids are in parameter `ids_`."""
    return sa.delete(table).where(member(table.c.id, "ids_"))


def by_id(table: sa.Table) -> sa.Select[Any]:
    """One row by id."""
    return sa.select(table).where(table.c.id == sa.bindparam("id", type_=sa.BigInteger()))


def by_key(table: sa.Table, names: Sequence[str]) -> sa.Select[Any]:
    """One row by its unique columns."""
    wanted = [table.c[name] == sa.bindparam(name, type_=table.c[name].type) for name in names]
    return sa.select(table).where(*wanted)


def lock(table: sa.Table) -> sa.Select[Any]:
    """Hold one row."""
    wanted = table.c.id == sa.bindparam("id", type_=sa.BigInteger())
    return sa.select(table.c.id).where(wanted).with_for_update()


def _bound(table: sa.Table, names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: sa.bindparam(name, type_=table.c[name].type, required=True) for name in names}


def insert(table: sa.Table, row: Mapping[str, Any]) -> Any:
    """Add a row; returns its id."""
    return sa.insert(table).values(**_bound(table, row)).returning(table.c.id)


def insert_absent(table: sa.Table, row: Mapping[str, Any], engine: str) -> Any:
    """Add a row unless a unique key is taken."""
    kind: Any = postgresql if engine == "postgresql" else sqlite
    return (
        kind.insert(table)
        .values(**_bound(table, row))
        .on_conflict_do_nothing()
        .returning(table.c.id)
    )


def update(table: sa.Table, new: Mapping[str, Any]) -> Any:
    """Change columns of one row."""
    wanted = table.c.id == sa.bindparam("id_", type_=sa.BigInteger())
    return sa.update(table).where(wanted).values(**_bound(table, new))


def delete(table: sa.Table) -> Any:
    """Remove one row."""
    return sa.delete(table).where(table.c.id == sa.bindparam("id_", type_=sa.BigInteger()))
