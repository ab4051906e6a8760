"""The part `things` of a fixture: the demo loads, twice is once, and what is wrong names its
place.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import dragoman.demo
from dragoman.core import tables
from dragoman.core.database import Database
from dragoman.core.faults import NotFound
from dragoman.core.identity import accounts
from dragoman.core.loading import BadFixture, Loading
from dragoman.core.tx import Origin, Tx
from dragoman.domains.things import fixtures, items, tokens
from dragoman.domains.things.tables import thing_events, thing_items, thing_packets
from tests.support.things import loading

ORIGIN = Origin("test")
DEMO = json.loads((Path(dragoman.demo.__file__).parent / "things.json").read_text())["things"]


def load(database: Database, part: Any, folder: Path) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        run: Loading = loading(folder, tx.now_ms)
        for login in ("admin", "operator", "viewer"):
            held = accounts.by_email(tx, f"{login}@x.example")
            id = held.id if held else accounts.create(tx, name=login, email=f"{login}@x.example")
            fixtures.join(tx, id, {"login": login}, run)
        fixtures.load(tx, part, run)


def counts(database: Database) -> list[int]:
    with database.begin(ORIGIN, writes=False) as tx:
        return [
            tx.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (thing_items, thing_packets, thing_events, tables.memberships)
        ]


def look(database: Database, work: Any) -> Any:
    with database.begin(ORIGIN, writes=False) as tx:
        return work(tx)


def test_demo_loads_and_twice_is_once(database: Database, tmp_path: Path) -> None:
    load(database, DEMO, tmp_path)
    first = counts(database)
    assert first[0] == 45
    assert first[3] == 3

    def van(tx: Tx) -> Any:
        return items.body_of(items.by_key(tx, "objects", "van-01"))

    before = look(database, van)
    assert before["state"]["online"] is True
    assert len(before["links"]["geofences"]) == 2
    silent = look(database, lambda tx: items.body_of(items.by_key(tx, "objects", "gh2-soil-herbs")))
    assert silent["state"]["online"] is False
    load(database, DEMO, tmp_path)
    assert counts(database) == first
    assert look(database, van) == before


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ({"nothing": []}, "things.nothing"),
        ({"objects": [{"id": "x", "colour": 1}]}, "things.objects[0].colour"),
        ({"objects": [{"id": "x", "model": "none"}]}, "things.objects[0].model"),
        ({"users": [{"login": "nobody"}]}, "things.users[0].login"),
        ({"users": [{"login": "admin", "group": "none"}]}, "things.users[0].group"),
        ({"groups": [{"key": "a", "parent": "none"}]}, "things.groups[0].parent"),
        ({"geofences": [{"key": "g", "name": "g", "shape": {}}]}, "things.geofences[0]"),
        ({"messages": [{"object": "none"}]}, "things.messages[0].object"),
    ],
)
def test_what_is_wrong_names_its_place(
    database: Database, tmp_path: Path, part: Any, place: str
) -> None:
    with pytest.raises(BadFixture, match=place.replace("[", r"\[").replace("]", r"\]")):
        load(database, part, tmp_path)
    assert counts(database) == [0, 0, 0, 0]


def test_token_for_the_command_line(database: Database, tmp_path: Path) -> None:
    load(database, DEMO, tmp_path)
    with database.begin(ORIGIN, writes=True) as tx:
        text = fixtures.issue(tx, "operator", "ci", {"scopes": "GET /objects/*,GET /models"})
        assert text.count(".") == 2
        held = tx.first(sa.select(thing_items.c.oid).where(thing_items.c.store == "tokens"))
        row = items.by_oid(tx, "tokens", held.oid)  # type: ignore[union-attr] # just made
        credential = tokens.credential_of(tx, row)
        assert credential is not None
        assert credential.facts["scopes"] == ["GET /objects/*", "GET /models"]
        with pytest.raises(NotFound):
            fixtures.issue(tx, "nobody", "ci", {})
