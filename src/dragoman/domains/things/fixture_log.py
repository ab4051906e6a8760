"""The parts of a fixture that have no key: messages and events, written once, with their object."""

from typing import Any

from dragoman.core.faults import Fault
from dragoman.domains.things import events, items, messages
from dragoman.domains.things.items import Draft
from dragoman.domains.things.tables import thing_items


def load_log(run: Any) -> None:
    """Messages and events of the objects that this load has made."""
    for place, entry in run.entries("messages"):
        obj = run.object(entry.get("object"), f"{place}.object")
        if str(entry["object"]) in run.new:
            _message(run, place, entry, obj)
    for place, entry in run.entries("events"):
        obj = run.object(entry.get("object"), f"{place}.object")
        if str(entry["object"]) in run.new:
            at_ms = run.loading.at_ms(entry.get("time", "now"), f"things.{place}.time")
            events.log(
                run.tx,
                str(entry["event"]),
                obj,
                entry.get("data", {}),
                object_oid=obj.oid,
                at_ms=at_ms,
                live=False,
            )


def _message(run: Any, place: str, entry: Any, obj: Any) -> None:
    at_ms = run.loading.at_ms(entry.get("time", "now"), f"things.{place}.time")
    fields = {name: entry[name] for name in ("importance", "text", "status") if name in entry}
    draft = Draft(
        fields=fields,
        oid=items.new_oid(),
        owner=obj.owner,
        group=obj.group,
        access=[],
        branch=obj.branch.split(),
        event=False,
    )
    draft.service = {"time": at_ms}
    try:
        row = messages.create(run.tx, draft, obj, at_ms=at_ms, live=False)
    except Fault as fault:
        run.fail(place, str(fault))
    changes = {"time_ms": at_ms, "hidden": bool(entry.get("cleared", False))}
    run.tx.update(thing_items, row.id, changes)
