"""Who calls: Authorization, a token in the query, or the session cookie. Source: spec/rightech 3,
4.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec

from dragoman.core.faults import Denied, Unauthenticated
from dragoman.core.identity import credentials, sessions
from dragoman.core.sql import Row
from dragoman.core.tx import Actor, Tx
from dragoman.dialects.rightech import scopes
from dragoman.domains.things import items, tokens
from dragoman.domains.things.users import DOMAIN
from dragoman.domains.things.visibility import Viewer
from dragoman.wire.call import Call
from dragoman.wire.exchange import Exchange

COOKIE = "sid"
QUERY_TOKENS = ("access_token", "accessToken", "token")
STREAM_PATH = "/events/stream"
_KNOWN_KEPT = 2048
_USED_EVERY_MS = 60_000


class Caller(Actor, frozen=True, kw_only=True):
    """A user, the group they work in, and what their role and token permit (None: no limit)."""

    user: str = ""
    group: str = ""
    role_item: str = ""
    role: tuple[str, ...] | None = None
    scopes: tuple[str, ...] | None = None
    expires_ms: int = 0
    token_item: str = ""

    def is_as(self, member: Mapping[str, Any]) -> bool:
        """Whether these facts of the membership are those that the caller was known by."""
        known = (self.user, self.group, self.role_item)
        return (member.get("user"), member.get("group"), member.get("role") or "") == known

    def has_rights(self, credential: Mapping[str, Any]) -> bool:
        """Whether these facts of the credential are those that the caller was known by."""
        rights = (tuple(credential.get("scopes") or ()) or None, credential.get("item", ""))
        return rights == (self.scopes, self.token_item)

    @property
    def viewer(self) -> Viewer:
        """As the domain asks who looks."""
        return Viewer(self.user, self.group)

    def may(self, method: str, path: str) -> bool:
        """Whether role and token both permit it."""
        return all(
            listed is None or scopes.permits(listed, method, path)
            for listed in (self.role, self.scopes)
        )


def caller(tx: Tx) -> Caller:
    """Who acts in this transaction."""
    actor = tx.actor
    assert isinstance(actor, Caller)  # noqa: S101 # `authenticate` stands before
    return actor


class Keys:
    """Checks and makes token texts. One a worker: it keeps the secret, and which texts were found
    well signed.
    """

    def __init__(self) -> None:
        self._secret: str | None = None
        self._known: dict[str, tuple[str, str]] = {}
        self._used: dict[int, int] = {}

    def secret(self, tx: Tx) -> str | None:
        """The signing secret; None when there is none yet, and so no token."""
        if self._secret is None:
            self._secret = tokens.signing_secret(tx)
        return self._secret

    def read(self, tx: Tx, text: str) -> tuple[str, str]:
        """The kind and id that a token's text names. Raises Unauthenticated."""
        known = self._known.get(text)
        if known is not None:
            return known
        secret = self.secret(tx)
        if secret is None or len(text) > 4096:
            raise Unauthenticated("unknown")
        import jwt  # with its cryptography the dearest import of all; not at start

        try:
            claims = jwt.decode(
                text, secret, algorithms=[tokens.ALGORITHM], options={"require": ["jti", "exp"]}
            )
        except jwt.InvalidTokenError:
            raise Unauthenticated("unknown") from None
        kind = tokens.LONG if claims.get("usg") == "api" else tokens.SHORT
        if len(self._known) >= _KNOWN_KEPT:
            self._known.clear()
        self._known[text] = (kind, str(claims["jti"]))
        return self._known[text]

    def due(self, credential_id: int, now_ms: int) -> bool:
        """Whether a token's last use should be stamped: once a minute."""
        if now_ms - self._used.get(credential_id, 0) < _USED_EVERY_MS:
            return False
        if len(self._used) >= _KNOWN_KEPT:
            self._used.clear()
        self._used[credential_id] = now_ms
        return True


def presented(call: Call, *, basic: bool = False) -> tuple[str, str]:
    """How a call says who it is: (`token` or `session` or `none`, the text); the first one present
    decides.
    """
    header = call.headers.get("authorization", "").strip()
    if header:
        scheme, found, rest = header.partition(" ")
        if basic and scheme.lower() == "basic":
            return "token", _basic(rest)
        if found and scheme.lower() == "bearer":
            return "token", rest.strip()
        return "token", header
    if call.query_string:
        query = call.query
        for name in QUERY_TOKENS:
            if name in query:
                return "token", query[name]
    session = call.cookies.get(COOKIE) if "cookie" in call.headers else None
    return ("session", session) if session is not None else ("none", "")


def _basic(text: str) -> str:
    try:
        decoded = base64.b64decode(text.strip(), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
    return decoded.partition(":")[0]


def identify(tx: Tx, keys: Keys, call: Call, *, basic: bool = False) -> Caller:
    """Who a call is from. Raises Unauthenticated."""
    by, text = presented(call, basic=basic)
    if by == "session":
        row = sessions.find(tx, domain=DOMAIN, secret=text)
        if row is None or not sessions.usable(row):
            raise Unauthenticated("unknown")
        return _caller(tx, row, {}, session_id=row.id)
    if by == "none":
        raise Unauthenticated
    kind, id = keys.read(tx, text)
    row = credentials.find(tx, domain=DOMAIN, kind=kind, secret=id)
    if row is None or not credentials.usable(row, tx.now_ms):
        raise Unauthenticated("expired")
    return _caller(tx, row, row.facts, credential_id=row.id)


def _caller(tx: Tx, row: Row, facts: Mapping[str, Any], **by: Any) -> Caller:
    member = row.member_facts or {}
    if "user" not in member:
        raise Unauthenticated("unknown")
    wanted = tuple(facts.get("scopes") or ())
    return Caller(
        account_id=row.account_id,
        membership_id=row.membership_id,
        number=row.number,
        name=row.login or "",
        user=member["user"],
        group=member["group"],
        role_item=member.get("role") or "",
        role=_role(tx, member.get("role")),
        scopes=wanted or None,
        expires_ms=row.expires_ms or 0,
        token_item=facts.get("item", ""),
        **by,
    )


class _Role(msgspec.Struct):
    credentials: list[Any] = []


_role_of = msgspec.json.Decoder(_Role).decode


def _role(tx: Tx, oid: Any) -> tuple[str, ...] | None:
    if not isinstance(oid, str) or not oid:
        return None
    row = items.by_oid(tx, "roles", oid)
    if row is None:
        return ()
    return tuple(one for one in _role_of(row.body).credentials if isinstance(one, str))


def authenticate(ex: Exchange) -> None:
    """401 on every path, known or not, but the open ones."""
    if ex.endpoint is not None and ex.endpoint.access == "open":
        return
    keys: Keys = ex.dialect.keys  # type: ignore[attr-defined] # this dialect's own
    actor = identify(ex.tx, keys, ex.call)
    ex.actor = actor
    token = actor.credential_id if actor.token_item else None
    if token is not None and keys.due(token, ex.tx.now_ms):
        ex.later(lambda tx: tokens.used(tx, actor.token_item))


def permit(ex: Exchange) -> None:
    """403 when role or token do not permit the method here."""
    if ex.endpoint.access != "login":  # type: ignore[union-attr] # routed
        return
    actor = ex.actor
    assert isinstance(actor, Caller)  # noqa: S101 # authenticated
    if actor.role is None and actor.scopes is None:
        return
    method = "GET" if ex.call.method == "HEAD" else ex.call.method
    if not actor.may(method, ex.call.path):
        raise Denied(f"{method} {ex.call.path}")
