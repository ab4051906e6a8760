"""Reading a request's body within its bound: small ones in memory, large ones into a temporary
file.
"""

import tempfile
from typing import IO, Any

from dragoman.wire.call import IN_MEMORY, Call


async def read(call: Call, receive: Any, limit: int) -> None:
    """Read up to `limit` bytes into the call. Past the bound: reading stops and `call.oversized` is
    set.

    Raises ConnectionError when the caller goes away before the end.
    """
    call.body_limit = limit
    if _declared(call) > limit:
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


def _declared(call: Call) -> int:
    """The declared length; what is no number counts as none (the server refuses it earlier)."""
    text = call.headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


class _Received:
    """Parts of a body: in memory up to IN_MEMORY, then in a temporary file."""

    def __init__(self, first: bytes) -> None:
        self.size = len(first)
        self._parts = [first]
        self._file: IO[bytes] | None = None

    def add(self, part: bytes) -> None:
        self.size += len(part)
        if self._file is None and self.size > IN_MEMORY:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 # lives as long as the call
            self._file.writelines(self._parts)
            self._parts = []
        if self._file is None:
            self._parts.append(part)
        else:
            self._file.write(part)

    def whole(self) -> bytes | IO[bytes]:
        if self._file is None:
            return b"".join(self._parts)
        self._file.seek(0)
        return self._file

    def drop(self) -> None:
        if self._file is not None:
            self._file.close()


async def _read_on(call: Call, receive: Any, limit: int, first: bytes) -> None:
    received, more = _Received(first), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            received.drop()
            raise ConnectionError("closed while the body was read")
        part: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        if received.size + len(part) > limit:
            received.drop()
            call.oversized = True
            return
        received.add(part)
    call.take_body(received.whole())
