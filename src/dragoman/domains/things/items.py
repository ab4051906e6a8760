"""Items: create, find, change by deep merge, delete; each leaves an event. Source: spec/rightech 2,
4, 5.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core.faults import BadValue, Conflict, NotFound, WrongType
from dragoman.core.ids import is_oid, mint_oid
from dragoman.core.sql import Row, decode_json, encode_json, member, prepare
from dragoman.core.text import fold, fold_email
from dragoman.core.tx import Tx
from dragoman.domains.things import events, visibility
from dragoman.domains.things.stores import STORES, ForeignGroup, Store, check
from dragoman.domains.things.tables import thing_items, thing_states
from dragoman.domains.things.visibility import Viewer

MAX_STEPS = 32
PROTECTED = frozenset(
    {"access", "owner", "group", "branch", "time", "links", "state", "sucess", "success"}
)
_SEARCHED = ("name", "description", "id", "login", "email", "phone")
_HEAVY = ("models", "automatons")

_i, _s = thing_items.c, thing_states.c
_WITH_STATE = thing_items.outerjoin(thing_states, _s.item_id == _i.id)
_COLUMNS = (*(column for column in _i), _s.state)
_BY_OID = prepare(
    sa.select(*_COLUMNS)
    .select_from(_WITH_STATE)
    .where(_i.store == sa.bindparam("store"), _i.oid == sa.bindparam("oid"))
)
_BY_KEY = prepare(
    sa.select(*_COLUMNS)
    .select_from(_WITH_STATE)
    .where(_i.store == sa.bindparam("store"), _i.key == sa.bindparam("key"))
)
BY_MAIL = prepare(
    sa.select(_i.id, _i.oid).where(
        _i.store == sa.bindparam("store"), _i.mail == sa.bindparam("mail")
    )
)
_KNOWN = prepare(sa.select(_i.oid).where(_i.store == "users", member(_i.oid, "oids")))


class Draft(msgspec.Struct):
    """An item that is being made: its fields, and what stands in columns only."""

    fields: dict[str, Any]
    oid: str
    owner: str
    group: str
    access: list[str]
    branch: list[str]
    label: str | None = None
    event: bool = True
    service: dict[str, Any] = {}


def find(tx: Tx, viewer: Viewer, store: str, id: str) -> Row:
    """The visible item with this oid (or, in `objects`, this `id`). Raises NotFound."""
    row = None
    if is_oid(id.lower()):
        row = tx.first(_BY_OID, store=store, oid=id.lower())
    if row is None and store == "objects":
        row = tx.first(_BY_KEY, store=store, key=id)
    if row is None or not visibility.sees_item(tx, viewer, row):
        raise NotFound(store, "_id", id)
    return row


def by_oid(tx: Tx, store: str, oid: str) -> Row | None:
    """The item, whoever asks."""
    return tx.first(_BY_OID, store=store, oid=oid)


def by_key(tx: Tx, store: str, key: str) -> Row | None:
    """The item with this unique key (object id, folded login, tag name), whoever asks."""
    return tx.first(_BY_KEY, store=store, key=key)


def decode_raw(raw: msgspec.Raw) -> Any:
    """A stored JSON column as a value."""
    return decode_json(bytes(raw).decode())


def body_of(row: Row) -> dict[str, Any]:
    """All fields of an item row, the heavy one and the telemetry included."""
    body: dict[str, Any] = decode_raw(row.body)
    if row.data is not None:
        body["data"] = decode_raw(row.data)
    if row.state is not None:
        body["state"] = decode_raw(row.state)
    return body


def cleaned(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a caller may write: protected names dropped, dotted top-level keys unfolded. Raises
    BadValue.
    """
    out: dict[str, Any] = {}
    for name, value in fields.items():
        first = name.partition(".")[0]
        if first in PROTECTED or first.startswith("_"):
            continue
        if "." not in name:
            merge(out, {name: value})
            continue
        steps = name.split(".")
        if len(steps) > MAX_STEPS or "" in steps:
            raise BadValue(name[:80], "is no path")
        for step in reversed(steps):
            value = {step: value}
        merge(out, value)
    return out


def merge(into: dict[str, Any], changes: Mapping[str, Any]) -> None:
    """Lay changes over a tree: objects key by key, everything else replaces."""
    for name, value in changes.items():
        held = into.get(name)
        if isinstance(value, dict) and isinstance(held, dict):
            merge(held, value)
        else:
            into[name] = value


def draft(tx: Tx, viewer: Viewer, fields: Mapping[str, Any]) -> Draft:
    """A new item of the viewer; `group` and `access` of the fields are honoured within the rules.

    Raises ForeignGroup, WrongType, BadValue. Source: spec/rightech R2.5.
    """
    group = viewer.group
    wanted = fields.get("group")
    if wanted is not None:
        if not isinstance(wanted, str) or not is_oid(wanted.lower()):
            raise WrongType("group", "an identifier")
        if viewer.group not in visibility.chain(tx, wanted.lower()):
            raise ForeignGroup
        group = wanted.lower()
    return Draft(
        fields=cleaned(fields),
        oid=str(mint_oid()),
        owner=viewer.user,
        group=group,
        access=_access(tx, fields.get("access")),
        branch=visibility.chain(tx, group) or [group],
    )


def _access(tx: Tx, wanted: Any) -> list[str]:
    if wanted is None:
        return []
    if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
        raise WrongType("access", "an array of user identifiers")
    oids = list(dict.fromkeys(one.lower() for one in wanted))
    known = {row.oid for row in tx.all(_KNOWN, oids=oids)} if oids else set()
    if len(known) != len(oids):
        raise BadValue("access", "names a user that does not exist")
    return oids


def create(tx: Tx, store: Store, made: Draft) -> Row:
    """Store a draft; its fields must be complete. Raises as `stores.check`, and Conflict."""
    check(store, made.fields)
    body = {
        "_id": made.oid,
        **made.fields,
        "owner": made.owner,
        "group": made.group,
        "access": made.access,
        "branch": made.branch,
        "time": tx.now_ms,
        **made.service,
    }
    values = {
        "store": store.name,
        "oid": made.oid,
        "owner": made.owner,
        "group": made.group,
        "access": visibility.spaced(made.access),
        "branch": visibility.spaced(made.branch),
        "label": made.label,
        "time_ms": tx.now_ms,
        **_columns(store, body),
    }
    _refuse_taken(tx, store, values, but=0)
    tx.insert(thing_items, values)
    row = by_oid(tx, store.name, made.oid)
    assert row is not None  # noqa: S101 # inserted a moment ago
    if made.event:
        _log(tx, store, row, "insert", body)
    return row


def _columns(store: Store, body: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that a store's table keeps beside the body, from the body."""
    shown, data = dict(body), None
    shown.pop("state", None)
    if store.name in _HEAVY and "data" in shown:
        data = msgspec.Raw(encode_json(shown.pop("data")))
    texts = [fold(value) for name in _SEARCHED if isinstance(value := body.get(name), str)]
    name, mail = body.get("name"), body.get("email")
    return {
        "key": _key(store, body),
        "mail": fold_email(mail) if store.name == "users" and mail else None,
        "name_folded": fold(name) if isinstance(name, str) else "",
        "search": "\n".join(texts),
        "body": msgspec.Raw(encode_json(shown)),
        "data": data,
    }


def _key(store: Store, body: Mapping[str, Any]) -> str | None:
    value = body.get(store.keyed) if store.keyed else None
    if not isinstance(value, str):
        return None
    return fold(value) if store.name == "users" else value


def _refuse_taken(tx: Tx, store: Store, values: Mapping[str, Any], *, but: int) -> None:
    if values["key"] is not None:
        held = by_key(tx, store.name, values["key"])
        if held is not None and held.id != but:
            raise Conflict(store.name, store.keyed, values["key"], held.id)
    if values["mail"] is not None:
        held = tx.first(BY_MAIL, store=store.name, mail=values["mail"])
        if held is not None and held.id != but:
            raise Conflict(store.name, "email", values["mail"], held.id)


def change(tx: Tx, store: Store, row: Row, fields: Mapping[str, Any]) -> Row:
    """Deep-merge checked fields (see `cleaned`) into an item; nothing happens when nothing differs.

    Raises as `stores.check`, and Conflict.
    """
    body = body_of(row)
    before = encode_json(body)
    merge(body, fields)
    check(store, body, only=fields)
    if encode_json(body) == before:
        return row
    body["_at"] = tx.now_ms
    return keep(tx, store, row, body, event="update")


def keep(tx: Tx, store: Store, row: Row, body: Mapping[str, Any], *, event: str = "") -> Row:
    """Store a changed body as it is; with `event` the change is told as `<singular>-<event>`."""
    values = _columns(store, body)
    _refuse_taken(tx, store, values, but=row.id)
    tx.update(thing_items, row.id, values)
    changed = by_oid(tx, row.store, row.oid)
    assert changed is not None  # noqa: S101 # updated a moment ago
    if event:
        _log(tx, store, changed, event, body)
    return changed


def delete(tx: Tx, row: Row) -> None:
    """Remove an item with its telemetry."""
    store = STORES[row.store]
    _log(tx, store, row, "remove", body_of(row))
    tx.delete(thing_items, row.id)


def _log(tx: Tx, store: Store, row: Row, what: str, body: Mapping[str, Any]) -> None:
    object_oid = row.oid if store.name == "objects" else None
    events.log(tx, f"{store.singular}-{what}", row, dict(body), object_oid=object_oid)


def new_oid() -> str:
    """A fresh identifier."""
    return str(mint_oid())
