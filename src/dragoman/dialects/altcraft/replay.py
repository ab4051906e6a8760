"""Repeated requests: not executed again, answered as the first time. Source: spec/altcraft 4."""

import base64
import hashlib
from collections.abc import Callable

import sqlalchemy as sa

from dragoman.core.clock import now_ms
from dragoman.core.sql import prepare
from dragoman.core.tx import Tx
from dragoman.dialects.altcraft import envelope
from dragoman.domains.profiles import tables
from dragoman.wire.call import Headers, Reply
from dragoman.wire.exchange import Answered, Busy, Exchange

_IGNORED = frozenset(
    {
        b"host", b"connection", b"keep-alive", b"content-length", b"transfer-encoding",
        b"accept-encoding", b"user-agent", b"date", b"forwarded", b"via", b"traceparent",
        b"tracestate", b"postman-token",
    }
)  # fmt: skip
_LEASE_MS = 20_000
_RUNNING = 0  # in `status`: `expires_ms` is then the end of the lease
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
        "key": key, "shown": shown, "status": _RUNNING, "media_type": "", "body": "",
        "expires_ms": tx.now_ms + _LEASE_MS,
    }  # fmt: skip
    id = tx.insert_absent(tables.replays, row)
    if not id:
        held = tx.first(_HELD, key=key)
        if held is None:  # its run has just failed, or its time ran out
            raise Busy
        if held.expires_ms > tx.now_ms:
            if held.status == _RUNNING:
                raise Busy
            raise Answered(_again(held.status, held.media_type, held.body, held.shown))
        tx.delete(tables.replays, held.id)
        id = tx.insert_absent(tables.replays, row)
        if not id:  # another twin was quicker
            raise Busy
    ex.memo["replay"] = id
    if ex.endpoint.unit == "item":  # type: ignore[union-attr] # looked up
        tx.before_checkpoint = _renewal(tx, id)


def _renewal(tx: Tx, id: int) -> Callable[[], None]:
    """Each part of a batch keeps the key for a while longer."""
    renewed_ms = tx.now_ms

    def renew() -> None:
        nonlocal renewed_ms
        now = now_ms()
        if now - renewed_ms > _LEASE_MS // 10:
            tx.update(tables.replays, id, {"expires_ms": now + _LEASE_MS})
            renewed_ms = now

    return renew


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
        "expires_ms": ex.tx.now_ms + ex.dialect.options.dedup.window_seconds * 1000,
    }
    ex.tx.overwrite(tables.replays, ex.memo["replay"], values)


def release(ex: Exchange) -> None:
    """A batch that broke off frees the key that its first part has committed."""
    id = ex.memo.get("replay")
    if id is not None and ex.endpoint is not None and ex.endpoint.unit == "item":
        ex.later(
            lambda tx: tx.delete_where(tables.replays, sa.and_(_r.id == id, _r.status == _RUNNING))
        )


def trim(tx: Tx) -> int:
    """Drop answers whose time has run out. Returns how many."""
    return tx.delete_where(tables.replays, _r.expires_ms <= tx.now_ms)


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
