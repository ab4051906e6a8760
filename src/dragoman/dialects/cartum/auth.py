"""`auth`, and the token of every other call. Source: spec/cartum 3."""

from typing import Annotated, Any

import msgspec

from dragoman.core.faults import Denied, TooMany, Unauthenticated
from dragoman.core.identity import passwords, sessions
from dragoman.core.ids import random_hex
from dragoman.core.tx import Actor, Tx
from dragoman.dialects.cartum.options import Options
from dragoman.dialects.cartum.reading import lenient_text
from dragoman.dialects.cartum.refusals import ModuleOff, WrongLogin
from dragoman.domains.shop import settings, users
from dragoman.wire.binding import Given, Read
from dragoman.wire.exchange import Exchange

TOKEN_LENGTH = 32
_HOUR_S = 3600
_Text = Annotated[str, Read(lenient_text)]


class LogIn(msgspec.Struct, frozen=True):
    """auth"""

    options: Annotated[Options, Given()]
    login: _Text = ""
    password: _Text = ""
    prepared: bool | None = None


def verify(tx: Tx, ask: LogIn) -> bool:
    """Before the transaction: whether the password fits; takes as long for unknown users."""
    return passwords.fits(users.password_hash(tx, ask.login), ask.password)


def log_in(tx: Tx, ask: LogIn) -> dict[str, Any]:
    """A new token; older ones live on."""
    held = users.by_login(tx, ask.login) if ask.prepared else None
    if held is None:
        raise WrongLogin
    account = held.active and users.may_call(held.facts) and _account_active(tx, held.account_id)
    if not account:
        raise Denied("api")
    token = sessions.open(
        tx,
        domain=users.DOMAIN,
        kind=users.TOKEN,
        ttl_ms=ask.options.token_ttl * 1000,
        account_id=held.account_id,
        membership_id=held.id,
        facts={sessions.KEPT: True},
        secret=random_hex(TOKEN_LENGTH),
    )
    return {"token": token}


def _account_active(tx: Tx, account_id: int) -> bool:
    from dragoman.core.identity import accounts

    account = accounts.fetch(tx, account_id)
    return bool(account is not None and account.active)


def authenticate(ex: Exchange) -> None:
    """The token among the parameters.

    Raises Unauthenticated (absent; ours, but expired or revoked) or Denied (never issued, user
    disabled or without permission). Those of the user are looked at before those of the token.
    """
    if ex.endpoint.access != "token":  # type: ignore[union-attr] # looked up
        return
    token = ex.fields.get("token")
    if token is None or token == "":
        raise Unauthenticated
    row = None
    if isinstance(token, str):
        row = sessions.find_any(ex.tx, domain=users.DOMAIN, kind=users.TOKEN, secret=token)
    if row is None or not sessions.usable(row) or not users.may_call(row.member_facts):
        raise Denied("api")
    if row.expires_ms <= ex.tx.now_ms:
        raise Unauthenticated("expired")
    ex.actor = Actor(
        account_id=row.account_id,
        membership_id=row.membership_id,
        number=row.number,
        session_id=row.id,
        name=row.login or "",
    )


def rate(ex: Exchange) -> None:
    """So many calls in an hour and no more; only those whose token passed are counted."""
    limit = ex.dialect.options.calls_per_hour
    if not limit or ex.actor.membership_id is None or "counted" in ex.memo:
        return
    ex.memo["counted"] = True  # a read that turns out long is run again
    key = f"cartum calls {ex.actor.membership_id}"
    wait = ex.dialect.site.limits.hit(key, limit=limit, window_s=_HOUR_S)
    if wait:
        raise TooMany(wait)


def module(ex: Exchange) -> None:
    """Functions of the wholesale module need it."""
    if "b2b" in ex.endpoint.flags and not settings.read(ex.tx).b2b:  # type: ignore[union-attr] # looked up
        raise ModuleOff
