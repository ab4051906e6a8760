"""Users and roles of the console, their sessions; and one's own account."""

from typing import Annotated

import msgspec
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.faults import BadValue, NotFound
from dragoman.core.identity import accounts, memberships, passwords, sessions
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.dialects.console.auth import Member
from dragoman.dialects.console.results import Page, Redirect
from dragoman.dialects.console.systems import BY_DOMAIN, titled
from dragoman.domains.console import members, roles
from dragoman.wire.binding import Filled, Path, Query
from dragoman.wire.endpoint import NoAsk

_s = tables.sessions.c
_SESSIONS = prepare(
    sa.select(
        _s.id, _s.membership_id, _s.account_id, _s.facts, _s.created_ms, _s.seen_ms, _s.expires_ms
    )
    .where(
        _s.domain == members.DOMAIN,
        _s.kind == "session",
        _s.expires_ms > sa.bindparam("now", type_=sa.BigInteger()),
    )
    .order_by(_s.seen_ms.desc())
)


class ShowUsers(msgspec.Struct, frozen=True):
    """GET /edit/users."""

    new: Annotated[str, Query()] = ""


class OneUser(msgspec.Struct, frozen=True):
    """A user by number."""

    number: Annotated[int, Path()]


class CreateUser(msgspec.Struct, frozen=True):
    """POST /edit/users/new."""

    email: Annotated[str, Filled()]
    password: Annotated[str, Filled()]
    name: str = ""
    role: str = "viewer"
    prepared: str | None = None


class ChangeUser(msgspec.Struct, frozen=True):
    """POST /edit/users/{number}."""

    number: Annotated[int, Path()]
    name: Annotated[str, Filled()]
    role: str
    active: bool = False


class SetPassword(msgspec.Struct, frozen=True):
    """POST /edit/users/{number}/password."""

    number: Annotated[int, Path()]
    password: Annotated[str, Filled()]
    prepared: str | None = None


class EndSessions(msgspec.Struct, frozen=True):
    """POST /edit/users/{number}/sessions. id: 0 for all."""

    number: Annotated[int, Path()]
    id: int = 0


class RemoveUser(msgspec.Struct, frozen=True):
    """POST /edit/users/{number}/remove. confirm: the address, typed again."""

    number: Annotated[int, Path()]
    confirm: str = ""


class OwnPassword(msgspec.Struct, frozen=True):
    """POST /edit/account/password."""

    password: Annotated[str, Filled()]
    prepared: str | None = None


def page(tx: Tx, ask: ShowUsers) -> Page:
    """GET /edit/users"""
    open_sessions = tx.all(_SESSIONS, now=tx.now_ms)
    names = {row.id: row for row in accounts.listed(tx)}
    rows = []
    for row in members.listed(tx):
        own = [one for one in open_sessions if one.membership_id == row.id]
        others = [
            member for member in memberships.of_account(tx, row.account_id) if member.id != row.id
        ]
        seen = max((one.seen_ms for one in own), default=None)
        rows.append(
            {
                "row": row,
                "name": names[row.account_id].name,
                "role": members.role_of(row),
                "sessions": len(own),
                "seen_ms": seen,
                "doors": [BY_DOMAIN.get(one.domain) or titled(one.domain) for one in others],
                "active": row.active and names[row.account_id].active,
            }
        )
    values = {
        "active": "users",
        "title": "Users and roles",
        "rows": rows,
        "roles": roles,
        "new": ask.new,
        "may_write": _may_write(tx),
        "role_choices": list(roles.TITLES.items()),
    }
    return Page("users.html", values)


def _may_write(tx: Tx) -> bool:
    return isinstance(tx.actor, Member) and tx.actor.may("users:write")


def one(tx: Tx, ask: OneUser) -> Page:
    """GET /edit/users/{number}"""
    held = members.fetch(tx, ask.number)
    return _shown(tx, held, "users", own=False)


def account(tx: Tx, ask: NoAsk) -> Page:
    """GET /edit/account: oneself."""
    held = memberships.fetch(tx, int(tx.actor.membership_id or 0))
    return _shown(tx, held, "", own=True)


def _shown(tx: Tx, held: Row, active: str, *, own: bool) -> Page:
    account = accounts.fetch(tx, held.account_id)
    found = [row for row in tx.all(_SESSIONS, now=tx.now_ms) if row.membership_id == held.id]
    doors = [
        {"system": BY_DOMAIN.get(row.domain) or titled(row.domain), "row": row}
        for row in memberships.of_account(tx, held.account_id)
    ]
    values = {
        "active": active,
        "title": account.name if account is not None else held.login,
        "row": held,
        "own": own,
        "account": account,
        "role": members.role_of(held),
        "sessions": found,
        "doors": doors,
        "may_write": _may_write(tx),
        "role_choices": list(roles.TITLES.items()),
        "about": roles.ABOUT,
        "this": tx.actor.session_id,
        "of_console": held.domain == members.DOMAIN,
    }
    return Page("user.html", values)


def hash_password(tx: Tx, ask: CreateUser | SetPassword | OwnPassword) -> str:
    """Before the transaction: the hash of a password that will do. Raises BadValue("password")."""
    members.refuse_password(ask.password)
    return passwords.hashed(ask.password)


def create(tx: Tx, ask: CreateUser) -> Redirect:
    """POST /edit/users/new"""
    held = members.create(
        tx,
        email=ask.email.strip(),
        name=ask.name.strip(),
        role=ask.role,
        password_hash=ask.prepared or "",
    )
    return Redirect(f"/edit/users/{held.number}", f"{held.login} may sign in now.")


def change(tx: Tx, ask: ChangeUser) -> Redirect:
    """POST /edit/users/{number}"""
    held = members.fetch(tx, ask.number)
    role = ask.role if ask.role != members.role_of(held) else None
    active = ask.active if ask.active != held.active else None
    members.change(tx, ask.number, name=ask.name.strip(), role=role, active=active)
    return Redirect(f"/edit/users/{ask.number}", "Saved.")


def set_password(tx: Tx, ask: SetPassword) -> Redirect:
    """POST /edit/users/{number}/password"""
    members.set_password(tx, ask.number, ask.prepared or "", but=tx.actor.session_id)
    return Redirect(f"/edit/users/{ask.number}", "Password set. Other sessions have ended.")


def own_password(tx: Tx, ask: OwnPassword) -> Redirect:
    """POST /edit/account/password"""
    held = memberships.fetch(tx, int(tx.actor.membership_id or 0))
    if held.domain != members.DOMAIN:
        raise BadValue("password", "rights")
    members.set_password(tx, held.number, ask.prepared or "", but=tx.actor.session_id)
    return Redirect("/edit/account", "Password set. Your other sessions have ended.")


def end_sessions(tx: Tx, ask: EndSessions) -> Redirect:
    """POST /edit/users/{number}/sessions"""
    held = members.fetch(tx, ask.number)
    to = f"/edit/users/{ask.number}"
    if not ask.id:
        count = sessions.close_all(tx, membership_id=held.id, but=tx.actor.session_id)
        return Redirect(to, f"Ended {count} sessions.")
    own = [row.id for row in tx.all(_SESSIONS, now=tx.now_ms) if row.membership_id == held.id]
    if ask.id not in own:
        raise NotFound("session", "id", ask.id)
    sessions.close(tx, ask.id)
    return Redirect(to, "Session ended.")


def remove(tx: Tx, ask: RemoveUser) -> Redirect:
    """POST /edit/users/{number}/remove"""
    held = members.fetch(tx, ask.number)
    if ask.confirm.strip() != held.login:
        raise BadValue("confirm", "differs")
    members.remove(tx, ask.number)
    return Redirect("/edit/users", f"{held.login} cannot sign in any more.")
