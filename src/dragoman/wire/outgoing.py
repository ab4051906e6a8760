"""Webhooks: one HTTP request to a foreign address, with a time limit and a guard against addresses
of one's own.

Called by jobs, which try again. Redirects are not followed. The host is looked up once, and the
address that was checked is the one that is called, so that a name cannot point elsewhere between
the two.
"""

import asyncio
import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

if TYPE_CHECKING:
    import httpx

USER_AGENT = "Dragoman"
_MOST_ANSWER = 1 << 16


class Rules(msgspec.Struct, frozen=True):
    """timeout_s: for one try. private_targets: addresses of this machine and its network may be
    called.
    """

    timeout_s: float = 10.0
    private_targets: bool = False


class Refused(Exception):
    """The address may not be called."""


class NotTaken(Exception):
    """The other side answered, but not with 2xx."""

    def __init__(self, status: int) -> None:
        super().__init__(f"answered with {status}")
        self.status = status


async def send_json(
    method: str,
    url: str,
    body: bytes,
    rules: Rules,
    *,
    transport: "httpx.AsyncBaseTransport | None" = None,
) -> int:
    """Send JSON in UTF-8. Returns the status, a 2xx. Raises NotTaken, Refused, or httpx's and the
    system's errors.
    """
    import httpx  # not at start: few installations send webhooks

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused("not an http address")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = await _checked(parts.hostname, port, rules)
    headers = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": USER_AGENT}
    if body:
        headers["Content-Type"] = "application/json; charset=utf-8"
    host = f"[{address}]" if ":" in address else address
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    async with (
        asyncio.timeout(rules.timeout_s),
        httpx.AsyncClient(trust_env=False, follow_redirects=False, transport=transport) as client,
        client.stream(
            method,
            f"{parts.scheme}://{host}:{port}{path}",
            content=body,
            headers=headers,
            extensions={"sni_hostname": parts.hostname},
        ) as answer,
    ):
        read = 0
        async for part in answer.aiter_raw():
            read += len(part)
            if read > _MOST_ANSWER:
                break
        if not 200 <= answer.status_code < 300:
            raise NotTaken(answer.status_code)
        return answer.status_code


async def _checked(host: str, port: int, rules: Rules) -> str:
    """One address of a host that may be called. Raises Refused, OSError."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(rules.timeout_s):
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not rules.private_targets and not all(is_public(address) for address in addresses):
        raise Refused(f"{host} is an address of this network")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an address belongs to the open Internet."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped is not None:
        parsed = mapped
    return parsed.is_global and not parsed.is_multicast
