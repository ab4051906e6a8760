"""Automatons, handlers and geofences started on objects, and commands sent to them. Source:
spec/rightech 8.2, 8.3.
"""

import secrets
from collections.abc import Mapping
from typing import Any

import msgspec

from dragoman.core.faults import BadValue, NotFound
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.domains.things import events, items, models
from dragoman.domains.things.items import decode_raw
from dragoman.domains.things.stores import STORES

EVENTS = {
    "automatons": "logic-automaton",
    "handlers": "handler",
    "geofences": "geofence",
}


class Run(msgspec.Struct, frozen=True):
    """Something on an object after it was started or stopped; session is None when it never ran."""

    running: bool
    session: str | None


class Sent(msgspec.Struct, frozen=True):
    """A command that was sent."""

    message_id: str
    command: str
    params: dict[str, Any]


def start(tx: Tx, obj: Row, kind: str, what: Row, *, told: bool = True) -> Run:
    """Start an item (of store `kind`) on an object; starting twice is starting once. told: with an
    event.
    """
    body = items.body_of(obj)
    links = body.setdefault("links", {})
    held = next((link for link in links.get(kind, []) if link["id"] == what.oid), None)
    if held is None:
        session = secrets.token_urlsafe(9)[:11]
        name = decode_raw(what.body).get("name")
        held = {"session": session, "time": tx.now_ms, "id": what.oid, "name": name}
        links.setdefault(kind, []).append(held)
        if told:
            _keep(tx, obj, body, kind, what, "start", session)
        else:
            items.keep(tx, STORES["objects"], obj, body)
    return Run(True, held["session"])


def stop(tx: Tx, obj: Row, kind: str, what: Row) -> Run:
    """Stop it; what does not run is stopped already."""
    body = items.body_of(obj)
    links = body.get("links", {})
    held = next((link for link in links.get(kind, []) if link["id"] == what.oid), None)
    if held is None:
        return Run(False, None)
    links[kind].remove(held)
    if not links[kind]:
        del links[kind]
    if not links:
        body.pop("links")
    _keep(tx, obj, body, kind, what, "stop", held["session"])
    return Run(False, held["session"])


def _keep(
    tx: Tx, obj: Row, body: dict[str, Any], kind: str, what: Row, verb: str, session: str
) -> None:
    kept = items.keep(tx, STORES["objects"], obj, body)
    data = {STORES[kind].singular: what.oid, "session": session}
    events.log(tx, f"{EVENTS[kind]}-{verb}", kept, data, object_oid=obj.oid)


def send_command(
    tx: Tx,
    obj: Row,
    command: str,
    given: Mapping[str, Any],
    *,
    user: str,
    require_device: bool = False,
) -> Sent | None:
    """Send an action of the object's model. Returns None when a device is required and none is
    connected.

    given: parameters that lie over those of the action. Raises NotFound("commands"), BadValue.
    """
    model = models.of_object(tx, decode_raw(obj.body))
    actions = models.nodes(model.get("data"), "action")
    action = next((node for node in actions if node.get("id") == command), None)
    if action is None:
        raise NotFound("commands", "id", command)
    params = action.get("params", {})
    if not isinstance(params, dict):
        raise BadValue("params", "of this action are no object")
    sent = Sent(events.message_id(), command, {**params, **given})
    data = {"command": command, "params": sent.params, "user": user}
    events.log(tx, events.COMMAND_SENT, obj, data, object_oid=obj.oid)
    if require_device:
        failed = {**data, "error": "no device is connected"}
        events.log(tx, events.COMMAND_FAILED, obj, failed, object_oid=obj.oid)
        return None
    done = {**data, "result": "delivered"}
    events.log(tx, events.COMMAND_DONE, obj, done, object_oid=obj.oid)
    return sent
