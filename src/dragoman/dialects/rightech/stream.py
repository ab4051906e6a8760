"""`/events/stream`: a plain WebSocket that gets every visible event as JSON. Source: spec/rightech
13.6.
"""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any

from dragoman.core.faults import Fault, NotFound
from dragoman.core.tx import Origin
from dragoman.dialects.rightech.auth import Caller, Keys
from dragoman.dialects.rightech.flow import Flow, Told
from dragoman.dialects.rightech.rooms import known_objects
from dragoman.dialects.rightech.sessions import MAX_QUEUE
from dragoman.dialects.rightech.sockets import identify, refuse
from dragoman.dialects.rightech.upgrades import Upgrade
from dragoman.wire.dialect import Site

_ORIGIN = Origin("rightech")


class Reader:
    """One open stream. objects, events: what it is narrowed to; None: nothing."""

    def __init__(
        self, caller: Caller, objects: frozenset[str] | None, events: frozenset[str] | None
    ) -> None:
        self.caller = caller
        self.closed = False
        self.queue: deque[str] = deque()
        self.wake = asyncio.Event()
        self._objects, self._events = objects, events

    def tell(self, told: Told) -> None:
        """Queue an event; a slow reader is disconnected."""
        if self._objects is not None and told.object_oid not in self._objects:
            return
        if self._events is not None and told.name not in self._events:
            return
        if len(self.queue) >= MAX_QUEUE:
            self.cut_off()
            return
        self.queue.append(told.plain)
        self.wake.set()

    def cut_off(self) -> None:
        """End the stream."""
        self.closed = True
        self.wake.set()


class Streams:
    """The mount."""

    def __init__(self, site: Site, keys: Keys, flow: Flow) -> None:
        self._site, self._keys, self._flow = site, keys, flow

    async def serve(self, scope: Any, receive: Any, send: Any) -> None:
        """One stream, from its opening to its end."""
        upgrade = Upgrade(scope, receive, send, self._site.log)
        try:
            await self._flow.ready()
            caller = await identify(self._site, self._keys, upgrade, basic=True)
            if not upgrade.is_socket:
                raise NotFound("endpoint", "path", upgrade.call.path)
            objects = await self._objects(caller, upgrade)
        except Fault as fault:
            await refuse(upgrade, fault)
            return
        if not await upgrade.accept():
            return
        upgrade.keep(101, actor=caller)
        reader = Reader(caller, objects, _names(upgrade, "events"))
        self._flow.add(reader)
        try:
            with suppress(Fault):  # what ended between the look and the listening was not heard
                await identify(self._site, self._keys, upgrade, basic=True)
                await _run(upgrade, reader)
                return
            await send({"type": "websocket.close", "code": 1000})
        finally:
            self._flow.remove(reader)

    async def _objects(self, caller: Caller, upgrade: Upgrade) -> frozenset[str] | None:
        ids = _names(upgrade, "objects")
        if ids is None:
            return None
        found = await self._site.database.read(
            _ORIGIN, lambda tx: known_objects(tx, caller, sorted(ids))
        )
        return frozenset(found)


def _names(upgrade: Upgrade, parameter: str) -> frozenset[str] | None:
    text = upgrade.call.query.get(parameter, "")
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    return names or None


async def _run(upgrade: Upgrade, reader: Reader) -> None:
    gone = asyncio.create_task(_disconnected(upgrade, reader))
    try:
        with suppress(OSError):
            while True:
                while reader.queue:
                    await upgrade.send({"type": "websocket.send", "text": reader.queue.popleft()})
                if reader.closed:
                    await upgrade.send({"type": "websocket.close", "code": 1000})
                    return
                reader.wake.clear()
                await reader.wake.wait()
    finally:
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)


async def _disconnected(upgrade: Upgrade, reader: Reader) -> None:
    """What the client says is ignored, until it goes."""
    while (await upgrade.receive())["type"] == "websocket.receive":
        pass
    reader.cut_off()
