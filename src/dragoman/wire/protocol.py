"""The server's HTTP protocol: uvicorn's own, with a short way for what needs no waiting, and with
the dialect's words for bytes that are no HTTP.

A request that has arrived whole goes straight to the front: no scope, no messages. Where its answer
is an inline read it is answered where it was parsed; what has to wait is a task. What arrives in
parts takes uvicorn's way through ASGI.
"""

from collections.abc import Coroutine
from typing import Any

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dragoman.wire.call import Call, Reply
from dragoman.wire.exchange import Exchange
from dragoman.wire.front import Front
from dragoman.wire.sending import BODILESS, parts_of, shown_headers, shows_body

_log = structlog.get_logger("dragoman.protocol")


class _Turn:
    """An answer in the making that is no cycle of uvicorn's: what uvicorn asks of one."""

    __slots__ = ("disconnected", "keep_alive", "response_complete")

    def __init__(self) -> None:
        self.response_complete = False

    @property
    def message_event(self) -> "_Turn":
        """Nobody waits for messages."""
        return self

    def set(self) -> None:
        """Wake nobody."""


class Protocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        front = self.config.app
        assert isinstance(front, Front)  # noqa: S101 # nothing else is served with it
        self._front = front
        self._arriving = False  # its head has come, and it may yet be answered at once
        self._body = b""
        self._turn: _Turn | None = None
        self._keep_alive = True
        self._dates: tuple[list[tuple[bytes, bytes]], bytes] = ([], b"")
        self._resting_since: float | None = None

    # parsing

    def data_received(self, data: bytes) -> None:
        """Parse; what has not arrived whole with this goes uvicorn's way."""
        super().data_received(data)
        if self._arriving:
            self._take_long_way()

    def on_message_begin(self) -> None:
        """A request begins; its scope is made only when it takes the long way."""
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_headers_complete(self) -> None:
        """Wait for the end of the request, unless something stands in the way of a short one."""
        cycle, parser = self.cycle, self.parser
        self._body = b""
        self._arriving = True
        if (
            (cycle is not None and not cycle.response_complete)
            or self.flow.write_paused
            or self.url[:1] != b"/"
            or parser.should_upgrade()
            or parser.get_http_version() != "1.1"
        ):
            self._take_long_way()

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        if self._arriving:
            self._body += body
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if not self._arriving:
            super().on_message_complete()
            return
        if not self._answered():
            self._take_long_way()
            super().on_message_complete()

    def _take_long_way(self) -> None:
        self._arriving = False
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers += headers  # the scope's list
        super().on_headers_complete()
        if self._body:
            super().on_body(self._body)
            self._body = b""

    # the short way

    def _answered(self) -> bool:
        """Whether the request is answered, or will be by a task."""
        if self.transport.is_closing():
            return False
        self._keep_alive = self.parser.should_keep_alive()
        path, _, query = self.url.partition(b"#")[0].partition(b"?")
        call = Call(
            self.parser.get_method().decode("ascii"),
            path.decode("latin-1"),
            query_string=query,
            headers=self.headers,
            scheme=self.scheme or "http",
            remote=self.client[0] if self.client else "",
            body=self._body,
        )
        done = self._front.at_once(call, self.server, self._write, self._send)
        if done is False:
            return False
        self._arriving = False
        if done is not True:
            self._turn = self.cycle = _Turn()  # type: ignore[assignment] # as far as uvicorn looks
            task = self.loop.create_task(self._finish(done, self._turn))
            task.add_done_callback(self.tasks.discard)
            self.tasks.add(task)
        return True

    async def _finish(self, work: Coroutine[Any, Any, None], turn: _Turn) -> None:
        try:
            await work
        except Exception:  # a refusal is an answer; this one broke off
            _log.exception("answer broke off")
        finally:
            if not turn.response_complete:
                turn.response_complete = True
                self.transport.close()

    def _write(self, ex: Exchange, reply: Reply) -> None:
        """An answer that is in memory, or whose body is not shown: one write."""
        head, reply = self._head(ex, reply)
        self.transport.write(head + reply.body if shows_body(ex, reply) else head)  # type: ignore[operator] # bytes
        self._complete()

    async def _send(self, ex: Exchange, reply: Reply) -> None:
        """Any answer; a long one as fast as the other side takes it."""
        if self.transport.is_closing():  # it has gone
            return
        body = reply.body
        if isinstance(body, bytes) or not shows_body(ex, reply):
            self._write(ex, reply)
            return
        head, shown = self._head(ex, reply)
        if shown is not reply:
            self._write(ex, shown)
            return
        self.transport.write(head)
        left = reply.size_bytes
        async for part in parts_of(ex, body):
            await self.flow.drain()
            left -= len(part)
            if self.transport.is_closing() or left < 0:
                return
            self.transport.write(part)
        if left == 0:
            self._complete()

    def _complete(self) -> None:
        if self._turn is not None:
            self._turn.response_complete = True
            self._turn = None
        if not self._keep_alive:
            self.transport.close()
        self.on_response_complete()

    def _head(self, ex: Exchange, reply: Reply) -> tuple[bytes, Reply]:
        """The head, and the reply it belongs to."""
        more = b"%bx-request-id: %b\r\n" % (self._date_line(), ex.request_id.encode())
        if reply.status not in BODILESS:
            more = b"%bcontent-length: %d\r\n" % (more, reply.size_bytes)
        if not self._keep_alive:
            more += b"connection: close\r\n"
        try:
            return self._front.heads.head(reply.status, shown_headers(ex, reply), more), reply
        except ValueError:  # a value that would break the head is our bug: the vendor's 500
            return self._head(ex, ex.dialect.crash(ex))

    def _date_line(self) -> bytes:
        headers, line = self._dates
        if headers is not self.server_state.default_headers:  # uvicorn makes a new list each second
            headers = self.server_state.default_headers
            line = self._front.heads.block(headers)
            self._dates = (headers, line)
        return line

    # keep-alive: one timer a connection that looks when the last answer was, in place of one an
    # answer

    def on_response_complete(self) -> None:
        """An answer is out: the next of the pipeline, or rest."""
        if self.pipeline:
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        if not self.transport.is_closing():
            self.flow.resume_reading()
            self._resting_since = self.loop.time()
            if self.timeout_keep_alive_task is None:
                self._watch_rest(self.timeout_keep_alive)

    def _watch_rest(self, for_s: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(for_s, self.timeout_keep_alive_handler)

    def _unset_keepalive_if_required(self) -> None:
        self._resting_since = None

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that has rested long enough."""
        self.timeout_keep_alive_task = None
        if self._resting_since is None or self.transport.is_closing():
            return
        left = self._resting_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._watch_rest(left)
        else:
            self.transport.close()

    def shutdown(self) -> None:
        """The server ends: what is being answered is the last on this connection."""
        self._keep_alive = False
        super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """The other side has gone; nothing is left running."""
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None

    # bytes that are no HTTP

    def send_400_response(self, msg: str) -> None:
        """Answer in the dialect's words where it has any, and close."""
        if self._arriving:
            self._take_long_way()  # it is logged as a call that broke off
        path = bytes(getattr(self, "url", b"")).decode("latin-1").partition("?")[0]
        reply = self._front.unreadable(self.server[1] or 0 if self.server else 0, path)
        if reply is None or not isinstance(reply.body, bytes):
            super().send_400_response(msg)
            return
        more = b"content-length: %d\r\nconnection: close\r\n" % len(reply.body)
        head = self._front.heads.head(reply.status, reply.headers, more)
        self.transport.write(head + reply.body)
        self.transport.close()
