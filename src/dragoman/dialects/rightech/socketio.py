"""Socket.IO protocol 4, what stands inside an Engine.IO message. Source: spec/rightech 13.3.

<type>[<attachments>-][/namespace,][ack id][json]
"""

import json
import re
from typing import Any

import msgspec

from dragoman.core import jsontext

CONNECT, DISCONNECT, EVENT, ACK, ERROR, BINARY_EVENT, BINARY_ACK = range(7)
_ATTACHMENTS = re.compile(r"(\d{1,4})-", re.ASCII)
_ID = re.compile(r"\d{1,15}", re.ASCII)
_MAX_ATTACHMENTS = 64


class BadPacket(ValueError):
    """A text that is no Socket.IO packet; the connection ends."""


class Packet(msgspec.Struct, frozen=True):
    """A packet. data: decoded JSON, None without; attachments: binary frames that follow."""

    kind: int
    namespace: str = "/"
    id: int | None = None
    data: Any = None
    attachments: int = 0


def decode(text: str) -> Packet:
    """Read what stands behind the `4`. Raises BadPacket."""
    if not text or not "0" <= text[0] <= "6":
        raise BadPacket("unknown type")
    kind, at, attachments = int(text[0]), 1, 0
    if kind in (BINARY_EVENT, BINARY_ACK):
        found = _ATTACHMENTS.match(text, at)
        if found is None or int(found[1]) > _MAX_ATTACHMENTS:
            raise BadPacket("no attachments")
        attachments, at = int(found[1]), found.end()
    namespace = "/"
    if text[at : at + 1] == "/":
        end = text.find(",", at)
        namespace = text[at:] if end < 0 else text[at:end]
        at = len(text) if end < 0 else end + 1
    found = _ID.match(text, at)
    id = int(found[0]) if found is not None else None
    at = found.end() if found is not None else at
    data = _data(text[at:]) if at < len(text) else None
    _check(kind, data)
    return Packet(kind, namespace, id, data, attachments)


def _data(text: str) -> Any:
    try:
        return jsontext.read(text)
    except (msgspec.MsgspecError, RecursionError):
        raise BadPacket("broken JSON") from None


def _check(kind: int, data: Any) -> None:
    if kind in (EVENT, BINARY_EVENT):
        if not isinstance(data, list) or not data or not isinstance(data[0], str):
            raise BadPacket("an event is an array that begins with its name")
    elif kind in (ACK, BINARY_ACK) and not isinstance(data, list):
        raise BadPacket("an answer is an array")


def encode(packet: Packet) -> str:
    """A packet's text, JSON in ASCII so that every client counts the same characters."""
    out = str(packet.kind)
    if packet.kind in (BINARY_EVENT, BINARY_ACK):
        out += f"{packet.attachments}-"
    if packet.namespace != "/":
        out += f"{packet.namespace},"
    if packet.id is not None:
        out += str(packet.id)
    if packet.data is not None:
        out += dump(packet.data)
    return out


def dump(value: Any) -> str:
    """Compact JSON in ASCII."""
    return json.dumps(value, separators=(",", ":"))
