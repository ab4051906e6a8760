"""Packet codecs: what is encoded is decoded again, and nothing crashes them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.dialects.rightech import engineio, scopes, socketio

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
packets = st.one_of(
    texts.filter(lambda text: text[0] != "b"),
    st.binary().map(lambda content: b"\x04" + content),
)
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(texts, inner))


@given(st.lists(packets, min_size=1))
def test_payload_round_trip(sent: list[engineio.Packet]) -> None:
    body = engineio.encode_payload(sent)
    assert engineio.decode_payload(body, binary=False) == sent


@given(st.lists(packets, min_size=1))
def test_binary_payload(sent: list[engineio.Packet]) -> None:
    """Source: spec R13.17."""
    body = b""
    for packet in sent:
        content = packet if isinstance(packet, bytes) else packet.encode()
        digits = bytes(int(digit) for digit in str(len(content)))
        body += bytes([isinstance(packet, bytes)]) + digits + b"\xff" + content
    assert engineio.decode_payload(body, binary=True) == sent


@given(st.binary(), st.booleans())
def test_any_payload_is_read_or_refused(body: bytes, binary: bool) -> None:
    with contextlib.suppress(engineio.BadPayload):
        engineio.decode_payload(body, binary=binary)


@given(texts, st.lists(values), st.none() | st.integers(0, 10**14))
def test_event_round_trip(name: str, arguments: list[object], id: int | None) -> None:
    packet = socketio.Packet(socketio.EVENT, id=id, data=[name, *arguments])
    text = socketio.encode(packet)
    assert text.isascii()
    assert socketio.decode(text) == packet


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(socketio.BadPacket):
        socketio.decode(text)


@pytest.mark.parametrize(
    ("text", "packet"),
    [
        ("0/admin,", socketio.Packet(socketio.CONNECT, "/admin")),
        ("1", socketio.Packet(socketio.DISCONNECT)),
        ('27["name",1]', socketio.Packet(socketio.EVENT, id=7, data=["name", 1])),
        ("37[true]", socketio.Packet(socketio.ACK, id=7, data=[True])),
        (
            '4/x,"Invalid namespace"',
            socketio.Packet(socketio.ERROR, "/x", data="Invalid namespace"),
        ),
        ('2/a,3["x"]', socketio.Packet(socketio.EVENT, "/a", 3, ["x"])),
    ],
)
def test_packets_of_the_document(text: str, packet: socketio.Packet) -> None:
    """Source: spec R13.10."""
    assert socketio.decode(text) == packet


@given(st.integers(0, 127))
def test_a_sid_names_its_worker(worker: int) -> None:
    sid = engineio.new_sid(worker)
    assert len(sid) == 20
    assert engineio.worker_of(sid) == worker


@given(st.lists(st.text()), st.text(), st.text())
def test_any_scope_is_understood_or_ignored(rules: list[str], method: str, path: str) -> None:
    assert scopes.permits(tuple(rules), method, path) in (True, False)


@pytest.mark.parametrize(
    ("wanted", "held", "fits"),
    [
        (["GET /objects"], ["GET /objects/*"], True),
        (["GET /objects/:id/packets"], ["GET /objects/*"], True),
        (["objects_one_get"], ["GET /objects/:id"], True),
        (["GET /objects/*"], ["GET /objects", "GET /objects/:id"], False),
        (["GET /objects/:id"], ["GET /objects/12"], False),
        (["* /objects"], ["GET /objects/*"], False),
        (["GET /objects", "GET /models"], ["GET /objects/*"], False),
        (["*"], ["GET /*"], False),
        (["* /*"], ["*"], True),
        (["nonsense"], ["GET /objects"], True),
    ],
)
def test_scopes_within_others(wanted: list[str], held: list[str], fits: bool) -> None:
    """Source: issue 3: a token gives no more than it has."""
    assert scopes.within(tuple(wanted), tuple(held)) is fits


_SEGMENT = st.sampled_from(["a", "b", ":id", "*"])
_SCOPE = st.builds(
    lambda method, parts: f"{method} /{'/'.join(parts)}",
    st.sampled_from(["GET", "POST", "*"]),
    st.lists(_SEGMENT, max_size=3),
)


@given(
    st.lists(_SCOPE, max_size=3),
    st.lists(_SCOPE, max_size=3),
    st.sampled_from(["GET", "POST", "PATCH"]),
    st.lists(st.sampled_from(["a", "b", "c"]), max_size=4),
)
def test_what_is_within_permits_no_more(
    wanted: list[str], held: list[str], method: str, parts: list[str]
) -> None:
    path = "/" + "/".join(parts)
    if scopes.within(tuple(wanted), tuple(held)) and scopes.permits(tuple(wanted), method, path):
        assert scopes.permits(tuple(held), method, path)
