"""Chapter "Components": create, read, change, delete, search, sequence, text. Source: spec/chautec
5-7.
"""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from dragoman.core.clock import iso_z
from dragoman.core.faults import WrongType
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.chautec.envelope import SUCCESS, Done, Text
from dragoman.dialects.chautec.reading import BodyId, DateMs, integer, mapping, path_id, path_space
from dragoman.dialects.chautec.refusals import IdMismatch
from dragoman.domains.content import components, searching, trees
from dragoman.domains.content.components import ComponentChanges, NewComponent
from dragoman.domains.content.searching import Wanted
from dragoman.domains.content.trees import Node
from dragoman.wire.binding import Filled, Path, Query, Read
from dragoman.wire.exchange import Exchange

PathId = Annotated[int, Path("id"), Read(path_id, "integer")]
PathSpace = Annotated[int, Path("space_id"), Read(path_space, "integer")]
_ORDERS = ("id", "date", "sequence")
_TEXT_TYPES = {"css": "text/css", "js": "text/javascript", "xml": "text/xml"}


class CreateComponent(msgspec.Struct, frozen=True):
    """POST /component, members in the order of the seed's table."""

    key: Annotated[str, Filled()]
    space_id: int = msgspec.field(name="spaceId")
    parent_id: int = msgspec.field(name="parentId")
    kind: Annotated[str, Filled()] = msgspec.field(name="componentType")
    name: str = ""
    content: str = ""
    metadata: dict[str, Any] | UnsetType = UNSET
    tags: list[str] = []
    published: bool = False
    visible: bool = True
    sequence: int = components.SEQUENCE
    date: DateMs | None = None


class ChangeComponent(msgspec.Struct, frozen=True):
    """PUT /component/{id}; what is absent stays."""

    path: PathId
    id: BodyId
    key: Annotated[str | UnsetType, Filled()] = UNSET
    kind: Annotated[str | UnsetType, Filled()] = msgspec.field(name="componentType", default=UNSET)
    parent_id: int | UnsetType = msgspec.field(name="parentId", default=UNSET)
    name: str | UnsetType = UNSET
    content: str | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    published: bool | UnsetType = UNSET
    visible: bool | UnsetType = UNSET
    sequence: int | UnsetType = UNSET
    date: DateMs | UnsetType = UNSET
    space_id: int | UnsetType = msgspec.field(name="spaceId", default=UNSET)


class OneComponent(msgspec.Struct, frozen=True):
    """A component by id."""

    id: PathId


class OneByKey(msgspec.Struct, frozen=True):
    """A component by space and key."""

    space_id: PathSpace
    key: Annotated[str, Path()]


class Detail(msgspec.Struct, frozen=True):
    """How much of a component is read: the query parameters of spec/chautec 6.2."""

    children: Annotated[str, Query()] = ""
    levels: Annotated[int, Query()] = 0
    limit: Annotated[int | None, Query()] = None
    order: Annotated[str, Query()] = "sequence"
    direction: Annotated[str, Query()] = "asc"
    parents: Annotated[str, Query()] = "closest"
    content_length: Annotated[int | None, Query("contentLength")] = None


class FetchComponent(Detail, frozen=True, kw_only=True):
    """GET /component/{id}."""

    id: PathId


class FetchByKey(Detail, frozen=True, kw_only=True):
    """GET /component/{space_id}/{key}."""

    space_id: PathSpace
    key: Annotated[str, Path()]


class SearchComponents(msgspec.Struct, frozen=True):
    """POST /component/search."""

    terms: str = ""
    tags: list[str] = []
    space_id: int | None = msgspec.field(name="spaceId", default=None)
    kind: str | None = msgspec.field(name="componentType", default=None)
    limit: int = 50
    order: str = "sequence"
    direction: str = "asc"
    offset: int = 0


class Resequence(msgspec.Struct, frozen=True):
    """PUT /component/sequence."""

    sequences: list[Any]


def sees_drafts(tx: Tx) -> bool:
    """Whoever is logged in sees everything. spec/chautec 6.7"""
    return tx.actor.account_id is not None


def create(tx: Tx, ask: CreateComponent) -> Done:
    """POST /component"""
    new = NewComponent(
        space_id=ask.space_id,
        parent_id=ask.parent_id,
        key=ask.key,
        kind=ask.kind,
        name=ask.name,
        content=ask.content,
        metadata=_raw(ask.metadata, msgspec.Raw(b"{}")),
        tags=ask.tags,
        published=ask.published,
        visible=ask.visible,
        sequence=ask.sequence,
        date_ms=ask.date,
    )
    return Done(components.create(tx, new), created=True)


def change(tx: Tx, ask: ChangeComponent) -> Done:
    """PUT /component/{id}"""
    if ask.id != ask.path:
        raise IdMismatch("id")
    changes = ComponentChanges(
        key=ask.key,
        kind=ask.kind,
        parent_id=ask.parent_id,
        name=ask.name,
        content=ask.content,
        metadata=_raw(ask.metadata, UNSET),
        tags=ask.tags,
        published=ask.published,
        visible=ask.visible,
        sequence=ask.sequence,
        date_ms=ask.date,
        space_id=ask.space_id,
    )
    components.change(tx, ask.path, changes)
    return Done(ask.path)


def _raw(metadata: Any, absent: Any) -> Any:
    return metadata if isinstance(metadata, msgspec.Raw) else absent


class _MetadataOnly(msgspec.Struct):
    metadata: msgspec.Raw | UnsetType = UNSET


_metadata = msgspec.json.Decoder(_MetadataOnly)


def keep_metadata(ex: Exchange) -> None:
    """Metadata is stored to the letter: take its JSON text instead of what was decoded.
    spec/chautec 5
    """
    if "metadata" in ex.values:
        held = _metadata.decode(ex.call.body).metadata
        ex.values["metadata"] = msgspec.Raw(bytes(held))  # type: ignore[arg-type] # it was there


def delete(tx: Tx, ask: OneComponent) -> Done:
    """DELETE /component/{id}"""
    components.delete(tx, ask.id)
    return Done(ask.id)


def fetch(tx: Tx, ask: FetchComponent) -> dict[str, Any]:
    """GET /component/{id}"""
    return _detailed(tx, trees.by_id(tx, ask.id, drafts=sees_drafts(tx)), ask)


def fetch_by_key(tx: Tx, ask: FetchByKey) -> dict[str, Any]:
    """GET /component/{space_id}/{key}"""
    return _detailed(tx, trees.by_key(tx, ask.space_id, ask.key, drafts=sees_drafts(tx)), ask)


def _detailed(tx: Tx, row: Row, ask: Detail) -> dict[str, Any]:
    drafts = sees_drafts(tx)
    cut = ask.content_length if ask.content_length is not None and ask.content_length >= 0 else None
    shown = full(row, drafts, cut)
    if ask.parents == "all":
        shown["parents"] = [
            _entry(up) for up in trees.ancestors(tx, row.id) if drafts or up.published
        ]
    if ask.children in ("summary", "content"):
        with_content = ask.children == "content"
        tree = trees.subtree(
            tx,
            row,
            levels=max(0, ask.levels),
            drafts=drafts,
            content=with_content,
            per_parent=ask.limit if ask.limit is not None and ask.limit >= 0 else None,
            order=ask.order if ask.order in _ORDERS else "sequence",  # type: ignore[arg-type] # one of the three
            descending=ask.direction == "desc",
        )
        shown["children"] = [_child(node, with_content, cut) for node in tree.children or []]
    return shown


def full(row: Row, drafts: bool, cut: int | None = None) -> dict[str, Any]:
    """A component as it stands alone or in a search result, with its closest parent. spec/chautec
    6.1
    """
    parents = []
    if row.parent_id is not None and (drafts or row.parent_published):
        parents = [{"id": row.parent_id, "key": row.parent_key, "name": row.parent_name}]
    return {
        "id": row.id,
        "key": row.key,
        "name": row.name,
        "spaceId": row.space_id,
        "content": row.content if cut is None else row.content[:cut],
        "metadata": row.metadata,
        "parents": parents,
        "componentType": row.kind,
        "published": row.published,
        "visible": row.visible,
        "sequence": row.sequence,
        "date": iso_z(row.date_ms),
        "tags": row.tags,
    }


def _entry(row: Row) -> dict[str, Any]:
    return {"id": row.id, "key": row.key, "name": row.name}


def _child(node: Node, with_content: bool, cut: int | None) -> dict[str, Any]:
    row = node.row
    shown = {
        "id": row.id,
        "key": row.key,
        "name": row.name,
        "metadata": row.metadata,
        "componentType": row.kind,
        "published": row.published,
        "visible": row.visible,
        "sequence": row.sequence,
        "date": iso_z(row.date_ms),
        "tags": row.tags,
    }
    if with_content:
        shown["content"] = row.content if cut is None else row.content[:cut]
    if node.children is not None:
        shown["children"] = [_child(child, with_content, cut) for child in node.children]
    return shown


def search(tx: Tx, ask: SearchComponents) -> dict[str, Any]:
    """POST /component/search"""
    drafts = sees_drafts(tx)
    wanted = Wanted(
        terms=ask.terms.split(),
        tags=ask.tags,
        space_id=ask.space_id,
        kind=ask.kind,
        limit=ask.limit if ask.limit >= 0 else 50,
        offset=max(0, ask.offset),
        order=ask.order if ask.order in _ORDERS else "sequence",  # type: ignore[arg-type] # one of the three
        descending=ask.direction == "desc",
        drafts=drafts,
    )
    rows, total = searching.search(tx, wanted)
    found = [full(row, drafts) for row in rows]
    return {"components": found, "total": total, "more": wanted.offset + len(found) < total}


def resequence(tx: Tx, ask: Resequence) -> dict[str, Any]:
    """PUT /component/sequence"""
    wanted: dict[int, int] = {}
    for item in ask.sequences:
        id = _item(item, "id")  # first: of two faults it is the one to be told
        wanted[id] = _item(item, "sequence")
    rows = components.resequence(tx, wanted)
    return {
        "message": SUCCESS,
        "success": True,
        "components": [full(row, drafts=True) for row in rows],
        "total": len(rows),
        "more": False,
    }


def _item(item: Any, name: str) -> int:
    try:
        members = mapping(item)
    except ValueError:
        raise WrongType("sequences", "array") from None
    try:
        return integer(members.get(name))
    except ValueError:
        raise WrongType(name, "integer") from None


def text(tx: Tx, ask: OneComponent) -> Text:
    """GET /component/text/{id}"""
    return _text(trees.by_id(tx, ask.id, drafts=sees_drafts(tx)))


def text_by_key(tx: Tx, ask: OneByKey) -> Text:
    """GET /component/text/{space_id}/{key}"""
    return _text(trees.by_key(tx, ask.space_id, ask.key, drafts=sees_drafts(tx)))


def _text(row: Row) -> Text:
    return Text(row.content, _TEXT_TYPES.get(row.kind, "text/plain"))
