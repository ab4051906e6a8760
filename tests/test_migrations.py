"""Migrations, on both databases: they make the tables in code, and rows survive every step."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dragoman import migrations
from dragoman.core import tables
from dragoman.core.database import open_database
from dragoman.core.tx import Origin
from tests.support import postgres, schema

STEPS = [name.partition("_")[0] for name in migrations.NAMES]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    request.getfixturevalue("postgres_server")
    url = postgres.fresh_database("migrations")
    yield url
    postgres.drop_database(url)


def engine(url: str) -> sa.Engine:
    return sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))


def described(url: str) -> dict[str, Any]:
    """Columns, unique and foreign keys and indexes of every table, as the database tells."""
    opened = engine(url)
    look = sa.inspect(opened)
    found = {}
    for name in sorted(set(look.get_table_names()) - {"alembic_version", "sqlite_sequence"}):
        found[name] = {
            "columns": sorted(
                (column["name"], str(column["type"]), column["nullable"])
                for column in look.get_columns(name)
            ),
            "unique": sorted(
                tuple(unique["column_names"]) for unique in look.get_unique_constraints(name)
            ),
            "keys": sorted(
                (tuple(key["constrained_columns"]), key["referred_table"], str(key["options"]))
                for key in look.get_foreign_keys(name)
            ),
            "indexes": sorted(
                (index["name"], tuple(map(str, index.get("expressions", index["column_names"]))))
                for index in look.get_indexes(name)
                if not index.get("duplicates_constraint")
            ),
        }
    opened.dispose()
    return found


def test_migrated_schema_is_the_one_in_code(empty_url: str, tmp_path: Path) -> None:
    migrations.upgrade(empty_url)
    if empty_url.startswith("sqlite"):
        code = schema.make_sqlite(tmp_path / "code.db", tmp_path / "template.db")
        assert described(empty_url) == described(code)
        return
    code = postgres.fresh_database("code")
    schema.make_postgres(code)
    assert described(empty_url) == described(code)
    postgres.drop_database(code)


def test_numbers_are_never_reused_on_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    migrations.upgrade(url)
    opened = engine(url)
    with opened.connect() as connection:
        made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'table'")
        texts = [row[0] for row in made if row[0] and not row[0].startswith("CREATE TABLE sqlite_")]
    opened.dispose()
    assert all("AUTOINCREMENT" in text for text in texts if "alembic_version" not in text)


@pytest.mark.parametrize("step", STEPS[:-1])
def test_rows_of_every_earlier_schema_survive(empty_url: str, step: str) -> None:
    migrations.upgrade(empty_url, to=step)
    opened = engine(empty_url)
    held = sa.MetaData()
    held.reflect(opened)
    with opened.begin() as connection:
        account = connection.execute(
            held.tables["accounts"]
            .insert()
            .values(oid="a" * 24, kind="person", name="Ann", facts="{}", active=True, created_ms=1)
            .returning(held.tables["accounts"].c.id)
        ).scalar_one()
        connection.execute(
            held.tables["settings"].insert().values(name="kept", value=f'{{"account":{account}}}')
        )
        if "spaces" in held.tables:
            connection.execute(held.tables["spaces"].insert().values(name="Site", created_ms=2))
    before = _rows(opened, held)
    opened.dispose()
    migrations.upgrade(empty_url)
    opened = engine(empty_url)
    assert _rows(opened, held) == before
    opened.dispose()


def _rows(opened: sa.Engine, held: sa.MetaData) -> dict[str, list[Any]]:
    with opened.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(table.select())]
            for name, table in held.tables.items()
            if name != "alembic_version"
        }


def test_a_sqlite_file_is_copied_before_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    url = f"sqlite:///{path}"
    migrations.upgrade(url, to=STEPS[0])
    said: list[str] = []
    migrations.upgrade(url, say=said.append)
    copies = list(tmp_path.glob("old.db.before-*"))
    assert [copy.name for copy in copies] == [f"old.db.before-{STEPS[-1]}-from-{STEPS[0]}"]
    assert "backing up" in said[0]
    shutil.copy(copies[0], tmp_path / "again.db")
    assert migrations.version(f"sqlite:///{tmp_path / 'again.db'}") == STEPS[0]


def test_every_table_takes_a_row_after_migration(empty_url: str) -> None:
    """The migrated database works with the code: a core write through Tx, journalled."""
    migrations.upgrade(empty_url)
    database = open_database(empty_url)
    schema.load_tables()
    with database.begin(Origin("test"), writes=True) as tx:
        id = tx.upsert(tables.settings, {"name": "a"}, {"value": {"b": 1}})
        assert tx.get(tables.settings, id).value == {"b": 1}  # type: ignore[union-attr] # just made
    database.close()
