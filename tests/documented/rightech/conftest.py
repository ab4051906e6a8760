"""A site with an organisation of things. A module shares one site a database; every test finds it
emptied and furnished again.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from dragoman.core.database import open_database
from dragoman.core.tx import Tx
from tests.support import postgres, schema, things
from tests.support.bounded import bounded
from tests.support.site import TestSite
from tests.support.things import Client

# Kept for as long as a site runs: the journal, which workers follow by position, and what they
# remember of (the secret that signs tokens).
_KEPT = ("changes", "settings", "counters", "jobs")


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    with bounded(60):
        yield


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def module_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestSite]:
    folder = tmp_path_factory.mktemp("things")
    if request.param == "sqlite":
        template = tmp_path_factory.getbasetemp() / "template.db"
        url = schema.make_sqlite(folder / "test.db", template)
    else:
        request.getfixturevalue("postgres_server")
        template_name = postgres.template_database("schema", schema.make_postgres)
        url = postgres.fresh_database("things", template=template_name)
    served = TestSite(open_database(url), folder)
    yield served
    served.close()
    if request.param == "postgresql":
        postgres.drop_database(url)


@pytest.fixture
def things_site(module_site: TestSite, tmp_path: Path) -> Iterator[TestSite]:
    module_site.flush_log()
    module_site.tx(_empty)
    module_site.tx(lambda tx: things.furnish(tx, tmp_path))
    yield module_site
    for dialect in module_site.app.dialects:
        module_site.run(dialect.ending())
    module_site.run(asyncio.sleep(0.01))  # sockets say goodbye


def _empty(tx: Tx) -> None:
    for table in reversed(schema.load_tables().sorted_tables):
        if table.name not in _KEPT:
            tx._channel.execute(f"DELETE FROM {table.name}", ())  # noqa: S608 # our own names


@pytest.fixture
def admin(things_site: TestSite) -> Client:
    return Client(things_site)


@pytest.fixture
def farmer(things_site: TestSite) -> Client:
    """A user of the group below the root."""
    return Client(things_site, "farmer")


@pytest.fixture
def miller(things_site: TestSite) -> Client:
    """A user of another group below the root."""
    return Client(things_site, "miller")
