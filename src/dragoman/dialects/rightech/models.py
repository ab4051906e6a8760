"""Models beyond the five: templates, nodes, commands. Source: spec/rightech 7.1."""

from dragoman.core.faults import NotFound
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.rightech import reading
from dragoman.dialects.rightech.auth import caller
from dragoman.dialects.rightech.envelope import Ask
from dragoman.domains.things import items, models, templates


def base_templates(tx: Tx, ask: Ask) -> object:
    """Every base template."""
    return templates.all_of_them()


def _model(tx: Tx, ask: Ask) -> Row:
    return items.find(tx, caller(tx).viewer, "models", ask.params["id"])


def add_node(tx: Tx, ask: Ask) -> object:
    """Put a node under `attachTo` (default: the root) at `atIndex` (default: the end)."""
    row, query = _model(tx, ask), dict(ask.query)
    at = reading.natural("atIndex", query["atIndex"]) if "atIndex" in query else None
    return models.add_node(tx, row, _plain(ask), under=query.get("attachTo") or None, at=at)


def _plain(ask: Ask) -> dict[str, object]:
    return {name: value for name, value in ask.fields.items() if name not in ("sucess", "success")}


def change_node(tx: Tx, ask: Ask) -> object:
    """Deep-merge into a node."""
    return models.change_node(tx, _model(tx, ask), ask.params["node"], _plain(ask))


def remove_node(tx: Tx, ask: Ask) -> object:
    """Take a node out; answers what was removed."""
    if ask.params["node"] == "root":
        raise NotFound("nodes", "id", "root")
    return models.remove_node(tx, _model(tx, ask), ask.params["node"])


def commands(tx: Tx, ask: Ask) -> object:
    """The actions of a model."""
    return models.nodes(items.body_of(_model(tx, ask)).get("data"), "action", inactive=True)
