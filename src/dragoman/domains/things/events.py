"""The platform's event log, and what streams from it. Source: spec/rightech 10."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core.ids import mint_oid
from dragoman.core.sql import encode_json, prepare
from dragoman.core.tx import Tx
from dragoman.domains.things import visibility
from dragoman.domains.things.tables import thing_events, thing_items
from dragoman.domains.things.visibility import Audience

LIVE = "things.event"  # the journal note that streams follow: facts `name`, `audience` and `told`
SIGNED_IN = "user-signin"
ONLINE, OFFLINE = "object-online", "object-offline"
PACKET = "object-packet"
COMMAND_SENT, COMMAND_DONE, COMMAND_FAILED = (
    "object-command-req",
    "object-command-res",
    "object-command-err",
)
ENTERED, LEFT = "object-geofence-enter", "object-geofence-leave"
NOTIFIED = "notification"
STATE_RESET = "object-state-reset"

_e = thing_events.c
_ROOT = prepare(
    sa.select(thing_items.c.oid)
    .where(thing_items.c.store == visibility.GROUPS)
    .order_by(thing_items.c.id)
    .limit(1)
)


def message_id() -> str:
    """22 random characters."""
    return secrets.token_urlsafe(17)[:22]


def root_group(tx: Tx) -> str:
    """The organisation's root group; empty before there is one."""
    return str(tx.scalar(_ROOT) or "")


def log(
    tx: Tx,
    event: str,
    item: Any,
    data: Any,
    *,
    object_oid: str | None = None,
    at_ms: int | None = None,
    live: bool = True,
) -> None:
    """Keep an event about an item (a row of thing_items), and stream it unless `live` is False.

    data: JSON value or msgspec.Raw. object_oid: the object that it belongs to, if any.
    """
    audience = visibility.audience_of(tx, item)
    oid = str(mint_oid())
    body = _body(tx, event, item, data, oid, object_oid, at_ms)
    model = _model(item) if object_oid is not None else None
    row = {
        "oid": oid,
        "event": event,
        "object": object_oid,
        "model": model,
        "owner": item.owner,
        "group": item.group,
        "access": item.access,
        "branch": visibility.spaced(sorted(audience.branch)),
        "time_ms": at_ms or tx.now_ms,
        "body": body,
    }
    id = tx.insert(thing_events, row)
    if live:
        _stream(tx, id, event, audience, body)


def stream(tx: Tx, event: str, item: Any, data: Any, *, audience: Audience) -> None:
    """Tell those who listen now, and keep nothing: telemetry."""
    body = _body(tx, event, item, data, None, item.oid, None)
    _stream(tx, item.id, event, audience, body)


def _stream(tx: Tx, id: int, event: str, audience: Audience, body: msgspec.Raw) -> None:
    tx.note(LIVE, thing_events, id, keep=False, name=event, audience=audience.facts(), told=body)


def _body(
    tx: Tx,
    event: str,
    item: Any,
    data: Any,
    oid: str | None,
    object_oid: str | None,
    at_ms: int | None,
) -> msgspec.Raw:
    out: dict[str, Any] = {"_id": oid} if oid is not None else {}
    out["_msgid"] = message_id()
    if object_oid is not None:
        out["_oid"] = object_oid
    out.update(
        _gid=item.group,
        _org=root_group(tx),
        event=event,
        time=at_ms or tx.now_ms,
        data=data,
    )
    return msgspec.Raw(encode_json(out))


class _Model(msgspec.Struct):
    model: Any = None


_decode_model = msgspec.json.Decoder(_Model).decode


def _model(item: Any) -> str | None:
    found = _decode_model(item.body).model
    return found if isinstance(found, str) else None


def names(tx: Tx, where: sa.ColumnElement[bool], params: Mapping[str, Any]) -> Sequence[Any]:
    """Distinct (event, object, model) of the visible log."""
    bare = sa.case((_e.object.is_(None), 1), else_=0).label("bare")
    query = sa.select(_e.event, _e.model, bare).distinct().where(where)
    return tx.all(query, **params)
