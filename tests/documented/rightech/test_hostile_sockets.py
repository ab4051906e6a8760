"""Frames that are no packets, over real connections to two workers; nobody else notices.

Source: spec/rightech 13.8, 13.9; issue 3.
"""

import json
import secrets
import socket
import time
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
import websocket

from tests.documented.rightech.test_socket_clients import Site, make_object
from tests.documented.rightech.test_socket_clients import running as running  # a fixture

PATH = "/socket.io/?EIO=3&transport=websocket"
FRAMES: list[str | bytes] = [
    "", "7", "x", "42{}", '42["x"', "48", "ä", "42" + "[" * 5000, "x" * 1_000_001, b"", b"abc",
    b"\x04abc",
]  # fmt: skip


def connect(site: Site, token: str) -> websocket.WebSocket:
    """A websocket after its handshake; two packets have come."""
    address = site.url.replace("http://", "ws://") + PATH
    wire = websocket.create_connection(
        address, timeout=10, header=[f"Authorization: Bearer {token}"]
    )
    assert wire.recv().startswith("0{")
    assert wire.recv() == "40"
    return wire


def heard(wire: websocket.WebSocket, until: str) -> list[Any]:
    """Events up to the one of this name; the client pings, or it would be cut off."""
    seen: list[Any] = []
    wire.settimeout(0.3)
    until_s = time.monotonic() + 10
    while time.monotonic() < until_s:
        try:
            text = wire.recv()
        except websocket.WebSocketTimeoutException:
            wire.send("2")
            continue
        if isinstance(text, str) and text.startswith("42"):
            seen.append(json.loads(text[2:]))
            if seen[-1][0] == until:
                return seen
    raise AssertionError(f"{until} was not heard: {seen}")


def ended(wire: websocket.WebSocket) -> bool:
    """Whether the server has closed it, and soon."""
    began = time.monotonic()
    try:
        while time.monotonic() - began < 5:
            wire.recv()
    except (websocket.WebSocketException, ConnectionError, TimeoutError):
        return time.monotonic() - began < 5
    return False


@pytest.fixture
def token(running: Site) -> str:
    return running.log_in()[0]


def test_what_is_no_packet_ends_its_own_connection_alone(running: Site, token: str) -> None:
    with ExitStack() as closing:
        good = closing.enter_context(connected(running, token))
        for frame in FRAMES:
            bad = closing.enter_context(connected(running, token))
            if isinstance(frame, bytes):
                bad.send_binary(frame)
            else:
                bad.send(frame)
            assert ended(bad), frame[:20]
            good.send("2")
        name = f"l-{secrets.token_hex(4)}"
        running.call(token, "POST", "/labels", {"name": name})
        assert heard(good, "label-insert")[-1][1]["data"]["name"] == name


class connected:  # noqa: N801 # used as a context
    """A websocket that is closed whatever happens."""

    def __init__(self, site: Site, token: str) -> None:
        self.wire = connect(site, token)

    def __enter__(self) -> websocket.WebSocket:
        return self.wire

    def __exit__(self, *_: object) -> None:
        self.wire.shutdown()


def test_bytes_that_are_no_frames_end_the_connection(running: Site, token: str) -> None:
    for junk in (b"\xff" * 64, b"GET / HTTP/1.1\r\n\r\n", b"\x81\xff" + b"\xff" * 8 + b"\0" * 64):
        with connected(running, token) as wire:
            wire.sock.sendall(junk)
            assert ended(wire)


def test_a_frame_that_says_it_is_huge_is_not_waited_for(running: Site, token: str) -> None:
    """50 MB announced; the server closes at the head."""
    with connected(running, token) as wire:
        head = b"\x81\xff" + (50 << 20).to_bytes(8, "big") + b"\0\0\0\0"
        wire.sock.sendall(head + b"4" * 1000)
        assert ended(wire)


def test_a_handshake_that_never_ends_holds_nobody_up(running: Site, token: str) -> None:
    host, port = running.url.removeprefix("http://").split(":")
    with ExitStack() as closing:
        for _ in range(20):
            half = closing.enter_context(socket.create_connection((host, int(port)), timeout=5))
            half.sendall(f"GET {PATH} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n".encode())
        with connected(running, token) as wire:
            wire.send("2")
            while (got := wire.recv()) != "3":
                assert str(got).startswith("42")  # an event, of the fixture's own signing in say


def test_nothing_is_heard_of_an_object_that_one_may_not_see(running: Site, token: str) -> None:
    """Another group's object: subscribing tells nothing, and its changes are not heard."""
    group = running.call(token, "POST", "/groups", {"name": "G", "tagname": f"g{_mark()}"})["_id"]
    login = f"farmer-{_mark()}"
    signing = {"login": login, "password": "Secret-42-x"}
    user = {**signing, "group": group, "email": f"{login}@x.example"}
    running.call(token, "POST", "/users", user)
    theirs, _ = make_object(running, token)
    signed = httpx.post(f"{running.url}/api/v1/auth/token", json=signing)
    own = signed.json()["token"]
    with connected(running, own) as wire:
        wire.send(f'421["subscribe",{{"objects":["{theirs}"]}}]')
        running.call(token, "PATCH", f"/objects/{theirs}", {"name": "hidden"})
        mine = f"l-{_mark()}"
        running.call(own, "POST", "/labels", {"name": mine})
        seen = heard(wire, "label-insert")
        assert theirs not in json.dumps(seen)
        assert seen[-1][1]["data"]["name"] == mine


def _mark() -> str:
    return secrets.token_hex(4)
