"""Answers in the vendor's envelope, and what a request carries. Source: spec/opensupports 1, 6."""

from typing import Any

import msgspec

from dragoman.core.faults import BadValue, Fault, Malformed, NoSuchPath, TooLarge, WrongMethod
from dragoman.core.files import Files
from dragoman.core.sql import Row, encode_json
from dragoman.core.text import has_nul
from dragoman.dialects.opensupports import auth
from dragoman.dialects.opensupports.reading import UNUSABLE, Says
from dragoman.dialects.opensupports.refusals import NO_PERMISSION, REFUSALS, Forbidden
from dragoman.wire import forms
from dragoman.wire.call import Headers, Reply, Stream
from dragoman.wire.exchange import Exchange
from dragoman.wire.refusals import row_for

_FRAME = (b"x-frame-options", b"DENY")
_JSON: Headers = ((b"content-type", b"application/json"), _FRAME)
_HTML: Headers = ((b"content-type", b"text/html; charset=UTF-8"), _FRAME)
_PAGE = (
    b"<html><head><title>404 Page Not Found</title></head>"
    b"<body><h1>404 Page Not Found</h1></body></html>"
)
_MONTH_S = 2_592_000


class SignedIn(msgspec.Struct, frozen=True):
    """A new session: the cookie, and what else is answered."""

    cookie: str
    data: dict[str, Any]


class SignedOut(msgspec.Struct, frozen=True):
    """The session has ended."""


class FileBody(msgspec.Struct, frozen=True):
    """A stored file as it is; no row: allowed, but not there."""

    files: Files
    row: Row | None
    name: str


def read_form(ex: Exchange) -> None:
    """The parameters: a form on POST, the query on GET; anything else carries none."""
    call = ex.call
    form = forms.EMPTY
    if call.method in ("GET", "HEAD"):
        pairs = call.query_pairs()
    else:
        if call.oversized and "files" in ex.endpoint.flags:  # type: ignore[union-attr] # routed
            raise TooLarge(call.body_limit)
        if not call.oversized:
            try:
                form = forms.of(call, errors="surrogateescape")
            except Malformed:
                form = forms.EMPTY
        pairs = form.fields
    ex.memo["form"] = form
    fields: dict[str, Any] = {}
    for key, value in pairs:
        bare, bracket, _ = key.partition("[")
        fields[_spelled(bare)] = UNUSABLE if bracket else _usable(value)
    ex.fields = fields


def _spelled(key: str) -> str:
    if not key.isascii():
        key = key.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return key.replace(" ", "_").replace(".", "_")


def _usable(value: str) -> Any:
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return UNUSABLE
    return UNUSABLE if has_nul(value) else value


def encode(ex: Exchange) -> Reply:
    """Success."""
    result = ex.result
    if type(result) is FileBody:
        return _file(ex, result)
    headers = _JSON
    if type(result) is SignedIn:
        headers = (*_JSON, _cookie(ex, result.cookie))
        result = result.data
    elif type(result) is SignedOut:
        headers = (*_JSON, _cookie(ex, auth.new_cookie()))
        result = None
    elif "fresh cookie" in ex.memo:
        headers = (*_JSON, _cookie(ex, auth.new_cookie()))
    return Reply(200, headers, b'{"status":"success","data":' + encode_json(result) + b"}")


def _cookie(ex: Exchange, value: str) -> tuple[bytes, bytes]:
    options: Any = ex.dialect.options
    secure = options.secure_cookies
    if secure is None:
        secure = ex.call.scheme == "https" or ex.dialect.site.public_url.startswith("https:")
    end = "; Secure" if secure else ""
    text = f"{auth.COOKIE}={value}; Max-Age={_MONTH_S}; path=/; HttpOnly; SameSite=Lax{end}"
    return b"set-cookie", text.encode("latin-1")


def _file(ex: Exchange, result: FileBody) -> Reply:
    if result.row is None:
        return Reply(200, _HTML)
    path, files = result.row.path, result.files
    headers = (
        (b"content-type", _TYPES.get(result.name[-3:].lower(), b"application/octet-stream")),
        (b"content-disposition", f"filename={result.name}".encode("latin-1")),
        (b"cache-control", b"private"),
        (b"x-content-type-options", b"nosniff"),
        _FRAME,
    )
    return Reply(
        200, headers, Stream(result.row.size_bytes, lambda: files.stream(path)), foreign=True
    )


_TYPES = {"jpg": b"image/jpeg", "png": b"image/png", "gif": b"image/gif"}


def refuse(fault: Fault, ex: Exchange) -> Reply:
    """Failure: HTTP 200 with the constant, save for pages that are not there and files."""
    if isinstance(fault, NoSuchPath | WrongMethod):
        return Reply(404, _HTML, _PAGE, outcome="client_error", code="NOT_FOUND")
    if isinstance(fault, Forbidden):
        return Reply(403, _HTML, code=NO_PERMISSION)
    headers = _JSON
    if "fresh cookie" in ex.memo:
        headers = (*_JSON, _cookie(ex, auth.new_cookie()))
    return _failed(_constant(fault, ex), headers)


def _constant(fault: Fault, ex: Exchange) -> str:
    if isinstance(fault, BadValue) and ex.binder is not None:
        field = ex.binder.by_name.get(fault.field)
        for mark in field.marks if field is not None else ():
            if isinstance(mark, Says) and mark.constant:
                return mark.constant
    row = row_for(REFUSALS, fault)
    return row if isinstance(row, str) else row(fault)


def _failed(constant: str, headers: Headers = _JSON) -> Reply:
    body = b'{"status":"fail","message":"%s","data":null}' % constant.encode()
    return Reply(200, headers, body, outcome="client_error", code=constant)


def crash(ex: Exchange) -> Reply:
    """Our own mistake: a fail envelope, never a bare 500."""
    reply = _failed("SERVER_ERROR")
    return Reply(500, reply.headers, reply.body, outcome="server_error", code="SERVER_ERROR")
