"""Chapter "Users", keys and the login session. Source: spec/chautec 9."""

from typing import Annotated, Any

import msgspec

from dragoman.core.identity import credentials, memberships, passwords, sessions
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.chautec.components import PathId
from dragoman.dialects.chautec.envelope import Done, SignedIn, SignedOut
from dragoman.dialects.chautec.options import Options
from dragoman.dialects.chautec.reading import BodyId
from dragoman.dialects.chautec.refusals import IdMismatch, LoginFailed
from dragoman.domains.content import users
from dragoman.wire.binding import Filled, Given
from dragoman.wire.endpoint import NoAsk


class CreateUser(msgspec.Struct, frozen=True):
    """POST /user."""

    email: Annotated[str, Filled()]
    password: Annotated[str, Filled()]
    active: bool = True
    prepared: str | None = None


class ChangeUser(msgspec.Struct, frozen=True):
    """PUT /user/{id}; what is absent stays."""

    path: PathId
    id: BodyId
    email: Annotated[str | None, Filled()] = None
    password: Annotated[str | None, Filled()] = None
    active: bool | None = None
    prepared: str | None = None


class OneUser(msgspec.Struct, frozen=True):
    """A user by id."""

    id: PathId


class LogIn(msgspec.Struct, frozen=True):
    """POST /auth/login."""

    options: Annotated[Options, Given()]
    email: str = ""
    password: str = ""
    prepared: bool | None = None


def hash_password(tx: Tx, ask: CreateUser | ChangeUser) -> str:
    """Before the transaction: hash, unless the password will be refused anyway."""
    if ask.password is None:
        return ""
    try:
        users.refuse_password(ask.password)
    except users.InsecurePassword:
        return ""
    return passwords.hashed(ask.password)


def create(tx: Tx, ask: CreateUser) -> Done:
    """POST /user"""
    users.refuse_email(tx, ask.email)
    users.refuse_password(ask.password)
    number = users.create(tx, email=ask.email, password_hash=ask.prepared or "", active=ask.active)
    return Done(number, created=True)


def fetch(tx: Tx, ask: OneUser) -> dict[str, Any]:
    """GET /user/{id}"""
    return _shown(tx, users.fetch(tx, ask.id))


def listed(tx: Tx, ask: NoAsk) -> dict[str, Any]:
    """GET /user/all"""
    return {"users": [_shown(tx, row) for row in users.listed(tx)]}


def _shown(tx: Tx, row: Row) -> dict[str, Any]:
    return {
        "id": row.number,
        "email": row.login,
        "apiKeyEnabled": users.has_key(tx, row),
        "active": row.active,
    }


def change(tx: Tx, ask: ChangeUser) -> Done:
    """PUT /user/{id}"""
    if ask.id != ask.path:
        raise IdMismatch("id")
    held = users.fetch(tx, ask.path)
    if ask.email is not None:
        users.refuse_email(tx, ask.email, but=held.id)
    if ask.password is not None:
        users.refuse_password(ask.password)
    users.change(
        tx, ask.path, email=ask.email, password_hash=ask.prepared or None, active=ask.active
    )
    return Done(ask.path)


def delete(tx: Tx, ask: OneUser) -> Done:
    """DELETE /user/{id}"""
    users.delete(tx, ask.id)
    return Done(ask.id)


def new_key(tx: Tx, ask: OneUser) -> dict[str, Any]:
    """PUT /user/key/{id}"""
    return {"key": users.new_key(tx, ask.id), "success": True}


def remove_key(tx: Tx, ask: OneUser) -> Done:
    """DELETE /user/key/{id}"""
    users.remove_key(tx, ask.id)
    return Done(ask.id)


def verify(tx: Tx, ask: LogIn) -> bool:
    """Before the transaction: whether the password fits; takes as long for unknown users."""
    held = memberships.by_login(tx, domain=users.DOMAIN, login=ask.email)
    stored = credentials.password_hash(tx, held.id) if held is not None else None
    return passwords.fits(stored, ask.password)


def log_in(tx: Tx, ask: LogIn) -> SignedIn:
    """POST /auth/login"""
    held = memberships.by_login(tx, domain=users.DOMAIN, login=ask.email) if ask.prepared else None
    if held is None or not held.active:
        raise LoginFailed
    hours = ask.options.session_hours
    secret = sessions.open(
        tx,
        domain=users.DOMAIN,
        account_id=held.account_id,
        membership_id=held.id,
        ttl_ms=hours * 3_600_000,
    )
    return SignedIn(held.number, secret, hours * 3600)


def log_out(tx: Tx, ask: NoAsk) -> SignedOut:
    """POST /auth/logout"""
    if tx.actor.session_id is not None:
        sessions.close(tx, tx.actor.session_id)
    return SignedOut()
