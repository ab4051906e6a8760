"""Making and renewing credentials, by domain. The secret leaves here once and is not kept."""

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from dragoman.core.faults import BadValue, Missing, NotFound
from dragoman.core.identity import credentials, memberships, passwords
from dragoman.core.ids import random_hex, random_upper, random_url
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.console import deskkeys
from dragoman.domains.content import users as content_users
from dragoman.domains.shop import users as shop_users
from dragoman.domains.things import tokens as things_tokens


class Kind(msgspec.Struct, frozen=True):
    """What can be made in a domain.

    owner: the label of the login it belongs to; rights: the label of its options. ends: whether
    it can be made for a time.
    """

    domain: str
    title: str
    about: str
    owner: str = ""
    rights: str = ""
    placeholder: str = ""
    ends: bool = False


KINDS = (
    Kind(
        "content",
        "Content API key",
        "One key a user; it replaces the one before.",
        "E-mail of the content user",
        ends=True,
    ),
    Kind(
        "shop",
        "Shop API user",
        "A login and a password for the shop's API.",
        "Login of the new API user",
    ),
    Kind(
        "things",
        "Device platform token",
        "A long token for a user of the platform.",
        "Login of the user",
        "Scopes",
        "objects, packets",
        ends=True,
    ),
    Kind(
        "profiles",
        "Profiles token",
        "For programs that read and write profiles.",
        "",
        "Groups and roles",
        "groups=0, roles=reader",
        ends=True,
    ),
    Kind(
        "desk",
        "Help desk API key",
        "For programs that write tickets.",
        "",
        "What for",
        "users, tickets, check, number",
    ),
)
LIVES = {
    "": "As long as its system lets it",
    "7": "7 days",
    "30": "30 days",
    "90": "90 days",
    "365": "A year",
}
_SHAPES: Mapping[tuple[str, str], Callable[[], str]] = {
    ("content", "key"): lambda: random_upper(content_users.KEY_LENGTH),
    ("profiles", "token"): lambda: random_hex(32),
}
_ROTATED = frozenset(
    {("content", "key"), ("profiles", "token"), ("desk", "key"), ("desk", "token")}
)


def kinds() -> list[Kind]:
    """Those whose domain can make them in this installation."""
    return [
        kind
        for kind in KINDS
        if kind.domain in ("content", "shop", "desk") or _function(kind.domain)
    ]


def _function(domain: str) -> Callable[..., str] | None:
    name = f"dragoman.domains.{domain}.fixtures"
    if importlib.util.find_spec(f"dragoman.domains.{domain}") is None:
        return None
    if importlib.util.find_spec(name) is None:
        return None
    return getattr(importlib.import_module(name), "issue", None)


def ends_at(tx: Tx, domain: str, days: str) -> int | None:
    """When a credential made now for `days` ends; None for empty. Raises BadValue("days")."""
    if not days:
        return None
    kind = next((one for one in kinds() if one.domain == domain), None)
    if days not in LIVES or kind is None or not kind.ends:
        raise BadValue("days", "rights")
    return tx.now_ms + int(days) * 86_400_000


def end(tx: Tx, row: Row) -> None:
    """Revoke a credential, in its domain's way where it has one."""
    if (row.domain, row.kind) == ("things", things_tokens.LONG):
        things_tokens.revoke(tx, row)
    else:
        credentials.revoke(tx, row.id)


def made_up() -> tuple[str, str]:
    """A password and its hash, for a new API user; slow, so before the transaction."""
    password = random_url(18)
    return password, passwords.hashed(password)


def issue(
    tx: Tx,
    domain: str,
    *,
    login: str,
    name: str,
    rights: str,
    days: str = "",
    prepared: tuple[str, str] | None,
) -> str:
    """A new credential. Returns its secret. Raises Missing("login"), NotFound, BadValue."""
    ends_ms = ends_at(tx, domain, days)
    kind = next((one for one in kinds() if one.domain == domain), None)
    if kind is None:
        raise BadValue("domain", "rights")
    if kind.owner and not login:
        raise Missing("login")
    if domain == "content":
        held = memberships.by_login(tx, domain="content", login=login)
        if held is None:
            raise NotFound("user", "login", login)
        return content_users.new_key(tx, held.number, expires_ms=ends_ms)
    if domain == "shop":
        password, hashed = prepared or ("", "")
        shop_users.create(tx, login=login, password_hash=hashed)
        return password
    if domain == "desk":
        return deskkeys.issue(tx, name, rights)
    function: Any = _function(domain)
    options = {**_options(domain, rights), "expires_ms": ends_ms}
    return str(function(tx, login, name, options))


def _options(domain: str, rights: str) -> dict[str, Any]:
    if domain == "things":
        return {"scopes": rights}
    found: dict[str, Any] = {}
    for part in rights.split(","):
        key, equals, value = part.strip().partition("=")
        if equals:
            found[key.strip()] = value.strip()
    return found


def rotatable(row: Row) -> bool:
    """Whether a credential is a plain random secret that can be replaced by another."""
    return bool(row.active and (row.domain, row.kind) in _ROTATED)


def rotate(tx: Tx, row: Row) -> str:
    """The same rights under a new secret; the old one ends. Returns the secret."""
    if not rotatable(row):
        raise BadValue("domain", "rights")
    secret = _SHAPES.get((row.domain, row.kind), random_url)()
    credentials.revoke(tx, row.id)
    credentials.issue(
        tx,
        account_id=row.account_id,
        membership_id=row.membership_id,
        domain=row.domain,
        kind=row.kind,
        secret=secret,
        name=row.name,
        facts=row.facts,
        expires_ms=row.expires_ms,
    )
    return secret
