"""Reading a request's body within its bound: small ones in memory, large ones into a temporary file."""

import tempfile
from typing import IO, Any

from dragoman.wire.call import IN_MEMORY, Call


async def read(call: Call, receive: Any, limit: int) -> None:
    """Read up to `limit` bytes into the call. Past the bound: reading stops and `call.oversized` is set.

    Raises ConnectionError when the caller goes away before the end.
    """
    call.body_limit = limit
    if int(call.headers.get("content-length") or 0) > limit:
        call.oversized = True
        return
    message = await receive()
    first: bytes = message.get("body", b"")
    if message["type"] == "http.disconnect":
        raise ConnectionError("closed while the body was read")
    if len(first) > limit:
        call.oversized = True
        return
    if not message.get("more_body"):
        call.take_body(first)
        return
    await _read_on(call, receive, limit, first)


async def _read_on(call: Call, receive: Any, limit: int, first: bytes) -> None:
    parts, size = [first], len(first)
    spool: IO[bytes] | None = None
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError("closed while the body was read")
        part: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(part)
        if size > limit:
            call.oversized = True
            return
        if spool is None and size > IN_MEMORY:
            spool = tempfile.TemporaryFile()  # noqa: SIM115 # lives as long as the call
            spool.writelines(parts)
            parts = []
        if spool is None:
            parts.append(part)
        else:
            spool.write(part)
    if spool is None:
        call.take_body(b"".join(parts))
    else:
        spool.seek(0)
        call.take_body(spool)
