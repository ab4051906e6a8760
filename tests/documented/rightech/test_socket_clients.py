"""The vendor's clients, unmodified, against the real command with two workers, on both
databases.
"""

import secrets
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import socketio as socketio_client

from tests.support import postgres, server
from tests.support.listening import CLIENTS, NodeClient
from tests.support.server import Server

PINGS = {"ping_interval": 400, "ping_timeout": 1500}


class Site:
    """A running server, its REST and its sockets."""

    def __init__(self, running: Server) -> None:
        self.server = running
        self.url = running.url("rightech")

    def log_in(self) -> tuple[str, str]:
        """A token and a session cookie."""
        body = {"login": "admin", "password": server.PASSWORD}
        token = httpx.post(f"{self.url}/api/v1/auth/token", json=body).json()["token"]
        cookie = httpx.post(f"{self.url}/api/v1/auth", json=body).headers["set-cookie"]
        return token, cookie.partition(";")[0]

    def call(self, token: str, method: str, path: str, json: Any = None) -> Any:
        """One request on a connection of its own, so that any worker may take it."""
        headers = {"Authorization": f"Bearer {token}", "Connection": "close"}
        answer = httpx.request(method, f"{self.url}/api/v1{path}", json=json, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    options = {"dialects": {"rightech": PINGS}}
    folder = tmp_path_factory.mktemp("server")
    with (
        postgres.for_server(request.param, "sockets") as url,
        server.serving(folder, workers=2, database=url, settings=options) as started,
    ):
        yield Site(started)


def make_object(site: Site, token: str) -> tuple[str, str]:
    """Its `_id` and its `id`; the server is shared, so nobody else has these."""
    model = site.call(token, "POST", "/models", {"base": "mqtt", "name": "m"})["_id"]
    id = f"o-{secrets.token_hex(4)}"
    made = site.call(token, "POST", "/objects", {"model": model, "id": id})
    return str(made["_id"]), id


@pytest.mark.skipif(
    not (CLIENTS / "node_modules").is_dir(), reason="npm ci in tests/clients installs the client"
)
@pytest.mark.parametrize("transports", ["", "websocket", "polling"])
def test_node_client(running: Site, transports: str) -> None:
    """Source: issue 3: connect, receive, heartbeat, be cut off. Default: polling, then upgrade."""
    token, cookie = running.log_in()
    oid, id = make_object(running, token)
    clients = [
        NodeClient(running.url, transports=transports, authorization=f"Bearer {token}"),
        *(NodeClient(running.url, transports=transports, cookie=cookie) for _ in range(3)),
    ]
    try:
        for client in clients:
            assert client.wait("connect") == (transports or "polling")
            if not transports:
                assert client.wait("upgrade") == "websocket"
        answer = clients[0].emit("subscribe", {"objects": [id], "events": ["object-packet"]})
        assert answer == {
            "sucess": True,
            "success": True,
            "objects": [oid],
            "events": ["object-packet"],
        }
        running.call(token, "POST", "/labels", {"name": "Ŝtono 🌱"})
        running.call(token, "POST", f"/objects/{id}/packets", {"temperature": 36.6})
        for client in clients[1:]:
            assert client.wait("label-insert")["data"]["name"] == "Ŝtono 🌱"
        for client in clients:
            told = client.wait("object-packet")
            assert told["_oid"] == oid
            assert told["data"]["temperature"] == 36.6
            assert client.wait("event") == told
        assert "label-insert" not in [name for name, _ in clients[0].heard]
        for client in clients:
            client.wait("pong")
            client.wait("pong")
            client.wait("pong")
        httpx.post(f"{running.url}/api/v1/auth/logout", headers={"Cookie": cookie})
        for client in clients[1:]:
            assert client.wait("disconnect") == "io server disconnect"
        running.call(token, "POST", "/auth/logout")
        assert clients[0].wait("disconnect") == "io server disconnect"
    finally:
        for client in clients:
            client.close()


@pytest.mark.parametrize("transports", [None, ["websocket"], ["polling"]])
def test_python_client(running: Site, transports: list[str] | None) -> None:
    """Source: issue 3, spec 13."""
    token, cookie = running.log_in()
    oid, id = make_object(running, token)
    heard: list[tuple[str, Any]] = []
    clients = []
    try:
        for headers in ({"Authorization": f"Bearer {token}"}, {"Cookie": cookie}):
            client = socketio_client.Client(reconnection=False)
            for name in ("object-packet", "event", "disconnect"):
                client.on(name, lambda *data, name=name: heard.append((name, data)))
            client.connect(running.url, headers=headers, transports=transports)
            clients.append(client)
        answer = clients[0].call("subscribe", {"objects": ["none"]}, timeout=5)
        assert answer["code"] == "404"
        assert clients[1].call("ping-ric", 1, timeout=5)["time"] > 0
        assert clients[1].call("who knows", 1, timeout=5)["tags"] == ["error_not_found"]
        running.call(token, "POST", f"/objects/{id}/packets", {"temperature": 1})
        until(lambda: len([one for one in heard if one[0] == "object-packet"]) == 2)
        assert all(data[0]["_oid"] == oid for name, data in heard if name == "object-packet")
        time.sleep(1.2)
        assert all(client.connected for client in clients)
        httpx.post(f"{running.url}/api/v1/auth/logout", headers={"Cookie": cookie})
        running.call(token, "POST", "/auth/logout")
        until(lambda: len([one for one in heard if one[0] == "disconnect"]) == 2)
    finally:
        for client in clients:
            client.disconnect()


def until(fits: Any, timeout_s: float = 10.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + timeout_s
    while not fits():
        assert time.monotonic() < end, "it never was so"
        time.sleep(0.02)
