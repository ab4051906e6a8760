"""The demo's desk, loaded twice."""

from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

import dragoman.demo
from dragoman.core.clock import now_ms
from dragoman.core.database import Database
from dragoman.core.faults import NotFound
from dragoman.core.files import Files
from dragoman.core.identity import accounts
from dragoman.core.loading import Loading
from dragoman.core.tx import Origin, Tx
from dragoman.domains.desk import apikeys, fixtures, letters, tables

FOLDER = Path(dragoman.demo.__file__).parent


def counts(tx: Tx) -> dict[str, int]:
    found = (
        tables.departments, tables.staff, tables.users, tables.tags, tables.topics,
        tables.articles, tables.tickets, tables.events, tables.files, tables.canned, tables.bans,
    )  # fmt: skip
    return {table.name: tx.scalar(sa.select(sa.func.count()).select_from(table)) for table in found}


def test_demo_loads_and_loading_twice_is_harmless(database: Database, tmp_path: Path) -> None:
    people = msgspec.json.decode((FOLDER / "people.json").read_bytes())["accounts"]
    desk = msgspec.json.decode((FOLDER / "desk.json").read_bytes())["desk"]
    loading = Loading(Files(f"file://{tmp_path / 'files'}"), FOLDER, now_ms())
    with database.begin(Origin("test"), writes=True) as tx:
        for person in people:
            account_id = accounts.create(tx, name=person["name"])
            for member in person.get("memberships", []):
                if member["domain"] == "desk":
                    facts = {"login": person["email"], **member}
                    fixtures.join(tx, account_id, facts, loading)
        fixtures.load(tx, desk, loading)
        first = counts(tx)
        fixtures.load(tx, desk, loading)
        assert counts(tx) == first
        assert first["desk_departments"] == 2
        assert first["desk_tickets"] == len(desk["tickets"]) >= 30
        assert first["desk_articles"] == 5
        assert first["desk_topics"] == 2
        assert letters.outbox(tx) == []
        ids = [
            row.id for row in tx.all(sa.select(tables.tickets.c.id).order_by(tables.tickets.c.id))
        ]
        assert ids == list(range(1, len(ids) + 1))


def test_a_key_is_issued_with_the_flags_asked_for(database: Database) -> None:
    with database.begin(Origin("test"), writes=True) as tx:
        token = fixtures.issue(tx, "", "shop", {"creates_tickets": True, "returns_number": 1})
        held = apikeys.find(tx, token)
        assert held is not None
        assert (held.name, held.creates_tickets, held.returns_number) == ("shop", True, True)
        assert (held.creates_users, held.checks_tickets) == (False, False)
        with pytest.raises(NotFound):
            fixtures.issue(tx, "", "other", {"canCreate": True})
