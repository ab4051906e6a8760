"""Sessions and rights. Source: spec/opensupports 2."""

import hashlib
import re

from dragoman.core.faults import Denied
from dragoman.core.identity import sessions
from dragoman.core.ids import random_hex
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.opensupports.callers import Caller
from dragoman.domains.desk import people, settings
from dragoman.domains.desk.people import DOMAIN, Person
from dragoman.wire.exchange import Exchange

COOKIE = "PHPSESSID"
DAY_MS = 86_400_000
_COOKIE_FORM = re.compile(r"[A-Za-z0-9,-]{26,128}\Z")


def token_of(cookie: str) -> str:
    """The token that belongs to a session id: it can be worked out from the id, not back."""
    return hashlib.sha256(b"csrf " + cookie.encode()).hexdigest()[:40]


def new_cookie() -> str:
    """A fresh session id."""
    return random_hex(32)


def open_session(
    tx: Tx, who: Person, *, days: int, membership: Row | None = None
) -> tuple[str, str]:
    """Open a session for somebody. Returns the cookie and the token."""
    cookie = new_cookie()
    token = token_of(cookie)
    sessions.open(
        tx,
        domain=DOMAIN,
        ttl_ms=days * DAY_MS,
        account_id=membership.account_id if membership is not None else None,
        membership_id=membership.id if membership is not None else None,
        facts={"staff": who.staff, "id": who.id, "ticket": who.ticket_number},
        secret=token,
    )
    return cookie, token


def authenticate(ex: Exchange) -> None:
    """Find the caller: cookie with both fields, or the fields alone."""
    cookie = ex.call.cookies.get(COOKIE)
    usable = cookie is not None and _COOKIE_FORM.match(cookie) is not None
    user, token = ex.fields.get("csrf_userid"), ex.fields.get("csrf_token")
    if usable:
        own = token_of(cookie or "")
        row, found = _session(ex, own)
        if found is not None and row is not None:
            proven = user == str(found.id) and token == own
            ex.actor = _caller(row, found, proven=proven)
            return
    if _by_fields(ex, user, token):
        return
    if not usable:
        ex.memo["fresh cookie"] = True


def _by_fields(ex: Exchange, user: object, token: object) -> bool:
    number = None
    if user is None:
        token = token if token is not None else ex.fields.get("token")
        number = ex.fields.get("ticketNumber")
        if not isinstance(number, str):
            return False
    if not isinstance(token, str) or len(token) != 40:
        return False
    row, found = _session(ex, token)
    if row is None or found is None:
        return False
    fits = user == str(found.id) if user is not None else number == str(found.ticket_number)
    if fits:
        ex.actor = _caller(row, found, proven=True)
    return fits


def _session(ex: Exchange, token: str) -> tuple[Row | None, Person | None]:
    row = sessions.find(ex.tx, domain=DOMAIN, secret=token)
    if row is None or row.account_active is False:
        return None, None
    staff, id = bool(row.facts["staff"]), row.facts["id"]
    held = (people.member if staff else people.user)(ex.tx, id)
    if held is None:
        return None, None
    if sessions.due_for_touch(row, ex.tx.now_ms):
        ttl_ms = ex.dialect.options.session_days * DAY_MS
        ex.later(lambda tx: sessions.touch(tx, row, ttl_ms))
    found = people.as_person(ex.tx, held, staff=staff, ticket_number=row.facts["ticket"])
    return row, found


def _caller(row: Row, found: Person, *, proven: bool) -> Caller:
    if not proven:
        return Caller(visitor=found)
    return Caller(
        account_id=row.account_id,
        membership_id=row.membership_id,
        number=found.id,
        session_id=row.id,
        name=found.email,
        person=found,
        visitor=found,
    )


def permit(ex: Exchange) -> None:
    """The row's permission: any, user, staff1-3, or `open`: any unless login is mandatory."""
    access = ex.endpoint.access  # type: ignore[union-attr] # routed
    if access == "any":
        return
    found = ex.actor.person if isinstance(ex.actor, Caller) else None
    if found is None:
        if access == "open" and not settings.is_on(settings.read(ex.tx), "mandatory-login"):
            return
        raise Denied("login")
    if access[:5] == "staff" and not (found.staff and found.level >= int(access[5:])):
        raise Denied(access)
