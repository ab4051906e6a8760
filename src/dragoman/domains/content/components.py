"""Writing components: keys, placement, moves, order, files. Reading: `trees`, `searching`."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import UNSET, UnsetType

from dragoman.core import files, statements
from dragoman.core.faults import NotFound
from dragoman.core.files import Stored
from dragoman.core.sql import Row, member, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.domains.content import trees
from dragoman.domains.content.faults import (
    BadKey,
    DuplicateKey,
    OwnParent,
    ParentElsewhere,
    ReservedKey,
    RootDeleted,
    RootMoved,
    RootRenamed,
    SpaceChange,
    UnderDescendant,
)
from dragoman.domains.content.tables import component_tags, components, spaces

RESERVED = "root"
SEQUENCE = 1000
_KEY = re.compile(r"[a-z0-9-]{1,255}\Z")
_NO_METADATA = msgspec.Raw(b"{}")


class NewComponent(msgspec.Struct, frozen=True, kw_only=True):
    """A component to create. date_ms: None is now. metadata: JSON object text, as it came."""

    space_id: int
    parent_id: int | None
    key: str
    kind: str
    name: str = ""
    content: str = ""
    metadata: msgspec.Raw = _NO_METADATA
    tags: list[str] = []
    published: bool = False
    visible: bool = True
    sequence: int = SEQUENCE
    date_ms: int | None = None


class ComponentChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What to change; UNSET stays. space_id: must be the present space, a component cannot leave
    it.
    """

    key: str | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    parent_id: int | UnsetType = UNSET
    name: str | UnsetType = UNSET
    content: str | UnsetType = UNSET
    metadata: msgspec.Raw | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    published: bool | UnsetType = UNSET
    visible: bool | UnsetType = UNSET
    sequence: int | UnsetType = UNSET
    date_ms: int | UnsetType = UNSET
    space_id: int | UnsetType = UNSET


_c = components.c
_HOLDER = prepare(
    sa.select(_c.id).where(
        _c.space_id == sa.bindparam("space_id", type_=sa.BigInteger()),
        _c.key == sa.bindparam("key"),
    )
)
_PLACE = prepare(
    sa.select(
        _c.id, _c.space_id, _c.parent_id, _c.key, _c.name, _c.metadata, _c.tags, _c.file_id
    ).where(_c.id == sa.bindparam("id", type_=sa.BigInteger()))
)
_SPACE = prepare(
    sa.select(spaces.c.id).where(spaces.c.id == sa.bindparam("id", type_=sa.BigInteger()))
)
_TAGS_OF = prepare(
    sa.select(component_tags.c.tag, component_tags.c.id).where(
        component_tags.c.component_id == sa.bindparam("id", type_=sa.BigInteger())
    )
)
_ADD_TAG = statements.append(component_tags, ("component_id", "tag"))
_FEW = 8
_LARGEST = (1 << 63) - 1


def create(tx: Tx, new: NewComponent) -> int:
    """Create a component under a parent. Returns its id.

    Raises BadKey, ReservedKey, DuplicateKey; then NotFound("space"), NotFound("component"),
    ParentElsewhere, in the order of spec/chautec 5.1 and 5.2.
    """
    refuse_key(tx, new.key, new.space_id)
    if not 0 < new.space_id <= _LARGEST or tx.first(_SPACE, id=new.space_id) is None:
        raise NotFound("space", "id", new.space_id)
    parent = place(tx, new.parent_id or 0)
    if parent.space_id != new.space_id:
        raise ParentElsewhere(parent.id, new.space_id)
    return store(tx, new)


def store(tx: Tx, new: NewComponent) -> int:
    """Insert without looking; for `create` and the root of a space."""
    tags = list(dict.fromkeys(new.tags))
    id = tx.insert(
        components,
        {
            "space_id": new.space_id, "parent_id": new.parent_id, "key": new.key, "name": new.name,
            "searched": _searched(new.key, new.name), "kind": new.kind, "content": new.content,
            "metadata": new.metadata, "tags": tags, "published": new.published,
            "visible": new.visible, "sequence": new.sequence,
            "date_ms": tx.now_ms if new.date_ms is None else new.date_ms, "file_id": None,
            "created_ms": tx.now_ms, "updated_ms": tx.now_ms,
        },
    )  # fmt: skip
    if tags:
        tx.store_many(_ADD_TAG, [(id, tag) for tag in tags])
    return id


def place(tx: Tx, id: int) -> Row:
    """Where a component is: id, space_id, parent_id, key, name, metadata, tags, file_id. Raises
    NotFound.
    """
    row = tx.first(_PLACE, id=id) if 0 < id <= _LARGEST else None
    if row is None:
        raise NotFound("component", "id", id)
    return row


def holder(tx: Tx, space_id: int, key: str) -> int | None:
    """The id of the component with this key in a space, or None."""
    found: int | None = tx.scalar(_HOLDER, space_id=space_id, key=key)
    return found


def holds(tx: Tx, id: int, content: bytes) -> bool:
    """Whether a component's file has exactly these bytes. Raises NotFound("component")."""
    file_id = place(tx, id).file_id
    held = files.fetch(tx, file_id) if file_id is not None else None
    return held is not None and bool(held.sha256 == hashlib.sha256(content).hexdigest())


def refuse_key(tx: Tx, key: str, space_id: int, *, but: int | None = None) -> None:
    """Raise BadKey, ReservedKey or DuplicateKey (not for the component with id `but`), in that
    order.
    """
    if not _KEY.match(key):
        raise BadKey(key)
    if key == RESERVED:
        raise ReservedKey(key)
    holder = tx.scalar(_HOLDER, space_id=space_id, key=key) if 0 < space_id <= _LARGEST else None
    if holder is not None and holder != but:
        raise DuplicateKey(key, holder)


def change(tx: Tx, id: int, changes: ComponentChanges) -> None:
    """Change what is given. Raises as `create` does, and SpaceChange, OwnParent, UnderDescendant,
    RootMoved, RootRenamed. Source: spec/chautec 5.1, 5.2.
    """
    held = place(tx, id)
    is_root = held.parent_id is None
    if changes.key is not UNSET and not (is_root and changes.key == held.key):
        if is_root and _KEY.match(changes.key):
            raise RootRenamed
        refuse_key(tx, changes.key, held.space_id, but=id)
    _refuse_move(tx, held, changes)
    values = _values(held, changes)
    present = tx.get(components, id)
    if any(getattr(present, name) != value for name, value in values.items()):
        tx.update(components, id, {**values, "updated_ms": tx.now_ms})
    if changes.tags is not UNSET:
        _replace_tags(tx, id, changes.tags)


def _refuse_move(tx: Tx, held: Row, changes: ComponentChanges) -> None:
    if changes.parent_id is not UNSET:
        if changes.parent_id == held.id:
            raise OwnParent(held.id)
        if held.parent_id is None:
            raise RootMoved
        tx.lock(spaces, held.space_id)  # two moves at once must not make a ring
        parent = place(tx, changes.parent_id)
        if parent.space_id != held.space_id:
            raise SpaceChange(held.id, held.space_id)
        if any(row.id == held.id for row in trees.ancestors(tx, parent.id)):
            raise UnderDescendant(held.id, parent.id)
    if changes.space_id is not UNSET and changes.space_id != held.space_id:
        raise SpaceChange(held.id, held.space_id)


def _values(held: Row, changes: ComponentChanges) -> dict[str, Any]:
    values = {
        name: value
        for name, value in msgspec.structs.asdict(changes).items()
        if value is not UNSET and name != "space_id"
    }
    if "tags" in values:
        values["tags"] = list(dict.fromkeys(values["tags"]))
    if "key" in values or "name" in values:
        values["searched"] = _searched(values.get("key", held.key), values.get("name", held.name))
    return values


def _searched(key: str, name: str) -> str:
    return f"{fold(key)}\n{fold(name)}"


def _replace_tags(tx: Tx, id: int, tags: Sequence[str]) -> None:
    held = {row.tag: row.id for row in tx.all(_TAGS_OF, id=id)}
    gone = sorted(held[tag] for tag in held.keys() - set(tags))
    if len(gone) <= _FEW:
        for tag_id in gone:
            tx.delete(component_tags, tag_id)
    else:  # one statement, which has to be compiled anew
        tx.delete_where(component_tags, member(component_tags.c.id, "gone"), gone=gone)
    if new := [(id, tag) for tag in dict.fromkeys(tags) if tag not in held]:
        tx.store_many(_ADD_TAG, new)


def delete(tx: Tx, id: int) -> int:
    """Remove a component with all descendants and their files. Returns how many. Raises
    RootDeleted, NotFound.
    """
    held = place(tx, id)
    if held.parent_id is None:
        raise RootDeleted
    tx.lock(spaces, held.space_id)
    rows = trees.below(tx, id)
    for row in rows:
        if row.file_id is not None:
            files.unlink(tx, row.file_id)
    # children refer to their parents: the deepest go first
    for depth in _by_depth(tx, rows):
        tx.delete(components, depth)
    return len(rows)


def _by_depth(tx: Tx, rows: Sequence[Row]) -> list[int]:
    order: list[int] = []
    ids = {row.id for row in rows}
    parents = {row.id: row.parent_id for row in rows}
    waiting = dict.fromkeys(ids, 0)
    for parent in parents.values():
        if parent in waiting:
            waiting[parent] += 1
    ready = sorted(id for id, count in waiting.items() if count == 0)
    while ready:
        id = ready.pop()
        order.append(id)
        parent = parents[id]
        if parent in waiting:
            waiting[parent] -= 1
            if waiting[parent] == 0:
                ready.append(parent)
    return order


def remove_all(tx: Tx, space_id: int) -> None:
    """Remove every component of a space, the root last; the caller holds the space and has unlinked
    the files.
    """
    rows = tx.all(sa.select(_c.id, _c.parent_id).where(_c.space_id == space_id))
    for id in _by_depth(tx, rows):
        tx.delete(components, id)


def resequence(tx: Tx, sequences: Mapping[int, int]) -> list[Row]:
    """Set the sequence of several; nothing is changed when one is missing. Returns them in the
    order given.

    Raises NotFound("component") for the first unknown id. Source: spec/chautec 6.9.
    """
    for id in sequences:
        place(tx, id)
    for id, sequence in sequences.items():
        tx.update(components, id, {"sequence": sequence})
    held = trees.many(tx, list(sequences))
    return [held[id] for id in sequences]


def attach(tx: Tx, id: int, stored: Stored, *, name: str, media_type: str) -> None:
    """Give a component a file, replacing any other; its type goes into metadata as `mimeType`.
    Raises NotFound.
    """
    held = place(tx, id)
    if held.file_id is not None:
        files.unlink(tx, held.file_id)
    file_id = files.link(tx, stored, name=name, media_type=media_type)
    metadata = with_member(held.metadata, "mimeType", media_type)
    tx.update(components, id, {"file_id": file_id, "metadata": metadata, "updated_ms": tx.now_ms})


def detach(tx: Tx, id: int) -> None:
    """Remove a component's file and `mimeType`. Raises NotFound("component"), NotFound("file")."""
    held = place(tx, id)
    if held.file_id is None:
        raise NotFound("file", "id", id)
    files.unlink(tx, held.file_id)
    metadata = with_member(held.metadata, "mimeType", None)
    tx.update(components, id, {"file_id": None, "metadata": metadata, "updated_ms": tx.now_ms})


_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


def text_member(metadata: msgspec.Raw, name: str) -> str | None:
    """A member of a JSON object text if it is there and a text."""
    held = _members.decode(metadata).get(name)
    found = msgspec.json.decode(held) if held is not None and bytes(held)[:1] == b'"' else None
    return found if isinstance(found, str) else None


def with_member(metadata: msgspec.Raw, name: str, value: str | None) -> msgspec.Raw:
    """JSON object text with one member set (or removed); the other members keep their letters."""
    held = _members.decode(metadata)
    if value is None:
        held.pop(name, None)
    else:
        held[name] = msgspec.Raw(msgspec.json.encode(value))
    return msgspec.Raw(msgspec.json.encode(held))
