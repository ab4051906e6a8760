"""Users of the things: items of the store `users`, each with a membership that logs in. Source:
spec/rightech 3, 7.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from dragoman.core.faults import BadValue, Missing, NotFound, WrongType
from dragoman.core.identity import accounts, credentials, memberships, sessions
from dragoman.core.sql import Row
from dragoman.core.text import fold_email
from dragoman.core.tx import Tx
from dragoman.domains.things import items
from dragoman.domains.things.items import Draft
from dragoman.domains.things.stores import STORES
from dragoman.domains.things.tables import thing_items

DOMAIN = "things"
USERS = STORES["users"]
READ_ONLY = frozenset({"rights"})


class Login(msgspec.Struct, frozen=True):
    """What a login leads to: a membership, its password's hash, and whether it may come in."""

    membership: Row
    password_hash: str | None
    usable: bool
    by_web: bool


def refuse_password(password: Any, *, strict: bool) -> str:
    """The password, or Missing, WrongType, BadValue. strict: 8 characters with lower, upper and
    digit.
    """
    if password is None or password == "":
        raise Missing("password")
    if not isinstance(password, str):
        raise WrongType("password", "a string")
    mixed = (
        any(letter.islower() for letter in password)
        and any(letter.isupper() for letter in password)
        and any(letter.isdigit() for letter in password)
    )
    if len(password) > 1024 or (strict and (len(password) < 8 or not mixed)):
        raise BadValue("password", "must have 8 characters with lower and upper case and a digit")
    return password


def create(
    tx: Tx, draft: Draft, password_hash: str | None, *, account_id: int | None = None
) -> Row:
    """A new user with a hashed password (None: nobody gets in by one). Raises as `items.create`."""
    fields = draft.fields
    fields.pop("password", None)
    fields.setdefault("messages", True)
    fields["rights"] = 1.5
    draft.access = [draft.oid]
    row = items.create(tx, USERS, draft)
    member = memberships.join(
        tx,
        domain=DOMAIN,
        login=fields["login"],
        account_id=account_id,
        name=str(fields.get("name") or fields["login"]),
        active=fields.get("disabled") is not True,
        facts=_facts(row, fields),
    )
    if password_hash is not None:
        credentials.set_password(tx, member, password_hash)
    return row


def _facts(row: Row, body: Mapping[str, Any]) -> dict[str, Any]:
    """What authentication needs of a user, kept with the membership so that it costs no query of
    its own.
    """
    return {
        "user": row.oid,
        "item": row.id,
        "group": row.group,
        "role": body.get("role"),
        "web": body.get("webDisabled") is not True,
    }


def membership_of(tx: Tx, row: Row) -> Row | None:
    """The membership behind a user item."""
    login = str(items.body_of(row).get("login", ""))
    found = memberships.by_login(tx, domain=DOMAIN, login=login)
    return found if found is not None and found.facts.get("user") == row.oid else None


def change(tx: Tx, row: Row, fields: Mapping[str, Any], password_hash: str | None) -> Row:
    """Deep-merge into a user; switching off ends what they have open. Raises as `items.change`."""
    member = membership_of(tx, row)
    wanted = {
        name: value
        for name, value in fields.items()
        if name not in READ_ONLY and name != "password"
    }
    changed = items.change(tx, USERS, row, wanted)
    if member is None:
        return changed
    body = items.body_of(changed)
    memberships.change(
        tx,
        member.id,
        login=body["login"],
        active=body.get("disabled") is not True,
        facts=_facts(changed, body),
    )
    if password_hash is not None:
        credentials.set_password(tx, member, password_hash)
    if body.get("disabled") is True or password_hash is not None:
        sessions.close_all(tx, membership_id=member.id)
    return changed


def delete(tx: Tx, row: Row) -> None:
    """Remove a user with their sessions and tokens."""
    member = membership_of(tx, row)
    items.delete(tx, row)
    if member is not None:
        memberships.end(tx, member.id)


def find_login(tx: Tx, login: str) -> Login | None:
    """Who logs in with this login or e-mail; None when nobody does."""
    member = memberships.by_login(tx, domain=DOMAIN, login=login)
    if member is None and "@" in login:
        row = tx.first(items.BY_MAIL, store="users", mail=fold_email(login))
        held = tx.get(thing_items, row.id) if row is not None else None
        if held is not None and held.key is not None:
            member = memberships.by_login(tx, domain=DOMAIN, login=held.key)
    if member is None or "user" not in member.facts:
        return None
    account = accounts.fetch(tx, member.account_id)
    usable = bool(member.active and account is not None and account.active)
    hashed = credentials.password_hash(tx, member.id)
    return Login(member, hashed, usable, bool(member.facts.get("web", True)))


def item_of(tx: Tx, user_oid: str) -> Row:
    """The item of a user. Raises NotFound."""
    row = items.by_oid(tx, "users", user_oid)
    if row is None:
        raise NotFound("users", "_id", user_oid)
    return row
