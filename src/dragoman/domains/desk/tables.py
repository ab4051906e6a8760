"""Tables of the desk domain.

Ids of what callers see come from `numbering.add`, so that they count from 1 per kind without gaps.
The ids of users and staff are their membership numbers. Authors are `by_staff` and `by_id`, without
a foreign key: what a deleted member of staff did stays.
"""

import sqlalchemy as sa

from dragoman.core.tables import (
    SECRET,
    flag,
    integer,
    link,
    ms,
    optional_text,
    table,
    text,
)

settings = table(
    "desk_settings",
    text("name", unique=True),
    optional_text("value"),
    optional_text("hidden", info=SECRET),  # passwords and keys stand here, value is null then
)

departments = table("desk_departments", text("name"), text("folded", unique=True), flag("private"))

staff = table(
    "desk_staff",
    link("membership_id", "memberships.id", unique=True),
    text("name"),
    text("name_folded"),
    text("email"),
    text("email_folded", unique=True),
    integer("level"),
    optional_text("profile_pic"),
    flag("mail_on_new_ticket"),
    ms("last_login_ms", nullable=True),
)

staff_departments = table(
    "desk_staff_departments",
    link("staff_id", "desk_staff.id"),
    link("department_id", "desk_departments.id", index=True),
    sa.UniqueConstraint("staff_id", "department_id"),
)

users = table(
    "desk_users",
    link("membership_id", "memberships.id", nullable=True, unique=True),  # null: a guest
    text("name"),
    text("name_folded"),
    text("email"),
    text("email_folded", unique=True),
    ms("signed_up_ms", index=True),
    integer("tickets", 0, index=True),
    optional_text("verify_token", info=SECRET),  # null: verified
    integer("disabled", nullable=True),  # null: never disabled
    integer("supervision", nullable=True),  # the number of the list, null: never set
)

supervised = table(
    "desk_supervised",
    link("supervisor_id", "desk_users.id"),
    link("user_id", "desk_users.id", index=True),
    sa.UniqueConstraint("supervisor_id", "user_id"),
)

custom_fields = table(
    "desk_custom_fields",
    text("name"),
    text("folded", unique=True),
    text("description"),
    text("kind"),  # text | select
)

custom_options = table(
    "desk_custom_options", link("field_id", "desk_custom_fields.id", index=True), text("name")
)

custom_values = table(
    "desk_custom_values",
    link("user_id", "desk_users.id"),
    link("field_id", "desk_custom_fields.id", index=True),
    text("value"),
    link("option_id", "desk_custom_options.id", nullable=True),
    sa.UniqueConstraint("user_id", "field_id"),
)

bans = table("desk_bans", text("email"), text("folded", unique=True))

tokens = table(
    "desk_tokens",
    text("kind"),  # recover | invite | remember
    text("hash"),
    flag("staff"),
    integer("person_id"),
    ms("created_ms"),
    ms("expires_ms", nullable=True),
    sa.UniqueConstraint("kind", "hash"),
    sa.Index("ix_desk_tokens_person", "staff", "person_id"),
    journal=False,
)

api_keys = table(
    "desk_api_keys",
    text("name"),
    text("folded", unique=True),
    text("token", unique=True, info=SECRET),
    flag("creates_users"),
    flag("creates_tickets"),
    flag("checks_tickets"),
    flag("returns_number"),
)

tickets = table(
    "desk_tickets",
    integer("number", unique=True),
    text("title"),
    text("title_folded"),
    text("content"),
    text("content_folded"),
    link("department_id", "desk_departments.id"),
    flag("by_staff"),
    integer("by_id"),
    text("author_name"),
    optional_text("author_email"),  # as given with the ticket; null: none was given
    integer("owner_id", 0),  # 0: nobody
    text("language"),
    flag("closed"),
    flag("unread"),
    flag("unread_staff"),
    optional_text("file"),
    flag("edited"),
    flag("edited_title"),
    ms("created_ms"),
    ms("first_closed_ms", nullable=True),
    ms("last_closed_ms", nullable=True),
    flag("reopened"),
    integer("assigns", 0),
    integer("moves", 0),
    integer("staff_replies", 0),
    ms("first_reply_ms", nullable=True),
    sa.Index("ix_desk_tickets_by", "by_staff", "by_id"),
    sa.Index("ix_desk_tickets_owner_id", "owner_id", "closed"),
    sa.Index("ix_desk_tickets_department_id", "department_id"),
)
_t = tickets.c
sa.Index(
    "ix_desk_tickets_order",
    _t.closed,
    _t.owner_id,
    _t.unread_staff,
    _t.created_ms.desc(),
    _t.id.desc(),
    _t.department_id,
    _t.by_staff,
    _t.by_id,
)

events = table(
    "desk_events",
    link("ticket_id", "desk_tickets.id"),
    text("kind"),  # comment | assign | unassign | close | reopen | department
    optional_text("content"),
    optional_text("content_folded"),  # of comments
    flag("by_staff"),
    integer("by_id"),
    flag("private"),
    optional_text("file"),
    flag("edited"),
    ms("at_ms"),
    sa.Index("ix_desk_events_ticket_id", "ticket_id", "id"),
)

tags = table("desk_tags", text("name"), text("folded", unique=True), text("color"))

ticket_tags = table(
    "desk_ticket_tags",
    link("ticket_id", "desk_tickets.id"),
    link("tag_id", "desk_tags.id"),
    sa.UniqueConstraint("ticket_id", "tag_id"),
    sa.Index("ix_desk_ticket_tags_tag_id", "tag_id", "ticket_id"),
)

canned = table("desk_canned_responses", text("name"), text("language"), text("content"))

topics = table(
    "desk_topics", text("name"), optional_text("icon"), optional_text("icon_color"), flag("private")
)

articles = table(
    "desk_articles",
    link("topic_id", "desk_topics.id", nullable=True, index=True),
    text("title"),
    text("content"),
    integer("position"),
    ms("edited_ms"),
)

files = table(
    "desk_files",
    text("name", unique=True),
    link("file_id", "files.id"),
)

templates = table(
    "desk_mail_templates",  # edited ones only; the others are as shipped
    text("template"),
    text("language"),
    text("subject"),
    text("text1"),
    text("text2"),
    text("text3"),
    sa.UniqueConstraint("template", "language"),
)

mails = table(
    "desk_mails",  # the outbox
    text("template"),
    text("recipient"),
    text("subject"),
    text("body", info=SECRET),  # holds recovery links
    text("state"),  # waiting | sent | kept (no SMTP) | failed
    text("problem"),
    integer("user_id", nullable=True),  # verified when the mail cannot be sent
    ms("created_ms"),
    ms("sent_ms", nullable=True),
    journal=False,
)

logs = table(
    "desk_logs",
    text("kind"),
    optional_text("subject"),
    flag("by_staff"),
    integer("by_id"),
    text("by_name"),
    ms("at_ms"),
    sa.Index("ix_desk_logs_by", "by_staff", "by_id"),
    journal=False,
)
