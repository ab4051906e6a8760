"""The long-polling transport of a session: packets fetched by GET, brought by POST. Source:
spec/rightech 13.4.
"""

import asyncio
from contextlib import suppress

from dragoman.dialects.rightech import engineio
from dragoman.dialects.rightech.engineio import Packet
from dragoman.dialects.rightech.sessions import POLLING, Session
from dragoman.dialects.rightech.upgrades import Upgrade

_BETWEEN_S = 0.05
_TEXT = ((b"content-type", b"text/plain; charset=UTF-8"),)
_HTML = ((b"content-type", b"text/html"),)


async def answer_poll(upgrade: Upgrade, session: Session, *, wait: bool) -> None:
    """Answer with up to 16 packets; with `wait`, hold until there is one. A second poll at once
    ends the session.
    """
    if session.poll is not None:
        session.queue.clear()
        session.close()
        await upgrade.reply(500, (*_HTML, *upgrade.cors()), b"")
        return
    idle = wait and not session.queue and not session.closed and not session.probed
    if idle and not await _held(upgrade, session):
        return
    packets = _taken(session)
    await upgrade.reply(200, (*_TEXT, *upgrade.cors()), engineio.encode_payload(packets))


async def _held(upgrade: Upgrade, session: Session) -> bool:
    """Wait for a packet. False when the client went away: its packets stay queued for the next
    poll.
    """
    session.poll = asyncio.get_running_loop().create_future()
    gone = asyncio.ensure_future(_disconnected(upgrade))
    try:
        await asyncio.wait((session.poll, gone), return_when=asyncio.FIRST_COMPLETED)
        return session.poll.done()
    finally:
        session.poll = None
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone


async def _disconnected(upgrade: Upgrade) -> None:
    while (await upgrade.receive())["type"] != "http.disconnect":
        await asyncio.sleep(_BETWEEN_S)  # a GET has one empty message, and then nothing for long


def _taken(session: Session) -> list[Packet]:
    if session.probed or session.transport != POLLING:
        return [engineio.NOOP]
    packets: list[Packet] = []
    while session.queue and len(packets) < engineio.MAX_PACKETS:
        packets.append(session.queue.popleft())
    if session.closed and len(packets) < engineio.MAX_PACKETS:
        packets.append(engineio.NOOP if session.said_goodbye and not packets else engineio.CLOSE)
    return packets or [engineio.NOOP]


async def take_post(upgrade: Upgrade, session: Session) -> None:
    """Handle a posted payload; what cannot be read ends the session, and is answered `ok` all the
    same.
    """
    body = await _body(upgrade)
    if body is None:
        session.close()
        await upgrade.reply(413, (*_HTML, *upgrade.cors()), b"")
        return
    kind = upgrade.call.headers.get("content-type", "")
    try:
        packets = engineio.decode_payload(body, binary=kind.startswith("application/octet-stream"))
    except engineio.BadPayload:
        session.close()
        packets = []
    for packet in packets:
        if packet == engineio.CLOSE:
            session.said_goodbye = True
        await session.receive(packet)
    await upgrade.reply(200, (*_HTML, *upgrade.cors()), b"ok")


async def _body(upgrade: Upgrade) -> bytes | None:
    """The request's body; None past the bound."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await upgrade.receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        part = message.get("body", b"")
        size += len(part)
        if size > engineio.MAX_PAYLOAD:
            return None
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)
