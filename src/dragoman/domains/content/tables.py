"""Tables of the content domain."""

import sqlalchemy as sa

from dragoman.core.tables import RawJson, flag, integer, json, link, ms, table, text

spaces = table("spaces", text("name"), ms("created_ms"))

components = table(
    "components",
    link("space_id", "spaces.id"),
    link("parent_id", "components.id", nullable=True),
    text("key"),
    text("name"),
    text("searched"),  # key and name, folded
    text("kind"),
    text("content"),
    sa.Column("metadata", RawJson(), nullable=False),
    json("tags"),
    flag("published"),
    flag("visible"),
    integer("sequence"),
    ms("date_ms"),
    link("file_id", "files.id", nullable=True, index=True),
    ms("created_ms"),
    ms("updated_ms"),
    sa.UniqueConstraint("space_id", "key"),
    sa.Index("ix_components_parent_id", "parent_id", "sequence", "id"),
    # searching: everything that is asked about, in the order of the answer
    sa.Index("ix_components_search", "sequence", "id", "published", "kind", "searched"),
    sa.Index(
        "ix_components_search_space",
        "space_id",
        "sequence",
        "id",
        "published",
        "kind",
        "searched",
    ),
    sa.Index("ix_components_date", "date_ms", "id", "published"),
    # few: what is published is all but these
    sa.Index(
        "ix_components_drafts",
        "space_id",
        sqlite_where=sa.text("published IS 0"),
        postgresql_where=sa.text("published IS false"),
    ),
)

component_tags = table(
    "component_tags",
    link("component_id", "components.id", ondelete="CASCADE"),
    text("tag"),
    sa.UniqueConstraint("component_id", "tag"),
    sa.Index("ix_component_tags_tag", "tag", "component_id"),
    journal=False,
)
