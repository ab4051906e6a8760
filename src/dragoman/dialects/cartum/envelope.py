"""Answers: one compact line of JSON with `status` and `response`, in the charset asked for. Source:
spec/cartum 2.
"""

from typing import Any

import msgspec

from dragoman.core.faults import Fault
from dragoman.core.sql import encode_json
from dragoman.dialects.cartum import charset, pages
from dragoman.dialects.cartum.refusals import HTTP_ERROR, REFUSALS
from dragoman.wire.call import Headers, Reply
from dragoman.wire.exchange import Exchange
from dragoman.wire.refusals import row_for

METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS")


class _Name(bytes):
    """A header name that keeps its capitals: uvicorn writes `name.lower()`, and one PHP program
    looks headers up as the vendor spells them (spec/cartum 2).
    """

    def lower(self) -> "_Name":
        return self


_CONTENT_TYPE, _RETRY_AFTER = _Name(b"Content-Type"), _Name(b"Retry-After")
ALLOW: Headers = ((_Name(b"Allow"), ", ".join(METHODS).encode()),)
_AUTH_FAILURES = ("UNAUTHORIZED", "AUTHORIZATION_ERROR")
_CLIENT_ERRORS = frozenset({*_AUTH_FAILURES, "ERROR", "UNDEFINED_FUNCTION", "FORBIDDEN"})


class Listed(msgspec.Struct, frozen=True):
    """The result of a list function: EMPTY without entries. always_ok: OK then too."""

    name: str
    entries: list[Any]
    always_ok: bool = False


class Batch(msgspec.Struct, frozen=True):
    """The log of a batch; WARNING when a record failed."""

    log: list[Any]
    failed: bool


class Subscribed(msgspec.Struct, frozen=True):
    """A subscription was made."""

    id: int


class Unsubscribed(msgspec.Struct, frozen=True):
    """A subscription has ended."""


def encode(ex: Exchange) -> Reply:
    """The reply for a result."""
    result = ex.result
    kind = type(result)
    if kind is Listed:
        full = result.entries or result.always_ok
        return answer(ex, "OK" if full else "EMPTY", {result.name: result.entries})
    if kind is Batch:
        return answer(ex, "WARNING" if result.failed else "OK", {"log": result.log})
    if kind is Subscribed:
        return answer(ex, "OK", {"id": result.id}, http=201, top={"id": result.id})
    if kind is Unsubscribed:
        return answer(ex, "OK", [], http=410, outcome="success")
    if isinstance(result, pages.Shown):
        return pages.reply(ex, result)
    return answer(ex, "OK", result)


def answer(
    ex: Exchange,
    status: str,
    response: Any,
    *,
    http: int = 200,
    headers: Headers = (),
    top: dict[str, Any] | None = None,
    outcome: str | None = None,
) -> Reply:
    """The envelope in the charset that was chosen."""
    name = chosen(ex)
    body = encode_json({"status": status, "response": response, **(top or {})})
    content_type = (_CONTENT_TYPE, f"application/json; charset={name}".encode())
    if outcome is None and http < 400:
        outcome = "client_error" if status in _CLIENT_ERRORS else "success"
    sent = Reply(http, (content_type, *headers), charset.encoded(body, name), outcome, status)
    if name != charset.UTF_8:
        sent.shown = body
    return sent


def chosen(ex: Exchange) -> str:
    """The charset of the answer; UTF-8 where none that the caller takes can be sent."""
    name: str | None = ex.memo.get("charset")
    if name is None:
        name = charset.chosen(accepted(ex)) or charset.UTF_8
        ex.memo["charset"] = name
    return name


def accepted(ex: Exchange) -> str:
    """The Accept-Charset header, repeats joined."""
    values = [value for name, value in ex.call.raw_headers if name.lower() == b"accept-charset"]
    return b",".join(values).decode("latin-1")


def refuse(fault: Fault, ex: Exchange) -> Reply:
    """A failure in the envelope, or as a page where a page was asked for."""
    if pages.is_page(ex):
        return pages.refuse(fault, ex)
    row = row_for(REFUSALS, fault)
    if callable(row):
        row = row(fault)
    if row.status == "UNDEFINED_FUNCTION":
        return answer(ex, row.status, [])
    message, http = row.message(fault), row.code
    headers: Headers = ()
    if row.status == HTTP_ERROR:
        response: dict[str, Any] = {"code": http, "message": message}
        if http == 405:
            headers = ALLOW
        if http == 429:
            headers = ((_RETRY_AFTER, str(fault.retry_after_s).encode()),)  # type: ignore[attr-defined] # TooMany
        return answer(ex, row.status, response, http=http, headers=headers)
    if row.status in _AUTH_FAILURES:
        http = ex.dialect.options.auth_failure_http_status
    elif row.status == "ERROR" and ex.endpoint is not None and "hooks" in ex.endpoint.flags:
        http = 400  # spec/cartum 11.1
    return answer(ex, row.status, {"message": message}, http=http)


def unreadable() -> Reply:
    """HTTP_ERROR 400 for bytes that are no HTTP; there is no request to take a charset from."""
    response = {"code": 400, "message": "The request cannot be read"}
    body = encode_json({"status": HTTP_ERROR, "response": response})
    content_type = (_CONTENT_TYPE, b"application/json; charset=utf-8")
    return Reply(400, (content_type,), body, code=HTTP_ERROR)


def crash(ex: Exchange) -> Reply:
    """EXCEPTION without detail."""
    if pages.is_page(ex):
        return pages.crash(ex)
    return answer(ex, "EXCEPTION", {"message": "Internal server error"}, http=500)
