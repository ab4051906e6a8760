"""Entities: every store of things as a table, and one entity as form, code, history and access."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

from dragoman.core import filters, journal, jsontext
from dragoman.core.faults import BadValue, NotFound
from dragoman.core.filters import Any as Either
from dragoman.core.filters import Filter, Test
from dragoman.core.sql import Row, encode_json, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.dialects.console.auth import Member
from dragoman.dialects.console.results import Page, Redirect
from dragoman.domains.things import items
from dragoman.domains.things.stores import STORES, Store
from dragoman.domains.things.tables import thing_items
from dragoman.wire.binding import Path, Query
from dragoman.wire.endpoint import NoAsk
from dragoman.wire.masks import HIDDEN

EDITABLE = frozenset({"objects", "handlers", "geofences", "labels", "dashboards", "scenes"})
TABS = ("form", "code", "history", "access")
_STEP = 50
_FIXED = frozenset({"owner", "group", "access", "branch", "time", "links", "state"})
_i = thing_items.c
_BASE = (
    sa.select(_i.oid, _i.key, _i.time_ms, _i.body)
    .where(
        _i.store == sa.bindparam("store"),
        _i.hidden.is_(False),
        _i.search.contains(sa.bindparam("text"), autoescape=False),
    )
    .order_by(_i.id)
    .limit(sa.bindparam("limit", type_=sa.BigInteger()))
    .offset(sa.bindparam("offset", type_=sa.BigInteger()))
)
_ROWS = prepare(_BASE)


class ShowStore(msgspec.Struct, frozen=True):
    """GET /edit/entities/{store}. columns: names separated by commas; field, is: only entities
    whose field (a dotted path) has this value.
    """

    store: Annotated[str, Path()]
    q: Annotated[str, Query()] = ""
    columns: Annotated[str, Query()] = ""
    field: Annotated[str, Query()] = ""
    value: Annotated[str, Query("is")] = ""
    offset: Annotated[int, Query()] = 0


class ShowEntity(msgspec.Struct, frozen=True):
    """GET /edit/entities/{store}/{oid}."""

    store: Annotated[str, Path()]
    oid: Annotated[str, Path()]
    tab: Annotated[str, Query()] = "form"


_SECRET = re.compile(r"pass|secret|token|api_?key|private|credential|^code$", re.IGNORECASE)


def index(tx: Tx, ask: NoAsk) -> Redirect:
    """GET /edit/entities: the first store."""
    return Redirect("/edit/entities/objects", status=302)


def _store(name: str) -> Store:
    if name not in STORES:
        raise NotFound("store", "name", name)
    return STORES[name]


def page(tx: Tx, ask: ShowStore) -> Page:
    """GET /edit/entities/{store}"""
    store = _store(ask.store)
    offset = min(max(0, ask.offset), 1 << 31)
    params = {"store": store.name, "text": _sought(ask.q), "limit": _STEP + 1, "offset": offset}
    found = _found(tx, ask, params)
    chosen = [name.strip() for name in ask.columns.split(",") if name.strip()][:8]
    columns = chosen or ["name", *[name for name in store.needed if name != "name"]][:4]
    rows = []
    for row in found[:_STEP]:
        body = _seen_by(tx, items.decode_raw(row.body))
        rows.append((row, [_cell(body.get(name)) for name in columns]))
    values = {
        "active": "entities",
        "title": store.name.capitalize(),
        "stores": STORES,
        "store": store,
        "rows": rows,
        "columns": columns,
        "ask": ask,
        "offset": offset,
        "step": _STEP,
        "more": len(found) > _STEP,
    }
    return Page("entities.html", values)


def search(tx: Tx, store: str, text: str, *, limit: int) -> list[tuple[Row, str]]:
    """Entities of a store whose name or id holds a text: rows (oid, key) and titles."""
    found = tx.all(_ROWS, store=store, text=_sought(text), limit=limit, offset=0)
    return [(row, title_of(items.decode_raw(row.body), row)) for row in found]


def _sought(text: str) -> str:
    return fold(text.strip()).replace("%", "").replace("_", "")


def _found(tx: Tx, ask: ShowStore, params: dict[str, Any]) -> list[Row]:
    if not ask.field.strip():
        return tx.all(_ROWS, **params)
    wanted = _filter(ask.field.strip(), ask.value.strip())
    if not filters.within_limits(wanted):
        raise BadValue("field")
    query = tx.shaped(
        ("console entities", filters.shape(wanted)),
        lambda: _BASE.where(filters.to_sql(wanted, {}, _i.body)),
    )
    return tx.all(query, **params, **filters.params(wanted))


def _filter(field: str, text: str) -> Filter:
    """What is typed may be meant as a text, a number, or yes and no."""
    if not text:
        return Test(field, "exists", False)
    tests = [Test(field, "eq", text)]
    with suppress(msgspec.DecodeError, RecursionError, OverflowError):
        value = jsontext.read(text)
        if isinstance(value, bool | int | float) and math.isfinite(value):
            tests.append(Test(field, "eq", value))
    return Either(tuple(tests))


def title_of(body: Mapping[str, Any], row: Row) -> str:
    """What people call an entity: its name, its id of choice, or its identifier."""
    return _cell(body.get("name")) or str(row.key or row.oid)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return (
        value[:80] if isinstance(value, str) else encode_json(value).decode("utf-8", "replace")[:80]
    )


def held(tx: Tx, store: str, oid: str) -> tuple[Row, dict[str, Any]]:
    """An entity and its fields, telemetry aside. Raises NotFound."""
    row = items.by_oid(tx, _store(store).name, oid)
    if row is None:
        raise NotFound(store, "_id", oid)
    body = items.body_of(row)
    body.pop("state", None)
    return row, body


class Carried(msgspec.Struct, frozen=True):
    """What an editor holds and has not saved. base: of what was opened; code: as it was typed,
    where it cannot be read; problem: what is wrong with it.
    """

    base: str
    body: Mapping[str, Any] | None = None
    code: str | None = None
    problem: str = ""


def one(tx: Tx, ask: ShowEntity) -> Page:
    """GET /edit/entities/{store}/{oid}"""
    return shown(tx, ask)


def shown(tx: Tx, ask: ShowEntity, carried: Carried | None = None, status: int = 200) -> Page:
    """An entity's page; with what an editor carries, if there is any."""
    row, stored = held(tx, ask.store, ask.oid)
    base, body = print_of(stored), _seen_by(tx, stored)
    code = json.dumps(body, ensure_ascii=False, indent=2)
    if carried is not None:
        base = carried.base
        if carried.body is not None:
            body = dict(carried.body)
            code = json.dumps(body, ensure_ascii=False, indent=2)
        if carried.code is not None:
            code = carried.code
    may = _may_write(tx)
    history = journal.history(tx, thing_items, row.id, limit=20) if ask.tab == "history" else []
    values = {
        "active": "entities",
        "title": title_of(stored, row),
        "row": row,
        "body": body,
        "ask": ask,
        "tab": ask.tab if ask.tab in TABS else "form",
        "tabs": TABS,
        "fields": [(name, value, kind_of(value), is_fixed(name)) for name, value in body.items()],
        "code": code,
        "base": base,
        "unsaved": carried is not None and (carried.code is not None or body != stored),
        "problem": carried.problem if carried is not None else "",
        "history": [
            (one, _differences(_seen_by(tx, _body(one.before)), _seen_by(tx, _body(one.after))))
            for one in history
        ],
        "may_write": may and ask.store in EDITABLE,
        "editable": ask.store in EDITABLE,
    }
    return Page("entity.html", values, status)


def is_fixed(name: str) -> bool:
    """Whether a field is the system's own."""
    return name.startswith("_") or name in _FIXED


def kind_of(value: Any) -> str:
    """How the form edits a value: flag, number or text; empty: not at all."""
    if isinstance(value, bool):
        return "flag"
    return "number" if isinstance(value, int | float) else "text" if isinstance(value, str) else ""


def print_of(body: Mapping[str, Any]) -> str:
    """A digest of an entity as it was opened."""
    return hashlib.sha256(encode_json(body)).hexdigest()[:32]


def _may_write(tx: Tx) -> bool:
    return isinstance(tx.actor, Member) and tx.actor.may("entities:write")


def _seen_by(tx: Tx, value: Any, name: str = "") -> Any:
    """What a reader sees: without the right to write, members named like secrets are masked."""
    if _may_write(tx):
        return value
    if isinstance(value, dict):
        return {key: _seen_by(tx, one, str(key)) for key, one in value.items()}
    if isinstance(value, list):
        return [_seen_by(tx, one, name) for one in value]
    return HIDDEN if value and _SECRET.search(name) else value


def _differences(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Field, old and new text of a change of the journal."""
    names = [*old, *[name for name in new if name not in old]]
    return [
        (name, _cell(old.get(name)), _cell(new.get(name)))
        for name in names
        if old.get(name) != new.get(name)
    ]


def _body(value: Any) -> dict[str, Any]:
    held = value.get("body") if isinstance(value, dict) else None
    if isinstance(held, msgspec.Raw):
        held = items.decode_raw(held)
    if isinstance(held, str):
        held = json.loads(held)
    return held if isinstance(held, dict) else {}
