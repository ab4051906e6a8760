"""Who may sign in to the console: memberships of the domain `console`; the role is one of their
facts.
"""

from typing import Any

from dragoman.core.faults import BadValue, Conflict, Fault, NotFound
from dragoman.core.identity import accounts, credentials, memberships, sessions
from dragoman.core.sql import Row
from dragoman.core.tables import memberships as table
from dragoman.core.tx import Tx
from dragoman.domains.console import roles

DOMAIN = "console"
SHORTEST = 10


class LastOwner(Fault):
    """There must be at least one active owner."""


def refuse_email(email: str) -> None:
    """Raise BadValue("email") for what cannot be an address."""
    name, at, host = email.partition("@")
    if not (at and name and host) or len(email) > 254 or any(char.isspace() for char in email):
        raise BadValue("email", "address")


def refuse_password(password: str) -> None:
    """Raise BadValue("password") below SHORTEST or above 1024 characters."""
    if not SHORTEST <= len(password) <= 1024:
        raise BadValue("password", "length")


def refuse_role(role: str) -> None:
    """Raise BadValue("role") for an unknown role."""
    if role not in roles.RIGHTS:
        raise BadValue("role", "unknown")


def listed(tx: Tx) -> list[Row]:
    """All members by number."""
    return memberships.listed(tx, domain=DOMAIN)


def fetch(tx: Tx, number: int) -> Row:
    """The member with this number. Raises NotFound("user")."""
    found = None
    if 0 < number < 1 << 63:
        found = memberships.by_number(tx, domain=DOMAIN, number=number)
    if found is None:
        raise NotFound("user", "number", number)
    return found


def role_of(held: Row) -> str:
    """The role of a membership row."""
    return str((held.facts or {}).get("role", "viewer"))


def create(
    tx: Tx,
    *,
    email: str,
    name: str,
    role: str,
    password_hash: str,
    account_id: int | None = None,
) -> Row:
    """A new member; the password is hashed already. Raises BadValue, Conflict("user", "login")."""
    refuse_email(email)
    refuse_role(role)
    memberships.refuse_taken(tx, domain=DOMAIN, login=email)
    if account_id is None:
        account_id = _account(tx, email, name)
    held = memberships.join(
        tx, domain=DOMAIN, login=email, account_id=account_id, facts={"role": role}
    )
    credentials.set_password(tx, held, password_hash)
    return held


def _account(tx: Tx, email: str, name: str) -> int:
    held = accounts.by_email(tx, email)
    if held is None:
        return accounts.create(tx, name=name or email, email=email)
    for member in memberships.of_account(tx, held.id):
        if member.domain == DOMAIN:
            raise Conflict("user", "email", email, member.number)
    return int(held.id)


def change(
    tx: Tx,
    number: int,
    *,
    name: str | None = None,
    role: str | None = None,
    active: bool | None = None,
) -> None:
    """Change what is not None.

    A new role or a switch-off ends the member's sessions. Raises LastOwner.
    """
    held = fetch(tx, number)
    if name:
        accounts.change(tx, held.account_id, name=name)
    loses = role is not None and role != roles.OWNER
    if role_of(held) == roles.OWNER and held.active and (loses or active is False):
        _refuse_last(tx, held)
    facts: dict[str, Any] | None = None
    if role is not None:
        refuse_role(role)
        facts = {**(held.facts or {}), "role": role}
    changed = memberships.change(tx, held.id, active=active, facts=facts)
    if changed and (role is not None or active is False):
        sessions.close_all(tx, membership_id=held.id)


def set_password(tx: Tx, number: int, password_hash: str, *, but: int | None = None) -> None:
    """Give a member a new password (hashed); its sessions end, except the one with id `but`."""
    held = fetch(tx, number)
    credentials.set_password(tx, held, password_hash)
    sessions.close_all(tx, membership_id=held.id, but=but)


def remove(tx: Tx, number: int) -> None:
    """End a membership with its sessions. Raises LastOwner."""
    held = fetch(tx, number)
    if role_of(held) == roles.OWNER and held.active:
        _refuse_last(tx, held)
    memberships.end(tx, held.id)


def _refuse_last(tx: Tx, held: Row) -> None:
    owners = [
        row
        for row in listed(tx)
        if row.active and role_of(row) == roles.OWNER and row.id != held.id
    ]
    for row in (held, *owners):
        tx.lock(table, row.id)  # two at once must not leave none
    again = [memberships.fetch(tx, row.id) for row in owners]
    if not any(row.active and role_of(row) == roles.OWNER for row in again):
        raise LastOwner
