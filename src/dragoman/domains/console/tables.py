"""Tables of the console: what belongs to one person's work at the screen."""

import sqlalchemy as sa

from dragoman.core.tables import json, link, ms, table, text

preferences = table(
    "console_preferences",
    link("account_id", "accounts.id", ondelete="CASCADE"),
    text("name"),
    json("value"),
    sa.UniqueConstraint("account_id", "name"),
    journal=False,
)

drafts = table(
    "console_drafts",
    link("account_id", "accounts.id", ondelete="CASCADE"),
    text("kind"),  # component, reply, note
    text("subject"),  # what it belongs to, as its page names it
    json("value"),
    ms("saved_ms"),
    sa.UniqueConstraint("account_id", "kind", "subject"),
    sa.Index("ix_console_drafts_saved_ms", "saved_ms"),
    journal=False,
)

views = table(
    "console_views",
    link("account_id", "accounts.id", ondelete="CASCADE"),
    text("page"),
    text("name"),
    text("query"),  # the query string of the page
    ms("created_ms"),
    sa.UniqueConstraint("account_id", "page", "name"),
)
