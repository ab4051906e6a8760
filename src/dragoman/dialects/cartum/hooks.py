"""hooks/subscribe and hooks/unSubscribe. Source: spec/cartum 11.1."""

from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec

from dragoman.core.faults import BadValue
from dragoman.core.tx import Tx
from dragoman.dialects.cartum import reading
from dragoman.dialects.cartum.envelope import Subscribed, Unsubscribed
from dragoman.domains.shop import hooks
from dragoman.wire.binding import Filled, Read

_MOST = 2000


def _url(value: Any) -> str:
    text = reading.string(value).strip()
    parts = urlsplit(text)
    plain = text.isprintable() and " " not in text and len(text) <= _MOST
    if not plain or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError
    if parts.port == 0 or parts.username is not None:
        raise ValueError
    return text


class Subscribe(msgspec.Struct, frozen=True):
    """hooks/subscribe"""

    event: Annotated[str, Filled()]
    target_url: Annotated[str, Read(_url, "http or https URL"), Filled()]


def subscribe(tx: Tx, ask: Subscribe) -> Subscribed:
    """hooks/subscribe: the same event and URL twice gives the same id."""
    if ask.event not in hooks.EVENTS:
        raise BadValue("event", "unknown")
    return Subscribed(hooks.subscribe(tx, ask.event, ask.target_url))


class Unsubscribe(msgspec.Struct, frozen=True):
    """hooks/unSubscribe"""

    id: int
    target_url: Annotated[str, Filled()]


def unsubscribe(tx: Tx, ask: Unsubscribe) -> Unsubscribed:
    """hooks/unSubscribe: id and URL must both fit."""
    hooks.unsubscribe(tx, ask.id, ask.target_url.strip())
    return Unsubscribed()
