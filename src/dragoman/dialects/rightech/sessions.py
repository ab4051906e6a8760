"""One Engine.IO session: its queue, its heartbeat, its transport, and the Socket.IO connection
inside.

Source: spec/rightech 13.2-13.5.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from dragoman.dialects.rightech import engineio, socketio
from dragoman.dialects.rightech.auth import Caller
from dragoman.dialects.rightech.engineio import Packet
from dragoman.dialects.rightech.flow import Told

MAX_QUEUE = 10_000
POLLING, WEBSOCKET = "polling", "websocket"
_NOT_FOUND = {
    "success": False,
    "code": "404",
    "message": "Not Found",
    "tags": ["error_not_found"],
}

EventHandler = Callable[["Session", Any], Awaitable[Any]]


class Session:
    """A connected client. ended: called once, when the session is over.

    handlers: client event -> what it does; what it returns goes into the answer, if one was asked
    for.
    """

    def __init__(
        self,
        sid: str,
        caller: Caller,
        transport: str,
        *,
        deadline_s: float,
        handlers: Mapping[str, EventHandler],
        ended: Callable[["Session"], None],
    ) -> None:
        self.sid = sid
        self.caller = caller
        self.transport = transport
        self.objects: frozenset[str] | None = None
        self.events: frozenset[str] | None = None
        self.closed = False
        self.upgrading = False  # a WebSocket has come and may take over
        self.probed = False  # it has asked to: polls are released until that is settled
        self.said_goodbye = False  # the client itself has closed
        self.poll: asyncio.Future[None] | None = None
        self.queue: deque[Packet] = deque()
        self._wake = asyncio.Event()
        self._joined = True
        self._missing = 0  # binary frames that are still to come
        self._awaiting: socketio.Packet | None = None
        self._handlers = handlers
        self._ended = ended
        self._deadline_s = deadline_s
        self._loop = asyncio.get_running_loop()
        self._seen = self._loop.time()
        self._timer = self._loop.call_later(deadline_s, self._look)

    # heartbeat

    def _look(self) -> None:
        left = self._seen + self._deadline_s - self._loop.time()
        if left <= 0:
            self.close()
        else:
            self._timer = self._loop.call_later(left, self._look)

    # out

    def send(self, packet: Packet) -> None:
        """Queue a packet; a client that does not fetch its packets is dropped."""
        if self.closed:
            return
        if len(self.queue) >= MAX_QUEUE:
            self.queue.clear()
            self.close()
            return
        self.queue.append(packet)
        self.rouse()

    def rouse(self) -> None:
        """Wake whoever waits for packets."""
        self._wake.set()
        if self.poll is not None and not self.poll.done():
            self.poll.set_result(None)

    async def waited(self) -> None:
        """Return when there is something to send, or the session is over."""
        while not self.queue and not self.closed:
            self._wake.clear()
            await self._wake.wait()

    def tell(self, told: Told) -> None:
        """Queue an event, if the client is there and wants it."""
        if not self._joined:
            return
        if self.objects is not None and told.object_oid not in self.objects:
            return
        if self.events is not None and told.name not in self.events:
            return
        for packet in told.packets:
            self.send(packet)

    def cut_off(self) -> None:
        """The credential has ended: say goodbye, then close."""
        self.send(engineio.MESSAGE + str(socketio.DISCONNECT))
        self.close()

    def close(self) -> None:
        """End the session; what is queued still goes out where a reader waits."""
        if self.closed:
            return
        self.closed = True
        self._timer.cancel()
        self.rouse()
        self._ended(self)

    # in

    async def receive(self, packet: Packet) -> None:
        """Handle one packet from the client; what is no packet ends the session."""
        if self.closed:
            return
        self._seen = self._loop.time()
        if isinstance(packet, bytes):
            await self._binary(packet)
            return
        kind = packet[:1]
        if kind == engineio.PING:
            self.send(engineio.PONG + packet[1:])
        elif kind == engineio.MESSAGE:
            await self._message(packet[1:])
        elif kind == "" or kind not in "0356":
            self.close()

    async def _binary(self, packet: bytes) -> None:
        if packet[:1] != b"\x04" or not self._missing:
            self.close()
            return
        self._missing -= 1
        if not self._missing and self._awaiting is not None:
            awaiting, self._awaiting = self._awaiting, None
            await self._packet(awaiting)

    async def _message(self, text: str) -> None:
        try:
            packet = socketio.decode(text)
        except socketio.BadPacket:
            self.close()
            return
        if self._missing:  # its attachments were announced and did not come
            self.close()
        elif packet.attachments:
            self._missing, self._awaiting = packet.attachments, packet
        else:
            await self._packet(packet)

    async def _packet(self, packet: socketio.Packet) -> None:
        if packet.namespace != "/":
            self._elsewhere(packet)
        elif packet.kind == socketio.DISCONNECT:
            self._joined = False
        elif packet.kind in (socketio.EVENT, socketio.BINARY_EVENT) and self._joined:
            await self._event(packet)

    def _elsewhere(self, packet: socketio.Packet) -> None:
        if packet.kind == socketio.CONNECT:
            namespace = packet.namespace.partition("?")[0]
            refusal = socketio.Packet(socketio.ERROR, namespace, data="Invalid namespace")
            self.send(engineio.MESSAGE + socketio.encode(refusal))

    async def _event(self, packet: socketio.Packet) -> None:
        name, *arguments = packet.data
        handler = self._handlers.get(name) if packet.kind == socketio.EVENT else None
        answer: Any = _NOT_FOUND
        if handler is not None:
            answer = await handler(self, arguments[0] if arguments else None)
        if packet.id is not None:
            reply = socketio.Packet(socketio.ACK, id=packet.id, data=[answer])
            self.send(engineio.MESSAGE + socketio.encode(reply))
