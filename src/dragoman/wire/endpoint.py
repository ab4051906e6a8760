"""One row of a dialect's table: what an endpoint may do, and where it is documented."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from dragoman.core.faults import Unbuilt
from dragoman.core.tx import Tx

Handler = Callable[[Tx, Any], object]


class NoAsk(msgspec.Struct, frozen=True):
    """The Ask of an endpoint that takes nothing."""


def unwritten(tx: Tx, ask: NoAsk) -> object:
    """The handler of a documented endpoint that is not built yet."""
    raise Unbuilt("")


class Endpoint(msgspec.Struct, frozen=True):
    """path: `/component/{id}`, literals beat parameters. source: the document's section.

    writes: may change something (the HTTP method says nothing about it in three dialects). unit:
    `item` for batches that commit as they go. heavy: runs in a thread. prepare: slow work before
    the transaction, in a thread, with a read-only Tx; its result reaches the handler as
    `ask.prepared`. max_body: bytes, None: the dialect's bound.
    """

    method: str
    path: str
    handler: Handler
    access: str
    source: str
    writes: bool = False
    unit: Literal["request", "item"] = "request"
    heavy: bool = False
    flags: frozenset[str] = frozenset()
    prepare: Callable[[Tx, Any], object] | None = None
    max_body: int | None = None

    @property
    def waits(self) -> bool:
        """Whether it cannot be answered at once: it writes, prepares, takes long, or flushes."""
        return self.writes or self.heavy or self.prepare is not None or "reads log" in self.flags
