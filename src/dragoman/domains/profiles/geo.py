"""Where an address lies, by a table of networks; empty unless the installation brings one."""

import ipaddress
from collections.abc import Mapping
from typing import Any


def place(networks: Mapping[str, Mapping[str, Any]], address: str) -> dict[str, Any]:
    """Values of the narrowest network that holds the address; nothing for a private one."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return {}
    if ip.is_private:
        return {}
    best: tuple[int, Mapping[str, Any]] = (-1, {})
    for text, found in networks.items():
        network = ipaddress.ip_network(text, strict=False)
        if ip in network and network.prefixlen > best[0]:
            best = (network.prefixlen, found)
    return dict(best[1])
