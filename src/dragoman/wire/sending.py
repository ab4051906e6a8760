"""How a reply goes out: its headers, its parts, and as ASGI messages."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from dragoman.wire.call import Headers, Reply, Stream
from dragoman.wire.exchange import Exchange

BODILESS = frozenset({204, 304})
CLOSE = (b"connection", b"close")
_SANDBOX = (
    (b"content-security-policy", b"sandbox; default-src 'none'"),
    (b"x-content-type-options", b"nosniff"),
)
_SANDBOXING = frozenset(name for name, _ in _SANDBOX)


def shown_headers(ex: Exchange, reply: Reply) -> Headers:
    """A reply's own headers; foreign content under a prefix is kept from running as script."""
    if not (reply.foreign and ex.call.prefix):
        return reply.headers
    kept = [(name, value) for name, value in reply.headers if name.lower() not in _SANDBOXING]
    return (*kept, *_SANDBOX)


def shows_body(ex: Exchange, reply: Reply) -> bool:
    """Whether the body itself goes out, and not its length alone."""
    return ex.call.method != "HEAD" and reply.status not in BODILESS


async def parts_of(ex: Exchange, stream: Stream) -> AsyncIterator[bytes]:
    """A long body, part by part, read in a thread."""
    threaded = ex.dialect.site.database.threaded
    parts: Iterator[bytes] = await threaded(stream.open)
    while (part := await threaded(lambda: next(parts, b""))) != b"":
        yield part


async def through_asgi(ex: Exchange, reply: Reply, send: Any) -> None:
    """Send a reply as ASGI messages."""
    content = reply.body
    headers = [*shown_headers(ex, reply), (b"x-request-id", ex.request_id.encode())]
    if reply.status not in BODILESS:
        headers.append((b"content-length", str(reply.size_bytes).encode()))
    if ex.call.oversized:
        headers.append(CLOSE)
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    if not shows_body(ex, reply):
        content = b""
    if isinstance(content, bytes):
        await send({"type": "http.response.body", "body": content})
        return
    async for part in parts_of(ex, content):
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
