"""ASGI at its plainest: answers and refusals of sockets and long polls, and their one row in the
request log.
"""

import time
from typing import Any

from dragoman.core.clock import now_ms
from dragoman.core.ids import RequestIds
from dragoman.core.sql import encode_json
from dragoman.core.tx import ANONYMOUS, Actor
from dragoman.dialects.rightech.refusals import Refusal
from dragoman.wire.call import JSON_UTF8, Call, Headers
from dragoman.wire.requestlog import Entry, RequestLog

_request_ids = RequestIds()


class Upgrade:
    """One request to a mount: an HTTP call or the opening of a WebSocket."""

    def __init__(self, scope: Any, receive: Any, send: Any, log: RequestLog) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.is_socket = scope["type"] == "websocket"
        client = scope.get("client")
        self.call = Call(
            scope.get("method", "GET"),
            scope.get("dragoman.path", scope["path"]),
            query_string=scope["query_string"],
            headers=scope["headers"],
            scheme=scope.get("scheme", "http"),
            remote=client[0] if client else "",
            prefix=scope.get("dragoman.prefix", ""),
        )
        self._log = log
        self._at_ms, self._started = now_ms(), time.perf_counter()

    def cors(self) -> Headers:
        """Headers that let a page elsewhere read the answer."""
        origin = self.call.headers.get("origin")
        if origin is None:
            return ((b"access-control-allow-origin", b"*"),)
        return (
            (b"access-control-allow-origin", origin.encode("latin-1", "replace")),
            (b"access-control-allow-credentials", b"true"),
        )

    async def reply(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer, on a WebSocket that was not accepted too."""
        kind = "websocket.http" if self.is_socket else "http"
        sized = [*headers, (b"content-length", str(len(body)).encode())]
        if self.is_socket:
            await self.receive()
            sized.append((b"connection", b"close"))
        await self.send({"type": f"{kind}.response.start", "status": status, "headers": sized})
        if self.call.method == "HEAD":
            body = b""
        await self.send({"type": f"{kind}.response.body", "body": body})

    async def refuse(self, row: Refusal, body: dict[str, Any]) -> None:
        """A failure with the error body of the REST API."""
        self.keep(row.status, code=row.tags[0])
        await self.reply(row.status, (*JSON_UTF8, *self.cors()), encode_json(body))

    async def accept(self) -> bool:
        """Open the WebSocket. False when the caller has gone."""
        message = await self.receive()
        if message["type"] != "websocket.connect":
            return False
        await self.send({"type": "websocket.accept"})
        return True

    def keep(self, status: int, *, actor: Actor = ANONYMOUS, code: str = "") -> None:
        """Put this opening, or its refusal, into the request log."""
        call = self.call
        took_us = int((time.perf_counter() - self._started) * 1e6)
        self._log.add(
            Entry(
                self._at_ms,
                "rightech",
                _request_ids(),
                call.method,
                call.path,
                call.query_string,
                status,
                None,
                code,
                call.path,
                took_us,
                actor.account_id,
                actor.name,
                call.remote,
                call.raw_headers,
                b"",
                0,
                (),
                b"",
            )
        )
