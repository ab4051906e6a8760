"""Files and images of a request, and the download. Source: spec/opensupports 6."""

import re
from typing import Annotated, Any

import msgspec

from dragoman.core.files import Files, Stored
from dragoman.core.tx import Tx
from dragoman.dialects.opensupports import callers
from dragoman.dialects.opensupports.envelope import FileBody
from dragoman.dialects.opensupports.reading import Look, says, text
from dragoman.dialects.opensupports.refusals import Forbidden, Refused
from dragoman.domains.desk import attachments, settings, tickets
from dragoman.wire.binding import Given
from dragoman.wire.call import Upload

_NAME = re.compile(r"[A-Za-z0-9_.-]+\Z")
_TICKET_FILE = re.compile(r"t([0-9]{1,18})_")
_MOST_IMAGES = 100


class Sent(msgspec.Struct, frozen=True):
    """What a request brings: one file, and the images it announces (None: missing)."""

    file: Upload | None = None
    images: tuple[Upload | None, ...] = ()
    too_many: bool = False


class Attached(msgspec.Struct, frozen=True):
    """What has been put into the store; refused: too large, of no accepted kind, or missing."""

    file: Stored | None = None
    file_name: str = ""
    images: tuple[tuple[Stored, str], ...] = ()
    refused: bool = False


NOTHING = Attached()


def sent(look: Look, raw: Any) -> Sent:
    """The file parts of the request."""
    parts = {upload.field: upload for upload in look.form.uploads}
    count = look.fields.get("images")
    wanted = (
        int(count)
        if type(count) is str and count.isascii() and count.isdigit() and len(count) < 9
        else 0
    )
    file = parts.get("file")
    if file is not None and not file.name and not file.size_bytes:
        file = None  # a file input left empty
    if wanted > _MOST_IMAGES:
        return Sent(file, (), too_many=True)
    return Sent(file, tuple(parts.get(f"image_{at}") for at in range(wanted)))


Uploads = Annotated[Sent, says("", sent)]
Store = Annotated[Files, Given()]


def store(tx: Tx, ask: Any) -> Attached:
    """Before the transaction: judge what was sent and put the bytes away."""
    held = settings.read(tx)
    if not callers.is_staff(tx) and not settings.is_on(held, "allow-attachments"):
        return NOTHING
    return _stored(ask.uploads, ask.store, settings.max_bytes(held))


def store_picture(tx: Tx, ask: Any) -> Attached:
    """The same for a profile picture."""
    return _stored(Sent(ask.uploads.file), ask.store, settings.max_bytes(settings.read(tx)))


def _stored(wanted: Sent, place: Files, limit: int) -> Attached:
    parts = [wanted.file] if wanted.file is not None else []
    if wanted.too_many or any(image is None for image in wanted.images):
        return Attached(refused=True)
    parts += [image for image in wanted.images if image is not None]
    if any(part.size_bytes > limit for part in parts):
        return Attached(refused=True)
    for part in parts:
        part.file.seek(0)
        if not attachments.is_accepted(part.file.read(4096), part.size_bytes):
            return Attached(refused=True)
    kept = [(place.put(part.file), part.name) for part in parts]
    if wanted.file is None:
        return Attached(images=tuple(kept))
    return Attached(kept[0][0], kept[0][1], tuple(kept[1:]))


class Linked(msgspec.Struct, frozen=True):
    """The stored name of the file, and the content with its pictures."""

    file: str | None
    content: str


def link(tx: Tx, attached: Attached | None, content: str, *, prefix: str, url: str) -> Linked:
    """Name what was stored and put the addresses into the content. Raises INVALID_FILE."""
    if attached is None:
        return Linked(None, content)
    if attached.refused:
        raise Refused("INVALID_FILE")
    file = None
    if attached.file is not None:
        file = attachments.keep(tx, attached.file, prefix=prefix, original=attached.file_name)
    names = [
        attachments.keep(tx, stored, prefix=prefix, original=name)
        for stored, name in attached.images
    ]
    return Linked(file, attachments.with_pictures(content, url, names))


class Download(msgspec.Struct, frozen=True):
    """GET /system/download."""

    store: Store
    file: Annotated[str, says("", text)]


def download(tx: Tx, ask: Download) -> FileBody:
    """Raw bytes, for those who may have them."""
    if not _NAME.match(ask.file):
        raise Refused("INVALID_FILE")
    if not _may_have(tx, ask.file):
        raise Forbidden
    return FileBody(ask.store, attachments.find(tx, ask.file), ask.file)


def _may_have(tx: Tx, name: str) -> bool:
    visitor = callers.caller(tx).visitor
    if visitor is not None and visitor.staff:
        return True
    if name.startswith("p"):
        return True
    if visitor is None:
        return False
    if name.startswith("a"):
        return True
    match = _TICKET_FILE.match(name)
    if match is None:
        return False
    number = int(match[1])
    if visitor.ticket_number is not None:
        return visitor.ticket_number == number
    row = tickets.by_number(tx, number)
    return row is not None and tickets.is_author(row, visitor)
