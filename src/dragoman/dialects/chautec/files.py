"""Chapter "Files". Source: spec/chautec 8."""

import re
from typing import Annotated
from urllib.parse import quote

import msgspec

from dragoman.core import files
from dragoman.core.faults import NotFound, TooLarge
from dragoman.core.files import Files, Stored
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.chautec.components import OneByKey, OneComponent, PathId, sees_drafts
from dragoman.dialects.chautec.envelope import Done, FileBody
from dragoman.dialects.chautec.options import Options
from dragoman.dialects.chautec.reading import path_space
from dragoman.dialects.chautec.refusals import FileMissing
from dragoman.domains.content import components, trees
from dragoman.wire.binding import Given, Path, Read
from dragoman.wire.call import Upload

_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f"\\]')
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(\s*;[\x20-\x7e]*)?\Z")
OCTETS = "application/octet-stream"
_LONGEST_TYPE = 255  # what a header may hold without any client giving up
_LONGEST_NAME = 255  # bytes: no file system takes more
_LONGEST_ENDING = 16


class UploadFile(msgspec.Struct, frozen=True):
    """POST /component/file/{id}."""

    id: PathId
    store: Annotated[Files, Given()]
    options: Annotated[Options, Given()]
    upload: Annotated[Upload | None, Read(lambda raw: raw)] = None
    prepared: Stored | None = None


class FetchFile(OneComponent, frozen=True, kw_only=True):
    """GET /component/file/{id}."""

    store: Annotated[Files, Given()]


class FetchFileByKey(OneByKey, frozen=True, kw_only=True):
    """GET /component/file/{spaceId}/{key}."""

    space_id: Annotated[int, Path("spaceId"), Read(path_space, "integer")]
    store: Annotated[Files, Given()]


def store_upload(tx: Tx, ask: UploadFile) -> Stored:
    """Before the transaction: refuse what can be refused, then store the bytes."""
    if ask.upload is None:
        raise FileMissing("fileUpload")
    if ask.upload.size_bytes > ask.options.max_file_bytes:
        raise TooLarge(ask.options.max_file_bytes, "fileUpload")
    components.place(tx, ask.id)
    return ask.store.put(ask.upload.file)


def upload(tx: Tx, ask: UploadFile) -> Done:
    """POST /component/file/{id}"""
    stored, sent = ask.prepared, ask.upload
    assert stored is not None  # noqa: S101 # `store_upload` ran
    assert sent is not None  # noqa: S101 # as above
    kind = files.media_type_of(stored.head, sent.name, sent.media_type)
    if not is_media_type(kind):  # what the part declares is the sender's own text
        kind = OCTETS
    components.attach(tx, ask.id, stored, name=sent.name, media_type=kind)
    return Done(ask.id)


def fetch(tx: Tx, ask: FetchFile) -> FileBody:
    """GET /component/file/{id}"""
    return _body(tx, trees.by_id(tx, ask.id, drafts=sees_drafts(tx)), ask.store)


def fetch_by_key(tx: Tx, ask: FetchFileByKey) -> FileBody:
    """GET /component/file/{spaceId}/{key}"""
    return _body(tx, trees.by_key(tx, ask.space_id, ask.key, drafts=sees_drafts(tx)), ask.store)


def _body(tx: Tx, row: Row, store: Files) -> FileBody:
    held = files.fetch(tx, row.file_id) if row.file_id is not None else None
    if held is None:
        raise NotFound("file", "id", row.id)
    declared = components.text_member(row.metadata, "mimeType")
    kind = declared if declared is not None and is_media_type(declared) else OCTETS
    return FileBody(store, held, kind, disposition(row.name or row.key))


def is_media_type(text: str) -> bool:
    """Whether a text may stand as Content-Type: `type/subtype` with parameters, of bearable
    length.
    """
    return len(text) <= _LONGEST_TYPE and _MEDIA_TYPE.match(text) is not None


def disposition(name: str) -> str:
    """`attachment` with the component's name as file name; non-ASCII names twice. RFC 6266

    A name of more than 255 bytes is cut before its ending: component names have no bound, headers
    have.
    """
    safe = _shortened(_UNSAFE.sub("_", name))
    if safe.isascii():
        return f'attachment; filename="{safe}"'
    plain = safe.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


def _shortened(name: str) -> str:
    whole = name.encode()
    if len(whole) <= _LONGEST_NAME:
        return name
    _, dot, ending = name.rpartition(".")
    kept = dot + ending if len(ending.encode()) <= _LONGEST_ENDING else ""
    return whole[: _LONGEST_NAME - len(kept.encode())].decode(errors="ignore") + kept


def check(tx: Tx, ask: OneComponent) -> Done:
    """GET /component/file/check/{id}"""
    if components.place(tx, ask.id).file_id is None:
        raise NotFound("file", "id", ask.id)
    return Done(ask.id)


def delete(tx: Tx, ask: OneComponent) -> Done:
    """DELETE /component/file/{id}"""
    components.detach(tx, ask.id)
    return Done(ask.id)
