"""Answers in the vendor's shapes. Source: spec/rightech 1."""

from collections.abc import Callable, Iterable, Iterator
from email.utils import formatdate
from itertools import islice
from typing import Any

import msgspec

from dragoman.core import jsontext
from dragoman.core.faults import BadValue, Fault, Malformed, WrongMethod
from dragoman.core.sql import encode_json
from dragoman.core.text import has_nul
from dragoman.dialects.rightech.auth import COOKIE
from dragoman.dialects.rightech.refusals import REFUSALS, Refusal
from dragoman.wire import forms, steps
from dragoman.wire.call import JSON_UTF8, Headers, Reply, Stream
from dragoman.wire.exchange import Answered, Exchange
from dragoman.wire.refusals import row_for
from dragoman.wire.spool import spooled

FLAGS = '"sucess":true,"success":true}'
DONE = ("{" + FLAGS).encode()
_METHODS = b"GET,POST,PATCH,DELETE,HEAD"
_DEEPEST = 100
_BATCH = 500


class Done(msgspec.Struct, frozen=True):
    """Success and nothing to tell."""


class Item(msgspec.Struct, frozen=True):
    """One item, as JSON text that is ready."""

    text: str


class Listed(msgspec.Struct, frozen=True):
    """Ready JSON texts, to be framed as an array."""

    texts: Iterable[str]


class SignedIn(msgspec.Struct, frozen=True):
    """A login: the session's secret goes into the cookie."""

    secret: str
    expires_ms: int


class SignedOut(msgspec.Struct, frozen=True):
    """The session or token has ended."""


def preflight(ex: Exchange) -> None:
    """OPTIONS: 204 with what is allowed. spec/rightech R1.6"""
    if ex.call.method == "OPTIONS":
        asked = ex.call.headers.get("access-control-request-headers", "")
        headers = [(b"access-control-allow-methods", _METHODS), *_cors(ex)]
        if asked:
            headers.append((b"access-control-allow-headers", asked.encode("latin-1", "replace")))
        raise Answered(Reply(204, headers))


def _cors(ex: Exchange) -> Headers:
    for name, value in ex.call.raw_headers:
        if name == b"origin":
            return (
                (b"access-control-allow-origin", value),
                (b"access-control-allow-credentials", b"true"),
                (b"vary", b"Origin"),
            )
    return ()


class Ask(msgspec.Struct, frozen=True):
    """What a handler gets: path values, query pairs, the body's members, a body that is an array,
    and options.
    """

    params: dict[str, str]
    query: list[Any]
    fields: dict[str, Any]
    many: list[Any]
    options: Any
    path: str = ""
    prepared: Any = None


def take(ex: Exchange) -> None:
    """Read the body as one JSON object (an array where the row says so) and build the Ask. Raises
    Malformed.
    """
    many: list[Any] = []
    fields: dict[str, Any] = {}
    endpoint = ex.endpoint
    assert endpoint is not None  # noqa: S101 # routed
    steps.bounded(ex)
    if ex.call.has_body:
        if "form" in endpoint.flags and forms.media_type(ex.call) in _FORMS:
            fields = dict(forms.of(ex.call).fields)
        else:
            read = _read(ex.call.body)
            if isinstance(read, list) and "array" in endpoint.flags:
                many = read
            elif isinstance(read, dict):
                fields = read
            else:
                raise Malformed("object")
    options = ex.dialect.options
    ex.ask = Ask(dict(ex.params), ex.call.query_pairs(), fields, many, options, ex.call.path)


_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def _read(body: bytes) -> Any:
    if not body.strip():
        return {}
    try:
        value = jsontext.read(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Malformed("json") from None
    except RecursionError:
        raise Malformed("depth") from None
    problem = _unfit(value)
    if problem:
        raise Malformed(problem)
    if b"\\u0000" in body and has_nul(value):
        raise Malformed("nul")
    return value


def _unfit(value: Any) -> str:
    """Why a decoded value cannot be kept: too deep, or a number past 64 bits; empty when it can."""
    waiting = [(value, 1)]
    while waiting:
        here, depth = waiting.pop()
        if isinstance(here, dict):
            here = list(here.values())
        if isinstance(here, list):
            if depth > _DEEPEST:
                return "depth"
            waiting.extend((one, depth + 1) for one in here if not isinstance(one, str))
        elif isinstance(here, int) and not -(1 << 63) <= here < 1 << 63:
            return "number"
    return ""


def framed(texts: Iterable[str]) -> bytes | Stream:
    """One element a line, as the vendor's stream reader needs it. spec/rightech R1.9"""
    if isinstance(texts, list) and len(texts) < _BATCH:
        return _whole(texts)
    rest = iter(texts)
    first = list(islice(rest, _BATCH))
    if len(first) < _BATCH:
        return _whole(first)
    return spooled(_lines(first, rest))


def _whole(texts: list[str]) -> bytes:
    return ("[\n" + "\n,\n".join(texts) + "\n]\n").encode() if texts else b"[\n]\n"


def _lines(part: list[str], rest: Iterator[str]) -> Iterator[bytes]:
    yield b"[\n"
    between = ""
    while part:
        yield (between + "\n,\n".join(part)).encode()
        between = "\n,\n"
        part = list(islice(rest, _BATCH))
    yield b"\n]\n"


def with_flags(text: str) -> bytes:
    """An object's JSON text with both success flags."""
    return (text[:-1] + ("," if text != "{}" else "") + FLAGS).encode()


def encode(ex: Exchange) -> Reply:
    """The reply for a result."""
    headers = (*JSON_UTF8, *_cors(ex))
    result = ex.result
    shape = _SHAPES.get(type(result))
    if shape is not None:
        return shape(headers, result, ex)
    if isinstance(result, list):
        return Reply(200, headers, framed(encode_json(one).decode() for one in result))
    return Reply(200, headers, with_flags(encode_json(result).decode()))


def _signed_in(headers: Headers, result: SignedIn, ex: Exchange) -> Reply:
    options = ex.dialect.options
    expires = formatdate(result.expires_ms / 1000, usegmt=True)
    cookie = f"{COOKIE}={result.secret}; Path=/; Expires={expires}; HttpOnly"
    if options.cookie_same_site:
        cookie += f"; SameSite={options.cookie_same_site}"
    if options.cookie_secure:
        cookie += "; Secure"
    return Reply(200, (*headers, (b"set-cookie", cookie.encode())), DONE)


_GONE = f"{COOKIE}=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly".encode()

_SHAPES: dict[type, Callable[[Headers, Any, Exchange], Reply]] = {
    Done: lambda headers, result, ex: Reply(200, headers, DONE),
    Item: lambda headers, result, ex: Reply(200, headers, with_flags(result.text)),
    Listed: lambda headers, result, ex: Reply(200, headers, framed(result.texts)),
    SignedIn: _signed_in,
    SignedOut: lambda headers, result, ex: Reply(200, (*headers, (b"set-cookie", _GONE)), DONE),
}


def store_of(ex: Exchange) -> str:
    """The store that a call is about, for tags; empty outside stores."""
    if ex.endpoint is None:
        return ""
    parts = ex.endpoint.path.split("/")
    return parts[3] if len(parts) > 3 and parts[3] != "auth" else ""


def refuse(fault: Fault, ex: Exchange) -> Reply:
    """The error body; its status and tags from the table."""
    row: Refusal = row_for(REFUSALS, fault)
    store = store_of(ex)
    headers = (*JSON_UTF8, *_cors(ex))
    if isinstance(fault, WrongMethod):
        allowed = [*fault.allowed, *(["HEAD"] if "GET" in fault.allowed else []), "OPTIONS"]
        headers = (*headers, (b"allow", ", ".join(allowed).encode()))
    live = ex.dialect.options.live_extras
    body = error_body(row, store=store, helper=row.helper(fault), live_extras=live)
    return Reply(row.status, headers, encode_json(body), code=row.tags[0])


def error_body(
    row: Refusal, *, store: str = "", helper: str = "", live_extras: bool = False
) -> dict[str, Any]:
    """The four keys of every failure; `helper` where the vendor's client looks for a sentence."""
    tags = list(row.tags)
    if store and row.names_store:
        tags.append(f"error_{store}")
    body: dict[str, Any] = {
        "success": False,
        "code": str(row.status),
        "message": row.message,
        "tags": tags,
    }
    if live_extras and row.status == 404:
        if store:
            tags.append(f"error_{store}")
        body |= {"name": "RicError", "codes": tags}
    if helper and row.status not in (401, 403, 404):
        body["helper"] = {"message": helper, "links": []}
    return body


def crash(ex: Exchange) -> Reply:
    """The vendor's 500, without internals."""
    row = Refusal(500, "Internal Server Error", ("error_internal",))
    return Reply(500, (*JSON_UTF8, *_cors(ex)), encode_json(error_body(row)), code=row.tags[0])


def bad_number(name: str) -> BadValue:
    """A query parameter that is no number of zero or more."""
    return BadValue(name, "must be an integer of zero or more")
