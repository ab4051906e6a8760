"""Who sits at the screen: the session cookie, rights, and where a form came from. Source:
CONSOLE.md 6.
"""

import hmac
from typing import Any
from urllib.parse import urlsplit

import msgspec

from dragoman.core import settings
from dragoman.core.faults import Denied, TooMany, Unauthenticated
from dragoman.core.identity import sessions
from dragoman.core.tx import Actor
from dragoman.domains.console import keeping, roles
from dragoman.domains.console.members import DOMAIN
from dragoman.domains.desk import tickets
from dragoman.wire import forms
from dragoman.wire.call import Call
from dragoman.wire.exchange import Exchange

SAFE = frozenset({"GET", "HEAD"})
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
HOUR_MS = 3_600_000


class Forged(Denied):
    """A form that does not come from our own page, or whose token is not the session's."""


class Stale(Denied):
    """The sign-in is too long ago for what was asked; the password is needed again."""


class Member(Actor, frozen=True):
    """Somebody signed in.

    role: see `domains.console.roles`. confirmed_ms: when the password was last given.
    """

    role: str = "viewer"
    csrf: str = ""
    email: str = ""
    confirmed_ms: int = 0
    theme: str = "system"
    facts: dict[str, Any] = msgspec.field(default_factory=dict)

    def may(self, right: str) -> bool:
        """Whether the role has a right."""
        return roles.may(self.role, right)


def cookie_name(call: Call) -> str:
    """`__Host-console` over https, where browsers keep that promise; plain on local http."""
    return "__Host-console" if call.scheme == "https" else "console"


ORGANISATION = "console.organisation"
"""The setting that holds the name above the navigation."""


def authenticate(ex: Exchange) -> None:
    """Find the session of the cookie; a bad one counts as none. Also what the shell shows on every
    page: one that refuses is made when the transaction has ended.
    """
    has_shell = ex.endpoint is None or "static" not in ex.endpoint.flags
    if has_shell:
        ex.memo["organisation"] = settings.read(ex.tx, ORGANISATION)
    secret = ex.call.cookies.get(cookie_name(ex.call))
    if not secret:
        return
    row = sessions.find(ex.tx, domain=DOMAIN, secret=secret)
    if row is None or not sessions.usable(row) or row.account_id is None:
        return
    member = ex.actor = Member(
        account_id=row.account_id,
        membership_id=row.membership_id,
        number=row.number,
        session_id=row.id,
        name=row.name or row.login or "",
        role=role_of(row),
        csrf=row.facts.get("csrf", ""),
        email=row.login or "",
        confirmed_ms=row.facts.get("confirmed_ms", row.created_ms),
        theme=keeping.preferred(ex.tx, row.account_id).get("theme", "system"),
        facts=row.facts,
    )
    if has_shell and "x-fragment" not in ex.call.headers and member.may("inbox:read"):
        ex.memo["counts"] = {"inbox": tickets.open_count(ex.tx)}
    if sessions.due_for_touch(row, ex.tx.now_ms):
        options = ex.dialect.options
        left_ms = row.created_ms + options.session_days * 24 * HOUR_MS - ex.tx.now_ms
        ttl_ms = max(0, min(options.session_hours * HOUR_MS, left_ms))
        ex.later(lambda tx: sessions.touch(tx, row, ttl_ms))


def role_of(row: Any) -> str:
    """The role of a session's membership; an API user of the shop is an integrator unless told
    otherwise.
    """
    facts = row.member_facts or {}
    if row.facts.get("door") == "shop":
        return str(facts.get("console_role", "integrator"))
    return str(facts.get("role", "viewer"))


def require(ex: Exchange) -> None:
    """A session on every row that is not public, and the right that the row names."""
    access = ex.endpoint.access  # type: ignore[union-attr] # routed
    if access == "public":
        return
    if not isinstance(ex.actor, Member):
        raise Unauthenticated
    if access != "member" and not ex.actor.may(access):
        raise Denied(access)


def require_origin(ex: Exchange) -> None:
    """What changes something must come from our own page: header first, then the token."""
    call = ex.call
    if call.method in SAFE and "signs out" not in ex.endpoint.flags:  # type: ignore[union-attr] # routed
        return
    told = same_origin(call)
    if told is False:
        raise Forged("origin")
    if call.method in SAFE or "signs in" in ex.endpoint.flags:  # type: ignore[union-attr] # routed
        return
    if told is None:
        raise Forged("origin")
    token = call.headers.get("x-csrf") or _field(call, "csrf")
    expected = ex.actor.csrf if isinstance(ex.actor, Member) else ""
    if not expected or not hmac.compare_digest(token.encode(), expected.encode()):
        raise Forged("token")


def same_origin(call: Call) -> bool | None:
    """Whether a request says that it comes from our own pages; None when it says nothing.

    An address typed in, a bookmark or a plain client (`none`, or no header) says nothing.
    """
    site = call.headers.get("sec-fetch-site")
    if site is not None:
        return True if site == "same-origin" else None if site == "none" else False
    origin = call.headers.get("origin")
    if origin is None:
        return None
    parts = urlsplit(origin)
    return parts.scheme == call.scheme and parts.netloc == call.headers.get("host", "")


def _field(call: Call, name: str) -> str:
    if forms.media_type(call) not in FORMS or call.oversized:
        return ""
    return next((value for key, value in forms.of(call).fields if key == name), "")


def require_fresh(ex: Exchange) -> None:
    """Rows marked `fresh` need a password given within the last minutes."""
    if "fresh" not in ex.endpoint.flags or not isinstance(ex.actor, Member):  # type: ignore[union-attr] # routed
        return
    minutes = ex.dialect.options.fresh_minutes
    if ex.tx.now_ms - ex.actor.confirmed_ms > minutes * 60_000:
        raise Stale("password")


def slow_down(ex: Exchange) -> None:
    """Refuse a sign-in for an account, or from an address, that has failed too often."""
    if "signs in" not in ex.endpoint.flags:  # type: ignore[union-attr] # routed
        return
    for key, limit, window_s in _limits(ex):
        wait = ex.dialect.site.limits.full(key, limit=limit, window_s=window_s)
        if wait:
            raise TooMany(wait)


def failed(ex: Exchange) -> None:
    """Count a failed sign-in."""
    for key, limit, window_s in _limits(ex):
        ex.dialect.site.limits.hit(key, limit=limit, window_s=window_s)


def _limits(ex: Exchange) -> tuple[tuple[str, int, int], ...]:
    options = ex.dialect.options
    login = _field(ex.call, "login").strip().lower()
    if isinstance(ex.actor, Member):
        login = ex.actor.email.lower()
    window_s = options.login_window_s
    return (
        (f"console login {login}", options.logins_per_account, window_s),
        (f"console address {ex.call.remote}", options.logins_per_address, window_s),
    )
