"""The one ASGI application: picks the dialect, looks up the row, reads a bounded body, runs the
steps where they belong.

It refuses nothing itself: no such row, or a body past its bound, is raised as a fault by the step
whose place in the vendor's order that is.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NamedTuple

import structlog

from dragoman.core.clock import now_ms
from dragoman.core.database import GaveUp
from dragoman.core.faults import Fault
from dragoman.core.ids import RequestIds
from dragoman.wire import body, forms
from dragoman.wire.call import Call, Headers, Reply, Stream
from dragoman.wire.dialect import Dialect
from dragoman.wire.endpoint import Endpoint
from dragoman.wire.exchange import Busy, Exchange
from dragoman.wire.heads import Heads
from dragoman.wire.hosts import Hosts, Place
from dragoman.wire.requestlog import Entry, RequestLog
from dragoman.wire.routing import Match
from dragoman.wire.sending import CLOSE, through_asgi

_log = structlog.get_logger("dragoman.front")
_NO_BODY = frozenset({"GET", "HEAD"})
Address = tuple[str, int | None] | None
Send = Callable[[Exchange, Reply], Awaitable[None]]
_OFF_HEADERS = ((b"content-type", b"text/plain; charset=utf-8"), CLOSE)
_OFF_BODY = b"This API is switched off here.\n"
_LARGE_BODY = 1 << 20
_NO_FLAGS: frozenset[str] = frozenset()


class Begun(NamedTuple):
    """An exchange that is not answered yet, when it began, and what sends its answer."""

    ex: Exchange
    at_ms: int
    started: float
    send: Send


class Front:
    """Serves every dialect of this worker. trust_proxy: believe X-Forwarded-For and -Proto."""

    def __init__(self, hosts: Hosts, log: RequestLog, *, trust_proxy: bool = False) -> None:
        self._hosts = hosts
        self._log = log
        self._trust_proxy = trust_proxy
        self._request_ids = RequestIds()
        self.heads = Heads()
        self._tasks: set[asyncio.Task[None]] = set()
        self.off: frozenset[str] = frozenset()  # dialects that are switched off

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI."""
        kind = scope["type"]
        if kind == "lifespan":
            return
        raw = scope.get("raw_path") or scope["path"].encode()
        path = raw.decode("latin-1").partition("?")[0]
        place = self._place(scope.get("server"), path, scope["headers"])
        dialect = place.dialect
        path = path[len(place.prefix) :] or "/"
        if dialect.name in self.off:
            await self._switched_off(scope, dialect, path, place.prefix, send)
            return
        mount = _mounted(dialect, path) if dialect.mounts else None
        if mount is not None:
            await mount(
                {**scope, "dragoman.path": path, "dragoman.prefix": place.prefix}, receive, send
            )
        elif kind == "http":
            call = self._call(scope, path, place.prefix)
            await self._serve(dialect, call, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    def at_once(
        self, call: Call, server: Address, write: Callable[[Exchange, Reply], None], send: Send
    ) -> bool | Coroutine[Any, Any, None]:
        """Answer a request that has arrived whole.

        call: its path still with the prefix, its body taken; it is used up.
        write: sends an answer that is in memory; send: any answer.
        True: it is answered. A coroutine: what is left to do, for a task. False: nothing was done,
        the request has to take the long way through ASGI.
        """
        place = self._place(server, call.path, call.raw_headers)
        dialect = place.dialect
        call.prefix = place.prefix
        call.path = call.path[len(place.prefix) :] or "/"
        if dialect.name in self.off or (dialect.mounts and _mounted(dialect, call.path)):
            return False
        if self._trust_proxy:
            _believe_proxy(call)
        at_ms, started = now_ms(), time.perf_counter()
        ex = Exchange(dialect, call, self._request_ids())
        endpoint = _take(ex, dialect.find(call))
        if not _has_body(call):
            call.take_body(b"")  # the long way does not read it either
        elif call.logged_body(0)[1] > _body_limit(dialect, endpoint):
            return False
        else:
            call.body_limit = _body_limit(dialect, endpoint)
        begun = Begun(ex, at_ms, started, send)
        if not dialect.site.database.reads_inline or (endpoint is not None and endpoint.waits):
            return self._finish(begun, heavy=False)
        try:
            reply = self._read(ex)
        except GaveUp:
            return self._finish(begun, heavy=True)
        if not isinstance(reply.body, bytes):
            return self._conclude(begun, reply)
        write(ex, reply)
        self._keep(ex, reply, at_ms, started)
        if ex.laters:
            task = asyncio.get_running_loop().create_task(self._afterwards(ex))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if call.form is not None:
            call.close()
        return True

    def unreadable(self, port: int, path: str) -> Reply | None:
        """The answer to bytes that are no HTTP, in the words of the port's dialect, or None."""
        place = self._hosts.place(port, path, "")
        return place.dialect.unreadable(path[len(place.prefix) :])

    async def _switched_off(
        self, scope: Any, dialect: Dialect, path: str, prefix: str, send: Any
    ) -> None:
        """503, whatever was asked for; a socket is closed before it opens."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1013})
            return
        at_ms, started = now_ms(), time.perf_counter()
        ex = Exchange(dialect, self._call(scope, path, prefix), self._request_ids())
        reply = Reply(503, _OFF_HEADERS, _OFF_BODY, outcome="client_error", code="switched off")
        await through_asgi(ex, reply, send)
        self._keep(ex, reply, at_ms, started)

    def _call(self, scope: Any, path: str, prefix: str) -> Call:
        client = scope.get("client")
        call = Call(
            scope["method"],
            path,
            query_string=scope["query_string"],
            headers=scope["headers"],
            scheme=scope.get("scheme", "http"),
            remote=client[0] if client else "",
            prefix=prefix,
        )
        if self._trust_proxy:
            _believe_proxy(call)
        return call

    def _place(self, server: Address, path: str, headers: Headers) -> Place:
        host = _host(headers) if self._hosts.by_name else ""
        return self._hosts.place((server[1] or 0) if server else 0, path, host)

    async def _serve(self, dialect: Dialect, call: Call, receive: Any, send: Any) -> None:
        at_ms, started = now_ms(), time.perf_counter()
        ex = Exchange(dialect, call, self._request_ids())
        endpoint = _take(ex, dialect.find(call))
        if _has_body(call):
            try:
                await body.read(call, receive, _body_limit(dialect, endpoint))
            except ConnectionError:
                self._keep(ex, Reply(499, (), outcome="client_error"), at_ms, started)
                return
        begun = Begun(ex, at_ms, started, lambda ex, reply: through_asgi(ex, reply, send))
        await self._finish(begun, heavy=False)

    async def _finish(self, begun: Begun, *, heavy: bool) -> None:
        endpoint = begun.ex.endpoint
        if endpoint is not None and "reads log" in endpoint.flags:
            await self._log.flush()  # a page that shows the log shows this worker's last calls
        await self._conclude(begun, await self._answer(begun.ex, heavy=heavy))

    async def _conclude(self, begun: Begun, reply: Reply) -> None:
        ex = begun.ex
        await begun.send(ex, reply)
        self._keep(ex, reply, begun.at_ms, begun.started)
        await self._afterwards(ex)
        if ex.call.form is not None or not ex.call.in_memory:
            ex.call.close()

    async def _afterwards(self, ex: Exchange) -> None:
        for work in ex.laters:
            try:
                await ex.dialect.site.database.write(ex.origin, work)
            except Exception as error:  # the answer is out; the next call will try again
                _log.warning("after the answer", request_id=ex.request_id, problem=repr(error))

    def _read(self, ex: Exchange) -> Reply:
        """Every step inline. Raises GaveUp when it belongs into a thread."""
        try:
            return ex.dialect.site.database.read_inline(ex.origin, ex.run_all)
        except GaveUp:
            raise
        except Exception as error:
            return self._in_words(ex, error)

    async def _answer(self, ex: Exchange, *, heavy: bool) -> Reply:
        endpoint, database = ex.endpoint, ex.dialect.site.database
        try:
            if endpoint is not None and endpoint.writes:
                return await self._write(ex)
            if endpoint is not None and endpoint.prepare is not None:
                return await self._read_prepared(ex)
            if heavy or (endpoint is not None and endpoint.heavy):
                return await database.heavy(ex.origin, ex.run_all, writes=False)
            if not database.reads_inline:
                return await database.read(ex.origin, ex.run_all)
            try:
                return self._read(ex)
            except GaveUp:
                return await database.heavy(ex.origin, ex.run_all, writes=False)
        except Exception as error:
            return self._in_words(ex, error)

    def _in_words(self, ex: Exchange, error: Exception) -> Reply:
        """The vendor's refusal of a fault; the vendor's 500 for whatever else it is."""
        ex.tx = None  # type: ignore[assignment] # it has ended: its connection is others'
        dialect = ex.dialect
        if isinstance(error, Fault):
            try:
                return dialect.refuse(error, ex)
            except Exception:  # a fault without words is our bug, not the caller's
                _log.exception("refusal failed", dialect=dialect.name, request_id=ex.request_id)
        else:
            _log.error(
                "unexpected", dialect=dialect.name, request_id=ex.request_id, path=ex.call.path,
                exc_info=error,
            )  # fmt: skip
        return dialect.crash(ex)

    async def _read_prepared(self, ex: Exchange) -> Reply:
        database = ex.dialect.site.database
        early = await database.read(ex.origin, ex.run_before)
        if early is not None:
            return early
        await self._prepare(ex)
        return await database.read(ex.origin, ex.run_after)

    async def _write(self, ex: Exchange) -> Reply:
        database, endpoint = ex.dialect.site.database, ex.endpoint
        assert endpoint is not None  # noqa: S101 # the caller looked
        if ex.call.oversized or ex.call.logged_body(0)[1] <= _LARGE_BODY:
            early = await database.read(ex.origin, ex.run_before)
        else:  # reading a large body takes long: not on the loop
            early = await database.heavy(ex.origin, ex.run_before, writes=False)
        if early is not None:
            return early
        if endpoint.prepare is not None and not ex.unprepared:
            await self._prepare(ex)
        while True:
            try:
                return await self._transact(ex, endpoint)
            except Busy as busy:
                await asyncio.sleep(busy.again_s)

    async def _transact(self, ex: Exchange, endpoint: Endpoint) -> Reply:
        database = ex.dialect.site.database
        if endpoint.heavy or endpoint.unit == "item":
            return await database.heavy(
                ex.origin, ex.run_after, writes=True, batch=endpoint.unit == "item"
            )
        return await database.write(ex.origin, ex.run_after)

    async def _prepare(self, ex: Exchange) -> None:
        database = ex.dialect.site.database

        def look() -> None:
            with database.begin(ex.origin, writes=False) as tx:
                ex.run_prepare(tx)

        await database.threaded(look)

    def _keep(self, ex: Exchange, reply: Reply, at_ms: int, started: float) -> None:
        call, endpoint, actor = ex.call, ex.endpoint, ex.actor
        if endpoint is not None and "internal" in endpoint.flags:
            return
        shown, size = call.logged_body(self._log.body_bytes) if call.has_body else (b"", 0)
        if call.form is not None and forms.media_type(call) == "multipart/form-data":
            shown = b""
        kind = ""
        if call.shown is not None:
            shown, kind = call.shown[: self._log.body_bytes], "application/json"
        self._log.add(
            Entry(
                at_ms, ex.dialect.name, ex.request_id, call.method, call.path, call.query_string,
                reply.status, reply.outcome, reply.code, ex.dialect.function_of(ex),
                int((time.perf_counter() - started) * 1e6),
                actor.account_id, actor.name, call.remote, call.raw_headers, shown, size,
                reply.headers,
                reply.body if ex.dialect.keeps_bodies else _unseen(reply),
                _secrets(endpoint), kind, reply.shown if ex.dialect.keeps_bodies else None,
            )
        )  # fmt: skip


def _secrets(endpoint: Endpoint | None) -> frozenset[str]:
    """Members of this row's answer that are secret too: flags `secret:name`."""
    if endpoint is None or not endpoint.flags:
        return _NO_FLAGS
    return frozenset(flag[7:] for flag in endpoint.flags if flag[:7] == "secret:")


def _unseen(reply: Reply) -> Stream:
    return Stream(reply.size_bytes, lambda: iter(()))


def _take(ex: Exchange, match: Match) -> Endpoint | None:
    ex.allowed = match.allowed
    endpoint = match.endpoint
    if endpoint is not None:
        ex.endpoint = endpoint
        ex.params = match.params
        ex.way = ex.dialect.ways[id(endpoint)]
    return endpoint


def _body_limit(dialect: Dialect, endpoint: Endpoint | None) -> int:
    if endpoint is not None and endpoint.max_body is not None:
        return endpoint.max_body
    return dialect.max_body_bytes


def _believe_proxy(call: Call) -> None:
    call.scheme = call.headers.get("x-forwarded-proto", call.scheme).split(",")[0].strip()
    remote = call.headers.get("x-forwarded-for", call.remote)
    # The last one is what our own proxy saw; the caller can write what stands before it.
    call.remote = remote.rpartition(",")[2].strip()


def _host(headers: Headers) -> str:
    for name, value in headers:
        if name == b"host":
            return value.decode("latin-1")
    return ""


def _mounted(dialect: Dialect, path: str) -> Callable[..., Any] | None:
    for prefix, mount in dialect.mounts.items():
        if path == prefix or (prefix.endswith("/") and path.startswith(prefix)):
            return mount
    return None


def _has_body(call: Call) -> bool:
    if call.method in _NO_BODY:
        return False
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in call.raw_headers)
