"""Models: a tree of nodes that says what objects of a kind can tell and do. Source: spec/rightech
7.1, 8.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from dragoman.core.faults import BadValue, Conflict, Missing, NotFound, WrongType
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.domains.things import items
from dragoman.domains.things.stores import STORES

MODELS = STORES["models"]
_NEEDED = ("id", "type", "name")


def walk(node: Any, parent: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Every node with its parent's id, depth first, the root first."""
    waiting = [(node, parent)]
    while waiting:
        here, above = waiting.pop()
        if not isinstance(here, dict):
            continue
        yield here, above
        children = here.get("children")
        if isinstance(children, list):
            waiting.extend((child, str(here.get("id", ""))) for child in reversed(children))


def nodes(data: Any, kind: str, *, inactive: bool = False) -> list[dict[str, Any]]:
    """The nodes of a type, depth first, without children and with `_parentId`."""
    found = []
    for node, parent in walk(data):
        if node.get("type") == kind and (inactive or node.get("active") is not False):
            flat = {name: value for name, value in node.items() if name != "children"}
            found.append({**flat, "_parentId": parent})
    return found


def of_object(tx: Tx, body: Mapping[str, Any]) -> dict[str, Any]:
    """The model's whole body of an object; empty when the model is gone."""
    row = items.by_oid(tx, "models", str(body.get("model", "")))
    return items.body_of(row) if row is not None else {}


def _find(data: Any, id: str) -> dict[str, Any] | None:
    return next((node for node, _ in walk(data) if node.get("id") == id), None)


def add_node(
    tx: Tx, row: Row, fields: Mapping[str, Any], *, under: str | None, at: int | None
) -> dict[str, Any]:
    """Put a node into a model. Raises Missing, WrongType, Conflict, NotFound (the parent)."""
    for name in _NEEDED:
        if fields.get(name) in (None, ""):
            raise Missing(name)
        if not isinstance(fields[name], str):
            raise WrongType(name, "a string")
    body = items.body_of(row)
    data = body.get("data")
    if _find(data, fields["id"]) is not None:
        raise Conflict("models", "id", fields["id"])
    parent = _find(data, under or "root")
    if parent is None:
        raise NotFound("nodes", "id", under)
    children = parent.setdefault("children", [])
    if not isinstance(children, list):
        raise BadValue("attachTo", "is a node that cannot have children")
    node = {**fields, "active": fields.get("active", True)}
    children.insert(len(children) if at is None else at, node)
    _keep(tx, row, body)
    return node


def change_node(tx: Tx, row: Row, id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Deep-merge into a node; its id stays. Raises NotFound."""
    body = items.body_of(row)
    node = _find(body.get("data"), id)
    if node is None:
        raise NotFound("nodes", "id", id)
    items.merge(node, {name: value for name, value in fields.items() if name != "id"})
    _keep(tx, row, body)
    return node


def remove_node(tx: Tx, row: Row, id: str) -> dict[str, Any]:
    """Take a node out, with everything under it. Raises NotFound; the root stays."""
    body = items.body_of(row)
    for node, _ in walk(body.get("data")):
        children = node.get("children")
        for child in children if isinstance(children, list) else ():
            if isinstance(child, dict) and child.get("id") == id:
                children.remove(child)  # type: ignore[union-attr] # a list: it was iterated over
                _keep(tx, row, body)
                return child
    raise NotFound("nodes", "id", id)


def _keep(tx: Tx, row: Row, body: dict[str, Any]) -> None:
    body["_at"] = tx.now_ms
    items.keep(tx, MODELS, row, body, event="update")


_PSEUDO = (
    {"id": "online", "name": "online", "type": "argument", "dataType": "boolean"},
    {
        "id": "time",
        "name": "time",
        "type": "argument",
        "dataType": "number",
        "unit": "duration-millisecond",
    },
    {
        "id": "_ts",
        "name": "server_time",
        "type": "argument",
        "dataType": "number",
        "unit": "duration-microsecond",
    },
)


def view(tx: Tx, row: Row) -> dict[str, Any]:
    """An object through its model: configs, actions and arguments with their last values. Source:
    R8.1.
    """
    body = items.body_of(row)
    model = of_object(tx, body)
    data = model.pop("data", None)
    state = body.get("state", {})
    arguments = [
        {name: value for name, value in node.items() if name != "_parentId"}
        for node in nodes(data, "argument")
    ]
    arguments += [{**node, "active": True, "_base": True} for node in _PSEUDO]
    for node in arguments:
        if node.get("id") in state:
            node.update(_value=state[node["id"]], _time=state.get("time"), _ts=state.get("_ts"))
    configs = [
        {name: value for name, value in node.items() if name != "_parentId"}
        for node in nodes(data, "config")
    ]
    return {
        **model,
        "_configs": configs,
        "_actions": nodes(data, "action"),
        "_arguments": arguments,
        "_object": body,
    }
