"""Engine.IO protocol 3: packets, payloads of the polling transport, and sessions. Source:
spec/rightech 13.2, 13.4.

A packet is text (its first character is the type) or bytes (its first byte is the type, always a
message).
"""

import base64
import binascii
import re
import secrets
import zlib

Packet = str | bytes

OPEN, CLOSE, PING, PONG, MESSAGE, UPGRADE, NOOP = "0123456"
MAX_PAYLOAD = 1_000_000
MAX_PACKETS = 16  # in one answer: the Python client takes no more
_BINARY_MESSAGE = b"\x04"
_LENGTH = re.compile(r"(\d{1,10}):", re.ASCII)
_WORKERS = 128
_RANDOM_BYTES = 15


class BadPayload(ValueError):
    """A posted payload that cannot be read."""


def new_sid(worker: int) -> str:
    """20 unguessable characters that also tell which worker the session lives in."""
    while True:
        sid = secrets.token_urlsafe(_RANDOM_BYTES)
        if worker_of(sid) == worker % _WORKERS:
            return sid


def worker_of(sid: str) -> int:
    """The worker that made a sid."""
    return zlib.crc32(sid.encode("utf-8", "replace")) % _WORKERS


def units(text: str) -> int:
    """The length of a text in UTF-16 units, as JavaScript counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def encode_payload(packets: list[Packet]) -> bytes:
    """Packets as a text payload; binary ones in base64."""
    parts = []
    for packet in packets:
        if isinstance(packet, bytes):
            packet = "b" + chr(packet[0] + 48) + base64.b64encode(packet[1:]).decode()
        parts.append(f"{units(packet)}:{packet}")
    return "".join(parts).encode()


def decode_payload(body: bytes, *, binary: bool) -> list[Packet]:
    """Packets of a posted body. binary: it came as application/octet-stream. Raises BadPayload."""
    if binary and body[:1] in (b"\x00", b"\x01"):
        return _decode_binary(body)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise BadPayload("not UTF-8") from None
    return _decode_text(text)


def _decode_text(text: str) -> list[Packet]:
    packets: list[Packet] = []
    wide = not text.isascii() and max(text) > "\uffff"
    at = 0
    while at < len(text):
        found = _LENGTH.match(text, at)
        if found is None:
            raise BadPayload("no length")
        size, at = int(found[1]), found.end()
        packet = _wide_slice(text, at, size) if wide else text[at : at + size]
        at += len(packet)
        if not packet or (units(packet) if wide else len(packet)) != size:
            raise BadPayload("cut short")
        packets.append(_from_text(packet))
    if not packets:
        raise BadPayload("empty")
    return packets


def _wide_slice(text: str, at: int, size: int) -> str:
    end, left = at, size
    while left > 0 and end < len(text):
        left -= 2 if text[end] > "\uffff" else 1
        end += 1
    return text[at:end]


def _from_text(packet: str) -> Packet:
    if packet[0] != "b":
        return packet
    if packet[1:2] != MESSAGE:
        raise BadPayload("not a binary message")
    try:
        return _BINARY_MESSAGE + base64.b64decode(packet[2:], validate=True)
    except (binascii.Error, ValueError):
        raise BadPayload("not base64") from None


def _decode_binary(body: bytes) -> list[Packet]:
    packets: list[Packet] = []
    at = 0
    while at < len(body):
        kind = body[at]
        end = body.find(b"\xff", at + 1, at + 12)
        digits = body[at + 1 : end]
        if kind > 1 or end < 0 or not digits or max(digits) > 9:
            raise BadPayload("no length")
        size = int("".join(map(str, digits)))
        packet = body[end + 1 : end + 1 + size]
        if not packet or len(packet) != size:
            raise BadPayload("cut short")
        at = end + 1 + size
        if kind == 1:
            packets.append(packet)
            continue
        try:
            packets.append(packet.decode())
        except UnicodeDecodeError:
            raise BadPayload("not UTF-8") from None
    return packets
