"""A database with every table, made straight from `tables` (migrations have tests of their own)."""

import importlib
import pkgutil
import shutil
from pathlib import Path

import apsw
import psycopg
import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

import dragoman.domains
from dragoman.core import tables
from dragoman.core.sql import Statements


def load_tables() -> sa.MetaData:
    """Import every domain's tables, so that the metadata is whole."""
    for found in pkgutil.iter_modules(dragoman.domains.__path__):
        name = f"dragoman.domains.{found.name}.tables"
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
    return tables.metadata


def ddl(engine: str) -> list[str]:
    """The statements that make the whole schema."""
    dialect = Statements(engine).dialect
    out = []
    for table in load_tables().sorted_tables:
        out.append(str(CreateTable(table).compile(dialect=dialect)))
        out.extend(
            str(CreateIndex(index).compile(dialect=dialect))
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        )
    return out


def make_sqlite(path: Path, template: Path) -> str:
    """A new SQLite database; `template` is made once and copied. Returns its URL."""
    if not template.exists():
        fresh = template.with_suffix(f".{id(path)}")
        connection = apsw.Connection(str(fresh))
        for statement in ddl("sqlite"):
            connection.execute(statement)
        connection.close()
        fresh.rename(template)
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"


def make_postgres(url: str) -> None:
    """Every table in an empty PostgreSQL database."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in ddl("postgresql"):
            connection.execute(statement.encode())
