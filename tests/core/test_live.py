"""The Hub: order, and no loss. Source: DESIGN.md 5."""

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest

from dragoman.core import journal, tables
from dragoman.core.database import Database, open_database
from dragoman.core.journal import Change
from dragoman.core.live import Hub, Lagging, Subscription
from dragoman.core.tx import Origin, Tx
from tests.support import postgres, schema

ORIGIN = Origin("test")


def run(database: Database, work: Callable[[Hub], Awaitable[Any]]) -> Any:
    async def go() -> Any:
        hub = Hub(database)
        database.on_commit = lambda journalled, _: hub.wake() if journalled else None
        await database.start()
        hub.start()
        database.watch(hub.wake)
        try:
            return await work(hub)
        finally:
            await hub.stop()
            await database.stop()

    return asyncio.run(go())


def put(name: str) -> Callable[[Tx], int]:
    return lambda tx: tx.insert(tables.settings, {"name": name, "value": 1})


async def take(subscription: Subscription, count: int) -> list[str]:
    async with asyncio.timeout(20):
        return [(await subscription.get()).after["name"] for _ in range(count)]  # type: ignore[index] # created


def anything(change: Change) -> bool:
    return change.subject == "settings"


def test_changes_come_in_order(database: Database) -> None:
    async def work(hub: Hub) -> list[str]:
        await database.write(ORIGIN, put("before"))
        async with hub.subscribe(anything) as subscription:
            for at in range(30):
                await database.write(ORIGIN, put(f"n{at}"))
            return await take(subscription, 30)

    assert run(database, work) == [f"n{at}" for at in range(30)]


def test_a_subscription_after_a_position_gets_the_past_once(database: Database) -> None:
    async def work(hub: Hub) -> list[str]:
        start = await database.read(ORIGIN, journal.position)
        for at in range(700):
            await database.write(ORIGIN, put(f"n{at}"))

        async def more() -> None:
            for at in range(700, 800):
                await database.write(ORIGIN, put(f"n{at}"))

        writing = asyncio.create_task(more())
        async with hub.subscribe(anything, after=start) as subscription:
            await writing
            names = await take(subscription, 800)
            await asyncio.sleep(0.1)
            assert subscription._queue.empty()
            return names

    assert run(database, work) == [f"n{at}" for at in range(800)]


def test_nothing_is_lost_between_concurrent_transactions(database_url: str) -> None:
    """Late commits of early transactions, written by other processes, the journal's hard case."""
    reading, writing = open_database(database_url), open_database(database_url)

    def write(number: int) -> None:
        chance = random.Random(number)
        for at in range(15):
            with writing.begin(ORIGIN, writes=True) as tx:
                put(f"{number}-{at}")(tx)
                threading.Event().wait(chance.random() * 0.01)

    async def work(hub: Hub) -> list[str]:
        async with hub.subscribe(anything) as subscription:
            threads = [threading.Thread(target=write, args=(at,)) for at in range(6)]
            for thread in threads:
                thread.start()
            names = await take(subscription, 90)
            for thread in threads:
                await asyncio.to_thread(thread.join)
            await asyncio.sleep(0.1)
            assert subscription._queue.empty()
            return names

    names = run(reading, work)
    assert sorted(names) == sorted(f"{number}-{at}" for number in range(6) for at in range(15))
    for number in range(6):
        mine = [name for name in names if name.startswith(f"{number}-")]
        assert mine == [f"{number}-{at}" for at in range(15)]
    reading.close()
    writing.close()


def test_a_transaction_in_another_database_delays_nothing(postgres_server: str) -> None:
    ours = open_database(postgres.fresh_database("ours", template=_template()))
    neighbour = postgres.fresh_database("neighbour")

    async def work(hub: Hub) -> list[str]:
        async with hub.subscribe(anything) as subscription:
            await ours.write(ORIGIN, put("told"))
            return await take(subscription, 1)

    with psycopg.connect(neighbour) as connection:
        connection.execute("SELECT pg_current_xact_id()")
        assert run(ours, work) == ["told"]
    ours.close()
    postgres.drop_database(neighbour)
    postgres.drop_database(ours.url)


def test_a_transaction_in_our_database_is_waited_for(postgres_server: str) -> None:
    url = postgres.fresh_database("ours", template=_template())
    ours = open_database(url)
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_current_xact_id()")
        with ours.begin(ORIGIN, writes=True) as tx:
            put("early")(tx)
        with ours.begin(ORIGIN, writes=False) as tx:
            assert journal.after(tx, "0.0") == []
    with ours.begin(ORIGIN, writes=False) as tx:
        assert [change.subject for change in journal.after(tx, "0.0")] == ["settings"]
    ours.close()
    postgres.drop_database(url)


def _template() -> str:
    return postgres.template_database("schema", schema.make_postgres)


def test_a_slow_subscriber_is_told_that_it_lost_its_place(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dragoman.core.live._QUEUE", 3)

    async def work(hub: Hub) -> None:
        async with hub.subscribe(anything) as subscription:
            for at in range(10):
                await database.write(ORIGIN, put(f"n{at}"))
            await asyncio.sleep(0.3)
            with pytest.raises(Lagging):
                await take(subscription, 10)

    run(database, work)


def test_a_rolled_back_change_is_not_told(database: Database) -> None:
    def fail(tx: Tx) -> int:
        put("lost")(tx)
        raise ZeroDivisionError

    async def work(hub: Hub) -> list[str]:
        async with hub.subscribe(anything) as subscription:
            with pytest.raises(ZeroDivisionError):
                await database.write(ORIGIN, fail)
            await database.write(ORIGIN, put("kept"))
            return await take(subscription, 1)

    assert run(database, work) == ["kept"]
