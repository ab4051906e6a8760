"""The floor: bare ASGI functions under the same server, with the same SQL, row and JSON.

`python -m bench.floor module:function DATABASE PORT`
"""

import asyncio
import importlib
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import apsw
import uvicorn

JSON = [(b"content-type", b"application/json; charset=utf-8")]


def connect(path: str) -> apsw.Connection:
    """A connection as the server's own."""
    connection = apsw.Connection(path, statementcachesize=256)
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    connection.set_busy_timeout(5000)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-8000"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


async def answer(send: Any, body: bytes, status: int = 200) -> None:
    """Send a JSON body."""
    headers = [*JSON, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def body_of(receive: Any) -> bytes:
    """The whole request body."""
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


class Group:
    """The bare group commit: whatever waits goes into one durable transaction."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._queue: deque[tuple[Callable[[], Any], asyncio.Future[Any]]] = deque()
        self._thread = ThreadPoolExecutor(1)
        self._task: asyncio.Task[None] | None = None

    async def do(self, work: Callable[[], Any]) -> Any:
        """Run work inside the next group; returns its result after the commit."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._queue.append((work, future))
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._pump())
        return await future

    async def _pump(self) -> None:
        loop = asyncio.get_running_loop()
        while self._queue:
            self._connection.execute("BEGIN IMMEDIATE")
            done = []
            while self._queue:
                work, future = self._queue.popleft()
                done.append((future, work()))
            await loop.run_in_executor(self._thread, self._connection.execute, "COMMIT")
            for future, result in done:
                if not future.done():
                    future.set_result(result)


def main(target: str, database: str, port: str) -> None:
    """Serve one floor."""
    module, _, function = target.partition(":")
    make: Callable[[str], Any] = getattr(importlib.import_module(module), function)
    config = uvicorn.Config(
        make(database),
        host="127.0.0.1",
        port=int(port),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        backlog=2048,
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
