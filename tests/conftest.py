"""Fixtures for all tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dragoman.core.database import Database, open_database
from tests.support import postgres, schema
from tests.support.site import TestSite

# The throw-away PostgreSQL, one a run: under pytest-xdist the controller begins and ends it, and
# the workers share it.


def pytest_configure() -> None:
    """Prepare for the server before there are workers, so that they inherit where it will be."""
    if not _is_worker():
        postgres.begin()


def pytest_unconfigure() -> None:
    """End the server after the last worker."""
    if not _is_worker():
        postgres.end()


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The server's administration database. Skips without PostgreSQL; in CI it fails."""
    return postgres.require()


def _is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


# One fresh database a test, on both engines.


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A new database with every table."""
    if request.param == "sqlite":
        yield schema.make_sqlite(
            tmp_path / "test.db", tmp_path_factory.getbasetemp() / "template.db"
        )
        return
    request.getfixturevalue("postgres_server")
    template = postgres.template_database("schema", schema.make_postgres)
    url = postgres.fresh_database("test", template=template)
    yield url
    postgres.drop_database(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The same, opened."""
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[TestSite]:
    """Every dialect in process over a fresh database."""
    served = TestSite(open_database(database_url), tmp_path)
    yield served
    served.close()
