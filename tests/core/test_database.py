"""Lanes: group commit, reruns, full and locked databases. Source: DESIGN.md 3."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import apsw
import pytest
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.database import Database, DatabaseFailed, open_database, problem
from dragoman.core.tx import Origin, Tx
from tests.support import schema

T = TypeVar("T")
ORIGIN = Origin("test")


def on_loop(database: Database, work: Callable[[], Awaitable[T]]) -> T:
    """Run with the database started on a loop."""

    async def run() -> T:
        await database.start()
        try:
            return await work()
        finally:
            await database.stop()

    return asyncio.run(run())


def put(name: str, value: Any = 1) -> Callable[[Tx], int]:
    return lambda tx: tx.insert(tables.settings, {"name": name, "value": value})


def names(database: Database) -> set[str]:
    with database.begin(ORIGIN, writes=False) as tx:
        return {row.name for row in tx.all(sa.select(tables.settings.c.name))}


def journalled(database: Database) -> int:
    with database.begin(ORIGIN, writes=False) as tx:
        return int(tx.scalar(sa.select(sa.func.count()).select_from(tables.changes)))


def test_a_write_that_fails_hurts_nobody_else(database: Database) -> None:
    def fail(tx: Tx) -> int:
        put("lost")(tx)
        raise ZeroDivisionError

    async def work() -> list[Any]:
        writes = [
            database.write(ORIGIN, fail if at % 5 == 2 else put(f"n{at}")) for at in range(40)
        ]
        return await asyncio.gather(*writes, return_exceptions=True)

    answers = on_loop(database, work)
    for at, answer in enumerate(answers):
        assert isinstance(answer, ZeroDivisionError if at % 5 == 2 else int)
    assert names(database) == {f"n{at}" for at in range(40) if at % 5 != 2}
    assert journalled(database) == 32


def test_racing_upserts_of_one_key_all_succeed(database: Database) -> None:
    def put_same(at: int) -> Callable[[Tx], int]:
        return lambda tx: tx.upsert(tables.settings, {"name": "k"}, {"value": at})

    async def work() -> list[int]:
        return await asyncio.gather(*(database.write(ORIGIN, put_same(at)) for at in range(20)))

    assert len(set(on_loop(database, work))) == 1


def test_racing_counters_give_each_number_once(database: Database) -> None:
    async def work() -> list[int]:
        return await asyncio.gather(
            *(database.write(ORIGIN, lambda tx: tx.count_up("n")) for _ in range(30))
        )

    assert sorted(on_loop(database, work)) == list(range(1, 31))


def test_a_unique_violation_runs_again_and_then_is_raised(database: Database) -> None:
    runs = []

    def collide(tx: Tx) -> int:
        runs.append(1)
        return put("a")(tx)

    async def work() -> None:
        await database.write(ORIGIN, put("a"))
        with pytest.raises(Exception, match=r"(?i)unique"):
            await database.write(ORIGIN, collide)

    on_loop(database, work)
    assert len(runs) == 3


def test_a_read_sees_one_snapshot_and_cannot_write(database: Database) -> None:
    async def work() -> None:
        await database.write(ORIGIN, put("a"))
        found = await database.read(ORIGIN, lambda tx: tx.all(sa.select(tables.settings)))
        assert [row.name for row in found] == ["a"]
        with pytest.raises(Exception, match=r"(?i)read.?only"):
            await database.read(ORIGIN, put("b"))
        await database.write(ORIGIN, put("c"))

    on_loop(database, work)
    assert names(database) == {"a", "c"}


def test_a_read_of_many_rows_is_whole(database: Database) -> None:
    with database.begin(ORIGIN, writes=True) as tx:
        for at in range(1200):
            put(f"n{at}")(tx)

    async def work() -> list[int]:
        count = lambda tx: len(tx.all(sa.select(tables.settings)))  # noqa: E731 # short
        return await asyncio.gather(*(database.read(ORIGIN, count) for _ in range(8)))

    assert on_loop(database, work) == [1200] * 8


def test_a_batch_lets_others_write(database: Database) -> None:
    started = threading.Event()

    def batch(tx: Tx) -> int:
        for at in range(60):
            with tx.savepoint():
                put(f"b{at}")(tx)
            started.set()
            threading.Event().wait(0.005)
            tx.checkpoint()
        return 60

    async def work() -> bool:
        running = asyncio.create_task(database.heavy(ORIGIN, batch, writes=True, batch=True))
        await asyncio.to_thread(started.wait)
        await database.write(ORIGIN, put("quick"))
        before = not running.done()
        assert await running == 60
        return before

    assert on_loop(database, work)
    assert len(names(database)) == 61


def test_stop_waits_for_a_batch(database: Database) -> None:
    def batch(tx: Tx) -> None:
        for at in range(40):
            put(f"b{at}")(tx)
            threading.Event().wait(0.01)
            tx.checkpoint()

    async def work() -> Any:
        running = asyncio.create_task(database.heavy(ORIGIN, batch, writes=True, batch=True))
        await asyncio.sleep(0.1)
        return running

    async def run() -> None:
        await database.start()
        running = await work()
        async with asyncio.timeout(10):
            await database.stop()
            await running

    asyncio.run(run())
    assert len(names(database)) == 40


# SQLite alone


@pytest.fixture
def path(tmp_path: Path) -> Path:
    schema.make_sqlite(tmp_path / "small.db", tmp_path / "template.db")
    return tmp_path / "small.db"


def test_full_disk_fails_what_does_not_fit_and_recovers(path: Path) -> None:
    pages = path.stat().st_size // 4096 + 30
    database = open_database(f"sqlite:///{path}", max_pages=pages)
    large = "x" * 500_000

    async def work() -> list[Any]:
        first = await asyncio.gather(
            *(database.write(ORIGIN, put(f"n{at}")) for at in range(10)),
            database.write(ORIGIN, put("large", large)),
            *(database.write(ORIGIN, put(f"m{at}")) for at in range(10)),
            return_exceptions=True,
        )
        await database.write(ORIGIN, put("after"))
        with pytest.raises(DatabaseFailed):
            await database.heavy(ORIGIN, put("heavy", large), writes=True)
        await database.write(ORIGIN, put("after heavy"))
        return first

    answers = on_loop(database, work)
    assert isinstance(answers[10], DatabaseFailed)
    assert all(isinstance(one, int) for at, one in enumerate(answers) if at != 10)
    expected = {f"{letter}{at}" for letter in "nm" for at in range(10)}
    assert names(database) == {*expected, "after", "after heavy"}
    assert journalled(database) == 22
    database.close()


def test_a_locked_database_is_waited_for_without_stopping_the_loop(path: Path) -> None:
    database = open_database(f"sqlite:///{path}")

    async def work() -> int:
        with closing(apsw.Connection(str(path))) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = asyncio.create_task(database.write(ORIGIN, put("a")))
            turns = 0
            for _ in range(20):
                await asyncio.sleep(0.005)
                assert (
                    await database.read(ORIGIN, lambda tx: tx.all(sa.select(tables.settings))) == []
                )
                turns += 1
            assert not waiting.done()
            other.execute("COMMIT")
        await waiting
        return turns

    assert on_loop(database, work) == 20
    assert names(database) == {"a"}
    database.close()


def test_a_database_locked_for_too_long_fails_the_write(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dragoman.core.engines.groupcommit.BUSY_S", 0.05)
    database = open_database(f"sqlite:///{path}")

    async def work() -> None:
        with closing(apsw.Connection(str(path))) as other:
            other.execute("BEGIN IMMEDIATE")
            answers = await asyncio.gather(
                *(database.write(ORIGIN, put(f"n{at}")) for at in range(3)), return_exceptions=True
            )
            assert [type(answer) for answer in answers] == [DatabaseFailed] * 3
            other.execute("COMMIT")
        await database.write(ORIGIN, put("after"))

    on_loop(database, work)
    assert names(database) == {"after"}
    database.close()


def test_a_cancelled_write_does_not_stop_the_writer(path: Path) -> None:
    database = open_database(f"sqlite:///{path}")

    async def work() -> None:
        task = asyncio.create_task(database.write(ORIGIN, put("a")))
        await asyncio.sleep(0)
        task.cancel()
        await database.write(ORIGIN, put("b"))

    on_loop(database, work)
    assert "b" in names(database)
    database.close()


def test_backup_while_others_write(path: Path, tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{path}")
    with database.begin(ORIGIN, writes=True) as tx:
        put("a")(tx)
    database.backup(str(tmp_path / "copy.db"))
    copy = open_database(f"sqlite:///{tmp_path / 'copy.db'}")
    assert names(copy) == {"a"}
    copy.close()
    database.close()


def test_a_database_in_use_is_no_problem(database_url: str, database: Database) -> None:
    assert problem(database_url) is None
    with database.begin(ORIGIN, writes=True) as tx:
        put("held")(tx)
        assert problem(database_url) is None


def test_why_a_database_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("a text, and not a short one\n" * 99)
    for url, said in (
        (f"sqlite:///{tmp_path}/new.db", None),
        (f"sqlite:///{tmp_path}/none/new.db", f"the folder {tmp_path}/none does not exist"),
        (f"sqlite:///{tmp_path}/text.db", f"{tmp_path}/text.db: file is not a database"),
        (f"sqlite:///{tmp_path}", f"{tmp_path}: unable to open database file"),
        (
            "postgresql://nobody@127.0.0.1:1/x",
            'connection failed: connection to server at "127.0.0.1", port 1 failed: '
            "Connection refused",
        ),
        ("postgresql://nobody@127.0.0.1:port/x", 'connection is bad: invalid integer value "port"'),
    ):
        found = problem(url)
        assert found == said if said is None else (found or "").startswith(said), url
    assert [path.name for path in tmp_path.iterdir()] == ["text.db"]
