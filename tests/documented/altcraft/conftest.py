"""Two databases, two resources, tokens: the objects that the document's examples name."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.database import open_database
from dragoman.core.files import Files
from dragoman.core.loading import Loading
from dragoman.core.tx import Tx
from dragoman.domains.profiles import access, fixtures
from tests.support.site import Answer, TestSite

ALL, LIMITED, READER, OFF = "a" * 32, "b" * 32, "c" * 32, "d" * 32
FIXTURE: dict[str, Any] = {
    "groups": [{"number": 5, "name": "five"}, {"number": 7, "name": "seven"}],
    "roles": [
        {"name": "all", "permissions": sorted(access.PERMISSIONS)},
        {"name": "reader", "permissions": ["profiles_read"]},
    ],
    "tokens": [
        {"name": "all", "text": ALL, "groups": [0], "roles": ["all"]},
        {"name": "limited", "text": LIMITED, "groups": [5]},
        {"name": "reader", "text": READER, "groups": [0], "roles": ["reader"]},
        {"name": "off", "text": OFF, "active": False},
    ],
    "databases": [
        {
            "number": 1,
            "name": "Main",
            "groups": [5],
            "tags": ["shop"],
            "suppression_list": 1,
            "fields": [
                {"name": "code", "type": "unicode", "unique": True},
                {"name": "counter", "type": "int"},
                {"name": "rate", "type": "float"},
                {"name": "vip", "type": "bool"},
                {"name": "seen", "type": "date"},
                {"name": "tags", "type": "tags"},
                {"name": "place", "type": "object"},
                {"name": "things", "type": "arr_object"},
                {"name": "second", "type": "email"},
                {"name": "addr", "type": "ip"},
                {"name": "mobile", "type": "phone"},
                {
                    "name": "kind",
                    "type": "enum",
                    "values": [{"number": 1, "key": "a", "title": "Alpha"}],
                },
            ],
        },
        {
            "number": 2,
            "name": "Other",
            "groups": [7],
            "fields": [{"name": "must", "type": "unicode", "required": True}],
        },
    ],
    "resources": [
        {
            "number": 1,
            "name": "Site",
            "url": "https://x.example",
            "tracking_domain": "t.x.example",
            "channels": ["email", "sms", "push", "telegram_bot"],
            "databases": [1],
            "groups": [5],
            "increase_priority": True,
            "categories": [{"name": "news"}],
            "fields": [{"channel": "push", "name": "alerts", "type": "bool"}],
        },
        {"number": 2, "name": "Far", "channels": ["email"], "databases": [2], "groups": [7]},
    ],
    "segments": [
        {"number": 1, "name": "static", "database": 1, "kind": "static"},
        {"number": 2, "name": "dynamic", "database": 1, "kind": "dynamic"},
    ],
    "relations": [
        {
            "number": 1,
            "name": "Recommended",
            "database_a": 1,
            "database_b": 1,
            "properties": {"orders": "int", "value": "float", "thanked": "bool"},
        },
        {"number": 2, "name": "Far", "database_a": 1, "database_b": 2, "groups": [7]},
    ],
}


class Platform:
    """Calls to the API."""

    def __init__(self, site: TestSite) -> None:
        self.site = site

    def raw(self, method: str = "POST", path: str = "profiles/import", **more: Any) -> Answer:
        """Any request below the base address."""
        return self.site.request("altcraft", method, f"/api/v1.1/{path}", **more)

    def call(self, path: str, *, headers: dict[str, str] | None = None, **parameters: Any) -> Any:
        """The envelope of a JSON call; `token` is added unless given."""
        parameters.setdefault("token", ALL)
        return self.raw(path=path, json=parameters, headers=headers).json

    def get(self, email: str, db_id: int = 1) -> Any:
        """A profile's data."""
        return self.call("profiles/get", db_id=db_id, matching="email_profile", email=email)["data"]

    def changes(self) -> int:
        """How many journal rows there are."""
        count = sa.select(sa.func.count()).select_from(tables.changes)
        return int(self.site.look(lambda tx: tx.scalar(count)))


@pytest.fixture
def make(database_url: str, tmp_path: Path) -> Iterator[Callable[..., Platform]]:
    """Makes the platform with options of the dialect."""
    made: list[TestSite] = []

    def one(**options: Any) -> Platform:
        site = TestSite(open_database(database_url), tmp_path, altcraft=options)
        made.append(site)
        loading = Loading(Files(f"file://{tmp_path / 'files'}"), tmp_path, 1_700_000_000_000)

        def fill(tx: Tx) -> None:
            fixtures.load(tx, FIXTURE, loading)

        site.tx(fill)
        return Platform(site)

    yield one
    for site in made:
        site.close()


@pytest.fixture
def platform(make: Callable[..., Platform]) -> Platform:
    """The platform with default options."""
    return make()
