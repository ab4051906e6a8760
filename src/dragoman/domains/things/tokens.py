"""Tokens: short ones that a login gives, and long ones for integrations with a list of what they
may do.

A token's text is signed by whoever shows it; here lives what decides: a credential that is found by
the token's id, and
the secret that signs. Source: spec/rightech 3, 3.1.
"""

import secrets
from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from dragoman.core import settings, tables
from dragoman.core.faults import BadValue, WrongType
from dragoman.core.identity import credentials
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.things import geometry, items
from dragoman.domains.things.items import Draft
from dragoman.domains.things.stores import STORES
from dragoman.domains.things.users import DOMAIN

TOKENS = STORES["tokens"]
SECRET = "things.token_secret"  # noqa: S105 # the name of a setting
SHORT, LONG = "access", "token"
ALGORITHM = "HS256"
LIFE_MS = 30 * 86_400_000
_LATEST_MS = 253_402_300_799_000
_OF_ITEM = prepare(
    sa.select(tables.credentials).where(
        tables.credentials.c.domain == DOMAIN,
        tables.credentials.c.kind == LONG,
        tables.credentials.c.hash == sa.bindparam("hash"),
    )
)


class Minted(msgspec.Struct, frozen=True):
    """A token that was given out; `id` is what its text must name."""

    id: str
    issued_ms: int
    expires_ms: int


def signing_secret(tx: Tx) -> str | None:
    """What tokens are signed with; None before it is made."""
    held = settings.read(tx, SECRET)
    return str(held) if held is not None else None


def make_secret(tx: Tx) -> str:
    """The signing secret, made once."""
    held = signing_secret(tx)
    if held is None:
        values = {"name": SECRET, "value": secrets.token_hex(32)}
        tx.insert_absent(tables.settings, values)
        held = signing_secret(tx)
    assert held is not None  # noqa: S101 # just made
    return held


def sign(secret: str, minted: Minted, *, web: bool, user: str, group: str, root: str) -> str:
    """The text of a token. Source: spec/rightech R3.3."""
    claims = {
        "jti": minted.id,
        "sub": user,
        "grp": group,
        "org": root,
        "usg": "web" if web else "api",
        "full": web,
        "rights": 1.5,
        "iat": minted.issued_ms // 1000,
        "exp": -(-minted.expires_ms // 1000),
    }
    import jwt  # with its cryptography the dearest import of all; not at start

    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def mint(tx: Tx, member: Row, ttl_ms: int) -> Minted:
    """A short token for a membership."""
    id = secrets.token_hex(12)
    expires = tx.now_ms + ttl_ms
    credentials.issue(
        tx,
        account_id=member.account_id,
        membership_id=member.id,
        domain=DOMAIN,
        kind=SHORT,
        secret=id,
        name=member.login,
        expires_ms=expires,
    )
    return Minted(id, tx.now_ms, expires)


def create(tx: Tx, draft: Draft, member: Row, user: str) -> tuple[Row, Minted]:
    """A long token as an item; its fields may bring name, scopes, active and expiresAt (ms).

    Raises WrongType, BadValue.
    """
    fields = draft.fields
    fields.setdefault("scopes", [])
    fields.setdefault("active", True)
    fields.setdefault("expiresAt", tx.now_ms + LIFE_MS)
    fields["issuedAt"] = tx.now_ms
    fields["user"] = user
    _refuse_expiry(fields["expiresAt"])
    fields["expiresAt"] = int(fields["expiresAt"])
    row = items.create(tx, TOKENS, draft)
    id = credentials.issue(
        tx,
        account_id=member.account_id,
        membership_id=member.id,
        domain=DOMAIN,
        kind=LONG,
        secret=row.oid,
        name=str(fields.get("name") or ""),
        facts={"scopes": fields["scopes"], "item": row.oid},
        expires_ms=fields["expiresAt"],
    )
    if fields["active"] is False:
        credentials.revoke(tx, id)
    return row, Minted(row.oid, tx.now_ms, fields["expiresAt"])


def _refuse_expiry(value: Any) -> None:
    if not geometry.is_number(value):
        raise WrongType("expiresAt", "a time")
    if not 0 < value < _LATEST_MS:
        raise BadValue("expiresAt", "is out of range")


_FIXED = frozenset({"issuedAt", "user", "lastUsedAt", "token"})


def change(tx: Tx, row: Row, fields: Mapping[str, Any]) -> Row:
    """Change a long token; what it may do changes with the next request.

    Raises as `items.change`.
    """
    wanted = {name: value for name, value in fields.items() if name not in _FIXED}
    if "expiresAt" in wanted:
        _refuse_expiry(wanted["expiresAt"])
    changed = items.change(tx, TOKENS, row, wanted)
    body = items.body_of(changed)
    held = credential_of(tx, row)
    if held is None:
        return changed
    active = body.get("active") is not False
    expires = int(body["expiresAt"])
    tx.update(
        tables.credentials,
        held.id,
        {
            "name": str(body.get("name") or ""),
            "facts": {**held.facts, "scopes": body.get("scopes") or []},
            "expires_ms": expires,
            "active": active,
        },
    )
    if (held.active and not active) or expires != held.expires_ms:
        tx.note("credentials.ended", tables.credentials, held.id, keep=False)
    return changed


def delete(tx: Tx, row: Row) -> None:
    """Remove a long token; it opens nothing any more."""
    held = credential_of(tx, row)
    items.delete(tx, row)
    if held is not None:
        tx.note("credentials.ended", tables.credentials, held.id, keep=False)
        tx.delete(tables.credentials, held.id)


def revoke(tx: Tx, credential: Row) -> None:
    """Switch a long token off, its item with it; it opens nothing from the next request on."""
    row = items.by_oid(tx, "tokens", str(credential.facts.get("item", "")))
    if row is not None:
        change(tx, row, {"active": False})
    else:
        credentials.revoke(tx, credential.id)


def credential_of(tx: Tx, row: Row) -> Row | None:
    """The credential behind a token's item."""
    return tx.first(_OF_ITEM, hash=credentials.digest(row.oid))


def used(tx: Tx, item_oid: str) -> None:
    """Stamp a long token's last use; no event."""
    row = items.by_oid(tx, "tokens", item_oid)
    if row is not None:
        body = items.body_of(row)
        body["lastUsedAt"] = tx.now_ms
        items.keep(tx, TOKENS, row, body)
