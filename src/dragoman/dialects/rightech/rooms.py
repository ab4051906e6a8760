"""What a client may say on its socket: subscribe, unsubscribe, ping-ric. Source: spec/rightech
R13.22-R13.25.
"""

from collections.abc import Mapping
from typing import Any

from dragoman.core.clock import now_ms
from dragoman.core.database import Database
from dragoman.core.faults import BadValue, Fault, NotFound
from dragoman.core.tx import Origin, Tx
from dragoman.dialects.rightech import envelope
from dragoman.dialects.rightech.auth import Caller
from dragoman.dialects.rightech.refusals import REFUSALS
from dragoman.dialects.rightech.sessions import EventHandler, Session
from dragoman.domains.things import items
from dragoman.wire.refusals import row_for

_ORIGIN = Origin("rightech")
_MOST = 1000


def known_objects(tx: Tx, caller: Caller, ids: list[str]) -> list[str]:
    """The oids of visible objects, in the order asked for. Raises NotFound."""
    return [str(items.find(tx, caller.viewer, "objects", id).oid) for id in ids]


def _texts(argument: Mapping[str, Any], name: str) -> list[str] | None:
    value = argument.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadValue(name, "must be an array of strings")
    if len(value) > _MOST:
        raise BadValue(name, f"must be at most {_MOST}")
    return list(dict.fromkeys(value))


class Rooms:
    """The handlers, over this worker's database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.handlers: Mapping[str, EventHandler] = {
            "subscribe": self.subscribe,
            "unsubscribe": self.unsubscribe,
            "ping-ric": self.ping,
        }

    async def subscribe(self, session: Session, argument: Any) -> Any:
        """Narrow the flow to objects, events or both; replaces what was asked before."""
        try:
            if argument is not None and not isinstance(argument, dict):
                raise BadValue("subscribe", "takes an object")
            asked = argument or {}
            ids, names = _texts(asked, "objects"), _texts(asked, "events")
            oids = None
            if ids is not None:
                oids = await self._database.read(
                    _ORIGIN, lambda tx: known_objects(tx, session.caller, ids)
                )
        except Fault as fault:
            return _refused(fault)
        session.objects = frozenset(oids) if oids is not None else None
        session.events = frozenset(names) if names is not None else None
        return {"sucess": True, "success": True, "objects": oids or [], "events": names or []}

    async def unsubscribe(self, session: Session, argument: Any) -> Any:
        """Everything that is visible, again."""
        session.objects = session.events = None
        return {"sucess": True, "success": True, "objects": [], "events": []}

    async def ping(self, session: Session, argument: Any) -> Any:
        """Is anybody there."""
        return {"time": now_ms()}


def _refused(fault: Fault) -> dict[str, Any]:
    row = row_for(REFUSALS, fault)
    store = "" if isinstance(fault, NotFound) else "objects"
    return envelope.error_body(row, store=store, helper=row.helper(fault))
