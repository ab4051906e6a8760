"""Tokens and keys: every credential of every system in one table; a secret is shown once."""

from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.faults import BadValue, NotFound
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.dialects.console import deskkeys, issuing
from dragoman.dialects.console.auth import Member
from dragoman.dialects.console.results import Page, Redirect
from dragoman.dialects.console.systems import BY_DOMAIN, System, titled
from dragoman.wire import logsearch
from dragoman.wire.binding import Filled, Path, Query

_MONTH_MS = 30 * 86_400_000
_c, _a, _m = tables.credentials.c, tables.accounts.c, tables.memberships.c
_LISTED = prepare(
    sa.select(
        _c.id,
        _c.account_id,
        _c.domain,
        _c.kind,
        _c.name,
        _c.hint,
        _c.active,
        _c.facts,
        _c.created_ms,
        _c.expires_ms,
        _c.last_used_ms,
        _a.name.label("account_name"),
        _a.active.label("account_active"),
        _m.login,
    )
    .select_from(
        tables.credentials.join(tables.accounts, _a.id == _c.account_id).outerjoin(
            tables.memberships, _m.id == _c.membership_id
        )
    )
    .where(sa.or_(_c.kind != "password", _c.domain == "shop"))
    .order_by(_c.active.desc(), _c.id.desc())
    .limit(500)
)


class ShowTokens(msgspec.Struct, frozen=True):
    """GET /edit/tokens. system: a domain, empty for all."""

    system: Annotated[str, Query()] = ""
    ask_new: Annotated[str, Query("new")] = ""


class NewToken(msgspec.Struct, frozen=True):
    """POST /edit/tokens/new."""

    domain: str
    name: Annotated[str, Filled()]
    login: str = ""
    rights: str = ""
    days: str = ""
    prepared: tuple[str, str] | None = None


class Revoke(msgspec.Struct, frozen=True):
    """POST /edit/tokens/revoke/{id}. confirm: the name, typed again."""

    id: Annotated[int, Path()]
    confirm: str = ""


class Rotate(msgspec.Struct, frozen=True):
    """POST /edit/tokens/rotate/{id}."""

    id: Annotated[int, Path()]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table. end: where the form that revokes it goes."""

    id: int
    domain: str
    name: str
    system: System
    rights: str
    end: str
    login: str = ""
    hint: str = ""
    state: str = "active"
    alive: bool = True
    rotatable: bool = False
    calls: int | None = None
    used_ms: int | None = None


def page(tx: Tx, ask: ShowTokens) -> Page:
    """GET /edit/tokens"""
    return _shown(tx, ask.system, new=ask.ask_new)


def _shown(tx: Tx, system: str = "", *, secret: str = "", name: str = "", new: str = "") -> Page:
    used = logsearch.by_account(tx, tx.now_ms - _MONTH_MS)
    listed = [row for row in tx.all(_LISTED) if row.name or not _expired(row, tx.now_ms)]
    rows = [_line(row, used, tx.now_ms) for row in listed]
    rows += [_desk_line(row) for row in deskkeys.listed(tx)]
    rows = [row for row in rows if not system or row.domain == system]
    member = tx.actor
    values = {
        "active": "tokens",
        "title": "Tokens and keys",
        "rows": rows,
        "kinds": issuing.kinds(),
        "lives": issuing.LIVES,
        "secret": secret,
        "made": name,
        "system": system,
        "domains": BY_DOMAIN,
        "new": new,
        "may_write": isinstance(member, Member) and member.may("tokens:write"),
    }
    return Page("tokens.html", values)


def _line(row: Row, used: dict[tuple[int, str], tuple[int, int]], now_ms: int) -> Line:
    calls, used_ms = _calls(row, used)
    return Line(
        id=row.id,
        domain=row.domain,
        name=shown_name(row),
        login=row.login or "",
        system=BY_DOMAIN.get(row.domain) or titled(row.domain),
        hint=row.hint,
        rights=rights(row),
        state=state(row, now_ms),
        alive=row.active,
        rotatable=issuing.rotatable(row),
        calls=calls,
        used_ms=used_ms,
        end=f"/edit/tokens/revoke/{row.id}",
    )


def _desk_line(row: Row) -> Line:
    return Line(
        id=row.id,
        domain="desk",
        name=row.name,
        system=BY_DOMAIN["desk"],
        hint=row.token[-4:],
        rights=deskkeys.rights(row),
        end=f"/edit/tokens/desk/{row.id}/revoke",
    )


def _calls(row: Row, used: dict[tuple[int, str], tuple[int, int]]) -> tuple[int, int | None]:
    system = BY_DOMAIN.get(row.domain)
    calls, at_ms = used.get((row.account_id, system.dialect if system else ""), (0, None))
    return calls, max((row.last_used_ms or 0), at_ms or 0) or None


def shown_name(row: Row) -> str:
    """What a credential is called: its own name, else whose it is."""
    return str(row.name or row.login or row.account_name or f"#{row.id}")


def rights(row: Row) -> str:
    """What a credential may do, as far as it says so itself."""
    facts = row.facts if isinstance(row.facts, dict) else {}
    shown = [
        f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name in ("scopes", "groups", "roles", "type", "kind")
        if (value := facts.get(name)) not in (None, [], "")
    ]
    if row.kind == "password":
        return "calls the shop API"
    return "; ".join(shown) or "as its user"


def _expired(row: Row, now_ms: int) -> bool:
    return row.expires_ms is not None and row.expires_ms <= now_ms


def state(row: Row, now_ms: int) -> str:
    """active, expired, revoked or switched off (with its account)."""
    if not row.active:
        return "revoked"
    if _expired(row, now_ms):
        return "expired"
    return "active" if row.account_active else "switched off"


def hash_ahead(tx: Tx, ask: NewToken) -> tuple[str, str] | None:
    """Before the transaction: a password for a new API user."""
    return issuing.made_up() if ask.domain == "shop" else None


def create(tx: Tx, ask: NewToken) -> Page:
    """POST /edit/tokens/new: the one answer that holds the secret."""
    name = ask.name.strip()
    secret = issuing.issue(
        tx,
        ask.domain,
        login=ask.login.strip(),
        name=name,
        rights=ask.rights,
        days=ask.days,
        prepared=ask.prepared,
    )
    return _shown(tx, secret=secret, name=name)


def rotate(tx: Tx, ask: Rotate) -> Page:
    """POST /edit/tokens/rotate/{id}"""
    row = _found(tx, ask.id)
    return _shown(tx, secret=issuing.rotate(tx, row), name=str(row.name or f"#{row.id}"))


def revoke(tx: Tx, ask: Revoke) -> Redirect:
    """POST /edit/tokens/revoke/{id}"""
    row = _found(tx, ask.id)
    listed: Any = next((one for one in tx.all(_LISTED) if one.id == ask.id), None)
    if ask.confirm.strip() != (shown_name(listed) if listed is not None else row.name):
        raise BadValue("confirm", "differs")
    issuing.end(tx, row)
    return Redirect("/edit/tokens", "Revoked. It is dead from its next call on.")


def _found(tx: Tx, id: int) -> Row:
    row = tx.get(tables.credentials, id) if 0 < id < 1 << 63 else None
    if row is None or (row.kind == "password" and row.domain != "shop"):
        raise NotFound("token", "id", id)
    return row
