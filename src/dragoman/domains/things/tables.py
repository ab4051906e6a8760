"""Tables of the things.

An item's whole JSON, as it is told, lies ready in `body`: lists join these texts without decoding.
What is looked up or
compared has a column of its own beside it. Free trees (node trees, configurations, shapes) keep the
platform's words.
"""

import sqlalchemy as sa

from dragoman.core.tables import RawJson, flag, integer, json, link, ms, optional_text, table, text

# access and branch: oids separated by spaces, so that one of them is found as a substring.

thing_items = table(
    "thing_items",
    text("store"),
    text("oid", unique=True),
    text("owner"),
    text("group"),
    text("access"),
    text("branch"),
    optional_text("key"),  # unique in its store: object id, login, tag name
    optional_text("mail"),  # folded e-mail of a user
    optional_text("label"),  # what a fixture calls the item; told to nobody
    flag("hidden", default=False),  # a message that was cleared: in the history only
    text("name_folded"),
    text("search"),
    ms("time_ms"),
    sa.Column("body", RawJson(), nullable=False),
    sa.Column("data", RawJson(), nullable=True),  # the heavy field `data`, left out of lists
    sa.UniqueConstraint("store", "key"),
    sa.UniqueConstraint("store", "mail"),
    sa.UniqueConstraint("store", "label"),
    sa.Index("ix_thing_items_store_oid", "store", "oid"),
    sa.Index("ix_thing_items_store_time_ms", "store", "time_ms"),
)

thing_states = table(  # telemetry: not in the journal
    "thing_states",
    link("item_id", "thing_items.id", unique=True, ondelete="CASCADE"),
    integer("ts_us"),
    integer("time_ms"),
    flag("online"),
    sa.Column("state", RawJson(), nullable=False),
    sa.Column("snapshot", RawJson(), nullable=False),  # after the last packet stored, late or not
    json("inside"),  # oids of the geofences that the object is in
    journal=False,
)

thing_packets = table(
    "thing_packets",
    text("oid", unique=True),
    link("item_id", "thing_items.id", ondelete="CASCADE"),
    integer("ts_us"),
    ms("time_ms"),
    sa.Column("own", RawJson(), nullable=False),
    sa.Column("merged", RawJson(), nullable=False),
    sa.Index("ix_thing_packets_item_id_ts_us", "item_id", "ts_us"),
    journal=False,
)

thing_events = table(  # a log itself: the journal gets a live note only
    "thing_events",
    text("oid", unique=True),
    text("event"),
    optional_text("object"),
    optional_text("model"),
    text("owner"),
    text("group"),
    text("access"),
    text("branch"),
    ms("time_ms", index=True),
    sa.Column("body", RawJson(), nullable=False),
    sa.Index("ix_thing_events_object_time_ms", "object", "time_ms"),
    journal=False,
)
