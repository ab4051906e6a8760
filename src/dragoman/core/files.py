"""File bytes outside the database: a local folder or S3, through one interface (obstore).

Bytes are stored under a random name *before* the transaction that links them, and removed a day
after they are unlinked, or were never linked, so that a backup (database first, then the files it
names) is consistent.
"""

import datetime
import hashlib
from collections.abc import Iterator
from typing import IO, Any

import msgspec
import obstore
import sqlalchemy as sa
from obstore.store import LocalStore, ObjectStore, from_url

from dragoman.core import tables
from dragoman.core.ids import mint_oid, random_hex
from dragoman.core.sql import Row, member, prepare
from dragoman.core.tx import Tx

_DAY_MS = 86_400_000
_PART = 1 << 18


class Stored(msgspec.Struct, frozen=True):
    """Bytes that lie in the store and are not linked yet; `head` is their beginning, for looking
    at.
    """

    path: str
    size_bytes: int
    sha256: str
    head: bytes


class Files:
    """The store. Blocking calls: from a thread only."""

    def __init__(self, url: str, **options: Any) -> None:
        """url: `file:///folder` (made when missing) or `s3://bucket/prefix`."""
        self.url = url
        self._store: ObjectStore
        if url.startswith("file://"):
            self._store = LocalStore(url.removeprefix("file://"), mkdir=True)
        else:
            self._store = from_url(url, **options)

    def put(self, source: IO[bytes] | bytes) -> Stored:
        """Store bytes under a new random name."""
        path = f"{random_hex(2)}/{random_hex(40)}"
        if isinstance(source, bytes):
            obstore.put(self._store, path, source)
            return Stored(path, len(source), hashlib.sha256(source).hexdigest(), source[:4096])
        source.seek(0)
        digest, size, head = hashlib.sha256(), 0, b""
        while part := source.read(_PART):
            head = head or part[:4096]
            digest.update(part)
            size += len(part)
        source.seek(0)
        obstore.put(self._store, path, source)
        return Stored(path, size, digest.hexdigest(), head)

    def put_at(self, path: str, content: bytes) -> None:
        """Store bytes under a path of old; for a restore."""
        obstore.put(self._store, path, content)

    def read(self, path: str) -> bytes:
        """All bytes under a path. Raises FileNotFoundError."""
        return bytes(obstore.get(self._store, path).bytes())

    def stream(self, path: str, span: tuple[int, int] | None = None) -> Iterator[bytes]:
        """The bytes in parts, all or those of a span: from the first (counting from 0) to before
        the second. Raises FileNotFoundError.
        """
        found = obstore.get(self._store, path, options=None if span is None else {"range": span})
        for part in found.stream(min_chunk_size=_PART):
            yield bytes(part)

    def remove(self, path: str) -> None:
        """Remove bytes; missing ones are no error."""
        try:
            obstore.delete(self._store, path)
        except FileNotFoundError:
            return

    def paths(self, *, older_than: datetime.datetime | None = None) -> Iterator[str]:
        """Every stored path, or those last written before an instant."""
        for page in obstore.list(self._store):
            for entry in page:
                if older_than is None or entry["last_modified"] < older_than:
                    yield entry["path"]


_GET = prepare(
    sa.select(tables.files).where(tables.files.c.id == sa.bindparam("id", type_=sa.BigInteger()))
)
_KNOWN = prepare(sa.select(tables.files.c.path).where(member(tables.files.c.path, "paths")))
_UNLINKED = prepare(
    sa.select(tables.files)
    .where(tables.files.c.unlinked_ms < sa.bindparam("before", type_=sa.BigInteger()))
    .limit(500)
)


def link(tx: Tx, stored: Stored, *, name: str, media_type: str) -> int:
    """Make stored bytes a file of this transaction. Returns the file's id."""
    return tx.insert(
        tables.files,
        {
            "oid": mint_oid(), "path": stored.path, "name": name, "media_type": media_type,
            "size_bytes": stored.size_bytes, "sha256": stored.sha256, "created_ms": tx.now_ms,
        },
    )  # fmt: skip


def fetch(tx: Tx, id: int) -> Row | None:
    """A file's row: path, name, media_type, size_bytes, sha256."""
    return tx.first(_GET, id=id)


def unlink(tx: Tx, id: int) -> None:
    """Nothing refers to the file any more; its bytes go a day later."""
    tx.update(tables.files, id, {"unlinked_ms": tx.now_ms})


def unlinked(tx: Tx) -> list[Row]:
    """Files whose bytes may go now (500 at most)."""
    return tx.all(_UNLINKED, before=tx.now_ms - _DAY_MS)


def forget(tx: Tx, id: int) -> None:
    """Remove the row, after its bytes are gone."""
    tx.delete(tables.files, id)


def unknown(tx: Tx, paths: list[str]) -> set[str]:
    """Those stored paths that no file names."""
    return set(paths) - {row.path for row in tx.all(_KNOWN, paths=paths)}


_SIGNED = frozenset(
    {
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/tiff",
        "application/pdf",
        "application/zip", "application/gzip", "application/x-gzip", "audio/mpeg", "video/mp4",
    }
)  # fmt: skip


def media_type_of(head: bytes, name: str = "", declared: str = "") -> str:
    """The media type by signature, else by the name's extension, else as declared, else
    octet-stream.

    head: the first bytes, 4096 at most. Source: spec/chautec 8.
    """
    if head and (found := _by_signature(head)):
        return found
    if "." in name and (found := _by_extension(name)):
        return found
    plain = declared.partition(";")[0].strip().lower()
    return plain if "/" in plain else "application/octet-stream"


def _by_signature(head: bytes) -> str:
    import puremagic  # reads its tables when it is imported; not at start

    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in start):
        return "image/svg+xml"
    if start.startswith(b"<?xml"):
        return "application/xml"
    if start.startswith((b"<!doctype html", b"<html")):
        return "text/html"
    try:
        guessed = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        return ""
    return _common(guessed) if guessed and (guessed in _SIGNED or head[:2] == b"PK") else ""


def _by_extension(name: str) -> str:
    import mimetypes

    return _common(mimetypes.guess_type(name)[0] or "")


def _common(name: str) -> str:
    return "application/gzip" if name == "application/x-gzip" else name
