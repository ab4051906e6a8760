"""Who may work in the shop: memberships of the domain `shop`, with a permission to call its API."""

from dragoman.core.identity import credentials, memberships, sessions
from dragoman.core.sql import Row
from dragoman.core.tx import Tx

DOMAIN = "shop"
KIND = "manager"
TOKEN = "token"  # noqa: S105 # the kind of session that a program's login opens


def by_login(tx: Tx, login: str) -> Row | None:
    """The user with this login, case aside."""
    return memberships.by_login(tx, domain=DOMAIN, kind=KIND, login=login)


def password_hash(tx: Tx, login: str) -> str | None:
    """The stored password hash of a user; None for an unknown one."""
    held = by_login(tx, login)
    return credentials.password_hash(tx, held.id) if held is not None else None


def may_call(member_facts: dict[str, object] | None) -> bool:
    """Whether a user's facts hold the permission to call the API."""
    return bool((member_facts or {}).get("api"))


def create(
    tx: Tx,
    *,
    login: str,
    password_hash: str | None,
    api: bool = True,
    account_id: int | None = None,
) -> Row:
    """A new user. Raises Conflict when the login is taken."""
    held = memberships.join(
        tx, domain=DOMAIN, kind=KIND, login=login, account_id=account_id, facts={"api": api}
    )
    if password_hash is not None:
        credentials.set_password(tx, held, password_hash)
    return held


def change(
    tx: Tx,
    membership_id: int,
    *,
    password_hash: str | None = None,
    active: bool | None = None,
    api: bool | None = None,
) -> None:
    """Change what is not None. A new password, and being switched off, end the user's tokens and
    sessions.
    """
    held = memberships.fetch(tx, membership_id)
    facts = {**held.facts, "api": api} if api is not None else None
    memberships.change(tx, membership_id, active=active, facts=facts)
    if password_hash is not None:
        credentials.set_password(tx, held, password_hash)
    if password_hash is not None or active is False:
        sessions.close_all(tx, membership_id=membership_id)


def listed(tx: Tx) -> list[Row]:
    """All users by number."""
    return memberships.listed(tx, domain=DOMAIN, kind=KIND)
