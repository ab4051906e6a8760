"""A site with an organisation of things."""

from pathlib import Path

import pytest

from tests.support import things
from tests.support.site import TestSite
from tests.support.things import Client


@pytest.fixture
def things_site(site: TestSite, tmp_path: Path) -> TestSite:
    site.tx(lambda tx: things.furnish(tx, tmp_path))
    return site


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
