"""Webhooks: what happened is queued, told by PUT, and tried again. Source: spec/cartum 11.2."""

from collections.abc import Mapping
from typing import Any

from dragoman.core.clock import now_ms
from dragoman.core.database import Database
from dragoman.core.jobs import Handler, Job, Plan
from dragoman.core.sql import Row, encode_json
from dragoman.core.tx import Origin, Tx
from dragoman.dialects.cartum import customers as customer_shapes
from dragoman.dialects.cartum import order
from dragoman.dialects.cartum.options import Options
from dragoman.domains.shop import customers, hooks, orders
from dragoman.wire import outgoing

SEND = "cartum.hook"
_ORIGIN = Origin("cartum")
_ORDERS = (hooks.ORDER_CREATED, hooks.ORDER_UPDATE, hooks.ORDER_PAID)
_USERS = (hooks.USER_SIGNUP, hooks.USER_UPDATE)


class Deliveries:
    """The two kinds of jobs: an event to queue, and a webhook to send."""

    def __init__(self, database: Database, options: Options) -> None:
        self._database = database
        self._options = options
        self._rules = outgoing.Rules(
            timeout_s=options.hook_timeout_s, private_targets=options.hook_private
        )

    def handlers(self) -> Mapping[str, tuple[Handler, Plan]]:
        """Kind -> handler and plan; the queue itself is in the outbox."""
        waits = (self._options.hook_retry_s,) * self._options.hook_retries
        return {
            hooks.JOB: (self.queue, Plan()),
            SEND: (self.send, Plan(waits_s=waits)),
            hooks.REMOVED_JOB: (self.tell_removed, Plan(waits_s=waits)),
        }

    async def queue(self, job: Job) -> None:
        """Put one event into the queue, for the next time that it runs; what is told is as it is
        now.
        """
        await self._database.write(_ORIGIN, lambda tx: self._queue(tx, job))

    def _queue(self, tx: Tx, job: Job) -> None:
        hook = hooks.fetch(tx, job.facts["hook_id"])
        body = payload(tx, job.facts["event"], job.facts["subject_id"])
        if hook is None or body is None:
            return
        every_ms = self._options.hook_queue_s * 1000
        now = now_ms()
        at_ms = now if not every_ms else now - now % every_ms + every_ms
        tx.enqueue(SEND, at_ms=at_ms, hook_id=hook.id, body=body)

    async def send(self, job: Job) -> None:
        """Tell one subscriber; one that has unsubscribed is not told. Raises what went wrong."""
        hook = await self._database.read(_ORIGIN, lambda tx: hooks.fetch(tx, job.facts["hook_id"]))
        if hook is None:
            return
        await outgoing.send_json("PUT", hook.url, encode_json(job.facts["body"]), self._rules)

    async def tell_removed(self, job: Job) -> None:
        """Tell a subscriber that the shop has removed the subscription."""
        await outgoing.send_json("DELETE", job.facts["url"], b"", self._rules)


def payload(tx: Tx, event: str, subject_id: int) -> Any:
    """What is told of an event; None when its subject is gone."""
    if event in _ORDERS:
        row = orders.fetch(tx, subject_id)
        if row is None:
            return None
        return order.shown(tx, [row], additional=True, links=True)[0]
    if event in _USERS:
        customer: Row | None = customers.fetch(tx, subject_id)
        return customer_shapes.brief(customer) if customer is not None else None
    return None
