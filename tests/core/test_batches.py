"""Items of a batch, on both databases. Source: DESIGN.md 2 (unit="item"), 3."""

import threading

import pytest

from dragoman.core import batches, tables
from dragoman.core.database import Database
from dragoman.core.faults import BadValue
from dragoman.core.tx import Origin, Tx

ORIGIN = Origin("test")


def put(tx: Tx, name: str, value: int) -> int:
    return tx.upsert(tables.settings, {"name": name}, {"value": value})


def held(database: Database) -> dict[str, int]:
    with database.begin(ORIGIN, writes=False) as tx:
        return {row.name: row.value for row in tx.all(tables.settings.select())}


def test_an_item_that_another_transaction_crossed_runs_again(database: Database) -> None:
    made, ended = threading.Event(), threading.Event()

    def other() -> None:
        with database.begin(ORIGIN, writes=True) as tx:
            put(tx, "taken", 1)
            made.set()
            ended.wait(0.3)  # the batch meets the unique name meanwhile

    thread = threading.Thread(target=other)
    thread.start()
    made.wait()
    with database.begin(ORIGIN, writes=True, batch=True) as tx:
        batches.apart(tx, lambda: put(tx, "before", 3))
        batches.apart(tx, lambda: put(tx, "taken", 2))
    thread.join()
    assert held(database) == {"before": 3, "taken": 2}


def test_a_failed_item_leaves_the_others(database: Database) -> None:
    def fail(tx: Tx) -> int:
        put(tx, "lost", 1)
        raise BadValue("name")

    with database.begin(ORIGIN, writes=True, batch=True) as tx:
        batches.apart(tx, lambda: put(tx, "kept", 1))
        with pytest.raises(BadValue):
            batches.apart(tx, lambda: fail(tx))
        batches.apart(tx, lambda: put(tx, "last", 1))
    assert held(database) == {"kept": 1, "last": 1}
