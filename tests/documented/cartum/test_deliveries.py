"""Webhooks over a real connection. Source: spec/cartum 11.2."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.domains.shop import customers, hooks, orders
from dragoman.wire import outgoing
from tests.documented.cartum.conftest import Shop


class Receiver:
    """Answers each request with the next of `statuses`; keeps what came."""

    def __init__(self, statuses: list[int]) -> None:
        self.statuses = statuses
        self.got: list[tuple[str, str, Any]] = []
        self.server: asyncio.Server | None = None
        self.port = 0

    async def open(self) -> None:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        assert self.server is not None
        self.server.close()
        await self.server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        size = next(
            (
                int(line.split(":")[1])
                for line in head.lower().split("\r\n")
                if line.startswith("content-length")
            ),
            0,
        )
        body = await reader.readexactly(size)
        self.got.append((head.split(" ")[0], head, json.loads(body) if body else None))
        status = self.statuses.pop(0) if self.statuses else 200
        more = "Content-Length: 0\r\nLocation: /elsewhere\r\nConnection: close\r\n\r\n"
        writer.write(f"HTTP/1.1 {status} X\r\n{more}".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # the other side has no event to wait for
            await asyncio.sleep(0.05)


def test_delivery_with_retry(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop(hook_queue_s=0, hook_retry_s=0, hook_private=True)
    receiver = Receiver([500, 302, 204])
    shop.site.run(receiver.open())
    url = f"http://127.0.0.1:{receiver.port}/hook?x=1"
    assert shop.call("hooks/subscribe", event="order_paid", target_url=url).status == 201
    shop.call("orders/update", orders=[{"order_id": 1, "paid": 1}])
    shop.site.run(until(lambda: len(receiver.got) == 3))
    method, head, body = receiver.got[-1]
    assert method == "PUT"
    assert head.startswith("PUT /hook?x=1 HTTP/1.1\r\n")
    assert "application/json; charset=utf-8" in head
    assert body["order_id"] == 1
    assert body["payed"] == 1
    assert body["products"][0]["url"] == ""
    assert body["products"][0]["photo_url"] == ""
    shop.site.run(asyncio.sleep(0.5))
    assert len(receiver.got) == 3
    shop.site.run(receiver.close())


def test_own_addresses_are_refused(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop(hook_queue_s=0, hook_retries=0)
    receiver = Receiver([])
    shop.site.run(receiver.open())
    shop.call(
        "hooks/subscribe", event="order_update", target_url=f"http://localhost:{receiver.port}/"
    )
    shop.site.tx(lambda tx: orders.change(tx, 1, orders.OrderChanges(status=2)))

    def ended() -> bool:
        query = sa.select(tables.jobs).where(
            tables.jobs.c.kind == "cartum.hook", tables.jobs.c.state == "failed"
        )
        return bool(shop.site.look(lambda tx: tx.all(query)))

    shop.site.run(until(ended))
    assert receiver.got == []
    shop.site.run(receiver.close())


def test_queue_waits_for_its_turn(shop: Shop) -> None:
    shop.call("hooks/subscribe", event="order_update", target_url="https://hooks.invalid/")
    shop.call("orders/update", orders=[{"order_id": 1, "status": 2}])

    def queued() -> list[Any]:
        return shop.site.look(
            lambda tx: tx.all(sa.select(tables.jobs).where(tables.jobs.c.kind == "cartum.hook"))
        )

    shop.site.run(until(lambda: bool(queued())))
    (job,) = queued()
    assert job.due_ms % 300_000 == 0
    assert 0 < job.due_ms - job.created_ms <= 300_000


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "::1",
        "fe80::1%eth0",
        "::ffff:10.0.0.1",
        "0.0.0.0",  # noqa: S104 # an address to refuse
        "224.0.0.1",
        "fc00::1",
    ],
)  # an address to refuse
def test_private_addresses(address: str) -> None:
    assert not outgoing.is_public(address)


def test_public_addresses() -> None:
    assert outgoing.is_public("93.184.216.34")
    assert outgoing.is_public("2606:2800:220:1:248:1893:25c8:1946")


def test_removed_by_the_shop(make_shop: Callable[..., Shop]) -> None:
    """spec 11.2: when the shop side removes a subscription, an HTTP DELETE goes to target_url"""
    shop = make_shop(hook_private=True)
    receiver = Receiver([])
    shop.site.run(receiver.open())
    url = f"http://127.0.0.1:{receiver.port}/gone"
    hook_id = shop.call("hooks/subscribe", event="user_signup", target_url=url).json["id"]
    shop.site.tx(lambda tx: hooks.remove(tx, hook_id))
    shop.site.run(until(lambda: bool(receiver.got)))
    assert receiver.got[0][0] == "DELETE"
    shop.site.run(receiver.close())


def test_sign_up_is_told(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop(hook_private=True, hook_queue_s=0)
    receiver = Receiver([])
    shop.site.run(receiver.open())
    url = f"http://127.0.0.1:{receiver.port}/"
    shop.call("hooks/subscribe", event="user_signup", target_url=url)
    shop.site.tx(lambda tx: customers.sign_up(tx, "eve@example.com", {"name": "Eve"}))
    shop.site.run(until(lambda: bool(receiver.got)))
    body = receiver.got[0][2]
    assert set(body) == {
        "id",
        "title",
        "email",
        "phone",
        "country",
        "city",
        "address",
        "registered",
    }
    assert (body["title"], body["email"]) == ("Eve", "eve@example.com")
    shop.site.run(receiver.close())
