"""Who may log in to the content: memberships of the domain `content`, their passwords and keys."""

import re
from typing import Any

from dragoman.core.faults import Conflict, Fault, Invalid, NotFound
from dragoman.core.identity import credentials, memberships, sessions
from dragoman.core.ids import random_upper
from dragoman.core.sql import Row
from dragoman.core.tables import memberships as table
from dragoman.core.tx import Tx

DOMAIN = "content"
KEY_LENGTH = 62
_EMAIL = re.compile(
    r"[^@\s\x00-\x1f\x7f<>\"(),:;\[\\\]]{1,64}@[^@\s\x00-\x1f\x7f<>\"(),:;\[\\\]_.]+(\.[^@\s<>\"(),:;\[\\\]_.]+)*\Z"
)


class BadEmail(Invalid):
    """Not an e-mail address."""

    def __init__(self, value: str) -> None:
        super().__init__("email")
        self.value = value


class InsecurePassword(Invalid):
    """Fewer than 8 characters, 2 letters or 2 digits."""

    def __init__(self) -> None:
        super().__init__("password")


class DuplicateEmail(Conflict):
    """Another content user has this address."""

    def __init__(self, value: str, holder_id: int) -> None:
        super().__init__("user", "email", value, holder_id)


class LastActive(Fault):
    """There must be at least one active user."""


def refuse_email(tx: Tx, email: str, *, but: int | None = None) -> None:
    """Raise BadEmail or DuplicateEmail (not for the membership with id `but`), in that order."""
    if len(email) > 254 or not _EMAIL.match(email):
        raise BadEmail(email)
    held = memberships.by_login(tx, domain=DOMAIN, login=email)
    if held is not None and held.id != but:
        raise DuplicateEmail(email, held.number)


def refuse_password(password: str) -> None:
    """Raise InsecurePassword. Source: spec/chautec 9.1."""
    letters = sum(char.isalpha() for char in password)
    digits = sum("0" <= char <= "9" for char in password)
    if not 8 <= len(password) <= 1024 or letters < 2 or digits < 2:
        raise InsecurePassword


def create(tx: Tx, *, email: str, password_hash: str, active: bool = True) -> int:
    """A new user with a checked e-mail and an already hashed password. Returns its number."""
    refuse_email(tx, email)
    held = memberships.join(tx, domain=DOMAIN, login=email, active=active)
    credentials.set_password(tx, held, password_hash)
    return int(held.number)


def fetch(tx: Tx, number: int) -> Row:
    """The membership with this number. Raises NotFound("user")."""
    row = memberships.by_number(tx, domain=DOMAIN, number=number) if 0 < number < 1 << 63 else None
    if row is None:
        raise NotFound("user", "id", number)
    return row


def listed(tx: Tx) -> list[Row]:
    """All users by number."""
    return memberships.listed(tx, domain=DOMAIN)


def has_key(tx: Tx, row: Row) -> bool:
    """Whether the user has an API key."""
    return bool(credentials.of_membership(tx, row.id, kind="key"))


def change(
    tx: Tx, number: int, *, email: str | None, password_hash: str | None, active: bool | None
) -> None:
    """Change what is not None; a new password ends the user's sessions. Raises LastActive and as
    `create`.
    """
    held = fetch(tx, number)
    if email is not None:
        refuse_email(tx, email, but=held.id)
    if active is False and held.active:
        _refuse_last(tx, held)
    changes: dict[str, Any] = {"login": email, "active": active}
    memberships.change(tx, held.id, **changes)
    if password_hash is not None:
        credentials.set_password(tx, held, password_hash)
        sessions.close_all(tx, membership_id=held.id)


def delete(tx: Tx, number: int) -> None:
    """End a user with key and sessions. Raises NotFound, LastActive."""
    held = fetch(tx, number)
    if held.active:
        _refuse_last(tx, held)
    memberships.end(tx, held.id)


def _refuse_last(tx: Tx, held: Row) -> None:
    for row in listed(tx):
        tx.lock(table, row.id)  # two deletions at once must not leave none
    if memberships.count_active(tx, domain=DOMAIN) <= 1:
        raise LastActive


def new_key(tx: Tx, number: int, *, expires_ms: int | None = None) -> str:
    """Replace the user's API key. Returns the new one, which is not kept. expires_ms: its end."""
    held = fetch(tx, number)
    remove_key(tx, number)
    key = random_upper(KEY_LENGTH)
    keep_key(tx, held, key, expires_ms=expires_ms)
    return key


def keep_key(tx: Tx, held: Row, key: str, *, expires_ms: int | None = None) -> None:
    """Store a key of the given text (fixtures bring their own)."""
    credentials.issue(
        tx,
        account_id=held.account_id,
        membership_id=held.id,
        domain=DOMAIN,
        kind="key",
        secret=key,
        name=held.login,
        expires_ms=expires_ms,
    )


def remove_key(tx: Tx, number: int) -> None:
    """Remove the user's API key, if there is one."""
    held = fetch(tx, number)
    credentials.remove_all(tx, membership_id=held.id, kind="key")
