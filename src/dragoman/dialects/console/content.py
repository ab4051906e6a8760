"""Content: the tree of a space, one component with editor, preview and properties."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa
from markupsafe import escape

from dragoman.core import files, journal, jsontext, tables
from dragoman.core.faults import NotFound
from dragoman.core.files import Files
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.dialects.console.auth import Member
from dragoman.dialects.console.keeping import own
from dragoman.dialects.console.results import Download, Foreign, Page, Redirect
from dragoman.domains.console import keeping
from dragoman.domains.content import searching, spaces, trees
from dragoman.domains.content.searching import Wanted
from dragoman.domains.content.tables import components as table
from dragoman.domains.content.trees import Node
from dragoman.wire.binding import Given, Path, Query
from dragoman.wire.call import Stream
from dragoman.wire.endpoint import NoAsk

WHOLE_TREE = 400
KINDS = (
    "folder",
    "page",
    "article",
    "block",
    "html",
    "menu",
    "css",
    "js",
    "xml",
    "text",
    "image",
    "file",
)
ICONS = {
    "folder": "folder",
    "block": "table",
    "menu": "list",
    "css": "code",
    "js": "code",
    "xml": "code",
    "html": "code",
    "image": "image",
    "file": "clip",
}
_NAMES = prepare(sa.select(tables.accounts.c.id, tables.accounts.c.name))
CODE = frozenset({"css", "js", "xml", "text"})


class ShowSpace(msgspec.Struct, frozen=True):
    """GET /edit/content/{space_id}. new: id of the parent of a component to be made."""

    space_id: Annotated[int, Path()]
    id: Annotated[int | None, Query()] = None
    new: Annotated[int | None, Query()] = None
    q: Annotated[str, Query()] = ""


class OneComponent(msgspec.Struct, frozen=True):
    """A component by id."""

    id: Annotated[int, Path()]


class OneFile(OneComponent, frozen=True, kw_only=True):
    """GET /edit/content/file/{id}."""

    store: Annotated[Files, Given()]


class Preview(msgspec.Struct, frozen=True):
    """POST /edit/content/preview: text that is not saved."""

    kind: str = ""
    content: str = ""


class Leaf(msgspec.Struct, frozen=True):
    """One row of the tree. open: its children are drawn; more: it has children that are not."""

    row: Row
    icon: str
    children: Sequence["Leaf"]
    open: bool
    level: int


def index(tx: Tx, ask: NoAsk) -> Page | Redirect:
    """GET /edit/content: the first space, or how to make one."""
    held = spaces.listed(tx)
    if held:
        return Redirect(f"/edit/content/{held[0].id}", status=302)
    values = {"active": "content", "title": "Content", "may_write": _may_write(tx)}
    return Page("content_empty.html", values)


def _may_write(tx: Tx) -> bool:
    return isinstance(tx.actor, Member) and tx.actor.may("content:write")


def page(tx: Tx, ask: ShowSpace) -> Page:
    """GET /edit/content/{space_id}"""
    space = spaces.fetch(tx, ask.space_id)
    root = trees.by_key(tx, space.id, spaces.ROOT_KEY, drafts=True)
    row = trees.by_id(tx, ask.id if ask.id is not None else root.id, drafts=True)
    if row.space_id != space.id:
        raise NotFound("component", "id", ask.id)
    values = {
        "active": "content",
        "title": row.name or row.key,
        "space": space,
        "spaces": spaces.listed(tx),
        "root": root,
        "row": row,
        "tree": _tree(tx, root, row),
        "kinds": KINDS,
        "ask": ask,
        "hits": _hits(tx, space.id, ask.q),
        "may_write": _may_write(tx),
        "parent": None,
        "new_parent": trees.by_id(tx, ask.new, drafts=True) if ask.new is not None else None,
        **_editor(tx, row),
    }
    return Page("content.html", values)


def _editor(tx: Tx, row: Row) -> dict[str, Any]:
    whole: Any = tx.get(table, row.id)
    draft = keeping.draft(tx, own(tx), "component", str(row.id))
    typed = _typed(draft.value) if draft is not None else {}
    fields = {
        "name": row.name,
        "key": row.key,
        "kind": row.kind,
        "content": row.content,
        "tags": ", ".join(row.tags),
        "sequence": row.sequence,
        "metadata": bytes(row.metadata).decode(),
        "visible": row.visible,
    }
    return {
        "fields": {**fields, **typed},
        "draft": draft if typed else None,
        "updated_ms": whole.updated_ms,
        "file": files.fetch(tx, row.file_id) if row.file_id is not None else None,
        "below": len(trees.below(tx, row.id)) - 1,
        "history": journal.history(tx, table, row.id, limit=6),
        "names": {held.id: held.name for held in tx.all(_NAMES)},
    }


def _typed(value: Any) -> dict[str, Any]:
    """The fields of a draft: JSON text that the editor saved."""
    try:
        found = jsontext.read(value)
    except (msgspec.MsgspecError, RecursionError, TypeError):
        return {}
    names = ("name", "key", "kind", "content", "tags", "metadata")
    if not isinstance(found, dict):
        return {}
    return {name: found[name] for name in names if isinstance(found.get(name), str)}


def _hits(tx: Tx, space_id: int, text: str) -> list[Row]:
    if not text.strip():
        return []
    wanted = Wanted(terms=text.split(), space_id=space_id, limit=20, drafts=True)
    return searching.search(tx, wanted)[0]


def _tree(tx: Tx, root: Row, chosen: Row) -> Leaf:
    """The whole tree of a small space; of a large one two levels and the way to the chosen
    component.
    """
    _, total = searching.search(tx, Wanted(space_id=root.space_id, limit=0, drafts=True))
    levels = trees.DEEPEST if total <= WHOLE_TREE else 1
    node = trees.subtree(tx, root, levels=levels, drafts=True, content=False)
    way = [*[row.id for row in trees.ancestors(tx, chosen.id)][::-1], chosen.id]
    shown = {id: _children(tx, id) for id in way} if levels == 1 else {}
    return _leaf(node, set(way), shown, 1)


def _children(tx: Tx, id: int) -> list[Node]:
    root = trees.by_id(tx, id, drafts=True)
    return trees.subtree(tx, root, levels=1, drafts=True, content=False).children or []


def _leaf(node: Node, way: set[int], shown: dict[int, list[Node]], level: int) -> Leaf:
    row = node.row
    found = shown.get(row.id) if node.children is None or row.id in shown else node.children
    below = [_leaf(child, way, shown, level + 1) for child in found or []]
    icon = "layers" if row.parent_id is None else ICONS.get(row.kind, "page")
    return Leaf(row, icon, below, level <= 2 or row.id in way, level)


def preview(tx: Tx, ask: Preview) -> Foreign:
    """POST /edit/content/preview: unsaved text, for the sandboxed frame."""
    return Foreign(_framed(ask.kind, ask.content))


def stored_preview(tx: Tx, ask: OneComponent) -> Foreign:
    """GET /edit/content/preview/{id}: the saved text."""
    row = trees.by_id(tx, ask.id, drafts=True)
    return Foreign(_framed(row.kind, row.content))


def _framed(kind: str, content: str) -> str:
    if kind in CODE:
        return (
            f"<!doctype html><meta charset=utf-8><title>Preview</title><pre>{escape(content)}</pre>"
        )
    if "<html" in content[:500].lower():
        return content
    return f"<!doctype html><meta charset=utf-8><title>Preview</title><body>{content}"


def file(tx: Tx, ask: OneFile) -> Download:
    """GET /edit/content/file/{id}: pictures are shown, everything else is saved."""
    row = trees.by_id(tx, ask.id, drafts=True)
    held = files.fetch(tx, row.file_id) if row.file_id is not None else None
    if held is None:
        raise NotFound("file", "id", ask.id)
    store, path = ask.store, held.path
    body = Stream(held.size_bytes, lambda: store.stream(path))
    return Download(body, held.media_type, held.name or row.key, inline=True)
