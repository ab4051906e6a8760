"""Messages about objects. Source: spec/rightech 11."""

from typing import Any

import sqlalchemy as sa

from dragoman.core.sql import Row, decode_json, prepare
from dragoman.core.tx import Tx
from dragoman.domains.things import events, items, listing, sources
from dragoman.domains.things.items import Draft
from dragoman.domains.things.stores import STORES
from dragoman.domains.things.tables import thing_items
from dragoman.domains.things.visibility import Viewer

MESSAGES = STORES["messages"]
_i = thing_items.c
_OID = prepare(sa.select(_i.id).where(_i.oid == sa.bindparam("oid")))


def create(tx: Tx, draft: Draft, obj: Row, *, at_ms: int | None = None, live: bool = True) -> Row:
    """A message about an object; `id` of its fields becomes the object's oid. Raises as
    `stores.check`.
    """
    fields = draft.fields
    fields["id"] = obj.oid
    fields["message-body"] = fields.get("text")
    fields.setdefault("status", "new")
    row = items.create(tx, MESSAGES, draft)
    events.log(
        tx, events.NOTIFIED, obj, items.body_of(row), object_oid=obj.oid, at_ms=at_ms, live=live
    )
    return row


def clear(tx: Tx, viewer: Viewer) -> int:
    """Hide every message that the viewer's list shows; they stay in the history.

    Returns how many.
    """
    source = sources.items(tx, viewer, "messages")
    shown = list(listing.texts(tx, source, listing.Selection()))
    for text in shown:
        id = tx.scalar(_OID, oid=_oid_of(text))
        tx.update(thing_items, id, {"hidden": True})
    return len(shown)


def _oid_of(text: str) -> Any:
    return decode_json(text)["_id"]
