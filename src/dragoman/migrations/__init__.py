"""The schema's history: numbered files, forward only.

Alembic is imported only when something has to be done.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dragoman.core.database import open_database

_HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in (_HERE / "versions").glob("[0-9]*.py"))
HEAD = NAMES[-1].partition("_")[0] if NAMES else ""


class TooNew(Exception):
    """The database was made by a newer Dragoman."""


def version(url: str) -> str | None:
    """The schema's revision, such as `0001`; None for an empty database."""
    database = open_database(url)
    try:
        return database.version()
    finally:
        database.close()


def upgrade(url: str, *, say: Callable[[str], None] = lambda _: None, to: str = HEAD) -> None:
    """Bring a database to `to`; a SQLite file that holds something is copied first. Raises TooNew.

    The caller holds a lock; on PostgreSQL the migration takes an advisory one besides.
    """
    held = version(url)
    if held == to:
        return
    if held is not None and held > HEAD:
        raise TooNew(f"the database has schema {held}, this Dragoman knows {HEAD}")
    if held is not None and url.startswith("sqlite:///"):
        say(f"backing up before migrating to {to}: {_back_up(url, held)}")
    say(f"migrating from {held or 'nothing'} to {to}")
    _run(url, to)


def stamp(url: str, revision: str) -> None:
    """Write a revision down without changing anything; for tests of what a newer schema does."""
    import sqlalchemy as sa

    engine = sa.create_engine(_alchemy(url))
    with engine.begin() as connection:
        held = sa.table("alembic_version", sa.column("version_num"))
        connection.execute(held.update().values(version_num=revision))
    engine.dispose()


def _alchemy(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _back_up(url: str, held: str) -> str:
    path = url.removeprefix("sqlite:///")
    target = f"{path}.before-{HEAD}-from-{held}"
    if os.path.exists(target):  # noqa: PTH110 # one call, no Path needed
        os.remove(target)  # noqa: PTH107 # as above
    database = open_database(url)
    try:
        database.backup(target)
    finally:
        database.close()
    return target


def _run(url: str, to: str) -> None:
    import sqlalchemy as sa
    from alembic import command
    from alembic.config import Config

    engine = sa.create_engine(_alchemy(url))
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        with engine.begin() as connection:
            _lock(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, to)
    finally:
        engine.dispose()


def _lock(connection: Any) -> None:
    import sqlalchemy as sa

    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(0x647261676F)))
    else:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
