"""The checks before a function runs, in their order. Source: spec/cartum 1."""

import re
from typing import Any

import msgspec

from dragoman.core import jsontext
from dragoman.core.faults import Malformed, Missing, NoSuchPath, Unsupported, WrongMethod
from dragoman.core.sql import encode_json
from dragoman.core.text import has_nul
from dragoman.dialects.cartum import charset, pages
from dragoman.dialects.cartum.envelope import ALLOW, METHODS, accepted, answer
from dragoman.dialects.cartum.refusals import HttpsRequired, Undecodable
from dragoman.wire import forms, php, steps
from dragoman.wire.exchange import Answered, Exchange

_BOM = b"\xef\xbb\xbf"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_JSON = "application/json"
_CHARSET = re.compile(r";\s*charset\s*=\s*(\"[^\"]*\"|[^;]*)", re.IGNORECASE)


def https_only(ex: Exchange) -> None:
    """An https site refuses http; its pages lead to https instead."""
    if ex.dialect.options.https and ex.call.scheme != "https":
        if pages.is_page(ex):
            raise Answered(pages.to_https(ex))
        raise HttpsRequired


def method(ex: Exchange) -> None:
    """405 for methods that no function has."""
    if not pages.is_page(ex) and ex.call.method not in METHODS:
        raise WrongMethod(ex.call.method, METHODS)


def accept_charset(ex: Exchange) -> None:
    """Choose the charset of the answer; 406 when there is none. OPTIONS needs nothing more."""
    if pages.is_page(ex):
        return
    name = charset.chosen(accepted(ex))
    if name is None:
        raise Unsupported("accept-charset", accepted(ex))
    ex.memo["charset"] = name
    if ex.call.method == "OPTIONS":
        raise Answered(answer(ex, "OK", [], headers=ALLOW))


def lookup(ex: Exchange) -> None:
    """UNDEFINED_FUNCTION, whatever the body and the token."""
    if ex.endpoint is None:
        if pages.is_page(ex):
            pages.no_such(ex)
        raise NoSuchPath(ex.call.path)


def read_parameters(ex: Exchange) -> None:
    """Query and body as one object; the body wins."""
    if pages.is_page(ex):
        ex.fields = pages.fields(ex)
        return
    if ex.call.method in ("GET", "HEAD"):
        ex.fields = php.nest(ex.call.query_pairs())
        return
    body = _body(ex)
    if ex.call.query_string:
        body = {**php.nest(ex.call.query_pairs()), **body}
    ex.fields = body


def _body(ex: Exchange) -> dict[str, Any]:
    call = ex.call
    steps.bounded(ex)
    if not call.has_body:
        return {}
    kind = forms.media_type(call)
    if kind != _JSON and kind not in _FORMS:
        raise Unsupported("media type", kind)
    name = _declared(call.headers.get("content-type", ""))
    is_json = kind == _JSON
    fields = _json(call.body, name) if is_json else php.nest(_form_pairs(ex, kind, name))
    if kind != _JSON or name != charset.UTF_8:
        call.shown = encode_json(fields)  # the log shows what was read, not how it was spelled
    return fields


def _declared(content_type: str) -> str:
    match = _CHARSET.search(content_type)
    if match is None:
        return charset.UTF_8
    name = charset.known(match[1])
    if name is None:
        raise Unsupported("charset", match[1])
    return name


def _json(body: bytes, name: str) -> dict[str, Any]:
    try:
        fields = jsontext.read(body if name == charset.UTF_8 else charset.decoded(body, name))
        nul = b"u0000" in body and has_nul(fields) if name == charset.UTF_8 else has_nul(fields)
    except UnicodeDecodeError:
        raise Undecodable("bytes") from None
    except msgspec.MsgspecError:
        raise Malformed("json") from None
    except RecursionError:
        raise Malformed("depth") from None
    if fields == []:
        return {}  # spec/cartum 1.1: how PHP writes an empty object
    if not isinstance(fields, dict):
        raise Malformed("object")
    if nul:
        raise Malformed("nul")
    return fields


def _form_pairs(ex: Exchange, kind: str, name: str) -> list[tuple[str, str]]:
    call = ex.call
    codec = charset.codec(name)
    try:
        if kind == "multipart/form-data":
            form = forms.of(call, charset=codec, errors="strict")
            for upload in form.uploads:  # spec/cartum 1.1: ignored
                upload.file.close()
            return form.fields
        body = call.body
        if body.startswith(_BOM):
            raise Malformed("bom")
        if codec.startswith("utf-16"):  # the bytes of the body are UTF-16, not only those behind %
            body = charset.decoded(body, name).encode()
            codec = "utf-8"
        return forms.urlencoded(body, charset=codec, errors="strict")
    except UnicodeDecodeError:
        raise Undecodable("bytes") from None


def required_list(value: Any, field: str) -> list[Any]:
    """A batch: a list; a lone scalar counts as a list of one. Raises Missing."""
    if isinstance(value, list):
        return value
    if value is None or isinstance(value, dict):
        raise Missing(field)
    return [value]
