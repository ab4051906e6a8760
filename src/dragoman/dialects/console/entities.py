"""Entities: every store of things as a table, and one entity as form, code, history and access."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

from dragoman.core import journal
from dragoman.core.faults import BadValue, NotFound
from dragoman.core.sql import Row, encode_json, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.dialects.console.auth import Member
from dragoman.dialects.console.refusals import BadCode, ChangedMeanwhile
from dragoman.dialects.console.results import Page, Redirect
from dragoman.domains.things import items
from dragoman.domains.things.stores import STORES, Store, check
from dragoman.domains.things.tables import thing_items
from dragoman.wire.binding import Path, Query
from dragoman.wire.endpoint import NoAsk
from dragoman.wire.masks import HIDDEN

EDITABLE = frozenset({"objects", "handlers", "geofences", "labels", "dashboards", "scenes"})
TABS = ("form", "code", "history", "access")
_STEP = 50
_FIXED = frozenset({"owner", "group", "access", "branch", "time", "links", "state"})
_i = thing_items.c
_ROWS = prepare(
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


class ShowStore(msgspec.Struct, frozen=True):
    """GET /edit/entities/{store}. columns: names separated by commas."""

    store: Annotated[str, Path()]
    q: Annotated[str, Query()] = ""
    columns: Annotated[str, Query()] = ""
    offset: Annotated[int, Query()] = 0


class ShowEntity(msgspec.Struct, frozen=True):
    """GET /edit/entities/{store}/{oid}."""

    store: Annotated[str, Path()]
    oid: Annotated[str, Path()]
    tab: Annotated[str, Query()] = "form"


_SECRET = re.compile(r"pass|secret|token|api_?key|private|credential|^code$", re.IGNORECASE)


class SaveCode(msgspec.Struct, frozen=True):
    """POST /edit/entities/{store}/{oid}/code. base: print of what was opened."""

    store: Annotated[str, Path()]
    oid: Annotated[str, Path()]
    base: str = ""
    code: str = ""


class SaveForm(msgspec.Struct, frozen=True):
    """POST /edit/entities/{store}/{oid}. field and value: pairs."""

    store: Annotated[str, Path()]
    oid: Annotated[str, Path()]
    base: str = ""
    field: list[str] = []
    value: list[str] = []


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
    text = fold(ask.q.strip()).replace("%", "").replace("_", "")
    found = tx.all(_ROWS, store=store.name, text=text, limit=_STEP + 1, offset=offset)
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


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return (
        value[:80] if isinstance(value, str) else encode_json(value).decode("utf-8", "replace")[:80]
    )


def _held(tx: Tx, store: str, oid: str) -> tuple[Row, dict[str, Any]]:
    row = items.by_oid(tx, _store(store).name, oid)
    if row is None:
        raise NotFound(store, "_id", oid)
    body = items.body_of(row)
    body.pop("state", None)
    return row, body


def one(tx: Tx, ask: ShowEntity) -> Page:
    """GET /edit/entities/{store}/{oid}"""
    row, body = _held(tx, ask.store, ask.oid)
    base, body = _print(body), _seen_by(tx, body)
    may = _may_write(tx)
    history = journal.history(tx, thing_items, row.id, limit=20) if ask.tab == "history" else []
    values = {
        "active": "entities",
        "title": _cell(body.get("name")) or row.key or row.oid,
        "row": row,
        "body": body,
        "ask": ask,
        "tab": ask.tab if ask.tab in TABS else "form",
        "tabs": TABS,
        "fields": [(name, value, _kind(value)) for name, value in body.items()],
        "fixed": _FIXED,
        "code": json.dumps(body, ensure_ascii=False, indent=2),
        "base": base,
        "history": [
            (one, _differences(_seen_by(tx, _body(one.before)), _seen_by(tx, _body(one.after))))
            for one in history
        ],
        "may_write": may and ask.store in EDITABLE,
        "editable": ask.store in EDITABLE,
    }
    return Page("entity.html", values)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "flag"
    return "number" if isinstance(value, int | float) else "text" if isinstance(value, str) else ""


def _print(body: Mapping[str, Any]) -> str:
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


def save_code(tx: Tx, ask: SaveCode) -> Redirect:
    """POST /edit/entities/{store}/{oid}/code"""
    value = parsed(ask.code)
    if not isinstance(value, dict):
        raise BadCode("code", "Line 1, column 1: expected an object")
    return _save(tx, ask.store, ask.oid, ask.base, value, "code")


def save_form(tx: Tx, ask: SaveForm) -> Redirect:
    """POST /edit/entities/{store}/{oid}"""
    _, body = _held(tx, ask.store, ask.oid)
    value = dict(body)
    if len(ask.field) != len(ask.value):
        raise BadValue("field", "pairs")
    for name, text in zip(ask.field, ask.value, strict=True):
        kind = _kind(body.get(name))
        if kind == "text":
            lines = text.replace("\r\n", "\n")  # as browsers send a text of several lines
            value[name] = text if "\r\n" in body[name] else lines
        elif kind == "flag":
            value[name] = text == "true"
        elif kind == "number" and text != str(body[name]):
            number = parsed(text)
            if _kind(number) != "number":
                raise BadValue(name)
            value[name] = number
    return _save(tx, ask.store, ask.oid, ask.base, value, "form")


def parsed(text: str) -> Any:
    """JSON, or BadCode with line and column."""
    if "\x00" in text or "\\u0000" in text:
        raise BadCode("code", "The character U+0000 cannot be kept. Remove it.")
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        what = error.msg.replace("Expecting", "expected").replace(
            "expected value", "expected a value"
        )
        raise BadCode("code", f"Line {error.lineno}, column {error.colno}: {what}") from None
    except (RecursionError, ValueError):
        raise BadCode("code", "This is nested too deeply, or holds no JSON number.") from None


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def _save(
    tx: Tx, store_name: str, oid: str, base: str, value: dict[str, Any], tab: str
) -> Redirect:
    row, body = _held(tx, store_name, oid)
    if store_name not in EDITABLE:
        raise BadValue("store")
    tx.lock(thing_items, row.id)
    row, body = _held(tx, store_name, oid)
    if _print(body) != base:
        raise ChangedMeanwhile("entity", "_id", oid)
    store, to = STORES[store_name], f"/edit/entities/{store_name}/{oid}?tab={tab}"
    fixed = {name: held for name, held in body.items() if _is_fixed(name)}
    new = {**{name: held for name, held in value.items() if not _is_fixed(name)}, **fixed}
    if new == body:
        return Redirect(to, "Nothing was changed.")
    model = new.get("model")
    if model != body.get("model") and items.by_oid(tx, "models", str(model)) is None:
        raise BadValue("model")
    check(store, new)
    new["_at"] = tx.now_ms
    items.keep(tx, store, row, new, event="update")
    return Redirect(to, "Saved.")


def _is_fixed(name: str) -> bool:
    return name.startswith("_") or name in _FIXED
