"""Repeated requests: not executed again, answered as the first time. Source: spec/altcraft 4."""

import base64
import hashlib

import sqlalchemy as sa

from dragoman.core.sql import prepare
from dragoman.dialects.altcraft import envelope
from dragoman.domains.profiles import tables
from dragoman.wire.call import Headers, Reply
from dragoman.wire.exchange import Answered, Exchange

_IGNORED = frozenset(
    {
        b"host", b"connection", b"keep-alive", b"content-length", b"transfer-encoding",
        b"accept-encoding", b"user-agent", b"date", b"forwarded", b"via", b"traceparent",
        b"tracestate", b"postman-token",
    }
)  # fmt: skip
_r = tables.replays.c
_HELD = prepare(sa.select(tables.replays).where(_r.key == sa.bindparam("key")))


def replay(ex: Exchange) -> None:
    """Answer a repeat with what was stored; else claim its key, so that a running twin waits."""
    options = ex.dialect.options.dedup
    if not options.enabled or not ex.endpoint.writes:  # type: ignore[union-attr] # looked up
        return
    tx = ex.tx
    key, shown = _key(ex)
    row = {
        "key": key, "shown": shown, "status": 0, "media_type": "", "body": "",
        "expires_ms": tx.now_ms + options.window_seconds * 1000,
    }  # fmt: skip
    held = None
    id = tx.insert_absent(tables.replays, row)
    if not id:
        held = tx.first(_HELD, key=key)
    if held is not None and held.expires_ms <= tx.now_ms:
        tx.delete(tables.replays, held.id)
        id, held = tx.insert(tables.replays, row), None
    if held is not None:
        raise Answered(_again(held.status, held.media_type, held.body, held.shown))
    ex.memo["replay"] = id


def remember(ex: Exchange) -> None:
    """Store the answer under the key, in the same transaction. A failure rolls both back."""
    if "replay" not in ex.memo:
        return
    reply = envelope.encode(ex)
    ex.memo["reply"] = reply
    assert isinstance(reply.body, bytes)  # noqa: S101 # the envelope's
    values = {
        "status": reply.status,
        "media_type": reply.headers[0][1].decode(),
        "body": reply.body.decode(),
    }
    tx_id = ex.memo["replay"]
    ex.tx.update(tables.replays, tx_id, values)


def _again(status: int, media_type: str, body: str, shown: str) -> Reply:
    mark = shown.encode()
    headers: Headers = (
        (b"Content-Type", media_type.encode()),
        (b"X-Duplicate-Key", mark),
        (b"X-Duplicate-Request", b"true"),
        (b"Duplicate-Key", mark),
        (b"Duplicate-Request", b"true"),
    )
    return Reply(status, headers, body.encode(), "success", "0")


def _key(ex: Exchange) -> tuple[str, str]:
    call, token = ex.call, ex.memo["token"]
    named = call.headers.get("request-id") or call.headers.get("x-request-id")
    if named:
        mark = _sha1(f"{named}:{token}".encode("utf-8", "surrogatepass"))
        return f"id {mark}", mark
    path = ex.dialect.tidy(call.path).rstrip("/")
    head = sorted(
        (name.lower(), value)
        for name, value in call.raw_headers
        if name.lower() not in _IGNORED and not name.lower().startswith(b"x-forwarded-")
    )
    parts = [call.method.encode(), path.encode(), token.encode("utf-8", "surrogatepass")]
    if call.query_string:
        parts += [
            f"{name}={value}".encode("utf-8", "surrogatepass")
            for name, value in sorted(call.query_pairs())
        ]
    parts += [name + b":" + value for name, value in head]
    mark = _sha1(b"\n".join([*parts, b"", call.body]))
    return f"sum {mark}", mark


def _sha1(content: bytes) -> str:
    digest = hashlib.sha1(content, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()
