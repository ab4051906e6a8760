"""From the journal to the sockets of this worker: one reader, each event encoded once. Source:
spec/rightech 13.5.

Sockets are kept by viewer (user and active group): who sees an event is decided once for each
viewer, not for each socket.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Protocol

import structlog

from dragoman.core.clock import now_ms
from dragoman.core.journal import Change
from dragoman.core.live import Hub, Lagging
from dragoman.dialects.rightech import socketio
from dragoman.dialects.rightech.auth import Caller
from dragoman.domains.things import events, visibility
from dragoman.domains.things.visibility import Audience, Viewer

_log = structlog.get_logger("dragoman.rightech")
_ENDS = frozenset({"sessions.ended", "credentials.ended"})
_SUBJECTS = frozenset({"memberships", "accounts", "credentials"})
_LONGEST_TIMER_S = 86_400.0


class Told:
    """One event on its way to many sockets; each spelling is made once."""

    def __init__(self, name: str, event: dict[str, Any]) -> None:
        self.name = name
        self.object_oid: str | None = event.get("_oid")
        self._event = event

    @cached_property
    def plain(self) -> str:
        """As JSON text."""
        return socketio.dump(self._event)

    @cached_property
    def packets(self) -> tuple[str, str]:
        """As two Socket.IO events: under its own name, and as `event`."""
        name = socketio.dump(self.name)
        return f"42[{name},{self.plain}]", f'42["event",{self.plain}]'


class Listener(Protocol):
    """A socket, as the flow sees it."""

    caller: Caller

    def tell(self, told: Told) -> None:
        """Queue an event, if the socket wants it."""

    def cut_off(self) -> None:
        """The credential that opened it has ended."""


class Flow:
    """This worker's listeners and the one subscription that feeds them."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._by_viewer: dict[Viewer, set[Listener]] = {}
        self._timers: dict[Listener, asyncio.TimerHandle] = {}
        self._task: asyncio.Task[None] | None = None
        self._ready: asyncio.Event = asyncio.Event()

    async def ready(self) -> None:
        """Return when changes from now on will be heard."""
        if self._task is None or self._task.done():
            self._ready.clear()
            self._task = asyncio.get_running_loop().create_task(self._follow())
        if self._ready.is_set():
            return
        waiting = asyncio.ensure_future(self._ready.wait())
        await asyncio.wait((waiting, self._task), return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            raise ConnectionError("the journal cannot be followed")

    async def stop(self) -> None:
        """Cut off everybody and stop following."""
        for listener in self._all():
            listener.cut_off()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def add(self, listener: Listener) -> None:
        """Feed a listener until `remove`; its credential's expiry cuts it off."""
        self._by_viewer.setdefault(listener.caller.viewer, set()).add(listener)
        self._arm(listener)

    def remove(self, listener: Listener) -> None:
        """Feed it no more."""
        held = self._by_viewer.get(listener.caller.viewer)
        if held is not None:
            held.discard(listener)
            if not held:
                del self._by_viewer[listener.caller.viewer]
        timer = self._timers.pop(listener, None)
        if timer is not None:
            timer.cancel()

    def _arm(self, listener: Listener) -> None:
        expires_ms = listener.caller.expires_ms
        if not expires_ms:
            return
        left_s = (expires_ms - now_ms()) / 1000
        if left_s <= 0:
            self._timers.pop(listener, None)
            listener.cut_off()
            return
        loop = asyncio.get_running_loop()
        wait_s = min(left_s + 0.001, _LONGEST_TIMER_S)
        self._timers[listener] = loop.call_later(wait_s, self._arm, listener)

    def _all(self) -> list[Listener]:
        return [one for held in self._by_viewer.values() for one in held]

    async def _follow(self) -> None:
        while True:
            try:
                async with self._hub.subscribe(_wanted) as changes:
                    self._ready.set()
                    async for change in changes:
                        self.hear(change)
            except Lagging:
                _log.warning("events were lost, sockets start again")
                for listener in self._all():
                    listener.cut_off()

    def hear(self, change: Change) -> None:
        """Hand one change to whom it concerns."""
        if change.event == events.LIVE:
            audience = Audience.of_facts(change.facts["audience"])
            told = Told(change.facts["name"], change.facts["told"])
            for viewer, held in list(self._by_viewer.items()):
                if visibility.sees(viewer, audience):
                    for listener in list(held):
                        listener.tell(told)
            return
        for listener in _ended(change, self._all()):
            listener.cut_off()


def _wanted(change: Change) -> bool:
    return change.event == events.LIVE or change.event in _ENDS or change.subject in _SUBJECTS


def _ended(change: Change, listeners: Iterable[Listener]) -> list[Listener]:
    """The listeners whose right to listen a change has ended or altered. Another worker's change
    may be heard after a socket opened that knew of it already.
    """
    id, after = change.subject_id, change.after or {}
    own: list[Listener] = []
    knows: Callable[[Caller, Mapping[str, Any]], bool] | None = None
    if change.event == "sessions.ended":
        own = [one for one in listeners if one.caller.session_id == id]
    elif change.subject == "credentials":
        own, knows = [one for one in listeners if one.caller.credential_id == id], Caller.has_rights
    elif change.subject == "memberships":
        own, knows = [one for one in listeners if one.caller.membership_id == id], Caller.is_as
    elif change.subject == "accounts":
        own = [one for one in listeners if one.caller.account_id == id]
    what = change.event.rpartition(".")[2]
    if what in ("ended", "deleted") or after.get("active") is False:
        return own
    if what != "updated" or "facts" not in after or knows is None:
        return []
    return [one for one in own if not knows(one.caller, after["facts"])]
