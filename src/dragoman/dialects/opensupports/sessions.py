"""Logging in and out. Source: spec/opensupports 2, 9.1."""

from typing import Annotated, Any

import msgspec

from dragoman.core.faults import Denied
from dragoman.core.identity import credentials, memberships, passwords
from dragoman.core.identity import sessions as stored
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.opensupports import auth, callers, reading, shapes
from dragoman.dialects.opensupports.envelope import SignedIn, SignedOut
from dragoman.dialects.opensupports.lookups import captcha, ticket
from dragoman.dialects.opensupports.options import Options
from dragoman.dialects.opensupports.reading import says, text, truthy
from dragoman.dialects.opensupports.refusals import Refused
from dragoman.domains.desk import people, settings, staff, tokens
from dragoman.wire.binding import Given
from dragoman.wire.endpoint import NoAsk

Truthy = Annotated[bool, says("", truthy)]
Text = Annotated[str, says("", text)]
_WRONG = "INVALID_CREDENTIALS"


class LogIn(msgspec.Struct, frozen=True, rename="camel"):
    """POST /user/login."""

    captcha: Annotated[None, says("INVALID_CAPTCHA", captcha(only_if_sent=True))]
    email: Annotated[str, says("", reading.lowered)]
    password: Text
    staff: Truthy
    remember: Truthy
    user_id: Text
    remember_token: Text
    options: Annotated[Options, Given()]
    prepared: int | None = None


def _by_email(tx: Tx, email: str, *, is_staff: bool) -> Row | None:
    return (people.member_by_email if is_staff else people.user_by_email)(tx, email)


def verify(tx: Tx, ask: LogIn) -> int:
    """Before the transaction: whose password it is; takes as long for unknown addresses."""
    if not ask.password:
        return 0
    held = _by_email(tx, ask.email, is_staff=ask.staff)
    known = held is not None and held.membership_id is not None
    hashed = credentials.password_hash(tx, held.membership_id) if known and held else None
    fits = passwords.fits(hashed, ask.password)
    return held.id if fits and held is not None else 0


def log_in(tx: Tx, ask: LogIn) -> SignedIn:
    """POST /user/login"""
    held = None
    if ask.prepared:
        held = (people.member if ask.staff else people.user)(tx, ask.prepared)
    if held is None:
        held = _remembered(tx, ask)
    if held is None or held.membership_id is None:
        raise Refused(_WRONG)
    if not ask.staff:
        if held.verify_token is not None:
            raise Refused("UNVERIFIED_USER")
        if held.disabled:
            raise Refused("USER_DISABLED")
    else:
        staff.change(tx, held.id, last_login_ms=tx.now_ms)
    token, expires_ms = None, None
    if ask.remember:
        expires_ms = tx.now_ms + tokens.REMEMBER_MS
        token = tokens.issue(
            tx, "remember", staff=ask.staff, person_id=held.id, expires_ms=expires_ms
        )
    _end_current(tx)
    who = people.as_person(tx, held, staff=ask.staff)
    membership = memberships.fetch(tx, held.membership_id)
    cookie, csrf = auth.open_session(tx, who, days=ask.options.session_days, membership=membership)
    data = {
        "userId": str(held.id), "userEmail": held.email, "staff": ask.staff, "token": csrf,
        "rememberToken": token, "rememberExpiration": shapes.stamp(expires_ms),
    }  # fmt: skip
    return SignedIn(cookie, data)


def _remembered(tx: Tx, ask: LogIn) -> Row | None:
    if not ask.remember_token or not ask.user_id:
        return None
    row = tokens.find(tx, "remember", ask.remember_token)
    if row is None or str(row.person_id) != ask.user_id or row.staff != ask.staff:
        return None
    tokens.use(tx, row)
    return (people.member if ask.staff else people.user)(tx, row.person_id)


def _end_current(tx: Tx) -> None:
    current = callers.caller(tx).session_id
    if current is not None:
        stored.close(tx, current)


def log_out(tx: Tx, ask: NoAsk) -> SignedOut:
    """POST /user/logout"""
    _end_current(tx)
    return SignedOut()


def check(tx: Tx, ask: NoAsk) -> dict[str, bool]:
    """POST /user/check-session"""
    return {"sessionActive": callers.caller(tx).visitor is not None}


class CheckTicket(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/check."""

    ticket_number: Annotated[Any, says("INVALID_TICKET", ticket)]
    email: Annotated[str, says("INVALID_EMAIL", reading.email)]
    captcha: Annotated[None, says("INVALID_CAPTCHA", captcha("checks_tickets"))]
    options: Annotated[Options, Given()]


def check_ticket(tx: Tx, ask: CheckTicket) -> SignedIn:
    """POST /ticket/check"""
    row = ask.ticket_number
    closed = settings.is_on(settings.read(tx), "mandatory-login")
    if closed or row.author_email is None or row.author_email.lower() != ask.email:
        raise Denied("ticket")
    author = None if row.by_staff else people.user(tx, row.by_id)
    if author is None:
        raise Denied("ticket")
    _end_current(tx)
    who = people.as_person(tx, author, staff=False, ticket_number=row.number)
    cookie, token = auth.open_session(tx, who, days=ask.options.session_days)
    data = {"token": token, "userId": str(author.id), "ticketNumber": str(row.number)}
    return SignedIn(cookie, data)
