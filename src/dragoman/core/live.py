"""The Hub: after a commit, everyone who wants to know of a change is told, in journal order.

Wake-ups are hints, the journal is the truth. Each process has one Hub, which reads the journal from
its last position whenever it is woken, and only while somebody listens.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial

from dragoman.core import journal
from dragoman.core.database import Database
from dragoman.core.journal import Change
from dragoman.core.tx import Origin

_ORIGIN = Origin("live")
_QUEUE = 10_000
_AFTER_ERROR_S = 1.0


class Lagging(Exception):
    """A subscriber was too slow and lost its place; it must start again."""


class Subscription:
    """One listener: iterate over it to get changes."""

    def __init__(self, wants: Callable[[Change], bool]) -> None:
        self.wants = wants
        self._queue: asyncio.Queue[Change | None] = asyncio.Queue(_QUEUE)
        self._lagging = False
        self._last = (0, 0)
        self._held: list[Change] | None = None

    def hold(self) -> None:
        """Keep what is offered back until `release`: older changes come first."""
        self._held = []

    def release(self) -> None:
        """Offer what was held back."""
        held, self._held = self._held or [], None
        for change in held:
            self.offer(change)

    def offer(self, change: Change, *, older: bool = False) -> None:
        """Hand over a change, if it is wanted and not known yet. older: in spite of `hold`."""
        if self._held is not None and not older:
            self._held.append(change)
            return
        place = journal.place(change.position)
        if place <= self._last:
            return
        self._last = place
        if self._lagging or not self.wants(change):
            return
        try:
            self._queue.put_nowait(change)
        except asyncio.QueueFull:
            self._lagging = True

    async def get(self) -> Change:
        """The next change. Raises Lagging when some were lost."""
        if self._lagging and self._queue.empty():
            raise Lagging
        change = await self._queue.get()
        if change is None:
            raise Lagging
        return change

    def __aiter__(self) -> AsyncIterator[Change]:
        return self._iterate()

    async def _iterate(self) -> AsyncIterator[Change]:
        while True:
            yield await self.get()


class Hub:
    """Reads the journal for this process and hands changes out."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._subscriptions: set[Subscription] = set()
        self._listeners: list[Callable[[Change], None]] = []
        self._wake = asyncio.Event()
        self._position: str | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to follow, on the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._follow())

    async def stop(self) -> None:
        """Stop following."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def wake(self) -> None:
        """Somebody has committed; look."""
        self._wake.set()

    def listen(self, hear: Callable[[Change], None]) -> None:
        """Call `hear` for every change from now on, on the loop; it must be quick and must not
        raise.
        """
        self._listeners.append(hear)
        self._wake.set()

    @asynccontextmanager
    async def subscribe(
        self, wants: Callable[[Change], bool], *, after: str | None = None
    ) -> AsyncIterator[Subscription]:
        """Changes for which `wants` is true, committed after this call (or after a position)."""
        subscription = Subscription(wants)
        if after is not None:
            subscription.hold()
        self._subscriptions.add(subscription)
        try:
            await self._find_position()
            if after is not None:
                await self._catch_up(subscription, after)
                subscription.release()
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    async def _catch_up(self, subscription: Subscription, after: str) -> None:
        while True:
            found = await self._database.read(_ORIGIN, partial(journal.after, position=after))
            for change in found:
                subscription.offer(change, older=True)
            if len(found) < journal.PAGE:
                return
            after = found[-1].position

    async def _follow(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if not self._subscriptions and not self._listeners:
                self._position = None
                continue
            try:
                await self._read()
            except Exception:  # the database is away: try again, nothing is lost
                await asyncio.sleep(_AFTER_ERROR_S)
                self._wake.set()

    async def _find_position(self) -> str:
        if self._position is None:
            found = await self._database.read(_ORIGIN, journal.position)
            if self._position is None:  # it may have been found meanwhile
                self._position = found
        return self._position

    async def _read(self) -> None:
        start = await self._find_position()
        while True:
            found = await self._database.read(_ORIGIN, partial(journal.after, position=start))
            for change in found:
                self._hand_out(change)
                self._position = start = change.position
            if len(found) < journal.PAGE:
                return
            await asyncio.sleep(0)

    def _hand_out(self, change: Change) -> None:
        for hear in self._listeners:
            with suppress(Exception):
                hear(change)
        for subscription in self._subscriptions:
            subscription.offer(change)
