"""Sockets in process: ASGI messages straight to the front, one step of the loop at a time."""

import asyncio
from typing import Any

from dragoman.core import tables
from tests.support.site import TestSite


def settle(site: TestSite) -> None:
    """Wait until the site has told everything that was committed so far, so that a new socket hears
    only what comes.
    """

    async def told() -> None:
        async with site.app.hub.subscribe(lambda change: change.event == "tests.settled") as heard:
            site.tx(lambda tx: tx.note("tests.settled", tables.settings, 1, keep=False))
            site.app.hub.wake()
            await heard.get()

    site.run(asyncio.wait_for(told(), 10))


class Wire:
    """One WebSocket on the loop of a TestSite."""

    def __init__(self, site: TestSite, target: str, headers: dict[str, str] | None = None) -> None:
        self.site = site
        self.sent: asyncio.Queue[Any] = asyncio.Queue()
        self._in: asyncio.Queue[Any] = asyncio.Queue()
        settle(site)
        path, _, query = target.partition("?")
        scope = {
            "type": "websocket",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in (headers or {}).items()],
            "server": ("127.0.0.1", site.ports["rightech"]),
            "client": ("192.0.2.1", 4),
            "scheme": "ws",
            "extensions": {"websocket.http.response": {}},
            "subprotocols": [],
            "http_version": "1.1",
        }
        self._in.put_nowait({"type": "websocket.connect"})
        self.task = site.loop.create_task(site.app.front(scope, self._in.get, self.sent.put))

    def next(self, timeout_s: float = 5.0) -> Any:
        """The next message that the server sends."""
        return self.site.run(asyncio.wait_for(self.sent.get(), timeout_s))

    def text(self) -> str:
        """The next frame, which must be text."""
        message = self.next()
        assert message["type"] == "websocket.send", message
        return str(message["text"])

    def say(self, frame: str | bytes) -> None:
        """Send a frame."""
        kind = "text" if isinstance(frame, str) else "bytes"
        self._in.put_nowait({"type": "websocket.receive", kind: frame})

    def open(self) -> str:
        """Accepted, with the two first frames. Returns the open packet."""
        assert self.next()["type"] == "websocket.accept"
        hello = self.text()
        assert self.text() == "40"
        return hello

    def is_closed(self) -> bool:
        """Whether the next message closes it."""
        return bool(self.next()["type"] == "websocket.close")

    def leave(self) -> None:
        """The client goes away."""
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1001})
        self.site.run(asyncio.wait_for(self.task, 5))
