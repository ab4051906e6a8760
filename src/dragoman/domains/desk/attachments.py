"""Files and pictures: what is accepted, by its bytes, and the name under which it is kept."""

import re

import sqlalchemy as sa

from dragoman.core import files
from dragoman.core import tables as core_tables
from dragoman.core.files import Stored
from dragoman.core.ids import random_hex
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.desk import tables

_BY_NAME = prepare(
    sa.select(tables.files.c.name, core_tables.files.c.path, core_tables.files.c.size_bytes)
    .select_from(
        tables.files.join(core_tables.files, core_tables.files.c.id == tables.files.c.file_id)
    )
    .where(tables.files.c.name == sa.bindparam("name"))
)
_UNSAFE = re.compile(rb"[^a-z0-9.-]")
_MARK = re.compile(r"IMAGE_PATH_([0-9]+)")
_SIGNATURES = (
    b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"\x1f\x8b",
    b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"BZh", b"BZ0",
    b"{\\rtf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-",
)  # fmt: skip
_MARKUP = re.compile(
    rb"\s*(<!doctype|<html|<head|<body|<script|<svg|<\?xml|<\?php|<iframe|<!--|#!)", re.IGNORECASE
)
_BINARY = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


def is_accepted(head: bytes, size_bytes: int) -> bool:
    """Whether content of this kind may be stored. head: its first 4096 bytes."""
    if size_bytes < 2 or not head:
        return False
    if head.startswith(_SIGNATURES) or (head[:2] == b"BM" and size_bytes > 26):
        return True
    if len(head) > 262 and head[257:262] == b"ustar":
        return True
    return _is_text(head)


def _is_text(head: bytes) -> bool:
    if _MARKUP.match(head) or _BINARY.search(head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(head) - 4 and len(head) >= 4090:
            return True  # a character was cut at the end of the head
        return not any(0x80 <= byte < 0xA0 for byte in head)  # one of the Latin charsets
    return True


def stored_name(prefix: str, original: str) -> str:
    """`<prefix>_<40 hex>_<clean base name>.<ext>`."""
    name = original.replace("\\", "/").rpartition("/")[2]
    base, dot, extension = name.rpartition(".")
    if not dot:
        base, extension = name, ""
    base = _clean(base)[:100]
    extension = _clean(extension)[:20]
    return f"{prefix}_{random_hex(40)}_{base}{'.' + extension if extension else ''}"


def _clean(text: str) -> str:
    lowered = "".join(char.lower() if char.isascii() else char for char in text)
    return _UNSAFE.sub(b"_", lowered.encode("utf-8", "replace")).decode("ascii")


def keep(tx: Tx, stored: Stored, *, prefix: str, original: str) -> str:
    """Link stored bytes under a name of their own. Returns the name."""
    name = stored_name(prefix, original)
    media_type = files.media_type_of(stored.head, name)
    file_id = files.link(tx, stored, name=name, media_type=media_type)
    tx.insert(tables.files, {"name": name, "file_id": file_id})
    return name


def find(tx: Tx, name: str) -> Row | None:
    """A kept file: name, path, size_bytes."""
    return tx.first(_BY_NAME, name=name)


def with_pictures(content: str, url: str, names: list[str]) -> str:
    """The content with each `IMAGE_PATH_i` that has a picture replaced by its address."""

    def address(match: re.Match[str]) -> str:
        at = int(match[1]) if len(match[1]) < 6 else len(names)
        return f"{url}/api/system/download?file={names[at]}" if at < len(names) else match[0]

    return _MARK.sub(address, content) if names else content
