"""The server's HTTP protocol, so that faults found before a request exists (bad framing) are also
answered in the dialect's words.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dragoman.wire.call import Reply
from dragoman.wire.front import Front


class Protocol(HttpToolsProtocol):
    """uvicorn's own, but for what it answers when bytes are no HTTP."""

    def send_400_response(self, msg: str) -> None:
        """Answer in the dialect's words where it has any, and close."""
        front = self.config.app
        reply: Reply | None = None
        if isinstance(front, Front):
            path = bytes(getattr(self, "url", b"")).decode("latin-1").partition("?")[0]
            reply = front.unreadable(self.server[1] or 0 if self.server else 0, path)
        if reply is None or not isinstance(reply.body, bytes):
            super().send_400_response(msg)
            return
        lines = [b"%b: %b" % header for header in reply.headers]
        size = b"content-length: %d" % len(reply.body)
        head = [b"HTTP/1.1 %d Bad Request" % reply.status, *lines, size, b"connection: close"]
        self.transport.write(b"\r\n".join([*head, b"", reply.body]))
        self.transport.close()
