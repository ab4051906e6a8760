"""Who sees what. Source: spec/rightech 4.

An item is visible to its owner, to those on its access list, and to everyone whose active group is
the item's group or
stands above it. What is not visible does not exist.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core.sql import prepare
from dragoman.core.tx import Tx
from dragoman.domains.things.tables import thing_items

GROUPS = "groups"
BUILT_IN = "built-in"  # label of what everybody sees and nobody changes
_MAX_DEPTH = 64
_i = thing_items.c
_GROUP = prepare(
    sa.select(_i.oid, _i.body).where(_i.store == GROUPS, _i.oid == sa.bindparam("oid"))
)
_ALL_GROUPS = prepare(sa.select(_i.oid, _i.body).where(_i.store == GROUPS).order_by(_i.oid))


class Viewer(msgspec.Struct, frozen=True):
    """Whose eyes: a user and the group they work in, both by oid."""

    user: str
    group: str


class Audience(msgspec.Struct, frozen=True):
    """Whom an item or an event is for. branch: the owner group and everything above it."""

    owner: str
    access: frozenset[str]
    branch: frozenset[str]

    def facts(self) -> dict[str, Any]:
        """As the journal keeps it."""
        return {
            "owner": self.owner,
            "access": sorted(self.access),
            "branch": sorted(self.branch),
        }

    @classmethod
    def of_facts(cls, facts: Mapping[str, Any]) -> "Audience":
        """What `facts` made, read back."""
        return cls(facts["owner"], frozenset(facts["access"]), frozenset(facts["branch"]))


class _Parent(msgspec.Struct):
    parent: str | None = None


_parent = msgspec.json.Decoder(_Parent).decode


def sees(viewer: Viewer, audience: Audience) -> bool:
    """Whether the viewer may know of it."""
    return (
        viewer.group in audience.branch
        or viewer.user == audience.owner
        or viewer.user in audience.access
    )


def chain(tx: Tx, group: str) -> list[str]:
    """A group and everything above it, the root last; empty for a group that is gone."""
    out: list[str] = []
    while group and group not in out and len(out) < _MAX_DEPTH:
        row = tx.first(_GROUP, oid=group)
        if row is None:
            break
        out.append(group)
        group = _parent(row.body).parent or ""
    return out


def audience_of(tx: Tx, item: Any) -> Audience:
    """Whom an item row (or anything with owner, group, access, branch) is for, as the groups stand
    now.
    """
    branch = {item.group, *item.branch.split(), *chain(tx, item.group)}
    return Audience(item.owner, frozenset(item.access.split()), frozenset(branch))


def sees_item(tx: Tx, viewer: Viewer, item: Any) -> bool:
    """Whether an item row is visible; cheap answers first."""
    if viewer.user == item.owner or viewer.group == item.group:
        return True
    if viewer.group in item.branch or viewer.user in item.access or viewer.group == item.oid:
        return True
    return item.label == BUILT_IN or viewer.group in chain(tx, item.group)


def below(tx: Tx, group: str) -> list[str]:
    """A group and all its descendants."""
    parents: dict[str, list[str]] = {}
    for row in tx.all(_ALL_GROUPS):
        parents.setdefault(_parent(row.body).parent or "", []).append(row.oid)
    out, waiting = [], [group]
    while waiting:
        here = waiting.pop()
        if here not in out:
            out.append(here)
            waiting.extend(parents.get(here, ()))
    return out


def spaced(oids: Iterable[str]) -> str:
    """Oids as the columns `access` and `branch` keep them."""
    return " ".join(oids)
