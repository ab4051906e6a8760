"""Passing a connection on to the worker that it belongs to, over a Unix socket that each worker
listens on.

What goes over it is what ASGI says: first the scope, then messages both ways, each as MessagePack
behind its length.
The receiving worker serves the connection as if it had accepted it. Source: DESIGN 3, "Sockets
across workers".
"""

import asyncio
import os
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

_LENGTH = struct.Struct(">I")
_LARGEST = 64 << 20
_LONGEST_PATH = 100
_PASSED = (
    "type",
    "method",
    "path",
    "raw_path",
    "query_string",
    "headers",
    "scheme",
    "client",
    "server",
    "http_version",
    "subprotocols",
    "dragoman.path",
    "dragoman.prefix",
)
_GONE = (ConnectionError, asyncio.IncompleteReadError, OSError)

App = Callable[[Any, Any, Any], Awaitable[None]]

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder().decode


class Relay:
    """This worker's end. name: whose sockets these are; app: serves what other workers pass on."""

    def __init__(self, folder: str, name: str, worker: int, app: App) -> None:
        self._folder = Path(folder)
        self._name = name
        self._worker = worker
        self._app = app
        self._server: asyncio.Server | None = None
        self._handle: int | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def _path(self, worker: int) -> str:
        path = self._folder.resolve() / f"{self._name}-{worker}.sock"
        if len(str(path)) <= _LONGEST_PATH:
            return str(path)
        if self._handle is None:  # a Unix socket's path is short: go by the open folder
            self._handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        return f"/proc/self/fd/{self._handle}/{path.name}"

    async def start(self) -> None:
        """Listen; a socket left behind by a dead worker is replaced."""
        path = self._path(self._worker)
        with suppress(FileNotFoundError):
            Path(path).unlink()
        self._server = await asyncio.start_unix_server(self._accept, path)
        Path(path).chmod(0o600)

    async def stop(self) -> None:
        """Stop listening and drop what hangs open."""
        if self._server is not None:
            self._server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            with suppress(OSError):
                Path(self._path(self._worker)).unlink()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    async def pass_on(self, worker: int, scope: Any, receive: Any, send: Any) -> bool:
        """Let another worker serve this connection. False when that worker is not there."""
        try:
            reader, writer = await asyncio.open_unix_connection(self._path(worker))
        except OSError:
            return False
        passed = {name: scope[name] for name in _PASSED if name in scope}
        passed["extensions"] = {name: {} for name in scope.get("extensions") or {}}
        up = asyncio.create_task(_pump_up(receive, writer, passed))
        try:
            while (message := await _read(reader)) is not None:
                await send(message)
        except _GONE:
            pass
        finally:
            up.cancel()
            await asyncio.gather(up, return_exceptions=True)
            writer.close()
        return True

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 # asyncio runs this in one
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            scope = await _read(reader)
            if scope is not None:
                await self._serve(scope, reader, writer)
        except _GONE:
            pass
        except asyncio.CancelledError:  # the worker ends
            pass
        finally:
            writer.close()

    async def _serve(
        self, scope: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        kind = "websocket" if scope["type"] == "websocket" else "http"
        gone = {"type": f"{kind}.disconnect", "code": 1006}

        async def receive() -> Any:
            try:
                return await _read(reader) or gone
            except _GONE:
                return gone

        async def send(message: Any) -> None:
            _write(writer, message)
            await writer.drain()

        scope["headers"] = [(bytes(name), bytes(value)) for name, value in scope["headers"]]
        await self._app(scope, receive, send)


async def _pump_up(receive: Any, writer: asyncio.StreamWriter, scope: Any) -> None:
    with suppress(*_GONE):
        _write(writer, scope)
        while True:
            message = await receive()
            _write(writer, message)
            await writer.drain()
            if message["type"].endswith(".disconnect"):
                return


def _write(writer: asyncio.StreamWriter, message: Any) -> None:
    content = _pack(message)
    writer.write(_LENGTH.pack(len(content)) + content)


async def _read(reader: asyncio.StreamReader) -> Any:
    try:
        (size,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    if size > _LARGEST:
        raise ConnectionError("too large a message")
    return _unpack(await reader.readexactly(size))
