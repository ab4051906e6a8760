"""One request on its way through a dialect's steps."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from dragoman.core.tx import ANONYMOUS, Actor, Origin, Tx
from dragoman.wire.binding import Binder
from dragoman.wire.call import IN_MEMORY, Call, Reply, Stream
from dragoman.wire.endpoint import Endpoint
from dragoman.wire.spool import spooled

if TYPE_CHECKING:
    from dragoman.wire.dialect import Dialect


_SHOWN = 65_536


class Answered(Exception):
    """Raised by a step that already has the answer; what was written is committed."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply


class Busy(Exception):
    """Raised by a step after the mark: roll back, and run the part after the mark again a little
    later; meanwhile neither a thread nor a lock is held.
    """

    def __init__(self, again_s: float = 0.1) -> None:
        self.again_s = again_s


class Way(msgspec.Struct, frozen=True):
    """How the calls of one row are handled: its binder, and the steps that concern it, before and
    after the mark `transaction`.
    """

    binder: Binder | None
    before: tuple[Callable[["Exchange"], None], ...]
    after: tuple[Callable[["Exchange"], None], ...]


class Exchange:
    """What the steps pass along.

    tx: before the step `transaction` a read-only look, from there on the one transaction. fields:
    the body's members.
    values: what binding has read so far. memo: the dialect's own notes. Steps depend on `call` and
    `tx` only, so the part from `transaction` on may run again.
    """

    __slots__ = (
        "_actor", "_kept", "allowed", "ask", "call", "dialect", "endpoint", "fields",
        "given", "laters", "memo", "origin", "params", "prepared", "request_id", "result", "tx",
        "unprepared", "values", "way",
    )  # fmt: skip

    def __init__(self, dialect: "Dialect", call: Call, request_id: str) -> None:
        self.dialect = dialect
        self.call = call
        self.request_id = request_id
        self.origin = Origin(dialect.name, request_id, call.remote, dialect.site.public_url)
        self.endpoint: Endpoint | None = None
        self.way = dialect.nowhere
        self.params: Mapping[str, str] = {}
        self.allowed: tuple[str, ...] = ()
        self.fields: Mapping[str, Any] = {}
        self.values: dict[str, Any] = {}
        self.given: Mapping[Any, Any] = dialect.given
        self.memo: dict[str, Any] = {}
        self.ask: Any = None
        self.prepared: Any = None
        self.unprepared = False  # set by a step: this request has nothing to prepare
        self.result: Any = None
        self.laters: list[Callable[[Tx], Any]] = []
        self.tx: Tx = None  # type: ignore[assignment] # set before the first step
        self._actor = ANONYMOUS
        self._kept: tuple[Any, ...] | None = None

    @property
    def binder(self) -> Binder | None:
        """The row's."""
        return self.way.binder

    @property
    def actor(self) -> Actor:
        """Who calls; set by the dialect's own step."""
        return self._actor

    @actor.setter
    def actor(self, actor: Actor) -> None:
        self._actor = actor
        if self.tx is not None:
            self.tx.actor = actor

    def later(self, work: Callable[[Tx], Any]) -> None:
        """Do something in a transaction of its own after the answer is sent (a session's last use,
        say).
        """
        self.laters.append(work)

    def run_all(self, tx: Tx) -> Reply:
        """Every step on one transaction; for endpoints that only read."""
        self.tx = tx
        self.laters.clear()
        way = self.way
        try:
            for step in way.before:
                step(self)
            for step in way.after:
                step(self)
        except Answered as answered:
            return answered.reply
        return self._encoded()

    def run_before(self, tx: Tx) -> Reply | None:
        """The steps before the mark `transaction`, on a read-only look. A reply when one already
        answered.
        """
        self.tx = tx
        self.laters.clear()
        try:
            for step in self.way.before:
                step(self)
        except Answered as answered:
            return answered.reply
        self._kept = (dict(self.memo), dict(self.values), self.fields, self.ask, self._actor)
        return None

    def run_prepare(self, tx: Tx) -> None:
        """The row's slow work before its transaction."""
        tx.actor = self._actor
        prepare = self.endpoint.prepare  # type: ignore[union-attr] # only called for rows that have one
        self.prepared = prepare(tx, self.ask)  # type: ignore[misc] # as above

    def run_after(self, tx: Tx) -> Reply:
        """The steps from the mark on, and the answer, inside the transaction; may run again."""
        self.tx = tx
        if self._kept is not None:
            memo, values, self.fields, self.ask, self._actor = self._kept
            self.memo, self.values = dict(memo), dict(values)
        tx.actor = self._actor
        if self.prepared is not None and self.ask is not None:
            self.ask = msgspec.structs.replace(self.ask, prepared=self.prepared)
        try:
            for step in self.way.after:
                step(self)
        except Answered as answered:
            return answered.reply
        return self._encoded()

    def _encoded(self) -> Reply:
        reply = self.dialect.encode(self)
        if isinstance(reply.body, bytes) and len(reply.body) > IN_MEMORY:
            # Many slow readers must not hold their answers, nor what these were made of, in memory.
            if reply.shown is None:
                reply.shown = reply.body[:_SHOWN]
            reply.body = spooled((reply.body,))
        if isinstance(reply.body, Stream):
            self.result = None
        return reply
