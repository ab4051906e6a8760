"""Tokens, permissions and the rate limit. Source: spec/altcraft 1.6, 3."""

from dragoman.core.faults import Denied, TooMany, Unauthenticated
from dragoman.core.identity import credentials
from dragoman.core.tx import Actor, Tx
from dragoman.dialects.altcraft.refusals import UnknownToken
from dragoman.domains.profiles import access
from dragoman.domains.profiles.access import Viewer
from dragoman.wire.exchange import Exchange


class Caller(Actor, frozen=True, kw_only=True):
    """A token with its groups and roles."""

    viewer: Viewer
    roles: tuple[str, ...] = ()


def viewer(tx: Tx) -> Viewer:
    """Who looks in this transaction."""
    actor = tx.actor
    assert isinstance(actor, Caller)  # noqa: S101 # `check_token` stands before
    return actor.viewer


def find_token(ex: Exchange) -> None:
    """Body, then query, then Bearer. Raises Unauthenticated."""
    token = ex.fields.get("token")
    if not token and ex.call.query_string:
        token = ex.call.query.get("token")
    if not token:
        scheme, _, rest = ex.call.headers.get("authorization", "").partition(" ")
        token = rest.strip() if scheme.lower() == "bearer" else None
    if not token:
        raise Unauthenticated
    ex.memo["token"] = str(token) if isinstance(token, str) else ""


def check_token(ex: Exchange) -> None:
    """Known and active. Raises UnknownToken."""
    row = credentials.find(ex.tx, domain=access.DOMAIN, kind=access.TOKEN, secret=ex.memo["token"])
    if row is None or not credentials.usable(row, ex.tx.now_ms):
        raise UnknownToken("token")
    facts = row.facts
    ex.actor = Caller(
        account_id=row.account_id,
        credential_id=row.id,
        name=row.name,
        viewer=access.viewer_of(row),
        roles=tuple(facts.get("roles", ())),
    )


def rate(ex: Exchange) -> None:
    """So many calls in a second. Raises TooMany."""
    limit = ex.dialect.options.limits.requests_per_second
    if not limit or "counted" in ex.memo:
        return
    ex.memo["counted"] = True  # a read that turns out long is run again
    key = f"altcraft {ex.actor.credential_id}"
    if ex.dialect.site.limits.take(key, per_second=limit, burst=limit):
        raise TooMany(1)


def permission(ex: Exchange) -> None:
    """The token's roles permit the method. Raises Denied."""
    needed = ex.endpoint.access  # type: ignore[union-attr] # `route` looked
    actor = ex.actor
    assert isinstance(actor, Caller)  # noqa: S101 # `check_token` stands before
    if needed not in access.permissions(ex.tx, actor.roles):
        raise Denied(needed)
