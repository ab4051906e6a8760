"""Answers in the vendor's shapes. Source: spec/chautec 1, 7, 8."""

import math
import re
from collections.abc import Callable
from typing import Any

import msgspec

from dragoman.core import jsontext
from dragoman.core.faults import Fault, Malformed, TooLarge
from dragoman.core.files import Files
from dragoman.core.sql import Row, encode_json
from dragoman.core.text import has_nul
from dragoman.dialects.chautec import auth, ranges
from dragoman.dialects.chautec.refusals import REFUSALS, LoginFailed
from dragoman.wire import forms, steps
from dragoman.wire.call import JSON_UTF8, Reply, Stream, Upload, set_cookie
from dragoman.wire.exchange import Exchange
from dragoman.wire.refusals import row_for

SUCCESS = "Your request was successful."
_ANYONE = (*JSON_UTF8, (b"access-control-allow-origin", b"*"))


class Done(msgspec.Struct, frozen=True):
    """The Generic Response of success; `id` when one record was meant."""

    id: int | None = None
    created: bool = False


class Text(msgspec.Struct, frozen=True):
    """A component's content as a text file."""

    content: str
    media_type: str


class FileBody(msgspec.Struct, frozen=True):
    """A stored file, sent in parts."""

    files: Files
    row: Row
    media_type: str
    disposition: str


class SignedIn(msgspec.Struct, frozen=True):
    """A login: the session's secret goes into the cookie."""

    number: int
    secret: str
    max_age_s: int


class SignedOut(msgspec.Struct, frozen=True):
    """The session has ended; the cookie is taken back."""


def read_body(ex: Exchange) -> None:
    """JSON whatever its Content-Type; the upload takes a form, the login either."""
    flags = ex.endpoint.flags  # type: ignore[union-attr] # routed
    if "upload" in flags:
        if ex.call.oversized:
            raise TooLarge(ex.dialect.options.max_file_bytes, "fileUpload")
        upload = _upload(ex) if _is_form(ex) else None
        if upload is not None:
            ex.values["upload"] = upload
    elif "login" in flags and forms.media_type(ex.call) in _FORMS:
        steps.bounded(ex)
        ex.fields = _login_form(ex)
    elif ex.binder is not None and not ex.binder.members:  # nothing of a body is asked for
        steps.bounded(ex)
    else:
        _json(ex)


def _upload(ex: Exchange) -> Upload | None:
    try:
        return forms.of(ex.call).upload("fileUpload")
    except Malformed:  # a broken form holds no file
        return None


def _login_form(ex: Exchange) -> dict[str, Any]:
    try:
        return dict(forms.of(ex.call).fields)
    except Malformed:  # nor a password
        return {}


def _json(ex: Exchange) -> None:
    try:
        steps.json_body(ex)
    except Malformed as fault:
        if fault.problem != "json":
            raise
        ex.fields = _one_by_one(ex.call.body)


def _one_by_one(body: bytes) -> dict[str, Any]:
    """Members of a body that may hold numbers which nobody can read (`1e400`, thousands of
    digits). In metadata they are kept as written, in other members they are of the wrong type, and
    in unknown members they harm nobody. Raises Malformed.
    """
    try:
        body.decode()
        raw = _members.decode(body)
        metadata = bytes(raw.pop("metadata", b"null"))
        jsontext.refuse_depth(metadata)
        fields = {name: _readable(value) for name, value in raw.items()}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Malformed("json") from None
    if _NUL.search(metadata) or has_nul(fields):
        raise Malformed("nul")
    if metadata != b"null":  # only what it is: `keep_metadata` reads it
        fields["metadata"] = {} if metadata[:1] == b"{" else 0
    return fields


def _readable(value: msgspec.Raw) -> Any:
    try:
        return jsontext.read(bytes(value))
    except msgspec.ValidationError:  # well-formed, but past every range
        return math.inf


_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def _is_form(ex: Exchange) -> bool:
    return forms.media_type(ex.call) == "multipart/form-data"


def encode(ex: Exchange) -> Reply:
    """The reply for a result."""
    result = ex.result
    shape = _SHAPES.get(type(result))
    if shape is not None:
        reply = shape(ex, result)
    else:
        headers = _ANYONE if ex.endpoint.access == "public" else JSON_UTF8  # type: ignore[union-attr] # routed
        reply = Reply(200, headers, encode_json(result))
    if auth.RENEWED in ex.memo and not isinstance(result, SignedIn | SignedOut):
        hours = ex.dialect.options.session_hours
        _keep_cookie(ex, reply, ex.memo[auth.RENEWED], max_age_s=hours * 3600)
    return reply


def _keep_cookie(ex: Exchange, reply: Reply, secret: str, *, max_age_s: int) -> None:
    secure = ex.call.scheme == "https"
    cookie = set_cookie(auth.COOKIE, secret, secure=secure, max_age_s=max_age_s)
    reply.headers = (*reply.headers, (b"set-cookie", cookie.encode()))


def _done(ex: Exchange, result: Done) -> Reply:
    body = b'{"id":%d,' % result.id if result.id is not None else b"{"
    return Reply(201 if result.created else 200, JSON_UTF8, body + _SUCCESS_TAIL)


_SUCCESS_TAIL = f'"message":"{SUCCESS}","success":true}}'.encode()


def _text(ex: Exchange, result: Text) -> Reply:
    headers = (
        (b"content-type", f"{result.media_type}; charset=utf-8".encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"access-control-allow-origin", b"*"),
    )
    return Reply(200, headers, result.content.encode(), foreign=True)


def _file(ex: Exchange, result: FileBody) -> Reply:
    path, files, size = result.row.path, result.files, result.row.size_bytes
    kind, disposition = result.media_type.encode("latin-1"), result.disposition.encode("latin-1")
    tag = ranges.tag_of(result.row.sha256, kind, disposition)
    shared = ((b"etag", tag.encode()), (b"access-control-allow-origin", b"*"))
    if ranges.is_known(ex.call.headers, tag):
        return Reply(304, shared)
    headers = (
        (b"content-type", kind),
        (b"content-disposition", disposition),
        (b"x-content-type-options", b"nosniff"),
        (b"accept-ranges", b"bytes"),
        *shared,
    )
    span = ranges.wanted(ex.call.headers, tag, size) if ex.call.method == "GET" else None
    if span is None:
        return Reply(200, headers, Stream(size, lambda: files.stream(path)), foreign=True)
    first, end = span
    part = (*headers, (b"content-range", b"bytes %d-%d/%d" % (first, end - 1, size)))
    return Reply(206, part, Stream(end - first, lambda: files.stream(path, span)), foreign=True)


def _signed_in(ex: Exchange, result: SignedIn) -> Reply:
    reply = _done(ex, Done(result.number))
    _keep_cookie(ex, reply, result.secret, max_age_s=result.max_age_s)
    return reply


def _signed_out(ex: Exchange, result: SignedOut) -> Reply:
    reply = _done(ex, Done())
    _keep_cookie(ex, reply, "", max_age_s=0)
    return reply


_SHAPES: dict[type, Callable[[Exchange, Any], Reply]] = {
    Done: _done,
    Text: _text,
    FileBody: _file,
    SignedIn: _signed_in,
    SignedOut: _signed_out,
}


def refuse(fault: Fault, ex: Exchange) -> Reply:
    """Code, message, success false; the status from the table."""
    if isinstance(fault, LoginFailed):
        auth.failed(ex)
    row = row_for(REFUSALS, fault)
    if callable(row):
        row = row(fault)
    body = encode_json({"code": row.code, "message": row.message(fault), "success": False})
    headers = JSON_UTF8
    if row.status == 405:
        headers = (*headers, (b"allow", ", ".join(auth.methods(ex.allowed)).encode()))
    if row.status == 429:
        headers = (*headers, (b"retry-after", str(fault.retry_after_s).encode()))  # type: ignore[attr-defined] # TooMany
    if ex.endpoint is None or ex.endpoint.access == "public":
        headers = (*headers, (b"access-control-allow-origin", b"*"))
    return Reply(row.status, headers, body, code=row.code)


def crash(ex: Exchange) -> Reply:
    """The vendor's 500, without internals."""
    body = encode_json(
        {
            "code": "chautec.server.error",
            "message": "An unexpected error occurred.",
            "success": False,
        }
    )
    return Reply(500, JSON_UTF8, body, code="chautec.server.error")


def unreadable() -> Reply:
    """The vendor's shape for bytes that are no HTTP; of its codes the nearest."""
    code = "chautec.request.invalid.json"
    body = encode_json(
        {"code": code, "message": "The request could not be read.", "success": False}
    )
    return Reply(400, _ANYONE, body, code=code)
