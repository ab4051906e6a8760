"""What was acknowledged is there, whatever ends the server. Source: DESIGN.md 3, 4."""

import http.client
import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dragoman.core.database import open_database
from dragoman.core.tx import Origin
from dragoman.domains.content import components, users
from dragoman.domains.content.components import NewComponent
from tests.support import postgres
from tests.support.server import Server, start

pytestmark = pytest.mark.slow


class Client:
    """One keep-alive connection to Chautec, with a user's key."""

    def __init__(self, server: Server, key: str) -> None:
        self.key = key
        port = server.ports["chautec"]
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def call(self, method: str, path: str, json_body: Any = None) -> tuple[int, Any]:
        """Status and decoded body. Raises OSError or HTTPException when the server is gone."""
        headers = {"X-CHAUTEC-API-KEY": self.key, "Content-Type": "application/json"}
        body = None if json_body is None else json.dumps(json_body).encode()
        self._connection.request(method, "/api/v1" + path, body, headers)
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")

    def download(self, path: str) -> int:
        """Read an answer in small parts, throwing them away. Returns its length."""
        self._connection.request("GET", "/api/v1" + path, headers={"X-CHAUTEC-API-KEY": self.key})
        answer = self._connection.getresponse()
        size = 0
        while part := answer.read(65536):
            size += len(part)
        return size

    def create(self, space_id: int, parent_id: int, key: str) -> tuple[int, Any]:
        """A component called `key`."""
        return self.call(
            "POST",
            "/component",
            {"key": key, "spaceId": space_id, "parentId": parent_id, "componentType": "text",
             "content": key * 20},
        )  # fmt: skip

    def space(self) -> tuple[int, int]:
        """A new space; its id and its root's."""
        status, body = self.call("POST", "/space", {"name": f"s{time.monotonic_ns()}"})
        assert status in (200, 201), body
        status, root = self.call("GET", f"/component/{body['id']}/root")
        assert status == 200, root
        return body["id"], root["id"]


def new_key(server: Server) -> str:
    """A content user and its key, written past the server."""
    database = open_database(server.database)
    try:
        with database.begin(Origin("test"), writes=True) as tx:
            email = f"u{time.monotonic_ns()}@example.com"
            return users.new_key(tx, users.create(tx, email=email, password_hash=""))
    finally:
        database.close()


Connect = Callable[..., Client]
Begin = Callable[..., Server]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes clients, and closes them at the end."""
    made: list[Client] = []

    def connect(server: Server, key: str = "") -> Client:
        client = Client(server, key or new_key(server))
        made.append(client)
        return client

    yield connect
    for client in made:
        client.close()


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Starts servers, and stops at the end those that still run."""
    made: list[Server] = []

    def begin(folder: Path, **options: Any) -> Server:
        server = start(folder, **options)
        made.append(server)
        return server

    yield begin
    for server in made:
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database, which the server makes ready; "" for a file in its folder."""
    with postgres.for_server(request.param, "served") as made:
        yield made


def together(count: int, work: Callable[[int], None]) -> list[threading.Thread]:
    """Start `count` threads."""
    threads = [threading.Thread(target=work, args=(at,), daemon=True) for at in range(count)]
    for thread in threads:
        thread.start()
    return threads


def join(threads: list[threading.Thread]) -> None:
    """Wait for all."""
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


def stored(server: Server, url: str, sql: str) -> list[Any]:
    """Rows of a server's database, read past the server."""
    if url:
        with psycopg.connect(url) as postgresql:
            return postgresql.execute(sql).fetchall()
    with closing(sqlite3.connect(server.folder / "dragoman.db")) as sqlite:
        return sqlite.execute(sql).fetchall()


KEYS = "SELECT key FROM components WHERE key LIKE 'k%'"
JOURNALLED = "SELECT count(*) FROM changes WHERE event = 'components.created'"
COMPONENTS = "SELECT count(*) FROM components"


@pytest.mark.parametrize("workers", [1, 2])
def test_kill9_while_clients_write_loses_nothing(
    begin: Begin, connect: Connect, tmp_path: Path, url: str, workers: int
) -> None:
    server = begin(tmp_path, workers=workers, database=url)
    first = connect(server)
    space_id, root_id = first.space()
    acknowledged: list[str] = []
    sent: set[str] = set()

    def write(number: int) -> None:
        client = connect(server, first.key)
        with suppress(OSError, http.client.HTTPException):
            for at in range(10_000):
                key = f"k{number}-{at}"
                sent.add(key)
                status, body = client.create(space_id, root_id, key)
                assert status in (200, 201), body
                acknowledged.append(key)

    threads = together(8, write)
    time.sleep(0.8)
    server.kill9()
    join(threads)
    assert len(acknowledged) > 20

    keys = {row[0] for row in stored(server, url, KEYS)}
    assert set(acknowledged) <= keys
    assert keys <= sent
    assert stored(server, url, JOURNALLED) == stored(server, url, COMPONENTS)  # none half

    again = begin(tmp_path, workers=workers, database=url, ports=server.ports)
    status, _ = connect(again, first.key).create(space_id, root_id, "after")
    assert status in (200, 201)
    again.stop()
    if not url:
        assert stored(again, url, "PRAGMA integrity_check") == [("ok",)]


def test_two_workers_on_one_database_write_at_once(
    begin: Begin, connect: Connect, tmp_path: Path, url: str
) -> None:
    server = begin(tmp_path, workers=2, database=url)
    first = connect(server)
    space_id, root_id = first.space()
    answers: list[int] = []

    def write(number: int) -> None:
        client = connect(server, first.key)
        for at in range(25):
            answers.append(client.create(space_id, root_id, f"k{number}-{at}")[0])

    join(together(16, write))
    assert set(answers) <= {200, 201}
    assert len(stored(server, url, KEYS)) == 16 * 25
    assert stored(server, url, JOURNALLED) == stored(server, url, COMPONENTS)


def test_one_key_is_given_once_to_clients_of_two_workers(
    begin: Begin, connect: Connect, tmp_path: Path, url: str
) -> None:
    server = begin(tmp_path, workers=2, database=url)
    first = connect(server)
    space_id, root_id = first.space()
    answers: list[int] = []

    def write(number: int) -> None:
        client = connect(server, first.key)
        for at in range(10):
            answers.append(client.create(space_id, root_id, f"k{at}")[0])

    join(together(12, write))
    assert sum(status in (200, 201) for status in answers) == 10
    assert set(answers) <= {200, 201, 400, 409}
    assert len(stored(server, url, KEYS)) == 10


def test_sigterm_finishes_what_is_in_flight(
    begin: Begin, connect: Connect, tmp_path: Path, url: str
) -> None:
    server = begin(tmp_path, workers=2, database=url)
    first = connect(server)
    space_id, root_id = first.space()
    answers: list[tuple[int, str]] = []
    unanswered: list[str] = []

    def write(number: int) -> None:
        client = connect(server, first.key)
        for at in range(10_000):
            key = f"k{number}-{at}"
            try:
                answers.append((client.create(space_id, root_id, key)[0], key))
            except (OSError, http.client.HTTPException):
                unanswered.append(key)
                return

    threads = together(8, write)
    time.sleep(0.5)
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 10
    join(threads)
    assert {status for status, _ in answers} <= {200, 201}
    keys = {row[0] for row in stored(server, url, KEYS)}
    assert {key for _, key in answers} == keys  # answered, or never begun
    assert "Traceback" not in server.output


def test_workers_end_with_a_parent_that_is_killed(
    begin: Begin, connect: Connect, tmp_path: Path
) -> None:
    server = begin(tmp_path, workers=2)
    workers = server.workers()
    os.kill(server.pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < until
        time.sleep(0.05)
    again = begin(tmp_path, ports=server.ports)
    assert connect(again).space()


def test_a_worker_that_dies_is_started_again(
    begin: Begin, connect: Connect, tmp_path: Path
) -> None:
    server = begin(tmp_path, workers=1)
    (worker,) = server.workers()
    os.kill(worker, signal.SIGKILL)
    until = time.monotonic() + 15
    while True:
        with suppress(OSError, http.client.HTTPException):
            assert connect(server).space()
            break
        assert time.monotonic() < until
    (replaced,) = server.workers()
    assert replaced != worker
    time.sleep(1.2)
    assert server.workers() == [replaced]


def test_lost_postgresql_connections_are_replaced(
    begin: Begin, connect: Connect, tmp_path: Path, postgres_server: str
) -> None:
    url = postgres.fresh_database("served")
    try:
        server = begin(tmp_path, database=url)
        client = connect(server)
        space_id, root_id = client.space()
        for at in range(3):
            with psycopg.connect(url, autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            statuses = [client.create(space_id, root_id, f"k{at}-{n}")[0] for n in range(4)]
            assert statuses.count(500) <= 1
            assert set(statuses) <= {200, 201, 500}
            assert statuses[-1] in (200, 201)
            answers = [client.call("GET", f"/component/{root_id}")[0] for _ in range(3)]
            assert answers == [200, 200, 200]
    finally:
        postgres.drop_database(url)


def test_many_readers_of_a_large_tree_keep_memory_bounded(
    begin: Begin, connect: Connect, tmp_path: Path, url: str
) -> None:
    server = begin(tmp_path, database=url)
    first = connect(server)
    space_id, root_id = first.space()
    database = open_database(server.database)
    with database.begin(Origin("test"), writes=True) as tx:
        for at in range(1500):
            components.create(
                tx,
                NewComponent(
                    space_id=space_id, parent_id=root_id, key=f"k{at}", kind="text",
                    content="x" * 2000, published=True,
                ),
            )  # fmt: skip
    database.close()
    sizes: list[int] = []

    def read(number: int) -> None:
        client = connect(server, first.key)
        sizes.append(
            client.download(f"/component/{root_id}?levels=1&children=content&limit=100000")
        )

    highest = server.rss_bytes()
    threads = together(64, read)
    while any(thread.is_alive() for thread in threads):
        highest = max(highest, server.rss_bytes())
        time.sleep(0.02)
    join(threads)
    assert len(sizes) == 64
    assert min(sizes) == max(sizes) > 3_000_000
    assert highest < 300 * 2**20
