"""Who calls: the header key, else the session cookie. Source: spec/chautec 2, 9.2, 10."""

from typing import Any

from dragoman.core.faults import TooMany, Unauthenticated
from dragoman.core.identity import credentials, sessions
from dragoman.core.sql import Row
from dragoman.core.tx import Actor
from dragoman.domains.content.users import DOMAIN
from dragoman.wire.call import Reply
from dragoman.wire.exchange import Answered, Exchange

HEADER = b"x-chautec-api-key"
COOKIE = "chautec_session"
RENEWED = "renewed session"
_WINDOW_S = 60
_CORS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-headers", b"Content-Type, X-CHAUTEC-API-KEY"),
    (b"access-control-max-age", b"86400"),
)


def preflight(ex: Exchange) -> None:
    """OPTIONS on a known path: 204 with Allow and the CORS headers. spec/chautec 3.1"""
    if ex.call.method == "OPTIONS" and ex.allowed:
        allowed = ", ".join(methods(ex.allowed)).encode()
        headers = ((b"allow", allowed), (b"access-control-allow-methods", allowed), *_CORS)
        raise Answered(Reply(204, headers))


def methods(allowed: tuple[str, ...]) -> list[str]:
    """The methods that a path answers, those that come for free included."""
    return [*allowed, *(["HEAD"] if "GET" in allowed else []), "OPTIONS"]


def authenticate(ex: Exchange) -> None:
    """Find the caller; a bad key or session counts as none, `require_login` decides."""
    key = cookie = b""
    for name, value in ex.call.raw_headers:
        if name == HEADER:
            key = value.strip(b" \t")  # no part of a header's value; the parser leaves those behind
        elif name == b"cookie":
            cookie = value
    if key:
        row = credentials.find(ex.tx, domain=DOMAIN, kind="key", secret=key.decode("latin-1"))
        if row is not None and credentials.usable(row, ex.tx.now_ms):
            ex.actor = _actor(row, credential_id=row.id)
        return
    if cookie and (secret := ex.call.cookies.get(COOKIE)):
        _by_session(ex, secret)


def _by_session(ex: Exchange, secret: str) -> None:
    row = sessions.find(ex.tx, domain=DOMAIN, secret=secret)
    if row is None or not sessions.usable(row):
        return
    ex.actor = _actor(row, session_id=row.id)
    if sessions.due_for_touch(row, ex.tx.now_ms):
        ttl_ms = ex.dialect.options.session_hours * 3_600_000
        ex.later(lambda tx: sessions.touch(tx, row, ttl_ms))
        ex.memo[RENEWED] = secret  # the browser's copy must not end before ours


def _actor(row: Row, **by: Any) -> Actor:
    return Actor(
        account_id=row.account_id,
        membership_id=row.membership_id,
        number=row.number,
        name=row.login or "",
        **by,
    )


def require_login(ex: Exchange) -> None:
    """401 on rows that need a login."""
    if ex.endpoint.access == "login" and ex.actor.account_id is None:  # type: ignore[union-attr] # routed
        raise Unauthenticated


def slow_down(ex: Exchange) -> None:
    """Refuse a login from an address that has failed too often within a minute."""
    if "login" in ex.endpoint.flags:  # type: ignore[union-attr] # routed
        limit = ex.dialect.options.logins_per_minute
        wait = ex.dialect.site.limits.full(
            limit_key(ex.call.remote), limit=limit, window_s=_WINDOW_S
        )
        if wait:
            raise TooMany(wait)
        ex.memo["remote"] = ex.call.remote


def failed(ex: Exchange) -> None:
    """Count a failed login."""
    limit = ex.dialect.options.logins_per_minute
    ex.dialect.site.limits.hit(limit_key(ex.call.remote), limit=limit, window_s=_WINDOW_S)


def limit_key(remote: str) -> str:
    """What failed logins are counted under."""
    return f"chautec login {remote}"
