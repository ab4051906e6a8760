"""A connection that reaches one worker is served by another."""

import asyncio
from pathlib import Path
from typing import Any

from dragoman.wire.relay import Relay


async def _echo(scope: Any, receive: Any, send: Any) -> None:
    """Answers with its scope's path and the body; a WebSocket gets every frame back."""
    if scope["type"] == "websocket":
        while (message := await receive())["type"] != "websocket.disconnect":
            await send({"type": "websocket.send", "text": message.get("text")})
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    headers = scope["headers"]
    assert all(isinstance(name, bytes) for name, _ in headers)
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": scope["path"].encode() + b" " + body})


def _scope(kind: str) -> dict[str, Any]:
    headers = [(b"x-any", b"\xff")]
    return {"type": kind, "path": "/p", "query_string": b"", "headers": headers, "extensions": None}


def _run(folder: Path, work: Any) -> Any:
    async def both() -> Any:
        relays = [Relay(str(folder), "test", worker, _echo) for worker in (0, 1)]
        for relay in relays:
            await relay.start()
        try:
            return await asyncio.wait_for(work(relays[0]), 10)
        finally:
            for relay in relays:
                await relay.stop()

    return asyncio.run(both())


def test_http(tmp_path: Path) -> None:
    async def work(relay: Relay) -> list[Any]:
        sent: list[Any] = []
        parts = [b"x" * 100_000, b"y"]

        async def receive() -> Any:
            if not parts:
                await asyncio.Event().wait()
            part = parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(parts)}

        async def send(message: Any) -> None:
            sent.append(message)

        assert await relay.pass_on(1, _scope("http"), receive, send)
        return sent

    start, body = _run(tmp_path, work)
    assert start["status"] == 200
    assert [tuple(map(bytes, pair)) for pair in start["headers"]] == [(b"x-any", b"\xff")]
    assert body["body"] == b"/p " + b"x" * 100_000 + b"y"


def test_websocket(tmp_path: Path) -> None:
    async def work(relay: Relay) -> list[str]:
        said: asyncio.Queue[Any] = asyncio.Queue()
        heard: asyncio.Queue[Any] = asyncio.Queue()
        task = asyncio.create_task(relay.pass_on(1, _scope("websocket"), said.get, heard.put))
        out = []
        for text in ("a", "b", "c"):
            said.put_nowait({"type": "websocket.receive", "text": text})
            out.append((await heard.get())["text"])
        said.put_nowait({"type": "websocket.disconnect", "code": 1001})
        assert await task
        return out

    assert _run(tmp_path, work) == ["a", "b", "c"]


def test_worker_that_is_not_there(tmp_path: Path) -> None:
    async def work(relay: Relay) -> bool:
        return await relay.pass_on(7, _scope("http"), None, None)

    assert _run(tmp_path, work) is False


def test_long_folder(tmp_path: Path) -> None:
    """A Unix socket's path is bounded by some hundred bytes."""
    folder = tmp_path / ("x" * 120)
    folder.mkdir()

    async def work(relay: Relay) -> bool:
        return await relay.pass_on(7, _scope("http"), None, None)

    assert _run(folder, work) is False
