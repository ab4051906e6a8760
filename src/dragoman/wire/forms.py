"""Form bodies: urlencoded and multipart, in order, repeats kept; files go into temporary files."""

import tempfile
from collections.abc import Callable
from typing import IO, Any
from urllib.parse import parse_qsl

import msgspec
from python_multipart.multipart import MultipartParser, parse_options_header

from dragoman.core.faults import Malformed
from dragoman.wire.call import IN_MEMORY, Call, Upload, quoted

_PART_BYTES = 1 << 16
_MAX_PARTS = 2000
_MAX_HEADER = 8192


class Form(msgspec.Struct, frozen=True):
    """Decoded fields and file parts, each in the order sent."""

    fields: list[tuple[str, str]]
    uploads: list[Upload]

    def upload(self, field: str) -> Upload | None:
        """The first file part of that name."""
        return next((upload for upload in self.uploads if upload.field == field), None)


EMPTY = Form([], [])


def of(call: Call, *, charset: str = "utf-8", errors: str = "replace") -> Form:
    """The call's form, read once. Another content type gives an empty form. Raises
    Malformed("multipart").
    """
    if call.form is None:
        kind = media_type(call)
        if kind == "application/x-www-form-urlencoded":
            call.form = Form(urlencoded(call.body, charset=charset, errors=errors), [])
        elif kind == "multipart/form-data":
            call.form = multipart(call, charset=charset, errors=errors)
        else:
            call.form = EMPTY
    form: Form = call.form
    return form


def media_type(call: Call) -> str:
    """The Content-Type without parameters, lower case; empty without one."""
    return call.headers.get("content-type", "").partition(";")[0].strip().lower()


def urlencoded(
    body: bytes, *, charset: str = "utf-8", errors: str = "replace"
) -> list[tuple[str, str]]:
    """Pairs of an urlencoded text. Raises UnicodeDecodeError with errors="strict"."""
    pairs = parse_qsl(quoted(body), keep_blank_values=True, encoding=charset, errors=errors)
    return [(_clean(name), _clean(value)) for name, value in pairs]


def multipart(call: Call, *, charset: str = "utf-8", errors: str = "replace") -> Form:
    """A multipart body. Raises Malformed("multipart") when it is cut or has no boundary."""
    _, options = parse_options_header(call.headers.get("content-type", "").encode("latin-1"))
    boundary = options.get(b"boundary")
    if not boundary:
        raise Malformed("multipart")
    reader = _Reader(charset, errors)
    source = call.body_file
    try:
        parser = MultipartParser(boundary, reader.callbacks())
        while part := source.read(_PART_BYTES):
            parser.write(part)
        parser.finalize()
    except (ValueError, LookupError):  # python-multipart's faults are ValueErrors
        reader.close()
        raise Malformed("multipart") from None
    if not reader.ended:
        reader.close()
        raise Malformed("multipart")
    return Form(reader.fields, reader.uploads)


class _Reader:
    def __init__(self, charset: str, errors: str) -> None:
        self.fields: list[tuple[str, str]] = []
        self.uploads: list[Upload] = []
        self.ended = False
        self._charset, self._errors = charset, errors
        self._name, self._value = b"", b""
        self._headers: dict[bytes, bytes] = {}
        self._parts: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._size = 0
        self._options: dict[bytes, bytes] = {}

    def close(self) -> None:
        """Let go of what was read of a broken body."""
        for file in (self._file, *(upload.file for upload in self.uploads)):
            if file is not None:
                file.close()

    def callbacks(self) -> Any:
        names = (
            "part_begin", "part_data", "part_end", "header_field", "header_value", "header_end",
            "headers_finished", "end",
        )  # fmt: skip
        found: dict[str, Callable[..., None]] = {
            f"on_{name}": getattr(self, f"_on_{name}") for name in names
        }
        return found

    def _on_part_begin(self) -> None:
        if len(self.fields) + len(self.uploads) >= _MAX_PARTS:
            raise ValueError("too many parts")
        self._headers, self._size, self._file, self._parts = {}, 0, None, []

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        if len(self._value) > _MAX_HEADER:
            raise ValueError("header too long")

    def _on_header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _on_headers_finished(self) -> None:
        _, self._options = parse_options_header(self._headers.get(b"content-disposition", b""))
        if b"filename" in self._options:
            self._file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._size += end - start
        if self._file is not None:
            self._file.write(data[start:end])
        else:
            self._parts.append(data[start:end])

    def _on_part_end(self) -> None:
        name = _clean(self._options.get(b"name", b"").decode(self._charset, self._errors))
        if self._file is None:
            self.fields.append(
                (name, _clean(b"".join(self._parts).decode(self._charset, self._errors)))
            )
            return
        self._file.seek(0)
        self.uploads.append(
            Upload(
                field=name,
                name=_clean(self._options[b"filename"].decode("utf-8", "replace")),
                media_type=self._headers.get(b"content-type", b"").decode("latin-1"),
                size_bytes=self._size,
                file=self._file,
            )
        )

    def _on_end(self) -> None:
        self.ended = True


def _clean(value: str) -> str:
    return value.replace("\0", "�") if "\0" in value else value
