"""Objects beyond the five: model view, packets, commands, start and stop.

Source: spec/rightech 8.
"""

from collections.abc import Callable
from typing import Any

from dragoman.core.faults import BadValue, Malformed, Missing, WrongType
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.rightech import auth, reading, stores
from dragoman.dialects.rightech.auth import caller
from dragoman.dialects.rightech.envelope import Ask, Done
from dragoman.domains.things import events, items, models, packets, sources, starting

_CONTROLS = frozenset({"withChildGroups", *auth.QUERY_TOKENS})


def _object(tx: Tx, ask: Ask) -> Row:
    return items.find(tx, caller(tx).viewer, "objects", ask.params["id"])


def model_view(tx: Tx, ask: Ask) -> object:
    """The object through its model."""
    return models.view(tx, _object(tx, ask))


def packets_listed(tx: Tx, ask: Ask) -> object:
    """Packets by time; by default as the state was right after each."""
    row = _object(tx, ask)
    kind = dict(ask.query).get("ofType", "processed")
    if kind not in ("processed", "telemetry", ""):
        raise BadValue("ofType", "must be processed or telemetry")
    source = sources.packets(row.id, merged=kind != "telemetry")
    return stores.answer(tx, source, reading.read(ask.query, "packets"))


def post_packets(tx: Tx, ask: Ask) -> object:
    """One packet, or an array of them in order."""
    row = _object(tx, ask)
    if not ask.many:
        return _told(packets.post(tx, row, [ask.fields]))
    if len(ask.many) > packets.MAX_BATCH:
        raise Malformed(f"more than {packets.MAX_BATCH} packets")
    if not all(isinstance(one, dict) for one in ask.many):
        raise Malformed("object")
    return {**_told(packets.post(tx, row, ask.many)), "count": len(ask.many)}


def _told(stored: packets.Stored) -> dict[str, Any]:
    return {"_id": stored.oid, "_ts": stored.ts_us, "time": stored.time_ms}


def clear_state(tx: Tx, ask: Ask) -> object:
    """Forget the state."""
    packets.clear_state(tx, _object(tx, ask))
    return Done()


def commands(tx: Tx, ask: Ask) -> object:
    """The actions of the object's model."""
    model = models.of_object(tx, items.body_of(_object(tx, ask)))
    return models.nodes(model.get("data"), "action", inactive=True)


def send_command(tx: Tx, ask: Ask) -> object:
    """Send an action; parameters of the node, then of the query, then of the body."""
    row = _object(tx, ask)
    query = {name: value for name, value in ask.query if name not in _CONTROLS}
    body = {name: value for name, value in ask.fields.items() if name not in ("sucess", "success")}
    sent = starting.send_command(
        tx,
        row,
        ask.params["command"],
        {**query, **body},
        user=caller(tx).user,
        require_device=ask.options.require_device,
    )
    if sent is None:
        raise DeviceAway
    return {"id": sent.message_id, "command": sent.command, "params": sent.params}


class DeviceAway(BadValue):
    """A command needs a connected device and there is none."""

    def __init__(self) -> None:
        super().__init__("command", "needs a connected device")


def runner(kind: str, verb: str) -> Callable[[Tx, Ask], object]:
    """The handler that starts or stops an item of a store on an object."""

    def handle(tx: Tx, ask: Ask) -> object:
        row = _object(tx, ask)
        what = items.find(tx, caller(tx).viewer, kind, ask.params["what"])
        run = (starting.start if verb == "start" else starting.stop)(tx, row, kind, what)
        status = "running" if run.running else "stopped"
        if kind != "automatons":
            return {"status": status, "session": run.session}
        return {
            "object": row.oid,
            "automaton": what.oid,
            "status": status,
            "state": "initial",
            "session": run.session,
            "stats": {"started_at" if run.running else "stopped_at": tx.now_ms},
        }

    return handle


def add_event(tx: Tx, ask: Ask) -> object:
    """Log and stream an event of the caller's own."""
    row = _object(tx, ask)
    event = ask.fields.get("event")
    if event is None or event == "":
        raise Missing("event")
    if not isinstance(event, str) or len(event) > 128:
        raise WrongType("event", "a string of at most 128 characters")
    events.log(tx, event, row, ask.fields.get("data", {}), object_oid=row.oid)
    return Done()
