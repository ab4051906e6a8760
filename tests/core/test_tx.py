"""Writes and their journal, savepoints, counters, the outbox."""

import time
from typing import Any

import pytest
import sqlalchemy as sa

from dragoman.core import journal, tables
from dragoman.core.database import Database
from dragoman.core.tx import Actor, Origin, Tx

ORIGIN = Origin("test", "r1", "192.0.2.1")
ACCOUNT = {
    "oid": "a" * 24,
    "kind": "person",
    "name": "Ann",
    "active": True,
    "facts": {},
    "created_ms": 1,
}


def account(tx: Tx, **changes: Any) -> int:
    return tx.insert(tables.accounts, {**ACCOUNT, **changes})


def changes(database: Database) -> list[journal.Change]:
    """The whole journal; other tests' transactions on the same server may hold it back a moment."""
    until = time.monotonic() + 20
    while True:
        with database.begin(ORIGIN, writes=False) as tx:
            there = tx.scalar(sa.select(sa.func.count()).select_from(tables.changes))
            settled = journal.after(tx, "0.0")
        if len(settled) == there:
            return settled
        assert time.monotonic() < until
        time.sleep(0.02)


def test_every_write_is_journalled(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        tx.actor = Actor(account_id=None, name="root")
        id = account(tx)
        assert tx.update(tables.accounts, id, {"name": "Bea", "active": True})
        assert not tx.update(tables.accounts, id, {"name": "Bea"})
        assert not tx.update(tables.accounts, 999, {"name": "Bea"})
        assert tx.delete(tables.accounts, id)
        assert not tx.delete(tables.accounts, id)
    created, updated, deleted = changes(database)
    assert [one.event for one in (created, updated, deleted)] == [
        "accounts.created",
        "accounts.updated",
        "accounts.deleted",
    ]
    assert created.after is not None
    assert created.after["name"] == "Ann"
    assert (updated.before, updated.after) == ({"name": "Ann"}, {"name": "Bea"})
    assert deleted.before is not None
    assert deleted.before["name"] == "Bea"
    assert {(one.dialect, one.request_id, one.subject_id) for one in changes(database)} == {
        ("test", "r1", id)
    }


def test_raising_rolls_back_writes_and_journal(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.begin(ORIGIN, writes=True) as tx:  # noqa: PT012 # two steps are the point
        account(tx)
        raise ZeroDivisionError
    assert changes(database) == []
    with database.begin(ORIGIN, writes=False) as tx:
        assert tx.scalar(sa.select(sa.func.count()).select_from(tables.accounts)) == 0


def test_secrets_are_journalled_without_their_value(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        row = {
            "oid": "b" * 24, "account_id": account(tx), "membership_id": None, "domain": "d",
            "kind": "key", "name": "k", "hash": "sesame-hash", "hint": "same", "active": True,
            "facts": {}, "created_ms": 1,
        }  # fmt: skip
        id = tx.insert(tables.credentials, row)
        tx.update(tables.credentials, id, {"hash": "sesame-other"})
        tx.delete(tables.credentials, id)
    written = changes(database)
    assert len(written) == 4
    assert "sesame" not in repr(written)
    assert written[2].after == {"hash": "changed"}


def test_a_savepoint_fails_alone(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        account(tx, oid="1")
        with pytest.raises(ZeroDivisionError), tx.savepoint():  # noqa: PT012 # two steps
            account(tx, oid="2")
            with tx.savepoint():
                account(tx, oid="3")
            raise ZeroDivisionError
        with tx.savepoint():
            account(tx, oid="4")
    assert [one.after["oid"] for one in changes(database) if one.after] == ["1", "4"]


def test_a_unique_violation_in_a_savepoint_leaves_the_rest(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        account(tx, oid="1")
        with pytest.raises(Exception, match=r"(?i)unique"), tx.savepoint():
            account(tx, oid="1")
        account(tx, oid="2")
    assert len(changes(database)) == 2


def test_checkpoint_is_only_for_batches(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx, pytest.raises(RuntimeError):
        tx.checkpoint()


def test_what_a_batch_has_committed_stays(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dragoman.core.engines.sqlite.CHECKPOINT_S", 0)
    with (  # noqa: PT012 # the steps are the point
        pytest.raises(ZeroDivisionError),
        database.begin(ORIGIN, writes=True, batch=True) as tx,
    ):
        account(tx, oid="1")
        tx.checkpoint()
        account(tx, oid="2")
        raise ZeroDivisionError
    assert [one.after["oid"] for one in changes(database) if one.after] == ["1"]


def test_upsert(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        first = tx.upsert(tables.settings, {"name": "a"}, {"value": [1]})
        assert tx.upsert(tables.settings, {"name": "a"}, {"value": [2]}) == first
        assert tx.upsert(tables.settings, {"name": "b"}, {"value": 0}) != first
    assert [one.event for one in changes(database)] == [
        "settings.created",
        "settings.updated",
        "settings.created",
    ]


def test_insert_absent_does_not_touch_what_is_there(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        assert tx.insert_absent(tables.settings, {"name": "a", "value": 1})
        assert tx.insert_absent(tables.settings, {"name": "a", "value": 2}) == 0
    assert len(changes(database)) == 1


def test_count_up_never_gives_a_number_twice(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        assert [tx.count_up("n"), tx.count_up("n"), tx.count_up("m", at_least=100)] == [1, 2, 100]
        assert tx.count_up("n", at_least=50) == 50
    with database.begin(ORIGIN, writes=True) as tx:
        assert [tx.count_up("n"), tx.count_up("m", at_least=3)] == [51, 101]


def test_live_only_notes_are_in_no_history_and_are_trimmed(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        id = account(tx)
        tx.note("accounts.seen", tables.accounts, id, keep=False, at="door")
        tx.note("accounts.greeted", tables.accounts, id, word="hello")
    with database.begin(ORIGIN, writes=True) as tx:
        history = [one.event for one in journal.history(tx, tables.accounts, id)]
        assert history == ["accounts.greeted", "accounts.created"]
        tx.now_ms += 61_000
        assert journal.trim_live(tx) == 1
    assert [(one.event, one.facts) for one in changes(database)] == [
        ("accounts.created", {}),
        ("accounts.greeted", {"word": "hello"}),
    ]


def test_delete_where_journals_each_row(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        for oid in "123":
            account(tx, oid=oid)
        gone = tx.delete_where(tables.accounts, tables.accounts.c.oid.in_(["1", "2", "9"]))
        assert gone == 2
        assert tx.delete_where(tables.accounts, tables.accounts.c.oid == "9") == 0
        with pytest.raises(RuntimeError):
            tx.update_where(tables.accounts, tables.accounts.c.oid == "3", {"name": "x"})
    assert [one.event for one in changes(database)].count("accounts.deleted") == 2


def test_values_come_back_as_they_went_in(database: Database) -> None:
    value = {"a": [1, 1.5, None, True, "ß\u2028😀"], "b": {"c": []}, "n": 2**53}
    with database.begin(ORIGIN, writes=True) as tx:
        id = tx.insert(tables.settings, {"name": "'; DROP TABLE settings; --", "value": value})
        row = tx.get(tables.settings, id)
        assert row is not None
        assert row.value == value
        assert row.name == "'; DROP TABLE settings; --"
        big = tx.insert(tables.counters, {"name": "big", "value": 2**63 - 1})
        assert tx.get(tables.counters, big).value == 2**63 - 1  # type: ignore[union-attr] # just inserted


def test_ids_are_never_reused(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        first = account(tx)
        tx.delete(tables.accounts, first)
        assert account(tx) > first
