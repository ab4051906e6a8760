"""One desk a module on each database: staff of three levels, two users, a ticket or two."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dragoman.core.database import open_database
from dragoman.core.identity import passwords
from dragoman.core.tx import Tx
from dragoman.domains.desk import departments, setup, staff, users
from tests.support import postgres, schema
from tests.support.multipart import multipart
from tests.support.site import Answer, TestSite

PASSWORD = "secret99"


class Desk:
    """Calls as one caller or another. `last` is the whole answer."""

    def __init__(self, site: TestSite) -> None:
        self.site = site
        self.callers: dict[str, dict[str, str]] = {}
        self.last: Answer

    def raw(self, path: str, fields: Any = None, *, who: str | None = None, **more: Any) -> Answer:
        """POST, with the caller's cookie and both fields."""
        pairs = list((fields or {}).items()) if isinstance(fields, dict) else list(fields or [])
        cookies = dict(more.pop("cookies", {}))
        if who is not None:
            held = self.callers[who]
            pairs += [("csrf_userid", held["id"]), ("csrf_token", held["token"])]
            cookies["PHPSESSID"] = held["cookie"]
        files = more.pop("files", None)
        if files is not None:
            body, headers = multipart([(k, str(v)) for k, v in pairs], files)
            more.update(body=body, headers=headers)
        else:
            more["form"] = pairs
        self.last = self.site.request("opensupports", "POST", path, cookies=cookies, **more)
        return self.last

    def ok(self, path: str, fields: Any = None, **more: Any) -> Any:
        """The data of a success."""
        answer = self.raw(path, fields, **more)
        assert answer.status == 200, answer
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-frame-options"] == "DENY"
        assert set(answer.json) == {"status", "data"}, (path, answer.json)
        assert answer.json["status"] == "success"
        return answer.json["data"]

    def fails(self, path: str, fields: Any = None, **more: Any) -> str:
        """The constant of a failure, which must leave nothing behind."""
        before = self.changes()
        answer = self.raw(path, fields, **more)
        assert answer.status == 200, answer
        assert answer.json["status"] == "fail", (path, answer.json)
        assert answer.json["data"] is None
        assert self.changes() == before, path
        return str(answer.json["message"])

    def changes(self) -> int:
        """How many kept journal rows there are."""
        import sqlalchemy as sa

        from dragoman.core import tables

        query = sa.select(sa.func.count()).select_from(tables.changes)
        return int(
            self.site.look(lambda tx: tx.scalar(query.where(tables.changes.c.live.is_(False))))
        )

    def log_in(
        self, who: str, email: str, password: str = PASSWORD, *, staff: bool = False
    ) -> None:
        """Keep a session under a name."""
        data = self.ok("/user/login", {"email": email, "password": password, "staff": int(staff)})
        cookie = self.last.cookies["PHPSESSID"]
        self.callers[who] = {"id": data["userId"], "token": data["token"], "cookie": cookie}

    def ticket(self, who: str = "user", **fields: Any) -> str:
        """Open a ticket and find its number."""
        given = {"title": "Help", "content": "Hi", **fields}
        self.ok("/ticket/create", given, who=who)
        import sqlalchemy as sa

        from dragoman.domains.desk import tables

        query = sa.select(tables.tickets.c.number).order_by(tables.tickets.c.id.desc()).limit(1)
        return str(self.site.look(lambda tx: tx.scalar(query)))

    def show(self, number: str, who: str = "staff3") -> dict[str, Any]:
        """The whole ticket."""
        return dict(self.ok("/ticket/get", {"ticketNumber": number}, who=who))


def plant(tx: Tx, hashes: list[str]) -> None:
    """Two departments (the second private), three staff, two users."""
    setup.install(tx)
    departments.create(tx, name="Back office", private=True)
    for level in (1, 2, 3):
        id = staff.join(
            tx,
            email=f"staff{level}@x.io",
            name=f"Agent {level}",
            level=level,
            password_hash=hashes.pop(),
        )
        staff.place(tx, id, [1] if level < 3 else [1, 2])
    users.register(tx, email="user@x.io", name="Una User", password_hash=hashes.pop())
    users.register(tx, email="other@x.io", name="Otto Other", password_hash=hashes.pop())


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """A desk with people."""
    folder = tmp_path_factory.mktemp("desk")
    if request.param == "sqlite":
        template = tmp_path_factory.getbasetemp() / "template.db"
        url = schema.make_sqlite(Path(folder) / "test.db", template)
    else:
        request.getfixturevalue("postgres_server")
        url = postgres.fresh_database(
            "test", template=postgres.template_database("schema", schema.make_postgres)
        )
    site = TestSite(open_database(url), folder)
    hashes = [passwords.hashed(PASSWORD) for _ in range(5)]
    site.tx(lambda tx: plant(tx, hashes))
    made = Desk(site)
    for level in (1, 2, 3):
        made.log_in(f"staff{level}", f"staff{level}@x.io", staff=True)
    made.log_in("user", "user@x.io")
    made.log_in("other", "other@x.io")
    yield made
    site.close()
    if request.param == "postgresql":
        postgres.drop_database(url)
