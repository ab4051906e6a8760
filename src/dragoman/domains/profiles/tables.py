"""Tables of the domain `profiles`."""

import sqlalchemy as sa

from dragoman.core.tables import flag, integer, json, link, ms, optional_text, table, text

groups = table("profile_groups", integer("number", unique=True), text("name"))

roles = table("profile_roles", text("name", unique=True), json("permissions"))

databases = table(
    "profile_databases",
    integer("number", unique=True),
    text("name"),
    text("description"),
    integer("suppression_list", nullable=True),
    json("tags"),
    json("groups"),  # numbers; group 0 holds every object
    json("fields"),  # name, title, type, required, unique, values
)

resources = table(
    "profile_resources",
    integer("number", unique=True),
    text("name"),
    text("url"),
    text("tracking_domain"),
    json("channels"),
    json("databases"),
    json("groups"),
    flag("increase_priority", False),
    json("categories"),
    json("fields"),
)

profiles = table(
    "profiles",
    text("oid", unique=True),
    link("database_id", "profile_databases.id"),
    optional_text("email"),
    optional_text("email_folded"),
    json("phones"),
    integer("status", 0),
    json("facts"),  # the fields that every database has
    json("fields"),  # the database's own
    text("mark"),  # xxHash64 of the oid, 16 hex digits: the order of lists
    text("account_code"),
    ms("created_ms"),
    ms("updated_ms"),
    sa.UniqueConstraint("database_id", "email_folded"),
    sa.Index("ix_profiles_database_id_mark", "database_id", "mark"),
    sa.Index("ix_profiles_email_folded", "email_folded"),
    sa.Index("ix_profiles_updated_ms", "updated_ms", "email_folded"),
)

values = table(
    "profile_values",
    link("profile_id", "profiles.id", ondelete="CASCADE", index=True),
    link("database_id", "profile_databases.id"),
    text("field"),  # a field's name; `@phone` for the profile's phones
    text("text"),
    optional_text("claim", unique=True),  # set for unique fields only
    sa.Index("ix_profile_values_found", "database_id", "field", "text"),
    journal=False,
)

subscriptions = table(
    "profile_subscriptions",
    link("profile_id", "profiles.id", ondelete="CASCADE"),
    link("database_id", "profile_databases.id"),
    integer("resource"),
    text("channel"),
    text("contact_kind"),  # email | phone | push | data
    text("contact"),  # as it is compared
    json("data"),  # as it was given
    integer("status", 0),
    integer("priority", 0),
    json("fields"),
    json("categories"),
    json("origin"),  # date, ip, url
    flag("deleted", False),
    sa.UniqueConstraint("profile_id", "resource", "channel", "contact"),
    sa.Index("ix_profile_subscriptions_found", "database_id", "contact_kind", "contact"),
)

segments = table(
    "profile_segments",
    integer("number", unique=True),
    text("name"),
    link("database_id", "profile_databases.id", index=True),
    text("kind"),  # dynamic | static | refreshable
    json("groups"),
    json("tags"),
    json("rules"),
)

segment_members = table(
    "profile_segment_members",
    link("segment_id", "profile_segments.id", ondelete="CASCADE"),
    link("profile_id", "profiles.id", ondelete="CASCADE", index=True),
    sa.UniqueConstraint("segment_id", "profile_id"),
)

suppressions = table(
    "profile_suppressions",
    integer("number", unique=True),
    text("name"),
    text("description"),
    json("groups"),
    json("tags"),
)

suppressed = table(
    "profile_suppressed",
    link("list_id", "profile_suppressions.id", ondelete="CASCADE"),
    text("kind"),  # email | domain | phone
    text("value"),
    sa.UniqueConstraint("list_id", "kind", "value"),
)

relations = table(
    "profile_relations",
    integer("number", unique=True),
    text("name"),
    link("database_a_id", "profile_databases.id"),
    link("database_b_id", "profile_databases.id"),
    json("properties"),
    json("groups"),
)

links = table(
    "profile_links",
    link("relation_id", "profile_relations.id", ondelete="CASCADE"),
    link("a_id", "profiles.id", ondelete="CASCADE", index=True),
    link("b_id", "profiles.id", ondelete="CASCADE", index=True),
    json("weights"),
    sa.UniqueConstraint("relation_id", "a_id", "b_id"),
)

history = table(
    "profile_history",
    link("profile_id", "profiles.id", ondelete="CASCADE", index=True),
    text("action"),
    ms("at_ms"),
    text("channel"),
    text("message"),
    journal=False,
)

replays = table(
    "profile_replays",
    text("key", unique=True),
    text("shown"),
    integer("status"),
    text("media_type"),
    text("body"),
    ms("expires_ms"),
    sa.Index("ix_profile_replays_expires_ms", "expires_ms"),
    journal=False,
)

tasks = table(
    "profile_tasks",
    text("key", unique=True),
    text("kind"),  # export | counters
    text("state"),  # queued | running | completed | failed
    integer("progress", 0),
    json("asked"),
    json("result"),
    link("credential_id", "credentials.id", nullable=True, ondelete="SET NULL"),
    link("file_id", "files.id", nullable=True),
    optional_text("file_key", unique=True),
    ms("created_ms", index=True),
    journal=False,
)
