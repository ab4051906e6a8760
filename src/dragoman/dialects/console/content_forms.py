"""Content: what changes something. Every change goes through the domain, so it is in the audit
trail.
"""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET

from dragoman.core import files, jsontext
from dragoman.core.faults import BadValue, Missing, TooLarge
from dragoman.core.files import Files, Stored
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.console.keeping import own
from dragoman.dialects.console.options import Options
from dragoman.dialects.console.reading import picked
from dragoman.dialects.console.refusals import ChangedMeanwhile
from dragoman.dialects.console.results import Redirect
from dragoman.domains.console import keeping
from dragoman.domains.content import components, spaces, trees
from dragoman.domains.content.components import ComponentChanges, NewComponent
from dragoman.domains.content.tables import components as table
from dragoman.wire.binding import Filled, Given, Part, Path
from dragoman.wire.call import Upload

_STEP = 10


class CreateSpace(msgspec.Struct, frozen=True):
    """POST /edit/content/spaces."""

    name: Annotated[str, Filled()]


class RenameSpace(msgspec.Struct, frozen=True):
    """POST /edit/content/spaces/{id}."""

    id: Annotated[int, Path()]
    name: Annotated[str, Filled()]


class CreateComponent(msgspec.Struct, frozen=True):
    """POST /edit/content/create."""

    parent: int
    name: str = ""
    key: str = ""
    kind: str = "page"


class SaveComponent(msgspec.Struct, frozen=True):
    """POST /edit/content/save/{id}."""

    id: Annotated[int, Path()]
    key: Annotated[str, Filled()]
    kind: Annotated[str, Filled()]
    updated_ms: int
    sequence: int = 1000
    name: str = ""
    content: str = ""
    tags: str = ""
    metadata: str = "{}"
    visible: bool = False


class Publish(msgspec.Struct, frozen=True):
    """POST /edit/content/publish/{id}."""

    id: Annotated[int, Path()]
    published: bool = False


class Move(msgspec.Struct, frozen=True):
    """POST /edit/content/move/{id}. place: before, after or into the target, which is a
    number or what a search box offers.
    """

    id: Annotated[int, Path()]
    target: str
    place: str = "into"


class Delete(msgspec.Struct, frozen=True):
    """POST /edit/content/delete/{id}."""

    id: Annotated[int, Path()]


class PutFile(msgspec.Struct, frozen=True):
    """POST /edit/content/file/{id}."""

    id: Annotated[int, Path()]
    store: Annotated[Files, Given()]
    options: Annotated[Options, Given()]
    upload: Annotated[Upload | None, Part("file")] = None
    prepared: Stored | None = None


def address(row: Row) -> str:
    """The page of a component."""
    return f"/edit/content/{row.space_id}?id={row.id}"


def create_space(tx: Tx, ask: CreateSpace) -> Redirect:
    """POST /edit/content/spaces"""
    id = spaces.create(tx, ask.name.strip())
    return Redirect(f"/edit/content/{id}", "Space created.")


def rename_space(tx: Tx, ask: RenameSpace) -> Redirect:
    """POST /edit/content/spaces/{id}"""
    spaces.rename(tx, ask.id, ask.name.strip())
    return Redirect(f"/edit/content/{ask.id}", "Renamed.")


def create(tx: Tx, ask: CreateComponent) -> Redirect:
    """POST /edit/content/create: a draft, the last of its parent's children."""
    parent = components.place(tx, ask.parent)
    row = trees.by_id(tx, parent.id, drafts=True)
    below = trees.subtree(tx, row, levels=1, drafts=True, content=False).children or []
    last = max((node.row.sequence for node in below), default=0)
    id = components.create(
        tx,
        NewComponent(
            space_id=parent.space_id,
            parent_id=parent.id,
            key=ask.key.strip() or slug(ask.name),
            kind=ask.kind.strip() or "page",
            name=ask.name.strip(),
            sequence=last + _STEP,
        ),
    )
    return Redirect(f"/edit/content/{parent.space_id}?id={id}", "Created as a draft.")


def slug(name: str) -> str:
    """A key made of a name: `Über uns!` -> `ber-uns`."""
    plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in name.lower())
    return "-".join(part for part in plain.split("-") if part)[:255]


def save(tx: Tx, ask: SaveComponent) -> Redirect:
    """POST /edit/content/save/{id}: everything but the state; saving never publishes or
    unpublishes.
    """
    held: Any = tx.get(table, ask.id)
    components.place(tx, ask.id)
    if held.updated_ms != ask.updated_ms:
        raise ChangedMeanwhile("component", "updated", ask.id)
    changes = ComponentChanges(
        key=ask.key.strip() if ask.key.strip() != held.key else UNSET,
        kind=ask.kind.strip(),
        name=ask.name.strip(),
        content=ask.content,
        metadata=_metadata(ask.metadata),
        tags=[tag.strip() for tag in ask.tags.split(",") if tag.strip()],
        visible=ask.visible,
        sequence=ask.sequence,
    )
    components.change(tx, ask.id, changes)
    keeping.drop_draft(tx, own(tx), "component", str(ask.id))
    return Redirect(address(held), "Saved.")


def _metadata(text: str) -> msgspec.Raw:
    try:
        value = jsontext.read(text or "{}")
    except (msgspec.MsgspecError, RecursionError):
        raise BadValue("metadata", "json") from None
    if not isinstance(value, dict) or "\\u0000" in text:
        raise BadValue("metadata", "json")
    return msgspec.Raw((text or "{}").encode())


def publish(tx: Tx, ask: Publish) -> Redirect:
    """POST /edit/content/publish/{id}"""
    held = components.place(tx, ask.id)
    components.change(tx, ask.id, ComponentChanges(published=ask.published))
    return Redirect(address(held), "Published." if ask.published else "Back to draft.")


def move(tx: Tx, ask: Move) -> Redirect:
    """POST /edit/content/move/{id}: into another component, or before or after a sibling."""
    if ask.place not in ("before", "after", "into"):
        raise BadValue("place")
    number = picked(ask.target)
    if number is None:
        raise BadValue("target", "none")
    held, target = components.place(tx, ask.id), components.place(tx, number)
    into = ask.place == "into" or target.parent_id is None
    parent_id = target.id if into else target.parent_id
    if parent_id != held.parent_id or held.parent_id is None:
        components.change(tx, ask.id, ComponentChanges(parent_id=parent_id))
    parent = trees.by_id(tx, parent_id, drafts=True)
    below = trees.subtree(tx, parent, levels=1, drafts=True, content=False).children or []
    order = [node.row.id for node in below if node.row.id != held.id]
    at = len(order) if into else order.index(target.id) + (ask.place == "after")
    order.insert(at, held.id)
    old = {node.row.id: node.row.sequence for node in below}
    wanted = {id: (n + 1) * _STEP for n, id in enumerate(order)}
    changed = {id: sequence for id, sequence in wanted.items() if old.get(id) != sequence}
    if changed:
        components.resequence(tx, changed)
    return Redirect(address(held), "Moved.")


def delete(tx: Tx, ask: Delete) -> Redirect:
    """POST /edit/content/delete/{id}: with everything below."""
    held = components.place(tx, ask.id)
    count = components.delete(tx, ask.id)
    what = "component" if count == 1 else "components"
    to = f"/edit/content/{held.space_id}?id={held.parent_id}"
    return Redirect(to, f"Deleted {count} {what}.")


def store_file(tx: Tx, ask: PutFile) -> Stored | None:
    """Before the transaction: the bytes."""
    if ask.upload is None or not ask.upload.size_bytes:
        raise Missing("file")
    if ask.upload.size_bytes > ask.options.max_file_bytes:
        raise TooLarge(ask.options.max_file_bytes, "file")
    components.place(tx, ask.id)
    return ask.store.put(ask.upload.file)


def put_file(tx: Tx, ask: PutFile) -> Redirect:
    """POST /edit/content/file/{id}"""
    if ask.prepared is None or ask.upload is None:
        raise Missing("file")
    held = components.place(tx, ask.id)
    kind = files.media_type_of(ask.prepared.head, ask.upload.name, ask.upload.media_type)
    components.attach(tx, ask.id, ask.prepared, name=ask.upload.name, media_type=kind)
    return Redirect(address(held), "File attached.")


def remove_file(tx: Tx, ask: Delete) -> Redirect:
    """POST /edit/content/file/{id}/remove"""
    held = components.place(tx, ask.id)
    components.detach(tx, ask.id)
    return Redirect(address(held), "File removed.")


def discard(tx: Tx, ask: Delete) -> Redirect:
    """POST /edit/content/discard/{id}: forget what was typed and not saved."""
    held = components.place(tx, ask.id)
    keeping.drop_draft(tx, own(tx), "component", str(ask.id))
    return Redirect(address(held), "Your draft is gone; this is what is saved.")
