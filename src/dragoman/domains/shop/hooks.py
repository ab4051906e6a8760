"""Subscriptions: who wants to be told of what."""

import sqlalchemy as sa

from dragoman.core.faults import Conflict, NotFound
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.shop.tables import shop_hooks

ORDER_CREATED, ORDER_UPDATE, ORDER_PAID = "order_created", "order_update", "order_paid"
USER_SIGNUP, USER_UPDATE = "user_signup", "user_update"
CALL_ME, COMMENT = "request_call_me", "comments_created"
EVENTS = (ORDER_CREATED, ORDER_PAID, ORDER_UPDATE, USER_SIGNUP, USER_UPDATE, CALL_ME, COMMENT)
JOB = "shop.event"
REMOVED_JOB = "shop.hook.removed"
MOST = 5

_h = shop_hooks.c
_OF_EVENT = prepare(sa.select(shop_hooks).where(_h.event == sa.bindparam("event")).order_by(_h.id))


_ALL = prepare(sa.select(shop_hooks).order_by(_h.id))


class TooManyHooks(Conflict):
    """An event has as many subscriptions as it may have."""

    def __init__(self, event: str) -> None:
        super().__init__("hook", "event", event)


def of_event(tx: Tx, event: str) -> list[Row]:
    """The subscriptions to an event, oldest first."""
    return tx.all(_OF_EVENT, event=event)


def fetch(tx: Tx, id: int) -> Row | None:
    """A subscription by id."""
    return tx.get(shop_hooks, id) if 0 < id < 1 << 63 else None


def subscribe(tx: Tx, event: str, url: str) -> int:
    """Subscribe a URL to an event; twice is once. Returns the id. Raises TooManyHooks."""
    held = of_event(tx, event)
    same = next((row for row in held if row.url == url), None)
    if same is not None:
        return int(same.id)
    if len(held) >= MOST:
        raise TooManyHooks(event)
    return tx.insert(shop_hooks, {"event": event, "url": url, "created_ms": tx.now_ms})


def unsubscribe(tx: Tx, id: int, url: str) -> None:
    """End a subscription; id and URL must both fit. Raises NotFound("hook")."""
    held = fetch(tx, id)
    if held is None or held.url != url:
        raise NotFound("hook", "id", id)
    tx.delete(shop_hooks, id)


def remove(tx: Tx, id: int) -> None:
    """End a subscription from the shop's side; the subscriber is told. Raises NotFound("hook")."""
    held = fetch(tx, id)
    if held is None:
        raise NotFound("hook", "id", id)
    tx.delete(shop_hooks, id)
    tx.enqueue(REMOVED_JOB, url=held.url)


def listed(tx: Tx) -> list[Row]:
    """Every subscription by id."""
    return tx.all(_ALL)


def fire(tx: Tx, event: str, subject_id: int) -> None:
    """Something happened: put it into the outbox once for each subscription."""
    for hook in of_event(tx, event):
        tx.enqueue(JOB, hook_id=hook.id, event=event, subject_id=subject_id)
