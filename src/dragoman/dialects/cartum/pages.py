"""Pages beside the API: what is shown, who is signed in, failures. Source: spec/cartum 4.

The session is the console's own (domain `console`, kind `session`), so that one sign-in opens both.
"""

from pathlib import Path
from typing import Any, NoReturn

import jinja2
import msgspec

from dragoman.core.faults import Denied, Fault, NoSuchPath, WrongMethod
from dragoman.core.identity import memberships, sessions
from dragoman.core.tx import Actor, Tx
from dragoman.dialects.cartum import addresses
from dragoman.domains.shop import users
from dragoman.wire import forms, steps
from dragoman.wire.call import Headers, Reply, set_cookie
from dragoman.wire.exchange import Answered, Exchange

CONSOLE = "console"
COOKIE = "console"
KIND = "session"

_HEADERS: Headers = (
    (b"Content-Type", b"text/html; charset=utf-8"),
    (b"Cache-Control", b"no-store"),
    (b"X-Content-Type-Options", b"nosniff"),
    (b"Referrer-Policy", b"same-origin"),
    (
        b"Content-Security-Policy",
        b"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
        b"frame-ancestors 'none'",
    ),
)
_JSON: Headers = (
    (b"Content-Type", b"application/json; charset=utf-8"),
    (b"Cache-Control", b"no-store"),
)
_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Shown(msgspec.Struct, frozen=True):
    """A result that is a page."""


class Page(Shown, frozen=True):
    """A template with what it shows."""

    template: str
    values: dict[str, Any] = {}
    status: int = 200


class Rows(Shown, frozen=True):
    """The same rows as JSON."""

    body: bytes


class Leads(Shown, frozen=True):
    """302 to a local path. secret: of a session to set as cookie, "" takes the cookie back, None
    leaves it.
    """

    path: str
    secret: str | None = None


def is_page(ex: Exchange) -> bool:
    """Whether the address is a page's."""
    known: bool | None = ex.memo.get("page")
    if known is None:
        known = ex.memo["page"] = addresses.is_page(ex.call.path)
    return known


def cookie_name(ex: Exchange) -> str:
    """The console's: over https with the prefix that browsers hold to its host."""
    return f"__Host-{COOKIE}" if ex.call.scheme == "https" else COOKIE


def fields(ex: Exchange) -> dict[str, Any]:
    """The form of a page, or its query. `prefix` and the rest of the request line are for the
    handlers.
    """
    sent: dict[str, Any] = dict(ex.call.query_pairs())
    if ex.call.method not in ("GET", "HEAD"):
        steps.bounded(ex)
        sent.update(forms.of(ex.call).fields)
    sent["prefix"] = ex.call.prefix
    return sent


def sign_in(ex: Exchange) -> None:
    """Who is signed in; rows with access `signed-in` lead to the login page without."""
    access = ex.endpoint.access  # type: ignore[union-attr] # looked up
    if access not in ("page", "signed-in"):
        return
    secret = ex.call.cookies.get(cookie_name(ex))
    row = sessions.find(ex.tx, domain=CONSOLE, kind=KIND, secret=secret) if secret else None
    if row is not None and sessions.usable(row) and row.account_id is not None:
        ex.actor = Actor(
            account_id=row.account_id,
            membership_id=row.membership_id,
            session_id=row.id,
            name=row.login or row.name or "",
        )
        ttl_ms = ex.dialect.options.session_hours * 3_600_000
        if sessions.due_for_touch(row, ex.tx.now_ms):
            ex.later(lambda tx: sessions.touch(tx, row, ttl_ms))
    elif access == "signed-in":
        back = addresses.EDIT if ex.endpoint.path == addresses.EDIT else f"{addresses.LOGS}/"  # type: ignore[union-attr] # looked up
        raise Answered(reply(ex, Leads(f"{addresses.LOGIN}?back={back}")))


def may_see_log(tx: Tx, account_id: int) -> bool:
    """Every user with API permission, and everybody who has a role in the console."""
    return any(
        row.active
        and (row.domain == CONSOLE or (row.domain == users.DOMAIN and users.may_call(row.facts)))
        for row in memberships.of_account(tx, account_id)
    )


def reply(ex: Exchange, result: Shown) -> Reply:
    """The reply for a page."""
    prefix = ex.call.prefix
    if isinstance(result, Leads):
        headers: Headers = ((b"Location", f"{prefix}{result.path}".encode()), *_HEADERS)
        if result.secret is not None:
            age = 0 if result.secret == "" else None
            secure = ex.call.scheme == "https"
            cookie = set_cookie(cookie_name(ex), result.secret, secure=secure, max_age_s=age)
            headers = (*headers, (b"Set-Cookie", cookie.encode()))
        return Reply(302, headers)
    if isinstance(result, Rows):
        return Reply(200, _JSON, result.body)
    assert isinstance(result, Page)  # noqa: S101 # there is no fourth kind
    shown = {**result.values, "prefix": prefix, "login": ex.actor.name}
    text = _templates.get_template(result.template).render(shown)
    return Reply(result.status, _HEADERS, text.encode("utf-8", "replace"))


def to_https(ex: Exchange) -> Reply:
    """The same address with https."""
    host = ex.call.headers.get("host", "")
    query = f"?{ex.call.query_string.decode('latin-1')}" if ex.call.query_string else ""
    location = f"https://{host}{ex.call.prefix}{ex.call.path}{query}"
    return Reply(302, ((b"Location", location.encode("latin-1", "replace")), *_HEADERS))


def no_such(ex: Exchange) -> NoReturn:
    """A page that is not there, or not with this method."""
    if ex.allowed:
        raise WrongMethod(ex.call.method, ex.allowed)
    raise NoSuchPath(ex.call.path)


def refuse(fault: Fault, ex: Exchange) -> Reply:
    """A failure as a plain page."""
    if isinstance(fault, WrongMethod):
        sent = _plain(ex, 405, "This page cannot be called in this way.")
        sent.headers = ((b"Allow", ", ".join(fault.allowed).encode()), *sent.headers)
        return sent
    if isinstance(fault, NoSuchPath):
        return _plain(ex, 404, "There is no such page.")
    if isinstance(fault, Denied):
        return _plain(ex, 403, "You may not see this page.")
    return _plain(ex, 400, "The page cannot read what was sent.")


def crash(ex: Exchange) -> Reply:
    """500 without detail."""
    return _plain(ex, 500, "Something went wrong here.")


def _plain(ex: Exchange, status: int, text: str) -> Reply:
    return reply(ex, Page("plain.html", {"text": text}, status))
