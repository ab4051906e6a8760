"""Heads of answers as bytes, for what is written without ASGI."""

import re
from http import HTTPStatus

from dragoman.wire.call import Headers

_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_VALUE = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]*\Z")
_STATUS = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}
_FEW, _KEPT = 4, 200


class Heads:
    """Renders heads; the blocks that come again and again are kept."""

    def __init__(self) -> None:
        self._blocks: dict[Headers, bytes] = {}

    def head(self, status: int, headers: Headers, more: bytes) -> bytes:
        """Status line, headers and `more` (rendered lines), up to the empty line.

        Raises ValueError for a header that would break the head.
        """
        line = _STATUS.get(status) or b"HTTP/1.1 %d \r\n" % status
        return b"".join((line, self.block(headers), more, b"\r\n"))

    def block(self, headers: Headers) -> bytes:
        """Headers as lines; constants of a dialect are rendered once. Raises ValueError."""
        try:
            return self._blocks[headers]
        except (KeyError, TypeError):  # new, or a list
            block = _rendered(headers)
        if isinstance(headers, tuple) and len(headers) < _FEW and len(self._blocks) < _KEPT:
            self._blocks[headers] = block
        return block


def _rendered(headers: Headers) -> bytes:
    for name, value in headers:
        if _NAME.match(name) is None or _VALUE.match(value) is None:
            raise ValueError("a header that would break the head")
    return b"".join([b"%b: %b\r\n" % (name.lower(), value) for name, value in headers])
