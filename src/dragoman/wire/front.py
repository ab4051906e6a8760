"""The one ASGI application: picks the dialect, looks up the row, reads a bounded body, runs the steps where they belong.

It refuses nothing itself: no such row, or a body past its bound, is raised as a fault by the step whose place in the
vendor's order that is.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import structlog

from dragoman.core.clock import now_ms
from dragoman.core.faults import Fault
from dragoman.core.ids import RequestIds
from dragoman.wire import body, forms
from dragoman.wire.call import Call, Headers, Reply, Stream
from dragoman.wire.dialect import Dialect
from dragoman.wire.exchange import Exchange
from dragoman.wire.hosts import Hosts
from dragoman.wire.requestlog import Entry, RequestLog
from dragoman.wire.routing import Match

_log = structlog.get_logger("dragoman.front")
_BODILESS = frozenset({"GET", "HEAD"})
_CLOSE = (b"connection", b"close")
_SANDBOX = (
    (b"content-security-policy", b"sandbox; default-src 'none'"),
    (b"x-content-type-options", b"nosniff"),
)
_LARGE_BODY = 1 << 20


class Front:
    """Serves every dialect of this worker. trust_proxy: believe X-Forwarded-For and -Proto."""

    def __init__(self, hosts: Hosts, log: RequestLog, *, trust_proxy: bool = False) -> None:
        self._hosts = hosts
        self._log = log
        self._trust_proxy = trust_proxy
        self._request_ids = RequestIds()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI."""
        kind = scope["type"]
        if kind == "lifespan":
            return
        raw = scope.get("raw_path") or scope["path"].encode()
        path = raw.decode("latin-1").partition("?")[0]
        server = scope.get("server")
        place = self._hosts.place(server[1] if server else 0, path, _host(scope))
        dialect = place.dialect
        if place.prefix:
            path = path[len(place.prefix) :] or "/"
        mount = _mounted(dialect, path) if dialect.mounts else None
        if mount is not None:
            await mount(
                {**scope, "dragoman.path": path, "dragoman.prefix": place.prefix}, receive, send
            )
        elif kind == "http":
            await self._serve(dialect, self._call(scope, path, place.prefix), receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

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
            call.scheme = call.headers.get("x-forwarded-proto", call.scheme).split(",")[0].strip()
            call.remote = call.headers.get("x-forwarded-for", call.remote).split(",")[0].strip()
        return call

    async def _serve(self, dialect: Dialect, call: Call, receive: Any, send: Any) -> None:
        at_ms, started = now_ms(), time.perf_counter()
        ex = Exchange(dialect, call, self._request_ids())
        match = dialect.find(call)
        _take(ex, match)
        if _has_body(call, dialect):
            limit = dialect.max_body_bytes
            if match.endpoint is not None and match.endpoint.max_body is not None:
                limit = match.endpoint.max_body
            try:
                await body.read(call, receive, limit)
            except ConnectionError:
                self._keep(ex, Reply(499, (), outcome="client_error"), at_ms, started)
                return
        reply = await self._answer(ex)
        await _send(ex, reply, send)
        if "internal" not in (ex.endpoint.flags if ex.endpoint is not None else ()):
            self._keep(ex, reply, at_ms, started)
        for work in ex.laters:
            try:
                await dialect.site.database.write(ex.origin, work)
            except Exception as error:  # the answer is out; the next call will try again
                _log.warning("after the answer", request_id=ex.request_id, problem=repr(error))

    async def _answer(self, ex: Exchange) -> Reply:
        dialect = ex.dialect
        try:
            if ex.endpoint is not None and ex.endpoint.writes:
                return await self._write(ex)
            return await self._read(ex)
        except Fault as fault:
            try:
                return dialect.refuse(fault, ex)
            except Exception:  # a fault without words is our bug, not the caller's
                _log.exception("refusal failed", dialect=dialect.name, request_id=ex.request_id)
        except Exception:  # whatever it is, the caller gets the vendor's 500
            _log.exception(
                "unexpected", dialect=dialect.name, request_id=ex.request_id, path=ex.call.path
            )
        return dialect.crash(ex)

    async def _read(self, ex: Exchange) -> Reply:
        database, endpoint = ex.dialect.site.database, ex.endpoint
        if endpoint is not None and endpoint.prepare is not None:
            early = await database.read(ex.origin, ex.run_before)
            if early is not None:
                return early
            await self._prepare(ex)
            return await database.read(ex.origin, ex.run_after)
        if endpoint is not None and endpoint.heavy:
            return await database.heavy(ex.origin, ex.run_all, writes=False)
        return await database.read(ex.origin, ex.run_all)

    async def _write(self, ex: Exchange) -> Reply:
        database, endpoint = ex.dialect.site.database, ex.endpoint
        assert endpoint is not None  # noqa: S101 # the caller looked
        if ex.call.oversized or ex.call.logged_body(0)[1] <= _LARGE_BODY:
            early = await database.read(ex.origin, ex.run_before)
        else:  # reading a large body takes long: not on the loop
            early = await database.heavy(ex.origin, ex.run_before, writes=False)
        if early is not None:
            return early
        if endpoint.prepare is not None:
            await self._prepare(ex)
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
        shown, size = call.logged_body(self._log.body_bytes)
        if call.form is not None and forms.media_type(call) == "multipart/form-data":
            shown = b""
        secrets = (
            flag[7:]
            for flag in (endpoint.flags if endpoint is not None else ())
            if flag[:7] == "secret:"
        )
        self._log.add(
            Entry(
                at_ms, ex.dialect.name, ex.request_id, call.method, call.path, call.query_string, reply.status,
                reply.outcome, reply.code, ex.dialect.function_of(ex), int((time.perf_counter() - started) * 1e6),
                actor.account_id, actor.name, call.remote, call.raw_headers, shown, size, reply.headers, reply.body,
                frozenset(secrets),
            )
        )  # fmt: skip


def _take(ex: Exchange, match: Match) -> None:
    ex.allowed = match.allowed
    if match.endpoint is not None:
        ex.endpoint = match.endpoint
        ex.params = match.params
        ex.binder = ex.dialect.binders[id(match.endpoint)]


def _host(scope: Any) -> str:
    for name, value in scope["headers"]:
        if name == b"host":
            return value.decode("latin-1")  # type: ignore[no-any-return] # ASGI scopes are untyped
    return ""


def _mounted(dialect: Dialect, path: str) -> Callable[..., Any] | None:
    for prefix, mount in dialect.mounts.items():
        if path == prefix or (prefix.endswith("/") and path.startswith(prefix)):
            return mount
    return None


def _has_body(call: Call, dialect: Dialect) -> bool:
    if call.method in _BODILESS:
        return False
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in call.raw_headers)


async def _send(ex: Exchange, reply: Reply, send: Any) -> None:
    content = reply.body
    size = len(content) if isinstance(content, bytes) else content.size_bytes
    headers: list[tuple[bytes, bytes]] = [*reply.headers, (b"x-request-id", ex.request_id.encode())]
    if reply.status not in (204, 304):
        headers.append((b"content-length", str(size).encode()))
    if ex.call.oversized:
        headers.append(_CLOSE)
    if reply.foreign and ex.call.prefix:
        headers = _sandboxed(headers)
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    if ex.call.method == "HEAD" or reply.status in (204, 304):
        content = b""
    if isinstance(content, bytes):
        await send({"type": "http.response.body", "body": content})
        return
    await _send_stream(ex, content, send)


def _sandboxed(headers: Headers) -> list[tuple[bytes, bytes]]:
    replaced = {name for name, _ in _SANDBOX}
    return [*((name, value) for name, value in headers if name.lower() not in replaced), *_SANDBOX]


async def _send_stream(ex: Exchange, stream: Stream, send: Any) -> None:
    threaded = ex.dialect.site.database.threaded
    parts: Iterator[bytes] = await threaded(stream.open)
    while (part := await threaded(lambda: next(parts, b""))) != b"":
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
