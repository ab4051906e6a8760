"""`/socket.io/`: handshakes, long polling, WebSocket, and the change from one to the other.

Source: spec/rightech 13.1, 13.4. A session lives in one worker, which its sid names; requests that
reach another worker
are passed on to it.
"""

import asyncio
from contextlib import suppress
from typing import Any

import structlog

from dragoman.core.faults import Denied, Fault
from dragoman.core.tx import Origin
from dragoman.dialects.rightech import auth, engineio, envelope
from dragoman.dialects.rightech.auth import Caller, Keys
from dragoman.dialects.rightech.flow import Flow
from dragoman.dialects.rightech.options import Options
from dragoman.dialects.rightech.polling import answer_poll, take_post
from dragoman.dialects.rightech.refusals import REFUSALS
from dragoman.dialects.rightech.rooms import Rooms
from dragoman.dialects.rightech.sessions import POLLING, WEBSOCKET, Session
from dragoman.dialects.rightech.socketio import dump
from dragoman.dialects.rightech.upgrades import Upgrade
from dragoman.wire.dialect import Site
from dragoman.wire.refusals import row_for
from dragoman.wire.relay import Relay

_log = structlog.get_logger("dragoman.rightech")
_ORIGIN = Origin("rightech")
_JSON = ((b"content-type", b"application/json"),)
_ERRORS = {
    0: "Transport unknown",
    1: "Session ID unknown",
    2: "Bad handshake method",
    3: "Bad request",
    5: "Unsupported protocol version",
}
_OPENED, _UPGRADED = 200, 101


async def identify(site: Site, keys: Keys, upgrade: Upgrade, *, basic: bool = False) -> Caller:
    """Who opens a socket, and that they may. Raises Unauthenticated, Denied.

    Source: R3.11, R13.4.
    """
    caller = await site.database.read(
        _ORIGIN, lambda tx: auth.identify(tx, keys, upgrade.call, basic=basic)
    )
    if not caller.may("GET", auth.STREAM_PATH):
        raise Denied("GET /events/stream")
    return caller


async def refuse(upgrade: Upgrade, fault: Fault) -> None:
    """Answer a fault without opening anything."""
    row = row_for(REFUSALS, fault)
    await upgrade.refuse(row, envelope.error_body(row, helper=row.helper(fault)))


class Sockets:
    """This worker's Engine.IO sessions."""

    def __init__(self, site: Site, options: Options, keys: Keys, flow: Flow) -> None:
        self._site, self._options, self._keys, self._flow = site, options, keys, flow
        self._sessions: dict[str, Session] = {}
        self._rooms = Rooms(site.database)
        self._relay = Relay(site.data_dir, "rightech", site.worker, self.serve)

    async def start(self) -> None:
        """Listen for what other workers pass on."""
        await self._relay.start()

    def close_all(self) -> None:
        """Close every session."""
        for session in list(self._sessions.values()):
            session.close()

    async def stop(self) -> None:
        """The same, and stop listening."""
        self.close_all()
        await self._relay.stop()

    async def serve(self, scope: Any, receive: Any, send: Any) -> None:
        """The mount."""
        upgrade = Upgrade(scope, receive, send, self._site.log)
        query = upgrade.call.query
        sid = query.get("sid", "")
        if sid and sid not in self._sessions:
            worker = engineio.worker_of(sid)
            if worker != self._site.worker and await self._relay.pass_on(
                worker, scope, receive, send
            ):
                return
        if upgrade.call.method == "OPTIONS":
            await upgrade.reply(204, self._preflight(upgrade), b"")
            return
        problem = self._problem(upgrade, query, sid)
        if problem is not None:
            await self._bad(upgrade, problem, known=sid in self._sessions)
        elif not sid:
            await self._handshake(upgrade, query["transport"])
        elif upgrade.is_socket:
            await self._change_over(upgrade, self._sessions[sid])
        else:
            await self._poll(upgrade, self._sessions[sid])

    @staticmethod
    def _preflight(upgrade: Upgrade) -> Any:
        asked = upgrade.call.headers.get("access-control-request-headers", "Content-Type")
        return (
            (b"access-control-allow-methods", b"GET,POST"),
            (b"access-control-allow-headers", asked.encode("latin-1", "replace")),
            *upgrade.cors(),
        )

    def _problem(self, upgrade: Upgrade, query: dict[str, str], sid: str) -> int | None:
        transport = query.get("transport", "")
        if transport not in (POLLING, WEBSOCKET):
            return 0
        if query.get("EIO") != "3":
            return 5
        if sid:
            held = self._sessions.get(sid)
            if held is None:
                return 1
            if upgrade.is_socket:
                return None if transport == WEBSOCKET else 3
            return None if transport == held.transport == POLLING else 3
        if upgrade.call.method != "GET":
            return 2
        return None if upgrade.is_socket is (transport == WEBSOCKET) else 3

    async def _bad(self, upgrade: Upgrade, code: int, *, known: bool) -> None:
        text = _ERRORS[code]
        if not known:
            upgrade.keep(400, code=text)
        if upgrade.is_socket:
            kind = ((b"content-type", b"text/html"),)
            await upgrade.reply(400, kind, text.encode())
        else:
            body = dump({"code": code, "message": text}).encode()
            await upgrade.reply(400, (*_JSON, *upgrade.cors()), body)

    # opening

    async def _handshake(self, upgrade: Upgrade, transport: str) -> None:
        try:
            await self._flow.ready()
            caller = await identify(self._site, self._keys, upgrade)
        except Fault as fault:
            await refuse(upgrade, fault)
            return
        if upgrade.is_socket and not await upgrade.accept():
            return
        session = self._open(caller, transport)
        upgrade.keep(_UPGRADED if upgrade.is_socket else _OPENED, actor=caller)
        try:  # what ended between the look and the listening was not heard
            await identify(self._site, self._keys, upgrade)
        except Fault:
            session.cut_off()
        if upgrade.is_socket:
            await self._run(upgrade, session)
        else:
            await answer_poll(upgrade, session, wait=False)

    def _open(self, caller: Caller, transport: str) -> Session:
        options = self._options
        session = Session(
            engineio.new_sid(self._site.worker),
            caller,
            transport,
            deadline_s=(options.ping_interval + options.ping_timeout) / 1000,
            handlers=self._rooms.handlers,
            ended=self._ended,
        )
        self._sessions[session.sid] = session
        hello = {
            "sid": session.sid,
            "upgrades": [WEBSOCKET] if transport == POLLING else [],
            "pingInterval": options.ping_interval,
            "pingTimeout": options.ping_timeout,
        }
        session.send(engineio.OPEN + dump(hello))
        session.send(engineio.MESSAGE + "0")
        self._flow.add(session)
        return session

    def _ended(self, session: Session) -> None:
        self._sessions.pop(session.sid, None)
        self._flow.remove(session)

    # long polling

    async def _poll(self, upgrade: Upgrade, session: Session) -> None:
        if upgrade.call.method == "POST":
            await take_post(upgrade, session)
        elif upgrade.call.method in ("GET", "HEAD"):
            await answer_poll(upgrade, session, wait=True)
        else:
            await self._bad(upgrade, 3, known=True)

    # WebSocket

    async def _change_over(self, upgrade: Upgrade, session: Session) -> None:
        """A polling session opens a WebSocket: probe, then the change. R13.19"""
        if not await upgrade.accept():
            return
        if session.upgrading or session.transport == WEBSOCKET:
            await upgrade.send({"type": "websocket.close", "code": 1000})
            return
        session.upgrading = True
        try:
            async with asyncio.timeout(self._options.upgrade_timeout / 1000):
                changed = await self._probe(upgrade, session)
        except TimeoutError:
            changed = False
        finally:
            session.upgrading = session.probed = False
        if not changed or session.closed:
            with suppress(Exception):
                await upgrade.send({"type": "websocket.close", "code": 1000})
            return
        session.transport = WEBSOCKET
        session.rouse()
        await self._run(upgrade, session)

    @staticmethod
    async def _probe(upgrade: Upgrade, session: Session) -> bool:
        while True:
            message = await upgrade.receive()
            text = message.get("text")
            if text == "2probe":
                await upgrade.send({"type": "websocket.send", "text": "3probe"})
                session.probed = True
                session.rouse()
            else:
                return bool(text == engineio.UPGRADE)

    async def _run(self, upgrade: Upgrade, session: Session) -> None:
        """Carry packets both ways until one side ends it."""
        writing = asyncio.create_task(_write(upgrade, session))
        reading = asyncio.create_task(_read(upgrade, session))
        try:
            await asyncio.wait((writing, reading), return_when=asyncio.FIRST_COMPLETED)
            session.close()
            if not writing.done():
                await asyncio.wait((writing,), timeout=1.0)
        finally:
            session.close()
            for task in (reading, writing):
                task.cancel()
            await asyncio.gather(reading, writing, return_exceptions=True)


async def _write(upgrade: Upgrade, session: Session) -> None:
    with suppress(OSError):
        while True:
            await session.waited()
            while session.queue:
                packet = session.queue.popleft()
                kind = "bytes" if isinstance(packet, bytes) else "text"
                await upgrade.send({"type": "websocket.send", kind: packet})
            if session.closed:
                await upgrade.send({"type": "websocket.close", "code": 1000})
                return


async def _read(upgrade: Upgrade, session: Session) -> None:
    while not session.closed:
        message = await upgrade.receive()
        if message["type"] != "websocket.receive":
            return
        packet = message.get("text")
        if packet is None:
            packet = message.get("bytes") or b""
        if len(packet) > engineio.MAX_PAYLOAD:
            return
        await session.receive(packet)
