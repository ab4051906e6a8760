"""Groups and roles, and the first ones of an installation. Source: spec/rightech R4.7, 7."""

import re
import secrets
import unicodedata
from collections.abc import Mapping
from typing import Any

from dragoman.core.faults import BadValue
from dragoman.core.ids import is_oid
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.domains.things import events, items, visibility
from dragoman.domains.things.items import Draft
from dragoman.domains.things.stores import STORES
from dragoman.domains.things.visibility import BUILT_IN, Viewer

GROUPS, ROLES = STORES["groups"], STORES["roles"]
FIRST_ROLE = "[rightech] signup"


def slug(name: str) -> str:
    """A tag name made of a name: a-z, 0-9 and hyphens; `group` when nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "group"


def _free_slug(tx: Tx, name: str) -> str:
    wanted = slug(name)
    tag, number = wanted, 1
    while items.by_key(tx, "groups", tag) is not None:
        number += 1
        tag = f"{wanted}-{number}"
    return tag


def create(tx: Tx, viewer: Viewer, draft: Draft) -> Row:
    """A child of the active group, or of a visible `parent`. Raises BadValue, Conflict and as
    `stores.check`.
    """
    fields = draft.fields
    parent = fields.get("parent") or viewer.group
    if isinstance(parent, str) and is_oid(parent.lower()):
        parent = parent.lower()
        held = items.by_oid(tx, "groups", parent)
        if held is None or not visibility.sees_item(tx, viewer, held):
            raise BadValue("parent", "is no group that you see")
    fields["parent"] = parent
    if not fields.get("tagname") and isinstance(fields.get("name"), str):
        fields["tagname"] = _free_slug(tx, fields["name"])
    fields.setdefault("tagname", "")
    fields.setdefault("active", True)
    fields["code"] = secrets.token_hex(5)[:9]
    draft.group = draft.oid
    above = visibility.chain(tx, parent) if isinstance(parent, str) else []
    draft.branch = [draft.oid, *above]
    return items.create(tx, GROUPS, draft)


def change(tx: Tx, viewer: Viewer, row: Row, fields: Mapping[str, Any]) -> Row:
    """Deep-merge into a group; a new parent must be visible and not below it.

    Raises as `create`.
    """
    wanted = {name: value for name, value in fields.items() if name != "code"}
    parent = wanted.get("parent")
    if isinstance(parent, str) and is_oid(parent.lower()):
        parent = wanted["parent"] = parent.lower()
        held = items.by_oid(tx, "groups", parent)
        if held is None or not visibility.sees_item(tx, viewer, held):
            raise BadValue("parent", "is no group that you see")
        if row.oid in visibility.chain(tx, parent):
            raise BadValue("parent", "is below this group")
    return items.change(tx, GROUPS, row, wanted)


def install(tx: Tx, *, tagname: str = "root") -> str:
    """The root group and the built-in role, made once. Returns the root's oid."""
    held = events.root_group(tx)
    if held:
        return held
    draft = Draft(fields={}, oid=items.new_oid(), owner="", group="", access=[], branch=[])
    draft.group = draft.oid
    draft.branch = [draft.oid]
    draft.event = False
    draft.fields = {
        "name": "Root",
        "tagname": tagname,
        "parent": None,
        "active": True,
        "code": secrets.token_hex(5)[:9],
    }
    root = items.create(tx, GROUPS, draft).oid
    role = Draft(
        fields={"name": FIRST_ROLE, "credentials": ["*"]},
        oid=items.new_oid(),
        owner="",
        group=root,
        access=[],
        branch=[root],
        label=BUILT_IN,
        event=False,
    )
    items.create(tx, ROLES, role)
    return str(root)
